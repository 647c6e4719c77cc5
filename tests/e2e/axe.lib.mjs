// SPDX-License-Identifier: Apache-2.0
// WCAG 2.2 AA as far as a program can tell: axe-core, run inside a page of the console. It comes in through the debugger, so that the
// page's strict Content-Security-Policy stays as it is.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

/** What axe finds wrong on the page as it is now, as readable lines. `except`: rules to leave out. */
export async function violations(page, except = []) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  const found = await page.evaluate(
    ([only, off]) =>
      window.axe
        .run(document, { runOnly: { type: 'tag', values: only }, rules: Object.fromEntries(off.map((r) => [r, { enabled: false }])), resultTypes: ['violations'] })
        .then((result) => result.violations),
    [tags, except],
  );
  return found.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}\n    ${n.html.slice(0, 160)}\n    ${n.failureSummary?.split('\n').slice(1).join('; ').trim()}`));
}

/** Fails with every violation of the page. */
export async function accessible(page, name) {
  const found = await violations(page);
  assert.equal(found.length, 0, `${name}: ${found.length} violations\n  ${found.join('\n  ')}`);
}
