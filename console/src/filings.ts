// SPDX-License-Identifier: Apache-2.0
// The board of reports: which column, in which order, who must act. Pure.
import type { Filing, FilingState } from './types-filings';

/** Columns of the board: what a person must do stands before what goes by itself. */
export const columns = ['confirm', 'second', 'hand', 'refused', 'going', 'done'] as const;
export type Column = (typeof columns)[number];

const columnOf: Record<FilingState, Column> = {
  draft: 'confirm',
  confirmed: 'second',
  queued: 'going',
  sending: 'going',
  later: 'going',
  by_hand: 'hand',
  refused: 'refused',
  filed: 'done',
  answered: 'done',
  withdrawn: 'done',
  gone: 'done',
};

/** A state that this console does not know goes where things are on their way: it is shown, and asks nothing of anybody. */
export const column = (filing: Pick<Filing, 'state'>): Column => columnOf[filing.state] ?? 'going';

/** Urgent first, then by their clock, then the older one. What is done: the newest first. */
export function inOrder(filings: readonly Filing[]): Filing[] {
  return [...filings].sort((a, b) => {
    if (column(a) === 'done' && column(b) === 'done') return b.id - a.id;
    return Number(b.urgent) - Number(a.urgent) || Date.parse(a.due) - Date.parse(b.due) || a.id - b.id;
  });
}

export interface BoardFilter {
  space: string;
  receiver: string;
}

export function board(filings: readonly Filing[], filter: BoardFilter): { column: Column; filings: Filing[] }[] {
  const shown = inOrder(filings.filter((f) => (!filter.space || f.space === filter.space) && (!filter.receiver || f.receiver.id === filter.receiver)));
  return columns.map((name) => ({ column: name, filings: shown.filter((f) => column(f) === name) }));
}

const steps = ['confirm', 'second', 'done', 'retry'] as const;
export type Todo = (typeof steps)[number];

/** What waits for this person at a report, by what the server lets them do; '' : nothing. Trying again what goes by itself is nobody's duty. */
export function todo(f: Pick<Filing, 'state' | 'actions'>): Todo | '' {
  if (column(f) === 'going' || column(f) === 'done') return '';
  return steps.find((step) => f.actions.includes(step)) ?? '';
}

/** The members of a channel's options that a lack names: "options.incidentType" -> "incidentType"; '' : not one that is filled in here. */
export const optionOf = (where: string): string => /^options\.([A-Za-z][\w-]{0,40})$/.exec(where)?.[1] ?? '';

/** What is typed for an option, as the server takes it. `items` are lines: an address, then if wanted the number of a file of the case, or its hash. */
export function optionValue(name: string, text: string): unknown {
  if (name !== 'items') return text.trim();
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [url = '', ...more] = line.split(/\s+/);
      const item: { url: string; media?: number; sha256?: string; md5?: string } = { url };
      for (const word of more) {
        if (/^[0-9a-f]{64}$/i.test(word)) item.sha256 = word.toLowerCase();
        else if (/^[0-9a-f]{32}$/i.test(word)) item.md5 = word.toLowerCase();
        else if (/^\d{1,9}$/.test(word)) item.media = Number(word);
        else item.url += ` ${word}`; // the server says what is wrong with it
      }
      return item;
    });
}

/** The same as a person types it. */
export function optionText(name: string, value: unknown): string {
  if (name !== 'items' || !Array.isArray(value)) return value === undefined || value === null ? '' : String(value);
  return value.map((one: Record<string, unknown>) => ['url', 'media', 'sha256', 'md5'].map((key) => one[key]).filter((part) => part !== undefined).join(' ')).join('\n');
}

/** The first address that a channel would not take: not a web address, or with blanks or a user name in it; '' : none. */
export function badAddress(value: unknown): string {
  if (!Array.isArray(value)) return '';
  return value.map((one: { url: string }) => one.url).find((url) => !/^https?:\/\/[^\s/?#:@"<>\\^`{|}][^\s/?#@"<>\\^`{|}]*([/?#][\x21-\x7e]*)?$/.test(url) || /["<>\\^`{|}]/.test(url)) ?? '';
}
