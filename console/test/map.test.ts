// SPDX-License-Identifier: Apache-2.0
// The small map: which countries, in whose colour, from whom to whom, and that its outlines are what the script writes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mapOf, othersThan, type Place, type Whose } from '../src/map/mapof';
import { centres, HEIGHT, shapes, WIDTH } from '../src/map/world';

declare const TEST_ROOT: string;
const place = (country: string, ...roles: [Whose, number][]): Place => ({ country, name: { fr: country, en: country }, roles: roles.map(([whose, confidence]) => ({ whose, confidence })) });
const northSouth = [place('FR', ['author', 0.7]), place('NL', ['host', 0.95]), place('PH', ['victim', 0.5])];

test('ordered in one country, committed in a second, hosted in a third', () => {
  const drawn = mapOf(northSouth);
  assert.deepEqual(drawn.countries.map((c) => [c.code, c.whose]), [['FR', 'author'], ['NL', 'host'], ['PH', 'victim']]);
  assert.deepEqual(drawn.arcs.map((a) => [a.from, a.to]), [['FR', 'PH'], ['PH', 'NL']]);
  assert.deepEqual(drawn.missing, []);
});

test('all points are in what is shown, and what is shown is of the world', () => {
  for (const places of [northSouth, [place('FR', ['author', 1])], [place('US', ['author', 1]), place('NZ', ['victim', 1])]]) {
    const { view: [x, y, w, h], points } = mapOf(places);
    for (const p of points) assert.ok(p.x >= x && p.x <= x + w && p.y >= y && p.y <= y + h, `${p.code} at ${p.x} ${p.y} in ${[x, y, w, h]}`);
    assert.ok(x >= 0 && y >= 0 && x + w <= WIDTH + 1 && y + h <= HEIGHT + 1);
    assert.ok(Math.abs(w / h - WIDTH / HEIGHT) < 0.05);
  }
});

test('two in one country: no arc to itself, and the victim lends the colour', () => {
  const drawn = mapOf([place('FR', ['author', 0.9], ['victim', 0.4])]);
  assert.deepEqual(drawn.arcs, []);
  assert.equal(drawn.countries[0]?.whose, 'victim');
  assert.deepEqual(drawn.labels[0]?.roles, ['victim', 'author']);
});

test('of two places of one person the surer one is joined, the other stays; what is weak says so', () => {
  const drawn = mapOf([place('FR', ['author', 0.42]), place('RO', ['author', 0.2]), place('PH', ['victim', 0.3])]);
  assert.deepEqual(drawn.arcs.map((a) => [a.from, a.to, a.weak]), [['FR', 'PH', true]]);
  assert.deepEqual(drawn.points.map((p) => [p.code, p.weak]), [['FR', false], ['RO', true], ['PH', true]]);
});

test('a country that the map does not have is in the table alone', () => {
  assert.deepEqual(mapOf([place('XX', ['host', 1])]).missing, ['XX']);
  assert.deepEqual(mapOf([]).points, []);
  assert.ok(centres['SG'] && centres['MT'], 'small countries have a point');
});

test('the others are everything else', () => {
  assert.ok(!othersThan(['FR']).includes(shapes['FR'] as string));
  assert.ok(othersThan(['FR']).includes(shapes['PH'] as string));
});

test('the outlines are what scripts/gen-map.mjs writes, and small', () => {
  assert.ok(readFileSync(join(TEST_ROOT, 'src/map/world.ts')).length < 40_000);
  const done = spawnSync(process.execPath, [join(TEST_ROOT, '../scripts/gen-map.mjs'), '--check'], { encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
});
