// SPDX-License-Identifier: Apache-2.0
// What the end-to-end tests share: a fresh installation in a temporary directory, the real binary ($VIGIE) started on a free loopback
// port, an HTTP client, a raw socket for what no client would send, events, and a session of the console. Nothing is a stand-in.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const vigie = process.env.VIGIE ?? join(root, 'build/release/vigie');
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks again and again until `check` gives something true; fails after `ms`. */
export async function until(check, what, ms = 10_000) {
  for (const end = Date.now() + ms; ; await sleep(20)) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) assert.fail(`${typeof what === 'function' ? what() : what} (waited ${ms} ms)`);
  }
}

// ---- installations ----

const running = new Set();
const homes = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

/** A fresh directory, removed at the end. */
export function makeHome() {
  const home = mkdtempSync(join(tmpdir(), 'vigie-e2e-'));
  homes.add(home);
  return home;
}

/** Runs a command of the binary and waits. Fails the test unless it ends with `status` (null: any). */
export function command(args, { status = 0, input = '', env = {}, cwd } = {}) {
  const done = spawnSync(vigie, args, { input, cwd, encoding: 'utf8', env: { ...process.env, ...env }, maxBuffer: 1 << 28, timeout: 60_000 });
  if (done.error) throw done.error;
  if (status !== null) assert.equal(done.status, status, `vigie ${args.join(' ')}: ${done.stderr}`);
  return { status: done.status, stdout: done.stdout, stderr: done.stderr };
}

export const addKey = (data, space = '*', scopes = 'events,media,cases_read,metrics') =>
  JSON.parse(command(['key', 'create', '--space', space, '--scopes', scopes, '--data', data, '--json']).stdout);
export const addUser = (data, name, role, ...more) =>
  JSON.parse(command(['user', 'add', name, '--role', role, '--data', data, '--json', ...more]).stdout).password;

const lexicon = `# A handful of expressions, so that a server starts at once: the shipped lexicons take a second to compile.
language: en
families:
  age_probing:
    description: {fr: "demande l'âge", en: "asks the age"}
    sources: ["these tests"]
    patterns: [{strength: 0.7, any_of: ["how old are you"]}]
  secrecy:
    description: {fr: "demande le secret", en: "asks for secrecy"}
    sources: ["these tests"]
    patterns: [{strength: 0.8, any_of: ["keep [this|it] secret"]}]
  picture_request:
    description: {fr: "demande une photo", en: "asks for a picture"}
    sources: ["these tests"]
    patterns: [{strength: 0.9, any_of: ["send me a picture"]}]
  refusal:
    description: {fr: "refuse", en: "says no"}
    sources: ["these tests"]
    patterns: [{strength: 0.8, any_of: ["no i don't want to"]}]
  threat:
    description: {fr: "menace", en: "threatens"}
    sources: ["these tests"]
    patterns: [{strength: 1, any_of: ["or you will regret it"]}]
`;

const inHours = (hours) => new Date(Date.now() + (hours + 1) * 3_600_000).toISOString().slice(11, 16); // as the shipped policies' clocks show

/** The shipped policies with that small lexicon, in `home`/policy. `edit(space, text)` may change a space's file. */
export function makePolicy(home, edit = (space, text) => text) {
  const dir = join(home, 'policy');
  mkdirSync(join(dir, 'spaces'), { recursive: true });
  mkdirSync(join(dir, 'lexicon'), { recursive: true });
  for (const part of ['training', 'phrases.yaml', 'banks', 'demo', 'spelling', 'law', 'hotlines', 'routing.yaml']) cpSync(join(root, 'policy', part), join(dir, part), { recursive: true });
  writeFileSync(join(dir, 'lexicon/small.yaml'), lexicon);
  for (const space of ['lobby', 'rencontre', 'forum']) {
    const text = readFileSync(join(root, 'policy/spaces', `${space}.yaml`), 'utf8');
    const small = text
      .replace(/^lexicons:\n(  - .*\n)+/m, 'lexicons:\n  - ../lexicon/small.yaml\n')
      .replace(/^  until: .*\n/m, '') // a test has no last day
      .replace(/^  four_eyes: .*\n/m, '  four_eyes: []\n') // what is tested of two people sets it itself
      .replace(/^  undo: .*\n/m, '  undo: 0 seconds\n') // and so for what waits to be undone
      .replace(/^  (share|doubles): .*$/gm, '  $1: 0') // no case is a copy by chance, but where a test says so
      .replace(/^  night_from: .*$/m, `  night_from: "${inHours(12)}"`).replace(/^  night_to: .*$/m, `  night_to: "${inHours(12.1)}"`) // it is day, whenever they run
      .replace(/^(training:\n  required: )yes/m, '$1no'); // nobody needs a certificate, but where a test says so
    assert.notEqual(small, text, 'the shipped policy names its lexicons');
    writeFileSync(join(dir, 'spaces', `${space}.yaml`), edit(space, small));
  }
  return dir;
}

export const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/** Starts `vigie serve` and waits until it is ready. `wrap`: a command that runs it, as ['prlimit', '--fsize=...']. */
export async function start({ home = makeHome(), policy, options = [], env = {}, wrap = [], port, program = vigie, ready = true } = {}) {
  const server = { home, data: join(home, 'data'), policy: policy ?? makePolicy(home), port: port ?? (await freePort()), log: '' };
  server.url = `http://127.0.0.1:${server.port}`;
  const line = [...wrap, program, 'serve', '--data', server.data, '--policy', server.policy, '--port', `${server.port}`, ...options];
  server.child = spawn(line[0], line.slice(1), { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } });
  running.add(server.child);
  for (const part of [server.child, server.child.stderr]) part.unref(); // a failed test leaves its server: it must not hold up the end
  const end = () => {
    for (const part of [server.child, server.child.stderr]) part.ref();
    return server.ended;
  };
  server.child.stderr.on('data', (bytes) => (server.log += bytes));
  server.ended = new Promise((resolve) =>
    server.child.on('close', (code, signal) => {
      running.delete(server.child);
      server.agent.destroy();
      resolve({ code, signal });
    }),
  );
  server.agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  /** SIGTERM and the exit status; what a sanitizer found fails the test. */
  server.stop = async (signal = 'SIGTERM') => {
    server.child.kill(signal);
    const how = await end();
    assert.doesNotMatch(server.log, /Sanitizer|runtime error:|assert/i);
    return how;
  };
  /** kill -9. */
  server.kill = async () => {
    server.child.kill('SIGKILL');
    return end();
  };
  server.request = (method, path, given) => request(server, method, path, given);
  server.with = (key) => client(server, key.key ?? key);
  if (ready) await whenReady(server);
  return server;
}

async function whenReady(server) {
  const began = Date.now();
  await until(
    async () => {
      if (server.child.exitCode !== null || server.child.signalCode) assert.fail(`vigie serve ended: ${server.log}`);
      return (await request(server, 'GET', '/readyz').catch(() => ({ status: 0 }))).status === 200;
    },
    () => `vigie serve is not ready: ${server.log}`,
    90_000, // shipped lexicons, with sanitizers, on a busy machine
  );
  server.startMs = Date.now() - began;
}

// ---- HTTP ----

/** One request. `body`: string or Buffer as it is, anything else as JSON. Answers {status, headers, text, bytes, json}. */
export function request(server, method, path, { headers = {}, body, agent = server.agent, timeout = 20_000 } = {}) {
  return new Promise((resolve, reject) => {
    const raw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
    const bytes = raw ? body : JSON.stringify(body);
    const lengths = bytes === undefined ? {} : { 'Content-Length': Buffer.byteLength(bytes) };
    const sent = http.request(
      { host: '127.0.0.1', port: server.port, method, path, agent, headers: { ...lengths, ...headers }, timeout },
      (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          const all = Buffer.concat(parts);
          const text = all.toString('utf8');
          const isJson = /json\b/.test(answer.headers['content-type'] ?? '') && text !== '';
          try {
            resolve({ status: answer.statusCode, headers: answer.headers, text, bytes: all, json: isJson ? JSON.parse(text) : undefined });
          } catch (error) {
            reject(new Error(`${method} ${path}: the answer is no JSON: ${text}`, { cause: error }));
          }
        });
      },
    );
    sent.on('error', reject);
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer within ${timeout} ms`)));
    sent.end(bytes);
  });
}

/** What a platform's server does, with one API key. */
function client(server, key) {
  const auth = { Authorization: `Bearer ${key}` };
  return {
    key,
    auth,
    get: (path) => request(server, 'GET', path, { headers: auth }),
    post: (path, body, type = 'application/json', more = {}) =>
      request(server, 'POST', path, { headers: { ...auth, 'Content-Type': type, ...more }, body }),
    /** One event, or an array as a batch, whatever the answer is. */
    send(events, more = {}) {
      const type = Array.isArray(events) ? 'application/cloudevents-batch+json' : 'application/cloudevents+json';
      return request(server, 'POST', '/v1/events', { headers: { ...auth, 'Content-Type': type }, body: JSON.stringify(events), ...more });
    },
    /** The answer, or answers; anything but 200 fails the test. */
    async take(events) {
      const answer = await this.send(events);
      assert.equal(answer.status, 200, answer.text);
      return answer.json;
    },
  };
}

/** Checks that this is a problem of that status (RFC 9457), and where it points. */
export function isProblem(answer, status, pointer) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers['content-type'], /^application\/problem\+json/);
  assert.equal(answer.json.status, status);
  assert.match(answer.json.type, /^urn:vigie:problem:/);
  assert.ok(answer.json.title && answer.json.detail, 'a problem has a title and says what is wrong');
  if (pointer !== undefined) assert.equal(answer.json.pointer, pointer, answer.text);
  if (status === 429 || status === 503) assert.match(answer.headers['retry-after'] ?? '', /^[1-9][0-9]*$/);
}

// ---- sockets ----

/** A connection by hand: write(), the bytes that came (`got`), `closed` once the other side ended or reset it. */
export function dial(server) {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1');
    const wire = { socket, got: Buffer.alloc(0), closed: false, reset: false, openedAt: Date.now() };
    wire.write = (bytes) => new Promise((done) => (socket.destroyed ? done(false) : socket.write(bytes, (error) => done(!error))));
    wire.answers = (head) => parseAnswers(wire.got, head);
    wire.whenAnswered = (count = 1, ms = 10_000, head = false) =>
      until(() => wire.answers(head).length >= count && wire.answers(head), () => `no answer on the socket, only "${wire.got}"`, ms);
    wire.whenClosed = (ms = 10_000) => until(() => wire.closed, () => `the connection was not closed; it said "${wire.got}"`, ms);
    wire.end = () => socket.destroy();
    socket.on('data', (bytes) => (wire.got = Buffer.concat([wire.got, bytes])));
    socket.on('error', (error) => {
      wire.reset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      wire.closed = true;
      reject(error);
    });
    for (const event of ['end', 'close']) socket.on(event, () => (wire.closed = true));
    socket.on('connect', () => resolve(wire));
  });
}

/** The whole answers in these bytes; `head`: they have no body. */
export function parseAnswers(bytes, head = false) {
  const answers = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf('\r\n\r\n', at);
    if (end < 0) break;
    const [line, ...lines] = bytes.toString('latin1', at, end).split('\r\n');
    assert.match(line, /^HTTP\/1\.[01] [1-5][0-9][0-9] /, 'a status line');
    const status = Number(line.split(' ')[1]);
    const headers = Object.fromEntries(lines.map((l) => [l.slice(0, l.indexOf(':')).toLowerCase(), l.slice(l.indexOf(':') + 1).trim()]));
    const length = head || status < 200 || status === 204 || status === 304 ? 0 : Number(headers['content-length'] ?? 0);
    if (end + 4 + length > bytes.length) break;
    const text = bytes.toString('utf8', end + 4, end + 4 + length);
    at = end + 4 + length;
    if (status === 100) continue;
    answers.push({ status, headers, text, json: /json\b/.test(headers['content-type'] ?? '') && text ? JSON.parse(text) : undefined });
  }
  return answers;
}

/** Sends these bytes on a connection of their own and gives the answers; `close`: the server must close it afterwards. */
export async function raw(server, bytes, { count = 1, close = false, head = false } = {}) {
  const wire = await dial(server);
  await wire.write(bytes);
  const answers = await wire.whenAnswered(count, 10_000, head);
  if (close) await wire.whenClosed();
  wire.end();
  return count === 1 ? answers[0] : answers;
}

export const lines = (...all) => all.join('\r\n') + '\r\n\r\n';

// ---- events ----

let serial = 0;
/** A name that no other call gave. */
export const fresh = (prefix = 'x') => `${prefix}-${process.pid.toString(36)}-${(++serial).toString(36)}`;

export function event(type, subject, data, more = {}) {
  return { specversion: '1.0', id: fresh('e'), source: '/spaces/lobby', type: `vigie.${type}`, subject, time: new Date().toISOString(), data, ...more };
}
export const message = (from, to, text, more = {}, data = {}) =>
  event('message', from, { conversation: `mp-${[from, to].sort().join('-')}`, to: [to], text, ...data }, more);
export const account = (name, age_band, more = {}, data = {}) =>
  event('account', name, { age_band, age_basis: 'verified', created: '2024-01-15', ...data }, more);

/** Makes an adult and a child known to the space; gives their names. */
export async function meet(sender, space = 'lobby') {
  const adult = fresh('adult'), child = fresh('child');
  const source = `/spaces/${space}`;
  await sender.take([account(adult, '25+', { source }), account(child, '13-14', { source })]);
  return { adult, child };
}

/** An event after which there is a case about `adult`. */
export const asksPicture = (adult, child, more = {}, data = {}) => message(adult, child, 'please send me a picture of you', more, data);

/** Opens a case about a new adult, in a channel that every space scans; gives {adult, child, answer, id}. */
export async function openCase(sender, space = 'lobby') {
  const source = `/spaces/${space}`;
  const { adult, child } = await meet(sender, space);
  const answer = await sender.take(asksPicture(adult, child, { source }, { channel: 'group' }));
  assert.match(answer.case ?? '', /^c-[0-9]{6,}$/, JSON.stringify(answer));
  return { adult, child, answer, id: answer.case };
}

// ---- the console's side ----

/** Signs in; gives a session with get, post and del. */
export async function signIn(server, name, password) {
  const answer = await request(server, 'POST', '/v1/session', { headers: { 'Content-Type': 'application/json' }, body: { name, password } });
  assert.equal(answer.status, 200, answer.text);
  const cookie = /^(vigie_session=[^;]+)/.exec(answer.headers['set-cookie']?.[0] ?? '')[1];
  const { csrf, user } = answer.json;
  const headers = { Cookie: cookie, 'X-CSRF-Token': csrf };
  const typed = { ...headers, 'Content-Type': 'application/json' };
  return {
    cookie, csrf, user, headers, answer,
    get: (path) => request(server, 'GET', path, { headers: { Cookie: cookie } }),
    post: (path, body) => request(server, 'POST', path, body === undefined ? { headers } : { headers: typed, body }),
    put: (path, body) => request(server, 'PUT', path, { headers: typed, body }),
    del: (path) => request(server, 'DELETE', path, { headers }),
    /** Listens to the event stream; gives {events, end}. */
    listen() {
      return new Promise((resolve, reject) => {
        const stream = { events: [], ended: false };
        const sent = http.get({ host: '127.0.0.1', port: server.port, path: '/v1/events/stream', headers: { Cookie: cookie }, agent: false }, (from) => {
          let rest = '';
          Object.assign(stream, { status: from.statusCode, headers: from.headers, end: () => sent.destroy() });
          from.setEncoding('utf8');
          from.on('data', (text) => {
            const blocks = (rest + text).split('\n\n');
            rest = blocks.pop();
            for (const block of blocks) {
              const name = /^event: (.*)$/m.exec(block)?.[1], data = /^data: (.*)$/m.exec(block)?.[1];
              if (name) stream.events.push({ name, data: JSON.parse(data) });
            }
          });
          for (const over of ['end', 'error', 'aborted']) from.on(over, () => (stream.ended = true));
          resolve(stream);
        });
        sent.on('error', reject);
      });
    },
  };
}
