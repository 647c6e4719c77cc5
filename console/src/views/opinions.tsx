// SPDX-License-Identifier: Apache-2.0
// Beside the form: what two people thought who do not agree (for the lead who settles), and the strikes of the account.
import { titleOf } from '../decision';
import { duration } from '../format';
import { pick, word } from '../i18n';
import { useT } from '../state';
import type { CaseDetail } from '../types';
import type { Opinion } from '../types-decisions';
import { Time } from './parts';
import { useNow } from '../clock';

const HOUR_MS = 3_600_000;

export function Opinions({ opinions, found }: { opinions: readonly Opinion[]; found: CaseDetail }) {
  const { t, lang } = useT();
  const now = useNow();
  return (
    <section class="opinions" aria-labelledby="opinions-title">
      <h2 id="opinions-title">{t('opinions.title')}</h2>
      <ul>
        {opinions.map((o) => (
          <li key={o.user}>
            <strong>{word(t, 'act', o.action)}</strong>
            {o.hours > 0 ? <> · {duration(t, o.hours * HOUR_MS)}</> : null} ·{' '}
            {pick(titleOf(o.reason, found), lang) || word(t, 'reason', o.reason)}
            <span class="soft">
              {' '}
              {t('act.by', { who: o.user })}, <Time at={o.time} now={now} />
            </span>
            {o.note ? <blockquote>{o.note}</blockquote> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Strikes({ found }: { found: CaseDetail }) {
  const { t } = useT();
  const strikes = found.decide?.strikes;
  if (!strikes || strikes.count === 0) return null;
  return (
    <p class="strikes">
      {t('strikes.count', { n: strikes.count })}{' '}
      {strikes.suggests ? <span class="soft">{t('strikes.suggests', { action: word(t, 'act', strikes.suggests) })}</span> : null}
    </p>
  );
}
