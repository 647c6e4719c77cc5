// SPDX-License-Identifier: Apache-2.0
// HTTP as no client library would send it: doubtful framing, bodies that are too large, slow clients, clients that are gone, pipelines,
// strange methods and paths. Every time the server must answer clearly or close, apply nothing by half, and serve the next.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addKey, asksPicture, dial, isProblem, lines, makeHome, meet, message, raw, sleep, start, until } from './lib.mjs';

const home = makeHome();
const key = addKey(`${home}/data`);
const other = addKey(`${home}/data`, 'lobby', 'events');
const server = await start({ home });
const sender = server.with(key);
const { adult, child } = await meet(sender);

const good = () => JSON.stringify(message(adult, child, 'hello'));
const head = (...more) => lines('POST /v1/events HTTP/1.1', 'Host: vigie', `Authorization: Bearer ${key.key}`, 'Content-Type: application/json', ...more);
const whole = (body) => head(`Content-Length: ${Buffer.byteLength(body)}`) + body;
const ping = lines('GET /healthz HTTP/1.1', 'Host: vigie');
const alive = async () => assert.equal((await server.request('GET', '/healthz')).text, 'ok\n');
const chunk = (text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

// ---- framing ----

test('doubtful framing: 400, the connection closed, and no second request hidden in the first', async () => {
  const body = good(), n = body.length;
  const wrong = {
    'length and encoding': head(`Content-Length: ${n}`, 'Transfer-Encoding: chunked') + body,
    'encoding and length': head('Transfer-Encoding: chunked', 'Content-Length: 4') + `0\r\n\r\n${ping}`,
    'two equal lengths': head(`Content-Length: ${n}`, `Content-Length: ${n}`) + body,
    'two different lengths': head('Content-Length: 0', `Content-Length: ${ping.length}`) + ping,
    'a list of lengths': head(`Content-Length: ${n}, ${n}`) + body,
    'a negative length': head('Content-Length: -1') + body,
    'a length with a sign': head(`Content-Length: +${n}`) + body,
    'a length in hexadecimal': head('Content-Length: 0x10') + body,
    'a length with an exponent': head('Content-Length: 1e3') + body,
    'a length with a fraction': head(`Content-Length: ${n}.0`) + body,
    'a length in two parts': head('Content-Length: 1 0') + body,
    'an empty length': head('Content-Length:') + body,
    'a word for a length': head('Content-Length: many') + body,
    'a length of 2^64': head('Content-Length: 18446744073709551616') + body,
    'a length of 60 digits': head(`Content-Length: ${'9'.repeat(60)}`) + body,
    'an unknown encoding': head('Transfer-Encoding: gzip') + body,
    'chunked and something': head('Transfer-Encoding: chunked, gzip') + body,
    'chunked twice': head('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked') + `${chunk(body)}0\r\n\r\n`,
    'chunked in quotes': head('Transfer-Encoding: "chunked"') + body,
    'chunked under HTTP/1.0': head('Transfer-Encoding: chunked').replace('HTTP/1.1', 'HTTP/1.0') + `${chunk(body)}0\r\n\r\n`,
    'a blank before the colon': head(`Content-Length : ${n}`) + body,
    'no Host': lines('GET /healthz HTTP/1.1', 'X: y'),
    'two Hosts': lines('GET /healthz HTTP/1.1', 'Host: a', 'Host: b'),
  };
  for (const [name, bytes] of Object.entries(wrong)) {
    const wire = await dial(server);
    await wire.write(bytes + ping);
    await wire.whenClosed();
    const answers = wire.answers();
    assert.equal(answers.length, 1, `${name}: one answer, not ${wire.got}`);
    assert.ok(answers[0].status === 400 || (/2\^64|60 digits/.test(name) && answers[0].status === 413), `${name}: ${answers[0].status}`);
    wire.end();
  }
  assert.equal((await sender.take(JSON.parse(body))).duplicate, undefined, 'none of them was applied');
});

test('chunks: good ones are taken, malformed ones end the connection', async () => {
  const body = good();
  const spread = [...body].map(chunk).join('');
  const [answer, next] = await raw(server, `${head('Transfer-Encoding: chunked')}${spread}0\r\n\r\n${ping}`, { count: 2 });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(next.text, 'ok\n');
  assert.equal((await raw(server, `${head('Transfer-Encoding: Chunked')}${chunk(body).replace('\r\n', ';name=value\r\n')}0\r\n\r\n`)).status, 200);
  const fresh = good();
  for (const bytes of ['zz\r\n', '-5\r\n', 'FFFFFFFFFFFFFFFFF\r\nx', '0x5\r\n', `5\r\n${fresh}`, '\r\n\r\n']) {
    const wire = await dial(server);
    await wire.write(head('Transfer-Encoding: chunked') + bytes);
    await wire.whenClosed();
    for (const said of wire.answers()) assert.ok(said.status === 400 || said.status === 413, `${said.status}`);
    wire.end();
  }
  assert.equal((await sender.take(JSON.parse(fresh))).duplicate, undefined);
});

test('rubbish instead of HTTP is refused or closed', async () => {
  const rubbish = [
    'GARBAGE\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 'GET\r\n\r\n', 'GET / HTTP/9.9\r\nHost: a\r\n\r\n',
    'GET / FTP/1.1\r\nHost: a\r\n\r\n', `${'A'.repeat(5000)} / HTTP/1.1\r\nHost: a\r\n\r\n`, 'GET / HTTP/1.1\r\n: empty\r\nHost: a\r\n\r\n',
    'GET / HTTP/1.1\r\nno colon here\r\nHost: a\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ];
  for (const bytes of rubbish) {
    const wire = await dial(server);
    await wire.write(Buffer.from(bytes, 'latin1'));
    await until(() => wire.closed || wire.got.length, `no reaction to ${JSON.stringify(bytes.slice(0, 30))}`);
    if (wire.got.length) assert.match(wire.got.toString('latin1'), /^HTTP\/1\.[01] [45]/);
    wire.end();
  }
  await alive();
});

// ---- sizes ----

test('a body of 100 MB that is announced: 413 before it is sent', async () => {
  const wire = await dial(server);
  await wire.write(head('Content-Length: 104857600') + 'x'.repeat(100_000));
  const [answer] = await wire.whenAnswered();
  isProblem(answer, 413);
  assert.equal(answer.headers.connection?.toLowerCase(), 'close');
  await wire.whenClosed();
  wire.end();
  const patient = await dial(server);
  await patient.write(head('Content-Length: 104857600', 'Expect: 100-continue'));
  isProblem((await patient.whenAnswered())[0], 413);
  assert.doesNotMatch(patient.got.toString(), /100 Continue/);
  patient.end();
  isProblem(await raw(server, head(`Content-Length: ${600 << 20}`).replace('/v1/events', '/v1/media')), 413);
});

test('a body of 100 MB in chunks: 413 as soon as it is over 8 MiB', async () => {
  const wire = await dial(server);
  await wire.write(head('Transfer-Encoding: chunked'));
  const piece = chunk(' '.repeat(65_536));
  let sent = 0;
  while (!wire.closed && wire.answers().length === 0 && sent < 100 << 20 && (await wire.write(piece))) sent += piece.length;
  const [answer] = await wire.whenAnswered();
  assert.equal(answer.status, 413);
  assert.ok(sent >= 8 << 20 && sent < 40 << 20, `it stopped the client after ${sent} bytes`);
  wire.end();
  await alive();
});

test('a media upload of 64 MB in chunks is hashed while it arrives', async () => {
  const wire = await dial(server);
  await wire.write(head('Transfer-Encoding: chunked').replace('/v1/events', '/v1/media'));
  const piece = chunk('v'.repeat(1 << 20));
  for (let i = 0; i < 64; i++) await wire.write(piece);
  await wire.write('0\r\n\r\n');
  const [answer] = await wire.whenAnswered();
  assert.equal(answer.status, 201, answer.text);
  assert.equal(answer.json.size, 64 << 20);
  const { createHash } = await import('node:crypto');
  const all = Buffer.alloc(64 << 20, 'v');
  for (const algorithm of ['sha256', 'md5']) assert.equal(answer.json[algorithm], createHash(algorithm).update(all).digest('hex'));
  wire.end();
});

test('headers: 8 KiB are taken, over 16 KiB or over 64 of them refused; an address over 2048 bytes too', async () => {
  const get = (...more) => raw(server, lines('GET /healthz HTTP/1.1', 'Host: vigie', ...more));
  assert.equal((await get(`X-Long: ${'x'.repeat(8192)}`)).status, 200);
  assert.equal((await get(...Array.from({ length: 60 }, (_, i) => `X-${i}: ${'y'.repeat(100)}`))).status, 200);
  isProblem(await get(`X-Long: ${'x'.repeat(17_000)}`), 431);
  isProblem(await get(...Array.from({ length: 80 }, (_, i) => `X-${i}: y`)), 431);
  const wire = await dial(server);
  await wire.write(`GET /healthz HTTP/1.1\r\nHost: vigie\r\nX-Endless: ${'z'.repeat(200_000)}`);
  await wire.whenClosed();
  wire.end();
  assert.equal((await raw(server, lines(`GET /healthz?${'q'.repeat(1900)} HTTP/1.1`, 'Host: vigie'))).status, 200);
  isProblem(await raw(server, lines(`GET /healthz?${'q'.repeat(3000)} HTTP/1.1`, 'Host: vigie')), 414);
});

// ---- clients that are gone ----

test('a client that goes in the middle of its body has applied nothing', async () => {
  for (const how of ['destroy', 'resetAndDestroy']) {
    const body = good(), bytes = whole(body);
    for (const cut of [bytes.length - 1, bytes.length - body.length + 10, bytes.length - body.length]) {
      const wire = await dial(server);
      await wire.write(bytes.slice(0, cut));
      await sleep(30);
      wire.socket[how]();
      await sleep(30);
    }
    assert.equal((await sender.take(JSON.parse(body))).duplicate, undefined);
  }
});

test('a client that half closes after its request gets its answer', async () => {
  const wire = await dial(server);
  wire.socket.end(whole(good()));
  assert.equal((await wire.whenAnswered())[0].status, 200);
  wire.end();
});

test('a client that goes before the answer: the event was applied, and its case is there', async () => {
  const e = asksPicture(adult, child), body = JSON.stringify(e);
  const wire = await dial(server);
  await wire.write(whole(body));
  wire.socket.resetAndDestroy();
  await sleep(200);
  const again = await sender.take(e);
  assert.match(again.case, /^c-/);
  const { json } = await sender.get(`/v1/cases?account=${adult}`);
  assert.equal(json.cases.length, 1);
  assert.equal(json.cases[0].events, 1, 'once');
});

test('two hundred idle connections hold up nobody', async () => {
  const wires = await Promise.all(Array.from({ length: 200 }, () => dial(server)));
  assert.equal((await sender.take(JSON.parse(good()))).verdict !== undefined, true);
  await alive();
  for (const wire of wires) wire.end();
});

// ---- slow clients: a server of their own with short deadlines ----

test('slow clients: headers or body that drip are cut off with 408, an upload may take longer', async () => {
  const limit = 1000;
  const slow = await start({ env: { VIGIE_HEADER_MS: `${limit}`, VIGIE_BODY_MS: `${limit}` }, home: makeHome() });
  const token = addKey(slow.data);
  await until(async () => (await slow.with(token).get('/v1/cases')).status === 200, 'the key is not taken');
  const own = (text) => text.replaceAll(key.key, token.key);
  const body = good();
  /* drips `rest` byte by byte behind `first`; gives the milliseconds until the server closed */
  const drip = async (first, rest) => {
    const wire = await dial(slow), began = Date.now();
    await wire.write(first);
    for (const letter of rest) {
      if (wire.closed || !(await wire.write(letter))) break;
      await sleep(50);
    }
    await wire.whenClosed(4 * limit);
    wire.end();
    return { took: Date.now() - began, answers: wire.answers() };
  };
  const late = await Promise.all([
    drip('', own(whole(body)).slice(0, 120)),
    drip(own(head('Content-Length: 500')), body),
    drip(own(head('Transfer-Encoding: chunked')), [...body].map(chunk).join('')),
    drip('', ''),
    drip('GET /healthz HTTP/1.1\r\nHost: vigie\r\n', 'X: y\r\n'.repeat(100)),
    ...Array.from({ length: 40 }, () => drip(own(head('Content-Length: 500')), body)),
  ]);
  for (const { took, answers } of late) {
    assert.ok(took > limit / 2 && took < 4 * limit, `cut off after ${took} ms`);
    assert.equal(answers.length, 1);
    isProblem(answers[0], 408);
  }
  assert.equal((await slow.with(token).take(JSON.parse(body))).duplicate, undefined, 'nothing of it was applied');
  const upload = await dial(slow), bytes = 'some bytes of a file';
  await upload.write(own(head(`Content-Length: ${bytes.length}`)).replace('/v1/events', '/v1/media'));
  for (const letter of bytes) {
    await upload.write(letter);
    await sleep((2 * limit) / bytes.length);
  }
  assert.equal((await upload.whenAnswered())[0].status, 201);
  upload.end();
  assert.equal((await slow.stop()).code, 0);
});

// ---- several requests on one connection ----

test('pipelined requests are answered in their order, refusals in between included', async () => {
  const first = good(), second = good();
  const missing = lines('GET /nothing HTTP/1.1', 'Host: vigie');
  const refused = head('Content-Length: 11').replace('application/json', 'text/plain') + 'hello world';
  const bytes = ping + whole(first) + missing + refused + whole(second) + whole(first) + ping;
  const answers = await raw(server, bytes, { count: 7 });
  assert.deepEqual(answers.map((a) => a.status), [200, 200, 404, 415, 200, 200, 200]);
  assert.deepEqual(answers.slice(4, 6).map((a) => a.json.duplicate), [undefined, true]);
  const hundred = Array.from({ length: 100 }, () => whole(good()));
  assert.ok((await raw(server, hundred.join(''), { count: 100 })).every((a) => a.status === 200));
});

test('pipelined events that open cases, each waiting for the disk, stay in order', async () => {
  const events = Array.from({ length: 20 }, () => asksPicture(adult, child));
  const answers = await raw(server, events.map((e) => whole(JSON.stringify(e))).join(''), { count: 20 });
  assert.deepEqual(answers.map((a) => a.json.id), events.map((e) => e.id));
  assert.ok(answers.every((a) => /^c-/.test(a.json.case)));
});

test('a request byte by byte, and with bare blanks before it, is a request', async () => {
  const wire = await dial(server);
  wire.socket.setNoDelay(true);
  for (const letter of `\r\n${whole(good())}`) await wire.write(letter);
  assert.equal((await wire.whenAnswered())[0].status, 200);
  wire.end();
});

// ---- methods and paths ----

test('HEAD is GET without a body; other methods 405 with Allow; unknown paths 404', async () => {
  for (const path of ['/healthz', '/', '/v1/openapi.yaml', '/readyz']) {
    const get = await server.request('GET', path);
    const same = await server.request('HEAD', path);
    assert.equal(same.status, get.status);
    assert.equal(same.text, '');
    assert.equal(same.headers['content-type'], get.headers['content-type']);
    if (path !== '/readyz') assert.equal(same.headers['content-length'], get.headers['content-length']);
  }
  const wrong = [
    ['GET', '/v1/events', 'POST'], ['HEAD', '/v1/events', 'POST'], ['DELETE', '/v1/events', 'POST'], ['OPTIONS', '/v1/events', 'POST'],
    ['PUT', '/v1/media', 'POST'], ['PATCH', '/v1/cases', 'GET, HEAD'], ['POST', '/healthz', 'GET, HEAD'], ['TRACE', '/healthz', 'GET, HEAD'],
    ['BREW', '/healthz', 'GET, HEAD'], ['POST', '/', 'GET, HEAD'], ['PUT', '/v1/session', 'POST, GET, HEAD, DELETE'], ['GET', '/v1/cases/c-000001/claim', 'POST'],
  ];
  for (const [method, path, allow] of wrong) {
    const answer = await raw(server, lines(`${method} ${path} HTTP/1.1`, 'Host: vigie'), { head: method === 'HEAD' });
    assert.equal(answer.status, 405, `${method} ${path}`);
    assert.equal(answer.headers.allow, allow);
  }
  for (const path of ['/nothing', '/v1', '/v1/', '/v1/event', '/v1/events/', '/v1/cases/', '/V1/EVENTS', '/v1/cases/c-1/x', '/v1/webhooks/dead//retry', '/metrics/x'])
    isProblem(await server.request('GET', path), 404);
});

test('paths that climb, with or without escapes, lead nowhere', async () => {
  const paths = [
    '/../etc/passwd', '/../../../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc/passwd', '/assets/../../etc/passwd', '//etc/passwd', '/etc/passwd',
    '/.git/config', '/index.html%00.png', '/%00', '/..%00', '/index.html/..', '/./index.html', '/%c0%ae%c0%ae/etc/passwd', '/%zz', '/%', '/index.html%', '/\\..\\x',
    '/v1/cases/../metrics', '/v1/cases/%2e%2e', '/v1/cases/..', 'http://vigie/../etc/passwd', '/keys/ring', '/vigie.db', '/data/keys/ring',
  ];
  for (const path of paths) {
    const answer = await raw(server, lines(`GET ${path} HTTP/1.1`, 'Host: vigie'));
    assert.ok([400, 401, 404].includes(answer.status), `${path}: ${answer.status}`);
    assert.doesNotMatch(answer.text, /root:/);
  }
  assert.equal((await raw(server, lines('GET http://vigie/healthz HTTP/1.1', 'Host: vigie'))).text, 'ok\n');
});

test('what a client says does not come back as a header', async () => {
  const evil = 'x%0d%0aSet-Cookie:%20a=b%0d%0a%0d%0a<script>';
  for (const path of [`/${evil}`, `/v1/cases?space=${evil}`, `/v1/cases?before=${evil}`, `/v1/cases/${evil}`, `/?${evil}`]) {
    const answer = await raw(server, lines(`GET ${path} HTTP/1.1`, 'Host: vigie', `Authorization: Bearer ${key.key}`, 'Origin: https://evil.example'));
    assert.equal(answer.headers['set-cookie'], undefined, path);
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
    assert.doesNotMatch(JSON.stringify(answer.headers), /<script|evil/);
  }
  isProblem(await sender.send(message(adult, child, 'hello', { id: 'a\r\nSet-Cookie: a=b' })), 400, '/id');
  const e = message(adult, child, 'hello', { id: '"><script>alert(1)</script>' });
  const answer = await sender.send(e);
  assert.equal(answer.json.id, e.id, 'as a JSON string it is as good as any');
  assert.match(answer.headers['content-type'], /^application\/json/);
});

// ---- how much one key may send ----

test('a key over its rate: 429 with Retry-After, nothing applied, other keys unaffected, and then it goes on', async () => {
  const limited = await start({ options: ['--rate-limit', '40'], home: makeHome() });
  const first = limited.with(addKey(limited.data)), second = limited.with(addKey(limited.data));
  await until(async () => (await second.get('/v1/cases')).status === 200 && (await first.get('/v1/cases')).status === 200, 'the keys are not taken');
  let refused;
  for (let i = 0; i < 400 && !refused; i++) {
    const e = message(adult, child, 'hello'), answer = await first.send(e);
    if (answer.status !== 200) refused = { e, answer, after: i };
  }
  isProblem(refused.answer, 429);
  assert.ok(refused.after >= 80, `a burst of twice the rate is given (${refused.after})`);
  assert.equal((await second.send(message(adult, child, 'hello'))).status, 200);
  isProblem(await first.send(Array.from({ length: 200 }, () => message(adult, child, 'hello'))), 429);
  await sleep(Number(refused.answer.headers['retry-after']) * 1000);
  assert.equal((await first.take(refused.e)).duplicate, undefined, 'the refused event was not applied');
  assert.equal((await limited.stop()).code, 0);
});

test('after all this the server stops cleanly', async () => {
  assert.equal((await server.with(other).send(JSON.parse(good()))).status, 200);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  assert.doesNotMatch(server.log, / error /);
});
