// SPDX-License-Identifier: Apache-2.0
// What the server says of people, sessions and the audit log: the shapes of docs/openapi.yaml.
import type { Lang, Role } from './types';

export interface Grant {
  space: string;
  role: Role;
}

export type PersonState = 'active' | 'invited' | 'leave' | 'locked' | 'disabled' | 'closed';

export interface Person {
  name: string;
  display: string;
  language: Lang;
  role: Role;
  state: PersonState;
  grants: Grant[];
  created: string;
  seen?: string;
  closed?: string;
  leave?: { from: string; until: string };
  invitation_expires?: string;
  email?: string;
}

export interface NewPerson {
  name: string;
  display: string;
  language: Lang;
  email: string;
  hours: number;
  grants: Grant[];
}

export interface InvitationLink {
  name: string;
  token: string;
  link: string;
  expires: string;
}

export interface Invitation {
  name: string;
  display: string;
  language: Lang;
  reset: boolean;
  expires: string;
}

export interface OwnSession {
  id: string;
  this: boolean;
  created: string;
  seen: string;
  expires: string;
  agent: string;
  address: string;
}

export interface AuditEntry {
  seq: number;
  time: string;
  actor: string;
  action: string;
  object: string;
  detail: Record<string, unknown>;
  hash: string;
  checks: boolean;
}

export interface AuditPage {
  entries: AuditEntry[];
  chain: { first: number; newest: number; head_checks: boolean; entries_check: boolean };
  next?: number;
}

export interface AuditFilter {
  from: string;
  to: string;
  actor: string;
  action: string;
  object: string;
}
