// SPDX-License-Identifier: Apache-2.0
// Reports to authorities and what they answer.
import { casePath, query, request } from './api';
import type { AnswerKind, Filing, FilingAnswer, FilingCheck, FilingReceiver, FilingsWaiting, FilingWhole, PortalField } from './types-filings';

const path = (id: number | string, rest = ''): string => `/v1/filings/${encodeURIComponent(String(id))}${rest}`;
const post = <R>(to: string, body: unknown): Promise<R> => request(to, { method: 'POST', body });

export const filingsApi = {
  list: (before?: number): Promise<{ filings: Filing[]; next?: number }> => request(`/v1/filings${query({ before })}`),
  /** Notices to hosts whose time to answer is over, who waits longest first. */
  unanswered: (): Promise<{ filings: Filing[] }> => request('/v1/filings?state=follow_up'),
  waiting: (): Promise<FilingsWaiting> => request('/v1/me/filings'),
  ofCase: (id: string): Promise<{ filings: Filing[]; receivers: FilingReceiver[] }> => request(casePath(id, '/filings')),
  prepare: (id: string, body: { receiver: string; again?: string }): Promise<Filing> => post(casePath(id, '/filings'), body),
  /** Recorded as a look at the case, for who may read it. */
  read: (id: number | string): Promise<FilingWhole> => request(path(id)),
  drop: (id: number): Promise<void> => request(path(id), { method: 'DELETE' }),
  document: (id: number, name: string): string => path(id, `/documents/${encodeURIComponent(name)}`),
  /** A page of its PDF as a picture. `of` is what the page is of: another text there, another picture. */
  page: (id: number, page: number, of: string): string => path(id, `/pages/${page}${query({ of })}`),
  fields: (id: number | string): Promise<{ url?: string; fields: PortalField[] }> => request(path(id, '/fields')),
  setOptions: (id: number, options: Record<string, unknown>): Promise<Filing> => request(path(id, '/options'), { method: 'PUT', body: options }),
  confirm: (id: number, hash: string): Promise<Filing> => post(path(id, '/confirm'), { hash }),
  second: (id: number, hash: string): Promise<Filing> => post(path(id, '/second'), { hash }),
  withdraw: (id: number, reason: string): Promise<Filing> => post(path(id, '/withdraw'), { reason }),
  retry: (id: number, reason: string): Promise<Filing> => post(path(id, '/retry'), { reason }),
  done: (id: number, reference: string): Promise<Filing> => post(path(id, '/done'), { reference }),
  followUp: (id: number): Promise<Filing> => post(path(id, '/follow-up'), {}),
  recheck: (id: number): Promise<{ checks: FilingCheck[] }> => post(path(id, '/recheck'), {}),
  answer: (id: number, body: { kind: AnswerKind; what?: string; reference?: string }): Promise<FilingAnswer> => post(path(id, '/answers'), body),
  mine: (): Promise<{ answers: FilingAnswer[] }> => request('/v1/me/answers'),
};
