// SPDX-License-Identifier: Apache-2.0
// One decision for a wave of the same message. Who looks: a lead in front of two hundred cases of the same sentence. First what would happen and to
// whom not; only then the button; and ten seconds to take all of it back.
import { useState } from 'preact/hooks';
import { ApiError } from '../api';
import { decisionsApi } from '../api-decisions';
import { useNow } from '../clock';
import { loadQueue } from '../flow';
import { word } from '../i18n';
import { href } from '../route';
import { toast, useApp, useT } from '../state';
import { isKey } from '../strings';
import type { Action } from '../types';
import type { BulkAsk, BulkBy, BulkCase, BulkPreview } from '../types-decisions';
import { offerUndo } from '../undo';
import { Field, Notice, Time, useSpaceTitle } from './parts';

type Kind = 'opening' | 'group' | 'cases' | 'filter';
const kinds: readonly Kind[] = ['opening', 'group', 'cases', 'filter'];
const acts: readonly Action[] = ['dismiss', 'warn', 'mute', 'restrict_minors'];
const evidence = ['conduct.same_opening', 'conduct.linked_accounts', 'conduct.new_account', 'text.moving_app', 'text.gift_offer'];
const DAY_HOURS = 24;

interface Form {
  kind: Kind;
  names: string;
  evidence: string;
  from: string;
  space: string;
  action: Action;
  reason: string;
  hours: string;
}

function byOf(form: Form): BulkBy {
  const names = form.names.split(/[\s,;]+/).filter(Boolean);
  if (form.kind === 'cases') return { cases: names };
  if (form.kind === 'filter')
    return {
      filter: {
        ...(form.evidence ? { evidence: form.evidence } : {}),
        ...(form.from ? { opened_from: new Date(form.from).toISOString() } : {}),
      },
    };
  return form.kind === 'opening' ? { opening: names[0] ?? '' } : { group: names[0] ?? '' };
}

function askOf(form: Form): BulkAsk {
  const lasting = form.action === 'mute' || form.action === 'restrict_minors';
  return {
    by: byOf(form),
    space: form.space,
    action: form.action,
    reason: form.reason.trim(),
    ...(lasting ? { hours: Number(form.hours) } : {}),
  };
}

/** Where the form says what a pointer of the server is about. */
function placeOf(pointer: string | undefined): string {
  if (!pointer) return 'form';
  if (pointer.startsWith('/by')) return 'by';
  return pointer.slice(1);
}

export function Bulk() {
  const { t } = useT();
  const spaces = useApp((s) => s.spaces);
  const [form, setForm] = useState<Form>({
    kind: 'opening',
    names: '',
    evidence: 'conduct.same_opening',
    from: '',
    space: '',
    action: 'dismiss',
    reason: 'handled',
    hours: String(7 * DAY_HOURS),
  });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [preview, setPreview] = useState<BulkPreview | null>(null);
  const [busy, setBusy] = useState(false);
  const space = form.space || spaces[0]?.space || '';

  function change(part: Partial<Form>): void {
    setForm({ ...form, ...part });
    setErrors({});
    setPreview(null); // what was shown is not what would be done any more
  }
  function refused(error: unknown): void {
    const answer = error instanceof ApiError ? error : new ApiError(0, {}, 0);
    const detail = answer.lost ? t('error.network') : (answer.problem.detail ?? t('error.other'));
    setErrors({ [placeOf(answer.problem.pointer)]: detail });
    if (answer.status === 409) setPreview(null);
  }
  async function look(event: Event): Promise<void> {
    event.preventDefault();
    if (form.kind !== 'filter' && !/[cC]-\d{6,}/.test(form.names)) {
      setErrors({ by: t('bulk.names.wrong') });
      return document.getElementById('bulk-names')?.focus();
    }
    setBusy(true);
    setErrors({});
    try {
      setPreview(await decisionsApi.previewBulk(askOf({ ...form, space })));
    } catch (error) {
      refused(error);
    } finally {
      setBusy(false);
    }
  }
  async function decide(): Promise<void> {
    if (!preview) return;
    setBusy(true);
    try {
      const done = await decisionsApi.decideBulk(preview.token);
      setPreview(null);
      toast(t('bulk.done', { n: done.decided }));
      if (done.undo_until)
        offerUndo({ kind: 'bulk', id: done.bulk, n: '', until: Date.parse(done.undo_until), count: done.decided });
      await loadQueue();
    } catch (error) {
      refused(error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <main id="main" class="page" tabIndex={-1}>
      <h1>{t('bulk.title')}</h1>
      <p class="lead">{t('bulk.lead')}</p>
      <form class="bulk-form" onSubmit={(e) => void look(e)}>
        <BulkWhich form={form} change={change} error={errors['by'] ?? ''} />
        <BulkWhat form={{ ...form, space }} change={change} errors={errors} />
        <button type="submit" class="button" disabled={busy}>
          {t('bulk.preview')}
        </button>
      </form>
      {errors['form'] || errors['token'] ? (
        <Notice tone="bad" alert>
          {errors['form'] ?? errors['token']}
        </Notice>
      ) : null}
      {preview ? <Shown preview={preview} busy={busy} onDecide={() => void decide()} /> : null}
    </main>
  );
}

function BulkWhich({ form, change, error }: { form: Form; change(part: Partial<Form>): void; error: string }) {
  const { t } = useT();
  return (
    <fieldset>
      <legend>{t('bulk.which')}</legend>
      <Field id="bulk-kind" label={t('bulk.by')}>
        {(props) => (
          <select {...props} value={form.kind} onChange={(e) => change({ kind: e.currentTarget.value as Kind })}>
            {kinds.map((k) => (
              <option key={k} value={k}>
                {t(`bulk.by.${k}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {form.kind === 'filter' ? (
        <>
          <Field id="bulk-evidence" label={t('bulk.evidence')} error={error}>
            {(props) => (
              <select {...props} value={form.evidence} onChange={(e) => change({ evidence: e.currentTarget.value })}>
                {evidence.map((name) => (
                  <option key={name} value={name}>
                    {word(t, 'ev', name)}
                  </option>
                ))}
                <option value="">{t('bulk.evidence.any')}</option>
              </select>
            )}
          </Field>
          <Field id="bulk-from" label={t('bulk.from')}>
            {(props) => (
              <input {...props} type="datetime-local" value={form.from} onInput={(e) => change({ from: e.currentTarget.value })} />
            )}
          </Field>
        </>
      ) : (
        <Field id="bulk-names" label={t(form.kind === 'cases' ? 'bulk.names.many' : 'bulk.names.one')} error={error}>
          {(props) =>
            form.kind === 'cases' ? (
              <textarea {...props} rows={3} value={form.names} onInput={(e) => change({ names: e.currentTarget.value })} />
            ) : (
              <input {...props} value={form.names} onInput={(e) => change({ names: e.currentTarget.value })} />
            )
          }
        </Field>
      )}
    </fieldset>
  );
}

function BulkWhat({ form, change, errors }: { form: Form; change(part: Partial<Form>): void; errors: Record<string, string> }) {
  const { t } = useT();
  const title = useSpaceTitle();
  const spaces = useApp((s) => s.spaces);
  const reasons = form.action === 'dismiss' ? ['handled', 'misread', 'no_risk'] : ['spam', 'harassment', 'age', 'grooming'];
  const lasting = form.action === 'mute' || form.action === 'restrict_minors';
  return (
    <fieldset>
      <legend>{t('bulk.what')}</legend>
      <Field id="bulk-space" label={t('bulk.space')} error={errors['space'] ?? ''}>
        {(props) => (
          <select {...props} value={form.space} onChange={(e) => change({ space: e.currentTarget.value })}>
            {spaces.map((s) => (
              <option key={s.space} value={s.space}>
                {title(s.space)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field id="bulk-action" label={t('bulk.action')} error={errors['action'] ?? ''}>
        {(props) => (
          <select
            {...props}
            value={form.action}
            onChange={(e) => {
              const action = e.currentTarget.value as Action;
              change({ action, reason: action === 'dismiss' ? 'handled' : 'spam' });
            }}
          >
            {acts.map((a) => (
              <option key={a} value={a}>
                {t(`act.${a}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field id="bulk-reason" label={t('act.reason')} error={errors['reason'] ?? ''}>
        {(props) => (
          <select {...props} value={form.reason} onChange={(e) => change({ reason: e.currentTarget.value })}>
            {reasons.map((r) => (
              <option key={r} value={r}>
                {word(t, 'reason', r)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {lasting ? (
        <Field id="bulk-hours" label={t('act.duration')} error={errors['hours'] ?? ''}>
          {(props) => (
            <select {...props} value={form.hours} onChange={(e) => change({ hours: e.currentTarget.value })}>
              {[1, 3, 7, 30].map((days) => (
                <option key={days} value={String(days * DAY_HOURS)}>
                  {t('time.days', { n: days })}
                </option>
              ))}
            </select>
          )}
        </Field>
      ) : null}
    </fieldset>
  );
}

function Shown({ preview, busy, onDecide }: { preview: BulkPreview; busy: boolean; onDecide(): void }) {
  const { t } = useT();
  const { decision } = preview;
  return (
    <section aria-labelledby="bulk-shown" class="bulk-shown">
      <h2 id="bulk-shown">{t('bulk.shown', { n: preview.cases.length })}</h2>
      <p>
        {t('bulk.will', { action: t(`act.${decision.action}.long`), reason: word(t, 'reason', decision.reason) })}{' '}
        {decision.statement ? t('bulk.will.statement') : ''} {decision.strike ? t('bulk.will.strike') : ''}
      </p>
      <Cases list={preview.cases} />
      {preview.excluded.length > 0 ? (
        <>
          <h3>{t('bulk.excluded', { n: preview.excluded.length })}</h3>
          <Cases list={preview.excluded} />
        </>
      ) : null}
      <button type="button" class="button button-main" disabled={busy || preview.cases.length === 0} onClick={onDecide}>
        {t('bulk.decide', { n: preview.cases.length })}
      </button>
    </section>
  );
}

function Cases({ list }: { list: readonly BulkCase[] }) {
  const { t } = useT();
  const now = useNow();
  const why = (c: BulkCase): string => {
    const key = `bulk.why.${c.why ?? ''}`;
    return c.detail ?? (isKey(key) ? t(key) : '');
  };
  return (
    <ul class="bulk-cases">
      {list.map((c) => (
        <li key={c.case}>
          <a href={href({ page: 'case', id: c.case })}>{c.case}</a> <bdi>{c.account}</bdi>{' '}
          <span class="soft">
            <Time at={c.opened} now={now} />
          </span>
          {c.why ? <span class="bulk-why">{why(c)}</span> : null}
        </li>
      ))}
    </ul>
  );
}
