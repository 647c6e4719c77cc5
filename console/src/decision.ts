// SPDX-License-Identifier: Apache-2.0
// What may be said with each action, and what is proposed. Pure.
import type { Draft } from './draft';
import type { Action, CaseDetail } from './types';

export const NOTE_BYTES = 4000;
export const UNTIL_LIFTED = 0;
export const durations: readonly number[] = [24, 72, 168, 720, UNTIL_LIFTED];

const concerns = ['grooming', 'threat', 'media', 'age', 'harassment', 'other'] as const;
const dismissals = ['no_risk', 'family', 'misread', 'handled', 'other'] as const;
const escalations = ['danger', 'second_look', ...concerns] as const;
export type Reason = (typeof concerns)[number] | (typeof dismissals)[number] | (typeof escalations)[number];

export function reasonsOf(action: Action): readonly Reason[] {
  return action === 'dismiss' ? dismissals : action === 'escalate' ? escalations : concerns;
}

export function isReason(name: string): name is Reason {
  return ([...concerns, ...dismissals, ...escalations] as string[]).includes(name);
}

/** Mute, restrict and suspend last for a time or until lifted. */
export function lasts(action: Action): boolean {
  return action === 'mute' || action === 'restrict_minors' || action === 'suspend';
}

/** The reason proposed first: what the strongest evidence is about. A person confirms or changes it. */
export function suggestReason(found: CaseDetail, action: Action): Reason {
  if (action === 'dismiss') return 'no_risk';
  if (action === 'escalate') return 'second_look';
  const strongest = found.evidence[0]?.name ?? '';
  if (strongest === 'media.known_hash' || strongest === 'media.similar_hash') return 'media';
  if (strongest === 'text.threat') return 'threat';
  if (strongest === 'notice.user_report') {
    const notice = found.events_list.find((e) => e.content?.event.type === 'vigie.notice');
    const reason = notice?.content?.event.data?.['reason'];
    if (typeof reason === 'string' && (concerns as readonly string[]).includes(reason) && reason !== 'other')
      return reason as Reason;
  }
  return found.youngest_band === 'unknown' ? 'harassment' : 'grooming';
}

export function newDraft(found: CaseDetail, action: Action, old: Draft | null): Draft {
  if (old?.action === action) return old;
  return { action, reason: suggestReason(found, action), note: old?.note ?? '', hours: lasts(action) ? 168 : 0 };
}

/** What is wrong with a draft: a key of the catalogue, or null. */
export function wrong(draft: Draft): 'act.note.needed' | 'act.note.too_long' | null {
  if (draft.reason === 'other' && !draft.note.trim()) return 'act.note.needed';
  return new TextEncoder().encode(draft.note.trim()).length > NOTE_BYTES ? 'act.note.too_long' : null;
}

/** The body of POST /v1/cases/{id}/decisions. */
export function bodyOf(draft: Draft): { action: Action; reason: string; note?: string; hours?: number } {
  const note = draft.note.trim();
  return {
    action: draft.action,
    reason: draft.reason,
    ...(note ? { note } : {}),
    ...(lasts(draft.action) ? { hours: draft.hours } : {}),
  };
}
