// SPDX-License-Identifier: Apache-2.0
// The audit log as others check it: proofs over HTTP and from the command line, checkpoints kept elsewhere, exports and the independent script,
// time stamps of a real authority (openssl ts) with every fault.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addKey, addUser, command, makeHome, openCase, root, signIn, start, vigie } from './lib.mjs';
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

const script = (path, by = verifier) => spawnSync('python3', [join(root, 'docs/examples/verify_audit.py'), path, by], { encoding: 'utf8' });

test('the script in docs checks a whole export and the excerpt about a case, and refuses four bad ones', () => {
  const path = join(home, 'audit.jsonl'), about = join(home, 'case.jsonl');
  audit('export', '--out', path);
  audit('export', id, '--out', about);
  for (const one of [path, about]) assert.deepEqual([script(one).status, script(one).stderr], [0, ''], one);
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  const bad = {
    altered: lines.map((line, i) => (i === 3 ? line.replace(/"actor":"[^"]*"/, '"actor":"nobody"') : line)),
    truncated: lines.slice(0, -2),
    reordered: [...lines.slice(0, 2), lines[3], lines[2], ...lines.slice(4)],
    forged: [lines[0].replace(/\\n(\d+)\\n/, '\\n1\\n'), ...lines.slice(1)],
  };
  for (const [name, all] of Object.entries(bad)) {
    const said = script(file('bad.jsonl', `${all.join('\n')}\n`));
    assert.deepEqual([said.status, /does not check/.test(said.stderr)], [1, true], `${name}: ${said.stdout}${said.stderr}`);
  }
  const proven = readFileSync(about, 'utf8').replace(/"action":"case.open"/, '"action":"case.view"');
  assert.equal(script(file('bad.jsonl', proven)).status, 1, 'an excerpt with an entry that was altered');
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
let fault = 'good';
const authority = http.createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  if (fault === 'silence') return;
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
