// SPDX-License-Identifier: Apache-2.0
// The console's beginning: which page is shown, and the one place where keys arrive.
import { Component, render, type ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import './css/app.css';
import { go, goBack, resume, start } from './flow';
import { commandOf, isPlace, isTyping, type Command, type Place } from './keys';
import { translator } from './i18n';
import { destination, navigation } from './navigation';
import { isPage, pages } from './pages';
import { chooseLanguage, get, may, say, set, toggleTheme, useApp, useT } from './state';
import { BankPage, bankKeys } from './views/bank';
import { banksKeys } from './views/banks';
import { CasePage, caseKeys } from './views/casepage';
import { filingKey } from './views/filing-keys';
import { Header, Help, Messages } from './views/frame';
import { InvitationPage } from './views/invitation';
import { Notice } from './views/parts';
import { pageViews } from './views/pages';
import { moveInQueue, nextOrSay, Queue } from './views/queue';
import { Enrol } from './views/security';
import type { Key } from './strings';
import { SignIn } from './views/signin';
import { undoLast } from './undo';
import { UndoBar } from './views/undo';
import { TrainingWarning } from './views/warning';

/** An address that was typed or handed on, of a page that this person's roles do not open. */
function NotYours({ title }: { title: Key }) {
  const { t } = useT();
  return (
    <main id="main" class="page" tabIndex={-1}>
      <h1>{t(title)}</h1>
      <Notice tone="warm">{t('page.not_yours')}</Notice>
    </main>
  );
}

function Page() {
  const route = useApp((s) => s.route);
  if (route.page === 'case') return <CasePage key={route.id} id={route.id} />;
  if (route.page === 'bank') return <BankPage key={route.name} name={route.name} />;
  if (route.page !== 'queue') {
    const { permission, title } = pages[route.page];
    if (permission && !may(get().session, permission)) return <NotYours title={title} />;
    const View = pageViews[route.page];
    return <View key={`${route.page}/${route.id ?? ''}`} id={route.id ?? ''} />;
  }
  return <Queue view={route.view} space={route.space} />;
}

function App() {
  const { t, lang } = useT();
  const boot = useApp((s) => s.boot);
  const signedIn = useApp((s) => s.session !== null);
  const invite = useApp((s) => s.invite);
  const enrol = useApp((s) => s.session?.enrol === true);
  const theme = useApp((s) => s.theme);
  const page = useApp((s) => (s.route.page === 'case' ? s.route.id : s.route.page));
  const bank = useApp((s) => (s.route.page === 'bank' ? s.route.name : ''));
  const waiting = useApp((s) => s.cases.size);
  const place = useApp((s) => s.route.page);

  useLayoutEffect(() => {
    document.documentElement.lang = lang;
  }, [lang]);
  useLayoutEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  useEffect(() => {
    const name = invite
      ? t('invitation.title')
      : !signedIn
      ? t('signin.title')
      : page === 'queue'
        ? t('queue.title')
        : page === 'bank'
          ? bank
          : isPage(page)
            ? t(pages[page].title)
            : t('case.title', { id: page });
    document.title = `${signedIn && page === 'queue' && waiting > 0 ? `(${waiting}) ` : ''}${name} · Vigie`;
  }, [lang, signedIn, page, bank, waiting]);
  useEffect(() => {
    if (signedIn && !document.activeElement?.closest('main'))
      document.getElementById('main')?.focus({ preventScroll: true });
  }, [signedIn, page, bank]);

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
      ) : boot === 'loading' ? null : invite ? (
        <InvitationPage key={invite} token={invite} />
      ) : enrol ? (
        <Enrol />
      ) : signedIn ? (
        <>
          <TrainingWarning />
          <div class="shell" data-page={place}>
            <Header />
            <Page />
          </div>
        </>
      ) : (
        <SignIn />
      )}
      <UndoBar />
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
  else if (command === 'go') goTo();
  else if (command === 'undo') void undoLast();
  else if (place === 'case' && caseKeys.current) caseKeys.current(command);
  else if (place === 'banks' && banksKeys.current?.(command)) return;
  else if (place === 'bank' && bankKeys.current?.(command)) return;
  else if (place === 'filing' && filingKey(command)) return;
  else if (command === 'back') leaveFieldOrPage();
  else if (command === 'filter') document.getElementById('filter')?.focus();
  else if (command === 'next') void nextOrSay();
  else if (command === 'down' || command === 'up' || command === 'first' || command === 'last') moveInQueue(command);
}

function goTo(): void {
  if (!get().session) return;
  set({ going: true });
  say(translator(get().lang)('nav.go'));
}

/** The key after `g`: a page's letter, or nothing. Whatever it is, the wait is over. */
function goByLetter(event: KeyboardEvent): void {
  if (['Shift', 'Control', 'Alt', 'Meta', 'CapsLock'].includes(event.key)) return;
  set({ going: false });
  if (event.ctrlKey || event.metaKey || event.altKey || event.key === 'Tab') return;
  event.preventDefault();
  if (event.key.length !== 1) return;
  const { session, lang, queueRoute } = get();
  const to = destination(navigation((permission) => may(session, permission)), event.key);
  if (to === 'queue') go(queueRoute);
  else if (to) go({ page: to });
  else say(translator(lang)('nav.go.none', { letter: event.key.toUpperCase() }));
}

function leaveFieldOrPage(): void {
  const active = document.activeElement;
  if (active instanceof HTMLElement && isTyping(active)) {
    if (active.id === 'filter') set({ filter: '' });
    active.blur();
    if (get().route.page === 'queue') moveInQueue('first');
  } else if (get().route.page === 'bank') go({ page: 'banks' });
  else if (get().route.page === 'queue' && get().filter) set({ filter: '' });
  else goBack();
}

function onKey(event: KeyboardEvent): void {
  const { session, route, singleKeys } = get();
  // the help is a dialog with keys of its own; asked of the page, for it is closed before its `close` event arrives
  if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
  if (get().going) return goByLetter(event);
  const typing = isTyping(event.target as HTMLElement | null);
  const place: Place = session && isPlace(route.page) ? route.page : 'everywhere';
  const command = commandOf(event, place, typing);
  if (event.key === 'Enter' && place === 'queue' && (event.target as HTMLElement).id === 'main') return moveInQueue('first');
  if (!command) return;
  if (!singleKeys && event.key.length === 1 && !event.ctrlKey && !event.metaKey) return;
  if (!session && command === 'back') return;
  event.preventDefault();
  run(command, place);
}

document.addEventListener('keydown', onKey);
document.addEventListener('pointerdown', () => get().going && set({ going: false }));
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
