// SPDX-License-Identifier: Apache-2.0
// What may be said with each action, and what is proposed: by the space's own list, where the server sent one. Pure.
import type { Draft } from './draft';
import type { Action, Bilingual, CaseDetail } from './types';
import type { DecisionBody, FormAction, Scope } from './types-decisions';

export const NOTE_BYTES = 4000;
export const STATEMENT_BYTES = 8000;
export const UNTIL_LIFTED = 0;
const durations: readonly number[] = [24, 72, 168, 720, UNTIL_LIFTED];

const concerns = ['grooming', 'threat', 'media', 'age', 'harassment', 'other'] as const;
const dismissals = ['no_risk', 'family', 'misread', 'handled', 'other'] as const;
const escalations = ['danger', 'second_look', ...concerns] as const;

/** Codes that may be given for an action, in the space's order. Without a form (an old answer): the standard ones. */
export function reasonsOf(action: Action, found?: CaseDetail): readonly string[] {
  const listed = found?.decide?.reasons.filter((r) => r.actions.includes(action)).map((r) => r.code);
  if (listed && listed.length > 0) return listed;
  return action === 'dismiss' ? dismissals : action === 'escalate' ? escalations : concerns;
}

/** The space's words for a reason, or null: then the catalogue has some. */
export const titleOf = (code: string, found: CaseDetail): Bilingual | null =>
  found.decide?.reasons.find((r) => r.code === code)?.title ?? null;

export const offered = (found: CaseDetail, action: Action): FormAction | undefined =>
  found.decide?.actions.find((a) => a.action === action);

/** Mute, restrict and suspend last for a time or until lifted. */
export function lasts(action: Action): boolean {
  return action === 'mute' || action === 'restrict_minors' || action === 'suspend';
}

/** A statement of reasons is owed. */
export const restricts = (action: Action): boolean => action === 'warn' || lasts(action);

export function hoursOf(found: CaseDetail, action: Action): readonly number[] {
  const hours = offered(found, action)?.hours;
  return hours && hours.length > 0 ? hours : durations;
}

export const scopesOf = (found: CaseDetail, action: Action): readonly Scope[] => offered(found, action)?.scopes ?? [];

/** Whether this answer is an opinion that another person has to share. */
export function needsSecond(found: CaseDetail, draft: Draft): boolean {
  if ((found.look ?? 'first') !== 'first') return false;
  const reason = found.decide?.reasons.find((r) => r.code === draft.reason);
  return Boolean(offered(found, draft.action)?.needs_second || (restricts(draft.action) && reason?.confirms_hash));
}

/** The reason proposed first: what the strongest evidence is about. A person confirms or changes it. */
export function suggestReason(found: CaseDetail, action: Action): string {
  const all = reasonsOf(action, found);
  const wanted = likelyReason(found, action);
  return all.includes(wanted) ? wanted : (all[0] ?? wanted);
}

function likelyReason(found: CaseDetail, action: Action): string {
  if (action === 'dismiss') return 'no_risk';
  if (action === 'escalate') return 'second_look';
  const strongest = found.evidence[0]?.name ?? '';
  if (strongest === 'media.known_hash' || strongest === 'media.similar_hash') return 'media';
  if (strongest === 'text.threat') return 'threat';
  if (strongest === 'notice.user_report') {
    const notice = found.events_list.find((e) => e.content?.event.type === 'vigie.notice');
    const reason = notice?.content?.event.data?.['reason'];
    if (typeof reason === 'string' && (concerns as readonly string[]).includes(reason) && reason !== 'other')
      return reason;
  }
  return found.youngest_band === 'unknown' ? 'harassment' : 'grooming';
}

function firstHours(found: CaseDetail, action: Action): number {
  if (!lasts(action)) return 0;
  const all = hoursOf(found, action);
  return all.includes(168) ? 168 : (all[0] ?? 0);
}

export function newDraft(found: CaseDetail, action: Action, old: Draft | null): Draft {
  if (old?.action === action) return old;
  return {
    action,
    reason: suggestReason(found, action),
    note: old?.note ?? '',
    hours: firstHours(found, action),
  };
}

const bytes = (text: string): number => new TextEncoder().encode(text).length;

export type Field = 'reason' | 'hours' | 'scope' | 'note' | 'statement' | 'interim_hours';

/** What is wrong with a draft: the field and a key of the catalogue, or null. */
export function wrong(draft: Draft): 'act.note.needed' | 'act.note.too_long' | 'statement.too_long' | 'statement.empty' | null {
  if (draft.reason === 'other' && !draft.note.trim()) return 'act.note.needed';
  if (bytes(draft.note.trim()) > NOTE_BYTES) return 'act.note.too_long';
  if (!restricts(draft.action) || draft.statement === undefined) return null;
  if (!draft.statement.trim()) return 'statement.empty';
  return bytes(draft.statement.trim()) > STATEMENT_BYTES ? 'statement.too_long' : null;
}

/** The body of POST /v1/cases/{id}/decisions. */
export function bodyOf(draft: Draft): DecisionBody {
  const note = draft.note.trim();
  const owed = restricts(draft.action);
  return {
    action: draft.action,
    reason: draft.reason,
    ...(note ? { note } : {}),
    ...(lasts(draft.action) ? { hours: draft.hours } : {}),
    ...(owed && draft.scope ? { scope: draft.scope as Scope } : {}),
    ...(owed && draft.statement !== undefined ? { statement: draft.statement.trim() } : {}),
    ...(owed && draft.language ? { language: draft.language } : {}),
    ...(draft.interim ? { interim_hours: draft.interim } : {}),
  };
}

/** The field that an answer of the server points to. */
export function fieldOf(pointer: string | undefined): Field | null {
  const name = (pointer ?? '').replace(/^\//, '');
  return ['reason', 'hours', 'scope', 'note', 'statement', 'interim_hours'].includes(name) ? (name as Field) : null;
}
