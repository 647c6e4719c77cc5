// SPDX-License-Identifier: Apache-2.0
// What I may decide until when, what is missing for the rest, and the courses.
import { useEffect, useState } from 'preact/hooks';
import { training as ask } from '../api-training';
import { dayOf } from '../format';
import { pick, word, type T } from '../i18n';
import { href } from '../route';
import { useT } from '../state';
import { missing, nextCourse, restsByGold } from '../training';
import { whenWarned } from '../warned';
import type { Lang } from '../types';
import type { CategoryState, CourseSummary, Training, TrainingSpace } from '../types-training';
import { Notice } from './parts';

/** As many titles are named; of more, the number and where to begin: the courses stand below with their state. */
const SHOWN_MISSING = 2;

interface Answer {
  courses: CourseSummary[];
  mine: Training;
}

export function TrainingPage() {
  const { t, lang } = useT();
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [failed, setFailed] = useState(false);
  const [again, setAgain] = useState(0);
  useEffect(() => {
    let left = false;
    setFailed(false);
    Promise.all([ask.courses(lang), ask.mine()]).then(
      ([{ courses }, mine]) => left || setAnswer({ courses, mine }),
      () => left || setFailed(true),
    );
    return () => {
      left = true;
    };
  }, [lang, again]);
  useEffect(() => whenWarned(() => setAgain((n) => n + 1)), []);
  const next = answer ? nextCourse(answer.courses) : null;
  const needed = answer?.courses.some((c) => c.needed) ?? false;
  return (
    <main id="main" class="page page-training" tabIndex={-1}>
      <h1>{t('training.title')}</h1>
      <p class="lead">{t('training.lead')}</p>
      {failed ? (
        <Notice tone="bad" alert>
          {t('training.failed')}{' '}
          <button type="button" class="button" onClick={() => setAgain(again + 1)}>
            {t('app.retry')}
          </button>
        </Notice>
      ) : null}
      {!answer && !failed ? <p class="empty">{t('app.loading')}</p> : null}
      {answer ? (
        <>
          <p class="training-ways">
            {next ? (
              <a class="button button-main" href={href({ page: 'course', id: next.id })}>
                {t('training.next', { title: next.title })}
              </a>
            ) : needed ? (
              <span class="training-done">{t('training.done')}</span>
            ) : null}{' '}
            <a class="button" href={href({ page: 'practice' })}>
              {t('training.practice')}
            </a>
          </p>
          <Mine mine={answer.mine} courses={answer.courses} />
          <Courses courses={answer.courses} />
        </>
      ) : null}
    </main>
  );
}

function Mine({ mine, courses }: { mine: Training; courses: CourseSummary[] }) {
  const { t, lang } = useT();
  return (
    <section aria-labelledby="mine-title">
      <h2 id="mine-title">{t('training.mine')}</h2>
      {mine.spaces.length === 0 ? <p class="soft">{t('training.mine.none')}</p> : null}
      <div class="training-spaces">
        {mine.spaces.map((space) => (
          <SpaceCard key={space.space} space={space} mine={mine} courses={courses} title={pick(space.title, lang) || space.space} />
        ))}
      </div>
    </section>
  );
}

function SpaceCard({ space, mine, courses, title }: { space: TrainingSpace; mine: Training; courses: CourseSummary[]; title: string }) {
  const { t } = useT();
  return (
    <article class="training-space">
      <h3>{title}</h3>
      {space.required ? (
        <ul>
          {space.categories.map((state) => (
            <li key={state.category} class="training-category">
              <CategoryLine state={state} byGold={restsByGold(mine, space.space, state.category)} courses={courses} />
            </li>
          ))}
        </ul>
      ) : (
        <p class="soft">{t('training.not_required')}</p>
      )}
    </article>
  );
}

/** "open, until 12 May 2027" */
export function stateWords(t: T, lang: Lang, state: CategoryState): string {
  const name = word(t, 'open', state.state);
  if (!state.until || state.state === 'suspended') return name;
  const key = state.state === 'over' ? 'open.since' : 'open.until';
  return `${name}, ${t(key, { date: dayOf(lang, state.until) })}`;
}

function CategoryLine({ state, byGold, courses }: { state: CategoryState; byGold: boolean; courses: CourseSummary[] }) {
  const { t, lang } = useT();
  const left = missing(state);
  const closed = !['open', 'not_required', 'suspended'].includes(state.state); // a course does not end a suspension
  return (
    <>
      <span class="training-name">{t(`training.category.${state.category}`)}</span>
      <span class={`open-state open-${state.state}`}>{stateWords(t, lang, state)}</span>
      {state.reason ? <p class="soft">{byGold ? t('open.reason.gold') : t('open.reason', { reason: state.reason })}</p> : null}
      {closed && left.length > 0 ? (
        <p class="training-missing">
          {left.length > SHOWN_MISSING ? t('open.missing.first', { n: left.length }) : t('open.missing')}{' '}
          {(left.length > SHOWN_MISSING ? left.slice(0, 1) : left).map((id, i) => (
            <>
              {i > 0 ? ', ' : ''}
              <a href={href({ page: 'course', id })}>{courses.find((c) => c.id === id)?.title ?? id}</a>
            </>
          ))}
        </p>
      ) : null}
    </>
  );
}

function Courses({ courses }: { courses: CourseSummary[] }) {
  const { t } = useT();
  return (
    <section aria-labelledby="courses-title">
      <h2 id="courses-title">{t('training.courses')}</h2>
      {courses.length === 0 ? <p class="empty">{t('training.courses.none')}</p> : null}
      <ol class="course-list">
        {courses.map((course) => (
          <li key={course.id}>
            <CourseCard course={course} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function CourseCard({ course }: { course: CourseSummary }) {
  const { t, lang } = useT();
  const state =
    course.state === 'passed' && course.passed_until
      ? t('course.state.passed', { date: dayOf(lang, course.passed_until) })
      : course.state === 'over'
        ? t('course.state.over')
        : t(course.needed ? 'course.state.open' : 'course.state.extra');
  return (
    <a class={`course-card course-${course.state}`} href={href({ page: 'course', id: course.id })}>
      <span class="course-name">{course.title}</span>
      <span class={`open-state open-${course.state === 'passed' ? 'open' : course.state === 'over' ? 'over' : 'closed'}`}>
        {state}
      </span>
      <span class="soft course-facts">
        {t('course.minutes', { n: course.minutes })} · {t('course.questions', { n: course.questions })}
        {course.locked ? <> · {t('course.locked')}</> : null}
        {course.best > 0 && course.state !== 'passed' ? <> · {t('course.best', { n: course.best })}</> : null}
      </span>
      <span class="course-opens soft">{course.opens.map((c) => t(`training.category.${c}`)).join(' · ')}</span>
    </a>
  );
}
