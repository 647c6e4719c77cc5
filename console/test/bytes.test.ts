// SPDX-License-Identifier: Apache-2.0
// The server counts bytes, the page counts UTF-16 units: what is highlighted must be what was found.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteIndex, placeIn, segments } from '../src/bytes';

const utf8 = (s: string): number => Buffer.byteLength(s, 'utf8');
/** The byte place of `part` in `text`, as the server would send it. */
function spanOf(text: string, part: string): { from: number; to: number } {
  const at = text.indexOf(part);
  assert.notEqual(at, -1);
  return { from: utf8(text.slice(0, at)), to: utf8(text.slice(0, at)) + utf8(part) };
}

const texts = [
  'tu as quel age ?',
  'c’est notre secret, n’en parle pas à ta mère',
  '😀😀 viens sur l’autre appli 👩‍👩‍👧 ok',
  'привет, как дела',
  '日本語のテキスト',
  'é\u0301e\u0301 combining',
  '\u{10ffff}a\u{10000}',
];

test('each byte offset maps to the character it lies in', () => {
  for (const text of texts) {
    const map = byteIndex(text);
    assert.equal(map.length, utf8(text) + 1);
    let at = 0;
    for (let i = 0; i < text.length;) {
      const char = String.fromCodePoint(text.codePointAt(i) as number);
      for (let k = 0; k < utf8(char); k++) assert.equal(map[at + k], i, `${text} byte ${at + k}`);
      at += utf8(char);
      i += char.length;
    }
    assert.equal(map[at], text.length);
  }
});

test('every substring that starts and ends on characters is found again', () => {
  for (const text of texts) {
    const map = byteIndex(text);
    const chars = [...text];
    for (let i = 0; i < chars.length; i++) {
      for (let j = i + 1; j <= chars.length; j++) {
        const before = chars.slice(0, i).join('');
        const part = chars.slice(i, j).join('');
        const place = placeIn(map, utf8(before), utf8(before) + utf8(part));
        assert.ok(place);
        assert.equal(text.slice(place[0], place[1]), part);
      }
    }
  }
});

test('a place inside a character grows to the whole character', () => {
  const map = byteIndex('a😀b');
  assert.deepEqual(placeIn(map, 2, 3), [1, 3]);
  assert.deepEqual(placeIn(map, 0, 2), [0, 3]);
  assert.deepEqual(placeIn(map, 3, 6), [1, 4]);
});

test('places that make no sense are left out or cut to the text', () => {
  const map = byteIndex('abc');
  assert.equal(placeIn(map, 3, 4), null);
  assert.equal(placeIn(map, 2, 2), null);
  assert.equal(placeIn(map, 2, 1), null);
  assert.equal(placeIn(map, -1, 2), null);
  assert.equal(placeIn(map, Number.NaN, 2), null);
  assert.deepEqual(placeIn(map, 1, 99), [1, 3]);
  assert.equal(placeIn(byteIndex(''), 0, 1), null);
});

test('segments cut the text at evidence and join to the text again', () => {
  const text = 'C’est notre secret 🤫, ok ? Viens sur l’autre appli.';
  const places = [
    { name: 'text.secrecy', ...spanOf(text, 'notre secret') },
    { name: 'text.moving_app', ...spanOf(text, 'Viens sur l’autre appli') },
  ];
  const parts = segments(text, places);
  assert.equal(parts.map((p) => p.text).join(''), text);
  assert.deepEqual(
    parts.filter((p) => p.names.length).map((p) => [p.names.join(), p.text]),
    [
      ['text.secrecy', 'notre secret'],
      ['text.moving_app', 'Viens sur l’autre appli'],
    ],
  );
});

test('where evidence overlaps, the shared part carries both names', () => {
  const text = 'dis rien à tes parents';
  const parts = segments(text, [
    { name: 'text.secrecy', ...spanOf(text, 'dis rien à tes parents') },
    { name: 'text.isolation', ...spanOf(text, 'tes parents') },
    { name: 'text.isolation', ...spanOf(text, 'tes parents') },
  ]);
  assert.deepEqual(parts, [
    { text: 'dis rien à ', names: ['text.secrecy'] },
    { text: 'tes parents', names: ['text.isolation', 'text.secrecy'] },
  ]);
});

test('no place, no text: nothing to mark', () => {
  assert.deepEqual(segments('', []), []);
  assert.deepEqual(segments('salut', []), [{ text: 'salut', names: [] }]);
  assert.deepEqual(segments('salut', [{ name: 'x', from: 90, to: 99 }]), [{ text: 'salut', names: [] }]);
});
