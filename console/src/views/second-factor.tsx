// SPDX-License-Identifier: Apache-2.0
// The second step of a sign-in: a code, a security key, or a recovery code.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { signInApi } from '../api-signin';
import { enter } from '../flow';
import { countdown } from '../format';
import { useT } from '../state';
import type { Key } from '../strings';
import type { Proof, SecondStep, Way } from '../types-signin';
import { askKey, keysWork } from '../webauthn';
import { Field } from './parts';

export function SecondFactor({ step, origin, onBack }: { step: SecondStep; origin: string; onBack: (why?: Key) => void }) {
  const { t } = useT();
  const keys = keysWork(origin);
  const ways = step.second_factor;
  const [way, setWay] = useState<Way>(ways.find((w) => w !== 'webauthn' || keys) ?? ways[0] ?? 'recovery');
  const [typed, setTyped] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => (way === 'webauthn' ? button : field).current?.focus(), [way]);

  async function send(proof: () => Promise<Proof> | Proof): Promise<void> {
    if (busy) return;
    setBusy(true);
    setError('');
    try {
      enter(await signInApi.second(step.ticket, await proof()));
    } catch (failure) {
      refused(failure);
    } finally {
      setBusy(false);
    }
  }

  function refused(failure: unknown): void {
    if (!(failure instanceof ApiError)) return setError(t('second.key.none')); // the browser's own: given up, no key
    if (failure.status === 410) return onBack('second.ended');
    setTyped('');
    if (failure.status === 429) setError(t('signin.locked', { time: countdown(failure.retryAfter || 60) }));
    else if (failure.lost) setError(t('signin.offline'));
    else if (failure.status === 401 || failure.status === 400)
      setError(t(way === 'totp' ? 'second.wrong.totp' : way === 'recovery' ? 'second.wrong.recovery' : 'second.wrong.key'));
    else setError(t('error.busy'));
    (way === 'webauthn' ? button : field).current?.focus();
  }

  function submit(event: Event): void {
    event.preventDefault();
    const text = typed.trim();
    if (!text) return setError(t('second.missing'));
    void send(() => (way === 'totp' ? { code: text } : { recovery: text }));
  }

  const others = ways.filter((w) => w !== way && (w !== 'webauthn' || keys));
  return (
    <form onSubmit={submit} noValidate aria-labelledby="second-title" data-step={way}>
      <h1 id="second-title" class="quiet-title">
        {t('second.title')}
      </h1>
      {way === 'webauthn' ? (
        <>
          <p class="soft">{t(keys ? 'second.key.help' : 'second.key.elsewhere', { origin })}</p>
          <button
            ref={button}
            type="button"
            class="button button-main button-wide"
            disabled={busy || !keys}
            onClick={() => void send(() => askKey(step.webauthn!))}
          >
            {t('second.key.use')}
          </button>
          <p class="form-message" role="alert" data-tone="bad">
            {error}
          </p>
        </>
      ) : (
        <>
          <Field
            id="second-code"
            label={t(way === 'totp' ? 'second.code' : 'second.recovery')}
            help={t(way === 'totp' ? 'second.code.help' : 'second.recovery.help')}
            error={error}
          >
            {(props) => (
              <input
                key={way}
                {...props}
                ref={field}
                class="code-field"
                name={way === 'totp' ? 'code' : 'recovery'}
                inputMode={way === 'totp' ? 'numeric' : 'text'}
                autocomplete={way === 'totp' ? 'one-time-code' : 'off'}
                autocapitalize="none"
                spellcheck={false}
                maxLength={32}
                value={typed}
                onInput={(e) => setTyped(e.currentTarget.value)}
              />
            )}
          </Field>
          <button type="submit" class="button button-main button-wide" disabled={busy}>
            {t('second.submit')}
          </button>
        </>
      )}
      <div class="second-others">
        {others.map((w) => (
          <button
            key={w}
            type="button"
            class="link"
            onClick={() => {
              setWay(w);
              setTyped('');
              setError('');
            }}
          >
            {t(w === 'totp' ? 'second.use.totp' : w === 'webauthn' ? 'second.use.key' : 'second.use.recovery')}
          </button>
        ))}
        <button type="button" class="link" onClick={() => onBack()}>
          {t('second.back')}
        </button>
      </div>
    </form>
  );
}
