// SPDX-License-Identifier: Apache-2.0
// What POST /v1/events takes and what it refuses: good events of every type, then bad input of every kind over a real connection. After
// each refusal the same server answers on; at the end it stops cleanly, which under sanitizers means: without a finding.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  account, addKey, asksPicture, command, event, fresh, isProblem, makeHome, meet, message, openCase, sleep, start, until,
} from './lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const keys = {
  all: addKey(data),
  lobby: addKey(data, 'lobby', 'events'),
  media: addKey(data, 'lobby', 'media'),
  cases: addKey(data, 'lobby', 'cases_read'),
};
const server = await start({ home });
const sender = server.with(keys.all);
const lobby = server.with(keys.lobby);
const { adult, child } = await meet(sender);

const DAY = 86_400_000;
const at = (ms) => new Date(Date.now() + ms).toISOString();
const good = () => message(adult, child, 'hello, good game');
/** A good event with one change. */
const bad = (change) => {
  const e = good();
  change(e);
  return e;
};
const isNew = async (e) => assert.equal((await sender.take(e)).duplicate, undefined, 'nothing of it was applied before');

test('an event of each type gets a verdict with reasons in both languages', async () => {
  const answers = await sender.take([
    message(adult, child, 'how old are you'),
    event('media', adult, { hashes: [{ algorithm: 'sha256', value: 'ab'.repeat(32) }], to: [child], mime: 'image/png' }),
    event('contact', adult, { to: child, kind: 'request' }),
    event('contact', adult, { to: [child], kind: 'private_room', conversation: 'mp-9' }),
    account(fresh('a'), 'unknown', {}, { country: 'FR', language: 'fr', created: '2026-01-02T03:04:05Z' }),
    event('notice', child, { about: fresh('b'), reason: 'harassment', text: 'he does not stop' }),
    message(child, adult, 'no thanks', { datacontenttype: 'application/json' }, { channel: 'group', language: 'en' }),
  ]);
  assert.equal(answers.length, 7);
  for (const answer of answers) {
    assert.match(answer.verdict, /^(allow|nudge|review|hold|block)$/);
    assert.ok(answer.risk >= 0 && answer.risk <= 1);
    assert.ok(answer.why.fr && answer.why.en);
    for (const piece of answer.evidence) assert.ok(piece.name && piece.why.fr && piece.why.en && piece.weight > 0, JSON.stringify(piece));
  }
  const [asked] = answers;
  assert.equal(asked.evidence.find((piece) => piece.name === 'text.age_probing')?.fresh, true);
  assert.equal(asked.verdict, 'nudge');
  assert.ok(asked.message.fr && asked.message.en, 'a nudge carries the message to show');
});

test('known material is blocked and opens a case, by list of hashes and by upload', async () => {
  const picture = 'vigie demo picture 1'; // a harmless string whose hashes are in the demonstration bank
  const upload = await sender.post('/v1/media', picture, 'application/octet-stream');
  assert.equal(upload.status, 201, upload.text);
  for (const media of [{ hashes: [{ algorithm: 'md5', value: upload.json.md5.toUpperCase() }] }, { upload: upload.json.upload }]) {
    const answer = await sender.take(event('media', fresh('author'), { ...media, to: [child] }));
    assert.equal(answer.verdict, 'block');
    assert.match(answer.case, /^c-/);
  }
});

test('what is not JSON: 400, with the place, and nothing is applied', async () => {
  const text = JSON.stringify(good());
  const broken = {
    'nothing at all': '',
    'only blanks': ' \n\t ',
    'an object that does not end': '{',
    'half an event': text.slice(0, text.length / 2),
    'an array that does not end': '[',
    'single quotes': text.replaceAll('"', "'"),
    'a comma too many': text.slice(0, -1) + ',}',
    'a comma missing': text.replace('","', '" "'),
    'two documents': text + text,
    'rubbish behind': text + ' x',
    'a comment': `/* */${text}`,
    'a word': 'null',
    'a string': '"event"',
    'a number': '42',
    'NaN as a value': text.replace('"1.0"', 'NaN'),
    'a leading zero': text.replace('"1.0"', '01'),
    'a byte order mark': '\ufeff' + text,
    'a control character in a string': text.replace('hello', 'hel\u0001lo'),
    'a line break in a string': text.replace('hello', 'hel\nlo'),
    'half of a pair of surrogates': text.replace('hello', '\\ud800'),
    'the pair the wrong way round': text.replace('hello', '\\udc00\\ud800'),
    'an escape that does not exist': text.replace('hello', '\\x41'),
    'an escape cut short': text.replace('hello', '\\u00'),
    'UTF-16': Buffer.from(text, 'utf16le'),
    'XML': '<event/>',
    'a form': 'id=1&source=2',
  };
  for (const [name, body] of Object.entries(broken)) {
    const answer = await sender.post('/v1/events', body, 'application/cloudevents+json');
    isProblem(answer, 400);
    assert.ok(answer.json.detail.length > 10, name);
  }
  isProblem(await sender.post('/v1/events', '{"a":', 'application/cloudevents-batch+json'), 400);
  isProblem(await sender.post('/v1/events', '[{"a":', 'application/json'), 400);
  await isNew(JSON.parse(text));
});

test('bytes that are not UTF-8: 400', async () => {
  const wrong = {
    'a lone continuation byte': [0x80],
    'a byte that never occurs': [0xff],
    'an overlong slash': [0xc0, 0xaf],
    'an overlong NUL': [0xc0, 0x80],
    'a surrogate': [0xed, 0xa0, 0x80],
    'over U+10FFFF': [0xf4, 0x90, 0x80, 0x80],
    'a character cut off': [0xe2, 0x82],
    'Latin-1': [0x63, 0x61, 0x66, 0xe9],
  };
  const [before, behind] = JSON.stringify(good()).split('hello');
  const [idBefore, idBehind] = JSON.stringify(bad((e) => (e.id = 'HERE'))).split('HERE');
  for (const bytes of Object.values(wrong)) {
    isProblem(await sender.post('/v1/events', Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(behind)])), 400);
    isProblem(await sender.post('/v1/events', Buffer.concat([Buffer.from(idBefore), Buffer.from(bytes), Buffer.from(idBehind)])), 400);
  }
});

test('NUL, raw or escaped, in every string: 400', async () => {
  isProblem(await sender.post('/v1/events', JSON.stringify(good()).replace('hello', 'hel\0lo')), 400);
  isProblem(await sender.post('/v1/events', JSON.stringify(good()) + '\0'), 400);
  isProblem(await sender.send(bad((e) => (e.data.text = 'hel\u0000lo'))), 400, '/data/text');
  isProblem(await sender.send(bad((e) => (e.id = 'a\u0000b'))), 400, '/id');
  isProblem(await sender.send(bad((e) => (e.subject = '\u0000'))), 400, '/subject');
  isProblem(await sender.send(bad((e) => (e.source = '/spaces/lobby\u0000'))), 400, '/source');
  isProblem(await sender.send(bad((e) => (e.data.to = ['a\u0000']))), 400, '/data/to/0');
  isProblem(await sender.send(bad((e) => (e.data['te\u0000xt'] = 'x'))), 400);
});

test('unknown types, unknown and missing members: 400 with the exact place', async () => {
  const cases = [
    [(e) => (e.type = 'vigie.chat'), '/type'],
    [(e) => (e.type = 'VIGIE.MESSAGE'), '/type'],
    [(e) => (e.extra = 1), '/extra'],
    [(e) => (e.dataschema = 'x'), '/dataschema'],
    [(e) => (e['a/b~c'] = 1), '/a~1b~0c'],
    [(e) => (e.data.extra = 1), '/data/extra'],
    [(e) => (e.data.Text = 'x'), '/data/Text'],
    [(e) => (e.data.age_band = '25+'), '/data/age_band'],
    [(e) => delete e.id, '/id'],
    [(e) => delete e.source, '/source'],
    [(e) => delete e.type, '/type'],
    [(e) => delete e.subject, '/subject'],
    [(e) => delete e.time, '/time'],
    [(e) => delete e.data, '/data'],
    [(e) => delete e.specversion, '/specversion'],
    [(e) => delete e.data.text, '/data/text'],
    [(e) => delete e.data.conversation, '/data/conversation'],
    [(e) => (e.specversion = '0.3'), '/specversion'],
    [(e) => (e.datacontenttype = 'text/plain'), '/datacontenttype'],
    [(e) => (e.source = 'lobby'), '/source'],
    [(e) => (e.source = '/spaces/'), '/source'],
    [(e) => (e.data.channel = 'secret'), '/data/channel'],
    [(e) => (e.data.channel = ''), '/data/channel'],
  ];
  for (const [change, pointer] of cases) isProblem(await sender.send(bad(change)), 400, pointer);
  const twice = JSON.stringify(good()).replace('"id":', '"id":"other","id":');
  isProblem(await sender.post('/v1/events', twice), 400, '/id');
});

test('an unknown value is named, with those that were expected', async () => {
  const answer = await sender.send(account(fresh('a'), 'kid'));
  isProblem(answer, 400, '/data/age_band');
  assert.match(answer.json.detail, /unknown value "kid".*under13/);
});

test('the wrong type in the place of each value: 400 with the exact place', async () => {
  const paths = ['id', 'source', 'type', 'subject', 'time', 'specversion', 'data', 'data.text', 'data.conversation', 'data.to', 'data.channel', 'data.language'];
  for (const path of paths) {
    const isObject = path === 'data', isArray = path === 'data.to';
    for (const value of [0, 1.5, -1, true, null, {}, [], 'x', [1], ['']]) {
      if (!isObject && !isArray && typeof value === 'string') continue;
      if (isArray && Array.isArray(value) && value.length === 0) continue;
      if (isObject && value && value.constructor === Object) continue;
      const answer = await sender.send(bad((e) => (path.startsWith('data.') ? (e.data[path.slice(5)] = value) : (e[path] = value))));
      isProblem(answer, 400);
      assert.ok(answer.json.pointer.startsWith(`/${path.replace('.', '/')}`), `${path} = ${JSON.stringify(value)}: ${answer.text}`);
    }
  }
  const notString = [
    [account(fresh('a'), 25), '/data/age_band'],
    [account(fresh('a'), '25+', {}, { created: 1700000000 }), '/data/created'],
    [account(fresh('a'), '25+', {}, { country: 33 }), '/data/country'],
    [event('contact', adult, { to: 7, kind: 'request' }), '/data/to'],
    [event('notice', child, { about: adult, reason: 3 }), '/data/reason'],
    [event('media', adult, { hashes: 'abc' }), '/data/hashes'],
    [event('media', adult, { hashes: [{ algorithm: 'md5', value: 5 }] }), '/data/hashes/0/value'],
  ];
  for (const [e, pointer] of notString) isProblem(await sender.send(e), 400, pointer);
});

test('numbers of any size where none belong do no harm', async () => {
  const text = JSON.stringify(bad((e) => (e.data.text = 'HERE')));
  for (const number of ['1e999', '-1e999', '1e-999', '9'.repeat(400), '0.' + '1'.repeat(5000), '18446744073709551616', '-9223372036854775809'])
    isProblem(await sender.post('/v1/events', text.replace('"HERE"', number)), 400);
});

test('over a length, or under: 400 with the exact place; the limit itself is taken', async () => {
  const name = (n) => 'n'.repeat(n);
  const limits = [
    [(e) => (e.id = name(257)), '/id'],
    [(e) => (e.id = ''), '/id'],
    [(e) => (e.subject = name(257)), '/subject'],
    [(e) => (e.subject = 'é'.repeat(129)), '/subject'],
    [(e) => (e.source = `/spaces/${name(300)}`), '/source'],
    [(e) => (e.data.conversation = name(257)), '/data/conversation'],
    [(e) => (e.data.conversation = ''), '/data/conversation'],
    [(e) => (e.data.text = name(16385)), '/data/text'],
    [(e) => (e.data.to = Array.from({ length: 33 }, (_, i) => `p${i}`)), '/data/to'],
    [(e) => (e.data.to = ['ok', name(257)]), '/data/to/1'],
    [(e) => (e.data.language = name(36)), '/data/language'],
  ];
  for (const [change, pointer] of limits) {
    const answer = await sender.send(bad(change));
    isProblem(answer, 400);
    assert.ok(answer.json.pointer === pointer || answer.json.pointer.startsWith(pointer + '/'), answer.text);
  }
  const media = (hashes) => event('media', adult, { hashes, to: [child] });
  const hash = { algorithm: 'md5', value: '0'.repeat(32) };
  isProblem(await sender.send(media([])), 400, '/data/hashes');
  isProblem(await sender.send(media([{ ...hash, value: '0'.repeat(31) }])), 400, '/data/hashes/0/value');
  isProblem(await sender.send(media([hash, { ...hash, algorithm: 'sha256' }])), 400, '/data/hashes/1/value');
  isProblem(await sender.send(media([{ ...hash, algorithm: 'sha1' }])), 400, '/data/hashes/0/value');
  isProblem(await sender.send(media([{ ...hash, algorithm: 'crc32' }])), 400, '/data/hashes/0/algorithm');
  isProblem(await sender.send(media([{ algorithm: 'pdq', value: '0'.repeat(64) }])), 400, '/data/hashes/0/quality');
  isProblem(await sender.send(media([{ ...hash, value: 'g'.repeat(32) }])), 400, '/data/hashes/0/value');
  isProblem(await sender.send(event('media', adult, { to: [child] })), 400);
  isProblem(await sender.send(event('media', adult, { hashes: [hash], upload: 'u-x' })), 400);
  assert.equal((await sender.send(media(Array(1025).fill(hash)))).status, 400);
  const largest = bad((e) => {
    Object.assign(e, { id: fresh('i').padEnd(256, '-'), subject: 's'.repeat(256) });
    e.data = { conversation: name(256), text: 'é'.repeat(8192), to: Array.from({ length: 32 }, (_, i) => `p${i}`) };
  });
  await isNew(largest);
});

test('times: the future, ten years ago, and what is no time', async () => {
  for (const time of [at(10 * 60_000), at(400 * DAY), '9999-12-31T23:59:59Z', at(-31 * DAY), at(-3653 * DAY), '1970-01-01T00:00:00Z'])
    isProblem(await sender.send(bad((e) => (e.time = time))), 400, '/time');
  const noTime = ['', 'now', '2026-05-04', '2026-02-30T00:00:00Z', '2026-13-01T00:00:00Z', '2026-05-04T25:00:00Z', '2026-05-04T10:11:12', '1969-12-31T23:59:59Z',
    '12026-05-04T10:11:12Z', '2026-05-04T10:11:12+99:00', '2026-05-04T10:11:12ZZ', ' 2026-05-04T10:11:12Z', `2026-05-04T10:11:12.${'0'.repeat(300)}Q`];
  for (const time of noTime) isProblem(await sender.send(bad((e) => (e.time = time))), 400, '/time');
  for (const time of [at(4 * 60_000), at(-29 * DAY), at(0).replace('Z', '+00:00'), at(0).replace('.', '.0000000').replace('Z', 'z')])
    await isNew(bad((e) => (e.time = time)));
  for (const created of ['2024-02-30', 'yesterday', '2024-1-2']) isProblem(await sender.send(account(fresh('a'), '25+', {}, { created })), 400, '/data/created');
});

test('the same event again: the same answer, marked duplicate, in any spacing of an equal retry', async () => {
  for (const e of [good(), asksPicture(adult, child), message(adult, child, 'how old are you'), account(fresh('a'), '13-14')]) {
    const first = await sender.take(e);
    assert.equal(first.duplicate, undefined);
    for (let i = 0; i < 3; i++) {
      const again = await sender.take(e);
      assert.equal(again.duplicate, true);
      delete again.duplicate;
      assert.deepEqual(again, first);
    }
  }
});

test('the same event from twenty connections at once is applied once', async () => {
  const { adult, child } = await meet(sender);
  const e = asksPicture(adult, child);
  const answers = await Promise.all(Array.from({ length: 20 }, () => sender.take(e)));
  assert.equal(answers.filter((answer) => !answer.duplicate).length, 1);
  assert.equal(new Set(answers.map((answer) => answer.case)).size, 1);
  const { json } = await sender.get(`/v1/cases?account=${adult}`);
  assert.deepEqual(json.cases.map((c) => c.events), [1]);
});

test('the same id with other content: 409, in a batch for that event alone', async () => {
  const first = good();
  await sender.take(first);
  const other = { ...first, data: { ...first.data, text: 'something else' } };
  isProblem(await sender.send(other), 409, '/id');
  const fellow = good();
  const [a, b, c] = await sender.take([first, other, fellow]);
  assert.equal(a.duplicate, true);
  assert.equal(b.id, other.id);
  assert.equal(b.error.status, 409);
  assert.equal(b.error.pointer, '/1/id');
  assert.equal(b.verdict, undefined);
  assert.equal(c.verdict, 'allow');
  assert.equal((await sender.take(fellow)).duplicate, true, 'the others of the batch were applied');
  await isNew({ ...first, source: '/spaces/forum' }); // an id counts within its source
});

test('a batch in which one event is wrong: all or nothing, and which one', async () => {
  const batch = Array.from({ length: 30 }, good);
  batch[17] = account(fresh('a'), 'kid');
  isProblem(await sender.send(batch), 400, '/17/data/age_band');
  batch[17] = bad((e) => (e.time = at(10 * 60_000)));
  isProblem(await sender.send(batch), 400, '/17/time');
  batch[17] = bad((e) => (e.source = '/spaces/nowhere'));
  isProblem(await sender.send(batch), 422, '/17/source');
  batch[17] = bad((e) => (e.source = '/spaces/forum'));
  isProblem(await lobby.send(batch), 403, '/17/source');
  batch[17] = 'no event';
  isProblem(await sender.send(batch), 400, '/17');
  batch.splice(17, 1);
  for (const answer of await sender.take(batch)) assert.equal(answer.duplicate, undefined);
});

test('a batch of 1000 is taken, of 1001 and of none refused', async () => {
  const batch = Array.from({ length: 1000 }, good);
  const answers = await sender.take(batch);
  assert.deepEqual(answers.map((a) => a.id), batch.map((e) => e.id));
  const more = await sender.send(Array.from({ length: 1001 }, good));
  assert.ok(more.status === 400 || more.status === 413, more.text);
  isProblem(await sender.send([]), 400);
  isProblem(await sender.post('/v1/events', [good()], 'application/cloudevents+json'), 400);
  isProblem(await sender.post('/v1/events', good(), 'application/cloudevents-batch+json'), 400);
  assert.equal((await sender.post('/v1/events', [good(), good()], 'application/json; charset=utf-8')).json.length, 2);
  assert.equal((await sender.post('/v1/events', ` \n[${JSON.stringify(good())}]`, 'application/json')).json.length, 1);
});

test('an array nested ten thousand deep, and an object: 400', async () => {
  const deep = 10_000;
  for (const body of ['['.repeat(deep), '['.repeat(deep) + ']'.repeat(deep), '{"a":'.repeat(deep) + '1' + '}'.repeat(deep)])
    for (const type of ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'])
      isProblem(await sender.post('/v1/events', body, type), 400);
  isProblem(await sender.post('/v1/events', JSON.stringify(good()).replace('"hello, good game"', '['.repeat(deep) + ']'.repeat(deep))), 400);
});

test('a body of exactly 8 MiB is read, one byte more is refused', async () => {
  const text = JSON.stringify(good());
  const full = text.padEnd(8 << 20, ' ');
  assert.equal((await sender.post('/v1/events', full)).status, 200);
  isProblem(await sender.post('/v1/events', full + ' '), 413);
});

test('other content types: 415, an empty type too', async () => {
  for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'application/jsonx', 'application/cloudevents', 'multipart/form-data; boundary=x', ' '])
    isProblem(await sender.post('/v1/events', good(), type), 415);
  const none = await server.request('POST', '/v1/events', { headers: sender.auth, body: JSON.stringify(good()) });
  isProblem(none, 415);
});

test('a key of one space: its space only, 403 for another, 422 for a space without a policy', async () => {
  isProblem(await lobby.send(bad((e) => (e.source = '/spaces/forum'))), 403, '/source');
  isProblem(await lobby.send(bad((e) => (e.source = '/spaces/nowhere'))), 403, '/source');
  isProblem(await sender.send(bad((e) => (e.source = '/spaces/nowhere'))), 422, '/source');
  isProblem(await sender.send(bad((e) => (e.source = '/spaces/lobby/../forum'))), 400, '/source');
  assert.equal((await lobby.send(good())).status, 200);
});

test('scopes: each key may do what it says and nothing else', async () => {
  const media = server.with(keys.media), cases = server.with(keys.cases);
  isProblem(await media.send(good()), 403);
  isProblem(await cases.send(good()), 403);
  isProblem(await lobby.get('/v1/cases'), 403);
  isProblem(await lobby.post('/v1/media', 'abc', 'application/octet-stream'), 403);
  assert.equal((await lobby.get('/metrics')).status, 200, 'from this machine the metrics need no key');
  const proxied = { ...lobby.auth, 'X-Forwarded-For': '192.0.2.1' };
  isProblem(await server.request('GET', '/metrics', { headers: proxied }), 403);
  assert.equal((await media.post('/v1/media', 'abc', 'application/octet-stream')).status, 201);
  const elsewhere = await openCase(sender, 'forum');
  const mine = await openCase(sender);
  const seen = (await cases.get('/v1/cases?limit=500')).json.cases;
  assert.ok(seen.some((c) => c.id === mine.id));
  assert.ok(!seen.some((c) => c.id === elsewhere.id || c.space !== 'lobby'), 'a key sees the cases of its space only');
  isProblem(await cases.get(`/v1/cases/${mine.id}`), 401); // content is for people
});

test('an upload is known in its space, for an event of its space', async () => {
  const upload = (await server.with(keys.media).post('/v1/media', 'some bytes', 'application/octet-stream')).json;
  const media = (more) => event('media', adult, { upload: upload.upload, to: [child] }, more);
  assert.equal((await lobby.send(media())).status, 200);
  isProblem(await sender.send(media({ source: '/spaces/forum' })), 422, '/data/upload');
  isProblem(await sender.send(event('media', adult, { upload: 'u-nothing', to: [child] })), 422, '/data/upload');
  isProblem(await sender.post('/v1/media', '', 'application/octet-stream'), 400);
});

test('no key, half a key, a wrong key: 401', async () => {
  const post = (headers) => server.request('POST', '/v1/events', { headers: { 'Content-Type': 'application/json', ...headers }, body: good() });
  for (const Authorization of [undefined, '', 'Bearer', 'Bearer ', 'Basic dmc6dmc=', `Bearer ${keys.all.key.slice(0, -1)}`, `Bearer ${keys.all.key}x`, keys.all.key, `Bearer ${'x'.repeat(4000)}`]) {
    const answer = await post(Authorization === undefined ? {} : { Authorization });
    isProblem(answer, 401);
    assert.match(answer.headers['www-authenticate'], /^Bearer/);
  }
});

test('a running server takes a new key and refuses a revoked one as soon as the command says so', async () => {
  for (let round = 0; round < 10; round++) {
    const made = addKey(data, 'lobby', 'events');
    const visitor = server.with(made);
    assert.equal((await visitor.send(good())).status, 200, 'the first request with the new key');
    command(['key', 'revoke', String(made.id), '--data', data]);
    isProblem(await visitor.send(good()), 401);
  }
});

test('too many wrong keys from one address: 429; a good key of that address is not affected', async () => {
  const visitor = server.with('vg_wrong');
  let answer;
  for (let i = 0; i < 60 && answer?.status !== 429; i++) answer = await visitor.send(good());
  isProblem(answer, 429);
  assert.equal((await sender.send(good())).status, 200);
});

test('after all this the server stops cleanly and its audit chain is whole', async () => {
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  assert.doesNotMatch(server.log, / error /);
  assert.match(command(['audit', 'verify', '--data', data]).stdout, /chain intact/);
});
