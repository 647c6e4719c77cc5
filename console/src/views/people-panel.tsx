// SPDX-License-Identifier: Apache-2.0
// What an administrator changes of one person: roles, leave, access, the end of the account.
import { useState } from 'preact/hooks';
import { ApiError } from '../api';
import { peopleApi } from '../api-people';
import { takesCases, wrongWith } from '../people';
import { toast, useT } from '../state';
import type { Key } from '../strings';
import type { InvitationLink, Person } from '../types-people';
import { Field } from './parts';
import { Grants } from './people-grants';
import { SkillsForm } from './skills';

interface Props {
  person: Person;
  onChange(person: Person): void;
  onLink(link: InvitationLink): void;
}

export function PersonPanel({ person, onChange, onLink }: Props) {
  const { t } = useT();
  const [grants, setGrants] = useState(person.grants);
  const [from, setFrom] = useState(person.leave?.from.slice(0, 10) ?? '');
  const [until, setUntil] = useState(person.leave?.until.slice(0, 10) ?? '');
  const [confirm, setConfirm] = useState('');
  const [wrong, setWrong] = useState<{ field: string; key: Key } | null>(null);
  const [busy, setBusy] = useState(false);
  const { name } = person;
  const errorOf = (field: string): string => (wrong?.field === field ? t(wrong.key) : '');
  const id = (part: string): string => `${part}-${name.replace(/[^a-z0-9]/g, '-')}`;

  async function run(act: () => Promise<Person | InvitationLink | void>, said?: Key): Promise<void> {
    if (busy) return;
    setBusy(true);
    setWrong(null);
    try {
      const done = await act();
      if (done && 'link' in done) onLink(done);
      else if (done) onChange(done);
      if (said) toast(t(said));
    } catch (error) {
      setWrong(error instanceof ApiError ? wrongWith(error) : { field: '', key: 'error.busy' });
    } finally {
      setBusy(false);
    }
  }

  return (
    <div class="panel person-panel">
      <p class="form-message" role="alert" data-tone="bad">
        {wrong && !['grants', 'from', 'until', 'confirm'].includes(wrong.field) ? t(wrong.key) : ''}
      </p>
      <section>
        <Grants id={id('grants')} grants={grants} error={errorOf('grants')} onChange={setGrants} />
        <button type="button" class="button" disabled={busy} onClick={() => void run(() => peopleApi.setGrants(name, grants), 'people.grants.saved')}>
          {t('people.grants.save')}
        </button>
      </section>
      {takesCases(person.grants) ? <SkillsForm of={person} /> : null}
      <section aria-labelledby={id('leave')}>
        <h3 id={id('leave')}>{t('people.leave')}</h3>
        <p class="soft">{t('people.leave.help')}</p>
        <form
          class="panel-row"
          noValidate
          onSubmit={(e) => {
            e.preventDefault();
            if (!from || !until) setWrong({ field: from ? 'until' : 'from', key: 'people.wrong.day' });
            else void run(() => peopleApi.leave(name, from, until), 'people.leave.saved');
          }}
        >
          <Field id={id('from')} label={t('people.leave.from')} error={errorOf('from')}>
            {(p) => <input {...p} type="date" value={from} onInput={(e) => setFrom(e.currentTarget.value)} />}
          </Field>
          <Field id={id('until')} label={t('people.leave.until')} error={errorOf('until')}>
            {(p) => <input {...p} type="date" value={until} onInput={(e) => setUntil(e.currentTarget.value)} />}
          </Field>
          <div class="form-buttons">
            <button type="submit" class="button" disabled={busy}>
              {t('people.leave.save')}
            </button>
            {person.leave ? (
              <button type="button" class="button button-quiet" disabled={busy} onClick={() => void run(() => peopleApi.endLeave(name), 'people.leave.ended')}>
                {t('people.leave.end')}
              </button>
            ) : null}
          </div>
        </form>
      </section>
      <section aria-labelledby={id('access')}>
        <h3 id={id('access')}>{t('people.access')}</h3>
        <div class="form-buttons">
          <button type="button" class="button" disabled={busy} onClick={() => void run(() => peopleApi.inviteAgain(name))}>
            {t('people.reset')}
          </button>
          <button type="button" class="button" disabled={busy} onClick={() => void run(() => peopleApi.endSessions(name), 'people.sessions.ended')}>
            {t('people.sessions.end')}
          </button>
        </div>
      </section>
      <section aria-labelledby={id('close')}>
        <h3 id={id('close')}>{t('people.close')}</h3>
        <p class="soft">{t('people.close.help')}</p>
        <form
          class="panel-row"
          noValidate
          onSubmit={(e) => {
            e.preventDefault();
            if (confirm !== name) setWrong({ field: 'confirm', key: 'people.wrong.confirm' });
            else void run(() => peopleApi.close(name, confirm), 'people.closed');
          }}
        >
          <Field id={id('confirm')} label={t('people.close.confirm', { name })} error={errorOf('confirm')}>
            {(p) => <input {...p} autocomplete="off" autocapitalize="none" spellcheck={false} value={confirm} onInput={(e) => setConfirm(e.currentTarget.value)} />}
          </Field>
          <div class="form-buttons">
            <button type="submit" class="button button-late" disabled={busy}>
              {t('people.close.do')}
            </button>
          </div>
        </form>
      </section>
    </div>
  );
}
