// SPDX-License-Identifier: Apache-2.0
// Both languages say everything, with the same values, in good typography.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isSingular, translate, word, translator } from '../src/i18n';
import { bindings } from '../src/keys';
import { entry, isKey, keys, typography, type Entry } from '../src/strings';
import type { Lang } from '../src/types';

declare const TEST_ROOT: string;
const languages: Lang[] = ['fr', 'en'];
const forms = (e: Entry): string[] => (typeof e === 'string' ? [e] : [e.one, e.other]);
const holes = (text: string): string => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join();

test('every sentence is there in both languages, with the same values', () => {
  for (const key of keys) {
    const [fr, en] = [entry(key, 'fr'), entry(key, 'en')];
    assert.equal(typeof fr, typeof en, `${key}: one language has a plural, the other not`);
    for (const text of [...forms(fr), ...forms(en)]) {
      assert.ok(text.trim(), `${key} is empty`);
      assert.equal(text, text.trim(), `${key} begins or ends with a space`);
      if (typeof fr !== 'string') assert.ok(text.includes('{n}'), `${key}: a plural without {n}`);
    }
    assert.equal(
      holes(forms(fr)[0] as string),
      holes(forms(en)[0] as string),
      `${key}: other values in French and English`,
    );
  }
});

test('French spaces: none that could break before : ; ! ? % or inside « »', () => {
  for (const key of keys) {
    for (const form of forms(entry(key, 'fr'))) {
      const text = typography(form, 'fr');
      assert.doesNotMatch(text, / [:;!?%»]|« /, key);
      assert.doesNotMatch(text, /[^\s\u00a0\u202f][;!?](?!\w)/u, `${key}: "${text}" lacks a space before its mark`);
      assert.doesNotMatch(text, /'/, key);
      assert.doesNotMatch(text, /\.\.\./, key);
    }
  }
  assert.equal(typography("l'âge : « 13 ans » ?", 'fr'), 'l’âge\u00a0: «\u202f13\u00a0ans\u202f»\u202f?');
});

test('English has no straight apostrophe and no French quotation marks', () => {
  for (const key of keys) {
    for (const form of forms(entry(key, 'en'))) {
      const text = typography(form, 'en');
      assert.doesNotMatch(text, /'|[«»]/, key);
      assert.doesNotMatch(text, / [:;!?]/, key);
    }
  }
});

test('plurals: French counts 0 as one, English does not', () => {
  assert.ok(isSingular(0, 'fr'));
  assert.ok(isSingular(1, 'fr'));
  assert.ok(isSingular(1.5, 'fr'));
  assert.ok(!isSingular(2, 'fr'));
  assert.ok(!isSingular(0, 'en'));
  assert.ok(isSingular(1, 'en'));
  assert.equal(translate('fr', 'queue.events', { n: 0 }), '0 événement');
  assert.equal(translate('en', 'queue.events', { n: 0 }), '0 events');
  assert.equal(translate('fr', 'queue.events', { n: 1234 }), '1\u202f234 événements');
});

test('a value is put in as it is, even when it looks like a hole or like markup', () => {
  assert.equal(translate('en', 'act.by', { who: '{n} <b>' }), 'by {n} <b>');
});

test('a name that the catalogue does not know is shown as the server wrote it', () => {
  const t = translator('fr');
  assert.equal(word(t, 'ev', 'text.brand_new'), 'text.brand_new');
  assert.equal(word(t, 'ev', 'text.secrecy'), 'demande le secret');
  assert.equal(word(t, 'ev', '__proto__'), '__proto__');
  assert.ok(!isKey('constructor'));
});

test('every evidence name of the engine has its words, and every stage', () => {
  const header = readFileSync(join(TEST_ROOT, '../src/event/evidence.h'), 'utf8');
  const names = [...header.matchAll(/X\(\d+, VG_\w+, "(\w+)", "(\w+)"\)/g)].map((m) => `${m[1]}.${m[2]}`);
  assert.ok(new Set(names).size >= 38);
  for (const name of names) assert.ok(isKey(`ev.${name}`), name);
  assert.deepEqual(
    keys.filter((key) => key.startsWith('ev.') && !names.includes(key.slice(3))),
    [],
    'and no other name has any',
  );
  const stages = [...header.matchAll(/^    VG_STAGE_([A-Z_]+),/gm)].map((m) => (m[1] as string).toLowerCase());
  assert.equal(stages.length, 6);
  for (const stage of stages) assert.ok(isKey(`stage.${stage}`) && isKey(`stage.${stage}.help`), stage);
});

test('no sentence of the catalogue is left without use', () => {
  const files = (dir: string): string[] =>
    readdirSync(dir, { withFileTypes: true }).flatMap((f) =>
      f.isDirectory() ? files(join(dir, f.name)) : [join(dir, f.name)],
    );
  const source = files(join(TEST_ROOT, 'src'))
    .filter((f) => /\.tsx?$/.test(f) && !/strings(-\w+)?\.ts$/.test(f))
    .map((f) => readFileSync(f, 'utf8'))
    .join('\n');
  // names made at run time: `word(t, 'ev', name)` and t(`act.${action}`) use every key that begins so
  const made = [
    ...[...source.matchAll(/`([a-z][\w.]*\.\w*)\$\{/g)].map((m) => m[1] as string),
    ...[...source.matchAll(/\bword\(\s*t,\s*'([\w.]+)'/g)].map((m) => `${m[1]}.`),
    'mark.',
  ];
  const unused = keys.filter(
    (key) => !made.some((p) => key.startsWith(p)) && !source.includes(`'${key}'`) && !source.includes(`"${key}"`),
  );
  assert.deepEqual(unused, []);
  for (const languageName of languages) assert.ok(bindings.every((b) => translate(languageName, b.label)));
});

test('no part of the page writes markup by hand', () => {
  const files = (dir: string): string[] =>
    readdirSync(dir, { withFileTypes: true }).flatMap((f) =>
      f.isDirectory() ? files(join(dir, f.name)) : [join(dir, f.name)],
    );
  for (const f of files(join(TEST_ROOT, 'src'))) {
    assert.doesNotMatch(
      readFileSync(f, 'utf8'),
      /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function/,
      f,
    );
  }
});

test('no sentence stands in a page: they are all in the catalogue', () => {
  const views = join(TEST_ROOT, 'src/views');
  const spoken = /\b(?:title|aria-label|placeholder|alt)="(?!\w+(?:\.\w+)+")[^"]*\p{L}{2,}[^"]*"/u; // but a key of the catalogue
  const between = /(?<![=-])>\s*([^<>{}()`;=|&]*\p{L}{2,}[^<>{}()`;=|&]*?)\s*(?:<\/|<[a-z]|\{)/gu;
  for (const f of [...readdirSync(views).map((name) => join(views, name)), join(TEST_ROOT, 'src/main.tsx')]) {
    if (!f.endsWith('.tsx')) continue;
    const text = readFileSync(f, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    assert.doesNotMatch(text, spoken, f);
    const found = [...text.matchAll(between)].map((m) => m[1] as string).filter((said) => !/^(?:[A-Z0-9_ ?-]+|Ctrl|abc)$/.test(said));
    assert.deepEqual(found, [], f);
  }
});
