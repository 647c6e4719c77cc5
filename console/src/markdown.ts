// SPDX-License-Identifier: Apache-2.0
// The Markdown that courses are written in, as a tree: headings, paragraphs, lists, quotations, tables, emphasis, code, links. No HTML:
// a tag is text like any other. What this does not know stays as it was written. Pure; views/markdown.tsx shows it.

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'strong'; children: Inline[] }
  | { kind: 'em'; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; href: string; children: Inline[] };

export type Block =
  | { kind: 'heading'; level: number; children: Inline[] }
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }
  | { kind: 'quote'; children: Inline[] }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] };

const tokens = /(`[^`]+`)|\*\*(.+?)\*\*|\*(?!\s)([^*]+?)\*|\[([^\]]+)\]\(([^()\s]+)\)/g;
const DEEPEST = 4;

export function inline(text: string, depth = 0): Inline[] {
  const out: Inline[] = [];
  let at = 0;
  if (depth >= DEEPEST) return [{ kind: 'text', text }];
  for (const found of text.matchAll(tokens)) {
    const [whole, code, strong, em, label, href] = found;
    if (found.index > at) out.push({ kind: 'text', text: text.slice(at, found.index) });
    at = found.index + whole.length;
    if (code) out.push({ kind: 'code', text: code.slice(1, -1) });
    else if (strong !== undefined) out.push({ kind: 'strong', children: inline(strong, depth + 1) });
    else if (em !== undefined) out.push({ kind: 'em', children: inline(em, depth + 1) });
    else if (href && /^https?:\/\//i.test(href)) out.push({ kind: 'link', href, children: inline(label ?? '', depth + 1) });
    else out.push({ kind: 'text', text: whole });
  }
  if (at < text.length) out.push({ kind: 'text', text: text.slice(at) });
  return out;
}

const heading = /^(#{1,6})\s+(.*)$/;
const item = /^(?:[-*]|(\d+)\.)\s+(.*)$/;
const row = (line: string): string[] => line.replace(/^\||\|$/g, '').split('|').map((c) => c.trim());
const isRule = (line: string | undefined): boolean => line !== undefined && /^\|(\s*:?-+:?\s*\|)+$/.test(line);

/** Lines that continue what began: indented, or plain text after text. */
function gather(lines: string[], from: number, goesOn: (line: string) => boolean): [string, number] {
  let at = from + 1;
  const parts = [lines[from] ?? ''];
  while (at < lines.length && goesOn(lines[at] ?? '')) parts.push((lines[at++] ?? '').trim());
  return [parts.join(' '), at];
}

const begins = (line: string): boolean => line.trim() === '' || heading.test(line) || item.test(line) || /^[>|]/.test(line);

function list(lines: string[], from: number): [Block, number] {
  const ordered = Boolean(item.exec(lines[from] ?? '')?.[1]);
  const items: Inline[][] = [];
  let at = from;
  while (at < lines.length) {
    const found = item.exec(lines[at] ?? '');
    if (!found || Boolean(found[1]) !== ordered) break;
    const [text, next] = gather([...lines.slice(0, at), found[2] ?? '', ...lines.slice(at + 1)], at, (l) => !begins(l));
    items.push(inline(text));
    at = next;
  }
  return [{ kind: 'list', ordered, items }, at];
}

function table(lines: string[], from: number): [Block, number] {
  let at = from + 2;
  const rows: Inline[][][] = [];
  while ((lines[at] ?? '').startsWith('|')) rows.push(row(lines[at++] ?? '').map((c) => inline(c)));
  return [{ kind: 'table', head: row(lines[from] ?? '').map((c) => inline(c)), rows }, at];
}

export function markdown(text: string): Block[] {
  const lines = text.replace(/\r/g, '').split('\n');
  const out: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const title = heading.exec(line);
    let block: Block | null = null;
    if (line.trim() === '') {
      at++;
      continue;
    }
    if (title) {
      block = { kind: 'heading', level: (title[1] ?? '#').length, children: inline(title[2] ?? '') };
      at++;
    } else if (item.test(line)) [block, at] = list(lines, at);
    else if (line.startsWith('|') && isRule(lines[at + 1])) [block, at] = table(lines, at);
    else if (line.startsWith('>')) {
      const quoted: string[] = [];
      while ((lines[at] ?? '').startsWith('>')) quoted.push((lines[at++] ?? '').slice(1).trim());
      block = { kind: 'quote', children: inline(quoted.join(' ')) };
    } else {
      const [all, next] = gather(lines, at, (l) => !begins(l));
      block = { kind: 'paragraph', children: inline(all) };
      at = next;
    }
    out.push(block);
  }
  return out;
}
