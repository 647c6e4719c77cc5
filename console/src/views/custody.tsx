// SPDX-License-Identifier: Apache-2.0
// In a case: who can open it, what ends when, holds, hand-overs; taking it away as an archive, and giving its key out of hand.
import { useEffect, useState } from 'preact/hooks';
import { custodyApi } from '../api-custody';
import { routeApi } from '../api-route';
import { useNow } from '../clock';
import { bytesText, clockFrom, clockSays, holderOf, keyHolders, standing } from '../custody';
import { runShare } from '../deadline';
import { dayOf, full } from '../format';
import { href } from '../route';
import { get, may, useApp, useT } from '../state';
import type { Case } from '../types';
import type { ClockItem, Custody, Hold, KeyHolder } from '../types-custody';
import { Archive, HandOver } from './custody-acts';
import { Meter, Notice } from './parts';
import { CaseFilings } from './report-case';

/** What the panel needs of a case: also of one whose content no longer opens. */
export type CustodyCase = Pick<Case, 'id'> & Partial<Pick<Case, 'space' | 'state' | 'legal_hold' | 'report_due' | 'decided'>>;

/** `answered`: what the server last said of the case; a hold that got another day is in none of its members. */
export function CustodyPanel({ found, now, answered, changed }: { found: CustodyCase; now: number; answered: unknown; changed(): void }) {
  const { t, lang } = useT();
  const sees = useApp((s) => may(s.session, 'evidence.see'));
  const takes = useApp((s) => may(s.session, 'archive.take'));
  const hands = useApp((s) => may(s.session, 'evidence.hand_over'));
  const [custody, setCustody] = useState<Custody | null>(null);
  const [holders, setHolders] = useState<readonly KeyHolder[]>([]);
  const [failed, setFailed] = useState(false);
  const [again, setAgain] = useState(0);
  useEffect(() => {
    if (!sees) return;
    let left = false;
    setFailed(false);
    custodyApi.read(found.id).then(
      (got) => left || setCustody(got),
      () => left || setFailed(true),
    );
    return () => void (left = true);
  }, [found.id, sees, found.legal_hold, found.state, found.report_due, answered, again]);
  useEffect(() => {
    if (!takes && !hands) return;
    routeApi.receivers().then(
      (got) => setHolders(keyHolders(got.receivers, found.space ?? '', lang)),
      () => {},
    );
  }, [found.space, takes, hands, lang]);
  if (!sees) return null;
  return (
    <section class="custody" id="custody" tabIndex={-1} aria-labelledby="custody-title" aria-busy={!custody && !failed}>
      <h2 id="custody-title">{t('custody.title')}</h2>
      {failed ? (
        <Notice tone="warm">
          {t('custody.failed')}{' '}
          <button type="button" class="button button-small" onClick={() => setAgain(again + 1)}>
            {t('app.retry')}
          </button>
        </Notice>
      ) : !custody ? (
        <p class="soft">{t('app.loading')}</p>
      ) : (
        <>
          <Keys custody={custody} />
          <Clocks custody={custody} decided={found.decided} now={now} />
          <Holds custody={custody} />
          <HandOvers custody={custody} />
          <HandOverDue custody={custody} />
          {custody.certificates > 0 ? (
            <a class="button button-small" href={custodyApi.certificate(found.id)} download={`${found.id}-destruction.json`}>
              {t('custody.certificate', { n: custody.certificates })}
            </a>
          ) : null}
          {takes && custody.readable ? <Archive id={found.id} custody={custody} holders={holders} /> : null}
          {hands && custody.readable ? (
            <HandOver
              id={found.id}
              custody={custody}
              holders={holders}
              done={(next) => {
                setCustody(next);
                changed();
              }}
            />
          ) : null}
        </>
      )}
    </section>
  );
}

function Keys({ custody }: { custody: Custody }) {
  const { t, lang } = useT();
  const { sizes } = custody;
  return (
    <>
      {custody.destroyed ? <p>{t('custody.destroyed')}</p> : custody.keys.length === 0 ? <p>{t('custody.old')}</p> : null}
      <ul class="custody-list">
        {custody.keys.map((key) => (
          <li key={key.generation}>
            <span class={key.state === 'stands' ? '' : 'custody-shut'}>{t(`custody.holder.${holderOf(key)}`)}</span>
            <small class="soft">
              {t('custody.key', { n: key.generation, day: dayOf(lang, key.made) })}
              {key.ended ? ` ${t('custody.key.ended', { day: dayOf(lang, key.ended) })}` : ''}
            </small>
          </li>
        ))}
      </ul>
      {custody.removed ? <p>{t('custody.removed', { day: dayOf(lang, custody.removed) })}</p> : null}
      {custody.destroyed ? null : (
        <p class="soft">
          {t('custody.size.events', { n: sizes.events, bytes: bytesText(lang, sizes.event_bytes) })}
          {sizes.media > 0 ? `, ${t('custody.size.media', { n: sizes.media, bytes: bytesText(lang, sizes.media_bytes) })}` : ''}
        </p>
      )}
    </>
  );
}

function Clocks({ custody, decided, now }: { custody: Custody; decided: string | null | undefined; now: number }) {
  return (
    <ul class="custody-clocks">
      {custody.clock.map((item) => (
        <ClockRow key={item.what} item={item} from={clockFrom(item, decided, standing(custody))} now={now} />
      ))}
    </ul>
  );
}

/** What it is about, in how long it ends, and the line: it is full when the time is over, and dashed while something keeps it. */
function ClockRow({ item, from, now }: { item: ClockItem; from: string | null; now: number }) {
  const { t, lang } = useT();
  return (
    <li>
      <span>{t(`custody.clock.${item.what}`)}</span>
      <span>
        {clockSays(t, item, now)}
        {item.ends ? (
          <>
            {' '}
            <time class="soft" dateTime={item.ends} title={full(lang, item.ends)}>
              ({dayOf(lang, item.ends)})
            </time>
          </>
        ) : null}
      </span>
      <span class={item.kept_by ? 'custody-line custody-kept' : 'custody-line'}>
        <Meter share={item.ends && from && !item.kept_by ? runShare(from, item.ends, now) : 0} />
      </span>
    </li>
  );
}

function Holds({ custody }: { custody: Custody }) {
  const { t } = useT();
  return (
    <div>
      <h3>{t('custody.holds')}</h3>
      {custody.holds.length === 0 ? <p class="soft">{t('custody.hold.none')}</p> : null}
      <ul class="custody-list">
        {custody.holds.map((hold, i) => (
          <HoldRow key={`${hold.placed} ${i}`} hold={hold} />
        ))}
      </ul>
    </div>
  );
}

function HoldRow({ hold }: { hold: Hold }) {
  const { t, lang } = useT();
  return (
    <li class={hold.released ? 'soft' : ''}>
      {hold.reason ? <span class="custody-words">{hold.reason}</span> : null}
      <small>
        {t('custody.hold.by', { who: hold.by, day: dayOf(lang, hold.placed) })} · {hold.review ? t('custody.hold.review', { day: dayOf(lang, hold.review) }) : t('custody.hold.no_review')}
      </small>
      {hold.released ? (
        <small>
          {t('custody.hold.released', { who: hold.released_by ?? '', day: dayOf(lang, hold.released) })}
          {hold.release_reason ? <span class="custody-words"> · {hold.release_reason}</span> : null}
        </small>
      ) : null}
    </li>
  );
}

function HandOvers({ custody }: { custody: Custody }) {
  const { t, lang } = useT();
  return (
    <div>
      <h3>{t('custody.hand_overs')}</h3>
      {custody.hand_overs.length === 0 ? <p class="soft">{t('custody.hand_overs.none')}</p> : null}
      <ul class="custody-list">
        {custody.hand_overs.map((hand, i) => (
          <li key={i}>
            <span>
              {t('custody.hand_over.to', { to: hand.receiver, who: hand.by })}, <time dateTime={hand.time}>{full(lang, hand.time)}</time>
            </span>
            {hand.reason ? <span class="custody-words">{hand.reason}</span> : null}
            <small class="soft">
              {t('custody.hand_over.key', { key: hand.key })}
              {hand.filing ? (
                <>
                  {' · '}
                  <a href={href({ page: 'filing', id: String(hand.filing) })}>{t('custody.hand_over.filing', { n: hand.filing })}</a>
                </>
              ) : null}
            </small>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A key that is on its way out, and what it waits for. */
function HandOverDue({ custody }: { custody: Custody }) {
  const { t } = useT();
  const due = custody.hand_over_due;
  if (!due) return null;
  return (
    <Notice>
      <p>
        <a href={href({ page: 'filing', id: String(due.filing) })}>{t('custody.due', { n: due.filing })}</a>
      </p>
      {due.why ? (
        <p>
          {t('custody.due.waits')} <span lang="en">{due.why}</span>
        </p>
      ) : null}
    </Notice>
  );
}

/** A case that no longer opens here: why, what is left of it, and the reports that were made of it. */
export function ShutCase({ id }: { id: string }) {
  const { t } = useT();
  const now = useNow();
  const listed = useApp((s) => s.cases.get(id) ?? s.closed.get(id));
  const sees = useApp((s) => may(s.session, 'filing.see'));
  return (
    <main id="main" class="page page-shut" tabIndex={-1}>
      <a class="button button-small" href={href(get().queueRoute)}>
        ← {t('case.back')}
      </a>
      <h1>{t('case.title', { id })}</h1>
      <Notice>
        <p>{t('custody.shut')}</p>
      </Notice>
      {sees ? <CaseFilings caseId={id} /> : null}
      <CustodyPanel found={{ ...listed, id }} now={now} answered={null} changed={() => {}} />
    </main>
  );
}
