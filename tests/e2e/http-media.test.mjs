// SPDX-License-Identifier: Apache-2.0
// Media through the whole of it: a picture is uploaded, decoded in the sandbox, named by an event, found in a bank although it was resized,
// recompressed or turned, sealed with the case that opens; and what is not known leaves nothing behind. The pictures are made here: they are
// harmless, and "known material" is one of them.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import {
  addKey, addUser, event, fresh, isProblem, makeHome, meet, openCase, request, signIn, sleep, start, until, vigie,
} from './lib.mjs';
import { png } from './png.lib.mjs';

// ---- pictures ----

/** A picture of smooth blobs, the same whatever its size; `seed` makes another one. */
function blobs(seed, width, height) {
  let state = seed * 2654435761 >>> 0;
  const next = () => ((state = (state * 1664525 + 1013904223) >>> 0) / 2 ** 32);
  const spots = Array.from({ length: 24 }, () => ({ x: next(), y: next(), r: 0.03 + next() * 0.18, c: [next(), next(), next()].map((v) => v * 2 - 1) }));
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const c = [0.5, 0.5, 0.5];
      for (const s of spots) {
        const d = ((x + 0.5) / width - s.x) ** 2 + ((y + 0.5) / height - s.y) ** 2;
        const w = Math.exp(-d / (s.r * s.r));
        for (let i = 0; i < 3; i++) c[i] += w * s.c[i] * 0.6;
      }
      for (let i = 0; i < 3; i++) pixels[(y * width + x) * 3 + i] = Math.max(0, Math.min(255, Math.round(c[i] * 255)));
    }
  return { width, height, pixels };
}

const turned = ({ width, height, pixels }) => { // a quarter
  const out = Buffer.alloc(pixels.length);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) pixels.copy(out, (x * height + (height - 1 - y)) * 3, (y * width + x) * 3, (y * width + x) * 3 + 3);
  return { width: height, height: width, pixels: out };
};
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
const ffmpeg = (input, ...args) => execFileSync('ffmpeg', ['-v', 'error', '-i', 'pipe:0', ...args, 'pipe:1'], { input, maxBuffer: 1 << 28 });

// ---- the house ----

const home = makeHome(), data = join(home, 'data');
const decoder = existsSync(join(dirname(vigie), 'vigie-decode'));
const keys = { all: addKey(data), banks: addKey(data, 'lobby', 'banks'), allBanks: addKey(data, '*', 'banks'), media: addKey(data, 'lobby', 'media,events') };
const passwords = Object.fromEntries(['lead', 'admin', 'referent', 'auditor'].map((role) => [role, addUser(data, role, role)]));
passwords.second = addUser(data, 'second', 'referent');
const small = (space, text) => text.replace(/max_file: 200 MB/, 'max_file: 20 MB').replace(/max_pixels: 100 megapixels/, 'max_pixels: 4 megapixels');
const { makePolicy } = await import('./lib.mjs');
let server = await start({ home, policy: makePolicy(home, small), options: ['--threads', '2'] });
const people = {};
for (const name of Object.keys(passwords)) people[name] = await signIn(server, name, passwords[name]);
let sender = server.with(keys.all);
const { child } = await meet(sender);
after(async () => {
  const { code } = await server.stop();
  assert.equal(code, 0, 'the server ends cleanly');
});

const upload = async (bytes, by = sender) => {
  const answer = await by.post('/v1/media', bytes, 'application/octet-stream');
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
};
const mediaEvent = (media, who = fresh('author'), more = {}) => event('media', who, { to: [child], channel: 'group', ...media }, more);
const assess = async (media, who, more) => sender.take(mediaEvent(media, who, more));
const piece = (answer, name) => answer.evidence.find((one) => one.name === name);
const files = (dir = join(data, 'media')) => (existsSync(dir) ? readdirSync(dir, { withFileTypes: true }).flatMap((f) => (f.isDirectory() ? files(join(dir, f.name)) : [join(dir, f.name)])) : []);
/** All bytes of the data directory: what is on disk. */
const onDisk = (dir = data) => readdirSync(dir, { withFileTypes: true }).flatMap((f) => (f.isDirectory() ? onDisk(join(dir, f.name)) : f.isFile() ? [join(dir, f.name)] : []));
const holds = (needle) => onDisk().filter((path) => readFileSync(path).includes(needle));

const original = blobs(7, 640, 480), known = png(original);
let knownHashes; // what the decoder says of it

test('an upload says what the file is, and its hashes', { skip: !decoder && 'vigie-decode is not built' }, async () => {
  const answer = await upload(known);
  assert.match(answer.upload, /^u-/);
  assert.deepEqual([answer.kind, answer.format, answer.width, answer.height, answer.size], ['still', 'png', 640, 480, known.length]);
  assert.match(answer.pdq, /^[0-9a-f]{64}$/);
  assert.ok(answer.quality >= 50, `quality ${answer.quality}`);
  assert.equal(answer.note, undefined);
  assert.match(answer.sha1, /^[0-9a-f]{40}$/);
  knownHashes = answer;
});

test('a bank is begun by a lead, filled over HTTP, and found at once', { skip: !decoder && 'vigie-decode is not built' }, async () => {
  isProblem(await people.referent.post('/v1/banks', { name: 'known', source: 'test', effect: 'block' }), 403);
  const made = await people.lead.post('/v1/banks', { name: 'known', source: 'test list', classification: 'test classes', effect: 'block' });
  assert.equal(made.status, 201, made.text);
  assert.deepEqual([made.json.entries, made.json.threshold, made.json.min_quality, made.json.profile], [0, 31, 50, 'cpp']);
  isProblem(await people.lead.post('/v1/banks', { name: 'known', source: 'test', effect: 'block' }), 409);
  assert.equal((await assess({ upload: (await upload(known)).upload })).verdict, 'allow', 'not yet known');

  const machine = server.with(keys.allBanks);
  const hash = (algorithm, value, more = {}) => ({ algorithm, value, ...more });
  isProblem(await machine.post('/v1/banks/known/entries', { entries: [{ hashes: [hash('pdq', knownHashes.pdq)] }] }), 400, '/entries/0/hashes/0/quality');
  const entries = [{ reference: 'ref/1', category: 'class 2', hashes: [hash('sha256', knownHashes.sha256), hash('pdq', knownHashes.pdq, { quality: knownHashes.quality })] }];
  const added = await machine.post('/v1/banks/known/entries', { entries });
  assert.equal(added.status, 200, added.text);
  assert.equal(added.json.added, 1);

  const answer = await assess({ upload: (await upload(known)).upload });
  assert.equal(answer.verdict, 'block', JSON.stringify(answer));
  const [match] = piece(answer, 'media.known_hash').matches;
  assert.deepEqual([match.bank, match.category, match.classification, match.algorithm, match.effect, match.doubted], ['known', 'class 2', 'test classes', 'sha256', 'block', false]);
  const edge = await assess({ hashes: [hash('sha256', knownHashes.sha256)] });
  assert.equal(edge.verdict, 'block', 'a hash alone is enough');
  const near = await assess({ hashes: [hash('pdq', knownHashes.pdq, { quality: 100 })] });
  assert.equal(piece(near, 'media.similar_hash').matches[0].distance, 0);
  assert.equal(near.verdict, 'block');
  assert.equal((await assess({ hashes: [hash('pdq', knownHashes.pdq, { quality: 49 })] })).verdict, 'allow', 'a hash of poor quality says nothing');
});

const copies = { resized: () => png(blobs(7, 320, 240)), turned: () => png(turned(original)) };
if (hasFfmpeg)
  Object.assign(copies, {
    recompressed: () => ffmpeg(known, '-f', 'image2', '-c:v', 'mjpeg', '-q:v', '8'),
    'resized and recompressed': () => ffmpeg(known, '-vf', 'scale=800:600', '-f', 'image2', '-c:v', 'mjpeg', '-q:v', '12'),
    mirrored: () => ffmpeg(known, '-vf', 'hflip', '-f', 'image2', '-c:v', 'png'),
  });
for (const [how, make] of Object.entries(copies))
  test(`a ${how} copy is found as nearly the same`, { skip: !decoder && 'vigie-decode is not built' }, async () => {
    const answer = await assess({ upload: (await upload(make())).upload });
    assert.equal(answer.verdict, 'block', JSON.stringify(answer));
    const [match] = piece(answer, 'media.similar_hash').matches;
    assert.equal(match.algorithm, 'pdq');
    assert.ok(match.distance <= 31);
    const upright = !['turned', 'mirrored'].includes(how);
    assert.equal(match.turn === 'none', upright, `turn ${match.turn}`);
  });

test('a copy in a video is found', { skip: (!decoder || !hasFfmpeg) && 'no decoder, or no ffmpeg' }, async (t) => {
  writeFileSync(join(home, 'known.png'), known);
  const mp4 = execFileSync('ffmpeg', ['-v', 'error', '-loop', '1', '-i', join(home, 'known.png'), '-t', '4', '-r', '5', '-c:v', 'mpeg4', '-q:v', '4', '-movflags', 'frag_keyframe+empty_moov', '-f', 'mp4', 'pipe:1'], { maxBuffer: 1 << 28 });
  const file = await upload(mp4);
  if (file.kind !== 'video') return t.skip(`videos are not decoded by this build: ${file.note}`);
  assert.ok(file.frames >= 3, JSON.stringify(file));
  // frames are hashed at full resolution (vPDQ), so they are looked for in banks of that profile; of a picture this smooth both hashes are near
  assert.equal((await people.lead.post('/v1/banks', { name: 'films', source: 'test', effect: 'block', profile: 'pytx' })).status, 201);
  const frame = { algorithm: 'pdq', value: knownHashes.pdq, quality: 100, profile: 'pytx' };
  assert.equal((await people.lead.post('/v1/banks/films/entries', { entries: [{ hashes: [frame] }] })).status, 200);
  const answer = await assess({ upload: (await upload(mp4)).upload });
  assert.equal(answer.verdict, 'block', JSON.stringify(answer));
  assert.equal(piece(answer, 'media.similar_hash').matches[0].bank, 'films');
  assert.equal((await people.admin.del('/v1/banks/films')).status, 204);
});

test('an unknown picture passes, and nothing of it is on disk', { skip: !decoder && 'vigie-decode is not built' }, async () => {
  const before = files().length, bytes = png(blobs(4242, 400, 300));
  const answer = await assess({ upload: (await upload(bytes)).upload });
  assert.deepEqual([answer.verdict, answer.evidence.filter((e) => e.name.startsWith('media.'))], ['allow', []]);
  assert.equal(files().length, before);
  assert.deepEqual(holds(bytes.subarray(60, 124)), []);
});

test('a case keeps its media sealed; a look at it is on record', { skip: !decoder && 'vigie-decode is not built' }, async () => {
  const before = new Set(files());
  const answer = await assess({ upload: (await upload(known)).upload });
  const [file, ...more] = files().filter((path) => !before.has(path));
  assert.ok(file && more.length === 0, 'one file');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.ok(statSync(file).size > known.length);
  assert.deepEqual(holds(known.subarray(60, 124)), [], 'nobody reads it without the key ring');

  const detail = (await people.referent.get(`/v1/cases/${answer.case}`)).json;
  const { media } = detail.events[0].content;
  assert.deepEqual([media.kept, media.thumbnail, media.kind, media.format, media.width, media.sha256], [true, true, 'still', 'png', 640, knownHashes.sha256]);
  assert.equal(media.matches[0].bank, 'known');
  assert.equal(media.matches[0].bank_id, undefined);
  const path = `/v1/cases/${answer.case}/media/${media.number}`;
  assert.deepEqual((await people.lead.get(`${path}/views`)).json.views, [], 'reading the case is no view of the media');
  isProblem(await people.auditor.get(`${path}/thumbnail`), 403);
  const thumbnail = await people.referent.get(`${path}/thumbnail`);
  assert.equal(thumbnail.status, 200, thumbnail.text);
  assert.equal(thumbnail.headers['content-type'], 'image/png');
  assert.ok((await people.referent.get('/v1/me/welfare')).json.categories.material.seen.media_hour >= 1, 'the look is counted for who looked');
  assert.equal(thumbnail.headers['cache-control'], 'no-store');
  assert.deepEqual([thumbnail.bytes.readUInt32BE(16), thumbnail.bytes.readUInt32BE(20), thumbnail.bytes[25]], [160, 120, 0], '160 x 120, grey');
  if (hasFfmpeg) assert.equal(ffmpeg(thumbnail.bytes, '-f', 'rawvideo', '-pix_fmt', 'gray').length, 160 * 120, 'it is a PNG');
  const { views } = (await people.lead.get(`${path}/views`)).json;
  assert.deepEqual(views.map((v) => v.user), ['referent']);
  isProblem(await people.referent.get(`/v1/cases/${answer.case}/media/999999/thumbnail`), 404);
  isProblem(await people.referent.get(`/v1/cases/${answer.case}/media/x/thumbnail`), 404);
});

test('a bank that not everybody may know of is not named to them', { skip: !decoder && 'vigie-decode is not built' }, async () => {
  const picture = png(blobs(99, 300, 300)), file = await upload(picture);
  const made = await people.admin.post('/v1/banks', { name: 'secret', source: 'an agency', effect: 'hold', visible_to: ['lead', 'admin'] });
  assert.equal(made.status, 201, made.text);
  await people.admin.post('/v1/banks/secret/entries', { entries: [{ category: 'x', hashes: [{ algorithm: 'sha1', value: file.sha1 }] }] });
  const answer = await assess({ upload: file.upload });
  assert.equal(answer.verdict, 'hold');
  const [match] = piece(answer, 'media.known_hash').matches;
  assert.deepEqual([match.bank, match.category, match.source, match.entry], [undefined, undefined, undefined, undefined], 'nor to the platform');
  const seen = async (who) => (await people[who].get(`/v1/cases/${answer.case}`)).json.events[0].content.media.matches[0].bank;
  assert.equal(await seen('referent'), undefined);
  assert.equal(await seen('lead'), 'secret');
  isProblem(await people.referent.get('/v1/banks/secret'), 404);
  assert.deepEqual((await people.referent.get('/v1/banks')).json.banks.map((b) => b.name), ['known']);
  assert.deepEqual((await people.lead.get('/v1/banks')).json.banks.map((b) => b.name), ['known', 'secret']);
  assert.deepEqual((await server.with(keys.banks).get('/v1/banks')).json.banks.map((b) => b.name), ['known']);
  isProblem(await people.lead.del('/v1/banks/secret'), 403);
  assert.equal((await people.admin.del('/v1/banks/secret')).status, 204);
  assert.equal((await assess({ hashes: [{ algorithm: 'sha1', value: file.sha1 }] })).verdict, 'allow', 'found no more');
});

test('two people: one rejection is a doubt that asks for review at most, two withdraw', { skip: !decoder && 'vigie-decode is not built' }, async () => {
  const picture = png(blobs(1234, 300, 300)), file = await upload(picture), hashes = [{ algorithm: 'sha256', value: file.sha256 }];
  await people.lead.post('/v1/banks/known/entries', { entries: [{ reference: 'doubtful', category: 'class 1', hashes }] });
  assert.equal((await assess({ hashes })).verdict, 'block');
  const [entry] = (await people.referent.get('/v1/banks/known/entries?reference=doubtful')).json.entries;
  const say = (who, opinion) => people[who].post(`/v1/banks/known/entries/${entry.id}/opinion`, { opinion });
  isProblem(await say('auditor', 'reject'), 404); // banks are not for auditors: not even that there is one
  isProblem(await say('referent', 'perhaps'), 400, '/opinion');
  assert.equal((await say('referent', 'reject')).json.state, 'doubted');
  const doubted = await assess({ hashes });
  assert.equal(doubted.verdict, 'review', JSON.stringify(doubted));
  assert.equal(piece(doubted, 'media.known_hash').matches[0].doubted, true);
  assert.equal((await say('second', 'reject')).json.state, 'withdrawn');
  assert.equal((await assess({ hashes })).verdict, 'allow');
});

test('a list is streamed in, told apart line by line, and comes out again', async () => {
  assert.equal((await people.lead.post('/v1/banks', { name: 'lists', source: 'test', effect: 'review' })).status, 201);
  const line = (n) => `sha256 ${n.toString(16).padStart(64, '0')} class ${n % 3}`;
  const list = Array.from({ length: 3000 }, (_, n) => line(n + 1)).join('\n') + '\nsha256 zz\n';
  const machine = server.with(keys.allBanks);
  const answer = await machine.post('/v1/banks/lists/import?format=text', list, 'application/octet-stream');
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual([answer.json.added, answer.json.skipped, answer.json.problems[0].line], [3000, 1, 3001]);
  await until(async () => (await assess({ hashes: [{ algorithm: 'sha256', value: (77).toString(16).padStart(64, '0') }] })).verdict === 'review', 'the list is not found');
  const csv = await people.lead.get('/v1/banks/lists/export');
  assert.equal(csv.status, 200, csv.text);
  assert.equal(csv.text.trim().split('\r\n').length, 3001);
  const replaced = await machine.post('/v1/banks/lists/import?format=csv&mode=replace', csv.text.split('\r\n').slice(0, 11).join('\r\n') + '\r\n', 'application/octet-stream');
  assert.equal(replaced.status, 200, replaced.text);
  assert.deepEqual([replaced.json.withdrawn, replaced.json.unchanged], [2990, 10], replaced.text);
  isProblem(await machine.post('/v1/banks/lists/import?format=vics', '{"no": "list"}', 'application/octet-stream'), 400);
  isProblem(await machine.post('/v1/banks/lists/import?format=word', 'x', 'application/octet-stream'), 400, '/format');
  isProblem(await server.with(keys.banks).post('/v1/banks/lists/import?format=text', line(1), 'application/octet-stream'), 403);
  isProblem(await people.referent.get('/v1/banks/lists/export'), 403);
});

test('an entry is withdrawn by its reference, and not found from then on', { skip: !decoder && 'vigie-decode is not built' }, async () => {
  const before = await assess({ hashes: [{ algorithm: 'sha256', value: knownHashes.sha256 }] });
  assert.equal(before.verdict, 'block');
  const machine = server.with(keys.allBanks);
  const del = (path) => request(server, 'DELETE', path, { headers: machine.auth });
  isProblem(await del('/v1/banks/known/entries/nothing'), 404);
  assert.equal((await del('/v1/banks/known/entries/ref%2F1')).status, 204);
  assert.equal((await assess({ hashes: [{ algorithm: 'sha256', value: knownHashes.sha256 }] })).verdict, 'allow');
  const again = await sender.take(mediaEvent({ hashes: [{ algorithm: 'sha256', value: knownHashes.sha256 }] }));
  assert.equal(again.verdict, 'allow');
  const banks = (await people.lead.get('/v1/banks/known')).json;
  assert.ok(banks.withdrawn >= 1);
  await until(async () => (await people.lead.get('/v1/banks/known')).json.matches >= 5, 'matches are counted');
  assert.equal((await machine.post('/v1/banks/known/entries', { entries: [{ reference: 'ref/1', category: 'class 2', hashes: [{ algorithm: 'sha256', value: knownHashes.sha256 }, { algorithm: 'pdq', value: knownHashes.pdq, quality: 100 }] }] })).status, 200);
});

test('damaged, mislabelled and oversized files get their digests and a reason, or a refusal', { skip: !decoder && 'vigie-decode is not built' }, async () => {
  for (const bytes of [known.subarray(0, 5000), Buffer.concat([known.subarray(0, 3000), randomBytes(3000)]), randomBytes(20_000), Buffer.from('\xff\xd8\xff\xe0 not a picture', 'latin1'), Buffer.from('GIF89a')]) {
    const file = await upload(bytes);
    assert.match(file.sha256, /^[0-9a-f]{64}$/);
    assert.ok(file.note, JSON.stringify(file));
    assert.notEqual((await assess({ upload: file.upload })).verdict, undefined);
  }
  const large = await upload(png({ width: 2500, height: 2000, pixels: Buffer.alloc(2500 * 2000 * 3) }));
  assert.match(large.note, /pixel|limit|larger/i);
  isProblem(await sender.post('/v1/media', Buffer.alloc(20_000_001), 'application/octet-stream'), 413);
  assert.equal((await assess({ upload: (await upload(known)).upload })).verdict, 'block', 'the decoder works on');
});

test('a decoder that is killed costs nothing: it is replaced', { skip: !decoder && 'vigie-decode is not built' }, async () => {
  const workers = () => spawnSync('pgrep', ['-P', `${server.child.pid}`]).stdout.toString().split('\n').filter(Boolean).map(Number);
  await upload(known);
  for (const pid of workers()) process.kill(pid, 'SIGKILL');
  for (let i = 0; i < 4; i++) {
    const file = await upload(known);
    if (!file.note) return;
  }
  assert.fail('no worker came back');
});

test('a channel that may not be looked at: nothing is compared, nothing is kept', { skip: !decoder && 'vigie-decode is not built' }, async () => {
  const before = files().length, source = '/spaces/rencontre';
  const file = await upload(known);
  const answer = await sender.take(event('media', fresh('author'), { upload: file.upload, to: [child], channel: 'private' }, { source }));
  assert.deepEqual([answer.scanned, answer.evidence.some((e) => e.name.startsWith('media.'))], [false, false]);
  assert.equal(files().length, before);
});

test('the same event again gets the same answer', { skip: !decoder && 'vigie-decode is not built' }, async () => {
  const one = mediaEvent({ upload: (await upload(known)).upload });
  const first = await sender.take(one), second = await sender.take(one);
  assert.equal(second.duplicate, true);
  delete second.duplicate;
  assert.deepEqual(second, first);
});

test('metrics and readiness speak of media', async () => {
  const { text } = await server.request('GET', '/metrics');
  for (const name of ['vigie_media_lookups_total', 'vigie_media_matches_total{effect="block"}', 'vigie_media_uploads_total', 'vigie_media_decode_seconds_count', 'vigie_media_sealed_total'])
    assert.match(text, new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} [0-9]`, 'm'));
  const { checks } = (await server.request('GET', '/readyz')).json;
  assert.deepEqual([checks.media, checks.banks], [decoder ? 'ok' : 'no decoder', 'ok']);
});

test('kill -9 between upload and event, and after a case: nothing readable is left, the sealed stays', { skip: !decoder && 'vigie-decode is not built' }, async () => {
  const secret = png(blobs(31337, 500, 400)), waiting = await upload(secret);
  const answer = await assess({ upload: (await upload(known)).upload });
  const kept = files().length;
  await server.kill();
  assert.deepEqual(holds(secret.subarray(60, 124)), [], 'an upload that waited is noise');
  server = await start({ home, policy: join(home, 'policy'), port: server.port });
  sender = server.with(keys.all);
  isProblem(await sender.send(mediaEvent({ upload: waiting.upload })), 422, '/data/upload');
  assert.equal(files().length, kept);
  const lead = await signIn(server, 'lead', passwords.lead);
  const { media } = (await lead.get(`/v1/cases/${answer.case}`)).json.events[0].content;
  assert.equal((await lead.get(`/v1/cases/${answer.case}/media/${media.number}/thumbnail`)).status, 200);
  assert.equal((await assess({ hashes: [{ algorithm: 'sha256', value: knownHashes.sha256 }] })).verdict, 'block', 'banks are there at once');
});

test('a server without a decoder answers digests, and says so', async () => {
  const alone = makeHome(), key = addKey(join(alone, 'data'));
  mkdirSync(join(alone, 'bin'));
  writeFileSync(join(alone, 'bin/vigie'), readFileSync(vigie), { mode: 0o755 });
  const bare = await start({ home: alone, program: join(alone, 'bin/vigie') });
  const answer = await bare.with(key).post('/v1/media', known, 'application/octet-stream');
  assert.equal(answer.status, 201, answer.text);
  assert.match(answer.json.note, /no decoder/);
  assert.match(answer.json.sha256, /^[0-9a-f]{64}$/);
  assert.equal(answer.json.pdq, undefined);
  assert.equal((await bare.request('GET', '/readyz')).json.checks.media, 'no decoder');
  assert.equal((await bare.stop()).code, 0);
});
