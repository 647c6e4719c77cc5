// SPDX-License-Identifier: Apache-2.0
// Signing in, in a real browser: codes of an app added and asked for, a key and a passkey (Chromium's virtual authenticator), recovery
// codes, a role that needs a second factor, a round trip to an OpenID provider.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-signin.test.mjs
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { totp } from './authenticator.lib.mjs';
import { accessible } from './axe.lib.mjs';
import { addUser, freePort, makeHome, start } from './lib.mjs';
import { Provider } from './oidc.lib.mjs';

const shots = process.env.VIGIE_SHOTS;
const home = makeHome(), data = join(home, 'data');
const passwords = { lea: addUser(data, 'lea', 'referent', '--display', 'Léa Martin'), noe: addUser(data, 'noe', 'referent'), ana: addUser(data, 'ana', 'lead') };
const port = await freePort(), provider = await new Provider({ algorithm: 'ES256' }).start();
provider.redirect = `http://localhost:${port}/v1/oidc/callback`;
Object.assign(provider.person, { preferred_username: 'otto', name: 'Otto Weiss', groups: ['moderators'] });
writeFileSync(`${home}/secret`, 'a secret & more');
writeFileSync(`${home}/map.yaml`, 'grants:\n  - {group: moderators, role: referent, space: lobby}\n');
const options = ['--threads', '2', '--require-second-factor', 'lead', '--oidc-issuer', provider.issuer, '--oidc-client-id', 'vigie', '--oidc-client-secret-file',
  `${home}/secret`, '--oidc-map', `${home}/map.yaml`, '--oidc-name', 'l’annuaire'];
const server = await start({ home, port, options, env: { VIGIE_SIGNINS: '1000' } });
const url = `http://localhost:${port}`; // keys belong to a name, and this one is secure without TLS
const violations = [], failures = [];
let browser;

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.VIGIE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
});
after(async () => {
  await browser?.close();
  await server.stop();
  await provider.stop();
});

async function open({ lang = 'fr', ...more } = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 850 }, locale: lang === 'fr' ? 'fr-FR' : 'en-GB', colorScheme: 'light', permissions: ['clipboard-write'], ...more });
  await context.addInitScript((l) => localStorage.setItem('vigie.language', localStorage.getItem('vigie.language') ?? l), lang);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('console', (m) => /content security policy/i.test(m.text()) && violations.push(m.text()));
  page.on('pageerror', (error) => failures.push(String(error)));
  await page.goto(`${url}/`);
  return page;
}
async function shot(name, page) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(shots, `signin-${name}.png`), fullPage: true });
}
/** The page as it is: axe finds nothing; in the other theme and on a telephone: nothing sticks out. */
async function everyShot(name, page) {
  await accessible(page, name);
  await shot(`${name}-desk`, page);
  const { width, height } = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 740 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${name}: ${over} px stick out at 360 px`);
  await shot(`${name}-phone`, page);
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: 'dark' });
  if (shots) await page.waitForTimeout(400); // colours change gently
  await shot(`${name}-dark`, page);
  await page.emulateMedia({ colorScheme: 'light' });
}
async function password(page, name) {
  await page.fill('input[name=name]', name);
  await page.fill('input[name=password]', passwords[name]);
  await page.keyboard.press('Enter');
}
const signOut = async (page) => {
  await page.click('[data-tool=signout]');
  await page.waitForSelector('input[name=name]');
};
const inside = (page) => page.waitForSelector('[data-tool=signout]');
const toSecurity = async (page) => {
  await page.goto(`${url}/#/security`);
  await page.waitForSelector('[data-add=totp]');
};

async function authenticator(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return { cdp, authenticatorId };
}

async function addCodes(page, name) {
  await page.click('[data-add=totp]');
  const secret = (await page.textContent('.secret')).replace(/\s/g, '');
  assert.match(secret, /^[A-Z2-7]{32}$/);
  await page.waitForFunction(() => document.activeElement?.id === 'totp-code'); // where typing goes
  if (name) await page.fill('#totp-name', name);
  return secret;
}

let secret, codes;

test('codes of an app: added with a QR code and one code; recovery codes are shown once', async () => {
  const page = await open();
  await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'name');
  await page.waitForSelector('[data-way=provider]');
  assert.match(await page.textContent('[data-way=provider]'), /Continuer avec l’annuaire/);
  await everyShot('form', page);
  await password(page, 'lea');
  await inside(page);
  await toSecurity(page);
  await everyShot('security-none', page);
  secret = await addCodes(page, 'Téléphone de Léa');
  const modules = await page.getAttribute('.qr-ink', 'd');
  assert.ok(modules.length > 2000, 'a QR code is drawn');
  await everyShot('totp', page);
  await page.fill('#totp-code', '000000');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#totp-code-more.field-error');
  assert.equal(await page.getAttribute('#totp-code', 'aria-invalid'), 'true');
  await page.fill('#totp-code', totp(secret));
  await page.keyboard.press('Enter');
  await page.waitForSelector('.codes');
  codes = await page.locator('.codes li').allTextContents();
  assert.equal(codes.length, 10);
  await everyShot('codes', page);
  await page.getByRole('button', { name: 'Je les ai rangés' }).click();
  await page.waitForSelector('[data-factor=totp]');
  assert.equal(await page.getAttribute('[data-left]', 'data-left'), '10');
  assert.equal(await page.locator('.codes').count(), 0, 'not shown again');
  await everyShot('security-one', page);
  await signOut(page);
  await page.close();
});

test('the second step: focused, filled in by the browser, wrong, loaded again, right', async () => {
  const page = await open();
  await password(page, 'lea');
  await page.waitForSelector('input[name=code]');
  const field = page.locator('input[name=code]');
  await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'code');
  assert.equal(await field.getAttribute('autocomplete'), 'one-time-code');
  assert.equal(await field.getAttribute('inputmode'), 'numeric');
  await everyShot('second', page);
  await page.keyboard.type('000000');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#second-code-more.field-error');
  await shot('second-wrong-desk', page);
  await page.reload();
  await page.waitForSelector('input[name=code]');
  await page.fill('input[name=code]', totp(secret, 1));
  await page.keyboard.press('Enter');
  await inside(page);
  await signOut(page);
  await password(page, 'lea');
  await page.getByRole('button', { name: 'Utiliser un code de secours' }).click();
  await page.fill('input[name=recovery]', codes[0].toUpperCase());
  await shot('recovery-desk', page);
  await page.keyboard.press('Enter');
  await inside(page);
  await toSecurity(page);
  assert.equal(await page.getAttribute('[data-left]', 'data-left'), '9');
  await page.close();
});

test('a key: added, then a passkey without a password, and a second step after one', async () => {
  const page = await open({ lang: 'en' });
  await authenticator(page);
  await password(page, 'noe');
  await inside(page);
  await toSecurity(page);
  await page.click('[data-add=webauthn]');
  await page.fill('#key-name', 'Laptop');
  await everyShot('key', page);
  await page.press('#key-name', 'Enter');
  await page.waitForSelector('.codes');
  await page.getByRole('button', { name: 'I have put them away' }).click();
  await page.waitForSelector('[data-factor=webauthn]');
  assert.match(await page.textContent('[data-factor=webauthn]'), /Laptop.*Passkey/s);
  await page.click('[data-add=webauthn]');
  await page.press('#key-name', 'Enter');
  await page.getByText('This key is registered already.').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await everyShot('security-key-en', page);
  await signOut(page);
  await page.click('[data-way=passkey]');
  await inside(page);
  assert.match(await page.textContent('.who-name'), /noe/);
  await signOut(page);
  await password(page, 'noe');
  await page.waitForSelector('[data-step=webauthn]');
  await page.waitForFunction(() => /Use the key/.test(document.activeElement?.textContent ?? ''));
  await everyShot('second-key-en', page);
  await page.keyboard.press('Enter');
  await inside(page);
  await toSecurity(page);
  await page.getByRole('button', { name: 'Remove “Laptop”' }).click();
  await shot('remove-en', page);
  await page.getByRole('button', { name: 'Yes, remove' }).click();
  await page.waitForSelector('[data-factor=webauthn]', { state: 'detached' });
  await page.close();
});

test('a role that needs a second factor: adding one is all there is, then the queue', async () => {
  const page = await open();
  await password(page, 'ana');
  await page.waitForSelector('[data-add=totp]');
  assert.equal(await page.locator('nav').count(), 0, 'no other page is offered');
  await everyShot('enrol', page);
  const own = await addCodes(page);
  await page.fill('#totp-code', totp(own));
  await page.keyboard.press('Enter');
  await page.waitForSelector('.codes');
  await page.getByRole('button', { name: 'Je les ai rangés' }).click();
  await inside(page);
  await page.close();
});

test('the provider: there and back to the page that was asked for; gone, it says so and passwords go on', async () => {
  const page = await open();
  await page.goto(`${url}/#/display`);
  await page.waitForSelector('[data-way=provider]');
  await page.click('[data-way=provider]');
  await inside(page);
  assert.match(page.url(), /\/#\/display$/);
  assert.match(await page.textContent('.who-name'), /Otto Weiss/);
  assert.equal((await page.context().cookies()).find((c) => c.name === 'vigie_session').sameSite, 'Strict');
  await signOut(page);
  provider.person.groups = [];
  await page.click('[data-way=provider]');
  await page.getByText('aucun rôle ne vous est donné ici').waitFor();
  await everyShot('not-let-in', page);
  await page.getByRole('link', { name: 'Revenir à la connexion' }).click();
  await page.waitForSelector('input[name=name]');
  provider.fault = 'no answer to a code';
  const visit = await open({ lang: 'en' });
  await visit.click('[data-way=provider]');
  await visit.getByText('The identity provider does not answer.').waitFor();
  await everyShot('unreachable-en', visit);
  provider.fault = '';
  await visit.getByRole('link', { name: 'Back to sign-in' }).click();
  await password(visit, 'noe');
  await inside(visit);
  await Promise.all([page.close(), visit.close()]);
});

test('nothing was refused by the content security policy, nothing failed', () => {
  assert.deepEqual(violations, []);
  assert.deepEqual(failures, []);
});
