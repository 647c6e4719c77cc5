// SPDX-License-Identifier: Apache-2.0
// Evidence in a real browser: a référent reads why now, sees the words and the refusal at their place, how far the exchange has come, says by
// keyboard that a piece is right, takes it back; a lead sees which evidence is right how often; at phone width nothing sticks out.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-evidence.test.mjs
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startBrowser } from './browser.lib.mjs';
import { addKey, addUser, asksPicture, makeHome, meet, message, signIn, start, until } from './lib.mjs';

const home = makeHome(), data = join(home, 'data');
const key = addKey(data);
const passwords = { lea: addUser(data, 'lea', 'lead'), noe: addUser(data, 'noe', 'referent'), ada: addUser(data, 'ada', 'analyst') };
const server = await start({ home, options: ['--threads', '2'] });
const sender = server.with(key);
const people = {};
for (const name of Object.keys(passwords)) people[name] = await signIn(server, name, passwords[name]);
const open = (...how) => started.open(...how);
let started, noe, lea, id;

const shot = (name, page) => started.shot(name, page, { fullPage: true });
const feedback = async () => (await people.noe.get(`/v1/cases/${id}`)).json.events.flatMap((e) => e.feedback ?? []);
const pressed = (page) => page.locator('.judge-button[aria-pressed=true]').evaluateAll((all) => all.map((b) => b.className));

before(async () => {
  started = await startBrowser(server, people, { viewport: { width: 1360, height: 850 } });
  const { adult, child } = await meet(sender);
  for (let i = 0; i < 12; i++) await sender.take(message(i % 2 ? child : adult, i % 2 ? adult : child, `a long game, round ${i}`, {}, { channel: 'group' }));
  const channel = { channel: 'group' };
  await sender.take(message(adult, child, 'how old are you', {}, channel));
  await sender.take(message(adult, child, 'keep this secret', {}, channel));
  await sender.take(message(child, adult, "no i don't want to", {}, channel));
  id = (await sender.take(asksPicture(adult, child, {}, channel))).case;
  [noe, lea] = [await open('noe'), await open('lea')];
});
after(async () => {
  await started?.close();
});

test('the first sentence says why now, in the language of the reader', async () => {
  await noe.goto(`${server.url}/#/case/${id}`);
  await noe.waitForSelector('.why-now');
  assert.match(await noe.textContent('.why-now'), /Pourquoi maintenant.*Une demande de photo.*une demande de secret/);
  await noe.keyboard.press('l');
  await until(async () => /Why now.*picture request/.test(await noe.textContent('.why-now')), 'no English sentence');
  await noe.keyboard.press('l');
});

test('the conversation opens at its newest event', async () => {
  const seen = await noe.evaluate(() => {
    const box = document.querySelector('.case-talks').getBoundingClientRect();
    const newest = [...document.querySelectorAll('.line-event')].at(-1).getBoundingClientRect();
    return { scrolled: document.querySelector('.case-talks').scrollTop > 0, shown: newest.top >= box.top && newest.bottom <= box.bottom };
  });
  assert.deepEqual(seen, { scrolled: true, shown: true });
});

test('evidence and a refusal are at their place, and told apart by more than colour', async () => {
  const marks = await noe.locator('.lines mark').evaluateAll((all) => all.map((m) => ({ text: m.textContent, names: m.dataset.ev, said: m.classList.contains('mark-said') })));
  const of = (name) => marks.find((m) => m.names === name);
  assert.match(of('text.picture_request').text, /^send me a picture \(indice/);
  assert.match(of('text.secrecy').text, /^keep this secret \(indice/, 'what was said before too');
  const refusal = of('mark.refusal');
  assert.ok(refusal.said);
  assert.match(refusal.text, /^no i don't want to \(à savoir.*dit non/);
  const style = await noe.locator('.mark-said').first().evaluate((m) => getComputedStyle(m).textDecorationStyle);
  assert.equal(style, 'dotted');
  assert.equal(await noe.locator('.legend > span').count(), 2, 'a legend says which is which');
});

test('the course of the exchange: six stages, with their times as words', async () => {
  const rows = await noe.locator('.stage').evaluateAll((all) => all.map((r) => r.textContent.trim()));
  assert.equal(rows.length, 6);
  assert.match(rows[0], /prise de contact/);
  assert.equal(await noe.locator('.stage-bar[aria-hidden=true]').count(), 6, 'the picture is for the eye: the words say the same');
  assert.ok((await noe.textContent('.stages-say')).length > 10);
});

test('what would lower the risk is a short list of sentences', async () => {
  const lines = await noe.locator('.lower li').allTextContents();
  assert.ok(lines.length >= 1 && lines.length <= 6);
  assert.match(lines.join(), /Sans la demande de photo/);
});

test('two keys say that a piece is right; the same again takes it back; another replaces it', async () => {
  await noe.focus('main');
  await noe.keyboard.press('y');
  await until(async () => /Choisissez d’abord/.test(await noe.textContent('.toasts')), 'no piece has the focus: nothing is judged');
  assert.deepEqual(await feedback(), []);
  await noe.keyboard.press('e');
  await noe.keyboard.press('y');
  await until(async () => (await feedback())[0]?.mine === 'right', 'not recorded');
  assert.match((await pressed(noe)).join(), /judge-right/);
  await noe.keyboard.press('y');
  await until(async () => (await feedback()).length === 0, 'not taken back');
  await noe.keyboard.press('x');
  await until(async () => (await feedback())[0]?.mine === 'wrong', 'not replaced');
  await noe.locator('.piece-row').nth(1).locator('.judge-unsure').click();
  await until(async () => (await feedback()).length === 2, 'the mouse does it too');
  await noe.reload();
  await noe.waitForSelector('.judge-button[aria-pressed=true]');
  assert.equal((await pressed(noe)).length, 2, 'and it is still there after a reload');
  await shot('evidence-case.fr', noe);
});

test('letters in a note stay letters', async () => {
  await noe.keyboard.press('1');
  await noe.waitForSelector('.decide-form textarea');
  await noe.fill('.decide-form textarea', '');
  await noe.focus('.decide-form textarea');
  await noe.keyboard.type('yxu');
  assert.equal(await noe.inputValue('.decide-form textarea'), 'yxu');
  assert.equal((await feedback()).length, 2);
});

test('a lead sees which evidence is right how often; a référent has no such page', async () => {
  assert.equal(await noe.locator('nav a[href="#/evidence"]').count(), 0);
  await lea.goto(`${server.url}/#/evidence`);
  await lea.waitForSelector('.quality tbody tr');
  const row = lea.locator('.quality').first().locator('tbody tr', { hasText: 'demande une photo' });
  assert.match(await row.textContent(), /0\s*%.*entre 0\s*% et 79\s*%/);
  assert.equal(await row.locator('svg[aria-hidden=true]').count(), 1);
  assert.match(await lea.locator('.quality').nth(1).textContent(), /send me a picture/);
  await shot('evidence-quality.fr', lea);
});

test('an analyst reads, and is offered no opinion of her own', async () => {
  const ada = await open('ada');
  await ada.goto(`${server.url}/#/case/${id}`);
  await ada.waitForSelector('.piece');
  assert.equal(await ada.locator('.judge-button').count(), 0);
  assert.match(await ada.textContent('.judge-tally'), /0 juste, 1 faux/);
});

test('at phone width and at night nothing sticks out', async () => {
  const phone = await open('lea', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
  for (const [at, wait, name] of [[`#/case/${id}`, '.stages', 'evidence-case-phone.fr'], ['#/evidence', '.quality', 'evidence-quality-phone.fr']]) {
    await phone.goto(`${server.url}/${at}`);
    await phone.waitForSelector(wait);
    const wide = await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${at} is ${wide} px too wide`);
    await shot(name, phone);
  }
});

test('nothing failed, the policy of the page held, and the stop is clean', async () => {
  assert.deepEqual(started.problems, []);
  await started.close();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});
