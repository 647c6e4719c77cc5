// SPDX-License-Identifier: Apache-2.0
// What the server says of figures, items with a known answer, and agreement (docs/openapi.yaml).
import type { AnswerKind } from './types-filings';
import type { Category } from './types-queue';

export interface FiguresPart {
  arrived: number;
  decided: number;
  in_time: number | null;
  seconds: { median: number; p90: number; p99: number } | null;
  actions: Record<string, number>;
  open: number;
  overdue: number;
  waiting: Record<string, number>;
}
export interface SeriesPoint {
  start: string;
  arrived: number;
  decided: number;
  in_time: number;
  backlog: number;
}
export interface Figures {
  from: string;
  to: string;
  by: 'day' | 'week';
  now: string;
  total: FiguresPart;
  series: SeriesPoint[];
  appeals: {
    decisions: number;
    appeals: number;
    open: number;
    upheld: number;
    overturned: number;
    late: number;
    reversed: number | null;
  };
  /** Reports, once for each kind of answer, by category of the case. */
  answered: Record<Category, Record<AnswerKind, number>>;
  categories: (FiguresPart & { category: Category })[];
  spaces: (FiguresPart & { space: string })[];
}
export interface FiguresAsk {
  space: string;
  category: string;
  from: string;
  to: string;
  by: 'day' | 'week';
}
export interface DsaReport {
  sheets: { name: string; headers: string[]; rows: (string | number | null)[][] }[];
  unknown: { sheet: string; why: { fr: string; en: string } }[];
}

export interface GoldItem {
  id: number;
  space: string;
  case: string | null;
  made_up: string | null;
  category: Category;
  language: string;
  actions: string[];
  reasons: string[];
  why: string;
  made_by: string;
  made: string;
  ended: string | null;
  answered: number;
  right: number;
}
export interface MadeUp {
  name: string;
  language: string;
  actions: string[];
  title: { fr: string; en: string };
  why: { fr: string; en: string };
}
export interface GoldRequest {
  case?: string;
  made_up?: string;
  space?: string;
  actions?: string[];
  reasons?: string[];
  why?: string;
}

export interface Recall {
  right: number;
  answered: number;
  less: number;
  more: number;
  reason: number;
  asked: number;
  share: number | null;
  low: number;
  high: number;
}
export interface CategoryAgreement {
  category: Category;
  people: number | null;
  suppressed: boolean;
  alpha?: { units: number; ratings: number; value: number | null; low: number | null; high: number | null };
  below?: boolean;
  recall?: Recall;
  weeks?: { start: string; right: number; answered: number }[];
  drift?: { change: number; low: number; high: number; direction: 'down' | 'none' | 'up' } | null;
}
export interface Agreement {
  days: number;
  levels: { alpha: number; recall: number };
  categories: CategoryAgreement[];
  persons?: { user: string; category: Category; language: string; recall: Recall }[];
  falls?: {
    user: string;
    space: string;
    category: Category;
    right: number;
    answered: number;
    level: number;
    suspended: boolean;
    time: string;
  }[];
}
