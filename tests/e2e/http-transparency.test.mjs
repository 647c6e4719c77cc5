// SPDX-License-Identifier: Apache-2.0
// The public page of figures: for everybody, counts only, small ones hidden with what they could be worked out from, nothing of a space that
// does not publish; quarters once they are over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addKey, addUser, makeHome, makePolicy, openCase, request, signIn, start } from './lib.mjs';
import { action, writePast } from './transparency.lib.mjs';

const home = makeHome(), data = `${home}/data`;
const key = addKey(data), password = addUser(data, 'zoe-who-decides', 'lead');
const year = new Date().getUTCFullYear() - 1;
const at = (month) => Date.UTC(year, month - 1, 12, 9);
let server = await start({ home });
const sender = server.with(key);
let lea = await signIn(server, 'zoe-who-decides', password);
const opened = await openCase(sender);
assert.equal((await lea.post(`/v1/cases/${opened.id}/decisions`, { action: 'warn', reason: 'grooming' })).status, 201);
writePast(data, { [Number(opened.id.slice(2))]: [
  [at(2), 40, action.warn], [at(2), 3, action.suspend], [at(2), 25, action.dismiss],
  [at(5), 30, action.warn], [at(5), 14, action.suspend], [at(5), 20, action.dismiss],
  [at(8), 1234, action.warn], [at(11), 20, action.warn], [at(11), 18, action.report],
] });
const notice = (await server.with(addKey(data, '*', 'events,notices')).post('/v1/notices', JSON.stringify({ space: 'lobby', account: 'somebody', category: 'grooming', text: 'He writes to children whom he does not know.', good_faith: true }))).json;
const noted = (await lea.get('/v1/notices')).json.notices.find((n) => n.case === notice.case);
writePast(data, { notices: { [Number(noted.id.slice(2))]: [[at(2), 40, 38], [at(5), 30, 30], [at(8), 50, 20], [at(11), 20, 20]] } });
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

test('what a reader works out by subtracting is hidden too: 40 received and 38 decided would say that 2 wait', async () => {
  const { text } = await page(`?space=lobby&year=${year}&lang=en`);
  const received = row(text, 'Reports received'), decided = row(text, 'of which decided');
  assert.ok(received[0] === '—' || decided[0] === '—', `${received[0]} less ${decided[0]}`);
  assert.deepEqual([received[1], decided[1]], ['30', '30'], 'nobody waits: nothing to hide');
  assert.deepEqual([received[2], decided[2]], ['50', '20'], '30 wait: enough not to be anybody');
  assert.ok(received[4] === '—' || decided[4] === '—' || received[0] === '—', 'nor by the year less the quarters');
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

test('what was published stays: neither an hour, nor a restart, nor another rule changes it; counting anew is somebody’s act, on record', async () => {
  const query = `?space=lobby&year=${year}&lang=en`, before = (await page(query)).text;
  const cells = (text) => ['All decisions', 'Warning', 'Account suspended', 'Dismissed', 'Reports received', 'of which decided'].map((label) => row(text, label));
  const closed = (await lea.get('/v1/transparency')).json.closed.filter((c) => c.space === 'lobby' && c.year === year);
  assert.deepEqual(closed.map((c) => [c.part, c.times]), [['year', 1], ['q4', 1], ['q3', 1], ['q2', 1], ['q1', 1]]);
  assert.match(before, new RegExp(`Q1, Q2, Q3, Q4 on <time datetime="${closed[0].counted.slice(0, 10)}">`));
  await server.stop();
  writePast(data, { [Number(opened.id.slice(2))]: [[at(2), 1, action.suspend]] });
  const policy = makePolicy(home, (space, text) => text.replace(/hide_under: \d+/, 'hide_under: 5'));
  server = await start({ home, policy });
  lea = await signIn(server, 'zoe-who-decides', password);
  assert.deepEqual(cells((await page(query)).text), cells(before), 'four suspensions now, and readers of both pages learn of none');
  assert.equal((await lea.post('/v1/transparency/recount', { space: 'lobby', year })).status, 200);
  const anew = (await page(query)).text, was = cells(before).flat(), is = cells(anew).flat();
  is.forEach((cell, i) => was[i] === '—' && assert.equal(cell, '—', 'what was hidden stays hidden'));
  assert.match(anew, /counted anew/);
  const log = (await lea.get('/v1/transparency')).json.closed.filter((c) => c.space === 'lobby' && c.year === year);
  assert.ok(log.every((c) => c.times === 2 && c.by === 'zoe-who-decides'));
});

test('only spaces that publish, only years that are there', async () => {
  const list = await page('?lang=en');
  assert.match(list.text, /space=lobby/);
  assert.match(list.text, /space=forum/);
  assert.doesNotMatch(list.text, /space=rencontre/);
  for (const query of ['?space=rencontre', '?space=nowhere', '?space=lobby&year=1999', '?space=lobby&year=9999', '?space=lobby&year=20x6', '?space=lobby&year=20261']) assert.equal((await page(query)).status, 404, query);
});
