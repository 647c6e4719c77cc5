// SPDX-License-Identifier: Apache-2.0
// Sign-in with a real OpenID provider on this machine (oidc.lib.mjs), over HTTP as a browser would: who comes in, with what, and every
// fault of a provider that must not let anybody in.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { test } from 'node:test';
import { totp } from './authenticator.lib.mjs';
import { addUser, command, freePort, isProblem, makeHome, start, until } from './lib.mjs';
import { Provider } from './oidc.lib.mjs';
import { Visitor } from './signin.lib.mjs';

const home = makeHome(), data = `${home}/data`;
mkdirSync(data, { recursive: true, mode: 0o700 });
writeFileSync(`${home}/secret`, 'a secret & more\n', { mode: 0o600 });
writeFileSync(`${home}/map.yaml`, `# who comes in
groups: groups
grants:
  - {group: moderators, role: referent, space: lobby}
  - {group: leads, role: lead, space: "*"}
`);
const provider = await new Provider().start();
const port = await freePort();
provider.redirect = `http://localhost:${port}/v1/oidc/callback`;
const local = addUser(data, 'local', 'referent');
addUser(data, 'taken', 'referent');
const options = (p, more = []) => ['--threads', '1', '--oidc-issuer', p.issuer, '--oidc-client-id', 'vigie', '--oidc-client-secret-file', `${home}/secret`, '--oidc-map', `${home}/map.yaml`, ...more];
const server = await start({ home, port, options: options(provider, ['--require-second-factor', 'lead', '--oidc-name', 'Annuaire de l’association']), env: { VIGIE_SIGNINS: '10000' } });

/** What a browser does at the provider: follows to it, and comes back with what it says. */
async function visitProvider(visitor, { to = '' } = {}) {
  const out = await visitor.get(`/v1/oidc/start${to}`);
  if (out.status !== 302) return { out, back: undefined };
  const answer = await new Promise((resolve, reject) => http.get(out.headers.location, { agent: false }, resolve).on('error', reject));
  answer.resume();
  assert.equal(answer.statusCode, 302, 'the provider takes the request');
  const back = new URL(answer.headers.location);
  return { out, back: back.pathname + back.search };
}
async function signInAs(person, more = {}) {
  Object.assign(provider.person, { sub: 'u-1', preferred_username: 'claire', name: 'Claire M.', groups: ['moderators'], amr: undefined }, person);
  const visitor = new Visitor(server);
  const { out, back } = await visitProvider(visitor, more);
  return { visitor, out, back, answer: back && (await visitor.get(back)) };
}
const isPage = (answer, status) => {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers['content-type'], /^text\/html/);
  assert.match(answer.headers['content-security-policy'], /default-src 'none'/);
  assert.doesNotMatch(answer.text, /<script/);
};
const isRefused = (got, status = 403) => {
  isPage(got.answer ?? got.out, status);
  assert.ok(!got.visitor.jar.has('vigie_session'), 'nobody came in');
  assert.match((got.answer ?? got.out).text, /Revenir à la connexion/);
};
const recorded = () => command(['audit', 'verify', '--data', data]);

test('a first sign-in makes an account with the grants of its groups; the browser goes on by itself', async () => {
  const ways = await new Visitor(server).get('/v1/signin');
  assert.deepEqual(ways.json.provider, { name: 'Annuaire de l’association' });
  const { visitor, out, answer } = await signInAs({}, { to: '?return=%23%2Fcase%2Fc-000001' });
  const asked = new URL(out.headers.location).searchParams;
  assert.equal(asked.get('scope'), 'openid profile');
  assert.match(asked.get('code_challenge'), /^[\w-]{43}$/);
  assert.match(out.headers['set-cookie'][0], /^vigie_oidc=[\w-]+; Path=\/v1\/oidc; HttpOnly; SameSite=Lax; Max-Age=600$/);
  assert.doesNotMatch(out.headers['set-cookie'][0], new RegExp(asked.get('state')), 'the cookie tells nothing');
  isPage(answer, 200);
  assert.match(answer.text, /<meta http-equiv="refresh" content="0;url=\/#\/case\/c-000001">/);
  assert.match(answer.headers['set-cookie'].join(), /vigie_session=[^;]+; Path=\/; HttpOnly; SameSite=Strict/);
  assert.ok(!visitor.jar.has('vigie_oidc'), 'the cookie of the visit is taken away');
  const { user } = (await visitor.get('/v1/session')).json;
  assert.deepEqual([user.name, user.display, user.role, user.spaces, user.language], ['claire', 'Claire M.', 'referent', 'lobby', 'fr']);
  isProblem(await new Visitor(server).password('claire', 'anything at all'), 401);
});

for (const algorithm of ['ES256', 'EdDSA', 'RS256'])
  test(`keys that changed are fetched again: ${algorithm}`, async () => {
    provider.rotate(algorithm);
    await until(async () => (await signInAs({})).answer.status === 200, 'the new key is not taken', 15_000);
  });

for (const fault of [
  'wrong nonce', 'wrong audience', 'wrong azp', 'wrong issuer', 'expired', 'from the future', 'wrong at_hash', 'no subject', 'alg none', 'HS256 confusion',
  'signed by another', 'changed', 'no token', 'refused',
])
  test(`not let in: ${fault}`, async () => {
    provider.fault = fault;
    const got = await signInAs({});
    provider.fault = '';
    isRefused(got);
    assert.ok(!got.visitor.jar.has('vigie_oidc'));
  });

for (const fault of ['wrong state', 'mixed up'])
  test(`not even asked: ${fault}`, async () => {
    provider.fault = fault;
    const before = provider.asked.token;
    const got = await signInAs({});
    provider.fault = '';
    isRefused(got, 400);
    assert.equal(provider.asked.token, before);
  });

test('a visit belongs to its browser and a code serves once', async () => {
  const a = new Visitor(server), b = new Visitor(server);
  const { back } = await visitProvider(a);
  await visitProvider(b);
  isRefused({ visitor: b, answer: await b.get(back) }, 400); // another browser, with a visit of its own
  isRefused({ visitor: b, answer: await new Visitor(server).get(back) }, 400); // and none
  const cookie = a.cookie;
  assert.equal((await a.get(back)).status, 200);
  isRefused({ visitor: new Visitor(server), answer: await new Visitor(server).get(back, { Cookie: cookie }) }, 403); // replayed with its cookie
  isRefused({ visitor: b, answer: await b.get('/v1/oidc/callback') }, 400);
  isRefused({ visitor: b, answer: await b.get('/v1/oidc/callback?state=a&state=b') }, 400);
  const forged = new Visitor(server);
  isRefused({ visitor: forged, answer: await forged.get(back, { Cookie: `vigie_oidc=${'A'.repeat(700)}` }) }, 400);
});

test('going on: a page of the console and nowhere else', async () => {
  for (const to of ['https://evil.example', '//evil.example', '/v1/session', '#', '#//evil.example"><script>', 'javascript:alert(1)', '#/\n', '#\\evil', `#/${'x'.repeat(300)}`])
    isProblem(await new Visitor(server).get(`/v1/oidc/start?return=${encodeURIComponent(to)}`), 400, '/return');
  const { answer } = await signInAs({}, { to: `?return=${encodeURIComponent('#/queue?view=open&space=lobby')}` });
  assert.match(answer.text, /url=\/#\/queue\?view=open&amp;space=lobby"/);
});

test('groups: who has none does not come in, and grants follow them', async () => {
  isRefused(await signInAs({ sub: 'u-2', preferred_username: 'nobody', groups: ['staff'] }));
  isRefused(await signInAs({ sub: 'u-2', preferred_username: 'nobody', groups: 'leads-not' }));
  const first = await signInAs({ sub: 'u-3', preferred_username: 'Lea.Martin@example.org', groups: ['moderators'] });
  assert.equal((await first.visitor.get('/v1/session')).json.user.name, 'lea.martin_example.org');
  const second = await signInAs({ sub: 'u-3', preferred_username: 'renamed', groups: ['leads'], amr: ['pwd', 'mfa'] });
  const { user, enrol } = (await second.visitor.get('/v1/session')).json;
  assert.deepEqual([user.name, user.role, user.spaces], ['lea.martin_example.org', 'lead', '*'], 'known by its subject, whatever it is called now');
  assert.equal(enrol, false, 'the provider asked for a second factor');
  assert.equal((await first.visitor.get('/v1/session')).status, 401, 'a new right begins with a new session');
  const weak = await signInAs({ sub: 'u-3', groups: ['leads'] });
  assert.equal((await weak.visitor.get('/v1/session')).json.enrol, true, 'without one, the session serves to enrol');
  isProblem(await weak.visitor.get('/v1/cases'), 403, '/second_factor');
  isRefused(await signInAs({ sub: 'u-3', groups: [] }));
  assert.equal((await second.visitor.get('/v1/session')).status, 401, 'who lost every group is out at once');
});

test('an account that was made here is nobody else’s because of a name', async () => {
  isRefused(await signInAs({ sub: 'u-9', preferred_username: 'taken' }));
  isRefused(await signInAs({ sub: 'u-9', preferred_username: 'TAKEN' }));
  command(['user', 'link', 'taken', '--oidc-issuer', provider.issuer, '--subject', 'u-9', '--data', data]);
  const { visitor } = await signInAs({ sub: 'u-9', preferred_username: 'whatever', groups: [] });
  assert.equal((await visitor.get('/v1/session')).json.user.name, 'taken', 'linked on the command line, with the grants given here');
  command(['user', 'link', 'taken', '--oidc-issuer', provider.issuer, '--subject', 'u-10', '--data', data], { status: 1 });
  command(['user', 'disable', 'taken', '--data', data]);
  isRefused(await signInAs({ sub: 'u-9' }));
});

test('a second factor that was set up here is asked for, unless the provider says that it asked', async () => {
  const { visitor } = await signInAs({ sub: 'u-20', preferred_username: 'otto' });
  const begun = (await visitor.post('/v1/me/factors', { kind: 'totp' }, { 'X-CSRF-Token': (await visitor.get('/v1/session')).json.csrf })).json;
  await visitor.post('/v1/me/factors/confirm', { ticket: begun.ticket, name: 'x', code: totp(begun.totp.secret) });
  const again = await signInAs({ sub: 'u-20' });
  assert.equal(again.answer.status, 200);
  assert.ok(!again.visitor.jar.has('vigie_session'), 'not yet');
  const { pending } = (await again.visitor.get('/v1/signin')).json;
  assert.deepEqual(pending.second_factor, ['totp', 'recovery']);
  assert.equal((await again.visitor.second(pending.ticket, { code: totp(begun.totp.secret, 1) })).status, 200);
  assert.ok((await signInAs({ sub: 'u-20', amr: ['mfa'] })).visitor.jar.has('vigie_session'));
  const guesser = await signInAs({ sub: 'u-20' });
  const { ticket } = (await guesser.visitor.get('/v1/signin')).json.pending;
  for (let i = 0; i < 5; i++) await guesser.visitor.second(ticket, { code: '000000' });
  const next = await signInAs({ sub: 'u-20' });
  const { pending: held } = (await next.visitor.get('/v1/signin')).json;
  isProblem(await next.visitor.second(held.ticket, { code: '000000' }), 429); // codes lock behind a provider as behind a password
});

test('a provider that is gone, slow or talks nonsense: a page that says so, and passwords go on', async () => {
  for (const fault of ['down', 'garbage', 'redirects', 'endless', 'calls itself otherwise', 'plain http']) {
    const other = await new Provider().start();
    const ownHome = makeHome();
    other.fault = fault;
    const small = await start({ home: ownHome, options: options(other), env: { VIGIE_SIGNINS: '10000' } });
    const visitor = new Visitor(small);
    const answer = await visitor.get('/v1/oidc/start', { 'Accept-Language': 'de, en;q=0.8' });
    isPage(answer, 503);
    assert.match(answer.text, /The identity provider does not answer/);
    assert.ok(answer.headers['retry-after']);
    const before = other.asked.discovery;
    isPage(await visitor.get('/v1/oidc/start'), 503);
    assert.equal(other.asked.discovery, before, `${fault}: not asked again at once`);
    await Promise.all([small.stop(), other.stop()]);
  }
  const visitor = new Visitor(server);
  const { back } = await visitProvider(visitor);
  provider.fault = 'hang';
  const late = visitor.get(back);
  const answer = await new Visitor(server).password('local', local);
  assert.equal(answer.status, 200, 'nobody with a password waits for it');
  provider.fault = '';
  provider.server.closeAllConnections();
  isPage(await late, 503);
});

test('a provider that takes the secret in the body', async () => {
  const other = await new Provider({ algorithm: 'ES256' }).start();
  other.post = true;
  const ownPort = await freePort();
  other.redirect = `http://localhost:${ownPort}/v1/oidc/callback`;
  Object.assign(other.person, { groups: ['moderators'] });
  const small = await start({ home: makeHome(), port: ownPort, options: options(other) });
  const visitor = new Visitor(small);
  const { back } = await visitProvider(visitor);
  isPage(await visitor.get(back), 200);
  assert.ok(visitor.jar.has('vigie_session'));
  await Promise.all([small.stop(), other.stop()]);
});

test('known people by name, where the map says so: once', async () => {
  const ownHome = makeHome(), ownPort = await freePort();
  mkdirSync(`${ownHome}/data`, { mode: 0o700 });
  addUser(`${ownHome}/data`, 'marc', 'analyst');
  writeFileSync(`${ownHome}/known.yaml`, 'known_people: link\n');
  const other = await new Provider().start();
  other.redirect = `http://localhost:${ownPort}/v1/oidc/callback`;
  const small = await start({ home: ownHome, port: ownPort, options: options(other, ['--oidc-map', `${ownHome}/known.yaml`].slice(0, 0)).map((o) => (o === `${home}/map.yaml` ? `${ownHome}/known.yaml` : o)) });
  const visit = async (sub, name) => {
    Object.assign(other.person, { sub, preferred_username: name });
    const visitor = new Visitor(small);
    return { visitor, answer: await visitor.get((await visitProvider(visitor)).back) };
  };
  const { visitor } = await visit('m-1', 'marc');
  assert.equal((await visitor.get('/v1/session')).json.user.role, 'analyst');
  isRefused(await visit('m-2', 'marc')); // somebody who took the name at the provider later
  isRefused(await visit('m-3', 'unknown'));
  await Promise.all([small.stop(), other.stop()]);
});

test('options that cannot work are refused at the start', () => {
  const serve = (...more) => command(['serve', '--data', `${home}/no`, '--policy', server.policy, '--port', '1', ...more], { status: 1 }).stderr;
  assert.match(serve('--oidc-issuer', 'http://id.example.org', '--oidc-client-id', 'x'), /--oidc-issuer: expected an https address/);
  assert.match(serve('--oidc-issuer', 'https://id.example.org'), /--oidc-client-id/);
  assert.match(serve('--public-url', 'vigie'), /--public-url/);
  assert.match(serve('--require-second-factor', 'boss'), /unknown role "boss"/);
  writeFileSync(`${home}/bad.yaml`, 'grants:\n  - {group: a, role: boss, space: lobby}\n');
  assert.match(serve('--oidc-issuer', 'https://id.example.org', '--oidc-client-id', 'x', '--oidc-map', `${home}/bad.yaml`), /bad.yaml:2:\d+.*unknown role "boss"/);
  writeFileSync(`${home}/bad.yaml`, 'known_people: maybe\n');
  assert.match(serve('--oidc-issuer', 'https://id.example.org', '--oidc-client-id', 'x', '--oidc-map', `${home}/bad.yaml`), /bad.yaml:1:\d+.*refuse or link/);
});

test('the server stops cleanly; the log checks and names no subject', async () => {
  assert.equal((await server.stop()).code, 0);
  recorded();
  await provider.stop();
});
