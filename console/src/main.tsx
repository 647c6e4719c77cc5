// SPDX-License-Identifier: Apache-2.0
// The console's beginning: which page is shown, and the one place where keys arrive.
import { Component, render, type ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import './css/app.css';
import { goBack, goNext, resume, start } from './flow';
import { commandOf, isTyping, type Command, type Place } from './keys';
import { chooseLanguage, get, set, toggleTheme, useApp, useT } from './state';
import { CasePage, caseKeys } from './views/casepage';
import { DeadLetters } from './views/dead';
import { Header, Help, Messages } from './views/frame';
import { Notice } from './views/parts';
import { moveInQueue, Queue } from './views/queue';
import { SignIn } from './views/signin';

function Page() {
  const route = useApp((s) => s.route);
  if (route.page === 'case') return <CasePage key={route.id} id={route.id} />;
  if (route.page === 'dead') return <DeadLetters />;
  return <Queue view={route.view} space={route.space} />;
}

function App() {
  const { t, lang } = useT();
  const boot = useApp((s) => s.boot);
  const signedIn = useApp((s) => s.session !== null);
  const theme = useApp((s) => s.theme);
  const page = useApp((s) => (s.route.page === 'case' ? s.route.id : s.route.page));
  const waiting = useApp((s) => s.cases.size);

  useLayoutEffect(() => {
    document.documentElement.lang = lang;
  }, [lang]);
  useLayoutEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  useEffect(() => {
    const name = !signedIn
      ? t('signin.title')
      : page === 'queue'
        ? t('queue.title')
        : page === 'dead'
          ? t('dead.title')
          : t('case.title', { id: page });
    document.title = `${signedIn && page === 'queue' && waiting > 0 ? `(${waiting}) ` : ''}${name} · Vigie`;
  }, [lang, signedIn, page, waiting]);
  useEffect(() => {
    if (signedIn && !document.activeElement?.closest('main'))
      document.getElementById('main')?.focus({ preventScroll: true });
  }, [signedIn, page]);

  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(e) => {
          e.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        {t('app.skip')}
      </a>
      {boot === 'offline' ? (
        <main id="main" class="page">
          <h1>{t('app.name')}</h1>
          <Notice tone="bad" alert>
            {t('signin.offline')}{' '}
            <button type="button" class="button" onClick={() => void resume()}>
              {t('app.retry')}
            </button>
          </Notice>
        </main>
      ) : boot === 'loading' ? null : signedIn ? (
        <>
          <Header />
          <Page />
        </>
      ) : (
        <SignIn />
      )}
      <Messages />
      <Help />
    </>
  );
}

class Guard extends Component<{ children: ComponentChildren }, { broken: boolean }> {
  override state = { broken: false };
  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ broken: true });
  }
  override render({ children }: { children: ComponentChildren }) {
    return this.state.broken ? <Crashed /> : children;
  }
}

function Crashed() {
  const { t } = useT();
  return (
    <main id="main" class="page">
      <Notice tone="bad" alert>
        {t('app.crash')}{' '}
        <button type="button" class="button" onClick={() => location.reload()}>
          {t('app.reload')}
        </button>
      </Notice>
    </main>
  );
}

// ---- keys ----

function run(command: Command, place: Place): void {
  if (command === 'help') set({ help: true });
  else if (command === 'theme') toggleTheme();
  else if (command === 'language') chooseLanguage(get().lang === 'fr' ? 'en' : 'fr');
  else if (place === 'case' && caseKeys.current) caseKeys.current(command);
  else if (command === 'back') leaveFieldOrPage();
  else if (command === 'filter') document.getElementById('filter')?.focus();
  else if (command === 'next') goNext();
  else if (command === 'down' || command === 'up' || command === 'first' || command === 'last') moveInQueue(command);
}

function leaveFieldOrPage(): void {
  const active = document.activeElement;
  if (active instanceof HTMLElement && isTyping(active)) {
    if (active.id === 'filter') set({ filter: '' });
    active.blur();
    moveInQueue('first');
  } else if (get().route.page === 'queue' && get().filter) set({ filter: '' });
  else goBack();
}

function onKey(event: KeyboardEvent): void {
  const { session, route, help, singleKeys } = get();
  if (event.defaultPrevented || help) return; // the help is a dialog with keys of its own
  const typing = isTyping(event.target as HTMLElement | null);
  const place: Place = !session
    ? 'everywhere'
    : route.page === 'case'
      ? 'case'
      : route.page === 'queue'
        ? 'queue'
        : 'everywhere';
  const command = commandOf(event, place, typing);
  if (!command) return;
  if (!singleKeys && event.key.length === 1 && !event.ctrlKey && !event.metaKey) return;
  if (!session && command === 'back') return;
  event.preventDefault();
  run(command, place);
}

document.addEventListener('keydown', onKey);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => set({}));
const root = document.getElementById('app');
if (root) {
  render(
    <Guard>
      <App />
    </Guard>,
    root,
  );
}
void start();
