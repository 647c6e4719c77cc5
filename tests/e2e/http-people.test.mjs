// SPDX-License-Identifier: Apache-2.0
// People over HTTP: roles per space and what they do to lists, cases and streams; links, leave, closing; sessions; the auditor's view.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addKey, addUser, command, fresh, isProblem, makeHome, openCase, request, signIn, sleep, start, until } from './lib.mjs';

const home = makeHome(), data = `${home}/data`;
const sender = { key: addKey(data) };
const passwords = Object.fromEntries([['anne', 'admin'], ['lea', 'lead'], ['otto', 'auditor'], ['remi', 'referent']].map(([name, role]) => [name, addUser(data, name, role)]));
const server = await start({ home, env: { VIGIE_SIGNINS: '1000' } });
const platform = server.with(sender.key);
const into = (name, password = passwords[name]) => signIn(server, name, password);
let anne = await into('anne');
const lea = await into('lea'), otto = await into('otto');
const good = 'four words one after another';
after(async () => assert.deepEqual(await server.stop(), { code: 0, signal: null }));

const put = (by, path, body) => request(server, 'PUT', path, { headers: { ...by.headers, 'Content-Type': 'application/json' }, body });
const accept = (token, password, more = {}) =>
  request(server, 'POST', '/v1/invitation', { headers: { Authorization: `Invitation ${token}`, 'Content-Type': 'application/json', ...more }, body: { password } });

/** Somebody new with these roles, signed in. */
async function somebody(grants, name = fresh('p').toLowerCase()) {
  const made = await anne.post('/v1/invitations', { name, display: `Some ${name}`, language: 'fr', grants });
  assert.equal(made.status, 201, made.text);
  assert.equal((await accept(made.json.token, good)).status, 204);
  return { name, session: await into(name, good) };
}
const grant = (space, role) => ({ space, role });

test('a role is held in a space: lead here, référent there, nothing elsewhere', async () => {
  const { session } = await somebody([grant('lobby', 'lead'), grant('forum', 'referent')]);
  const [lobby, forum, other] = [await openCase(platform, 'lobby'), await openCase(platform, 'forum'), await openCase(platform, 'rencontre')];
  const seen = (await session.get('/v1/cases')).json.cases.map((c) => c.space);
  assert.deepEqual([...new Set(seen)].sort(), ['forum', 'lobby']);
  assert.equal((await session.get(`/v1/cases/${other.id}`)).status, 404);
  const hold = { hold: true, reason: 'a judge asks' };
  assert.equal((await session.post(`/v1/cases/${lobby.id}/legal-hold`, hold)).status, 200);
  isProblem(await session.post(`/v1/cases/${forum.id}/legal-hold`, hold), 403);
  assert.deepEqual((await session.get('/v1/spaces')).json.spaces.map((s) => s.space).sort(), ['forum', 'lobby']);
  assert.deepEqual(session.user.grants, [grant('forum', 'referent'), grant('lobby', 'lead')]);
});

test('who may not read a case is not told whose it is: not in the list, not on the stream, not by asking for a name', async () => {
  const stream = await otto.listen();
  const { adult, id } = await openCase(platform, 'lobby');
  await until(() => stream.events.some((e) => e.name === 'case' && e.data.id === id), 'the case is not told');
  const told = stream.events.find((e) => e.name === 'case' && e.data.id === id).data;
  const listed = (await otto.get('/v1/cases')).json.cases.find((c) => c.id === id);
  for (const one of [told, listed]) assert.match(one.account, /^account:[0-9a-f]{32}$/);
  assert.equal(told.account, listed.account);
  assert.equal((await lea.get('/v1/cases')).json.cases.find((c) => c.id === id).account, adult);
  assert.deepEqual((await otto.get(`/v1/cases?account=${adult}`)).json.cases, []);
  stream.end();
});

test('a change of rights ends sessions and streams at once', async () => {
  const { name, session } = await somebody([grant('lobby', 'referent')]);
  const stream = await session.listen();
  assert.equal(stream.status, 200);
  assert.equal((await put(anne, `/v1/people/${name}/grants`, { grants: [grant('lobby', 'prevention')] })).status, 200);
  await until(() => stream.ended, 'the stream goes on', 3000);
  isProblem(await session.get('/v1/session'), 401);
  const again = await into(name, good);
  isProblem(await again.get('/v1/cases'), 403);
  command(['user', 'grant', name, '--role', 'analyst', '--spaces', 'lobby', '--data', data]);
  isProblem(await again.get('/v1/session'), 401);
});

test('nobody gives themselves more; a lead administers nothing; an administrator of a space stays in it', async () => {
  isProblem(await put(anne, '/v1/people/anne/grants', { grants: [grant('*', 'admin'), grant('*', 'lead')] }), 403, '/grants');
  isProblem(await put(lea, '/v1/people/remi/grants', { grants: [] }), 403);
  isProblem(await lea.post('/v1/invitations', { name: 'x', display: 'x', language: 'fr', grants: [grant('*', 'admin')] }), 403);
  const { session } = await somebody([grant('lobby', 'admin')]);
  isProblem(await session.post('/v1/invitations', { name: fresh('y'), display: 'y', language: 'fr', grants: [grant('*', 'admin')] }), 403);
  isProblem(await session.post('/v1/invitations', { name: fresh('y'), display: 'y', language: 'fr', grants: [grant('forum', 'lead')] }), 403);
  assert.equal((await session.post('/v1/invitations', { name: fresh('y'), display: 'y', language: 'fr', grants: [grant('lobby', 'lead')] })).status, 201);
  isProblem(await session.post('/v1/people/anne/close', { confirm: 'anne' }), 403);
  isProblem(await session.post('/v1/people/anne/invitation'), 403);
});

test('what is wrong with a form is said at its place', async () => {
  const person = { name: fresh('z'), display: 'Z', language: 'fr', grants: [grant('lobby', 'referent')] };
  for (const [wrong, pointer] of [
    [{ name: 'Ça va' }, '/name'], [{ name: 'remi' }, '/name'], [{ language: 'de' }, '/language'], [{ display: '' }, '/display'], [{ email: 'nowhere' }, '/email'], [{ email: 'a@b <x>' }, '/email'],
    [{ hours: 721 }, '/hours'], [{ grants: [] }, '/grants'], [{ grants: 'admin' }, '/grants'], [{ grants: [grant('nowhere', 'lead')] }, '/grants/0/space'], [{ grants: [grant('lobby', 'king')] }, '/grants/0/role'],
    [{ grants: [{ space: 'lobby' }] }, '/grants/0'], [{ more: 1 }, '/more'],
  ]) {
    const answer = await anne.post('/v1/invitations', { ...person, ...wrong });
    assert.equal(answer.json.pointer, pointer, JSON.stringify(wrong));
  }
  const path = '/v1/people/remi/leave';
  for (const [body, pointer] of [[{ from: 'soon', until: '2030-01-01' }, '/from'], [{ from: '2026-01-01', until: '2025-01-01' }, '/until'], [{ from: '2020-01-01', until: '2020-02-01' }, '/until'], [{ from: '2026-01-01' }, '/until']])
    isProblem(await anne.post(path, body), 400, pointer);
  isProblem(await anne.post('/v1/people/remi/close', { confirm: 'rémi' }), 400, '/confirm');
});

test('a link sets a password once, ends with another link, runs out, and its token is nowhere at rest', async () => {
  const name = fresh('l'), person = { name, display: 'L', language: 'fr', grants: [grant('lobby', 'referent')] };
  const { token, link } = (await anne.post('/v1/invitations', person)).json;
  assert.equal(link, `/#/invitation/${token}`, 'after the #, where no server sees it');
  isProblem(await request(server, 'POST', '/v1/session', { headers: { 'Content-Type': 'application/json' }, body: { name, password: 'x' } }), 401);
  for (const password of ['short', 'P@ssw0rd2026', 'azertyuiopqs', 'aaaaaaaaaaaaaaaa', '1234567890123', `${name}${name}`.slice(0, 3)]) isProblem(await accept(token, password), 400, '/password');
  isProblem(await accept('wrong', good), 404);
  isProblem(await request(server, 'GET', '/v1/invitation'), 404);
  isProblem(await accept(token, good, { 'Content-Type': 'application/x-www-form-urlencoded' }), 415);
  assert.equal((await accept(token, good)).status, 204);
  isProblem(await accept(token, good), 404);
  const found = command(['audit', 'verify', '--data', data], { status: null }).stdout;
  assert.ok(!found.includes(token) && !server.log.includes(token));
});

test('a reset leaves the old password in force until it is used, and then ends every session', async () => {
  const { name, session } = await somebody([grant('lobby', 'referent')]);
  const { token } = (await anne.post(`/v1/people/${name}/invitation`)).json;
  assert.equal((await session.get('/v1/session')).status, 200);
  await into(name, good);
  assert.equal((await accept(token, 'entirely other words now')).status, 204);
  isProblem(await session.get('/v1/session'), 401);
  isProblem(await request(server, 'POST', '/v1/session', { headers: { 'Content-Type': 'application/json' }, body: { name, password: good } }), 401);
  await into(name, 'entirely other words now');
});

test('on leave: signed out, not let in, the case given back; it ends by itself or by hand', async () => {
  const { name, session } = await somebody([grant('lobby', 'referent')]);
  const { id } = await openCase(platform);
  assert.equal((await session.post(`/v1/cases/${id}/claim`)).status, 200);
  const stream = await session.listen(), watching = await lea.listen();
  const until_ = new Date(Date.now() + 86_400_000).toISOString();
  const gone = (await anne.post(`/v1/people/${name}/leave`, { from: new Date(Date.now() - 1000).toISOString(), until: until_ })).json;
  assert.equal(gone.state, 'leave');
  await until(() => stream.ended, 'the stream goes on', 3000);
  await until(() => watching.events.some((e) => e.name === 'case' && e.data.id === id && !e.data.claimed_by && e.data.change === 'released'), 'nobody is told that the case is free', 3000);
  isProblem(await session.get('/v1/session'), 401);
  isProblem(await request(server, 'POST', '/v1/session', { headers: { 'Content-Type': 'application/json' }, body: { name, password: good } }), 403);
  isProblem(await request(server, 'POST', '/v1/session', { headers: { 'Content-Type': 'application/json' }, body: { name, password: 'not this one' } }), 401);
  assert.equal((await anne.del(`/v1/people/${name}/leave`)).json.state, 'active');
  await into(name, good);
  watching.end();
});

test('closed: nothing signs in, the case is given back, the name is nobody else’s, what they did stays theirs', async () => {
  const { name, session } = await somebody([grant('lobby', 'referent')]);
  const [held, decided] = [await openCase(platform), await openCase(platform)];
  assert.equal((await session.post(`/v1/cases/${decided.id}/claim`)).status, 200);
  assert.equal((await session.post(`/v1/cases/${held.id}/claim`)).status, 200);
  const stream = await session.listen();
  const answer = await anne.post(`/v1/people/${name}/close`, { confirm: name });
  assert.equal(answer.json.state, 'closed');
  assert.deepEqual(answer.json.grants, []);
  await until(() => stream.ended, 'the stream goes on', 3000);
  isProblem(await session.get('/v1/session'), 401);
  isProblem(await request(server, 'POST', '/v1/session', { headers: { 'Content-Type': 'application/json' }, body: { name, password: good } }), 401);
  assert.equal((await lea.get('/v1/cases')).json.cases.find((c) => c.id === held.id).claimed_by, undefined);
  isProblem(await anne.post('/v1/invitations', { name, display: 'Somebody else', language: 'fr', grants: [grant('lobby', 'lead')] }), 409, '/name');
  isProblem(await anne.post(`/v1/people/${name}/invitation`), 409);
  const trail = (await otto.get(`/v1/audit?actor=${name}`)).json.entries;
  assert.ok(trail.some((e) => e.action === 'case.claim' && e.object === decided.id), 'the audit log still says who');
});

test('sessions: what one sees of them, one ended, all others, by an administrator', async () => {
  const { name, session } = await somebody([grant('lobby', 'referent')]);
  const firefox = await request(server, 'POST', '/v1/session', { headers: { 'Content-Type': 'application/json', 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' }, body: { name, password: good } });
  const list = (await session.get('/v1/me/sessions')).json.sessions;
  assert.deepEqual(list.map((s) => [s.this, s.agent]), [[false, 'Firefox, Linux'], [true, '']]);
  assert.equal(list[0].address, '127.0.0.0/24');
  const text = JSON.stringify(list), token = /vigie_session=([^;]+)/.exec(firefox.headers['set-cookie'][0])[1];
  assert.ok(!text.includes(token) && !text.includes('140'), 'neither the token nor a version');
  assert.equal((await session.del(`/v1/me/sessions/${list[0].id}`)).status, 204);
  isProblem(await request(server, 'GET', '/v1/session', { headers: { Cookie: `vigie_session=${token}` } }), 401);
  isProblem(await anne.del(`/v1/me/sessions/${list[1].id}`), 404);
  const other = await into(name, good), stream = await other.listen();
  assert.equal((await session.del('/v1/me/sessions')).status, 204);
  await until(() => stream.ended, 'the stream goes on', 3000);
  isProblem(await other.get('/v1/session'), 401);
  assert.equal((await session.get('/v1/session')).status, 200);
  assert.equal((await anne.del(`/v1/people/${name}/sessions`)).status, 204);
  isProblem(await session.get('/v1/session'), 401);
});

test("one's own password: with the old one, a new token for this session, the others over", async () => {
  const { name, session } = await somebody([grant('lobby', 'referent')]);
  const other = await into(name, good);
  isProblem(await put(session, '/v1/me/password', { old: 'not this', password: 'entirely other words now' }), 403, '/old');
  isProblem(await put(session, '/v1/me/password', { old: good, password: good }), 400, '/password');
  const changed = await put(session, '/v1/me/password', { old: good, password: 'entirely other words now' });
  assert.equal(changed.status, 200, changed.text);
  const cookie = changed.headers['set-cookie'][0];
  for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/']) assert.ok(cookie.includes(part));
  for (const old of [session, other]) isProblem(await old.get('/v1/session'), 401);
  const now = await request(server, 'GET', '/v1/session', { headers: { Cookie: cookie.split(';')[0] } });
  assert.equal(now.json.csrf, changed.json.csrf);
  await into(name, 'entirely other words now');
});

test('the audit log for who checks it: no names of accounts, no sentences of people, pages that check', async () => {
  const { adult, id } = await openCase(platform);
  await lea.post(`/v1/cases/${id}/legal-hold`, { hold: true, reason: `a judge asks about ${adult}` });
  await lea.get(`/v1/cases/${id}`);
  const { entries, chain } = (await otto.get(`/v1/audit?object=${id}`)).json;
  assert.deepEqual(entries.map((e) => e.action), ['case.view', 'case.legal_hold', 'case.open']);
  assert.ok(chain.head_checks && chain.entries_check);
  assert.ok(!JSON.stringify(entries).includes(adult));
  assert.deepEqual(entries[1].detail, {}, 'not why');
  const all = [];
  for (let before = ''; ; ) {
    const page = (await otto.get(`/v1/audit?limit=50${before && `&before=${before}`}`)).json;
    all.push(...page.entries);
    if (!page.next) break;
    before = page.next;
  }
  assert.deepEqual(all.map((e) => e.seq), Array.from({ length: all[0].seq }, (_, i) => all[0].seq - i), 'every entry once');
  const lines = (await otto.get('/v1/audit/export?action=user.invite')).text.trim().split('\n').map((line) => JSON.parse(line));
  assert.ok(lines.length > 3 && lines.every((e) => e.action === 'user.invite' && e.checks));
  assert.equal((await otto.get('/v1/audit?limit=1&action=audit.export')).json.entries[0].actor, 'otto');
  const { session } = await somebody([grant('forum', 'auditor')]);
  const mine = (await session.get('/v1/audit?limit=500')).json.entries;
  assert.ok(mine.length > 0 && mine.every((e) => e.object.startsWith('c-')), 'of one space: what is about its cases');
  assert.ok(!mine.some((e) => e.object === id));
});

test('who does nothing is signed out; what a console asks by itself is nothing', async () => {
  const short = await start({ home: makeHome(), env: { VIGIE_IDLE_MS: '1200' } });
  const password = addUser(short.data, 'remi', 'referent');
  const idle = await signIn(short, 'remi', password), busy = await signIn(short, 'remi', password);
  const stream = await idle.listen();
  for (let i = 0; i < 6; i++) {
    await sleep(300);
    await idle.get('/v1/cases');
    assert.equal((await busy.get('/v1/me/sessions')).status, 200, 'who does something stays');
  }
  isProblem(await idle.get('/v1/cases'), 401);
  const ends = command(['audit', 'export', '--data', short.data]).stdout.split('\n').filter((line) => line.includes('"user.session_end"'));
  assert.deepEqual(ends.map((line) => [JSON.parse(line).actor, JSON.parse(line).detail]), [['remi', '{"how":"idle"}']], 'on record');
  await until(() => stream.ended, 'the stream goes on', 20_000);
  assert.deepEqual(await short.stop(), { code: 0, signal: null });
});
