// SPDX-License-Identifier: Apache-2.0
// Keys of the page of a report: each goes to its button or field; nothing is done before that is pressed. Copying, which changes nothing, is done at once.
import type { Command } from '../keys';
import { translator } from '../i18n';
import { get, toast } from '../state';

/** From document to document; set while they are shown. */
export const filingStep: { current: ((by: 1 | -1) => void) | null } = { current: null };

export function filingKey(command: Command): boolean {
  if (command === 'down' || command === 'up') {
    filingStep.current?.(command === 'down' ? 1 : -1);
    return true;
  }
  if (!command.startsWith('file:')) return false;
  const name = command.slice('file:'.length);
  const target = document.querySelector<HTMLElement>(`#main [data-key="${name}"]`);
  const field = name === 'lacks' ? target?.querySelector<HTMLElement>('input, textarea, select, a') : null; // straight to the first thing to fill in
  if (!target || (target instanceof HTMLButtonElement && target.disabled && name !== 'confirm')) {
    toast(translator(get().lang)('filing.key.none'));
    return true;
  }
  for (let inside = target.closest('details'); inside; inside = inside.parentElement?.closest('details') ?? null) inside.open = true;
  if (name === 'copy' || name === 'portal') target.click();
  else {
    target.scrollIntoView({ block: name === 'lacks' ? 'start' : 'center' });
    (field ?? target).focus({ preventScroll: true });
  }
  return true;
}
