// SPDX-License-Identifier: Apache-2.0
// Every page of the console with something on it, checked by axe: on a desk, on a phone, at 200 % zoom, by day and by night, in French and
// in English; nothing is wider than the screen. With VIGIE_SHOTS=DIR each is kept as a picture, and DIR/index.html shows them side by side.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_PAGES=case,queue] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-axe.test.mjs
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { violations } from './axe.lib.mjs';
import { until } from './lib.mjs';
import { openHouse, pageTable } from './scene.lib.mjs';

const shots = process.env.VIGIE_SHOTS && join(process.env.VIGIE_SHOTS, 'pages');
const only = process.env.VIGIE_PAGES?.split(',');
const { server, people, visits } = await openHouse();
const wanted = visits.filter((v) => !only || only.includes(v.name));
const sizes = {
  desk: { viewport: { width: 1360, height: 850 } },
  phone: { viewport: { width: 360, height: 740 }, hasTouch: true },
  zoom: { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }, // a desk of 1280 at 200 %
};
const looks = [['fr', 'light'], ['en', 'dark'], ['fr', 'dark'], ['en', 'light']];
/** Each page is checked by day in French and by night in English; 200 % zoom changes places, not colours. */
const check = { desk: { lang: 'fr', light: 'light' }, phone: { lang: 'en', light: 'dark' }, zoom: { lang: 'fr', light: 'light', except: ['color-contrast'] } };
const policy = [], failures = [], contexts = new Map(), tabs = new Map();
let browser;

async function context(size, user) {
  const name = `${size} ${user}`;
  if (contexts.has(name)) return contexts.get(name);
  const made = await browser.newContext({ ...sizes[size], locale: 'fr-FR', colorScheme: 'light', reducedMotion: 'reduce' });
  await made.addInitScript(() => window === top && localStorage.setItem('vigie.language', localStorage.getItem('vigie.language') ?? 'fr'));
  if (user) {
    const [cookie, value] = people[user].cookie.split('=');
    await made.addCookies([{ name: cookie, value, url: server.url }]);
  }
  contexts.set(name, made);
  return made;
}

/** In this language and light, without reading the page again. */
async function dress(page, lang, light) {
  await page.emulateMedia({ colorScheme: light, reducedMotion: 'reduce' });
  if ((await page.getAttribute('html', 'lang')) === lang) return;
  await page.evaluate(() => document.querySelector('[data-tool=language]').click());
  await page.waitForFunction((l) => document.documentElement.lang === l, lang);
}

const table = pageTable();
/** The name of the page that this address is meant to lead to. */
function pageOf(hash) {
  const path = hash.slice(2).split('?')[0];
  if (/^(queue|case|bank)(\/|$)/.test(path)) return path.split('/')[0];
  return table.find((p) => path === p.path || (p.id && path.startsWith(`${p.path}/`)))?.name ?? assert.fail(`no page has the address ${hash}`);
}

/** The page of this person in this size: read once, then led from address to address, as a person does. */
async function visit({ name, hash, user, ready, keys = [] }, size) {
  const tab = `${size} ${user}`;
  const page = tabs.get(tab) ?? (await (await context(size, user)).newPage());
  if (!tabs.has(tab)) {
    tabs.set(tab, page);
    page.setDefaultTimeout(10_000);
    page.on('console', (m) => /content security policy/i.test(m.text()) && policy.push(`${name}: ${m.text()}`));
    page.on('pageerror', (error) => failures.push(`${name}: ${error}`));
    await page.goto(`${server.url}/${hash}`);
  } else {
    await page.evaluate((to) => {
      location.hash = to;
      return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    }, hash);
  }
  if (user) await page.waitForSelector(`.shell[data-page=${pageOf(hash)}]`); // an address that is not known leads to the queue
  await page.waitForSelector(ready ?? 'main h1');
  await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
  for (const key of keys) await page.keyboard.press(key);
  if (keys.length > 0) tabs.delete(tab); // what they opened is not in the next one's way
  return page;
}

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.VIGIE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  if (shots) mkdirSync(shots, { recursive: true });
});
after(async () => {
  await browser?.close();
  assert.equal((await server.stop()).code, 0, 'the server ends cleanly');
});

test('every page of the table is visited', () => {
  const seen = (page) => visits.some((v) => v.hash === `#/${page.path}` || v.hash.startsWith(`#/${page.path}/`));
  const missed = pageTable().filter((page) => !seen(page) || visits.some((v) => v.name === page.name && v.user === undefined));
  assert.deepEqual(missed.map((p) => p.name), [], 'a page that needs an ID gets a visit in its scene-PART.mjs');
});

for (const one of wanted) {
  test(`${one.name}: no violation, nothing sticks out`, async () => {
    const wrong = [];
    for (const size of Object.keys(sizes)) {
      const page = await visit(one, size);
      for (const [lang, light] of looks) {
        const checked = lang === check[size].lang && light === check[size].light;
        if (!checked && (!shots || size === 'zoom')) continue;
        await dress(page, lang, light);
        if (shots) await page.screenshot({ path: join(shots, `${one.name}-${size}-${lang}-${light}.png`), fullPage: size === 'phone' });
        if (!checked) continue;
        for (const line of await violations(page, check[size].except)) wrong.push(`${size}, ${lang}, ${light}: ${line}`);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (over > 0) wrong.push(`${size}, ${lang}: ${over} px wider than the screen`);
      }
      await dress(page, 'fr', 'light');
      if (one.keys) await page.close();
    }
    assert.equal(wrong.length, 0, `\n${[...new Set(wrong)].join('\n')}`);
  });
}

test('all along: no policy was broken, no script failed', () => {
  assert.deepEqual(policy, []);
  assert.deepEqual(failures, []);
});

test('the pictures lie side by side for a person to look at', { skip: !shots && 'VIGIE_SHOTS is not set' }, async () => {
  const files = readdirSync(shots).filter((f) => f.endsWith('.png')).sort();
  await until(() => files.length > 0, 'no picture');
  const groups = Map.groupBy?.(files, (f) => f.replace(/-(desk|phone|zoom)-.*/, '')) ?? groupBy(files);
  const figure = (f) => `<figure><a href="${f}"><img src="${f}" alt="" loading="lazy"></a><figcaption>${f.replace('.png', '')}</figcaption></figure>`;
  const body = [...groups].map(([name, all]) => `<h2>${name}</h2><div>${all.map(figure).join('')}</div>`).join('\n');
  const css = 'body{font:16px/1.4 sans-serif;margin:2rem}div{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start}figure{margin:0;width:20rem}img{width:100%;max-height:30rem;object-fit:cover;object-position:top;border:1px solid #999}figcaption{font-size:.8rem}';
  writeFileSync(join(shots, 'index.html'), `<!doctype html><html lang="en"><meta charset="utf-8"><title>Pages of the console</title><style>${css}</style><h1>Pages of the console</h1>\n${body}\n</html>\n`);
});

function groupBy(files) {
  const groups = new Map();
  for (const f of files) {
    const name = f.replace(/-(desk|phone|zoom)-.*/, '');
    groups.set(name, [...(groups.get(name) ?? []), f]);
  }
  return groups;
}
