// SPDX-License-Identifier: Apache-2.0
// The book of law: by country, statutes and who can be told, each with its source and when it was last verified.
import { useMemo, useState } from 'preact/hooks';
import { routeApi } from '../api-route';
import { countryName } from '../countries';
import { pick, word } from '../i18n';
import { byCountry, isVerified, type LawFilter } from '../law';
import { useT } from '../state';
import type { Receiver, Statute } from '../types-route';
import { NoAnswer, useAnswer } from './choose';
import { Field, safeLink } from './parts';
import { Sure } from './report-parts';

export function LawPage() {
  const { t, lang } = useT();
  const { answer, failed, again } = useAnswer(() => Promise.all([routeApi.law(), routeApi.receivers()]), []);
  const [filter, setFilter] = useState<LawFilter>({ text: '', unverified: false });
  const shown = useMemo(
    () => (answer ? byCountry(answer[0], answer[1], filter, (code) => countryName(t, lang, code)) : []),
    [answer, filter, lang],
  );
  const all = answer ? [...answer[0].statutes, ...answer[1].receivers] : [];
  const open = all.filter((entry) => !isVerified(entry)).length;
  return (
    <main id="main" class="page page-law" tabIndex={-1} aria-busy={!answer && !failed}>
      <h1>{t('law.title')}</h1>
      <p class="lead">{t('law.lead')}</p>
      <NoAnswer failed={failed} waiting={!answer} sentence="law.failed" again={again} />
      {answer ? (
        <>
          <form class="law-find" onSubmit={(e) => e.preventDefault()}>
            <Field id="law-text" label={t('law.find')}>
              {(p) => <input {...p} type="search" value={filter.text} autocomplete="off" spellcheck={false} onInput={(e) => setFilter({ ...filter, text: e.currentTarget.value })} />}
            </Field>
            <label class="check">
              <input type="checkbox" checked={filter.unverified} onChange={(e) => setFilter({ ...filter, unverified: e.currentTarget.checked })} /> {t('law.unverified.only')}
            </label>
          </form>
          <p class="soft" role="status">
            {t('law.countries', { n: answer[0].countries.length })} · {t('law.unverified.count', { n: open })}
          </p>
          {shown.length === 0 ? <p class="empty">{t(all.length === 0 ? 'law.empty' : 'law.none')}</p> : null}
          {shown.map((c) => (
            <section key={c.code} class="law-country" aria-labelledby={`law-${c.code}`}>
              <h2 id={`law-${c.code}`}>
                {c.name} <span class="soft">{c.code}</span>
              </h2>
              {c.silence ? <p class="law-silence">{pick(c.silence, lang)}</p> : null}
              <div class="law-sides">
                {c.receivers.length > 0 ? (
                  <div>
                    <h3>{t('law.receivers')}</h3>
                    <ul class="law-list">
                      {c.receivers.map((r) => (
                        <ReceiverEntry key={`${r.id} ${r.space ?? ''}`} r={r} />
                      ))}
                    </ul>
                  </div>
                ) : null}
                {c.statutes.length > 0 ? (
                  <div>
                    <h3>{t('law.statutes')}</h3>
                    <ul class="law-list">
                      {c.statutes.map((s) => (
                        <StatuteEntry key={s.id} s={s} />
                      ))}
                    </ul>
                  </div>
                ) : null}
              </div>
            </section>
          ))}
        </>
      ) : null}
    </main>
  );
}

function StatuteEntry({ s }: { s: Statute }) {
  const { t, lang } = useT();
  return (
    <li>
      <strong>{s.reference}</strong>
      <span>{pick(s.title, lang)}</span>
      {s.victim_under ? <span class="soft">{t('law.victim_under', { n: s.victim_under })}</span> : null}
      {s.note ? <span class="soft">{pick(s.note, lang)}</span> : null}
      <Sure from={s.from} />
    </li>
  );
}

/** Who can be told, with how to reach them. */
export function ReceiverEntry({ r }: { r: Receiver }) {
  const { t, lang } = useT();
  return (
    <li>
      <span>
        <strong>{pick(r.name, lang)}</strong> <span class="soft">{word(t, 'receiver.kind', r.kind)}</span>
      </span>
      <Reach r={r} />
      {r.accepts ? <span class="soft">{pick(r.accepts, lang)}</span> : null}
      {r.own ? <span class="soft">{t('receiver.own', { space: r.space ?? '' })}</span> : null}
      <Sure from={r.from} />
    </li>
  );
}

/** Telephone, address of the form, mail: what is known of them. */
export function Reach({ r }: { r: Pick<Receiver, 'phone' | 'hours' | 'url' | 'email'> }) {
  const { t } = useT();
  const link = safeLink(r.url);
  if (!r.phone && !link && !r.email) return null;
  return (
    <span class="reach">
      {r.phone ? (
        <a href={`tel:${r.phone.replace(/[^+\d]/g, '')}`}>
          {r.phone}
          {r.hours ? <span class="soft"> {r.hours}</span> : null}
        </a>
      ) : null}
      {link ? (
        <a href={link} rel="noopener noreferrer external" target="_blank">
          {t('receiver.open')}
        </a>
      ) : null}
      {r.email ? <span>{r.email}</span> : null}
    </span>
  );
}
