// SPDX-License-Identifier: Apache-2.0
// Checkpoints, keys and proofs of the audit log.
import { ApiError, query, request } from './api';
import type { AuditInclusion, AuditKey, Checkpoint } from './types-audit';

export const auditApi = {
  /** A signed note is text, and its time stamp stands in a header; null: there is none yet. */
  checkpoint: async (): Promise<Checkpoint | null> => {
    const response = await fetch('/v1/audit/checkpoint', { credentials: 'same-origin', cache: 'no-store' });
    if (response.status === 404) return null;
    if (!response.ok) throw new ApiError(response.status, {}, 0);
    return { note: await response.text(), stamped: response.headers.get('X-Vigie-Stamped') ?? '' };
  },
  keys: () => request<{ origin: string; keys: AuditKey[] }>('/v1/audit/key'),
  proof: (entry: number) => request<AuditInclusion>(`/v1/audit/proof${query({ entry })}`),
};
