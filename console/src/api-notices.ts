// SPDX-License-Identifier: Apache-2.0
// Requests about notices, trusted flaggers and notifiers.
import { query, request } from './api';
import type { Flagger, FlaggerGiven, NoticeIdentity, NoticeList, NoticeRow, NoticeSaid, NoticeState, Notifier } from './types-notices';

const post = <R>(path: string, body?: unknown): Promise<R> => request(path, body === undefined ? { method: 'POST' } : { method: 'POST', body });

export const noticesApi = {
  list: (state: NoticeState, before?: string): Promise<NoticeList> => request(`/v1/notices${query({ state, before })}`),
  byNumber: (number: string): Promise<NoticeList> => request(`/v1/notices${query({ number })}`),
  /** Recorded as a view. */
  ofCase: (id: string): Promise<{ total: number; notices: NoticeSaid[] }> => request(`/v1/cases/${id}/notices`),
  unfounded: (id: string, unfounded: boolean): Promise<NoticeRow> => post(`/v1/notices/${id}/unfounded`, { unfounded }),
  identity: (id: string, reason: string): Promise<NoticeIdentity> => post(`/v1/notices/${id}/identity`, { reason }),
  process: (id: string): Promise<NoticeRow> => post(`/v1/notices/${id}/process`),
  flaggers: (): Promise<{ flaggers: Flagger[] }> => request('/v1/flaggers'),
  addFlagger: (given: FlaggerGiven): Promise<Flagger> => post('/v1/flaggers', given),
  suspendFlagger: (id: number, days: number, reason: string): Promise<Flagger> => post(`/v1/flaggers/${id}/suspend`, { days, reason }),
  restoreFlagger: (id: number): Promise<Flagger> => post(`/v1/flaggers/${id}/restore`),
  endFlagger: (id: number): Promise<Flagger> => post(`/v1/flaggers/${id}/end`),
  notifiers: (): Promise<{ notifiers: Notifier[] }> => request('/v1/notifiers'),
  warn: (who: string): Promise<Notifier> => post(`/v1/notifiers/${who}/warn`),
  suspend: (who: string, days: number, reason: string): Promise<Notifier> => post(`/v1/notifiers/${who}/suspend`, { days, reason }),
  lift: (who: string): Promise<Notifier> => post(`/v1/notifiers/${who}/lift`),
};
