// SPDX-License-Identifier: Apache-2.0
// The decision: one key chooses, the form says why and for how long, Enter confirms. Nothing is sent before.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { decisionsApi } from '../api-decisions';
import {
  bodyOf,
  fieldOf,
  hoursOf,
  lasts,
  needsSecond,
  newDraft,
  offered,
  reasonsOf,
  restricts,
  scopesOf,
  suggestReason,
  titleOf,
  UNTIL_LIFTED,
  wrong,
  type Field as FieldName,
} from '../decision';
import { dropDraft, loadDraft, saveDraft, type Draft } from '../draft';
import { duration } from '../format';
import { takeIn } from '../flow';
import { pick, word } from '../i18n';
import { actions } from '../keys';
import { useT } from '../state';
import type { Key } from '../strings';
import type { Action, CaseDetail } from '../types';
import { offerUndo } from '../undo';
import { Opinions, Strikes } from './opinions';
import { Cap, Notice } from './parts';
import { StatementPart } from './statement';

const HOUR_MS = 3_600_000;

/** What the case page's keys ask of the form. */
export interface DecideHandle {
  choose(action: Action): void;
  confirm(): void;
  /** Closes the form; false when it was not open. */
  close(): boolean;
  /** Moves to the note when the form is open; false when it is not. */
  takesLetters(): boolean;
}

interface Props {
  found: CaseDetail;
  /** Why no decision is possible now, or null. */
  locked: Key | null;
  handle: { current: DecideHandle | null };
  onDecided(action: Action): void;
  onConflict(): void;
}

export function Decide({ found, locked, handle, onDecided, onConflict }: Props) {
  const { t } = useT();
  const [draft, setDraft] = useState<Draft | null>(() => loadDraft(found.id));
  const [restored, setRestored] = useState(draft !== null);
  const [open, setOpen] = useState(draft !== null);
  const [error, setError] = useState<string | null>(null);
  const [at, setAt] = useState<FieldName | null>(null);
  const [sending, setSending] = useState(false);
  const busy = useRef(false);
  const confirmButton = useRef<HTMLButtonElement>(null);
  const noteField = useRef<HTMLTextAreaElement>(null);
  const allowed = (action: Action): boolean => !locked && found.actions.includes(action);

  useEffect(() => {
    if (open && draft && !restored) confirmButton.current?.focus();
  }, [open, draft?.action]);

  function change(next: Draft): void {
    setDraft(next);
    setError(null);
    setAt(null);
    saveDraft(found.id, next);
  }
  function choose(action: Action): void {
    if (!allowed(action) || busy.current) return;
    setRestored(false);
    change(newDraft(found, action, draft));
    setOpen(true);
    confirmButton.current?.focus();
  }
  function close(): boolean {
    if (!open) return false;
    const action = draft?.action;
    setOpen(false);
    setError(null);
    if (!draft?.note.trim()) {
      setDraft(null);
      dropDraft(found.id);
    }
    document.querySelector<HTMLElement>(`[data-action="${action}"]`)?.focus();
    return true;
  }
  async function confirm(): Promise<void> {
    if (!open || !draft || busy.current || !allowed(draft.action)) return;
    const problem = wrong(draft);
    if (problem) {
      setError(t(problem));
      setAt(problem.startsWith('statement') ? 'statement' : 'note');
      if (!problem.startsWith('statement')) noteField.current?.focus();
      return;
    }
    busy.current = true;
    setSending(true);
    setError(null);
    try {
      const result = await decisionsApi.decide(found.id, bodyOf(draft));
      dropDraft(found.id);
      takeIn(result.case);
      if (result.undo)
        offerUndo({
          kind: result.opinion ? 'opinion' : 'decision',
          id: found.id,
          n: result.undo.id,
          until: Date.parse(result.undo.until),
          count: 1,
          action: draft.action,
        });
      onDecided(draft.action);
    } catch (failure) {
      refused(failure);
    } finally {
      busy.current = false;
      setSending(false);
    }
  }
  function refused(failure: unknown): void {
    const answer = failure instanceof ApiError ? failure : new ApiError(0, {}, 0);
    if (answer.lost) setError(t('act.lost'));
    else if (answer.status === 409) {
      setError(t('act.conflict', { detail: sentence(answer.problem.detail) }));
      onConflict();
    } else if (answer.status === 400 && fieldOf(answer.problem.pointer)) {
      setAt(fieldOf(answer.problem.pointer));
      setError(sentence(answer.problem.detail));
    } else if (answer.status === 503 || answer.status === 429) setError(t('error.busy'));
    else setError(t('act.refused', { detail: sentence(answer.problem.detail ?? answer.problem.title) }));
  }
  /** A form that is open takes what is typed: a letter must not give the case back under somebody's note. */
  function takesLetters(): boolean {
    if (open) noteField.current?.focus();
    return open;
  }
  // what the space does not offer has no button; its number stays free, so that the others keep theirs
  const shown = actions
    .map((action, i) => ({ action, number: i + 1 }))
    .filter(({ action }) => action !== 'report' || offered(found, action));
  handle.current = { choose, confirm: () => void confirm(), close, takesLetters };

  return (
    <section class="decide" aria-label={t('act.title')}>
      {open && draft ? (
        <form
          class="decide-form"
          aria-labelledby="decide-title"
          onSubmit={(e) => {
            e.preventDefault();
            void confirm();
          }}
          onKeyDown={(e) => {
            if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
              e.preventDefault();
              void confirm();
            }
          }}
        >
          <div class="decide-what">
            <h2 id="decide-title">{t(`act.${draft.action}.long`)}</h2>
            <p class="soft">{t(`act.${draft.action}.effect`)}</p>
            {needsSecond(found, draft) ? <p class="decide-second">{t('second.sealed')}</p> : null}
            {found.look === 'second' ? <p class="decide-second">{t('second.yours')}</p> : null}
            {found.look === 'settle' ? <p class="decide-second">{t('second.settle')}</p> : null}
          </div>
          <Fields found={found} draft={draft} change={change} noteField={noteField} at={at} error={error ?? ''} />
          <div class="decide-send">
            <button type="button" class="button" onClick={close}>
              {t('app.cancel')}
            </button>
            <button
              ref={confirmButton}
              type="submit"
              class="button button-main"
              disabled={sending || !allowed(draft.action)}
            >
              {t(sending ? 'act.sending' : 'act.confirm')} <Cap>↵</Cap>
            </button>
          </div>
          <div id="decide-message" class="decide-message" aria-live="assertive">
            {error && (at === null || at === 'note') ? (
              <Notice tone="bad">{error}</Notice>
            ) : restored ? (
              <Notice tone="warm">{t('act.restored')}</Notice>
            ) : null}
          </div>
        </form>
      ) : null}
      {found.look === 'second' && !open ? <p class="decide-look">{t('second.wanted')}</p> : null}
      {found.decide?.opinions ? <Opinions opinions={found.decide.opinions} found={found} /> : null}
      <Strikes found={found} />
      <div class="decide-bar" role="group" aria-label={t('act.title')}>
        {shown.map(({ action, number }) => (
          <button
            key={action}
            type="button"
            class={`act ${draft?.action === action && open ? 'act-chosen' : ''}`}
            data-action={action}
            aria-keyshortcuts={String(number)}
            aria-expanded={open && draft?.action === action}
            title={found.actions.includes(action) || locked ? t(`act.${action}.long`) : t('act.not_allowed')}
            disabled={!allowed(action)}
            onClick={() => choose(action)}
          >
            <Cap>{number}</Cap> <span>{t(`act.${action}`)}</span>
          </button>
        ))}
      </div>
      {locked ? <p class="decide-locked soft">{t(locked)}</p> : null}
    </section>
  );
}

interface FieldsProps {
  found: CaseDetail;
  draft: Draft;
  change(draft: Draft): void;
  noteField: { current: HTMLTextAreaElement | null };
  /** The field that something is wrong with, and what. */
  at: FieldName | null;
  error: string;
}

function Fields({ found, draft, change, noteField, at, error }: FieldsProps) {
  const { t, lang } = useT();
  const suggested = suggestReason(found, draft.action);
  const scopes = scopesOf(found, draft.action);
  const wrongAt = (name: FieldName): string => (at === name ? error : '');
  return (
    <div class="decide-fields">
      <label class="field">
        <span>{t('act.reason')}</span>
        <select
          value={draft.reason}
          onChange={(e) => change({ ...draft, reason: e.currentTarget.value })}
          aria-describedby="reason-help"
          aria-invalid={wrongAt('reason') !== ''}
        >
          {reasonsOf(draft.action, found).map((reason) => (
            <option key={reason} value={reason}>
              {pick(titleOf(reason, found), lang) || word(t, 'reason', reason)}
            </option>
          ))}
        </select>
        <small id="reason-help" class={wrongAt('reason') ? 'field-error' : ''}>
          {wrongAt('reason') ||
            (draft.reason === suggested && draft.action !== 'dismiss' && draft.action !== 'escalate'
              ? t('act.reason.suggested')
              : '')}
        </small>
      </label>
      {restricts(draft.action) && scopes.length > 1 ? (
        <label class="field">
          <span>{t('act.scope')}</span>
          <select
            value={draft.scope ?? scopes[0]}
            onChange={(e) => change({ ...draft, scope: e.currentTarget.value })}
            aria-invalid={wrongAt('scope') !== ''}
          >
            {scopes.map((scope) => (
              <option key={scope} value={scope}>
                {word(t, 'scope', scope)}
              </option>
            ))}
          </select>
          <small class="field-error">{wrongAt('scope')}</small>
        </label>
      ) : null}
      {lasts(draft.action) ? <Hours found={found} draft={draft} change={change} error={wrongAt('hours')} /> : null}
      {needsSecond(found, draft) && found.decide && found.decide.interim_mute_hours > 0 ? (
        <label class="field field-check">
          <span>
            <input
              type="checkbox"
              checked={Boolean(draft.interim)}
              onChange={(e) => change({ ...draft, interim: e.currentTarget.checked ? found.decide!.interim_mute_hours : 0 })}
            />{' '}
            {t('second.interim', { n: found.decide.interim_mute_hours })}
          </span>
          <small class="field-error">{wrongAt('interim_hours')}</small>
        </label>
      ) : null}
      <label class="field field-note">
        <span>
          {t('act.note')} {draft.reason === 'other' ? null : <small>({t('act.note.optional')})</small>}
        </span>
        <textarea
          ref={noteField}
          rows={2}
          value={draft.note}
          onInput={(e) => change({ ...draft, note: e.currentTarget.value })}
          aria-describedby="decide-message"
          aria-invalid={wrongAt('note') !== ''}
        />
      </label>
      {restricts(draft.action) ? (
        <StatementPart found={found} draft={draft} change={change} error={wrongAt('statement')} />
      ) : null}
    </div>
  );
}

function Hours({ found, draft, change, error }: { found: CaseDetail; draft: Draft; change(draft: Draft): void; error: string }) {
  const { t } = useT();
  return (
    <label class="field">
      <span>{t('act.duration')}</span>
      <select
        value={String(draft.hours)}
        onChange={(e) => change({ ...draft, hours: Number(e.currentTarget.value) })}
        aria-invalid={error !== ''}
      >
        {hoursOf(found, draft.action).map((hours) => (
          <option key={hours} value={String(hours)}>
            {hours === UNTIL_LIFTED
              ? t('act.until_lifted')
              : hours < 72
                ? t('time.hours', { n: hours })
                : duration(t, hours * HOUR_MS)}
          </option>
        ))}
      </select>
      <small class="field-error">{error}</small>
    </label>
  );
}

/** Somebody else decided while this page was open, or while a decision was half made: nothing that was written is lost. */
export function Taken({ found, wasOpen, onNext }: { found: CaseDetail; wasOpen: boolean; onNext(): void }) {
  const { t } = useT();
  const [draft, setDraft] = useState(() => loadDraft(found.id));
  if (!wasOpen && !draft) return null;
  function drop(): void {
    dropDraft(found.id);
    setDraft(null);
  }
  return (
    <section class="decide taken" aria-label={t('act.title')}>
      <Notice tone="warm" alert>
        {t('act.taken_meanwhile', { action: found.action ? t(`act.${found.action}`) : '' })}
        {draft?.note.trim() ? (
          <>
            {' '}
            {t('act.taken.note')}
            <blockquote>{draft.note}</blockquote>
          </>
        ) : null}
      </Notice>
      {draft?.note.trim() ? (
        <button type="button" class="button" onClick={drop}>
          {t('act.taken.drop')}
        </button>
      ) : null}
      <button type="button" class="button button-main" onClick={onNext}>
        {t('case.next')} <Cap>N</Cap>
      </button>
    </section>
  );
}

/** A server's sentence ends with a full stop here. */
/** The server's words end as a sentence does. */
export function sentence(text: string | undefined): string {
  const s = (text ?? '').trim();
  return s && !/[.!?…]$/.test(s) ? `${s}.` : s;
}
