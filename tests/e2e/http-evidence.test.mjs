// SPDX-License-Identifier: Apache-2.0
// What becomes of the key of a case after it was reported, where the policy says `after_filing: hand_over`: it goes to the receiver and to
// nobody else, once nothing needs the content here any more; killed in between, it goes at the next start.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gateway } from './authorities/http.mjs';
import { addKey, addUser, command, freePort, isProblem, makeHome, makePolicy, openCase, signIn, start, until } from './lib.mjs';

const authority = await gateway();
const home = makeHome(), data = `${home}/data`;
const publicKey = command(['evidence', 'keygen', '--out', join(home, 'receiver.key')]).stdout.trim();
const key = addKey(data);
const passwords = Object.fromEntries([['lea', 'lead'], ['noe', 'referent']].map(([name, role]) => [name, addUser(data, name, role)]));
const section = `
report:
  operator: {name: Example, email: reports@example.org, country: FR}
  after_filing: hand_over
  four_eyes: no
  urgent_within: 1 hour
  file_within: 24 hours
  removal_within: 24 hours
  channels:
    - {name: gateway, url: "${authority.url}"}
  receivers:
    - {id: fr.over, country: FR, kind: police, name: {fr: Exemple, en: Example}, public_key: "${publicKey}", key_until: 2020-01-01}
    - {id: fr.relay, country: FR, kind: police, name: {fr: Relais, en: Relay}, channel: gateway, public_key: "${publicKey}", key_until: 2099-01-01}
    - {id: fr.open, country: FR, kind: hotline, name: {fr: Ouvert, en: Open}, channel: gateway}
    - {id: fr.desk, country: FR, kind: hotline, name: {fr: Guichet, en: Desk}, channel: hand, public_key: "${publicKey}"}
`;
const policy = makePolicy(home, (space, text) => text.replace(/^report:\n(?:[ #].*\n|\n)*/m, '') + section);
const port = await freePort();
let server = await start({ home, policy, port });
const people = async () => [await signIn(server, 'lea', passwords.lea), await signIn(server, 'noe', passwords.noe)];
let [lea, noe] = await people();
const aCase = async () => (await openCase(server.with(key))).id;
const draft = async (id, receiver) => {
  const made = await lea.post(`/v1/cases/${id}/filings`, { receiver });
  assert.equal(made.status, 201, JSON.stringify(made.json));
  return made.json;
};
const confirm = async ({ id }) => {
  const { hash, lacks } = (await lea.get(`/v1/filings/${id}`)).json;
  const answer = await lea.post(`/v1/filings/${id}/confirm`, { hash });
  assert.equal(answer.status, 200, JSON.stringify([answer.json, lacks]));
};
const reaches = ({ id }, state) => {
  let seen;
  return until(async () => (seen = (await lea.get(`/v1/filings/${id}`)).json).state === state, () => `filing ${id} is ${state}: ${JSON.stringify([seen.state, seen.why])}`, 20_000);
};
const evidence = async (id) => (await lea.get(`/v1/cases/${id}/evidence`)).json;
const handedOver = (id) => until(async () => { const e = await evidence(id); return e.hand_overs.length > 0 && e; }, () => `${id} is handed over`, 20_000);
const waits = (id) => until(async () => (await evidence(id)).hand_over_due?.why, () => `the hand-over of ${id} waits`, 20_000);

test('once it is filed, the receiver alone opens the case', async () => {
  const id = await aCase(), filing = await draft(id, 'fr.relay');
  await confirm(filing);
  const state = await handedOver(id);
  assert.deepEqual([state.readable, state.hand_over_due, state.keys[0].state], [false, undefined, 'handed_over']);
  const [given] = state.hand_overs;
  assert.deepEqual([given.receiver, given.filing, given.by], ['fr.relay', filing.id, 'server']);
  assert.match(given.reason, new RegExp(`^report ${filing.id} was filed as G-`));
  for (const path of ['', '/ahead', '/accounts', '/events?before=999']) isProblem(await noe.get(`/v1/cases/${id}${path}`), 410);
  isProblem(await lea.post(`/v1/cases/${id}/archive`, { reason: 'too late' }), 410);
  assert.equal((await lea.get(`/v1/filings/${filing.id}`)).json.state, 'filed', 'what was filed is still on record');
  assert.ok((await noe.get('/v1/cases')).json.cases.some((c) => c.id === id), 'and the case in its list');
  const [signed] = (await lea.get(`/v1/cases/${id}/certificate`)).json.certificates;
  assert.equal(signed.certificate.rule, 'hand_over');
});

test('by hand: when whoever carried it says so', async () => {
  const id = await aCase(), filing = await draft(id, 'fr.desk');
  await confirm(filing);
  await reaches(filing, 'by_hand');
  assert.equal((await evidence(id)).readable, true);
  const taken = await lea.get(`/v1/filings/${filing.id}/documents/${id}.vigie`);
  assert.equal(taken.status, 200, taken.text.slice(0, 200));
  assert.equal((await lea.post(`/v1/filings/${filing.id}/done`, { reference: 'no. 12' })).json.state, 'filed');
  assert.equal((await handedOver(id)).hand_overs[0].reason, `report ${filing.id} was filed as no. 12`);
});

test('a receiver without a key is given none', async () => {
  const id = await aCase(), filing = await draft(id, 'fr.open');
  await confirm(filing);
  await reaches(filing, 'filed');
  const state = await evidence(id);
  assert.deepEqual([state.readable, state.hand_over_due, state.hand_overs], [true, undefined, []]);
});

test('a legal hold keeps it; its release lets it go', async () => {
  const id = await aCase(), filing = await draft(id, 'fr.relay');
  assert.equal((await lea.post(`/v1/cases/${id}/legal-hold`, { hold: true, reason: 'a judge asked' })).status, 200);
  await confirm(filing);
  assert.match(await waits(id), /legal hold/);
  assert.equal((await noe.get(`/v1/cases/${id}`)).status, 200, 'it is read as before');
  assert.equal((await lea.post(`/v1/cases/${id}/legal-hold`, { hold: false, reason: 'over' })).status, 200);
  assert.equal((await handedOver(id)).readable, false);
});

test('a second report of the case is sent before the key goes', async () => {
  const id = await aCase(), first = await draft(id, 'fr.relay'), second = await draft(id, 'fr.open');
  await confirm(first);
  assert.match(await waits(id), /another report/);
  assert.equal((await noe.get(`/v1/cases/${id}`)).status, 200);
  await confirm(second);
  await reaches(second, 'filed');
  assert.equal((await handedOver(id)).hand_overs[0].filing, first.id);
});

test('the command line finds the receiver in the policy, with the day its key ends', async () => {
  const id = await aCase(), out = join(home, 'cli.vigie');
  const where = ['--policy', policy, '--data', data, '--reason', 'asked by a judge'];
  assert.match(command(['evidence', 'archive', id, '--receiver', 'fr.over', '--out', out, ...where], { status: null }).stderr, /2020-01-01/);
  assert.match(command(['evidence', 'hand-over', id, '--receiver', 'fr.over', '--yes', ...where], { status: null }).stderr, /2020-01-01/);
  assert.match(command(['evidence', 'hand-over', id, '--receiver', 'fr.open', '--yes', ...where], { status: null }).stderr, /no receiver fr.open with a public key/);
  command(['evidence', 'archive', id, '--receiver', 'fr.relay', '--out', out, ...where]);
  command(['evidence', 'open', out, '--key', join(home, 'receiver.key'), '--out', join(home, 'cli.zip')]);
  const bag = join(home, 'bag');
  execFileSync('unzip', ['-q', join(home, 'cli.zip'), '-d', bag]);
  const state = JSON.parse(readFileSync(join(bag, id, 'data/state.json'), 'utf8'));
  assert.deepEqual([state.case, state.readable, state.keys[0].state, state.clock.length > 0], [id, true, 'stands', true], 'the state is in it as the server says it');
  command(['report', 'pdf', id, '--archive', out, '--out', join(home, 'cli.pdf'), '--language', 'en', '--policy', policy, '--data', data]);
  const page = execFileSync('pdftotext', ['-layout', join(home, 'cli.pdf'), '-'], { encoding: 'utf8' });
  const [sum] = execFileSync('sha256sum', [out], { encoding: 'utf8' }).split(' ');
  assert.match(page, /The archive .?cli\.vigie.?, sealed/);
  assert.ok(page.includes(sum), 'the document names the archive that goes with it');
  assert.match(page, /Log .*: .?\d+.? entries\. Signed with the key/);
  const clear = join(home, 'clear.zip');
  command(['evidence', 'archive', id, '--out', clear, ...where]);
  assert.match(command(['report', 'pdf', id, '--archive', clear, '--policy', policy, '--data', data], { status: null }).stderr, /is no sealed archive/);
  const audit = join(bag, id, 'data/audit');
  execFileSync('python3', [join(audit, 'verify.py'), join(audit, 'excerpt.jsonl'), readFileSync(join(audit, 'keys.txt'), 'utf8').trim().split('\n').at(-1)], { stdio: 'pipe' });
  assert.equal((await noe.get(`/v1/cases/${id}`)).status, 200);
  command(['evidence', 'hand-over', id, '--receiver', 'fr.relay', '--yes', ...where]);
  isProblem(await noe.get(`/v1/cases/${id}`), 410);
});

test('killed around the hand-over, it is before or after, and after in the end', async () => {
  const ids = [];
  for (let i = 0; i < 6; i++) {
    const id = await aCase();
    await confirm(await draft(id, 'fr.relay'));
    ids.push(id);
  }
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20 + 230 * i));
    await server.kill('SIGKILL');
    server = await start({ home, policy, port });
    [lea, noe] = await people();
    for (const id of ids) {
      const e = await evidence(id), read = (await noe.get(`/v1/cases/${id}`)).status;
      const after = (await evidence(id)).hand_overs.length;
      if (e.hand_overs.length === after) assert.equal(read, after ? 410 : 200, `${id} is whole, or nobody's here`);
      assert.equal(e.hand_overs.length > 0, !e.readable);
    }
  }
  for (const id of ids) {
    const filing = (await lea.get(`/v1/cases/${id}/filings`)).json.filings[0];
    const e = await until(async () => {
      if ((await lea.get(`/v1/filings/${filing.id}`)).json.state === 'later') await lea.post(`/v1/filings/${filing.id}/retry`, { reason: 'now' });
      const state = await evidence(id);
      return state.hand_overs.length > 0 && state;
    }, () => `${id} is handed over`, 30_000);
    assert.deepEqual([e.hand_overs.length, e.certificates], [1, 1], 'once');
  }
});

after(async () => {
  await server.stop();
  await authority.stop();
});
