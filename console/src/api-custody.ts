// SPDX-License-Identifier: Apache-2.0
// The evidence of a case as a whole: who can open it, what ends when, taking it away, giving its key out of hand.
import { casePath, request, requestFile } from './api';
import type { Custody } from './types-custody';

export const custodyApi = {
  read: (id: string): Promise<Custody> => request(casePath(id, '/evidence')),
  /** On record before a byte is handed out. */
  archive: (id: string, body: { reason: string; media: 'yes' | 'no'; receiver?: string }): Promise<{ name: string; bytes: Blob }> => requestFile(casePath(id, '/archive'), body),
  handOver: (id: string, body: { receiver: string; reason: string }): Promise<Custody> => request(casePath(id, '/hand-over'), { method: 'POST', body }),
  certificate: (id: string): string => casePath(id, '/certificate'),
};
