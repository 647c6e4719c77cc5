// SPDX-License-Identifier: Apache-2.0
// A media seen as a whole, in a real browser: a reason, a second confirmation, then a picture that is covered unless it is held; nothing is fetched
// before, and every picture of it is on record.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-whole.test.mjs
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fits, phone, startBrowser } from './browser.lib.mjs';
import { addKey, addUser, event, fresh, makeHome, makePolicy, meet, signIn, start, vigie } from './lib.mjs';
import { png } from './png.lib.mjs';

const skip = !existsSync(join(dirname(vigie), 'vigie-decode')) && 'vigie-decode is not built';
const home = makeHome(), data = join(home, 'data');
const policy = makePolicy(home, (space, text) => text.replace(/^  whole: no .*/m, '  whole: yes'));
const key = addKey(data);
const passwords = Object.fromEntries([['rosa', 'referent'], ['lea', 'lead'], ['noe', 'analyst']].map(([name, role]) => [name, addUser(data, name, role)]));
const server = await start({ home, policy, options: ['--threads', '2'] });
const sender = server.with(key), people = {};
for (const name of Object.keys(passwords)) people[name] = await signIn(server, name, passwords[name]);
let browser, id, number;

before(async () => {
  const { child } = await meet(sender);
  const [W, H] = [480, 300], pixels = Buffer.alloc(W * H * 3);
  for (let y = 0; y < H; y++) for (let x = 0; x < W; x++) pixels.set([(x * 255) / W, (y * 255) / H, 128 + 100 * Math.sin(x / 30)], (y * W + x) * 3);
  const upload = (await sender.post('/v1/media', png({ width: W, height: H, pixels }), 'application/octet-stream')).json;
  await people.lea.post('/v1/banks', { name: 'known', source: 'these tests', effect: 'hold' });
  await people.lea.post('/v1/banks/known/entries', { entries: [{ category: 'A', hashes: [{ algorithm: 'sha1', value: upload.sha1 }] }] });
  id = (await sender.take(event('media', fresh('author'), { upload: upload.upload, to: [child], channel: 'group' }))).case;
  number = (await people.lea.get(`/v1/cases/${id}`)).json.events[0].content.media.number;
  browser = await startBrowser(server, people);
});
after(async () => {
  await browser.close();
  await server.stop();
});

const views = async () => (await people.lea.get(`/v1/cases/${id}/media/${number}/views`)).json.views.map((v) => [v.user, v.seen]);
const held = (page) => page.$eval('.whole-picture', (e) => e.classList.contains('held'));

test('a reason first, then a warning, then it shows while it is held', { skip }, async () => {
  const page = await browser.open('rosa'), asked = [];
  page.on('request', (r) => r.url().endsWith('/whole') && asked.push(r.postDataJSON()));
  await page.to(`#/case/${id}`);
  await page.click('.whole-open');
  assert.ok(await page.isDisabled('.whole .button:not(.quiet)'), 'no reason, no way on');
  await page.check('.whole-why input >> nth=1');
  await page.click('.whole .button:not(.quiet)');
  await page.waitForSelector('.whole-sure');
  await browser.shot('whole-sure', page);
  assert.deepEqual([asked, await views()], [[], []], 'nothing is fetched before the second confirmation');
  await page.click('.whole .button:not(.quiet)');
  await page.waitForSelector('.whole-picture');
  assert.deepEqual(asked, [{ why: 'place' }]);
  assert.deepEqual(await views(), [['rosa', 'whole']]);
  assert.equal(await held(page), false, 'it comes covered');
  await browser.shot('whole-covered', page);
  await page.hover('.whole-picture');
  await page.mouse.down();
  assert.equal(await held(page), true);
  await browser.shot('whole-held', page);
  await page.mouse.up();
  assert.equal(await held(page), false, 'letting go covers it');
  await page.focus('.whole-picture');
  await page.keyboard.down('Space');
  assert.equal(await held(page), true, 'the keyboard holds it as well');
  await page.keyboard.up('Space');
  assert.equal(await held(page), false);
  await page.click('.whole > .button.quiet');
  assert.equal(await page.$('.whole'), null, 'closed, it is gone from the page');
  await page.context().close();
});

test('on a telephone, in English, in the dark', { skip }, async () => {
  await people.rosa.post(`/v1/cases/${id}/release`);
  const page = await browser.open('lea', { language: 'en', light: 'dark', ...phone });
  await page.to(`#/case/${id}`);
  await page.click('.whole-open');
  await page.check('.whole-why input >> nth=0');
  await page.click('.whole .button:not(.quiet)');
  await page.waitForSelector('.whole-sure');
  await page.$eval('.whole', (e) => e.scrollIntoView());
  await fits(page, 'asking');
  await browser.shot('whole-phone-sure', page);
  await page.click('.whole .button:not(.quiet)');
  await page.waitForSelector('.whole-picture');
  await page.$eval('.whole', (e) => e.scrollIntoView());
  await fits(page, 'the picture');
  await browser.shot('whole-phone', page);
  await page.context().close();
});

test('who decides nothing is not asked', { skip }, async () => {
  const page = await browser.open('noe');
  await page.to(`#/case/${id}`);
  await page.waitForSelector('.media');
  assert.equal(await page.$('.whole-open'), null);
  await page.context().close();
});
