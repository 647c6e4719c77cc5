// SPDX-License-Identifier: Apache-2.0
// In a case: that a report is due, whom to call first, and the way from the decision to the authorities.
import { may, useApp, useT } from '../state';
import type { CaseDetail } from '../types';
import { Notice } from './parts';
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
  if (!sees) return null;
  const { plan, failed } = state;
  const title = t(found.report_due || found.action === 'report' ? 'route.title' : 'route.title.where');
  return (
    <section class="report-case" id={PLACE} tabIndex={-1} aria-labelledby={`${PLACE}-title`} aria-busy={found.report_due && !plan && !failed}>
      <h2 id={`${PLACE}-title`}>{title}</h2>
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
          <Stops plan={plan} />
          <Unknowns plan={plan} />
          <details open={plan.facts.length === 0}>
            <summary>{t('route.facts')}</summary>
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
