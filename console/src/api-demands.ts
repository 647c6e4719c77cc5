// SPDX-License-Identifier: Apache-2.0
// Demands of authorities: taken in, their steps, what was made unreachable, the proof.
import { query, request } from './api';
import type { Demand, DemandAction, DemandGround, DemandThing, DemandWhole, NewDemand } from './types-demands';

const path = (id: string, rest = ''): string => `/v1/demands/${encodeURIComponent(id)}${rest}`;

export const demandsApi = {
  list: (before?: string): Promise<{ now: string; demands: Demand[] }> => request(`/v1/demands${query({ before })}`),
  read: (id: string): Promise<DemandWhole> => request(path(id)),
  add: (demand: NewDemand): Promise<DemandWhole> => request('/v1/demands', { method: 'POST', body: demand }),
  step: (id: string, body: { step: DemandAction; ground?: DemandGround; text?: string }): Promise<DemandWhole> => request(path(id, '/steps'), { method: 'POST', body }),
  executed: (id: string, items: { kind: DemandThing; value: string; time?: string; how?: string }[]): Promise<DemandWhole> =>
    request(path(id, '/executed'), { method: 'POST', body: { items } }),
  proof: (id: string, lang?: string): string => path(id, `/proof${query({ lang })}`),
};
