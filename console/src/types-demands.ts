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
