// SPDX-License-Identifier: Apache-2.0
// The sheets of a transparency report for a period, each to be saved, and what is left for the provider to fill in.
import { useState } from 'preact/hooks';
import { figuresApi } from '../api-figures';
import { dayBefore } from '../figures';
import { pick } from '../i18n';
import { useT } from '../state';
import type { DsaReport } from '../types-figures';
import { Field, Notice } from './parts';

interface Asked {
  space: string;
  from: string;
  to: string;
}

export function DsaTables({ space }: { space: string }) {
  const { t } = useT();
  const [from, setFrom] = useState(dayBefore(Date.now(), 182));
  const [to, setTo] = useState(dayBefore(Date.now(), 0));
  const [wrong, setWrong] = useState('');
  const [report, setReport] = useState<{ of: Asked; is: DsaReport } | null>(null);
  const [failed, setFailed] = useState(false);

  const make = (event: Event): void => {
    event.preventDefault();
    setWrong(to < from ? t('figures.dsa.order') : '');
    if (to < from) return;
    const of = { space, from, to };
    setFailed(false);
    figuresApi.dsa(of).then(
      (is) => setReport({ of, is }),
      () => setFailed(true),
    );
  };

  return (
    <section class="dsa" aria-labelledby="dsa-title">
      <h2 id="dsa-title">{t('figures.dsa')}</h2>
      <p class="soft">{t('figures.dsa.lead')}</p>
      <form class="dsa-ask" onSubmit={make} noValidate>
        <Field id="dsa-from" label={t('figures.dsa.first')}>
          {(props) => <input {...props} type="date" value={from} onInput={(e) => setFrom(e.currentTarget.value)} required />}
        </Field>
        <Field id="dsa-to" label={t('figures.dsa.last')} error={wrong}>
          {(props) => <input {...props} type="date" value={to} onInput={(e) => setTo(e.currentTarget.value)} required />}
        </Field>
        <button type="submit" class="button">
          {t('figures.dsa.make')}
        </button>
      </form>
      {failed ? (
        <Notice tone="bad" alert>
          {t('figures.failed')}
        </Notice>
      ) : null}
      {report ? <Sheets report={report.is} of={report.of} /> : null}
    </section>
  );
}

function Sheets({ report, of }: { report: DsaReport; of: Asked }) {
  const { t, lang } = useT();
  return (
    <div aria-live="polite">
      <ul class="dsa-sheets">
        {report.sheets.map((sheet) => (
          <li key={sheet.name}>
            <span class="dsa-name">{sheet.name}</span>
            <span class="soft">{t('figures.dsa.rows', { n: sheet.rows.length })}</span>
            <a class="button" href={figuresApi.dsaCsv(of, sheet.name)} download>
              {t('figures.dsa.save', { sheet: sheet.name })}
            </a>
          </li>
        ))}
      </ul>
      <h3>{t('figures.dsa.unknown')}</h3>
      <ul class="dsa-unknown">
        {report.unknown.map((one) => (
          <li key={one.sheet}>
            <span class="dsa-name">{one.sheet}</span> {pick(one.why, lang)}
          </li>
        ))}
      </ul>
    </div>
  );
}
