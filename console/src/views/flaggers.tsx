// SPDX-License-Identifier: Apache-2.0
// Trusted flaggers with their records, and who misuses notices. A person suspends, with the figures before them.
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { noticesApi } from '../api-notices';
import { useNow } from '../clock';
import { keepForm, keptForm } from '../people';
import { upheldShare } from '../notices';
import { pick } from '../i18n';
import { toast, useApp, useT } from '../state';
import type { Flagger, Notifier } from '../types-notices';
import { Field, Notice, Time, useSpaceTitle } from './parts';

export function FlaggersPage() {
  const { t } = useT();
  const [flaggers, setFlaggers] = useState<Flagger[] | null>(null);
  const [notifiers, setNotifiers] = useState<Notifier[]>([]);
  const [failed, setFailed] = useState(false);
  const [adding, setAdding] = useState(begun);
  const [key, setKey] = useState('');

  function load(): void {
    setFailed(false);
    Promise.all([noticesApi.flaggers(), noticesApi.notifiers()]).then(
      ([f, n]) => (setFlaggers(f.flaggers), setNotifiers(n.notifiers)),
      () => setFailed(true),
    );
  }
  useEffect(load, []);

  return (
    <main id="main" class="page page-flaggers" tabIndex={-1}>
      <h1>{t('flaggers.title')}</h1>
      <p class="lead">{t('flaggers.lead')}</p>
      {failed ? (
        <Notice tone="bad" alert>
          {t('flaggers.failed')}{' '}
          <button type="button" class="button" onClick={load}>
            {t('app.retry')}
          </button>
        </Notice>
      ) : null}
      {key ? (
        <Notice tone="warm">
          {t('flaggers.key.once')} <code class="notice-number">{key}</code>
        </Notice>
      ) : null}
      {adding ? (
        <Add
          onDone={(made) => {
            setAdding(false);
            setKey(made?.key ?? '');
            load();
          }}
        />
      ) : (
        <button type="button" class="button" onClick={() => setAdding(true)}>
          {t('flaggers.add')}
        </button>
      )}
      {flaggers?.length === 0 ? <p class="empty">{t('flaggers.empty')}</p> : null}
      <ul class="notice-list">
        {flaggers?.map((f) => (
          <FlaggerRow key={f.id} flagger={f} onChange={load} />
        ))}
      </ul>
      <section aria-labelledby="notifiers-title">
        <h2 id="notifiers-title">{t('notifiers.title')}</h2>
        <p class="lead">{t('notifiers.lead')}</p>
        {flaggers && notifiers.length === 0 ? <p class="empty">{t('notifiers.empty')}</p> : null}
        <ul class="notice-list">
          {notifiers.map((n) => (
            <NotifierRow key={n.who} notifier={n} onChange={load} />
          ))}
        </ul>
      </section>
    </main>
  );
}

const start = { space: '', name: '', organisation: '', area: '', awarded_by: '', account: '', until: '', key: true };
type Draft = typeof start;
type Line = Exclude<keyof Draft, 'key'>;
const FORM = 'flagger';
const begun = (): boolean => keptForm<Partial<Draft>>(FORM, {}).space !== undefined;

function Add({ onDone }: { onDone: (made?: Flagger) => void }) {
  const { t, lang } = useT();
  const spaces = useApp((s) => s.spaces);
  const [draft, setDraft] = useState<Draft>(() => keptForm(FORM, { ...start, space: spaces[0]?.space ?? '*' }));
  const [errors, setErrors] = useState<Partial<Record<Line, string>>>({});
  const change = (name: Line, value: string): void => {
    put({ [name]: value });
    if (errors[name]) setErrors({ ...errors, [name]: '' });
  };
  function put(part: Partial<Draft>): void {
    const next = { ...draft, ...part };
    setDraft(next);
    keepForm(FORM, next);
  }
  function done(made?: Flagger): void {
    keepForm(FORM, null);
    onDone(made);
  }

  async function save(event: Event): Promise<void> {
    event.preventDefault();
    const wrong: typeof errors = {};
    for (const name of ['name', 'organisation', 'area', 'awarded_by'] as const) if (!draft[name].trim()) wrong[name] = t('flaggers.missing');
    if (!draft.key && !draft.account.trim()) wrong.account = t('flaggers.need');
    setErrors(wrong);
    const [first] = Object.keys(wrong);
    if (first) return document.getElementById(`flagger-${first}`)?.focus();
    const { account, until, ...rest } = draft;
    try {
      done(await noticesApi.addFlagger({ ...rest, ...(account ? { account } : {}), ...(until ? { until } : {}) }));
    } catch (failure) {
      const where = failure instanceof ApiError ? (failure.problem.pointer?.slice(1) as Line | undefined) : undefined;
      const said = failure instanceof ApiError ? failure.message : t('error.other');
      if (where && where in draft) setErrors({ [where]: said });
      else toast(said, 'bad');
    }
  }

  const line = (name: Exclude<Line, 'space'>, label: string, help = '', type: 'text' | 'date' = 'text') => (
    <Field id={`flagger-${name}`} label={label} help={help} error={errors[name] ?? ''}>
      {(props) => {
        const all = { ...props, value: draft[name], onInput: (e: { currentTarget: HTMLInputElement }) => change(name, e.currentTarget.value) };
        return type === 'date' ? <input type="date" {...all} /> : <input type="text" {...all} />;
      }}
    </Field>
  );
  return (
    <form class="notice-form" onSubmit={(e) => void save(e)} noValidate>
      {line('name', t('flaggers.name'))}
      {line('organisation', t('flaggers.organisation'))}
      {line('area', t('flaggers.area'))}
      {line('awarded_by', t('flaggers.awarded'), t('flaggers.awarded.help'))}
      <Field id="flagger-space" label={t('flaggers.space')} error={errors.space ?? ''}>
        {(props) => (
          <select {...props} value={draft.space} onChange={(e) => change('space', e.currentTarget.value)}>
            {spaces.map((s) => (
              <option key={s.space} value={s.space}>
                {pick(s.title, lang) || s.space}
              </option>
            ))}
            <option value="*">{t('flaggers.all')}</option>
          </select>
        )}
      </Field>
      {line('account', t('flaggers.account'), t('flaggers.account.help'))}
      {line('until', t('flaggers.until'), '', 'date')}
      <label class="choice">
        <input type="checkbox" checked={draft.key} onChange={(e) => put({ key: e.currentTarget.checked })} /> {t('flaggers.key')}
      </label>
      <div class="notice-do">
        <button type="submit" class="button button-main">
          {t('flaggers.save')}
        </button>
        <button type="button" class="button" onClick={() => done()}>
          {t('flaggers.cancel')}
        </button>
      </div>
    </form>
  );
}

/** Days and a reason, before something is suspended. */
function Suspend({ id, daysLabel, days: proposed, least, onSend, onCancel }: { id: string; daysLabel: string; days: number; least: number; onSend: (days: number, reason: string) => Promise<unknown>; onCancel: () => void }) {
  const { t } = useT();
  const [days, setDays] = useState(String(proposed));
  const [reason, setReason] = useState('');
  const [errors, setErrors] = useState({ days: '', reason: '' });

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    const wrong = { days: /^\d{1,4}$/.test(days) && Number(days) >= least ? '' : t('flaggers.missing'), reason: reason.trim().length < 3 ? t('flaggers.reason.missing') : '' };
    setErrors(wrong);
    if (wrong.days || wrong.reason) return;
    try {
      await onSend(Number(days), reason.trim());
    } catch (failure) {
      const said = failure instanceof ApiError ? failure.message : t('error.other');
      if (failure instanceof ApiError && failure.problem.pointer === '/days') setErrors({ days: said, reason: '' });
      else setErrors({ days: '', reason: said });
    }
  }
  return (
    <form class="notice-form" onSubmit={(e) => void send(e)} noValidate>
      <Field id={`${id}-days`} label={daysLabel} error={errors.days}>
        {(props) => <input {...props} type="text" inputMode="numeric" value={days} onInput={(e) => setDays(e.currentTarget.value)} />}
      </Field>
      <Field id={`${id}-reason`} label={t('flaggers.reason')} error={errors.reason}>
        {(props) => <input {...props} type="text" value={reason} maxLength={500} onInput={(e) => setReason(e.currentTarget.value)} />}
      </Field>
      <div class="notice-do">
        <button type="submit" class="button button-main">
          {t('flaggers.suspend')}
        </button>
        <button type="button" class="button" onClick={onCancel}>
          {t('flaggers.cancel')}
        </button>
      </div>
    </form>
  );
}

function useAct(onChange: () => void): (call: Promise<unknown>) => Promise<void> {
  const { t } = useT();
  return async (call) => {
    try {
      await call;
      toast(t('flaggers.done'));
      onChange();
    } catch (failure) {
      toast(failure instanceof ApiError ? failure.message : t('error.other'), 'bad');
    }
  };
}

function FlaggerRow({ flagger: f, onChange }: { flagger: Flagger; onChange: () => void }) {
  const { t } = useT();
  const title = useSpaceTitle();
  const act = useAct(onChange);
  const [suspending, setSuspending] = useState(false);
  const share = upheldShare(f.record);
  return (
    <li class="notice-row">
      <div class="notice-what">
        <strong>{f.name}</strong>
        <div class="notice-tags">
          <span class={`notice-tag ${f.state === 'trusted' ? 'notice-tag-accent' : f.state === 'suspended' ? 'notice-tag-warm' : ''}`}>{t(`flaggers.state.${f.state}`)}</span>
          {share !== null ? <span class="notice-tag">{t('flaggers.share', { n: share })}</span> : null}
        </div>
        <span class="soft">{`${f.organisation} · ${f.area} · ${f.awarded_by}`}</span>
        {f.doubtful ? <Notice tone="warm">{t('flaggers.doubtful')}</Notice> : null}
        {f.suspended_reason ? <span>{t('flaggers.suspended', { who: f.suspended_by ?? '', reason: f.suspended_reason })}</span> : null}
      </div>
      <div class="notice-facts">
        <span>{f.space === '*' ? t('flaggers.all') : title(f.space)}</span>
        <span>{t('flaggers.record', f.record)}</span>
      </div>
      {suspending ? (
        <Suspend
          id={`flagger-${f.id}`}
          daysLabel={t('flaggers.suspend.days')}
          days={0}
          least={0}
          onCancel={() => setSuspending(false)}
          onSend={async (days, reason) => {
            await noticesApi.suspendFlagger(f.id, days, reason);
            setSuspending(false);
            onChange();
          }}
        />
      ) : f.state !== 'ended' ? (
        <div class="notice-do">
          {f.state === 'suspended' ? (
            <button type="button" class="button button-small" onClick={() => void act(noticesApi.restoreFlagger(f.id))}>
              {t('flaggers.restore')}
            </button>
          ) : f.record.made > 0 ? (
            <button type="button" class="button button-small" onClick={() => setSuspending(true)}>
              {t('flaggers.suspend')}
            </button>
          ) : null}
          <button type="button" class="button button-small button-quiet" onClick={() => void act(noticesApi.endFlagger(f.id))}>
            {t('flaggers.end')}
          </button>
        </div>
      ) : null}
    </li>
  );
}

function NotifierRow({ notifier: n, onChange }: { notifier: Notifier; onChange: () => void }) {
  const { t } = useT();
  const now = useNow();
  const title = useSpaceTitle();
  const act = useAct(onChange);
  const [suspending, setSuspending] = useState(false);
  return (
    <li class="notice-row">
      <div class="notice-what">
        <strong>{t('notifiers.who', { who: n.who.slice(0, 8) })}</strong>
        <div class="notice-tags">
          <span class={`notice-tag ${n.state === 'may_warn' || n.state === 'may_suspend' ? 'notice-tag-warm' : ''}`}>{t(`notifiers.state.${n.state}`)}</span>
        </div>
        {n.suspended_until ? (
          <span>
            {t('notifiers.suspended', { who: n.suspended_by ?? '', reason: n.suspended_reason ?? '' })} {t('notifiers.until')} <Time at={n.suspended_until} now={now} />
          </span>
        ) : null}
      </div>
      <div class="notice-facts">
        <span>{title(n.space)}</span>
        <span>{t('notifiers.record', { unfounded: n.record.unfounded, decided: n.record.decided, days: n.window_days })}</span>
      </div>
      {suspending ? (
        <Suspend
          id={`notifier-${n.who}`}
          daysLabel={t('notifiers.suspend.days', { most: n.suspend_most_days })}
          days={Math.min(7, n.suspend_most_days)}
          least={1}
          onCancel={() => setSuspending(false)}
          onSend={async (days, reason) => {
            await noticesApi.suspend(n.who, days, reason);
            setSuspending(false);
            onChange();
          }}
        />
      ) : (
        <div class="notice-do">
          {n.state === 'may_warn' ? (
            <button type="button" class="button button-small" onClick={() => void act(noticesApi.warn(n.who))}>
              {t('notifiers.warn')}
            </button>
          ) : null}
          {n.state === 'may_suspend' ? (
            <button type="button" class="button button-small" onClick={() => setSuspending(true)}>
              {t('notifiers.suspend')}
            </button>
          ) : null}
          {n.state === 'suspended' ? (
            <button type="button" class="button button-small" onClick={() => void act(noticesApi.lift(n.who))}>
              {t('notifiers.lift')}
            </button>
          ) : null}
        </div>
      )}
    </li>
  );
}
