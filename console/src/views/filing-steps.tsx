// SPDX-License-Identifier: Apache-2.0
// What happened to a report so far, as a line: people's steps and what was asked of the receiver.
import { word } from '../i18n';
import { useT } from '../state';
import type { FilingWhole, Hand } from '../types-filings';
import { Time } from './parts';

export function FilingSteps({ f, now }: { f: FilingWhole; now: number }) {
  const { t } = useT();
  const hands: ['made' | 'confirmed' | 'seconded', Hand | undefined][] = [
    ['made', f.made],
    ['confirmed', f.confirmed],
    ['seconded', f.seconded],
  ];
  return (
    <section aria-labelledby="filing-steps">
      <h2 id="filing-steps">{t('filing.steps')}</h2>
      <ol class="timeline">
        {hands.map(([what, hand]) =>
          hand ? (
            <li key={what} class="timeline-decision">
              <Time at={hand.at} now={now} />
              <span>
                <strong>{t(`filing.step.${what}`)}</strong> {t('act.by', { who: hand.by })}
              </span>
            </li>
          ) : null,
        )}
        {f.steps.map((s) => (
          <li key={s.n}>
            <Time at={s.asked} now={now} />
            <span>
              {s.step} <span class="soft">{s.turn ? word(t, 'filing.turn', s.turn) : t('filing.turn.none')}</span>
              {s.why ? <span class="timeline-note">{s.why}</span> : null}
            </span>
          </li>
        ))}
        {f.filed ? (
          <li class="timeline-decision">
            <Time at={f.filed} now={now} />
            <strong>{t('filings.state.filed')}</strong>
          </li>
        ) : null}
      </ol>
    </section>
  );
}
