// SPDX-License-Identifier: Apache-2.0
// What people say of evidence, over HTTP: given, changed, taken back; who may; how it is counted, exported, and destroyed with its case.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addKey, addUser, command, isProblem, makeHome, openCase, signIn, start } from './lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const key = addKey(data);
const passwords = { lea: addUser(data, 'lea', 'lead'), remi: addUser(data, 'remi', 'referent', '--spaces', 'lobby'), ada: addUser(data, 'ada', 'analyst'), otto: addUser(data, 'otto', 'auditor') };
const server = await start({ home });
const sender = server.with(key);
const [lea, remi, ada, otto] = await Promise.all(['lea', 'remi', 'ada', 'otto'].map((name) => signIn(server, name, passwords[name])));
const quality = async (query = '') => (await lea.get(`/v1/evidence-quality${query}`)).json;
const ofKind = (answer, name) => answer.kinds.find((k) => k.name === name);

const one = await openCase(sender);
const read = (await remi.get(`/v1/cases/${one.id}`)).json;
const [event] = read.events;
const picture = { seq: event.seq, name: 'text.picture_request' };
const judge = (who, judgement, piece = picture, id = one.id) => who.post(`/v1/cases/${id}/feedback`, { ...piece, judgement });

test('the content of a case says why now, what would lower the risk, and how far the exchange has come', () => {
  const { why_now: now, lower, course, evidence } = event.content;
  assert.match(now.fr, /demande de photo/);
  assert.match(now.en, /picture request/);
  assert.ok(lower.length > 0 && lower.every((l) => l.risk <= event.risk && l.text.fr && l.text.en));
  assert.deepEqual(course.stages.map((s) => s.name), ['contact', 'trust', 'isolation', 'risk_assessment', 'escalation', 'pressure']);
  assert.ok(evidence[0].strength > 0 && evidence[0].language === 'en');
  assert.equal(event.feedback, undefined, 'nobody said anything yet');
});

test('a judgement is given, changed and taken back; each reader sees their own, and the counts', async () => {
  assert.deepEqual((await judge(remi, 'right')).json, { name: picture.name, mine: 'right', right: 1, wrong: 0, unsure: 0 });
  assert.deepEqual((await judge(lea, 'unsure')).json, { name: picture.name, mine: 'unsure', right: 1, wrong: 0, unsure: 1 });
  assert.deepEqual((await judge(remi, 'wrong')).json, { name: picture.name, mine: 'wrong', right: 0, wrong: 1, unsure: 1 });
  const mine = (await remi.get(`/v1/cases/${one.id}`)).json.events[0].feedback;
  assert.deepEqual(mine, [{ name: picture.name, mine: 'wrong', right: 0, wrong: 1, unsure: 1 }]);
  assert.equal((await ada.get(`/v1/cases/${one.id}`)).json.events[0].feedback[0].mine, null);
  assert.deepEqual((await judge(lea, 'none')).json, { name: picture.name, mine: null, right: 0, wrong: 1, unsure: 0 });
  assert.equal((await judge(remi, 'right')).json.right, 1);
});

test('who may not, and what is not there', async () => {
  isProblem(await judge(ada, 'right'), 403);
  isProblem(await judge(otto, 'right'), 403);
  isProblem(await remi.post(`/v1/cases/${one.id}/feedback`, { ...picture, judgement: 'maybe' }), 400, '/judgement');
  isProblem(await judge(remi, 'right', { ...picture, name: 'text.nothing' }), 400, '/name');
  isProblem(await judge(remi, 'right', { ...picture, name: 'text.threat' }), 404, '/name');
  isProblem(await judge(remi, 'right', { ...picture, seq: 999999 }), 404, '/seq');
  isProblem(await remi.post(`/v1/cases/${one.id}/feedback`, { ...picture, seq: -1, judgement: 'right' }), 400, '/seq');
  const theirs = await openCase(sender, 'forum');
  isProblem(await judge(remi, 'right', picture, theirs.id), 404);
  isProblem(await judge(lea, 'right', picture, theirs.id), 404, '/seq');
  isProblem(await server.request('POST', `/v1/cases/${one.id}/feedback`, { headers: { Cookie: remi.cookie, 'Content-Type': 'application/json' }, body: { ...picture, judgement: 'right' } }), 403);
  for (const who of [remi, otto]) isProblem(await who.get('/v1/evidence-quality'), 403);
  for (const query of ['?days=0', '?days=x', '?days=3651', '?days=1&days=2']) isProblem(await lea.get(`/v1/evidence-quality${query}`), 400);
});

test('the quality of evidence: shown, judged, the share that was right and how sure that is; by expression too', async () => {
  await judge(lea, 'right');
  const all = await quality('?space=lobby&days=1');
  assert.equal(all.days, 1);
  const kind = ofKind(all, picture.name);
  assert.deepEqual([kind.shown, kind.judged, kind.right, kind.share, kind.high], [1, 2, 2, 1, 1]);
  assert.ok(kind.low > 0.3 && kind.low < 0.35, 'two of two say little');
  assert.deepEqual(all.sources.map((s) => [s.name, s.source, s.language, s.right]), [[picture.name, 'send me a picture', 'en', 2]]);
  const gap = ofKind(all, 'conduct.age_gap');
  assert.ok(gap.shown >= 1 && gap.judged === 0 && gap.share === undefined, 'nobody judged it: no share is made up');
  assert.deepEqual((await quality('?space=nowhere')).kinds, []);
});

test('the export for calibration has no text, no account and no person', () => {
  const { stdout } = command(['feedback', 'export', '--data', data]);
  const rows = stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(rows.map((r) => [r.evidence, r.pattern, r.language, r.judgement, r.space]), Array(2).fill([picture.name, 'send me a picture', 'en', 'right', 'lobby']));
  assert.deepEqual(Object.keys(rows[0]), ['evidence', 'pattern', 'language', 'weight', 'strength', 'risk', 'judgement', 'space']);
  assert.ok(rows[0].weight > 0 && rows[0].strength > 0 && rows[0].risk > 0);
  for (const name of [one.adult, one.child, 'remi', 'lea', 'please']) assert.ok(!stdout.includes(name), name);
  assert.equal(command(['feedback', 'export', '--data', data, '--space', 'forum']).stdout, '');
});

test('an erased account takes what was said of its evidence along', async () => {
  await lea.post(`/v1/cases/${one.id}/decisions`, { action: 'dismiss', reason: 'no_risk' });
  assert.equal((await judge(remi, 'right')).status, 200, 'a decided case can be judged');
  command(['erase', one.adult, '--space', 'lobby', '--data', data, '--yes']);
  assert.equal(command(['feedback', 'export', '--data', data]).stdout, '');
  isProblem(await judge(remi, 'right'), 404);
  assert.match(command(['audit', 'verify', '--data', data]).stdout, /chain intact/);
});

test('the stop is clean', async () => {
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});
