// SPDX-License-Identifier: Apache-2.0
// What a lead does for others, in a real browser: takes a case back that a colleague holds, says what somebody works on, reads the strikes of an account; forms
// that survive a reload; a case that is refused for one's own sake; what of the display cannot be chosen.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-lead.test.mjs
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { addKey, addUser, asksPicture, makeHome, makePolicy, meet, openCase, signIn, start, until } from './lib.mjs';

const shots = process.env.VIGIE_SHOTS;
const home = makeHome(), data = join(home, 'data');
const key = addKey(data);
const rules = makePolicy(home, (space, text) => text.replace(/^    contact: \{cases_an_hour: none/m, '    contact: {cases_an_hour: 4'));
const passwords = {};
for (const [name, role] of [['lea', 'lead'], ['noe', 'referent'], ['remi', 'referent'], ['anne', 'admin']]) passwords[name] = addUser(data, name, role);
const server = await start({ home, policy: rules, options: ['--threads', '2'] });
const sender = server.with(key);
const people = {}, pages = {}, failures = [], policy = [];
for (const name of Object.keys(passwords)) people[name] = await signIn(server, name, passwords[name]);
let browser;

async function pageOf(name, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 850 }, locale: 'fr-FR', reducedMotion: 'reduce', ...options });
  const [cookie, value] = people[name].cookie.split('=');
  await context.addCookies([{ name: cookie, value, url: server.url }]);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('console', (m) => /content security policy/i.test(m.text()) && policy.push(m.text()));
  page.on('pageerror', (error) => failures.push(String(error)));
  return page;
}
async function shot(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `lead-${name}.png`), fullPage: true });
}
const said = (text) => text.replace(/[\u00a0\u202f]/g, ' ').replace(/’/g, "'");
const go = async (page, hash, ready) => {
  await page.goto(`${server.url}/${hash}`);
  await page.waitForSelector(ready);
};
const caseOf = async (id) => (await people.lea.get('/v1/cases')).json.cases.find((c) => c.id === id);

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.VIGIE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  for (const name of ['lea', 'anne']) pages[name] = await pageOf(name);
});
after(async () => {
  await browser?.close();
  assert.equal((await server.stop()).code, 0, 'the server ends cleanly');
});

test('a lead takes a case back that a colleague holds, by its key; a référent is not offered to', async () => {
  const { adult, child } = await meet(sender);
  const group = { channel: 'group' };
  const { case: done } = await sender.take(asksPicture(adult, child, {}, group));
  assert.equal((await people.remi.post(`/v1/cases/${done}/decisions`, { action: 'warn', reason: 'grooming' })).status, 201);
  const { case: id } = await sender.take(asksPicture(adult, child, {}, group));
  assert.equal((await people.noe.post(`/v1/cases/${id}/claim`)).status, 200);

  const page = pages.lea;
  await go(page, `#/case/${id}`, '.holding-other');
  assert.match(said(await page.innerText('.holding')), /noe suit ce dossier jusqu'à .*Remettre dans la file\s+B/s);
  await page.waitForSelector('.account-strikes');
  assert.match(said(await page.innerText('.account-author')), /1 sanction compte encore :\s+Avertir le compte, jusqu'au \d+\S* \S+ \d{4}/);
  await shot(page, 'take-back');
  const other = await pageOf('remi');
  await go(other, `#/case/${id}`, '.holding-other');
  assert.equal(await other.locator('.holding button').count(), 0);
  await other.keyboard.press('b');
  assert.equal((await caseOf(id)).claimed_by, 'noe');
  await other.context().close();

  await page.keyboard.press('?');
  await page.waitForFunction(() => document.body.innerText.includes("remettre dans la file le dossier"));
  await page.keyboard.press('Escape');
  await page.keyboard.press('b');
  await until(async () => !(await caseOf(id)).claimed_by, 'it is still held');
  await page.waitForSelector('text=Personne ne suit ce dossier.');
  await page.keyboard.press('c');
  await until(async () => (await caseOf(id)).claimed_by === 'lea', 'and then it cannot be taken');
});

test('a lead says what a référent works on; what was chosen survives a reload', async () => {
  const page = pages.lea;
  await go(page, '#/people', 'table.people');
  await page.getByRole('button', { name: 'Modifier noe' }).click();
  await page.waitForSelector('#skills-noe-languages');
  assert.equal(await page.locator('.person-open form').count(), 1, 'roles and access are an administrator’s');
  await page.fill('#skills-noe-languages', 'fr, ceb');
  await page.locator('.skills-of').getByLabel('contact', { exact: false }).first().check();
  await page.reload();
  await page.getByRole('button', { name: 'Modifier noe' }).click();
  await page.waitForFunction(() => document.querySelector('#skills-noe-languages')?.value === 'fr, ceb');
  await shot(page, 'skills');
  await page.locator('.skills-of').getByRole('button', { name: 'Enregistrer' }).click();
  await until(async () => (await people.noe.get('/v1/me/skills')).json.languages.join() === 'fr,ceb', 'nothing is kept');
  assert.equal((await people.noe.get('/v1/me/skills')).json.categories.length, 1);

  await go(pages.anne, '#/people', 'table.people');
  await pages.anne.getByRole('button', { name: 'Modifier noe' }).click();
  await pages.anne.waitForFunction(() => document.querySelector('#skills-noe-languages')?.value === 'fr ceb');
  await shot(pages.anne, 'skills-admin');
  await pages.anne.fill('#skills-noe-languages', '');
  await pages.anne.locator('.skills-of').getByRole('button', { name: 'Enregistrer' }).click();
  await until(async () => (await people.noe.get('/v1/me/skills')).json.languages.length === 0, 'an administrator does too');
});

test('a trusted flagger that was begun survives a reload, and is gone once it is given up', async () => {
  const page = pages.lea;
  await go(page, '#/flaggers', '.page-flaggers');
  await page.getByRole('button', { name: 'Inscrire un signaleur' }).click();
  await page.fill('#flagger-name', 'Point de Contact');
  await page.locator('.notice-form input[type=checkbox]').uncheck();
  await page.reload();
  await page.waitForSelector('#flagger-name');
  assert.equal(await page.inputValue('#flagger-name'), 'Point de Contact');
  assert.equal(await page.isChecked('.notice-form input[type=checkbox]'), false);
  await shot(page, 'flagger');
  await page.locator('.notice-form').getByRole('button', { name: 'Annuler' }).click();
  await page.reload();
  await page.waitForSelector('.page-flaggers h1');
  assert.equal(await page.locator('#flagger-name').count(), 0);
});

test('at a limit a case says why it is not opened; of the display, grey and silence are no choice', async () => {
  const ids = [];
  for (let i = 0; i < 4; i++) ids.push((await openCase(sender)).id);
  for (const id of ids.slice(0, 3)) assert.equal((await people.remi.get(`/v1/cases/${id}`)).status, 200);
  const page = await pageOf('remi', { viewport: { width: 360, height: 780 } });
  await go(page, `#/case/${ids[3]}`, '.notice');
  assert.match(said(await page.innerText('main')), /Vous avez assez vu de cette catégorie pour le moment/);
  await shot(page, 'limit-phone');
  await go(page, '#/display', '.display-category');
  const fixed = page.locator('.display-category').first().locator('.check-fixed input');
  assert.equal(await fixed.count(), 2);
  for (let i = 0; i < 2; i++) assert.ok((await fixed.nth(i).isDisabled()) && (await fixed.nth(i).isChecked()));
  assert.match(said(await page.innerText('.display-category')), /Toujours : Vigie ne montre qu'une vignette grise/);
  await shot(page, 'display-phone');
  assert.deepEqual([failures, policy], [[], []]);
});
