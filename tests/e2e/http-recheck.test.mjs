// SPDX-License-Identifier: Apache-2.0
// Looking at an address again, where the host is no friend: it drips, floods, never ends its headers, says that it has more than anybody takes, sends elsewhere. Nothing is kept,
// nobody else is asked, and the server has memory left.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { startHost } from './authorities/host.mjs';
import { addKey, addUser, makeHome, makePolicy, openCase, signIn, start, until } from './lib.mjs';

const MIB = 1 << 20, sha256 = createHash('sha256').update('a harmless file').digest('hex');
const host = await startHost(), other = await startHost();
const home = makeHome(), data = `${home}/data`;
const password = addUser(data, 'lea', 'lead'), key = addKey(data);
const section = (test) => `
report:
  operator: {name: Example, email: reports@example.org, domain: example.org, country: FR}
  after_filing: keep
  four_eyes: no
  urgent_within: 1 hour
  file_within: 24 hours
  removal_within: 24 hours
  recheck: yes
  channels:
    - {name: notice, url: "${host.smtp}", from: reports@example.org, test: ${test}}
  receivers:
    - {id: net.host, country: FR, kind: host, name: {fr: Hébergeur, en: Host}, channel: notice, email: abuse@host.example}
`;
// the lobby speaks to a host's test system on this machine; the forum is as in earnest
const policy = makePolicy(home, (space, text) => text.replace(/^report:\n(?:[ #].*\n|\n)*/m, '') + section(space === 'lobby' ? 'yes' : 'no'));
const server = await start({ home, policy, env: { http_proxy: other.url, https_proxy: other.url } });
const lea = await signIn(server, 'lea', password);
after(async () => {
  host.stop();
  other.stop();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

/** A notice about these addresses, sent; its number. */
async function sent(urls, space = 'lobby') {
  const { id } = await openCase(server.with(key), space);
  assert.equal((await lea.post(`/v1/cases/${id}/decisions`, { action: 'report', reason: 'grooming' })).status, 201);
  const made = await lea.post(`/v1/cases/${id}/filings`, { receiver: 'net.host', options: { items: urls.map((url) => ({ url, sha256 })) } });
  assert.equal(made.status, 201, made.text);
  const done = await lea.post(`/v1/filings/${made.json.id}/confirm`, { hash: (await lea.get(`/v1/filings/${made.json.id}`)).json.hash });
  assert.equal(done.status, 200, done.text);
  await until(async () => (await lea.get(`/v1/filings/${made.json.id}`)).json.state === 'filed', 'it is sent', 20_000);
  return made.json.id;
}
async function recheck(id) {
  const answer = await lea.post(`/v1/filings/${id}/recheck`, {});
  assert.equal(answer.status, 200, answer.text);
  return answer.json.checks.map((c) => c.still);
}
const peak = () => Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))[1]) * 1024;
/** Sends pieces until the other side has enough; `sent` counts what went out. */
function flood(response, piece, most, counted) {
  const more = () => {
    while (counted.sent < most) {
      counted.sent += piece.length;
      if (!response.write(piece)) return void response.once('drain', more);
    }
    response.end();
  };
  response.on('close', () => (counted.closed = true));
  more();
}

test('a body that drips, headers that never end, a body that says it is too long: each is left, and none is waited for', async () => {
  const declared = { sent: 0 }, heads = { sent: 0 };
  host.pages.set('/drip', 'drip');
  host.pages.set('/declared', (_, response) => {
    response.writeHead(200, { 'content-length': 512 * MIB + 1 });
    flood(response, Buffer.alloc(64 << 10), 512 * MIB, declared);
  });
  const endless = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 200 OK\r\n');
    const line = Buffer.from(`X-More: ${'x'.repeat(4000)}\r\n`);
    const more = () => {
      while (!socket.destroyed && heads.sent < 64 * MIB) {
        heads.sent += line.length;
        if (!socket.write(line)) return void socket.once('drain', more);
      }
    };
    more();
  }).unref();
  await new Promise((resolve) => endless.listen(0, '127.0.0.1', resolve));
  const id = await sent([`${host.url}/drip`, `${host.url}/declared`, `http://127.0.0.1:${endless.address().port}/`]);
  const before = peak();
  assert.deepEqual(await recheck(id), ['unknown', 'unknown', 'unknown']);
  assert.ok(declared.sent < 32 * MIB, `it is not begun: ${declared.sent}`);
  assert.ok(heads.sent < 32 * MIB, `nor are headers without end: ${heads.sent}`);
  assert.ok(peak() - before < 24 * MIB, `nothing of it was kept: ${peak() - before}`);
  endless.close();
});

test('a long body runs through the hash and is gone', async () => {
  const counted = { sent: 0 };
  host.pages.set('/long', (_, response) => {
    response.writeHead(200); // without a length
    flood(response, Buffer.alloc(256 << 10, 0x61), 96 * MIB, counted);
  });
  const id = await sent([`${host.url}/long`]), before = peak();
  assert.deepEqual(await recheck(id), ['changed']);
  assert.ok(counted.sent >= 96 * MIB, 'all of it came');
  assert.ok(peak() - before < 32 * MIB, `nothing of it was kept: ${peak() - before}`);
});

test('a redirection is an answer: nobody else is asked, whoever it names', async () => {
  const targets = [`${other.url}/a`, 'http://10.0.0.1/', 'http://169.254.169.254/latest/meta-data', 'file:///etc/passwd', `gopher://127.0.0.1:${other.url.split(':').at(-1)}/x`, `//127.0.0.1:${other.url.split(':').at(-1)}/a`];
  targets.forEach((target, i) => host.pages.set(`/r${i}`, (_, response) => response.writeHead([301, 302, 303, 307, 308, 300][i], { location: target, refresh: `0; url=${target}` }).end('x')));
  host.pages.set('/loop', (_, response) => response.writeHead(302, { location: `${host.url}/loop` }).end());
  const id = await sent([...targets.map((_, i) => `${host.url}/r${i}`), `${host.url}/loop`]);
  host.asked.length = other.asked.length = 0;
  assert.deepEqual(await recheck(id), Array(7).fill('unknown'));
  assert.equal(host.asked.length, 7, 'each address once');
  assert.deepEqual(other.asked, [], 'and nobody else');
});

test('in earnest this machine is asked no more than a private network, however it is written; a proxy of the surroundings is not used', async () => {
  const port = host.url.split(':').at(-1);
  const names = ['127.0.0.1', 'localhost', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '[::]', '10.0.0.1', '192.168.0.1', '[fe80::1]', '[fd00::1]'];
  host.pages.set('/a', 'a harmless file');
  const id = await sent(names.map((name) => `http://${name}:${port}/a`), 'forum');
  host.asked.length = other.asked.length = 0;
  assert.deepEqual(await recheck(id), Array(names.length).fill('unknown'));
  assert.deepEqual([host.asked, other.asked], [[], []]);
  const here = await sent([`${host.url}/a`]);
  assert.deepEqual(await recheck(here), ['there'], 'where the policy says that it is a test system it is asked');
  assert.deepEqual(other.asked, [], 'not through the proxy');
});
