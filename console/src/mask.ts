// SPDX-License-Identifier: Apache-2.0
// Which words of a message are covered for who asked for it: what is marked as evidence, and what could lead somewhere or stay in the mind (numbers,
// links, addresses). Pure.
import type { Segment } from './bytes';

/** Links, e-mail addresses, @names, and numbers of four digits and more, however they are spaced. */
const POINTERS = /(?:https?:\/\/|www\.)\S+|[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+|@[\p{L}\p{N}_.]{2,}|\+?\d(?:[\s./-]?\d){3,}/gu;

export interface Piece extends Segment {
  covered: boolean;
}

const isHeldAgainstNobody = (name: string): boolean => name.startsWith('mark.');

/** The segments of a message, cut further where something is covered. They join to the same text. */
export function cover(segments: readonly Segment[]): Piece[] {
  return segments.flatMap((segment) =>
    segment.names.some((name) => !isHeldAgainstNobody(name))
      ? [{ ...segment, covered: true }]
      : cutPointers(segment.text).map((part) => ({ ...segment, ...part })),
  );
}

function cutPointers(text: string): { text: string; covered: boolean }[] {
  const out: { text: string; covered: boolean }[] = [];
  let at = 0;
  for (const found of text.matchAll(POINTERS)) {
    if (found.index > at) out.push({ text: text.slice(at, found.index), covered: false });
    out.push({ text: found[0], covered: true });
    at = found.index + found[0].length;
  }
  if (at < text.length) out.push({ text: text.slice(at), covered: false });
  return out;
}
