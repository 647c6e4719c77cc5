// SPDX-License-Identifier: Apache-2.0
// What each page of the table in pages.ts shows.
import type { ComponentType } from 'preact';
import type { PageName } from '../pages';
import { Banks } from './banks';
import { DeadLetters } from './dead';
import { DisplayPage } from './display';
import { QualityPage } from './quality';
import { SecurityPage } from './security';

export const pageViews: Record<PageName, ComponentType<{ id: string }>> = {
  banks: Banks,
  quality: QualityPage,
  dead: DeadLetters,
  display: DisplayPage,
  security: SecurityPage,
};
