// SPDX-License-Identifier: Apache-2.0
// Appeals: the platform passes one on, another person than any who decided answers, what was decided is lifted when they find it wrong, and
// the account is told in its language. And data protection: an appeal keeps its case, erasure takes its text.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { account, addKey, addUser, asksPicture, command, fresh, isProblem, makeHome, makePolicy, meet, openCase, signIn, start, until } from './lib.mjs';

let server, sender, forum, receiver, data;
const people = {}, told = [];

before(async () => {
  const home = makeHome();
  data = `${home}/data`;
  const policy = makePolicy(home, (space, text) => (space === 'rencontre' ? text.replace(/^  four_eyes: .*$/m, '  four_eyes: [suspend]') : text));
  const names = { lea: 'lead', luc: 'lead', remi: 'referent', rosa: 'referent', ana: 'auditor' };
  const passwords = Object.fromEntries(Object.entries(names).map(([name, role]) => [name, addUser(data, name, role)]));
  const keys = [addKey(data, '*', 'events,appeals'), addKey(data, 'forum', 'appeals')];
  receiver = http.createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      told.push(JSON.parse(body));
      response.writeHead(204).end();
    });
  }).unref();
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  command(['webhook', 'add', '--space', '*', '--url', `http://127.0.0.1:${receiver.address().port}/`, '--data', data]);
  server = await start({ home, policy, options: ['--threads', '2'] });
  [sender, forum] = keys.map((key) => server.with(key));
  for (const name of Object.keys(names)) people[name] = await signIn(server, name, passwords[name]);
});
after(async () => {
  assert.equal((await server.stop()).code, 0);
  receiver.close();
});

const decide = async (who, id, body) => (await people[who].post(`/v1/cases/${id}/decisions`, body)).json;
const heard = (type, id) => until(() => told.find((m) => m.type === type && m.data.case === id), `no ${type} of ${id}`);
async function decided(language = 'fr', body = { action: 'mute', reason: 'grooming', hours: 168 }) {
  const { adult, child } = await meet(sender);
  await sender.take(account(adult, '25+', {}, { language }));
  const { case: id } = await sender.take(asksPicture(adult, child, {}, { channel: 'group' }));
  const { statement } = await decide('remi', id, body);
  return { adult, child, id, statement };
}

test('only the account that was restricted appeals, with a key of its space, and learns nothing of others', async () => {
  const { adult, id, statement } = await decided();
  const text = 'Je parlais à ma sœur.';
  for (const body of [{ statement, account: 'other', text }, { statement: 's-999999', account: adult, text }, { case: 'c-999999', account: adult, text }, { statement: 'x-1', account: adult, text }])
    isProblem(await sender.post('/v1/appeals', body), 404);
  isProblem(await forum.post('/v1/appeals', { statement, account: adult, text }), 404);
  isProblem(await people.ana.post('/v1/appeals', { statement, account: adult, text }), 404);
  for (const [body, pointer] of [[{ account: adult, text }, '/statement'], [{ statement, text }, '/account'], [{ statement, account: adult }, '/text'], [{ statement, account: adult, text: '' }, '/text'], [{ statement, account: adult, text, more: 1 }, '/more']])
    isProblem(await sender.post('/v1/appeals', body), 400, pointer);
  const made = await sender.post('/v1/appeals', { statement, account: adult, text });
  assert.equal(made.status, 201, made.text);
  assert.deepEqual([made.json.state, made.json.language, made.json.statement, made.json.late], ['open', 'fr', statement, false]);
  const again = await sender.post('/v1/appeals', { case: id, account: adult, text });
  assert.deepEqual([again.status, again.json.id], [200, made.json.id], 'sent again, it is the same');
  isProblem(await sender.post('/v1/appeals', { statement, account: adult, text: 'And another thing' }), 409);
});

test('another person answers: overturned, the restriction and its strike are lifted and the platform is told', async () => {
  const { adult, child, id, statement } = await decided();
  const appeal = (await sender.post('/v1/appeals', { statement, account: adult, text: 'C’est une erreur.' })).json;
  const path = `/v1/appeals/${appeal.id}`;
  const mine = (await people.remi.get(path)).json;
  assert.equal(mine.may_answer, false);
  const seen = (await people.rosa.get(path)).json;
  assert.deepEqual([seen.may_answer, seen.text, seen.about.action, seen.about.user], [true, 'C’est une erreur.', 'mute', 'remi']);
  assert.match(seen.drafts.overturned, /la mesure est levée/);
  assert.match(seen.drafts.upheld, /La décision est maintenue/);
  assert.equal(seen.statement_reasons.restriction.action, 'mute');
  const times = (await people.ana.get(path)).json;
  assert.deepEqual([times.text, times.answer, times.about.note], [undefined, undefined, undefined], 'an auditor sees decisions and times');
  assert.ok((await people.rosa.get('/v1/appeals')).json.appeals.some((a) => a.id === appeal.id && a.may_answer));
  assert.doesNotMatch((await people.rosa.get('/v1/appeals')).text, /C’est une erreur/);

  const answer = { outcome: 'overturned', reasons: 'siblings, shown by the account', answer: seen.drafts.overturned };
  isProblem(await people.remi.post(`${path}/decision`, answer), 403);
  isProblem(await people.ana.post(`${path}/decision`, answer), 403);
  isProblem(await people.rosa.post(`${path}/decision`, { ...answer, answer: `${child} told us` }), 400, '/answer');
  isProblem(await people.rosa.post(`${path}/decision`, { ...answer, outcome: 'maybe' }), 400, '/outcome');
  const done = await people.rosa.post(`${path}/decision`, answer);
  assert.equal(done.status, 200, done.text);
  assert.deepEqual([done.json.state, done.json.decided_by, done.json.may_answer], ['overturned', 'rosa', false]);
  isProblem(await people.lea.post(`${path}/decision`, answer), 409);

  const lifted = await heard('case.overturned', id);
  assert.deepEqual(lifted.data.lifted, { action: 'mute', scope: 'whole_account', hours: 168 });
  const message = await heard('appeal.decided', id);
  assert.deepEqual([message.data.outcome, message.data.language, message.data.answer, message.data.account], ['overturned', 'fr', answer.answer, adult]);
  assert.doesNotMatch(JSON.stringify(message), /siblings|rosa/);
  const c = (await people.lea.get(`/v1/cases/${id}`)).json;
  assert.deepEqual([c.overturned, c.decide.strikes.count], [true, 0]);
  assert.ok((await people.lea.get(`/v1/cases/${id}/statements`)).json.statements[0].lifted);
});

test('upheld: the decision stands and the account is told so', async () => {
  const { adult, id, statement } = await decided('en', { action: 'warn', reason: 'grooming' });
  const typed = await people.lea.post('/v1/appeals', { statement, account: adult, text: 'By telephone: it was a joke.' });
  assert.equal(typed.status, 201, typed.text);
  const { drafts } = (await people.rosa.get(`/v1/appeals/${typed.json.id}`)).json;
  await people.rosa.post(`/v1/appeals/${typed.json.id}/decision`, { outcome: 'upheld', reasons: 'no joke in it', answer: drafts.upheld });
  const message = await heard('appeal.decided', id);
  assert.deepEqual([message.data.outcome, message.data.lifted], ['upheld', undefined]);
  assert.match(message.data.answer, /The decision stands/);
  assert.ok(!told.some((m) => m.type === 'case.overturned' && m.data.case === id));
  assert.equal((await people.lea.get(`/v1/cases/${id}`)).json.decide.strikes.count, 1);
});

test('of two people who agreed, neither answers', async () => {
  const { id, adult } = await openCase(sender, 'rencontre');
  const body = { action: 'suspend', reason: 'grooming', hours: 168 };
  await decide('remi', id, body);
  const { statement } = await decide('rosa', id, body);
  const appeal = (await sender.post('/v1/appeals', { statement, account: adult, text: 'Please look again.' })).json;
  for (const who of ['remi', 'rosa']) isProblem(await people[who].post(`/v1/appeals/${appeal.id}/decision`, { outcome: 'upheld', reasons: 'x', answer: 'y' }), 403);
  assert.equal((await people.luc.post(`/v1/appeals/${appeal.id}/decision`, { outcome: 'upheld', reasons: 'x', answer: 'y' })).status, 200);
});

test('too late is refused with the date', async () => {
  const { adult, id, statement } = await decided();
  const old = Date.now() - 184 * 86_400_000;
  const { spawnSync } = await import('node:child_process');
  const moved = spawnSync('python3', ['-c', 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1])\nc.execute("UPDATE decision SET time_ms=? WHERE case_id=?",(int(sys.argv[2]),int(sys.argv[3])))\nc.commit()', `${data}/vigie.db`, `${old}`, `${Number(id.slice(2))}`]);
  assert.equal(moved.status, 0, `${moved.stderr}`);
  const late = await sender.post('/v1/appeals', { statement, account: adult, text: 'I only saw it now.' });
  isProblem(late, 409);
  assert.match(late.json.detail, new RegExp(new Date(old + 183 * 86_400_000).toISOString().slice(0, 10)));
});

test('figures count decisions, appeals and what became of them', async () => {
  const { figures, days } = (await people.ana.get('/v1/appeals/figures?days=30')).json;
  assert.equal(days, 30);
  const lobby = figures.find((f) => f.space === 'lobby');
  assert.deepEqual([lobby.appeals, lobby.open, lobby.upheld, lobby.overturned, lobby.late], [3, 1, 1, 1, 0]);
  assert.ok(lobby.decisions >= 3);
  assert.equal(figures.find((f) => f.space === 'rencontre').upheld, 1);
});

test('the text of an appeal is sealed; it keeps its case until it is answered; erasure takes it', async () => {
  const { adult, id, statement } = await decided();
  const secret = fresh('marmelade');
  const appeal = (await sender.post('/v1/appeals', { statement, account: adult, text: `It was about ${secret}.` })).json;
  for (const file of ['vigie.db', 'vigie.db-wal']) assert.ok(!readFileSync(`${data}/${file}`).includes(secret), `${file} holds it in clear`);
  const exported = JSON.parse(command(['export', adult, '--space', 'lobby', '--data', data]).stdout);
  const whole = JSON.stringify(exported);
  assert.ok(whole.includes(secret) && whole.includes(statement), 'the account can have what it wrote and what it was told');
  const erase = () => JSON.parse(command(['erase', adult, '--space', 'lobby', '--data', data, '--yes']).stdout);
  assert.deepEqual([erase().cases_open, (await people.lea.get(`/v1/cases/${id}`)).json.destroyed], [1, false]);
  await people.rosa.post(`/v1/appeals/${appeal.id}/decision`, { outcome: 'upheld', reasons: 'x', answer: 'y' });
  await heard('appeal.decided', id);
  assert.equal(erase().cases_erased, 1);
  const gone = (await people.rosa.get(`/v1/appeals/${appeal.id}`)).json;
  assert.deepEqual([gone.text, gone.account], ['', '']);
});
