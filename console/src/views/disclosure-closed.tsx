// SPDX-License-Identifier: Apache-2.0
// What was counted of the public figures and stays so: which quarter, when, by whom, how often; and counting a year anew, which says first what it changes.
import { useEffect, useRef, useState } from 'preact/hooks';
import { disclosureApi } from '../api-disclosure';
import { counted } from '../disclosure';
import { dayOf, full } from '../format';
import { number } from '../i18n';
import { may, toast, useApp, useT } from '../state';
import type { Closed } from '../types-disclosure';
import { NoAnswer, useAnswer } from './choose';
import { useSpaceTitle } from './parts';
import { Refusal, useSending } from './report-parts';

export function ClosedFigures({ space }: { space: string }) {
  const { t } = useT();
  const { answer, failed, again } = useAnswer(() => disclosureApi.closed(), []);
  const years = counted((answer?.closed ?? []).filter((c) => !space || c.space === space));
  const newest = years[0]?.year;
  return (
    <section class="closed" aria-labelledby="closed-title">
      <h2 id="closed-title">{t('closed.title')}</h2>
      <p class="soft">{t('closed.lead')}</p>
      <NoAnswer failed={failed} waiting={!answer} sentence="closed.failed" again={again} />
      {answer && years.length === 0 ? <p class="soft">{t('closed.none')}</p> : null}
      {years.map((y) => (
        <Year key={`${y.space} ${y.year}`} space={y.space} year={y.year} parts={y.parts} open={y.year === newest} again={again} />
      ))}
    </section>
  );
}

function Year({ space, year, parts, open, again }: { space: string; year: number; parts: readonly Closed[]; open: boolean; again(): void }) {
  const { t } = useT();
  const title = useSpaceTitle()(space);
  const keeps = useApp((s) => may(s.session, 'disclosure.keep'));
  const [warned, setWarned] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setWarned(false);
    setTimeout(() => button.current?.focus());
  };
  return (
    <details class="closed-year" open={open}>
      <summary>
        <strong>{year}</strong> · {title}
      </summary>
      <Parts parts={parts} name={`${year}, ${title}`} />
      {warned ? (
        <Warning space={space} title={title} year={year} close={close} again={again} />
      ) : keeps ? (
        <button ref={button} type="button" class="button button-small" aria-label={t('closed.again.label', { year: String(year), space: title })} onClick={() => setWarned(true)}>
          {t('closed.again')}
        </button>
      ) : null}
    </details>
  );
}

function Parts({ parts, name }: { parts: readonly Closed[]; name: string }) {
  const { t, lang } = useT();
  return (
    <table class="closed-table" aria-label={name}>
      <thead>
        <tr>
          <th scope="col">{t('closed.part')}</th>
          <th scope="col">{t('closed.counted')}</th>
          <th scope="col">{t('closed.by')}</th>
          <th scope="col" class="number">
            {t('closed.how_often')}
          </th>
        </tr>
      </thead>
      <tbody>
        {parts.map((p) => (
          <tr key={p.part}>
            <th scope="row">{t(`closed.part.${p.part}`)}</th>
            <td>
              <time dateTime={p.counted} title={full(lang, p.counted)}>
                {dayOf(lang, p.counted)}
              </time>
            </td>
            <td>{p.by === 'watch' || p.by === 'page' ? t(`closed.by.${p.by}`) : p.by}</td>
            <td class="number">{number(lang, p.times)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Warning({ space, title, year, close, again }: { space: string; title: string; year: number; close(): void; again(): void }) {
  const { t } = useT();
  const sending = useSending();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const said = { year: String(year), space: title };
  const count = (): void =>
    void sending.send(
      () => disclosureApi.recount(space, year),
      () => {
        toast(t('closed.done', said));
        close();
        again();
      },
    );
  return (
    <div class="closed-warning" role="group" aria-label={t('closed.warn.title', said)}>
      <h3 ref={heading} tabIndex={-1}>
        {t('closed.warn.title', said)}
      </h3>
      <ul>
        <li>{t('closed.warn.changes')}</li>
        <li>{t('closed.warn.compare')}</li>
        <li>{t('closed.warn.gone')}</li>
        <li>{t('closed.warn.said')}</li>
      </ul>
      {sending.errors[''] ? <Refusal sending={sending} /> : null}
      <div class="form-buttons">
        <button type="button" class="button button-main" disabled={sending.busy} onClick={count}>
          {t('closed.warn.do', said)}
        </button>
        <button type="button" class="button" disabled={sending.busy} onClick={close}>
          {t('app.cancel')}
        </button>
      </div>
    </div>
  );
}
