// SPDX-License-Identifier: Apache-2.0
// Where a case belongs, and the book of law: the shapes of docs/openapi.yaml.
import type { Bilingual } from './types';
import type { Provenance } from './types-report';

export type Whose = 'author' | 'victim' | 'host';
export const whoses: readonly Whose[] = ['author', 'victim', 'host'];
export type FactKind = 'place' | 'nationality' | 'residence';
export const factKinds: readonly FactKind[] = ['place', 'nationality', 'residence'];
export type Hint = 'declared' | 'ip' | 'phone' | 'payment' | 'language' | 'person' | 'operator';

export interface Fact {
  /** Of a fact that a person wrote down; derived ones have none. */
  number?: number;
  whose: Whose;
  kind: FactKind;
  country: string;
  hint: Hint;
  confidence: number;
  detail?: string;
  time?: string;
}

export interface NewFact {
  whose: Whose;
  kind: FactKind;
  country: string;
  detail?: string;
}

export const actNames = ['soliciting', 'images_asked', 'images', 'threat', 'live', 'meeting', 'corruption', 'hosting'] as const;
/** What statutes are about. */
export type Act = (typeof actNames)[number];

/** What a person said of an act: the later has the last word. */
export interface ActSaid {
  act: Act;
  holds: boolean;
  number: number;
  detail?: string;
}

export interface NewAct {
  act: Act;
  holds: boolean;
  detail?: string;
}

export interface Statute {
  id: string;
  country: string;
  reference: string;
  title: Bilingual;
  acts: string[];
  ties: string[];
  victim_under?: number;
  note?: Bilingual;
  from: Provenance;
}

export interface Receiver {
  id: string;
  country: string;
  kind: 'police' | 'hotline' | 'clearing_house' | 'regulator' | 'host';
  name: Bilingual;
  channel?: string;
  url?: string;
  email?: string;
  phone?: string;
  hours?: string;
  emergency: boolean;
  acts: string[];
  accepts?: Bilingual;
  media: boolean;
  own?: boolean;
  space?: string;
  /** Of own receivers: an archive can be sealed for it. */
  has_key?: boolean;
  from: Provenance;
}

export interface Stop {
  kind: 'call' | 'report' | 'host' | 'instead';
  country: string;
  country_name: Bilingual;
  receiver?: Receiver;
  urgent: boolean;
  own: boolean;
  whose: Whose[];
  confidence: number;
  why: Bilingual;
  send: Bilingual;
}

export interface MapPlace {
  country: string;
  name: Bilingual;
  roles: { whose: Whose; confidence: number }[];
}

export interface RoutePlan {
  case: string;
  book: string;
  /** What happened, all together; empty: it is not established. */
  acts: Act[];
  acts_by: Record<'evidence' | 'reason' | 'person' | 'denied', Act[]>;
  acts_said: ActSaid[];
  urgent: boolean;
  imminent: string[];
  facts: Fact[];
  statutes: { statute: Statute; ties: string[]; confidence: number; why: Bilingual }[];
  stops: Stop[];
  unknowns: { code: string; say: Bilingual }[];
  map: MapPlace[];
  geo: { state: 'none' | 'used' | 'unreadable'; built?: string };
  /** This person may write facts down. */
  may_keep: boolean;
}

export interface LawBook {
  version: string;
  countries: { code: string; name: Bilingual; statutes: number; receivers: number }[];
  statutes: Statute[];
}

export interface Receivers {
  version: string;
  receivers: Receiver[];
  silences: { country: string; note: Bilingual }[];
}
