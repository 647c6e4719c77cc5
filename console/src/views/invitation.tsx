// SPDX-License-Identifier: Apache-2.0
// Where the link of an invitation or a reset leads: somebody chooses a password. No session is needed, and none is made.
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { peopleApi } from '../api-people';
import { wrongPassword, wrongWith } from '../people';
import { chooseLanguage, set, useT } from '../state';
import type { Key } from '../strings';
import type { Invitation } from '../types-people';
import { Mark, Settings } from './frame';
import { Field, Notice } from './parts';

export function InvitationPage({ token }: { token: string }) {
  const { t } = useT();
  const [found, setFound] = useState<Invitation | null>(null);
  const [over, setOver] = useState<'' | 'over' | 'done' | 'lost'>('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [wrong, setWrong] = useState<{ field: string; key: Key } | null>(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    setOver('');
    peopleApi.invitation(token).then(
      (invitation) => {
        setFound(invitation);
        chooseLanguage(invitation.language);
      },
      (error) => setOver(error instanceof ApiError && error.status === 404 ? 'over' : 'lost'),
    );
  }, [token]);

  /** The token leaves the address bar and this entry of the history. */
  function leave(): void {
    history.replaceState(null, '', '/');
    set({ invite: '' });
  }

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const key = wrongPassword(password, again);
    if (key || busy) {
      if (key) setWrong({ field: key === 'people.wrong.again' ? 'again' : 'password', key });
      return;
    }
    setBusy(true);
    setWrong(null);
    try {
      await peopleApi.accept(token, password);
      setPassword('');
      setAgain('');
      setOver('done');
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) setOver('over');
      else setWrong(error instanceof ApiError ? wrongWith(error) : { field: '', key: 'error.busy' });
    } finally {
      setBusy(false);
    }
  }

  const errorOf = (field: string): string => (wrong?.field === field ? t(wrong.key) : '');
  return (
    <div class="signin">
      <header class="signin-tools">
        <Settings />
      </header>
      <main id="main" class="signin-card" tabIndex={-1}>
        <p class="brand brand-large">
          <Mark /> {t('app.name')}
        </p>
        <h1>{t(found?.reset ? 'invitation.title.reset' : 'invitation.title')}</h1>
        {over === 'over' ? <Notice tone="warm" alert>{t('invitation.over')}</Notice> : null}
        {over === 'lost' ? <Notice tone="bad" alert>{t('error.network')}</Notice> : null}
        {over === 'done' ? <Notice alert>{t('invitation.done')}</Notice> : null}
        {over ? (
          <button type="button" class="button button-main button-wide" onClick={leave}>
            {t('invitation.signin')}
          </button>
        ) : null}
        {found && !over ? (
          <form onSubmit={(e) => void submit(e)} noValidate>
            <p>{t('invitation.hello', { name: found.display, account: found.name })}</p>
            <input hidden autocomplete="username" readOnly value={found.name} />
            <Field id="invitation-password" label={t('invitation.password')} help={t('invitation.password.help')} error={errorOf('password')}>
              {(p) => <input {...p} type="password" autocomplete="new-password" value={password} onInput={(e) => setPassword(e.currentTarget.value)} />}
            </Field>
            <Field id="invitation-again" label={t('invitation.again')} error={errorOf('again')}>
              {(p) => <input {...p} type="password" autocomplete="new-password" value={again} onInput={(e) => setAgain(e.currentTarget.value)} />}
            </Field>
            <p class="form-message" role="alert" data-tone="bad">
              {wrong && !['password', 'again'].includes(wrong.field) ? t(wrong.key) : ''}
            </p>
            <button type="submit" class="button button-main button-wide" disabled={busy}>
              {t('invitation.submit')}
            </button>
          </form>
        ) : null}
      </main>
    </div>
  );
}
