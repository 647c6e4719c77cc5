// SPDX-License-Identifier: Apache-2.0
// One case in the queue. The whole row leads to it; the link itself is what has the focus.
import { duration, shownAccount, waiting } from '../format';
import { word } from '../i18n';
import { memo } from '../memo';
import { holder, isOverdue, pressing } from '../queue';
import { href } from '../route';
import { set, useT } from '../state';
import type { Case } from '../types';
import { AnswerMarks } from './answer-marks';
import { Band, Meter, Risk, Time, useSpaceTitle } from './parts';

const CHIPS = 3;
const MINUTE_MS = 60_000;

export function rowLink(id: string): HTMLAnchorElement | null {
  return document.querySelector(`[data-case="${CSS.escape(id)}"] .case-link`);
}

interface Props {
  found: Case;
  now: number;
  user: string;
  /** Leased together with the row above it. */
  joined?: boolean;
}

export const CaseRow = memo<Props>(function Row({ found: c, now, user, joined = false }) {
  const { t, lang } = useT();
  const title = useSpaceTitle();
  const late = isOverdue(c, now);
  const share = pressing(c);
  return (
    <tr role="row" data-case={c.id} data-look={c.look ?? 'first'} data-category={c.category} class={`${late ? 'row-late' : ''} ${joined ? 'row-joined' : ''}`} onFocusIn={() => set({ selected: c.id })}>
      <td role="cell" class="col-priority">
        <Meter share={share} vertical />
        <span class="visually-hidden">{t('queue.priority.label', { n: Math.round(share * 100) })}</span>
      </td>
      <td role="cell" class="col-risk">
        <Risk risk={c.risk} />
        {c.verdict === 'hold' || c.verdict === 'block' ? (
          <span class="verdict">{word(t, 'verdict', c.verdict)}</span>
        ) : null}
      </td>
      <td role="cell" class="col-account">
        <a class="case-link" href={href({ page: 'case', id: c.id })}>
          <bdi class="account">{shownAccount(c.account)}</bdi>
          <span class="visually-hidden"> {c.id}</span>
        </a>
        <Band band={c.account_age_band} basis={c.account_age_basis} />
        <span class="where">
          {title(c.space)} · <span class="case-id">{c.id}</span>
          {c.category ? <> · {t(`category.${c.category}`)}</> : null}
          {c.language && c.language !== lang ? (
            <>
              {' '}
              · <span class="case-id">{t('queue.language', { language: word(t, 'lang', c.language) })}</span>
            </>
          ) : null}
          {c.events > 1 ? (
            <>
              {' '}
              · <span class="case-id">{t('queue.events', { n: c.events })}</span>
            </>
          ) : null}
        </span>
      </td>
      <td role="cell" class="col-child">
        {c.youngest_band === 'unknown' ? (
          <span class="soft" aria-label={t('case.no_child')}>
            —
          </span>
        ) : (
          <Band band={c.youngest_band} />
        )}
      </td>
      <td role="cell" class="col-evidence">
        {(c.imminence ?? []).map((what) => (
          <strong class="imminence" key={what}>
            {t(`imminence.${what}`)}
          </strong>
        ))}
        <Chips evidence={c.evidence} />
        {joined ? <span class="flag flag-quiet">{t('queue.together')}</span> : null}
        {c.look === 'second' ? <span class="flag">{t('queue.second')}</span> : null}
        {c.look === 'settle' ? <span class="flag">{t('queue.disagreement')}</span> : null}
        {c.trusted ? <span class="flag">{t('queue.trusted')}</span> : null}
        {c.escalated ? <span class="flag">{t('queue.escalated')}</span> : null}
        {c.offered_to_all && !late ? <span class="flag flag-quiet">{t('queue.for_all')}</span> : null}
        {c.legal_hold ? <span class="flag">{t('queue.hold')}</span> : null}
        {c.answers ? <AnswerMarks answers={c.answers} all={false} /> : null}
      </td>
      {c.state === 'open' ? <OpenCells c={c} now={now} user={user} late={late} /> : <DecidedCells c={c} now={now} />}
    </tr>
  );
});

function Chips({ evidence }: { evidence: Case['evidence'] }) {
  const { t } = useT();
  const rest = evidence.length - CHIPS;
  return (
    <>
      {evidence.slice(0, CHIPS).map((e) => (
        <span class="chip" key={e.name}>
          {word(t, 'ev', e.name)}
        </span>
      ))}
      {rest > 0 ? (
        <span
          class="chip chip-more"
          title={evidence
            .slice(CHIPS)
            .map((e) => word(t, 'ev', e.name))
            .join(', ')}
        >
          <span aria-hidden="true">+{rest}</span>
          <span class="visually-hidden">{t('queue.more', { n: rest })}</span>
        </span>
      ) : null}
    </>
  );
}

interface OpenProps {
  c: Case;
  now: number;
  user: string;
  late: boolean;
}

function OpenCells({ c, now, user, late }: OpenProps) {
  const { t } = useT();
  const who = holder(c, now);
  const due = Date.parse(c.due);
  const waited = now - Date.parse(c.opened);
  return (
    <>
      <td role="cell" class="col-wait">
        <span>{waited < MINUTE_MS ? t('queue.waits.now') : t('queue.waits', { time: duration(t, waited) })}</span>
        <span class={late ? 'late' : 'soft'}>
          {late
            ? t('queue.due.late', { time: waiting(t, now - due) })
            : t('queue.due.in', { time: duration(t, due - now) })}
        </span>
      </td>
      <td role="cell" class="col-claimed">
        {who ? (
          <span class="holder">{who === user ? t('queue.mine') : who}</span>
        ) : (
          <span class="soft">{t('queue.free')}</span>
        )}
      </td>
    </>
  );
}

function DecidedCells({ c, now }: { c: Case; now: number }) {
  const { t } = useT();
  return (
    <>
      <td role="cell" class="col-wait">
        {c.decided ? <Time at={c.decided} now={now} /> : null}
      </td>
      <td role="cell" class="col-claimed">
        {c.action ? word(t, 'act', c.action) : null}
      </td>
    </>
  );
}
