// SPDX-License-Identifier: Apache-2.0
// A media seen as a whole, on purpose: a reason first, then a second confirmation, then pictures that show while a finger, the mouse or a key
// holds them, grey unless the person wants colour. Nothing is fetched before the second confirmation; letting go covers it again, and
// leaving it forgets it. Where the space does not allow it, or the case is not in hand, the server says so.
import { createContext } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { type WholeAnswer, type WholeWhy, viewWhole, wholeReasons } from '../api-whole';
import { may, useApp, useT } from '../state';
import type { CaseMedia } from '../types';

/** Whether the policy of the case's space allows it: set by the case page. */
export const WholeAllowed = createContext(false);

type Phase = 'closed' | 'asking' | 'sure' | 'loading' | 'there' | 'failed';

export function WholeView({ caseId, media, onViewed }: { caseId: string; media: CaseMedia; onViewed: () => void }) {
  const { t } = useT();
  const permitted = useApp((s) => may(s.session, 'media.whole'));
  const allowed = useContext(WholeAllowed) && permitted;
  const [phase, setPhase] = useState<Phase>('closed');
  const [why, setWhy] = useState<WholeWhy | ''>('');
  const [answer, setAnswer] = useState<WholeAnswer | null>(null);
  const [wrong, setWrong] = useState('');
  const asked = useRef(0); // what comes for an earlier question is not shown
  useEffect(() => () => void asked.current++, []);
  if (!allowed) return null;

  async function fetchFrom(from: number): Promise<void> {
    if (!why) return;
    const mine = ++asked.current;
    setPhase('loading');
    setAnswer(null);
    try {
      const got = await viewWhole(caseId, media.number, why, from);
      if (mine !== asked.current) return;
      setAnswer(got);
      setPhase('there');
    } catch (error) {
      if (mine !== asked.current) return;
      setWrong(error instanceof ApiError ? (error.problem.detail ?? error.problem.title ?? '') : '');
      setPhase('failed');
    }
    onViewed();
  }
  function close(): void {
    asked.current++;
    setAnswer(null);
    setWhy('');
    setPhase('closed');
  }

  if (phase === 'closed')
    return (
      <button type="button" class="button quiet whole-open" onClick={() => setPhase('asking')}>
        {t('whole.open')}
      </button>
    );
  return (
    <section class="whole" aria-label={t('whole.title')}>
      <p class="whole-title">{t('whole.title')}</p>
      {phase === 'asking' || phase === 'sure' ? (
        <Asking
          why={why}
          sure={phase === 'sure'}
          onWhy={(value) => {
            setWhy(value);
            setPhase('asking');
          }}
          onNext={() => (phase === 'asking' ? setPhase('sure') : void fetchFrom(0))}
        />
      ) : null}
      {phase === 'loading' ? <p role="status">{t('media.loading')}</p> : null}
      {phase === 'failed' ? (
        <p class="form-message" role="alert" data-tone="bad">
          {t('whole.failed')} {wrong ? <span lang="en">{wrong}</span> : null}
        </p>
      ) : null}
      {phase === 'there' && answer ? <Pictures answer={answer} onPage={(from) => void fetchFrom(from)} /> : null}
      <button type="button" class="button quiet" onClick={close}>
        {t('whole.close')}
      </button>
    </section>
  );
}

function Asking(props: { why: WholeWhy | ''; sure: boolean; onWhy: (why: WholeWhy) => void; onNext: () => void }) {
  const { t } = useT();
  return (
    <>
      <fieldset class="whole-why">
        <legend>{t('whole.why')}</legend>
        {wholeReasons.map((reason) => (
          <label key={reason}>
            <input type="radio" name="whole-why" checked={props.why === reason} onChange={() => props.onWhy(reason)} />
            <span>{t(`whole.why.${reason}`)}</span>
          </label>
        ))}
      </fieldset>
      {props.sure ? <p class="whole-sure">{t('whole.sure')}</p> : null}
      <button type="button" class="button" disabled={!props.why} onClick={props.onNext}>
        {t(props.sure ? 'whole.confirm' : 'whole.next')}
      </button>
    </>
  );
}

/** One picture at a time, covered until it is held. */
function Pictures({ answer, onPage }: { answer: WholeAnswer; onPage: (from: number) => void }) {
  const { t } = useT();
  const [at, setAt] = useState(0);
  const [grey, setGrey] = useState(true);
  const picture = answer.pictures[at];
  const last = answer.from + answer.pictures.length;
  useEffect(() => setAt(0), [answer]);
  return (
    <>
      {picture ? <Held png={picture.png} grey={grey} label={t('whole.picture', { n: answer.from + at + 1, of: answer.of })} /> : null}
      <p class="soft whole-place">
        {answer.of > 1 ? t('whole.picture', { n: answer.from + at + 1, of: answer.of }) : null}{' '}
        {t(answer.whole ? 'whole.record.whole' : answer.more ? 'whole.record.more' : 'whole.record.part')}
      </p>
      <div class="whole-steps">
        <label>
          <input type="checkbox" checked={!grey} onChange={(e) => setGrey(!e.currentTarget.checked)} /> {t('whole.colour')}
        </label>
        {answer.pictures.length > 1 ? (
          <>
            <button type="button" class="button quiet" disabled={at === 0} onClick={() => setAt(at - 1)}>
              {t('whole.before')}
            </button>
            <button type="button" class="button quiet" disabled={at + 1 >= answer.pictures.length} onClick={() => setAt(at + 1)}>
              {t('whole.after')}
            </button>
          </>
        ) : null}
        {last < answer.of ? (
          <button type="button" class="button" onClick={() => onPage(last)}>
            {t('whole.more', { n: Math.min(16, answer.of - last) })}
          </button>
        ) : null}
      </div>
    </>
  );
}

function Held({ png, grey, label }: { png: string; grey: boolean; label: string }) {
  const { t } = useT();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    let gone = false;
    const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
    void createImageBitmap(new Blob([bytes], { type: 'image/png' })).then((bitmap) => {
      if (!gone && canvas.current) {
        canvas.current.width = bitmap.width;
        canvas.current.height = bitmap.height;
        canvas.current.getContext('2d')?.drawImage(bitmap, 0, 0);
      }
      bitmap.close();
    });
    return () => {
      gone = true;
      if (canvas.current) canvas.current.width = 0;
    };
  }, [png]);
  useEffect(() => {
    const end = (): void => setHeld(false);
    addEventListener('blur', end);
    document.addEventListener('visibilitychange', end);
    return () => {
      removeEventListener('blur', end);
      document.removeEventListener('visibilitychange', end);
    };
  }, []);
  const key = (down: boolean) => (e: KeyboardEvent) => {
    if (e.key !== ' ' && e.key !== 'Enter') return;
    e.preventDefault();
    setHeld(down);
  };
  return (
    <button
      type="button"
      class={`whole-picture ${held ? 'held' : ''} ${grey ? 'grey' : ''}`}
      onPointerDown={(e) => e.button === 0 && setHeld(true)}
      onPointerUp={() => setHeld(false)}
      onPointerCancel={() => setHeld(false)}
      onPointerLeave={() => setHeld(false)}
      onContextMenu={(e) => e.preventDefault()}
      onKeyDown={key(true)}
      onKeyUp={key(false)}
      onBlur={() => setHeld(false)}
    >
      <canvas ref={canvas} role="img" aria-label={label} />
      <span class="whole-label">{t(held ? 'media.holding' : 'media.hold')}</span>
    </button>
  );
}
