// SPDX-License-Identifier: Apache-2.0
// A browser for tests of pages: signed in as somebody, in a language and a size, with what a test wants to know of it kept: scripts that failed, policy
// that was broken. VIGIE_SHOTS=DIR keeps the pictures that a test takes.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const shots = process.env.VIGIE_SHOTS;
export const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };

/** `defaults`: of every context, as Playwright takes them; `problems` collects what went wrong, and closing asserts that nothing did. */
export async function startBrowser(server, people, { timeout = 10_000, ...defaults } = {}) {
  const browser = await chromium.launch({ executablePath: process.env.VIGIE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  const problems = [];
  async function open(name, { language = 'fr', light = 'light', ...options } = {}) {
    const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, locale: 'fr-FR', colorScheme: light, reducedMotion: 'reduce', acceptDownloads: true, ...defaults, ...options });
    await context.addInitScript((lang) => window === top && localStorage.setItem('vigie.language', localStorage.getItem('vigie.language') ?? lang), language); // a document in a frame has no storage
    const [cookie, value] = people[name].cookie.split('=');
    await context.addCookies([{ name: cookie, value, url: server.url }]);
    const page = await context.newPage();
    page.setDefaultTimeout(timeout);
    page.on('console', (m) => /content security policy/i.test(m.text()) && problems.push(m.text()));
    page.on('pageerror', (error) => problems.push(String(error)));
    /** To an address of the console, from the start. */
    page.to = async (hash) => {
      if (page.url() !== 'about:blank') await page.goto(`${server.url}/healthz`);
      await page.goto(`${server.url}/${hash}`);
    };
    return page;
  }
  return {
    open,
    problems,
    async shot(name, page, more = {}) {
      if (!shots) return;
      mkdirSync(shots, { recursive: true });
      await page.screenshot({ path: join(shots, `${name}.png`), ...more });
    },
    async close() {
      await browser.close();
      assert.deepEqual(problems, []);
    },
  };
}

/** Nothing is wider than the screen. */
export async function fits(page, name) {
  const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= screen + 1, `${name}: ${wide} px in ${screen}`);
}
