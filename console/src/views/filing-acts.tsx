// SPDX-License-Identifier: Apache-2.0
// What a person may do with a report now: confirm, second, done by hand, try again, take back; each says what it does before it is pressed.
import { useState } from 'preact/hooks';
import { filingsApi } from '../api-filings';
import { go } from '../flow';
import { pick } from '../i18n';
import { dropNote, keepNote, readNote } from '../draft';
import { href } from '../route';
import { toast, useT } from '../state';
import type { Key } from '../strings';
import type { FilingWhole } from '../types-filings';
import { Cap, Field } from './parts';
import { Refusal, useSending } from './report-parts';

export function Acts({ f, reload }: { f: FilingWhole; reload(): void }) {
  const { t } = useT();
  const can = (what: FilingWhole['actions'][number]): boolean => f.actions.includes(what);
  const dropping = useSending();
  if (f.actions.every((a) => a === 'answer' || a === 'options' || a === 'follow_up' || a === 'recheck')) return f.state === 'confirmed' ? <p class="soft">{t('filing.waits_second')}</p> : null;
  return (
    <section class="card filing-acts" aria-labelledby="filing-acts">
      <h2 id="filing-acts">{t('filing.acts')}</h2>
      {f.has_fields && (can('done') || can('confirm') || can('second')) ? (
        <a class="button button-small" data-key="portal" aria-keyshortcuts="p" href={href({ page: 'portal', id: String(f.id) })}>
          {t('filing.portal')} <Cap>P</Cap>
        </a>
      ) : null}
      {can('confirm') ? <Confirm f={f} how="confirm" reload={reload} /> : null}
      {can('second') ? <Confirm f={f} how="second" reload={reload} /> : null}
      {can('done') ? <Line f={f} name="done" reload={reload} main={f.state === 'by_hand'} call={(text) => filingsApi.done(f.id, text)} /> : null}
      {can('retry') ? <Line f={f} name="retry" reload={reload} main={f.state === 'refused'} call={(text) => filingsApi.retry(f.id, text)} /> : null}
      {can('withdraw') ? <Line f={f} name="withdraw" reload={reload} main={false} call={(text) => filingsApi.withdraw(f.id, text)} /> : null}
      {can('drop') ? (
        <button
          type="button"
          class="button button-small"
          data-key="drop"
          aria-keyshortcuts="x"
          disabled={dropping.busy}
          onClick={() =>
            void dropping.send(
              () => filingsApi.drop(f.id),
              () => {
                toast(t('filing.dropped'));
                go({ page: 'case', id: f.case });
              },
            )
          }
        >
          {t('filing.drop')} <Cap>X</Cap>
        </button>
      ) : null}
      <Refusal sending={dropping} />
    </section>
  );
}

/** The confirmation names the documents that were looked at: what has changed meanwhile is refused, and read again. */
function Confirm({ f, how, reload }: { f: FilingWhole; how: 'confirm' | 'second'; reload(): void }) {
  const { t, lang } = useT();
  const sending = useSending();
  const to = pick(f.receiver.name, lang) || f.receiver.id;
  const effect: Key = how === 'second' ? (f.carry === 'hand' ? 'filing.second.hand' : 'filing.second.sends') : f.four_eyes ? 'filing.confirm.four' : f.carry === 'hand' ? 'filing.confirm.hand' : 'filing.confirm.sends';
  return (
    <div class="filing-confirm">
      {how === 'second' && f.confirmed ? <p>{t('filing.second.same', { who: f.confirmed.by })}</p> : null}
      <p id="confirm-effect">{t(effect, { to })}</p>
      <button
        type="button"
        class="button button-main button-wide"
        data-key="confirm"
        aria-keyshortcuts="c"
        aria-describedby="confirm-effect"
        disabled={sending.busy || f.blocks === true || !f.hash}
        onClick={() =>
          void sending
            .send(
              () => (how === 'confirm' ? filingsApi.confirm(f.id, f.hash ?? '') : filingsApi.second(f.id, f.hash ?? '')),
              () => toast(t('filing.confirmed')),
            )
            .then((well) => well && reload())
        }
      >
        {t(how === 'confirm' ? 'filing.confirm' : 'filing.second')} <Cap>C</Cap>
      </button>
      {f.blocks ? <p class="soft">{t('filing.blocked')}</p> : null}
      <Refusal sending={sending} />
      {sending.errors[''] ? (
        <button type="button" class="button button-small" onClick={reload}>
          {t('filing.look_again')}
        </button>
      ) : null}
    </div>
  );
}

const caps = { done: 'D', retry: 'R', withdraw: 'W' } as const;

/** One line of words, then the button. */
function Line({ f, name, main, call, reload }: { f: FilingWhole; name: 'done' | 'retry' | 'withdraw'; main: boolean; call(text: string): Promise<unknown>; reload(): void }) {
  const { t } = useT();
  const field = name === 'done' ? 'reference' : 'reason';
  const kept = `filing.${f.id}.${name}`;
  const [text, setText] = useState(() => readNote(kept));
  const sending = useSending([field]);
  async function send(event: Event): Promise<void> {
    event.preventDefault();
    if (!text.trim()) {
      sending.setErrors({ [field]: t(`filing.${name}.missing`) });
      return document.getElementById(`filing-${name}`)?.focus();
    }
    const well = await sending.send(
      () => call(text.trim()),
      () => {
        dropNote(kept);
        setText('');
        toast(t(`filing.${name}.said`));
      },
    );
    if (well) reload();
  }
  const form = (
    <form class="stack" onSubmit={(e) => void send(e)} noValidate>
      <Field id={`filing-${name}`} label={t(`filing.${name}.label`)} help={t(`filing.${name}.help`)} error={sending.errors[field] ?? ''}>
        {(p) => (
          <input
            {...p}
            data-key={name}
            aria-keyshortcuts={caps[name].toLowerCase()}
            autocomplete="off"
            maxLength={name === 'done' ? 256 : 200}
            value={text}
            onInput={(e) => {
              setText(e.currentTarget.value);
              keepNote(kept, e.currentTarget.value);
            }}
          />
        )}
      </Field>
      <Refusal sending={sending} />
      <button type="submit" class={`button ${main ? 'button-main' : ''}`} disabled={sending.busy}>
        {t(`filing.${name}`)} {main ? <Cap>{caps[name]}</Cap> : null}
      </button>
    </form>
  );
  if (main) return form;
  return (
    <details>
      <summary>
        {t(`filing.${name}`)} <Cap>{caps[name]}</Cap>
      </summary>
      {form}
    </details>
  );
}
