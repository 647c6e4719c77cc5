// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cover } from '../src/mask';

const covered = (text: string): string[] => cover([{ text, names: [] }]).filter((p) => p.covered).map((p) => p.text);

test('numbers, links and addresses are covered, in whatever spelling', () => {
  assert.deepEqual(covered('appelle le 06 12 34 56 78 ou +33612345678'), ['06 12 34 56 78', '+33612345678']);
  assert.deepEqual(covered('voir https://exemple.test/a?b=1 et www.exemple.test'), ['https://exemple.test/a?b=1', 'www.exemple.test']);
  assert.deepEqual(covered('écris à lou.b@exemple.test ou @lou_13'), ['lou.b@exemple.test', '@lou_13']);
});

test('an age, a time and ordinary words are not', () => {
  assert.deepEqual(covered('j’ai 13 ans, à 16 h 30, 3 fois'), []);
});

test('what is evidence is covered whole; what is held against nobody is not', () => {
  const pieces = cover([
    { text: 'garde ça secret', names: ['text.secrecy'] },
    { text: ' non merci', names: ['mark.refusal'] },
    { text: ' ok', names: [] },
  ]);
  assert.deepEqual(pieces.map((p) => p.covered), [true, false, false]);
});

test('the pieces join to the same text, and keep their names', () => {
  const segments = [{ text: 'mon 0612345678', names: ['mark.age_statement'] }, { text: ' voilà', names: [] }];
  const pieces = cover(segments);
  assert.equal(pieces.map((p) => p.text).join(''), 'mon 0612345678 voilà');
  assert.deepEqual(pieces[1], { text: '0612345678', names: ['mark.age_statement'], covered: true });
});
