// SPDX-License-Identifier: Apache-2.0
// An opinion on an entry: is it what its bank says? One person is not enough to withdraw what a source vouches for.
//
// Who looks: a référent, at a match or at an entry. In ten seconds: agree or not, say why, and know what that word does.
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, ApiError } from '../api';
import { NOTE_BYTES } from '../banks';
import { useT } from '../state';
import type { BankEntry, EntryState } from '../types';

interface Props {
  bank: string;
  entry: number;
  state: EntryState;
  caseId?: string;
  onDone?(entry: BankEntry): void;
}

export function Opinion({ bank, entry, state: given, caseId, onDone }: Props) {
  const { t } = useT();
  const [choice, setChoice] = useState<'confirm' | 'reject' | null>(null);
  const [note, setNote] = useState('');
  const [error, setError] = useState('');
  const [sending, setSending] = useState(false);
  const [said, setSaid] = useState<EntryState | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const openers = useRef<HTMLDivElement>(null);
  const state = said ?? given;
  const id = `opinion-${bank}-${entry}${caseId ?? ''}`;

  useEffect(() => {
    if (choice) field.current?.focus();
  }, [choice]);
  function close(): void {
    const from = choice;
    setChoice(null);
    setError('');
    requestAnimationFrame(() => openers.current?.querySelector<HTMLElement>(`[data-opinion="${from}"]`)?.focus());
  }
  function choose(next: 'confirm' | 'reject'): void {
    setError('');
    setChoice(next);
  }

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    if (!choice || sending) return;
    const text = note.trim();
    const wrong =
      choice === 'reject' && !text
        ? t('opinion.reason.missing')
        : new TextEncoder().encode(text).length > NOTE_BYTES
          ? t('opinion.too_long')
          : '';
    setError(wrong);
    if (wrong) return field.current?.focus();
    setSending(true);
    try {
      const body = { opinion: choice, ...(text ? { note: text } : {}), ...(caseId ? { case: caseId } : {}) };
      const answer = await api.opinion(bank, entry, body);
      setSaid(answer.state);
      setNote('');
      setChoice(null);
      onDone?.(answer);
    } catch (failure) {
      const problem = failure instanceof ApiError && !failure.lost ? failure.problem.detail : '';
      setError(problem || t('error.network'));
    } finally {
      setSending(false);
    }
  }

  return (
    <div class="opinion" role="group" aria-label={t('opinion.title')}>
      {choice ? (
        <form
          onSubmit={(e) => void send(e)}
          onKeyDown={(e) => {
            if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) void send(e);
            else if (e.key === 'Escape') close();
            else return;
            e.preventDefault();
            e.stopPropagation();
          }}
        >
          <p id={`${id}-does`} class="soft">
            {t(`opinion.${choice}.${state === 'doubted' ? 'doubted' : 'live'}`)}
          </p>
          <label class="field">
            <span>
              {t('opinion.reason')} {choice === 'confirm' ? <small>({t('act.note.optional')})</small> : null}
            </span>
            <textarea
              ref={field}
              rows={2}
              value={note}
              onInput={(e) => {
                setNote(e.currentTarget.value);
                setError('');
              }}
              aria-describedby={`${id}-does ${id}-error`}
              aria-invalid={error !== ''}
            />
          </label>
          <p id={`${id}-error`} class="form-message" role="alert" data-tone="bad">
            {error}
          </p>
          <div class="opinion-send">
            <button type="submit" class="button button-main button-small" disabled={sending}>
              {t(`opinion.${choice}`)}
            </button>
            <button type="button" class="button button-small" onClick={close}>
              {t('app.cancel')}
            </button>
          </div>
        </form>
      ) : (
        <div class="opinion-ask" ref={openers}>
          {said ? (
            <p class="opinion-said" role="status">
              {t(`opinion.done.${said}`)}
            </p>
          ) : (
            <p class="soft">{t('opinion.question')}</p>
          )}
          {state === 'withdrawn' ? null : (
            <div class="opinion-send">
              <button
                type="button"
                class="button button-small"
                data-opinion="confirm"
                onClick={() => choose('confirm')}
              >
                {t('opinion.confirm')}
              </button>
              <button type="button" class="button button-small" data-opinion="reject" onClick={() => choose('reject')}>
                {t('opinion.reject')}
              </button>
            </div>
          )}
        </div>
      )}
    </div>
  );
}
