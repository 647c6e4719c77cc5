// SPDX-License-Identifier: Apache-2.0
// A media in the conversation.
//
// Who looks: a référent. In ten seconds: what did the list say about this picture, and do I agree? The sentence says it;
// most can be judged without looking. Seeing is a choice each time: nothing is fetched until a finger, the mouse or a key
// is held down, what comes is small and grey, sharp only while it is held, and each time is on record.
import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../api';
import { effectSentence, matchSentence, shareSentence, sizeText, viewers } from '../banks';
import { full } from '../format';
import { word } from '../i18n';
import { href } from '../route';
import { may, useApp, useT } from '../state';
import type { CaseMedia, MediaMatch, MediaView } from '../types';
import { Opinion } from './opinion';
import { WholeView } from './media-whole';
import { Cap } from './parts';

const HOLD_MS = 250; // a slip of the hand is no view
const ASSISTED_MS = 5000; // how long it shows for who cannot hold: a press that no pointer or key made
const COVER_PIXELS = 8; // what stays after letting go

export function MediaCard({ caseId, media }: { caseId: string; media: CaseMedia }) {
  const { t } = useT();
  const kind = media.kind === 'video' ? 'video' : media.kind === 'still' || media.kind === 'animation' ? 'image' : '';
  const matches = media.matches ?? [];
  return (
    <div class="media" data-media={media.number}>
      <p class="said-act">{t(kind ? `media.sends.${kind}` : 'media.sends')}</p>
      {matches.length === 0 ? <p class="media-none">{t('media.unmatched')}</p> : null}
      {matches.map((m, i) => (
        <Match key={i} match={m} caseId={caseId} />
      ))}
      <Facts media={media} />
      {media.thumbnail ? <Peek caseId={caseId} media={media} /> : <NothingToSee media={media} />}
    </div>
  );
}

function Match({ match, caseId }: { match: MediaMatch; caseId: string }) {
  const { t } = useT();
  const share = shareSentence(t, match);
  const judges = useApp((s) => may(s.session, 'bank.judge'));
  return (
    <div class="match">
      <p class="match-said" dir="auto">
        {matchSentence(t, match)} {share}
      </p>
      {match.source ? (
        <p class="match-more">
          {match.classification
            ? t('match.source.classification', { source: match.source, classification: match.classification })
            : t('match.source', { source: match.source })}
        </p>
      ) : null}
      <p class="match-more">
        {effectSentence(t, match)}{' '}
        {match.bank ? <a href={href({ page: 'bank', name: match.bank })}>{t('match.bank')}</a> : null}
      </p>
      {match.doubted ? <p class="match-doubt">{t('match.doubted')}</p> : null}
      {judges && match.bank && match.entry ? (
        <Opinion bank={match.bank} entry={match.entry} state={match.doubted ? 'doubted' : 'live'} caseId={caseId} />
      ) : null}
    </div>
  );
}

function Facts({ media }: { media: CaseMedia }) {
  const { t } = useT();
  const parts = [word(t, 'media.kind', media.kind ?? 'unknown')];
  if (media.format) parts.push(media.format.toUpperCase());
  if (media.width && media.height) parts.push(t('media.size', { w: media.width, h: media.height }));
  if (media.frames && media.kind !== 'still') parts.push(t('media.frames', { n: media.frames }));
  if (media.size) parts.push(sizeText(t, media.size));
  return <p class="media-facts">{parts.join(' · ')}</p>;
}

function NothingToSee({ media }: { media: CaseMedia }) {
  const { t } = useT();
  return (
    <>
      <p class="media-why">{t(media.kept ? 'media.no_thumbnail' : 'media.not_kept')}</p>
      {media.note ? (
        <p class="media-why">
          {t('media.decoder')} <span lang="en">{media.note}</span>
        </p>
      ) : null}
    </>
  );
}

type Phase = 'closed' | 'asked' | 'loading' | 'open' | 'covered' | 'failed';

/** The one place where a picture shows. Drawn on a canvas: no address of it exists in the page, and letting go leaves a
 *  handful of grey pixels, so that a second look is a second view. */
function Peek({ caseId, media }: { caseId: string; media: CaseMedia }) {
  const { t } = useT();
  const [phase, setPhase] = useState<Phase>('closed');
  const [drawn, setDrawn] = useState(false);
  const [views, setViews] = useState<MediaView[] | null>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const held = useRef(false);
  const now = useRef<Phase>('closed');
  const looking = useRef<AbortController | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  function to(next: Phase): void {
    now.current = next;
    setPhase(next);
  }
  function readViews(): void {
    api.mediaViews(caseId, media.number).then(
      (answer) => setViews(answer.views),
      () => {},
    );
  }
  useEffect(readViews, [caseId, media.number]);

  async function look(): Promise<void> {
    looking.current?.abort();
    const control = new AbortController();
    looking.current = control;
    to('loading');
    try {
      const picture = await createImageBitmap(await api.thumbnail(caseId, media.number, control.signal));
      if (control.signal.aborted || !canvas.current) return picture.close();
      draw(canvas.current, picture);
      picture.close();
      setDrawn(true);
      if (held.current) to('open');
      else hide();
    } catch {
      if (!control.signal.aborted) to('failed');
    } finally {
      if (!control.signal.aborted) readViews();
    }
  }
  function press(): void {
    if (held.current) return;
    held.current = true;
    to('asked');
    timer.current = setTimeout(() => void look(), HOLD_MS);
  }
  function hide(): void {
    if (canvas.current) cover(canvas.current);
    to(canvas.current && canvas.current.width > 0 ? 'covered' : 'closed');
  }
  function release(): void {
    if (!held.current) return;
    held.current = false;
    clearTimeout(timer.current);
    if (now.current === 'asked' || now.current === 'open') hide(); // what is on its way is hidden when it comes
  }
  const releaseNow = useRef(release);
  releaseNow.current = release;

  useEffect(() => {
    const end = (): void => releaseNow.current();
    const hidden = (): void => void (document.hidden && end());
    addEventListener('blur', end);
    document.addEventListener('visibilitychange', hidden);
    return () => {
      removeEventListener('blur', end);
      document.removeEventListener('visibilitychange', hidden);
      clearTimeout(timer.current);
      looking.current?.abort();
      if (canvas.current) canvas.current.width = 0;
    };
  }, []);

  function onKey(e: KeyboardEvent): void {
    if (e.altKey || e.ctrlKey || e.metaKey) return;
    if (e.key !== ' ' && e.key !== 'Enter' && e.key.toLowerCase() !== 'v') return;
    e.preventDefault(); // no click of its own, no page that scrolls; the page's own "v" goes to the next media
    if (!e.repeat) press();
  }
  function onClick(e: MouseEvent): void {
    if (e.detail !== 0 || held.current) return;
    held.current = true;
    void look().then(() => (timer.current = setTimeout(() => releaseNow.current(), ASSISTED_MS)));
  }

  const label =
    phase === 'asked'
      ? 'media.holding'
      : phase === 'loading'
        ? 'media.loading'
        : phase === 'covered'
          ? 'media.again'
          : 'media.hold';
  return (
    <div class="peek-line">
      <button
        type="button"
        class={`peek peek-${phase}`}
        aria-keyshortcuts="v"
        aria-describedby={`views-${media.number}`}
        onPointerDown={(e) => e.button === 0 && press()}
        onPointerUp={release}
        onPointerCancel={release}
        onPointerLeave={release}
        onContextMenu={(e) => e.preventDefault()}
        onKeyDown={onKey}
        onKeyUp={release}
        onBlur={release}
        onClick={onClick}
      >
        <canvas
          ref={canvas}
          class="peek-picture"
          width={0}
          height={0}
          role="img"
          aria-label={t('media.picture')}
          hidden={!drawn}
        />
        <span class="peek-label">
          {t(label)} <Cap>V</Cap>
        </span>
      </button>
      <div class="peek-record" id={`views-${media.number}`}>
        <p>{t('media.recorded')}</p>
        <Seen views={views} />
        {phase === 'failed' ? (
          <p class="form-message" role="alert" data-tone="bad">
            {t('media.failed')}
          </p>
        ) : null}
      </div>
      {media.kept ? <WholeView caseId={caseId} media={media} onViewed={readViews} /> : null}
    </div>
  );
}

function Seen({ views }: { views: MediaView[] | null }) {
  const { t, lang } = useT();
  if (!views) return null;
  if (views.length === 0) return <p class="soft">{t('media.views.none')}</p>;
  const all = viewers(views);
  const who = all.map((v) => (all.length > 1 ? t('media.views.who', { who: v.user, n: v.times }) : v.user)).join(', ');
  return (
    <p class="soft" title={all.map((v) => `${v.user}: ${full(lang, v.last)}`).join('\n')}>
      {t('media.views', { n: views.length, who })}
    </p>
  );
}

function draw(canvas: HTMLCanvasElement, picture: ImageBitmap): void {
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext('2d')?.drawImage(picture, 0, 0);
}

/** Leaves a few grey pixels of the picture, so that the sharp one is not in the page any more. */
function cover(canvas: HTMLCanvasElement): void {
  const paint = canvas.getContext('2d');
  if (!paint || canvas.width === 0) return;
  const small = document.createElement('canvas');
  small.width = Math.max(1, Math.round((COVER_PIXELS * canvas.width) / Math.max(canvas.width, canvas.height)));
  small.height = Math.max(1, Math.round((COVER_PIXELS * canvas.height) / Math.max(canvas.width, canvas.height)));
  small.getContext('2d')?.drawImage(canvas, 0, 0, small.width, small.height);
  paint.drawImage(small, 0, 0, canvas.width, canvas.height);
}

/** The page's V: goes to the next media; held there, it shows. */
export function focusNextMedia(root: HTMLElement | null): void {
  const all = [...(root?.querySelectorAll<HTMLElement>('.peek') ?? [])];
  const at = all.findIndex((p) => p === document.activeElement);
  const next = all[(at + 1) % all.length];
  next?.scrollIntoView({ block: 'center', behavior: 'auto' });
  next?.focus({ preventScroll: true });
}
