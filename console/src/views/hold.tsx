// SPDX-License-Identifier: Apache-2.0
// Legal hold: a lead keeps a case from being destroyed, and says why.
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, ApiError } from '../api';
import { toast, useT } from '../state';
import type { Case, CaseDetail } from '../types';

export interface HoldHandle {
  open(): void;
  close(): boolean;
}

interface Props {
  found: CaseDetail;
  handle: { current: HoldHandle | null };
  onDone(c: Case): void;
}

export function LegalHold({ found, handle, onDone }: Props) {
  const { t } = useT();
  const [shown, setShown] = useState(false);
  const [reason, setReason] = useState('');
  const [error, setError] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const [changing, setChanging] = useState(false);
  const [review, setReview] = useState('');
  const wanted = !found.legal_hold || changing;

  useEffect(() => {
    if (shown) field.current?.focus();
  }, [shown]);
  function close(): boolean {
    if (!shown) return false;
    setShown(false);
    setChanging(false);
    setError('');
    opener.current?.focus();
    return true;
  }
  handle.current = { open: () => setShown(true), close };

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    if (!reason.trim()) {
      setError(t('case.hold.missing'));
      field.current?.focus();
      return;
    }
    try {
      const answer = await api.legalHold(found.id, wanted, reason.trim(), review);
      const { events_list: _e, decisions: _d, actions: _a, policy: _p, ...plain } = found;
      onDone({ ...plain, ...(answer ?? {}), legal_hold: wanted });
      setReason('');
      setReview('');
      close();
      toast(t(wanted ? 'case.hold.done' : 'case.hold.lifted'));
    } catch (failure) {
      const lost = failure instanceof ApiError && failure.lost;
      setError(
        lost
          ? t('error.network')
          : failure instanceof ApiError && failure.problem.detail
            ? failure.problem.detail
            : t('error.other'),
      );
    }
  }

  return (
    <div class="hold">
      {found.legal_hold && !shown ? <span class="soft">{t('case.hold.on')}</span> : null}
      {shown ? (
        <form class="hold-form" onSubmit={(e) => void send(e)}>
          <label class="field field-inline">
            <span>{t('case.hold.reason')}</span>
            <input
              ref={field}
              value={reason}
              maxLength={200}
              placeholder={t('case.hold.reason.help')}
              onInput={(e) => setReason(e.currentTarget.value)}
              aria-describedby="hold-error"
              aria-invalid={error !== ''}
            />
          </label>
          {wanted ? (
            <label class="field field-inline">
              <span>{t('custody.hold.day')}</span>
              <input type="date" name="review" value={review} min={new Date().toISOString().slice(0, 10)} onInput={(e) => setReview(e.currentTarget.value)} />
            </label>
          ) : null}
          <button type="submit" class="button button-main button-small">
            {t(changing ? 'custody.hold.change' : wanted ? 'case.hold.set' : 'case.hold.lift')}
          </button>
          <button type="button" class="button button-small" onClick={close}>
            {t('app.cancel')}
          </button>
          <span id="hold-error" class="form-message" role="alert" data-tone="bad">
            {error}
          </span>
        </form>
      ) : (
        <>
        <button
          ref={opener}
          type="button"
          class="button button-small button-quiet"
          aria-keyshortcuts="h"
          onClick={() => setShown(true)}
        >
          {t(wanted ? 'case.hold.set' : 'case.hold.lift')}
        </button>
        {found.legal_hold ? (
          <button
            type="button"
            class="button button-small button-quiet"
            onClick={() => {
              setChanging(true);
              setShown(true);
            }}
          >
            {t('custody.hold.change')}
          </button>
        ) : null}
        </>
      )}
    </div>
  );
}
