// SPDX-License-Identifier: Apache-2.0
// Notices over HTTP: from the form and by JSON, into a case and back with an answer; who needs no name; floods, misuse, trusted flaggers; what
// platforms hear; what nobody may see.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { addKey, addUser, command, fresh, isProblem, makeHome, meet, signIn, start, until } from './lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const key = addKey(data, '*', 'events,notices'), eventsKey = addKey(data, 'lobby', 'events'), forumKey = addKey(data, 'forum', 'notices');
const passwords = { lea: addUser(data, 'lea', 'lead'), remi: addUser(data, 'remi', 'referent', '--spaces', 'lobby'), otto: addUser(data, 'otto', 'auditor') };
const heard = [];
const receiver = http
  .createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part)).on('end', () => {
      heard.push(JSON.parse(Buffer.concat(parts)));
      response.writeHead(204).end();
    });
  })
  .unref();
await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
command(['webhook', 'add', '--space', '*', '--url', `http://127.0.0.1:${receiver.address().port}/`, '--data', data]);
const server = await start({ home, options: ['--behind-tls'] });
const platform = server.with(key);
const [lea, remi, otto] = await Promise.all(['lea', 'remi', 'otto'].map((name) => signIn(server, name, passwords[name])));

let address = 0;
/** Of somebody else each time: limits go by address. */
const from = () => ({ 'X-Forwarded-For': `198.51.${++address >> 8}.${address & 255}` });
const json = { 'Content-Type': 'application/json' };
const notice = (more = {}) => ({
  space: 'lobby', category: 'grooming', language: 'en', text: `he asks children where they live, ${fresh()}`, account: fresh('acc'), good_faith: true, ...more,
});
const send = (body, headers = from()) => server.request('POST', '/v1/notices', { headers: { ...json, ...headers }, body });
const taken = async (body, headers) => {
  const answer = await send(body, headers);
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
};
const status = async (number) => (await server.request('GET', `/v1/notices/${number}`, { headers: from() })).json;
const listed = async (query = '', who = lea) => (await who.get(`/v1/notices${query}`)).json.notices;
const find = async (number, who = lea) => (await listed(`?number=${number}`, who))[0];
async function decide(id, action, who = lea) {
  const answer = await who.post(`/v1/cases/${id}/decisions`, { action, reason: action === 'dismiss' ? 'no_risk' : 'grooming' });
  assert.equal(answer.status, 201, answer.text);
}
const message = (type, number) => until(() => heard.find((m) => m.type === type && m.data.number === number), () => `no ${type} of ${number}`);

test('a notice without a name becomes a case, gets a number, a state and an answer', async () => {
  const body = notice();
  const receipt = await taken(body);
  assert.match(receipt.number, /^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){3}$/);
  assert.equal(receipt.case, undefined, 'the public does not hear of cases');
  assert.equal((await status(receipt.number)).state, 'received');
  const one = await find(receipt.number);
  assert.deepEqual([one.origin, one.category, one.named, one.same_target, one.flood], ['form', 'grooming', false, 1, false]);
  const read = (await remi.get(`/v1/cases/${one.case}`)).json;
  assert.equal(read.account, body.account);
  assert.equal(read.notices, 1);
  assert.equal(read.events[0].content.event.type, 'vigie.notice');
  assert.equal(read.events[0].content.event.data.text, body.text);
  await remi.post(`/v1/cases/${one.case}/claim`);
  assert.equal((await status(receipt.number.toLowerCase().replaceAll('-', ' ').trim().replaceAll(' ', ''))).state, 'in_review', 'also as it is typed');
  await decide(one.case, 'suspend', remi);
  const answer = await status(receipt.number);
  assert.deepEqual([answer.state, answer.outcome, answer.automated], ['decided', 'upheld', { sorting: true, decision: false }]);
  assert.match(answer.text, /measure was taken/);
  assert.match(answer.redress, /court/);
  assert.equal(answer.reason, 'Unsuitable approach to a minor', 'the title of the reason in the list of the space');
  assert.match((await server.request('GET', `/report/status?space=lobby&lang=fr&number=${receipt.number}`, { headers: from() })).text, /<dt>Motif<\/dt>\s*<dd>Approche déplacée envers un mineur<\/dd>/);
  const told = await message('notice.decided', receipt.number);
  assert.deepEqual([told.data.outcome, told.data.reason], ['upheld', answer.reason]);
  assert.equal(told.data.notifier, undefined, 'nobody gave a name');
});

test('a name is asked for where the law asks for one, and sealed', async () => {
  isProblem(await send(notice({ category: 'harassment' })), 400, '/name');
  const wrong = await send(notice({ category: 'harassment', name: 'Ada', email: 'ada', good_faith: false }));
  assert.deepEqual(wrong.json.errors.map((e) => e.pointer), ['/email', '/good_faith']);
  for (const category of ['child_abuse', 'grooming', 'sextortion']) await taken(notice({ category }));
  await taken(notice({ category: 'other', danger: true }));
  const receipt = await taken(notice({ category: 'harassment', name: 'Ada Testname', email: 'ada@mail.example', contact: '0600000000' }));
  const told = await message('notice.received', receipt.number);
  assert.deepEqual(told.data.notifier, { name: 'Ada Testname', email: 'ada@mail.example', contact: '0600000000' });
  const one = await find(receipt.number);
  assert.equal(one.named, true);
  const seen = [JSON.stringify(await listed()), (await lea.get(`/v1/cases/${one.case}`)).text, (await lea.get(`/v1/cases/${one.case}/notices`)).text, JSON.stringify(await status(receipt.number))];
  for (const text of seen) for (const name of ['Testname', 'mail.example', '0600000000']) assert.ok(!text.includes(name), `${name} in ${text}`);
  assert.deepEqual((await lea.post(`/v1/notices/${one.id}/identity`, { reason: 'the child is hers' })).json, told.data.notifier);
  isProblem(await lea.post(`/v1/notices/${one.id}/identity`, {}), 400, '/reason');
  isProblem(await otto.post(`/v1/notices/${one.id}/identity`, { reason: 'curious' }), 403);
  await decide(one.case, 'dismiss');
  const { data } = await message('notice.decided', receipt.number);
  assert.deepEqual([data.notifier, data.reason, (await status(receipt.number)).reason], [told.data.notifier, undefined, undefined], 'no measure, no reason of one');
});

test('a child in danger: the numbers to call at once, the case first and imminent', async () => {
  const receipt = await taken(notice({ danger: true, language: 'fr' }));
  assert.deepEqual(receipt.emergency.map((e) => e.number), ['17', '112', '114', '119', '3018']);
  assert.match(receipt.emergency[0].who, /police/);
  const one = await find(receipt.number);
  const row = (await lea.get(`/v1/cases/${one.case}`)).json;
  assert.equal(row.danger, true);
  assert.ok(row.imminence.includes('notice'));
  const plain = await find((await taken(notice())).number);
  const other = (await lea.get(`/v1/cases/${plain.case}`)).json;
  assert.ok(row.priority > other.priority, `${row.priority} over ${other.priority}`);
  assert.ok(row.due < other.due, 'and sooner');
  assert.equal((await listed())[0].danger, true, 'and first in the list');
});

test('the same again adds to the count; another account is another case; a place may stand for an account', async () => {
  const account = fresh('acc'), text = 'he writes to my little brother every single night and wants him to keep it all a secret from us';
  const first = await taken(notice({ account, text }));
  for (let i = 0; i < 5; i++) await taken(notice({ account, text: `${text.toUpperCase()} !${'!'.repeat(i)}` }));
  const rows = (await listed()).filter((n) => n.same_words >= 6);
  assert.equal(rows.length, 6);
  assert.equal(new Set(rows.map((n) => n.case)).size, 1);
  assert.deepEqual(rows.map((n) => [n.repeated, n.flood, n.same_target]), [[false, true, 6], ...Array(5).fill([true, true, 6])]);
  const read = (await lea.get(`/v1/cases/${rows[0].case}`)).json;
  assert.deepEqual([read.notices, read.events.length], [6, 1], 'six notices, one reading');
  const said = (await lea.get(`/v1/cases/${rows[0].case}/notices`)).json;
  assert.equal(said.total, 6);
  assert.equal(said.notices[0].said.text, text);
  const more = await taken(notice({ account, text: 'she sells accounts that belong to other people and insults whoever says so in the public room' }));
  assert.equal((await find(more.number)).case, rows[0].case, 'something new about the same account joins its case');
  assert.equal((await lea.get(`/v1/cases/${rows[0].case}`)).json.events.length, 2, 'and is read');
  const place = `https://forum.example/t/${fresh()}`;
  const about = await find((await taken(notice({ account: undefined, locations: [place] }))).number);
  assert.equal((await lea.get(`/v1/cases/${about.case}`)).json.account, place);
  const long = await find((await taken(notice({ account: undefined, locations: [`https://forum.example/${'é'.repeat(400)}`] }))).number);
  assert.ok((await lea.get(`/v1/cases/${long.case}`)).json.account.length <= 256);
  assert.ok(first.number);
});

test('a platform names its user, may send again, and hears of the case', async () => {
  const { adult, child } = await meet(platform);
  const body = notice({ id: 'r-1', category: 'age', account: adult, reporter: child });
  const one = await platform.post('/v1/notices', body);
  assert.equal(one.status, 201, one.text);
  assert.match(one.json.case, /^c-/);
  const again = await platform.post('/v1/notices', body);
  assert.deepEqual([again.status, again.json.number, again.json.case], [200, one.json.number, one.json.case]);
  assert.equal((await lea.get(`/v1/cases/${one.json.case}`)).json.youngest_band, '13-14', 'who reports is known to the space');
  isProblem(await server.with(eventsKey).post('/v1/notices', notice()), 403);
  isProblem(await server.with(forumKey).post('/v1/notices', notice()), 403, '/space');
  isProblem(await server.request('POST', '/v1/notices', { headers: { ...json, Authorization: 'Bearer vg_wrong' }, body: notice() }), 401);
  isProblem(await send(notice({ reporter: 'me' })), 400, '/reporter');
});

test('an event of the type vigie.notice is a notice too: it has a number, and an answer', async () => {
  const { adult, child } = await meet(platform);
  const { case: id } = await platform.take({ specversion: '1.0', id: fresh('e'), source: '/spaces/lobby', type: 'vigie.notice', subject: child, time: new Date().toISOString(), data: { about: adult, reason: 'grooming', text: 'he does not stop' } });
  const one = (await listed()).find((n) => n.case === id);
  assert.deepEqual([one.origin, one.category], ['event', 'grooming']);
  assert.ok(await message('notice.received', one.number));
  await decide(id, 'warn');
  assert.equal((await message('notice.decided', one.number)).data.outcome, 'upheld');
  assert.equal((await status(one.number)).state, 'decided');
});

test('misuse: unfounded notices, a warning, a suspension; never of what is about a child in danger', async () => {
  const who = { name: 'Nobody', email: 'NOBODY@mail.example' };
  const bad = (more = {}) => notice({ category: 'harassment', ...who, ...more });
  const unfounded = async () => {
    const one = await find((await taken(bad())).number);
    await decide(one.case, 'dismiss');
    const answer = await lea.post(`/v1/notices/${one.id}/unfounded`, { unfounded: true });
    assert.equal(answer.json.unfounded, true, answer.text);
  };
  const open = await find((await taken(notice())).number);
  isProblem(await lea.post(`/v1/notices/${open.id}/unfounded`, { unfounded: true }), 409);
  for (let i = 0; i < 2; i++) await unfounded();
  const record = async () => (await lea.get('/v1/notifiers')).json.notifiers.find((n) => n.space === 'lobby');
  let one = await record();
  assert.deepEqual([one.state, one.record.unfounded], ['none', 2]);
  isProblem(await lea.post(`/v1/notifiers/${one.who}/warn`), 409);
  await unfounded();
  assert.equal((await record()).state, 'may_warn');
  isProblem(await lea.post(`/v1/notifiers/${one.who}/suspend`, { days: 7, reason: 'too early' }), 409);
  assert.equal((await lea.post(`/v1/notifiers/${one.who}/warn`)).json.state, 'warned');
  const warned = await until(() => heard.find((m) => m.type === 'notifier.warn'), 'no warning was announced');
  assert.equal(warned.data.notifier.name, 'Nobody');
  await unfounded();
  isProblem(await remi.get('/v1/notifiers'), 403);
  isProblem(await lea.post(`/v1/notifiers/${one.who}/suspend`, { days: 31, reason: 'too long' }), 400, '/days');
  one = (await lea.post(`/v1/notifiers/${one.who}/suspend`, { days: 7, reason: 'after a warning' })).json;
  assert.deepEqual([one.state, one.suspended_by], ['suspended', 'lea']);
  const aside = await send(bad({ email: 'nobody@mail.example' }));
  assert.equal(aside.json.state, 'set_aside');
  assert.equal((await status(aside.json.number)).state, 'set_aside');
  for (const more of [{ danger: true }, { category: 'child_abuse' }]) assert.equal((await taken(bad(more))).state, 'received', 'a child comes before any suspension');
  const row = await find(aside.json.number);
  const up = await lea.post(`/v1/notices/${row.id}/process`);
  assert.match(up.json.case, /^c-/, up.text);
  isProblem(await lea.post(`/v1/notices/${row.id}/process`), 409);
  assert.notEqual((await lea.post(`/v1/notifiers/${one.who}/lift`)).json.state, 'suspended');
  assert.equal((await taken(bad())).state, 'received');
});

test('trusted flaggers: registered with a key of their own, first in the queue, with a record; suspended by a person', async () => {
  const given = { space: 'lobby', name: 'Point de Contact', organisation: 'Point de Contact', area: 'child sexual abuse', awarded_by: 'Arcom', key: true };
  isProblem(await remi.post('/v1/flaggers', given), 403);
  isProblem(await lea.post('/v1/flaggers', { ...given, key: false }), 400, '/account');
  isProblem(await lea.post('/v1/flaggers', { ...given, space: 'nowhere' }), 400, '/space');
  isProblem(await lea.post('/v1/flaggers', { ...given, until: 'soon' }), 400, '/until');
  const made = (await lea.post('/v1/flaggers', given)).json;
  assert.match(made.key, /^vg_/);
  isProblem(await lea.post(`/v1/flaggers/${made.id}/suspend`, { reason: 'no notice yet' }), 409);
  const hand = server.with(made.key);
  const sent = await until(async () => { const a = await hand.post('/v1/notices', notice({ category: 'harassment', name: 'PdC', email: 'pdc@mail.example' })); return a.status === 201 && a; }, 'the new key is not known');
  const one = await find(sent.json.number);
  assert.deepEqual([one.origin, one.flagger], ['flagger', 'Point de Contact']);
  const rows = (await listed()).filter((n) => !n.danger);
  assert.equal(rows[0].flagger, 'Point de Contact', 'before everybody but a child in danger');
  assert.equal((await lea.get(`/v1/cases/${one.case}`)).json.trusted, true);
  await decide(one.case, 'warn');
  const record = async () => (await lea.get('/v1/flaggers')).json.flaggers.find((f) => f.id === made.id);
  assert.deepEqual((await record()).record, { made: 1, upheld: 1, dismissed: 0, pending: 0, unfounded: 0 });
  assert.equal((await record()).key, undefined, 'the key is shown once');
  assert.equal((await lea.post(`/v1/flaggers/${made.id}/suspend`, { days: 30, reason: 'often wrong' })).json.state, 'suspended');
  const told = await until(() => heard.find((m) => m.type === 'flagger.suspended'), 'no suspension was announced');
  assert.deepEqual([told.data.awarded_by, told.data.upheld], ['Arcom', 1]);
  const later = await find((await hand.post('/v1/notices', notice())).json.number);
  assert.equal(later.origin, 'platform', 'suspended, it counts as anybody');
  assert.equal((await lea.post(`/v1/flaggers/${made.id}/restore`)).json.state, 'trusted');
  assert.equal((await lea.post(`/v1/flaggers/${made.id}/end`)).json.state, 'ended');
  await until(async () => (await hand.post('/v1/notices', notice())).status === 401, 'its key still opens');
  const { adult } = await meet(platform);
  await lea.post('/v1/flaggers', { ...given, key: false, account: 'e-enfance' });
  const { case: id } = await platform.take({ specversion: '1.0', id: fresh('e'), source: '/spaces/lobby', type: 'vigie.notice', subject: 'e-enfance', time: new Date().toISOString(), data: { about: adult, reason: 'media' } });
  assert.equal((await lea.get(`/v1/cases/${id}`)).json.trusted, true, 'known by its account, too');
});

test('withdrawn: the name is gone, the case stays', async () => {
  const receipt = await taken(notice({ category: 'age', name: 'Ada', email: 'gone@mail.example' }));
  const answer = await server.request('POST', `/v1/notices/${receipt.number}/withdraw`, { headers: from() });
  assert.equal(answer.json.state, 'withdrawn');
  isProblem(await server.request('POST', `/v1/notices/${receipt.number}/withdraw`, { headers: from() }), 409);
  const one = await find(receipt.number);
  assert.equal(one.named, false);
  isProblem(await lea.post(`/v1/notices/${one.id}/identity`, { reason: 'to ask again' }), 404);
  assert.equal((await lea.get(`/v1/cases/${one.case}`)).status, 200);
  await decide(one.case, 'dismiss');
  assert.equal((await status(receipt.number)).state, 'withdrawn', 'no answer to who took it back');
});

test('who may see what', async () => {
  const inForum = await taken(notice({ space: 'forum' }));
  assert.equal(await find(inForum.number, remi), undefined, 'another space does not exist');
  assert.ok((await listed('', otto)).length, 'an auditor sees numbers and states,');
  const one = await find(inForum.number, otto);
  isProblem(await otto.get(`/v1/cases/${one.case}/notices`), 403);
  isProblem(await remi.get(`/v1/cases/${one.case}/notices`), 404);
  isProblem(await remi.post(`/v1/notices/${one.id}/unfounded`, { unfounded: true }), 404);
  isProblem(await server.request('GET', '/v1/notices'), 401);
  for (const query of ['?state=new', '?before=7', '?state=decided&state=received']) isProblem(await lea.get(`/v1/notices${query}`), 400);
  isProblem(await lea.get('/v1/notices?number=ABC'), 400, '/number');
  isProblem(await server.request('GET', '/v1/notices/ABC', { headers: from() }), 400, '/number');
  isProblem(await server.request('GET', '/v1/notices/00000-00000-00000-00000', { headers: from() }), 404);
  const before = (await lea.get('/v1/notices?state=decided')).json;
  assert.equal(before.counts.decided, before.notices.length);
  const audit = command(['audit', 'verify', '--data', data]);
  assert.equal(audit.status, 0);
});

test('limits: by address, by size; what is malformed is named', async () => {
  const here = { 'X-Forwarded-For': '203.0.113.7' };
  let refused;
  for (let i = 0; i < 30 && !refused; i++) {
    const answer = await send(notice(), here);
    if (answer.status === 429) refused = answer;
  }
  isProblem(refused, 429);
  assert.equal((await send(notice({ danger: true }), here)).status, 201, 'a child in danger still gets through');
  for (let i = 0; i < 30; i++) await server.request('GET', '/v1/notices/00000-00000-00000-00000', { headers: here });
  isProblem(await server.request('GET', '/v1/notices/00000-00000-00000-00000', { headers: here }), 429);
  isProblem(await send('{"space":', from()), 400);
  isProblem(await send([], from()), 400);
  isProblem(await send({ ...notice(), extra: 1 }), 400, '/extra');
  isProblem(await send({ ...notice(), locations: [1] }), 400, '/locations/0');
  isProblem(await send({ ...notice(), locations: Array(21).fill('x') }), 400, '/locations');
  isProblem(await send({ ...notice(), danger: 'yes' }), 400, '/danger');
  isProblem(await send(notice({ text: 'x'.repeat(10001) })), 400, '/text');
  isProblem(await send(notice({ language: 'de' })), 400, '/language');
  isProblem(await send(notice({ space: 'nowhere' })), 422, '/space');
  isProblem(await send(notice({ text: 'x'.repeat(60000) })), 413);
  isProblem(await server.request('POST', '/v1/notices', { headers: { ...from(), 'Content-Type': 'text/plain' }, body: 'x' }), 415);
});
