// SPDX-License-Identifier: Apache-2.0
// Items with a known answer, over HTTP: made, mixed into one person's queue and nobody else's, not to be told from a case, without any effect
// outside; what is answered is measured, and a fall below the policy's level suspends the category and tells the lead.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import http from 'node:http';
import { test } from 'node:test';
import { addKey, addUser, command, isProblem, makeHome, makePolicy, openCase, signIn, start, until } from './lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const key = addKey(data);
const passwords = { lea: addUser(data, 'lea', 'lead'), remi: addUser(data, 'remi', 'referent'), nora: addUser(data, 'nora', 'referent'), otto: addUser(data, 'otto', 'auditor'), ada: addUser(data, 'ada', 'admin') };
const heard = [];
const receiver = http.createServer((request, response) => {
  let text = '';
  request.on('data', (part) => (text += part)).on('end', () => (heard.push(JSON.parse(text)), response.writeHead(204).end()));
}).unref();
await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
command(['webhook', 'add', '--space', 'lobby', '--url', `http://127.0.0.1:${receiver.address().port}/`, '--data', data]);
const policy = makePolicy(home, (space, text) => {
  let out = text.replace(/^  share: .*$/m, '  share: 50%').replace(/^  doubles: .*$/m, '  doubles: 0').replace(/^  least: 8 .*$/m, '  least: 3').replace(/^  again_after: .*$/m, '  again_after: 1 day').replace(/^  window: 90 days.*$/m, '  window: 7 days');
  assert.notEqual(out, text);
  // one decision, one person, no limits: what is tested here is what happens to it; and nobody decides without a certificate
  out = out.replace(/^welfare:\n(?:[ #].*\n|\n(?= ))*/m, '').replace(/^  undo: .*$/m, '  undo: 1 second');
  if (space === 'lobby') out = out.replace(/^(training:\n  required: )no/m, '$1yes');
  return out;
});
for (const name of ['lea', 'remi', 'nora']) command(['user', 'certify', name, '--category', 'all', '--days', '30', '--data', data]);
const server = await start({ home, policy });
const sender = server.with(key);
const [lea, remi, nora, otto, ada] = await Promise.all(['lea', 'remi', 'nora', 'otto', 'ada'].map((name) => signIn(server, name, passwords[name])));
const decide = (who, id, action, reason = action === 'dismiss' ? 'no_risk' : 'grooming') => who.post(`/v1/cases/${id}/decisions`, { action, reason });
const listed = async (who, query = '') => (await who.get(`/v1/cases${query}`)).json;
const shape = (value, path = '') =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.keys(value).sort().flatMap((k) => shape(value[k], `${path}.${k}`))
    : Array.isArray(value) ? [...new Set(value.flatMap((one) => shape(one, `${path}[]`)))] : [`${path}:${value === null ? 'null' : typeof value}`];

const source = await openCase(sender);
assert.equal((await decide(lea, source.id, 'suspend')).status, 201);

/** Asks for the next case until a copy has come to `who`; the others are given back. */
async function copyFor(who, real) {
  const known = new Set(real.map((c) => c.id));
  for (let i = 0; i < 80; i++) {
    const next = await who.post('/v1/queue/next', {});
    assert.equal(next.status, 200, next.text);
    if (!known.has(next.json.case.id)) return next.json.case;
    assert.equal((await who.post(`/v1/cases/${next.json.case.id}/release`)).status, 200);
    forgetSkips();
  }
  return assert.fail('no copy came');
}
/** What somebody gave back is not handed out to them again for a while; a test does not wait. */
function forgetSkips() {
  const done = spawnSync('python3', ['-c', 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],timeout=5)\nc.execute("DELETE FROM case_skip")\nc.commit()', `${data}/vigie.db`], { encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
}

test('a lead makes items of decided cases and of made-up talks; nobody else does', async () => {
  const made = await lea.post('/v1/gold', { case: source.id, actions: ['suspend', 'restrict_minors'], why: 'An adult asks a child for a picture.' });
  assert.equal(made.status, 201, made.text);
  assert.deepEqual([made.json.case, made.json.space, made.json.category, made.json.actions, made.json.answered], [source.id, 'lobby', 'contact', ['restrict_minors', 'suspend'], 0]);
  isProblem(await lea.post('/v1/gold', { case: source.id, actions: ['suspend'] }), 409, '/case');
  for (const who of [remi, otto, ada]) isProblem(await who.post('/v1/gold', { case: source.id, actions: ['suspend'] }), 403);
  for (const who of [remi, otto, ada]) isProblem(await who.get('/v1/gold'), 403);
  isProblem(await lea.post('/v1/gold', { case: 'c-999999', actions: ['suspend'] }), 404, '/case');
  isProblem(await lea.post('/v1/gold', { case: source.id }), 400, '/actions');
  isProblem(await lea.post('/v1/gold', { case: source.id, actions: ['forgive'] }), 400, '/actions');
  isProblem(await lea.post('/v1/gold', { actions: ['suspend'] }), 400, '/case');
  isProblem(await lea.post('/v1/gold', { made_up: 'blackmail' }), 400, '/space');
  isProblem(await lea.post('/v1/gold', { made_up: 'nothing', space: 'lobby' }), 404, '/made_up');
  const open = await openCase(sender);
  isProblem(await lea.post('/v1/gold', { case: open.id, actions: ['warn'] }), 409, '/case');
  assert.equal((await decide(lea, open.id, 'warn')).status, 201);
  const names = (await lea.get('/v1/gold/made-up')).json.items;
  assert.ok(names.length >= 6 && names.every((item) => item.title.fr && item.title.en && item.why.fr && item.why.en && item.actions.length));
  assert.equal((await lea.post('/v1/gold', { case: open.id, actions: ['warn', 'restrict_minors', 'suspend'], reasons: ['grooming', 'threat'] })).status, 201);
  for (const name of ['picture-and-secret']) {
    const taken = await lea.post('/v1/gold', { made_up: name, space: 'lobby' });
    assert.equal(taken.status, 201, taken.text);
    assert.deepEqual([taken.json.made_up, taken.json.case, taken.json.language], [name, null, 'en']);
    isProblem(await lea.post('/v1/gold', { made_up: name, space: 'lobby' }), 409, '/made_up');
  }
  isProblem(await lea.post('/v1/gold', { made_up: 'chantage', space: 'lobby' }), 422, '/made_up');
  assert.equal((await lea.get('/v1/gold')).json.items.length, 3);
});

let copy, real;
test('a copy comes to one person as any other case: the same members, in every place', async () => {
  real = [await openCase(sender), await openCase(sender)];
  const before = { ...(await listed(lea)).counts };
  copy = await copyFor(remi, real);
  const mine = await listed(remi), theirs = await listed(nora);
  assert.ok(mine.cases.some((c) => c.id === copy.id));
  assert.equal(mine.counts.open, mine.cases.length, 'what is counted is what is seen');
  assert.ok(!theirs.cases.some((c) => c.id === copy.id) && theirs.counts.open === real.length, 'to others it does not exist');
  assert.equal((await listed(lea)).counts.open, before.open, 'nor to the lead');
  for (const who of [nora, lea, otto, ada]) isProblem(await who.get(`/v1/cases/${copy.id}`), 404);
  for (const who of [nora, lea]) isProblem(await who.post(`/v1/cases/${copy.id}/claim`), 404);
  isProblem(await lea.get(`/v1/cases/${copy.id}/export?format=vics-2.0`), 404);
  const one = mine.cases.find((c) => real.some((r) => r.id === c.id)), other = mine.cases.find((c) => c.id === copy.id);
  const freed = ({ claimed_by, claimed_until, ...rest }) => rest;
  assert.deepEqual(Object.keys(freed(other)).sort(), Object.keys(freed(one)).sort(), 'in the list');
  const copied = (await remi.get(`/v1/cases/${copy.id}`)).json, genuine = (await nora.get(`/v1/cases/${real[0].id}`)).json;
  assert.deepEqual(Object.keys(freed(copied)).sort(), Object.keys(freed(genuine)).sort(), 'in the case');
  assert.deepEqual(Object.keys(copied.events[0]).sort(), Object.keys(genuine.events[0]).sort(), 'in its events');
  assert.deepEqual(Object.keys(copied.events[0].content).sort(), Object.keys(genuine.events[0].content).sort(), 'in their content');
  assert.deepEqual(shape(copied.policy), shape(genuine.policy));
  const age = Date.now() - Date.parse(other.opened);
  assert.ok(age >= 0 && age < 60_000, 'it was opened just now');
  const numbers = mine.cases.map((c) => [Number(c.id.slice(2)), Date.parse(c.opened)]).sort((a, b) => a[0] - b[0]);
  for (let i = 1; i < numbers.length; i++) assert.ok(numbers[i][1] >= numbers[i - 1][1], 'numbers are in the order of opening');
  assert.equal(copied.events[0].content.policy, genuine.events[0].content.policy, 'it names the policy of today');
  for (const name of [source.adult, source.child, 'nordet.76', 'mirabelle_09']) assert.ok(!JSON.stringify(copied).includes(name), `${name} is not in it`);
  assert.ok(!/gold|shadow|~lobby/i.test(JSON.stringify(copied)), 'nothing names it');
});

test('whatever is asked about it answers as for a case: accounts, links, pages of events, statements', async () => {
  for (const part of ['accounts', 'linked', 'events', 'statements', 'notices']) {
    const of = (who, id) => who.get(`/v1/cases/${id}/${part}`);
    const [mine, theirs] = [await of(remi, copy.id), await of(nora, real[0].id)];
    assert.equal(mine.status, theirs.status, `${part}: ${mine.text}`);
    if (mine.status !== 200) continue;
    assert.deepEqual(shape(mine.json), shape(theirs.json), part);
    isProblem(await of(nora, copy.id), 404);
  }
  const draft = (who, id) => who.post(`/v1/cases/${id}/statement`, { action: 'warn', reason: 'grooming' });
  assert.equal((await draft(remi, copy.id)).status, (await draft(nora, real[0].id)).status);
  // more context is asked of the platform; of a copy it never hears
  const ask = { messages: 20, reason: 'to see how it began' };
  const context = await remi.post(`/v1/cases/${copy.id}/context`, ask);
  assert.equal(context.status, (await nora.post(`/v1/cases/${real[0].id}/context`, ask)).status, context.text);
  // a bulk decision takes none along, an appeal finds no decision
  const wave = await lea.post('/v1/bulk', { space: 'lobby', by: { opening: copy.id }, action: 'warn', reason: 'grooming' });
  assert.ok(!wave.text.includes(copy.id), wave.text);
});

test('its places are where they were: the marked words are the same words', async () => {
  const { events } = (await remi.get(`/v1/cases/${copy.id}`)).json;
  const { event, spans } = events.at(-1).content;
  const bytes = Buffer.from(event.data.text);
  assert.ok(spans.length > 0);
  for (const span of spans) assert.ok(span.to <= bytes.length && span.from < span.to, JSON.stringify(span));
  assert.ok(spans.some((s) => /picture|secret|regret/.test(bytes.subarray(s.from, s.to).toString())));
});

test('its decision has no effect outside: no message, no figure, no other queue', async () => {
  await until(() => heard.filter((m) => m.type === 'case.opened').length >= 4, 'the platform hears of cases');
  const before = heard.length, figures = (await lea.get('/v1/figures?space=lobby')).json.total;
  const done = await decide(remi, copy.id, 'dismiss');
  assert.equal(done.status, 201, done.text);
  assert.equal(done.json.case.state, 'decided');
  const decided = await listed(remi, '?state=decided');
  assert.ok(decided.cases.some((c) => c.id === copy.id && c.action === 'dismiss'), 'it stays among what they decided');
  assert.ok(!(await listed(nora, '?state=decided')).cases.some((c) => c.id === copy.id));
  assert.deepEqual((await lea.get('/v1/figures?space=lobby')).json.total, figures);
  await decide(nora, real[0].id, 'warn');
  await until(() => heard.length > before, 'the next real decision is heard of');
  assert.ok(!JSON.stringify(heard).includes(copy.id), 'the platform never hears of the copy');
  assert.ok(!(await sender.get('/v1/cases?state=decided')).text.includes(copy.id));
  isProblem(await decide(remi, copy.id, 'warn'), 409);
});

test('three wrong answers: the category rests, the lead hears of it, and nothing else happens to the person', async () => {
  const stream = await remi.listen();
  const hears = (suspended) => until(() => stream.events.some((e) => e.name === 'certificate' && e.data.category === 'contact' && e.data.suspended === suspended), 'the person is not told');
  for (let i = 0; i < 2; i++) {
    const next = await copyFor(remi, [real[1]]);
    assert.equal((await decide(remi, next.id, 'dismiss')).status, 201);
  }
  await until(() => heard.some((m) => m.type === 'gold.below'), 'the lead is told');
  const told = heard.find((m) => m.type === 'gold.below').data;
  assert.deepEqual([told.space, told.user, told.category, told.right, told.answered, told.suspended], ['lobby', 'remi', told.category, 0, 3, true]);
  const seen = (await lea.get('/v1/agreement?space=lobby&days=7')).json;
  assert.deepEqual(seen.falls.map((f) => [f.user, f.answered, f.suspended]), [['remi', 3, true]]);
  assert.equal(heard.filter((m) => m.type === 'gold.below').length, 1, 'once');
  await hears(true);
  const refused = await decide(remi, real[1].id, 'warn');
  isProblem(refused, 403);
  const mine = (await remi.get('/v1/me/certificates')).text;
  assert.match(mine, /parlez-en avec votre responsable/, 'the person reads what to do, kindly');
  assert.match(mine, /talk with your lead/);
  assert.equal((await remi.get(`/v1/cases/${real[1].id}`)).status, 200, 'reading goes on');
  assert.equal((await remi.get('/v1/session')).json.user.name, 'remi', 'and so does everything else');
  const again = await lea.post('/v1/certificates/reinstate', { user: 'remi', space: 'lobby', category: 'contact', reason: 'we talked it over' });
  assert.ok(again.status < 300, again.text);
  await hears(false);
  stream.end();
  assert.equal((await decide(remi, real[1].id, 'warn')).status, 201, 'a lead opens it again, and it stays open');
});

test('agreement: recall by category, by person for the lead alone, and nothing of few people for others', async () => {
  const all = (await lea.get('/v1/agreement?space=lobby')).json;
  const sum = (what) => all.categories.reduce((n, c) => n + (c.recall?.[what] ?? 0), 0);
  assert.deepEqual([sum('answered'), sum('right'), sum('less')], [3, 0, 3]);
  assert.ok(all.persons.every((p) => p.user === 'remi'));
  assert.equal(all.levels.recall, 0.75);
  const some = all.categories.find((c) => c.recall.answered);
  assert.equal(some.recall.low, 0);
  assert.ok(some.weeks.length >= 13);
  for (const who of [otto, ada]) {
    const view = await who.get('/v1/agreement?space=lobby');
    assert.equal(view.status, 200, view.text);
    assert.ok(view.json.categories.every((c) => c.suppressed), 'one person\'s answers are theirs');
    assert.ok(!view.text.includes('remi') && view.json.persons === undefined);
  }
  isProblem(await remi.get('/v1/agreement'), 403);
  for (const query of ['?days=0', '?days=401', '?days=x', '?days=']) isProblem(await lea.get(`/v1/agreement${query}`), 400, '/days');
});

test('an item ends: it is handed out no more; its answers stay as numbers', async () => {
  const [item] = (await lea.get('/v1/gold')).json.items;
  isProblem(await remi.del(`/v1/gold/${item.id}`), 403);
  assert.equal((await lea.del(`/v1/gold/${item.id}`)).status, 204);
  isProblem(await lea.del(`/v1/gold/${item.id}`), 404);
  isProblem(await lea.del('/v1/gold/x'), 404);
  assert.equal((await lea.get('/v1/gold')).json.items.length, 2);
  const former = (await lea.get('/v1/gold?ended=true')).json.items.find((i) => i.id === item.id);
  assert.ok(former.ended && former.why === '');
  isProblem(await lea.get('/v1/gold?ended=maybe'), 400, '/ended');
});

test('erasing the account ends the item made of its case, and destroys the copies', async () => {
  command(['erase', source.adult, '--space', 'lobby', '--data', data, '--yes']);
  await until(async () => !(await lea.get('/v1/gold')).json.items.some((i) => i.case === source.id), 'the item is gone');
});

test('the server stops cleanly', async () => {
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  receiver.close();
});
