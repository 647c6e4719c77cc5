// SPDX-License-Identifier: Apache-2.0
// What happens over time: signing in and out, the queue kept up to date by the stream, going from page to page.
import { api, ApiError, isRenewing, setCsrf, whenSignedOut } from './api';
import { begin, drop } from './ahead';
import { loadDisplay } from './display';
import { dropAllDrafts } from './draft';
import { translator } from './i18n';
import { filingsApi } from './api-filings';
import { queueApi } from './api-queue';
import { breakDue } from './welfare';
import { invitationOf } from './people';
import { holder, nextCase } from './queue';
import { href, parseRoute, type Route } from './route';
import { forget, get, may, PULSES, say, set, toast } from './state';
import { openStream } from './stream';
import { warningsChanged } from './warned';
import type { Case, CaseChange, Session } from './types';

export const QUEUE_LIMIT = 500;
const CLOSED_KEPT = 200;
const COUNT_MS = 1000; // of reports: changes come in bursts, and nobody waits for a number
const TAKE_IN_MS = 200; // changes of the stream are shown together
const SAY_MS = 4000; // and new cases announced together
const PRIORITIES_MS = 60_000; // a case that nobody touches grows more pressing all the same

let closeStream: (() => void) | null = null;

// ---- signing in and out ----

export async function start(): Promise<void> {
  addEventListener('hashchange', readRoute);
  readRoute();
  whenSignedOut(() => {
    if (!get().session) return;
    leaveSession();
    set({ ended: true });
  });
  await resume();
}

export async function resume(): Promise<void> {
  set({ boot: 'loading' });
  try {
    enter(await api.session());
  } catch (error) {
    const answered = error instanceof ApiError && !error.lost && error.status < 500;
    set({ boot: answered ? 'ready' : 'offline' });
  }
}

export function enter(session: Session): void {
  setCsrf(session.csrf);
  let lang = get().lang;
  const asked = session.user.language;
  try {
    if (!localStorage.getItem('vigie.language') && (asked === 'fr' || asked === 'en')) lang = asked;
  } catch {
    if (asked === 'fr' || asked === 'en') lang = asked;
  }
  set({ session, boot: 'ready', ended: false, lang });
  if (session.enrol) return; // nothing else is answered to it
  void loadQueue();
  countFilings();
  void loadDisplay();
  void queueApi.skills().then(
    (skills) => set({ skills }),
    () => {},
  );
  void api.spaces().then(
    ({ spaces }) => set({ spaces }),
    () => {},
  );
  watch();
}

function leaveSession(): void {
  closeStream?.();
  closeStream = null;
  setCsrf('');
  drop();
  forget();
}

export async function signOut(): Promise<void> {
  dropAllDrafts();
  try {
    await api.signOut();
  } catch {
    // the cookie may live on until it expires; this page forgets all the same
  }
  leaveSession();
  set({ ended: false });
  go({ page: 'queue', view: 'open', space: '' });
}

// ---- reports ----

let counting: ReturnType<typeof setTimeout> | undefined;

/** How many reports wait for this person, a moment later. */
export function countFilings(): void {
  if (counting !== undefined || !may(get().session, 'filing.see')) return;
  counting = setTimeout(() => {
    counting = undefined;
    filingsApi.waiting().then(
      ({ total }) => set({ filingsWaiting: total }),
      () => {}, // the next change or minute asks again
    );
  }, COUNT_MS);
}

/** `of`: a case; '' : who knows. */
function filingsChanged(of: string): void {
  const { filingsChanged: n, filingsOf } = get();
  set({ filingsChanged: n + 1, filingsOf: new Map(filingsOf).set(of, (filingsOf.get(of) ?? 0) + 1) });
  countFilings();
}

// ---- the queue ----

export async function loadQueue(): Promise<void> {
  try {
    const list = await api.cases('open', { limit: QUEUE_LIMIT });
    set({ cases: new Map(list.cases.map((c) => [c.id, c])), counts: list.counts, queue: 'ready' });
  } catch {
    if (get().queue !== 'ready') set({ queue: 'failed' });
  }
}

let waiting: CaseChange[] = [];
let opened = 0;

/** Takes in what an answer said of a case, at once. */
export function takeIn(c: Case): void {
  waiting.push(c as CaseChange);
  takeInWaiting();
}

/** Takes in what the stream said, a moment later: changes come in bursts. */
function takeInSoon(change: CaseChange): void {
  waiting.push(change);
  if (waiting.length === 1) setTimeout(takeInWaiting, TAKE_IN_MS);
}

function takeInWaiting(): void {
  if (waiting.length === 0) return;
  const cases = new Map(get().cases);
  const closed = new Map(get().closed);
  let { decided_today } = get().counts;
  for (const change of waiting) {
    const known = cases.get(change.id);
    if (known && Date.parse(known.updated) > Date.parse(change.updated)) continue;
    if (change.change === 'opened' && !known) opened++;
    if (change.change === 'context') set({ answered: change.id });
    if (change.state === 'open') cases.set(change.id, change);
    else {
      if (cases.delete(change.id)) decided_today++;
      closed.set(change.id, change);
    }
  }
  waiting = [];
  for (const id of [...closed.keys()].slice(0, -CLOSED_KEPT)) closed.delete(id);
  set({ cases, closed, counts: { ...get().counts, open: cases.size, decided_today } });
}

function sayOpened(): void {
  if (opened > 0) say(translator(get().lang)('say.opened', { n: opened }));
  opened = 0;
}

function watch(): void {
  closeStream?.();
  const timer = setInterval(sayOpened, SAY_MS);
  const renewal = setInterval(() => {
    void loadQueue();
    countFilings(); // a host's time may run out without anything happening
  }, PRIORITIES_MS);
  let lost = false;
  const close = openStream('/v1/events/stream', {
    onCase: (change) => {
      if (change.change === 'filing') filingsChanged(change.id);
      takeInSoon(change);
    },
    onPulse: (pulse) => set({ pulses: [...get().pulses.slice(1 - PULSES), pulse] }),
    onCertificate: () => {
      set({ stopped: null }); // what was refused may be given now, or for another reason
      warningsChanged();
    },
    onLive: (live) => {
      set({ live });
      const t = translator(get().lang);
      if (live.status === 'waiting' && !lost) {
        lost = true;
        say(t('say.lost'));
        void api.session().then(renew, signedOut); // a stream cannot say that the session ended
      } else if (live.status === 'live' && lost) {
        lost = false;
        say(t('say.back'));
      }
    },
    onBack: () => {
      void loadQueue();
      filingsChanged('');
    },
  });
  closeStream = () => {
    clearInterval(timer);
    clearInterval(renewal);
    close();
  };
}

function renew(session: Session): void {
  setCsrf(session.csrf);
}
function signedOut(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 401 || !get().session || isRenewing()) return;
  leaveSession();
  set({ ended: true });
}

// ---- pages ----

function readRoute(): void {
  const route = parseRoute(location.hash);
  set({ invite: invitationOf(location.hash) });
  set(route.page === 'queue' ? { route, queueRoute: route } : { route });
}

export function go(route: Route): void {
  const to = href(route);
  if (location.hash === to) readRoute();
  else location.hash = to;
}

export function goBack(): void {
  go(get().queueRoute);
}

/** Where a person goes on: first to a case that came together with the last one, then to what the server gives. 'none': nothing is to
 *  be done; 'stopped': not now, and the queue page says why. */
export async function goNext(current?: string): Promise<'gone' | 'none' | 'stopped'> {
  const { cases, session, queueRoute, lang } = get();
  if (!session) return 'stopped';
  const own = get().companions.find((id) => {
    if (id === current) return false;
    const c = cases.get(id);
    return c !== undefined && holds(c, session.user.name);
  });
  if (own) return openNext(own);
  try {
    const space = queueRoute.page === 'queue' ? queueRoute.space : '';
    const given = await queueApi.next(space ? { space } : {});
    set({ stopped: null });
    if (!given) return 'none';
    for (const c of [given.case, ...given.linked]) takeIn(c);
    set({ companions: given.linked.length > 0 ? [given.case.id, ...given.linked.map((c) => c.id)] : [] });
    say(given.why[lang] ?? '');
    return openNext(given.case.id);
  } catch (error) {
    const t = translator(lang);
    if (error instanceof ApiError && breakDue(error.problem.type)) go({ page: 'break' });
    else if (error instanceof ApiError && error.status === 403) {
      set({ stopped: { type: error.problem.type ?? '', detail: error.message } });
      goBack();
    } else if (!(error instanceof ApiError) || error.status !== 401)
      toast(t(error instanceof ApiError && error.status === 503 ? 'error.busy' : 'error.network'), 'bad');
    return 'stopped';
  }
}

function openNext(id: string): 'gone' {
  begin(id);
  set({ selected: id });
  go({ page: 'case', id });
  return 'gone';
}

/** The case that is likely to come next: what is worth fetching ahead. */
export function likelyNext(current: string): string {
  const { cases, companions, session } = get();
  if (!session) return '';
  const own = companions.find((id) => id !== current && cases.has(id));
  return own ?? nextCase([...cases.values()], current, session.user, Date.now())?.id ?? '';
}

/** True when `user` holds the case now. */
export function holds(c: Case, user: string): boolean {
  return c.state === 'open' && holder(c, Date.now()) === user;
}
