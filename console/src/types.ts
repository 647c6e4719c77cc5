// SPDX-License-Identifier: Apache-2.0
// What the server says, as types: the shapes of docs/openapi.yaml that the console reads.

import type { AnswerKind } from './types-filings';
import type { DecisionForm, Look, Opinion, Scope } from './types-decisions';
import type { ContextRequest } from './types-case';
import type { Queued } from './types-queue';

export type AgeBand = 'under13' | '13-14' | '15-17' | '18-24' | '25+' | 'unknown';
export type AgeBasis = 'declared' | 'estimated' | 'verified' | 'unknown';
export type Verdict = 'allow' | 'nudge' | 'review' | 'hold' | 'block';
export type Action = 'dismiss' | 'warn' | 'mute' | 'restrict_minors' | 'suspend' | 'escalate' | 'report';
export type Role = 'referent' | 'lead' | 'admin' | 'auditor' | 'analyst' | 'prevention';
/** What somebody may do: the table of src/review/permission.h. */
export type Permission =
  | 'case.list'
  | 'case.read'
  | 'case.context'
  | 'case.decide'
  | 'media.whole'
  | 'case.lead'
  | 'case.hold'
  | 'bulk.decide'
  | 'evidence.judge'
  | 'quality.see'
  | 'appeal.list'
  | 'appeal.decide'
  | 'bank.see'
  | 'bank.keep'
  | 'bank.remove'
  | 'bank.judge'
  | 'delivery.see'
  | 'training.take'
  | 'training.keep'
  | 'gold.keep'
  | 'welfare.group'
  | 'notice.see'
  | 'flagger.keep'
  | 'figures.see'
  | 'people.see'
  | 'people.keep'
  | 'audit.see'
  | 'route.see'
  | 'fact.keep'
  | 'filing.see'
  | 'filing.make'
  | 'filing.keep'
  | 'answer.record'
  | 'archive.take'
  | 'evidence.hand_over'
  | 'evidence.see'
  | 'demand.see'
  | 'demand.keep'
  | 'disclosure.keep';
export type Channel = 'public' | 'group' | 'private';
export type Lang = 'fr' | 'en';
export type Bilingual = Partial<Record<Lang, string>>;

export interface User {
  name: string;
  display: string;
  role: Role;
  language?: Lang;
  spaces?: string;
  grants?: { space: string; role: Role }[];
  /** Held in at least one space. */
  permissions: Permission[];
}

export interface Session {
  user: User;
  csrf: string;
  /** It serves to add a second factor, which a role of this person needs, and for nothing else. */
  enrol?: boolean;
}

export interface Case extends Partial<Queued> {
  id: string;
  /** A decision that was made waits for a second person, or two people disagree. */
  look?: Look;
  report_due?: boolean;
  overturned?: boolean;
  /** Reports of users in it, and whether a trusted flagger's is among them. */
  notices?: number;
  trusted?: boolean;
  /** One of them says that a child is in danger now. */
  danger?: boolean;
  /** What receivers of its reports say now: the one to be seen first, and all. */
  answer?: AnswerKind;
  answers?: AnswerKind[];
  /** A receiver says so, and nothing came in since: nothing here cannot wait. */
  victim_safe?: boolean;
  space: string;
  account: string;
  account_age_band: AgeBand;
  account_age_basis: AgeBasis;
  youngest_band: AgeBand;
  state: 'open' | 'decided';
  escalated: boolean;
  legal_hold: boolean;
  verdict: Verdict;
  risk: number;
  priority: number;
  events: number;
  opened: string;
  updated: string;
  due: string;
  overdue: boolean;
  claimed_by?: string | null;
  claimed_until?: string | null;
  action?: Action | null;
  decided?: string | null;
  evidence: { name: string; weight: number }[];
}

/** A case as the stream sends it: the case, and what happened to it. */
export interface CaseChange extends Case {
  change?: 'opened' | 'touched' | 'claimed' | 'released' | 'decided' | string;
}

export interface EvidencePiece {
  name: string;
  weight: number;
  fresh: boolean;
  value: number;
  why: Bilingual;
  spans: [number, number][];
  pattern?: string;
  rule?: string;
  model?: string;
  bank?: string;
  category?: string;
}

export type Judgement = 'right' | 'wrong' | 'unsure';

/** What people said of one piece of evidence of one event. */
export interface Feedback {
  name: string;
  mine: Judgement | null;
  right: number;
  wrong: number;
  unsure: number;
}

/** How often a kind of evidence, or one expression, rule or model of it, was right. */
export interface Quality {
  name: string;
  source?: string;
  language?: string;
  shown?: number;
  judged: number;
  right: number;
  wrong: number;
  unsure: number;
  /** Of right and wrong, what receivers' answers to reports say. */
  confirmed: number;
  not_illegal: number;
  share?: number;
  low?: number;
  high?: number;
}

export interface QualityAnswer {
  days: number;
  kinds: Quality[];
  sources: Quality[];
}

/** What a message says that is held against nobody. */
export interface Mark {
  family: string;
  from: number;
  to: number;
}

export interface Stage {
  name: string;
  minutes: number | null;
  reached: boolean;
  now: boolean;
}

export interface Course {
  stages: Stage[];
  refused_hours: number | null;
  asked_after_refusal: number | null;
  move_after: number | null;
  sent_in_row: number | null;
  initiative: number | null;
  sent: number;
  received: number;
  account_says?: AgeBand;
  peer_says?: AgeBand;
}

/** What would have to be otherwise for a lower verdict. */
export interface Change {
  change: string;
  names?: string[];
  hours?: number;
  risk: number;
  verdict: Verdict;
  text: Bilingual;
}

export type HashAlgorithm = 'sha256' | 'sha1' | 'md5' | 'pdq';
export type BankEffect = 'allow' | 'review' | 'hold' | 'block';
export type EntryState = 'live' | 'doubted' | 'withdrawn';

/** What known material a media matches; who may not see the bank gets neither its name nor its entry. */
export interface MediaMatch {
  bank?: string;
  source?: string;
  category?: string;
  classification?: string;
  entry?: number;
  algorithm: HashAlgorithm;
  distance?: number;
  turn?: string;
  query_percent?: number;
  bank_percent?: number;
  effect: BankEffect;
  doubted: boolean;
}

export interface CaseMedia {
  number: number;
  kept: boolean;
  thumbnail?: boolean;
  kind?: string;
  format?: string;
  size?: number;
  width?: number;
  height?: number;
  frames?: number;
  sha256?: string;
  pdq?: string;
  quality?: number;
  note?: string;
  matches?: MediaMatch[];
}

export interface MediaView {
  user: string;
  time: string;
  seen?: 'thumbnail' | 'part' | 'whole';
}

export interface WindowMessage {
  id: string;
  subject: string;
  age_band: AgeBand;
  time: string;
  text: string;
  spans?: { name: string; from: number; to: number }[];
  marks?: Mark[];
}

export interface CloudEvent {
  id: string;
  source: string;
  type: string;
  subject: string;
  time: string;
  data?: Record<string, unknown>;
}

export interface Facts {
  account_age_band?: AgeBand;
  account_age_basis?: AgeBasis;
  peer_age_band?: AgeBand;
  peer_age_basis?: AgeBasis;
  sent?: number;
  received?: number;
  met_hours_ago?: number;
  actor_began?: boolean;
  moved_private?: boolean;
  account_age_hours?: number;
  minors_24h?: number;
  minors_7d?: number;
  unreciprocated?: number;
  reporter_age_band?: AgeBand;
  notices_made?: number;
  notices_upheld?: number;
  notices_dismissed?: number;
  notices_against?: number;
}

export interface Content {
  event: CloudEvent;
  withheld?: boolean;
  evidence: EvidencePiece[];
  /** Of a vigie.media. */
  media?: CaseMedia;
  spans: { name: string; from: number; to: number; pattern?: string }[];
  window: WindowMessage[];
  conversation: string;
  channel: Channel;
  legal_basis?: string;
  facts?: Facts;
  /** These four are absent from what was sealed before they existed. */
  marks?: Mark[];
  why_now?: Bilingual;
  lower?: Change[];
  course?: Course;
}

export interface CaseEvent {
  seq: number;
  time: string;
  verdict: Verdict;
  risk: number;
  /** Absent once retention has destroyed it. */
  content?: Content | null;
  feedback?: Feedback[];
}

export interface Decision {
  id: number;
  user: string;
  action: Action;
  scope: Scope;
  reason: string;
  note?: string | null;
  hours?: number | null;
  time: string;
}

export interface Policy {
  space: string;
  title?: Bilingual;
  legal_basis?: string | null;
  legal_basis_source?: string | null;
  scan?: Partial<Record<Channel, boolean>>;
  thresholds?: Thresholds;
  /** A media of the case may be seen as a whole. */
  see_whole?: boolean;
}

/** Risk from which each verdict is given; null: never. */
export interface Thresholds {
  nudge: number | null;
  review: number | null;
  hold: number | null;
}

export interface CaseDetail extends Case {
  events_list: CaseEvent[];
  /** What was asked of the platform beyond the sealed window. */
  context: ContextRequest[];
  /** There are events before these: the number to ask them by; 0: these are all. */
  older: number;
  decisions: Decision[];
  /** Of the people who had to agree, once the case is decided. */
  opinions?: Opinion[];
  decide?: DecisionForm;
  actions: Action[];
  policy: Policy | null;
}

export interface Space {
  space: string;
  title?: Bilingual;
  audience?: string;
  scan?: Partial<Record<Channel, boolean>>;
  legal_basis?: string | null;
  legal_basis_source?: string | null;
  review_within_hours?: number;
}

export interface Counts {
  open: number;
  claimed: number;
  overdue: number;
  decided_today: number;
}

export interface CaseList {
  cases: Case[];
  counts: Counts;
  next?: string | null;
}

/** Once a second: what the engine did in the second before. */
export interface Pulse {
  events_per_second: number;
  allow: number;
  nudge: number;
  review: number;
  hold: number;
  block: number;
  open: number;
}

export interface Delivery {
  id: number | string;
  space: string;
  type: string;
  url: string;
  attempts: number;
  last_error: string;
  created: string;
}

export interface BankRequest {
  name: string;
  source: string;
  effect: BankEffect;
  classification?: string;
  profile?: 'cpp' | 'pytx';
  threshold?: number;
  min_quality?: number;
  video_percent?: number;
  spaces?: string;
  visible_to?: Role[];
  expires?: string;
}

export interface Bank {
  name: string;
  source: string;
  classification: string;
  profile: 'cpp' | 'pytx';
  threshold: number;
  min_quality: number;
  video_percent: number;
  effect: BankEffect;
  spaces: string;
  visible_to: Role[];
  created: string;
  updated: string;
  expires?: string;
  expired: boolean;
  entries: number;
  hashes: number;
  withdrawn: number;
  matches: number;
  confirmed: number;
  rejected: number;
}

export interface Hash {
  algorithm: HashAlgorithm;
  value: string;
  quality?: number;
  frame?: number;
}

export interface EntryRequest {
  reference?: string;
  category?: string;
  hashes: Hash[];
}

export interface BankEntry {
  id: number;
  reference: string;
  category: string;
  /** What else the source said. */
  note?: Record<string, unknown>;
  state: EntryState;
  added: string;
  expires?: string;
  distance?: number;
  hashes: Hash[];
}

export interface ImportResult {
  records: number;
  added: number;
  updated: number;
  withdrawn: number;
  unchanged: number;
  skipped: number;
  problems: { line: number; reason: string }[];
}

export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  pointer?: string;
}
