// SPDX-License-Identifier: Apache-2.0
// The case: read, understand, decide. Opening it takes it for the reader (a lease); leaving gives it back.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api, ApiError } from '../api';
import { useNow } from '../clock';
import { goBack, goNext, holds, likelyNext, QUEUE_LIMIT, takeIn } from '../flow';
import { clock, duration, waiting } from '../format';
import { word } from '../i18n';
import type { Command } from '../keys';
import { holder, isOverdue, mayDecide } from '../queue';
import { href } from '../route';
import { get, may, set, toast, useApp, useT } from '../state';
import type { Key } from '../strings';
import { useJudging, type Judging } from '../judge';
import { findings, sections, type Section } from '../transcript';
import type { Action, Case, CaseDetail, Judgement } from '../types';
import { openPrepared, prepare, prepared } from '../ahead';
import { caseApi } from '../api-case';
import { queueApi } from '../api-queue';
import { displayOf, nextBlur, sayMask } from '../display';
import { breakDue } from '../welfare';
import { whenWarned } from '../warned';
import type { ContextRequest } from '../types-case';
import type { Display } from '../types-queue';
import { Accounts } from './accounts';
import { AnswerMarks } from './answer-marks';
import { CaseSections, goToSection } from './case-sections';
import { AskContext, ContextRequests, type ContextHandle } from './context';
import { Conversation, Legend } from './conversation';
import { useCovers } from './cover';
import { CaseDisplay } from './display';
import { Decide, Taken, type DecideHandle, sentence } from './decide';
import { Evidence, Known, LegalBasis, Lower, Timeline, WhyNow } from './evidence';
import { LinkedCases } from './linked';
import { WholeAllowed } from './media-whole';
import { PolicySays, Suggests } from './policy';
import { CustodyPanel, ShutCase } from './custody';
import { LegalHold, type HoldHandle } from './hold';
import { focusNextMedia } from './media';
import { Band, Cap, Notice, Risk, Time, useSpaceTitle } from './parts';
import { NoticeCard } from './notice-card';
import { ReportCase, ReportStrip } from './report-case';
import { usePlan } from './route';
import { Stages } from './stages';

const RENEW_MS = 5 * 60 * 1000; // of a lease of 15 minutes

/** Keys that the open case answers; set while the page is shown. */
export const caseKeys: { current: ((command: Command) => void) | null } = { current: null };

/** What the list and the stream know of a case is newer than what was read with its content. */
function refresh(found: CaseDetail, newer: Case | undefined): CaseDetail {
  if (!newer || Date.parse(newer.updated) < Date.parse(found.updated)) return found;
  const { events: _number, ...rest } = newer;
  return { ...found, claimed_by: null, claimed_until: null, ...rest };
}

export function CasePage({ id }: { id: string }) {
  const { t } = useT();
  const [read, setRead] = useState<CaseDetail | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [again, setAgain] = useState(0);

  useEffect(() => {
    let left = false;
    setFailure(null);
    readCase(id, again === 0).then(
      (detail) => {
        if (!left) setRead(detail);
      },
      (error: unknown) => {
        if (!left) setFailure(failureOf(error));
      },
    );
    return () => {
      left = true;
    };
  }, [id, again]);

  if (failure?.shut) return <ShutCase id={id} />;
  if (failure) {
    return (
      <main id="main" class="page" tabIndex={-1}>
        <h1>{t('case.title', { id })}</h1>
        <Notice tone={failure.rest ? 'warm' : 'bad'} alert>
          {t(failure.key)}{' '}
          {failure.rest === 'break' ? (
            <a class="button" href={href({ page: 'break' })}>
              {t('next.stopped.break')}
            </a>
          ) : failure.rest ? null : (
            <button type="button" class="button" onClick={() => setAgain(again + 1)}>
              {t('app.retry')}
            </button>
          )}{' '}
          <a class="button" href={href(get().queueRoute)}>
            {t('case.back')}
          </a>
        </Notice>
      </main>
    );
  }
  if (!read) {
    return (
      <main id="main" class="page" tabIndex={-1} aria-busy="true">
        <h1 class="visually-hidden">{t('case.title', { id })}</h1>
        <p class="empty">{t('app.loading')}</p>
      </main>
    );
  }
  return <CaseView key={read.id} read={read} reload={() => setAgain(again + 1)} onRead={setRead} />;
}

/** As it was fetched ahead, when it was; else as it is. Either way the view is on record before anything can be read. */
async function readCase(id: string, first: boolean): Promise<CaseDetail> {
  return (first ? await openPrepared(id) : null) ?? api.case(id);
}

/** Keys of the case that are letters, and would be typed into a note. */
const letters: ReadonlySet<Command> = new Set<Command>([
  'next',
  'claim',
  'release',
  'take-back',
  'evidence',
  'judge:right',
  'judge:wrong',
  'judge:unsure',
  'view',
  'hold',
  'mask',
  'blur',
  'display',
  'context',
  'accounts',
  'report',
  'custody',
]);

interface Failure {
  key: Key;
  /** It was refused for the reader's own sake: trying again at once is of no use. */
  rest?: 'break' | 'limit';
  /** Nobody here opens it any more: its key was handed over, or it is destroyed. */
  shut?: boolean;
}

function failureOf(error: unknown): Failure {
  const status = error instanceof ApiError ? error.status : 0;
  const type = error instanceof ApiError ? (error.problem.type ?? '') : '';
  if (status === 404) return { key: 'case.gone' };
  if (status === 410) return { key: 'case.failed', shut: true };
  if (breakDue(type)) return { key: 'case.stopped.break', rest: 'break' };
  if (type.endsWith(':limit-reached')) return { key: 'case.stopped.limit', rest: 'limit' };
  if (status === 403) return { key: 'case.forbidden' };
  return { key: status === 0 ? 'error.network' : 'case.failed' };
}

function CaseView({ read, reload, onRead }: { read: CaseDetail; reload: () => void; onRead(found: CaseDetail): void }) {
  const { t } = useT();
  const now = useNow();
  const user = useApp((s) => s.session?.user.name ?? '');
  const [answered, setAnswered] = useState<Case | undefined>(undefined);
  const listed = useApp((s) => s.cases.get(read.id) ?? s.closed.get(read.id));
  const found = refresh(refresh(read, answered), listed);
  const lease = useLease(found, user, setAnswered);
  // not among the open ones any more, and nobody said why (the stream was down): ask again
  const vanished = useApp((s) => s.queue === 'ready' && s.cases.size < QUEUE_LIMIT && !s.cases.has(read.id));
  const unexplained = vanished && found.state === 'open';
  useEffect(() => {
    if (unexplained) reload();
  }, [unexplained]);
  const wasOpen = useRef(read.state === 'open');
  const decide = useRef<DecideHandle | null>(null);
  const hold = useRef<HoldHandle | null>(null);
  const root = useRef<HTMLElement>(null);
  const judging = useJudging(read.id);
  const talks = useMemo(() => sections(read), [read]);
  const shown = useShown(found);
  const context = useRef<ContextHandle | null>(null);
  const older = useOlder(read, onRead);
  const contextCame = useApp((s) => s.answered === read.id);
  useCovers(root, shown.display.mask_text);
  useNextAhead(read.id);
  const plan = usePlan(read.id, found.report_due === true);
  useLit(root);
  useFirstLook(root, read.id);

  const who = holder(found, now);
  const newer = Math.max(0, (listed?.events ?? 0) - read.events);
  // read while somebody else held it: what may be done now has to be asked again
  const mine = useApp((s) => s.session !== null && mayDecide(found, s.session.user));
  const mayAsk = mine && found.state === 'open' && who === user && read.actions.length === 0;
  useEffect(() => {
    if (mayAsk) reload();
  }, [mayAsk]);
  const locked: Key | null =
    found.state === 'decided'
      ? null
      : !mine
        ? 'act.locked.lead'
        : who === user
          ? null
          : who
            ? 'act.locked.other'
            : 'act.locked';

  function decided(action: Action): void {
    if (action !== 'escalate') lease.forget(); // an escalated case stays open: leaving gives it back
    const done = t('act.done', { id: found.id, action: t(`act.${action}.long`) });
    void goNext(found.id).then((how) => {
      if (how !== 'none') return get().undo?.id === found.id ? undefined : toast(done); // the offer to undo says it already
      toast(`${done} ${t('act.last')}`);
      goBack();
    });
  }
  caseKeys.current = (command) => {
    if (command === 'back') {
      if (!context.current?.close() && !hold.current?.close() && !decide.current?.close() && !shown.close()) goBack();
    } else if (letters.has(command) && decide.current?.takesLetters()) return;
    else if (command === 'next') goNextOrSay();
    else if (command === 'claim') void lease.claim();
    else if (command === 'release') void lease.release();
    else if (command === 'take-back') void lease.takeBack();
    else if (command === 'confirm') decide.current?.confirm();
    else if (command === 'evidence') focusNextPiece(root.current);
    else if (command.startsWith('judge:')) judgeFocused(read, judging, command.slice(6) as Judgement, () => toast(t('judge.choose')));
    else if (command === 'view') focusNextMedia(root.current);
    else if (command === 'hold') hold.current?.open();
    else if (command === 'mask') shown.toggleMask();
    else if (command === 'blur') shown.lessBlur();
    else if (command === 'display') shown.toggle();
    else if (command === 'context') context.current?.open();
    else if (command === 'accounts' || command === 'report' || command === 'custody') goToSection(root.current, command);
    else if (command.startsWith('act:')) decide.current?.choose(command.slice(4) as Action);
  };
  useEffect(() => () => void (caseKeys.current = null), []);
  function goNextOrSay(): void {
    void goNext(found.id).then((how) => how === 'none' && toast(t('act.last')));
  }

  return (
    <main
      id="main"
      class={`page page-case ${shown.display.mask_text ? 'masked' : ''} blur-${shown.display.blur} thumbs-${shown.display.thumbnail}`}
      ref={root}
      tabIndex={-1}
    >
      <CaseHead
        found={found}
        now={now}
        lease={lease}
        user={user}
        onNext={goNextOrSay}
        hold={hold}
        onHold={setAnswered}
        display={shown.open}
        onDisplay={shown.toggle}
      >
        <ReportStrip found={found} state={plan} />
      </CaseHead>
      <CaseSections root={root} />
      <div class="case-talks" tabIndex={0} role="region" aria-label={t('case.conversation')}>
        {newer > 0 ? (
          <p class="newer" role="status">
            {t('case.newer', { n: newer })}
            <button type="button" class="button button-small" onClick={reload}>
              {t('queue.held.show')}
            </button>
          </p>
        ) : null}
        {contextCame ? (
          <p class="newer" role="status">
            {t('context.arrived')}
            <button
              type="button"
              class="button button-small"
              onClick={() => {
                set({ answered: '' });
                reload();
              }}
            >
              {t('queue.held.show')}
            </button>
          </p>
        ) : null}
        {shown.open ? (
          <CaseDisplay display={shown.display} category={found.category} onChange={shown.change} onClose={shown.close} />
        ) : null}
        {talks.length === 0 ? <p class="empty">{t('case.destroyed')}</p> : null}
        <Legend sections={talks} />
        {found.state === 'open' && talks.length > 0 ? (
          <AskContext
            caseId={read.id}
            conversation={talks[0]?.conversation ?? ''}
            waits={read.context.some((r) => r.state === 'asked')}
            handle={context}
            onAsked={(r) => onRead({ ...read, context: [...read.context, r] })}
          />
        ) : null}
        <ContextRequests
          requests={read.context.filter((r) => !belongs(r, talks.slice(1)))}
          author={read.account}
        />
        {older === '' ? null : (
          <p class="older soft" role="status">
            {t(older)}
          </p>
        )}
        {talks.map((section, i) => (
          <WholeAllowed.Provider key={section.key} value={read.policy?.see_whole === true}>
            <Conversation section={section} caseId={read.id}>
              {i === 0 ? null : (
                <ContextRequests
                  requests={read.context.filter((r) => belongs(r, [section]))}
                  author={read.account}
                />
              )}
            </Conversation>
          </WholeAllowed.Provider>
        ))}
      </div>
      <aside class="case-why" aria-label={t('case.evidence')}>
        {found.report_due ? <ReportCase found={found} state={plan} /> : null}
        <NoticeCard caseId={read.id} count={read.notices} danger={read.danger} trusted={read.trusted} />
        <Stages found={read} />
        <Evidence found={read} judging={judging} />
        <Lower found={read} />
        <Accounts caseId={read.id} now={now} />
        <LinkedCases caseId={read.id} />
        <Known found={read} />
        {found.report_due ? null : <ReportCase found={found} state={plan} />}
        <Suggests found={read} />
        <PolicySays found={read} />
        <LegalBasis found={read} />
        <CustodyPanel found={found} now={now} answered={answered} changed={reload} />
        <Timeline found={read} now={now} />
      </aside>
      {found.state === 'open' ? (
        <Decide found={found} locked={locked} handle={decide} onDecided={decided} onConflict={reload} />
      ) : (
        <Taken found={found} wasOpen={wasOpen.current} onNext={goNextOrSay} />
      )}
    </main>
  );
}

const belongs = (r: ContextRequest, talks: readonly Section[]): boolean => talks.some((s) => r.of === s.conversation);

/** How this case is shown: the person's choice for its category, and what they changed for this case only. */
function useShown(found: CaseDetail) {
  const choices = useApp((s) => s.display);
  const [own, setOwn] = useState<Partial<Display>>({});
  const [open, setOpen] = useState(false);
  const { t } = useT();
  const display = displayOf(choices, found.category, own);
  const change = (more: Partial<Display>): void => setOwn({ ...own, ...more });
  return {
    display,
    open,
    change,
    toggle: () => setOpen(!open),
    close: (): boolean => {
      if (open) setOpen(false);
      return open;
    },
    toggleMask: () => {
      change({ mask_text: !display.mask_text });
      sayMask(!display.mask_text);
    },
    lessBlur: () => {
      const blur = nextBlur(display.blur);
      change({ blur });
      toast(t('display.blur.said', { level: t(`display.blur.${blur}` as Key) }));
    },
  };
}

/** A long case comes in pages: the newest is shown at once, the older ones are read while it is. */
function useOlder(read: CaseDetail, onRead: (found: CaseDetail) => void): '' | 'case.older' | 'case.older.failed' {
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!read.older || failed) return;
    let left = false;
    caseApi.olderEvents(read.id, read.older).then(
      (page) => {
        if (!left) onRead({ ...read, events: read.events + page.events.length, events_list: [...page.events, ...read.events_list], older: page.older ?? 0 });
      },
      () => !left && setFailed(true),
    );
    return () => void (left = true);
  }, [read, failed]);
  return failed ? 'case.older.failed' : read.older ? 'case.older' : '';
}

const AHEAD_MS = 600; // once this case is on the screen

/** The case that would come next is fetched, sealed, while this one is read. */
function useNextAhead(id: string): void {
  const next = useApp((s) => (may(s.session, 'case.decide') ? likelyNext(id) : ''));
  useEffect(() => {
    if (!next || next === prepared()) return;
    const timer = setTimeout(() => prepare(next), AHEAD_MS);
    return () => clearTimeout(timer);
  }, [next]);
}

interface Lease {
  /** Why the case is not given to this person, in the server's words; ''. */
  refused: string;
  claim(): Promise<void>;
  release(): Promise<void>;
  /** For a lead: what a colleague holds and will not come back to is free again. */
  takeBack(): Promise<void>;
  /** The case is decided: there is nothing to give back. */
  forget(): void;
}

/** Takes the case when it is free, keeps it while it is read, gives it back on leaving. */
function useLease(found: CaseDetail, user: string, onAnswer: (c: Case) => void): Lease {
  const { t } = useT();
  const held = useRef(false);
  const used = useRef(Date.now());
  const [refused, setRefused] = useState('');

  useEffect(() => whenWarned(() => setRefused('')), []);

  async function claim(quiet = false): Promise<void> {
    try {
      const answer = await api.claim(found.id);
      setRefused('');
      held.current = true;
      onAnswer(answer);
      takeIn(answer);
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) {
        if (held.current) toast(t('case.lease_lost'), 'bad');
        held.current = false;
        const known = await api.cases('open', { limit: 500 }).catch(() => null);
        known?.cases.forEach(takeIn);
      } else if (!quiet) {
        // a certificate, a break, a limit: the server says which
        if (error instanceof ApiError && error.status === 403) setRefused(sentence(error.message));
        else toast(t('error.network'), 'bad');
      }
    }
  }
  async function release(): Promise<void> {
    if (!holds(found, user)) return;
    held.current = false;
    try {
      await api.release(found.id);
      const free = { ...found, claimed_by: null, claimed_until: null } as Case;
      onAnswer(free);
      takeIn(free);
      toast(t('case.released', { id: found.id }));
    } catch {
      held.current = true;
      toast(t('error.network'), 'bad');
    }
  }
  async function takeBack(): Promise<void> {
    const who = holder(found, Date.now());
    if (found.state !== 'open' || !who || who === user || !may(get().session, 'case.lead')) return;
    try {
      const free = await queueApi.takeBack(found.id);
      onAnswer({ ...free, claimed_by: null, claimed_until: null });
      takeIn(free);
      toast(t('case.taken_back', { id: found.id, who }));
    } catch (error) {
      toast(error instanceof ApiError && !error.lost ? error.message : t('error.network'), 'bad');
    }
  }

  useEffect(() => {
    if (
      found.state === 'open' &&
      mayDecide(found, get().session?.user) &&
      (!holder(found, Date.now()) || holds(found, user))
    )
      void claim();
    const leave = (): void => {
      if (!held.current) return;
      held.current = false;
      void api.release(found.id, true).catch(() => {}); // the lease ends by itself if this does not arrive
    };
    const use = (): void => void (used.current = Date.now());
    const renew = setInterval(() => {
      if (held.current && Date.now() - used.current < RENEW_MS) void claim(true);
    }, RENEW_MS);
    addEventListener('pagehide', leave);
    addEventListener('pointermove', use);
    addEventListener('keydown', use);
    return () => {
      leave();
      clearInterval(renew);
      removeEventListener('pagehide', leave);
      removeEventListener('pointermove', use);
      removeEventListener('keydown', use);
    };
  }, [found.id]);
  return { refused, claim: () => claim(), release, takeBack, forget: () => void (held.current = false) };
}

/** What is under the pointer or has the focus lights up where it was found, and where it is explained. */
function useLit(root: { current: HTMLElement | null }): void {
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    let lit = '';
    const light = (target: EventTarget | null): void => {
      const names = (target instanceof Element && target.closest<HTMLElement>('[data-ev]')?.dataset['ev']) || '';
      if (names === lit) return;
      lit = names;
      const wanted = names.split(' ').filter(Boolean);
      for (const place of element.querySelectorAll<HTMLElement>('[data-ev]')) {
        const own = (place.dataset['ev'] ?? '').split(' ');
        place.classList.toggle(
          'lit',
          wanted.some((n) => own.includes(n)),
        );
      }
      element.classList.toggle('has-lit', wanted.length > 0);
    };
    const over = (e: Event): void => light(e.target);
    const leave = (): void => light(document.activeElement);
    element.addEventListener('pointerover', over);
    element.addEventListener('pointerleave', leave);
    element.addEventListener('focusin', over);
    return () => {
      element.removeEventListener('pointerover', over);
      element.removeEventListener('pointerleave', leave);
      element.removeEventListener('focusin', over);
    };
  }, []);
}

const SETTLE_FRAMES = 8;

/** The reader begins at the newest event of the case. Lines out of sight have only a guessed height until they are drawn, so the place is found again for a few
 *  frames and while the rest of a long conversation comes, until a hand moves it. */
function useFirstLook(root: { current: HTMLElement | null }, id: string): void {
  useLayoutEffect(() => {
    const page = root.current;
    const box = page?.querySelector<HTMLElement>('.case-talks');
    const center = (): void => {
      const events = page?.querySelector('.talk')?.querySelectorAll<HTMLElement>('.talk > .lines > .line-event');
      const newest = events?.[events.length - 1];
      if (!newest || !box || box.scrollHeight <= box.clientHeight) return;
      const place = newest.getBoundingClientRect();
      const away = place.top + place.height / 2 - (box.getBoundingClientRect().top + box.clientHeight / 2);
      if (Math.abs(away) > 1) box.scrollTop += away;
    };
    let frames = 0;
    let timer = 0;
    const stop = (): void => {
      cancelAnimationFrame(timer);
      for (const name of hands) page?.removeEventListener(name, stop);
    };
    const again = (): void => {
      center();
      const busy = page?.querySelector('.lines[aria-busy]') !== null;
      if (busy || ++frames < SETTLE_FRAMES) timer = requestAnimationFrame(again);
      else stop();
    };
    center();
    timer = requestAnimationFrame(again);
    for (const name of hands) page?.addEventListener(name, stop, { passive: true });
    page?.focus({ preventScroll: true });
    return stop;
  }, [id]);
}
const hands = ['wheel', 'pointerdown', 'keydown', 'touchstart'] as const;

function focusNextPiece(root: HTMLElement | null): void {
  const pieces = [...(root?.querySelectorAll<HTMLElement>('.piece') ?? [])];
  const at = pieces.findIndex((p) => p === document.activeElement);
  const next = pieces[(at + 1) % pieces.length];
  next?.focus();
  next?.click();
}

/** The piece that has the focus, by itself or by one of its buttons. */
function judgeFocused(found: CaseDetail, judging: Judging, judgement: Judgement, none: () => void): void {
  const row = document.activeElement?.closest('.piece-row');
  const name = row?.querySelector<HTMLElement>('.piece')?.dataset['ev'];
  const piece = findings(found).find((f) => f.name === name);
  if (!may(get().session, 'evidence.judge')) return;
  if (piece) void judging.give(piece, judgement);
  else none();
}

interface HeadProps {
  found: CaseDetail;
  now: number;
  lease: Lease;
  user: string;
  onNext(): void;
  hold: { current: HoldHandle | null };
  onHold(c: Case): void;
  display: boolean;
  onDisplay(): void;
  children?: ComponentChildren;
}

function CaseHead({ found, now, lease, user, onNext, hold, onHold, display, onDisplay, children }: HeadProps) {
  const { t } = useT();
  const title = useSpaceTitle();
  const decides = useApp((s) => may(s.session, 'case.decide'));
  const mayHold = useApp((s) => may(s.session, 'case.hold'));
  const late = isOverdue(found, now);
  const due = Date.parse(found.due);
  return (
    <header class="case-head">
      <div class="case-ways">
        <a class="button button-small" href={href(get().queueRoute)} aria-keyshortcuts="Escape">
          ← {t('case.back')}
        </a>
        <span class="soft">
          {t('case.title', { id: found.id })} · {title(found.space)}
          {found.category ? <> · {t(`category.${found.category}`)}</> : null}
        </span>
        <button
          type="button"
          class="button button-small"
          aria-keyshortcuts="d"
          aria-expanded={display}
          aria-controls={display ? 'display-case' : undefined}
          onClick={onDisplay}
        >
          {t('display.case')} <Cap>D</Cap>
        </button>
        {decides ? (
          <button type="button" class="button button-small" aria-keyshortcuts="n" onClick={onNext}>
            {t('case.next')} <Cap>N</Cap>
          </button>
        ) : null}
      </div>
      <div class="case-title">
        <h1>
          <bdi>{found.account}</bdi>
        </h1>
        <Band band={found.account_age_band} basis={found.account_age_basis} />
        {(found.imminence ?? []).map((what) => (
          <strong class="imminence" key={what}>
            {t(`imminence.${what}`)}
          </strong>
        ))}
        {found.look === 'second' ? <span class="flag">{t('queue.second')}</span> : null}
        {found.look === 'settle' ? <span class="flag">{t('queue.disagreement')}</span> : null}
        {found.trusted ? <span class="flag">{t('queue.trusted')}</span> : null}
        {found.escalated ? <span class="flag">{t('queue.escalated')}</span> : null}
        {found.legal_hold ? <span class="flag">{t('queue.hold')}</span> : null}
        {found.answers ? <AnswerMarks answers={found.answers} /> : null}
      </div>
      <dl class="case-facts">
        <div>
          <dt>{t('case.risk')}</dt>
          <dd>
            <Risk risk={found.risk} large />
          </dd>
        </div>
        <div>
          <dt>{t('case.verdict')}</dt>
          <dd>{word(t, 'verdict', found.verdict)}</dd>
        </div>
        <div>
          <dt>{t('case.child')}</dt>
          <dd>
            {found.youngest_band === 'unknown' ? (
              <span class="soft">{t('case.no_child')}</span>
            ) : (
              <Band band={found.youngest_band} />
            )}
          </dd>
        </div>
        {found.state === 'open' ? (
          <div>
            <dt>{t('case.due')}</dt>
            <dd class={late ? 'late' : ''}>
              {late
                ? t('queue.due.late', { time: waiting(t, now - due) })
                : t('case.due.in', { time: duration(t, due - now) })}
            </dd>
          </div>
        ) : (
          <div>
            <dt>{t('case.decided')}</dt>
            <dd>
              {found.decided ? <Time at={found.decided} now={now} /> : null}{' '}
              {found.action ? <> · {word(t, 'act', found.action)}</> : null}
            </dd>
          </div>
        )}
      </dl>
      {children}
      <WhyNow found={found} />
      <Holding found={found} now={now} lease={lease} user={user} />
      {mayHold ? <LegalHold found={found} handle={hold} onDone={onHold} /> : null}
    </header>
  );
}

/** Who holds the case, and what can be done about it. */
function Holding({ found, now, lease, user }: { found: CaseDetail; now: number; lease: Lease; user: string }) {
  const { t, lang } = useT();
  const leads = useApp((s) => may(s.session, 'case.lead'));
  if (found.state !== 'open') return null;
  const who = holder(found, now);
  const until = found.claimed_until ? clock(lang, found.claimed_until) : '';
  if (who === user && who) {
    return (
      <p class="holding">
        <span class="soft">{t('case.held.you', { time: until })}</span>{' '}
        <button type="button" class="button button-small" aria-keyshortcuts="r" onClick={() => void lease.release()}>
          {t('case.release')} <Cap>R</Cap>
        </button>
      </p>
    );
  }
  return (
    <p class={`holding ${who || lease.refused ? 'holding-other' : ''}`} role={who || lease.refused ? 'status' : undefined}>
      <span>{who ? t('case.held.other', { who, time: until }) : lease.refused || t('case.held.nobody')}</span>{' '}
      {who ? (
        leads ? (
          <button type="button" class="button button-small" aria-keyshortcuts="b" onClick={() => void lease.takeBack()}>
            {t('case.take_back')} <Cap>B</Cap>
          </button>
        ) : null
      ) : (
        <button type="button" class="button button-small" aria-keyshortcuts="c" onClick={() => void lease.claim()}>
          {t('case.claim')} <Cap>C</Cap>
        </button>
      )}
    </p>
  );
}
