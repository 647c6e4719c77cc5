// SPDX-License-Identifier: Apache-2.0
// The audit log: who did what, when, to which case, and whether the chain checks.
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { peopleApi } from '../api-people';
import { full } from '../format';
import { word } from '../i18n';
import { detailText } from '../people';
import { keys } from '../strings';
import { useT } from '../state';
import type { AuditEntry, AuditFilter, AuditPage } from '../types-people';
import { CheckpointCard, EntryProof } from './audit-proof';
import { Field, Notice } from './parts';

const nothing: AuditFilter = { from: '', to: '', actor: '', action: '', object: '' };
const DO = 'audit.do.';
const actions = keys.filter((key) => key.startsWith(DO)).map((key) => key.slice(DO.length));

export function AuditLog() {
  const { t } = useT();
  const [filter, setFilter] = useState(nothing);
  const [asked, setAsked] = useState(nothing);
  const [entries, setEntries] = useState<AuditEntry[]>([]);
  const [page, setPage] = useState<AuditPage | null>(null);
  const [failed, setFailed] = useState<'' | 'audit.failed' | 'audit.wrong'>('');

  function load(by: AuditFilter, before?: number): void {
    setFailed('');
    peopleApi.audit(by, before).then(
      (got) => {
        setPage(got);
        setEntries((old) => (before ? [...old, ...got.entries] : got.entries));
      },
      (error) => setFailed(error instanceof ApiError && error.status === 400 ? 'audit.wrong' : 'audit.failed'),
    );
  }
  useEffect(() => load(asked), [asked]);

  const change = (part: Partial<AuditFilter>): void => setFilter({ ...filter, ...part });
  const good = page?.chain.head_checks && entries.every((e) => e.checks);
  return (
    <main id="main" class="page page-audit" tabIndex={-1}>
      <h1>{t('audit.title')}</h1>
      <p class="lead">{t('audit.lead')}</p>
      <form
        class="audit-filter"
        noValidate
        onSubmit={(e) => {
          e.preventDefault();
          setAsked({ ...filter });
        }}
      >
        <Field id="audit-from" label={t('audit.from')} error={failed === 'audit.wrong' ? t(failed) : ''}>
          {(p) => <input {...p} type="date" value={filter.from} onInput={(e) => change({ from: e.currentTarget.value })} />}
        </Field>
        <Field id="audit-to" label={t('audit.to')}>
          {(p) => <input {...p} type="date" value={filter.to} onInput={(e) => change({ to: e.currentTarget.value })} />}
        </Field>
        <Field id="audit-actor" label={t('audit.actor')}>
          {(p) => <input {...p} autocapitalize="none" spellcheck={false} value={filter.actor} onInput={(e) => change({ actor: e.currentTarget.value.trim() })} />}
        </Field>
        <Field id="audit-action" label={t('audit.action')}>
          {(p) => (
            <select {...p} value={filter.action} onChange={(e) => change({ action: e.currentTarget.value })}>
              <option value="">{t('audit.action.any')}</option>
              {actions.map((a) => (
                <option key={a} value={a}>
                  {word(t, 'audit.do', a)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field id="audit-object" label={t('audit.object')} help={t('audit.object.help')}>
          {(p) => <input {...p} autocapitalize="none" spellcheck={false} value={filter.object} onInput={(e) => change({ object: e.currentTarget.value.trim() })} />}
        </Field>
        <div class="form-buttons">
          <button type="submit" class="button button-main">
            {t('audit.filter')}
          </button>
          <a class="button" href={peopleApi.auditExport(asked)} download="audit.jsonl">
            {t('audit.export')}
          </a>
        </div>
      </form>
      {failed === 'audit.failed' ? (
        <Notice tone="bad" alert>
          {t('audit.failed')}{' '}
          <button type="button" class="button" onClick={() => load(asked)}>
            {t('app.retry')}
          </button>
        </Notice>
      ) : null}
      {page ? (
        <div class={`audit-chain ${good ? '' : 'audit-chain-bad'}`} role="status">
          <p>{good ? t('audit.chain.good', { n: entries.length }) : t('audit.chain.bad')}</p>
          <p class="soft">{t('audit.chain.all', { command: 'vigie audit verify' })}</p>
        </div>
      ) : failed ? null : (
        <p class="empty">{t('app.loading')}</p>
      )}
      <CheckpointCard />
      {page && entries.length === 0 && !page.next ? <p class="empty">{t('audit.empty')}</p> : null}
      {entries.length > 0 ? <Entries entries={entries} /> : null}
      {page?.next ? (
        <button type="button" class="button" onClick={() => load(asked, page.next)}>
          {t('audit.more')}
        </button>
      ) : null}
    </main>
  );
}

function Entries({ entries }: { entries: readonly AuditEntry[] }) {
  const { t } = useT();
  return (
    <table class="audit" role="table">
      <thead role="rowgroup">
        <tr role="row">
          {(['seq', 'time', 'actor', 'action', 'object', 'detail'] as const).map((column) => (
            <th role="columnheader" scope="col" key={column}>
              {t(`audit.col.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {entries.map((e) => (
          <Entry key={e.seq} e={e} />
        ))}
      </tbody>
    </table>
  );
}

function Entry({ e }: { e: AuditEntry }) {
  const { t, lang } = useT();
  const [proof, setProof] = useState(false);
  const detail = Object.entries(e.detail).map(([name, value]) => detailText(name, value));
  return (
    <tr role="row" title={e.hash}>
      <td role="cell" class="number" data-label={t('audit.col.seq')}>
        {e.seq}
        {e.checks ? null : <span class="late"> {t('audit.broken')}</span>}
      </td>
      <td role="cell" data-label={t('audit.col.time')}>
        <time dateTime={e.time}>{full(lang, e.time)}</time>
      </td>
      <td role="cell" data-label={t('audit.col.actor')}>
        {e.actor}
      </td>
      <td role="cell" data-label={t('audit.col.action')}>
        {word(t, 'audit.do', e.action)}
        {word(t, 'audit.do', e.action) === e.action ? null : <span class="person-more">{e.action}</span>}
      </td>
      <td role="cell" data-label={t('audit.col.object')}>
        {e.object}
      </td>
      <td role="cell" class="audit-detail" data-label={t('audit.col.detail')}>
        {detail.join(' · ')}
        {proof ? (
          <EntryProof entry={e.seq} onClose={() => setProof(false)} />
        ) : (
          <button type="button" class="link audit-prove" onClick={() => setProof(true)} aria-label={t('proof.ask.entry', { entry: e.seq })}>
            {t('proof.ask')}
          </button>
        )}
      </td>
    </tr>
  );
}
