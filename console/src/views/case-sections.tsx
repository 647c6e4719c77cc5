// SPDX-License-Identifier: Apache-2.0
// The parts of a case, one press away: on a telephone they stand one below the other, and what a report needs is at the far end.
import { useEffect, useState } from 'preact/hooks';
import { useT } from '../state';

const places = { talk: '.case-talks', evidence: '#evidence', accounts: '#accounts', report: '#report-case', custody: '#custody' } as const;
export type CaseSection = keyof typeof places;

/** Scrolls there and takes the focus along; nothing where this person does not see the part. */
export function goToSection(root: HTMLElement | null, section: CaseSection): void {
  const place = root?.querySelector<HTMLElement>(places[section]);
  place?.scrollIntoView({ block: 'start' });
  place?.focus({ preventScroll: true });
}

let arrival: CaseSection | null = null;

/** The case that is opened next shows this part first: a link that is about it sets it. */
export function arriveAt(section: CaseSection): void {
  arrival = section;
}

export function CaseSections({ root }: { root: { current: HTMLElement | null } }) {
  const { t } = useT();
  const [shown, setShown] = useState<readonly CaseSection[]>([]);
  // parts come and go with what the server answers: only those that are there are offered
  useEffect(() => {
    const page = root.current;
    if (!page) return;
    const look = (): void => {
      const now = (Object.keys(places) as CaseSection[]).filter((name) => page.querySelector(places[name]));
      setShown((before) => (before.join() === now.join() ? before : now));
    };
    look();
    const wanted = arrival;
    arrival = null;
    const arrived = wanted ? requestAnimationFrame(() => goToSection(page, wanted)) : 0; // after the page took the focus
    const watch = new MutationObserver(look);
    const aside = page.querySelector('.case-why');
    if (aside) watch.observe(aside, { childList: true });
    return () => {
      watch.disconnect();
      cancelAnimationFrame(arrived);
    };
  }, []);
  return (
    <nav class="case-sections" aria-label={t('case.sections')}>
      {shown.map((name) => (
        <button key={name} type="button" onClick={() => goToSection(root.current, name)}>
          {t(`case.section.${name}`)}
        </button>
      ))}
    </nav>
  );
}
