// SPDX-License-Identifier: Apache-2.0
// What is in the audit log: each kind of view, search, export, decision, change of policy and sign-in is done, and its entry is found; and what
// is never in it: a name, a word of a message, a hash that was asked for.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addKey, addUser, asksPicture, command, makeHome, makePolicy, meet, openCase, signIn, start, until, vigie } from './lib.mjs';
import { spawnSync } from 'node:child_process';

const home = makeHome(), data = join(home, 'data'), policy = makePolicy(home);
const key = addKey(data, '*', 'events,cases_read,appeals');
const passwords = Object.fromEntries([['rosa', 'referent'], ['lea', 'lead'], ['otto', 'auditor']].map(([name, role]) => [name, addUser(data, name, role)]));
let server = await start({ home, policy });
after(() => server.stop());
const people = {};
for (const name of Object.keys(passwords)) people[name] = await signIn(server, name, passwords[name]);
const { rosa, lea } = people;
const { id, adult, child } = await openCase(server.with(key));

const log = () => command(['audit', 'export', '--data', data]).stdout.trim().split('\n').slice(1).map((line) => JSON.parse(line));
let seen = 0;
/** Does something, and gives the entries that it left. */
const left = async (what) => {
  seen = log().at(-1).seq;
  await what();
  return log().filter((e) => e.seq > seen && e.action !== 'audit.export').map(({ actor, action, object, detail }) => ({ actor, action, object, detail: JSON.parse(detail) }));
};
const one = (entries, actor, action, object) => {
  const found = entries.filter((e) => e.action === action && (object instanceof RegExp ? object.test(e.object) : e.object === object));
  assert.deepEqual([found.length, found[0]?.actor], [1, actor], `one ${action} about ${object} in ${JSON.stringify(entries)}`);
  return found[0].detail;
};
const got = async (session, path, status = 200) => {
  const answer = await session.get(path);
  assert.equal(answer.status, status, answer.text);
  return answer;
};
const cli = /^cli:/;
const byCli = (entries, action, object) => {
  const found = entries.filter((e) => e.action === action && (object instanceof RegExp ? object.test(e.object) : e.object === object));
  assert.ok(found.length === 1 && cli.test(found[0].actor), `one ${action} in ${JSON.stringify(entries)}`);
  return found[0].detail;
};

test('a sign-in, and one that failed', async () => {
  one(await left(() => signIn(server, 'otto', passwords.otto)), 'otto', 'user.signin', 'user:otto');
  const refused = (name) => left(() => server.request('POST', '/v1/session', { headers: { 'Content-Type': 'application/json' }, body: { name, password: 'not this one' } }));
  assert.ok((await refused('otto')).some((e) => e.action === 'user.signin_failed'));
  one(await refused('nobody-of-here'), '-', 'user.signin_unknown', '-');
});

test('a sign-out, and a session that ended because nothing was done in it', async () => {
  const session = await signIn(server, 'otto', passwords.otto);
  assert.deepEqual(one(await left(() => session.del('/v1/session')), 'otto', 'user.session_end', 'user:otto'), { how: 'sign_out' });
  assert.equal((await session.get('/v1/session')).status, 401);
  assert.deepEqual(await left(() => session.get('/v1/session')), [], 'one that has ended ends no second time');
});

test('a view of a case, of the accounts in it, and of where it would be reported', async () => {
  one(await left(() => got(rosa, `/v1/cases/${id}`)), 'rosa', 'case.view', id);
  one(await left(() => got(rosa, `/v1/cases/${id}/events?before=1000`)), 'rosa', 'case.view', id);
  one(await left(() => got(rosa, `/v1/cases/${id}/accounts`)), 'rosa', 'case.accounts', id);
  one(await left(() => got(rosa, `/v1/cases/${id}/route`)), 'rosa', 'case.route', id);
  assert.deepEqual(await left(() => got(rosa, '/v1/cases')), [], 'the queue shows no content');
});

test('a search for the cases of an account, by a person and by a platform', async () => {
  const tag = /^account:[0-9a-f]{32}$/;
  const inSpace = await left(() => got(rosa, `/v1/cases?space=lobby&account=${adult}`));
  assert.deepEqual(one(inSpace, 'rosa', 'case.search', tag), { by: 'account' });
  const again = await left(() => got(lea, `/v1/cases?space=lobby&account=${adult}`)), other = await left(() => got(lea, `/v1/cases?space=lobby&account=${child}`));
  assert.equal(again[0].object, inSpace[0].object, 'the same account can be found again');
  assert.notEqual(other[0].object, inSpace[0].object);
  const platform = await left(() => got(server.with(key), `/v1/cases?account=${adult}`));
  assert.match(platform.find((e) => e.action === 'case.search').actor, /^key:\d+$/);
});

test('a search in banks: HTTP, vigie bank search, vigie match', async () => {
  const hash = '0f'.repeat(32);
  const asked = /^search:[0-9a-f]{16}$/; // a keyed hash: recognisable, not readable
  command(['bank', 'create', 'known', '--source', 'these tests', '--data', data]);
  one(await left(() => got(lea, `/v1/banks/known/entries?hash=${hash}`)), 'lea', 'bank.search', 'known');
  assert.deepEqual(byCli(await left(() => command(['bank', 'search', hash, '--data', data])), 'bank.search', asked), { by: 'hash', asked: 1 });
  mkdirSync(join(home, 'files'), { recursive: true });
  writeFileSync(join(home, 'files', 'a.txt'), 'not a picture\n');
  assert.deepEqual(byCli(await left(() => spawnSync(vigie, ['match', join(home, 'files'), '--data', data])), 'bank.search', asked), { by: 'files', asked: 1 });
  const twice = [hash, hash, '1f'.repeat(32)].map((what) => {
    command(['bank', 'search', what, '--data', data]);
    return log().findLast((e) => e.action === 'bank.search').object;
  });
  assert.deepEqual([twice[0] === twice[1], twice[1] === twice[2]], [true, false], 'the same search can be found again, another is another');
});

test('a search in the log itself', async () => {
  assert.deepEqual(one(await left(() => got(people.otto, '/v1/audit?actor=rosa')), 'otto', 'audit.search', '-'), { by: 'actor' });
  assert.deepEqual(await left(() => got(people.otto, '/v1/audit?limit=5')), [], 'reading it from the end is none');
});

test('exports: a bank, figures, the log, an account, a case', async () => {
  one(await left(() => got(lea, '/v1/banks/known/export')), 'lea', 'bank.export', 'known');
  assert.equal(one(await left(() => got(lea, '/v1/figures.csv?table=spaces')), 'lea', 'figures.export', '-').table, 'spaces');
  assert.equal(one(await left(() => got(lea, '/v1/figures.csv?space=lobby')), 'lea', 'figures.export', 'lobby').table, 'series');
  assert.equal(one(await left(() => got(lea, '/v1/figures/dsa.csv?sheet=4_notices')), 'lea', 'figures.export', '-').table, 'dsa');
  assert.deepEqual(await left(() => got(lea, '/v1/figures')), [], 'figures on a page are none');
  const before = log().at(-1).seq;
  await got(people.otto, '/v1/audit/export');
  assert.ok(log().some((e) => e.seq > before && e.action === 'audit.export' && e.actor === 'otto'));
  assert.ok((await left(() => command(['export', adult, '--space', 'lobby', '--data', data]))).some((e) => e.action === 'account.export' && /^account:/.test(e.object)));
});

test('a decision, an appeal against it and the view of what it says', async () => {
  await rosa.post(`/v1/cases/${id}/claim`);
  let statement;
  const decided = await left(async () => ({ statement } = (await rosa.post(`/v1/cases/${id}/decisions`, { action: 'warn', reason: 'grooming' })).json));
  one(decided, 'rosa', 'case.decide', id);
  const appeal = (await server.with(key).post('/v1/appeals', { statement, account: adult, text: 'It was a misunderstanding.' })).json.id;
  one(await left(() => got(lea, `/v1/appeals/${appeal}`)), 'lea', 'appeal.view', id);
  assert.deepEqual(await left(() => got(people.otto, `/v1/appeals/${appeal}`)), [], 'an auditor sees that there is one, not what it says');
});

// ---- policies ----

const file = (space) => join(policy, 'spaces', `${space}.yaml`);
const edit = (space, from, to) => {
  const text = readFileSync(file(space), 'utf8');
  assert.ok(text.includes(from));
  writeFileSync(file(space), text.replace(from, to));
};
const changes = (from = 0) => log().filter((e) => e.seq > from && e.action.startsWith('policy.')).map((e) => ({ ...JSON.parse(e.detail), space: e.object, actor: e.actor }));
const newest = () => log().at(-1).seq;

test('a change of policy: at the first start, at a reload, and one made while the server was down', async () => {
  const first = await until(() => changes().length >= 4 && changes(), 'the first versions are on record');
  assert.deepEqual(first.map((c) => c.space).sort(), ['-', 'forum', 'lobby', 'rencontre'], 'each space and the book of law');
  assert.ok(first.every((c) => c.from === null && /^[0-9a-f]{16}$/.test(c.to) && c.actor === 'policy'));
  const version = (space) => changes().findLast((c) => c.space === space).to;

  let from = newest(), old = version('lobby');
  edit('lobby', 'hold: 0.70', 'hold: 0.71');
  server.child.kill('SIGHUP');
  let [change, ...more] = await until(() => changes(from).length && changes(from), 'a reload is on record');
  assert.deepEqual([change.space, change.from, more], ['lobby', old, []]);
  assert.notEqual(change.to, old);

  await server.stop();
  from = newest();
  old = version('forum');
  edit('forum', 'review: ', 'review:  '); // another text, the same policy
  server = await start({ home, policy });
  await server.stop();
  assert.deepEqual(changes(from), [], 'a start with what is on record changes nothing');

  rmSync(file('rencontre'));
  edit('lobby', 'hold: 0.71', 'hold: 0.70');
  server = await start({ home, policy });
  const made = await until(() => changes(from).length >= 2 && changes(from), 'what changed meanwhile is on record');
  assert.deepEqual(made.map((c) => [c.space, c.to === null]).sort(), [['lobby', false], ['rencontre', true]]);
  assert.equal(made.find((c) => c.space === 'lobby').to, first.find((c) => c.space === 'lobby').to, 'the same content, the same version');
});

test('no name of an account, no word of a message and no hash is in the log, and it checks', () => {
  const text = JSON.stringify(log());
  for (const word of [adult, child, 'picture', 'misunderstanding', '0f0f0f', 'not this one', 'nobody-of-here']) assert.ok(!text.includes(word), word);
  assert.match(command(['audit', 'verify', '--data', data]).stdout, /chain intact/);
});
