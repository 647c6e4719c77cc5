// SPDX-License-Identifier: Apache-2.0
// What surrounds every page: name, pages, settings, help, messages.
import { useEffect, useRef, useState } from 'preact/hooks';
import { signOut } from '../flow';
import { bindings, type Binding, type Place } from '../keys';
import { word } from '../i18n';
import { foremost, groups, navigation, type NavItem } from '../navigation';
import { href } from '../route';
import { chooseLanguage, may, remember, set, shownTheme, toggleTheme, useApp, useT } from '../state';
import type { Key } from '../strings';
import { Cap } from './parts';

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <rect class="mark-sea" width="32" height="32" rx="8" />
      <path class="mark-mast" d="M16 5.5v15" />
      <path class="mark-nest" d="M10.5 11.5h11l-1.6 4.6h-7.8z" />
      <circle class="mark-light" cx="16" cy="7.6" r="2.3" />
      <path class="mark-wave" d="M5 22.2c2.2-2 4.4-2 6.6 0s4.4 2 6.6 0 4.4-2 6.6 0c.8.7 1.5 1.1 2.2 1.3" />
    </svg>
  );
}

/** Language and theme: also before signing in. */
export function Settings() {
  const { t, lang } = useT();
  const theme = useApp((s) => s.theme);
  const dark = shownTheme(theme) === 'dark';
  const other = lang === 'fr' ? 'en' : 'fr';
  return (
    <>
      <button
        type="button"
        class="tool"
        lang={other}
        title={`${t('app.language')} (L)`}
        aria-label={`${t('app.language.code')} · ${t('app.language')}`}
        aria-keyshortcuts="l"
        onClick={() => chooseLanguage(other)}
        data-tool="language"
      >
        {t('app.language.code')}
      </button>
      <button
        type="button"
        class="tool"
        title={`${t(dark ? 'app.theme.light' : 'app.theme.dark')} (T)`}
        aria-label={t(dark ? 'app.theme.light' : 'app.theme.dark')}
        aria-keyshortcuts="t"
        onClick={toggleTheme}
        data-tool="theme"
      >
        <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
          {dark ? (
            <g class="stroke">
              <circle cx="10" cy="10" r="3.6" />
              <path d="M10 1.8v2M10 16.2v2M1.8 10h2M16.2 10h2M4.2 4.2l1.4 1.4M14.4 14.4l1.4 1.4M4.2 15.8l1.4-1.4M14.4 5.6l1.4-1.4" />
            </g>
          ) : (
            <path class="stroke" d="M16.6 11.8A7 7 0 0 1 8.2 3.4a7 7 0 1 0 8.4 8.4z" />
          )}
        </svg>
      </button>
    </>
  );
}

/** A place in the navigation: its word, and its letter while one is asked for. */
function NavLink({ item, caps = false }: { item: NavItem; caps?: boolean }) {
  const { t, lang } = useT();
  const route = useApp((s) => s.route);
  const queueRoute = useApp((s) => s.queueRoute);
  const waiting = useApp((s) => (item.to === 'queue' ? s.counts.open : item.to === 'filings' ? s.filingsWaiting : 0));
  const here = item.to === route.page && !('id' in route && route.id);
  const inside =
    item.to === route.page ||
    (item.to === 'queue' && route.page === 'case') ||
    (item.to === 'banks' && route.page === 'bank');
  return (
    <a
      href={href(item.to === 'queue' ? queueRoute : { page: item.to })}
      aria-current={here ? 'page' : inside ? 'true' : undefined}
    >
      <span class="nav-word">{t(item.word)}</span>
      {caps ? (
        <Cap>{item.letter.toUpperCase()}</Cap>
      ) : waiting > 0 ? (
        <>
          <span class="nav-count" aria-hidden="true">
            {waiting.toLocaleString(lang)}
          </span>
          {item.to === 'filings' ? <span class="visually-hidden"> · {t('filings.waiting', { n: waiting })}</span> : null}
        </>
      ) : null}
    </a>
  );
}

/** All pages by group. While a letter is awaited after `g`, each shows its own. */
function NavGroups({ items }: { items: readonly NavItem[] }) {
  const { t } = useT();
  const going = useApp((s) => s.going);
  return (
    <nav class={`nav ${going ? 'nav-going' : ''}`} aria-label={t('app.nav')}>
      {groups.map((group) => {
        const inGroup = items.filter((item) => item.group === group);
        if (inGroup.length === 0) return null;
        return (
          <div class="nav-group" key={group} role="group" aria-labelledby={`nav-${group}`}>
            <p class="nav-title" id={`nav-${group}`}>
              {t(`nav.group.${group}`)}
            </p>
            {inGroup.map((item) => (
              <NavLink key={item.to} item={item} caps={going} />
            ))}
          </div>
        );
      })}
    </nav>
  );
}

/** Name, pages, settings. A rail on a desk; on a narrow screen a bar with the first pages, and the rest one press away. */
export function Header() {
  const { t } = useT();
  const session = useApp((s) => s.session);
  const queueRoute = useApp((s) => s.queueRoute);
  const route = useApp((s) => s.route);
  const going = useApp((s) => s.going);
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => setOpen(false), [route]);
  const items = navigation((permission) => may(session, permission));
  return (
    <header
      class="rail"
      onKeyDown={(e) => {
        if (e.key !== 'Escape' || !open) return;
        e.preventDefault();
        setOpen(false);
        button.current?.focus();
      }}
    >
      <a class="brand" href={href(queueRoute)}>
        <Mark /> <span>{t('app.name')}</span>
      </a>
      <nav class="nav-first" aria-label={t('nav.first')}>
        {foremost(items).map((item) => (
          <NavLink key={item.to} item={item} />
        ))}
      </nav>
      <button
        type="button"
        class="button button-quiet rail-open"
        ref={button}
        aria-expanded={open || going}
        aria-controls="rail-more"
        onClick={() => setOpen(!open)}
      >
        <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
          <path class="stroke" d={open ? 'M5 5l10 10M15 5 5 15' : 'M3.5 5.5h13M3.5 10h13M3.5 14.5h13'} />
        </svg>
        {t('nav.more.short')}
        <span class="visually-hidden"> · {t('nav.more')}</span>
      </button>
      <div class="rail-more" id="rail-more" data-open={open || going ? '' : undefined}>
        <NavGroups items={items} />
        <div class="tools" role="group" aria-label={t('app.tools')}>
          <span class="who">
            <span class="who-name">{session?.user.display || session?.user.name}</span>
            <span class="who-role">{session ? word(t, 'role', session.user.role) : ''}</span>
          </span>
          <button
            type="button"
            class="tool"
            title={`${t('app.help')} (?)`}
            aria-label={t('app.help')}
            aria-keyshortcuts="?"
            onClick={() => set({ help: true })}
            data-tool="help"
          >
            ?
          </button>
          <Settings />
          <button
            type="button"
            class="tool"
            title={t('app.signout')}
            aria-label={t('app.signout')}
            onClick={() => void signOut()}
            data-tool="signout"
          >
            <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
              <path class="stroke" d="M8 3.5H4.5v13H8M12.5 6.5 16 10l-3.5 3.5M16 10H8" />
            </svg>
          </button>
        </div>
      </div>
    </header>
  );
}

/** What changed, for who sees it and for who hears it. */
export function Messages() {
  const { t } = useT();
  const toast = useApp((s) => s.toast);
  const text = useApp((s) => s.say);
  return (
    <>
      <div class="visually-hidden" role="status" aria-live="polite">
        {text}
      </div>
      <div class="toasts" role="status" aria-live="polite">
        {toast ? (
          <div key={toast.id} class={`toast toast-${toast.tone}`}>
            <span>{toast.text}</span>
            <button
              type="button"
              class="tool tool-small"
              aria-label={t('app.close')}
              onClick={() => set({ toast: null })}
            >
              ×
            </button>
          </div>
        ) : null}
      </div>
    </>
  );
}

function KeyList({ place, title }: { place: Place; title: Key }) {
  const { t } = useT();
  return (
    <section>
      <h3>{t(title)}</h3>
      <dl>
        {bindings
          .filter((b) => b.place === place)
          .map((b) => (
            <div key={b.command + b.keys.join()}>
              <dt>
                <KeyNames binding={b} />
              </dt>
              <dd>{t(b.label)}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}

/** `g`, then a letter: where this person can go. */
function GoList() {
  const { t } = useT();
  const session = useApp((s) => s.session);
  if (!session) return null;
  return (
    <section>
      <h3>{t('keys.go')}</h3>
      <dl>
        {navigation((permission) => may(session, permission)).map((item) => (
          <div key={item.to}>
            <dt>
              <kbd class="cap">G</kbd>
              <span class="keys-or"> {t('keys.then')} </span>
              <kbd class="cap">{item.letter.toUpperCase()}</kbd>
            </dt>
            <dd>{t(item.word)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function KeyNames({ binding }: { binding: Binding }) {
  const { t } = useT();
  const names: Record<string, string> = {
    Enter: t('keys.enter'),
    Escape: t('keys.escape'),
    ArrowDown: t('keys.down'),
    ArrowUp: t('keys.up'),
    Home: t('keys.home'),
    End: t('keys.end'),
  };
  return (
    <>
      {binding.ctrl ? (
        <>
          <kbd class="cap">Ctrl</kbd>{' '}
        </>
      ) : null}
      {binding.keys.map((key, i) => (
        <>
          {i > 0 ? <span class="keys-or"> {t('keys.or')} </span> : null}
          <kbd class="cap">{names[key] ?? key.toUpperCase()}</kbd>
        </>
      ))}
    </>
  );
}

/** Every key there is, from the same table that answers them; and the switch that turns single keys off. */
export function Help() {
  const { t } = useT();
  const open = useApp((s) => s.help);
  const single = useApp((s) => s.singleKeys);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    else if (!open && dialog.current?.open) dialog.current.close();
  }, [open]);
  function choose(on: boolean): void {
    remember('keys', on ? 'on' : 'off');
    set({ singleKeys: on });
  }
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="keys-title"
      onClose={() => set({ help: false })}
      onClick={(e) => e.target === dialog.current && dialog.current?.close()}
    >
      <div class="dialog-inside">
        <header class="dialog-head">
          <h2 id="keys-title">{t('keys.title')}</h2>
          <button type="button" class="tool" aria-label={t('app.close')} onClick={() => dialog.current?.close()}>
            ×
          </button>
        </header>
        <div class="keys">
          <div>
            <KeyList place="case" title="keys.case" />
            <KeyList place="filing" title="keys.filing" />
            <KeyList place="banks" title="keys.banks" />
          </div>
          <div>
            <KeyList place="queue" title="keys.queue" />
            <KeyList place="bank" title="keys.bank" />
            <KeyList place="everywhere" title="keys.everywhere" />
            <GoList />
          </div>
        </div>
        <label class="switch">
          <input type="checkbox" checked={single} onChange={(e) => choose(e.currentTarget.checked)} />
          <span>
            {t('keys.single')}
            <small>{t('keys.single.help')}</small>
          </span>
        </label>
      </div>
    </dialog>
  );
}
