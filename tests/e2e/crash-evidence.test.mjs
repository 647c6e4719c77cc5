// SPDX-License-Identifier: Apache-2.0
// kill -9 in the middle of destruction, by retention and by command: at no point a certificate without destruction, or destruction without a certificate.
// What is killed is looked at as the disk has it, before anything is started again.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createHash } from 'node:crypto';
import { addKey, addUser, asksPicture, command, event, makeHome, makePolicy, meet, signIn, sleep, start, until, vigie } from './lib.mjs';
import { png } from './png.lib.mjs';

const decoder = existsSync(join(dirname(vigie), 'vigie-decode'));
const picture = png({ width: 8, height: 8, pixels: Buffer.alloc(64, 128) });

const look = `
import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=9)
sealed = {
    'events': 'SELECT count(*) FROM case_event WHERE case_id=? AND content IS NOT NULL',
    'notes': 'SELECT count(*) FROM decision WHERE case_id=? AND note IS NOT NULL AND length(note)>0',
    'wraps': 'SELECT count(*) FROM case_key WHERE case_id=? AND (content IS NOT NULL OR filing IS NOT NULL)',
    'media': 'SELECT count(*) FROM case_media WHERE case_id=?',
}
out = []
for (case, destroyed) in db.execute('SELECT id, destroyed FROM cases ORDER BY id'):
    one = {'case': case, 'destroyed': destroyed, 'files': [r[0] for r in db.execute('SELECT file FROM case_media WHERE case_id=?', (case,))]}
    for name, sql in sealed.items(): one[name] = db.execute(sql, (case,)).fetchone()[0]
    one['certificates'] = [json.loads(r[0]) | {'audit': r[1]} for r in db.execute('SELECT c.payload, a.action FROM certificate_of_destruction c LEFT JOIN audit a ON a.seq=c.audit_seq WHERE c.case_id=?', (case,))]
    out.append(one)
print(json.dumps(out))
`;
/** Every case as it lies on the disk, past the program. */
const onDisk = (data) => JSON.parse(execFileSync('python3', ['-c', look, join(data, 'vigie.db')], { encoding: 'utf8', maxBuffer: 1 << 28 }));
const sql = (data, text) => execFileSync('python3', ['-c', 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],timeout=9)\nc.execute(sys.argv[2])\nc.commit()', join(data, 'vigie.db'), text]);
const mediaFiles = (data) => (existsSync(join(data, 'media')) ? readdirSync(join(data, 'media'), { recursive: true }).map((path) => join(data, 'media', path)).filter((path) => statSync(path).isFile()) : []);

/** Each case is whole and has no certificate, or is nowhere and has one, that names the entry of the log it belongs to. Gives how many are destroyed. */
function wholeOrCertified(data, rule, entry) {
  let gone = 0;
  const names = new Set(mediaFiles(data).map((path) => path.split('/').at(-1)));
  for (const one of onDisk(data)) {
    const what = JSON.stringify(one);
    if (one.destroyed) {
      gone++;
      assert.deepEqual([one.events, one.notes, one.wraps, one.media], [0, 0, 0, 0], `destroyed, and something is left: ${what}`);
      assert.equal(one.certificates.length, 1, `destroyed without a certificate: ${what}`);
      const [{ rule: by, audit, destroyed }] = one.certificates;
      assert.deepEqual([by, audit], [rule, entry], what);
      assert.ok(destroyed.events.rows > 0 && destroyed.keys > 0, 'it says what was there');
    } else {
      assert.equal(one.certificates.length, 0, `a certificate, and the case is there: ${what}`);
      assert.ok(one.events > 0 && one.wraps > 0, `neither destroyed nor whole: ${what}`);
      for (const file of one.files) assert.ok(names.has(file), `its media is on disk: ${what}`);
    }
  }
  return gone;
}

/** A house with `count` decided cases, `pictures` of them with a kept picture; the server is stopped. */
async function decided(count, pictures, oneAccount) {
  const home = makeHome(), data = join(home, 'data'), key = addKey(data), password = addUser(data, 'lea', 'lead');
  const policy = makePolicy(home);
  command(['bank', 'create', 'known', '--source', 'these tests', '--effect', 'block', '--data', data]);
  writeFileSync(join(home, 'list.txt'), `sha256 ${createHash('sha256').update(picture).digest('hex')}\n`);
  command(['bank', 'import', 'known', join(home, 'list.txt'), '--data', data]);
  const server = await start({ home, policy }), sender = server.with(key), lea = await signIn(server, 'lea', password);
  const same = await meet(sender);
  const one = async (i) => {
    const { adult, child } = oneAccount ? same : await meet(sender);
    const upload = i < pictures && (await sender.post('/v1/media', picture, 'application/octet-stream')).json.upload;
    const { case: id } = await sender.take(upload ? event('media', adult, { to: [child], channel: 'group', upload }) : asksPicture(adult, child, {}, { channel: 'group' }));
    const answer = await lea.post(`/v1/cases/${id}/decisions`, { action: 'warn', reason: 'grooming', note: 'seen' });
    assert.equal(answer.status, 201, answer.text);
  };
  if (oneAccount) for (let i = 0; i < count; i++) await one(i);
  else for (let i = 0; i < count; i += 16) await Promise.all(Array.from({ length: Math.min(16, count - i) }, (_, k) => one(i + k)));
  assert.equal((await server.stop()).code, 0);
  assert.equal(wholeOrCertified(data), 0);
  assert.equal(mediaFiles(data).length, decoder ? pictures : 0);
  return { home, data, policy, account: same.adult };
}

/** Kills once the log of the database has `more` bytes than now; when it does not grow any more, a while later. */
async function killAfter(server, more) {
  const log = join(server.data, 'vigie.db-wal'), size = () => (existsSync(log) ? statSync(log).size : 0), from = size();
  for (const end = Date.now() + 1200; Date.now() < end && size() < from + more; ) await sleep(1);
  await server.kill();
}

test('retention is killed again and again: what is destroyed is certified, what is not is whole; in the end all of it is gone, once', async (t) => {
  const { home, data, policy } = await decided(150, decoder ? 12 : 0, false);
  sql(data, 'UPDATE cases SET decided_ms=decided_ms-1000*86400000');
  const seen = [];
  for (let round = 0; round < 6 && seen.at(-1) !== 150; round++) {
    await killAfter(await start({ home, policy, ready: false }), 4096 + round * 60_000);
    seen.push(wholeOrCertified(data, 'retention', 'case.destroy'));
    assert.ok(seen.length < 2 || seen.at(-1) >= seen.at(-2), 'nothing comes back');
  }
  t.diagnostic(`destroyed after each kill: ${seen.join(', ')}`);
  for (const path of mediaFiles(data)) utimesSync(path, 1, 1); // what a kill left without a row goes once it is an hour old
  const server = await start({ home, policy });
  await until(() => onDisk(data).every((one) => one.destroyed), 'retention goes on where it was killed', 20_000);
  await until(() => mediaFiles(data).length === 0, 'no file is left', 20_000);
  assert.equal((await server.stop()).code, 0);
  assert.equal(wholeOrCertified(data, 'retention', 'case.destroy'), 150);
  const { public_key: key, certificates } = JSON.parse(command(['evidence', 'certificate', 'c-000150', '--data', data]).stdout);
  assert.equal(certificates.length, 1);
  assert.match(key, /^[0-9a-f]{64}$/);
  assert.match(command(['audit', 'verify', '--data', data]).stdout, /chain intact/);
});

test('an erasure by command is killed at any moment: all of it, or nothing', async (t) => {
  const { home, data, policy, account } = await decided(24, decoder ? 8 : 0, true);
  const seen = [];
  for (let round = 0; round < 6 && seen.at(-1) !== 24; round++) {
    const server = await start({ home, policy });
    const child = spawn(vigie, ['erase', account, '--space', 'lobby', '--yes', '--data', data], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('close', resolve));
    await killAfter(server, 4096 + round * 30_000); // the command asks, the server erases: both are cut off
    child.kill('SIGKILL');
    await ended;
    seen.push(wholeOrCertified(data, 'erasure', 'account.erase'));
    assert.ok([0, 24].includes(seen.at(-1)), `of 24 cases ${seen.at(-1)} are gone`);
  }
  t.diagnostic(`destroyed after each kill: ${seen.join(', ')}`);
  const server = await start({ home, policy });
  command(['erase', account, '--space', 'lobby', '--yes', '--data', data]);
  assert.equal((await server.stop()).code, 0);
  assert.equal(wholeOrCertified(data, 'erasure', 'account.erase'), 24);
  assert.match(command(['audit', 'verify', '--data', data]).stdout, /chain intact/);
});
