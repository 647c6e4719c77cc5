// SPDX-License-Identifier: Apache-2.0
// The keyboard: one table that both the handler and the help page read.
import type { Key } from './strings';
import type { Action, Judgement } from './types';

export type Command =
  | 'down'
  | 'up'
  | 'first'
  | 'last'
  | 'open'
  | 'back'
  | 'filter'
  | 'next'
  | 'claim'
  | 'release'
  | 'take-back'
  | 'evidence'
  | 'hold'
  | `judge:${Judgement}`
  | 'confirm'
  | 'view'
  | 'mask'
  | 'display'
  | 'blur'
  | 'context'
  | 'accounts'
  | 'report'
  | 'custody'
  | 'go'
  | 'undo'
  | 'create'
  | 'lookup'
  | 'add'
  | 'import'
  | 'help'
  | 'theme'
  | 'language'
  | `file:${FilingKey}`
  | `act:${Action}`;

/** What a key goes to on the page of a report: the element with this data-key. */
export type FilingKey = 'confirm' | 'lacks' | 'portal' | 'done' | 'retry' | 'withdraw' | 'drop' | 'answer' | 'follow_up' | 'recheck' | 'copy';

export type Place = 'everywhere' | 'queue' | 'case' | 'banks' | 'bank' | 'filing';
export const places: readonly Place[] = ['everywhere', 'queue', 'case', 'banks', 'bank', 'filing'];

export const isPlace = (name: string): name is Place => (places as readonly string[]).includes(name);

export interface Binding {
  /** As KeyboardEvent.key says; digits are matched by KeyboardEvent.code, because French keyboards shift them. */
  keys: string[];
  command: Command;
  place: Place;
  label: Key;
  /** Answered by the browser itself (a focused link): shown in the help only. */
  native?: true;
  /** Also while typing in a field. */
  typing?: true;
  /** With Ctrl or Cmd. */
  ctrl?: true;
}

export const actions: readonly Action[] = ['dismiss', 'warn', 'mute', 'restrict_minors', 'suspend', 'escalate', 'report'];

const filingKeys: readonly [string, FilingKey][] = [
  ['c', 'confirm'],
  ['m', 'lacks'],
  ['p', 'portal'],
  ['d', 'done'],
  ['r', 'retry'],
  ['a', 'answer'],
  ['f', 'follow_up'],
  ['v', 'recheck'],
  ['y', 'copy'],
  ['w', 'withdraw'],
  ['x', 'drop'],
];

export const bindings: readonly Binding[] = [
  { keys: ['j', 'ArrowDown'], command: 'down', place: 'queue', label: 'key.down' },
  { keys: ['k', 'ArrowUp'], command: 'up', place: 'queue', label: 'key.up' },
  { keys: ['Home'], command: 'first', place: 'queue', label: 'key.first' },
  { keys: ['End'], command: 'last', place: 'queue', label: 'key.last' },
  { keys: ['Enter'], command: 'open', place: 'queue', label: 'key.open', native: true },
  { keys: ['n'], command: 'next', place: 'queue', label: 'key.next' },
  { keys: ['/'], command: 'filter', place: 'queue', label: 'key.filter' },
  ...actions.map((action, i): Binding => ({
    keys: [String(i + 1)],
    command: `act:${action}`,
    place: 'case',
    label: `act.${action}.long`,
  })),
  { keys: ['Enter'], command: 'confirm', place: 'case', label: 'key.confirm', ctrl: true, typing: true },
  { keys: ['e'], command: 'evidence', place: 'case', label: 'key.evidence' },
  { keys: ['y'], command: 'judge:right', place: 'case', label: 'key.judge.right' },
  { keys: ['x'], command: 'judge:wrong', place: 'case', label: 'key.judge.wrong' },
  { keys: ['u'], command: 'judge:unsure', place: 'case', label: 'key.judge.unsure' },
  { keys: ['v'], command: 'view', place: 'case', label: 'key.view' },
  { keys: ['m'], command: 'mask', place: 'case', label: 'key.mask' },
  { keys: ['f'], command: 'blur', place: 'case', label: 'key.blur' },
  { keys: ['d'], command: 'display', place: 'case', label: 'key.display' },
  { keys: ['o'], command: 'context', place: 'case', label: 'key.context' },
  { keys: ['a'], command: 'accounts', place: 'case', label: 'key.accounts' },
  { keys: ['p'], command: 'report', place: 'case', label: 'key.report' },
  { keys: ['s'], command: 'custody', place: 'case', label: 'key.custody' },
  { keys: ['n'], command: 'next', place: 'case', label: 'key.next' },
  { keys: ['c'], command: 'claim', place: 'case', label: 'key.claim' },
  { keys: ['r'], command: 'release', place: 'case', label: 'key.release' },
  { keys: ['b'], command: 'take-back', place: 'case', label: 'key.take_back' },
  { keys: ['h'], command: 'hold', place: 'case', label: 'key.hold' },
  { keys: ['j', 'ArrowDown'], command: 'down', place: 'banks', label: 'key.down' },
  { keys: ['k', 'ArrowUp'], command: 'up', place: 'banks', label: 'key.up' },
  { keys: ['Enter'], command: 'open', place: 'banks', label: 'key.bank.open', native: true },
  { keys: ['c'], command: 'create', place: 'banks', label: 'key.bank.create' },
  { keys: ['/'], command: 'lookup', place: 'bank', label: 'key.bank.lookup' },
  { keys: ['a'], command: 'add', place: 'bank', label: 'key.bank.add' },
  { keys: ['i'], command: 'import', place: 'bank', label: 'key.bank.import' },
  { keys: ['j', 'ArrowDown'], command: 'down', place: 'filing', label: 'key.file.next' },
  { keys: ['k', 'ArrowUp'], command: 'up', place: 'filing', label: 'key.file.before' },
  ...filingKeys.map(([key, name]): Binding => ({ keys: [key], command: `file:${name}`, place: 'filing', label: `key.file.${name}` })),
  { keys: ['z'], command: 'undo', place: 'everywhere', label: 'key.undo' },
  { keys: ['Escape'], command: 'back', place: 'everywhere', label: 'key.back', typing: true },
  { keys: ['g'], command: 'go', place: 'everywhere', label: 'key.go' },
  { keys: ['t'], command: 'theme', place: 'everywhere', label: 'key.theme' },
  { keys: ['l'], command: 'language', place: 'everywhere', label: 'key.language' },
  { keys: ['?'], command: 'help', place: 'everywhere', label: 'key.help' },
];

/** The parts of a KeyboardEvent that matter. */
export interface Press {
  key: string;
  code?: string;
  ctrlKey?: boolean;
  metaKey?: boolean;
  altKey?: boolean;
  isComposing?: boolean;
  repeat?: boolean;
}

/** What a key press asks for on a page, or null: then the browser has it. */
export function commandOf(press: Press, page: Place, typing: boolean): Command | null {
  if (press.altKey || press.isComposing) return null;
  const ctrl = Boolean(press.ctrlKey || press.metaKey);
  const key = keyOf(press);
  for (const binding of bindings) {
    if (binding.native || Boolean(binding.ctrl) !== ctrl) continue;
    if (binding.place !== 'everywhere' && binding.place !== page) continue;
    if (typing && !binding.typing) continue;
    if (!binding.keys.includes(key)) continue;
    const moves = binding.command === 'down' || binding.command === 'up';
    return press.repeat && !moves ? null : binding.command;
  }
  return null;
}

function keyOf(press: Press): string {
  if (press.key === '/' || press.key === '?') return press.key; // on some keyboards these are on a digit
  const digit = /^(?:Digit|Numpad)([1-7])$/.exec(press.code ?? '');
  if (digit) return digit[1] as string;
  return press.key.length === 1 ? press.key.toLowerCase() : press.key;
}

/** Whether keys belong to what has the focus: a field, a list of choices, editable text. */
export function isTyping(target: { tagName?: string; type?: string; isContentEditable?: boolean } | null): boolean {
  if (!target) return false;
  if (target.isContentEditable) return true;
  const tag = target.tagName?.toUpperCase();
  if (tag === 'TEXTAREA' || tag === 'SELECT') return true;
  if (tag !== 'INPUT') return false;
  return !['button', 'submit', 'reset', 'checkbox'].includes(target.type ?? 'text');
}
