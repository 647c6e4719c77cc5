// SPDX-License-Identifier: Apache-2.0
// The reporting form in a real browser: with and without JavaScript, by keyboard alone, in both languages, on a phone and at 200 %, by day and by
// night, in a frame of a site that may show it and of one that may not; then what référents and leads see of it.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-notices.test.mjs
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { accessible } from './axe.lib.mjs';
import { addKey, addUser, fresh, makeHome, makePolicy, signIn, sleep, start, until } from './lib.mjs';

const shots = process.env.VIGIE_SHOTS;
/** A site that shows the form in a frame. */
function site() {
  const page = http.createServer((request, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<!doctype html><title>A forum</title><h1>A forum</h1><iframe title="report" width="420" height="700" src="${server?.url}/report?space=lobby&lang=en"></iframe>`)).unref();
  return new Promise((resolve) => page.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${page.address().port}`)));
}
let server;
const [allowed, refused] = [await site(), await site()];
const home = makeHome(), data = join(home, 'data');
const policy = makePolicy(home, (space, text) => (space === 'lobby' ? text.replace('  embed: []', `  embed: ["${allowed}"]`) : text));
const key = addKey(data, '*', 'events,notices');
const passwords = { lea: addUser(data, 'lea', 'lead'), noe: addUser(data, 'noe', 'referent') };
server = await start({ home, policy, options: ['--threads', '2'] });
const people = {};
for (const name of Object.keys(passwords)) people[name] = await signIn(server, name, passwords[name]);
const platform = server.with(key);
const problems = [];
let browser;

async function open(options = {}, name) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 800 }, locale: 'fr-FR', colorScheme: 'light', ...options });
  if (name) {
    const [cookie, value] = people[name].cookie.split('=');
    await context.addCookies([{ name: cookie, value, url: server.url }]);
  }
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('console', (m) => /content security policy/i.test(m.text()) && problems.push(m.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  return page;
}
async function shot(name, page) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `notices-${name}.png`), fullPage: true });
}
const fits = async (page, name) => assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), `${name}: something sticks out`);
const form = (more = '') => `${server.url}/report?space=lobby&step=form${more}`;
const numberOn = async (page) => /[0-9A-Z]{5}(-[0-9A-Z]{5}){3}/.exec(await page.textContent('.number'))[0];
const noticeOf = async (number) => (await people.lea.get(`/v1/notices?number=${number}`)).json.notices[0];

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.VIGIE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
});
after(async () => {
  await browser?.close();
  assert.deepEqual(problems, []);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

test('the short page first: whom to call, what can be reported, without a name; in the language of the reader', async () => {
  const page = await open();
  await page.goto(`${server.url}/report`);
  await accessible(page, 'which space');
  assert.equal(await page.locator('main ul a').count(), 3);
  await page.goto(`${server.url}/report?space=lobby`);
  assert.equal(await page.getAttribute('html', 'lang'), 'fr');
  assert.deepEqual(await page.locator('.calls a').allTextContents(), ['17', '112', '114', '119', '3018']);
  assert.equal(await page.getAttribute('.calls a >> nth=4', 'href'), 'tel:3018');
  await accessible(page, 'the short page');
  await shot('start-fr', page);
  await page.click('text=English');
  assert.match(await page.textContent('h1'), /Make a report/);
  await shot('start-en', page);
  await page.click('text=Start');
  assert.match(page.url(), /step=form/);
  const english = await open({ locale: 'en-GB' });
  await english.goto(`${server.url}/report?space=lobby`);
  assert.match(await english.textContent('h1'), /Make a report/, 'as the browser asks');
  assert.deepEqual(await english.context().cookies(), [], 'no cookie');
});

test('by keyboard alone, with JavaScript: what is missing is said beside its field, and nothing typed is lost', async () => {
  const page = await open();
  await page.goto(form());
  await page.focus('button[type=submit]');
  await page.keyboard.press('Enter');
  await until(async () => (await page.locator('.error:not(:empty)').count()) >= 5, 'no errors beside the fields');
  assert.equal(await page.evaluate(() => document.activeElement.name), 'category', 'the first of them has the focus');
  await accessible(page, 'the form with errors');
  await shot('errors-fr', page);
  await page.keyboard.press('Space');
  assert.equal(await page.isChecked('[value=child_abuse]'), true);
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.isChecked('[value=grooming]'), true);
  assert.equal(await page.textContent('#category-error'), '', 'an error goes when it is mended');
  await page.keyboard.press('Tab');
  const account = fresh('acc');
  await page.keyboard.type(account);
  assert.equal(await page.textContent('#locations-error'), '');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Il demande son âge & « le secret ».\nTous les soirs.');
  for (let i = 0; i < 4; i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  assert.equal(await page.isChecked('#good_faith'), true);
  await page.waitForTimeout(4000); // a person takes longer than a program, which is asked to look again
  await page.context().setOffline(true);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await until(async () => /Rien n’est perdu/.test(await page.textContent('#lost')), 'a lost connection is not said');
  assert.match(await page.inputValue('#text'), /Tous les soirs/);
  await page.context().setOffline(false);
  await page.focus('button[type=submit]');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.number');
  assert.match(await page.evaluate(() => document.activeElement.textContent), /Votre signalement est reçu/);
  await accessible(page, 'the receipt');
  await shot('received-fr', page);
  const one = await noticeOf(await numberOn(page));
  const said = (await people.lea.get(`/v1/cases/${one.case}/notices`)).json.notices[0].said;
  assert.deepEqual([said.account, said.text], [account, 'Il demande son âge & « le secret ».\nTous les soirs.']);
});

test('without JavaScript: the same form, the same answers, and what was typed is there again', async () => {
  const page = await open({ javaScriptEnabled: false, locale: 'en-GB' });
  await page.goto(form('&lang=en'));
  await page.check('[value=harassment]');
  await page.fill('#text', '<b>he</b> insults "her"');
  await page.fill('#locations', 'https://forum.example/t/1\nhttps://forum.example/t/2');
  await sleep(2100);
  await page.click('button[type=submit]');
  assert.match(page.url(), /\/v1\/notices$/);
  assert.deepEqual(await page.locator('.summary li').allTextContents(), ['For this subject the law asks for your name.', 'For this subject the law asks for your e-mail address.', 'Tick this box to send.']);
  assert.equal(await page.inputValue('#text'), '<b>he</b> insults "her"');
  assert.equal(await page.isChecked('[value=harassment]'), true);
  assert.equal(await page.getAttribute('#name', 'aria-invalid'), 'true');
  await shot('no-js-errors-en', page);
  await page.fill('#name', 'Ada');
  await page.fill('#email', 'ada@mail.example');
  await page.check('#good_faith');
  await page.click('button[type=submit]');
  assert.match(await page.textContent('.summary'), /send it again/, 'sent in less than two seconds: a person is asked once more');
  await sleep(2100);
  await page.click('button[type=submit]');
  const number = await numberOn(page);
  assert.equal((await noticeOf(number)).named, true);
  await page.click('text=See how far my report is');
  assert.match(await page.textContent('dl'), /Received/);
  await shot('status-en', page);
  await page.click('text=Withdraw my report');
  assert.match(await page.textContent('dl'), /Withdrawn by you/);
});

test('a child in danger: the numbers at once, with and without JavaScript, and no waiting', async () => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await open({ javaScriptEnabled });
    await page.goto(form('&lang=fr'));
    assert.equal(await page.isVisible('.urgent'), false);
    await page.check('#danger-yes');
    assert.equal(await page.isVisible('.urgent'), true);
    if (javaScriptEnabled) await shot('danger-fr', page);
    await page.check('[value=other]');
    await page.fill('#account', fresh('acc'));
    await page.fill('#text', 'une enfant est avec lui en ce moment');
    await page.check('#good_faith');
    await page.click('button[type=submit]');
    const one = await noticeOf(await numberOn(page));
    assert.deepEqual([one.danger, one.named], [true, false]);
    assert.equal(await page.locator('.calls a').count(), 5);
  }
});

test('programs: a hidden field that only they fill', async () => {
  const page = await open({ javaScriptEnabled: false });
  await page.goto(form('&lang=en'));
  assert.ok((await page.locator('[name=website]').boundingBox()).x < 0, 'nobody sees it');
  await page.locator('[name=website]').fill('https://spam.example', { force: true });
  await page.check('[value=grooming]');
  await page.fill('#account', 'x');
  await page.fill('#text', 'x');
  await page.check('#good_faith');
  await sleep(2100);
  await page.click('button[type=submit]');
  assert.match(await page.textContent('.summary'), /hidden field/);
  assert.equal(await page.inputValue('[name=website]'), '');
});

test('the status by number: what somebody typed, no number, none like this', async () => {
  const page = await open();
  await page.goto(`${server.url}/report/status?lang=en`);
  await accessible(page, 'the status');
  await page.fill('#number', 'nothing');
  await page.click('button');
  assert.match(await page.textContent('#number-error'), /cannot be right/);
  await page.fill('#number', '00000-00000-00000-00000');
  await page.click('button');
  assert.match(await page.textContent('#number-error'), /No report/);
  const sent = (await platform.post('/v1/notices', { space: 'lobby', category: 'grooming', language: 'en', text: fresh('he asks where she lives'), account: fresh('acc'), good_faith: true })).json;
  await people.lea.post(`/v1/cases/${sent.case}/decisions`, { action: 'dismiss', reason: 'no_risk' });
  await page.fill('#number', sent.number.toLowerCase().replaceAll('-', ' '));
  await page.click('button');
  assert.match(await page.textContent('dl'), /took no measure.*court.*person’s/s);
  await accessible(page, 'the answer');
  await shot('decided-en', page);
  await page.click('text=Français');
  assert.match(await page.textContent('dl'), /n’a pas pris de mesure/);
  await shot('decided-fr', page);
});

test('phone, 320 px, 200 %, night, forced colours', async () => {
  for (const [name, options] of Object.entries({
    phone: { viewport: { width: 360, height: 740 }, colorScheme: 'dark' },
    narrow: { viewport: { width: 320, height: 640 } },
    zoom: { viewport: { width: 500, height: 400 }, deviceScaleFactor: 2 },
    dark: { colorScheme: 'dark' },
    forced: { forcedColors: 'active' },
  })) {
    const page = await open(options);
    for (const [what, url] of [['start', `${server.url}/report?space=lobby`], ['form', form()], ['status', `${server.url}/report/status`]]) {
      await page.goto(url);
      await fits(page, `${what} ${name}`);
      await shot(`${what}-${name}`, page);
    }
    await page.goto(form());
    if (name !== 'forced') await accessible(page, `the form, ${name}`);
    for (const field of ['#text', '#account', 'button']) assert.ok((await page.locator(field).first().boundingBox()).height >= 44, `${field} is large enough for a finger`);
  }
});

test('in a frame of the site that the policy names, and of no other', async () => {
  const inside = await open();
  await inside.goto(allowed);
  const frame = inside.frameLocator('iframe');
  assert.match(await frame.locator('h1').textContent(), /Make a report/);
  await frame.locator('text=Start').click();
  await frame.locator('[value=grooming]').check();
  await frame.locator('#account').fill(fresh('acc'));
  await frame.locator('#text').fill('he asks children for their address');
  await frame.locator('#good_faith').check();
  await sleep(2100);
  await frame.locator('button[type=submit]').click();
  await frame.locator('.number').waitFor();
  await shot('framed', inside);
  const outside = await open();
  await outside.goto(refused);
  await until(() => problems.some((p) => /frame-ancestors/.test(p)), 'another site may show it');
  problems.length = 0;
  assert.equal(await outside.frameLocator('iframe').locator('text=Make a report').count(), 0);
});

test('the console: the list, a flood as one row, a number that somebody reads out, the card beside the case', async () => {
  const account = fresh('flooded');
  const send = (more = {}) => platform.post('/v1/notices', { space: 'lobby', category: 'grooming', language: 'en', text: 'he asks every child for their address and wants it kept a secret', account, good_faith: true, ...more });
  let last;
  for (let i = 0; i < 6; i++) last = (await send()).json;
  await send({ category: 'harassment', name: 'Ada Testname', email: 'ada@mail.example', text: 'he insults whoever says no to him', account });
  const page = await open({}, 'noe');
  await page.goto(`${server.url}/#/notices`);
  await page.waitForSelector('.notice-row');
  assert.equal(await page.locator('.notice-row', { hasText: last.case }).count(), 1);
  assert.match(await page.locator('.notice-row', { hasText: last.case }).textContent(), /6 autres signalements/);
  assert.match(await page.locator('.notice-row').first().textContent(), /enfant en danger/);
  await accessible(page, 'notices');
  await shot('list-fr', page);
  await page.fill('#notice-number', 'not a number');
  await page.keyboard.press('Enter');
  assert.match(await page.textContent('#notice-number-more'), /vingt/);
  await page.fill('#notice-number', last.number.toLowerCase());
  await page.keyboard.press('Enter');
  await until(async () => (await page.locator('.notice-row').count()) === 1, 'the number was not found');
  await page.click(`text=${last.case}`);
  await page.waitForSelector('.notice-card');
  assert.match(await page.textContent('.notice-card'), /7 signalements/);
  await page.click('.notice-card >> text=Lire ce qui est signalé');
  await page.waitForSelector('.notice-said');
  assert.ok(!(await page.textContent('main')).includes('Testname'), 'who reported is not shown');
  await page.click('text=Joindre la personne');
  await page.click('.notice-person button');
  assert.match(await page.textContent('.notice-person'), /trois lettres/);
  await page.fill('.notice-person input', 'elle demande une réponse');
  await page.click('.notice-person button');
  await page.waitForSelector('text=Ada Testname');
  await accessible(page, 'the card beside the case');
  await shot('case-fr', page);
});

test('the console: trusted flaggers and misuse', async () => {
  const page = await open({}, 'lea');
  await page.goto(`${server.url}/#/flaggers`);
  await page.click('text=Inscrire un signaleur');
  await page.click('button[type=submit]');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'flagger-name');
  for (const [field, value] of Object.entries({ name: 'Point de Contact', organisation: 'Point de Contact', area: 'abus sexuels sur mineurs', awarded_by: 'Arcom', account: 'pdc' })) await page.fill(`#flagger-${field}`, value);
  await accessible(page, 'the form of a flagger');
  await shot('flagger-add-fr', page);
  await page.click('button[type=submit]');
  await page.waitForSelector('text=vg_');
  await platform.post('/v1/notices', { space: 'forum', category: 'grooming', text: 'x', account: fresh('a'), reporter: 'pdc', good_faith: true });
  for (let i = 0; i < 3; i++) {
    const sent = (await platform.post('/v1/notices', { space: 'lobby', category: 'harassment', name: 'N', email: 'often@mail.example', text: fresh('x'), account: fresh('a'), good_faith: true })).json;
    await people.lea.post(`/v1/cases/${sent.case}/decisions`, { action: 'dismiss', reason: 'no_risk' });
    const one = await noticeOf(sent.number);
    await people.lea.post(`/v1/notices/${one.id}/unfounded`, { unfounded: true });
  }
  await page.goto('about:blank');
  await page.goto(`${server.url}/#/flaggers`);
  await page.waitForSelector('text=Avertir');
  await accessible(page, 'flaggers');
  await shot('flaggers-fr', page);
  await page.click('text=Avertir');
  await page.waitForSelector('text=averti');
  const phone = await open({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' }, 'lea');
  for (const hash of ['notices', 'flaggers']) {
    await phone.goto(`${server.url}/#/${hash}`);
    await phone.waitForSelector('.notice-row');
    await fits(phone, `${hash} on a phone`);
    await shot(`${hash}-phone`, phone);
  }
});
