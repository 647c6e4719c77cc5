// SPDX-License-Identifier: Apache-2.0
// What the server says of what is in a case beyond its events: the shapes of docs/openapi.yaml.
import type { Action, AgeBand, AgeBasis, Case, CaseEvent, Verdict, WindowMessage } from './types';

/** What is remembered of an account, as counts. */
export interface Remembered {
  last_day: string;
  created?: string;
  country?: string;
  language?: string;
  minors_24h: number;
  minors_7d: number;
  minors_unanswered_7d: number;
  talks_with_minors: number;
  talks_late_stage: number;
  notices_made: number;
  notices_upheld: number;
  notices_dismissed: number;
  notices_against_30d: number;
}

export interface PastCase {
  id: string;
  state: 'open' | 'decided';
  escalated: boolean;
  verdict: Verdict;
  youngest_band: AgeBand;
  risk: number;
  opened: string;
  action?: Action;
  decided?: string;
}

/** A strike that still counts. */
export interface Strike {
  case: string;
  action: Action;
  given: string;
  expires: string;
}

export interface CaseAccount {
  part: 'author' | 'other';
  account: string;
  age_band: AgeBand;
  age_basis: AgeBasis;
  memory?: Remembered;
  cases: PastCase[];
  open: number;
  decided: Partial<Record<Action, number>>;
  strikes: Strike[];
}

export interface ContextRequest {
  number: number;
  user: string;
  reason: string;
  of?: string;
  side: 'before' | 'after';
  messages?: number;
  minutes?: number;
  from: string;
  asked: string;
  state: 'asked' | 'answered' | 'refused' | 'unanswered';
  answered?: string;
  refused?: string;
  conversation?: { messages: WindowMessage[] };
}

export interface ContextAsk {
  reason: string;
  messages?: number;
  minutes?: number;
  side: 'before' | 'after';
  conversation?: string;
}

export interface CasePageOfEvents {
  id: string;
  events: CaseEvent[];
  older?: number;
}

export interface Opened {
  key: string;
  case: Case;
  actions: Action[];
}
