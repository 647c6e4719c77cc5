// SPDX-License-Identifier: Apache-2.0
// A form of an authority, filled in by hand: which fields were copied, which comes next. Pure but for what the tab remembers.
import { keepForm, keptForm } from './people';

/** Fields by their place; a field without a value has nothing to copy. */
export interface Fillable {
  value: string;
}

export const copyable = (fields: readonly Fillable[]): number[] => fields.flatMap((f, i) => (f.value ? [i] : []));

/** The field to copy after `at` (-1: the first): the next one that was not copied, from the beginning again when there is none below; -1: all are done. */
export function nextField(fields: readonly Fillable[], copied: ReadonlySet<number>, at: number): number {
  const open = copyable(fields).filter((i) => !copied.has(i));
  return open.find((i) => i > at) ?? open[0] ?? -1;
}

export function progressOf(fields: readonly Fillable[], copied: ReadonlySet<number>): { done: number; all: number } {
  const all = copyable(fields);
  return { done: all.filter((i) => copied.has(i)).length, all: all.length };
}

/** A mark of a value, not the value: what is remembered is never what the report says. */
export function fingerprint(value: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(16);
}

/** What was copied before a reload; a field whose value changed since is to be copied again. */
export function recall(name: string, fields: readonly Fillable[]): Set<number> {
  const { marks } = keptForm<{ marks: Record<string, string> }>(`portal.${name}`, { marks: {} });
  return new Set(copyable(fields).filter((i) => marks[i] === fingerprint(fields[i]?.value ?? '')));
}
export function rememberCopied(name: string, fields: readonly Fillable[], copied: ReadonlySet<number>): void {
  const marks = Object.fromEntries([...copied].map((i) => [i, fingerprint(fields[i]?.value ?? '')]));
  keepForm(`portal.${name}`, copied.size > 0 ? { marks } : null);
}
