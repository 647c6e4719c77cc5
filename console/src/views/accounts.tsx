// SPDX-License-Identifier: Apache-2.0
// Both sides of a case: how old they are and how that is known, what is remembered of them as counts, what became of their other cases.
//
// Who looks: a référent who has read the newest messages. In ten seconds: is this the first time, and is there anybody else?
import { useEffect, useState } from 'preact/hooks';
import { caseApi } from '../api-case';
import { dayOf, percentText } from '../format';
import { word } from '../i18n';
import { href } from '../route';
import { useT } from '../state';
import type { Action } from '../types';
import type { CaseAccount, Remembered, Strike } from '../types-case';
import { Band, Time } from './parts';

const CASES_SHOWN = 4;

export function Accounts({ caseId, now }: { caseId: string; now: number }) {
  const { t } = useT();
  const [accounts, setAccounts] = useState<readonly CaseAccount[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [again, setAgain] = useState(0);
  useEffect(() => {
    let left = false;
    setFailed(false);
    caseApi.accounts(caseId).then(
      (found) => !left && setAccounts(found),
      () => !left && setFailed(true),
    );
    return () => void (left = true);
  }, [caseId, again]);
  return (
    <section class="accounts" aria-labelledby="accounts-title" id="accounts" tabIndex={-1}>
      <h2 id="accounts-title">{t('accounts.title')}</h2>
      {failed ? (
        <p class="soft" role="status">
          {t('accounts.failed')}{' '}
          <button type="button" class="button button-small" onClick={() => setAgain(again + 1)}>
            {t('app.retry')}
          </button>
        </p>
      ) : !accounts ? (
        <p class="soft" aria-busy="true">
          {t('app.loading')}
        </p>
      ) : (
        accounts.map((account) => <Account key={account.account} account={account} now={now} />)
      )}
    </section>
  );
}

function Account({ account, now }: { account: CaseAccount; now: number }) {
  const { t } = useT();
  return (
    <article class={`account-card account-${account.part}`}>
      <h3>
        <bdi>{account.account}</bdi> <Band band={account.age_band} basis={account.age_basis} />
      </h3>
      <p class="soft account-basis">
        {t(`accounts.${account.part}`)} · {word(t, 'basis', `${account.age_basis}.long`)}
      </p>
      {account.memory ? <Counts memory={account.memory} now={now} /> : <p class="soft">{t('accounts.unknown')}</p>}
      <StrikesOf strikes={account.strikes} />
      <History account={account} now={now} />
    </article>
  );
}

/** Numbers beside their words; what is nought and says nothing is left out. */
function Counts({ memory: m, now }: { memory: Remembered; now: number }) {
  const { t } = useT();
  return (
    <ul class="facts">
      {m.created ? (
        <li>
          {t('accounts.created')} <Time at={m.created} now={now} />
        </li>
      ) : null}
      <li>{t('accounts.minors', { day: String(m.minors_24h), week: String(m.minors_7d) })}</li>
      {m.minors_unanswered_7d > 0 ? <li>{t('accounts.unanswered', { n: m.minors_unanswered_7d })}</li> : null}
      {m.talks_with_minors > 0 ? (
        <li>{t('accounts.talks', { n: m.talks_with_minors, late: String(m.talks_late_stage) })}</li>
      ) : null}
      {m.notices_against_30d > 0 ? <li>{t('accounts.against', { n: m.notices_against_30d })}</li> : null}
      {m.notices_made > 0 ? (
        <li>
          {t('accounts.notices', {
            n: m.notices_made,
            upheld: String(m.notices_upheld),
            dismissed: String(m.notices_dismissed),
          })}
        </li>
      ) : null}
    </ul>
  );
}

/** What still counts against the account, and until when. */
function StrikesOf({ strikes }: { strikes: readonly Strike[] }) {
  const { t, lang } = useT();
  if (strikes.length === 0) return null;
  return (
    <>
      <p class="account-sum">{t('accounts.strikes', { n: strikes.length })}</p>
      <ul class="account-strikes">
        {strikes.map((s) => (
          <li key={`${s.case} ${s.given}`}>
            {t('accounts.strike', { action: t(`act.${s.action}.long`), day: dayOf(lang, s.expires) })}{' '}
            <a href={href({ page: 'case', id: s.case })}>{s.case}</a>
          </li>
        ))}
      </ul>
    </>
  );
}

function History({ account, now }: { account: CaseAccount; now: number }) {
  const { t, lang } = useT();
  const [all, setAll] = useState(false);
  if (account.cases.length === 0) return <p class="soft">{t('accounts.no_case')}</p>;
  const decided = (Object.entries(account.decided) as [Action, number][]).map(([action, n]) =>
    t('accounts.decided_as', { action: t(`act.${action}`), n: String(n) }),
  );
  const shown = all ? account.cases : account.cases.slice(0, CASES_SHOWN);
  return (
    <>
      <p class="account-sum">
        {[account.open > 0 ? t('accounts.open', { n: account.open }) : '', ...decided].filter(Boolean).join(' · ')}
      </p>
      <ul class="account-cases">
        {shown.map((c) => (
          <li key={c.id}>
            <a href={href({ page: 'case', id: c.id })}>{c.id}</a>{' '}
            <span>
              {c.action ? t(`act.${c.action}.long`) : t(c.escalated ? 'queue.escalated' : 'accounts.waiting')} ·{' '}
              {percentText(lang, c.risk)}
            </span>{' '}
            <Time at={c.decided ?? c.opened} now={now} class="soft" />
          </li>
        ))}
      </ul>
      {account.cases.length > shown.length ? (
        <button type="button" class="link" onClick={() => setAll(true)}>
          {t('accounts.more', { n: account.cases.length - shown.length })}
        </button>
      ) : null}
    </>
  );
}
