// SPDX-License-Identifier: Apache-2.0
// What each page of the table in pages.ts shows.
import type { ComponentType } from 'preact';
import type { PageName } from '../pages';
import { Banks } from './banks';
import { DeadLetters } from './dead';
import { FlaggersPage } from './flaggers';
import { NoticesPage } from './notices';
import { DisplayPage } from './display';
import { QualityPage } from './quality';

export const pageViews: Record<PageName, ComponentType<{ id: string }>> = {
  banks: Banks,
  quality: QualityPage,
  notices: NoticesPage,
  flaggers: FlaggersPage,
  dead: DeadLetters,
  display: DisplayPage,
};
