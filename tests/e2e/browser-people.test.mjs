// SPDX-License-Identifier: Apache-2.0
// People in a real browser: an administrator invites somebody, who follows the link, chooses a password and signs in; roles by space, leave and closing
// with the name written out; one's own name, password and sessions; an auditor reads and filters the log. Both languages, by night, at phone width.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-people.test.mjs
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { addKey, addUser, command, makeHome, openCase, signIn, start, until } from './lib.mjs';

const shots = process.env.VIGIE_SHOTS;
const home = makeHome(), data = join(home, 'data');
const key = addKey(data);
const passwords = { anne: addUser(data, 'anne', 'admin', '--display', 'Anne Duval'), lea: addUser(data, 'lea', 'lead', '--display', 'Léa Martin'), otto: addUser(data, 'otto', 'auditor', '--display', 'Otto Klein', '--language', 'en') };
command(['user', 'grant', 'lea', '--role', 'referent', '--spaces', 'forum', '--data', data]);
const server = await start({ home, options: ['--threads', '2'], env: { VIGIE_SIGNINS: '1000' } });
const sender = server.with(key);
const violations = [], failures = [];
const good = 'quatre mots bien choisis';
let browser, anne;

async function context(options = {}) {
  const made = await browser.newContext({ viewport: { width: 1360, height: 900 }, locale: 'fr-FR', colorScheme: 'light', ...options });
  await made.addInitScript(() => localStorage.setItem('vigie.language', localStorage.getItem('vigie.language') ?? 'fr'));
  return made;
}
async function pageOf(made) {
  const page = await made.newPage();
  page.setDefaultTimeout(10_000);
  page.on('console', (m) => /content security policy/i.test(m.text()) && violations.push(m.text()));
  page.on('pageerror', (error) => failures.push(String(error)));
  return page;
}
async function open(name, options = {}, password = passwords[name]) {
  const session = await signIn(server, name, password);
  const made = await context(options);
  const [cookie, value] = session.cookie.split('=');
  await made.addCookies([{ name: cookie, value, url: server.url }]);
  return pageOf(made);
}
async function shot(name, page) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `people-${name}.png`), fullPage: true });
}
const rowOf = (page, name) => page.locator('tr.person', { has: page.locator(`.person-name:text-is("${name}")`) });
const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.VIGIE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  await openCase(sender);
  anne = await open('anne');
});
after(async () => {
  await browser?.close();
});

let link;
test('an administrator invites: what is wrong stands beside its field, what was typed survives a reload, the link is shown once', async () => {
  await anne.goto(`${server.url}/#/people`);
  await anne.waitForSelector('table.people');
  await shot('list', anne);
  await anne.getByRole('button', { name: 'Inviter une personne' }).click();
  await anne.getByLabel('Nom que voient les collègues').fill('Nina Roux');
  await anne.getByLabel("Nom d’utilisateur").fill('Nina Roux');
  await anne.getByRole('button', { name: 'Créer le lien' }).click();
  await until(async () => /De 1 à 64|au moins un rôle/.test(await anne.locator('.invite .field-error').first().textContent()), 'nothing is said');
  await shot('invite-wrong', anne);
  await anne.reload();
  await anne.waitForSelector('.invite');
  assert.equal(await anne.getByLabel('Nom que voient les collègues').inputValue(), 'Nina Roux');
  await anne.getByLabel("Nom d’utilisateur").fill('nina');
  await anne.getByLabel('Adresse électronique').fill('nina@example.org');
  await anne.locator('.grants').getByLabel(/^référent, Salon/).or(anne.locator('.grants').getByLabel(/^référent, /).nth(1)).first().check();
  await anne.getByRole('button', { name: 'Créer le lien' }).click();
  await anne.waitForSelector('.link-card');
  link = await anne.locator('#link-address').inputValue();
  assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/#\/invitation\/[a-z2-7]{40}$/);
  await shot('link', anne);
  await anne.getByRole('button', { name: 'C’est transmis' }).click();
  assert.match(await rowOf(anne, 'nina').textContent(), /invitation envoyée/);
  await anne.reload();
  await anne.waitForSelector('table.people');
  assert.equal(await anne.locator('#link-address').count(), 0);
});

test('who follows the link chooses a password, and signs in', async () => {
  const made = await context({ colorScheme: 'dark', viewport: { width: 360, height: 740 } });
  const page = await pageOf(made);
  const asked = [];
  page.on('request', (r) => asked.push(r.url()));
  await page.goto(link);
  await page.waitForSelector('#invitation-password');
  assert.ok(await fits(page));
  await shot('invitation-phone-dark', page);
  await page.fill('#invitation-password', 'court');
  await page.fill('#invitation-again', 'court');
  await page.getByRole('button', { name: 'Enregistrer et se connecter' }).click();
  assert.match(await page.locator('#invitation-password-more').textContent(), /Au moins 12 caractères/);
  await page.fill('#invitation-password', 'Motdepasse2026!');
  await page.fill('#invitation-again', 'Motdepasse2026!');
  await page.getByRole('button', { name: 'Enregistrer et se connecter' }).click();
  await until(async () => /devine en premier/.test(await page.locator('#invitation-password-more').textContent()), 'a common password is taken');
  await shot('invitation-wrong', page);
  await page.fill('#invitation-password', good);
  await page.fill('#invitation-again', good);
  await page.getByRole('button', { name: 'Enregistrer et se connecter' }).click();
  await page.getByRole('button', { name: 'Aller à la connexion' }).click();
  assert.equal(new URL(page.url()).hash, '', 'the token has left the address');
  assert.ok(asked.every((url) => !url.includes(link.split('/').at(-1))), 'and was in no address that a server saw');
  await page.fill('input[name=name]', 'nina');
  await page.fill('input[name=password]', good);
  await page.keyboard.press('Enter');
  await page.waitForSelector('header.rail');
  const again = await pageOf(made);
  await again.goto(link);
  await until(async () => /a déjà servi/.test(await again.textContent('main')), 'a used link opens something');
  await shot('invitation-over', again);
  await made.close();
});

test('roles by space, leave, and an end that takes the name written out', async () => {
  await anne.goto(`${server.url}/#/people`);
  await anne.reload();
  await rowOf(anne, 'nina').getByRole('button', { name: 'Modifier Nina Roux' }).click();
  const panel = anne.locator('.panel');
  await panel.getByLabel('référent principal, tous les espaces').check();
  await panel.getByRole('button', { name: 'Enregistrer les rôles' }).click();
  await until(async () => /référent principal/.test(await rowOf(anne, 'nina').textContent()), 'the role is not shown');
  await shot('panel', anne);
  const day = (n) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
  await panel.getByLabel('Premier jour').fill(day(3));
  await panel.getByLabel('Jour de retour').fill(day(1));
  await panel.getByRole('button', { name: 'Inscrire le congé' }).click();
  await until(async () => /après le premier jour/.test(await panel.textContent()), 'a return before the beginning is taken');
  await panel.getByLabel('Premier jour').fill(day(-1));
  await panel.getByLabel('Jour de retour').fill(day(20));
  await panel.getByRole('button', { name: 'Inscrire le congé' }).click();
  await until(async () => /en congé jusqu/.test(await rowOf(anne, 'nina').textContent()), 'no leave is shown');
  await panel.getByLabel(/^Pour confirmer/).fill('Nina');
  await panel.getByRole('button', { name: 'Fermer définitivement' }).click();
  await until(async () => /pas le nom du compte/.test(await panel.textContent()), 'another name closes the account');
  await shot('panel-wrong', anne);
  await panel.getByLabel(/^Pour confirmer/).fill('nina');
  await panel.getByRole('button', { name: 'Fermer définitivement' }).click();
  await until(async () => (await rowOf(anne, 'nina').count()) === 0, 'the account is still there');
  await anne.getByLabel('Montrer aussi les comptes fermés').check();
  assert.match(await rowOf(anne, 'nina').textContent(), /aucun rôle.*fermé le/s);
  await shot('closed', anne);
  assert.equal(await rowOf(anne, 'anne').getByRole('button').count(), 0, 'nobody changes their own account here');
});

test("one's own account: name, password, where one is signed in", async () => {
  const lea = await open('lea');
  await signIn(server, 'lea', passwords.lea);
  await lea.goto(`${server.url}/#/me`);
  await lea.waitForSelector('.sessions li');
  await shot('me', lea);
  await lea.fill('#me-display', 'Léa M.');
  await lea.getByRole('button', { name: 'Enregistrer', exact: true }).click();
  await until(async () => /Léa M\./.test(await lea.textContent('.who-name')), 'the name is not taken');
  await lea.fill('#me-old', 'pas celui-ci');
  await lea.fill('#me-new', good);
  await lea.fill('#me-again', good);
  await lea.getByRole('button', { name: 'Changer le mot de passe' }).click();
  await until(async () => /pas votre mot de passe actuel/.test(await lea.locator('#me-old-more').textContent()), 'a wrong old password is taken');
  await lea.fill('#me-old', passwords.lea);
  await lea.getByRole('button', { name: 'Changer le mot de passe' }).click();
  await until(async () => (await lea.inputValue('#me-old')) === '', 'the password is not changed');
  await lea.reload();
  await lea.waitForSelector('.sessions li');
  assert.equal(await lea.locator('.sessions li').count(), 1, 'the other session has ended, this one goes on');
  await signIn(server, 'lea', good);
  await lea.reload();
  await until(async () => (await lea.locator('.sessions li').count()) === 2, 'the other session is not shown');
  await lea.getByRole('button', { name: 'Fermer toutes les autres' }).click();
  await until(async () => (await lea.locator('.sessions li').count()) === 1, 'it goes on');
  await lea.goto(`${server.url}/#/people`);
  await lea.waitForSelector('table.people');
  assert.equal(await lea.getByRole('button', { name: 'Inviter une personne' }).count(), 0, 'a lead sees people, and changes none');
});

test('an auditor reads the log, asks for a part of it, takes it along', async () => {
  const otto = await open('otto');
  await otto.evaluate(() => 0);
  await otto.goto(`${server.url}/#/audit`);
  await otto.waitForSelector('table.audit tbody tr');
  await otto.keyboard.press('l');
  await until(async () => /The chain checks/.test(await otto.textContent('.audit-chain')), 'nothing is said of the chain');
  await shot('audit-en', otto);
  await otto.getByLabel('What', { exact: true }).selectOption('user.close');
  await otto.getByRole('button', { name: 'Search' }).click();
  await until(async () => (await otto.locator('table.audit tbody tr').count()) === 1, 'the filter does nothing');
  assert.match(await otto.textContent('table.audit tbody tr'), /anne.*account closed.*user:nina/s);
  const [file] = await Promise.all([otto.waitForEvent('download'), otto.getByRole('link', { name: /Export/ }).click()]);
  assert.equal(file.suggestedFilename(), 'audit.jsonl');
});

test('phone width and night: nothing sticks out', async () => {
  for (const [name, paths] of [['anne', ['people', 'me']], ['otto', ['audit']]]) {
    const page = await open(name, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    for (const path of paths) {
      await page.goto(`${server.url}/#/${path}`);
      await page.waitForSelector('main h1');
      await page.waitForTimeout(300);
      assert.ok(await fits(page), `${path} sticks out`);
      await shot(`${path}-phone-dark`, page);
    }
  }
});

test('no script was refused by the policy, none failed', () => {
  assert.deepEqual(violations, []);
  assert.deepEqual(failures, []);
});
