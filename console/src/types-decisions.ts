// SPDX-License-Identifier: Apache-2.0
// What the server says of decisions: the form, undo, statements of reasons, appeals, bulk.
import type { Action, Bilingual, Case, Decision, Lang } from './types';
import type { Strike } from './types-case';

export type Scope = 'whole_account' | 'contact_minors' | 'private_messages' | 'group_messages' | 'media' | 'live';
export type Look = 'first' | 'second' | 'settle';

export interface Opinion {
  user: string;
  action: Action;
  scope: Scope;
  hours: number;
  interim_hours: number;
  reason: string;
  note: string;
  time: string;
}

export interface FormAction {
  action: Action;
  scopes: Scope[];
  hours: number[];
  needs_second: boolean;
  statement: boolean;
  strike: boolean;
}

export interface FormReason {
  code: string;
  title: Bilingual;
  actions: Action[];
  ground: 'none' | 'law' | 'terms';
  reference?: Bilingual;
  confirms_hash: boolean;
}

export interface DecisionForm {
  look: Look;
  listed: boolean;
  actions: FormAction[];
  reasons: FormReason[];
  interim_mute_hours: number;
  undo_seconds: number;
  appeal_days: number;
  language: Lang;
  language_known: boolean;
  account_language?: string;
  strikes: {
    count: number;
    suggests: Action | null;
    list: Strike[];
  };
  opinions?: Opinion[];
}

export interface DecisionBody {
  action: Action;
  reason: string;
  note?: string;
  hours?: number;
  scope?: Scope;
  statement?: string;
  language?: Lang;
  interim_hours?: number;
}

export interface Decided {
  decision?: Decision;
  /** Instead of a decision: another person decides. */
  opinion?: Decision;
  case: Case;
  undo?: { id: string; until: string };
  statement?: string;
}

export interface Reasons {
  language: Lang;
  asked_language?: string;
  text: string;
  edited: boolean;
  restriction: { action: Action; scope: Scope; hours: number; interim: boolean };
  ground: { kind: string; reference: string | null; explanation: string };
}

export type AppealState = 'open' | 'upheld' | 'overturned';

export interface AppealSummary {
  id: string;
  case: string;
  space: string;
  account: string;
  category: string;
  decision: number;
  language: Lang;
  statement?: string;
  /** Nobody appealed: somebody here wants the decision looked at again. */
  own_motion: boolean;
  state: AppealState;
  made: string;
  due: string;
  late: boolean;
  decided?: string;
  may_answer: boolean;
}

export interface Appeal extends AppealSummary {
  about: Decision;
  decided_by?: string;
  why_not?: string;
  text?: string;
  reasons?: string;
  answer?: string;
  statement_reasons?: Reasons;
  drafts?: { upheld: string; overturned: string };
}

export interface AppealFigure {
  space: string;
  category: string;
  decisions: number;
  appeals: number;
  open: number;
  upheld: number;
  overturned: number;
  late: number;
}

export type BulkBy =
  | { opening: string }
  | { group: string }
  | { cases: string[] }
  | { filter: { evidence?: string; opened_from?: string; opened_to?: string } };

export interface BulkAsk {
  by: BulkBy;
  space: string;
  action: Action;
  reason: string;
  scope?: Scope;
  hours?: number;
  note?: string;
}

export interface BulkCase {
  case: string;
  account: string;
  risk: number;
  opened: string;
  why?: string;
  detail?: string;
}

export interface BulkPreview {
  token: string;
  expires: string;
  limit: number;
  decision: { action: Action; scope: Scope; hours: number; reason: string; statement: boolean; strike: boolean };
  cases: BulkCase[];
  excluded: BulkCase[];
}
