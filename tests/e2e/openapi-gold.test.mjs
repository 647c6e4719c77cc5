// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `gold`.
import { after, test } from 'node:test';
import { addKey, addUser, makeHome, openCase, signIn, start } from './lib.mjs';
import { driver, whileLocked } from './openapi.lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const key = addKey(data);
const passwords = { paul: addUser(data, 'paul', 'lead'), lea: addUser(data, 'lea', 'referent') };
const server = await start({ home });
const { drive, whole } = driver('gold', server);
const [paul, lea] = await Promise.all(['paul', 'lea'].map((name) => signIn(server, name, passwords[name])));
const stranger = { ...paul, csrf: 'wrong' };
const decided = async () => {
  const { id } = await openCase(server.with(key));
  await paul.post(`/v1/cases/${id}/decisions`, { action: 'dismiss', reason: 'no_risk' });
  return id;
};

test('items', async () => {
  const body = { case: await decided(), actions: ['dismiss'], reasons: ['no_risk'], why: 'nothing happened' };
  await whileLocked(data, () => drive('addGold', 503, { by: paul, body }));
  const item = (await drive('addGold', 201, { by: paul, body })).json;
  await drive('addGold', 201, { by: paul, body: { made_up: 'blackmail', space: 'lobby' } });
  await drive('addGold', 409, { by: paul, body, valid: true });
  await drive('addGold', 400, { by: paul, body: { ...body, other: 1 }, valid: false });
  await drive('addGold', 401, { body });
  await drive('addGold', 403, { by: stranger, body });
  await drive('addGold', 403, { by: lea, body });
  await drive('addGold', 404, { by: paul, body: { ...body, case: 'c-999999' } });
  await drive('addGold', 413, { by: paul, body: { ...body, why: 'x'.repeat(70_000) }, valid: false });
  await drive('addGold', 415, { by: paul, body: 'case', type: 'text/plain', valid: false });
  await drive('addGold', 422, { by: paul, body: { made_up: 'chantage', space: 'lobby' } });
  await drive('listGold', 200, { by: paul, query: '?ended=true' });
  await drive('listGold', 400, { by: paul, query: '?ended=x' });
  await drive('listGold', 401);
  await drive('listGold', 403, { by: lea });
  await drive('listMadeUp', 200, { by: paul });
  await drive('listMadeUp', 401);
  await drive('listMadeUp', 403, { by: lea });
  const params = { id: `${item.id}` };
  await drive('endGold', 401, { params });
  await drive('endGold', 403, { by: lea, params });
  await whileLocked(data, () => drive('endGold', 503, { by: paul, params }));
  await drive('endGold', 204, { by: paul, params });
  await drive('endGold', 404, { by: paul, params });
});

test('agreement', async () => {
  await drive('agreement', 200, { by: paul, query: '?space=lobby&days=30' });
  await drive('agreement', 400, { by: paul, query: '?days=0' });
  await drive('agreement', 401);
  await drive('agreement', 403, { by: lea });
});

test('every answer that the document names was met', () =>
  whole({ 'listGold 503': 'reading goes on while another writes', 'listMadeUp 503': 'as for listGold', 'agreement 503': 'as for listGold' }));

after(() => server.stop());
