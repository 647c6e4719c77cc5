// SPDX-License-Identifier: Apache-2.0
// Statements of reasons and the public database.
import { request } from './api';
import type { Closed, Disclosure, DisclosureBrief, DisclosureChannel } from './types-disclosure';

const path = (number: string, rest = ''): string => `/v1/disclosure/statements/${encodeURIComponent(number)}${rest}`;

export const disclosureApi = {
  list: (): Promise<{ channels: DisclosureChannel[]; statements: DisclosureBrief[] }> => request('/v1/disclosure/statements'),
  read: (number: string): Promise<Disclosure> => request(path(number)),
  retry: (number: string): Promise<Disclosure> => request(path(number, '/retry'), { method: 'POST' }),
  /** One of a decision from before the channel. */
  send: (number: string): Promise<Disclosure> => request(path(number, '/send'), { method: 'POST' }),
  mend: (number: string, body: { decision_facts?: string; explanation?: string; confirmed?: boolean }): Promise<Disclosure> => request(path(number, '/mend'), { method: 'POST', body }),
  closed: (): Promise<{ closed: Closed[] }> => request('/v1/transparency'),
  recount: (space: string, year: number): Promise<{ closed: Closed[] }> => request('/v1/transparency/recount', { method: 'POST', body: { space, year } }),
  /** Whether the public page is on: asked of the page itself, without the session. */
  page: (): Promise<boolean> => fetch('/transparency', { method: 'GET', credentials: 'omit', cache: 'no-store' }).then((a) => a.ok, () => false),
};
