// SPDX-License-Identifier: Apache-2.0
// Sign-in. A wrong name and a wrong password look the same; a lock-out says how long it lasts.
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, ApiError } from '../api';
import { enter } from '../flow';
import { countdown } from '../format';
import { useApp, useT } from '../state';
import type { Key } from '../strings';
import { Mark, Settings } from './frame';
import { Notice } from './parts';

export function SignIn() {
  const { t } = useT();
  const ended = useApp((s) => s.ended);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<Key | null>(null);
  const [lockedUntil, setLockedUntil] = useState(0);
  const [left, setLeft] = useState(0);
  const [busy, setBusy] = useState(false);
  const nameField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);

  useEffect(() => nameField.current?.focus(), []);
  useEffect(() => {
    if (!lockedUntil) return;
    const tick = (): void => {
      const seconds = Math.ceil((lockedUntil - Date.now()) / 1000);
      setLeft(Math.max(0, seconds));
      if (seconds <= 0) {
        setLockedUntil(0);
        setError('signin.unlocked');
      }
    };
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [lockedUntil]);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (busy || lockedUntil) return;
    if (!name.trim() || !password) {
      setError('signin.missing');
      (name.trim() ? passwordField : nameField).current?.focus();
      return;
    }
    setBusy(true);
    setError(null);
    try {
      enter(await api.signIn(name.trim(), password));
    } catch (failure) {
      refused(failure);
    } finally {
      setBusy(false);
    }
  }

  function refused(failure: unknown): void {
    const status = failure instanceof ApiError ? failure.status : 0;
    setPassword('');
    if (status === 429 && failure instanceof ApiError) {
      setLeft(failure.retryAfter || 60);
      setLockedUntil(Date.now() + (failure.retryAfter || 60) * 1000);
      return;
    }
    setError(status === 401 || status === 400 ? 'signin.wrong' : status === 0 ? 'signin.offline' : 'error.busy');
    passwordField.current?.focus();
  }

  const message = lockedUntil ? t('signin.locked', { time: countdown(left) }) : error ? t(error) : '';
  return (
    <div class="signin">
      <header class="signin-tools">
        <Settings />
      </header>
      <main id="main" class="signin-card">
        <p class="brand brand-large">
          <Mark /> {t('app.name')}
        </p>
        <p class="lead">{t('signin.lead')}</p>
        {ended ? <Notice tone="warm">{t('signin.ended')}</Notice> : null}
        <form onSubmit={(e) => void submit(e)} noValidate aria-labelledby="signin-title">
          <h1 id="signin-title" class="quiet-title">
            {t('signin.title')}
          </h1>
          <label class="field">
            <span>{t('signin.name')}</span>
            <input
              ref={nameField}
              name="name"
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
              required
              value={name}
              onInput={(e) => setName(e.currentTarget.value)}
              aria-describedby="signin-message"
              aria-invalid={error === 'signin.wrong'}
            />
          </label>
          <label class="field">
            <span>{t('signin.password')}</span>
            <input
              ref={passwordField}
              name="password"
              type="password"
              autocomplete="current-password"
              required
              value={password}
              onInput={(e) => setPassword(e.currentTarget.value)}
              aria-describedby="signin-message"
              aria-invalid={error === 'signin.wrong'}
            />
          </label>
          <p
            id="signin-message"
            class="form-message"
            role={lockedUntil ? undefined : 'alert'}
            data-tone={error === 'signin.unlocked' ? 'good' : 'bad'}
          >
            {message}
          </p>
          <button type="submit" class="button button-main button-wide" disabled={busy || lockedUntil > 0}>
            {t('signin.submit')}
          </button>
        </form>
      </main>
    </div>
  );
}
