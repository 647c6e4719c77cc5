// SPDX-License-Identifier: Apache-2.0
// What protects the people who decide, held by the server whatever a client sends: limits, breaks, shifts, wishes, the quiet button, and
// figures that lead back to nobody.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import http from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { account, addKey, addUser, command, fresh, isProblem, makeHome, makePolicy, message, openCase, signIn, start, until } from './lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const key = addKey(data);
const policy = makePolicy(home, (space, text) =>
  text
    .replace(/^    contact: \{cases_an_hour: none, cases_a_day: 200/m, '    contact: {cases_an_hour: 2, cases_a_day: 200')
    .replace(/^    after_cases: .*$/m, '    after_cases: 4'));
const got = [];
const receiver = http.createServer((request, response) => {
  let body = '';
  request.on('data', (part) => (body += part)).on('end', () => (got.push(JSON.parse(body)), response.end()));
}).unref();
await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
command(['webhook', 'add', '--space', 'lobby', '--url', `http://127.0.0.1:${receiver.address().port}/`, '--data', data]);
const server = await start({ home, policy });
const sender = server.with(key);

const people = {};
/** A new référent, signed in, who has been at work for an hour. */
async function colleague(name, role = 'referent', { fresh: begins = false } = {}) {
  const who = (people[name] = await signIn(server, name, addUser(data, name, role)));
  if (!begins) {
    await who.put('/v1/me/shift', { hours: 8 });
    sql(`UPDATE welfare_person SET shift_began_ms=shift_began_ms-3600000 WHERE user_id=(SELECT id FROM user WHERE name='${name}')`);
  }
  return who;
}
/** Time passes, or work was done before: written into the database as it would stand there. */
function sql(...statements) {
  const code = 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],timeout=10)\nfor s in sys.argv[2:]:\n  for r in c.execute(s): print(*r)\nc.commit()';
  const done = spawnSync('python3', ['-c', code, join(data, 'vigie.db'), ...statements], { encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout.trim();
}
const next = (who, body = {}) => who.post('/v1/queue/next', body);
const refused = (answer, type) => {
  isProblem(answer, 403);
  assert.equal(answer.json.type, `urn:vigie:problem:${type}`, answer.text);
};
const decide = (who, id) => who.post(`/v1/cases/${id}/decisions`, { action: 'dismiss', reason: 'no_risk' });
const threat = async () => {
  const adult = fresh('adult'), child = fresh('child');
  await sender.take([account(adult, '25+'), account(child, '13-14')]);
  return (await sender.take(message(adult, child, 'send me a picture or you will regret it', {}, { channel: 'group' }))).case;
};
const welfare = async (who) => (await who.get('/v1/me/welfare')).json;

test('exposure is what was really opened; at a limit the category ends and other work goes on', async () => {
  const lea = await colleague('lea');
  const ids = [];
  let done;
  for (let i = 0; i < 3; i++) ids.push((await openCase(sender)).id);
  for (let i = 0; i < 2; i++) {
    const { id } = (await next(lea, { category: 'contact' })).json.case;
    for (let twice = 0; twice < 2; twice++) assert.equal((await lea.get(`/v1/cases/${id}`)).status, 200);
    assert.equal((await decide(lea, id)).status, 201);
    ids.splice(ids.indexOf((done = id)), 1);
  }
  const { seen, limit, reached } = (await welfare(lea)).categories.contact;
  assert.deepEqual([seen.cases_hour, seen.cases_day, limit.cases_hour, reached], [2, 2, 2, true], 'opened twice it counts once');
  refused(await next(lea), 'limit-reached');
  refused(await lea.post(`/v1/cases/${ids[0]}/claim`), 'limit-reached');
  refused(await lea.get(`/v1/cases/${ids[0]}`), 'limit-reached');
  refused(await lea.get(`/v1/cases/${ids[0]}/events?before=9`), 'limit-reached');
  assert.equal((await lea.get(`/v1/cases/${ids[0]}/ahead`)).status, 200, 'read ahead it is sealed');
  refused(await lea.get(`/v1/cases/${ids[0]}/notices`), 'limit-reached');
  refused(await lea.post(`/v1/cases/${ids[0]}/open`, { nonce: 'ab'.repeat(16) }), 'limit-reached');
  assert.equal((await lea.get(`/v1/cases/${done}`)).status, 200, 'what was read today is counted already');
  assert.equal((await welfare(lea)).categories.contact.seen.cases_hour, 2);
  const other = await threat();
  assert.equal((await next(lea)).json.case.id, other);
  assert.equal((await lea.get(`/v1/cases/${other}`)).status, 200);
  const paul = await colleague('paul', 'lead');
  assert.equal((await next(paul, { category: 'contact' })).json.case.id, ids[0], 'it is a limit of hers');
  await decide(paul, ids[0]);
  await decide(lea, other);
});

test('a break that is due is enforced; what is in hand may be finished', async () => {
  const ana = await colleague('ana');
  for (let i = 0; i < 5; i++) await threat();
  let last;
  for (let i = 0; i < 4; i++) {
    last = (await next(ana)).json.case.id;
    if (i < 3) assert.equal((await decide(ana, last)).status, 201);
  }
  refused(await next(ana), 'break-due');
  const free = (await ana.get('/v1/cases')).json.cases.find((one) => !one.claimed_by);
  refused(await ana.post(`/v1/cases/${free.id}/claim`), 'break-due');
  refused(await ana.get(`/v1/cases/${free.id}`), 'break-due');
  refused(await ana.post(`/v1/cases/${free.id}/open`, { nonce: 'ab'.repeat(16) }), 'break-due');
  assert.equal((await ana.get(`/v1/cases/${last}`)).status, 200, 'what is in hand is read on');
  const due = await welfare(ana);
  assert.deepEqual([due.break.due, due.break.cases, due.break.minutes, due.in_hand], [true, 4, 10, [last]]);
  assert.ok(due.break.remaining > 590 && Date.parse(due.break.until) > Date.now());
  assert.equal((await ana.post(`/v1/cases/${last}/claim`)).status, 200, 'renewed');
  assert.equal((await decide(ana, last)).status, 201, 'and decided');
  refused(await next(ana), 'break-due');
  sql("UPDATE welfare_person SET active_ms=active_ms-600000,stretch_began_ms=stretch_began_ms-600000 WHERE user_id=(SELECT id FROM user WHERE name='ana')");
  assert.equal((await welfare(ana)).break.due, false, 'ten minutes later it is over');
  assert.equal((await next(ana)).status, 200);
  assert.equal((await welfare(ana)).break.cases, 1);
  assert.equal(sql("SELECT count(*) FROM welfare_break WHERE user_id=(SELECT id FROM user WHERE name='ana')"), '1');
});

test('leads are people too; an analyst has nothing in hand to finish, and reads on', async () => {
  const lars = await colleague('lars', 'lead'), nils = await colleague('nils', 'analyst');
  const ids = [];
  for (let i = 0; i < 3; i++) ids.push((await openCase(sender)).id);
  assert.equal((await lars.post(`/v1/cases/${ids[0]}/decisions`, { action: 'escalate', reason: 'other' })).status, 201);
  for (const who of [lars, nils]) for (const id of ids.slice(1)) assert.equal((await who.get(`/v1/cases/${id}`)).status, 200);
  refused(await lars.get(`/v1/cases/${ids[0]}`), 'limit-reached');
  assert.equal((await nils.get(`/v1/cases/${ids[0]}`)).status, 200);
  assert.equal((await welfare(nils)).categories.contact.seen.cases_hour, 3, 'and it is counted');
  assert.equal((await people.paul.get(`/v1/cases/${ids[0]}`)).status, 200, 'another lead settles it');
  for (const id of ids) await decide(people.paul, id);
});

test('wishes: not handed out, not explained, and nobody else can tell', async () => {
  const eva = await colleague('eva'), paul = people.paul;
  await openCase(sender);
  assert.equal((await eva.put('/v1/me/wishes', { opt_out: ['contact', 'threat'] })).status, 200);
  assert.equal((await next(eva)).status, 204);
  const { id } = (await next(paul, { category: 'contact' })).json.case;
  await paul.post(`/v1/cases/${id}/release`);
  assert.equal((await eva.post(`/v1/cases/${id}/claim`)).status, 200, 'whoever opens a case by hand has chosen');
  assert.equal(sql("SELECT count(*) FROM audit WHERE action LIKE 'welfare%' OR detail LIKE '%opt_out%'"), '0');
  assert.doesNotMatch(JSON.stringify((await paul.get('/v1/welfare/group')).json), /eva/);
  await decide(eva, id);
});

test('a shift does not begin with a hard case, unless it cannot wait and nobody else can take it', async () => {
  const early = await colleague('early', 'referent', { fresh: true });
  sql('UPDATE welfare_person SET active_ms=0'); // everybody else has gone home
  sql("UPDATE cases SET claimed_by='',claimed_until_ms=0");
  for (const one of (await people.paul.get('/v1/cases')).json.cases) await decide(people.paul, one.id);
  sql('UPDATE welfare_person SET active_ms=0');
  const hard = await threat();
  refused(await next(early), 'shift-edge');
  const help = sql(`UPDATE cases SET kinds=kinds|${2 ** 27},due_ms=opened_ms+600000 WHERE id=${Number(hard.slice(2))} RETURNING 1`);
  assert.equal(help, '1', 'a child calls for help in it, and it is due in ten minutes');
  const offered = (await next(early)).json;
  assert.deepEqual([offered.case.id, offered.case.imminence, offered.refusable], [hard, ['help'], true]);
  assert.equal((await early.post(`/v1/cases/${hard}/release`)).status, 200, 'given back without a reason');
  sql('DELETE FROM case_skip', "UPDATE welfare_person SET active_ms=0,shift_began_ms=0 WHERE user_id=(SELECT id FROM user WHERE name='early')");
  const there = await colleague('there');
  refused(await next(early), 'shift-edge');
  assert.equal((await next(there)).json.case.id, hard, 'somebody who is in the middle of a shift is given it');
  await decide(there, hard);
});

test('the quiet button tells that somebody asked, and who only if they want', async () => {
  const { lea } = people;
  assert.match((await lea.post('/v1/me/support', { with_name: false, space: 'lobby' })).json.contacts[0].phone, /^\+33/);
  await lea.post('/v1/me/support', { with_name: true, space: 'lobby' });
  const told = () => got.filter((one) => one.type === 'welfare.support');
  await until(() => told().length === 2, () => `told: ${JSON.stringify(told())}`);
  const bodies = told().map((one) => one.data).sort((a, b) => Object.keys(a).length - Object.keys(b).length);
  assert.deepEqual(bodies, [{ space: 'lobby' }, { space: 'lobby', name: 'lea' }]);
  assert.equal(sql("SELECT count(*) FROM audit WHERE action LIKE '%support%'"), '0');
});

test('figures of groups: five people or more, worked out once', async () => {
  const monday = Math.floor((Math.floor(Date.now() / 86400e3) + 3) / 7) * 7 - 3 - 7;
  const slot = (monday * 86400e3) / 600000 + 100;
  const users = sql('SELECT id FROM user ORDER BY id').split('\n').slice(0, 6);
  assert.equal(users.length, 6);
  sql('DELETE FROM welfare_figure'); // the weeks before there were people were worked out above
  for (const [i, id] of users.entries()) {
    sql(`INSERT INTO welfare_exposure VALUES(${id},${slot},'lobby',3,10,0)`);
    if (i < 4) sql(`INSERT INTO welfare_exposure VALUES(${id},${slot},'lobby',0,5,7)`);
  }
  const figures = async () => (await people.paul.get('/v1/welfare/group')).json.spaces.find((one) => one.space === 'lobby').weeks[0].figures;
  const shown = await figures();
  const value = (measure, category) => shown.find((one) => one.measure === measure && one.category === category).value;
  assert.equal(value('cases', 'contact'), 60, 'six people');
  assert.equal(value('cases', 'material'), null, 'four are not shown');
  assert.equal(value('cases'), null, 'nor the sum, from which they could be told');
  assert.equal(value('opt_outs'), null);
  sql(`INSERT INTO welfare_exposure VALUES(${users[4]},${slot},'lobby',0,5,7)`);
  assert.deepEqual(await figures(), shown, 'what was said once does not change');
  isProblem(await people.lea.get('/v1/welfare/group'), 403);
});

after(() => (server.stop(), receiver.close()));
