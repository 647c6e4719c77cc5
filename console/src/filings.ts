// SPDX-License-Identifier: Apache-2.0
// The board of reports: which column, in which order, who must act. Pure.
import type { Filing, FilingAnnex, FilingCheck, FilingState } from './types-filings';

/** Columns of the board: what a person must do stands before what goes by itself. */
export const columns = ['confirm', 'second', 'hand', 'refused', 'follow', 'going', 'done'] as const;
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

/** A host let its time run out: somebody reminds it. */
export const isUnanswered = (f: Pick<Filing, 'state' | 'follow_up_due'>, now: number): boolean => f.state === 'filed' && f.follow_up_due !== undefined && Date.parse(f.follow_up_due) <= now;

/** A state that this console does not know goes where things are on their way: it is shown, and asks nothing of anybody. */
export const column = (f: Pick<Filing, 'state' | 'follow_up_due'>, now: number): Column => (isUnanswered(f, now) ? 'follow' : (columnOf[f.state] ?? 'going'));

/** The clock that counts: until when a host had to answer, else until when it is to be confirmed. */
const clockOf = (f: Filing, now: number): number => Date.parse(isUnanswered(f, now) ? (f.follow_up_due ?? f.due) : f.due);

/** Urgent first, then by their clock, then the older one. What is done: the newest first. */
export function inOrder(filings: readonly Filing[], now: number): Filing[] {
  return [...filings].sort((a, b) => {
    if (column(a, now) === 'done' && column(b, now) === 'done') return b.id - a.id;
    return Number(b.urgent) - Number(a.urgent) || clockOf(a, now) - clockOf(b, now) || a.id - b.id;
  });
}

export interface BoardFilter {
  space: string;
  receiver: string;
  /** What the receiver says now; '' : whatever. */
  answer: string;
}

export function board(filings: readonly Filing[], filter: BoardFilter, now: number): { column: Column; filings: Filing[] }[] {
  const wanted = (f: Filing): boolean =>
    (!filter.space || f.space === filter.space) && (!filter.receiver || f.receiver.id === filter.receiver) && (!filter.answer || (f.answered ?? []).some((kind) => kind === filter.answer));
  const shown = inOrder(filings.filter(wanted), now);
  return columns.map((name) => ({ column: name, filings: shown.filter((f) => column(f, now) === name) }));
}

const steps = ['confirm', 'second', 'done', 'retry', 'follow_up'] as const;
export type Todo = (typeof steps)[number];

/** What waits for this person at a report, by what the server lets them do; '' : nothing. Trying again what goes by itself is nobody's duty. */
export function todo(f: Pick<Filing, 'state' | 'actions' | 'follow_up_due'>, now: number): Todo | '' {
  const where = column(f, now);
  if (where === 'going' || where === 'done') return '';
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

/** One look at all addresses of a notice. */
export interface Look {
  look: number;
  by: string;
  time: string;
  checks: FilingCheck[];
  found: Record<FilingCheck['still'], number>;
}

/** Looks, the newest first; within one, what is still there first: that is what somebody must do something about. */
export function looks(checks: readonly FilingCheck[]): Look[] {
  const order = ['there', 'changed', 'unknown', 'gone'];
  const byLook = new Map<number, FilingCheck[]>();
  for (const c of checks) byLook.set(c.look, [...(byLook.get(c.look) ?? []), c]);
  return [...byLook.entries()]
    .sort(([a], [b]) => b - a)
    .map(([look, some]) => {
      const found = { there: 0, gone: 0, changed: 0, unknown: 0 };
      for (const c of some) if (Object.hasOwn(found, c.still)) found[c.still]++;
      const sorted = [...some].sort((a, b) => order.indexOf(a.still) - order.indexOf(b.still) || a.item - b.item);
      const last = some.reduce((newest, c) => (c.time > newest.time ? c : newest), some[0] as FilingCheck);
      return { look, by: last.by, time: last.time, checks: sorted, found };
    });
}

export type AnnexStep = 'attached' | 'by_hand' | 'take' | 'gone' | 'too_large';

/** What somebody who carries a report does with an archive now. `take`: it is confirmed, and the file is here; `gone`: it was not kept, and can be taken from the case. */
export function annexStep(state: FilingState, annex: Pick<FilingAnnex, 'way' | 'kept'>): AnnexStep | null {
  if (!annex.way || annex.way === 'none') return null;
  if (annex.way !== 'by_hand') return annex.way;
  if (state === 'by_hand') return annex.kept === false ? 'gone' : 'take';
  return ['draft', 'confirmed', 'queued', 'sending', 'later'].includes(state) ? 'by_hand' : 'gone';
}
