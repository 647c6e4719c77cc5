// SPDX-License-Identifier: Apache-2.0
// What protects the person at work: how things are shown to them, what they have seen, their pauses and wishes.
import { request } from './api';
import type { Category, Display, DisplayChoices, GroupWelfare, SupportContact, Welfare } from './types-queue';

export const welfareApi = {
  display: (): Promise<DisplayChoices> => request<{ categories: DisplayChoices }>('/v1/me/display').then((a) => a.categories),
  setDisplay: (category: Category, display: Display): Promise<DisplayChoices> =>
    request<{ categories: DisplayChoices }>('/v1/me/display', { method: 'PUT', body: { category, ...display } }).then((a) => a.categories),
  read: (): Promise<Welfare> => request('/v1/me/welfare'),
  /** Nobody else is told which. */
  setWishes: (opt_out: Category[]): Promise<{ opt_out: Category[] }> => request('/v1/me/wishes', { method: 'PUT', body: { opt_out } }),
  planShift: (hours: number): Promise<Welfare> => request('/v1/me/shift', { method: 'PUT', body: { hours } }),
  askSupport: (with_name: boolean): Promise<{ contacts: SupportContact[] }> =>
    request('/v1/me/support', { method: 'POST', body: { with_name } }),
  group: (): Promise<GroupWelfare> => request('/v1/welfare/group'),
};
