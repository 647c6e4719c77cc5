// SPDX-License-Identifier: Apache-2.0
// What an attempt comes to, what a person is told about their certificates, in which order courses are best taken. Pure but for the tab's storage.
import type { Attempt, CategoryState, CourseSummary, Training } from './types-training';

// ---- answers of an attempt, kept in this tab until it is handed in; signing out removes them like every draft ----

const PREFIX = 'vigie.draft.attempt-';

export type Answers = number[][];

export function emptyAnswers(attempt: Attempt): Answers {
  return attempt.questions.map(() => []);
}

export function loadAnswers(attempt: Attempt): Answers {
  try {
    const kept = JSON.parse(sessionStorage.getItem(`${PREFIX}${attempt.id}`) ?? 'null') as unknown;
    if (Array.isArray(kept) && kept.length === attempt.questions.length && kept.every(Array.isArray)) return kept as Answers;
  } catch {
    // storage may be off: the answers then live as long as the page
  }
  return emptyAnswers(attempt);
}

export function saveAnswers(attempt: Attempt, answers: Answers): void {
  try {
    sessionStorage.setItem(`${PREFIX}${attempt.id}`, JSON.stringify(answers));
  } catch {
    // as above
  }
}

export function dropAnswers(attempt: Attempt): void {
  try {
    sessionStorage.removeItem(`${PREFIX}${attempt.id}`);
  } catch {
    // as above
  }
}

/** Choosing an answer: alone where one is right, on and off where several may be. */
export function choose(answers: Answers, question: number, answer: number, several: boolean): Answers {
  return answers.map((chosen, i) => {
    if (i !== question) return chosen;
    if (!several) return [answer];
    return chosen.includes(answer) ? chosen.filter((a) => a !== answer) : [...chosen, answer].sort((a, b) => a - b);
  });
}

export const answered = (answers: Answers): number => answers.filter((a) => a.length > 0).length;
/** The first question without an answer, or -1. */
export const firstOpen = (answers: Answers): number => answers.findIndex((a) => a.length === 0);

// ---- courses ----

/** Needed and not passed first, in the server's order; then what is passed. */
export function nextCourse(courses: readonly CourseSummary[]): CourseSummary | null {
  return courses.find((c) => c.needed && c.state !== 'passed' && !c.locked) ?? null;
}

/** What opens or opened nothing yet, of all spaces: the sentence above the page counts them. */
export function missing(state: CategoryState): string[] {
  return (state.courses ?? []).filter((c) => !c.passed).map((c) => c.id);
}

/** True when known answers that were not met put this to rest, and no person: the console has its own words for that. */
export function restsByGold(training: Training, space: string, category: CategoryState['category']): boolean {
  return training.suspensions.some(
    (s) => !s.lifted && s.by === 'gold' && s.category === category && (s.space === '*' || s.space === space),
  );
}

// ---- the banner ----

export interface Warning {
  kind: 'ending' | 'over' | 'suspended';
  space: string;
  category: CategoryState['category'];
  until?: string;
}

/** What a person has to know without looking for it: suspended first, then over, then ending, the soonest first. */
export function warnings(training: Training): Warning[] {
  const order = { suspended: 0, over: 1, ending: 2 };
  const all = training.spaces.flatMap((space) =>
    space.categories.flatMap(({ state, category, until }): Warning[] =>
      state === 'ending' || state === 'over' || state === 'suspended'
        ? [{ kind: state, space: space.space, category, ...(until ? { until } : {}) }]
        : [],
    ),
  );
  return all.sort((a, b) => order[a.kind] - order[b.kind] || (a.until ?? '').localeCompare(b.until ?? ''));
}

/** Of these, what somebody with this case in hand has to know before they go on: its own category rests. */
export function aboutCase(list: readonly Warning[], c: { space: string; category?: CategoryState['category'] } | undefined): Warning[] {
  return list.filter((w) => w.kind === 'suspended' && w.category === c?.category && w.space === c.space);
}
