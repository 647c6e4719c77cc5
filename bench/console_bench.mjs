// SPDX-License-Identifier: Apache-2.0
// From key to screen in the console, on cases of 2,000 messages: node bench/console_bench.mjs [ROUNDS].
//
// Starts the release binary ($VIGIE) on an empty directory, opens cases of 2,000 messages each through the API and goes through them in Chromium by
// keyboard. A time runs from the key's own timestamp to the frame in which its effect is painted (two animation frames after it is in the page). Opening a
// case is measured with the next case fetched ahead, and without (the browser's cryptography taken away).
import { cpus } from 'node:os';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const e2e = join(dirname(fileURLToPath(import.meta.url)), '../tests/e2e');
const { chromium } = await import(pathToFileURL(createRequire(join(e2e, 'package.json')).resolve('playwright-core')).href).then((m) => m.default ?? m);
const { addKey, addUser, makeHome, meet, message, signIn, start } = await import(pathToFileURL(join(e2e, 'lib.mjs')).href);

const ROUNDS = Number(process.argv[2] ?? 5), MESSAGES = 2000, CASES = 2 * ROUNDS + 3; // what somebody gave back is not handed to them again at once
const home = makeHome(), data = join(home, 'data');
const key = addKey(data), password = addUser(data, 'noe', 'referent');
const server = await start({ home, options: ['--threads', '2'] });
const noe = await signIn(server, 'noe', password);

async function longCase(sender) {
  const { adult, child } = await meet(sender);
  const risky = ['how old are you', 'keep this secret', 'send me a picture'];
  const began = Date.now() - MESSAGES * 60_000;
  for (let at = 0; at < MESSAGES; at += 100) {
    const batch = Array.from({ length: 100 }, (_, n) => {
      const i = at + n, own = i % 2 === 0;
      const text = i % 10 === 0 ? `${risky[(i / 10) % 3]}, round ${i}` : `that was round ${i}, a long one; the next begins when everybody is back`;
      return message(own ? adult : child, own ? child : adult, text, { time: new Date(began + i * 60_000).toISOString() }, { channel: 'group' });
    });
    await sender.take(batch);
  }
}
const sender = server.with(key);
for (let i = 0; i < CASES; i++) await longCase(sender);

const browser = await chromium.launch({ executablePath: process.env.VIGIE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });

/** Presses a key; ms from its timestamp to the frame after `shown` holds. */
async function timed(page, press, shown, argument) {
  await page.evaluate(
    ([test, given]) => {
      const holds = new Function('given', `return (${test})(given)`);
      window.painted = new Promise((done) => {
        addEventListener(
          'keydown',
          (event) => {
            const look = () => {
              if (!holds(given)) return requestAnimationFrame(look);
              requestAnimationFrame(() => setTimeout(() => done(performance.now() - event.timeStamp)));
            };
            requestAnimationFrame(look);
          },
          { once: true, capture: true },
        );
      });
    },
    [shown.toString(), argument],
  );
  await page.keyboard.press(press);
  return page.evaluate(() => window.painted);
}

async function open(ahead) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 850 }, bypassCSP: true }); // the measuring function is made in the page
  if (!ahead) await context.addInitScript(() => Object.defineProperty(crypto, 'subtle', { value: undefined }));
  const [name, value] = noe.cookie.split('=');
  await context.addCookies([{ name, value, url: server.url }]);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => console.error(error));
  await page.goto(`${server.url}/#/queue`);
  await page.waitForSelector('.cases');
  return page;
}

const results = {};
const note = (name, ms) => (results[name] ??= []).push(ms);
const idOf = (page) => page.evaluate(() => location.hash.split('/').at(-1));
const whole = (page) => page.waitForFunction(() => document.querySelectorAll('.line').length > 1900 && !document.querySelector('.lines[aria-busy]'));

for (const ahead of [true, false]) {
  const page = await open(ahead);
  await page.keyboard.press('n');
  await page.waitForSelector('.evidence');
  for (let round = 0; round < ROUNDS; round++) {
    await whole(page);
    await page.waitForTimeout(1500); // the next case is there, or would be
    const before = await idOf(page);
    note(`n: next case, ${ahead ? 'fetched ahead' : 'not fetched ahead'}`, await timed(page, 'n', (old) => location.hash.includes('/case/') && !location.hash.endsWith(old) && document.querySelector('.case-title') && document.querySelector('.line-event'), before));
    if (ahead) {
      await whole(page);
      note('2: choose an action', await timed(page, '2', () => document.querySelector('.act-chosen')));
      await page.keyboard.press('Escape');
      note('e: next evidence, lit and in view', await timed(page, 'e', () => document.querySelector('.piece:focus')));
      note('m: cover or uncover all words', await timed(page, 'm', (was) => Boolean(document.querySelector('.masked')) !== was, await page.evaluate(() => Boolean(document.querySelector('.masked')))));
      note('d: display of this case', await timed(page, 'd', () => document.querySelector('#display-case')));
      await page.keyboard.press('d');
      note('?: help', await timed(page, '?', () => document.querySelector('dialog[open]')));
      await page.keyboard.press('Escape');
    }
  }
  await page.context().close();
}
await browser.close();
await server.stop();

console.log(`${cpus().length} x ${cpus()[0].model}, Chromium, ${MESSAGES} messages a case, ${ROUNDS} rounds: median, least, most in ms`);
for (const [name, all] of Object.entries(results)) {
  const sorted = all.sort((a, b) => a - b).map((ms) => ms.toFixed(0));
  console.log(`${name.padEnd(40)} ${sorted[sorted.length >> 1].padStart(5)} ${sorted[0].padStart(5)} ${sorted.at(-1).padStart(5)}`);
}
