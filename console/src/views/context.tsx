// SPDX-License-Identifier: Apache-2.0
// More of a conversation than was sealed: asked for with a reason, which is on record; what came, and what did not.
//
// Who looks: a référent who cannot decide on what she sees. In ten seconds: ask, and know that it was heard. Later: who asked, why, what came.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { caseApi } from '../api-case';
import { dropNote, keepNote, readNote } from '../draft';
import { clock, day, full, sameDay } from '../format';
import { may, toast, useApp, useT } from '../state';
import type { ContextAsk, ContextRequest } from '../types-case';
import { CoveredText } from './conversation';
import { BandText, Cap, Field, Notice } from './parts';

export interface ContextHandle {
  open(): void;
  /** True when there was something to close. */
  close(): boolean;
}

interface AskProps {
  caseId: string;
  conversation: string;
  waits: boolean;
  handle: { current: ContextHandle | null };
  onAsked(request: ContextRequest): void;
}

const amounts = ['m20', 'm100', 'm500', 't60', 't1440', 't10080'] as const;
type Amount = (typeof amounts)[number];
const amountOf = (a: Amount): Pick<ContextAsk, 'messages' | 'minutes'> =>
  a.startsWith('m') ? { messages: Number(a.slice(1)) } : { minutes: Number(a.slice(1)) };

export function AskContext({ caseId, conversation, waits, handle, onAsked }: AskProps) {
  const { t } = useT();
  const allowed = useApp((s) => may(s.session, 'case.context'));
  const draft = `context ${caseId}`;
  const [open, setOpen] = useState(() => readNote(draft) !== '');
  const [reason, setReason] = useState(() => readNote(draft));
  const [amount, setAmount] = useState<Amount>('m20');
  const [side, setSide] = useState<'before' | 'after'>('before');
  const [wrong, setWrong] = useState('');
  const [sending, setSending] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  handle.current = {
    open: () => {
      if (!allowed || waits) return toast(t(waits ? 'context.waits' : 'error.forbidden'));
      setOpen(true);
      setTimeout(() => field.current?.focus());
    },
    close: () => {
      if (!open) return false;
      setOpen(false);
      setTimeout(() => button.current?.focus());
      return true;
    },
  };
  useEffect(() => () => void (handle.current = null), []);
  if (!allowed) return null;

  async function send(): Promise<void> {
    if (!reason.trim()) {
      setWrong(t('context.reason.missing'));
      field.current?.focus();
      return;
    }
    setSending(true);
    setWrong('');
    try {
      const asked = await caseApi.askContext(caseId, {
        reason: reason.trim(),
        side,
        ...amountOf(amount),
        ...(conversation ? { conversation } : {}),
      });
      dropNote(draft);
      setReason('');
      setOpen(false);
      onAsked(asked);
      toast(t('context.asked'));
    } catch (error) {
      setWrong(error instanceof ApiError && !error.lost ? error.message : t('error.network'));
    } finally {
      setSending(false);
    }
  }

  if (!open) {
    return (
      <p class="context-ask">
        <button
          type="button"
          class="button button-small"
          ref={button}
          aria-keyshortcuts="o"
          disabled={waits}
          onClick={() => handle.current?.open()}
        >
          {t('context.ask')} <Cap>O</Cap>
        </button>{' '}
        <span class="soft">{t(waits ? 'context.waits' : 'context.ask.help')}</span>
      </p>
    );
  }
  return (
    <form
      class="panel context-form"
      aria-label={t('context.ask')}
      onSubmit={(e) => {
        e.preventDefault();
        void send();
      }}
    >
      <Field id="context-reason" label={t('context.reason')} help={t('context.reason.help')} error={wrong}>
        {(props) => (
          <textarea
            {...props}
            ref={field}
            rows={2}
            maxLength={450}
            value={reason}
            onInput={(e) => {
              setReason(e.currentTarget.value);
              keepNote(draft, e.currentTarget.value);
            }}
          />
        )}
      </Field>
      <div class="fields">
        <label class="field" for="context-side">
          <span>{t('context.side')}</span>
          <select id="context-side" value={side} onChange={(e) => setSide(e.currentTarget.value as 'before' | 'after')}>
            <option value="before">{t('context.side.before')}</option>
            <option value="after">{t('context.side.after')}</option>
          </select>
        </label>
        <label class="field" for="context-amount">
          <span>{t('context.amount')}</span>
          <select id="context-amount" value={amount} onChange={(e) => setAmount(e.currentTarget.value as Amount)}>
            {amounts.map((a) => (
              <option key={a} value={a}>
                {t(`context.amount.${a}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="panel-send">
        <button type="submit" class="button button-main" disabled={sending}>
          {t(sending ? 'act.sending' : 'context.send')}
        </button>
        <button type="button" class="button" onClick={() => handle.current?.close()}>
          {t('app.cancel')}
        </button>
      </div>
    </form>
  );
}

/** What was asked for, oldest first, with what came of it. */
export function ContextRequests({ requests, author }: { requests: readonly ContextRequest[]; author: string }) {
  const { t, lang } = useT();
  if (requests.length === 0) return null;
  return (
    <section class="contexts" aria-label={t('context.title')}>
      {requests.map((r) => (
        <article key={r.number} class={`context context-${r.state}`}>
          <p class="context-line">
            <strong>{t(`context.said.${r.state}`, { n: r.conversation?.messages.length ?? 0 })}</strong>{' '}
            {t(r.side === 'before' ? 'context.by.before' : 'context.by.after', { who: r.user })}{' '}
            <time dateTime={r.asked} title={full(lang, r.asked)}>
              {clock(lang, r.asked)}
            </time>
            {r.reason ? <q class="context-why">{r.reason}</q> : null}
          </p>
          {r.state === 'refused' && r.refused ? <Notice>{t('context.refused', { reason: r.refused })}</Notice> : null}
          {r.conversation ? (
            <ol class="lines lines-context">
              {r.conversation.messages.map((m, i, all) => (
                <>
                  {i === 0 || !sameDay(all[i - 1]?.time ?? '', m.time) ? (
                    <li class="line-day" key={`day ${m.id}`}>
                      <time dateTime={m.time.slice(0, 10)}>{day(lang, m.time)}</time>
                    </li>
                  ) : null}
                  <li key={m.id} class={`line ${m.subject === author ? 'line-own' : 'line-other'}`}>
                    <div class="line-who">
                      <bdi class="line-name">{m.subject}</bdi> <BandText t={t} band={m.age_band} />
                    </div>
                    <div class="bubble">
                      <p class="said" dir="auto">
                        <CoveredText parts={[{ text: m.text, names: [] }]} t={t} />
                      </p>
                      <time class="line-time" dateTime={m.time} title={full(lang, m.time)}>
                        {clock(lang, m.time)}
                      </time>
                    </div>
                  </li>
                </>
              ))}
            </ol>
          ) : null}
        </article>
      ))}
    </section>
  );
}
