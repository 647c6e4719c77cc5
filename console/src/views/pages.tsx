// SPDX-License-Identifier: Apache-2.0
// What each page of the table in pages.ts shows.
import type { ComponentType } from 'preact';
import type { PageName } from '../pages';
import { Appeal } from './appeal';
import { Appeals } from './appeals';
import { AgreementPage } from './agreement';
import { Banks } from './banks';
import { BreakPage } from './break';
import { Bulk } from './bulk';
import { CertificatesPage } from './certificates';
import { CoursePage } from './course';
import { DeadLetters } from './dead';
import { FlaggersPage } from './flaggers';
import { NoticesPage } from './notices';
import { DisplayPage } from './display';
import { PracticeCasePage, PracticePage } from './practice';
import { FiguresPage } from './figures';
import { GoldPage } from './gold';
import { AuditLog } from './audit';
import { DemandPage } from './demand';
import { DemandsPage } from './demands';
import { DisclosurePage } from './disclosure';
import { FilingPage } from './filing';
import { FilingsPage } from './filings';
import { LawPage } from './law';
import { PortalPage } from './portal-page';
import { MePage } from './me';
import { People } from './people';
import { QualityPage } from './quality';
import { TeamWelfare } from './team-welfare';
import { WelfarePage } from './welfare';
import { TrainingPage } from './training';
import { SecurityPage } from './security';

export const pageViews: Record<PageName, ComponentType<{ id: string }>> = {
  appeals: Appeals,
  appeal: Appeal,
  bulk: Bulk,
  training: TrainingPage,
  course: CoursePage,
  practice: PracticePage,
  practiceCase: PracticeCasePage,
  certificates: CertificatesPage,
  banks: Banks,
  quality: QualityPage,
  figures: FiguresPage,
  agreement: AgreementPage,
  gold: GoldPage,
  notices: NoticesPage,
  flaggers: FlaggersPage,
  dead: DeadLetters,
  display: DisplayPage,
  welfare: WelfarePage,
  break: BreakPage,
  teamWelfare: TeamWelfare,
  people: People,
  audit: AuditLog,
  me: MePage,
  security: SecurityPage,
  filings: FilingsPage,
  filing: FilingPage,
  portal: PortalPage,
  demands: DemandsPage,
  demand: DemandPage,
  disclosure: DisclosurePage,
  law: LawPage,
};
