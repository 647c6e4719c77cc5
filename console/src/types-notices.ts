// SPDX-License-Identifier: Apache-2.0
// Notices, trusted flaggers and notifiers, as docs/openapi.yaml says them.
export type NoticeState = 'received' | 'in_review' | 'decided' | 'withdrawn' | 'set_aside';
export const noticeStates: readonly NoticeState[] = ['received', 'in_review', 'set_aside', 'decided', 'withdrawn'];
export type NoticeCategory = 'child_abuse' | 'grooming' | 'sextortion' | 'age' | 'harassment' | 'other';

export interface NoticeRow {
  id: string;
  number: string;
  space: string;
  state: NoticeState;
  origin: 'form' | 'platform' | 'event' | 'flagger';
  category: NoticeCategory;
  language: 'fr' | 'en';
  received: string;
  case?: string;
  decided?: string;
  outcome?: 'upheld' | 'dismissed';
  flagger?: string;
  danger: boolean;
  named: boolean;
  repeated: boolean;
  unfounded: boolean;
  same_target: number;
  same_words: number;
  flood: boolean;
}
export interface NoticeList {
  notices: NoticeRow[];
  counts: Record<NoticeState, number>;
  next?: string;
}
export interface NoticeSaid extends NoticeRow {
  said: { text?: string; account?: string; message?: string; locations?: string[] } | null;
}
export interface NoticeIdentity {
  name?: string;
  email?: string;
  contact?: string;
  account?: string;
}

export interface Flagger {
  id: number;
  space: string;
  name: string;
  organisation: string;
  area: string;
  awarded_by: string;
  account?: string;
  has_key: boolean;
  since: string;
  until?: string;
  ended?: string;
  state: 'trusted' | 'not_yet' | 'expired' | 'suspended' | 'ended';
  suspended?: string;
  suspended_until?: string;
  suspended_by?: string;
  suspended_reason?: string;
  record: { made: number; upheld: number; dismissed: number; pending: number; unfounded: number };
  doubtful: boolean;
  key?: string;
}
export interface FlaggerGiven {
  space: string;
  name: string;
  organisation: string;
  area: string;
  awarded_by: string;
  account?: string;
  key?: boolean;
  until?: string;
}
export interface Notifier {
  who: string;
  space: string;
  state: 'none' | 'may_warn' | 'warned' | 'may_suspend' | 'suspended';
  record: { decided: number; upheld: number; dismissed: number; unfounded: number; since_warning: number };
  warnings: number;
  warned?: string;
  suspended_until?: string;
  suspended_by?: string;
  suspended_reason?: string;
  window_days: number;
  suspend_most_days: number;
}
