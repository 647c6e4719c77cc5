// SPDX-License-Identifier: Apache-2.0
// One course: read, then answered, then explained. The answers stay in this tab until they are handed in.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { training as ask } from '../api-training';
import { dayOf } from '../format';
import { href } from '../route';
import { useT } from '../state';
import { answered, choose, dropAnswers, firstOpen, loadAnswers, saveAnswers, type Answers } from '../training';
import { warningsChanged } from '../warned';
import type { Attempt, AttemptResult, CourseText, Marked, Question } from '../types-training';
import { Line, Markdown } from './markdown';
import { Meter, Notice } from './parts';

export function CoursePage({ id }: { id: string }) {
  const { t, lang } = useT();
  const [course, setCourse] = useState<CourseText | null>(null);
  const [failed, setFailed] = useState(false);
  const [again, setAgain] = useState(0);
  const [attempt, setAttempt] = useState<Attempt | null>(null);
  const [reading, setReading] = useState(true);
  const [result, setResult] = useState<AttemptResult | null>(null);
  const [refused, setRefused] = useState('');

  useEffect(() => {
    let left = false;
    setFailed(false);
    ask.course(id, lang).then(
      (got) => {
        if (left) return;
        setCourse(got);
        setAttempt(got.attempt ?? null);
        if (got.attempt && answered(loadAnswers(got.attempt)) > 0) setReading(false);
      },
      () => left || setFailed(true),
    );
    return () => {
      left = true;
    };
  }, [id, lang, again]);

  async function begin(): Promise<void> {
    setRefused('');
    try {
      if (!attempt) setAttempt(await ask.start(id, lang));
      setReading(false);
      scrollTo(0, 0);
    } catch (error) {
      setRefused(error instanceof ApiError && !error.lost ? error.message : t('error.network'));
    }
  }
  function restart(): void {
    setResult(null);
    setAttempt(null);
    setReading(true);
    setAgain(again + 1);
    scrollTo(0, 0);
  }

  return (
    <main id="main" class="page page-course" tabIndex={-1}>
      <p>
        <a class="button button-small" href={href({ page: 'training' })}>
          ← {t('course.back')}
        </a>
      </p>
      {failed ? (
        <Notice tone="bad" alert>
          {t('course.failed')}{' '}
          <button type="button" class="button" onClick={() => setAgain(again + 1)}>
            {t('app.retry')}
          </button>
        </Notice>
      ) : null}
      {!course && !failed ? <p class="empty">{t('app.loading')}</p> : null}
      {course ? (
        <>
          <h1>{course.title}</h1>
          <p class="soft course-facts">
            {t('course.minutes', { n: course.minutes })} · {t('course.questions', { n: course.questions })} ·{' '}
            {t('course.mark', { n: course.pass_mark })} · {t('course.valid', { n: course.valid_days })}
          </p>
          {result ? (
            <Result result={result} onAgain={restart} />
          ) : reading || !attempt ? (
            <Reading course={course} running={attempt !== null} refused={refused} onBegin={() => void begin()} />
          ) : (
            <Questions
              key={attempt.id}
              attempt={attempt}
              onRead={() => setReading(true)}
              onResult={(got) => {
                setResult(got);
                setAttempt(null);
                warningsChanged();
                scrollTo(0, 0);
              }}
            />
          )}
        </>
      ) : null}
    </main>
  );
}

function Reading({
  course,
  running,
  refused,
  onBegin,
}: {
  course: CourseText;
  running: boolean;
  refused: string;
  onBegin(): void;
}) {
  const { t, lang } = useT();
  return (
    <>
      <Markdown text={course.text} />
      <details class="course-sources">
        <summary>{t('course.sources')}</summary>
        <ul class="dots">
          {course.sources.map((s, i) => (
            <li key={i}>
              {s.statement}{' '}
              <span class="soft">
                {/^https?:\/\//.test(s.source) ? (
                  <a href={s.source} rel="noreferrer noopener" target="_blank">
                    {s.source}
                  </a>
                ) : (
                  s.source
                )}{' '}
                · {s.verified === 'no' ? t('course.unverified') : t('course.verified', { date: dayOf(lang, s.verified) })}
                {s.kind === 'secondary' ? <> · {t('course.secondary')}</> : null}
              </span>
            </li>
          ))}
        </ul>
      </details>
      <div class="course-begin">
        <button type="button" class="button button-main" onClick={onBegin}>
          {t(running ? 'course.resume' : 'course.start')}
        </button>
        {running ? null : <span class="soft">{t('course.attempts', { n: course.attempts_left })}</span>}
      </div>
      {refused ? (
        <Notice tone="bad" alert>
          {refused}
        </Notice>
      ) : null}
    </>
  );
}

function Questions({
  attempt,
  onRead,
  onResult,
}: {
  attempt: Attempt;
  onRead(): void;
  onResult(result: AttemptResult): void;
}) {
  const { t, lang } = useT();
  const [answers, setAnswers] = useState<Answers>(() => loadAnswers(attempt));
  const [error, setError] = useState('');
  const [sending, setSending] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const of = attempt.questions.length;
  const done = answered(answers);
  function change(question: number, answer: number, several: boolean): void {
    const next = choose(answers, question, answer, several);
    setAnswers(next);
    setError('');
    saveAnswers(attempt, next);
  }
  async function handIn(): Promise<void> {
    const open = firstOpen(answers);
    if (open >= 0) {
      setError(t('course.open_left', { n: of - done }));
      form.current?.querySelector<HTMLElement>(`[name="q${open}"]`)?.focus();
      return;
    }
    setSending(true);
    try {
      const result = await ask.handIn(attempt.id, answers, lang);
      dropAnswers(attempt);
      onResult(result);
    } catch (failure) {
      setError(failure instanceof ApiError && !failure.lost ? failure.message : t('error.network'));
      setSending(false);
    }
  }
  return (
    <form
      class="questions"
      ref={form}
      onSubmit={(e) => {
        e.preventDefault();
        void handIn();
      }}
    >
      <div class="question-progress" role="status">
        <span>{t('course.progress', { n: done, of })}</span>
        <Meter share={of ? done / of : 0} />
        <button type="button" class="button button-small" onClick={onRead}>
          {t('course.read_again')}
        </button>
      </div>
      {attempt.questions.map((question, i) => (
        <QuestionView
          key={i}
          question={question}
          number={i}
          of={of}
          chosen={answers[i] ?? []}
          onChoose={(answer) => change(i, answer, question.several)}
        />
      ))}
      {error ? (
        <Notice tone="bad" alert>
          {error}
        </Notice>
      ) : null}
      <div class="course-begin">
        <button type="submit" class="button button-main" disabled={sending}>
          {t(sending ? 'course.handing_in' : 'course.hand_in')}
        </button>
        <span class="soft">{t('course.kept')}</span>
      </div>
    </form>
  );
}

function QuestionView({
  question,
  number,
  of,
  chosen,
  onChoose,
}: {
  question: Question;
  number: number;
  of: number;
  chosen: number[];
  onChoose(answer: number): void;
}) {
  const { t } = useT();
  return (
    <fieldset class="question">
      <legend>
        <span class="soft">{t('course.question', { n: number + 1, of })}</span>
        {question.situation ? (
          <span class="situation">
            <span class="situation-word">{t('course.situation')}</span> <Line text={question.situation} />
          </span>
        ) : null}
        <span class="question-text">
          <Line text={question.text} />
        </span>
        <small class="soft">{t(question.several ? 'course.several' : 'course.one')}</small>
      </legend>
      {question.answers.map((text, i) => (
        <label key={i} class={`answer ${chosen.includes(i) ? 'answer-chosen' : ''}`}>
          <input
            type={question.several ? 'checkbox' : 'radio'}
            name={`q${number}`}
            checked={chosen.includes(i)}
            onChange={() => onChoose(i)}
          />
          <span>
            <Line text={text} />
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Result({ result, onAgain }: { result: AttemptResult; onAgain(): void }) {
  const { t, lang } = useT();
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  return (
    <>
      <section class={`result ${result.passed ? 'result-passed' : ''}`}>
        <h2 ref={head} tabIndex={-1}>
          {result.passed
            ? t('course.passed', { score: result.score })
            : t('course.not_passed', { score: result.score, mark: result.pass_mark })}
        </h2>
        {result.passed ? null : <p>{t('course.not_passed.more')}</p>}
        {result.certificates.length > 0 ? (
          <>
            <p>{t('course.earned')}</p>
            <ul class="dots">
              {result.certificates.map((c) => (
                <li key={`${c.space} ${c.category}`}>
                  {t(`training.category.${c.category}`)} ({c.space}), {t('open.until', { date: dayOf(lang, c.until) })}
                </li>
              ))}
            </ul>
          </>
        ) : null}
        <p class="training-ways">
          <a class="button button-main" href={href({ page: 'training' })}>
            {t('course.back')}
          </a>{' '}
          {result.passed ? null : (
            <button type="button" class="button" onClick={onAgain}>
              {t('course.again')}
            </button>
          )}
        </p>
      </section>
      <ol class="marked-list">
        {result.questions.map((question, i) => (
          <li key={i}>
            <MarkedView question={question} number={i} of={result.questions.length} />
          </li>
        ))}
      </ol>
    </>
  );
}

function MarkedView({ question, number, of }: { question: Marked; number: number; of: number }) {
  const { t } = useT();
  return (
    <section class="question marked">
      <h3>
        {t('course.question', { n: number + 1, of })}{' '}
        <span class={`open-state open-${question.right ? 'open' : 'over'}`}>
          {t(question.right ? 'course.right' : 'course.wrong')}
        </span>
      </h3>
      {question.situation ? (
        <p class="situation">
          <span class="situation-word">{t('course.situation')}</span> <Line text={question.situation} />
        </p>
      ) : null}
      <p class="question-text">
        <Line text={question.text} />
      </p>
      <ul>
        {question.answers.map((answer, i) => (
          <li key={i} class={`explained ${answer.right ? 'explained-right' : ''}`}>
            <p>
              <Line text={answer.text} />
              {answer.right ? <span class="tag"> {t('course.answer.right')}</span> : null}
              {answer.given ? <span class="tag tag-given"> {t('course.answer.given')}</span> : null}
            </p>
            <p class="soft">
              <Line text={answer.why} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
