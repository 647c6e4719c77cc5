// SPDX-License-Identifier: Apache-2.0
// What each page of the table in pages.ts shows.
import type { ComponentType } from 'preact';
import type { PageName } from '../pages';
import { Appeal } from './appeal';
import { Appeals } from './appeals';
import { Banks } from './banks';
import { BreakPage } from './break';
import { Bulk } from './bulk';
import { DeadLetters } from './dead';
import { DisplayPage } from './display';
import { QualityPage } from './quality';
import { TeamWelfare } from './team-welfare';
import { WelfarePage } from './welfare';

export const pageViews: Record<PageName, ComponentType<{ id: string }>> = {
  appeals: Appeals,
  appeal: Appeal,
  bulk: Bulk,
  banks: Banks,
  quality: QualityPage,
  dead: DeadLetters,
  display: DisplayPage,
  welfare: WelfarePage,
  break: BreakPage,
  teamWelfare: TeamWelfare,
};
