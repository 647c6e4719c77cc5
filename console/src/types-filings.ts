// SPDX-License-Identifier: Apache-2.0
// Reports to authorities: the shapes of docs/openapi.yaml.
import type { Bilingual } from './types';
import type { Provenance } from './types-report';
import type { Receiver } from './types-route';

export type FilingState = 'draft' | 'confirmed' | 'queued' | 'sending' | 'later' | 'refused' | 'by_hand' | 'filed' | 'answered' | 'withdrawn' | 'gone';
export type FilingAction = 'confirm' | 'second' | 'withdraw' | 'retry' | 'done' | 'options' | 'drop' | 'answer' | 'follow_up' | 'recheck';
export const answerKinds = ['received', 'accepted', 'more_wanted', 'not_illegal', 'victim_safe', 'investigation_opened', 'other'] as const;
export type AnswerKind = (typeof answerKinds)[number];

export interface Hand {
  by: string;
  at: string;
}

export interface FilingReceiver extends Partial<Provenance> {
  id: string;
  country: string;
  kind: Receiver['kind'];
  name: Bilingual;
  channel?: string;
  url?: string;
  email?: string;
  phone?: string;
  hours?: string;
  accepts?: Bilingual;
  has_key?: boolean;
  key_until?: string;
}

export interface Filing {
  id: number;
  case: string;
  space: string;
  receiver: FilingReceiver;
  channel: string;
  channel_title?: Bilingual;
  carry: 'http' | 'mail' | 'hand';
  test?: boolean;
  state: FilingState;
  urgent: boolean;
  four_eyes: boolean;
  made: Hand;
  confirmed?: Hand;
  seconded?: Hand;
  prepared?: string;
  due: string;
  next?: string;
  expires?: string;
  unsure?: boolean;
  attempts: number;
  reference?: string;
  why?: string;
  filed?: string;
  withdrawing?: boolean;
  answers?: number;
  /** What the receiver says now. */
  answered?: AnswerKind[];
  /** Of a notice to a host without an answer: it may be followed up from then on. */
  follow_up_due?: string;
  /** The report that follows it up. */
  followed_by?: number;
  /** What this person may do now. */
  actions: FilingAction[];
}

export interface Lack {
  weight: 'blocks' | 'advised' | 'noted';
  /** "operator.email", "options.incidentType", "victim.age". */
  where: string;
  say: Bilingual;
}

export interface FilingDocument {
  name: string;
  type: string;
  bytes: number;
  /** Of a PDF; each is there as a picture. */
  pages?: number;
  title: Bilingual;
}

/** A file that goes with the report, beside its documents. */
export interface FilingAnnex {
  name: string;
  type: string;
  bytes: number;
  sha256: string;
  /** How it goes; `too_large`: taken from the case and handed over in another way. */
  way?: 'none' | 'attached' | 'by_hand' | 'too_large';
  /** Its file is still here: until the report is done. */
  kept?: boolean;
  title?: Bilingual;
}

/** What a look at one address of a notice found, by hashes alone. */
export interface FilingCheck {
  look: number;
  item: number;
  still: 'there' | 'gone' | 'changed' | 'unknown';
  time: string;
  by: string;
  /** For who may read the case. */
  url?: string;
  /** HTTP; without an answer there is none. */
  status?: number;
}

/** How many reports wait for this person. */
export interface FilingsWaiting {
  waiting: Record<'confirm' | 'second' | 'done' | 'retry' | 'follow_up', number>;
  total: number;
}

export interface FilingStep {
  n: number;
  step: string;
  round: number;
  asked: string;
  answered?: string;
  result?: 'came' | 'not_sent' | 'lost';
  status?: number;
  turn?: 'go_on' | 'later' | 'filed' | 'refused' | 'anew' | 'by_hand' | 'gone';
  why?: string;
}

export interface FilingAnswer {
  id: number;
  filing: number;
  case: string;
  receiver?: Bilingual;
  kind: AnswerKind;
  what?: string;
  reference?: string;
  at: string;
  by: string;
  /** The draft that follows up. */
  follow_up?: number;
  /** How many entries of banks went into review. */
  in_review?: number;
}

export interface FilingLaw extends Partial<Provenance> {
  id: string;
  reference: string;
  country: string;
  title?: Bilingual;
  confidence: number;
  why: Bilingual;
}

/** What the case says is only there for who may read the case. */
export interface FilingWhole extends Filing {
  steps: FilingStep[];
  receiver_answers: FilingAnswer[];
  options?: Record<string, unknown>;
  reason_again?: string;
  hash?: string;
  blocks?: boolean;
  lacks?: Lack[];
  laws?: FilingLaw[];
  documents?: FilingDocument[];
  annexes?: FilingAnnex[];
  checks?: FilingCheck[];
  has_fields?: boolean;
  sends?: { messages: number; media: number; kept: number };
  prior?: string[];
  old_case?: boolean;
}

export interface PortalField {
  label: Bilingual;
  value: string;
  many_lines?: boolean;
}
