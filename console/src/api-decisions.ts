// SPDX-License-Identifier: Apache-2.0
// Deciding, taking back, statements of reasons, appeals, bulk.
import { casePath, query, request } from './api';
import type {
  Appeal,
  AppealFigure,
  AppealState,
  AppealSummary,
  BulkAsk,
  BulkPreview,
  Decided,
  DecisionBody,
  Reasons,
} from './types-decisions';
import type { Case } from './types';

const appealPath = (id: string, rest = ''): string => `/v1/appeals/${encodeURIComponent(id)}${rest}`;

export const decisionsApi = {
  decide: (id: string, body: DecisionBody) => request<Decided>(casePath(id, '/decisions'), { method: 'POST', body }),
  undo: (id: string, n: string) =>
    request<Case>(casePath(id, `/decisions/${encodeURIComponent(n)}`), { method: 'DELETE' }),
  draft: (id: string, body: DecisionBody) => request<Reasons>(casePath(id, '/statement'), { method: 'POST', body }),
  appeals: (state: AppealState, before = '') =>
    request<{ appeals: AppealSummary[]; next?: string }>(`/v1/appeals${query({ state, before })}`),
  appeal: (id: string) => request<Appeal>(appealPath(id)),
  makeAppeal: (body: { case?: string; statement?: string; account: string; text: string }) =>
    request<AppealSummary>('/v1/appeals', { method: 'POST', body }),
  lookAgain: (id: string, reason: string) =>
    request<AppealSummary>(casePath(id, '/look-again'), { method: 'POST', body: { reason } }),
  answer: (id: string, body: { outcome: AppealState; reasons: string; answer?: string }) =>
    request<Appeal>(appealPath(id, '/decision'), { method: 'POST', body }),
  figures: (days: number) => request<{ days: number; figures: AppealFigure[] }>(`/v1/appeals/figures${query({ days })}`),
  previewBulk: (body: BulkAsk) => request<BulkPreview>('/v1/bulk/preview', { method: 'POST', body }),
  decideBulk: (token: string) =>
    request<{ bulk: string; decided: number; undo_until?: string }>('/v1/bulk', { method: 'POST', body: { token } }),
  undoBulk: (id: string) => request<{ undone: number }>(`/v1/bulk/${encodeURIComponent(id)}`, { method: 'DELETE' }),
};
