// SPDX-License-Identifier: Apache-2.0
// Beside a case: that notices led to it, how many, from whom. What they say is read when asked for, and that is recorded.
import { useState } from 'preact/hooks';
import { ApiError } from '../api';
import { noticesApi } from '../api-notices';
import { useNow } from '../clock';
import { may, toast, useApp, useT } from '../state';
import type { NoticeIdentity, NoticeSaid } from '../types-notices';
import { Marks } from './notices';
import { Field, safeLink, Time } from './parts';

/** `count`: the case's `notices`; nothing is shown when there are none. */
export function NoticeCard({ caseId, count, danger = false, trusted = false }: { caseId: string; count?: number | undefined; danger?: boolean | undefined; trusted?: boolean | undefined }) {
  const { t } = useT();
  const [list, setList] = useState<NoticeSaid[] | null>(null);
  if (!count) return null;

  async function read(): Promise<void> {
    try {
      setList((await noticesApi.ofCase(caseId)).notices);
    } catch {
      toast(t('notices.failed'), 'bad');
    }
  }

  return (
    <section class="notice-card" aria-labelledby={`notices-of-${caseId}`}>
      <h2 id={`notices-of-${caseId}`}>{t('notice.card.title', { n: count })}</h2>
      <div class="notice-tags">
        {danger ? <span class="notice-tag notice-tag-warm">{t('notices.danger')}</span> : null}
        {trusted ? <span class="notice-tag notice-tag-accent">{t('notices.trusted')}</span> : null}
      </div>
      {list ? (
        <ol class="notice-said">
          {list.map((n) => (
            <Said key={n.id} notice={n} />
          ))}
        </ol>
      ) : (
        <>
          <button type="button" class="button button-small" onClick={() => void read()}>
            {t('notice.card.read')}
          </button>
          <small class="soft">{t('notice.card.recorded')}</small>
        </>
      )}
    </section>
  );
}

function Said({ notice: n }: { notice: NoticeSaid }) {
  const { t } = useT();
  const now = useNow();
  const places = [...(n.said?.locations ?? []), ...(n.said?.message ? [n.said.message] : [])];
  return (
    <li>
      <div class="notice-facts">
        <strong>{t(`notices.category.${n.category}`)}</strong>
        <span>{`${t(`notices.origin.${n.origin}`)}, ${n.named ? t('notices.named') : t('notices.nameless')}`}</span>
        <Time at={n.received} now={now} />
      </div>
      <div class="notice-tags">
        <Marks row={n} />
      </div>
      {n.said?.text ? <p class="notice-text">{n.said.text}</p> : <p class="soft">{t('notice.card.gone')}</p>}
      {places.length > 0 ? (
        <p class="notice-places">
          <span class="soft">{t('notice.card.where')}</span>{' '}
          {places.map((p) => (
            <code key={p}>{safeLink(p) ?? p}</code>
          ))}
        </p>
      ) : null}
      {n.named ? <Person id={n.id} /> : null}
    </li>
  );
}

function Person({ id }: { id: string }) {
  const { t } = useT();
  const session = useApp((s) => s.session);
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [error, setError] = useState('');
  const [person, setPerson] = useState<NoticeIdentity | null>(null);
  if (!may(session, 'case.decide')) return null;

  async function show(event: Event): Promise<void> {
    event.preventDefault();
    if (reason.trim().length < 3) return setError(t('flaggers.reason.missing'));
    try {
      setPerson(await noticesApi.identity(id, reason.trim()));
    } catch (failure) {
      setError(failure instanceof ApiError ? failure.message : t('error.other'));
    }
  }

  if (person)
    return (
      <div class="notice-person">
        <p>{[person.name, person.email, person.contact, person.account].filter(Boolean).join(' · ')}</p>
        <small>{t('notice.card.never')}</small>{' '}
        <button type="button" class="button button-small" onClick={() => setPerson(null)}>
          {t('notice.card.hide')}
        </button>
      </div>
    );
  return open ? (
    <form class="notice-person" onSubmit={(e) => void show(e)} noValidate>
      <Field id={`reason-${id}`} label={t('notice.card.reason')} help={t('notice.card.reason.help')} error={error}>
        {(props) => <input {...props} type="text" value={reason} maxLength={200} onInput={(e) => setReason(e.currentTarget.value)} />}
      </Field>
      <button type="submit" class="button button-small">
        {t('notice.card.show')}
      </button>
    </form>
  ) : (
    <button type="button" class="button button-small button-quiet" onClick={() => setOpen(true)}>
      {t('notice.card.identity')}
    </button>
  );
}
