// SPDX-License-Identifier: Apache-2.0
// Places in a text. The server counts bytes of UTF-8, JavaScript counts UTF-16 units: "é" is 2 and 1, "😀" is 4 and 2.

export interface Place {
  name: string;
  from: number;
  to: number;
}

export interface Segment {
  text: string;
  /** The evidence found here, in order of name; empty for plain text. */
  names: string[];
}

/** For each byte offset 0..bytes, the index in `text` of the character it lies in; the last entry is the end. */
export function byteIndex(text: string): Uint32Array {
  let bytes = 0;
  for (let i = 0; i < text.length;) {
    const code = text.codePointAt(i) as number;
    bytes += width(code);
    i += code > 0xffff ? 2 : 1;
  }
  const map = new Uint32Array(bytes + 1);
  let at = 0;
  for (let i = 0; i < text.length;) {
    const code = text.codePointAt(i) as number;
    for (let k = width(code); k > 0; k--) map[at++] = i;
    i += code > 0xffff ? 2 : 1;
  }
  map[at] = text.length;
  return map;
}

function width(code: number): number {
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/** Byte place -> [from, to) in UTF-16 units, grown to whole characters and cut to the text; null when nothing is left. */
export function placeIn(map: Uint32Array, from: number, to: number): [number, number] | null {
  const last = map.length - 1;
  if (!(from >= 0) || !(to > from) || from >= last) return null;
  const end = Math.min(Math.floor(to), last);
  const begin = Math.floor(from);
  let stop = map[end] as number;
  if (end < last && map[end - 1] === stop) {
    let next = end; // `to` falls inside a character: take all of it
    while (next < last && map[next] === stop) next++;
    stop = map[next] as number;
  }
  return [map[begin] as number, stop];
}

/** Cuts a text at its places. Places may overlap: such a segment carries every name. The segments join to the text. */
export function segments(text: string, places: readonly Place[]): Segment[] {
  if (places.length === 0) return text ? [{ text, names: [] }] : [];
  const map = byteIndex(text);
  const found: { name: string; from: number; to: number }[] = [];
  for (const place of places) {
    const at = placeIn(map, place.from, place.to);
    if (at) found.push({ name: place.name, from: at[0], to: at[1] });
  }
  const cuts = new Set([0, text.length]);
  for (const f of found) cuts.add(f.from).add(f.to);
  const edges = [...cuts].sort((a, b) => a - b);
  const out: Segment[] = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    const from = edges[i] as number;
    const to = edges[i + 1] as number;
    const names = [...new Set(found.filter((f) => f.from <= from && f.to >= to).map((f) => f.name))].sort();
    const before = out[out.length - 1];
    if (before && before.names.join() === names.join()) before.text += text.slice(from, to);
    else out.push({ text: text.slice(from, to), names });
  }
  return out;
}
