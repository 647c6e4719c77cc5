// SPDX-License-Identifier: Apache-2.0
// What the application knows: one immutable value, replaced by set(); components read a part of it with useApp().
import { useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import { translator, type T } from './i18n';
import { invitationOf } from './people';
import { parseRoute, type Route } from './route';
import type { Live } from './stream';
import type { Undoable } from './undo';
import type { DisplayChoices, Skills } from './types-queue';
import type { Case, Counts, Lang, Permission, Pulse, Session, Space } from './types';

export type Theme = 'light' | 'dark' | 'auto';

export interface Toast {
  id: number;
  text: string;
  tone: 'good' | 'bad';
}

export interface State {
  boot: 'loading' | 'ready' | 'offline';
  session: Session | null;
  /** The session ended by itself: the sign-in page says so. */
  ended: boolean;
  lang: Lang;
  theme: Theme;
  singleKeys: boolean;
  route: Route;
  /** The token of the link that led here ("#/invitation/TOKEN"), or ''. */
  invite: string;
  /** The queue page to come back to. */
  queueRoute: Route;
  filter: string;
  /** Open cases by id. */
  cases: ReadonlyMap<string, Case>;
  /** The last ones that were decided while this page was open: who reads one of them is told. */
  closed: ReadonlyMap<string, Case>;
  counts: Counts;
  queue: 'loading' | 'ready' | 'failed';
  /** The row that has, or last had, the focus. */
  selected: string;
  spaces: readonly Space[];
  live: Live;
  pulses: readonly Pulse[];
  help: boolean;
  /** `g` was pressed: the next letter names a page. */
  going: boolean;
  toast: Toast | null;
  /** The last decision, while it can be taken back. */
  undo: Undoable | null;
  /** Said by the live region. */
  say: string;
  /** How content is shown to this person, by category; null until the server has said it. */
  display: DisplayChoices | null;
  /** Why no next case was given: a break that is due, a limit, a certificate. */
  stopped: { type: string; detail: string } | null;
  /** Cases that were leased together with the one given last, and that one. */
  companions: readonly string[];
  /** What this person works on; null until the server has said it. */
  skills: Skills | null;
  /** The queue shows only that. */
  skilledOnly: boolean;
  /** The case whose request for context was answered last. */
  answered: string;
  /** Counts what the stream said of reports: boards ask again when it grows. */
  filingsChanged: number;
  /** The same by case; '' : of all, after the stream was lost. A page of one report asks again for its own only: reading it is on record. */
  filingsOf: ReadonlyMap<string, number>;
  /** How many reports wait for this person. */
  filingsWaiting: number;
}

export const PULSES = 120;

const queueStart: Route = { page: 'queue', view: 'open', space: '' };

function stored(name: string): string | null {
  try {
    return localStorage.getItem(`vigie.${name}`);
  } catch {
    return null;
  }
}
export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`vigie.${name}`, value);
  } catch {
    // storage may be off: the choice then lives as long as the page
  }
}

function firstLanguage(): Lang {
  const chosen = stored('language');
  if (chosen === 'fr' || chosen === 'en') return chosen;
  const asked = (navigator.languages ?? [navigator.language]).map((l) => l.slice(0, 2));
  return asked.find((l): l is Lang => l === 'fr' || l === 'en') ?? 'fr';
}

function firstTheme(): Theme {
  const chosen = stored('theme');
  return chosen === 'light' || chosen === 'dark' ? chosen : 'auto';
}

let state: State = {
  boot: 'loading',
  session: null,
  ended: false,
  lang: firstLanguage(),
  theme: firstTheme(),
  singleKeys: stored('keys') !== 'off',
  route: parseRoute(location.hash),
  invite: invitationOf(location.hash),
  queueRoute: queueStart,
  filter: '',
  cases: new Map(),
  closed: new Map(),
  counts: { open: 0, claimed: 0, overdue: 0, decided_today: 0 },
  queue: 'loading',
  selected: '',
  spaces: [],
  live: { status: 'connecting' },
  pulses: [],
  help: false,
  going: false,
  toast: null,
  undo: null,
  say: '',
  display: null,
  stopped: null,
  companions: [],
  skills: null,
  skilledOnly: stored('skilled') === 'on',
  answered: '',
  filingsChanged: 0,
  filingsOf: new Map(),
  filingsWaiting: 0,
};

const listeners = new Set<() => void>();

export function get(): State {
  return state;
}
export function set(patch: Partial<State>): void {
  state = { ...state, ...patch };
  for (const listener of [...listeners]) listener();
}

/** What signing out forgets: everything that came from the server. */
export function forget(): void {
  set({
    session: null,
    cases: new Map(),
    closed: new Map(),
    filingsWaiting: 0,
    queue: 'loading',
    spaces: [],
    pulses: [],
    toast: null,
    undo: null,
    say: '',
    display: null,
    stopped: null,
    companions: [],
    skills: null,
    answered: '',
    help: false,
    going: false,
    filter: '',
    selected: '',
    queueRoute: queueStart,
  });
}

/** Whether the person signed in holds a permission in at least one space: what to offer, never what is allowed. */
/** Grows when something happens to a report of this case. */
export const filingsOf = (s: State, id: string): number => (s.filingsOf.get(id) ?? 0) + (s.filingsOf.get('') ?? 0);

export function may(session: Session | null, permission: Permission): boolean {
  return session?.user.permissions.includes(permission) ?? false;
}

/** A part of the state; the component renders again when that part is another value. */
export function useApp<V>(select: (state: State) => V): V {
  const [, again] = useReducer<number, void>((n) => n + 1, 0);
  const value = select(state);
  const shown = useRef(value);
  const selector = useRef(select);
  shown.current = value;
  selector.current = select;
  useLayoutEffect(() => {
    const check = (): void => {
      if (!Object.is(selector.current(state), shown.current)) again();
    };
    listeners.add(check);
    check();
    return () => void listeners.delete(check);
  }, []);
  return value;
}

export function useT(): { t: T; lang: Lang } {
  const lang = useApp((s) => s.lang);
  return { t: translator(lang), lang };
}

export function chooseLanguage(lang: Lang): void {
  remember('language', lang);
  set({ lang });
}

/** The theme that shows now: the chosen one, else the system's. */
export function shownTheme(theme: Theme): 'light' | 'dark' {
  if (theme !== 'auto') return theme;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}
export function toggleTheme(): void {
  const theme = shownTheme(state.theme) === 'dark' ? 'light' : 'dark';
  remember('theme', theme);
  set({ theme });
}

let toasts = 0;
export function toast(text: string, tone: Toast['tone'] = 'good'): void {
  const id = ++toasts;
  set({ toast: { id, text, tone } });
  setTimeout(() => {
    if (state.toast?.id === id) set({ toast: null });
  }, 7000);
}

export function say(text: string): void {
  set({ say: state.say === text ? `${text}\u200b` : text }); // the same words twice are to be heard twice
}
