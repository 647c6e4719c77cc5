// SPDX-License-Identifier: Apache-2.0
// The audit log as others check it: proofs over HTTP and from the command line, checkpoints kept elsewhere, exports and the independent script,
// time stamps of a real authority (openssl ts) with every fault.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addKey, addUser, command, makeHome, openCase, root, signIn, start, until, vigie } from './lib.mjs';
import { spawn } from 'node:child_process';

const home = makeHome(), data = `${home}/data`;
const password = addUser(data, 'otto', 'auditor'), key = addKey(data);
for (let i = 0; i < 6; i++) addUser(data, `p${i}`, 'referent');
const server = await start({ home });
const otto = await signIn(server, 'otto', password);
const { id } = await openCase(server.with(key));
after(() => server.stop());

const audit = (...args) => command(['audit', ...args, '--data', data]).stdout;
const file = (name, text) => (writeFileSync(join(home, name), text), join(home, name));
const verifier = (await server.request('GET', '/v1/audit/key')).json.keys.at(-1).verifier;
const offline = (text, by = verifier) => command(['audit', 'verify', '--proof', file('proof.json', text), '--key', by], { status: null });

test('a proof from HTTP and one from the command line check without a server, and no other entry, root or key', async () => {
  const proof = (await otto.get('/v1/audit/proof?entry=3')).json;
  assert.equal(proof.line.seq, 3);
  for (const text of [JSON.stringify(proof), audit('prove', '3')]) {
    const said = offline(text);
    assert.deepEqual([said.status, /^entry 3 is in the log of \d+ entries/.test(said.stdout)], [0, true], said.stderr);
  }
  const flip = (hex) => (hex[0] === '0' ? '1' : '0') + hex.slice(1);
  const wrong = [
    { ...proof, entry: 4 }, { ...proof, leaf: flip(proof.leaf) }, { ...proof, root: flip(proof.root) }, { ...proof, path: proof.path.slice(1) },
    { ...proof, line: { ...proof.line, actor: 'somebody else' } }, { ...proof, checkpoint: undefined }, { ...proof, checkpoint: proof.checkpoint.replace(/\n\d+\n/, '\n9\n') }, {}, [],
  ];
  for (const one of wrong) assert.equal(offline(JSON.stringify(one)).status, 1, JSON.stringify(one));
  const other = makeHome();
  addUser(`${other}/data`, 'x', 'referent');
  assert.match(offline(JSON.stringify(proof), command(['audit', 'key', '--data', `${other}/data`]).stdout.trim()).stderr, /not signed with this key/);
  assert.equal(command(['audit', 'verify', '--proof', join(home, 'proof.json')], { status: null }).status, 2);
});

test('a checkpoint kept elsewhere holds for the log that has grown, and is proved its beginning', async () => {
  const kept = file('kept', audit('checkpoint')), size = Number(readFileSync(kept, 'utf8').split('\n')[1]);
  addUser(data, 'late', 'referent');
  audit('checkpoint');
  assert.match(audit('verify', kept), /chain intact\n\d+ checkpoints check, and 1 kept elsewhere/);
  const grown = (await otto.get(`/v1/audit/consistency?from=${size}`)).json;
  const said = offline(JSON.stringify(grown));
  assert.equal(said.status, 0, said.stderr);
  assert.equal(offline(JSON.stringify({ ...grown, from_root: grown.root })).status, 1);
  const other = file('other', readFileSync(kept, 'utf8').replace(/\n\d+\n/, '\n2\n'));
  assert.match(command(['audit', 'verify', other, '--data', data], { status: 1 }).stderr, /not signed by this log/);
});

/** An export from entry `first` on as somebody without the key would forge it: each hash made anew. */
function anew(lines, first) {
  let previous;
  return lines.map((line, i) => {
    if (i < first) return line;
    const e = JSON.parse(line);
    if (i === first) e.actor = 'nobody';
    if (previous) e.previous = previous;
    const field = (text) => `${Buffer.byteLength(text)}:${text}\n`;
    const canonical = `${e.seq}\n${e.time_ms}\n${['actor', 'action', 'object', 'detail'].map((k) => field(e[k])).join('')}`;
    previous = createHash('sha256').update(Buffer.from([0])).update(Buffer.from(e.previous, 'hex')).update(canonical).digest('hex');
    return JSON.stringify(e);
  });
}

const script = (path, by = verifier) => spawnSync('python3', [join(root, 'docs/examples/verify_audit.py'), path, by], { encoding: 'utf8' });

test('the script in docs checks a whole export and the excerpt about a case, and refuses four bad ones', () => {
  const path = join(home, 'audit.jsonl'), about = join(home, 'case.jsonl');
  audit('export', '--out', path);
  audit('export', id, '--out', about);
  for (const one of [path, about]) assert.deepEqual([script(one).status, script(one).stderr], [0, ''], one);
  const lines = readFileSync(path, 'utf8').trim().split('\n'), size = lines.length - 1; // line n is entry n
  const bad = { // and what is named
    altered: [lines.with(3, lines[3].replace(/"actor":"[^"]*"/, '"actor":"nobody"')), 'entry 3 was altered, or what entry 4 says of it'],
    'altered, the last one': [lines.with(size, lines[size].replace(/"actor":"[^"]*"/, '"actor":"nobody"')), `entry ${size}`],
    'written anew from an entry on': [anew(lines, 4), `entry ${size}`],
    'one taken out': [lines.toSpliced(5, 1), 'entry 5 is missing'],
    'the start cut off': [lines.toSpliced(1, 2), 'entry 1 is missing'],
    'the end cut off': [lines.slice(0, -2), `entry ${size - 1} is missing`],
    reordered: [lines.with(2, lines[3]).with(3, lines[2]), 'entry 2 is missing'],
    'another size': [lines.with(0, lines[0].replace(/\\n(\d+)\\n/, '\\n1\\n')), 'the signature'],
  };
  for (const [name, [all, named]] of Object.entries(bad)) {
    const said = script(file('bad.jsonl', `${all.join('\n')}\n`));
    assert.deepEqual([said.status, said.stderr], [1, `does not check: ${named}\n`], `${name}: ${said.stdout}`);
  }
  const proven = readFileSync(about, 'utf8').replace(/"action":"case.open"/, '"action":"case.view"');
  assert.equal(script(file('bad.jsonl', proven)).status, 1, 'an excerpt with an entry that was altered');
});

test('the script has forty lines', () => {
  assert.ok(readFileSync(join(root, 'docs/examples/verify_audit.py'), 'utf8').trimEnd().split('\n').length <= 40);
});

test('a log that two servers went on with: each checks by itself, and every way of holding them together finds the fork', () => {
  const house = makeHome(), [one, two] = ['one', 'two'].map((name) => join(house, name));
  for (let i = 0; i < 5; i++) addUser(one, `p${i}`, 'referent');
  const on = (dir, ...args) => command(['audit', ...args, '--data', dir], { status: null });
  const key = on(one, 'key').stdout.trim(), monday = file('monday', on(one, 'checkpoint').stdout), from = Number(readFileSync(monday, 'utf8').split('\n')[1]);
  cpSync(one, two, { recursive: true });
  const kept = {};
  for (const [dir, name] of [[one, 'anne'], [two, 'bert']]) {
    addUser(dir, name, 'referent');
    addUser(dir, `${name}2`, 'referent');
    kept[name] = file(name, on(dir, 'checkpoint').stdout);
  }
  const size = Number(readFileSync(kept.anne, 'utf8').split('\n')[1]);
  assert.ok(size > from && readFileSync(kept.bert, 'utf8').split('\n')[1] === `${size}`, 'as long as the other one');
  for (const [dir, own, other] of [[one, kept.anne, kept.bert], [two, kept.bert, kept.anne]]) {
    assert.equal(on(dir, 'verify', monday, own).status, 0);
    const said = on(dir, 'verify', monday, other);
    assert.equal(said.status, 1);
    assert.match(said.stderr, new RegExp(`audit entry ${from + 1}: it, or a later one up to entry ${size}, is not what a checkpoint kept elsewhere`));
    assert.match(on(dir, 'verify', kept.anne, kept.bert).stderr, /two were signed that differ: the log was forked/);
  }
  const grown = file('grown.json', on(two, 'prove', '--from', `${from}`, '--to', `${size}`).stdout);
  const offline = (...notes) => command(['audit', 'verify', '--proof', grown, '--key', key, ...notes], { status: null });
  assert.equal(offline(monday, kept.bert).status, 0, 'without any data directory');
  assert.deepEqual([offline(monday, kept.anne).status, /the log was forked at or before entry/.test(offline(monday, kept.anne).stderr)], [1, true]);
  assert.equal(offline(file('elsewhere', audit('checkpoint'))).status, 1, 'a checkpoint of another log');
  const path = join(house, 'two.jsonl');
  on(two, 'export', '--out', path);
  const lines = readFileSync(path, 'utf8').trim().split('\n'); // one entry longer: that it was exported
  on(one, 'export', '--out', join(house, 'one.jsonl'));
  const head = readFileSync(join(house, 'one.jsonl'), 'utf8').split('\n')[0];
  assert.equal(script(path, key).status, 0);
  const said = script(file('bad.jsonl', `${[head, ...lines.slice(1)].join('\n')}\n`), key);
  assert.deepEqual([said.status, said.stderr], [1, `does not check: entry ${lines.length - 1}\n`], 'the entries of one under the checkpoint of the other');
});

// ---- time stamps ----

const run = (...args) => {
  const done = spawnSync('openssl', args, { cwd: home });
  assert.equal(done.status, 0, String(done.stderr));
};
file('tsa.cnf', `[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:TRUE\n[tsa]\nextendedKeyUsage=critical,timeStamping\n[t]\nserial=${home}/serial\nsigner_cert=${home}/tsa.pem\nsigner_key=${home}/tsa.key\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\naccuracy=secs:1\n[strict]\nserial=${home}/serial\nsigner_cert=${home}/tsa.pem\nsigner_key=${home}/tsa.key\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha512\n`);
for (const who of ['ca', 'fake']) run('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${who}.key`, '-out', `${who}.pem`, '-subj', `/CN=${who}`, '-config', 'tsa.cnf', '-extensions', 'ca', '-days', '2');
run('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', '/CN=tsa', '-config', 'tsa.cnf');
run('x509', '-req', '-in', 'tsa.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', 'tsa.pem', '-days', '2', '-extfile', 'tsa.cnf', '-extensions', 'tsa');

const reply = (query, ...more) => {
  writeFileSync(join(home, 'query'), query);
  run('ts', '-reply', '-config', 'tsa.cnf', '-section', 't', '-queryfile', 'query', '-out', 'reply', ...more);
  return readFileSync(join(home, 'reply'));
};
const flipped = (body, at) => Buffer.from(body.map((byte, i) => (i === body.length + at ? byte ^ 1 : byte)));
const faults = {
  good: (body) => reply(body),
  'wrong nonce': (body) => reply(flipped(body, -4)), // behind it comes only the wish for a certificate
  'wrong imprint': () => (run('ts', '-query', '-data', 'tsa.cnf', '-sha256', '-out', 'q', '-cert'), reply(readFileSync(join(home, 'q')))),
  rejection: (body) => reply(body, '-section', 'strict'),
  garbage: () => Buffer.from('not a time stamp'),
  cut: (body) => reply(body).subarray(0, 200),
};
let fault = 'good', silent = 0;
const authority = http.createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  if (fault === 'silence') return void silent++;
  if (fault === 'broken') return void response.writeHead(503).end();
  response.writeHead(200, { 'Content-Type': fault === 'page' ? 'text/html' : 'application/timestamp-reply' }).end(fault === 'page' ? '<p>' : faults[fault](Buffer.concat(parts)));
});
await new Promise((resolve) => authority.listen(0, '127.0.0.1', resolve));
after(() => (authority.closeAllConnections(), authority.close()));

const stamp = (ca = 'ca.pem') =>
  new Promise((resolve) => {
    const child = spawn(vigie, ['audit', 'stamp', '--url', `http://127.0.0.1:${authority.address().port}/`, '--ca', join(home, ca), '--data', data], { env: { ...process.env, VIGIE_STAMP_MS: '1500' } });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
    child.on('close', (status) => resolve({ status, said }));
  });

test('a checkpoint is stamped by a real authority, and nothing else is taken for a stamp', async () => {
  const good = await stamp();
  assert.deepEqual([good.status, /was there at 20\d\d-/.test(good.said)], [0, true], good.said);
  assert.match(audit('verify', '--ca', join(home, 'ca.pem')), /; 1 time stamps, their signers too/);
  assert.match(command(['audit', 'verify', '--ca', join(home, 'fake.pem'), '--data', data], { status: 1 }).stderr, /time stamp of the audit checkpoint of \d+ entries: does not check/);
  const why = { 'wrong nonce': /nonce/, 'wrong imprint': /imprint/, rejection: /the authority refused: status 2, Message digest algorithm is not supported/, garbage: /not a TimeStampResp/, cut: /not a TimeStampResp/, broken: /status 503/, page: /something else/, silence: /does not answer/ };
  for (const [name, expected] of Object.entries(why)) {
    fault = name;
    const said = await stamp();
    assert.deepEqual([said.status, expected.test(said.said)], [1, true], `${name}: ${said.said}`);
  }
  fault = 'good';
  const untrusted = await stamp('fake.pem');
  assert.deepEqual([untrusted.status, /does not check/.test(untrusted.said)], [1, true], untrusted.said);
  assert.match(audit('verify', '--ca', join(home, 'ca.pem')), /; 1 time stamps/, 'none of them was kept');
});

test('a server takes stamps by itself: what fails is shown and tried again, and kill -9 in the middle of asking costs nothing', async () => {
  const alone = makeHome(), dir = `${alone}/data`, url = `http://127.0.0.1:${authority.address().port}/`;
  const options = ['--stamp-url', url, '--stamp-ca', join(home, 'ca.pem')], env = { VIGIE_STAMP_EVERY_MS: '300' };
  const stamps = () => Number(/; (\d+) time stamps, their signers too/.exec(command(['audit', 'verify', '--ca', join(home, 'ca.pem'), '--data', dir], { status: null }).stdout)?.[1] ?? 0);
  const told = async (one) => (await one.request('GET', '/v1/audit/key')).json.stamping;
  const metric = async (one, name) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec((await one.request('GET', '/metrics')).text)[1]);
  fault = 'broken';
  addUser(dir, 'anne', 'referent');
  let one = await start({ home: alone, options, env });
  await until(async () => (await told(one)).failing_since, 'a failure is shown');
  assert.deepEqual([(await told(one)).authority, (await told(one)).last, await metric(one, 'vigie_audit_stamp_failing')], [url, undefined, 1]);
  assert.equal(stamps(), 0);
  fault = 'silence';
  const before = silent;
  await until(async () => silent > before, 'it asks again');
  await one.kill();
  assert.equal(stamps(), 0, 'what was asked and not answered is no stamp, and the log checks');
  fault = 'good';
  one = await start({ home: alone, options, env });
  await until(async () => (await told(one)).last, 'a stamp is taken');
  assert.deepEqual([(await told(one)).failing_since, await metric(one, 'vigie_audit_stamp_failing'), stamps()], [undefined, 0, 1]);
  command(['audit', 'checkpoint', '--data', dir]);
  await until(async () => stamps() >= 2, 'the next checkpoint is stamped when it is time');
  assert.ok((await metric(one, 'vigie_audit_stamp_last_seconds')) > 1.7e9);
  assert.ok(command(['audit', 'export', '--data', dir]).stdout.split('\n').some((line) => line.includes('"audit.stamp"') && line.includes('"actor":"vigie"')));
  await one.stop();
  assert.equal((await server.request('GET', '/v1/audit/key')).json.stamping, undefined, 'nobody is asked unless it is told to');
});

test('each stamp of a checkpoint is checked, not the newest alone', async () => {
  await stamp();
  await stamp();
  const all = command(['audit', 'verify', '--ca', join(home, 'ca.pem'), '--data', data], { status: 0 }).stdout;
  const count = Number(/; (\d+) time stamps/.exec(all)[1]);
  assert.ok(count >= 3, all);
  const spoil = 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],timeout=10)\nc.execute("INSERT INTO audit_stamp(size,made_ms,time_ms,url,token) SELECT size,made_ms,time_ms,url,token FROM audit_stamp ORDER BY id LIMIT 1")\nc.execute("UPDATE audit_stamp SET time_ms=time_ms+1 WHERE id=(SELECT min(id) FROM audit_stamp)")\nc.commit()';
  assert.equal(spawnSync('python3', ['-c', spoil, join(data, 'vigie.db')]).status, 0);
  assert.match(command(['audit', 'verify', '--data', data], { status: 1 }).stderr, /time stamp of the audit checkpoint of \d+ entries: says another time than was noted/);
});
