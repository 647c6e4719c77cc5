// SPDX-License-Identifier: Apache-2.0
// A decision that was begun and not sent: kept in this tab until it is sent, given up, or the person signs out.
import type { Action, Lang } from './types';

export interface Draft {
  action: Action;
  reason: string;
  note: string;
  hours: number;
  /** What the restriction reaches; the first that is offered when absent. */
  scope?: string;
  /** The statement of reasons as edited; as drafted when absent. */
  statement?: string;
  language?: Lang;
  /** Mutes meanwhile, where another person decides. */
  interim?: number;
}

const PREFIX = 'vigie.draft.';

export function loadDraft(id: string): Draft | null {
  try {
    const text = sessionStorage.getItem(PREFIX + id);
    const value = text ? (JSON.parse(text) as Draft) : null;
    return value && typeof value.action === 'string' && typeof value.note === 'string' ? value : null;
  } catch {
    return null;
  }
}

export function saveDraft(id: string, draft: Draft): void {
  try {
    sessionStorage.setItem(PREFIX + id, JSON.stringify(draft));
  } catch {
    // storage may be off or full: the draft then lives as long as the page
  }
}

export function dropDraft(id: string): void {
  try {
    sessionStorage.removeItem(PREFIX + id);
  } catch {
    // as above
  }
}

export function dropAllDrafts(): void {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  } catch {
    // as above
  }
}

/** A sentence that was begun beside a decision (why more context is wanted); it goes as drafts go. */
export const readNote = (name: string): string => {
  try {
    return sessionStorage.getItem(PREFIX + name) ?? '';
  } catch {
    return '';
  }
};
export function keepNote(name: string, text: string): void {
  try {
    if (text) sessionStorage.setItem(PREFIX + name, text);
    else sessionStorage.removeItem(PREFIX + name);
  } catch {
    // as above
  }
}
export const dropNote = (name: string): void => keepNote(name, '');
