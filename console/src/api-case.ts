// SPDX-License-Identifier: Apache-2.0
// A case beyond the queue: its accounts, more context, older events, and reading ahead.
import { casePath, requestBytes, request } from './api';
import type { CaseAccount, CasePageOfEvents, ContextAsk, ContextRequest, Opened } from './types-case';

export const caseApi = {
  accounts: (id: string): Promise<CaseAccount[]> =>
    request<{ accounts: CaseAccount[] }>(casePath(id, '/accounts')).then((answer) => answer.accounts),
  askContext: (id: string, body: ContextAsk): Promise<ContextRequest> =>
    request(casePath(id, '/context'), { method: 'POST', body }),
  olderEvents: (id: string, before: number): Promise<CasePageOfEvents> =>
    request(casePath(id, `/events?before=${before}`)),
  /** Nonce, then the sealed case: nothing is viewed by it. */
  ahead: (id: string, signal: AbortSignal): Promise<ArrayBuffer> => requestBytes(casePath(id, '/ahead'), signal),
  /** The view goes on record, then the key comes. */
  open: (id: string, nonce: string): Promise<Opened> => request(casePath(id, '/open'), { method: 'POST', body: { nonce } }),
};
