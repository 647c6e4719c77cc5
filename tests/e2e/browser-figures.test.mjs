// SPDX-License-Identifier: Apache-2.0
// Figures, agreement and known answers in a real browser: what a lead sees first, charts with their tables, CSV, the DSA tables, an item made and
// ended, by keyboard; nothing breaks the Content-Security-Policy; on a phone nothing sticks out.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-figures.test.mjs
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startBrowser } from './browser.lib.mjs';
import { addKey, addUser, makeHome, openCase, signIn, start, until } from './lib.mjs';

const home = makeHome(), data = join(home, 'data');
const key = addKey(data);
const passwords = { lea: addUser(data, 'lea', 'lead'), remi: addUser(data, 'remi', 'referent'), ada: addUser(data, 'ada', 'admin') };
const server = await start({ home, options: ['--threads', '2'] });
const sender = server.with(key);
const people = {};
for (const name of Object.keys(passwords)) people[name] = await signIn(server, name, passwords[name]);
const open = (...how) => started.open(...how);
let started, page;

const shot = (name, of = page) => started.shot(name, of, { fullPage: true });

/** A month in which things happened: rows are moved into the past, as no test waits for one; and answers to known items. */
const past = `
import sqlite3, sys, random
db = sqlite3.connect(sys.argv[1], timeout=10)
random.seed(7)
DAY, HOUR = 86400000, 3600000
rows = db.execute("SELECT id,opened_ms,state FROM cases ORDER BY id").fetchall()
now = max(r[1] for r in rows)
for n, (case, opened, state) in enumerate(rows):
    back = (len(rows) - n) * 29 * DAY // len(rows)
    took = random.choice([HOUR, 2 * HOUR, 3 * HOUR, 9 * HOUR])
    at = now - back - 2 * HOUR
    db.execute("UPDATE cases SET opened_ms=?,due_ms=?,decided_ms=CASE state WHEN 1 THEN ? ELSE 0 END WHERE id=?", (at, at + 4 * HOUR, at + took, case))
item = db.execute("SELECT id FROM gold_item LIMIT 1").fetchone()[0]
one = db.execute("SELECT space,verdict,risk,kinds,kind_weight FROM cases LIMIT 1").fetchone()
for person, good in (("remi", 5), ("nora", 9), ("sami", 8)):
    for n in range(10):
        at = now - (n * 8 + 1) * DAY
        db.execute("INSERT INTO cases(space,account,state,verdict,risk,account_band,account_basis,youngest_band,kinds,kind_weight,event_count,opened_ms,updated_ms,due_ms,decided_ms) VALUES('~lobby',?,1,?,?,5,1,2,?,?,1,?,?,?,?)", (f"{person}{n}", one[1], one[2], one[3], one[4], at, at, at, at))
        case = db.execute("SELECT last_insert_rowid()").fetchone()[0]
        made = db.execute("INSERT INTO gold_item(space,kind,source_case,shipped,category,language,actions,reasons,verdict,risk,account_band,account_basis,youngest_band,kinds,kind_weight,due_after_ms,made_by,made_ms,ended_ms) VALUES('lobby',0,0,?,3,'fr',24,'',2,7000,5,1,2,0,x'',1,'lea',1,1)", (f"x{n}",)).lastrowid if person == "remi" else db.execute("SELECT id FROM gold_item WHERE shipped=?", (f"x{n}",)).fetchone()[0]
        right = n < good
        db.execute("INSERT INTO gold_copy(case_id,item_id,user,space,category,language,made_ms,answered_ms,action,outcome,checked) VALUES(?,?,?,'lobby',3,'fr',?,?,?,?,1)", (case, made, person, at, at, (4 if n % 3 else 3) if right else 0, 0 if right else 1))
db.execute("INSERT INTO gold_below(user,space,category,right_n,answered,level,suspended,time_ms) VALUES('remi','lobby',3,5,10,7500,1,?)", (now - DAY,))
db.commit()
`;

before(async () => {
  started = await startBrowser(server, people, { viewport: { width: 1360, height: 850 } });
  const actions = ['dismiss', 'warn', 'suspend', 'restrict_minors', 'dismiss'];
  for (let i = 0; i < 24; i++) {
    const { id } = await openCase(sender, i % 4 ? 'lobby' : 'forum');
    if (i % 6 === 5) continue;
    await people.lea.post(`/v1/cases/${id}/decisions`, { action: actions[i % 5], reason: i % 5 ? 'grooming' : 'no_risk' });
  }
  assert.equal((await people.lea.post('/v1/gold', { made_up: 'picture-and-secret', space: 'lobby' })).status, 201);
  const done = spawnSync('python3', ['-c', past, `${data}/vigie.db`], { encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
  page = await open('lea');
});
after(() => started?.close());

test('ten seconds: is the queue growing, are deadlines kept, are decisions reversed', async () => {
  await page.goto(`${server.url}/#/figures`);
  await page.waitForSelector('.ten');
  const said = await page.locator('.ten-one').allTextContents();
  assert.equal(said.length, 3);
  assert.match(said[0], /Dossiers en attente.*(grandit|stable|diminue)/);
  assert.match(said[1], /Délais tenus.*%.*dossiers? décidés?/);
  assert.match(said[2], /réclamation/);
  const inView = await page.locator('.ten').evaluate((e) => e.getBoundingClientRect().bottom < innerHeight);
  assert.ok(inView, 'they are seen without scrolling');
});

test('three charts are drawn, each with the same figures as a table', async () => {
  await page.waitForSelector('.chart canvas');
  assert.equal(await page.locator('.chart canvas').count(), 3);
  const painted = await page.locator('.chart canvas').first().evaluate((c) => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v !== 0));
  assert.ok(painted, 'something is on the canvas');
  await page.locator('.chart-table summary').first().click();
  assert.equal(await page.locator('.chart').first().locator('tbody tr').count(), 30);
  await shot('figures-desk');
  const dark = await open('lea', { colorScheme: 'dark' });
  await dark.goto(`${server.url}/#/figures`);
  await dark.waitForSelector('.chart canvas');
  await shot('figures-dark', dark);
  await dark.close();
});

test('space, category and period are chosen; weeks', async () => {
  await page.selectOption('.choices select >> nth=1', 'week');
  await until(async () => (await page.locator('.chart').first().locator('tbody tr').count()) < 7, 'weeks');
  await page.selectOption('.choices select >> nth=3', 'threat');
  await until(async () => /^–/.test(await page.textContent('.ten-one:nth-child(2) .ten-value')), 'no threat was decided');
  await page.selectOption('.choices select >> nth=3', '');
  await page.selectOption('.choices select >> nth=0', '90');
});

test('CSV is saved by a link', async () => {
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.figures-save a').first().click()]);
  assert.equal(download.suggestedFilename(), 'vigie-figures.csv');
});

test('the DSA tables: an error beside its field, then eleven sheets and what is left to fill in', async () => {
  await page.fill('#dsa-from', '2026-06-30');
  await page.fill('#dsa-to', '2026-01-01');
  await page.click('.dsa button[type=submit]');
  assert.match(await page.locator('.dsa-ask').textContent(), /avant le premier/);
  await page.fill('#dsa-from', '2026-01-01');
  await page.fill('#dsa-to', '2026-06-30');
  await page.click('.dsa button[type=submit]');
  await page.waitForSelector('.dsa-sheets li');
  assert.equal(await page.locator('.dsa-sheets li').count(), 11);
  assert.ok((await page.locator('.dsa-unknown li').count()) >= 3);
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.dsa-sheets a').nth(3).click()]);
  assert.equal(download.suggestedFilename(), 'dsa_4_notices.csv');
  await shot('figures-dsa');
});

test('agreement: alpha with its interval, recall, drift; persons for the lead', async () => {
  await page.goto(`${server.url}/#/agreement`);
  await page.waitForSelector('.agree');
  const contact = page.locator('.agree', { has: page.locator('#agree-contact') });
  assert.match(await contact.textContent(), /entre .* et /);
  assert.ok((await contact.locator('.agree-bar .quality-range').count()) >= 2, 'intervals are drawn');
  assert.match(await page.textContent('.agree-falls'), /remi/);
  assert.equal(await page.locator('.figures-table tbody tr').count(), 3);
  await shot('agreement-desk');
  const admin = await open('ada');
  await admin.goto(`${server.url}/#/agreement`);
  await admin.waitForSelector('.agree');
  assert.match(await admin.textContent('main'), /Moins de cinq personnes/);
  assert.doesNotMatch(await admin.textContent('main'), /remi|nora/);
  await admin.close();
});

test('known answers: an error beside its field, what was typed survives a reload, one taken and ended', async () => {
  await page.goto(`${server.url}/#/gold`);
  await page.waitForSelector('.gold-form');
  await page.fill('#gold-case', 'c-999999');
  await page.click('.gold-form button[type=submit]');
  assert.match(await page.textContent('#gold-actions-wrong'), /au moins une/);
  await page.check('.gold-actions input >> nth=0');
  await page.click('.gold-form button[type=submit]');
  await until(async () => /no such case/.test(await page.locator('.gold-form .field').first().textContent()), 'the refusal stands beside the field');
  await page.reload();
  await page.waitForSelector('.gold-form');
  assert.equal(await page.inputValue('#gold-case'), 'c-999999');
  const before = await page.locator('.figures-table tbody tr').count();
  await page.selectOption('.page-gold .choice select', 'lobby');
  await page.locator('.gold-examples button:not([disabled])').last().click();
  await until(async () => (await page.locator('.figures-table tbody tr').count()) === before + 1, 'it is in the list');
  await shot('gold-desk');
  await page.locator('.figures-table tbody button').first().click();
  await until(async () => (await page.locator('.figures-table tbody tr').count()) === before, 'it is ended');
});

test('English, and a phone: nothing sticks out', async () => {
  const phone = await open('lea', { viewport: { width: 360, height: 740 } });
  for (const [name, selector] of [['figures', '.ten'], ['agreement', '.agree'], ['gold', '.gold-examples li']]) {
    await phone.goto(`${server.url}/#/${name}`);
    await phone.waitForSelector(selector);
    const wide = await phone.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${name}: ${wide}`);
    await shot(`${name}-phone`, phone);
  }
  await phone.evaluate(() => localStorage.setItem('vigie.language', 'en'));
  await phone.close();
  const english = await open('lea', { locale: 'en-GB' });
  await english.addInitScript(() => localStorage.setItem('vigie.language', 'en'));
  for (const [name, selector, words] of [['figures', '.ten', /Deadlines kept/], ['agreement', '.agree', /Krippendorff’s α/], ['gold', '.gold-form', /Made-up examples/]]) {
    await english.goto(`${server.url}/#/${name}`);
    await english.waitForSelector(selector);
    assert.match(await english.textContent('main'), words);
    await shot(`${name}-english`, english);
  }
  await english.close();
});

test('a référent finds none of it, and nothing broke the Content-Security-Policy', async () => {
  const remi = await open('remi');
  await remi.goto(`${server.url}/#/queue`);
  await remi.waitForSelector('main');
  assert.doesNotMatch(await remi.textContent('body'), /Chiffres|Réponses connues/);
  await remi.close();
  assert.deepEqual(started.problems, []);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});
