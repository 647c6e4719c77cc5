// SPDX-License-Identifier: Apache-2.0
// What other sites, other people's browsers and crafted requests may not do. Every operation of docs/openapi.yaml is taken from the document, so that a new
// one is asked the same questions: forged requests, fixed sessions, framed pages, redirects, hosts, cookies, caches.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addKey, addUser, isProblem, lines, makeHome, openCase, raw, request, root, signIn, start } from './lib.mjs';
import { Description } from './openapi.lib.mjs';

const description = new Description(join(root, 'docs/openapi.yaml'));
const home = makeHome(), data = `${home}/data`;
const key = addKey(data, '*', 'events,media,cases_read,metrics,banks');
const passwords = { anne: addUser(data, 'anne', 'admin'), lea: addUser(data, 'lea', 'lead') };
const server = await start({ home, env: { VIGIE_SIGNINS: '1000' } });
const anne = await signIn(server, 'anne', passwords.anne), lea = await signIn(server, 'lea', passwords.lea);
const { id } = await openCase(server.with(key));
after(async () => assert.deepEqual(await server.stop(), { code: 0, signal: null }));

const json = { 'Content-Type': 'application/json' };
const unsafe = (o) => !['GET', 'HEAD'].includes(o.method);
const of = (test_) => [...description.operations.values()].filter(test_);
const takes = (o, kind) => (o.operation.security ?? []).some((s) => kind in s);
/** The path with something plausible in its place. */
const pathOf = (o) =>
  o.path.replace(/\{(\w+)\}/g, (_, name) => ({ id: o.path.startsWith('/v1/cases') ? id : '1', n: '1', name: 'nobody', reference: 'x', number: 'x', who: 'x' })[name] ?? 'x');
const types = (o) => Object.keys(o.operation.requestBody?.content ?? {});

test('a forged request: no token, a wrong one, that of another session, from another site: refused for every operation that changes something', async () => {
  const forged = of((o) => unsafe(o) && takes(o, 'session'));
  assert.ok(forged.length > 30, `${forged.length} operations change something`);
  for (const o of forged) {
    assert.ok((o.operation.security ?? []).some((s) => 'session' in s && 'csrf' in s), `${o.id}: the document asks for the token`);
    const [type] = types(o);
    const ask = (more) => request(server, o.method, pathOf(o), { headers: { Cookie: anne.cookie, ...(type ? { 'Content-Type': type } : {}), ...more }, body: type ? '{}' : undefined });
    for (const [what, headers] of Object.entries({
      'no token': {}, 'an empty token': { 'X-CSRF-Token': '' }, 'a wrong token': { 'X-CSRF-Token': 'wrong' }, 'another session’s token': { 'X-CSRF-Token': lea.csrf },
      'half of the token': { 'X-CSRF-Token': anne.csrf.slice(0, 16) }, 'another site': { 'X-CSRF-Token': anne.csrf, 'Sec-Fetch-Site': 'cross-site' },
    })) {
      const answer = await ask(headers);
      assert.equal(answer.status, 403, `${o.id} with ${what}: ${answer.status} ${answer.text.slice(0, 200)}`);
    }
  }
});

test('what a form of another site can send is no JSON: refused with its content type, also at the doors that need no session', async () => {
  const open = of((o) => unsafe(o) && types(o).length === 1 && types(o)[0] === 'application/json');
  assert.ok(open.length > 20);
  for (const o of open)
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', 'text/plain; x=application/json', 'application/jsonx']) {
      const headers = takes(o, 'session') ? { ...anne.headers } : takes(o, 'apiKey') ? { Authorization: `Bearer ${key.key}` } : {};
      const answer = await request(server, o.method, pathOf(o), { headers: { ...headers, 'Content-Type': type }, body: '{"name":"anne"}' });
      assert.equal(answer.status, 415, `${o.id} as ${type}: ${answer.status} ${answer.text.slice(0, 200)}`);
    }
  for (const o of of((p) => unsafe(p) && !takes(p, 'session') && !takes(p, 'apiKey') && p.path !== '/v1/notices' && types(p).length)) {
    const answer = await request(server, o.method, pathOf(o), { headers: { 'Content-Type': types(o)[0], 'Sec-Fetch-Site': 'cross-site' }, body: '{}' });
    if (o.operation.tags.includes('public')) continue; // a reporting form that other sites embed on purpose: it has no session to abuse
    assert.equal(answer.status, 403, `${o.id} from another site: ${answer.status}`);
  }
});

test('a session that somebody set before is not taken over: each sign-in makes its own, and ends the one it replaces', async () => {
  const into = (cookie, password = passwords.lea) => request(server, 'POST', '/v1/session', { headers: { ...json, ...(cookie ? { Cookie: cookie } : {}) }, body: { name: 'lea', password } });
  const who = (cookie) => request(server, 'GET', '/v1/session', { headers: { Cookie: cookie } });
  const fixed = `vigie_session=${'a'.repeat(32)}`;
  const answer = await into(fixed);
  const [made] = answer.headers['set-cookie'][0].split(';');
  assert.notEqual(made, fixed);
  isProblem(await who(fixed), 401);
  assert.equal((await who(made)).status, 200);
  assert.equal((await who(`${fixed}; ${made}`)).status, 401, 'of two, the first counts; it never falls back to another');
  isProblem(await into(made, 'not this one'), 401);
  assert.equal((await who(made)).status, 200, 'a failed sign-in ends nothing');
  const [next] = (await into(made)).headers['set-cookie'][0].split(';');
  assert.notEqual(next, made);
  isProblem(await who(made), 401);
  for (const bad of ['vigie_session=', 'vigie_session', `vigie_session=${'x'.repeat(5000)}`, 'vigie_session="; vigie_session=', 'VIGIE_SESSION=x']) assert.equal((await who(bad)).status, 401);
});

test('cookies: no script reads them, no other site sends them, no other host gets them; behind TLS only over TLS', async () => {
  const tls = await start({ home: makeHome(), options: ['--behind-tls'] });
  const password = addUser(tls.data, 'lea', 'lead');
  for (const [where, session] of [[server, lea], [tls, await signIn(tls, 'lea', password)]]) {
    const [cookie] = session.answer.headers['set-cookie'];
    const parts = cookie.split('; ');
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/']) assert.ok(parts.includes(part), cookie);
    assert.equal(parts.includes('Secure'), where === tls);
    assert.doesNotMatch(cookie, /Domain=/i);
    assert.ok(parts[0].length > 'vigie_session='.length + 24);
  }
  const page = await request(tls, 'GET', '/');
  assert.match(page.headers['strict-transport-security'], /max-age=\d{7,}/);
  assert.deepEqual(await tls.stop(), { code: 0, signal: null });
});

test('no page can be framed, but the reporting form, which is made to be', async () => {
  const assets = (await request(server, 'GET', '/')).text.match(/(?:src|href)="(\/[^"]+)"/g).map((m) => /"(.*)"/.exec(m)[1]);
  assert.ok(assets.length >= 2);
  for (const path of ['/', '/index.html', ...assets]) {
    const answer = await request(server, 'GET', path);
    const policy = answer.headers['content-security-policy'];
    assert.match(policy, /frame-ancestors 'none'/, path);
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:|blob:/, 'no exception');
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.equal(answer.headers['referrer-policy'], 'no-referrer');
    assert.equal(answer.headers['cross-origin-opener-policy'], 'same-origin');
  }
  for (const o of of((p) => p.method === 'GET' && Object.keys(p.operation.responses['200']?.content ?? {})[0]?.startsWith('text/html'))) {
    const answer = await request(server, 'GET', pathOf(o));
    const framed = o.operation.tags.includes('public'); // the reporting form and its status page
    if (!framed) assert.match(answer.headers['content-security-policy'] ?? "frame-ancestors 'none' (no page)", /frame-ancestors 'none'/, o.id);
    if (!/html/.test(answer.headers['content-type'] ?? '')) continue; // refused as JSON
    assert.match(answer.headers['content-security-policy'], /default-src 'none'/, o.id);
    assert.equal(answer.headers['set-cookie'], undefined, 'a page that can be framed holds no session');
  }
});

test('no answer sends anybody elsewhere, whatever the parameters say', async () => {
  for (const o of of((p) => p.method === 'GET' && p.id !== 'streamEvents')) {
    for (const name of ['next', 'url', 'return', 'return_to', 'redirect', 'redirect_uri', 'continue', 'to'])
      for (const target of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)']) {
        const answer = await request(server, 'GET', `${pathOf(o)}?${name}=${encodeURIComponent(target)}`, { headers: { Cookie: anne.cookie } });
        assert.ok(answer.status < 300 || answer.status >= 400, `${o.id}: ${answer.status}`);
        assert.equal(answer.headers.location, undefined, `${o.id}: ${answer.headers.location}`);
        if (name !== 'next') break; // every name once, every target by one name
      }
  }
  for (const path of ['//evil.example/', '/\\evil.example', '/%2f%2fevil.example', '/..//evil.example']) {
    const answer = await request(server, 'GET', path);
    assert.equal(answer.status, 404);
    assert.equal(answer.headers.location, undefined);
  }
});

test('the Host of a request is believed nowhere', async () => {
  for (const [method, path, headers] of [['GET', '/', {}], ['GET', '/v1/session', { Cookie: anne.cookie }], ['GET', '/v1/openapi.yaml', {}], ['POST', '/v1/people/lea/invitation', anne.headers], ['GET', '/report', {}], ['GET', '/nothing', {}]]) {
    const answer = await request(server, method, path, { headers: { ...headers, Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' } });
    assert.ok(!`${JSON.stringify(answer.headers)}${answer.text}`.includes('evil.example'), `${method} ${path} repeats the host`);
  }
  const two = await raw(server, lines('GET / HTTP/1.1', 'Host: a', 'Host: b'));
  assert.equal(two.status, 400);
});

test('what is private is kept by no cache, and no other site reads it', async () => {
  for (const o of of((p) => p.method === 'GET' && takes(p, 'session') && p.id !== 'streamEvents')) {
    const answer = await request(server, 'GET', pathOf(o), { headers: { Cookie: (await pick(o)).cookie } });
    assert.match(answer.headers['cache-control'] ?? '', /no-store/, `${o.id} ${answer.status}`);
    assert.equal(answer.headers['access-control-allow-origin'], undefined, o.id);
    assert.equal(answer.headers['x-content-type-options'], 'nosniff', `${o.id} ${answer.status}`);
  }
  const refused = await request(server, 'GET', '/v1/session', { headers: { Origin: 'https://evil.example' } });
  assert.equal(refused.headers['access-control-allow-origin'], undefined);
  for (const method of ['OPTIONS', 'TRACE', 'CONNECT']) {
    const answer = await raw(server, lines(`${method} /v1/session HTTP/1.1`, 'Host: vigie', 'Origin: https://evil.example', 'Access-Control-Request-Method: POST'));
    assert.ok(answer.status === 405 || answer.status === 400 || answer.status === 501 || answer.status === 404, `${method}: ${answer.status}`);
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
  }
});
const pick = async (o) => (o.path.startsWith('/v1/audit') || o.path.startsWith('/v1/people') ? anne : lea);

test('an answer repeats nothing of a request as a page: what is wrong is said as JSON', async () => {
  const hostile = encodeURIComponent('<script>alert(1)</script>');
  for (const path of [`/v1/cases/${hostile}`, `/v1/cases?state=${hostile}`, `/${hostile}`, `/v1/banks/${hostile}`, `/v1/people/${hostile}/grants`]) {
    const answer = await request(server, 'GET', path, { headers: { Cookie: anne.cookie } });
    assert.doesNotMatch(answer.headers['content-type'], /html/, path);
  }
});
