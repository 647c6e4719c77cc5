// SPDX-License-Identifier: Apache-2.0
// The board of reports. Who looks: a référent or a lead, between two cases or first thing in the morning. In ten seconds: what waits for me, urgent ones on top, each with the
// time left; which hosts let their time run out; what was refused. One press opens the first of them. Live.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { filingsApi } from '../api-filings';
import { useNow } from '../clock';
import { board, isUnanswered, todo, type BoardFilter, type Column } from '../filings';
import { pick } from '../i18n';
import { keepForm, keptForm } from '../people';
import { href } from '../route';
import { useApp, useT } from '../state';
import { answerKinds, type Filing } from '../types-filings';
import { AnswerMarks } from './answer-marks';
import { Choice, NoAnswer, SpaceChoice } from './choose';
import { Time, useSpaceTitle } from './parts';
import { Clock } from './report-parts';

const FORM = 'filings';

export function FilingsPage() {
  const { t, lang } = useT();
  const now = useNow();
  const changed = useApp((s) => s.filingsChanged);
  const [list, setList] = useState<Filing[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [again, setAgain] = useState(0);
  const [filter, setFilter] = useState<BoardFilter>(() => keptForm(FORM, { space: '', receiver: '', answer: '' }));
  useEffect(() => {
    let left = false;
    setFailed(false);
    Promise.all([filingsApi.list(), filingsApi.unanswered()]).then(
      // a notice that waits for months is beyond the first page of what is filed, and must be seen all the same
      ([all, late]) => left || setList([...all.filings, ...late.filings.filter((f) => !all.filings.some((known) => known.id === f.id))]),
      () => left || setFailed(true),
    );
    return () => void (left = true);
  }, [changed, again]);
  const change = (part: Partial<BoardFilter>): void => {
    const next = { ...filter, ...part };
    setFilter(next);
    keepForm(FORM, next);
  };
  const receivers = useMemo(() => [...new Map((list ?? []).map((f) => [f.receiver.id, pick(f.receiver.name, lang) || f.receiver.id])).entries()], [list, lang]);
  const shown = list ? board(list, filter, now) : [];
  const mine = (list ?? []).filter((f) => todo(f, now) !== '').length;
  const said = answerKinds.filter((kind) => (list ?? []).some((f) => f.answered?.includes(kind)));
  return (
    <main id="main" class="page page-filings" tabIndex={-1} aria-busy={!list && !failed}>
      <h1>{t('filings.title')}</h1>
      <p class="lead">{t('filings.lead')}</p>
      <NoAnswer failed={failed} waiting={!list} sentence="filings.failed" again={() => setAgain(again + 1)} />
      {list ? (
        <>
          <div class="choices">
            <SpaceChoice value={filter.space} onChoose={(space) => change({ space })} />
            {receivers.length > 1 ? (
              <Choice<string> label="filings.receiver" value={filter.receiver} options={[['', t('filings.receiver.all')], ...receivers]} onChoose={(receiver) => change({ receiver })} />
            ) : null}
            {said.length > 0 ? (
              <Choice<string> label="filings.answer" value={filter.answer} options={[['', t('filings.answer.all')], ...said.map((kind) => [kind, t(`answer.${kind}`)] as const)]} onChoose={(answer) => change({ answer })} />
            ) : null}
          </div>
          {list.length === 0 ? (
            <p class="empty">{t('filings.empty')}</p>
          ) : (
            <>
              <p role="status">{mine > 0 ? <strong>{t('filings.mine', { n: mine })}</strong> : <span class="soft">{t('filings.mine.none')}</span>}</p>
              {shown.every((c) => c.filings.length === 0) ? (
                <p class="empty">
                  {t('filings.none_left')}{' '}
                  <button type="button" class="button button-small" onClick={() => change({ space: '', receiver: '', answer: '' })}>
                    {t('queue.filter.clear')}
                  </button>
                </p>
              ) : null}
              <div class="board">
                {shown
                  .filter((c) => c.filings.length > 0)
                  .map((c) => (
                    <BoardColumn key={c.column} name={c.column} filings={c.filings} now={now} />
                  ))}
              </div>
              <NothingIn columns={shown.filter((c) => c.filings.length === 0).map((c) => c.column)} all={shown.length} />
            </>
          )}
        </>
      ) : null}
    </main>
  );
}

/** Columns without anything take no room; that they are empty is said in one line. */
function NothingIn({ columns, all }: { columns: readonly Column[]; all: number }) {
  const { t } = useT();
  if (columns.length === 0 || columns.length === all) return null;
  return <p class="soft">{t('filings.column.none', { columns: columns.map((name) => t(`filings.column.${name}`)).join(', ') })}</p>;
}

function BoardColumn({ name, filings, now }: { name: Column; filings: readonly Filing[]; now: number }) {
  const { t } = useT();
  return (
    <section class={`board-column board-${name}`} aria-labelledby={`board-${name}`}>
      <h2 id={`board-${name}`}>
        {t(`filings.column.${name}`)} <span class="nav-count">{filings.length}</span>
      </h2>
      <ul>
        {filings.map((f) => (
          <Card key={f.id} f={f} now={now} />
        ))}
      </ul>
    </section>
  );
}

function Card({ f, now }: { f: Filing; now: number }) {
  const { t, lang } = useT();
  const title = useSpaceTitle();
  const mine = todo(f, now);
  return (
    <li class={`board-card ${mine ? 'board-mine' : ''}`}>
      <p>
        <a href={href({ page: 'filing', id: String(f.id) })}>{pick(f.receiver.name, lang) || f.receiver.id}</a>{' '}
        {f.urgent ? <span class="notice-tag notice-tag-warm">{t('route.urgent')}</span> : null}{' '}
        {f.test ? <span class="notice-tag">{t('filing.test')}</span> : null}
      </p>
      <p class="soft">
        {f.case} · {title(f.space)}
      </p>
      <p>
        <FilingClock f={f} now={now} quiet={mine !== ''} />
      </p>
      {f.why && !f.filed ? <p class="board-why">{f.why}</p> : null}
      {f.answered && f.answered.length > 0 ? (
        <AnswerMarks answers={f.answered} />
      ) : f.answers ? (
        <span class="notice-tag notice-tag-accent">{t('filing.answers', { n: f.answers })}</span>
      ) : null}
      {mine ? <p class="board-do">{t(`filings.do.${mine}`)}</p> : null}
    </li>
  );
}

/** The receiver's number; the address of a mail in its thread is none that a person would read out. */
const numberOf = (f: Filing): string => (f.reference && !f.reference.startsWith('<') ? f.reference : '');

/** What the time of a report is about: to be confirmed by, tried again at, done since. `quiet`: what is to be done is said elsewhere. */
export function FilingClock({ f, now, quiet = false }: { f: Filing; now: number; quiet?: boolean }) {
  const { t } = useT();
  const done = f.state === 'filed' || f.state === 'answered';
  if (done || f.state === 'withdrawn' || f.state === 'gone')
    return (
      <span class="soft">
        {t(`filings.state.${f.state}`)}
        {f.filed ? (
          <>
            {' '}
            <Time at={f.filed} now={now} />
          </>
        ) : null}
        {numberOf(f) ? <bdi class="filing-reference"> {numberOf(f)}</bdi> : null}
        {isUnanswered(f, now) && !quiet ? (
          <strong class="clock clock-late filing-late">
            {t('filings.do.follow_up')}
          </strong>
        ) : null}
      </span>
    );
  return (
    <>
      <span class="soft">{t(`filings.state.${f.state}`)}</span>{' '}
      {f.state === 'later' && f.next ? <Time at={f.next} now={now} /> : f.state === 'draft' || f.state === 'confirmed' || f.state === 'by_hand' ? <Clock due={f.due} from={f.made.at} now={now} /> : null}
    </>
  );
}
