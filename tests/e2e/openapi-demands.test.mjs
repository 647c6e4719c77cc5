// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `demands`.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addKey, addUser, fresh, makeHome, signIn, start } from './lib.mjs';
import { driver, whileLocked } from './openapi.lib.mjs';

const home = makeHome(), data = `${home}/data`;
const passwords = { lea: addUser(data, 'lea', 'lead'), remi: addUser(data, 'remi', 'referent'), nora: addUser(data, 'nora', 'analyst') };
const key = addKey(data, 'lobby', 'demands'), other = addKey(data, 'lobby', 'events');
const server = await start({ home });
const { drive, whole } = driver('demands', server);
const by = {};
for (const [name, password] of Object.entries(passwords)) by[name] = await signIn(server, name, password);
const { lea, remi, nora } = by;
const stranger = { ...lea, csrf: 'wrong' };
const given = () => ({ space: 'lobby', authority: 'Office', country: 'FR', legal_basis: 'LCEN, art. 6-1', reference: fresh('ref'), way: 'mail', items: [{ kind: 'account', value: 'somebody' }] });

test('taking one in', async () => {
  const body = { ...given(), note: 'by mail', attachments: [{ name: 'order.pdf', bytes: 10, sha256: 'ab'.repeat(32) }] };
  const made = (await drive('addDemand', 201, { by: lea, body })).json;
  assert.equal((await drive('addDemand', 200, { by: key, body })).json.id, made.id);
  await drive('addDemand', 400, { by: lea, body: { ...given(), items: [] }, valid: false });
  await drive('addDemand', 401, { body });
  await drive('addDemand', 403, { by: remi, body });
  await drive('addDemand', 403, { by: other, body });
  await drive('addDemand', 403, { by: stranger, body });
  await whileLocked(data, () => drive('addDemand', 503, { by: lea, body: given() }));
});

test('seeing them', async () => {
  const { id } = (await drive('addDemand', 201, { by: key, body: given() })).json;
  assert.equal((await drive('listDemands', 200, { by: remi, query: '?state=received' })).json.demands[0].id, id);
  await drive('listDemands', 400, { by: remi, query: '?state=lost' });
  await drive('listDemands', 401);
  await drive('listDemands', 403, { by: nora });
  assert.equal((await drive('readDemand', 200, { by: remi, params: { id } })).json.steps[0].by, `key:${key.id}`);
  await drive('readDemand', 401, { params: { id } });
  await drive('readDemand', 403, { by: nora, params: { id } });
  await drive('readDemand', 404, { by: lea, params: { id: 'd-999999' } });
});

test('its life, and the proof', async () => {
  const { id } = (await drive('addDemand', 201, { by: lea, body: given() })).json, params = { id };
  const step = (status, body, who = lea, more = {}) => drive('stepDemand', status, { by: who, params, body, ...more });
  await step(200, { step: 'acknowledge' });
  await step(200, { step: 'suspend', ground: 'force_majeure', text: 'the storage is down' });
  await step(200, { step: 'resume' });
  await step(409, { step: 'done' });
  await step(400, { step: 'suspend' });
  await step(401, { step: 'resume' }, null);
  await step(403, { step: 'resume' }, remi);
  await step(403, { step: 'resume' }, stranger);
  await drive('stepDemand', 404, { by: lea, params: { id: 'd-999999' }, body: { step: 'resume' } });
  await whileLocked(data, () => step(503, { step: 'contest', text: 'before the court' }));
  await drive('readDemandProof', 404, { by: lea, params });
  await drive('executeDemand', 400, { by: key, params, body: { items: [{ kind: 'account', value: 'another' }] } });
  await drive('executeDemand', 401, { params, body: {} });
  await drive('executeDemand', 403, { by: other, params, body: {} });
  await drive('executeDemand', 403, { by: remi, params, body: {} });
  await drive('executeDemand', 404, { by: key, params: { id: 'd-999999' }, body: {} });
  await whileLocked(data, () => drive('executeDemand', 503, { by: key, params, body: {} }));
  await drive('executeDemand', 200, { by: key, params, body: { items: [{ kind: 'account', value: 'somebody', how: 'closed' }] } });
  await step(200, { step: 'done', text: 'checked by hand' });
  await drive('executeDemand', 409, { by: key, params, body: {} });
  await drive('readDemandProof', 200, { by: remi, params });
  assert.match((await drive('readDemandProof', 200, { by: remi, params, query: '?lang=fr' })).text, /Preuve d’exécution/);
  await drive('readDemandProof', 400, { by: remi, params, query: '?lang=de' });
  await drive('readDemandProof', 401, { params });
  await drive('readDemandProof', 403, { by: nora, params });
});

test('every answer that the document names was met', () =>
  whole({
    'listDemands 503': 'only a store that cannot be read',
    'readDemand 503': 'only a store that cannot be read',
    'readDemandProof 503': 'only a store that cannot be read',
  }));

after(async () => assert.deepEqual(await server.stop(), { code: 0, signal: null }));
