// SPDX-License-Identifier: Apache-2.0
// Cases and decisions go out as the Standard Webhooks specification says: signed, tried again under the same id, never along a redirect, and
// kept as dead letters in the end. The receivers are real servers on this machine.
import assert from 'node:assert/strict';
import { createHmac, timingSafeEqual } from 'node:crypto';
import http from 'node:http';
import { test } from 'node:test';
import { addKey, addUser, command, freePort, isProblem, makeHome, openCase, signIn, start, until } from './lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const key = addKey(data);
const password = addUser(data, 'lea', 'lead');
const env = { VIGIE_WEBHOOK_RETRY_MS: '20' };

/** A receiver; `answer(path, n)` gives the status of the n-th request to that path, or undefined to say nothing. */
async function receive(answer, port) {
  const got = [];
  const counts = {};
  const receiver = http.createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const n = (counts[request.url] = (counts[request.url] ?? 0) + 1);
      got.push({ path: request.url, method: request.method, headers: request.headers, body: Buffer.concat(parts).toString('utf8'), at: Date.now() });
      const status = answer(request.url, n);
      if (status === undefined) return;
      response.writeHead(status, status >= 300 && status < 400 ? { Location: `/elsewhere${request.url}` } : {});
      response.end('x'.repeat(1000));
    });
  });
  receiver.unref();
  await new Promise((resolve, reject) => receiver.on('error', reject).listen(port ?? 0, '127.0.0.1', resolve));
  return { got, url: `http://127.0.0.1:${receiver.address().port}`, close: () => (receiver.closeAllConnections(), receiver.close()), of: (path) => got.filter((g) => g.path === path) };
}

const add = (space, url) => JSON.parse(command(['webhook', 'add', '--space', space, '--url', url, '--data', data, '--json']).stdout);

/** What a receiver does to check a message: https://www.standardwebhooks.com */
function verify(secret, { headers, body }) {
  const bytes = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const wanted = createHmac('sha256', bytes).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`).digest();
  return headers['webhook-signature'].split(' ').some((one) => {
    const [version, signature] = one.split(',');
    const given = Buffer.from(signature, 'base64');
    return version === 'v1' && given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}

let deadNow = true;
const receiver = await receive((path, n) => {
  if (path === '/flaky') return n <= 2 ? 500 : 204;
  if (path === '/moved') return 302;
  if (path === '/gone') return deadNow ? 410 : 200;
  if (path === '/broken') return 503;
  return 200;
});
const hooks = { good: add('lobby', `${receiver.url}/good`), all: add('*', `${receiver.url}/all`), flaky: add('lobby', `${receiver.url}/flaky`) };
let server = await start({ home, env });
const sender = server.with(key);
const lea = await signIn(server, 'lea', password);

test('a case and its decision are told, signed, to the webhooks of the space', async () => {
  const opened = await openCase(sender);
  await lea.post(`/v1/cases/${opened.id}/decisions`, { action: 'suspend', reason: 'grooming', note: 'for colleagues only', hours: 48 });
  const of = (path) => receiver.of(path).filter((g) => JSON.parse(g.body).data.case === opened.id);
  await until(() => of('/good').length >= 3 && of('/all').length >= 3, 'the messages do not arrive');
  const [first, second, third] = ['case.opened', 'case.decided', 'statement.issued'].map((type) => of('/good').map((g) => JSON.parse(g.body)).find((m) => m.type === type));
  assert.deepEqual([first.type, first.data.space, first.data.account], ['case.opened', 'lobby', opened.adult]);
  assert.equal(first.data.verdict, opened.answer.verdict);
  assert.deepEqual([second.type, second.data.action, second.data.hours, second.data.reason, second.data.decided_by], ['case.decided', 'suspend', 48, 'grooming', 'lea']);
  assert.deepEqual([third.data.account, third.data.reasons.restriction.hours], [opened.adult, 48], 'and the statement of reasons');
  assert.ok(!Number.isNaN(Date.parse(first.timestamp)));
  for (const { body } of receiver.got) assert.doesNotMatch(body, /picture of you|for colleagues/, 'no message text and no note leaves');
  for (const [path, hook] of [['/good', hooks.good], ['/all', hooks.all]])
    for (const message of of(path)) {
      assert.equal(message.method, 'POST');
      assert.match(message.headers['content-type'], /^application\/json/);
      assert.match(message.headers['webhook-id'], /^msg_/);
      assert.ok(Math.abs(Date.now() / 1000 - Number(message.headers['webhook-timestamp'])) < 30);
      assert.ok(verify(hook.secret, message), 'the signature is right');
      assert.ok(!verify(hook.secret, { ...message, body: message.body.replace('"case"', '"Case"') }), 'and of this body only');
      assert.ok(!verify(path === '/good' ? hooks.all.secret : hooks.good.secret, message), 'with the secret of this webhook');
    }
  assert.equal(new Set(of('/good').map((g) => g.headers['webhook-id'])).size, 3);
});

test('an attempt answered 500 is made again, under the same id, signed anew', async () => {
  const { id } = await openCase(sender);
  const of = () => receiver.of('/flaky').filter((g) => JSON.parse(g.body).data.case === id);
  await until(() => of().length, 'no attempt');
  await until(() => new Set(receiver.of('/flaky').map((g) => g.headers['webhook-id'])).size >= 3 && receiver.of('/flaky').length >= 5, 'no second attempt');
  const tries = {};
  for (const g of receiver.of('/flaky')) (tries[g.headers['webhook-id']] ??= []).push(g);
  const repeated = Object.values(tries).filter((list) => list.length > 1);
  assert.ok(repeated.length >= 1);
  for (const list of repeated) {
    assert.equal(new Set(list.map((g) => g.body)).size, 1, 'the body stays the same');
    for (const g of list) assert.ok(verify(hooks.flaky.secret, g));
  }
});

test('a space hears its own cases only', async () => {
  const { id } = await openCase(sender, 'forum');
  await until(() => receiver.of('/all').some((g) => JSON.parse(g.body).data.case === id), 'the webhook of all spaces hears it');
  assert.ok(!receiver.of('/good').some((g) => JSON.parse(g.body).data.case === id));
});

test('a redirect is not followed; 410 ends it at once; ten failures make a dead letter, which a lead may try again', async () => {
  const extra = { moved: add('rencontre', `${receiver.url}/moved`), gone: add('rencontre', `${receiver.url}/gone`), broken: add('rencontre', `${receiver.url}/broken`) };
  const { id } = await openCase(sender, 'rencontre');
  const of = (path) => receiver.of(path).filter((g) => JSON.parse(g.body).data.case === id);
  const dead = async () => (await lea.get('/v1/webhooks/dead')).json.deliveries;
  await until(async () => (await dead()).length === 3, async () => JSON.stringify(await dead()), 15_000);
  assert.equal(receiver.got.filter((g) => g.path.startsWith('/elsewhere')).length, 0, 'the redirect was not followed');
  assert.deepEqual([of('/moved').length, of('/gone').length, of('/broken').length], [10, 1, 10]);
  const letters = Object.fromEntries((await dead()).map((d) => [new URL(d.url).pathname, d]));
  assert.match(letters['/moved'].last_error, /302/);
  assert.match(letters['/gone'].last_error, /410/);
  assert.match(letters['/broken'].last_error, /503/);
  assert.deepEqual([letters['/broken'].attempts, letters['/broken'].type, letters['/broken'].space], [10, 'case.opened', 'rencontre']);
  const listed = JSON.parse(command(['webhook', 'list', '--dead', '--data', data, '--json']).stdout);
  assert.deepEqual(listed.map((d) => d.id).sort(), Object.values(letters).map((d) => d.id).sort());
  deadNow = false;
  assert.equal((await lea.post(`/v1/webhooks/dead/${letters['/gone'].id}/retry`)).status, 202);
  await until(() => of('/gone').length === 2, 'it is not tried again');
  await until(async () => (await dead()).length === 2, 'a delivered letter leaves the list');
  assert.equal(of('/gone')[0].headers['webhook-id'], of('/gone')[1].headers['webhook-id']);
  isProblem(await lea.post('/v1/webhooks/dead/999999/retry'), 404);
  isProblem(await lea.post('/v1/webhooks/dead/x/retry'), 404);
  command(['webhook', 'retry', String(letters['/moved'].id), '--data', data]);
  await until(() => of('/moved').length > 10, 'the command does not retry it');
  for (const hook of Object.values(extra)) command(['webhook', 'remove', String(hook.id), '--data', data]);
  const removed = receiver.of('/broken').length;
  await openCase(sender, 'rencontre');
  await openCase(sender, 'lobby');
  await until(() => receiver.of('/all').length >= 5, 'the others go on');
  assert.equal(receiver.of('/broken').length, removed, 'a removed webhook hears nothing');
});

test('what was not delivered survives kill -9, and a receiver that was down is told later', async () => {
  const port = await freePort();
  add('forum', `http://127.0.0.1:${port}/late`);
  const { id } = await openCase(sender, 'forum');
  await server.kill();
  server = await start({ home, env, policy: server.policy });
  const late = await receive(() => 200, port);
  await until(() => late.got.some((g) => JSON.parse(g.body).data.case === id), 'the message is lost', 8000);
  assert.equal(late.of('/late').filter((g) => JSON.parse(g.body).data.case === id).length, 1);
  late.close();
});

test('a receiver that never answers does not hold up the stop, and nothing of it is lost', async () => {
  const silent = await receive(() => undefined);
  add('forum', `${silent.url}/silent`);
  await openCase(server.with(key), 'forum');
  await until(() => silent.got.length, 'no attempt');
  const began = Date.now();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  assert.ok(Date.now() - began < 3000, `it took ${Date.now() - began} ms`);
  silent.close();
  receiver.close();
});
