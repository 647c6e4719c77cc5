// SPDX-License-Identifier: Apache-2.0
// People, one's own account, and the audit log.
import { query, request, whileRenewing } from './api';
import type { Lang } from './types';
import type { AuditFilter, AuditPage, Grant, Invitation, InvitationLink, NewPerson, OwnSession, Person } from './types-people';

const path = (name: string, rest: string): string => `/v1/people/${encodeURIComponent(name)}/${rest}`;
/** The token of a link goes in a header: an address would be written into logs. */
const bearer = (token: string): Record<string, string> => ({ Authorization: `Invitation ${token}` });

export const peopleApi = {
  list: () => request<{ people: Person[] }>('/v1/people').then((a) => a.people),
  invite: (person: NewPerson) => request<InvitationLink>('/v1/invitations', { method: 'POST', body: person }),
  inviteAgain: (name: string) => request<InvitationLink>(path(name, 'invitation'), { method: 'POST' }),
  setGrants: (name: string, grants: Grant[]) => request<Person>(path(name, 'grants'), { method: 'PUT', body: { grants } }),
  leave: (name: string, from: string, until: string) =>
    request<Person>(path(name, 'leave'), { method: 'POST', body: { from, until } }),
  endLeave: (name: string) => request<Person>(path(name, 'leave'), { method: 'DELETE' }),
  close: (name: string, confirm: string) => request<Person>(path(name, 'close'), { method: 'POST', body: { confirm } }),
  endSessions: (name: string) => request<void>(path(name, 'sessions'), { method: 'DELETE' }),

  invitation: (token: string) => request<Invitation>('/v1/invitation', { headers: bearer(token), signingIn: true }),
  accept: (token: string, password: string) =>
    request<void>('/v1/invitation', { method: 'POST', headers: bearer(token), body: { password }, signingIn: true }),

  describe: (body: { display?: string; language?: Lang }) =>
    request<{ display: string; language: Lang }>('/v1/me', { method: 'PUT', body }),
  password: (old: string, password: string) =>
    whileRenewing(() => request<{ csrf: string }>('/v1/me/password', { method: 'PUT', body: { old, password } })),
  sessions: () => request<{ sessions: OwnSession[] }>('/v1/me/sessions').then((a) => a.sessions),
  endSession: (id: string) => request<void>(`/v1/me/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' }),
  endOtherSessions: () => request<void>('/v1/me/sessions', { method: 'DELETE' }),

  audit: (by: AuditFilter, before?: number) => request<AuditPage>(`/v1/audit${query({ ...by, before, limit: 100 })}`),
  auditExport: (by: AuditFilter) => `/v1/audit/export${query({ ...by })}`,
};
