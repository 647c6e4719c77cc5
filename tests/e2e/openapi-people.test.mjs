// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `people`.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUser, fresh, makeHome, signIn, start } from './lib.mjs';
import { driver, whileLocked } from './openapi.lib.mjs';

const home = makeHome(), data = `${home}/data`;
const passwords = { anne: addUser(data, 'anne', 'admin'), lea: addUser(data, 'lea', 'lead'), remi: addUser(data, 'remi', 'referent'), otto: addUser(data, 'otto', 'auditor') };
const server = await start({ home, env: { VIGIE_SIGNINS: '1000' } });
const { drive, whole } = driver('people', server);
const anne = await signIn(server, 'anne', passwords.anne), remi = await signIn(server, 'remi', passwords.remi), otto = await signIn(server, 'otto', passwords.otto);
const stranger = { ...anne, csrf: 'wrong' };
const long = 'x'.repeat(70_000), grants = [{ space: 'lobby', role: 'referent' }], good = 'four words one after another';
after(() => server.stop());

const invite = async (name = fresh('new')) => (await drive('invite', 201, { by: anne, body: { name, display: 'Nouvelle Personne', language: 'fr', email: 'n@example.org', hours: 24, grants } })).json;

test('people, and what each may be', async () => {
  const { name } = await invite(), params = { name };
  const listed = (await drive('listPeople', 200, { by: anne })).json.people.find((p) => p.name === name);
  assert.deepEqual([listed.state, listed.email, listed.grants], ['invited', 'n@example.org', grants]);
  await drive('listPeople', 401);
  await drive('listPeople', 403, { by: remi });
  const leave = { from: '2026-01-01', until: '2030-01-01T00:00:00Z' };
  const bodies = { setGrants: { grants: [...grants, { space: 'forum', role: 'analyst' }] }, beginLeave: leave, closeAccount: { confirm: name } };
  for (const [id, body] of Object.entries(bodies)) {
    await drive(id, 400, { params, by: anne, body: { ...body, extra: 1 } });
    await drive(id, 401, { params, body });
    await drive(id, 403, { params, by: remi, body });
    await drive(id, 403, { params, by: stranger, body });
    await drive(id, 404, { params: { name: 'nobody' }, by: anne, body });
    await drive(id, 413, { params, by: anne, body: { ...body, confirm: long } });
    await drive(id, 415, { params, by: anne, body: 'x', type: 'text/plain' });
    await drive(id, 200, { params, by: anne, body });
    if (id !== 'closeAccount') continue;
    for (const gone of ['setGrants', 'beginLeave']) await drive(gone, 409, { params, by: anne, body: bodies[gone] });
  }
  await drive('closeAccount', 403, { params: { name: 'anne' }, by: anne, body: { confirm: 'anne' } });
  await drive('setGrants', 409, { params: { name: 'anne' }, by: anne, body: { grants: [] } });
});

test('a leave ends before its day', async () => {
  const { name } = await invite(), params = { name };
  await drive('beginLeave', 200, { params, by: anne, body: { from: '2026-01-01', until: '2030-01-01' } });
  await drive('endLeave', 401, { params });
  await drive('endLeave', 403, { params, by: remi });
  await drive('endLeave', 404, { params: { name: 'nobody' }, by: anne });
  assert.equal((await drive('endLeave', 200, { params, by: anne })).json.state, 'invited');
  await drive('closeAccount', 200, { params, by: anne, body: { confirm: name } });
  await drive('endLeave', 409, { params, by: anne });
  await drive('inviteAgain', 409, { params, by: anne });
});

test('the last administrator of all spaces is not closed: by one of a space nobody may, by another of all there is one more', async () => {
  const { name } = await invite();
  await drive('setGrants', 200, { params: { name }, by: anne, body: { grants: [{ space: '*', role: 'admin' }] } });
  // invited, not come: the other one would be the last who can sign in
  await drive('setGrants', 409, { params: { name: 'anne' }, by: anne, body: { grants: [] } });
  const { token } = (await drive('inviteAgain', 201, { params: { name }, by: anne })).json;
  await drive('acceptInvitation', 204, { headers: { Authorization: `Invitation ${token}` }, body: { password: good } });
  const other = await signIn(server, name, good);
  await drive('closeAccount', 200, { params: { name }, by: anne, body: { confirm: name } });
  assert.equal((await other.get('/v1/session')).status, 401);
  await drive('closeAccount', 403, { params: { name: 'anne' }, by: anne, body: { confirm: 'anne' } });
});

test('links: of a new person, again, used once', async () => {
  const body = { name: fresh('new'), display: 'Nouvelle Personne', language: 'en', grants };
  await drive('invite', 400, { by: anne, body: { ...body, language: 'de' } });
  await drive('invite', 401, { body });
  await drive('invite', 403, { by: remi, body });
  await drive('invite', 409, { by: anne, body: { ...body, name: 'remi' } });
  await drive('invite', 413, { by: anne, body: { ...body, display: long } });
  await drive('invite', 415, { by: anne, body: 'x', type: 'text/plain' });
  const first = (await drive('invite', 201, { by: anne, body })).json;
  const params = { name: body.name }, of = (token) => ({ Authorization: `Invitation ${token}` });
  await drive('inviteAgain', 401, { params });
  await drive('inviteAgain', 403, { params, by: remi });
  await drive('inviteAgain', 404, { params: { name: 'nobody' }, by: anne });
  const second = (await drive('inviteAgain', 201, { params, by: anne })).json;
  await drive('readInvitation', 404, { headers: of(first.token) });
  assert.equal((await drive('readInvitation', 200, { headers: of(second.token) })).json.reset, false);
  const headers = of(second.token);
  await drive('acceptInvitation', 400, { headers, body: { password: 'short' } });
  await drive('acceptInvitation', 403, { headers: { ...headers, 'Sec-Fetch-Site': 'cross-site' }, body: { password: good } });
  await drive('acceptInvitation', 404, { headers: of(first.token), body: { password: good } });
  await drive('acceptInvitation', 413, { headers, body: { password: long } });
  await drive('acceptInvitation', 415, { headers, body: 'x', type: 'text/plain' });
  await drive('acceptInvitation', 204, { headers, body: { password: good } });
  await drive('acceptInvitation', 404, { headers, body: { password: good } });
});

test("one's own account", async () => {
  await drive('describeMe', 400, { by: remi, body: { language: 'de' } });
  await drive('describeMe', 401, { body: { language: 'fr' } });
  await drive('describeMe', 403, { by: { ...remi, csrf: 'wrong' }, body: { language: 'fr' } });
  await drive('describeMe', 413, { by: remi, body: { display: long } });
  await drive('describeMe', 415, { by: remi, body: 'x', type: 'text/plain' });
  assert.deepEqual((await drive('describeMe', 200, { by: remi, body: { display: 'Rémi', language: 'en' } })).json, { display: 'Rémi', language: 'en' });
  const other = await signIn(server, 'remi', passwords.remi);
  const { sessions } = (await drive('listSessions', 200, { by: remi })).json;
  assert.equal(sessions.length, 2);
  await drive('listSessions', 401);
  const params = { id: sessions.find((s) => !s.this).id };
  await drive('endSession', 401, { params });
  await drive('endSession', 403, { params, by: { ...remi, csrf: 'wrong' } });
  await drive('endSession', 404, { params: { id: '0123456789abcdef' }, by: remi });
  await drive('endSession', 204, { params, by: remi });
  assert.equal((await other.get('/v1/session')).status, 401);
  await drive('endOtherSessions', 401);
  await drive('endOtherSessions', 403, { by: { ...remi, csrf: 'wrong' } });
  await drive('endOtherSessions', 204, { by: remi });

  const body = { old: passwords.remi, password: good };
  await drive('changePassword', 400, { by: remi, body: { ...body, password: 'password2026' } });
  await drive('changePassword', 401, { body });
  await drive('changePassword', 403, { by: remi, body: { ...body, old: 'another' } });
  await drive('changePassword', 413, { by: remi, body: { ...body, password: long } });
  await drive('changePassword', 415, { by: remi, body: 'x', type: 'text/plain' });
  await drive('changePassword', 200, { by: remi, body });
  assert.equal((await remi.get('/v1/session')).status, 401, 'the old token is over');
  const again = await signIn(server, 'remi', good);
  for (let i = 0; i < 5; i++) await drive('changePassword', 403, { by: again, body: { old: 'wrong', password: 'quite other words here' } });
  await drive('changePassword', 429, { by: again, body: { old: 'wrong', password: 'quite other words here' } });
});

test('an administrator ends the sessions of somebody', async () => {
  const params = { name: 'lea' }, lea = await signIn(server, 'lea', passwords.lea);
  await drive('endSessionsOf', 401, { params });
  await drive('endSessionsOf', 403, { params, by: lea });
  await drive('endSessionsOf', 404, { params: { name: 'nobody' }, by: anne });
  await drive('endSessionsOf', 204, { params, by: anne });
  assert.equal((await lea.get('/v1/session')).status, 401);
});

test('the audit log', async () => {
  for (const id of ['listAudit', 'exportAudit']) {
    await drive(id, 400, { by: otto, query: '?from=yesterday' });
    await drive(id, 401);
    await drive(id, 403, { by: await signIn(server, 'lea', passwords.lea) });
    await drive(id, 200, { by: otto, query: '?limit=3&action=user.add' });
  }
  const page = (await drive('listAudit', 200, { by: otto, query: '?limit=2' })).json;
  assert.ok(page.next && page.chain.head_checks && page.chain.entries_check);
});

test('while another program writes, whatever has to write says so', async () => {
  const { name, token } = await invite(), params = { name }, headers = { Authorization: `Invitation ${token}` };
  await whileLocked(data, () =>
    Promise.all([
      drive('setGrants', 503, { params, by: anne, body: { grants: [] } }),
      drive('acceptInvitation', 503, { headers, body: { password: good } }),
      drive('exportAudit', 503, { by: otto }),
    ]),
  );
});

test('links are not to be guessed', async () => {
  const headers = { Authorization: 'Invitation wrong' };
  for (let i = 0; i < 40; i++) await server.request('GET', '/v1/invitation', { headers });
  await drive('readInvitation', 429, { headers });
  await drive('acceptInvitation', 429, { headers, body: { password: good } });
});

test('every answer of the document was met', () => {
  const waits = ['beginLeave', 'endLeave', 'closeAccount', 'endSessionsOf', 'inviteAgain', 'invite', 'describeMe', 'endSession', 'endOtherSessions', 'changePassword'];
  const reads = ['listPeople', 'readInvitation', 'listSessions', 'listAudit'];
  whole({
    ...Object.fromEntries(waits.map((id) => [`${id} 503`, 'as setGrants: each waits two seconds for the other program'])),
    ...Object.fromEntries(reads.map((id) => [`${id} 503`, 'reading goes on while another writes; a broken disk or a full queue'])),
    'closeAccount 409': 'two administrators who close each other in the same moment',
  });
});
