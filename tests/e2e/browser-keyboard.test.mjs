// SPDX-License-Identifier: Apache-2.0
// A whole turn without a mouse: signing in, going from page to page, the next case, reading, covering words, an opinion, a decision, and the case after; then
// single keys turned off. Nothing here moves or presses a pointer.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-keyboard.test.mjs
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { addKey, addUser, asksPicture, makeHome, meet, message, signIn, start, until } from './lib.mjs';

const shots = process.env.VIGIE_SHOTS;
const home = makeHome(), data = join(home, 'data');
const key = addKey(data), password = addUser(data, 'noe', 'referent');
const server = await start({ home, options: ['--threads', '2'] });
const sender = server.with(key);
const watcher = await signIn(server, 'noe', password);
const failures = [];
let browser, page;

const focus = (selector) => page.waitForFunction((s) => document.activeElement?.matches(s), selector);
const press = async (...keys) => {
  for (const one of keys) await page.keyboard.press(one);
};
/** Tab until this has the focus: as a person without a mouse does. */
async function tabTo(selector, most = 60) {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return;
  }
  assert.fail(`${selector} is not reached by Tab`);
}
const at = (hash) => page.waitForFunction((h) => location.hash.startsWith(h), hash);

before(async () => {
  for (let i = 0; i < 3; i++) {
    const { adult, child } = await meet(sender);
    await sender.take(message(adult, child, 'how old are you', {}, { channel: 'group' }));
    await sender.take(asksPicture(adult, child, {}, { channel: 'group' }));
  }
  browser = await chromium.launch({ executablePath: process.env.VIGIE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  page = await (await browser.newContext({ viewport: { width: 1360, height: 850 }, locale: 'fr-FR', reducedMotion: 'reduce' })).newPage();
  page.setDefaultTimeout(10_000);
  page.on('pageerror', (error) => failures.push(String(error)));
  for (const method of ['click', 'tap', 'hover', 'check']) page[method] = () => assert.fail('no mouse here');
  await page.goto(`${server.url}/`);
});
after(async () => {
  await browser?.close();
  assert.equal((await server.stop()).code, 0, 'the server ends cleanly');
});

test('signing in: the fields are reached and sent by key', async () => {
  await page.waitForSelector('input[name=name]');
  if (!(await page.evaluate(() => document.activeElement?.matches('input[name=name]')))) await tabTo('input[name=name]');
  await page.keyboard.type('noe');
  await tabTo('input[name=password]', 3);
  await page.keyboard.type(password);
  await press('Enter');
  await page.waitForSelector('.cases');
});

test('g and a letter goes to a page from everywhere, and says which letters there are', async () => {
  await press('g');
  await page.waitForSelector('.nav-going .cap');
  await press('Escape');
  await page.waitForFunction(() => !document.querySelector('.nav-going'));
  await press('g', 'b');
  await at('#/banks');
  await press('g', 'q');
  await at('#/queue');
  await page.waitForSelector('.cases');
});

test('the skip link and the rows are reached; Enter opens what has the focus, Escape comes back to it', async () => {
  await press('j');
  await focus('.case-link');
  await press('j', 'k', 'Enter');
  await at('#/case/');
  await page.waitForSelector('.evidence');
  await press('Escape');
  await at('#/queue');
  await focus('.case-link');
});

let taken;
test('n gives the next case; evidence, accounts, display and context have their keys', async () => {
  await press('n');
  await at('#/case/');
  await page.waitForSelector('.evidence');
  taken = await page.evaluate(() => location.hash.split('/').at(-1));
  await press('e');
  await focus('.piece');
  await press('y');
  await page.waitForSelector('.judge-right[aria-pressed=true]');
  await page.waitForSelector('.account-card');
  await press('a');
  await focus('#accounts');
  await press('m');
  await page.waitForSelector('.masked');
  await press('m', 'd');
  await page.waitForSelector('#display-case');
  await press('Escape');
  await page.waitForFunction(() => !document.querySelector('#display-case'));
  await press('o');
  await focus('#context-reason');
  await press('Escape');
  await focus('.context-ask button');
});

test('one key and Enter decide, and the case after it comes', async () => {
  await press('1');
  await page.waitForSelector('.act-chosen');
  await press('Control+Enter');
  await until(async () => {
    const { cases } = (await watcher.get('/v1/cases?state=decided')).json;
    return cases.some((c) => c.id === taken && c.action === 'dismiss');
  }, 'the case is not decided');
  await page.waitForFunction((id) => location.hash.startsWith('#/case/') && !location.hash.endsWith(id) && document.querySelector('.evidence'), taken);
});

test('help lists every key; single keys can be turned off, and Tab still reaches everything', async () => {
  await press('?');
  await page.waitForSelector('dialog[open]');
  const help = await page.locator('dialog').innerText();
  for (const words of ['dossier suivant', 'demander plus de contexte', 'couvrir ou découvrir les mots', 'Aller à une page']) assert.ok(help.includes(words), words);
  if (shots) {
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: join(shots, 'keyboard-help.png') });
  }
  await tabTo('dialog .switch input', 6);
  await press(' ', 'Escape');
  await page.waitForFunction(() => !document.querySelector('dialog[open]'));
  const here = await page.evaluate(() => location.hash);
  await press('n', 'm', 'g', 'q');
  await page.waitForTimeout(150);
  assert.equal(await page.evaluate(() => location.hash), here, 'no single key is taken');
  assert.equal(await page.locator('.masked').count(), 0);
  await press('Escape');
  await at('#/queue');
  await page.waitForSelector('.cases');
  await tabTo('.queue-head .button-main');
  await tabTo('#filter');
});

test('all along: no script failed', () => assert.deepEqual(failures, []));
