// SPDX-License-Identifier: Apache-2.0
// Courses, certificates and practice as the server tells them (docs/openapi.yaml, tag training).
import type { Action, Bilingual } from './types';
import type { WireDetail } from './api';

export type Category = 'material' | 'threat' | 'live' | 'contact' | 'report';
export const categories: readonly Category[] = ['material', 'threat', 'live', 'contact', 'report'];

export interface CourseSummary {
  id: string;
  title: string;
  minutes: number;
  questions: number;
  valid_days: number;
  pass_mark: number;
  opens: Category[];
  requires: string[];
  needed: boolean;
  locked: boolean;
  state: 'open' | 'passed' | 'over';
  best: number;
  passed_until?: string;
  attempts_left: number;
}

export interface Question {
  several: boolean;
  situation?: string;
  text: string;
  answers: string[];
}

export interface Attempt {
  id: number;
  started: string;
  until: string;
  questions: Question[];
}

export interface CourseText extends CourseSummary {
  text: string;
  sources: { statement: string; source: string; verified: string; kind: 'primary' | 'secondary' }[];
  attempt?: Attempt;
}

export interface Marked {
  right: boolean;
  situation?: string;
  text: string;
  answers: { text: string; why: string; right: boolean; given: boolean }[];
}

export interface AttemptResult {
  score: number;
  pass_mark: number;
  passed: boolean;
  questions: Marked[];
  certificates: { space: string; category: Category; until: string }[];
}

export type OpenState = 'not_required' | 'open' | 'ending' | 'closed' | 'over' | 'suspended';

export interface CategoryState {
  category: Category;
  state: OpenState;
  until?: string;
  reason?: string;
  courses?: { id: string; passed: boolean }[];
}

export interface TrainingSpace {
  space: string;
  title: Bilingual;
  required: boolean;
  warn_days: number;
  categories: CategoryState[];
  outside: string[];
}

export interface Certificate {
  id: number;
  space: string;
  category: Category;
  basis: 'courses' | 'outside' | 'administrator';
  by: string;
  issuer?: string;
  number?: string;
  issued: string;
  until: string;
  state: 'valid' | 'over' | 'revoked';
  reason?: string;
}

export interface Suspension {
  space: string;
  category: Category;
  by: string;
  reason: string;
  since: string;
  lifted?: string;
}

export interface Training {
  spaces: TrainingSpace[];
  certificates: Certificate[];
  suspensions: Suspension[];
}

export interface TrainedPerson extends Training {
  name: string;
  display: string;
}

export interface PracticeSummary {
  id: string;
  title: string;
  category: Category;
  messages: number;
}

export type PracticeWire = WireDetail & { practice_id: string; title: string };

export interface PracticeFeedback {
  given: Action;
  recommended: Action;
  result: 'same' | 'defensible' | 'other';
  why: string;
  remark?: string;
}
