// SPDX-License-Identifier: Apache-2.0
// Notices as a list: floods collapse into one row. Pure.
import type { NoticeRow } from './types-notices';

export interface NoticeGroup {
  /** The one that stands for all: the first in the server's order. */
  first: NoticeRow;
  /** The others of the same case. */
  more: NoticeRow[];
}

/** In the order given, those of one case under their first. What has no case stands alone. */
export function grouped(rows: readonly NoticeRow[]): NoticeGroup[] {
  const groups: NoticeGroup[] = [];
  const byCase = new Map<string, NoticeGroup>();
  for (const row of rows) {
    const found = row.case ? byCase.get(row.case) : undefined;
    if (found) found.more.push(row);
    else {
      const group = { first: row, more: [] };
      groups.push(group);
      if (row.case) byCase.set(row.case, group);
    }
  }
  return groups;
}

/** Looks like a receipt number, as somebody reads it out: worth asking the server for. */
export function looksLikeNumber(text: string): boolean {
  return /^[0-9a-z]{20}$/i.test(text.replace(/[\s-]/g, ''));
}

/** The share of what was decided, whole percent; null: nothing was. */
export function upheldShare(record: { upheld: number; dismissed: number }): number | null {
  const decided = record.upheld + record.dismissed;
  return decided ? Math.round((record.upheld / decided) * 100) : null;
}
