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
  overturned_after?: boolean;
  puid?: string;
  permalink?: string;
  why?: string;
}

export const findingKinds = ['name', 'email', 'phone', 'ip', 'url', 'handle'] as const;

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
