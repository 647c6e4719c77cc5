// SPDX-License-Identifier: Apache-2.0
// Practice on made-up cases: the conversation and the evidence are shown by the very parts that show a real case.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { detailOf } from '../api';
import { training as ask } from '../api-training';
import { after, pressed } from '../feedback';
import type { Judging } from '../judge';
import { actions } from '../keys';
import { href } from '../route';
import { useT } from '../state';
import { sections, type Finding } from '../transcript';
import type { Action, CaseDetail, Feedback } from '../types';
import type { PracticeFeedback, PracticeSummary } from '../types-training';
import { Conversation, Legend } from './conversation';
import { Evidence, WhyNow } from './evidence';
import { Band, Cap, Notice, Risk } from './parts';

function usePractice(): { list: PracticeSummary[] | null; failed: boolean; retry(): void } {
  const { lang } = useT();
  const [list, setList] = useState<PracticeSummary[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [again, setAgain] = useState(0);
  useEffect(() => {
    let left = false;
    setFailed(false);
    ask.practiceList(lang).then(
      ({ practice }) => left || setList(practice),
      () => left || setFailed(true),
    );
    return () => {
      left = true;
    };
  }, [lang, again]);
  return { list, failed, retry: () => setAgain(again + 1) };
}

export function PracticePage() {
  const { t } = useT();
  const { list, failed, retry } = usePractice();
  return (
    <main id="main" class="page page-practice" tabIndex={-1}>
      <h1>{t('practice.title')}</h1>
      <p class="lead">{t('practice.lead')}</p>
      {failed ? <Failed onRetry={retry} /> : null}
      {!list && !failed ? <p class="empty">{t('app.loading')}</p> : null}
      {list && list.length === 0 ? <p class="empty">{t('practice.empty')}</p> : null}
      <ol class="course-list">
        {(list ?? []).map((one) => (
          <li key={one.id}>
            <a class="course-card" href={href({ page: 'practiceCase', id: one.id })}>
              <span class="course-name">{one.title}</span>
              <span class="soft course-facts">
                {t(`training.category.${one.category}`)} · {t('practice.messages', { n: one.messages })}
              </span>
            </a>
          </li>
        ))}
      </ol>
    </main>
  );
}

function Failed({ onRetry }: { onRetry(): void }) {
  const { t } = useT();
  return (
    <Notice tone="bad" alert>
      {t('practice.failed')}{' '}
      <button type="button" class="button" onClick={onRetry}>
        {t('app.retry')}
      </button>
    </Notice>
  );
}

/** Opinions on evidence of a practice case: shown, and told to nobody. */
function usePractiseJudging(): Judging {
  const [given, setGiven] = useState<ReadonlyMap<string, Feedback>>(new Map());
  const said = (piece: Finding): Feedback | undefined => given.get(piece.name);
  return {
    said,
    give: (piece, judgement) => {
      const before = said(piece);
      const next = after(before, piece.name, pressed(before, judgement));
      setGiven((old) => new Map(old).set(piece.name, next));
      return Promise.resolve();
    },
  };
}

export function PracticeCasePage({ id }: { id: string }) {
  const { t, lang } = useT();
  const [found, setFound] = useState<{ detail: CaseDetail; title: string } | null>(null);
  const [failed, setFailed] = useState(false);
  const [again, setAgain] = useState(0);
  useEffect(() => {
    let left = false;
    setFailed(false);
    ask.practiceCase(id, lang).then(
      (wire) => left || setFound({ detail: detailOf(wire), title: wire.title }),
      () => left || setFailed(true),
    );
    return () => {
      left = true;
    };
  }, [id, lang, again]);
  return (
    <main id="main" class="page page-practice-case" tabIndex={-1}>
      <div class="practice-banner" role="note">
        {t('practice.banner')}{' '}
        <a class="button button-small" href={href({ page: 'practice' })}>
          {t('practice.back')}
        </a>
      </div>
      {failed ? <Failed onRetry={() => setAgain(again + 1)} /> : null}
      {!found && !failed ? <p class="empty">{t('app.loading')}</p> : null}
      {found ? <PracticeView key={id} id={id} detail={found.detail} title={found.title} /> : null}
    </main>
  );
}

function PracticeView({ id, detail, title }: { id: string; detail: CaseDetail; title: string }) {
  const { t } = useT();
  const talks = useMemo(() => sections(detail), [detail]);
  const judging = usePractiseJudging();
  return (
    <>
      <header class="practice-head">
        <h1>{t('practice.case', { title })}</h1>
        <p>
          <bdi>{detail.account}</bdi> <Band band={detail.account_age_band} basis={detail.account_age_basis} />{' '}
          <Risk risk={detail.risk} />
        </p>
        <WhyNow found={detail} />
      </header>
      <div class="practice-parts">
        <div class="practice-talk">
          <Legend sections={talks} />
          {talks.map((section) => (
            <Conversation key={section.key} section={section} caseId={detail.id} />
          ))}
        </div>
        <aside class="practice-why" aria-label={t('case.evidence')}>
          <Evidence found={detail} judging={judging} />
        </aside>
      </div>
      <PracticeDecide id={id} />
    </>
  );
}

function PracticeDecide({ id }: { id: string }) {
  const { t, lang } = useT();
  const { list } = usePractice();
  const [told, setTold] = useState<PracticeFeedback | null>(null);
  const [failed, setFailed] = useState(false);
  const answer = useRef<HTMLHeadingElement>(null);
  const shown = useRef(false); // what a key pressed right after a click has to know
  shown.current = told !== null;
  async function choose(action: Action): Promise<void> {
    setFailed(false);
    try {
      setTold(await ask.practiceDecide(id, action, lang));
    } catch {
      setFailed(true);
    }
  }
  useEffect(() => answer.current?.focus(), [told]);
  useEffect(() => {
    const press = (e: KeyboardEvent): void => {
      const digit = /^Digit([1-9])$/.exec(e.code)?.[1];
      const action = digit ? actions[Number(digit) - 1] : undefined;
      const target = e.target as HTMLElement | null;
      if (!action || shown.current || e.ctrlKey || e.metaKey || e.altKey || target?.closest('input, textarea, select')) return;
      e.preventDefault();
      void choose(action);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
  const at = list?.findIndex((one) => one.id === id) ?? -1;
  const next = list && at >= 0 ? list[(at + 1) % list.length] : undefined;
  return (
    <section class="practice-decide" aria-labelledby="practice-decide-title">
      <h2 id="practice-decide-title">{t('practice.decide')}</h2>
      <div class="decide-bar" role="group" aria-labelledby="practice-decide-title">
        {actions.map((action, i) => (
          <button
            key={action}
            type="button"
            class={`act ${told?.given === action ? 'act-chosen' : ''}`}
            aria-keyshortcuts={String(i + 1)}
            aria-pressed={told?.given === action}
            disabled={told !== null}
            onClick={() => void choose(action)}
          >
            <Cap>{i + 1}</Cap> <span>{t(`act.${action}`)}</span>
          </button>
        ))}
      </div>
      {failed ? (
        <Notice tone="bad" alert>
          {t('practice.failed')}
        </Notice>
      ) : null}
      {told ? (
        <div class={`result ${told.result === 'other' ? '' : 'result-passed'}`}>
          <h3 ref={answer} tabIndex={-1}>
            {t(`practice.${told.result}`, { action: t(`act.${told.recommended}.long`) })}
          </h3>
          {told.remark ? <p>{told.remark}</p> : null}
          <h4>{t('practice.why')}</h4>
          <p>{told.why}</p>
          <p class="training-ways">
            {next ? (
              <a class="button button-main" href={href({ page: 'practiceCase', id: next.id })}>
                {t('practice.next')}
              </a>
            ) : null}{' '}
            <button type="button" class="button" onClick={() => setTold(null)}>
              {t('practice.again')}
            </button>
          </p>
        </div>
      ) : null}
    </section>
  );
}
