// SPDX-License-Identifier: Apache-2.0
// Training in a real browser: a course is read and answered by keyboard, the answers survive a reload, a fail explains, a pass opens a category;
// a certificate that ended refuses a decision and the draft stays; a lead suspends; practice; phone width, dark, both languages.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-training.test.mjs
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startBrowser } from './browser.lib.mjs';
import { addKey, addUser, command, makeHome, openCase, root, signIn, start, until } from './lib.mjs';
import { endCertificates, makeTraining } from './training.lib.mjs';

const home = makeHome(), data = join(home, 'data');
const policy = makeTraining(home);
// the shipped practice cases, so that the pictures show what people will see
cpSync(join(root, 'policy/training/practice'), join(policy, 'training/practice'), { recursive: true });
const key = addKey(data);
const passwords = { noe: addUser(data, 'noe', 'referent'), lea: addUser(data, 'lea', 'lead') };
const server = await start({ home, policy, options: ['--threads', '2'] });
const people = {};
for (const name of Object.keys(passwords)) people[name] = await signIn(server, name, passwords[name]);
const open = (...how) => started.open(...how);
let started, noe, lea, id;

const shot = (name, page) => started.shot(name, page, { fullPage: true });
const noSideways = async (page) =>
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'nothing sticks out sideways');

before(async () => {
  started = await startBrowser(server, people, { viewport: { width: 1360, height: 850 } });
  ({ id } = await openCase(server.with(key)));
  [noe, lea] = [await open('noe'), await open('lea')];
});
after(async () => {
  await started?.close();
  await server.stop();
});

test('the page of training says what is closed, what is missing, and what comes next', async () => {
  await noe.goto(`${server.url}/#/training`);
  await noe.waitForSelector('.training-category');
  assert.equal(await noe.locator('.training-category').count(), 5);
  assert.match(await noe.textContent('.training-spaces'), /Approches et contacts.*fermée.*Il manque.*Les bases/s);
  assert.match(await noe.textContent('.training-ways .button-main'), /Les bases/);
  await shot('training-desk', noe);
});

test('a case cannot be decided without a certificate, and the console says so', async () => {
  await noe.goto(`${server.url}/#/case/${id}`);
  await noe.waitForSelector('.decide');
  await until(async () => (await noe.locator('.decide .act:not([disabled])').count()) === 0, 'actions are open without a certificate');
  await until(async () => /Il vous manque le certificat.*approches et contacts/.test(await noe.textContent('body')), 'the refusal is not shown');
});

test('the course is read, then answered with the keyboard; answers survive a reload', async () => {
  await noe.goto(`${server.url}/#/course/basics`);
  await noe.waitForSelector('.prose');
  assert.equal(await noe.locator('.prose strong').count(), 1);
  assert.equal(await noe.locator('.prose li').count(), 2);
  await shot('course-desk', noe);
  await noe.focus('.course-begin .button-main');
  await noe.keyboard.press('Enter');
  await noe.waitForSelector('.question');
  assert.equal(await noe.locator('.question').count(), 4);
  const first = noe.locator('.question').first().locator('input').first();
  await first.focus();
  await noe.keyboard.press('Space');
  assert.ok(await first.isChecked());
  await noe.reload();
  await noe.waitForSelector('.question');
  assert.ok(await noe.locator('.question').first().locator('input').first().isChecked(), 'the answer is still there');
  await noe.click('.questions [type=submit]');
  assert.match(await noe.textContent('.questions .notice'), /Il reste 3 questions sans réponse/);
  await shot('questions-desk', noe);
});

/** Chooses the right answers, but for `wrong` questions. */
async function answer(page, wrong) {
  const questions = page.locator('.question');
  for (let i = 0; i < (await questions.count()); i++) {
    const inputs = questions.nth(i).locator('label.answer');
    for (let n = 0; n < (await inputs.count()); n++) {
      const right = /Oui/.test(await inputs.nth(n).textContent()) !== i < wrong;
      const input = inputs.nth(n).locator('input');
      if (right !== (await input.isChecked()) && (right || (await input.getAttribute('type')) === 'checkbox')) await input.click();
    }
  }
  await page.click('.questions [type=submit]');
  await page.waitForSelector('.result');
}

test('a fail explains each answer; the second attempt passes and opens a category', async () => {
  await answer(noe, 3);
  assert.match(await noe.textContent('.result'), /Pas encore.*25/s);
  assert.equal(await noe.locator('.explained').count(), 9);
  assert.match(await noe.textContent('.marked-list'), /Voilà pourquoi 1/);
  await shot('result-fail', noe);
  await noe.click('.result button');
  await noe.click('.course-begin .button-main');
  await noe.waitForSelector('.question');
  await answer(noe, 0);
  assert.match(await noe.textContent('.result'), /Réussi.*100.*Approches et contacts.*Signalements/s);
  await shot('result-pass', noe);
  await noe.goto(`${server.url}/#/training`);
  await noe.waitForSelector('.open-open');
  assert.match(await noe.textContent('.training-spaces'), /Approches et contacts.*ouverte, jusqu’au/s);
  await shot('training-open', noe);
});

test('a certificate that ends while a case is open: the decision is refused in words, and the draft stays', async () => {
  await noe.goto(`${server.url}/#/case/${id}`);
  await noe.waitForSelector('.decide .act:not([disabled])');
  await noe.keyboard.press('Digit1');
  await noe.waitForSelector('.decide-form');
  await noe.fill('.decide-form textarea', 'vu avec le groupe');
  endCertificates(data, -3_600_000, 'noe');
  await noe.click('.decide-form [type=submit]');
  await until(async () => /Approches et contacts|approches et contacts/.test((await noe.textContent('.decide')) ?? ''), 'the refusal is not shown');
  assert.match(await noe.textContent('.decide'), /n’est plus valable/);
  assert.equal(await noe.inputValue('.decide-form textarea'), 'vu avec le groupe');
  await shot('decision-refused', noe);
  await noe.goto(`${server.url}/#/queue`);
  await noe.reload();
  await noe.waitForSelector('.training-warning');
  assert.match(await noe.textContent('.training-warning'), /n’est plus valable/);
  await shot('warning', noe);
});

test('a lead sees who is certified, suspends with a reason and reinstates', async () => {
  command(['user', 'certify', 'noe', '--category', 'contact', '--space', 'lobby', '--days', '60', '--data', data]);
  await lea.goto(`${server.url}/#/certificates`);
  await lea.waitForSelector('.cert-person');
  const cell = lea.locator('.cert-person', { hasText: 'noe' }).locator('button[aria-label*="Approches"]').first();
  assert.match(await cell.textContent(), /ouverte/);
  await cell.click();
  await lea.click('.cert-change .button-main');
  assert.match(await lea.textContent('.cert-change .field-error'), /motif/);
  await lea.fill('#cert-reason', 'nous en parlons jeudi');
  await shot('certificates-desk', lea);
  await lea.click('.cert-change .button-main');
  await until(async () => /suspendue/.test(await cell.textContent()), 'not suspended');
  await noe.goto(`${server.url}/#/training`);
  await noe.reload();
  await noe.waitForSelector('.open-suspended');
  assert.match(await noe.textContent('.training-spaces'), /nous en parlons jeudi/);
  await cell.click();
  await lea.fill('#cert-reason', 'vu ensemble');
  await lea.click('.cert-change .button-main');
  await until(async () => /ouverte/.test(await cell.textContent()), 'not reinstated');
});

test('practice: the real parts of a case, marked as practice, with what a trained team would decide', async () => {
  await noe.goto(`${server.url}/#/practice`);
  await noe.waitForSelector('.course-card');
  assert.ok((await noe.locator('.course-card').count()) >= 12);
  await shot('practice-list', noe);
  await noe.goto(`${server.url}/#/practice-case/secret`);
  await noe.waitForSelector('.talk mark');
  assert.match(await noe.textContent('.practice-banner'), /inventé/);
  assert.match(await noe.textContent('.talk'), /garde pour nous/);
  await noe.keyboard.press('Digit1');
  await noe.waitForSelector('.result');
  assert.match(await noe.textContent('.result'), /autrement.*Le secret ne se classe pas.*se taire/s);
  await noe.click('.result button');
  await noe.waitForSelector('.result', { state: 'detached' });
  await noe.keyboard.press('Digit4');
  await noe.waitForSelector('.result-passed');
  await shot('practice-case', noe);
  assert.equal((await people.lea.get('/v1/cases')).json.counts.open, 1, 'nothing of practice is a case');
});

test('at phone width, by night and in English everything is there and nothing sticks out', async () => {
  const phone = await open('noe', { viewport: { width: 360, height: 740 }, colorScheme: 'dark', hasTouch: true });
  await phone.addInitScript(() => localStorage.setItem('vigie.language', 'en'));
  for (const [path, wait] of [['training', '.training-category'], ['course/basics', '.prose'], ['practice', '.course-card'], ['practice-case/secret', '.talk mark']]) {
    await phone.goto(`${server.url}/#/${path}`);
    await phone.waitForSelector(wait);
    await noSideways(phone);
    await shot(`phone-${path.replace('/', '-')}`, phone);
  }
  assert.match(await phone.textContent('.practice-banner'), /made up/);
  await phone.goto(`${server.url}/#/course/basics`);
  await phone.click('.course-begin .button-main');
  await phone.waitForSelector('.question');
  await noSideways(phone);
  await shot('phone-questions', phone);
  const small = await open('lea', { viewport: { width: 360, height: 740 } });
  await small.goto(`${server.url}/#/certificates`);
  await small.waitForSelector('.cert-person');
  await noSideways(small);
  await shot('phone-certificates', small);
});

test('no content security policy was hurt and no script failed', () => {
  assert.deepEqual(started.problems, []);
});
