// SPDX-License-Identifier: Apache-2.0
// What each page of the table in pages.ts shows.
import type { ComponentType } from 'preact';
import type { PageName } from '../pages';
import { Banks } from './banks';
import { AuditLog } from './audit';
import { DeadLetters } from './dead';
import { DisplayPage } from './display';
import { MePage } from './me';
import { People } from './people';
import { QualityPage } from './quality';

export const pageViews: Record<PageName, ComponentType<{ id: string }>> = {
  banks: Banks,
  quality: QualityPage,
  dead: DeadLetters,
  display: DisplayPage,
  people: People,
  audit: AuditLog,
  me: MePage,
};
