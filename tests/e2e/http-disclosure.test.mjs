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
let server = await start({ home, policy, env });
let lea = await signIn(server, 'lea', password);
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

test('killed after it was sent and before it was written down: one statement in the database', async () => {
  const before = database.kept.size;
  database.faults.push('lose');
  const number = await restrict();
  await until(() => database.kept.size > before, 'nothing was sent');
  await server.kill();
  server = await start({ home, policy, env });
  lea = await signIn(server, 'lea', password);
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
