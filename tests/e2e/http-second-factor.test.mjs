// SPDX-License-Identifier: Apache-2.0
// Second factors over HTTP: adding, naming, removing, the second step of a sign-in, recovery codes, passkeys, limits and the lock,
// roles that need one. The telephone and the security key are authenticator.lib.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SecurityKey, totp } from './authenticator.lib.mjs';
import { addUser, command, isProblem, makeHome, start } from './lib.mjs';
import { Visitor } from './signin.lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const passwords = {};
const person = (name, role = 'referent') => (passwords[name] = addUser(data, name, role));
for (const name of ['totp', 'key', 'once', 'lock', 'pass', 'many', 'other', 'step', 'reset', 'ended']) person(name);
person('lead', 'lead');
person('admin', 'admin');
const server = await start({ home, options: ['--threads', '1', '--require-second-factor', 'lead,admin'] });
const origin = `http://localhost:${server.port}`;
const visitor = () => new Visitor(server);

async function enter(name) {
  const v = visitor();
  await v.enter(name, passwords[name]);
  return v;
}
async function addTotp(v, name = 'Téléphone') {
  const begun = await v.post('/v1/me/factors', { kind: 'totp' });
  assert.equal(begun.status, 200, begun.text);
  const { secret, uri } = begun.json.totp;
  const code = totp(secret);
  const done = await v.post('/v1/me/factors/confirm', { ticket: begun.json.ticket, name, code });
  assert.equal(done.status, 201, done.text);
  return { secret, uri, code, ...done.json };
}
async function addKey(v, key, name = 'Clé', wrong = {}) {
  const begun = await v.post('/v1/me/factors', { kind: 'webauthn' });
  assert.equal(begun.status, 200, begun.text);
  return v.post('/v1/me/factors/confirm', { ticket: begun.json.ticket, name, ...key.register(begun.json.webauthn, wrong) });
}

test('one-time codes: added with a code, then asked for after the password', async () => {
  const v = await enter('totp');
  const { secret, uri, code, factor, recovery_codes: codes } = await addTotp(v);
  assert.match(uri, /^otpauth:\/\/totp\/Vigie:totp\?secret=[A-Z2-7]{32}&issuer=Vigie&algorithm=SHA1&digits=6&period=30$/);
  assert.equal(factor.kind, 'totp');
  assert.equal(codes.length, 10);
  assert.equal(new Set(codes).size, 10);
  assert.equal((await v.get('/v1/cases')).status, 200, 'this session goes on');

  const again = visitor();
  const step = await again.password('totp', passwords.totp);
  assert.equal(step.status, 202, step.text);
  assert.deepEqual(step.json.second_factor, ['totp', 'recovery']);
  const cookies = step.headers['set-cookie'].join();
  assert.match(cookies, /vigie_step=[a-z2-7]+; Path=\/v1; HttpOnly; SameSite=Strict; Max-Age=300/);
  assert.doesNotMatch(cookies, /vigie_session/, 'a right password is no session');
  assert.equal((await again.get('/v1/cases')).status, 401, 'and opens nothing');
  isProblem(await again.second(step.json.ticket, { code }), 401, '/code'); // the code that added it was used
  const good = await again.second(step.json.ticket, { code: totp(secret, 1) });
  assert.equal(good.status, 200, good.text);
  assert.equal(good.json.user.name, 'totp');
  assert.ok(!again.jar.has('vigie_step'), 'the cookie of the step is taken away');
  assert.equal((await again.get('/v1/cases')).status, 200);
});

test('a code counts once, also for somebody who reads along', async () => {
  const { secret } = await addTotp(await enter('once'));
  const [a, b] = [visitor(), visitor()];
  const steps = [await a.password('once', passwords.once), await b.password('once', passwords.once)];
  const answers = await Promise.all([a.second(steps[0].json.ticket, { code: totp(secret, 1) }), b.second(steps[1].json.ticket, { code: totp(secret, 1) })]);
  assert.deepEqual(answers.map((one) => one.status).sort(), [200, 401]);
});

test('recovery codes: each lets in once, and new ones end the old', async () => {
  const v = await enter('step');
  const { recovery_codes: codes } = await addTotp(v);
  const use = async (code) => {
    const w = visitor();
    const step = await w.password('step', passwords.step);
    return [await w.second(step.json.ticket, { recovery: code }), w];
  };
  const [first, w] = await use(codes[0].toUpperCase().replace('-', ' '));
  assert.equal(first.status, 200, 'as people type it');
  isProblem((await use(codes[0]))[0], 401, '/recovery');
  assert.equal((await w.get('/v1/me/factors')).json.recovery_codes, 9);
  const fresh = await w.post('/v1/me/recovery-codes');
  assert.equal(fresh.status, 201, fresh.text);
  assert.equal(fresh.json.recovery_codes.length, 10);
  isProblem((await use(codes[1]))[0], 401, '/recovery');
  assert.equal((await use(fresh.json.recovery_codes[1]))[0].status, 200);
});

test('a ticket needs its own browser, serves once, and is no session', async () => {
  const { secret, recovery_codes: codes } = await addTotp(await enter('other'));
  const a = visitor(), thief = visitor();
  const step = await a.password('other', passwords.other);
  isProblem(await thief.second(step.json.ticket, { code: totp(secret, 1) }), 410, '/ticket');
  await thief.post('/v1/session/passkey'); // a step cookie, but another
  isProblem(await thief.second(step.json.ticket, { code: totp(secret, 1) }), 410, '/ticket');
  isProblem(await a.second('x'.repeat(32), { code: '000000' }), 410, '/ticket');
  isProblem(await a.second(step.json.ticket, {}), 400, '/code');
  isProblem(await a.second(step.json.ticket, { code: '1', recovery: '2' }), 400, '/code');
  isProblem(await a.second(step.json.ticket, { code: '123456', extra: 1 }), 400, '/extra');
  const pending = (await a.get('/v1/signin')).json.pending;
  assert.equal(pending.ticket, step.json.ticket, 'a page that is loaded again finds its step');
  assert.equal((await visitor().get('/v1/signin')).json.pending, null);
  assert.equal((await a.second(step.json.ticket, { recovery: codes[0] })).status, 200);
  isProblem(await a.second(step.json.ticket, { recovery: codes[1] }), 410, '/ticket');
});

test('guessing: five wrong codes end the ticket and lock the person; the password does not start the count anew', async () => {
  const { secret } = await addTotp(await enter('lock'));
  const v = visitor();
  let step = await v.password('lock', passwords.lock);
  for (let i = 0; i < 3; i++) isProblem(await v.second(step.json.ticket, { code: '000000' }), 401, '/code');
  step = await v.password('lock', passwords.lock);
  assert.equal(step.status, 202, 'the right password gives another ticket');
  isProblem(await v.second(step.json.ticket, { code: '000000' }), 401, '/code');
  assert.equal((await v.second(step.json.ticket, { code: '000000' })).status, 401, 'the fifth in all');
  isProblem(await v.second(step.json.ticket, { code: totp(secret, 1) }), 429);
  isProblem(await v.password('lock', passwords.lock), 429);
  const other = await enter('ended');
  const { secret: own } = await addTotp(other);
  const w = visitor();
  const again = await w.password('ended', passwords.ended);
  for (let i = 0; i < 4; i++) await w.second(again.json.ticket, { code: '000000' });
  isProblem(await w.second(again.json.ticket, { code: '000000' }), 410, '/ticket');
  isProblem(await w.second(again.json.ticket, { code: totp(own, 1) }), 410, '/ticket');
});

for (const algorithm of [-7, -8, -257])
  test(`a security key that signs with ${algorithm}`, async () => {
    const name = person(`key${-algorithm}`) && `key${-algorithm}`;
    const key = new SecurityKey(origin, algorithm);
    const v = await enter(name);
    const added = await addKey(v, key, 'Clé bleue', { packed: algorithm !== -7 });
    assert.equal(added.status, 201, added.text);
    assert.equal(added.json.factor.name, 'Clé bleue');
    assert.equal(added.json.recovery_codes.length, 10);
    const w = visitor();
    const step = await w.password(name, passwords[name]);
    assert.deepEqual(step.json.second_factor, ['webauthn', 'recovery']);
    assert.equal(step.json.webauthn.credentials.length, 1);
    const good = await w.second(step.json.ticket, key.assert(step.json.webauthn, { flags: 0x01 }));
    assert.equal(good.status, 200, good.text);
  });

test('a security key: everything that is not as the standard wants it is refused', async () => {
  const key = new SecurityKey(origin), stranger = new SecurityKey(origin);
  const v = await enter('key');
  for (const wrong of [{ origin: 'https://evil.example' }, { rpId: 'evil.example' }, { type: 'webauthn.get' }, { challenge: 'AAAA' }, { flags: 0x44 }])
    isProblem(await addKey(v, key, 'x', wrong), 400, '/attestation');
  assert.equal((await addKey(v, key)).status, 201);
  isProblem(await addKey(v, key), 409, '/attestation');
  const begun = await v.post('/v1/me/factors', { kind: 'webauthn' });
  assert.equal(begun.json.webauthn.exclude.length, 1, 'the browser is told which keys are there');
  isProblem(await v.post('/v1/me/factors/confirm', { ticket: begun.json.ticket, name: 'x', client_data: '*', attestation: 'AA' }), 400, '/client_data');
  isProblem(await v.post('/v1/me/factors/confirm', { ticket: begun.json.ticket, name: 'x', client_data: 'AA', attestation: 'AA' }), 400, '/attestation');
  const w = visitor();
  let ticket;
  const attempt = async (proof) => {
    const step = await w.password('key', passwords.key);
    ticket = step.json.ticket;
    return w.second(ticket, typeof proof === 'function' ? proof(step.json.webauthn) : proof);
  };
  stranger.handle = key.handle;
  isProblem(await attempt((r) => stranger.assert(r)), 401, '/credential');
  isProblem(await attempt((r) => key.assert(r, { origin: 'https://evil.example' })), 401, '/credential');
  const old = key.counter;
  const good = await attempt((r) => key.assert(r));
  assert.equal(good.status, 200, good.text);
  key.counter = old; // a copy of the key
  isProblem(await attempt((r) => key.assert(r)), 401, '/credential');
});

test('a passkey signs in without a password, when it checks its person', async () => {
  const key = new SecurityKey(origin, -8);
  const v = await enter('pass');
  assert.equal((await addKey(v, key)).json.factor.passkey, true);
  const w = visitor();
  const begin = async () => (await w.post('/v1/session/passkey')).json;
  let step = await begin();
  assert.deepEqual(step.second_factor, ['webauthn']);
  assert.equal(step.webauthn.user_verification, 'required');
  assert.deepEqual(step.webauthn.credentials, [], 'nothing is said of anybody');
  isProblem(await w.second(step.ticket, key.assert(step.webauthn, { flags: 0x01 })), 401, '/credential');
  isProblem(await w.second(step.ticket, key.assert(step.webauthn, { handle: Buffer.alloc(32).toString('base64url') })), 401, '/credential');
  isProblem(await w.second(step.ticket, { code: '123456' }), 401, '/code');
  const proof = key.assert(step.webauthn);
  const good = await w.second(step.ticket, proof);
  assert.equal(good.status, 200, good.text);
  assert.equal(good.json.user.name, 'pass');
  step = await begin();
  isProblem(await w.second(step.ticket, proof), 401, '/credential');
});

test('changing a factor: only fresh, only one’s own; other sessions end', async () => {
  const [v, w] = [await enter('many'), await enter('many')];
  const { factor } = await addTotp(v);
  assert.equal((await w.get('/v1/session')).status, 401, 'sessions that were opened without it have ended');
  const key = new SecurityKey(origin);
  const second = await addKey(v, key);
  assert.equal(second.json.recovery_codes, undefined, 'codes are shown once');
  const list = (await v.get('/v1/me/factors')).json;
  assert.deepEqual(list.factors.map((f) => f.kind), ['totp', 'webauthn']);
  assert.deepEqual([list.recovery_codes, list.required, list.password, list.fresh], [10, false, true, true]);
  assert.equal((await v.send('PATCH', `/v1/me/factors/${factor.id}`, { name: 'Nouveau' })).status, 204);
  isProblem(await v.send('PATCH', `/v1/me/factors/${factor.id}`, { name: '' }), 400, '/name');
  isProblem(await v.send('PATCH', '/v1/me/factors/999', { name: 'x' }), 404);
  isProblem(await v.send('DELETE', '/v1/me/factors/999'), 404);
  isProblem(await v.send('DELETE', '/v1/me/factors/x'), 404);
  const stranger = await enter('reset');
  isProblem(await stranger.send('DELETE', `/v1/me/factors/${factor.id}`), 404);
  isProblem(await v.send('DELETE', `/v1/me/factors/${factor.id}`, undefined, { 'X-CSRF-Token': 'x' }), 403);
  assert.equal((await v.send('DELETE', `/v1/me/factors/${factor.id}`)).status, 204);
  assert.equal((await v.send('DELETE', `/v1/me/factors/${second.json.factor.id}`)).status, 204);
  assert.equal((await v.get('/v1/me/factors')).json.recovery_codes, 0, 'recovery codes go with the last one');
  isProblem(await v.post('/v1/me/recovery-codes'), 409);
  isProblem(await v.post('/v1/me/factors', { kind: 'sms' }), 400, '/kind');
  isProblem(await v.post('/v1/session/proof', { password: 'wrong' }), 403, '/password');
  assert.equal((await v.post('/v1/session/proof', { password: passwords.many })).status, 204);
});

test('a role that needs one: the session serves to enrol, and for nothing else', async () => {
  const v = visitor();
  const session = await v.enter('lead', passwords.lead);
  assert.equal(session.enrol, true);
  isProblem(await v.get('/v1/cases'), 403, '/second_factor');
  isProblem(await v.get('/v1/events/stream'), 403, '/second_factor');
  isProblem(await v.get('/v1/banks'), 403, '/second_factor');
  assert.equal((await v.get('/v1/session')).json.enrol, true);
  assert.equal((await v.get('/v1/me/factors')).json.required, true);
  const { factor } = await addTotp(v);
  assert.equal((await v.get('/v1/session')).json.enrol, false);
  assert.equal((await v.get('/v1/cases')).status, 200, 'from now on it is a session like any other');
  isProblem(await v.send('DELETE', `/v1/me/factors/${factor.id}`), 409);
  const key = await addKey(v, new SecurityKey(origin));
  assert.equal(key.status, 201);
  assert.equal((await v.send('DELETE', `/v1/me/factors/${factor.id}`)).status, 204, 'with another one it may go');
  assert.equal((await enter('reset')).jar.has('vigie_session'), true, 'other roles come in as before');
});

test('who lost everything is helped on the command line', async () => {
  const v = await enter('reset');
  await addTotp(v);
  assert.equal((await visitor().password('reset', passwords.reset)).status, 202);
  command(['user', 'reset-factor', 'reset', '--data', data]);
  assert.equal((await v.get('/v1/session')).status, 401, 'sessions have ended');
  assert.equal((await visitor().password('reset', passwords.reset)).status, 200);
  command(['user', 'reset-factor', 'nobody', '--data', data], { status: 1 });
});

test('the server stops cleanly, and what happened is in a log that checks', async () => {
  assert.equal((await server.stop()).code, 0);
  assert.match(command(['audit', 'verify', '--data', data]).stdout, /entr/);
});
