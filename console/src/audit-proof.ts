// SPDX-License-Identifier: Apache-2.0
// Proofs of the audit log, read and checked in the browser: the path of RFC 9162, section 2.1.3.2, and the lines of a checkpoint.
import type { AuditInclusion, AuditKey } from './types-audit';

export interface CheckpointNote {
  origin: string;
  size: number;
  /** Root of the tree, base64. */
  root: string;
  signatures: number;
}

/** The lines of a signed note; null: it is none. */
export function readCheckpoint(note: string): CheckpointNote | null {
  const [text = '', signatures = ''] = note.split('\n\n');
  const [origin, size, root] = text.split('\n');
  if (!origin || !root || !/^\d+$/.test(size ?? '')) return null;
  return { origin, size: Number(size), root, signatures: signatures.split('\n').filter((line) => line.startsWith('— ')).length };
}

export const fromHex = (hex: string): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(hex.length >> 1);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
};
export const toHex = (bytes: Uint8Array): string => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
export const base64Hex = (text: string): string => {
  try {
    return toHex(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
  } catch {
    return '';
  }
};

async function node(left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
  const both = new Uint8Array(1 + left.length + right.length);
  both[0] = 1; // an inner node; leaves begin with 0
  both.set(left, 1);
  both.set(right, 1 + left.length);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', both));
}

/** The root that leaf and path lead to, in hexadecimal; '' when the path has another length than such a tree's. */
export async function rootOf(proof: Pick<AuditInclusion, 'entry' | 'size' | 'leaf' | 'path'>): Promise<string> {
  let [fn, sn] = [proof.entry - 1, proof.size - 1];
  if (fn < 0 || fn > sn) return '';
  let r: Uint8Array = fromHex(proof.leaf);
  for (const step of proof.path) {
    if (sn === 0) return '';
    const p = fromHex(step);
    if (fn % 2 === 1 || fn === sn) {
      r = await node(p, r);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
    } else r = await node(r, p);
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 ? toHex(r) : '';
}

/** 'signed': path and signature hold. 'holds': the path does, and this browser cannot check the signature. 'wrong': the path leads elsewhere.
 *  'forged': no signature of the log's keys checks. 'unchecked': this browser cannot hash here. */
export type Checked = 'signed' | 'holds' | 'wrong' | 'forged' | 'unchecked';

/** Whether one of these keys signed the note (C2SP signed-note, Ed25519); null: this browser has no Ed25519, or there is no key. */
export async function signedBy(note: string, keys: readonly AuditKey[]): Promise<boolean | null> {
  const end = note.indexOf('\n\n');
  if (end < 0) return false;
  const text = new TextEncoder().encode(note.slice(0, end + 1));
  let tried = false;
  for (const line of note.slice(end + 2).split('\n')) {
    const [dash, name, signature] = line.split(' ');
    if (dash !== '—' || !signature) continue;
    const bytes = fromHex(base64Hex(signature)); // four bytes name the key
    for (const key of keys) {
      const [of, hash] = key.verifier.split('+');
      if (of !== name || hash !== toHex(bytes.slice(0, 4)) || bytes.length !== 68) continue;
      try {
        const imported = await crypto.subtle.importKey('raw', fromHex(key.public_key), { name: 'Ed25519' }, false, ['verify']);
        tried = true;
        if (await crypto.subtle.verify({ name: 'Ed25519' }, imported, bytes.slice(4), text)) return true;
      } catch {
        return null; // not here
      }
    }
  }
  return tried || keys.length > 0 ? false : null;
}

/** Whether the path leads from the entry to the root, that root is the one in the checkpoint, and the checkpoint is signed by a key of the log. */
export async function check(proof: AuditInclusion, keys: readonly AuditKey[] = []): Promise<Checked> {
  if (!globalThis.crypto?.subtle) return 'unchecked';
  const note = proof.checkpoint ? readCheckpoint(proof.checkpoint) : null;
  if (note && (note.size !== proof.size || base64Hex(note.root) !== proof.root.toLowerCase())) return 'wrong';
  if ((await rootOf(proof)) !== proof.root.toLowerCase()) return 'wrong';
  const signed = proof.checkpoint && note ? await signedBy(proof.checkpoint, keys) : null;
  return signed === null ? 'holds' : signed ? 'signed' : 'forged';
}
