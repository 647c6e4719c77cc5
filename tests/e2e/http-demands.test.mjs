// SPDX-License-Identifier: Apache-2.0
// A demand of an authority from the letter to the proof: the 24 hours and what stops them, what the platform's key says it did, what a person
// confirms, a proof that checks with nothing but the public key, alarms; and the same from the command line.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addKey, addUser, command, fresh, makeHome, makePolicy, root, signIn, start, until } from './lib.mjs';

const HOUR = 3600e3, DAY = 24 * HOUR;
const home = makeHome(), data = `${home}/data`, policy = makePolicy(home);
const password = addUser(data, 'lea', 'lead'), platform = addKey(data, 'lobby', 'demands'), metrics = addKey(data, '*', 'metrics');
const server = await start({ home, policy });
const lea = await signIn(server, 'lea', password), key = server.with(platform);
after(async () => assert.deepEqual(await server.stop(), { code: 0, signal: null }));

const ago = (ms) => new Date(Date.now() - ms).toISOString();
const order = (more = {}) => ({
  space: 'lobby', authority: 'Office', country: 'FR', legal_basis: 'LCEN, art. 6-1', reference: fresh('ref'), way: 'mail',
  items: [{ kind: 'url', value: 'https://lobby.example/a' }, { kind: 'account', value: 'somebody' }], ...more,
});
const take = async (more, by = lea) => {
  const made = await by.post('/v1/demands', order(more));
  assert.equal(made.status, 201, made.text);
  return made.json;
};
const step = (id, body) => lea.post(`/v1/demands/${id}/steps`, body);
const read = async (id) => (await lea.get(`/v1/demands/${id}`)).json;

/** What DSSE signs: the type and the payload, each with its length. */
function opened(envelope) {
  const payload = Buffer.from(envelope.payload, 'base64'), type = envelope.payloadType;
  const signed = Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);
  const [{ keyid, sig }] = envelope.signatures;
  return { payload, signed, keyid, signature: Buffer.from(sig, 'base64'), says: JSON.parse(payload) };
}
const ed25519 = (raw) => createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]), format: 'der', type: 'spki' });

test('the clock is the law’s 24 hours from when it was received, not from when it was typed in', async () => {
  const received = ago(20 * HOUR), d = await take({ received });
  assert.equal(Date.parse(d.due) - Date.parse(d.received), DAY);
  assert.equal(d.clock.runs, true);
  assert.equal(d.clock.whole_seconds, DAY / 1000);
  assert.ok(d.clock.left_seconds <= 4 * 3600 && d.clock.left_seconds > 3 * 3600);
});

test('it stands while it is suspended, and only then; the reasons are owed', async () => {
  const { id, due } = await take();
  assert.equal((await step(id, { step: 'suspend', ground: 'information_missing' })).status, 400);
  const stood = (await step(id, { step: 'suspend', ground: 'information_missing', text: 'no address is named' })).json;
  assert.equal(stood.state, 'suspended');
  assert.equal(stood.clock.runs, false);
  const left = stood.clock.left_seconds;
  assert.equal((await step(id, { step: 'done' })).status, 409, 'what stands is not done');
  assert.equal((await read(id)).clock.left_seconds, left, 'nothing runs off');
  const again = (await step(id, { step: 'resume' })).json;
  assert.equal(again.clock.runs, true);
  assert.ok(Date.parse(again.due) >= Date.parse(due), 'the end moves by as long as it stood');
  const kept = (await read(id)).steps.find((s) => s.step === 'suspend');
  assert.deepEqual([kept.ground, kept.text, kept.by], ['information_missing', 'no address is named', 'lea']);
});

test('the platform’s key says what it did, a person confirms, the proof checks with the public key alone', async () => {
  const { id } = await take({}, key);
  assert.equal((await step(id, { step: 'done' })).status, 409, 'nothing was carried out yet');
  const part = await key.post(`/v1/demands/${id}/executed`, { items: [{ kind: 'account', value: 'somebody', how: 'closed' }] });
  assert.equal(part.json.things.filter((t) => t.unreachable_since).length, 1);
  const all = (await key.post(`/v1/demands/${id}/executed`, {})).json;
  assert.ok(all.things.every((t) => t.unreachable_since));
  assert.equal(all.executed_by, `key:${platform.id}`);
  assert.equal(all.state, 'received', 'a key carries out; a person confirms');
  assert.equal((await key.post(`/v1/demands/${id}/steps`, { step: 'done' })).status, 401);
  assert.equal((await step(id, { step: 'done', text: 'looked myself' })).json.state, 'done');

  const envelope = (await lea.get(`/v1/demands/${id}/proof`)).json, proof = opened(envelope);
  const raw = Buffer.from(/^ed25519:([0-9a-f]{64})$/.exec(proof.keyid)?.[1] ?? '', 'hex');
  assert.equal(raw.length, 32, 'the proof names its key');
  assert.ok(verify(null, proof.signed, ed25519(raw), proof.signature), 'the very bytes are signed');
  proof.signed[proof.signed.length - 2] ^= 1;
  assert.ok(!verify(null, proof.signed, ed25519(raw), proof.signature), 'and no other');
  const other = opened((await lea.get(`/v1/demands/${(await done()).id}/proof`)).json);
  assert.equal(other.keyid, proof.keyid, 'one installation, one key');
  assert.match(JSON.stringify(proof.says), /somebody/);
  assert.match(JSON.stringify(proof.says), /looked myself/);
});

test('the proof checks with the script of docs/examples: Python and openssl, nothing of Vigie; an altered one does not', async () => {
  const { id } = await done(), envelope = (await lea.get(`/v1/demands/${id}/proof`)).json, file = `${home}/proof.json`;
  const check = (what, ...more) => {
    writeFileSync(file, JSON.stringify(what));
    return spawnSync('python3', [join(root, 'docs/examples/verify_demand.py'), file, ...more], { encoding: 'utf8' });
  };
  const key = envelope.signatures[0].keyid.slice(8);
  assert.match(check(envelope, key).stdout, new RegExp(`^verified with ${key}: ${id} of Office`));
  const payload = Buffer.from(Buffer.from(envelope.payload, 'base64').toString().replace('somebody', 'sombreboy')).toString('base64');
  assert.match(check({ ...envelope, payload }).stderr, /the signature does not fit/);
  assert.match(check(envelope, '0'.repeat(64)).stderr, /another key/);
});

async function done() {
  const { id } = await take();
  await key.post(`/v1/demands/${id}/executed`, {});
  return (await step(id, { step: 'done' })).json;
}

test('alarms: half of the time, a quarter left, none left; a clock that stands raises none', async () => {
  const half = await take({ received: ago(13 * HOUR) }), late = await take({ received: ago(25 * HOUR) });
  const stands = await take({ received: ago(23.9 * HOUR) });
  await step(stands.id, { step: 'suspend', ground: 'force_majeure', text: 'the storage is down' });
  const alarmed = (id, alarm) => until(async () => (await read(id)).steps.some((s) => s.step === 'alarm' && s.text === alarm), `${id}: ${alarm}`, 30_000);
  await alarmed(half.id, 'half');
  await alarmed(late.id, 'overdue');
  assert.equal((await read(late.id)).clock.alarm, 'overdue');
  assert.ok((await read(late.id)).clock.left_seconds < 0);
  const figures = (await server.with(metrics).get('/metrics')).text;
  assert.match(figures, /^vigie_demands\{[^}]*late[^}]*\} [1-9]/m);
  assert.equal((await read(late.id)).steps.filter((s) => s.step === 'alarm').length, 1, 'once, the most urgent');
});

test('one of the same authority and reference is one demand', async () => {
  const body = order(), first = await lea.post('/v1/demands', body), second = await key.post('/v1/demands', body);
  assert.deepEqual([first.status, second.status, second.json.id], [201, 200, first.json.id]);
});

test('the command line: add, list, show, suspend, done, proof, beside the running server', async () => {
  const here = ['--data', data, '--policy', policy];
  writeFileSync(`${home}/order.json`, JSON.stringify(order({ note: 'line\n\u001b[2Jtwo' })));
  const made = JSON.parse(command(['demand', 'add', `${home}/order.json`, '--json', ...here]).stdout);
  assert.equal(made.known, false);
  assert.equal(JSON.parse(command(['demand', 'add', '-', '--json', ...here], { input: readFileSync(`${home}/order.json`) }).stdout).known, true);
  const listed = command(['demand', 'list', '--space', 'lobby', '--state', 'received', '--json', '--data', data]).stdout.trim().split('\n').map(JSON.parse);
  assert.ok(listed.some((d) => d.id === made.id && d.left_seconds > 23 * 3600));
  assert.equal(command(['demand', 'list', '--state', 'lost', '--data', data], { status: 1 }).stdout, '');
  const shown = command(['demand', 'show', made.id, '--data', data]).stdout;
  assert.match(shown, /url https:\/\/lobby\.example\/a/);
  assert.ok(!shown.includes('\u001b'), 'what came from outside does not move the cursor');
  command(['demand', 'suspend', made.id, '--reason', 'why', '--data', data], { status: 1 });
  command(['demand', 'suspend', made.id, '--ground', 'force_majeure', '--data', data], { status: 1 });
  command(['demand', 'suspend', made.id, '--ground', 'force_majeure', '--reason', 'the storage is down', '--data', data]);
  assert.match(command(['demand', 'done', made.id, ...here], { status: 1 }).stderr, /suspended/);
  assert.match(command(['demand', 'resume', made.id, '--reason', 'it is up again', '--data', data]).stdout, /runs again: due /);
  command(['demand', 'resume', made.id, '--data', data], { status: 1 });
  assert.match(command(['demand', 'done', made.id, ...here], { status: 1 }).stderr, /carried out/);
  command(['demand', 'proof', made.id, '--data', data], { status: 1 });
  command(['demand', 'done', made.id, '--yes', '--reason', 'removed by hand', ...here]);
  command(['demand', 'done', made.id, '--yes', ...here], { status: 1 });
  const proof = opened(JSON.parse(command(['demand', 'proof', made.id, '--data', data]).stdout));
  assert.deepEqual(proof, opened((await lea.get(`/v1/demands/${made.id}/proof`)).json), 'the same to the byte');
  assert.match(command(['demand', 'proof', made.id, '--language', 'fr', '--data', data]).stdout, /Preuve d’exécution/);
  command(['demand', 'show', 'c-000001', '--data', data], { status: 1 });
  command(['demand', 'show', 'd-999999', '--data', data], { status: 1 });
});
