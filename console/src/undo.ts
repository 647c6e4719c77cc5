// SPDX-License-Identifier: Apache-2.0
// The last decision, for the seconds in which it can be taken back: from anywhere, with one key.
import { ApiError } from './api';
import { decisionsApi } from './api-decisions';
import { go, loadQueue, takeIn } from './flow';
import { translator } from './i18n';
import { get, set, toast } from './state';
import type { Action } from './types';

/** What can be taken back, and until when. */
export interface Undoable {
  kind: 'decision' | 'opinion' | 'bulk';
  /** Of a case or of a bulk decision. */
  id: string;
  n: string;
  until: number;
  /** How many cases. */
  count: number;
  /** What was decided about one case. */
  action?: Action;
}

export function offerUndo(undoable: Undoable): void {
  set({ undo: undoable });
}

/** Whole seconds left, rounded up: it says 1 as long as there is any. */
export const secondsLeft = (until: number, now: number): number => Math.max(0, Math.ceil((until - now) / 1000));

let busy = false;

export async function undoLast(): Promise<void> {
  const { undo, lang } = get();
  if (!undo || busy) return;
  const t = translator(lang);
  busy = true;
  try {
    if (undo.kind === 'bulk') {
      await decisionsApi.undoBulk(undo.id);
      await loadQueue();
      toast(t('undo.done.bulk', { n: undo.count }));
    } else {
      takeIn(await decisionsApi.undo(undo.id, undo.n));
      toast(t('undo.done', { id: undo.id }));
      go({ page: 'case', id: undo.id });
    }
    set({ undo: null });
  } catch (error) {
    const answer = error instanceof ApiError ? error : new ApiError(0, {}, 0);
    toast(answer.lost ? t('error.network') : t('undo.failed', { detail: answer.problem.detail ?? '' }), 'bad');
    if (!answer.lost) set({ undo: null });
  } finally {
    busy = false;
  }
}
