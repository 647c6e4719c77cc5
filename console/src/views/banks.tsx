// SPDX-License-Identifier: Apache-2.0
// The banks of known material.
//
// Who looks: a lead. In ten seconds: is each list fresh, is it being found, is it trusted? One row answers the three, in
// words beside each colour. A référent comes to see what lists there are; an administrator, to begin one.
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, ApiError } from '../api';
import { bankOf, effects, emptyBank, expiresSoon, fieldOf, freshness, roles, spacesText, trust } from '../banks';
import type { BankForm, Errors } from '../banks';
import { useNow } from '../clock';
import { go } from '../flow';
import { word } from '../i18n';
import type { Command } from '../keys';
import { href } from '../route';
import { may, toast, useApp, useT } from '../state';
import type { Bank } from '../types';
import { Field, Meter, Notice, useSpaceTitle } from './parts';

/** Keys that the list of banks answers; set while the page is shown. */
export const banksKeys: { current: ((command: Command) => boolean) | null } = { current: null };

export function Banks() {
  const { t } = useT();
  const [list, setList] = useState<Bank[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [creating, setCreating] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const keeps = useApp((s) => may(s.session, 'bank.keep'));

  function load(): void {
    setFailed(false);
    api.banks().then(
      ({ banks }) => setList(banks),
      () => setFailed(true),
    );
  }
  useEffect(load, []);
  function close(): void {
    setCreating(false);
    requestAnimationFrame(() => opener.current?.focus());
  }
  banksKeys.current = (command) => {
    if (command === 'create' && keeps) setCreating(true);
    else if (command === 'back' && creating) close();
    else if (command === 'down' || command === 'up') move(command);
    else return false;
    return true;
  };
  useEffect(() => () => void (banksKeys.current = null), []);

  return (
    <main id="main" class="page page-banks" tabIndex={-1}>
      <div class="banks-head">
        <div>
          <h1>{t('bank.title')}</h1>
          <p class="lead">{t('bank.lead')}</p>
        </div>
        {keeps && !creating ? (
          <button ref={opener} type="button" class="button" aria-keyshortcuts="c" onClick={() => setCreating(true)}>
            {t('create.open')}
          </button>
        ) : null}
      </div>
      {creating ? <Create onClose={close} /> : null}
      {failed ? (
        <Notice tone="bad" alert>
          {t('bank.failed')}{' '}
          <button type="button" class="button" onClick={load}>
            {t('app.retry')}
          </button>
        </Notice>
      ) : !list ? (
        <p class="empty" aria-busy="true">
          {t('app.loading')}
        </p>
      ) : list.length === 0 ? (
        <p class="empty">{t('bank.none')}</p>
      ) : (
        <Table list={list} />
      )}
    </main>
  );
}

function Table({ list }: { list: Bank[] }) {
  const { t } = useT();
  const columns = ['name', 'effect', 'spaces', 'entries', 'fresh', 'matches', 'opinions'] as const;
  return (
    <table class="table banks" role="table">
      <caption class="visually-hidden">{t('bank.caption')}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((c) => (
            <th key={c} role="columnheader" scope="col" class={`bank-${c}`}>
              {t(`bank.col.${c}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {list.map((b) => (
          <Row key={b.name} bank={b} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ bank }: { bank: Bank }) {
  const { t } = useT();
  const now = useNow();
  const title = useSpaceTitle();
  const soon = expiresSoon(t, bank, now);
  return (
    <tr role="row" data-bank={bank.name}>
      <td role="cell" class="bank-name">
        <a class="bank-link" href={href({ page: 'bank', name: bank.name })}>
          <bdi>{bank.name}</bdi>
        </a>
        <span class="bank-more">
          {bank.source}
          {bank.classification ? <> · {bank.classification}</> : null}
        </span>
      </td>
      <td role="cell" class="bank-effect">
        <Effect bank={bank} />
      </td>
      <td role="cell" class="bank-spaces">
        {spacesText(t, bank.spaces, title)}
      </td>
      <td role="cell" class="bank-entries">
        <Count n={bank.entries} words="bank.entries" />
        {bank.withdrawn > 0 ? <span class="bank-more">{t('bank.withdrawn', { n: bank.withdrawn })}</span> : null}
      </td>
      <td role="cell" class="bank-fresh">
        <Freshness bank={bank} />
        {soon ? <span class="bank-more bank-stale">{soon}</span> : null}
      </td>
      <td role="cell" class="bank-matches">
        <Count n={bank.matches} words="bank.matches" />
      </td>
      <td role="cell" class="bank-opinions">
        <TrustBar bank={bank} />
      </td>
    </tr>
  );
}

/** A bare number under its column's name; with its noun where there are no columns. */
function Count({ n, words }: { n: number; words: 'bank.entries' | 'bank.matches' }) {
  const { t, lang } = useT();
  return (
    <>
      <span class="wide-only">{n.toLocaleString(lang)}</span>
      <span class="narrow-only">{t(words, { n })}</span>
    </>
  );
}

export function Effect({ bank }: { bank: Bank }) {
  const { t } = useT();
  return <span class={`effect effect-${bank.effect}`}>{t(`bank.effect.${bank.effect}`)}</span>;
}

export function Freshness({ bank }: { bank: Bank }) {
  const { t } = useT();
  const fresh = freshness(t, bank, useNow());
  return <span class={fresh.tone === 'stale' ? 'bank-stale' : ''}>{fresh.text}</span>;
}

export function TrustBar({ bank }: { bank: Bank }) {
  const { t } = useT();
  const said = trust(t, bank);
  if (said.share === null) return <span class="soft">{said.text}</span>;
  return (
    <span class="trust">
      <Meter share={said.share} />
      <span>{said.text}</span>
    </span>
  );
}

function move(step: 'down' | 'up'): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('.bank-link')];
  const at = links.findIndex((l) => l === document.activeElement);
  const to = at < 0 ? (step === 'down' ? 0 : links.length - 1) : at + (step === 'down' ? 1 : -1);
  links[Math.max(0, Math.min(links.length - 1, to))]?.focus();
}

// ---- a new bank ----

const fine = ['threshold', 'min_quality', 'video_percent', 'spaces', 'visible_to', 'expires', 'profile'];

function Create({ onClose }: { onClose(): void }) {
  const { t } = useT();
  const [form, setForm] = useState<BankForm>(emptyBank);
  const [errors, setErrors] = useState<Errors>({});
  const [refused, setRefused] = useState<{ field: string; text: string } | null>(null);
  const [sending, setSending] = useState(false);
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLFormElement>(null);
  const change = (part: Partial<BankForm>): void => {
    setForm({ ...form, ...part });
    setErrors(Object.fromEntries(Object.entries(errors).filter(([name]) => !(name in part))));
    if (refused && refused.field in part) setRefused(null);
  };

  useEffect(() => root.current?.querySelector<HTMLElement>('input')?.focus(), []);
  function toFirst(names: string[]): void {
    if (names.some((n) => fine.includes(n))) setOpen(true);
    requestAnimationFrame(() => root.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  }
  async function send(event: Event): Promise<void> {
    event.preventDefault();
    const { errors: wrong, bank } = bankOf(form);
    setErrors(wrong);
    setRefused(null);
    if (!bank) return toFirst(Object.keys(wrong));
    setSending(true);
    try {
      await api.createBank(bank);
      toast(t('create.done', { name: bank.name }));
      go({ page: 'bank', name: bank.name });
    } catch (failure) {
      const answer = failure instanceof ApiError ? failure : new ApiError(0, {}, 0);
      const field = answer.status === 409 ? 'name' : fieldOf(answer.problem.pointer);
      const detail = answer.lost ? t('error.network') : answer.problem.detail || t('error.other');
      setRefused({ field, text: answer.status === 409 ? t('create.taken') : detail });
      toFirst([field]);
    } finally {
      setSending(false);
    }
  }
  const errorOf = (name: string): string => {
    const key = errors[name];
    return key ? t(key) : refused?.field === name ? refused.text : '';
  };
  const known = ['name', 'source', 'classification', 'effect', ...fine];
  const text = (
    name: 'name' | 'source' | 'classification' | 'threshold' | 'min_quality' | 'video_percent' | 'spaces',
  ) => ({
    value: form[name],
    onInput: (e: { currentTarget: HTMLInputElement }) => change({ [name]: e.currentTarget.value }),
  });

  return (
    <form ref={root} class="panel create" aria-labelledby="create-title" noValidate onSubmit={(e) => void send(e)}>
      <h2 id="create-title">{t('create.title')}</h2>
      <div class="fields">
        <Field id="create-name" label={t('create.name')} help={t('create.name.help')} error={errorOf('name')}>
          {(p) => (
            <input {...p} {...text('name')} autocapitalize="none" autocomplete="off" spellcheck={false} required />
          )}
        </Field>
        <Field id="create-source" label={t('create.source')} help={t('create.source.help')} error={errorOf('source')}>
          {(p) => <input {...p} {...text('source')} autocomplete="off" required />}
        </Field>
        <Field
          id="create-classification"
          label={t('create.classification')}
          help={t('create.classification.help')}
          error={errorOf('classification')}
        >
          {(p) => <input {...p} {...text('classification')} autocomplete="off" />}
        </Field>
        <Field
          id="create-effect"
          label={t('create.effect')}
          help={t(`bank.effect.${form.effect}.long`)}
          error={errorOf('effect')}
        >
          {(p) => (
            <select
              {...p}
              value={form.effect}
              onChange={(e) => change({ effect: e.currentTarget.value as BankForm['effect'] })}
            >
              {effects.map((e) => (
                <option key={e} value={e}>
                  {t(`bank.effect.${e}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <details open={open} onToggle={(e) => setOpen(e.currentTarget.open)}>
        <summary>{t('create.fine')}</summary>
        <div class="fields">
          <Field
            id="create-threshold"
            label={t('create.threshold')}
            help={t('create.threshold.help')}
            error={errorOf('threshold')}
          >
            {(p) => <input {...p} {...text('threshold')} inputMode="numeric" />}
          </Field>
          <Field id="create-quality" label={t('create.min_quality')} error={errorOf('min_quality')}>
            {(p) => <input {...p} {...text('min_quality')} inputMode="numeric" />}
          </Field>
          <Field id="create-video" label={t('create.video_percent')} error={errorOf('video_percent')}>
            {(p) => <input {...p} {...text('video_percent')} inputMode="numeric" />}
          </Field>
          <Field id="create-profile" label={t('create.profile')} error={errorOf('profile')}>
            {(p) => (
              <select
                {...p}
                value={form.profile}
                onChange={(e) => change({ profile: e.currentTarget.value as BankForm['profile'] })}
              >
                <option value="cpp">{t('create.profile.cpp')}</option>
                <option value="pytx">{t('create.profile.pytx')}</option>
              </select>
            )}
          </Field>
          <Field id="create-spaces" label={t('create.spaces')} help={t('create.spaces.help')} error={errorOf('spaces')}>
            {(p) => <input {...p} {...text('spaces')} autocapitalize="none" spellcheck={false} />}
          </Field>
          <Field
            id="create-expires"
            label={t('create.expires')}
            help={t('create.expires.help')}
            error={errorOf('expires')}
          >
            {(p) => (
              <input
                {...p}
                type="date"
                value={form.expires}
                onInput={(e) => change({ expires: e.currentTarget.value })}
              />
            )}
          </Field>
        </div>
        <fieldset class="checks" aria-describedby="create-seen-error">
          <legend>{t('create.visible_to')}</legend>
          {roles.map((r) => (
            <label key={r}>
              <input
                type="checkbox"
                checked={form.visible_to.includes(r)}
                aria-invalid={errorOf('visible_to') !== ''}
                onChange={(e) =>
                  change({
                    visible_to: roles.filter((x) => (x === r ? e.currentTarget.checked : form.visible_to.includes(x))),
                  })
                }
              />
              {word(t, 'role', r)}
            </label>
          ))}
          <span id="create-seen-error" class="field-error">
            {errorOf('visible_to')}
          </span>
        </fieldset>
      </details>
      <p class="form-message" role="alert" data-tone="bad">
        {refused && !known.includes(refused.field) ? refused.text : ''}
      </p>
      <div class="panel-send">
        <button type="submit" class="button button-main" disabled={sending}>
          {t('create.submit')}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {t('app.cancel')}
        </button>
      </div>
    </form>
  );
}
