// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `evidence`; and a case from its archive to its hand-over.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addKey, addUser, command, isProblem, makeHome, makePolicy, openCase, signIn, start } from './lib.mjs';
import { driver, whileLocked } from './openapi.lib.mjs';

const home = makeHome(), data = `${home}/data`;
const publicKey = command(['evidence', 'keygen', '--out', join(home, 'receiver.key')]).stdout.trim();
const receivers = `
  receivers:
    - {id: fr.example, country: FR, kind: police, name: {fr: Exemple, en: Example}, public_key: "${publicKey}", key_until: 2099-01-01}
    - {id: fr.over, country: FR, kind: police, name: {fr: Exemple, en: Example}, public_key: "${publicKey}", key_until: 2020-01-01}
    - {id: fr.none, country: FR, kind: police, name: {fr: Exemple, en: Example}}
`;
const policy = makePolicy(home, (space, text) => (space === 'lobby' ? text.replace(/^  channels:/m, `${receivers.slice(1)}  channels:`) : text));
const keys = { all: addKey(data) };
const passwords = Object.fromEntries([['lea', 'lead'], ['noe', 'referent']].map(([name, role]) => [name, addUser(data, name, role)]));
const server = await start({ home, policy });
const { drive, met, whole } = driver('evidence', server);
const [lea, noe] = [await signIn(server, 'lea', passwords.lea), await signIn(server, 'noe', passwords.noe)];
const sender = server.with(keys.all);
const { id } = await openCase(sender);
const [params, none] = [{ id }, { id: 'c-999999' }];
const reason = 'asked by a judge';

test('the state of the evidence', async () => {
  const state = (await drive('readEvidence', 200, { by: lea, params })).json;
  assert.deepEqual(state.keys.map((k) => [k.generation, k.state, k.wrapped_for]), [[1, 'stands', ['content', 'filing']]]);
  assert.equal(state.readable, true);
  assert.equal(state.clock.find((c) => c.what === 'content').kept_by, 'open');
  await drive('readEvidence', 401, { params });
  await drive('readEvidence', 404, { by: lea, params: none });
});

test('a hold has a day to be looked at again, and is released', async () => {
  assert.equal((await lea.post(`/v1/cases/${id}/legal-hold`, { hold: true, reason, review: '2020-01-01' })).json.pointer, '/review');
  assert.equal((await lea.post(`/v1/cases/${id}/legal-hold`, { hold: true, reason, review: '2098-01-31' })).status, 200);
  const held = (await drive('readEvidence', 200, { by: lea, params })).json;
  assert.deepEqual([held.holds[0].by, held.holds[0].reason, held.holds[0].review.slice(0, 10)], ['lea', reason, '2098-01-31']);
  await drive('handOver', 409, { by: lea, params, body: { receiver: 'fr.example', reason } });
  assert.equal((await lea.post(`/v1/cases/${id}/legal-hold`, { hold: false, reason: 'over' })).json.legal_hold, false);
});

test('an archive in clear unpacks and checks; sealed, it opens with the secret key', async () => {
  const zip = await drive('takeArchive', 200, { by: lea, params, body: { reason, media: 'yes' } });
  writeFileSync(join(home, 'a.zip'), zip.bytes);
  execFileSync('unzip', ['-q', 'a.zip', '-d', join(home, 'bag')], { cwd: home });
  execFileSync('sha256sum', ['--quiet', '-c', 'manifest-sha256.txt', 'tagmanifest-sha256.txt'], { cwd: join(home, 'bag', id) });
  assert.match(command(['evidence', 'verify', join(home, 'bag', id)]).stdout, /files check/);
  const audit = join(home, 'bag', id, 'data/audit'), [verifier] = readFileSync(join(audit, 'keys.txt'), 'utf8').trim().split('\n');
  const check = (file) => execFileSync('python3', [join(audit, 'verify.py'), file, verifier], { encoding: 'utf8', stdio: 'pipe' });
  check(join(audit, 'excerpt.jsonl'));
  const excerpt = readFileSync(join(audit, 'excerpt.jsonl'), 'utf8');
  assert.equal(JSON.parse(excerpt.split('\n')[0]).checkpoint, readFileSync(join(audit, 'checkpoint.txt'), 'utf8'));
  assert.match(excerpt, /"evidence.archive"/, 'the archive itself is on record');
  writeFileSync(join(home, 'forged.jsonl'), excerpt.replace('"case.open"', '"case.0pen"').replace('"evidence.archive"', '"evidence.nothing"'));
  assert.throws(() => check(join(home, 'forged.jsonl')), /does not check/);
  const sealed = await drive('takeArchive', 200, { by: lea, params, body: { reason, receiver: 'fr.example' } });
  assert.equal(sealed.headers['content-type'], 'application/octet-stream');
  writeFileSync(join(home, 'a.vigie'), sealed.bytes);
  command(['evidence', 'open', join(home, 'a.vigie'), '--key', join(home, 'receiver.key'), '--out', join(home, 'b.zip')]);
  execFileSync('unzip', ['-tq', 'b.zip'], { cwd: home });
  command(['evidence', 'keygen', '--out', join(home, 'other.key')]);
  assert.match(command(['evidence', 'open', join(home, 'a.vigie'), '--key', join(home, 'other.key'), '--out', join(home, 'c.zip')], { status: 1 }).stderr, /is sealed for the key/);
});

test('what is refused', async () => {
  for (const operation of ['takeArchive', 'handOver']) {
    const body = operation === 'handOver' ? { receiver: 'fr.example', reason } : { reason };
    await drive(operation, 401, { params, body });
    await drive(operation, 403, { by: noe, params, body });
    await drive(operation, 404, { by: lea, params: none, body });
    await drive(operation, 400, { by: lea, params, body: { ...body, other: 1 } });
    await drive(operation, 413, { by: lea, params, body: 'x'.repeat(70_000) });
    await drive(operation, 415, { by: lea, params, type: 'text/plain', body: 'x' });
    for (const receiver of ['nobody', 'fr.over', 'fr.none']) assert.equal((await drive(operation, 422, { by: lea, params, body: { ...body, receiver } })).json.pointer, '/receiver');
    await whileLocked(data, () => drive(operation, 503, { by: lea, params, body }));
  }
});

test('after a hand-over nobody here opens the case, the queue goes on, and there is a certificate', async () => {
  await drive('readCertificateOfDestruction', 404, { by: lea, params });
  const state = (await drive('handOver', 200, { by: lea, params, body: { receiver: 'fr.example', reason } })).json;
  assert.deepEqual([state.readable, state.keys[0].state, state.hand_overs[0].receiver], [false, 'handed_over', 'fr.example']);
  for (const path of ['', '/ahead', '/accounts', '/events?before=999']) isProblem(await noe.get(`/v1/cases/${id}${path}`), 410);
  await drive('takeArchive', 410, { by: lea, params, body: { reason } });
  assert.ok((await noe.get('/v1/cases')).json.cases.some((c) => c.id === id), 'it is in the queue');
  const signed = (await drive('readCertificateOfDestruction', 200, { by: lea, params })).json;
  assert.equal(signed.certificates[0].certificate.rule, 'hand_over');
  assert.deepEqual(JSON.parse(signed.certificates[0].payload), signed.certificates[0].certificate);
  await drive('readCertificateOfDestruction', 401, { params });
});

after(() => server.stop());
test('all of it', () =>
  whole({
    'takeArchive 451': 'media that the law requires to be removed: http-evidence-removal',
    'readEvidence 403': 'whoever sees cases sees this',
    'readCertificateOfDestruction 403': 'as for readEvidence',
  }));
