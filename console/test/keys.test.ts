// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actions, bindings, commandOf, isTyping, places } from '../src/keys';

const press = (key: string, more: object = {}) => ({ key, ...more });

test('digits choose actions on any keyboard: the key counts, not what is printed on it', () => {
  const azerty = ['&', 'é', '"', "'", '(', '-'];
  actions.forEach((action, i) => {
    assert.equal(commandOf(press(String(i + 1), { code: `Digit${i + 1}` }), 'case', false), `act:${action}`);
    assert.equal(commandOf(press(azerty[i] as string, { code: `Digit${i + 1}` }), 'case', false), `act:${action}`);
    assert.equal(commandOf(press(String(i + 1), { code: `Numpad${i + 1}` }), 'case', false), `act:${action}`);
  });
  assert.equal(commandOf(press('8', { code: 'Digit8' }), 'case', false), null);
});

test('/ and ? count as what they are, wherever they are on the keyboard', () => {
  assert.equal(commandOf(press('/', { code: 'Digit7' }), 'queue', false), 'filter');
  assert.equal(commandOf(press('?', { code: 'Minus' }), 'case', false), 'help');
});

test('nothing is taken from somebody who types', () => {
  for (const binding of bindings) {
    for (const place of places) {
      for (const key of binding.keys) {
        const found = commandOf(press(key), place, true);
        assert.ok(found === null || found === 'back', `${key} while typing: ${found}`);
      }
    }
  }
  assert.equal(commandOf(press('Enter', { ctrlKey: true }), 'case', true), 'confirm');
});

test('keys with Ctrl, Cmd or Alt belong to the browser', () => {
  for (const modifier of ['ctrlKey', 'metaKey', 'altKey']) {
    for (const key of ['j', 'n', 'r', 'l', 't', 'c', '1']) {
      assert.equal(commandOf(press(key, { [modifier]: true }), 'case', false), null);
      assert.equal(commandOf(press(key, { [modifier]: true }), 'queue', false), null);
    }
  }
});

test('keys are not taken while letters are being composed', () => {
  assert.equal(commandOf(press('n', { isComposing: true }), 'queue', false), null);
});

test('a key that is held down moves, but does not decide again', () => {
  assert.equal(commandOf(press('j', { repeat: true }), 'queue', false), 'down');
  assert.equal(commandOf(press('1', { repeat: true }), 'case', false), null);
  assert.equal(commandOf(press('n', { repeat: true }), 'case', false), null);
});

test('each page answers its own keys only', () => {
  assert.equal(commandOf(press('j'), 'case', false), null);
  assert.equal(commandOf(press('1'), 'queue', false), null);
  assert.equal(commandOf(press('r'), 'queue', false), null);
  assert.equal(commandOf(press('ArrowDown'), 'queue', false), 'down');
  assert.equal(commandOf(press('J'), 'queue', false), 'down');
  assert.equal(commandOf(press('Escape'), 'everywhere', false), 'back');
  assert.equal(commandOf(press('Enter'), 'queue', false), null);
});

test('no key means two things on one page', () => {
  for (const place of places) {
    const seen = new Set<string>();
    for (const b of bindings.filter((x) => x.place === place || x.place === 'everywhere')) {
      for (const key of b.keys) {
        const name = `${b.ctrl ? 'ctrl+' : ''}${key}`;
        assert.ok(!seen.has(name), `${name} twice on ${place}`);
        seen.add(name);
      }
    }
  }
});

test("a key that is held at a media is the media's own: the page hears it once", () => {
  assert.equal(commandOf(press('v'), 'case', false), 'view');
  assert.equal(commandOf(press('v', { repeat: true }), 'case', false), null);
  assert.equal(commandOf(press('v'), 'queue', false), null);
});

test('what counts as typing', () => {
  assert.ok(isTyping({ tagName: 'INPUT', type: 'text' }));
  assert.ok(isTyping({ tagName: 'INPUT', type: 'password' }));
  assert.ok(isTyping({ tagName: 'textarea' }));
  assert.ok(isTyping({ tagName: 'SELECT' }));
  assert.ok(isTyping({ tagName: 'DIV', isContentEditable: true }));
  assert.ok(!isTyping({ tagName: 'INPUT', type: 'checkbox' }));
  assert.ok(!isTyping({ tagName: 'BUTTON' }));
  assert.ok(!isTyping(null));
});
