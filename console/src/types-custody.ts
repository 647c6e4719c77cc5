// SPDX-License-Identifier: Apache-2.0
// Keys, holds, clocks and hand-overs of a case: the shapes of docs/openapi.yaml.

export interface CaseKey {
  generation: number;
  state: 'stands' | 'handed_over' | 'destroyed';
  made: string;
  ended?: string;
  wrapped_for: ('content' | 'filing')[];
}

export interface HandOver {
  generation: number;
  receiver: string;
  /** Names the receiver's public key. */
  key: string;
  by: string;
  time: string;
  filing?: number;
  box?: string;
  reason?: string;
}

export interface Hold {
  by: string;
  placed: string;
  review?: string;
  reason?: string;
  released?: string;
  released_by?: string;
  release_reason?: string;
}

export interface ClockItem {
  what: 'content' | 'audit' | 'hold_review';
  rule: string;
  ends?: string;
  kept_by?: 'open' | 'legal_hold' | 'appeal' | 'filing' | 'no_rule';
}

export interface Custody {
  case: string;
  destroyed: boolean;
  legal_hold: boolean;
  readable: boolean;
  removed?: string;
  keys: CaseKey[];
  hand_overs: HandOver[];
  /** The key goes to whom the case was reported to, as soon as nothing keeps it here. */
  hand_over_due?: { filing: number; since: string; why?: string };
  holds: Hold[];
  clock: ClockItem[];
  certificates: number;
  sizes: { events: number; event_bytes: number; media: number; media_bytes: number };
}

/** One of the space's own receivers that an archive can be sealed for. */
export interface KeyHolder {
  id: string;
  name: string;
}
