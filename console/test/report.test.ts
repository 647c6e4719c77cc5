// SPDX-License-Identifier: Apache-2.0
// Clocks in words, whom to call first, what of a portal's form was copied, the book of law, countries, proofs of the audit log.
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { base64Hex, check, fromHex, readCheckpoint, rootOf, signedBy } from '../src/audit-proof';
import { countryName, countryOf } from '../src/countries';
import { clockText, pressure, runShare } from '../src/deadline';
import { translator } from '../src/i18n';
import { byCountry, isVerified } from '../src/law';
import { copyable, fingerprint, nextField, progressOf } from '../src/portal';
import { actsKnown, callsFirst, otherStops } from '../src/routing';
import type { LawBook, Receiver, Receivers, Statute, Stop } from '../src/types-route';

const [fr, en] = [translator('fr'), translator('en')];
const at = (minutes: number): string => new Date(Date.UTC(2026, 10, 26, 12, minutes)).toISOString();
const now = Date.parse(at(0));

test('a clock says what is left, and by how much it is late; without an end it says nothing', () => {
  assert.equal(clockText(en, at(80), now), '1\u00a0h\u00a020\u00a0min left');
  assert.equal(clockText(fr, at(80), now), 'reste 1\u00a0h\u00a020');
  assert.equal(clockText(en, at(-5), now), 'late by 5\u00a0min');
  assert.equal(clockText(fr, at(0), now), 'en retard de 0\u00a0s', 'its last moment is the first of being late');
  for (const nothing of [null, undefined, '', 'tomorrow']) assert.equal(clockText(en, nothing, now), '');
});

test('a clock presses in its last quarter or half hour, whichever comes first', () => {
  assert.equal(pressure(at(31), now), 'calm');
  assert.equal(pressure(at(30), now), 'soon');
  assert.equal(pressure(at(300), now, at(-600)), 'calm');
  assert.equal(pressure(at(200), now, at(-600)), 'soon');
  assert.equal(pressure(at(0), now, at(-600)), 'late');
  assert.equal(pressure(null, now), 'calm');
  assert.equal(pressure('never', now), 'calm');
});

test('a line has run by its share, never beyond its ends', () => {
  assert.equal(runShare(at(-30), at(30), now), 0.5);
  assert.equal(runShare(at(10), at(30), now), 0);
  assert.equal(runShare(at(-30), at(-10), now), 1);
  assert.equal(runShare(at(0), at(0), now), 1, 'one without length is over');
});

test('copying goes down the form, comes back for what was left out, and ends', () => {
  const fields = [{ value: 'a' }, { value: '' }, { value: 'c' }, { value: 'd' }];
  assert.deepEqual(copyable(fields), [0, 2, 3], 'a field without a value has nothing to copy');
  assert.equal(nextField(fields, new Set(), -1), 0);
  assert.equal(nextField(fields, new Set([0]), 0), 2);
  assert.equal(nextField(fields, new Set([3]), 3), 0, 'back to what was left out');
  assert.equal(nextField(fields, new Set([0, 2, 3]), 3), -1);
  assert.equal(nextField([], new Set(), -1), -1);
  assert.deepEqual(progressOf(fields, new Set([0, 1])), { done: 1, all: 3 });
});

test('what is remembered of a copied field is not its value, and another value is another mark', () => {
  assert.match(fingerprint('secret words'), /^[0-9a-f]{1,8}$/);
  assert.notEqual(fingerprint('a'), fingerprint('b'));
  assert.equal(fingerprint('é\ud800'), fingerprint('é\ud800'), 'a lone surrogate is no trouble');
});

const stop = (kind: Stop['kind'], phone?: string): Stop =>
  ({ kind, country: 'FR', receiver: phone === undefined ? undefined : { phone: phone || undefined } }) as unknown as Stop;

test('who can be telephoned stands before who cannot; calls leave the list only when they stand on top', () => {
  const stops = [stop('call', ''), stop('report'), stop('call', '17')];
  assert.deepEqual(callsFirst({ stops }).map((s) => s.receiver?.phone), ['17', undefined]);
  assert.deepEqual(otherStops({ stops, urgent: true }).map((s) => s.kind), ['report']);
  assert.equal(otherStops({ stops, urgent: false }).length, 3);
});

const statute = (country: string, reference: string, sure: Statute['from']['sure'], verified_on?: string): Statute =>
  ({ id: reference, country, reference, title: { fr: `titre ${reference}` }, acts: [], ties: [], from: { sure, ...(verified_on ? { verified_on } : {}) } });
const receiver = (country: string, name: string): Receiver =>
  ({ id: name, country, kind: 'police', name: { fr: name }, emergency: false, acts: [], media: false, from: { sure: 'unverified' } });

test('the book by country: a country asked for is whole, a text asked for stands alone, unverified can be asked for', () => {
  const law: LawBook = { version: '0', countries: [], statutes: [statute('FR', 'art. 1', 'primary', '2026-11-23'), statute('ZZ', 'art. 2', 'secondary'), statute('BE', 'art. 3', 'primary')] };
  const known: Receivers = { version: '0', receivers: [receiver('FR', 'PHAROS')], silences: [{ country: 'BE', note: { fr: 'inconnu' } }] };
  const names: Record<string, string> = { FR: 'France', BE: 'Belgique', ZZ: 'aucun' };
  const shown = (text: string, unverified = false) =>
    byCountry(law, known, { text, unverified }, (code) => names[code] ?? code).map((c) => [c.code, c.statutes.length, c.receivers.length]);
  assert.deepEqual(shown(''), [['BE', 1, 0], ['FR', 1, 1], ['ZZ', 1, 0]], 'by name, no one country last');
  assert.deepEqual(shown('frânce'), [['FR', 1, 1]], 'accents do not matter');
  assert.deepEqual(shown('pharos'), [['FR', 0, 1]]);
  assert.deepEqual(shown('', true), [['BE', 1, 0], ['FR', 0, 1], ['ZZ', 1, 0]], 'a primary source without a day is not verified either');
  assert.ok(isVerified(law.statutes[0] as Statute));
  assert.deepEqual(shown('nothing like it'), []);
});

test('a country by its name in the reader’s language or by its code', () => {
  const name = (code: string): string => countryName(fr, 'fr', code);
  assert.equal(countryName(en, 'en', 'PH'), 'Philippines');
  assert.equal(countryName(fr, 'fr', 'ZZ'), 'sans pays');
  assert.equal(countryName(fr, 'fr', '<b>'), '<b>', 'what is no code is shown as it is');
  assert.equal(countryOf('sénégal', ['SN', 'FR'], name), 'SN');
  assert.equal(countryOf(' fr ', [], name), 'FR');
  assert.equal(countryOf('', ['SN'], name), '');
  assert.equal(countryOf('Atlantide', ['SN'], name), '');
});

// ---- proofs: against a tree built here by the recursion of RFC 9162, section 2.1.1 ----

const sha = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
const leaves = Array.from({ length: 11 }, (_, i) => sha(Buffer.from([0, i])));
const half = (n: number): number => 2 ** Math.floor(Math.log2(n - 1));
const tree = (l: Buffer[]): Buffer => (l.length === 1 ? (l[0] as Buffer) : sha(Buffer.from([1]), tree(l.slice(0, half(l.length))), tree(l.slice(half(l.length)))));
function path(l: Buffer[], m: number): Buffer[] {
  if (l.length === 1) return [];
  const k = half(l.length);
  return m < k ? [...path(l.slice(0, k), m), tree(l.slice(k))] : [...path(l.slice(k), m - k), tree(l.slice(0, k))];
}

test('every entry of every tree is proved, and nothing else is', async () => {
  for (let size = 1; size <= leaves.length; size++) {
    const all = leaves.slice(0, size);
    const root = tree(all);
    const checkpoint = `vigie/audit/x\n${size}\n${root.toString('base64')}\n\n— vigie/audit/x abc=\n`;
    for (let entry = 1; entry <= size; entry++) {
      const proof = { format: 'vigie-audit-inclusion/1', entry, size, leaf: (all[entry - 1] as Buffer).toString('hex'), root: root.toString('hex'), path: path(all, entry - 1).map((p) => p.toString('hex')), checkpoint };
      assert.equal(await rootOf(proof), proof.root, `${entry} of ${size}`);
      assert.equal(await check(proof), 'holds');
      assert.equal(await check({ ...proof, path: [...proof.path, proof.leaf] }), 'wrong', 'a path too long');
      assert.equal(await check({ ...proof, leaf: proof.leaf.replace(/^./, (c) => (c === '0' ? '1' : '0')) }), 'wrong', 'another entry');
      assert.equal(await check({ ...proof, checkpoint: checkpoint.replace(/\n\d+\n/, `\n${size + 1}\n`) }), 'wrong', 'a checkpoint of another tree');
      if (proof.path.length > 0) assert.equal(await check({ ...proof, path: proof.path.slice(1) }), 'wrong', 'a path too short');
    }
  }
  assert.equal(await rootOf({ entry: 3, size: 2, leaf: '00', path: [] }), '');
});

test('a checkpoint is read line by line; what is none is none', () => {
  assert.deepEqual(readCheckpoint('log\n12\nAAAA\n\n— log abc=\n'), { origin: 'log', size: 12, root: 'AAAA', signatures: 1 });
  for (const none of ['', 'log', 'log\ntwelve\nAAAA\n\n', 'log\n12\n\n']) assert.equal(readCheckpoint(none), null);
  assert.equal(base64Hex('//8='), 'ffff');
  assert.equal(base64Hex('%'), '');
  assert.deepEqual([...fromHex('00ff')], [0, 255]);
});

test('a checkpoint is signed by a key of the log, or the page says that it is not', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const name = 'vigie/audit/x';
  const hash = createHash('sha256').update(`${name}\n`).update(Buffer.concat([Buffer.from([1]), raw])).digest().subarray(0, 4);
  const key = { generation: 1, verifier: `${name}+${hash.toString('hex')}+${Buffer.concat([Buffer.from([1]), raw]).toString('base64')}`, public_key: raw.toString('hex') };
  const text = `${name}\n2\n${Buffer.alloc(32, 7).toString('base64')}\n`;
  const note = (of: string, signature: Buffer): string => `${of}\n— ${name} ${Buffer.concat([hash, signature]).toString('base64')}\n`;
  const good = sign(null, Buffer.from(text), privateKey);
  assert.equal(await signedBy(note(text, good), [key]), true);
  assert.equal(await signedBy(note(text.replace('\n2\n', '\n3\n'), good), [key]), false, 'another size');
  assert.equal(await signedBy(note(text, Buffer.alloc(64, 1)), [key]), false, 'another signature');
  assert.equal(await signedBy(text, [key]), false, 'no signature');
  assert.equal(await signedBy(note(text, good), []), null, 'no key: nothing is said of it');
  const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  assert.equal(await signedBy(note(text, good), [{ ...key, public_key: other.toString('hex') }]), false, 'another key under the same name');
});

test('each act says by what it is known; what a person denied stands last, with what they wrote', () => {
  const said = [
    { act: 'threat' as const, holds: false, number: 3 },
    { act: 'meeting' as const, holds: true, number: 4, detail: 'message of the 12th' },
  ];
  const known = actsKnown({
    acts: ['soliciting', 'meeting'],
    acts_by: { evidence: ['soliciting', 'threat'], reason: ['soliciting'], person: ['meeting'], denied: ['threat'] },
    acts_said: said,
  });
  assert.deepEqual(known, [
    { act: 'soliciting', by: ['evidence', 'reason'], denied: false, said: [] },
    { act: 'meeting', by: ['person'], denied: false, said: [said[1]] },
    { act: 'threat', by: ['evidence'], denied: true, said: [said[0]] },
  ]);
  assert.deepEqual(actsKnown({ acts: [], acts_by: { evidence: [], reason: [], person: [], denied: [] }, acts_said: [] }), []);
});
