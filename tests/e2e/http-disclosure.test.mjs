// SPDX-License-Identifier: Apache-2.0
// Statements of reasons on their way to a database that speaks the real protocol: sent once, whatever is lost, refused or away.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { startDatabase } from './authorities/dsa.mjs';
import { addKey, addUser, makeHome, makePolicy, openCase, root, signIn, start, until } from './lib.mjs';

const home = makeHome(), data = `${home}/data`;
const password = addUser(data, 'lea', 'lead'), key = addKey(data);
const database = await startDatabase({ token: 'a-token' });
writeFileSync(`${home}/token`, 'a-token\n', { mode: 0o600 });
const channel = `  channels:\n    - name: dsa17\n      url: ${database.url}\n      secret_file: ${home}/token\n      test: yes\n`;
const policy = makePolicy(home, (space, text) => (space === 'lobby' ? text.replace(/^ {2}channels:.*\n/m, channel) : text));
const env = { VIGIE_WEBHOOK_RETRY_MS: '50' };
/** Another copy of the policy, without the channel. */
const before = makePolicy(makeHome());
let server = await start({ home, policy: before, env });
let lea = await signIn(server, 'lea', password);
async function again(how) {
  if (how) await server.kill();
  else assert.deepEqual(await server.stop(), { code: 0, signal: null });
  server = await start({ home, policy, env });
  lea = await signIn(server, 'lea', password);
}
after(async () => {
  database.stop();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

/** Restricts somebody; the number of the statement. */
async function restrict() {
  const { id } = await openCase(server.with(key));
  assert.equal((await lea.post(`/v1/cases/${id}/decisions`, { action: 'warn', reason: 'grooming' })).status, 201);
  return (await lea.get(`/v1/cases/${id}/statements`)).json.statements[0].id;
}
const read = async (number) => (await lea.get(`/v1/disclosure/statements/${number}`)).json;
const reaches = (number, state) => until(async () => (await read(number)).state === state && read(number), async () => `${number} is ${JSON.stringify(await read(number))}`);

test('what was decided before the channel was there is not sent by itself, is shown, and goes on purpose', async () => {
  const old = [await restrict(), await restrict()];
  await again();
  await reaches(await restrict(), 'sent');
  const list = (await lea.get('/v1/disclosure/statements')).json, lobby = list.channels.find((c) => c.space === 'lobby');
  assert.equal(lobby.before_channel, 2);
  assert.ok(Date.parse(lobby.since) <= Date.now());
  assert.deepEqual(list.statements.filter((s) => s.before_channel).map((s) => s.number).sort(), old);
  assert.equal((await lea.post(`/v1/disclosure/statements/${old[0]}/send`, {})).status, 200);
  await reaches(old[0], 'sent');
  assert.equal((await lea.post(`/v1/disclosure/statements/${old[0]}/send`, {})).status, 409);
  assert.deepEqual([(await read(old[1])).state, (await read(old[1])).before_channel], ['waiting', true]);
  await again(); // what was switched on stays so
  assert.equal((await read(old[1])).before_channel, true);
});

test('a statement is sent, and nothing in it says who', async () => {
  const sent = await reaches(await restrict(), 'sent');
  const kept = database.kept.get(sent.puid);
  assert.equal(kept.category, 'STATEMENT_CATEGORY_PROTECTION_OF_MINORS');
  assert.equal(sent.uuid, kept.uuid);
  assert.doesNotMatch(JSON.stringify(kept), /lea|acc-|adult-/);
});

test('an answer that is lost after it was taken: looked up, never sent twice', async () => {
  database.faults.push('lose');
  const sent = await reaches(await restrict(), 'sent');
  assert.ok(database.calls.includes(`GET /api/v1/statement/existing-puid/${sent.puid}`));
});

test('a database that is away, overloaded or broken: it waits and goes', async () => {
  database.faults.push('drop', 503, 429, 500);
  const sent = await reaches(await restrict(), 'sent');
  assert.ok(database.kept.has(sent.puid));
});

test('one that is refused does not hold up the others, and goes once it is mended', async () => {
  const before = database.kept.size;
  database.refuse = (s) => (s.decision_facts.includes('Mended') ? undefined : 'The facts say too little.');
  const bad = await restrict();
  assert.match((await reaches(bad, 'refused')).why, /too little/);
  assert.equal((await lea.post(`/v1/disclosure/statements/${bad}/mend`, { decision_facts: 'Write to ada@mail.example.' })).status, 409);
  assert.equal((await lea.post(`/v1/disclosure/statements/${bad}/mend`, { decision_facts: 'Mended: messages were taken into account.' })).status, 200);
  await reaches(bad, 'sent');
  database.refuse = () => undefined;
  assert.equal(database.kept.size, before + 1);
});

test('404, 405, a token that is refused: no statement is to blame, all wait, the reason is shown', async () => {
  const kept = database.kept.size;
  database.faults.push(404, 405, { status: 422, body: { message: 'Unprocessable' } }, 401, 403);
  const numbers = [await restrict(), await restrict()], whys = new Set();
  await until(async () => {
    const lobby = (await lea.get('/v1/disclosure/statements')).json.channels.find((c) => c.space === 'lobby');
    if (lobby.why) whys.add(lobby.why);
    assert.equal(lobby.counts.refused, 0);
    return (await read(numbers[0])).state === 'sent' && (await read(numbers[1])).state === 'sent';
  }, 'they were not sent', 20_000);
  assert.match([...whys].join('; '), /the database answered 40[1345]/);
  assert.equal(database.kept.size, kept + 2);
});

test('what a notifier gave of themselves is not put into a public text', async () => {
  database.refuse = (s) => (s.decision_facts.includes('Mended') ? undefined : 'The facts say too little.');
  const { id, adult } = await openCase(server.with(key));
  const notice = await server.with(addKey(data, '*', 'events,notices')).post('/v1/notices', JSON.stringify({
    space: 'lobby', account: adult, category: 'grooming', text: 'He writes to children whom he does not know, again and again.', good_faith: true,
    name: 'Ada Lovelace', email: 'ada@mail.example', language: 'en',
  }));
  assert.ok(notice.status < 300, notice.text);
  assert.equal((await lea.post(`/v1/cases/${id}/decisions`, { action: 'warn', reason: 'grooming' })).status, 201);
  const number = (await lea.get(`/v1/cases/${id}/statements`)).json.statements[0].id;
  await reaches(number, 'refused');
  const mend = (decision_facts, more = {}) => lea.post(`/v1/disclosure/statements/${number}/mend`, { decision_facts, ...more });
  for (const text of ['Mended: ada lovelace told us.', 'Mended: LOVELACE told us.', `Mended: ${adult} wrote.`, 'Mended: pay GB82 WEST 1234 5698 7654 32.']) assert.equal((await mend(text)).status, 409, text);
  assert.equal((await mend('Mended: Lovelace told us.', { confirmed: true })).status, 200, 'a word that may be another’s can be confirmed');
  await reaches(number, 'sent');
  database.refuse = () => undefined;
});

test('killed with -9 in the middle of a batch, before and after the database took it: none twice, none lost', async () => {
  const numbers = [];
  database.largest = 0;
  for (const fault of ['hang', 'stall', 'hang']) {
    const cases = [];
    for (const number of numbers) await reaches(number, 'sent'); // what is looked up after a kill would meet the fault that is meant for the next batch
    for (let i = 0; i < 4; i++) cases.push((await openCase(server.with(key))).id);
    const calls = database.calls.length;
    database.faults.push(fault);
    const made = await Promise.all(cases.map((id) => lea.post(`/v1/cases/${id}/decisions`, { action: 'warn', reason: 'grooming' })));
    assert.deepEqual(made.map((m) => m.status), [201, 201, 201, 201]);
    for (const id of cases) numbers.push((await lea.get(`/v1/cases/${id}/statements`)).json.statements[0].id);
    await until(() => database.calls.slice(calls).some((c) => c.startsWith('POST')), 'no batch was on its way');
    await again('kill');
  }
  const puids = new Set();
  for (const number of numbers) puids.add((await reaches(number, 'sent')).puid);
  assert.equal(puids.size, 12);
  assert.ok([...puids].every((puid) => database.kept.has(puid)), 'each is in the database');
  assert.deepEqual(database.twice, [], 'and none was sent a second time after it was taken');
  assert.ok(database.largest > 1, 'they went in batches');
});

test('killed after it was sent and before it was written down: one statement in the database', async () => {
  const before = database.kept.size;
  database.faults.push('lose');
  const number = await restrict();
  await until(() => database.kept.size > before, 'nothing was sent');
  await again('kill');
  await reaches(number, 'sent');
  assert.equal(database.kept.size, before + 1);
});

test('every document that the database got is valid against its schema', (t) => {
  const schema = join(root, '../shared/standards/dsa-statement.schema.json');
  if (!existsSync(schema)) return t.skip('the schema of the database is not here');
  const ajv = new Ajv2020({ strict: false });
  addFormats(ajv);
  const check = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));
  assert.ok(database.kept.size >= 5);
  for (const { uuid, permalink, created_at, platform_name, ...document } of database.kept.values()) {
    assert.ok(uuid, 'it was given a number');
    assert.ok(check(document), JSON.stringify([document, check.errors]));
  }
});
