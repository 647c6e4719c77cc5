// SPDX-License-Identifier: Apache-2.0
// A case's media seen as a whole: docs/openapi.yaml against the running server, and what it leaves: who was given what, why, and before it was
// sent; and that "viewed" in a report to NCMEC and in the dossier comes from there. The pictures are made here and harmless.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { addKey, addUser, command, event, fresh, makeHome, makePolicy, meet, signIn, start, vigie } from './lib.mjs';
import { driver, whileLocked } from './openapi.lib.mjs';
import { png } from './png.lib.mjs';

const decoder = existsSync(join(dirname(vigie), 'vigie-decode')), skip = !decoder && 'vigie-decode is not built';
const home = makeHome(), data = `${home}/data`;
const publicKey = command(['evidence', 'keygen', '--out', join(home, 'receiver.key')]).stdout.trim();
const report = `
  receivers:
    - {id: fr.example, country: FR, kind: police, name: {fr: Exemple, en: Example}, public_key: "${publicKey}", key_until: 2099-01-01}
`;
const channel = `
    - {name: ncmec, url: "http://127.0.0.1:9/ispws", user: example, secret_file: ncmec.password, test: yes}`;
const policy = makePolicy(home, (space, text) =>
  space === 'lobby' ? text.replace(/^  whole: no .*/m, '  whole: yes').replace(/^  channels:.*$/m, `${report.slice(1)}$&${channel}`) : text);
writeFileSync(join(home, 'policy/spaces/ncmec.password'), 'secret\n', { mode: 0o600 });
const key = addKey(data);
const passwords = Object.fromEntries([['rosa', 'referent'], ['lea', 'lead'], ['noe', 'analyst']].map(([name, role]) => [name, addUser(data, name, role)]));
const server = await start({ home, policy });
const { drive, whole: wholeDocument } = driver('whole', server);
const people = {};
for (const name of Object.keys(passwords)) people[name] = await signIn(server, name, passwords[name]);
const { rosa, lea, noe } = people;
const sender = server.with(key);
const { child } = await meet(sender);
after(() => server.stop());

const WIDTH = 320, HEIGHT = 200;
const picture = png({ width: WIDTH, height: HEIGHT, pixels: Buffer.alloc(WIDTH * HEIGHT * 3).map((_, i) => (i * 7) ^ (i >> 6)) });
await people.lea.post('/v1/banks', { name: 'known', source: 'these tests', effect: 'hold' });

/** A case of the lobby that keeps this file. */
async function keep(bytes) {
  const upload = (await sender.post('/v1/media', bytes, 'application/octet-stream')).json;
  const added = await lea.post('/v1/banks/known/entries', { entries: [{ category: 'A', hashes: [{ algorithm: 'sha1', value: upload.sha1 }] }] });
  assert.equal(added.status, 200, added.text);
  const answer = await sender.take(event('media', fresh('author'), { upload: upload.upload, to: [child], channel: 'group' }));
  const { media } = (await lea.get(`/v1/cases/${answer.case}`)).json.events[0].content;
  return { id: answer.case, n: media.number };
}
const views = async ({ id, n }) => (await lea.get(`/v1/cases/${id}/media/${n}/views`)).json.views.map((v) => [v.user, v.seen]);
const entries = () => command(['audit', 'export', '--data', data]).stdout.trim().split('\n').slice(1).map((line) => JSON.parse(line));
const body = { why: 'place' };
const params = decoder ? await keep(picture) : undefined;

test('it is for who holds the case, asks on purpose and says why', { skip }, async () => {
  await drive('viewWhole', 401, { params, body });
  await drive('viewWhole', 403, { by: noe, params, body });
  await drive('viewWhole', 409, { by: rosa, params, body });
  assert.equal((await rosa.post(`/v1/cases/${params.id}/claim`)).status, 200);
  assert.equal((await drive('viewWhole', 400, { by: rosa, params, body: { why: 'curious' } })).json.pointer, '/why');
  assert.equal((await drive('viewWhole', 400, { by: rosa, params, body: {} })).json.pointer, '/why');
  assert.equal((await drive('viewWhole', 400, { by: rosa, params, body: { why: 'age', from: 3 } })).json.pointer, '/from');
  assert.equal((await drive('viewWhole', 400, { by: rosa, params, body: { why: 'age', from: 16 } })).json.pointer, '/from');
  await drive('viewWhole', 404, { by: rosa, params: { ...params, n: 999_999 }, body });
  await drive('viewWhole', 413, { by: rosa, params, body: 'x'.repeat(70_000) });
  await drive('viewWhole', 415, { by: rosa, params, type: 'text/plain', body: 'x' });
  await drive('viewWhole', 409, { by: lea, params, body });
  assert.deepEqual(await views(params), [], 'nothing of it was a view');
});

test('nothing is given that is not on record', { skip }, async () => {
  await whileLocked(data, () => drive('viewWhole', 503, { by: rosa, params, body }));
  assert.deepEqual(await views(params), []);
});

test('a picture is given in its colours, on record with why, and counted', { skip }, async () => {
  const before = (await rosa.get('/v1/me/welfare')).json.categories.material.seen.media_hour;
  const seen = await drive('viewWhole', 200, { by: rosa, params, body });
  assert.equal(seen.headers['cache-control'], 'no-store');
  const { pictures: [one], ...rest } = seen.json;
  assert.deepEqual([rest, one.width, one.height], [{ kind: 'still', from: 0, of: 1, whole: true }, WIDTH, HEIGHT]);
  const bytes = Buffer.from(one.png, 'base64');
  assert.deepEqual([bytes.subarray(1, 4).toString(), bytes.readUInt32BE(16), bytes.readUInt32BE(20), bytes[25]], ['PNG', WIDTH, HEIGHT, 2]);
  assert.ok(!bytes.equals(picture), 'made anew: what was sent does not leave');
  assert.deepEqual(await views(params), [['rosa', 'whole']]);
  const entry = entries().find((e) => e.action === 'media.whole');
  assert.deepEqual([entry.actor, entry.object, JSON.parse(entry.detail)], ['rosa', `${params.id}/${params.n}`, { why: 'place', from: 0, count: 1, of: 1 }]);
  assert.equal((await rosa.get('/v1/me/welfare')).json.categories.material.seen.media_hour, before + 1);
  const log = (await lea.get(`/v1/cases/${params.id}`)).status;
  assert.equal(log, 200);
});

test('an animation is given page by page, and is seen whole with the last of them', { skip: skip || (spawnSync('ffmpeg', ['-version']).status !== 0 && 'no ffmpeg to make one') }, async () => {
  const film = join(home, 'film.gif');
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=size=96x64:rate=10:duration=2', '-c:v', 'gif', '-f', 'gif', film]);
  const at = await keep(readFileSync(film)), path = `/v1/cases/${at.id}`;
  assert.equal((await rosa.post(`${path}/claim`)).status, 200);
  const page = async (from) => (await rosa.post(`${path}/media/${at.n}/whole`, { why: 'age', from })).json;
  const first = await page(0), second = await page(16);
  assert.deepEqual([first.kind, first.of, first.pictures.length, first.whole], ['animation', 20, 16, false]);
  assert.deepEqual([second.pictures.length, second.whole, second.pictures[3].at_ms], [4, true, 1900]);
  assert.deepEqual(await views(at), [['rosa', 'part'], ['rosa', 'whole']]);
  await rosa.post(`${path}/release`);
});

test('a video is one picture a second, without sound', { skip: skip || (spawnSync('ffmpeg', ['-version']).status !== 0 && 'no ffmpeg to make one') }, async () => {
  const film = join(home, 'film.mp4');
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=size=800x600:rate=5:duration=18', '-f', 'lavfi', '-i', 'sine=duration=18', '-c:v', 'mpeg4', '-c:a', 'aac', '-f', 'mp4', film]);
  const at = await keep(readFileSync(film)), path = `/v1/cases/${at.id}`;
  assert.equal((await rosa.post(`${path}/claim`)).status, 200);
  const page = async (from) => (await rosa.post(`${path}/media/${at.n}/whole`, { why: 'identify', from })).json;
  const last = await page(16), first = await page(0);
  assert.deepEqual([last.kind, last.of, last.pictures.length, last.whole], ['video', 18, 2, false], 'the end alone is a part');
  assert.deepEqual([first.pictures.length, first.whole, first.pictures[3].at_ms, first.pictures[0].width, first.pictures[0].height], [16, true, 3000, 640, 480]);
  assert.deepEqual(Object.keys(first.pictures[0]), ['at_ms', 'width', 'height', 'png'], 'pictures, and nothing else of it');
  assert.deepEqual(await views(at), [['rosa', 'part'], ['rosa', 'whole']]);
  await rosa.post(`${path}/release`);
});

test('a file that breaks off is never seen whole, and one that shows nothing is no view', { skip }, async () => {
  const bmp = Buffer.concat([Buffer.from('BM'), Buffer.alloc(52), Buffer.alloc(64 * 64 * 3).map((_, i) => (i * 7) ^ (i >> 6))]); // 64 x 64
  for (const [at, value] of [[2, bmp.length], [10, 54], [14, 40], [18, 64], [22, 64]]) bmp.writeUInt32LE(value, at);
  bmp.writeUInt16LE(1, 26);
  bmp.writeUInt16LE(24, 28);
  const broken = await keep(bmp.subarray(0, Math.floor(bmp.length * 0.8))), path = `/v1/cases/${broken.id}`;
  assert.equal((await rosa.post(`${path}/claim`)).status, 200);
  const seen = (await rosa.post(`${path}/media/${broken.n}/whole`, body)).json;
  assert.deepEqual([seen.whole, seen.more], [false, true], JSON.stringify(seen).slice(0, 300));
  assert.deepEqual(await views(broken), [['rosa', 'part']]);
  await rosa.post(`${path}/release`);
  const words = await keep(Buffer.from('these are words and no picture'));
  assert.equal((await rosa.post(`/v1/cases/${words.id}/claim`)).status, 200);
  await drive('viewWhole', 422, { by: rosa, params: words, body });
  assert.deepEqual(await views(words), []);
  await rosa.post(`/v1/cases/${words.id}/release`);
});

test('a report says viewed because the log says it, and for no other reason', { skip }, async () => {
  const small = await keep(png({ width: 64, height: 64, pixels: Buffer.alloc(64 * 64 * 3).map((_, i) => (i * 5) ^ (i >> 4)) }));
  assert.equal((await rosa.get(`/v1/cases/${small.id}/media/${small.n}/thumbnail`)).status, 200);
  const documents = async (id, receiver, over, pattern) => {
    const draft = await lea.post(`/v1/cases/${id}/filings`, { receiver, channel: over });
    assert.equal(draft.status, 201, draft.text);
    const { documents: all } = (await lea.get(`/v1/filings/${draft.json.id}/documents`)).json;
    const names = all.map((d) => d.name).filter((name) => pattern.test(name));
    assert.ok(names.length, JSON.stringify(all));
    return Promise.all(names.map(async (name) => (await lea.get(`/v1/filings/${draft.json.id}/documents/${name}`)).bytes));
  };
  const ncmec = async (id) => (await documents(id, 'us.ncmec', 'ncmec', /xml$/)).join('\n');
  assert.match(await ncmec(params.id), /<fileViewedByEsp>true</);
  const unseen = await ncmec(small.id);
  assert.match(unseen, /<fileViewedByEsp>false</);
  assert.ok(!unseen.includes('<fileViewedByEsp>true<'));
  if (spawnSync('pdftotext', ['-v']).error) return;
  const [pdf] = await documents(params.id, 'fr.pharos', 'portal', /pdf$/);
  writeFileSync(join(home, 'dossier.pdf'), pdf);
  const words = execFileSync('pdftotext', ['-layout', join(home, 'dossier.pdf'), '-'], { encoding: 'utf8' });
  assert.match(words, /rosa/, 'the dossier names who saw it');
});

test('what the law requires to be removed, and what was handed over, nobody sees', { skip }, async () => {
  const log = entries().length;
  const gone = await keep(png({ width: 80, height: 60, pixels: Buffer.alloc(80 * 60 * 3).map((_, i) => (i * 3) ^ (i >> 5)) }));
  const handed = await lea.post(`/v1/cases/${gone.id}/hand-over`, { receiver: 'fr.example', reason: 'asked by a judge' });
  assert.equal(handed.status, 200, handed.text);
  await drive('viewWhole', 410, { by: rosa, params: gone, body });
  const removed = await keep(png({ width: 60, height: 80, pixels: Buffer.alloc(60 * 80 * 3).map((_, i) => (i * 11) ^ (i >> 3)) }));
  await rosa.post(`/v1/cases/${removed.id}/claim`);
  const decided = await rosa.post(`/v1/cases/${removed.id}/decisions`, { action: 'report', reason: 'media' });
  assert.ok(decided.status < 300, decided.text);
  await drive('viewWhole', 451, { by: rosa, params: removed, body });
  assert.deepEqual(entries().slice(log).filter((e) => /^media\.(part|whole)$/.test(e.action)), []);
});

test('where the policy does not say so, nobody does', { skip }, async () => {
  const other = await start({ home: makeHome() });
  const password = addUser(other.data, 'rosa', 'referent'), session = await signIn(other, 'rosa', password);
  assert.equal((await session.post('/v1/cases/c-000001/media/1/whole', body)).status, 404);
  await other.stop();
});

test('every answer that the document names was met', { skip }, () => wholeDocument());
