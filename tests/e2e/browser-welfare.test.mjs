// SPDX-License-Identifier: Apache-2.0
// Welfare in a real browser: a référent sees what she saw, opts out of a category, plans her day, asks for support; a break that is due takes
// her to its page and is enforced; a lead sees figures of groups only.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-welfare.test.mjs
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startBrowser } from './browser.lib.mjs';
import { addKey, addUser, makeHome, makePolicy, openCase, signIn, start, until } from './lib.mjs';

const shots = process.env.VIGIE_SHOTS;
const home = makeHome(), data = join(home, 'data');
const key = addKey(data);
const passwords = { noe: addUser(data, 'noe', 'referent'), lea: addUser(data, 'lea', 'lead') };
const policy = makePolicy(home, (space, text) => text.replace(/^    after_cases: .*$/m, '    after_cases: 2'));
const server = await start({ home, policy, options: ['--threads', '2'] });
const sender = server.with(key);
const people = {};
for (const name of Object.keys(passwords)) people[name] = await signIn(server, name, passwords[name]);
const open = (name, options = {}) => started.open(name, { language: options.locale?.startsWith('en') ? 'en' : 'fr', ...options });
let started, noe, lea;

const shot = (name, page) => started.shot(name, page, { fullPage: true });
/** The same page on a desk by night and on a phone, in English. */
async function others(name, who, address, ready) {
  if (!shots) return;
  for (const [kind, options] of [['dark', { colorScheme: 'dark' }], ['phone', { viewport: { width: 360, height: 740 } }], ['english', { locale: 'en-GB' }]]) {
    const page = await open(who, options);
    await page.goto(`${server.url}/${address}`);
    await page.waitForSelector(ready);
    await shot(`${name}-${kind}`, page);
    await page.context().close();
  }
}
function sql(...statements) {
  const code = 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],timeout=10)\nfor s in sys.argv[2:]: c.execute(s)\nc.commit()';
  assert.equal(spawnSync('python3', ['-c', code, join(data, 'vigie.db'), ...statements]).status, 0);
}
const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

before(async () => {
  started = await startBrowser(server, people, { viewport: { width: 1360, height: 850 } });
  for (let i = 0; i < 4; i++) await openCase(sender);
  [noe, lea] = [await open('noe'), await open('lea')];
});
after(async () => {
  await started?.close();
  await server.stop();
});

test('my welfare: somebody to talk to, what was seen, and a wish that is kept', async () => {
  await noe.goto(`${server.url}/#/welfare`);
  await noe.waitForSelector('.contact');
  assert.match(await noe.locator('.contact').first().innerText(), /Cellule d’écoute[\s\S]*01 99 00|\+33 1 99 00/);
  assert.match(await noe.locator('.welfare-table tbody tr').first().innerText(), /images et vidéos/);
  const box = noe.locator('.welfare-table tbody tr').first().getByRole('checkbox');
  await box.check();
  await until(async () => (await people.noe.get('/v1/me/wishes')).json.opt_out.includes('material'), 'the wish is not kept');
  await noe.reload();
  assert.ok(await noe.locator('.welfare-table tbody tr').first().getByRole('checkbox').isChecked());
  await noe.selectOption('#shift-hours', '7');
  await until(async () => (await people.noe.get('/v1/me/welfare')).json.shift.hours === 7, 'the shift is not kept');
  await noe.fill('#skills-languages', 'français');
  await noe.click('section ~ form .button, form .button');
  assert.match(await noe.locator('#skills-languages-more').innerText(), /deux ou trois lettres/);
  await noe.fill('#skills-languages', 'fr en');
  await noe.locator('form[aria-labelledby=skills-title] button[type=submit]').click();
  await until(async () => (await people.noe.get('/v1/me/skills')).json.languages.join() === 'fr,en', 'the skills are not kept');
  await shot('welfare', noe);
  await others('welfare', 'noe', '#/welfare', '.contact');
});

test('the quiet button answers at once', async () => {
  await noe.getByRole('button', { name: 'Demander qu’on me contacte' }).click();
  assert.match(await noe.locator('.support-asked').innerText(), /sans votre nom/);
});

test('a break that is due takes her to its page; nothing is given before it is over, what is in hand may be finished', async () => {
  for (let i = 0; i < 2; i++) assert.equal((await people.noe.post('/v1/queue/next', {})).status, 200);
  await noe.goto(`${server.url}/#/queue`);
  await noe.waitForSelector('#main');
  await noe.waitForFunction(() => document.querySelectorAll('tbody tr, [role=row]').length > 1);
  await noe.keyboard.press('n');
  await noe.waitForSelector('.page-break .break-left');
  assert.match(await noe.locator('h1').innerText(), /souffler/);
  assert.match(await noe.locator('.break-left').innerText(), /Encore (10|9) minutes environ/);
  assert.match(await noe.locator('.page-break').innerText(), /2 dossiers en main/);
  await shot('break', noe);
  await others('break', 'noe', '#/break', '.break-left');
  const answer = await people.noe.post('/v1/queue/next', {});
  assert.deepEqual([answer.status, answer.json.type], [403, 'urn:vigie:problem:break-due'], 'whatever the page shows');
  await noe.locator('.page-break a.button-small').first().click();
  await noe.waitForURL(/#\/case\/c-/);
  sql('UPDATE welfare_person SET active_ms=active_ms-700000,stretch_began_ms=stretch_began_ms-700000');
  await noe.goto(`${server.url}/#/break`);
  await noe.reload();
  await noe.waitForFunction(() => /pause n’est prévue|pause est finie/.test(document.body.innerText));
});

test('a lead sees sums of groups, and dashes where there are too few', async () => {
  const monday = Math.floor((Math.floor(Date.now() / 86400e3) + 3) / 7) * 7 - 3 - 7;
  for (let i = 0; i < 6; i++) {
    addUser(data, `p${i}`, 'referent');
    sql(`INSERT INTO welfare_exposure SELECT id,${(monday * 86400e3) / 600000 + 100},'lobby',3,${10 + i},0 FROM user WHERE name='p${i}'`);
  }
  await lea.goto(`${server.url}/#/team-welfare`);
  await lea.waitForSelector('.welfare-table');
  const rows = await lea.locator('.page-team section').filter({ hasText: '75' }).locator('.welfare-table').first().locator('tbody tr').first().innerText();
  assert.match(rows, /75/, 'six people opened 75 cases');
  assert.match(rows, /–/, 'and of the other categories nothing is shown');
  await shot('team-welfare', lea);
  await others('team-welfare', 'lea', '#/team-welfare', '.welfare-table');
});

test('at phone width nothing sticks out', async () => {
  const phone = await open('lea', { viewport: { width: 360, height: 740 } });
  for (const [address, ready] of [['#/welfare', '.contact'], ['#/break', '.break-left'], ['#/team-welfare', '.welfare-table']]) {
    await phone.goto(`${server.url}/${address}`);
    await phone.waitForSelector(ready);
    assert.ok(await fits(phone), `${address} is wider than the screen`);
  }
});

test('nothing broke the content security policy, and no script failed', () => {
  assert.deepEqual(started.problems, []);
});
