// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `route`.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addKey, addUser, makeHome, openCase, signIn, start } from './lib.mjs';
import { driver, whileLocked } from './openapi.lib.mjs';

const home = makeHome(), data = `${home}/data`;
const key = addKey(data);
const passwords = { noe: addUser(data, 'noe', 'referent'), aude: addUser(data, 'aude', 'auditor') };
const server = await start({ home });
const { drive, whole } = driver('route', server);
const [noe, aude] = [await signIn(server, 'noe', passwords.noe), await signIn(server, 'aude', passwords.aude)];
const stranger = { ...noe, csrf: 'wrong' };
const { id } = await openCase(server.with(key));
const [params, none] = [{ id }, { id: 'c-999999' }];
const fact = { whose: 'victim', kind: 'place', country: 'PH', detail: 'the school is named', time: '2026-11-01T00:00:00Z' };

test('where a case belongs', async () => {
  const route = (await drive('readRoute', 200, { by: noe, params })).json;
  assert.equal(route.case, id);
  assert.deepEqual(route.geo, { state: 'none' });
  assert.ok(route.may_keep);
  await drive('readRoute', 401, { params });
  await drive('readRoute', 403, { by: aude, params });
  await drive('readRoute', 404, { by: noe, params: none });
  await whileLocked(data, () => drive('readRoute', 503, { by: noe, params })); // what cannot go on record is not shown
});

test('what a person writes down', async () => {
  const added = (await drive('addFact', 201, { by: noe, params, body: fact })).json;
  assert.deepEqual(added, { ...fact, hint: 'person', number: 1, confidence: 0.9, time: '2026-11-01T00:00:00.000Z' });
  for (const [wrong, pointer] of [[{ whose: 'nobody' }, '/whose'], [{ kind: 'mood' }, '/kind'], [{ country: 'QQ' }, '/country'], [{ country: 'fr' }, '/country'], [{ hint: 'guess' }, '/hint'], [{ time: 'soon' }, '/time'], [{ detail: '' }, '/detail'], [{ other: 1 }, '/other']])
    assert.equal((await drive('addFact', 400, { by: noe, params, body: { ...fact, ...wrong } })).json.pointer, pointer);
  const happened = (await drive('addFact', 201, { by: noe, params, body: { act: 'live', detail: 'a price is named' } })).json;
  assert.deepEqual(happened, { act: 'live', holds: true, number: 2, detail: 'a price is named' });
  for (const [wrong, pointer] of [[{ act: 'joke' }, '/act'], [{ act: 'live', holds: 'yes' }, '/holds'], [{ act: 'live', whose: 'author' }, '/whose'], [{ act: 'live', time: '2026-11-01' }, '/time'], [{ holds: false }, '/whose'], [{}, '/whose']])
    assert.equal((await drive('addFact', 400, { by: noe, params, body: wrong })).json.pointer, pointer);
  const { acts, acts_by, acts_said } = (await drive('readRoute', 200, { by: noe, params })).json;
  assert.ok(acts.includes('live') && acts_by.person.includes('live') && acts_said[0].number === 2);
  await drive('removeFact', 204, { by: noe, params: { id, n: 2 } });
  await drive('addFact', 401, { params, body: fact });
  await drive('addFact', 403, { by: aude, params, body: fact });
  await drive('addFact', 403, { by: stranger, params, body: fact });
  await drive('addFact', 404, { by: noe, params: none, body: fact });
  await drive('addFact', 413, { by: noe, params, body: 'x'.repeat(70_000) });
  await drive('addFact', 415, { by: noe, params, type: 'text/plain', body: 'x' });
  await whileLocked(data, () => drive('addFact', 503, { by: noe, params, body: fact }));
  for (let n = 3; n <= 51; n++) await drive('addFact', 201, { by: noe, params, body: fact });
  await drive('addFact', 409, { by: noe, params, body: fact });
});

test('and takes back', async () => {
  await drive('removeFact', 401, { params: { id, n: 1 } });
  await drive('removeFact', 403, { by: aude, params: { id, n: 1 } });
  await drive('removeFact', 403, { by: stranger, params: { id, n: 1 } });
  await whileLocked(data, () => drive('removeFact', 503, { by: noe, params: { id, n: 1 } }));
  await drive('removeFact', 204, { by: noe, params: { id, n: 1 } });
  for (const n of [1, 2, 0, 52, 'x']) await drive('removeFact', 404, { by: noe, params: { id, n } });
  await drive('removeFact', 404, { by: noe, params: { ...none, n: 1 } });
});

test('the book of law, for whoever is signed in', async () => {
  for (const operation of ['listReceivers', 'listLaw']) {
    const all = (await drive(operation, 200, { by: aude })).json;
    assert.match(all.version, /^[0-9a-f]{16}$/);
    await drive(operation, 200, { by: aude, query: '?country=PH' });
    assert.equal((await drive(operation, 400, { by: aude, query: '?country=philippines' })).json.pointer, '/country');
    await drive(operation, 401);
  }
});

after(async () => {
  assert.equal((await server.stop()).code, 0);
  whole();
});
