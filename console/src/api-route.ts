// SPDX-License-Identifier: Apache-2.0
// Where a case belongs, what people know of it, and the book of law.
import { casePath, request } from './api';
import type { ActSaid, Fact, LawBook, NewAct, NewFact, Receivers, RoutePlan } from './types-route';

export const routeApi = {
  /** Recorded as a look at the case: it names addresses and numbers. */
  plan: (id: string): Promise<RoutePlan> => request(casePath(id, '/route')),
  addFact: (id: string, fact: NewFact): Promise<Fact> => request(casePath(id, '/facts'), { method: 'POST', body: fact }),
  sayAct: (id: string, act: NewAct): Promise<ActSaid> => request(casePath(id, '/facts'), { method: 'POST', body: act }),
  /** Of a country or of an act: both are taken back by their number. */
  removeFact: (id: string, number: number): Promise<void> => request(casePath(id, `/facts/${number}`), { method: 'DELETE' }),
  law: (): Promise<LawBook> => request('/v1/law'),
  receivers: (): Promise<Receivers> => request('/v1/receivers'),
};
