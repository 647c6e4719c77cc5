// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `notices`.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addKey, addUser, fresh, makeHome, signIn, start } from './lib.mjs';
import { driver, whileLocked } from './openapi.lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const keys = { good: addKey(data, '*', 'notices'), none: addKey(data, 'lobby', 'metrics'), forum: addKey(data, 'forum', 'notices') };
const passwords = { lea: addUser(data, 'lea', 'lead'), remi: addUser(data, 'remi', 'referent', '--spaces', 'lobby'), otto: addUser(data, 'otto', 'auditor') };
const server = await start({ home, options: ['--behind-tls'] });
const { drive, whole } = driver('notices', server);
const people = {};
for (const [name, password] of Object.entries(passwords)) people[name] = await signIn(server, name, password);
const { lea, remi, otto } = people;
const stranger = { ...lea, csrf: 'wrong' };
let address = 0;
const from = () => ({ 'X-Forwarded-For': `198.51.100.${++address}` });
const form = 'application/x-www-form-urlencoded';
const notice = (more = {}) => ({ space: 'lobby', category: 'harassment', text: fresh('he insults her'), account: fresh('acc'), name: 'Ada', email: `${fresh('a')}@mail.example`, good_faith: true, ...more });
const send = async (more, options) => (await drive('sendNotice', 201, { by: keys.good, body: notice(more), ...options })).json;
const seen = async (number) => (await drive('listNotices', 200, { by: lea, query: `?number=${number}` })).json.notices[0];
async function unfounded(email) {
  const one = await seen((await send({ email })).number);
  assert.equal((await lea.post(`/v1/cases/${one.case}/decisions`, { action: 'dismiss', reason: 'no_risk' })).status, 201);
  await drive('findUnfounded', 200, { by: lea, params: { id: one.id }, body: { unfounded: true } });
  return one;
}

test('sendNotice: whole, again, and every refusal', async () => {
  const body = notice({ id: 'r-1', danger: true, locations: ['https://forum.example/t/1'], message: 'm-1', contact: '0600000000', language: 'fr' });
  await drive('sendNotice', 201, { by: keys.good, body });
  await drive('sendNotice', 200, { by: keys.good, body });
  await drive('sendNotice', 400, { body: notice({ name: undefined }), headers: from() });
  await drive('sendNotice', 401, { by: { key: 'vg_wrong' }, body: notice() });
  await drive('sendNotice', 403, { by: keys.none, body: notice() });
  await drive('sendNotice', 403, { by: keys.forum, body: notice() });
  await drive('sendNotice', 404, { type: form, body: 'space=nowhere', headers: from() });
  await drive('sendNotice', 400, { type: form, body: 'space=lobby', headers: from() });
  await drive('sendNotice', 400, { type: form, body: 'space=%zz', headers: from() });
  await drive('sendNotice', 413, { body: notice({ text: 'x'.repeat(50_000) }), headers: from(), valid: false });
  await drive('sendNotice', 415, { type: 'text/plain', body: 'x', headers: from() });
  await drive('sendNotice', 422, { body: notice({ space: 'nowhere' }), headers: from() });
  const fields = new URLSearchParams({ space: 'lobby', category: 'grooming', text: 'he asks where she lives', account: 'x', danger: 'yes', good_faith: 'yes' });
  await drive('sendNotice', 201, { type: form, body: `${fields}`, headers: from() });
  await whileLocked(data, async () => {
    const [, page] = await Promise.all([drive('sendNotice', 503, { by: keys.good, body: notice() }), drive('sendNotice', 503, { type: form, body: `${fields}&name=x`, headers: from() })]);
    assert.match(page.text, /he asks where she lives/, 'what was typed is still there');
  });
  const here = from();
  for (let i = 0; i < 42; i++) await server.request('POST', '/v1/notices', { headers: { ...here, 'Content-Type': 'application/json' }, body: notice({ danger: true }) });
  await drive('sendNotice', 429, { body: notice(), headers: here });
  await drive('sendNotice', 429, { type: form, body: `${fields}`, headers: here });
});

test('the list, the text, the name', async () => {
  const one = await seen((await send()).number);
  for (const state of ['received', 'in_review', 'decided', 'withdrawn', 'set_aside']) await drive('listNotices', 200, { by: otto, query: `?state=${state}&before=n-000500` });
  await drive('listNotices', 400, { by: lea, query: '?state=new' });
  await drive('listNotices', 401);
  const ada = await signIn(server, 'ada', addUser(data, 'ada', 'admin'));
  await drive('listNotices', 403, { by: ada });
  await drive('readCaseNotices', 200, { by: lea, params: { id: one.case } });
  await drive('readCaseNotices', 401, { params: { id: one.case } });
  await drive('readCaseNotices', 403, { by: otto, params: { id: one.case } });
  await drive('readCaseNotices', 404, { by: lea, params: { id: 'c-999999' } });
  const params = { id: one.id }, body = { reason: 'to ask again' };
  await drive('showNotifier', 200, { by: lea, params, body });
  await drive('showNotifier', 400, { by: lea, params, body: { reason: '' }, valid: false });
  await drive('showNotifier', 401, { params, body });
  await drive('showNotifier', 403, { by: stranger, params, body });
  await drive('showNotifier', 404, { by: lea, params: { id: 'n-999999' }, body });
  await drive('findUnfounded', 400, { by: lea, params, body: {}, valid: false });
  await drive('findUnfounded', 401, { params, body: { unfounded: true } });
  await drive('findUnfounded', 403, { by: otto, params, body: { unfounded: true } });
  await drive('findUnfounded', 404, { by: lea, params: { id: 'n-999999' }, body: { unfounded: true } });
  await drive('findUnfounded', 409, { by: lea, params, body: { unfounded: true } });
  await whileLocked(data, () => drive('showNotifier', 503, { by: lea, params, body }));
});

test('the number', async () => {
  const { number } = await send();
  const params = { number };
  await drive('readNoticeStatus', 200, { params, headers: from() });
  await drive('readNoticeStatus', 400, { params: { number: 'ABC' }, headers: from() });
  await drive('readNoticeStatus', 404, { params: { number: '00000-00000-00000-00000' }, headers: from() });
  await drive('withdrawNotice', 400, { params: { number: 'ABC' }, headers: from() });
  await drive('withdrawNotice', 404, { params: { number: '00000-00000-00000-00000' }, headers: from() });
  await drive('withdrawNotice', 200, { params, headers: from() });
  await drive('withdrawNotice', 409, { params, headers: from() });
  await drive('withdrawNotice', 200, { params, type: form, body: 'lang=fr', headers: from() });
  await drive('reportStatus', 200, { query: `?number=${number}`, headers: from() });
  await drive('reportStatus', 200, { headers: from() });
  await drive('reportStatus', 400, { query: '?number=ABC', headers: from() });
  await drive('reportStatus', 404, { query: '?number=00000-00000-00000-00000', headers: from() });
  const here = from();
  for (let i = 0; i < 31; i++) await server.request('GET', `/v1/notices/${number}`, { headers: here });
  await drive('readNoticeStatus', 429, { params, headers: here });
  await drive('withdrawNotice', 429, { params, headers: here });
  await drive('reportStatus', 429, { query: `?number=${number}`, headers: here });
  await drive('reportForm', 200, { query: '?space=lobby&lang=en&step=form' });
  await drive('reportForm', 200);
  await drive('reportForm', 404, { query: '?space=nowhere' });
});

test('trusted flaggers', async () => {
  const body = { space: 'lobby', name: 'Trusted', organisation: 'T', area: 'children', awarded_by: 'Arcom', account: 'trusted', key: true, since: '2026-01-01', until: '2099-01-01' };
  const { id } = (await drive('addFlagger', 201, { by: lea, body })).json;
  await drive('addFlagger', 400, { by: lea, body: { ...body, space: 'nowhere' } });
  await drive('addFlagger', 401, { body });
  await drive('addFlagger', 403, { by: remi, body });
  await drive('addFlagger', 409, { by: lea, body });
  await drive('listFlaggers', 200, { by: lea });
  await drive('listFlaggers', 401);
  await drive('listFlaggers', 403, { by: remi });
  const params = { id }, reason = { reason: 'often wrong' };
  await drive('suspendFlagger', 409, { by: lea, params, body: reason });
  await send({ reporter: 'trusted' });
  await drive('suspendFlagger', 200, { by: lea, params, body: { ...reason, days: 7 } });
  await drive('suspendFlagger', 400, { by: lea, params, body: {}, valid: false });
  await drive('restoreFlagger', 200, { by: lea, params });
  for (const [operation, given] of [['suspendFlagger', reason], ['restoreFlagger'], ['endFlagger']]) {
    await drive(operation, 401, { params, body: given });
    await drive(operation, 403, { by: remi, params, body: given });
    await drive(operation, 404, { by: lea, params: { id: 999999 }, body: given });
  }
  await drive('endFlagger', 200, { by: lea, params });
  await drive('endFlagger', 409, { by: lea, params });
});

test('notifiers', async () => {
  const email = 'often@mail.example';
  await drive('listNotifiers', 401);
  await drive('listNotifiers', 403, { by: remi });
  await unfounded(email);
  const [{ who }] = (await drive('listNotifiers', 200, { by: lea })).json.notifiers;
  const params = { who }, body = { days: 7, reason: 'after a warning' };
  await drive('warnNotifier', 409, { by: lea, params });
  await drive('suspendNotifier', 409, { by: lea, params, body });
  await drive('liftNotifier', 409, { by: lea, params });
  for (const [operation, given] of [['warnNotifier'], ['suspendNotifier', body], ['liftNotifier']]) {
    await drive(operation, 401, { params, body: given });
    await drive(operation, 403, { by: remi, params, body: given });
    await drive(operation, 404, { by: lea, params: { who: 'ab'.repeat(16) }, body: given });
  }
  for (let i = 0; i < 2; i++) await unfounded(email);
  await drive('warnNotifier', 200, { by: lea, params });
  await unfounded(email);
  await drive('suspendNotifier', 400, { by: lea, params, body: { ...body, days: 365 } });
  await drive('suspendNotifier', 200, { by: lea, params, body });
  const aside = await seen((await send({ email })).number);
  assert.equal(aside.state, 'set_aside');
  await drive('processNotice', 401, { params: { id: aside.id } });
  await drive('processNotice', 403, { by: otto, params: { id: aside.id } });
  await drive('processNotice', 404, { by: lea, params: { id: 'n-999999' } });
  await drive('processNotice', 200, { by: lea, params: { id: aside.id } });
  await drive('processNotice', 409, { by: lea, params: { id: aside.id } });
  await drive('liftNotifier', 200, { by: lea, params });
});

after(async () => {
  whole({
    'sendNotice 408': 'a body that drips for half a minute',
    'listNotices 503': 'reading goes on while another writes; a broken disk or a full queue',
    'readNoticeStatus 503': 'as for listNotices',
    'reportStatus 503': 'as for listNotices',
    'listFlaggers 503': 'as for listNotices',
    'listNotifiers 503': 'as for listNotices',
    ...Object.fromEntries(
      ['readCaseNotices', 'findUnfounded', 'withdrawNotice', 'addFlagger', 'suspendFlagger', 'restoreFlagger', 'endFlagger', 'warnNotifier', 'suspendNotifier', 'processNotice', 'liftNotifier'].map((id) => [`${id} 503`, 'as for showNotifier: each waits two seconds for the lock']),
    ),
  });
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});
