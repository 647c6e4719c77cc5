// SPDX-License-Identifier: Apache-2.0
// The next case is fetched ahead, sealed: nothing of it can be read before the server has the view on record and gives the key.
//
// Fetching, not reading, is what takes long. So the sealed bytes wait here, one case at a time, for a few minutes; opening it is one short call and a
// decryption. Where the browser has no cryptography (plain http on another machine) or the key does not fit any more, the case is read as usual.
import { detailOf, type WireDetail } from './api';
import { caseApi } from './api-case';
import type { CaseDetail } from './types';

const KEPT_MS = 5 * 60 * 1000;
const NONCE = 16;

interface Waiting {
  id: string;
  at: number;
  sealed: Promise<ArrayBuffer | null>;
  stop: AbortController;
}
let waiting: Waiting | null = null;
let opening: { id: string; found: Promise<CaseDetail | null> } | null = null;

const cipher = (): SubtleCrypto | undefined => globalThis.crypto?.subtle;

/** Fetches a case ahead, in place of the one that waited. */
export function prepare(id: string): void {
  if (waiting?.id === id || !cipher()) return;
  waiting?.stop.abort();
  const stop = new AbortController();
  waiting = { id, at: Date.now(), stop, sealed: caseApi.ahead(id, stop.signal).catch(() => null) };
}

export function drop(): void {
  waiting?.stop.abort();
  waiting = null;
  opening = null;
}

export const prepared = (): string => waiting?.id ?? '';

/** Somebody goes to this case: it is opened while the page still changes. */
export function begin(id: string): void {
  opening = { id, found: open(id) };
  opening.found.catch(() => {}); // who asks for it hears of it
}

/** The case as it was fetched, with what is known of it now; null: it did not wait here, or does not open. */
export function openPrepared(id: string): Promise<CaseDetail | null> {
  const begun = opening?.id === id ? opening.found : null;
  opening = null;
  return begun ?? open(id);
}

async function open(id: string): Promise<CaseDetail | null> {
  const found = waiting;
  const subtle = cipher();
  if (!found || found.id !== id || !subtle) return null;
  waiting = null;
  const sealed = await found.sealed;
  if (!sealed || sealed.byteLength <= NONCE || Date.now() - found.at > KEPT_MS) return null;
  const opened = await caseApi.open(id, hex(new Uint8Array(sealed, 0, NONCE)));
  try {
    const key = await subtle.importKey('raw', bytes(opened.key), 'AES-GCM', false, ['decrypt']);
    const plain = await subtle.decrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, key, new Uint8Array(sealed, NONCE));
    const detail = detailOf(JSON.parse(new TextDecoder().decode(plain)) as WireDetail);
    const { events: _number, ...now } = opened.case;
    return { ...detail, claimed_by: null, claimed_until: null, ...now, actions: opened.actions };
  } catch {
    return null;
  }
}

function hex(of: Uint8Array): string {
  return Array.from(of, (b) => b.toString(16).padStart(2, '0')).join('');
}
function bytes(of: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(of.match(/../g) ?? [], (two) => parseInt(two, 16));
}
