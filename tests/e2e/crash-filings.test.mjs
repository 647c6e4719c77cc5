// SPDX-License-Identifier: Apache-2.0
// A store that fails between the steps of a report: locked by somebody, or on a full disk, right when the receiver has answered. What came back is not on disk then: the
// filing is unsure, found out from the receiver once there is a store again, and the report is there once.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { authority } from './authorities/http.mjs';
import { addKey, addUser, makeHome, makePolicy, openCase, signIn, start, until } from './lib.mjs';

/** Another process that runs `sql` in the database and stays in its transaction until `free()`. */
async function hold(t, data, sql) {
  const program = 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],isolation_level=None,timeout=9)\nfor s in sys.argv[2].split(";"): c.execute(s).fetchall()\nprint("held",flush=True)\nsys.stdin.read()';
  const child = spawn('python3', ['-c', program, join(data, 'vigie.db'), sql], { stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = new Promise((resolve) => child.on('close', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  t.after(() => child.kill('SIGKILL'));
  return () => (child.stdin.end(), closed);
}
/** [state, unsure] as the disk has it: reading over HTTP is on record, and that needs the store. 3 is `sending`. */
const onDisk = (data, made) => JSON.parse(spawnSync('python3', ['-c', 'import sqlite3,sys,json\nprint(json.dumps(sqlite3.connect(sys.argv[1],timeout=9).execute("SELECT state,unsure FROM filing WHERE id=?",(int(sys.argv[2]),)).fetchone()))', join(data, 'vigie.db'), `${made.id}`], { encoding: 'utf8' }).stdout);

/** A gateway that does something of the test's after it has accepted a step, and before it answers. */
async function receiver() {
  const ledger = new Map(), meanwhile = {};
  const server = await authority(async (request, body) => {
    const [, , uuid, tail] = request.url.split('/');
    const report = ledger.get(uuid) ?? { opened: 0, finished: 0 };
    const step = request.method === 'PUT' ? 'open' : request.method === 'GET' ? 'look' : tail;
    if (step === 'open') ledger.set(uuid, { ...report, opened: report.opened + 1, body: JSON.parse(body) });
    if (step === 'finish') report.finished++;
    const act = meanwhile[step];
    delete meanwhile[step];
    await act?.();
    return { status: step === 'open' ? 201 : 200, body: { state: ledger.get(uuid)?.finished ? 'filed' : 'open', media: 0, reference: `G-${uuid.slice(0, 8)}` } };
  });
  return Object.assign(server, { ledger, meanwhile });
}

async function house(t, home, data) {
  const gateway = await receiver(), key = addKey(data), password = addUser(data, 'lea', 'lead');
  const section = `
report:
  operator: {name: Example, email: reports@example.org, country: FR}
  after_filing: keep
  four_eyes: no
  urgent_within: 1 hour
  file_within: 24 hours
  removal_within: 24 hours
  channels:
    - {name: gateway, url: "${gateway.url}"}
  receivers:
    - {id: fr.relay, country: FR, kind: police, name: {fr: Relais, en: Relay}, channel: gateway}
`;
  const policy = makePolicy(home, (space, text) => text.replace(/^report:\n(?:[ #].*\n|\n)*/m, '') + section);
  const server = await start({ home, policy, options: ['--data', data] });
  const lea = await signIn(server, 'lea', password);
  t.after(async () => {
    assert.equal((await server.stop()).code, 0);
    await gateway.stop();
  });
  const file = async () => {
    const { id } = await openCase(server.with(key));
    const made = await lea.post(`/v1/cases/${id}/filings`, { receiver: 'fr.relay' });
    assert.equal(made.status, 201, made.text);
    const { hash } = (await lea.get(`/v1/filings/${made.json.id}`)).json;
    assert.equal((await lea.post(`/v1/filings/${made.json.id}/confirm`, { hash })).status, 200);
    return made.json;
  };
  const read = async (made) => (await lea.get(`/v1/filings/${made.id}`)).json;
  const filed = (made) => until(async () => { const f = await read(made); return f.state === 'filed' && f; }, async () => JSON.stringify(await read(made)), 30_000);
  return { server, gateway, file, filed };
}

for (const step of ['open', 'finish'])
  test(`locked by somebody when the answer to "${step}" comes: unsure, and then there once`, async (t) => {
    const home = makeHome(), data = join(home, 'data'), { server, gateway, file, filed } = await house(t, home, data);
    let free;
    gateway.meanwhile[step] = async () => (free = await hold(t, data, 'BEGIN IMMEDIATE'));
    const made = await file();
    await until(() => /what came back was not stored/.test(server.log), () => `the answer could not be written: ${server.log}`, 20_000);
    assert.deepEqual(onDisk(data, made), [3, 1]);
    await free();
    const done = await filed(made), report = gateway.ledger.get(done.uuid);
    assert.deepEqual([done.unsure, report.finished], [false, 1]);
    assert.ok(done.steps.length > 2 && done.reference.startsWith('G-'));
  });

test('a full disk when the receiver has just taken it: found out once there is room', async (t) => {
  const disk = makeHome();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', disk]).status !== 0) return t.skip('mounting a tmpfs needs root');
  t.after(() => spawnSync('umount', ['-l', disk]));
  const data = join(disk, 'data'), { server, gateway, file, filed } = await house(t, makeHome(), data);
  const free = await hold(t, data, 'BEGIN;SELECT count(*) FROM cases'); // so the log only grows, and what is appended needs room
  gateway.meanwhile.finish = () => {
    const filler = openSync(join(disk, 'filler'), 'w');
    for (const size of [1 << 20, 4096, 1])
      assert.throws(() => { for (;;) writeSync(filler, Buffer.alloc(size)); }, /ENOSPC/);
    closeSync(filler);
  };
  const made = await file();
  await until(() => /what came back was not stored/.test(server.log), () => `the answer could not be written: ${server.log}`, 20_000);
  assert.deepEqual([onDisk(data, made), gateway.ledger.get(made.uuid).finished], [[3, 1], 1]);
  rmSync(join(disk, 'filler'));
  const done = await filed(made);
  assert.deepEqual([done.unsure, gateway.ledger.get(done.uuid).finished], [false, 1], 'it was looked up, not sent again');
  await free();
  return undefined;
});
