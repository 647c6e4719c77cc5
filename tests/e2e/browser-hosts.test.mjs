// SPDX-License-Identifier: Apache-2.0
// What follows a report that has gone, in a browser: a notice that a host does not answer comes back to the board and to the navigation, is looked at again by hashes, and is
// followed up; all of it by keyboard. And documents for machines are laid out for a person, as text.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-hosts.test.mjs
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startHost } from './authorities/host.mjs';
import { accessible } from './axe.lib.mjs';
import { fits, phone, startBrowser } from './browser.lib.mjs';
import { addKey, addUser, makeHome, makePolicy, openCase, signIn, start, until } from './lib.mjs';

const BYTES = Buffer.from('a harmless file');
const sha256 = createHash('sha256').update(BYTES).digest('hex');
const host = await startHost();
const home = makeHome(), data = `${home}/data`;
const key = addKey(data);
const passwords = { lea: addUser(data, 'lea', 'lead'), uma: addUser(data, 'uma', 'auditor') };
const section = `
report:
  operator: {name: Example, email: reports@example.org, domain: example.org, country: FR, url: "https://example.org/"}
  after_filing: keep
  four_eyes: no
  urgent_within: 1 hour
  file_within: 24 hours
  removal_within: 24 hours
  follow_up: 24 hours
  recheck: yes
  channels:
    - {name: notice, url: "${host.smtp}", from: reports@example.org, test: yes}
    - {name: ncmec, url: "http://127.0.0.1:9/ispws", user: esp, test: yes}
  receivers:
    - {id: net.host, country: FR, kind: host, name: {fr: Hébergeur, en: Host}, channel: notice, email: abuse@host.example}
    - {id: us.clearing, country: US, kind: clearing_house, name: {fr: "Centre d’essai", en: Test centre}, channel: ncmec}
`;
const server = await start({ home, policy: makePolicy(home, (space, text) => text.replace(/^report:\n(?:[ #].*\n|\n)*/m, '') + section), options: ['--threads', '2'] });
const sender = server.with(key);
const people = {};
for (const name of Object.keys(passwords)) people[name] = await signIn(server, name, passwords[name]);
const { lea } = people;
let browser, open, shot;
before(async () => {
  browser = await startBrowser(server, people);
  ({ open, shot } = browser);
});
after(async () => {
  await browser.close();
  host.stop();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});
const read = async (id) => (await lea.get(`/v1/filings/${id}`)).json;
async function draft(body) {
  const { id } = await openCase(sender);
  assert.equal((await lea.post(`/v1/cases/${id}/decisions`, { action: 'report', reason: 'grooming' })).status, 201);
  const made = await lea.post(`/v1/cases/${id}/filings`, body);
  assert.equal(made.status, 201, made.text);
  return made.json.id;
}
/** A notice that the host has had for two days. */
async function notice(...paths) {
  const id = await draft({ receiver: 'net.host', options: { items: paths.map((path) => ({ url: `${host.url}/${path}`, sha256 })) } });
  const { hash } = await read(id);
  const confirmed = await lea.post(`/v1/filings/${id}/confirm`, { hash });
  assert.equal(confirmed.status, 200, confirmed.text);
  await until(async () => (await read(id)).state === 'filed', 'it is sent', 20_000);
  spawnSync('python3', ['-c', 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],timeout=9)\nc.execute("UPDATE filing SET filed_ms=filed_ms-2*86400000 WHERE id=?",(int(sys.argv[2]),))\nc.commit()', `${data}/vigie.db`, `${id}`]);
  return id;
}
const focused = (page, name) => page.waitForFunction((key) => document.activeElement?.getAttribute('data-key') === key, name);

let late;
test('a host that let its time run out stands on the board and in the navigation, and is looked at again by hashes', async () => {
  host.pages.set('/there', BYTES);
  host.pages.set('/gone', 404);
  late = await notice('there', 'gone');
  const page = await open('lea');
  await page.to('#/filings');
  const card = page.locator('.board-follow .board-card');
  await card.waitFor();
  assert.match(await card.textContent(), /Hébergeur[\s\S]*À relancer/);
  await page.locator('nav a[href="#/filings"] .nav-count', { hasText: '1' }).first().waitFor();
  assert.match(await page.locator('nav a[href="#/filings"]').first().textContent(), /attend un geste de vous/, 'said to who does not see the number');
  await accessible(page, 'the board with a notice that waits');
  await shot('hosts-board-desk', page);
  await card.getByRole('link').click();
  await page.locator('.check-late').waitFor();
  await page.keyboard.press('v');
  await focused(page, 'recheck');
  assert.deepEqual((await read(late)).checks, [], 'going to the button does nothing yet');
  await page.keyboard.press('Enter');
  await page.locator('.check-look', { hasText: '1 encore là, 1 retirée' }).waitFor();
  const rows = page.locator('.check-look li');
  assert.match(await rows.first().textContent(), /encore là.*\/there.*réponse 200/, 'what is still there stands first');
  assert.match(await rows.nth(1).textContent(), /retirée.*\/gone.*réponse 404/);
  host.pages.set('/there', 410);
  await page.locator('[data-key=recheck][aria-disabled=false]').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.filing-checks > .check-look', { hasText: '2 retirées' }).waitFor();
  await page.locator('.check-late').waitFor({ state: 'detached' });
  await page.locator('nav a[href="#/filings"] .nav-count').first().waitFor({ state: 'detached' });
  await page.locator('.filing-checks details summary', { hasText: '1 vérification précédente' }).click();
  await page.locator('.check-looks .check-look', { hasText: '1 encore là' }).waitFor();
  await accessible(page, 'looks at a notice');
  await shot('hosts-looks-desk', page);
  await page.context().close();
});

test('a follow-up is a draft that is confirmed as any other; the first one then leads to it', async () => {
  host.pages.set('/there', BYTES);
  const page = await open('lea', { language: 'en', light: 'dark', ...phone });
  await page.to(`#/filing/${late}`);
  await page.locator('.filing-checks').waitFor();
  await page.getByRole('button', { name: 'Look again' }).click();
  await page.locator('.filing-checks > .check-look', { hasText: '1 still there' }).waitFor();
  await fits(page, 'looks at a notice on a phone');
  await shot('hosts-late-phone-dark', page, { fullPage: true });
  await page.keyboard.press('f');
  await focused(page, 'follow_up');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => /#\/filing\/\d+$/.test(url.href) && !url.href.endsWith(`/${late}`));
  const next = Number(/(\d+)$/.exec(page.url())[1]);
  assert.equal((await read(next)).state, 'draft');
  await page.locator('.document-text').waitFor();
  await page.keyboard.press('c');
  await focused(page, 'confirm');
  assert.equal((await read(next)).state, 'draft', 'going to the button confirms nothing');
  await page.keyboard.press('Enter');
  await until(async () => (await read(next)).state === 'filed', 'the follow-up is sent', 20_000);
  await page.to(`#/filing/${late}`);
  await page.getByRole('link', { name: `Followed up by report no. ${next}` }).waitFor();
  assert.equal(await page.locator('[data-key=follow_up]').count(), 0);
  await page.context().close();
});

test('XML and JSON are laid out for reading, as text; what is copied is what is sent', async () => {
  const id = await draft({ receiver: 'us.clearing', options: { incidentType: 'Online Enticement of Children for Sexual Acts' } });
  const page = await open('lea', { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.to(`#/filing/${id}`);
  const text = page.locator('.document-text');
  await text.filter({ hasText: '<report' }).waitFor();
  const [shown, { documents }] = [await text.textContent(), await read(id)];
  const sent = await (await lea.get(`/v1/filings/${id}/documents/${documents[0].name}`)).text;
  assert.ok(shown.split('\n').length > sent.split('\n').length + 10 && shown.includes('\n  <incidentSummary>\n'), shown.slice(0, 400));
  assert.equal(await text.locator('*').count(), 0, 'no markup of it becomes markup of the page');
  await page.keyboard.press('y');
  await page.locator('.document-acts [role=status]', { hasText: 'Copié' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), sent);
  await accessible(page, 'a document for a machine');
  await shot('hosts-xml-desk', page);
  await page.context().close();
  const small = await open('lea', { light: 'dark', ...phone });
  await small.to(`#/filing/${id}`);
  await small.locator('.document-text', { hasText: '<report' }).waitFor();
  await fits(small, 'XML on a phone');
  await shot('hosts-xml-phone-dark', small, { fullPage: true });
  await small.context().close();
});

test('every key of a report is in the help, and one that leads nowhere now says so', async () => {
  const page = await open('uma', { language: 'en' });
  await page.to(`#/filing/${late}`);
  await page.locator('.filing-checks').waitFor();
  assert.equal(await page.locator('[data-key=recheck], [data-key=follow_up], [data-key=confirm]').count(), 0, 'an auditor does none of it');
  assert.match(await page.textContent('.check-look'), /address no\. 1/, 'nor sees the addresses');
  await page.keyboard.press('v');
  await page.locator('.toast', { hasText: 'cannot be done now' }).waitFor();
  await page.keyboard.press('?');
  const help = page.locator('.dialog section', { hasText: 'In a report' });
  for (const what of ['to what is missing', 'follow up', 'look again', 'write an answer down', 'next document']) await help.locator('dd', { hasText: what }).waitFor();
  await shot('hosts-help', page);
  await page.context().close();
});
