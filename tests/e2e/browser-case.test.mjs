// SPDX-License-Identifier: Apache-2.0
// The case page in a real browser: both accounts, more context asked for and answered, words covered until they are held, how things are shown, a
// conversation of 2,000 messages, and the next case fetched ahead without a view on record.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-case.test.mjs
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { addKey, addUser, asksPicture, makeHome, meet, message, signIn, start, until } from './lib.mjs';

const shots = process.env.VIGIE_SHOTS;
const home = makeHome(), data = join(home, 'data');
const key = addKey(data);
const passwords = { noe: addUser(data, 'noe', 'referent'), lea: addUser(data, 'lea', 'lead') };
const server = await start({ home, options: ['--threads', '2'] });
const sender = server.with(key);
const people = {};
for (const name of Object.keys(passwords)) people[name] = await signIn(server, name, passwords[name]);
const failures = [], policy = [];
const group = { channel: 'group' };
let browser, page, first, second, long, adult, child;

async function shot(name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`) });
}
/** As it is read, with plain spaces. */
const said = (text) => text.replace(/[\u00a0\u202f]/g, ' ');
const go = async (hash, ready) => {
  await page.goto(`${server.url}/${hash}`);
  await page.waitForSelector(ready);
};

before(async () => {
  ({ adult, child } = await meet(sender));
  await sender.take(message(adult, child, 'keep this secret, call 06 12 34 56 78', {}, group));
  first = (await sender.take(asksPicture(adult, child, {}, group))).case;
  const other = await meet(sender);
  second = (await sender.take(asksPicture(other.adult, other.child, {}, group))).case;
  const far = await meet(sender), began = Date.now() - 2000 * 60_000;
  for (let at = 0; at < 2000; at += 200) {
    const batch = Array.from({ length: 200 }, (_, n) => {
      const i = at + n, own = i % 2 === 0;
      const text = i % 10 === 0 ? `${['how old are you', 'keep this secret', 'send me a picture'][(i / 10) % 3]} ${i}` : `round ${i} of a long game`;
      return message(own ? far.adult : far.child, own ? far.child : far.adult, text, { time: new Date(began + i * 60_000).toISOString() }, group);
    });
    const answers = await sender.take(batch);
    long ??= answers.find((a) => a.case)?.case;
  }
  browser = await chromium.launch({ executablePath: process.env.VIGIE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  const context = await browser.newContext({ viewport: { width: 1360, height: 850 }, locale: 'fr-FR', reducedMotion: 'reduce' });
  const [name, value] = people.noe.cookie.split('=');
  await context.addCookies([{ name, value, url: server.url }]);
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('console', (m) => /content security policy/i.test(m.text()) && policy.push(m.text()));
  page.on('pageerror', (error) => failures.push(String(error)));
});
after(async () => {
  await browser?.close();
  assert.equal((await server.stop()).code, 0, 'the server ends cleanly');
});

test('both accounts stand beside the conversation: age and how it is known, contacts as counts, no other case', async () => {
  await go(`#/case/${first}`, '.account-card');
  const cards = (await page.locator('.account-card').allInnerTexts()).map(said);
  assert.equal(cards.length, 2);
  assert.match(cards[0], new RegExp(adult));
  assert.match(cards[0], /25 ans et plus\s+vérifié/);
  assert.match(cards[0], /Mineurs à qui ce compte a écrit : 1 en 24 h, 1 en 7 jours\./);
  assert.match(cards[1], new RegExp(child));
  assert.match(cards[1], /Aucun autre dossier/);
  await page.keyboard.press('a');
  await page.waitForFunction(() => document.activeElement?.id === 'accounts');
});

test('what Vigie suggests and what the policy allows stand in words', async () => {
  assert.match(said(await page.textContent('#suggests-title ~ p')), /Retenir le message|Qu’une personne regarde/);
  const allowed = said(await page.locator('#policy-title ~ ul').innerText());
  assert.match(allowed, /Lus dans cet espace/);
  assert.match(allowed, /Examen par une personne à partir de \d+/);
});

test('words are covered at a key, read while they are held, and covered again', async () => {
  assert.equal(await page.locator('.masked').count(), 0, 'contacts are not covered unless somebody chose so');
  await page.keyboard.press('m');
  await page.waitForSelector('.masked .cover');
  const covered = await page.locator('.lines .cover').allTextContents();
  assert.ok(covered.some((text) => text.includes('06 12 34 56 78')) && covered.some((text) => text.includes('send me a picture')));
  const one = page.locator('.lines mark[data-cover]').first();
  const look = () => one.evaluate((c) => ({ dots: getComputedStyle(c.querySelector('.cover')).webkitTextSecurity, name: c.getAttribute('aria-label') }));
  assert.deepEqual((await look()).dots, 'disc');
  assert.match(said((await look()).name), /^couvert \(indice : .*\)\. Maintenir pour lire$/);
  await shot('case-covered');
  await one.focus();
  await page.keyboard.down(' ');
  assert.deepEqual(await look(), { dots: 'none', name: null });
  await page.keyboard.up(' ');
  assert.equal((await look()).dots, 'disc');
  const place = await one.boundingBox();
  await page.mouse.move(place.x + 4, place.y + 4);
  await page.mouse.down();
  assert.equal((await look()).dots, 'none');
  await page.mouse.up();
  assert.equal((await look()).dots, 'disc');
  await page.keyboard.press('m');
  await page.waitForFunction(() => !document.querySelector('.masked') && !document.querySelector('[data-cover][role]'));
});

test('how things are shown can be changed for this case, and kept for its kind', async () => {
  await page.keyboard.press('d');
  await page.waitForSelector('#display-case');
  await page.getByLabel('Couvrir les mots sensibles').check();
  await page.locator('#display-case-blur').selectOption('1');
  await shot('case-display');
  await page.getByRole('button', { name: 'Garder pour : approches et contacts' }).click();
  await until(async () => (await people.noe.get('/v1/me/display')).json.categories.contact.chosen, 'the choice is not kept');
  const kept = (await people.noe.get('/v1/me/display')).json.categories.contact;
  assert.deepEqual([kept.blur, kept.mask_text, kept.thumbnail], [1, true, 'small']);
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => !document.querySelector('#display-case'));
  await page.reload();
  await page.waitForSelector('.masked.blur-1 .cover');
  await go('#/display', '.display-category');
  const form = page.locator('form.display-category').filter({ hasText: /approches et contacts/i });
  await form.getByText('votre choix').waitFor();
  await form.getByLabel('Couvrir les mots sensibles').uncheck();
  await form.getByRole('button', { name: 'Enregistrer' }).click();
  await until(async () => !(await people.noe.get('/v1/me/display')).json.categories.contact.mask_text, 'the choice is not saved');
});

test('more context: a reason is needed, survives a reload, and the platform’s answer is shown with who asked and why', async () => {
  await go(`#/case/${first}`, '.context-ask');
  await page.keyboard.press('o');
  await page.waitForFunction(() => document.activeElement?.id === 'context-reason');
  await page.getByRole('button', { name: 'Demander à l’espace' }).click();
  await page.getByText('Indiquez un motif.').waitFor();
  assert.equal(await page.getAttribute('#context-reason', 'aria-invalid'), 'true');
  await page.fill('#context-reason', 'voir comment cela a commencé');
  await page.reload();
  await page.waitForSelector('#context-reason');
  assert.equal(await page.inputValue('#context-reason'), 'voir comment cela a commencé');
  await page.getByRole('button', { name: 'Demander à l’espace' }).click();
  await page.getByText('Demande en attente.').waitFor();
  const before = { events: [message(child, adult, 'how it began', { time: '2026-05-04T10:11:12Z' })] };
  const answer = await sender.post(`/v1/cases/${first}/context/1`, before);
  assert.equal(answer.status, 201, answer.text);
  await page.getByText('L’espace a répondu à la demande de contexte.').waitFor();
  assert.equal(await page.getByText('how it began').count(), 0, 'nothing is shown that nobody asked to see');
  await page.locator('.newer').getByRole('button', { name: 'Afficher' }).click();
  await page.getByText('how it began').waitFor();
  const line = said(await page.locator('.context-line').innerText());
  assert.match(line, /L’espace a répondu : 1 message\.\s+noe a demandé ce qui précède/);
  assert.match(line, /voir comment cela a commencé/);
  await shot('case-context');
  await page.keyboard.press('o');
  await page.fill('#context-reason', 'et ensuite');
  await page.locator('#context-side').selectOption('after');
  await page.getByRole('button', { name: 'Demander à l’espace' }).click();
  await page.getByText('Demande en attente.').waitFor();
  await sender.post(`/v1/cases/${first}/context/2`, { refused: 'the conversation was deleted' });
  await page.locator('.newer').getByRole('button', { name: 'Afficher' }).click();
  await page.getByText('the conversation was deleted').waitFor();
});

test('a conversation of 2,000 messages opens at its newest event, and becomes whole', async () => {
  await go(`#/case/${long}`, '.line-event');
  const inView = () => page.evaluate(() => {
    const box = document.querySelector('.case-talks').getBoundingClientRect();
    const newest = [...document.querySelectorAll('.line-event')].at(-1).getBoundingClientRect();
    return newest.top >= box.top && newest.bottom <= box.bottom;
  });
  await until(inView, 'the newest event is not in view');
  await page.waitForFunction(() => document.querySelectorAll('.line').length > 1900 && !document.querySelector('.lines[aria-busy]'));
  await page.waitForTimeout(100);
  assert.ok(await inView(), 'it stays there while the others come');
  const days = await page.locator('.line-day').count();
  assert.ok(days >= 2, 'each day is named once');
  await page.keyboard.press('2');
  await page.waitForSelector('.act-chosen');
  await page.keyboard.press('Escape');
});

test('the next case is fetched ahead without a view; opening it is one, and it is shown as any other', async () => {
  await go(`#/case/${first}`, '.evidence');
  const sealed = page.waitForResponse((r) => r.url().endsWith('/ahead'));
  await page.reload();
  const ahead = /cases\/(c-\d+)\/ahead/.exec((await sealed).url())[1];
  const opened = page.waitForResponse((r) => r.url().endsWith('/open'));
  const reads = [];
  page.on('request', (r) => /\/v1\/cases\/c-\d+$/.test(r.url()) && reads.push(r.url()));
  await page.keyboard.press('n');
  assert.match((await opened).url(), new RegExp(`${ahead}/open$`));
  await page.waitForFunction((id) => location.hash.endsWith(id) && document.querySelector('.evidence'), ahead);
  assert.deepEqual(reads, [], 'the case was not read again');
  assert.ok((await page.locator('.line').count()) > 0);
});

test('all along: no policy was broken, no script failed', () => {
  assert.deepEqual(policy, []);
  assert.deepEqual(failures, []);
});
