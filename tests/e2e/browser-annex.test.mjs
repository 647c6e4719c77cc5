// SPDX-License-Identifier: Apache-2.0
// The sealed archive beside a report, in a browser: how it goes, the file for whoever carries it, and the way to the evidence of the case where it does not go along.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-annex.test.mjs
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { accessible } from './axe.lib.mjs';
import { fits, phone, startBrowser } from './browser.lib.mjs';
import { addKey, addUser, command, makeHome, makePolicy, message, openCase, signIn, start, until } from './lib.mjs';

const home = makeHome(), data = join(home, 'data');
const publicKey = command(['evidence', 'keygen', '--out', join(home, 'receiver.key')]).stdout.trim();
const receiver = (id, name, more) => `    - {id: ${id}, country: FR, kind: police, name: {fr: ${name}, en: ${name}}, ${more}, public_key: "${publicKey}"}\n`;
// the smallest message there is, so that a long case does not fit; nobody answers at that port, and nothing is sent here
const policy = makePolicy(home, (_space, text) => `${text.replace(/^report:\n(?:[ #].*\n|\n)*/m, '')}
report:
  operator: {name: Example, email: reports@example.org, country: FR}
  after_filing: keep
  four_eyes: no
  urgent_within: 1 hour
  file_within: 24 hours
  removal_within: 24 hours
  channels:
    - {name: mail, url: "smtp://127.0.0.1:9", from: reports@example.org, message_most: 64 kB}
    - {name: gateway, url: "http://127.0.0.1:9"}
  receivers:
${receiver('fr.desk', 'Guichet', 'channel: hand')}${receiver('fr.relay', 'Relais', 'channel: gateway')}${receiver('fr.letter', 'Courrier', 'channel: mail, email: desk@receiver.example')}`);
const key = addKey(data), password = addUser(data, 'lea', 'lead');
const server = await start({ home, policy, options: ['--threads', '2'] });
const lea = await signIn(server, 'lea', password);
let browser, open, shot;
before(async () => {
  browser = await startBrowser(server, { lea });
  ({ open, shot } = browser);
});
after(async () => {
  await browser.close();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});
const sender = server.with(key);
const draft = async (to, more = async () => {}) => {
  const opened = await openCase(sender);
  await more(opened);
  const made = await lea.post(`/v1/cases/${opened.id}/filings`, { receiver: to });
  assert.equal(made.status, 201, made.text);
  return made.json;
};
const whole = async ({ id }) => (await lea.get(`/v1/filings/${id}`)).json;

test('by hand: it is downloaded from the confirmation on, and the same that the report names', async () => {
  const filing = await draft('fr.desk'), page = await open('lea');
  await page.to(`#/filing/${filing.id}`);
  const annex = page.locator('.annexes li'), file = annex.getByRole('link', { name: /Télécharger/ });
  await annex.filter({ hasText: 'quand le signalement est confirmé' }).waitFor();
  assert.equal(await file.count(), 0, 'not before');
  const { hash, annexes: [named] } = await whole(filing);
  assert.ok((await annex.textContent()).includes(named.sha256));
  assert.equal((await lea.post(`/v1/filings/${filing.id}/confirm`, { hash })).status, 200);
  await until(async () => (await whole(filing)).state === 'by_hand', 'it is to be handed over');
  await file.waitFor();
  await accessible(page, 'a report with its archive');
  await annex.scrollIntoViewIfNeeded();
  await shot('annex-desk', page);
  const [download] = await Promise.all([page.waitForEvent('download'), file.press('Enter')]);
  assert.equal(download.suggestedFilename(), named.name);
  assert.equal(createHash('sha256').update(readFileSync(await download.path())).digest('hex'), named.sha256);
  await page.context().close();
  const small = await open('lea', { ...phone, light: 'dark', language: 'en' });
  await small.to(`#/filing/${filing.id}`);
  await small.locator('.annexes').getByRole('link', { name: /Download/ }).waitFor();
  await fits(small, 'a report with its archive on a phone');
  await small.locator('.annexes').scrollIntoViewIfNeeded();
  await shot('annex-phone-dark', small);
  assert.equal((await lea.post(`/v1/filings/${filing.id}/done`, { reference: 'no. 12' })).json.state, 'filed');
  await small.locator('.annexes li', { hasText: 'no longer kept here' }).waitFor();
  await small.context().close();
});

test('through a gateway: it says that it goes along', async () => {
  const filing = await draft('fr.relay'), page = await open('lea', { language: 'en' });
  await page.to(`#/filing/${filing.id}`);
  await page.locator('.annexes li', { hasText: 'Attached to what is sent.' }).waitFor();
  assert.equal(await page.locator('.annexes a').count(), 0, 'there is nothing to carry');
  await page.context().close();
});

test('too large for a message: it says so, and leads to the evidence of the case', async () => {
  const noise = (n) => Array.from({ length: 700 }, (_, i) => ((i * 7919 + n * 104729) >>> 0).toString(36)).join(' ');
  const filing = await draft('fr.letter', async ({ adult, child }) => {
    for (let i = 0; i < 24; i++) await sender.take(message(adult, child, `please send me a picture of you ${noise(i)}`, { source: '/spaces/lobby' }, { channel: 'group' }));
  });
  const page = await open('lea', phone);
  assert.equal((await whole(filing)).annexes[0].way, 'too_large');
  await page.to(`#/filing/${filing.id}`);
  const annex = page.locator('.annexes li', { hasText: 'Trop lourde pour un message' });
  await annex.scrollIntoViewIfNeeded();
  await fits(page, 'an archive that is too large, on a phone');
  await shot('annex-too-large-phone', page);
  await annex.getByRole('link').press('Enter');
  await page.waitForURL(/#\/case\/c-/);
  await page.waitForFunction(() => document.activeElement?.id === 'custody');
  await page.locator('.custody summary', { hasText: 'Emporter le dossier' }).waitFor();
  await page.context().close();
});
