// SPDX-License-Identifier: Apache-2.0
// Sign-in: name and password, a passkey, or a provider; then a second step where there is one. A wrong name and a wrong password look the
// same; a lock-out says how long it lasts.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { isStep, providerAddress, signInApi } from '../api-signin';
import { enter } from '../flow';
import { countdown } from '../format';
import { useApp, useT } from '../state';
import type { Key } from '../strings';
import type { SecondStep, SignInWays } from '../types-signin';
import { askKey, keysWork } from '../webauthn';
import { Mark, Settings } from './frame';
import { Notice } from './parts';
import { SecondFactor } from './second-factor';

export function SignIn() {
  const { t } = useT();
  const ended = useApp((s) => s.ended);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<Key | null>(null);
  const [lockedUntil, setLockedUntil] = useState(0);
  const [left, setLeft] = useState(0);
  const [busy, setBusy] = useState(false);
  const [ways, setWays] = useState<SignInWays | null>(null);
  const [step, setStep] = useState<SecondStep | null>(null);
  const nameField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (!step) nameField.current?.focus();
  }, [step]);
  useEffect(() => {
    void signInApi.ways().then(
      (found) => {
        setWays(found);
        if (found.pending) setStep(found.pending);
      },
      () => {}, // name and password are there without it
    );
  }, []);
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
      const answer = await signInApi.signIn(name.trim(), password);
      setPassword('');
      if (isStep(answer)) setStep(answer);
      else enter(answer);
    } catch (failure) {
      refused(failure);
    } finally {
      setBusy(false);
    }
  }

  async function passkey(): Promise<void> {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      const asked = await signInApi.passkey();
      const proof = await askKey(asked.webauthn!);
      enter(await signInApi.second(asked.ticket, proof));
    } catch (failure) {
      if (failure instanceof ApiError && failure.status !== 401 && failure.status !== 400) refused(failure);
      else setError(failure instanceof ApiError ? 'signin.passkey.unknown' : 'second.key.none');
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
        {step ? (
          <SecondFactor
            step={step}
            origin={ways?.origin ?? location.origin}
            onBack={(why) => {
              setStep(null);
              setError(why ?? null);
            }}
          />
        ) : (
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
          {ways && (ways.provider || keysWork(ways.origin)) ? (
            <div class="signin-more">
              <p class="signin-or">{t('signin.or')}</p>
              {keysWork(ways.origin) ? (
                <button type="button" class="button button-wide" disabled={busy} onClick={() => void passkey()} data-way="passkey">
                  {t('signin.passkey')}
                </button>
              ) : null}
              {ways.provider ? (
                <a class="button button-wide" href={providerAddress(location.hash)} data-way="provider">
                  {t('signin.provider', { name: ways.provider.name })}
                </a>
              ) : null}
            </div>
          ) : null}
        </form>
        )}
      </main>
    </div>
  );
}
