// SPDX-License-Identifier: Apache-2.0
// Statements for the public database: which group, in which order, where in a text something was found. Pure.
import { byteIndex, placeIn } from './bytes';
import type { Closed, Disclosure, DisclosureBrief, Finding } from './types-disclosure';

/** What needs a person stands first. */
export const groups = ['refused', 'early', 'waiting', 'sent'] as const;
export type Group = (typeof groups)[number];

export const groupOf = (s: Pick<DisclosureBrief, 'state' | 'before_channel'>): Group => (s.before_channel ? 'early' : s.state === 'refused' ? 'refused' : s.state === 'sent' ? 'sent' : 'waiting');

/** Of each group: what was sent, the newest first; the others, the oldest first: it has waited longest. */
export function grouped(list: readonly DisclosureBrief[]): { group: Group; statements: DisclosureBrief[] }[] {
  const time = (s: DisclosureBrief): number => Date.parse(s.sent ?? s.issued) || 0;
  return groups.map((group) => ({
    group,
    statements: list.filter((s) => groupOf(s) === group).sort((a, b) => (group === 'sent' ? time(b) - time(a) : time(a) - time(b)) || a.number.localeCompare(b.number)),
  }));
}

export interface Piece {
  text: string;
  /** Index of what was found in it; -1: nothing. */
  finding: number;
}

/** A text in pieces, each either free of findings or one of them. Places that overlap or lie outside are left out. */
export function pieces(text: string, findings: readonly Finding[]): Piece[] {
  const map = byteIndex(text);
  const out: Piece[] = [];
  let from = 0;
  for (const [i, f] of [...findings.entries()].sort((a, b) => a[1].at - b[1].at)) {
    const [begin, end] = placeIn(map, f.at, f.at + f.length) ?? [0, 0];
    if (begin < from || end <= begin) continue;
    if (begin > from) out.push({ text: text.slice(from, begin), finding: -1 });
    out.push({ text: text.slice(begin, end), finding: i });
    from = end;
  }
  if (from < text.length) out.push({ text: text.slice(from), finding: -1 });
  return out;
}

/** Why a refused one does not go: the checker found something, a member cannot be made, or the database said no. */
export type Why = 'personal' | 'lacks' | 'database';
export const whyOf = (d: Pick<Disclosure, 'findings' | 'lacks'>): Why => (d.findings?.length ? 'personal' : d.lacks ? 'lacks' : 'database');

/** A person may say that it is none only where nothing is certain. */
export const mayConfirm = (findings: readonly Finding[] | undefined): boolean => (findings ?? []).every((f) => !f.certain);

/** Each thing that was found, once: it often stands in both texts. */
export const unlike = (findings: readonly Finding[]): Finding[] => findings.filter((f, i) => findings.findIndex((g) => g.kind === f.kind && g.text === f.text) === i);

/** What was counted of public figures, by space and year: the newest year first, its parts in the order of the year. */
export function counted(list: readonly Closed[]): { space: string; year: number; parts: Closed[] }[] {
  const out: { space: string; year: number; parts: Closed[] }[] = [];
  for (const one of list) {
    const of = out.find((y) => y.space === one.space && y.year === one.year);
    if (of) of.parts.push(one);
    else out.push({ space: one.space, year: one.year, parts: [one] });
  }
  for (const year of out) year.parts.sort((a, b) => a.part.localeCompare(b.part));
  return out.sort((a, b) => b.year - a.year || a.space.localeCompare(b.space));
}
