// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what proves the audit log to others.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUser, makeHome, signIn, start, until } from './lib.mjs';
import { driver } from './openapi.lib.mjs';

const empty = await start({ home: makeHome() }); // nothing has happened there yet
const home = makeHome(), data = `${home}/data`;
const passwords = { otto: addUser(data, 'otto', 'auditor'), remi: addUser(data, 'remi', 'referent') };
const server = await start({ home });
const { drive, whole } = driver('audit', server);
const otto = await signIn(server, 'otto', passwords.otto), remi = await signIn(server, 'remi', passwords.remi);
after(() => Promise.all([server.stop(), empty.stop()]));

test('checkpoint and keys are for everybody', async () => {
  await until(async () => (await server.request('GET', '/v1/audit/checkpoint')).status === 200, 'no checkpoint was made');
  const note = await drive('readAuditCheckpoint', 200);
  const { origin, keys } = (await drive('readAuditKey', 200)).json;
  assert.equal(note.text.split('\n')[0], origin);
  assert.match(keys[0].verifier, /^[^+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}$/);
  await drive('readAuditCheckpoint', 404, { to: empty });
});

test('proofs are for who may see the log', async () => {
  const ask = { proveAuditEntry: ['?entry=1', '?entry=0', '?entry=1000000'], proveAuditGrowth: ['?from=1', '?from=x', '?from=1&to=1000000'] };
  for (const [id, [good, wrong, beyond]] of Object.entries(ask)) {
    await drive(id, 200, { by: otto, query: good });
    await drive(id, 400, { by: otto, query: wrong });
    await drive(id, 401, { query: good });
    await drive(id, 403, { by: remi, query: good });
    await drive(id, 404, { by: otto, query: beyond });
  }
  await drive('proveAuditGrowth', 400, { by: otto, query: '?from=2&to=1' });
});

test('every answer that the document names was met', () =>
  whole(Object.fromEntries(['readAuditCheckpoint', 'readAuditKey', 'proveAuditEntry', 'proveAuditGrowth'].map((id) => [`${id} 503`, 'reading goes on while another writes; a broken disk or a full queue']))));
