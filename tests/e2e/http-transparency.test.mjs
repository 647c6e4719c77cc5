// SPDX-License-Identifier: Apache-2.0
// The public page of figures: for everybody, counts only, small ones hidden with what they could be worked out from, nothing of a space that
// does not publish; quarters once they are over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addKey, addUser, makeHome, openCase, request, signIn, start } from './lib.mjs';
import { action, writePast } from './transparency.lib.mjs';

const home = makeHome(), data = `${home}/data`;
const key = addKey(data), password = addUser(data, 'zoe-who-decides', 'lead');
const year = new Date().getUTCFullYear() - 1;
const at = (month) => Date.UTC(year, month - 1, 12, 9);
const server = await start({ home });
const sender = server.with(key);
const lea = await signIn(server, 'zoe-who-decides', password);
const opened = await openCase(sender);
assert.equal((await lea.post(`/v1/cases/${opened.id}/decisions`, { action: 'warn', reason: 'grooming' })).status, 201);
writePast(data, { [Number(opened.id.slice(2))]: [
  [at(2), 40, action.warn], [at(2), 3, action.suspend], [at(2), 25, action.dismiss],
  [at(5), 30, action.warn], [at(5), 14, action.suspend], [at(5), 20, action.dismiss],
  [at(8), 1234, action.warn], [at(11), 20, action.warn], [at(11), 18, action.report],
] });
const page = (query, headers = {}) => request(server, 'GET', `/transparency${query}`, { headers });
/** The cells of a row, by its label. */
const row = (text, label) => new RegExp(`<th scope="row">${label}</th>(.*?)</tr>`).exec(text)?.[1].split('</td>').slice(0, -1).map((cell) => cell.replace(/<[^>]*>/, ''));

test('counts by quarter and year; a small one is hidden, and so is what would give it back', async () => {
  const { status, text } = await page(`?space=lobby&year=${year}&lang=en`);
  assert.equal(status, 200);
  const suspended = row(text, 'Account suspended'), dismissed = row(text, 'Dismissed'), total = row(text, 'All decisions');
  assert.deepEqual(total, ['68', '64', '1,234', '38', '1,404']);
  assert.equal(suspended[0], '—', 'three suspensions');
  assert.equal(dismissed[0], '—', 'the smallest of the others goes with it');
  assert.equal(suspended[1], '14', 'what an earlier quarter could not know stays');
  assert.equal(suspended[4], '—', 'or the year less its quarters would be 3');
  assert.deepEqual(row(text, 'Warning'), ['40', '30', '1,234', '20', '1,324']);
  assert.deepEqual(row(text, 'United States')?.[3], '—');
  assert.match(text, /<svg [^>]*role="img" aria-label="All decisions: Q1: 68, Q2: 64, Q3: 1,234, Q4: 38"/);
  const french = (await page(`?space=lobby&year=${year}`, { 'Accept-Language': 'fr-FR' })).text;
  assert.deepEqual(row(french, 'Toutes les décisions'), ['68', '64', '1\u202f234', '38', '1\u202f404']);
});

test('a quarter that is not over is not there, and today’s decision is nowhere', async () => {
  const next = await page(`?space=lobby&year=${year + 1}&lang=en`);
  const over = [3, 6, 9, 12].filter((month) => Date.now() >= Date.UTC(year + 1, month, 2)).length;
  if (!over) assert.equal(next.status, 404);
  else assert.deepEqual(row(next.text, 'All decisions'), [...Array(over).fill('0'), ...Array(5 - over).fill('…')]);
});

test('strict headers, no script, no cookie, and nothing that names anybody', async () => {
  const { headers, text } = await page(`?space=lobby&year=${year}&lang=en`, { Cookie: lea.cookie });
  assert.match(headers['content-security-policy'], /^default-src 'none'; style-src 'sha256-[^']+' 'sha256-[^']+'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'$/);
  assert.equal(headers['cache-control'], 'public, max-age=3600');
  assert.equal(headers['set-cookie'], undefined);
  assert.doesNotMatch(text, /<script|style="| on[a-z]+="/);
  for (const name of ['zoe-who-decides', opened.adult, opened.child]) assert.ok(!text.includes(name), name);
});

test('a page is made once an hour, whatever is asked', async () => {
  const query = `?space=lobby&year=${year}&lang=en`, before = (await page(query)).text;
  writePast(data, { [Number(opened.id.slice(2))]: [[at(8), 50, action.warn]] });
  assert.equal((await page(query)).text, before);
});

test('only spaces that publish, only years that are there', async () => {
  const list = await page('?lang=en');
  assert.match(list.text, /space=lobby/);
  assert.match(list.text, /space=forum/);
  assert.doesNotMatch(list.text, /space=rencontre/);
  for (const query of ['?space=rencontre', '?space=nowhere', '?space=lobby&year=1999', '?space=lobby&year=9999', '?space=lobby&year=20x6', '?space=lobby&year=20261']) assert.equal((await page(query)).status, 404, query);
});
