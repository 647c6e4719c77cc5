// SPDX-License-Identifier: Apache-2.0
// What is told in public, in a browser: a statement that was stopped because it points to somebody, marked at its place and mended; one that the database refused,
// with its words; what was sent; what was decided before the channel was there; public figures and counting them anew; the sheets of the yearly report.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-disclosure.test.mjs
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startDatabase } from './authorities/dsa.mjs';
import { accessible } from './axe.lib.mjs';
import { fits, phone, startBrowser } from './browser.lib.mjs';
import { addKey, addUser, makeHome, makePolicy, openCase, request, signIn, start, until } from './lib.mjs';

const home = makeHome(), data = `${home}/data`;
const password = addUser(data, 'lea', 'lead'), referent = addUser(data, 'remi', 'referent'), key = addKey(data);
const database = await startDatabase({ token: 'a-token' });
writeFileSync(`${home}/token`, 'a-token\n', { mode: 0o600 });
const channel = `  channels:\n    - name: dsa17\n      url: ${database.url}\n      secret_file: ${home}/token\n      test: yes\n`;
const said = 'Une question ? Écrivez à camille@mail.example. Compte FR76 3000 6000 0112 3456 7890 189, dossier 100200300400.';
const policy = makePolicy(home, (space, text) =>
  space === 'lobby' ? text.replace(/^ {2}channels:.*\n/m, channel).replace(/(- code: grooming\n[^]*?statement:\n\s+fr: )"[^"]*"(\n\s+en: )"[^"]*"/, `$1"${said}"$2"${said}"`) : text);
const env = { VIGIE_WEBHOOK_RETRY_MS: '50' };
/** Two decisions from before the channel was there. */
let server = await start({ home, policy: makePolicy(makeHome()), env });
const people = { lea: await signIn(server, 'lea', password) };
const old = [await restrict(), await restrict()];
assert.deepEqual(await server.stop(), { code: 0, signal: null });
server = await start({ home, policy, env });
people.lea = await signIn(server, 'lea', password);
people.remi = await signIn(server, 'remi', referent);
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
  const kinds = await page.locator('.disclosure-findings').textContent();
  assert.match(kinds, /adresse électronique \(sûr\)/);
  assert.match(kinds, /compte bancaire \(IBAN\)/);
  assert.match(kinds, /un long numéro/);
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

test('what was decided before the channel stands apart, says since when, and goes one by one on purpose', async () => {
  const early = (page) => page.locator('section[aria-labelledby=disclosure-early]');
  const page = await open('lea', { language: 'en' });
  await page.to('#/disclosure');
  await early(page).locator('li').nth(1).waitFor();
  assert.match(await early(page).textContent(), /decided before sending to the public database began/);
  const line = await page.locator('.disclosure-channels li', { hasText: 'go by themselves' }).textContent();
  assert.match(line, new RegExp(`since .*${new Date().getUTCFullYear()} go by themselves · 2 earlier ones wait`));
  assert.match(line, / 0 waiting/, 'they are not said to be on their way');
  await accessible(page, 'statements from before the channel');
  await shot('disclosure-early-desk', page, { fullPage: true });
  await row(page, old[0]).getByRole('button', { name: `Send ${old[0]} to the public database` }).click();
  await reaches(old[0], 'sent');
  await early(page).locator('li').nth(1).waitFor({ state: 'detached' });
  assert.equal(await row(page, old[1]).getByRole('button', { name: /^Send/ }).count(), 1);
  assert.equal((await read(old[1])).state, 'waiting', 'the other stays');
  await page.context().close();
  const french = await open('lea', { light: 'dark', ...phone });
  await french.to('#/disclosure');
  await early(french).locator('li').first().waitFor();
  await fits(french, 'statements from before the channel on a phone');
  await shot('disclosure-early-phone-dark', french, { fullPage: true });
  // somebody else sent it meanwhile: said in words, nothing breaks
  assert.equal((await people.lea.post(`/v1/disclosure/statements/${old[1]}/send`, {})).status, 200);
  await row(french, old[1]).getByRole('button', { name: /^Envoyer/ }).click();
  await row(french, old[1]).locator('.form-message', { hasText: /\S/ }).waitFor();
  await reaches(old[1], 'sent');
  await french.to('#/queue');
  await french.to('#/disclosure');
  await row(french, old[1]).waitFor();
  assert.equal(await early(french).count(), 0, 'an empty group is not shown');
  await french.context().close();
});

test('public figures: what was counted, when, by whom; counting again says first what it changes', async () => {
  const year = new Date().getUTCFullYear() - 1;
  const counted = async () => (await people.lea.get('/v1/transparency')).json.closed.filter((c) => c.space === 'lobby' && c.year === year);
  assert.equal((await request(server, 'GET', `/transparency?space=lobby&year=${year}`)).status, 200);
  assert.equal((await counted()).length, 5);
  const page = await open('lea');
  await page.to('#/disclosure');
  const one = page.locator('.closed-year', { hasText: `${year} · Hall de jeux` });
  await one.waitFor();
  if (!(await one.evaluate((d) => d.open))) await one.locator('summary').click();
  assert.deepEqual(await one.locator('tbody th').allTextContents(), ['1er trimestre', '2e trimestre', '3e trimestre', '4e trimestre', 'année entière']);
  assert.match(await one.locator('tbody tr').first().textContent(), /le serveur, .*1$/);
  await one.getByRole('button', { name: /^Recompter/ }).click();
  const warning = one.locator('.closed-warning');
  assert.match(await warning.textContent(), /sont remplacés.*Qui a gardé la page d.avant voit ce qui a changé.*ne sont plus comptés/);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H3');
  await accessible(page, 'the warning before counting again');
  await shot('disclosure-closed-desk', page, { fullPage: true });
  await warning.getByRole('button', { name: 'Annuler' }).click();
  assert.ok((await counted()).every((c) => c.times === 1), 'nothing was counted');
  await one.getByRole('button', { name: /^Recompter/ }).click();
  await warning.getByRole('button', { name: `Recompter ${year}` }).click();
  await one.locator('tbody tr', { hasText: /lea\s*2$/ }).first().waitFor();
  assert.ok((await counted()).every((c) => c.times === 2 && c.by === 'lea'));
  await page.context().close();
  assert.equal((await request(server, 'GET', `/transparency?space=forum&year=${year}`)).status, 200);
  const small = await open('lea', { language: 'en', light: 'dark', ...phone });
  await small.to('#/disclosure');
  const that = small.locator('.closed-year', { hasText: `${year} · Game lobby` });
  await that.waitFor();
  if (!(await that.evaluate((d) => d.open))) await that.locator('summary').click();
  assert.equal(await small.locator('.closed-year', { hasText: `${year} · Open forum` }).locator('tbody tr', { hasText: /the server, when the page was first read\s*1$/ }).count(), 5, 'spaces apart');
  await that.getByRole('button', { name: /^Count/ }).click();
  await that.locator('.closed-warning').waitFor();
  await fits(small, 'public figures on a phone');
  await shot('disclosure-closed-phone-dark', small, { fullPage: true });
  await small.context().close();
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
