// SPDX-License-Identifier: Apache-2.0
// A receiver said "not illegal": on the page of the report and on that of the case, a lead asks for another look at the decision.
import { useState } from 'preact/hooks';
import { decisionsApi } from '../api-decisions';
import { href } from '../route';
import { useT } from '../state';
import { Field } from './parts';
import { Refusal, useSending } from './report-parts';

/** A lead has the decision looked at again; nothing is lifted by that. */
export function LookAgain({ id }: { id: string }) {
  const { t } = useT();
  const [reason, setReason] = useState('');
  const [made, setMade] = useState('');
  const sending = useSending(['reason']);
  if (made)
    return (
      <p>
        <a href={href({ page: 'appeal', id: made })}>{t('again.waits')}</a>
      </p>
    );
  async function send(event: Event): Promise<void> {
    event.preventDefault();
    await sending.send(
      () => decisionsApi.lookAgain(id, reason.trim()),
      (got) => setMade(got.id),
    );
  }
  return (
    <details class="answer-record">
      <summary>{t('again.title')}</summary>
      <form class="stack" onSubmit={(e) => void send(e)} noValidate>
        <Field id="again-reason" label={t('again.reason')} help={t('again.help')} error={sending.errors['reason'] ?? ''}>
          {(p) => <textarea {...p} rows={3} maxLength={2000} value={reason} onInput={(e) => setReason(e.currentTarget.value)} />}
        </Field>
        <Refusal sending={sending} />
        <button type="submit" class="button button-main" disabled={sending.busy || !reason.trim()}>
          {t('again.send')}
        </button>
      </form>
    </details>
  );
}
