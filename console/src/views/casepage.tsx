// SPDX-License-Identifier: Apache-2.0
// The case: read, understand, decide. Opening it takes it for the reader (a lease); leaving gives it back.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api, ApiError } from '../api';
import { useNow } from '../clock';
import { goBack, goNext, holds, QUEUE_LIMIT, takeIn } from '../flow';
import { clock, duration, waiting } from '../format';
import { word } from '../i18n';
import type { Command } from '../keys';
import { holder, isOverdue, mayDecide } from '../queue';
import { href } from '../route';
import { get, toast, useApp, useT } from '../state';
import type { Key } from '../strings';
import { useJudging, type Judging } from '../judge';
import { findings, sections } from '../transcript';
import type { Action, Case, CaseDetail, Judgement } from '../types';
import { Conversation, Legend } from './conversation';
import { Decide, Taken, type DecideHandle } from './decide';
import { Evidence, Known, LegalBasis, Lower, Timeline, WhyNow } from './evidence';
import { LegalHold, type HoldHandle } from './hold';
import { focusNextMedia } from './media';
import { Band, Cap, Notice, Risk, Time, useSpaceTitle } from './parts';
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
  const [failure, setFailure] = useState<Key | null>(null);
  const [again, setAgain] = useState(0);

  useEffect(() => {
    let left = false;
    setFailure(null);
    api.case(id).then(
      (detail) => {
        if (!left) setRead(detail);
      },
      (error: unknown) => {
        if (!left) setFailure(failureKey(error));
      },
    );
    return () => {
      left = true;
    };
  }, [id, again]);

  if (failure) {
    return (
      <main id="main" class="page" tabIndex={-1}>
        <h1>{t('case.title', { id })}</h1>
        <Notice tone="bad" alert>
          {t(failure)}{' '}
          <button type="button" class="button" onClick={() => setAgain(again + 1)}>
            {t('app.retry')}
          </button>{' '}
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
  return <CaseView key={read.id} read={read} reload={() => setAgain(again + 1)} />;
}

/** Keys of the case that are letters, and would be typed into a note. */
const letters: ReadonlySet<Command> = new Set<Command>([
  'next',
  'claim',
  'release',
  'evidence',
  'judge:right',
  'judge:wrong',
  'judge:unsure',
  'view',
  'hold',
]);

function failureKey(error: unknown): Key {
  const status = error instanceof ApiError ? error.status : 0;
  if (status === 404) return 'case.gone';
  if (status === 403) return 'case.forbidden';
  return status === 0 ? 'error.network' : 'case.failed';
}

function CaseView({ read, reload }: { read: CaseDetail; reload: () => void }) {
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
  useLit(root);
  useFirstLook(root, read.id);

  const who = holder(found, now);
  const newer = Math.max(0, (listed?.events ?? 0) - read.events);
  // read while somebody else held it: what may be done now has to be asked again
  const role = useApp((s) => s.session?.user.role ?? 'auditor');
  const mine = mayDecide(found, { role });
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
    if (goNext(found.id)) toast(done);
    else {
      toast(`${done} ${t('act.last')}`);
      goBack();
    }
  }
  caseKeys.current = (command) => {
    if (command === 'back') {
      if (!hold.current?.close() && !decide.current?.close()) goBack();
    } else if (letters.has(command) && decide.current?.takesLetters()) return;
    else if (command === 'next') goNextOrSay();
    else if (command === 'claim') void lease.claim();
    else if (command === 'release') void lease.release();
    else if (command === 'confirm') decide.current?.confirm();
    else if (command === 'evidence') focusNextPiece(root.current);
    else if (command.startsWith('judge:')) judgeFocused(read, judging, command.slice(6) as Judgement, () => toast(t('judge.choose')));
    else if (command === 'view') focusNextMedia(root.current);
    else if (command === 'hold') hold.current?.open();
    else if (command.startsWith('act:')) decide.current?.choose(command.slice(4) as Action);
  };
  useEffect(() => () => void (caseKeys.current = null), []);
  function goNextOrSay(): void {
    if (!goNext(found.id)) toast(t('act.last'));
  }

  return (
    <main id="main" class="page page-case" ref={root} tabIndex={-1}>
      <CaseHead
        found={found}
        now={now}
        lease={lease}
        user={user}
        onNext={goNextOrSay}
        hold={hold}
        onHold={setAnswered}
      />
      <div class="case-talks" tabIndex={0} role="region" aria-label={t('case.conversation')}>
        {newer > 0 ? (
          <p class="newer" role="status">
            {t('case.newer', { n: newer })}
            <button type="button" class="button button-small" onClick={reload}>
              {t('queue.held.show')}
            </button>
          </p>
        ) : null}
        {talks.length === 0 ? <p class="empty">{t('case.destroyed')}</p> : null}
        <Legend sections={talks} />
        {talks.map((section) => (
          <Conversation key={section.key} section={section} caseId={read.id} />
        ))}
      </div>
      <aside class="case-why" aria-label={t('case.evidence')}>
        <Stages found={read} />
        <Evidence found={read} judging={judging} />
        <Lower found={read} />
        <Known found={read} />
        <LegalBasis found={read} />
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

interface Lease {
  claim(): Promise<void>;
  release(): Promise<void>;
  /** The case is decided: there is nothing to give back. */
  forget(): void;
}

/** Takes the case when it is free, keeps it while it is read, gives it back on leaving. */
function useLease(found: CaseDetail, user: string, onAnswer: (c: Case) => void): Lease {
  const { t } = useT();
  const held = useRef(false);
  const used = useRef(Date.now());
  const role = useApp((s) => s.session?.user.role);

  async function claim(quiet = false): Promise<void> {
    try {
      const answer = await api.claim(found.id);
      held.current = true;
      onAnswer(answer);
      takeIn(answer);
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) {
        if (held.current) toast(t('case.lease_lost'), 'bad');
        held.current = false;
        const known = await api.cases('open', { limit: 500 }).catch(() => null);
        known?.cases.forEach(takeIn);
      } else if (!quiet)
        toast(t(error instanceof ApiError && error.status === 403 ? 'error.forbidden' : 'error.network'), 'bad');
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

  useEffect(() => {
    if (
      found.state === 'open' &&
      role &&
      mayDecide(found, { role }) &&
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
  return { claim: () => claim(), release, forget: () => void (held.current = false) };
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

/** The reader begins at the newest event of the case. */
function useFirstLook(root: { current: HTMLElement | null }, id: string): void {
  useLayoutEffect(() => {
    const page = root.current;
    const events = page?.querySelector('.talk')?.querySelectorAll<HTMLElement>('.line-event');
    const newest = events?.[events.length - 1];
    const box = page?.querySelector<HTMLElement>('.case-talks');
    if (newest && box && box.scrollHeight > box.clientHeight) {
      const place = newest.getBoundingClientRect();
      const middle = box.getBoundingClientRect().top + box.clientHeight / 2;
      box.scrollTop += place.top + place.height / 2 - middle;
    }
    page?.focus({ preventScroll: true });
  }, [id]);
}

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
  const role = get().session?.user.role;
  if (role !== 'referent' && role !== 'lead') return;
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
}

function CaseHead({ found, now, lease, user, onNext, hold, onHold }: HeadProps) {
  const { t } = useT();
  const title = useSpaceTitle();
  const role = useApp((s) => s.session?.user.role);
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
        </span>
        <button type="button" class="button button-small" aria-keyshortcuts="n" onClick={onNext}>
          {t('case.next')} <Cap>N</Cap>
        </button>
      </div>
      <div class="case-title">
        <h1>
          <bdi>{found.account}</bdi>
        </h1>
        <Band band={found.account_age_band} basis={found.account_age_basis} />
        {found.escalated ? <span class="flag">{t('queue.escalated')}</span> : null}
        {found.legal_hold ? <span class="flag">{t('queue.hold')}</span> : null}
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
      <WhyNow found={found} />
      <Holding found={found} now={now} lease={lease} user={user} />
      {role === 'lead' || role === 'admin' ? <LegalHold found={found} handle={hold} onDone={onHold} /> : null}
    </header>
  );
}

/** Who holds the case, and what can be done about it. */
function Holding({ found, now, lease, user }: { found: CaseDetail; now: number; lease: Lease; user: string }) {
  const { t, lang } = useT();
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
    <p class={`holding ${who ? 'holding-other' : ''}`} role={who ? 'status' : undefined}>
      <span>{who ? t('case.held.other', { who, time: until }) : t('case.held.nobody')}</span>{' '}
      {who ? null : (
        <button type="button" class="button button-small" aria-keyshortcuts="c" onClick={() => void lease.claim()}>
          {t('case.claim')} <Cap>C</Cap>
        </button>
      )}
    </p>
  );
}
