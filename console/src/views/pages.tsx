// SPDX-License-Identifier: Apache-2.0
// What each page of the table in pages.ts shows.
import type { ComponentType } from 'preact';
import type { PageName } from '../pages';
import { AgreementPage } from './agreement';
import { Banks } from './banks';
import { DeadLetters } from './dead';
import { DisplayPage } from './display';
import { FiguresPage } from './figures';
import { GoldPage } from './gold';
import { QualityPage } from './quality';

export const pageViews: Record<PageName, ComponentType<{ id: string }>> = {
  banks: Banks,
  quality: QualityPage,
  figures: FiguresPage,
  agreement: AgreementPage,
  gold: GoldPage,
  dead: DeadLetters,
  display: DisplayPage,
};
