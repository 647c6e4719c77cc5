// SPDX-License-Identifier: Apache-2.0
// People: who works here, with which role in which space; inviting, leave, closing.
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { peopleApi } from '../api-people';
import { useNow } from '../clock';
import { day } from '../format';
import { word } from '../i18n';
import { bySpace, inOrder, keepForm, keptForm, takesCases, wrongWith } from '../people';
import { may, toast, useApp, useT } from '../state';
import type { Key } from '../strings';
import type { Grant, InvitationLink, NewPerson, Person } from '../types-people';
import { Field, Notice, Time, useSpaceTitle } from './parts';
import { Grants } from './people-grants';
import { PersonPanel } from './people-panel';
import { SkillsForm } from './skills';

export function People() {
  const { t, lang } = useT();
  const keeps = useApp((s) => may(s.session, 'people.keep'));
  const leads = useApp((s) => may(s.session, 'case.lead'));
  const [people, setPeople] = useState<Person[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [closed, setClosed] = useState(false);
  const [open, setOpen] = useState('');
  const [link, setLink] = useState<InvitationLink | null>(null);

  function load(): void {
    setFailed(false);
    peopleApi.list().then(setPeople, () => setFailed(true));
  }
  useEffect(load, []);

  const put = (person: Person): void => setPeople((old) => old?.map((p) => (p.name === person.name ? person : p)) ?? null);
  const shown = inOrder(people ?? [], lang).filter((p) => closed || p.state !== 'closed');
  const gone = (people ?? []).filter((p) => p.state === 'closed').length;
  return (
    <main id="main" class="page page-people" tabIndex={-1}>
      <h1>{t('people.title')}</h1>
      <p class="lead">{t('people.lead')}</p>
      {failed ? (
        <Notice tone="bad" alert>
          {t('people.failed')}{' '}
          <button type="button" class="button" onClick={load}>
            {t('app.retry')}
          </button>
        </Notice>
      ) : null}
      {link ? <LinkShown link={link} onDone={() => setLink(null)} /> : null}
      {keeps ? (
        <Invite
          onInvited={(made) => {
            setLink(made);
            load();
          }}
        />
      ) : null}
      {people ? (
        <>
          <div class="people-head">
            <p class="soft">{t('people.count', { n: shown.length })}</p>
            {gone > 0 ? (
              <label class="check">
                <input type="checkbox" checked={closed} onChange={(e) => setClosed(e.currentTarget.checked)} />
                {t('people.gone')}
              </label>
            ) : null}
          </div>
          <table class="people" role="table">
            <thead role="rowgroup">
              <tr role="row">
                {(['person', 'roles', 'state', 'seen'] as const).map((column) => (
                  <th role="columnheader" scope="col" key={column}>
                    {t(`people.col.${column}`)}
                  </th>
                ))}
                {keeps || leads ? (
                  <th role="columnheader" scope="col">
                    <span class="visually-hidden">{t('people.col.change')}</span>
                  </th>
                ) : null}
              </tr>
            </thead>
            <tbody role="rowgroup">
              {shown.map((p) => (
                <Row
                  key={p.name}
                  person={p}
                  keeps={keeps}
                  leads={leads}
                  open={open === p.name}
                  onOpen={() => setOpen(open === p.name ? '' : p.name)}
                  onChange={put}
                  onLink={setLink}
                />
              ))}
            </tbody>
          </table>
        </>
      ) : failed ? null : (
        <p class="empty">{t('app.loading')}</p>
      )}
    </main>
  );
}

interface RowProps {
  person: Person;
  keeps: boolean;
  leads: boolean;
  open: boolean;
  onOpen(): void;
  onChange(person: Person): void;
  onLink(link: InvitationLink): void;
}

function Row({ person, keeps, leads, open, onOpen, onChange, onLink }: RowProps) {
  const { t } = useT();
  const now = useNow();
  const own = useApp((s) => s.session?.user.name === person.name);
  const id = `person-${person.name.replace(/[^a-z0-9]/g, '-')}`;
  const changes = !own && person.state !== 'closed' && (keeps || (leads && takesCases(person.grants)));
  return (
    <>
      <tr role="row" class={`person person-${person.state}`}>
        <th role="rowheader" scope="row">
          {person.display} {own ? <span class="chip">{t('people.you')}</span> : null}
          <span class="person-name">{person.name}</span>
          {person.email ? <span class="person-name">{person.email}</span> : null}
        </th>
        <td role="cell" data-label={t('people.col.roles')}>
          <Roles grants={person.grants} />
        </td>
        <td role="cell" data-label={t('people.col.state')}>
          <StateOf person={person} />
        </td>
        <td role="cell" data-label={t('people.col.seen')}>
          {person.seen ? <Time at={person.seen} now={now} /> : <span class="soft">{t('people.never')}</span>}
        </td>
        {keeps || leads ? (
          <td role="cell" class="person-change">
            {changes ? (
              <button
                type="button"
                class="button button-small"
                aria-expanded={open}
                aria-controls={id}
                aria-label={t('people.open', { name: person.display })}
                onClick={onOpen}
              >
                {t(open ? 'people.shut' : 'people.col.change')}
              </button>
            ) : null}
          </td>
        ) : null}
      </tr>
      {open && changes ? (
        <tr role="row" class="person-open">
          <td role="cell" colSpan={5} id={id}>
            {keeps ? (
              <PersonPanel person={person} onChange={onChange} onLink={onLink} />
            ) : (
              <div class="panel person-panel">
                <SkillsForm of={person} />
              </div>
            )}
          </td>
        </tr>
      ) : null}
    </>
  );
}

/** Space by space, the strongest first. */
export function Roles({ grants }: { grants: readonly Grant[] }) {
  const { t } = useT();
  const title = useSpaceTitle();
  if (grants.length === 0) return <span class="soft">{t('people.none')}</span>;
  return (
    <ul class="roles">
      {bySpace(grants).map(({ space, roles }) => (
        <li key={space}>
          {roles.map((r) => (
            <span class="role" key={r}>
              {word(t, 'role', r)}
            </span>
          ))}
          <span class="soft">{space === '*' ? t('people.everywhere') : title(space)}</span>
        </li>
      ))}
    </ul>
  );
}

function StateOf({ person }: { person: Person }) {
  const { t, lang } = useT();
  const { state, leave } = person;
  const values: Record<string, string> = { day: day(lang, leave?.until ?? person.closed ?? person.created) };
  const link = person.invitation_expires;
  return (
    <>
      {t(`people.state.${state}`, values)}
      {leave && state !== 'leave' ? (
        <span class="person-more">{t('people.state.planned', { from: day(lang, leave.from), day: day(lang, leave.until) })}</span>
      ) : null}
      {link && state !== 'closed' ? (
        <span class="person-more">
          {Date.parse(link) > Date.now() ? t('people.link.expires', { day: day(lang, link) }) : t('people.link.expired')}
        </span>
      ) : null}
    </>
  );
}

/** The link, shown once. */
function LinkShown({ link, onDone }: { link: InvitationLink; onDone(): void }) {
  const { t, lang } = useT();
  const address = `${location.origin}${link.link}`;
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(address);
      toast(t('people.link.copied'));
    } catch {
      const field = document.getElementById('link-address');
      if (field instanceof HTMLInputElement) field.select(); // no clipboard here: marked, to be copied by hand
    }
  }
  return (
    <section class="card link-card" aria-labelledby="link-title" role="status">
      <h2 id="link-title">{t('people.link', { name: link.name })}</h2>
      <p>{t('people.link.once', { day: day(lang, link.expires) })}</p>
      <div class="link-row">
        <input id="link-address" readOnly value={address} aria-labelledby="link-title" onFocus={(e) => e.currentTarget.select()} />
        <button type="button" class="button button-main" onClick={() => void copy()}>
          {t('people.link.copy')}
        </button>
        <button type="button" class="button button-quiet" onClick={onDone}>
          {t('people.link.done')}
        </button>
      </div>
    </section>
  );
}

const nobody = (): NewPerson => ({ name: '', display: '', language: 'fr', email: '', hours: 72, grants: [] });

function Invite({ onInvited }: { onInvited(link: InvitationLink): void }) {
  const { t } = useT();
  const [open, setOpen] = useState(false);
  const [form, setForm] = useState<NewPerson>(() => keptForm('invite', nobody()));
  const [wrong, setWrong] = useState<{ field: string; key: Key } | null>(null);
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<NewPerson>): void => {
    const next = { ...form, ...part };
    setForm(next);
    keepForm('invite', next);
  };
  const errorOf = (field: string): string => (wrong?.field === field ? t(wrong.key) : '');

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setWrong(null);
    try {
      const link = await peopleApi.invite(form);
      keepForm('invite', null);
      setForm(nobody());
      setOpen(false);
      onInvited(link);
    } catch (error) {
      const found = error instanceof ApiError ? wrongWith(error) : { field: '', key: 'error.busy' as Key };
      setWrong(found);
      if (found.field) document.getElementById(`invite-${found.field}`)?.focus();
    } finally {
      setBusy(false);
    }
  }

  const begun = form.name !== '' || form.display !== '';
  if (!open && !begun)
    return (
      <p>
        <button type="button" class="button button-main" onClick={() => setOpen(true)}>
          {t('people.invite')}
        </button>
      </p>
    );
  return (
    <form class="card invite" onSubmit={(e) => void send(e)} noValidate aria-labelledby="invite-title">
      <h2 id="invite-title">{t('people.invite')}</h2>
      <p class="soft">{t('people.invite.lead')}</p>
      <div class="invite-fields">
        <Field id="invite-display" label={t('people.display')} error={errorOf('display')}>
          {(p) => <input {...p} autocomplete="off" maxLength={128} value={form.display} onInput={(e) => change({ display: e.currentTarget.value })} />}
        </Field>
        <Field id="invite-name" label={t('people.name')} help={t('people.name.help')} error={errorOf('name')}>
          {(p) => (
            <input {...p} autocomplete="off" autocapitalize="none" spellcheck={false} maxLength={64} value={form.name} onInput={(e) => change({ name: e.currentTarget.value })} />
          )}
        </Field>
        <Field id="invite-email" label={t('people.email')} help={t('people.email.help')} error={errorOf('email')}>
          {(p) => <input {...p} type="email" autocomplete="off" maxLength={254} value={form.email} onInput={(e) => change({ email: e.currentTarget.value })} />}
        </Field>
        <Field id="invite-language" label={t('people.language')}>
          {(p) => (
            <select {...p} value={form.language} onChange={(e) => change({ language: e.currentTarget.value === 'en' ? 'en' : 'fr' })}>
              <option value="fr">{t('people.language.fr')}</option>
              <option value="en">{t('people.language.en')}</option>
            </select>
          )}
        </Field>
        <Field id="invite-hours" label={t('people.hours')}>
          {(p) => (
            <select {...p} value={form.hours} onChange={(e) => change({ hours: Number(e.currentTarget.value) })}>
              {([24, 72, 168] as const).map((n) => (
                <option key={n} value={n}>
                  {t(`people.hours.${n}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Grants id="invite-grants" grants={form.grants} error={errorOf('grants')} onChange={(grants) => change({ grants })} />
      <p class="form-message" role="alert" data-tone="bad">
        {wrong && !wrong.field ? t(wrong.key) : ''}
      </p>
      <div class="form-buttons">
        <button type="submit" class="button button-main" disabled={busy}>
          {t('people.invite.send')}
        </button>
        <button
          type="button"
          class="button button-quiet"
          onClick={() => {
            keepForm('invite', null);
            setForm(nobody());
            setWrong(null);
            setOpen(false);
          }}
        >
          {t('app.cancel')}
        </button>
      </div>
    </form>
  );
}
