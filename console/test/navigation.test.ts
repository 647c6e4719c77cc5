// SPDX-License-Identifier: Apache-2.0
// Each role is shown what it needs; a letter leads to every page, the same for everybody.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assignLetters, destination, foremost, groups, navigation } from '../src/navigation';
import { pageNames, pages, type PageDef } from '../src/pages';
import type { Permission } from '../src/types';

const all = navigation(() => true);
const only = (...held: Permission[]) => navigation((permission) => held.includes(permission));

test('the queue comes first for who may list cases, and is not offered to others', () => {
  assert.equal(all[0]?.to, 'queue');
  assert.equal(only('bank.see').some((item) => item.to === 'queue'), false);
});

test('whoever may do everything is offered every page that has a word, in the order of the groups', () => {
  const named = pageNames.filter((name) => pages[name].nav);
  assert.equal(all.length, named.length + 1);
  const order = all.map((item) => groups.indexOf(item.group));
  assert.deepEqual(order, [...order].sort((a, b) => a - b));
});

test('a page is offered only to who holds its permission', () => {
  for (const name of pageNames) {
    const { permission, nav } = pages[name];
    if (!permission || !nav) continue;
    assert.ok(only(permission).some((item) => item.to === name), name);
    assert.ok(!navigation((p) => p !== permission).some((item) => item.to === name), name);
  }
});

test('every page has a letter of its own, and the letter leads there', () => {
  const letters = all.map((item) => item.letter);
  assert.ok(letters.every((letter) => /^[a-z]$/.test(letter)));
  assert.equal(new Set(letters).size, letters.length);
  for (const item of all) assert.equal(destination(all, item.letter.toUpperCase()), item.to);
  assert.equal(destination(only('case.list'), 'b'), null, 'not to a page that is not offered');
});

test('letters: the asked one when it is free, else one of the path, else any', () => {
  const def = (path: string, letter?: string): PageDef => ({ path, title: 'dead.title', ...(letter ? { letter } : {}) });
  const of: Record<string, PageDef> = { a: def('queue', 'q'), b: def('mine', 'm'), c: def('m-1', 'm'), d: def('mm'), e: def('xyz', 'x') };
  const letters = assignLetters(Object.keys(of), (name) => of[name] as PageDef);
  assert.equal(letters.get('a'), 'u', 'q is the queue’s');
  assert.equal(letters.get('b'), 'm');
  assert.equal(letters.get('e'), 'x');
  assert.equal(new Set(letters.values()).size, 5);
});

test('on a narrow screen the first two stay in sight', () => {
  assert.deepEqual(foremost(all).map((item) => item.to), all.slice(0, 2).map((item) => item.to));
  assert.deepEqual(foremost([]), []);
});
