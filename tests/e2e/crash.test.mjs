// SPDX-License-Identifier: Apache-2.0
// kill -9 at random moments under load, full disks, locks, read-only directories, SIGTERM: what was acknowledged is there, and memory agrees with
// a server that never fell.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { account, addKey, asksPicture, command, isProblem, makeHome, makePolicy, meet, message, openCase, sleep, start, until } from './lib.mjs';

const rounds = Number(process.env.VIGIE_CRASH_ROUNDS ?? 100);
const keyOf = (data) => addKey(data, '*').key;

/** A course of events of its own people: the same for the same name, whatever other senders do meanwhile. */
function* course(name, began) {
  let n = 0;
  const at = () => ({ id: `${name}-${n}`, time: new Date(began + 40 * n++).toISOString() });
  const adults = [0, 1, 2].map((i) => `${name}-adult${i}`), children = [0, 1, 2, 3].map((i) => `${name}-child${i}`);
  for (const a of adults) yield account(a, '25+', at());
  for (const c of children) yield account(c, '13-14', at());
  for (let i = 0; ; i++) {
    const adult = adults[i % 3], child = children[i % 4];
    yield message(children[(i + 1) % 4], child, `good game ${i}, see you tomorrow`, at());
    yield message(adult, child, i % 3 ? `hello ${i}` : 'how old are you', at());
    if (i % 4 === 0) yield message(`${name}-new${i}`, child, 'anyone up for a match?', at(), { to: children });
    if (i % 6 === 5) yield asksPicture(`${name}-stranger${i}`, child, at());
    if (i % 6 === 3) yield asksPicture(adult, child, at(), { channel: 'group' });
  }
}

/** Sends a course one event after another; an event without an answer is sent again, with the same bytes, after the restart. */
class Sender {
  constructor(name, began) {
    Object.assign(this, { events: course(name, began), sent: [], acknowledged: [], waiting: null, retried: 0 });
  }
  async run(server, key, stop) {
    const client = server.with(key);
    while (!stop.now) {
      this.waiting ??= this.events.next().value;
      const answer = await client.send(this.waiting).catch(() => null);
      if (!answer) return; // killed: not acknowledged
      if (answer.status === 503) { this.retried++; await sleep(10); continue; }
      assert.equal(answer.status, 200, answer.text);
      this.sent.push(this.waiting);
      this.acknowledged.push({ event: this.waiting, verdict: answer.json.verdict, case: answer.json.case });
      this.waiting = null;
    }
  }
}

async function casesOf(client, account) {
  const answer = await client.get(`/v1/cases?state=open&account=${encodeURIComponent(account)}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.json.cases;
}

test(`kill -9 at random moments under load, ${rounds} rounds: every acknowledged case is there, and memory agrees`, async (t) => {
  const home = makeHome(), policy = makePolicy(home), data = join(home, 'data'), key = keyOf(data);
  mkdirSync(join(home, 'other/keys'), { recursive: true, mode: 0o700 });
  cpSync(join(data, 'keys/ring'), join(home, 'other/keys/ring'));
  const began = Date.now() - 3_600_000;
  const senders = ['a', 'b', 'c', 'd'].map((name) => new Sender(name, began));
  const seen = new Map(); // account -> case, as acknowledged
  let missing = 0, changed = 0, killedMidway = 0, server;
  for (let round = 0; round < rounds; round++) {
    server = await start({ home, policy });
    const client = server.with(key);
    for (const s of senders) {
      for (const a of s.acknowledged.splice(0)) {
        if (a.case) seen.set(a.event.subject, a.case);
        if (a.case || Math.random() < 0.05) { // sent again: the same answer, nothing counted twice
          const again = await client.take(a.event);
          if (!again.duplicate || again.verdict !== a.verdict || (a.case && again.case !== a.case)) changed++;
        }
      }
    }
    for (const [account, name] of [...seen].slice(-8)) if (!(await casesOf(client, account)).some((c) => c.id === name)) missing++;
    const stop = { now: false }, runs = senders.map((s) => s.run(server, key, stop));
    await sleep(20 + Math.random() * 250);
    await server.kill();
    await Promise.all(runs);
    killedMidway += senders.filter((s) => s.waiting).length;
  }
  assert.ok(killedMidway > rounds / 2, `requests were under way when the server fell (${killedMidway})`);
  server = await start({ home, policy });
  const client = server.with(key);
  for (const s of senders) { // the events that fell with the last kill
    if (s.waiting) s.sent.push((await client.take(s.waiting), s.waiting));
    for (const a of s.acknowledged) if (a.case) seen.set(a.event.subject, a.case);
  }
  for (const [account, name] of seen) if (!(await casesOf(client, account)).some((c) => c.id === name)) missing++;
  assert.equal(missing, 0, 'acknowledged cases that are gone');
  assert.equal(changed, 0, 'acknowledged events that are answered otherwise');
  assert.equal((await server.stop()).code, 0);
  assert.match(command(['audit', 'verify', '--data', data]).stdout, /chain intact/);

  // The same events, to a server that never falls.
  const other = await start({ home: join(home, 'x'), policy, port: server.port, options: ['--data', join(home, 'other')] });
  const otherKey = keyOf(join(home, 'other'));
  await until(async () => (await other.with(otherKey).get('/v1/cases?state=open')).status === 200, 'the key is known');
  for (const s of senders)
    for (let i = 0; i < s.sent.length; i += 200) await other.with(otherKey).take(s.sent.slice(i, i + 200));
  assert.equal((await other.stop()).code, 0);
  const digest = (dir) => JSON.parse(command(['memory', 'digest', '--data', dir]).stdout);
  assert.deepEqual(digest(data), digest(join(home, 'other')), 'the two memories');
  t.diagnostic(`${senders.reduce((n, s) => n + s.sent.length, 0)} events, ${seen.size} accounts with a case, ${killedMidway} requests cut`);
});

/** A small file system of its own; skips where mounting is not allowed. */
function smallDisk(t, mib) {
  const dir = makeHome();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', dir]).status !== 0) {
    t.skip('mounting a tmpfs needs root');
    return null;
  }
  t.after(() => spawnSync('umount', ['-l', dir]));
  return dir;
}

test('a full disk is 503 with Retry-After, and the same event is stored when there is room again', async (t) => {
  const disk = smallDisk(t, 160);
  if (!disk) return;
  const home = makeHome(), policy = makePolicy(home), data = join(disk, 'data'), key = keyOf(data);
  const server = await start({ home, policy, options: ['--data', data] });
  const client = server.with(key), people = await meet(client);
  const before = await openCase(client);
  const filler = openSync(join(disk, 'filler'), 'w');
  assert.throws(() => { for (;;) writeSync(filler, Buffer.alloc(1 << 20)); }, /ENOSPC/);
  assert.throws(() => { for (;;) writeSync(filler, Buffer.alloc(512)); }, /ENOSPC/);
  closeSync(filler);
  let refused = null;
  const tried = [];
  for (let i = 0; i < 400 && !refused; i++) { // what SQLite has reserved already may still take some
    const event = asksPicture(`${people.adult}-${i}`, people.child, {}, { channel: 'group' });
    const answer = await client.send(event);
    if (answer.status === 200) tried.push({ event, answer });
    else refused = { event, answer };
  }
  assert.ok(refused, 'the disk was full');
  isProblem(refused.answer, 503);
  const notReady = await until(async () => { const r = await server.request('GET', '/readyz'); return r.status === 503 && r; }, 'not ready, within a second or two', 3000);
  assert.equal(notReady.json.checks.store, 'full');
  assert.equal((await server.request('GET', '/healthz')).status, 200, 'alive');
  // the log moves into the database all the time, which may make room for one more: then its case must be there to the end
  const meanwhile = await client.send(refused.event);
  if (meanwhile.status !== 200) isProblem(meanwhile, 503);
  rmSync(join(disk, 'filler'));
  const stored = await until(async () => { const again = await client.send(refused.event); return again.status === 200 && again.json; }, 'there is room again');
  assert.match(stored.case ?? '', /^c-/, 'the case of the refused event');
  if (meanwhile.status === 200) assert.equal(stored.case, meanwhile.json.case, 'the case that found room');
  await until(async () => (await server.request('GET', '/readyz')).status === 200, 'ready again');
  for (const { event, answer } of tried)
    if (answer.json.case) assert.equal((await client.take(event)).case, answer.json.case);
  assert.equal((await client.take(refused.event)).case, stored.case, 'once more: the same case');
  assert.equal((await casesOf(client, before.adult)).length, 1, 'what was there before');
  assert.equal((await server.stop()).code, 0);
  const again = await start({ home, policy, options: ['--data', data] });
  assert.equal((await casesOf(again.with(key), refused.event.subject)).length, 1, 'one case, after a restart too');
  await again.stop();
});

test('a disk that is full at the start is a clear message', (t) => {
  const disk = smallDisk(t, 8);
  if (!disk) return;
  const home = makeHome(), done = command(['serve', '--data', join(disk, 'data'), '--policy', makePolicy(home), '--port', '1'], { status: 1 });
  assert.match(done.stderr, /vigie: .*(space|full)/i);
});

test('a read-only directory is a clear message', (t) => {
  const disk = smallDisk(t, 160);
  if (!disk) return;
  const home = makeHome(), policy = makePolicy(home);
  keyOf(join(disk, 'data'));
  assert.equal(spawnSync('mount', ['-o', 'remount,ro', disk]).status, 0);
  const done = command(['serve', '--data', join(disk, 'data'), '--policy', policy, '--port', '1'], { status: 1 });
  assert.match(done.stderr, /vigie: .*read-only/i);
});

test('a locked database is 503 with Retry-After, then the same event is stored', async () => {
  const home = makeHome(), policy = makePolicy(home), data = join(home, 'data'), key = keyOf(data);
  const server = await start({ home, policy }), client = server.with(key), people = await meet(client);
  await openCase(client);
  const holder = spawn('python3', ['-c', 'import sqlite3,sys,time\nc=sqlite3.connect(sys.argv[1],isolation_level=None)\nc.execute("BEGIN IMMEDIATE")\nprint("held",flush=True)\nsys.stdin.read()\nc.execute("ROLLBACK")', join(data, 'vigie.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  const event = asksPicture(people.adult, people.child);
  isProblem(await client.send(event), 503);
  const plain = await client.send(message(people.child, people.adult, 'good evening'));
  assert.equal(plain.status, 200, 'what needs no case is answered as ever');
  holder.stdin.end();
  await new Promise((resolve) => holder.on('close', resolve));
  const stored = await client.take(event);
  assert.match(stored.case ?? '', /^c-/);
  assert.equal((await casesOf(client, people.adult)).length, 1);
  await server.stop();
});

test('SIGTERM answers what was accepted, then ends with 0', async () => {
  const home = makeHome(), policy = makePolicy(home), data = join(home, 'data'), key = keyOf(data);
  const server = await start({ home, policy }), began = Date.now() - 3_600_000;
  const senders = Array.from({ length: 8 }, (_, i) => new Sender(`t${i}`, began)), stop = { now: false };
  const runs = senders.map((s) => s.run(server, key, stop));
  await sleep(400);
  const asked = Date.now(), how = await server.stop();
  assert.deepEqual(how, { code: 0, signal: null });
  assert.ok(Date.now() - asked < 12_000, 'in time');
  await Promise.all(runs);
  const again = await start({ home, policy }), client = again.with(key);
  for (const s of senders)
    for (const a of s.acknowledged) {
      const answer = await client.take(a.event);
      assert.ok(answer.duplicate && answer.verdict === a.verdict && answer.case === a.case, JSON.stringify([a, answer]));
    }
  await again.stop();
});

test('a second server on the same directory is refused', async () => {
  const home = makeHome(), policy = makePolicy(home), server = await start({ home, policy });
  const done = command(['serve', '--data', server.data, '--policy', policy, '--port', '1'], { status: 1 });
  assert.match(done.stderr, /vigie: .*(another|held|use)/i);
  await server.stop();
  const port = await start({ home: makeHome(), policy });
  const taken = command(['serve', '--data', join(makeHome(), 'data'), '--policy', policy, '--port', `${port.port}`], { status: 1 });
  assert.match(taken.stderr, /vigie: .*(in use|listen|bind)/i);
  await port.stop();
});

test('damaged files are named, and nothing is overwritten', async () => {
  const home = makeHome(), policy = makePolicy(home), server = await start({ home, policy });
  await server.stop();
  writeFileSync(join(server.data, 'vigie.db'), 'this is not a database, and it is longer than a header would be: '.repeat(20));
  const done = command(['serve', '--data', server.data, '--policy', policy, '--port', '1'], { status: 1 });
  assert.match(done.stderr, /vigie: .*(database|corrupt)/i);
});
