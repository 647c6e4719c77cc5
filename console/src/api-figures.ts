// SPDX-License-Identifier: Apache-2.0
// Figures, items with a known answer, agreement.
import { query, request } from './api';
import type { Agreement, DsaReport, Figures, FiguresAsk, GoldItem, GoldRequest, MadeUp } from './types-figures';

const asked = (ask: FiguresAsk): string => query({ ...ask });

export const figuresApi = {
  figures: (ask: FiguresAsk): Promise<Figures> => request(`/v1/figures${asked(ask)}`),
  dsa: (ask: Omit<FiguresAsk, 'by' | 'category'>): Promise<DsaReport> => request(`/v1/figures/dsa${query({ ...ask })}`),
  /** Addresses that a link saves as a file; the browser sends the session with them. */
  csv: (ask: FiguresAsk, table: 'series' | 'spaces' | 'answered'): string => `/v1/figures.csv${query({ ...ask, table })}`,
  dsaCsv: (ask: Omit<FiguresAsk, 'by' | 'category'>, sheet: string): string =>
    `/v1/figures/dsa.csv${query({ ...ask, sheet })}`,
  gold: (): Promise<GoldItem[]> => request<{ items: GoldItem[] }>('/v1/gold').then((a) => a.items),
  madeUp: (): Promise<MadeUp[]> => request<{ items: MadeUp[] }>('/v1/gold/made-up').then((a) => a.items),
  addGold: (body: GoldRequest): Promise<GoldItem> => request('/v1/gold', { method: 'POST', body }),
  endGold: (id: number): Promise<void> => request(`/v1/gold/${id}`, { method: 'DELETE' }),
  agreement: (ask: { space: string; days: number }): Promise<Agreement> => request(`/v1/agreement${query(ask)}`),
};
