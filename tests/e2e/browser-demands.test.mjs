// SPDX-License-Identifier: Apache-2.0
// A removal demand of an authority, in a browser: written down, acknowledged, suspended with reasons, resumed, carried out, attested, and the proof taken away.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-demands.test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { accessible } from './axe.lib.mjs';
import { fits, phone, startBrowser } from './browser.lib.mjs';
import { addUser, makeHome, makePolicy, signIn, start } from './lib.mjs';

const home = makeHome(), data = `${home}/data`;
const passwords = { lea: addUser(data, 'lea', 'lead'), remi: addUser(data, 'remi', 'referent') };
const server = await start({ home, policy: makePolicy(home) });
const people = {};
for (const name of Object.keys(passwords)) people[name] = await signIn(server, name, passwords[name]);
let browser, open, shot;
before(async () => {
  browser = await startBrowser(server, people);
  ({ open, shot } = browser);
});
after(async () => {
  await browser.close();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

let id;
const read = async () => (await people.lea.get(`/v1/demands/${id}`)).json;
const state = async (page, words) => page.locator('.timeline', { hasText: words }).waitFor();

test('a demand is written down; what is missing is said beside its field, and nothing typed is lost', async () => {
  const page = await open('lea');
  await page.to('#/demands');
  await page.locator('.page-demands > .button').click();
  await page.fill('#demand-authority', 'Autorité des tests');
  await page.click('.demand-form button[type=submit]');
  await page.locator('#demand-reference-more.field-error, #demand-country-more.field-error').first().waitFor();
  assert.equal(await page.inputValue('#demand-authority'), 'Autorité des tests');
  await page.fill('#demand-country', 'France');
  await page.fill('#demand-reference', 'RET-2026-7');
  await page.fill('#demand-legal_basis', 'LCEN, article 6-1');
  await page.fill('#demand-items', 'https://example.org/p/1\nhttps://example.org/p/2');
  await shot('demand-form', page, { fullPage: true });
  await page.click('.demand-form button[type=submit]');
  await page.waitForURL(/#\/demand\/d-\d+/);
  id = /d-\d+/.exec(page.url())[0];
  await page.locator('.demand-left').waitFor();
  assert.match(await page.textContent('.demand-left'), /reste 23/);
  assert.equal((await read()).things.length, 2);
  await accessible(page, 'a demand');
  await page.context().close();
});

test('acknowledged, suspended with its reasons, resumed: the clock stands and goes on', async () => {
  const page = await open('lea', phone);
  await page.to(`#/demand/${id}`);
  const act = async (name, fields = async () => {}) => {
    await page.locator('.choices').getByRole('button', { name, exact: true }).click();
    await fields();
    await page.locator('form.stack .button-main').click();
  };
  await act('Confirmer la réception');
  await state(page, 'réception confirmée');
  await act('Suspendre', async () => {
    await page.locator('form.stack .button-main').click();
    assert.match(await page.locator('#demand-text-more').textContent(), /\S/, 'a suspension needs its reasons');
    await page.selectOption('#demand-ground', 'information_missing');
    await page.fill('#demand-text', 'L’adresse est incomplète.');
  });
  await state(page, 'L’adresse est incomplète.');
  assert.equal((await read()).clock.runs, false);
  await fits(page, 'a demand on a phone');
  await shot('demand-phone', page, { fullPage: true });
  await act('Reprendre');
  await state(page, 'reprise');
  assert.equal((await read()).clock.runs, true);
  await page.context().close();
});

test('carried out and attested: the proof is signed, and can be read', async () => {
  const page = await open('lea', { language: 'en', light: 'dark' });
  await page.to(`#/demand/${id}`);
  await page.locator('section[aria-labelledby=demand-things] > .button').click();
  await state(page, 'made unreachable');
  await page.locator('.choices').getByRole('button', { name: 'Attest that it is carried out' }).click();
  await page.locator('form.stack .button-main').click();
  await page.locator('#demand-proof').waitFor();
  assert.equal((await read()).state, 'done');
  const take = async (name) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
    return readFileSync(await download.path(), 'utf8');
  };
  assert.match(JSON.stringify(JSON.parse(await take('The signed proof'))), /signature/);
  assert.match(await take('The proof to read'), /RET-2026-7/);
  await accessible(page, 'a demand that is done');
  await shot('demand-done-dark', page, { fullPage: true });
  await page.context().close();
});

test('a référent is not led here, and the server refuses the page', async () => {
  const page = await open('remi');
  await page.to('#/queue');
  await page.locator('nav a[href="#/queue"]').first().waitFor({ state: 'attached' });
  assert.equal((await people.remi.post(`/v1/demands/${id}/steps`, { step: 'acknowledge' })).status, 403);
  await page.to(`#/demand/${id}`);
  await page.locator('h1').first().waitFor();
  assert.equal(await page.locator('#demand-next').count(), 0, 'no button that the server would refuse');
  await page.context().close();
});
