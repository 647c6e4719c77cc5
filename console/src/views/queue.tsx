// SPDX-License-Identifier: Apache-2.0
// The queue: what needs a person first, how long it has waited, and why.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api } from '../api';
import { useNow } from '../clock';
import { goNext, loadQueue } from '../flow';
import { translator, word } from '../i18n';
import { breakDue, stoppedWords } from '../welfare';
import { answersToRead, byPriority, fits, inView, matches, together, views, type AnswerToRead, type View } from '../queue';
import { href } from '../route';
import { get, may, remember, set, toast, useApp, useT } from '../state';
import type { Skills } from '../types-queue';
import type { Case } from '../types';
import { CaseRow, rowLink } from './caserow';
import { Choice } from './choose';
import { sentence } from './decide';
import { Cap, Notice, useSpaceTitle } from './parts';
import { PulseStrip } from './pulse';

const PAGE = 100;
const STEADY_MS = 4000; // the order stands still so long after the pointer moved over it

export function Queue({ view, space }: { view: View; space: string }) {
  const { t } = useT();
  const now = useNow();
  const open = useApp((s) => s.cases);
  const status = useApp((s) => s.queue);
  const filter = useApp((s) => s.filter);
  const user = useApp((s) => s.session?.user.name ?? '');
  const decides = useApp((s) => may(s.session, 'case.decide'));
  const companions = useApp((s) => s.companions);
  const skills = useApp((s) => s.skills);
  const skilledOnly = useApp((s) => s.skilledOnly);
  const [answer, setAnswer] = useState<AnswerToRead>('not_illegal');
  const past = usePast(view, space, answer);
  const fromPast = view === 'decided' || view === 'answered';

  const known = fromPast ? past.cases : view === 'hold' ? [...open.values(), ...past.cases] : [...open.values()];
  const inSpace = known.filter((c) => inView(c, view, user, now) && (!space || c.space === space));
  const found = inSpace.filter((c) => matches(c, filter, (name) => word(t, 'ev', name)));
  const fitting = skilledOnly && skills ? found.filter((c) => fits(c, skills)) : found;
  const sorted = fromPast ? fitting : together(fitting.sort(byPriority), companions);
  const steady = useSteadyOrder(sorted, view + space + filter);
  const list = useRef<HTMLTableSectionElement>(null);
  useKeepFocus(list, steady.shown);

  return (
    <main id="main" class="page page-queue" tabIndex={-1}>
      <div class="queue-head">
        <h1>{t('queue.title')}</h1>
        {decides ? (
          <button type="button" class="button button-main" aria-keyshortcuts="n" onClick={() => void nextOrSay()}>
            {t('next.button')} <Cap>N</Cap>
          </button>
        ) : null}
        <PulseStrip />
      </div>
      <Stopped />
      <Views view={view} space={space} />
      <Filters view={view} space={space} onEnter={past.search} held={steady.held} onShow={steady.release} />
      {view === 'answered' ? (
        <Choice<AnswerToRead> label="queue.answer" value={answer} options={answersToRead.map((kind) => [kind, t(`answer.${kind}`)] as const)} onChoose={setAnswer} />
      ) : null}
      {status === 'failed' || past.failed ? (
        <Notice tone="bad" alert>
          {t('queue.failed')}{' '}
          <button type="button" class="button" onClick={() => (past.failed ? past.more(true) : void loadQueue())}>
            {t('app.retry')}
          </button>
        </Notice>
      ) : null}
      {steady.shown.length > 0 ? (
        <table class={`table cases ${fromPast ? 'cases-decided' : ''}`} role="table" {...steady.pointer}>
          <caption class="visually-hidden">{t(view === 'decided' ? 'queue.caption.decided' : view === 'answered' ? 'queue.caption.answered' : 'queue.caption')}</caption>
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col" class="col-priority">
                <span class="visually-hidden">{t('queue.col.priority')}</span>
              </th>
              <th role="columnheader" scope="col">
                {t('queue.col.risk')}
              </th>
              <th role="columnheader" scope="col">
                {t('queue.col.account')}
              </th>
              <th role="columnheader" scope="col">
                {t('queue.col.child')}
              </th>
              <th role="columnheader" scope="col">
                {t('queue.col.evidence')}
              </th>
              <th role="columnheader" scope="col">
                {t(fromPast ? 'queue.col.decided' : 'queue.col.wait')}
              </th>
              <th role="columnheader" scope="col">
                {t(fromPast ? 'queue.col.decision' : 'queue.col.claimed')}
              </th>
            </tr>
          </thead>
          <tbody role="rowgroup" ref={list}>
            {steady.shown.map((c) => (
              <CaseRow
                key={c.id}
                found={c}
                now={now}
                user={user}
                joined={companions.includes(c.id) && companions[0] !== c.id}
              />
            ))}
          </tbody>
        </table>
      ) : (
        <Empty
          view={view}
          filtered={inSpace.length > 0}
          loading={status === 'loading' || past.loading}
          failed={status === 'failed'}
        />
      )}
      {(fromPast || view === 'hold') && past.next ? (
        <p class="more">
          <button type="button" class="button" disabled={past.loading} onClick={() => past.more(false)}>
            {t('queue.load_more')}
          </button>
        </p>
      ) : null}
    </main>
  );
}

function Views({ view, space }: { view: View; space: string }) {
  const { t, lang } = useT();
  const now = useNow();
  const cases = useApp((s) => s.cases);
  const counts = useApp((s) => s.counts);
  const user = useApp((s) => s.session?.user.name ?? '');
  const all = [...cases.values()].filter((c) => !space || c.space === space);
  const leads = useApp((s) => may(s.session, 'case.lead'));
  const count = (v: View): number =>
    v === 'decided' ? counts.decided_today : all.filter((c) => inView(c, v, user, now)).length;
  return (
    <nav class="views" aria-label={t('queue.views')}>
      {views.filter((v) => v !== 'answered' || leads).map((v) => {
        const n = v === 'open' && !space ? Math.max(count(v), counts.open) : count(v);
        const text = n.toLocaleString(lang);
        return (
          <a
            key={v}
            href={href({ page: 'queue', view: v, space })}
            aria-current={v === view ? 'page' : undefined}
            data-view={v}
            class={v === 'overdue' && n > 0 ? 'view-late' : ''}
          >
            {t(`queue.view.${v}`)}
            {v === 'decided' ? (
              <span class="count count-quiet" title={t('queue.decided_today', { n })}>
                {text}
              </span>
            ) : v === 'hold' || v === 'answered' ? null : (
              <span class="count">{text}</span>
            )}
          </a>
        );
      })}
    </nav>
  );
}

interface FiltersProps {
  view: View;
  space: string;
  onEnter(account: string): void;
  /** New cases that wait until the pointer rests: told here, where nothing moves because of it. */
  held: number;
  onShow(): void;
}

function Filters({ view, space, onEnter, held, onShow }: FiltersProps) {
  const { t } = useT();
  const filter = useApp((s) => s.filter);
  const spaces = useApp((s) => s.spaces);
  const title = useSpaceTitle();
  return (
    <form
      class="filters"
      role="search"
      onSubmit={(e) => {
        e.preventDefault();
        onEnter(filter.trim());
      }}
    >
      <label class="field field-inline">
        <span class="visually-hidden">{t('queue.filter')}</span>
        <input
          id="filter"
          type="search"
          value={filter}
          placeholder={t('queue.filter.placeholder')}
          aria-keyshortcuts="/"
          autocomplete="off"
          spellcheck={false}
          onInput={(e) => set({ filter: e.currentTarget.value })}
        />
      </label>
      {spaces.length > 1 ? (
        <label class="field field-inline">
          <span class="visually-hidden">{t('queue.space')}</span>
          <select
            value={space}
            onChange={(e) => {
              location.hash = href({ page: 'queue', view, space: e.currentTarget.value });
            }}
          >
            <option value="">{t('queue.space.all')}</option>
            {spaces.map((s) => (
              <option key={s.space} value={s.space}>
                {title(s.space)}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <SkillSwitch />
      {held > 0 ? (
        <p class="held">
          {t('queue.held', { n: held })}
          <button type="button" class="button button-small" onClick={onShow}>
            {t('queue.held.show')}
          </button>
        </p>
      ) : null}
    </form>
  );
}

const limited = (s: Skills | null): boolean =>
  s !== null && s.languages.length + s.spaces.length + s.categories.length > 0;

/** Only what this person works on; offered to who has said what that is. */
function SkillSwitch() {
  const { t } = useT();
  const on = useApp((s) => s.skilledOnly);
  const offered = useApp((s) => limited(s.skills));
  if (!offered) return null;
  return (
    <label class="check" title={t('queue.mine_only.help')}>
      <input
        type="checkbox"
        checked={on}
        onChange={(e) => {
          remember('skilled', e.currentTarget.checked ? 'on' : 'off');
          set({ skilledOnly: e.currentTarget.checked });
        }}
      />
      <span>{t('queue.mine_only')}</span>
    </label>
  );
}

/** Why the server gave no next case: in its words, and where to go. */
function Stopped() {
  const { t } = useT();
  const stopped = useApp((s) => s.stopped);
  if (!stopped) return null;
  return (
    <Notice tone="warm" alert>
      {t('next.stopped')} {stoppedWords(t, stopped.type) || sentence(stopped.detail)}{' '}
      {breakDue(stopped.type) ? (
        <a class="button button-small" href="#/break">
          {t('next.stopped.break')}
        </a>
      ) : null}{' '}
      {!stoppedWords(t, stopped.type) && may(get().session, 'training.take') ? (
        <a class="button button-small" href="#/training">
          {t('next.stopped.training')}
        </a>
      ) : null}{' '}
      <button type="button" class="button button-small" onClick={() => set({ stopped: null })}>
        {t('app.close')}
      </button>
    </Notice>
  );
}

/** n, and the button: a next case, or a word that there is none. */
export async function nextOrSay(): Promise<void> {
  if (!may(get().session, 'case.decide')) return;
  if ((await goNext()) === 'none') toast(translator(get().lang)('next.none'));
}

function Empty({
  view,
  filtered,
  loading,
  failed,
}: {
  view: View;
  filtered: boolean;
  loading: boolean;
  failed: boolean;
}) {
  const { t } = useT();
  if (failed) return null;
  if (loading)
    return (
      <p class="empty" aria-busy="true">
        {t('app.loading')}
      </p>
    );
  if (filtered) {
    return (
      <p class="empty">
        {t('queue.empty.filter')}{' '}
        <button type="button" class="button button-small" onClick={() => set({ filter: '' })}>
          {t('queue.filter.clear')}
        </button>
      </p>
    );
  }
  if (view === 'answered') return <p class="empty">{t('queue.empty.answered')}</p>;
  if (view !== 'open') return <p class="empty">{t('queue.empty.other')}</p>;
  return (
    <div class="empty empty-rest">
      <svg viewBox="0 0 120 40" width="120" height="40" aria-hidden="true" class="stroke">
        <path d="M4 26c9-8 18-8 28 0s18 8 28 0 18-8 28 0 18 8 28 0" />
        <path d="M20 36c7-5 14-5 20 0s14 5 20 0 14-5 20 0 14 5 20 0" opacity=".5" />
        <circle cx="86" cy="10" r="5" />
      </svg>
      <p>{t('queue.empty.open')}</p>
      <p class="soft">{t('queue.empty.open.more')}</p>
    </div>
  );
}

/** Decided cases, and those that receivers answered of, come page by page, when a view asks for them. */
function usePast(view: View, space: string, answer: AnswerToRead) {
  const wanted = view === 'decided' || view === 'hold' || view === 'answered';
  const [cases, setCases] = useState<Case[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [account, setAccount] = useState('');
  const [status, setStatus] = useState<'idle' | 'loading' | 'failed'>('idle');
  const decidedToday = useApp((s) => s.counts.decided_today);

  function more(fromStart: boolean): void {
    setStatus('loading');
    const before = fromStart ? undefined : (next ?? undefined);
    const page = { limit: PAGE, space, ...(before ? { before } : {}) };
    (view === 'answered' ? api.answered(answer, page) : api.cases('decided', { ...page, account })).then(
      (list) => {
        setCases((old) =>
          fromStart ? list.cases : [...old, ...list.cases.filter((c) => !old.some((o) => o.id === c.id))],
        );
        setNext(list.next ?? null);
        set({ counts: { ...get().counts, decided_today: list.counts.decided_today } });
        setStatus('idle');
      },
      () => setStatus('failed'),
    );
  }
  useEffect(() => {
    if (wanted) more(true);
  }, [wanted, view === 'answered' ? answer : '', space, account, decidedToday]);
  return { cases, next, more, search: setAccount, loading: status === 'loading', failed: status === 'failed' };
}

/** Keeps rows where they are while the pointer is over them, so that nobody opens the wrong case; new ones wait above. */
function useSteadyOrder(sorted: readonly Case[], reset: string) {
  const [movedAt, setMovedAt] = useState(0);
  const order = useRef<{ ids: string[]; reset: string }>({ ids: [], reset: '' });
  const still = movedAt > 0 && order.current.reset === reset;
  useEffect(() => {
    if (!movedAt) return;
    const timer = setTimeout(() => setMovedAt(0), STEADY_MS);
    return () => clearTimeout(timer);
  }, [movedAt]);

  const shown = useMemo(() => {
    if (!still) return [...sorted];
    const byId = new Map(sorted.map((c) => [c.id, c]));
    return order.current.ids.flatMap((id) => byId.get(id) ?? []);
  }, [sorted, still]);
  order.current = { ids: shown.map((c) => c.id), reset };

  const last = useRef(0);
  const moved = (): void => {
    const at = Date.now();
    if (at - last.current < 500) return;
    last.current = at;
    setMovedAt(at);
  };
  const release = (): void => {
    last.current = 0;
    setMovedAt(0);
  };
  return {
    shown,
    held: sorted.length - shown.length,
    release,
    pointer: { onPointerMove: moved, onPointerLeave: release },
  };
}

/** A row that moves, or goes, does not take the focus away with it. */
function useKeepFocus(list: { current: HTMLElement | null }, shown: readonly Case[]): void {
  const active = document.activeElement?.closest<HTMLElement>('[data-case]');
  const id = active && list.current?.contains(active) ? active.dataset['case'] : undefined;
  const index = active ? [...(active.parentElement?.children ?? [])].indexOf(active) : -1;
  const arrived = useRef(false);
  useLayoutEffect(() => {
    if (!arrived.current && shown.length > 0) {
      arrived.current = true;
      const selected = get().selected;
      if (selected && document.activeElement?.closest('main, body') && shown.some((c) => c.id === selected))
        rowLink(selected)?.focus({ preventScroll: false });
      return;
    }
    if (id === undefined) return;
    const row = shown.find((c) => c.id === id) ?? shown[Math.min(index, shown.length - 1)];
    const link = row ? rowLink(row.id) : null;
    if (link && document.activeElement !== link) link.focus({ preventScroll: true });
  });
}

/** j, k, Home, End: goes from row to row. */
export function moveInQueue(step: 'down' | 'up' | 'first' | 'last'): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('[data-case] .case-link')];
  if (links.length === 0) return;
  const at = links.findIndex((l) => l === document.activeElement);
  const known = links.findIndex((l) => l.closest<HTMLElement>('[data-case]')?.dataset['case'] === get().selected);
  const from = at >= 0 ? at : known >= 0 ? known - (step === 'down' ? 1 : -1) : step === 'down' ? -1 : links.length;
  const to = step === 'first' ? 0 : step === 'last' ? links.length - 1 : from + (step === 'down' ? 1 : -1);
  links[Math.max(0, Math.min(links.length - 1, to))]?.focus();
}
