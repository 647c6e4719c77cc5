// SPDX-License-Identifier: Apache-2.0
// WCAG 2.2 AA for the colours of the style sheet: 4.5:1 for text, 3:1 for edges of controls, focus and bars that mean something.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

declare const TEST_ROOT: string;
const css = readFileSync(join(TEST_ROOT, 'src/css/tokens.css'), 'utf8');

function tokens(block: string): Map<string, string> {
  return new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map((m) => [m[1] as string, m[2] as string]));
}
const blocks = [...css.matchAll(/:root[^{]*\{([^}]*)\}/g)].map((m) => tokens(m[1] as string));
const [light, nightBySystem, nightByChoice] = blocks as [Map<string, string>, Map<string, string>, Map<string, string>];

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const onPages = ['paper', 'surface'];
const text: [string, string[]][] = [
  [
    'ink',
    [
      ...onPages,
      'sunken',
      'chip',
      'accent-soft',
      'ochre-soft',
      'clay-soft',
      'mark',
      'mark-lit',
      'bubble',
      'bubble-own',
    ],
  ],
  ['soft', [...onPages, 'sunken', 'chip', 'accent-soft', 'ochre-soft', 'bubble', 'bubble-own']],
  ['accent', [...onPages, 'accent-soft']],
  ['on-accent', ['accent', 'accent-hover']],
  ['ochre', [...onPages, 'ochre-soft', 'accent-soft']],
  ['clay', [...onPages, 'clay-soft', 'accent-soft', 'bubble', 'bubble-own']],
  ['minor', ['minor-soft']],
  ['ink', ['minor-soft', 'ochre-soft', 'clay-soft']],
];
const shapes: [string, string[]][] = [
  ['edge', [...onPages, 'bubble', 'bubble-own']],
  ['accent', [...onPages, 'accent-soft']],
  ['mark-line', ['bubble', 'bubble-own', 'mark']],
  ['minor', ['bubble', 'bubble-own', 'minor-soft']],
  ['fill-low', [...onPages, 'accent-soft']],
  ['fill-mid', onPages],
  ['fill-high', onPages],
];

for (const [name, theme] of [
  ['day', light],
  ['night', nightByChoice],
] as const) {
  test(`${name}: text is readable on what it stands on`, () => check(theme, text, 4.5));
  test(`${name}: edges, focus and bars are visible`, () => check(theme, shapes, 3));
}

function check(theme: Map<string, string>, pairs: [string, string[]][], least: number): void {
  const low: string[] = [];
  for (const [front, backs] of pairs) {
    for (const back of backs) {
      const [a, b] = [theme.get(front), theme.get(back)];
      assert.ok(a && b, `${front} on ${back}`);
      const ratio = contrast(a, b);
      if (ratio < least) low.push(`${front} on ${back}: ${ratio.toFixed(2)}`);
    }
  }
  assert.deepEqual(low, []);
}

test('the night is the same by the system and by choice, and says every colour of the day', () => {
  assert.deepEqual([...nightBySystem], [...nightByChoice]);
  assert.deepEqual([...nightByChoice.keys()].sort(), [...light.keys()].sort());
});
