// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `disclosure`.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addKey, addUser, makeHome, openCase, signIn, start } from './lib.mjs';
import { driver } from './openapi.lib.mjs';

const home = makeHome(), data = `${home}/data`;
const passwords = { lea: addUser(data, 'lea', 'lead'), remi: addUser(data, 'remi', 'referent') };
const key = addKey(data);
const server = await start({ home });
const { drive, whole } = driver('disclosure', server);
const lea = await signIn(server, 'lea', passwords.lea), remi = await signIn(server, 'remi', passwords.remi);

test('a statement that was issued waits for its channel', async () => {
  const { id } = await openCase(server.with(key));
  assert.equal((await lea.post(`/v1/cases/${id}/decisions`, { action: 'warn', reason: 'grooming' })).status, 201);
  const list = (await drive('listDisclosures', 200, { by: lea, query: '?state=waiting' })).json;
  const [one] = list.statements.filter((s) => s.case === id);
  assert.equal(list.channels.find((c) => c.space === one.space).counts.waiting, 1);
  const params = { number: one.number }, none = { number: 's-999999' };
  assert.equal((await drive('readDisclosure', 200, { by: lea, params })).json.state, 'waiting');
  await drive('retryDisclosure', 409, { by: lea, params });
  await drive('sendDisclosure', 200, { by: lea, params });
  await drive('sendDisclosure', 409, { by: lea, params });
  await drive('mendDisclosure', 409, { by: lea, params, body: { decision_facts: 'write to ada@mail.example' } });
  await drive('mendDisclosure', 400, { by: lea, params, body: { confirmed: 'yes' } });
  await drive('listDisclosures', 400, { by: lea, query: '?state=lost' });
  for (const [operation, more] of [['readDisclosure', {}], ['retryDisclosure', {}], ['sendDisclosure', {}], ['mendDisclosure', { body: {} }]]) {
    await drive(operation, 404, { by: lea, params: none, ...more });
    await drive(operation, 401, { params, ...more });
    await drive(operation, 403, { by: remi, params, ...more });
  }
  await drive('listDisclosures', 401);
  await drive('listDisclosures', 403, { by: remi });
});

test('every answer that the document names was met', () =>
  whole({
    'listDisclosures 503': 'only a store that cannot be read',
    'readDisclosure 503': 'only a store that cannot be read',
    'sendDisclosure 503': 'only a store that cannot be read',
    'retryDisclosure 503': 'a refused one is asked first',
    'mendDisclosure 503': 'a refused one is asked first',
    'retryDisclosure 200': 'http-disclosure.test.mjs',
    'mendDisclosure 200': 'http-disclosure.test.mjs',
  }));

after(async () => assert.deepEqual(await server.stop(), { code: 0, signal: null }));
