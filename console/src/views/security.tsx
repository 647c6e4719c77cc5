// SPDX-License-Identifier: Apache-2.0
// One's own second factors: list, add, name, remove; recovery codes, shown once. `SecuritySection` stands on any page.
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, ApiError } from '../api';
import { signInApi } from '../api-signin';
import { enter, signOut } from '../flow';
import { when } from '../format';
import { toast, useApp, useT } from '../state';
import type { Factor, FactorBegun, Factors } from '../types-signin';
import { createKey, keysWork } from '../webauthn';
import { Settings } from './frame';
import { Field, Notice } from './parts';
import { QrCode } from './qr';

const NAME_MOST = 64;
const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

export function SecurityPage() {
  const { t } = useT();
  return (
    <main id="main" class="page" tabIndex={-1}>
      <h1>{t('security.title')}</h1>
      <SecuritySection />
    </main>
  );
}

/** Somebody whose role needs a second factor and who has none: this is all there is until they have. */
export function Enrol() {
  const { t } = useT();
  return (
    <div class="signin">
      <header class="signin-tools">
        <Settings />
        <button type="button" class="button button-quiet" onClick={() => void signOut()}>
          {t('app.signout')}
        </button>
      </header>
      <main id="main" class="page enrol" tabIndex={-1}>
        <h1>{t('security.title')}</h1>
        <SecuritySection />
      </main>
    </div>
  );
}

/** What is open below the list: nothing, one of the ways to add, the password, or the codes that are shown once. */
type Open =
  | { what: 'nothing' }
  | { what: 'totp'; begun: FactorBegun }
  | { what: 'key' }
  | { what: 'proof'; then: () => void }
  | { what: 'codes'; codes: string[] };

export function SecuritySection() {
  const { t } = useT();
  const session = useApp((s) => s.session);
  const [list, setList] = useState<Factors | null>(null);
  const [origin, setOrigin] = useState(location.origin);
  const [open, setOpen] = useState<Open>({ what: 'nothing' });
  const [problem, setProblem] = useState('');
  const close = (): void => setOpen({ what: 'nothing' });

  async function load(): Promise<void> {
    try {
      setList(await signInApi.factors());
      if (session?.enrol) enter(await api.session());
    } catch (failure) {
      setProblem(sentence(failure));
    }
  }
  useEffect(() => {
    void load();
    void signInApi.ways().then(
      (ways) => setOrigin(ways.origin),
      () => {},
    );
  }, []);

  function sentence(failure: unknown): string {
    if (!(failure instanceof ApiError)) return t('second.key.none');
    if (failure.lost) return t('error.network');
    if (failure.status === 410) return t('security.ended');
    return failure.status === 503 || failure.status === 429 ? t('error.busy') : failure.problem.detail || t('error.other');
  }

  /** Does it, or asks for the password first and then does it. */
  async function attempt(action: () => Promise<void>): Promise<void> {
    setProblem('');
    try {
      await action();
    } catch (failure) {
      const stale = failure instanceof ApiError && failure.status === 403 && failure.problem.pointer === '/proof';
      if (stale && list?.password) setOpen({ what: 'proof', then: () => void attempt(action) });
      else setProblem(stale ? t('security.proof.again') : sentence(failure));
    }
  }

  async function added(codes: string[] | undefined): Promise<void> {
    toast(t('security.done'));
    setOpen(codes ? { what: 'codes', codes } : { what: 'nothing' });
    if (!codes) await load();
    else setList(await signInApi.factors());
  }

  const beginTotp = (): Promise<void> =>
    attempt(async () => {
      setOpen({ what: 'totp', begun: await signInApi.begin('totp') });
    });
  const beginKey = (): Promise<void> =>
    attempt(async () => {
      if (list && !list.fresh) await signInApi.begin('webauthn'); // says whether the password is needed first
      setOpen({ what: 'key' });
    });

  if (!list) return <p class="soft">{problem || t('app.loading')}</p>;
  const keys = keysWork(origin);
  const more = list.factors.length < 20;
  return (
    <div class="security">
      {session?.enrol ? <Notice tone="warm">{t('security.required')}</Notice> : null}
      <section aria-labelledby="factors-title">
        <h2 id="factors-title">{t('security.factors')}</h2>
        <p class="lead">{t('security.lead')}</p>
        {list.factors.length === 0 ? <p class="soft">{t('security.none')}</p> : null}
        <ul class="factor-list">
          {list.factors.map((factor) => (
            <FactorRow
              key={factor.id}
              factor={factor}
              last={list.required && list.factors.length === 1}
              attempt={attempt}
              changed={() => void load()}
            />
          ))}
        </ul>
        {problem ? (
          <Notice tone="bad" alert>
            {problem}
          </Notice>
        ) : null}
        {open.what === 'nothing' ? (
          more ? (
            <div class="row-buttons">
              <button type="button" class="button" data-add="totp" onClick={() => void beginTotp()}>
                {t('security.add.totp')}
              </button>
              <button type="button" class="button" data-add="webauthn" disabled={!keys} onClick={() => void beginKey()}>
                {t('security.add.key')}
              </button>
              {keys ? null : <small class="soft">{t('security.key.elsewhere', { origin })}</small>}
            </div>
          ) : (
            <p class="soft">{t('security.full')}</p>
          )
        ) : null}
        {open.what === 'totp' ? <AddTotp begun={open.begun} onDone={added} onClose={close} sentence={sentence} /> : null}
        {open.what === 'key' ? <AddKey onDone={added} onClose={close} sentence={sentence} /> : null}
        {open.what === 'proof' ? (
          <Prove
            onDone={() => {
              close();
              open.then();
            }}
            onClose={close}
          />
        ) : null}
        {open.what === 'codes' ? (
          <Codes
            codes={open.codes}
            onClose={() => {
              close();
              void load();
            }}
          />
        ) : null}
      </section>
      {list.factors.length > 0 && open.what !== 'codes' ? (
        <Recovery left={list.recovery_codes} attempt={attempt} onCodes={(codes) => setOpen({ what: 'codes', codes })} />
      ) : null}
    </div>
  );
}

function FactorRow({
  factor,
  last,
  attempt,
  changed,
}: {
  factor: Factor;
  last: boolean;
  attempt: (action: () => Promise<void>) => Promise<void>;
  changed: () => void;
}) {
  const { t, lang } = useT();
  const [mode, setMode] = useState<'shown' | 'naming' | 'removing'>('shown');
  const [name, setName] = useState(factor.name);
  const [error, setError] = useState('');
  const now = Date.now();

  function rename(event: Event): void {
    event.preventDefault();
    const text = name.trim();
    if (!text || bytesOf(text) > NAME_MOST) return setError(t('security.name.missing'));
    void attempt(async () => {
      await signInApi.rename(factor.id, text);
      setMode('shown');
      toast(t('security.renamed'));
      changed();
    });
  }
  const remove = (): Promise<void> =>
    attempt(async () => {
      await signInApi.remove(factor.id);
      toast(t('security.removed'));
      changed();
    });

  const kind = factor.kind === 'totp' ? 'security.kind.totp' : factor.passkey ? 'security.kind.passkey' : 'security.kind.webauthn';
  return (
    <li class="factor" data-factor={factor.kind}>
      <div class="factor-head">
        <span class="factor-name">{factor.name}</span>
        <small>
          {t(kind)}
          {factor.backed_up ? ` · ${t('security.backed_up')}` : ''}
        </small>
      </div>
      <small>
        {t('security.added', { when: when(lang, factor.created, now) })} ·{' '}
        {factor.used ? t('security.used', { when: when(lang, factor.used, now) }) : t('security.used.never')}
      </small>
      {mode === 'naming' ? (
        <form class="totp-fields" onSubmit={rename} noValidate>
          <Field id={`name-${factor.id}`} label={t('security.name')} help={t('security.name.help')} error={error}>
            {(props) => <input {...props} value={name} onInput={(e) => setName(e.currentTarget.value)} />}
          </Field>
          <div class="row-buttons">
            <button type="submit" class="button button-small button-main">
              {t('security.save')}
            </button>
            <button type="button" class="button button-small" onClick={() => setMode('shown')}>
              {t('app.cancel')}
            </button>
          </div>
        </form>
      ) : mode === 'removing' ? (
        <div class="totp-fields" role="alert">
          <p>{t(last ? 'security.remove.last' : 'security.remove.sure', { name: factor.name })}</p>
          <div class="row-buttons">
            {last ? null : (
              <button type="button" class="button button-small button-main" onClick={() => void remove()}>
                {t('security.remove.confirm')}
              </button>
            )}
            <button type="button" class="button button-small" onClick={() => setMode('shown')}>
              {t('app.cancel')}
            </button>
          </div>
        </div>
      ) : (
        <div class="row-buttons">
          <button type="button" class="button button-small" aria-label={t('security.rename.which', { name: factor.name })} onClick={() => setMode('naming')}>
            {t('security.rename')}
          </button>
          <button type="button" class="button button-small" aria-label={t('security.remove.which', { name: factor.name })} onClick={() => setMode('removing')}>
            {t('security.remove')}
          </button>
        </div>
      )}
    </li>
  );
}

interface Adding {
  onDone: (codes: string[] | undefined) => Promise<void>;
  onClose: () => void;
  sentence: (failure: unknown) => string;
}

function AddTotp({ begun, onDone, onClose, sentence }: Adding & { begun: FactorBegun }) {
  const { t } = useT();
  const [code, setCode] = useState('');
  const [name, setName] = useState<string>(t('security.name.totp'));
  const [wrong, setWrong] = useState<{ code?: string; name?: string; all?: string }>({});
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const { secret, uri } = begun.totp!;

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (busy) return;
    if (!code.trim()) return setWrong({ code: t('second.missing') });
    if (!name.trim() || bytesOf(name.trim()) > NAME_MOST) return setWrong({ name: t('security.name.missing') });
    setBusy(true);
    setWrong({});
    try {
      const { recovery_codes } = await signInApi.confirm({ ticket: begun.ticket, name: name.trim(), code: code.trim() });
      await onDone(recovery_codes);
    } catch (failure) {
      const isCode = failure instanceof ApiError && failure.problem.pointer === '/code';
      setWrong(isCode ? { code: t('security.totp.wrong') } : { all: sentence(failure) });
      field.current?.focus();
    } finally {
      setBusy(false);
    }
  }

  return (
    <form class="panel" onSubmit={(e) => void submit(e)} noValidate aria-labelledby="totp-title">
      <h3 id="totp-title">{t('security.totp.title')}</h3>
      <p>{t('security.totp.scan')}</p>
      <div class="totp-setup">
        <QrCode text={uri} label={t('security.totp.qr')} />
        <div class="totp-fields">
          <p>
            {t('security.totp.secret')}
            <br />
            <code class="secret">{secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
          </p>
          <Field id="totp-code" label={t('security.totp.code')} error={wrong.code ?? ''}>
            {(props) => (
              <input
                {...props}
                ref={field}
                class="code-field"
                inputMode="numeric"
                autocomplete="one-time-code"
                maxLength={16}
                value={code}
                onInput={(e) => setCode(e.currentTarget.value)}
              />
            )}
          </Field>
          <Field id="totp-name" label={t('security.name')} help={t('security.name.help')} error={wrong.name ?? ''}>
            {(props) => <input {...props} value={name} onInput={(e) => setName(e.currentTarget.value)} />}
          </Field>
        </div>
      </div>
      {wrong.all ? (
        <Notice tone="bad" alert>
          {wrong.all}
        </Notice>
      ) : null}
      <div class="row-buttons">
        <button type="submit" class="button button-main" disabled={busy}>
          {t('security.confirm')}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {t('app.cancel')}
        </button>
      </div>
    </form>
  );
}

function AddKey({ onDone, onClose, sentence }: Adding) {
  const { t } = useT();
  const [name, setName] = useState<string>(t('security.name.webauthn'));
  const [wrong, setWrong] = useState<{ name?: string; all?: string }>({});
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (busy) return;
    if (!name.trim() || bytesOf(name.trim()) > NAME_MOST) return setWrong({ name: t('security.name.missing') });
    setBusy(true);
    setWrong({});
    try {
      const begun = await signInApi.begin('webauthn'); // a challenge of its own for each try
      const made = await createKey(begun.webauthn!);
      const { recovery_codes } = await signInApi.confirm({ ticket: begun.ticket, name: name.trim(), ...made });
      await onDone(recovery_codes);
    } catch (failure) {
      const known = failure instanceof DOMException && failure.name === 'InvalidStateError';
      const refused = failure instanceof ApiError && failure.problem.pointer === '/attestation';
      const taken = failure instanceof ApiError && failure.status === 409;
      setWrong({ all: known || taken ? t('security.key.known') : refused ? t('security.key.refused') : sentence(failure) });
    } finally {
      setBusy(false);
    }
  }

  return (
    <form class="panel" onSubmit={(e) => void submit(e)} noValidate aria-labelledby="key-title">
      <h3 id="key-title">{t('security.key.title')}</h3>
      <p>{t('security.key.help')}</p>
      <Field id="key-name" label={t('security.name')} help={t('security.name.help')} error={wrong.name ?? ''}>
        {(props) => <input {...props} ref={field} value={name} onInput={(e) => setName(e.currentTarget.value)} />}
      </Field>
      {wrong.all ? (
        <Notice tone="bad" alert>
          {wrong.all}
        </Notice>
      ) : null}
      <div class="row-buttons">
        <button type="submit" class="button button-main" disabled={busy}>
          {t('security.confirm')}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {t('app.cancel')}
        </button>
      </div>
    </form>
  );
}

function Prove({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const { t } = useT();
  const [password, setPassword] = useState('');
  const [error, setError] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (!password) return setError(t('security.proof.wrong'));
    try {
      await signInApi.prove(password);
      onDone();
    } catch (failure) {
      const wrong = failure instanceof ApiError && failure.status === 403;
      setPassword('');
      setError(t(wrong ? 'security.proof.wrong' : 'error.busy'));
      field.current?.focus();
    }
  }

  return (
    <form class="panel" onSubmit={(e) => void submit(e)} noValidate aria-labelledby="proof-title">
      <h3 id="proof-title">{t('security.proof.title')}</h3>
      <p>{t('security.proof.help')}</p>
      <Field id="proof-password" label={t('signin.password')} error={error}>
        {(props) => (
          <input
            {...props}
            ref={field}
            type="password"
            autocomplete="current-password"
            value={password}
            onInput={(e) => setPassword(e.currentTarget.value)}
          />
        )}
      </Field>
      <div class="row-buttons">
        <button type="submit" class="button button-main">
          {t('security.confirm')}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {t('app.cancel')}
        </button>
      </div>
    </form>
  );
}

function Codes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const { t } = useT();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(codes.join('\n'));
      toast(t('recovery.copied'));
    } catch {
      toast(t('error.other'), 'bad'); // no clipboard: they stand there to be selected
    }
  }
  return (
    <div class="panel" role="group" aria-labelledby="codes-title">
      <h3 id="codes-title" ref={title} tabIndex={-1}>
        {t('recovery.title')}
      </h3>
      <p>{t('recovery.once')}</p>
      <ol class="codes" translate={false}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div class="row-buttons">
        <button type="button" class="button" onClick={() => void copy()}>
          {t('recovery.copy')}
        </button>
        <button type="button" class="button" onClick={() => print()}>
          {t('recovery.print')}
        </button>
        <button type="button" class="button button-main" onClick={onClose}>
          {t('recovery.kept')}
        </button>
      </div>
    </div>
  );
}

function Recovery({
  left,
  attempt,
  onCodes,
}: {
  left: number;
  attempt: (action: () => Promise<void>) => Promise<void>;
  onCodes: (codes: string[]) => void;
}) {
  const { t } = useT();
  const [asking, setAsking] = useState(false);
  const make = (): Promise<void> =>
    attempt(async () => {
      onCodes((await signInApi.recoveryCodes()).recovery_codes);
    });
  return (
    <section aria-labelledby="recovery-title">
      <h2 id="recovery-title">{t('recovery.title')}</h2>
      <p class="lead">
        {t('recovery.lead')} <strong data-left={left}>{t('recovery.left', { n: left })}</strong>
      </p>
      {asking ? (
        <div class="row-buttons" role="alert">
          <span>{t('recovery.new.sure')}</span>
          <button type="button" class="button button-small button-main" onClick={() => void make()}>
            {t('recovery.new.confirm')}
          </button>
          <button type="button" class="button button-small" onClick={() => setAsking(false)}>
            {t('app.cancel')}
          </button>
        </div>
      ) : (
        <div class="row-buttons">
          <button type="button" class="button" onClick={() => setAsking(true)}>
            {t('recovery.new')}
          </button>
        </div>
      )}
    </section>
  );
}
