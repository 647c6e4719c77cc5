// SPDX-License-Identifier: Apache-2.0
// What others do beside the server must not cost what it acknowledged: commands that open and close the same database, a process that holds it while
// the server is asked to stop, clients that are slow to finish.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addKey, addUser, asksPicture, command, dial, lines, makeHome, makePolicy, meet, openCase, signIn, sleep, start, until, vigie } from './lib.mjs';

/** Runs a command of the binary without stopping this process; `done` gives its exit status and what it said. */
function beside(args) {
  const child = spawn(vigie, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (bytes) => (said += bytes));
  return { done: new Promise((resolve) => child.on('close', (status) => resolve({ status, said }))), kill: () => child.kill('SIGKILL') };
}

/** Another process that holds the database's write lock until `free()`. */
async function hold(data) {
  const holder = spawn('python3', ['-c', 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],isolation_level=None)\nc.execute("BEGIN IMMEDIATE")\nprint("held",flush=True)\nsys.stdin.read()', join(data, 'vigie.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = new Promise((resolve) => holder.on('close', resolve));
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  return () => (holder.stdin.end(), closed);
}

test('commands come and go beside a server under load that is then killed: every acknowledged case is there', async (t) => {
  const home = makeHome(), policy = makePolicy(home), data = join(home, 'data'), key = addKey(data);
  const acknowledged = new Map();
  let commands = 0;
  for (let round = 0; round < 15; round++) {
    const server = await start({ home, policy }), client = server.with(key);
    const log = join(data, 'vigie.db-wal');
    let stop = false;
    const load = [0, 1].map(async () => {
      while (!stop) {
        const { adult, child } = await meet(client).catch(() => ({}));
        if (!adult) return;
        const answer = await client.send(asksPicture(adult, child)).catch(() => null);
        if (answer?.status === 200) acknowledged.set(adult, answer.json.case);
      }
    });
    await until(() => acknowledged.size > round, 'the load begins');
    const { ino } = statSync(log);
    for (const args of [['key', 'list'], ['audit', 'verify'], ['key', 'create', '--space', 'lobby'], ['user', 'list']]) {
      const { status, said } = await beside([...args, '--data', data]).done;
      assert.equal(status, 0, `vigie ${args.join(' ')}: ${said}`);
      commands++;
    }
    assert.equal(statSync(log).ino, ino, 'the log under the server is still the one it writes to');
    const cut = beside(['key', 'create', '--space', 'forum', '--data', data]);
    await sleep(Math.random() * 20);
    cut.kill();
    await server.kill();
    stop = true;
    await Promise.all([...load, cut.done]);
  }
  const server = await start({ home, policy }), client = server.with(key);
  let missing = 0;
  for (const [account, name] of acknowledged) {
    const { cases } = (await client.get(`/v1/cases?account=${account}`)).json;
    if (!cases.some((c) => c.id === name)) missing++;
  }
  assert.equal(missing, 0, `of ${acknowledged.size} acknowledged cases`);
  assert.equal((await server.stop()).code, 0);
  assert.match(command(['audit', 'verify', '--data', data]).stdout, /chain intact/);
  t.diagnostic(`${acknowledged.size} cases, ${commands} commands`);
});

test('SIGTERM while requests wait for the store: each of them is answered with its case', async () => {
  const home = makeHome(), server = await start({ home, policy: makePolicy(home) });
  const key = addKey(server.data), client = server.with(key);
  await until(async () => (await client.get('/v1/cases')).status === 200, 'the key is not taken');
  const { adult, child } = await meet(client);
  const free = await hold(server.data);
  const wires = await Promise.all(Array.from({ length: 20 }, () => dial(server)));
  const events = wires.map(() => asksPicture(adult, child));
  await Promise.all(wires.map((wire, i) => {
    const body = JSON.stringify(events[i]);
    return wire.write(lines('POST /v1/events HTTP/1.1', 'Host: vigie', `Authorization: Bearer ${key.key}`, 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`) + body);
  }));
  await sleep(300);
  server.child.kill('SIGTERM');
  await sleep(300);
  assert.ok(wires.every((wire) => wire.got.length === 0), 'none is answered before it is stored');
  await free();
  for (const [i, wire] of wires.entries()) {
    const [answer] = await wire.whenAnswered();
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.json.case, /^c-/);
    assert.equal(answer.json.id, events[i].id);
    assert.equal(answer.headers.connection?.toLowerCase(), 'close');
    wire.end();
  }
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

test('SIGTERM: a client in the middle of its body may finish; one that never does holds up the stop only so long', async () => {
  const home = makeHome(), server = await start({ home, policy: makePolicy(home), env: { VIGIE_BODY_MS: '1500' } });
  const key = addKey(server.data), client = server.with(key);
  await until(async () => (await client.get('/v1/cases')).status === 200, 'the key is not taken');
  const { adult, child } = await meet(client);
  const body = JSON.stringify(asksPicture(adult, child));
  const head = lines('POST /v1/events HTTP/1.1', 'Host: vigie', `Authorization: Bearer ${key.key}`, 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`);
  const [slow, never] = await Promise.all([dial(server), dial(server)]);
  for (const wire of [slow, never]) await wire.write(head + body.slice(0, 50));
  await sleep(200);
  const began = Date.now();
  server.child.kill('SIGTERM');
  await sleep(200);
  await slow.write(body.slice(50));
  const [answer] = await slow.whenAnswered();
  assert.equal(answer.status, 200);
  assert.match(answer.json.case, /^c-/);
  await never.whenClosed();
  slow.end();
  never.end();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  assert.ok(Date.now() - began < 5000, `it took ${Date.now() - began} ms`);
});

test('a second SIGTERM and a SIGINT do no harm; new connections are refused while it stops', async () => {
  const home = makeHome(), server = await start({ home, policy: makePolicy(home) });
  const key = addKey(server.data), client = server.with(key);
  await until(async () => (await client.get('/v1/cases')).status === 200, 'the key is not taken');
  const { id, adult } = await openCase(client);
  for (const signal of ['SIGTERM', 'SIGTERM', 'SIGINT', 'SIGHUP']) server.child.kill(signal);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  await assert.rejects(dial(server), /ECONNREFUSED/);
  const again = await start({ home, policy: server.policy });
  assert.equal((await again.with(key).get(`/v1/cases?account=${adult}`)).json.cases[0].id, id);
  assert.equal((await again.stop()).code, 0);
});

test('a decision that was acknowledged survives kill -9, with its audit entry and its place in the list', async () => {
  const home = makeHome(), policy = makePolicy(home), data = join(home, 'data'), key = addKey(data), password = addUser(data, 'lea', 'lead');
  let server = await start({ home, policy });
  const decided = [];
  for (let round = 0; round < 5; round++) {
    const client = server.with(key), lea = await signIn(server, 'lea', password);
    for (let i = 0; i < 4; i++) {
      const { id } = await openCase(client);
      const answer = await lea.post(`/v1/cases/${id}/decisions`, { action: 'warn', reason: 'grooming' });
      assert.equal(answer.status, 201, answer.text);
      decided.push(id);
    }
    await server.kill();
    server = await start({ home, policy });
  }
  const lea = await signIn(server, 'lea', password);
  const list = (await lea.get('/v1/cases?state=decided&limit=500')).json.cases;
  assert.deepEqual(list.map((c) => c.id).sort(), decided.sort());
  assert.ok(list.every((c) => c.action === 'warn'));
  assert.equal((await server.stop()).code, 0);
  assert.match(command(['audit', 'verify', '--data', data]).stdout, /chain intact/);
});
