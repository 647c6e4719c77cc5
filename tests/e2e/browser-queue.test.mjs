// SPDX-License-Identifier: Apache-2.0
// Two référents, one case, two browsers: exactly one holds it, the other reads so, and sees it free again without reloading. Then known answers
// that are not met: the category rests, the person reads so and what to do, wherever they are; a lead sees it and opens it again.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-queue.test.mjs
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startBrowser } from './browser.lib.mjs';
import { addKey, addUser, command, makeHome, makePolicy, openCase, signIn, start, until } from './lib.mjs';

const home = makeHome(), data = join(home, 'data');
// the forum measures with known answers as often as a policy may, and suspends after three; the lobby has none. Nobody rests meanwhile
const policy = makePolicy(home, (space, text) => {
  const calm = text.replace(/^welfare:\n(?:[ #].*\n|\n(?= ))*/m, '').replace(/^  doubles: .*$/m, '  doubles: 0').replace(/^  least: .*$/m, '  least: 3');
  const measured = calm.replace(/^  share: .*$/m, `  share: ${space === 'forum' ? '50%' : '0'}`).replace(/^  below: .*$/m, '  below: suspend');
  return space === 'forum' ? measured.replace(/^(training:\n  required: )no/m, '$1yes') : measured;
});
const key = addKey(data);
const roles = { lea: 'lead', remi: 'referent', rosa: 'referent' };
const passwords = Object.fromEntries(Object.entries(roles).map(([name, role]) => [name, addUser(data, name, role)]));
for (const name of Object.keys(roles)) command(['user', 'certify', name, '--category', 'all', '--days', '60', '--data', data]);
const server = await start({ home, policy, options: ['--threads', '2'] });
const sender = server.with(key);
const people = {};
for (const name of Object.keys(roles)) people[name] = await signIn(server, name, passwords[name]);
const open = (name, options = {}, language = 'fr') => started.open(name, { language, ...options });
const pages = {};
let started;

const shot = (name, page) => started.shot(`queue-${name}`, page);
async function visit(page, hash) {
  await page.goto(`${server.url}/healthz`);
  await page.goto(`${server.url}/${hash}`);
  await page.waitForSelector('main h1');
}
const holderOf = async (id) => (await people.lea.get(`/v1/cases/${id}`)).json.claimed_by ?? '';
const text = (page, selector = 'main') => page.locator(selector).first().innerText();
const row = (page, id) => page.locator(`[data-case="${id}"]`);
const offered = (page) => page.locator('.decide-bar .act:not(:disabled)').count();
const noError = async (page) => assert.equal(await page.locator('.notice-bad, .toast-bad').count(), 0, 'an error is shown');

/** Both look at the queue, and see the case as free. */
async function bothSee(id) {
  for (const name of ['remi', 'rosa']) {
    await visit(pages[name], '#/queue?view=open&space=lobby');
    await row(pages[name], id).waitFor();
  }
}
const other = { remi: 'rosa', rosa: 'remi' };
/** Decided through the API, so that the next scene begins with an empty queue. */
const decided = async (name, id) => assert.equal((await people[name].post(`/v1/cases/${id}/decisions`, { action: 'warn', reason: 'grooming' })).status, 201);

before(async () => {
  started = await startBrowser(server, people, { timeout: 15_000 });
  for (const name of Object.keys(roles)) pages[name] = await open(name);
});
after(async () => {
  await started?.close();
  assert.equal((await server.stop()).code, 0);
});

test('both press n for the only case: one has it, the other reads that nothing waits; given back, it is free without reloading', async () => {
  const { id } = await openCase(sender);
  await bothSee(id);
  await Promise.all(['remi', 'rosa'].map((name) => pages[name].keyboard.press('n')));
  const winner = await until(() => holderOf(id), 'nobody holds it'), loser = other[winner];
  const [hers, theirs] = [pages[winner], pages[loser]];
  await hers.waitForURL(new RegExp(`#/case/${id}`));
  await hers.waitForSelector('.decide-bar .act:not(:disabled)');
  await theirs.getByText('Rien ne vous attend pour l’instant.').first().waitFor();
  assert.match(theirs.url(), /#\/queue/, 'the other stays where they were');
  await until(async () => (await text(theirs, `[data-case="${id}"]`)).includes(winner), 'the row does not say who has it');
  await Promise.all([noError(hers), noError(theirs)]);
  await shot('n-loser', theirs);
  await shot('n-winner', hers);
  await hers.keyboard.press('r');
  await until(async () => !(await text(theirs, `[data-case="${id}"]`)).includes(winner), 'the row still names who gave it back');
  await theirs.keyboard.press('n');
  await theirs.waitForURL(new RegExp(`#/case/${id}`));
  await theirs.waitForSelector('.decide-bar .act:not(:disabled)');
  assert.equal(await holderOf(id), loser);
  await hers.getByText(new RegExp(`${loser} suit ce dossier`)).first().waitFor(); // who gave it back still has the page open
  assert.equal(await offered(hers), 0);
  await noError(hers);
  await decided(loser, id);
});

test('both open the same row: one has it, the other reads who; when her tab closes it is free, and can be taken', async () => {
  const { id } = await openCase(sender);
  await bothSee(id);
  for (const name of ['remi', 'rosa']) await row(pages[name], id).locator('.case-link').focus();
  await Promise.all(['remi', 'rosa'].map((name) => pages[name].keyboard.press('Enter')));
  const winner = await until(() => holderOf(id), 'nobody holds it'), loser = other[winner];
  const [hers, theirs] = [pages[winner], pages[loser]];
  await hers.waitForSelector('.decide-bar .act:not(:disabled)');
  await theirs.getByText(new RegExp(`${winner} suit ce dossier`)).first().waitFor();
  assert.equal(await offered(theirs), 0, 'an action is offered on a case that somebody else holds');
  await theirs.keyboard.press('1');
  assert.equal(await theirs.locator('.decide-form').count(), 0, 'a key opens what no button offers');
  await Promise.all([noError(hers), noError(theirs)]);
  await shot('enter-loser', theirs);
  await hers.close();
  await theirs.getByText('Personne ne suit ce dossier.').waitFor();
  await shot('enter-free', theirs);
  await theirs.keyboard.press('c');
  await theirs.waitForSelector('.decide-bar .act:not(:disabled)');
  assert.equal(await holderOf(id), loser);
  await noError(theirs);
  await decided(loser, id);
  pages[winner] = await open(winner);
});

/** What the page is made of, without what it says: elements with their classes and labels, and the words of headings and buttons. */
const structure = (page) =>
  page.evaluate(() => {
    const own = (e) => [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.textContent.trim()).join(' ').replace(/[0-9]+/g, '#');
    const said = (e) => (/^(H[1-6]|BUTTON|DT|TH|LABEL|SUMMARY)$/.test(e.tagName) ? own(e) : '');
    return [...document.querySelectorAll('main, main *:not(g):not(path):not(circle):not(rect)')].map(
      (e) => `${e.tagName} ${e.getAttribute('class') ?? ''} ${e.getAttribute('role') ?? ''} ${said(e)}`.replace(/c-#/g, '').trim(),
    );
  });
const idOf = (page) => /#\/case\/(c-[0-9]+)/.exec(page.url())?.[1] ?? '';
const settled = async (page) => {
  await page.waitForSelector('.decide-bar .act:not(:disabled)');
  await page.waitForSelector('.accounts .account-card'); // and with it whatever comes after the case
  await until(async () => (await page.locator('[aria-busy=true]').count()) === 0, 'the page is still reading');
};

const real = new Set();
let copies = 0;
test('cases with a known answer look like any other; three answered otherwise, and the category rests where the person is', async () => {
  for (let i = 0; i < 3; i++) {
    const { id } = await openCase(sender, 'forum');
    assert.equal((await people.lea.post(`/v1/cases/${id}/decisions`, { action: 'suspend', reason: 'grooming', hours: 168 })).status, 201);
    assert.equal((await people.lea.post('/v1/gold', { case: id, actions: ['suspend', 'restrict_minors'], why: 'An adult asks a child for a picture.' })).status, 201);
  }
  for (let i = 0; i < 24; i++) real.add((await openCase(sender, 'forum')).id);
  const page = pages.remi, seen = {};
  await visit(page, '#/queue?view=open&space=forum');
  await page.keyboard.press('n');
  while (copies < 3) {
    await page.waitForURL(/#\/case\//);
    await settled(page);
    const id = idOf(page), copy = !real.has(id);
    seen[copy ? 'copy' : 'real'] ??= { id, is: await structure(page) };
    if (copy) copies++;
    await page.keyboard.press('1'); // no risk: of a real case nobody knows, of a copy it is not the answer
    await page.locator('.decide-send .button-main:focus').waitFor();
    await page.keyboard.press('Enter');
    if (copies < 3) await page.waitForURL((url) => !url.href.includes(id));
  }
  seen.real ??= await (async () => {
    await page.waitForURL((url) => real.has(/c-[0-9]+/.exec(url.href)?.[0]));
    await settled(page);
    return { id: idOf(page), is: await structure(page) };
  })();
  assert.deepEqual(seen.copy.is, seen.real.is, 'the page of a copy is not that of a case');
  const banner = page.locator('.training-warning');
  await banner.waitFor(); // with the next case already in hand, without reloading
  assert.match(await banner.innerText(), /Approches et contacts.*fait une pause.*parlez-en avec votre responsable/);
  await shot('rest-in-hand', page);
});

test('what is in hand is refused in words and kept; the queue says it too, and gives nothing of the category', async () => {
  const page = pages.remi, id = idOf(page);
  assert.ok(real.has(id), 'a real case is in hand');
  await page.keyboard.press('1');
  await page.locator('.decide-send .button-main:focus').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.decide-message').getByText(/fait une pause pour vous.*responsable/).waitFor();
  assert.equal((await people.lea.get(`/v1/cases/${id}`)).json.state, 'open');
  await shot('rest-refused', page);
  await visit(page, '#/queue?view=open&space=forum');
  await page.locator('.training-warning').waitFor();
  await page.keyboard.press('n');
  await page.locator('.notice-warm').getByText(/fait une pause pour vous.*responsable/).waitFor();
  assert.match(page.url(), /#\/queue/);
  await shot('rest-queue', page);
  const free = (await people.lea.get('/v1/cases?state=open&space=forum&limit=100')).json.cases.find((c) => !c.claimed_by && c.id !== id);
  await visit(page, `#/case/${free.id}`);
  await page.locator('.holding').getByText(/fait une pause pour vous.*responsable/).waitFor();
  assert.equal(await offered(page), 0);
  await shot('rest-claim', page);
  await visit(page, '#/training');
  await page.getByText('Plusieurs dossiers à réponse connue ont reçu une autre réponse.', { exact: false }).first().waitFor();
  assert.doesNotMatch(await text(page), /Several cases/, 'one language at a time');
  await shot('rest-training', page);
});

test('the lead sees it, goes from there to the certificates and opens the category; the person works on without reloading', async () => {
  const { lea, remi } = pages;
  await visit(remi, '#/queue?view=open&space=forum');
  await remi.keyboard.press('n');
  await remi.locator('.notice-warm').waitFor();
  await visit(lea, '#/agreement');
  await lea.waitForSelector('.agree-falls');
  assert.match(await text(lea, '.agree-falls'), /remi.*0 sur 3/);
  await lea.locator('.agree-falls').getByText('au repos').waitFor();
  await shot('lead-agreement', lea);
  await lea.locator('.notice-warm').getByRole('link', { name: 'Certificats' }).click();
  await lea.waitForURL(/#\/certificates/);
  await lea.locator('.open-suspended').first().waitFor();
  await shot('lead-certificates', lea);
  await lea.locator('button.open-suspended').first().click();
  await lea.getByLabel('Motif').fill('Nous en avons parlé.');
  await shot('lead-reinstate', lea);
  await lea.getByRole('button', { name: 'Rétablir' }).click();
  await until(async () => (await lea.locator('.open-suspended').count()) === 0, 'it is not open again');
  await until(async () => (await remi.locator('.training-warning, .notice-warm').count()) === 0, 'the banner stays, though the category is open');
  await remi.keyboard.press('n');
  await remi.waitForURL(/#\/case\//);
  await settled(remi);
  const id = idOf(remi);
  await remi.keyboard.press('2');
  await remi.locator('.decide-send .button-main:focus').waitFor();
  await remi.keyboard.press('Enter');
  await until(async () => (await people.remi.get(`/v1/cases/${id}`)).json.state === 'decided', 'the decision is refused');
  await visit(lea, '#/agreement');
  await lea.locator('.agree-falls').getByText('rouverte depuis').waitFor();
  await shot('lead-agreement-after', lea);
});

test('on a phone, by night and in English it reads as well', async () => {
  const reason = 'We look at a few together.';
  const about = { user: 'rosa', space: 'forum', category: 'contact', reason };
  const page = await open('rosa', { viewport: { width: 360, height: 740 }, colorScheme: 'dark', locale: 'en-GB' }, 'en');
  await visit(page, '#/queue?view=open&space=forum');
  assert.ok((await people.lea.post('/v1/certificates/suspend', about)).status < 300);
  await page.locator('.training-warning').getByText(/pauses for you: talk with your lead/).waitFor();
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, 'the banner is wider than the phone');
  await shot('rest-phone-dark-en', page);
});

test('no page broke, no policy was violated', () => {
  assert.deepEqual(started.problems, []);
});
