// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `queue`.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addKey, addUser, makeHome, openCase, signIn, start } from './lib.mjs';
import { driver, whileLocked } from './openapi.lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const key = addKey(data);
const passwords = { lea: addUser(data, 'lea', 'referent'), paul: addUser(data, 'paul', 'lead'), ana: addUser(data, 'ana', 'auditor'), far: addUser(data, 'far', 'referent', '--spaces', 'forum') };
const server = await start({ home });
const { drive, whole } = driver('queue', server);
const people = {};
for (const [name, password] of Object.entries(passwords)) people[name] = await signIn(server, name, password);
const { lea, paul, ana, far } = people;
const stranger = { ...lea, csrf: 'wrong' };

test('next, linked, taken back', async () => {
  await drive('nextCase', 204, { by: lea, body: {} });
  const opened = await openCase(server.with(key));
  await whileLocked(data, () => drive('nextCase', 503, { by: lea, body: {} }));
  const next = (await drive('nextCase', 200, { by: lea, body: {} })).json;
  assert.equal(next.case.id, opened.id);
  assert.equal(next.case.claimed_by, 'lea');
  assert.match(next.why.fr, /avant l’échéance\.$/);
  for (const [body, pointer] of [[{ category: 'weather' }, '/category'], [{ space: 1 }, '/space'], [{ other: 1 }, '/other'], [{ language: 'x' }, '/language']])
    assert.equal((await drive('nextCase', 400, { by: lea, body, valid: false })).json.pointer, pointer);
  await drive('nextCase', 401, { body: {} });
  await drive('nextCase', 403, { by: stranger, body: {} });
  await drive('nextCase', 403, { by: ana, body: {} });
  await drive('nextCase', 403, { by: far, body: { space: 'lobby' } });
  const params = { id: opened.id };
  assert.deepEqual((await drive('listLinked', 200, { by: ana, params })).json.linked, []);
  await drive('listLinked', 401, { params });
  await drive('listLinked', 404, { by: far, params });
  await drive('takeBackCase', 401, { params });
  await drive('takeBackCase', 403, { by: lea, params });
  await drive('takeBackCase', 404, { by: paul, params: { id: 'c-999999' } });
  await whileLocked(data, () => drive('takeBackCase', 503, { by: paul, params }));
  assert.equal((await drive('takeBackCase', 200, { by: paul, params })).json.claimed_by, undefined);
});

test('skills', async () => {
  const all = { languages: [], spaces: [], categories: [] }, some = { languages: ['fr', 'ceb'], spaces: ['lobby'], categories: ['contact', 'report'] };
  assert.deepEqual((await drive('readSkills', 200, { by: lea })).json, all);
  assert.deepEqual((await drive('setSkills', 200, { by: lea, body: some })).json, { ...some });
  const params = { name: 'lea' };
  assert.deepEqual((await drive('readPersonSkills', 200, { by: paul, params })).json, some);
  assert.deepEqual((await drive('setPersonSkills', 200, { by: paul, params, body: all })).json, all);
  assert.deepEqual((await drive('readSkills', 200, { by: lea })).json, all);
  for (const id of ['setSkills', 'setPersonSkills']) {
    for (const [wrong, pointer] of [[{ languages: ['french'] }, '/languages'], [{ languages: ['a,b'] }, '/languages'], [{ spaces: 'lobby' }, '/spaces'], [{ categories: ['weather'] }, '/categories']])
      assert.equal((await drive(id, 400, { by: paul, params, body: { ...all, ...wrong }, valid: false })).json.pointer, pointer);
    await drive(id, 401, { params, body: all });
    await drive(id, 403, { by: stranger, params, body: all });
    await whileLocked(data, () => drive(id, 503, { by: paul, params, body: all }));
  }
  assert.equal((await drive('setSkills', 400, { by: far, body: { ...all, spaces: ['lobby'] } })).json.pointer, '/spaces');
  await drive('readSkills', 401);
  await drive('readPersonSkills', 401, { params });
  await drive('readPersonSkills', 403, { by: lea, params });
  await drive('readPersonSkills', 404, { by: paul, params: { name: 'nobody' } });
  await drive('setPersonSkills', 404, { by: paul, params: { name: 'nobody' }, body: all });
});

test('every answer that the document names was met', () =>
  whole({
    'listLinked 403': 'whoever sees a space sees its list',
    'listLinked 503': 'reading goes on while another writes',
    'readSkills 503': 'as for listLinked',
    'readPersonSkills 503': 'as for listLinked',
  }));

after(() => server.stop());
