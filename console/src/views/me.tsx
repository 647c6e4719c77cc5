// SPDX-License-Identifier: Apache-2.0
// One's own account: name and language, password, where one is signed in.
import { useEffect, useState } from 'preact/hooks';
import { ApiError, setCsrf } from '../api';
import { peopleApi } from '../api-people';
import { useNow } from '../clock';
import { when } from '../format';
import { href } from '../route';
import { wrongPassword, wrongWith } from '../people';
import { may, chooseLanguage, get, set, toast, useApp, useT } from '../state';
import type { Key } from '../strings';
import type { Lang } from '../types';
import type { OwnSession } from '../types-people';
import { MyAnswers } from './filing-answers';
import { Field, Notice } from './parts';
import { Roles } from './people';

export function MePage() {
  const { t } = useT();
  const user = useApp((s) => s.session?.user);
  const decides = useApp((s) => may(s.session, 'case.decide'));
  if (!user) return null;
  return (
    <main id="main" class="page page-me" tabIndex={-1}>
      <h1>{t('me.title')}</h1>
      <p class="lead">
        {user.display} <span class="soft">{user.name}</span>
      </p>
      <div class="me-parts">
        <div class="me-stack">
          <section class="card" aria-labelledby="me-roles">
            <h2 id="me-roles">{t('me.roles')}</h2>
            <Roles grants={user.grants ?? []} />
          </section>
          <section class="card" aria-labelledby="me-factors">
            <h2 id="me-factors">{t('security.factors')}</h2>
            <p class="soft">{t('security.lead')}</p>
            <a class="button" href={href({ page: 'security' })}>
              {t('security.manage')}
            </a>
          </section>
        </div>
        {decides ? <MyAnswers /> : null}
        <About display={user.display} language={user.language ?? 'fr'} />
        <Password />
        <Sessions />
      </div>
    </main>
  );
}

function About({ display, language }: { display: string; language: Lang }) {
  const { t } = useT();
  const [name, setName] = useState(display);
  const [lang, setLang] = useState<Lang>(language);
  const [wrong, setWrong] = useState<{ field: string; key: Key } | null>(null);
  async function save(event: Event): Promise<void> {
    event.preventDefault();
    setWrong(null);
    try {
      const now = await peopleApi.describe({ display: name.trim(), language: lang });
      const { session } = get();
      if (session) set({ session: { ...session, user: { ...session.user, ...now } } });
      chooseLanguage(now.language);
      toast(t('me.saved'));
    } catch (error) {
      setWrong(error instanceof ApiError ? wrongWith(error) : { field: '', key: 'error.busy' });
    }
  }
  return (
    <form class="card" onSubmit={(e) => void save(e)} noValidate aria-labelledby="me-about">
      <h2 id="me-about">{t('me.about')}</h2>
      <Field id="me-display" label={t('people.display')} error={wrong?.field === 'display' ? t(wrong.key) : ''}>
        {(p) => <input {...p} autocomplete="name" maxLength={128} value={name} onInput={(e) => setName(e.currentTarget.value)} />}
      </Field>
      <Field id="me-language" label={t('people.language')}>
        {(p) => (
          <select {...p} value={lang} onChange={(e) => setLang(e.currentTarget.value === 'en' ? 'en' : 'fr')}>
            <option value="fr">{t('people.language.fr')}</option>
            <option value="en">{t('people.language.en')}</option>
          </select>
        )}
      </Field>
      <p class="form-message" role="alert" data-tone="bad">
        {wrong && wrong.field !== 'display' ? t(wrong.key) : ''}
      </p>
      <button type="submit" class="button">
        {t('me.save')}
      </button>
    </form>
  );
}

function Password() {
  const { t } = useT();
  const account = useApp((s) => s.session?.user.name ?? '');
  const [old, setOld] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [wrong, setWrong] = useState<{ field: string; key: Key } | null>(null);
  const [busy, setBusy] = useState(false);
  const errorOf = (field: string): string => (wrong?.field === field ? t(wrong.key) : '');
  async function save(event: Event): Promise<void> {
    event.preventDefault();
    const key = wrongPassword(password, again);
    if (!old) setWrong({ field: 'old', key: 'people.wrong.old' });
    else if (key) setWrong({ field: key === 'people.wrong.again' ? 'again' : 'password', key });
    if (!old || key || busy) return;
    setBusy(true);
    setWrong(null);
    try {
      const { csrf } = await peopleApi.password(old, password);
      setCsrf(csrf);
      const { session } = get();
      if (session) set({ session: { ...session, csrf } });
      setOld('');
      setPassword('');
      setAgain('');
      toast(t('me.password.saved'));
    } catch (error) {
      setWrong(error instanceof ApiError ? wrongWith(error) : { field: '', key: 'error.busy' });
    } finally {
      setBusy(false);
    }
  }
  return (
    <form class="card" onSubmit={(e) => void save(e)} noValidate aria-labelledby="me-password">
      <h2 id="me-password">{t('me.password')}</h2>
      <input hidden autocomplete="username" readOnly value={account} />
      <Field id="me-old" label={t('me.password.old')} error={errorOf('old')}>
        {(p) => <input {...p} type="password" autocomplete="current-password" value={old} onInput={(e) => setOld(e.currentTarget.value)} />}
      </Field>
      <Field id="me-new" label={t('me.password.new')} help={t('invitation.password.help')} error={errorOf('password')}>
        {(p) => <input {...p} type="password" autocomplete="new-password" value={password} onInput={(e) => setPassword(e.currentTarget.value)} />}
      </Field>
      <Field id="me-again" label={t('invitation.again')} error={errorOf('again')}>
        {(p) => <input {...p} type="password" autocomplete="new-password" value={again} onInput={(e) => setAgain(e.currentTarget.value)} />}
      </Field>
      <p class="form-message" role="alert" data-tone="bad">
        {wrong && !['old', 'password', 'again'].includes(wrong.field) ? t(wrong.key) : ''}
      </p>
      <button type="submit" class="button" disabled={busy}>
        {t('me.password.save')}
      </button>
    </form>
  );
}

function Sessions() {
  const { t, lang } = useT();
  const now = useNow();
  const [list, setList] = useState<OwnSession[] | null>(null);
  const [failed, setFailed] = useState(false);
  function load(): void {
    setFailed(false);
    peopleApi.sessions().then(setList, () => setFailed(true));
  }
  useEffect(load, []);
  async function end(id: string): Promise<void> {
    try {
      await (id ? peopleApi.endSession(id) : peopleApi.endOtherSessions());
      toast(t('me.sessions.ended'));
      load();
    } catch {
      toast(t('error.busy'), 'bad');
    }
  }
  const nameOf = (s: OwnSession): string => s.agent || t('me.session.unknown');
  return (
    <section class="card me-sessions" aria-labelledby="me-sessions">
      <h2 id="me-sessions">{t('me.sessions')}</h2>
      <p class="soft">{t('me.sessions.lead')}</p>
      {failed ? (
        <Notice tone="bad" alert>
          {t('me.sessions.failed')}{' '}
          <button type="button" class="button" onClick={load}>
            {t('app.retry')}
          </button>
        </Notice>
      ) : null}
      <ul class="sessions">
        {(list ?? []).map((s) => (
          <li key={s.id}>
            <div>
              <strong>{nameOf(s)}</strong> {s.this ? <span class="chip">{t('me.session.this')}</span> : null}
              <span class="person-more">
                {[s.address, t('me.session.since', { when: when(lang, s.created, now) }), t('me.session.seen', { when: when(lang, s.seen, now) })].filter(Boolean).join(' · ')}
              </span>
            </div>
            {s.this ? null : (
              <button
                type="button"
                class="button button-small"
                aria-label={t('me.session.end.which', { agent: nameOf(s), address: s.address })}
                onClick={() => void end(s.id)}
              >
                {t('me.session.end')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {list && list.length > 1 ? (
        <button type="button" class="button" onClick={() => void end('')}>
          {t('me.sessions.end')}
        </button>
      ) : null}
    </section>
  );
}
