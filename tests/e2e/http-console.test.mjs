// SPDX-License-Identifier: Apache-2.0
// What the console's side of the API promises: sign-in and lock-out, cookies and CSRF, headers that protect a browser, who may see and do
// what, and the event stream.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addKey, addUser, asksPicture, command, isProblem, makeHome, message, openCase, signIn, sleep, start, until } from './lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const key = addKey(data);
const passwords = {
  lea: addUser(data, 'lea', 'lead', '--display', 'Léa Martin', '--language', 'fr'),
  remi: addUser(data, 'remi', 'referent', '--spaces', 'lobby', '--language', 'en'),
  rosa: addUser(data, 'rosa', 'referent'),
  ada: addUser(data, 'ada', 'admin'),
  otto: addUser(data, 'otto', 'auditor'),
  gone: addUser(data, 'gone', 'referent'),
  locked: addUser(data, 'locked', 'referent'),
};
const server = await start({ home });
const sender = server.with(key);
const tryPassword = (name, password) => server.request('POST', '/v1/session', { headers: { 'Content-Type': 'application/json' }, body: { name, password } });
let short; // a session that is ended by signing out; sign-ins are counted, 20 a minute for one address
const [lea, remi, rosa, otto] = await Promise.all(['lea', 'remi', 'rosa', 'otto'].map((name) => signIn(server, name, passwords[name])));

test('a sign-in gives the person, a CSRF token and a cookie that scripts and other sites cannot use', async () => {
  const { permissions, ...user } = lea.user;
  assert.deepEqual(user, { name: 'lea', display: 'Léa Martin', role: 'lead', language: 'fr', spaces: '*', grants: [{ space: '*', role: 'lead' }] });
  assert.ok(permissions.includes('case.decide') && permissions.includes('case.lead') && !permissions.includes('people.keep'));
  assert.ok(lea.csrf.length >= 20);
  const [cookie] = lea.answer.headers['set-cookie'];
  assert.match(cookie, /^vigie_session=[a-z2-7]{24,}; /);
  for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/']) assert.ok(cookie.split('; ').includes(part), cookie);
  assert.doesNotMatch(cookie, /Domain=/i);
  assert.equal(lea.answer.headers['cache-control'], 'no-store');
  const { json } = await lea.get('/v1/session');
  assert.deepEqual(json, { user: lea.user, csrf: lea.csrf, enrol: false });
});

test('a wrong password and an unknown name get the same answer, in about the same time', async () => {
  const times = { known: [], unknown: [] };
  let texts = new Set();
  for (let i = 0; i < 2; i++)
    for (const [kind, name] of [['known', 'rosa'], ['unknown', `nobody${i}`]]) {
      const began = process.hrtime.bigint();
      const answer = await tryPassword(name, 'not the password');
      times[kind].push(Number(process.hrtime.bigint() - began) / 1e6);
      isProblem(answer, 401);
      texts.add(answer.text);
      assert.equal(answer.headers['set-cookie'], undefined);
    }
  assert.equal(texts.size, 1);
  assert.ok(Math.min(...times.unknown) > Math.min(...times.known) / 4, `an unknown name is not told by its speed: ${JSON.stringify(times)}`);
});

test('after five wrong passwords a name is locked, the right password too, until a new one is given', async () => {
  for (let i = 0; i < 5; i++) assert.ok([401, 429].includes((await tryPassword('locked', 'not the password')).status));
  const refused = await tryPassword('locked', passwords.locked);
  isProblem(refused, 429);
  assert.ok(Number(refused.headers['retry-after']) > 300);
  short = await signIn(server, 'rosa', passwords.rosa); // others still sign in
  const password = command(['user', 'password', 'locked', '--data', data]).stdout.trim();
  assert.equal((await tryPassword('locked', password)).status, 200);
});

test('what is no sign-in at all: 400, 413, 415', async () => {
  const post = (body, type = 'application/json') => server.request('POST', '/v1/session', { headers: { 'Content-Type': type }, body });
  isProblem(await post('{'), 400);
  isProblem(await post('[]'), 400);
  isProblem(await post({ name: 'lea' }), 400, '/password');
  isProblem(await post({ name: 'lea', password: 7 }), 400, '/password');
  isProblem(await post({ name: 'lea', password: 'x', extra: 1 }), 400, '/extra');
  isProblem(await post({ name: 'lea', password: 'x'.repeat(2000) }), 400, '/password');
  isProblem(await post('name=lea&password=x', 'application/x-www-form-urlencoded'), 415);
  isProblem(await post({ name: 'lea', password: 'x'.repeat(70_000) }), 413);
});

test('no session, a made-up one, an ended one: 401', async () => {
  for (const cookie of [undefined, '', 'vigie_session=', 'vigie_session=aaaa', `vigie_session=${'a'.repeat(32)}`, `other=1; ${lea.cookie.slice(0, -1)}`])
    for (const path of ['/v1/session', '/v1/cases', '/v1/cases/c-000001', '/v1/spaces', '/v1/events/stream', '/v1/webhooks/dead'])
      isProblem(await server.request('GET', path, { headers: cookie === undefined ? {} : { Cookie: cookie } }), 401);
  const out = await short.del('/v1/session');
  assert.equal(out.status, 204);
  assert.match(out.headers['set-cookie'][0], /^vigie_session=; .*Max-Age=0/);
  isProblem(await short.get('/v1/session'), 401);
});

test('unsafe methods need the CSRF token of this very session; another site is refused', async () => {
  const { id } = await openCase(sender);
  const post = (headers) => server.request('POST', `/v1/cases/${id}/claim`, { headers: { Cookie: rosa.cookie, ...headers } });
  isProblem(await post({}), 403);
  isProblem(await post({ 'X-CSRF-Token': '' }), 403);
  isProblem(await post({ 'X-CSRF-Token': lea.csrf }), 403);
  isProblem(await post({ 'X-CSRF-Token': rosa.csrf.slice(0, -1) }), 403);
  isProblem(await post({ 'X-CSRF-Token': rosa.csrf, 'Sec-Fetch-Site': 'cross-site' }), 403);
  isProblem(await server.request('DELETE', '/v1/session', { headers: { Cookie: rosa.cookie } }), 403);
  assert.equal((await post({ 'X-CSRF-Token': rosa.csrf, 'Sec-Fetch-Site': 'same-origin' })).json.claimed_by, 'rosa');
});

test('headers that protect the browser are on the console and on the API', async () => {
  const page = await server.request('GET', '/');
  assert.equal(page.status, 200);
  const csp = page.headers['content-security-policy'];
  for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "connect-src 'self'"]) assert.ok(csp.split('; ').includes(rule), csp);
  assert.doesNotMatch(csp, /unsafe|\*|https?:/);
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  assert.equal(page.headers['referrer-policy'], 'no-referrer');
  assert.doesNotMatch(page.text, /https?:\/\/(?!127\.0\.0\.1|www\.w3\.org)/, 'the page names no other host');
  assert.doesNotMatch(page.text, /<script(?![^>]*src=)|\son\w+=/, 'and holds no inline script');
  const etag = page.headers.etag;
  const again = await server.request('GET', '/', { headers: { 'If-None-Match': etag } });
  assert.equal(again.status, 304);
  assert.equal(again.text, '');
  for (const [, asset] of page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
    const part = await server.request('GET', asset, { headers: { 'Accept-Encoding': 'gzip' } });
    assert.equal(part.status, 200, asset);
    assert.equal(part.headers['x-content-type-options'], 'nosniff');
  }
  for (const path of ['/v1/cases', '/v1/session', '/v1/spaces']) assert.equal((await lea.get(path)).headers['cache-control'], 'no-store');
  isProblem(await server.request('GET', '/v1/cases', { headers: { Origin: 'https://evil.example' } }), 401);
});

test('a case from arrival to decision: claim, read, decide, and who is refused on the way', async () => {
  const { id, adult, child, answer } = await openCase(sender);
  const queue = (await remi.get(`/v1/cases?account=${adult}`)).json;
  assert.deepEqual(queue.cases.map((c) => [c.id, c.state, c.verdict, c.events]), [[id, 'open', answer.verdict, 1]]);
  assert.equal((await remi.post(`/v1/cases/${id}/claim`)).json.claimed_by, 'remi');
  isProblem(await rosa.post(`/v1/cases/${id}/claim`), 409);
  isProblem(await rosa.post(`/v1/cases/${id}/decisions`, { action: 'warn', reason: 'grooming' }), 403);
  const read = (await remi.get(`/v1/cases/${id}`)).json;
  assert.equal(read.events[0].content.event.data.text, 'please send me a picture of you');
  const [from, to] = [read.events[0].content.spans[0].from, read.events[0].content.spans[0].to];
  assert.equal(Buffer.from(read.events[0].content.event.data.text).toString('utf8', from, to), 'send me a picture');
  assert.ok(read.actions.includes('warn'));
  for (const [body, pointer] of [
    [{ action: 'ban', reason: 'x' }, '/action'], [{ action: 'warn' }, '/reason'], [{ action: 'warn', reason: '' }, '/reason'], [{ action: 'warn', reason: 'x', hours: 4 }, '/hours'],
    [{ action: 'mute', reason: 'x', hours: -1 }, '/hours'], [{ action: 'mute', reason: 'x', hours: 1.5 }, '/hours'], [{ action: 'mute', reason: 'x', hours: '4' }, '/hours'],
    [{ action: 'mute', reason: 'x', hours: 1e12 }, '/hours'], [{ action: 'warn', reason: 'x'.repeat(201) }, '/reason'], [{ action: 'warn', reason: 'x', note: 'n'.repeat(4001) }, '/note'],
    [{ action: 'warn', reason: 'x', more: 1 }, '/more'],
  ])
    isProblem(await remi.post(`/v1/cases/${id}/decisions`, body), 400, pointer);
  const decided = await remi.post(`/v1/cases/${id}/decisions`, { action: 'mute', reason: 'grooming', note: 'vu avec Léa', hours: 24 });
  assert.equal(decided.status, 201, decided.text);
  assert.equal(decided.json.case.state, 'decided');
  assert.deepEqual([decided.json.decision.user, decided.json.decision.action, decided.json.decision.hours], ['remi', 'mute', 24]);
  isProblem(await remi.post(`/v1/cases/${id}/decisions`, { action: 'warn', reason: 'again' }), 409);
  isProblem(await remi.post(`/v1/cases/${id}/claim`), 409);
  assert.ok((await lea.get('/v1/cases?state=decided')).json.cases.some((c) => c.id === id && c.action === 'mute'));
  const next = await sender.take(asksPicture(adult, child));
  assert.ok(next.case && next.case !== id, 'what comes after a decision is a new case');
});

test('two people who claim, and who decide, at the same moment: one of them', async () => {
  const { id } = await openCase(sender);
  const people = [lea, remi, rosa];
  const claims = await Promise.all(people.map((person) => person.post(`/v1/cases/${id}/claim`)));
  assert.deepEqual(claims.map((c) => c.status).sort(), [200, 409, 409]);
  const holder = people[claims.findIndex((c) => c.status === 200)];
  const decisions = await Promise.all(Array.from({ length: 4 }, () => holder.post(`/v1/cases/${id}/decisions`, { action: 'dismiss', reason: 'no_risk' })));
  assert.deepEqual(decisions.map((d) => d.status).sort(), [201, 409, 409, 409]);
});

test('roles and spaces: an auditor reads no content, another space does not exist, webhooks and holds are for leads', async () => {
  const mine = await openCase(sender), theirs = await openCase(sender, 'forum');
  isProblem(await otto.get(`/v1/cases/${mine.id}`), 403);
  assert.equal((await otto.get('/v1/cases')).status, 200);
  for (const path of ['', '/claim', '/release', '/decisions', '/legal-hold']) {
    const answer = path ? await remi.post(`/v1/cases/${theirs.id}${path}`, path.length > 8 ? { action: 'warn', reason: 'x' } : undefined) : await remi.get(`/v1/cases/${theirs.id}`);
    isProblem(answer, 404);
  }
  assert.ok((await remi.get('/v1/cases?limit=500')).json.cases.every((c) => c.space === 'lobby'));
  assert.deepEqual((await remi.get('/v1/cases?space=forum')).json.cases, []);
  assert.deepEqual((await remi.get('/v1/spaces')).json.spaces.map((s) => s.space), ['lobby']);
  isProblem(await remi.get('/v1/webhooks/dead'), 403);
  isProblem(await remi.post(`/v1/cases/${mine.id}/legal-hold`, { hold: true, reason: 'asked by a judge' }), 403);
  assert.equal((await lea.post(`/v1/cases/${mine.id}/legal-hold`, { hold: true, reason: 'asked by a judge' })).json.legal_hold, true);
  for (const id of ['c-999999', 'c-0', 'c-x', '1', 'c--1', 'c-99999999999999999999', '%2e']) isProblem(await lea.get(`/v1/cases/${id}`), 404);
  for (const query of ['state=closed', 'limit=0', 'limit=501', 'limit=ten', 'limit=-1', 'before=7', 'limit=1&limit=2', 'space=%zz', 'space=%00'])
    isProblem(await lea.get(`/v1/cases?${query}`), 400);
});

test('a person who is disabled is out at once', async () => {
  const person = await signIn(server, 'gone', passwords.gone);
  const stream = await person.listen();
  assert.equal((await person.get('/v1/cases')).status, 200);
  command(['user', 'disable', 'gone', '--data', data]);
  isProblem(await person.get('/v1/cases'), 401);
  isProblem(await tryPassword('gone', passwords.gone), 401);
  await until(() => stream.ended, 'the open stream does not end', 3000);
});

test('the event stream tells of a case at once, of claims and decisions, and gives a pulse every second', async () => {
  const stream = await lea.listen(), elsewhere = await remi.listen();
  assert.equal(stream.status, 200);
  assert.match(stream.headers['content-type'], /^text\/event-stream/);
  const { id, adult, child } = await openCase(sender, 'forum');
  const about = () => stream.events.filter((e) => e.name === 'case' && e.data.id === id);
  await until(() => about().length, 'the case is not told', 2000);
  assert.deepEqual([about()[0].data.change, about()[0].data.account], ['opened', adult]);
  await sender.take(asksPicture(adult, child, { source: '/spaces/forum' }, { channel: 'group' }));
  await lea.post(`/v1/cases/${id}/claim`);
  await lea.post(`/v1/cases/${id}/release`);
  await lea.post(`/v1/cases/${id}/decisions`, { action: 'warn', reason: 'grooming' });
  await until(() => about().length >= 5, () => `only ${about().map((e) => e.data.change)}`, 2000);
  assert.deepEqual(about().map((e) => e.data.change), ['opened', 'touched', 'claimed', 'released', 'decided']);
  await sender.take(Array.from({ length: 50 }, () => message('a', 'b', 'hello')));
  const pulse = (s) => s.events.filter((e) => e.name === 'pulse');
  await until(() => pulse(stream).some((e) => e.data.allow >= 50), 'no pulse with the events of that second', 3000);
  for (const name of ['events_per_second', 'allow', 'nudge', 'review', 'hold', 'block', 'open']) assert.equal(typeof pulse(stream)[0].data[name], 'number');
  assert.ok(!elsewhere.events.some((e) => e.name === 'case'), 'another space is not told');
  const second = await signIn(server, 'lea', passwords.lea);
  const other = await second.listen();
  await second.del('/v1/session');
  await until(() => other.ended, 'a stream ends with its session', 3000);
  assert.ok(other.events.some((e) => e.name === 'reconnect'));
  assert.ok(!stream.ended);
  stream.end();
  elsewhere.end();
});

test('behind a TLS proxy cookies are Secure, and addresses come from the proxy', async () => {
  const proxied = await start({ options: ['--behind-tls'], home: makeHome() });
  const password = addUser(proxied.data, 'eve', 'lead');
  const headers = { 'Content-Type': 'application/json', 'X-Forwarded-For': '198.51.100.7, 203.0.113.9' };
  const answer = await proxied.request('POST', '/v1/session', { headers, body: { name: 'eve', password } });
  assert.match(answer.headers['set-cookie'][0], /; Secure/);
  assert.match((await proxied.request('GET', '/')).headers['strict-transport-security'], /max-age=/);
  isProblem(await proxied.request('GET', '/metrics', { headers }), 401);
  let refused;
  for (let i = 0; i < 30 && !refused; i++) {
    const next = await proxied.request('POST', '/v1/session', { headers, body: { name: `n${i}`, password: 'x' } });
    if (next.status === 429) refused = next;
  }
  isProblem(refused, 429);
  const elsewhere = { ...headers, 'X-Forwarded-For': '203.0.113.10' };
  assert.equal((await proxied.request('POST', '/v1/session', { headers: elsewhere, body: { name: 'eve', password } })).status, 200, 'another address is not held up');
  assert.equal((await proxied.stop()).code, 0);
});

test('the stop ends open streams and is clean; reading and deciding are in the audit log', async () => {
  const stream = await lea.listen();
  await sleep(100);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  await until(() => stream.ended, 'the stream is left open');
  assert.doesNotMatch(server.log, / error /);
  assert.match(command(['audit', 'verify', '--data', data]).stdout, /^[1-9][0-9]+ audit entries, chain intact/);
});
