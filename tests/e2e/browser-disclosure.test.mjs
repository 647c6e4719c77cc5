// SPDX-License-Identifier: Apache-2.0
// What is told in public, in a browser: a statement that was stopped because it points to somebody, marked at its place and mended; one that the database refused,
// with its words; what was sent; the sheets of the yearly report.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-disclosure.test.mjs
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startDatabase } from './authorities/dsa.mjs';
import { accessible } from './axe.lib.mjs';
import { fits, phone, startBrowser } from './browser.lib.mjs';
import { addKey, addUser, makeHome, makePolicy, openCase, signIn, start, until } from './lib.mjs';

const home = makeHome(), data = `${home}/data`;
const password = addUser(data, 'lea', 'lead'), referent = addUser(data, 'remi', 'referent'), key = addKey(data);
const database = await startDatabase({ token: 'a-token' });
writeFileSync(`${home}/token`, 'a-token\n', { mode: 0o600 });
const channel = `  channels:\n    - name: dsa17\n      url: ${database.url}\n      secret_file: ${home}/token\n      test: yes\n`;
const said = 'Une question ? Écrivez à camille@mail.example.';
const policy = makePolicy(home, (space, text) =>
  space === 'lobby' ? text.replace(/^ {2}channels:.*\n/m, channel).replace(/(- code: grooming\n[^]*?statement:\n\s+fr: )"[^"]*"(\n\s+en: )"[^"]*"/, `$1"${said}"$2"${said}"`) : text);
const server = await start({ home, policy, env: { VIGIE_WEBHOOK_RETRY_MS: '50' } });
const people = { lea: await signIn(server, 'lea', password), remi: await signIn(server, 'remi', referent) };
let browser, open, shot;
before(async () => {
  browser = await startBrowser(server, people);
  ({ open, shot } = browser);
});
after(async () => {
  await browser.close();
  database.stop();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

/** Restricts somebody; the number of the statement. */
async function restrict() {
  const { id } = await openCase(server.with(key));
  assert.equal((await people.lea.post(`/v1/cases/${id}/decisions`, { action: 'warn', reason: 'grooming' })).status, 201);
  return (await people.lea.get(`/v1/cases/${id}/statements`)).json.statements[0].id;
}
const read = async (number) => (await people.lea.get(`/v1/disclosure/statements/${number}`)).json;
const reaches = (number, state) => until(async () => (await read(number)).state === state && read(number), async () => `${number} is ${JSON.stringify(await read(number))}`);
const row = (page, number) => page.locator('.disclosure-list > li', { hasText: number });

test('what points to somebody is marked in its text, and goes once it is mended', async () => {
  const number = await restrict();
  const stopped = await reaches(number, 'refused');
  assert.equal(stopped.findings[0].kind, 'email', JSON.stringify(stopped));
  const page = await open('lea');
  await page.to('#/disclosure');
  await row(page, number).getByRole('button').click();
  await page.locator('.disclosure-words mark').first().waitFor();
  assert.equal(await page.locator('.disclosure-words mark').first().textContent(), 'camille@mail.example');
  assert.match(await page.locator('.disclosure-findings').textContent(), /adresse électronique \(sûr\)/);
  assert.equal(await page.locator('.disclosure-one input[type=checkbox]').count(), 0, 'what is certain cannot be confirmed as none');
  await accessible(page, 'a statement that was stopped');
  await shot('disclosure-desk', page, { fullPage: true });
  const form = page.locator('.disclosure-one form');
  await form.getByRole('button', { name: 'Remettre en route' }).click();
  await form.locator('.form-message, .field-error').filter({ hasText: /personal data|\S/ }).first().waitFor();
  for (const field of await form.locator('textarea').all()) if (/camille/.test(await field.inputValue())) await field.fill('Les règles de cet espace protègent les mineurs.');
  await form.getByRole('button', { name: 'Remettre en route' }).click();
  await reaches(number, 'sent');
  await page.to('#/disclosure');
  await page.locator('section[aria-labelledby=disclosure-sent] li').first().waitFor();
  assert.match(await row(page, number).textContent(), /envoyée/);
  assert.match(await row(page, number).locator('a[href^="https://database.example/"]').getAttribute('rel'), /noopener/);
  await page.context().close();
});

test('what the database refused stands there in its words', async () => {
  database.refuse = (s) => (/Mended/.test(s.decision_facts) ? undefined : 'The facts <b>say</b> too little.');
  const number = await restrict();
  await reaches(number, 'refused');
  await people.lea.post(`/v1/disclosure/statements/${number}/mend`, { explanation: 'The rules of this space protect minors.' });
  await until(async () => /too little/.test((await read(number)).why ?? ''), 'the database says why');
  const page = await open('lea', { language: 'en', light: 'dark', ...phone });
  await page.to('#/disclosure');
  await row(page, number).getByRole('button').click();
  await page.locator('.disclosure-one', { hasText: 'The facts <b>say</b> too little.' }).waitFor();
  await fits(page, 'a refused statement on a phone');
  await shot('disclosure-phone-dark', page, { fullPage: true });
  await page.locator('.disclosure-one textarea').first().fill('Mended: messages were taken into account.');
  await page.getByRole('button', { name: 'Send it on its way' }).click();
  database.refuse = () => undefined;
  await reaches(number, 'sent');
  await page.context().close();
});

test('the yearly report is there, and a référent is not led to this page', async () => {
  const page = await open('lea');
  await page.to('#/disclosure');
  await page.locator('.dsa-ask button').click();
  await page.locator('.dsa-sheets li').first().waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.dsa-sheets a').first().click()]);
  assert.match(download.suggestedFilename(), /\.csv$/);
  await page.context().close();
  const other = await open('remi');
  await other.to('#/queue');
  await other.locator('nav a[href="#/queue"]').first().waitFor({ state: 'attached' });
  assert.equal(await other.locator('a[href="#/disclosure"]').count(), 0);
  await other.context().close();
});
