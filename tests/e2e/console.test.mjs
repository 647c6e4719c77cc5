// SPDX-License-Identifier: Apache-2.0
// The console in a real browser against a running server: a person signs in, reads a case, decides it, by keyboard only.
//
//   VIGIE_URL=http://127.0.0.1:3018 VIGIE_USER=lea VIGIE_PASSWORD=... [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test
//
// The server must hold at least two open cases, one of them with evidence in a text. Two cases are decided.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const url = new URL(process.env.VIGIE_URL ?? 'http://127.0.0.1:3018/');
const user = process.env.VIGIE_USER;
const password = process.env.VIGIE_PASSWORD;
const shots = process.env.VIGIE_SHOTS;
const WAIT = 10_000;

let browser;
let context;
let page;
const foreign = [];
const violations = [];
const failures = [];

async function shot(name, target = page) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await target.screenshot({ path: join(shots, `${name}.png`) });
}

function watch(target) {
  target.setDefaultTimeout(WAIT);
  target.on('request', (request) => {
    const to = new URL(request.url());
    if (to.protocol !== 'data:' && to.host !== url.host) foreign.push(request.url());
  });
  target.on('console', (message) => {
    if (/content security policy/i.test(message.text())) violations.push(message.text());
  });
  target.on('pageerror', (error) => failures.push(String(error)));
}

const caseOf = (target = page) => /#\/case\/(c-\d+)/.exec(target.url())?.[1];
const focusIsIn = (selector) => page.evaluate((s) => Boolean(document.activeElement?.closest(s)), selector);

/** The case as the server has it, asked with the browser's own session, without reading its content. */
async function stateOf(id) {
  for (const state of ['open', 'decided']) {
    const answer = await page.evaluate(async (s) => (await fetch(`/v1/cases?state=${s}&limit=500`)).json(), state);
    const found = answer.cases.find((c) => c.id === id);
    if (found) return found;
  }
  return undefined;
}
async function until(check, what) {
  const end = Date.now() + WAIT;
  for (;;) {
    const value = await check();
    if (value) return value;
    assert.ok(Date.now() < end, `waited ${WAIT / 1000} s: ${what}`);
    await new Promise((r) => setTimeout(r, 100));
  }
}
async function signIn(target, secret) {
  await target.fill('input[name=name]', user);
  await target.fill('input[name=password]', secret);
  await target.keyboard.press('Enter');
}
async function openCaseWithMarks() {
  await page.waitForSelector('.evidence');
  for (let tries = 0; tries < 30; tries++) {
    if ((await page.locator('.lines mark').count()) > 0) return;
    const id = caseOf();
    await page.keyboard.press('n');
    await page.waitForFunction((old) => !location.hash.includes(old), id);
    await page.waitForSelector('.evidence');
  }
  assert.fail('no case with evidence in a text among the first thirty');
}

before(async () => {
  assert.ok(user && password, 'VIGIE_USER and VIGIE_PASSWORD are needed');
  browser = await chromium.launch({
    executablePath: process.env.VIGIE_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-default-apps',
      '--no-first-run',
    ],
  });
  context = await browser.newContext({ viewport: { width: 1360, height: 850 }, locale: 'fr-FR', colorScheme: 'light' });
  page = await context.newPage();
  watch(page);
});
after(async () => {
  await browser?.close();
});

test('the page comes with a strict policy', async () => {
  const response = await page.goto(url.href);
  const policy = response.headers()['content-security-policy'] ?? '';
  assert.match(policy, /default-src 'none'|default-src 'self'/);
  assert.doesNotMatch(policy, /unsafe-|\*|https?:/);
  assert.match(policy, /frame-ancestors 'none'/);
});

test('a wrong password is refused in words, and the name is kept', async () => {
  await page.waitForSelector('input[name=name]');
  assert.ok(await focusIsIn('input[name=name]'), 'the name field has the focus');
  await shot('signin');
  await signIn(page, `${password}-not`);
  await page.waitForFunction(() => document.querySelector('#signin-message')?.textContent?.trim());
  assert.equal(await page.inputValue('input[name=name]'), user);
  assert.equal(await page.inputValue('input[name=password]'), '');
  await shot('signin-wrong');
});

test('the right password leads to the queue', async () => {
  await signIn(page, password);
  await page.waitForSelector('[data-case]');
  assert.equal(await page.locator('h1').count(), 1);
  await page.waitForSelector('.live-live');
  const risks = await page.locator('[data-case] .col-risk').count();
  assert.ok(risks >= 1);
  await shot('queue');
});

test('language and theme change at a key, and stay after a reload', async () => {
  const lang = () => page.evaluate(() => document.documentElement.lang);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const first = await lang();
  await page.keyboard.press('l');
  await page.waitForFunction((old) => document.documentElement.lang !== old, first);
  const second = await lang();
  assert.deepEqual([first, second].sort(), ['en', 'fr']);
  const day = await ground();
  await page.keyboard.press('t');
  await page.waitForFunction((old) => getComputedStyle(document.body).backgroundColor !== old, day);
  await shot('queue-other-language-dark');
  await page.reload();
  await page.waitForSelector('[data-case]');
  assert.equal(await lang(), second);
  assert.notEqual(await ground(), day);
  await page.keyboard.press('t');
  if (second !== 'fr') await page.keyboard.press('l');
  await page.waitForFunction(() => document.documentElement.lang === 'fr');
});

test('? shows the keys, Escape closes them', async () => {
  await page.keyboard.press('?');
  await page.waitForSelector('dialog[open]');
  assert.ok((await page.locator('dialog kbd').count()) > 20);
  await shot('keys');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'hidden' });
});

test('a key pressed right after the help closed is not lost', async () => {
  await page.evaluate(() => {
    const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    document.activeElement.blur();
    press('?');
    return new Promise((done) => setTimeout(() => {
      document.querySelector('dialog').close(); // its `close` event is still to come
      press('j');
      done();
    }, 200));
  });
  await until(() => focusIsIn('[data-case]'), 'a row has the focus');
});

test('j and k go from case to case, / filters, letters typed there are letters', async () => {
  await page.keyboard.press('j');
  await until(() => focusIsIn('[data-case]'), 'a row has the focus');
  const account = await page.locator('[data-case] .account').first().textContent();
  await page.keyboard.press('/');
  assert.ok(await focusIsIn('#filter'));
  await page.keyboard.type('jkn?zzzz');
  assert.equal(await page.inputValue('#filter'), 'jkn?zzzz');
  await page.waitForSelector('[data-case]', { state: 'detached' });
  await page.fill('#filter', account);
  await page.waitForSelector('[data-case]');
  await page.locator('#filter').focus();
  await page.keyboard.press('Escape');
  assert.equal(await page.inputValue('#filter'), '');
});

test('Enter opens the case and takes it; evidence is marked where it was found', async () => {
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.hash.startsWith('#/case/'));
  await openCaseWithMarks();
  const id = caseOf();
  await until(async () => (await stateOf(id))?.claimed_by === user, 'the case is claimed');
  const mark = page.locator('.lines mark').first();
  assert.ok((await mark.innerText()).trim().length > 0);
  const name = (await mark.getAttribute('data-ev')).split(' ')[0];
  await mark.hover();
  assert.ok(await page.locator(`.piece[data-ev="${name}"].lit`).count(), 'its explanation lights up');
  const piece = page.locator(`.piece[data-ev="${name}"]`);
  assert.ok((await piece.innerText()).trim().split('\n').length >= 2, 'and says why in a sentence');
  await page.mouse.move(0, 0);
  await piece.focus();
  assert.ok(await page.locator(`.lines mark.lit[data-ev~="${name}"]`).count(), 'and the reverse');
  await shot('case');
});

test('the open case does not scroll as a whole, and nothing lies under the decision bar', async () => {
  const boxes = await page.evaluate(() => ({
    over: document.documentElement.scrollHeight - innerHeight,
    aside: document.documentElement.scrollWidth - innerWidth,
  }));
  assert.ok(boxes.over <= 0 && boxes.aside <= 0, JSON.stringify(boxes));
});

test('a half-made decision survives a reload and is not sent by itself', async () => {
  const id = caseOf();
  await page.keyboard.press('2');
  await page.waitForSelector('.decide-form');
  const before = page.url();
  await page.keyboard.press('r'); // somebody begins to type a note at once
  await page.keyboard.type('ne pas perdre');
  assert.equal(await page.inputValue('.decide-form textarea >> nth=0'), 'ne pas perdre', 'what is typed goes into the note');
  assert.equal(page.url(), before, 'and the case is still there');
  await page.fill('.decide-form textarea >> nth=0', 'une note « entre collègues » 🤝');
  await page.reload();
  await page.waitForSelector('.decide-form');
  assert.equal(await page.inputValue('.decide-form textarea >> nth=0'), 'une note « entre collègues » 🤝');
  assert.equal((await stateOf(id)).state, 'open');
  await until(async () => (await stateOf(id))?.claimed_by === user, 'the case is claimed again');
  await shot('decide');
});

test('a lost connection keeps the decision; when it is back, it is sent', async () => {
  const id = caseOf();
  await page.waitForSelector('.act-chosen:not([disabled])');
  await context.setOffline(true);
  await page.locator('.decide-form textarea >> nth=0').focus();
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('.decide-message .notice-bad');
  assert.equal(await page.inputValue('.decide-form textarea >> nth=0'), 'une note « entre collègues » 🤝');
  await shot('connection-lost');
  await context.setOffline(false);
  await page.locator('.decide-form textarea >> nth=0').focus();
  await page.keyboard.press('Control+Enter');
  await page.waitForFunction((old) => !location.hash.includes(old), id);
  const decided = await until(async () => {
    const found = await stateOf(id);
    return found?.state === 'decided' && found;
  }, 'the case is decided');
  assert.equal(decided.action, 'warn');
});

test('one key and Enter decide; the next case comes', async () => {
  if (!caseOf()) {
    await page.waitForSelector('[data-case]');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
  }
  await page.waitForSelector('[data-action=dismiss]:not([disabled])');
  const id = caseOf();
  await page.keyboard.press('1');
  await page.waitForSelector('.decide-form');
  assert.equal((await stateOf(id)).state, 'open', 'nothing is sent before it is confirmed');
  await page.keyboard.press('Enter');
  await page.waitForFunction((old) => !location.hash.includes(old), id);
  const decided = await until(async () => {
    const found = await stateOf(id);
    return found?.state === 'decided' && found;
  }, 'the case is decided');
  assert.equal(decided.action, 'dismiss');
});

test('Escape leads back to the queue and gives the case back', async () => {
  const id = caseOf();
  if (id) {
    await page.waitForSelector('.case-head');
    await page.waitForTimeout(300);
    await page.keyboard.press('Escape');
  }
  await page.waitForSelector('.views');
  if (id) await until(async () => !(await stateOf(id))?.claimed_by, 'the case is free again');
});

test('decided cases have their own list', async () => {
  await page.click('[data-view=decided]');
  await page.waitForSelector('.cases-decided [data-case]');
  assert.ok((await page.locator('.cases-decided [data-case]').count()) >= 2);
  await shot('decided');
});

test('phone width and 400 % zoom: nothing is wider than the screen', async () => {
  const phone = await context.newPage();
  watch(phone);
  const overflow = () =>
    phone.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  for (const width of [360, 320]) {
    await phone.setViewportSize({ width, height: 740 });
    await phone.goto(`${url.href}#/queue`);
    await phone.waitForSelector('[data-case]');
    assert.ok((await overflow()) <= 0, `queue at ${width}`);
    await shot(`phone-queue-${width}`, phone);
    await phone.locator('[data-look=first][data-category=contact]:not(:has(.holder)) .case-link').first().click();
    await phone.waitForSelector('.evidence');
    assert.ok((await overflow()) <= 0, `case at ${width}`);
    await phone.waitForSelector('[data-action=warn]:not([disabled])');
    await phone.click('[data-action=warn]');
    await phone.waitForSelector('.decide-form');
    assert.ok((await overflow()) <= 0, `decision at ${width}`);
    await shot(`phone-case-${width}`, phone);
    await phone.keyboard.press('Escape');
    await phone.keyboard.press('Escape');
    await phone.waitForSelector('.views');
  }
  await phone.close();
});

test('everything has a name: buttons, links, fields, pages', async () => {
  await page.goto(`${url.href}#/queue`);
  await page.waitForSelector('[data-case]');
  const nameless = await page.evaluate(() => {
    const named = (e) =>
      e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length || e.getAttribute('title');
    return [...document.querySelectorAll('button, a, input, select, textarea')]
      .filter((e) => !named(e))
      .map((e) => e.outerHTML);
  });
  assert.deepEqual(nameless, []);
  const landmarks = await page.evaluate(() =>
    ['header', 'nav', 'main'].map((n) => document.querySelectorAll(n).length > 0),
  );
  assert.deepEqual(landmarks, [true, true, true]);
});

test('signing out leaves nothing behind', async () => {
  await page.click('[data-tool=signout]');
  await page.waitForSelector('input[name=name]');
  assert.equal(await page.evaluate(async () => (await fetch('/v1/cases')).status), 401);
  assert.equal(
    await page.evaluate(() => Object.keys(sessionStorage).filter((k) => k.startsWith('vigie.draft')).length),
    0,
  );
});

test('all along: no other host was asked, no policy was broken, no script failed', () => {
  assert.deepEqual(foreign, []);
  assert.deepEqual(violations, []);
  assert.deepEqual(failures, []);
});
