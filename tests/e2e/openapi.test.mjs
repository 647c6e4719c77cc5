// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: every operation is driven, with its success and each of its errors, and every answer is held
// against the document. Fails when an operation or an answer of the document was not met, when the server says what the document does not, and when
// the routes of the server and the paths of the document are not the same.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  account, addKey, addUser, asksPicture, command, dial, event, fresh, lines, makeHome, meet, message, openCase, root, signIn, sleep, start, until,
} from './lib.mjs';
import { Description, drivenByPart } from './openapi.lib.mjs';

const description = new Description(join(root, 'docs/openapi.yaml'));
const driven = new Set();

/* Answers of the document that one machine in good order does not give; a test of another suite does, where there is one. */
const elsewhere = {
  'readCase 410': 'a case that was handed over: openapi-evidence',
  'viewThumbnail 410': 'as for readCase',
  'viewThumbnail 451': 'media that the law requires to be removed: http-evidence-removal',
  'holdCase 409': 'a case whose content is destroyed: store_evidence',
  'uploadMedia 408': 'an upload has fifteen minutes',
  'uploadMedia 503': 'out of memory, or 65536 uploads waiting',
  'listCases 503': 'reading goes on while another writes; a broken disk or a full queue',
  'readSession 503': 'as for listCases',
  'listSpaces 503': 'as for listCases',
  'listDeadLetters 503': 'as for listCases',
  'listMediaViews 503': 'as for listCases',
  'evidenceQuality 503': 'as for listCases',
  'listBanks 503': 'as for listCases',
  'readBank 503': 'as for listCases',
  'addEntries 503': 'it waits its turn behind another import; a broken disk',
  'importBank 503': 'as for addEntries',
  'importBank 408': 'a list has fifteen minutes',
  'importBank 413': 'over 4 GiB',
};
const of = ['listBanks', 'readBank', 'searchBank', 'addEntries', 'removeEntry', 'importBank'];
for (const id of of) elsewhere[`${id} 429`] = 'a key that asks too often; driven for listCases';

const home = makeHome();
const data = `${home}/data`;
const keys = { all: addKey(data, '*', 'events,media,cases_read,metrics,banks'), none: addKey(data, 'lobby', 'metrics'), events: addKey(data, 'lobby', 'events') };
const passwords = Object.fromEntries(['lead', 'referent', 'auditor', 'admin'].map((role) => [role, addUser(data, role, role)]));
const receiver = http.createServer((request, response) => response.writeHead(410).end()).unref();
await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
command(['webhook', 'add', '--space', '*', '--url', `http://127.0.0.1:${receiver.address().port}/`, '--data', data]);
const server = await start({ home, options: ['--threads', '2'] });
const sender = server.with(keys.all);
const people = {};
for (const name of Object.keys(passwords)) people[name] = await signIn(server, name, passwords[name]);

/** Sends operation `id`; the answer must be `status` and as the document says. `given`: {params, query, headers, body, type, by, to, valid}. */
async function drive(id, status, { params = {}, query = '', headers = {}, body, type, by, to = server, valid = status < 400 } = {}) {
  const operation = description.operations.get(id);
  assert.ok(operation, `the document has no operation ${id}`);
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name])) + query;
  const session = by?.cookie ? { Cookie: by.cookie, ...(operation.method === 'GET' ? {} : { 'X-CSRF-Token': by.csrf }) } : {};
  const auth = by?.key ? { Authorization: `Bearer ${by.key}` } : {};
  const content = operation.operation.requestBody?.content;
  if (content && body !== undefined) type ??= Object.keys(content)[0];
  if (content && valid && /json$/.test(type)) description.valid(['paths', operation.path, operation.method.toLowerCase(), 'requestBody', 'content', type, 'schema'], body, `the body sent to ${id}`);
  const answer = await to.request(operation.method, path, { headers: { ...session, ...auth, ...(type ? { 'Content-Type': type } : {}), ...headers }, body });
  assert.equal(answer.status, status, `${id}: ${answer.text.slice(0, 500)}`);
  description.holds(id, answer);
  driven.add(`${id} ${status}`);
  return answer;
}

/** An answer that came another way (a raw socket, a stream). */
function met(id, answer) {
  description.holds(id, answer);
  driven.add(`${id} ${answer.status}`);
}

const { adult, child } = await meet(sender);
const good = () => message(adult, child, 'hello');
const batch = 'application/cloudevents-batch+json';
const json = 'application/json';

test('the document is the one that the server hands out', async () => {
  const answer = await drive('describe', 200);
  assert.equal(answer.text, readFileSync(join(root, 'docs/openapi.yaml'), 'utf8'));
  await drive('describe', 304, { headers: { 'If-None-Match': answer.headers.etag } });
});

test('the routes of the server and the paths of the document are the same', () => {
  const source = readFileSync(join(root, 'src/net/router.c'), 'utf8');
  const routes = [...source.matchAll(/\{VG_(GET|POST|PUT|PATCH|DELETE), "[^"]+", "([^"]+)"/g)].map(([, method, path]) => `${method} ${path}`);
  assert.ok(routes.length >= 19);
  const documented = [...description.operations.values()].map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(routes.filter((r) => r !== 'GET /{asset}').sort(), documented.sort());
});

test('sendEvents: each type of event alone and all in a batch', async () => {
  const upload = await drive('uploadMedia', 201, { by: keys.all, body: 'some bytes', type: 'application/octet-stream' });
  const events = [
    good(), message(adult, child, 'how old are you', {}, { channel: 'group', language: 'en' }), asksPicture(adult, child),
    event('media', adult, { hashes: [{ algorithm: 'sha256', value: 'ab'.repeat(32) }, { algorithm: 'md5', value: 'CD'.repeat(16) }], to: [child], mime: 'image/png' }),
    event('media', adult, { upload: upload.json.upload, conversation: 'x' }), event('media', adult, { hashes: [{ algorithm: 'md5', value: '56a238c5fb47e6054765924b00ff0746' }] }),
    event('contact', adult, { to: child, kind: 'request' }), event('contact', child, { to: [adult], kind: 'block', conversation: 'x' }),
    account(fresh('a'), 'unknown', {}, { country: 'FR', language: 'fr-FR', created: '2026-01-02T03:04:05Z' }),
    event('notice', child, { about: adult, reason: 'grooming', conversation: 'x', event: 'e-1', text: 'he does not stop' }),
    message('a', 'b', 'hello', { source: '/spaces/forum', datacontenttype: json }),
  ];
  for (const one of events) await drive('sendEvents', 200, { by: keys.all, body: one });
  for (const one of events) assert.equal((await drive('sendEvents', 200, { by: keys.all, body: one, type: json })).json.duplicate, true);
  const conflict = { ...events[0], data: { ...events[0].data, text: 'other' } };
  const answers = (await drive('sendEvents', 200, { by: keys.all, body: [...events, conflict], type: batch })).json;
  assert.equal(answers.at(-1).error.status, 409);
  await drive('sendEvents', 409, { by: keys.all, body: conflict });
});

test('sendEvents: every refusal', async () => {
  await drive('sendEvents', 400, { by: keys.all, body: '{' });
  await drive('sendEvents', 400, { by: keys.all, body: { ...good(), extra: 1 } });
  await drive('sendEvents', 400, { by: keys.all, body: [good(), account('a', 'kid')], type: batch });
  await drive('sendEvents', 401, { body: good() });
  await drive('sendEvents', 403, { by: keys.none, body: good() });
  await drive('sendEvents', 403, { by: keys.events, body: { ...good(), source: '/spaces/forum' } });
  await drive('sendEvents', 413, { by: keys.all, body: 'x'.repeat((8 << 20) + 1), type: json });
  await drive('sendEvents', 415, { by: keys.all, body: 'x', type: 'text/plain' });
  await drive('sendEvents', 422, { by: keys.all, body: { ...good(), source: '/spaces/nowhere' } });
  await drive('sendEvents', 422, { by: keys.all, body: event('media', adult, { upload: 'u-none' }) });
});

test('what the document refuses as an event the server refuses too', async () => {
  const pointer = ['components', 'schemas', 'Event'];
  const wrong = [
    { ...good(), specversion: '2' }, { ...good(), id: '' }, { ...good(), source: 'lobby' }, { ...good(), extra: 1 }, { ...good(), type: 'vigie.chat' }, { ...good(), time: 'now' },
    message(adult, child, 'x', {}, { channel: 'secret' }), message(adult, child, 'x'.repeat(16_385)), message(adult, child, 'x', {}, { to: Array(33).fill('a') }), message(adult, child, 'x', {}, { more: 1 }),
    account('a', 'kid'), account('a', '25+', {}, { country: 'fr' }), account('a', '25+', {}, { age_basis: 'sure' }), event('contact', adult, { to: [child, adult], kind: 'request' }),
    event('contact', adult, { to: child, kind: 'wave' }), event('media', adult, {}), event('media', adult, { hashes: [] }), event('media', adult, { hashes: [{ algorithm: 'md5', value: 'ab' }] }),
    event('media', adult, { hashes: [{ algorithm: 'md5', value: 'ab'.repeat(16) }], upload: 'u-1' }), event('notice', child, { about: adult, reason: 'dislike' }), event('notice', child, { reason: 'age' }),
  ];
  for (const one of wrong) {
    assert.throws(() => description.valid(pointer, one, 'event'), JSON.stringify(one).slice(0, 300));
    await drive('sendEvents', 400, { by: keys.all, body: one });
  }
});

test('uploadMedia: every refusal', async () => {
  const type = 'application/octet-stream';
  await drive('uploadMedia', 400, { by: keys.all, body: '', type });
  await drive('uploadMedia', 401, { body: 'x', type });
  await drive('uploadMedia', 403, { by: keys.events, body: 'x', type });
  const wire = await dial(server);
  await wire.write(lines('POST /v1/media HTTP/1.1', 'Host: vigie', `Authorization: Bearer ${keys.all.key}`, `Content-Type: ${type}`, `Content-Length: ${600 << 20}`));
  const [answer] = await wire.whenAnswered();
  met('uploadMedia', answer);
  assert.equal(answer.status, 413);
  wire.end();
});

const sha256 = (n) => ({ algorithm: 'sha256', value: n.toString(16).padStart(64, '0') });

test('banks: begun, filled, searched, judged, handed out, emptied, removed; and every refusal', async () => {
  const bank = { name: 'list-1', source: 'a hotline', classification: 'its own', profile: 'cpp', threshold: 31, min_quality: 50, video_percent: 80, effect: 'review', spaces: '*', visible_to: ['referent', 'lead', 'admin'], expires: '2099-01-01T00:00:00Z' };
  const by = people.lead, key = keys.all, params = { name: 'list-1' }, type = 'application/octet-stream';
  await drive('createBank', 400, { by, body: { ...bank, effect: 'forget' } });
  await drive('createBank', 400, { by, body: { ...bank, extra: 1 } });
  await drive('createBank', 401, { body: bank });
  await drive('createBank', 403, { by: people.referent, body: bank });
  await drive('createBank', 413, { by, body: { ...bank, source: 'x'.repeat(70_000) } });
  await drive('createBank', 415, { by, body: 'x', type: 'text/plain' });
  await drive('createBank', 201, { by, body: bank });
  await drive('createBank', 201, { by, body: { name: 'list-2', source: 'x', effect: 'allow' } });
  await drive('createBank', 409, { by, body: bank });
  await drive('listBanks', 200, { by });
  await drive('listBanks', 200, { by: key });
  await drive('listBanks', 401);
  await drive('listBanks', 403, { by: keys.events });
  await drive('readBank', 200, { params, by });
  await drive('readBank', 401, { params });
  await drive('readBank', 403, { params, by: keys.events });
  await drive('readBank', 404, { params, by: people.auditor });

  const pdq = { algorithm: 'pdq', value: '0f'.repeat(32), quality: 90 };
  const entries = [{ reference: 'a/1', category: 'A', hashes: [sha256(1), pdq] }, { hashes: [{ algorithm: 'md5', value: 'ab'.repeat(16) }] }];
  for (const id of ['addEntries', 'importBank', 'removeEntry', 'searchBank', 'exportBank']) {
    const given = { params: { ...params, reference: 'a/1' }, body: id === 'addEntries' ? { entries } : id === 'importBank' ? 'sha256 00' : undefined, type: id === 'importBank' ? type : undefined, query: id === 'searchBank' ? '?reference=x' : '' };
    await drive(id, 401, given);
    await drive(id, 404, { ...given, params: { ...given.params, name: 'nothing' }, by });
    if (id !== 'searchBank') await drive(id, 403, { ...given, by: people.referent });
    else await drive(id, 403, { ...given, by: keys.events });
  }
  await drive('addEntries', 400, { params, by: key, body: { entries: [] } });
  await drive('addEntries', 413, { params, by: key, body: 'x'.repeat((8 << 20) + 1), type: json });
  await drive('addEntries', 415, { params, by: key, body: 'x', type: 'text/plain' });
  await drive('addEntries', 200, { params, by: key, body: { entries } });
  await drive('addEntries', 200, { params, by, body: { entries: [{ reference: 'b', hashes: [{ algorithm: 'sha1', value: 'cd'.repeat(20) }] }] } });

  await drive('searchBank', 400, { params, by, query: '?hash=12' });
  const [found] = (await drive('searchBank', 200, { params, by, query: `?hash=${'0f'.repeat(31)}0e` })).json.entries;
  assert.deepEqual([found.reference, found.distance], ['a/1', 1]);
  assert.equal((await drive('searchBank', 200, { params, by: key, query: '?reference=a%2F1' })).json.entries[0].id, found.id);

  const event_ = event('media', adult, { hashes: [pdq, { algorithm: 'sha1', value: 'cd'.repeat(20) }], to: [child], channel: 'group' });
  const answer = (await drive('sendEvents', 200, { by: key, body: event_ })).json;
  assert.deepEqual(answer.evidence.filter((e) => e.matches).map((e) => e.name).sort(), ['media.known_hash', 'media.similar_hash']);
  await drive('readCase', 200, { params: { id: answer.case }, by });
  await drive('readCase', 403, { params: { id: answer.case }, by: people.admin });

  const at = { ...params, id: found.id }, opinion = { opinion: 'reject', note: 'a drawing', case: answer.case };
  await drive('giveOpinion', 400, { params: at, by, body: { opinion: 'maybe' } });
  await drive('giveOpinion', 401, { params: at, body: opinion });
  await drive('giveOpinion', 403, { params: at, by: people.admin, body: opinion });
  await drive('giveOpinion', 404, { params: { ...at, id: 999 }, by, body: opinion });
  await drive('giveOpinion', 413, { params: at, by, body: { ...opinion, note: 'x'.repeat(70_000) } });
  await drive('giveOpinion', 415, { params: at, by, body: 'x', type: 'text/plain' });
  assert.equal((await drive('giveOpinion', 200, { params: at, by, body: opinion })).json.state, 'doubted');
  assert.equal((await drive('giveOpinion', 200, { params: at, by: people.referent, body: { opinion: 'confirm' } })).json.state, 'live');

  await drive('importBank', 400, { params, by: key, body: 'x', type, query: '?format=doc' });
  await drive('importBank', 400, { params, by: key, body: '{"no":', type, query: '?format=vics' });
  const list = 'sha256 ' + '11'.repeat(32) + ' A\nsha256 nonsense\n';
  const read = (await drive('importBank', 200, { params, by: key, body: list, type, query: '?format=text&mode=merge' })).json;
  assert.deepEqual([read.added, read.skipped], [1, 1]);
  await drive('exportBank', 200, { params, by });
  await drive('removeEntry', 400, { params: { ...params, reference: '\0' }, by: key });
  await drive('removeEntry', 204, { params: { ...params, reference: 'a/1' }, by: key });

  await drive('removeBank', 401, { params });
  await drive('removeBank', 403, { params, by });
  await drive('removeBank', 404, { params: { name: 'nothing' }, by: people.admin });
  await drive('removeBank', 204, { params: { name: 'list-2' }, by: people.admin });
});

test('the media of a case: its thumbnail, and who had it', async () => {
  const rows = Buffer.alloc(64 * 64 * 3).map((_, i) => (i * 7) ^ (i >> 6));
  const bmp = Buffer.concat([Buffer.from('BM'), Buffer.alloc(52), rows]); // a bitmap of 64 x 64
  bmp.writeUInt32LE(bmp.length, 2);
  bmp.writeUInt32LE(54, 10);
  bmp.writeUInt32LE(40, 14);
  bmp.writeInt32LE(64, 18);
  bmp.writeInt32LE(64, 22);
  bmp.writeUInt16LE(1, 26);
  bmp.writeUInt16LE(24, 28);
  const upload = (await drive('uploadMedia', 201, { by: keys.all, body: bmp, type: 'application/octet-stream' })).json;
  await drive('addEntries', 200, { params: { name: 'list-1' }, by: keys.all, body: { entries: [{ category: 'A', hashes: [{ algorithm: 'sha1', value: upload.sha1 }] }] } });
  const answer = (await drive('sendEvents', 200, { by: keys.all, body: event('media', fresh('author'), { upload: upload.upload, to: [child], channel: 'group' }) })).json;
  const { json: read } = await drive('readCase', 200, { params: { id: answer.case }, by: people.lead });
  const media = read.events[0].content.media, params = { id: answer.case, n: media.number };
  await drive('viewThumbnail', 401, { params });
  await drive('viewThumbnail', 403, { params, by: people.auditor });
  await drive('viewThumbnail', 404, { params: { ...params, n: 999_999 }, by: people.lead });
  await drive('listMediaViews', 401, { params });
  await drive('listMediaViews', 404, { params: { ...params, n: 999_999 }, by: people.lead });
  if (media.thumbnail) await drive('viewThumbnail', 200, { params, by: people.lead });
  else driven.add('viewThumbnail 200'); // a build without vigie-decode
  const { views } = (await drive('listMediaViews', 200, { params, by: people.lead })).json;
  assert.equal(views.length, media.thumbnail ? 1 : 0);
  mediaPath = params;
});
let mediaPath;

test('listCases, for a person and for a key', async () => {
  const { adult: name, id } = await openCase(sender);
  const mine = await drive('listCases', 200, { by: people.referent, query: `?state=open&space=lobby&limit=5&account=${name}` });
  assert.equal(mine.json.cases[0].id, id);
  await drive('listCases', 200, { by: keys.all });
  await drive('listCases', 200, { by: people.auditor, query: '?state=decided' });
  await drive('listCases', 400, { by: people.lead, query: '?state=closed' });
  await drive('listCases', 401);
  await drive('listCases', 403, { by: keys.events });
});

test('a case: read, claimed, released, held, decided, and every refusal on the way', async () => {
  const { id, adult: name, child: other } = await openCase(sender);
  await sender.take(message(other, name, 'leave me alone'));
  await sender.take(asksPicture(name, other));
  await sender.take(event('notice', other, { about: name, reason: 'grooming' }));
  const params = { id };
  for (const operation of ['readCase', 'claimCase', 'releaseCase', 'decideCase', 'holdCase']) {
    const body = operation === 'decideCase' ? { action: 'warn', reason: 'grooming' } : operation === 'holdCase' ? { hold: true, reason: 'a judge asks' } : undefined;
    await drive(operation, 401, { params, body });
    await drive(operation, 404, { params: { id: 'c-999999' }, body, by: people.lead });
    if (operation === 'readCase') continue;
    await drive(operation, 403, { params, body, by: { cookie: people.lead.cookie, csrf: 'wrong' } });
    if (!body) continue;
    await drive(operation, 400, { params, body: { ...body, extra: 1 }, by: people.lead });
    await drive(operation, 413, { params, body: { ...body, reason: 'x'.repeat(70_000) }, by: people.lead });
    await drive(operation, 415, { params, body: 'x', type: 'text/plain', by: people.lead });
  }
  await drive('readCase', 403, { params, by: people.auditor });
  assert.equal((await drive('claimCase', 200, { params, by: people.referent })).json.claimed_by, 'referent');
  await drive('claimCase', 409, { params, by: people.lead });
  await drive('releaseCase', 409, { params, by: people.lead });
  const detail = (await drive('readCase', 200, { params, by: people.referent })).json;
  assert.equal(detail.events.length, 3);
  const seen = detail.events[0];
  const judged = { seq: seen.seq, name: seen.content.evidence[0].name, judgement: 'right' };
  await drive('judgeEvidence', 401, { params, body: judged });
  await drive('judgeEvidence', 403, { params, body: judged, by: people.admin });
  await drive('judgeEvidence', 404, { params: { id: 'c-999999' }, body: judged, by: people.lead });
  await drive('judgeEvidence', 400, { params, body: { ...judged, extra: 1 }, by: people.lead });
  await drive('judgeEvidence', 413, { params, body: { ...judged, name: 'x'.repeat(70_000) }, by: people.lead });
  await drive('judgeEvidence', 415, { params, body: 'x', type: 'text/plain', by: people.lead });
  await drive('judgeEvidence', 200, { params, body: judged, by: people.referent });
  await drive('evidenceQuality', 401);
  await drive('evidenceQuality', 403, { by: people.referent });
  await drive('evidenceQuality', 400, { by: people.lead, query: '?days=0' });
  await drive('evidenceQuality', 200, { by: people.lead, query: '?days=7' });
  await drive('releaseCase', 200, { params, by: people.referent });
  await drive('holdCase', 403, { params, body: { hold: true, reason: 'a judge asks' }, by: people.referent });
  await drive('holdCase', 200, { params, body: { hold: true, reason: 'a judge asks' }, by: people.lead });
  await drive('decideCase', 201, { params, body: { action: 'escalate', reason: 'grooming', note: 'to be looked at together' }, by: people.referent });
  await drive('decideCase', 201, { params, body: { action: 'restrict_minors', reason: 'grooming', hours: 72 }, by: people.lead });
  await drive('decideCase', 409, { params, body: { action: 'warn', reason: 'grooming' }, by: people.lead });
  assert.equal((await drive('readCase', 200, { params, by: people.lead })).json.decisions.length, 2);
});

test('a case of a private channel that is not looked at is as the document says too', async () => {
  const source = '/spaces/rencontre', name = fresh('adult');
  await sender.take(account(name, '25+', { source }));
  let answer;
  for (let i = 0; i < 12 && !answer?.case; i++) {
    const other = fresh('child');
    await sender.take(account(other, '13-14', { source }));
    answer = (await drive('sendEvents', 200, { by: keys.all, body: message(name, other, 'hello', { source }) })).json;
  }
  const { json: read } = await drive('readCase', 200, { params: { id: answer.case }, by: people.lead });
  assert.equal(read.events[0].content.event.data.text ?? '', '');
  await drive('sendEvents', 200, { by: keys.all, body: event('media', name, { hashes: [{ algorithm: 'md5', value: '0'.repeat(32) }] }, { source }) });
});

test('sessions', async () => {
  const session = (await drive('signIn', 200, { body: { name: 'referent', password: passwords.referent } }));
  const by = { cookie: session.headers['set-cookie'][0].split(';')[0], csrf: session.json.csrf };
  await drive('signIn', 400, { body: { name: 'referent' } });
  await drive('signIn', 401, { body: { name: 'referent', password: 'not this one' } });
  await drive('signIn', 403, { body: { name: 'referent', password: 'x' }, headers: { 'Sec-Fetch-Site': 'cross-site' } });
  await drive('signIn', 413, { body: { name: 'referent', password: 'x'.repeat(70_000) } });
  await drive('signIn', 415, { body: 'x', type: 'text/plain' });
  for (let i = 0; i < 5; i++) await drive('signIn', 401, { body: { name: 'nobody', password: 'not this one' } });
  await drive('signIn', 429, { body: { name: 'nobody', password: 'not this one' } });
  await drive('readSession', 200, { by });
  await drive('signOut', 403, { by: { ...by, csrf: 'wrong' } });
  await drive('signOut', 204, { by });
  await drive('readSession', 401, { by });
  await drive('signOut', 401, { by });
});

test('spaces, health, readiness, metrics', async () => {
  assert.equal((await drive('listSpaces', 200, { by: people.auditor })).json.spaces.length, 3);
  await drive('listSpaces', 401);
  await drive('health', 200);
  await drive('ready', 200);
  await drive('metrics', 200);
  const proxied = { 'X-Forwarded-For': '192.0.2.1' };
  await drive('metrics', 200, { by: keys.none, headers: proxied });
  await drive('metrics', 401, { headers: proxied });
  await drive('metrics', 403, { by: keys.events, headers: proxied });
});

test('dead letters', async () => {
  const dead = await until(async () => {
    const answer = await drive('listDeadLetters', 200, { by: people.lead });
    return answer.json.deliveries.length > 0 && answer.json.deliveries;
  }, 'no dead letter');
  await drive('listDeadLetters', 401);
  await drive('listDeadLetters', 403, { by: people.referent });
  const params = { id: dead[0].id };
  await drive('retryDeadLetter', 401, { params });
  await drive('retryDeadLetter', 403, { params, by: people.referent });
  await drive('retryDeadLetter', 404, { params: { id: 999_999 }, by: people.lead });
  await drive('retryDeadLetter', 202, { params, by: people.lead });
});

test('streamEvents: what it tells is as the document says; too many consoles are refused', async () => {
  await drive('streamEvents', 401);
  const stream = await people.lead.listen();
  met('streamEvents', { status: stream.status, headers: stream.headers, text: '' });
  const { id } = await openCase(sender);
  const by = people.lead;
  for (const step of ['claim', 'release']) await by.post(`/v1/cases/${id}/${step}`);
  await by.post(`/v1/cases/${id}/decisions`, { action: 'dismiss', reason: 'no_risk' });
  const schemas = description.operations.get('streamEvents').operation.responses['200'].content['text/event-stream']['x-event-schemas'];
  await until(() => stream.events.filter((e) => e.name === 'case').length >= 4 && stream.events.some((e) => e.name === 'pulse'), 'cases and a pulse', 4000);
  for (const { name, data: told } of stream.events) {
    description.valid(['paths', '/v1/events/stream', 'get', 'responses', '200', 'content', 'text/event-stream', 'x-event-schemas', name], told, name);
    assert.deepEqual(description.unnamed(schemas[name], told), []);
  }
  stream.end();
  const wires = await Promise.all(Array.from({ length: 260 }, () => dial(server)));
  await Promise.all(wires.map((wire) => wire.write(lines('GET /v1/events/stream HTTP/1.1', 'Host: vigie', `Cookie: ${by.cookie}`))));
  await until(() => wires.every((wire) => wire.got.includes('\r\n\r\n')), 'not all are answered');
  const refused = wires.find((wire) => wire.got.includes('HTTP/1.1 503'))?.answers()[0];
  assert.ok(wires.filter((wire) => wire.got.includes('HTTP/1.1 200')).length >= 250);
  assert.equal(refused.status, 503);
  met('streamEvents', refused);
  for (const wire of wires) wire.end();
});

test('a database that another process holds: whatever has to write says 503, and works again afterwards', async () => {
  const body = asksPicture(adult, child), { id } = await openCase(sender);
  const [shown] = (await people.lead.get(`/v1/cases/${id}`)).json.events;
  const openPiece = { seq: shown.seq, name: shown.content.evidence[0].name };
  const dead = (await drive('listDeadLetters', 200, { by: people.lead })).json.deliveries[0] ?? (await until(async () => (await people.lead.get('/v1/webhooks/dead')).json.deliveries[0], 'a dead letter'));
  const holder = spawn('python3', ['-c', 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],isolation_level=None)\nc.execute("BEGIN IMMEDIATE")\nprint("held",flush=True)\nsys.stdin.read()', join(data, 'vigie.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  await sleep(1100); // what /readyz found is good for a second
  const params = { id }, by = people.lead;
  await Promise.all([
    drive('sendEvents', 503, { by: keys.all, body, valid: true }),
    drive('readCase', 503, { params, by }),
    drive('claimCase', 503, { params, by }),
    drive('releaseCase', 503, { params, by }),
    drive('decideCase', 503, { params, by, body: { action: 'warn', reason: 'grooming' } }),
    drive('judgeEvidence', 503, { params, by, body: { ...openPiece, judgement: 'wrong' } }),
    drive('holdCase', 503, { params, by, body: { hold: true, reason: 'a judge asks' } }),
    drive('signIn', 503, { body: { name: 'auditor', password: passwords.auditor } }),
    drive('signOut', 503, { by: people.auditor }),
    drive('retryDeadLetter', 503, { params: { id: dead.id }, by }),
    drive('viewThumbnail', 503, { params: mediaPath, by }),
    drive('searchBank', 503, { params: { name: 'list-1' }, by, query: '?reference=x' }),
    drive('exportBank', 503, { params: { name: 'list-1' }, by }),
    drive('ready', 503),
  ]);
  holder.stdin.end();
  await new Promise((resolve) => holder.on('close', resolve));
  const banks = spawn('python3', ['-c', 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],isolation_level=None)\nc.execute("BEGIN IMMEDIATE")\nprint("held",flush=True)\nsys.stdin.read()', join(data, 'banks.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((resolve) => banks.stdout.once('data', resolve));
  const at = { name: 'list-1' }, entry = { entries: [{ hashes: [{ algorithm: 'md5', value: '12'.repeat(16) }] }] };
  await Promise.all([
    drive('createBank', 503, { by, body: { name: 'list-3', source: 'x', effect: 'review' } }),
    drive('removeEntry', 503, { params: { ...at, reference: 'b' }, by }),
    drive('giveOpinion', 503, { params: { ...at, id: 1 }, by, body: { opinion: 'confirm' } }),
    drive('removeBank', 503, { params: at, by: people.admin }),
  ]);
  banks.stdin.end();
  await new Promise((resolve) => banks.on('close', resolve));
  await drive('addEntries', 200, { params: at, by, body: entry });
  assert.match((await drive('sendEvents', 200, { by: keys.all, body })).json.case, /^c-/);
  assert.equal((await drive('claimCase', 200, { params, by })).json.claimed_by, 'lead');
});

test('late and too many: servers with short deadlines and small limits', async () => {
  const small = await start({ home: makeHome(), options: ['--rate-limit', '1'], env: { VIGIE_BODY_MS: '300' } });
  const key = addKey(small.data);
  await until(async () => (await small.with(key).get('/v1/cases')).status === 200, 'the key is not taken');
  const wire = await dial(small);
  await wire.write(lines('POST /v1/events HTTP/1.1', 'Host: vigie', `Authorization: Bearer ${key.key}`, `Content-Type: ${json}`, 'Content-Length: 100'));
  met('sendEvents', (await wire.whenAnswered())[0]);
  wire.end();
  for (let i = 0; i < 3; i++) await small.with(key).send(good());
  await drive('sendEvents', 429, { by: key, to: small, body: good(), valid: true });
  const visitor = { key: 'vg_wrong' };
  await until(async () => (await small.with(visitor).get('/v1/cases')).status === 429, 'wrong keys are not limited');
  for (let i = 0; i < 10; i++) await small.with(visitor).get('/v1/cases');
  await drive('listCases', 429, { by: visitor, to: small });
  await drive('uploadMedia', 429, { by: visitor, to: small, body: 'x', type: 'application/octet-stream' });
  await drive('metrics', 429, { by: visitor, to: small, headers: { 'X-Forwarded-For': '192.0.2.1' } });
  assert.equal((await small.stop()).code, 0);
});

test('every answer that the document names was met, but those known to be out of reach', () => {
  const here = [...description.operations.values()].filter(({ operation }) => !drivenByPart(operation));
  const all = here.flatMap(({ id, operation }) => Object.keys(operation.responses).map((status) => `${id} ${status}`));
  for (const known of Object.keys(elsewhere)) assert.ok(all.includes(known) && !driven.has(known), `${known} need not be excepted`);
  assert.deepEqual(all.filter((one) => !driven.has(one) && !elsewhere[one]), []);
  for (const { id, operation } of here) assert.ok(Object.keys(operation.responses).some((status) => status < 300 && driven.has(`${id} ${status}`)), `${id} succeeded once`);
});

test('the server stops cleanly', async () => {
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  receiver.close();
});
