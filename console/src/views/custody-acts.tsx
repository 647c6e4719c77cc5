// SPDX-License-Identifier: Apache-2.0
// Two acts on the evidence of a case. The archive is closed until it is opened; so is the hand-over, whose warning stands before its fields.
import { useState } from 'preact/hooks';
import { custodyApi } from '../api-custody';
import { keepNote, readNote } from '../draft';
import { toast, useT } from '../state';
import type { Custody, KeyHolder } from '../types-custody';
import { Field, Notice } from './parts';
import { Refusal, useSending } from './report-parts';
import { saveFile } from './save';

export function Archive({ id, custody, holders }: { id: string; custody: Custody; holders: readonly KeyHolder[] }) {
  const { t } = useT();
  const kept = `archive.${id}`;
  const [receiver, setReceiver] = useState('');
  const [media, setMedia] = useState(false);
  const [reason, setReason] = useState(() => readNote(kept));
  const sending = useSending(['receiver', 'media', 'reason']);
  const shut = custody.removed !== undefined && !receiver;
  async function take(event: Event): Promise<void> {
    event.preventDefault();
    if (!reason.trim()) {
      sending.setErrors({ reason: t('archive.reason.missing') });
      return document.getElementById('archive-reason')?.focus();
    }
    await sending.send(
      () => custodyApi.archive(id, { reason: reason.trim(), media: media && !shut ? 'yes' : 'no', ...(receiver ? { receiver } : {}) }),
      (file) => {
        saveFile(file.name, file.bytes);
        keepNote(kept, '');
        setReason('');
        toast(t('archive.taken', { name: file.name }));
      },
    );
  }
  return (
    <details class="custody-act">
      <summary>{t('archive.title')}</summary>
      <form class="stack" onSubmit={(e) => void take(e)} noValidate>
        <p class="soft">{t('archive.lead')}</p>
        <Field id="archive-receiver" label={t('archive.for')} error={sending.errors.receiver ?? ''}>
          {(p) => (
            <select {...p} value={receiver} onChange={(e) => setReceiver(e.currentTarget.value)}>
              <option value="">{t('archive.for.nobody')}</option>
              {holders.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <label class="check">
          <input type="checkbox" checked={media && !shut} disabled={shut} onChange={(e) => setMedia(e.currentTarget.checked)} aria-describedby="archive-media-more" />
          <span>{t('archive.media')}</span>
        </label>
        <small id="archive-media-more" class={sending.errors.media ? 'field-error' : 'soft'}>
          {sending.errors.media ?? t(shut ? 'archive.media.removed' : 'archive.media.help')}
        </small>
        <Field id="archive-reason" label={t('archive.reason')} error={sending.errors.reason ?? ''}>
          {(p) => (
            <input
              {...p}
              maxLength={500}
              autocomplete="off"
              value={reason}
              onInput={(e) => {
                setReason(e.currentTarget.value);
                keepNote(kept, e.currentTarget.value);
              }}
            />
          )}
        </Field>
        <Refusal sending={sending} />
        <button type="submit" class="button" disabled={sending.busy}>
          {t(sending.busy ? 'archive.taking' : 'archive.take')}
        </button>
      </form>
    </details>
  );
}

export function HandOver({ id, custody, holders, done }: { id: string; custody: Custody; holders: readonly KeyHolder[]; done(next: Custody): void }) {
  const { t } = useT();
  const appeal = custody.clock.some((c) => c.kept_by === 'appeal');
  return (
    <details class="custody-act">
      <summary>{t('hand.title')}</summary>
      <Notice tone="warm">
        <p>
          <strong>{t('hand.means')}</strong>
        </p>
        <p>{t('hand.first')}</p>
        <p>{t('hand.stays')}</p>
      </Notice>
      {custody.legal_hold ? (
        <p>{t('hand.not.hold')}</p>
      ) : appeal ? (
        <p>{t('hand.not.appeal')}</p>
      ) : holders.length === 0 ? (
        <p>{t('hand.no_key')}</p>
      ) : (
        <HandForm id={id} holders={holders} done={done} />
      )}
    </details>
  );
}

function HandForm({ id, holders, done }: { id: string; holders: readonly KeyHolder[]; done(next: Custody): void }) {
  const { t } = useT();
  const [receiver, setReceiver] = useState('');
  const [reason, setReason] = useState('');
  const [sure, setSure] = useState(false);
  const sending = useSending(['receiver', 'reason', 'sure']);
  async function send(event: Event): Promise<void> {
    event.preventDefault();
    const errors: Record<string, string> = {};
    if (!receiver) errors.receiver = t('hand.to.missing');
    if (!reason.trim()) errors.reason = t('archive.reason.missing');
    if (!sure) errors.sure = t('hand.sure.missing');
    const [first] = Object.keys(errors);
    if (first) {
      sending.setErrors(errors);
      return document.getElementById(`hand-${first}`)?.focus();
    }
    await sending.send(
      () => custodyApi.handOver(id, { receiver, reason: reason.trim() }),
      (next) => {
        toast(t('hand.done'));
        done(next);
      },
    );
  }
  return (
    <form class="stack" onSubmit={(e) => void send(e)} noValidate>
      <Field id="hand-receiver" label={t('hand.to')} error={sending.errors.receiver ?? ''}>
        {(p) => (
          <select {...p} value={receiver} onChange={(e) => setReceiver(e.currentTarget.value)}>
            <option value="" />
            {holders.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field id="hand-reason" label={t('archive.reason')} error={sending.errors.reason ?? ''}>
        {(p) => <input {...p} maxLength={500} autocomplete="off" value={reason} onInput={(e) => setReason(e.currentTarget.value)} />}
      </Field>
      <label class="check">
        <input id="hand-sure" type="checkbox" checked={sure} aria-invalid={sending.errors.sure !== undefined} aria-describedby="hand-sure-more" onChange={(e) => setSure(e.currentTarget.checked)} />
        <span>{t('hand.sure')}</span>
      </label>
      <small id="hand-sure-more" class="field-error">
        {sending.errors.sure ?? ''}
      </small>
      <Refusal sending={sending} />
      <button type="submit" class="button" disabled={sending.busy}>
        {t('hand.do')}
      </button>
    </form>
  );
}
