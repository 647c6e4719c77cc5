// SPDX-License-Identifier: Apache-2.0
// In a case: that a report is due, whom to call first, and the way from the decision to the authorities.
import { useEffect, useState } from 'preact/hooks';
import { filingsApi } from '../api-filings';
import { useNow } from '../clock';
import { restricts } from '../decision';
import { go } from '../flow';
import { pick } from '../i18n';
import { href } from '../route';
import { filingsOf, may, useApp, useT } from '../state';
import type { Filing } from '../types-filings';
import type { Stop } from '../types-route';
import type { CaseDetail } from '../types';
import { Acts } from './acts';
import { FilingClock } from './filings';
import { LookAgain } from './look-again';
import { PlacesMap } from './map';
import { Notice } from './parts';
import { Refusal, useSending } from './report-parts';
import { CallFirst, Facts, Statutes, Stops, Unknowns, type PlanState } from './route';

const PLACE = 'report-case';

/** Under the head of the case: what is due, and the number to call, before anything else is read. */
export function ReportStrip({ found, state }: { found: CaseDetail; state: PlanState }) {
  const { t } = useT();
  const sees = useApp((s) => may(s.session, 'route.see'));
  if (!found.report_due || !sees) return null;
  function goThere(): void {
    const place = document.getElementById(PLACE);
    place?.scrollIntoView({ block: 'start' });
    place?.focus({ preventScroll: true });
  }
  return (
    <div class="report-strip">
      {state.plan?.urgent ? <CallFirst plan={state.plan} /> : null}
      <p>
        <strong>{t('route.due')}</strong>{' '}
        <button type="button" class="button button-small" onClick={goThere}>
          {t('route.go')}
        </button>
      </p>
    </div>
  );
}

/** Beside the conversation: the proposal, with what it rests on. */
export function ReportCase({ found, state }: { found: CaseDetail; state: PlanState }) {
  const { t } = useT();
  const sees = useApp((s) => may(s.session, 'route.see'));
  const makes = useApp((s) => may(s.session, 'filing.make'));
  const leads = useApp((s) => may(s.session, 'case.lead'));
  const looksAgain = leads && !found.overturned && found.answers?.includes('not_illegal') && found.decisions.some((d) => restricts(d.action)); // a report alone has nothing to lift
  const sending = useSending();
  const prepare = (stop: Stop): void => {
    const { receiver } = stop;
    if (receiver) void sending.send(() => filingsApi.prepare(found.id, { receiver: receiver.id }), (f) => go({ page: 'filing', id: String(f.id) }));
  };
  const { plan, failed } = state;
  if (!sees) return null;
  const title = t(found.report_due || found.action === 'report' ? 'route.title' : 'route.title.where');
  return (
    <section class="report-case" id={PLACE} tabIndex={-1} aria-labelledby={`${PLACE}-title`} aria-busy={found.report_due && !plan && !failed}>
      <h2 id={`${PLACE}-title`}>{title}</h2>
      {found.report_due || found.state === 'decided' || found.action === 'report' || found.answers ? <CaseFilings caseId={found.id} /> : null}
      {looksAgain ? <LookAgain id={found.id} /> : null}
      {failed ? (
        <Notice tone="warm" alert>
          {t(failed === 'refused' ? 'route.refused' : 'route.failed')}{' '}
          {failed === 'failed' ? (
            <button type="button" class="button button-small" onClick={state.load}>
              {t('app.retry')}
            </button>
          ) : null}
        </Notice>
      ) : !plan ? (
        found.report_due ? (
          <p class="soft">{t('app.loading')}</p>
        ) : (
          <p>
            <button type="button" class="button button-small" onClick={state.load}>
              {t('route.ask')}
            </button>{' '}
            <small class="soft">{t('route.ask.recorded')}</small>
          </p>
        )
      ) : (
        <>
          {found.report_due ? null : <CallFirst plan={plan} />}
          <h3>{t('route.stops')}</h3>
          <Refusal sending={sending} />
          <Stops plan={plan} prepare={makes && (found.report_due || found.state === 'decided') ? prepare : undefined} />
          <Unknowns plan={plan} />
          <details open>
            <summary>{t('route.acts')}</summary>
            <Acts caseId={found.id} plan={plan} changed={state.load} />
          </details>
          <details open>
            <summary>{t('route.facts')}</summary>
            <PlacesMap places={plan.map} />
            <Facts caseId={found.id} plan={plan} changed={state.load} />
          </details>
          <details>
            <summary>{t('route.statutes')}</summary>
            <Statutes plan={plan} />
          </details>
        </>
      )}
    </section>
  );
}

/** The reports that were made of this case, each with where it stands. */
export function CaseFilings({ caseId }: { caseId: string }) {
  const { lang } = useT();
  const now = useNow();
  const sees = useApp((s) => may(s.session, 'filing.see'));
  const changed = useApp((s) => filingsOf(s, caseId));
  const [filings, setFilings] = useState<readonly Filing[]>([]);
  useEffect(() => {
    if (!sees) return;
    filingsApi.ofCase(caseId).then(
      (got) => setFilings(got.filings),
      () => {},
    );
  }, [caseId, changed, sees]);
  if (filings.length === 0) return null;
  return (
    <ul class="case-filings">
      {filings.map((f) => (
        <li key={f.id}>
          <a href={href({ page: 'filing', id: String(f.id) })}>{pick(f.receiver.name, lang) || f.receiver.id}</a> <FilingClock f={f} now={now} />
        </li>
      ))}
    </ul>
  );
}
