// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `casefile`.
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { after, test } from 'node:test';
import { addKey, addUser, makeHome, message, openCase, signIn, start } from './lib.mjs';
import { driver, whileLocked } from './openapi.lib.mjs';

const home = makeHome(), data = `${home}/data`;
const keys = { all: addKey(data), forum: addKey(data, 'forum', 'events'), metrics: addKey(data, '*', 'metrics') };
const passwords = { noe: addUser(data, 'noe', 'referent'), aude: addUser(data, 'aude', 'auditor') };
const server = await start({ home });
const { drive, whole } = driver('casefile', server);
const [noe, aude] = [await signIn(server, 'noe', passwords.noe), await signIn(server, 'aude', passwords.aude)];
const stranger = { ...noe, csrf: 'wrong' };
const sender = server.with(keys.all);
const { adult, child, id } = await openCase(sender);
const [params, none] = [{ id }, { id: 'c-999999' }];
const gone = (operation, more = {}) => drive(operation, 404, { by: noe, params: { ...none, n: 1 }, ...more });
const ask = { reason: 'to see how it began', messages: 20, conversation: 'mp-1' };

async function refusals(operation, more = {}) {
  await drive(operation, 401, { params, ...more });
  await drive(operation, 403, { by: aude, params, ...more });
  await gone(operation, more);
  if (more.body) {
    await drive(operation, 403, { by: stranger, params, ...more });
    await drive(operation, 413, { by: noe, params, body: 'x'.repeat(70_000) });
    await drive(operation, 415, { by: noe, params, type: 'text/plain', body: 'x' });
    assert.equal((await drive(operation, 400, { by: noe, params, body: { ...more.body, other: 1 } })).json.pointer, '/other');
  }
}

test('a page of older events', async () => {
  const detail = (await noe.get(`/v1/cases/${id}`)).json;
  assert.equal(detail.older, undefined, 'a small case has one page');
  const query = `?before=${detail.events[0].seq}`;
  assert.deepEqual((await drive('readCaseEvents', 200, { by: noe, params, query })).json, { id, events: [] });
  for (const wrong of ['', '?before=', '?before=x', '?before=0', '?before=1&before=2']) await drive('readCaseEvents', 400, { by: noe, params, query: wrong });
  await refusals('readCaseEvents', { query });
});

test('a case is read ahead, sealed, and opens with a key that is given once the view is on record', async () => {
  const sealed = (await drive('readCaseAhead', 200, { by: noe, params })).bytes;
  assert.doesNotMatch(sealed.toString('latin1'), /picture/);
  const nonce = sealed.subarray(0, 16).toString('hex');
  const { key, case: now, actions } = (await drive('openCase', 200, { by: noe, params, body: { nonce } })).json;
  const secret = await webcrypto.subtle.importKey('raw', Buffer.from(key, 'hex'), 'AES-GCM', false, ['decrypt']);
  const open = (bytes) => webcrypto.subtle.decrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, secret, bytes);
  const detail = JSON.parse(Buffer.from(await open(sealed.subarray(16))).toString());
  const [ahead, usual] = [detail, (await noe.get(`/v1/cases/${id}`)).json].map(({ remaining: _, priority: __, ...rest }) => rest); // these pass with the seconds
  assert.deepEqual(ahead, usual);
  assert.equal(now.id, id);
  assert.ok(actions.includes('warn'));
  const other = (await drive('openCase', 200, { by: noe, params, body: { nonce: '0'.repeat(32) } })).json.key;
  assert.notEqual(other, key, 'a key opens one reading only');
  for (const wrong of ['x'.repeat(32), 'ab']) assert.equal((await drive('openCase', 400, { by: noe, params, body: { nonce: wrong } })).json.pointer, '/nonce');
  await refusals('readCaseAhead');
  await refusals('openCase', { body: { nonce } });
});

test('the accounts in a case, as counts', async () => {
  const [author, other, ...rest] = (await drive('readCaseAccounts', 200, { by: noe, params })).json.accounts;
  assert.deepEqual(rest, []);
  assert.deepEqual([author.part, author.account, author.age_band, author.age_basis], ['author', adult, '25+', 'verified']);
  assert.deepEqual([other.part, other.account, other.age_band], ['other', child, '13-14']);
  assert.equal(author.memory.minors_24h, 1);
  assert.deepEqual([author.cases, author.open, author.decided], [[], 0, {}], 'this case is not among the others');
  await refusals('readCaseAccounts');
});

test('more context is asked for with a reason, and answered by the platform', async () => {
  for (const [wrong, pointer] of [[{ reason: '' }, '/reason'], [{ minutes: 5 }, '/minutes'], [{ messages: 501 }, '/messages'], [{ messages: undefined }, '/messages'], [{ side: 'beside' }, '/side']])
    assert.equal((await drive('requestContext', 400, { by: noe, params, body: { ...ask, ...wrong } })).json.pointer, pointer);
  await refusals('requestContext', { body: ask });
  const request = (await drive('requestContext', 201, { by: noe, params, body: ask })).json;
  assert.deepEqual([request.number, request.user, request.reason, request.side, request.state], [1, 'noe', ask.reason, 'before', 'asked']);
  await drive('requestContext', 409, { by: noe, params, body: ask });
});

test('the answer: messages only, of this space, once', async () => {
  const to = { params: { id, n: 1 }, by: keys.all };
  const line = (text, more = {}) => message(child, adult, text, more);
  const events = [line('later', { time: '2026-05-04T10:11:13Z' }), line('sooner', { time: '2026-05-04T10:11:12Z' })];
  for (const [body, pointer] of [
    [{}, undefined],
    [{ events, refused: 'both' }, undefined],
    [{ refused: '' }, '/refused'],
    [{ events: [] }, '/events'],
    [{ events: [{ ...events[0], type: 'vigie.account', data: { age_band: '25+' } }] }, '/events/0/type'],
    [{ events: [events[0], line('x', { source: '/spaces/forum' })] }, '/events/1/source'],
    [{ events: [line('x', { time: 'yesterday' })] }, '/events/0/time'],
    [{ events: Array.from({ length: 501 }, () => line('many')) }, '/events'],
  ])
    assert.equal((await drive('answerContext', 400, { ...to, body, valid: false })).json.pointer, pointer, JSON.stringify(body).slice(0, 200));
  await drive('answerContext', 401, { params: to.params, body: { events } });
  await drive('answerContext', 403, { ...to, by: keys.metrics, body: { events } });
  await drive('answerContext', 404, { ...to, by: keys.forum, body: { events }, valid: false });
  for (const n of [2, 'x']) await drive('answerContext', 404, { ...to, params: { id, n }, body: { events }, valid: false });
  await drive('answerContext', 413, { ...to, body: `{"refused":"${'x'.repeat(9 << 20)}"}` });
  await drive('answerContext', 415, { ...to, type: 'text/plain', body: 'x' });
  assert.deepEqual((await drive('answerContext', 201, { ...to, body: { events }, valid: false })).json, { number: 1, state: 'answered' });
  await drive('answerContext', 409, { ...to, body: { refused: 'too late' } });
  const [request] = (await noe.get(`/v1/cases/${id}`)).json.context;
  assert.deepEqual(request.conversation.messages.map((m) => [m.subject, m.age_band, m.text]), [[child, '13-14', 'sooner'], [child, '13-14', 'later']]);
  const second = (await drive('requestContext', 201, { by: noe, params, body: { reason: 'what came after', minutes: 60, side: 'after' } })).json;
  await drive('answerContext', 201, { ...to, params: { id, n: second.number }, body: { refused: 'the conversation was deleted' } });
  const all = (await noe.get(`/v1/cases/${id}`)).json.context;
  assert.deepEqual(all.map((r) => [r.state, r.refused]), [['answered', undefined], ['refused', 'the conversation was deleted']]);
});

test('while another program writes, whatever goes on record waits', () =>
  whileLocked(data, () =>
    Promise.all([
      drive('readCaseEvents', 503, { by: noe, params, query: '?before=1' }),
      drive('openCase', 503, { by: noe, params, body: { nonce: '0'.repeat(32) } }),
      drive('readCaseAccounts', 503, { by: noe, params }),
      drive('requestContext', 503, { by: noe, params, body: ask }),
      drive('answerContext', 503, { params: { id, n: 1 }, by: keys.all, body: { refused: 'x' } }),
    ]),
  ));

test('every answer that the document names was met', () =>
  whole({ ...Object.fromEntries(['readCaseEvents', 'readCaseAhead', 'readCaseAccounts'].map((id) => [`${id} 410`, 'a case that was handed over: openapi-evidence'])), 'readCaseAhead 503': 'reading goes on while another writes', 'answerContext 429': 'a key that asks too often; driven for listCases' }));

after(() => server.stop());
