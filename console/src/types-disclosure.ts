// SPDX-License-Identifier: Apache-2.0
// Statements of reasons on their way to the public database: the shapes of docs/openapi.yaml.

export const disclosureStates = ['waiting', 'ready', 'sending', 'sent', 'refused'] as const;
export type DisclosureState = (typeof disclosureStates)[number];

export interface DisclosureChannel {
  space: string;
  configured: boolean;
  /** The database's test system. */
  test: boolean;
  counts: Partial<Record<DisclosureState, number>>;
  /** Of those that wait: decided before `since`. */
  before_channel: number;
  /** From when on statements go by themselves. */
  since?: string;
  batches: number;
  attempts: number;
  next?: string;
  why?: string;
}

export interface DisclosureBrief {
  number: string;
  case: string;
  space: string;
  state: DisclosureState;
  attempts: number;
  issued: string;
  sent?: string;
  lifted?: string;
  /** Decided before the channel was there: it goes only on purpose. */
  before_channel?: boolean;
  overturned_after?: boolean;
  puid?: string;
  permalink?: string;
  why?: string;
}

export const findingKinds = ['name', 'email', 'phone', 'ip', 'url', 'handle', 'iban', 'number'] as const;

export interface Finding {
  kind: (typeof findingKinds)[number];
  where: '/decision_facts' | '/explanation';
  /** Bytes of the text, in UTF-8. */
  at: number;
  length: number;
  certain: boolean;
  text: string;
}

export interface Disclosure extends DisclosureBrief {
  document?: { decision_facts?: string; [member: string]: unknown };
  explanation?: string;
  /** A member that cannot be made, as "/category". */
  lacks?: string;
  findings?: Finding[];
}

export const closedParts = ['q1', 'q2', 'q3', 'q4', 'year'] as const;

/** A quarter or a year of public figures that was counted, and stays so. */
export interface Closed {
  space: string;
  year: number;
  part: (typeof closedParts)[number];
  counted: string;
  /** A person, `watch` or `page`. */
  by: string;
  times: number;
}
