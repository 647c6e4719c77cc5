// SPDX-License-Identifier: Apache-2.0
// Demands of authorities, notices to hosts: the shapes of docs/openapi.yaml.

export const demandKinds = ['removal', 'information'] as const;
export type DemandKind = (typeof demandKinds)[number];
export const demandCategories = ['child_abuse', 'grooming', 'age', 'other'] as const;
export type DemandCategory = (typeof demandCategories)[number];
export const demandWays = ['portal', 'mail', 'letter', 'phone', 'api'] as const;
export type DemandWay = (typeof demandWays)[number];
export const demandStates = ['received', 'acknowledged', 'suspended', 'contested', 'done'] as const;
export type DemandState = (typeof demandStates)[number];
export const demandThings = ['url', 'hash', 'event', 'account'] as const;
export type DemandThing = (typeof demandThings)[number];
export const demandGrounds = ['force_majeure', 'manifest_error', 'information_missing'] as const;
export type DemandGround = (typeof demandGrounds)[number];

export type DemandAction = 'acknowledge' | 'suspend' | 'resume' | 'contest' | 'done';

export interface DemandClock {
  runs: boolean;
  /** Negative: late. */
  left_seconds: number;
  whole_seconds: number;
  alarm?: 'half' | 'last_quarter' | 'overdue';
  stands_since?: string;
  stood_seconds?: number;
}

export interface Demand {
  id: string;
  space: string;
  kind: DemandKind;
  state: DemandState;
  category: DemandCategory;
  way: DemandWay;
  country: string;
  /** Absent once what it said is destroyed. */
  authority?: string;
  legal_basis?: string;
  reference?: string;
  items: number;
  destroyed: boolean;
  received: string;
  taken_by: string;
  due: string;
  acknowledged?: string;
  executed?: string;
  executed_by?: string;
  done?: string;
  proved: boolean;
  clock: DemandClock;
}

export interface DemandWhole extends Demand {
  note?: string;
  things: { kind: DemandThing; value: string; unreachable_since?: string; how?: string }[];
  attachments: { name: string; bytes: number; sha256: string }[];
  /** What this demand can go on with. */
  actions: DemandAction[];
  steps: { step: string; time: string; by: string; ground?: DemandGround; text?: string }[];
}

export interface NewDemand {
  space: string;
  kind: DemandKind;
  authority: string;
  country: string;
  legal_basis: string;
  reference: string;
  way: DemandWay;
  category: DemandCategory;
  received?: string;
  note?: string;
  items: { kind: DemandThing; value: string }[];
}
