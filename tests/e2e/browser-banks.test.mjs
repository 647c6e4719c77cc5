// SPDX-License-Identifier: Apache-2.0
// Banks and media in a real browser: a lead begins a bank, imports a list with two bad lines, adds an entry and looks it up; a picture that
// is nearly the same opens a case; a référent reads what the list says, holds a key to see it, which is a view on record, and rejects
// the entry; a second person's word withdraws it. The pictures are made here, and harmless.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-banks.test.mjs
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { addKey, addUser, event, fresh, makeHome, meet, signIn, start, until, vigie } from './lib.mjs';
import { png } from './png.lib.mjs';

const shots = process.env.VIGIE_SHOTS;
const WAIT = 10_000;
const decoder = existsSync(join(dirname(vigie), 'vigie-decode'));
const needsDecoder = { skip: !decoder && 'vigie-decode is not built' };

// ---- a picture, and the same one in a mirror ----

function blobs(seed, width, height, mirrored = false) {
  let state = (seed * 2654435761) >>> 0;
  const next = () => (state = (state * 1664525 + 1013904223) >>> 0) / 2 ** 32;
  const spots = Array.from({ length: 24 }, () => ({ x: next(), y: next(), r: 0.03 + next() * 0.18, c: next() * 2 - 1 }));
  const grey = Buffer.alloc(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (mirrored ? width - 1 - x : x) + 0.5;
      let v = 0.5;
      for (const s of spots) v += s.c * 0.6 * Math.exp(-((at / width - s.x) ** 2 + ((y + 0.5) / height - s.y) ** 2) / (s.r * s.r));
      grey[y * width + x] = Math.max(0, Math.min(255, Math.round(v * 255)));
    }
  return { width, height, pixels: grey };
}
const known = png(blobs(7, 640, 480));

// ---- the house ----

const home = makeHome(), data = join(home, 'data');
const key = addKey(data);
const passwords = { lea: addUser(data, 'lea', 'lead'), noe: addUser(data, 'noe', 'referent'), ines: addUser(data, 'ines', 'referent'), audit: addUser(data, 'audit', 'auditor'), ada: addUser(data, 'ada', 'analyst') };
const server = await start({ home, options: ['--threads', '2'] });
const sender = server.with(key);
const people = {};
for (const name of Object.keys(passwords)) people[name] = await signIn(server, name, passwords[name]);
const pages = {};
const foreign = [], violations = [], failures = [], thumbnails = [];
let browser;

async function open(name, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 850 }, locale: 'fr-FR', colorScheme: 'light', ...options });
  await context.addInitScript(() => localStorage.setItem('vigie.language', localStorage.getItem('vigie.language') ?? 'fr'));
  const [cookie, value] = people[name].cookie.split('=');
  await context.addCookies([{ name: cookie, value, url: server.url }]);
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT);
  page.on('request', (request) => {
    const to = new URL(request.url());
    if (!['data:', 'blob:'].includes(to.protocol) && to.host !== new URL(server.url).host) foreign.push(request.url());
    if (to.pathname.endsWith('/thumbnail')) thumbnails.push(name);
  });
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) violations.push(message.text());
  });
  page.on('pageerror', (error) => failures.push(String(error)));
  pages[name] = page;
  return page;
}
async function shot(name, page) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.mouse.move(0, 0);
  await page.waitForTimeout(200); // colours have stopped changing
  await page.screenshot({ path: join(shots, `${name}.png`) });
}
const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const go = (page, hash) => page.goto(`${server.url}/${hash}`);
const bankNow = async (name) => (await people.lea.get(`/v1/banks/${name}`)).json;

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.VIGIE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-default-apps', '--no-first-run'],
  });
});
after(async () => {
  await browser?.close();
  assert.equal((await server.stop()).code, 0, 'the server ends cleanly');
});

test('a lead comes to the banks by a key, and begins one; what is wrong stands beside its field', async () => {
  const page = await open('lea');
  await go(page, '#/queue');
  await page.waitForSelector('.views');
  await page.keyboard.press('g');
  await page.keyboard.press('b');
  await page.waitForFunction(() => location.hash === '#/banks');
  await page.getByText('Aucune banque ne vous est visible.').waitFor();
  await page.keyboard.press('c');
  await page.waitForSelector('.create');
  await page.waitForFunction(() => document.activeElement?.id === 'create-name');
  await page.keyboard.type('Liste une');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.id === 'create-name' && document.activeElement.getAttribute('aria-invalid') === 'true');
  assert.match(await page.textContent('#create-name-more'), /minuscules/);
  assert.match(await page.textContent('#create-source-more'), /répond/);
  await shot('banks-create-errors', page);
  await page.fill('#create-name', 'ligne-1');
  await page.fill('#create-source', 'Association Exemple');
  await page.fill('#create-classification', 'A1 à B2');
  await page.selectOption('#create-effect', 'block');
  await page.locator('#create-source').press('Enter');
  await page.waitForFunction(() => location.hash === '#/bank/ligne-1');
  const made = await bankNow('ligne-1');
  assert.deepEqual([made.source, made.classification, made.effect, made.threshold, made.visible_to.length], ['Association Exemple', 'A1 à B2', 'block', 31, 6]);
  await page.getByText('jusqu’à 31 bits d’écart sur 256', { exact: false }).waitFor();
});

test('a list is imported: its length is shown as it goes, what was left out is told with line and reason', async () => {
  const page = pages.lea;
  const file = join(home, 'liste.txt');
  const lines = Array.from({ length: 2000 }, (_, n) => `sha256 ${(n + 1).toString(16).padStart(64, '0')} B${(n % 2) + 1}`);
  lines.splice(41, 0, 'sha256 zz');
  lines.splice(999, 0, 'md5 0123');
  writeFileSync(file, lines.join('\n') + '\n');
  await page.keyboard.press('i');
  await page.waitForSelector('.import');
  await page.locator('.import button[type=submit]').click();
  await page.getByText('Choisissez un fichier.').waitFor();
  await page.setInputFiles('#import-file', file);
  await page.selectOption('#import-format', 'text');
  await page.locator('.import button[type=submit]').click();
  await page.waitForSelector('.import-result');
  const counts = await page.locator('.import-counts dd').allTextContents();
  assert.deepEqual(counts.map((c) => c.replace(/\s/g, '')), ['2000', '0', '0', '0', '2']);
  const told = await page.locator('.import-problems tbody tr').allTextContents();
  assert.equal(told.length, 2);
  assert.match(told[0], /^42./);
  await page.locator('.import-result').scrollIntoViewIfNeeded();
  await shot('bank-import', page);
  await page.setInputFiles('#import-file', { name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"no": "list"}') });
  await page.selectOption('#import-format', 'vics');
  await page.locator('.import button[type=submit]').click();
  await page.waitForSelector('.import .notice-bad');
  assert.equal((await bankNow('ligne-1')).entries, 2000, 'a file that is no list changes nothing');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.import', { state: 'detached' });
});

let picture;
test('an entry is added, and looked up by its hash and by a hash some bits away', needsDecoder, async () => {
  const page = pages.lea;
  picture = (await sender.post('/v1/media', known, 'application/octet-stream')).json;
  assert.equal(picture.note, undefined);
  await go(page, '#/bank/ligne-1');
  await page.reload();
  await page.waitForSelector('#lookup');
  await page.keyboard.press('a');
  await page.waitForFunction(() => document.activeElement?.id === 'add-hash');
  await page.keyboard.type('12 34');
  await page.keyboard.press('Enter');
  await page.getByText('64, 40 ou 32 chiffres hexadécimaux', { exact: false }).waitFor();
  await page.fill('#add-hash', picture.pdq);
  await page.selectOption('#add-kind', 'pdq');
  await page.fill('#add-quality', String(picture.quality));
  await page.fill('#add-reference', 'dossier 17/photo 3');
  await page.fill('#add-category', 'A1');
  await shot('bank-add', page);
  await page.locator('#add-category').press('Enter');
  await page.getByText('L’entrée est ajoutée', { exact: false }).waitFor();
  await page.keyboard.press('Escape');
  await page.waitForSelector('.panel', { state: 'detached' });
  await page.keyboard.press('/');
  await page.waitForFunction(() => document.activeElement?.id === 'lookup');
  const digits = [...picture.pdq];
  digits[5] = (parseInt(digits[5], 16) ^ 7).toString(16);
  digits[40] = (parseInt(digits[40], 16) ^ 1).toString(16);
  await page.keyboard.type(digits.join(''));
  await page.keyboard.press('Enter');
  await page.waitForSelector('.entry');
  assert.match(await page.textContent('.entry-distance'), /^4.bits d’écart$/);
  assert.match(await page.textContent('.entry h3'), /dossier 17\/photo 3/);
  await shot('bank-lookup', page);
  await page.fill('#lookup', 'f'.repeat(64));
  await page.keyboard.press('Enter');
  await page.getByText('Rien de tel dans cette banque', { exact: false }).waitFor();
  await page.fill('#lookup', 'dossier 17/photo 3');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.entry');
});

let caseId, number;
const viewsNow = async () => (await people.lea.get(`/v1/cases/${caseId}/media/${number}/views`)).json.views.map((v) => v.user);
const sharp = (page) =>
  page.evaluate(() => {
    const c = document.querySelector('.peek-picture');
    if (!c.width) return 0;
    const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
    let most = 0;
    for (let i = 4; i < data.length; i += 4) if ((i / 4) % c.width) most = Math.max(most, Math.abs(data[i] - data[i - 4]));
    return most;
  });

test('at a case the match is a sentence, and no picture is fetched before it is asked for', needsDecoder, async () => {
  const { child } = await meet(sender);
  const mirror = (await sender.post('/v1/media', png(blobs(7, 640, 480, true)), 'application/octet-stream')).json;
  const answer = await sender.take(event('media', fresh('compte'), { upload: mirror.upload, to: [child], conversation: 'salon', channel: 'group' }));
  caseId = answer.case;
  assert.ok(caseId, JSON.stringify(answer));
  number = (await people.noe.get(`/v1/cases/${caseId}`)).json.events[0].content.media.number;
  const page = await open('noe');
  await go(page, `#/case/${caseId}`);
  await page.waitForSelector('.media .match-said');
  const said = (await page.textContent('.match-said')).replace(/[\u00a0\u202f]/g, ' ');
  assert.match(said, /une entrée de « ligne-1 » \(catégorie A1, telle que la source l’écrit\) : .* sur 256, en miroir\./);
  await page.getByText('Chaque consultation est enregistrée.').waitFor();
  await page.getByText('Personne ne l’a encore regardé.').waitFor();
  await page.mouse.move(0, 0);
  await shot('case-media', page);
  await page.keyboard.press('v');
  await page.waitForFunction(() => document.activeElement?.classList.contains('peek'));
  assert.deepEqual(thumbnails, [], 'going to a media shows nothing');
  assert.deepEqual(await viewsNow(), []);
});

test('a short press is no view; held, it shows and is on record; let go, only a blur is left', needsDecoder, async () => {
  const page = pages.noe;
  await page.keyboard.press('v'); // down and up at once
  await page.waitForTimeout(400);
  assert.deepEqual(thumbnails, []);
  await page.keyboard.down('v');
  await page.waitForSelector('.peek-open');
  const shown = await sharp(page);
  assert.deepEqual(thumbnails, ['noe']);
  assert.deepEqual(await viewsNow(), ['noe']);
  await page.waitForTimeout(300);
  await shot('case-media-held', page);
  await page.keyboard.up('v');
  await page.waitForSelector('.peek-covered');
  const left = await sharp(page);
  assert.ok(left < shown, `${left} is blurred, ${shown} was not`);
  assert.match(await page.evaluate(() => getComputedStyle(document.querySelector('.peek-picture')).filter), /blur/);
  await page.getByText('Vu 1 fois, par noe.', { exact: false }).waitFor();
  await page.waitForTimeout(300);
  await shot('case-media-covered', page);
  const box = await page.locator('.peek').boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.waitForSelector('.peek-open');
  await page.mouse.move(0, 0);
  await page.waitForSelector('.peek-covered');
  await page.mouse.up();
  assert.deepEqual(await viewsNow(), ['noe', 'noe'], 'a second look is a second view');
  assert.equal(await page.evaluate(() => document.querySelectorAll('img').length), 0, 'the page holds no address of the picture');
});

test('a référent rejects the entry with a reason; it takes a second person to withdraw it', needsDecoder, async () => {
  const page = pages.noe;
  await page.locator('.match [data-opinion=reject]').focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('.opinion textarea');
  await page.getByText('Il faut l’avis d’une seconde personne', { exact: false }).waitFor();
  await page.keyboard.press('Control+Enter');
  await page.getByText('Dites pourquoi vous contestez.').waitFor();
  await page.locator('.opinion textarea').focus();
  await page.keyboard.type('paysage, rien de ce que dit la liste 1 2 3');
  await shot('case-opinion', page);
  await page.keyboard.press('Control+Enter');
  await page.getByText('une seconde personne doit se prononcer', { exact: false }).waitFor();
  assert.equal(await page.locator('.decide-form').count(), 0, 'digits typed there choose no action');
  const entryNow = async () => (await people.lea.get('/v1/banks/ligne-1/entries?reference=dossier%2017%2Fphoto%203')).json.entries[0];
  assert.equal((await entryNow()).state, 'doubted');

  const second = await open('ines');
  await go(second, '#/bank/ligne-1');
  await second.waitForSelector('#lookup');
  assert.equal(await second.locator('.bank-keep').count(), 0, 'a référent keeps no bank');
  await second.fill('#lookup', 'dossier 17/photo 3');
  await second.keyboard.press('Enter');
  await second.waitForSelector('.entry-doubted');
  await shot('bank-entry-doubted', second);
  await second.click('.entry [data-opinion=reject]');
  await second.locator('.opinion textarea').fill('je suis du même avis');
  await second.click('.opinion button[type=submit]');
  await second.waitForSelector('.entry-withdrawn');
  assert.equal((await entryNow()).state, 'withdrawn');
  assert.equal((await bankNow('ligne-1')).rejected, 2);
});

test('a lead takes an entry back in two presses', async () => {
  const page = pages.lea;
  await go(page, '#/bank/ligne-1');
  await page.reload();
  await page.waitForSelector('#lookup');
  await page.fill('#lookup', (77).toString(16).padStart(64, '0'));
  await page.keyboard.press('Enter');
  await page.waitForSelector('.entry-live');
  await page.click('.entry-remove button');
  await page.waitForFunction(() => document.activeElement?.closest('.entry-remove')?.querySelector('p'));
  await page.keyboard.press('Enter');
  await page.waitForSelector('.entry-withdrawn');
  await until(async () => (await people.lea.get(`/v1/banks/ligne-1/entries?hash=${(77).toString(16).padStart(64, '0')}`)).json.entries.length === 0, 'it is not found any more');
});

test('the list says of each bank how fresh, how found, how trusted it is; in both languages, by day and by night', async () => {
  const more = [
    { name: 'exceptions', source: 'Équipe de modération', effect: 'allow', spaces: 'lobby' },
    { name: 'police-2026', source: 'Office mineurs', classification: 'catégories 1 à 4', effect: 'hold', expires: new Date(Date.now() + 5 * 86_400_000).toISOString() },
  ];
  for (const bank of more) assert.equal((await people.lea.post('/v1/banks', bank)).status, 201);
  const page = pages.lea;
  await go(page, '#/banks');
  await page.reload();
  await page.waitForSelector('[data-bank=police-2026]');
  const row = await page.locator('[data-bank=ligne-1]').innerText();
  assert.match(row, /Association Exemple/);
  assert.match(row, /mise à jour/);
  assert.match(await page.locator('[data-bank=exceptions]').innerText(), /pas encore d’avis/);
  assert.match(await page.locator('[data-bank=police-2026]').innerText(), /expire dans/);
  await shot('banks', page);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.hash === '#/bank/ligne-1');
  await page.waitForSelector('.bank-settings li');
  await shot('bank', page);
  await page.keyboard.press('l');
  await page.getByText('Two pictures count as the same', { exact: false }).waitFor();
  await page.keyboard.press('t');
  await shot('bank-english-dark', page);
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => location.hash === '#/banks');
  await page.waitForSelector('[data-bank]');
  await shot('banks-english-dark', page);
  await page.keyboard.press('?');
  await page.waitForSelector('dialog[open]');
  await shot('keys-banks', page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('t');
  await page.keyboard.press('l');
});

test('phone width and 200 % zoom: nothing is wider than the screen', async () => {
  for (const [name, width] of [['phone', 360], ['zoom', 680], ['narrow', 320]]) {
    const page = await open('ines', { viewport: { width, height: 740 } });
    for (const hash of ['#/banks', '#/bank/ligne-1', ...(caseId ? [`#/case/${caseId}`] : [])]) {
      await go(page, hash);
      await page.waitForSelector('[data-bank], .bank-settings li, .media');
      if (hash.includes('/bank/')) {
        await page.fill('#lookup', (5).toString(16).padStart(64, '0'));
        await page.keyboard.press('Enter');
        await page.waitForSelector('.entry');
      }
      assert.ok((await overflow(page)) <= 0, `${hash} at ${width}`);
      if (hash.includes('case')) await page.locator('.media').scrollIntoViewIfNeeded();
      await shot(`${name}-${hash.replace(/[^a-z]/g, '')}`, page);
    }
  }
});

test('a finger that rests on it sees it too, and so does a press that has neither pointer nor key, for a moment', needsDecoder, async () => {
  const page = await open('ines', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: 'dark', reducedMotion: 'reduce' });
  const before = (await viewsNow()).length;
  await go(page, `#/case/${caseId}`);
  await page.waitForSelector('.peek');
  await page.locator('.peek').scrollIntoViewIfNeeded();
  await page.evaluate(() => document.querySelector('.peek').scrollIntoView({ block: 'center' }));
  const box = await page.locator('.peek').boundingBox();
  const point = { x: box.x + box.width / 2, y: box.y + box.height / 3 };
  const wire = await page.context().newCDPSession(page);
  await wire.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] });
  await page.waitForSelector('.peek-open');
  if (shots) await page.screenshot({ path: join(shots, 'phone-media-held.png') });
  await wire.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await page.waitForSelector('.peek-covered');
  if (shots) await page.screenshot({ path: join(shots, 'phone-media-covered.png') });
  await page.evaluate(() => document.querySelector('.peek').click());
  await page.waitForSelector('.peek-open');
  await page.waitForSelector('.peek-covered');
  assert.equal((await viewsNow()).length, before + 2);
});

test('an analyst sees the banks and gives no opinion; an auditor is offered none; everything has a name', async () => {
  const auditor = await open('audit');
  await go(auditor, '#/queue');
  await auditor.waitForSelector('.nav a');
  assert.equal(await auditor.locator('a[href="#/banks"]').count(), 0);
  const page = await open('ada');
  await go(page, '#/bank/ligne-1');
  await page.waitForSelector('#lookup');
  await page.fill('#lookup', (5).toString(16).padStart(64, '0'));
  await page.keyboard.press('Enter');
  await page.waitForSelector('.entry');
  assert.equal(await page.locator('.opinion, .bank-keep').count(), 0);
  for (const target of Object.values(pages)) {
    const nameless = await target.evaluate(() => {
      const named = (e) => e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length || e.getAttribute('title');
      return [...document.querySelectorAll('button, a, input, select, textarea')].filter((e) => !named(e)).map((e) => e.outerHTML);
    });
    assert.deepEqual(nameless, []);
  }
});

test('all along: no other host was asked, no policy was broken, no script failed', () => {
  assert.deepEqual(foreign, []);
  assert.deepEqual(violations, []);
  assert.deepEqual(failures, []);
});
