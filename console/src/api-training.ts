// SPDX-License-Identifier: Apache-2.0
// Requests about training.
import { query, request } from './api';
import type { Action, Lang } from './types';
import type {
  Attempt,
  AttemptResult,
  Category,
  Certificate,
  CourseSummary,
  CourseText,
  PracticeFeedback,
  PracticeSummary,
  PracticeWire,
  TrainedPerson,
  Training,
} from './types-training';

const course = (id: string, rest = ''): string => `/v1/courses/${encodeURIComponent(id)}${rest}`;
const practice = (id: string, rest = ''): string => `/v1/practice/${encodeURIComponent(id)}${rest}`;

export interface Keeping {
  user: string;
  space: string;
  category: Category;
}

export const training = {
  courses: (language: Lang) => request<{ courses: CourseSummary[] }>(`/v1/courses${query({ language })}`),
  course: (id: string, language: Lang) => request<CourseText>(course(id, query({ language }))),
  start: (id: string, language: Lang) =>
    request<Attempt>(course(id, `/attempts${query({ language })}`), { method: 'POST' }),
  handIn: (attempt: number, answers: number[][], language: Lang) =>
    request<AttemptResult>(`/v1/attempts/${attempt}${query({ language })}`, { method: 'POST', body: { answers } }),
  mine: () => request<Training>('/v1/me/certificates'),
  people: () => request<{ people: TrainedPerson[] }>('/v1/certificates'),
  record: (given: Keeping & { issuer: string; number: string; until: string }) =>
    request<Certificate>('/v1/certificates', { method: 'POST', body: given }),
  suspend: (given: Keeping & { reason: string }) =>
    request<void>('/v1/certificates/suspend', { method: 'POST', body: given }),
  reinstate: (given: Keeping & { reason: string }) =>
    request<void>('/v1/certificates/reinstate', { method: 'POST', body: given }),
  revoke: (id: number, reason: string) =>
    request<Certificate>(`/v1/certificates/${id}/revoke`, { method: 'POST', body: { reason } }),
  practiceList: (language: Lang) => request<{ practice: PracticeSummary[] }>(`/v1/practice${query({ language })}`),
  practiceCase: (id: string, language: Lang) => request<PracticeWire>(practice(id, query({ language }))),
  practiceDecide: (id: string, action: Action, language: Lang) =>
    request<PracticeFeedback>(practice(id, `/decisions${query({ language })}`), { method: 'POST', body: { action } }),
};
