// SPDX-License-Identifier: Apache-2.0
// One bank.
//
// Who looks: an analyst or a lead, to look a hash up, add an entry or take one back; a référent who comes from a match, to
// see what the list is. In ten seconds: the look-up field has the first place, what the bank does stands in sentences
// beside it, and what only its keepers may do comes after.
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, ApiError } from '../api';
import { entryOf, expiresSoon, lookupOf, settings, type EntryForm, type Errors } from '../banks';
import { useNow } from '../clock';
import { dayOf } from '../format';
import type { Command } from '../keys';
import { href } from '../route';
import { may, useApp, useT } from '../state';
import type { Key } from '../strings';
import type { Bank, BankEntry } from '../types';
import { Effect, Freshness, TrustBar } from './banks';
import { Entry } from './entry';
import { Import } from './import';
import { Field, Notice, useSpaceTitle } from './parts';

/** Keys that an open bank answers; set while the page is shown. */
export const bankKeys: { current: ((command: Command) => boolean) | null } = { current: null };

type Panel = 'add' | 'import' | null;

export function BankPage({ name }: { name: string }) {
  const { t } = useT();
  const [bank, setBank] = useState<Bank | null>(null);
  const [failure, setFailure] = useState<Key | null>(null);
  const [panel, setPanel] = useState<Panel>(null);
  const keeps = useApp((s) => may(s.session, 'bank.keep'));
  const openers = useRef<HTMLDivElement>(null);

  function load(): void {
    setFailure(null);
    api
      .bank(name)
      .then(setBank, (error: unknown) =>
        setFailure(error instanceof ApiError && error.status === 404 ? 'bank.gone' : 'bank.failed'),
      );
  }
  useEffect(load, [name]);
  function close(): void {
    const from = panel;
    setPanel(null);
    requestAnimationFrame(() => openers.current?.querySelector<HTMLElement>(`[data-panel="${from}"]`)?.focus());
  }
  bankKeys.current = (command) => {
    if (command === 'lookup') document.getElementById('lookup')?.focus();
    else if ((command === 'add' || command === 'import') && keeps) setPanel(command);
    else if (command === 'back' && panel) close();
    else return false;
    return true;
  };
  useEffect(() => () => void (bankKeys.current = null), []);

  if (failure) {
    return (
      <main id="main" class="page" tabIndex={-1}>
        <h1>{name}</h1>
        <Notice tone="bad" alert>
          {t(failure)}{' '}
          <button type="button" class="button" onClick={load}>
            {t('app.retry')}
          </button>{' '}
          <a class="button" href={href({ page: 'banks' })}>
            {t('bank.nav')}
          </a>
        </Notice>
      </main>
    );
  }
  return (
    <main id="main" class="page page-bank" tabIndex={-1} aria-busy={bank === null}>
      <p class="bank-ways">
        <a class="button button-small" href={href({ page: 'banks' })} aria-keyshortcuts="Escape">
          ← {t('bank.nav')}
        </a>
      </p>
      {bank ? <Head bank={bank} /> : <h1>{name}</h1>}
      {bank ? (
        <div class="bank-columns">
          <div class="bank-work">
            <Lookup bank={bank} keeps={keeps} onChanged={load} />
            {keeps ? (
              <>
                <div class="bank-keep" ref={openers}>
                  <button
                    type="button"
                    class="button"
                    data-panel="add"
                    aria-keyshortcuts="a"
                    aria-expanded={panel === 'add'}
                    onClick={() => setPanel('add')}
                  >
                    {t('entry.add')}
                  </button>
                  <button
                    type="button"
                    class="button"
                    data-panel="import"
                    aria-keyshortcuts="i"
                    aria-expanded={panel === 'import'}
                    onClick={() => setPanel('import')}
                  >
                    {t('import.title')}
                  </button>
                  <a class="button" href={api.exportAddress(bank.name)} download={`${bank.name}.csv`}>
                    {t('bank.export')}
                  </a>
                </div>
                {panel === 'add' ? <Add bank={bank} onAdded={load} onClose={close} /> : null}
                {panel === 'import' ? <Import bank={bank} onDone={load} onClose={close} /> : null}
              </>
            ) : null}
          </div>
          <Settings bank={bank} />
        </div>
      ) : null}
    </main>
  );
}

function Head({ bank }: { bank: Bank }) {
  const { t } = useT();
  const soon = expiresSoon(t, bank, useNow());
  return (
    <header class="bank-head">
      <div class="bank-title">
        <h1>
          <bdi>{bank.name}</bdi>
        </h1>
        <Effect bank={bank} />
      </div>
      <p class="lead">
        {t('match.source', { source: bank.source })}
        {bank.classification ? <> · {t('bank.classification', { name: bank.classification })}</> : null}
      </p>
      <dl class="bank-facts">
        <div>
          <dt>{t('bank.col.fresh')}</dt>
          <dd>
            <Freshness bank={bank} />
            {soon ? <span class="bank-stale"> · {soon}</span> : null}
          </dd>
        </div>
        <div>
          <dt>{t('bank.col.entries')}</dt>
          <dd>
            {t('bank.entries', { n: bank.entries })}, {t('bank.hashes', { n: bank.hashes })}
            {bank.withdrawn > 0 ? <span class="soft"> · {t('bank.withdrawn', { n: bank.withdrawn })}</span> : null}
          </dd>
        </div>
        <div>
          <dt>{t('bank.col.matches')}</dt>
          <dd>{t('bank.matches', { n: bank.matches })}</dd>
        </div>
        <div>
          <dt>{t('bank.col.opinions')}</dt>
          <dd>
            <TrustBar bank={bank} />
          </dd>
        </div>
      </dl>
    </header>
  );
}

function Settings({ bank }: { bank: Bank }) {
  const { t, lang } = useT();
  const title = useSpaceTitle();
  return (
    <aside class="bank-settings" aria-labelledby="bank-settings-title">
      <h2 id="bank-settings-title">{t('bank.settings')}</h2>
      <ul>
        {settings(t, bank, title, (time) => dayOf(lang, time)).map((s) => (
          <li key={s.key}>{s.text}</li>
        ))}
      </ul>
    </aside>
  );
}

// ---- looking up ----

function Lookup({ bank, keeps, onChanged }: { bank: Bank; keeps: boolean; onChanged(): void }) {
  const { t } = useT();
  const [text, setText] = useState('');
  const [found, setFound] = useState<BankEntry[] | null>(null);
  const [byHash, setByHash] = useState(false);
  const [error, setError] = useState('');
  const [asking, setAsking] = useState(false);

  async function look(event: Event): Promise<void> {
    event.preventDefault();
    const wanted = lookupOf(text);
    setFound(null);
    setError(wanted ? '' : t('lookup.missing'));
    if (!wanted) return document.getElementById('lookup')?.focus();
    setAsking(true);
    try {
      setByHash('hash' in wanted);
      setFound((await api.searchBank(bank.name, wanted)).entries);
    } catch (failure) {
      const detail = failure instanceof ApiError && !failure.lost ? failure.problem.detail : '';
      setError(detail || t('error.network'));
    } finally {
      setAsking(false);
    }
  }
  function changed(entry: BankEntry): void {
    setFound((old) =>
      old
        ? old.map((e) =>
            e.id === entry.id ? { ...entry, ...(e.distance === undefined ? {} : { distance: e.distance }) } : e,
          )
        : old,
    );
    onChanged();
  }

  return (
    <section aria-labelledby="lookup-title" class="lookup">
      <h2 id="lookup-title">{t('lookup.title')}</h2>
      <form role="search" onSubmit={(e) => void look(e)}>
        <Field id="lookup" label={t('lookup.field')} help={t('lookup.help')} error={error}>
          {(p) => (
            <input
              {...p}
              type="search"
              class="hex"
              value={text}
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              aria-keyshortcuts="/"
              onInput={(e) => setText(e.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit" class="button button-main" disabled={asking}>
          {t('lookup.submit')}
        </button>
      </form>
      <div role="status">
        {found ? (
          <p class={found.length > 0 ? 'soft' : 'lookup-none'}>
            {found.length > 0
              ? t('lookup.found', { n: found.length })
              : byHash
                ? t('lookup.none.hash', { n: bank.threshold + 1 })
                : t('lookup.none')}
          </p>
        ) : null}
      </div>
      {found && found.length > 0 ? (
        <ul class="entries">
          {found.map((e) => (
            <li key={e.id}>
              <Entry bank={bank} entry={e} keeps={keeps} onChanged={changed} />
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

// ---- adding one ----

const noEntry: EntryForm = { hash: '', kind: 'sha256', quality: '100', reference: '', category: '' };

function Add({ bank, onAdded, onClose }: { bank: Bank; onAdded(): void; onClose(): void }) {
  const { t } = useT();
  const [form, setForm] = useState(noEntry);
  const [errors, setErrors] = useState<Errors>({});
  const [refused, setRefused] = useState('');
  const [done, setDone] = useState<Key | null>(null);
  const [sending, setSending] = useState(false);
  const root = useRef<HTMLFormElement>(null);
  const change = (part: Partial<EntryForm>): void => {
    setForm({ ...form, ...part });
    setErrors(Object.fromEntries(Object.entries(errors).filter(([name]) => !(name in part))));
    setDone(null);
  };
  const digits = form.hash.replace(/\s/g, '').length;

  useEffect(() => root.current?.querySelector<HTMLElement>('input')?.focus(), []);
  async function send(event: Event): Promise<void> {
    event.preventDefault();
    const { errors: wrong, entry } = entryOf(form);
    setErrors(wrong);
    setRefused('');
    setDone(null);
    if (!entry) {
      requestAnimationFrame(() => root.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    setSending(true);
    try {
      const result = await api.addEntry(bank.name, entry);
      setDone(result.added ? 'entry.added.done' : result.updated ? 'entry.updated.done' : 'entry.unchanged.done');
      setForm({ ...noEntry, kind: form.kind, category: form.category });
      onAdded();
    } catch (failure) {
      const answer = failure instanceof ApiError ? failure : new ApiError(0, {}, 0);
      setRefused(answer.lost ? t('error.network') : answer.problem.detail || t('error.other'));
    } finally {
      setSending(false);
    }
  }
  const errorOf = (name: string): string => (errors[name] ? t(errors[name]) : '');

  return (
    <form ref={root} class="panel" aria-labelledby="add-title" noValidate onSubmit={(e) => void send(e)}>
      <h2 id="add-title">{t('entry.add')}</h2>
      <div class="fields">
        <Field id="add-hash" label={t('entry.hash')} error={errorOf('hash')}>
          {(p) => (
            <input
              {...p}
              class="hex"
              value={form.hash}
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              required
              onInput={(e) => change({ hash: e.currentTarget.value })}
            />
          )}
        </Field>
        {digits >= 64 ? (
          <Field id="add-kind" label={t('entry.kind')} help={t('entry.kind.help')}>
            {(p) => (
              <select
                {...p}
                value={form.kind}
                onChange={(e) => change({ kind: e.currentTarget.value as EntryForm['kind'] })}
              >
                <option value="sha256">SHA-256</option>
                <option value="pdq">PDQ</option>
              </select>
            )}
          </Field>
        ) : null}
        {digits >= 64 && form.kind === 'pdq' ? (
          <Field id="add-quality" label={t('entry.quality.field')} error={errorOf('quality')}>
            {(p) => (
              <input
                {...p}
                value={form.quality}
                inputMode="numeric"
                onInput={(e) => change({ quality: e.currentTarget.value })}
              />
            )}
          </Field>
        ) : null}
        <Field
          id="add-reference"
          label={
            <>
              {t('entry.reference')} <small>({t('act.note.optional')})</small>
            </>
          }
          help={t('entry.reference.help')}
          error={errorOf('reference')}
        >
          {(p) => (
            <input
              {...p}
              value={form.reference}
              autocomplete="off"
              onInput={(e) => change({ reference: e.currentTarget.value })}
            />
          )}
        </Field>
        <Field
          id="add-category"
          label={
            <>
              {t('entry.category')} <small>({t('act.note.optional')})</small>
            </>
          }
          help={t('entry.category.native')}
          error={errorOf('category')}
        >
          {(p) => (
            <input
              {...p}
              value={form.category}
              autocomplete="off"
              onInput={(e) => change({ category: e.currentTarget.value })}
            />
          )}
        </Field>
      </div>
      <p class="form-message" role="alert" data-tone={done ? 'good' : 'bad'}>
        {done ? t(done) : refused}
      </p>
      <div class="panel-send">
        <button type="submit" class="button button-main" disabled={sending}>
          {t('entry.submit')}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {t('app.close')}
        </button>
      </div>
    </form>
  );
}
