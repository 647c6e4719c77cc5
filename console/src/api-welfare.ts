// SPDX-License-Identifier: Apache-2.0
// What protects the person at work: how things are shown to them, what they have seen, their pauses and wishes.
import { request } from './api';
import type { Category, Display, DisplayChoices } from './types-queue';

export const welfareApi = {
  display: (): Promise<DisplayChoices> => request<{ categories: DisplayChoices }>('/v1/me/display').then((a) => a.categories),
  setDisplay: (category: Category, display: Display): Promise<DisplayChoices> =>
    request<{ categories: DisplayChoices }>('/v1/me/display', { method: 'PUT', body: { category, ...display } }).then((a) => a.categories),
};
