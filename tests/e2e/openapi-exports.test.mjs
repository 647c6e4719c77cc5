// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `exports`.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addKey, addUser, command, makeHome, openCase, signIn, start } from './lib.mjs';
import { driver, whileLocked } from './openapi.lib.mjs';

const home = makeHome(), data = `${home}/data`;
const key = addKey(data);
const passwords = Object.fromEntries([['lea', 'lead'], ['noe', 'referent']].map(([name, role]) => [name, addUser(data, name, role)]));
const server = await start({ home });
const { drive, whole } = driver('exports', server);
const [lea, noe] = [await signIn(server, 'lea', passwords.lea), await signIn(server, 'noe', passwords.noe)];
const { adult, id } = await openCase(server.with(key));
const [params, none] = [{ id }, { id: 'c-999999' }];
const query = '?format=vics-2.0';

test('each format is what it says', async () => {
  for (const [format, type] of [['vics-1.3', 'application/json'], ['vics-2.0', 'application/json'], ['csv-media', 'text/csv'], ['csv-messages', 'text/csv'], ['csv-identifiers', 'text/csv'], ['case-uco', 'application/ld+json']]) {
    const answer = await drive('exportCase', 200, { by: lea, params, query: `?format=${format}` });
    assert.equal(answer.headers['content-type'].split(';')[0], type, format);
    assert.match(answer.headers['content-disposition'], new RegExp(`^attachment; filename="${id}-[a-z0-9.-]+"$`));
  }
});

test('what is refused', async () => {
  for (const wrong of ['', '?format=', '?format=xlsx', '?format=VICS-2.0', `${query}&format=csv-media`]) assert.equal((await drive('exportCase', 400, { by: lea, params, query: wrong })).json.pointer, '/format', wrong);
  await drive('exportCase', 401, { params, query });
  await drive('exportCase', 403, { by: noe, params, query });
  await drive('exportCase', 404, { by: lea, params: none, query });
  await whileLocked(data, () => drive('exportCase', 503, { by: lea, params, query })); // what cannot go on record is not handed out
});

test('what is destroyed leaves no more', async () => {
  assert.equal((await noe.post(`/v1/cases/${id}/decisions`, { action: 'dismiss', reason: 'no_risk' })).status, 201);
  command(['erase', adult, '--space', 'lobby', '--data', data, '--yes']);
  assert.equal((await lea.get(`/v1/cases/${id}`)).json.destroyed, true);
  await drive('exportCase', 410, { by: lea, params, query });
});

after(async () => assert.equal((await server.stop()).code, 0));
test('all of it', () => whole({ 'exportCase 413': 'tests/unit/report/exports_test.c: over the ceiling each format says so' }));
