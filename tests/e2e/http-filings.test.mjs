// SPDX-License-Identifier: Apache-2.0
// Reports to authorities: prepared by one person, confirmed by two, sent exactly once whatever goes wrong on the way.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { gateway } from './authorities/http.mjs';
import { addKey, addUser, asksPicture, freePort, makeHome, makePolicy, openCase, signIn, start, until } from './lib.mjs';

const receiver = await gateway();
const home = makeHome();
const data = `${home}/data`;
const key = addKey(data);
const passwords = Object.fromEntries([['lea', 'referent'], ['paul', 'lead'], ['uma', 'auditor']].map(([name, role]) => [name, addUser(data, name, role)]));
const section = (four) => `
report:
  operator: {name: Example, email: reports@example.org, country: FR}
  after_filing: keep
  four_eyes: ${four}
  urgent_within: 1 hour
  file_within: 24 hours
  removal_within: 24 hours
  channels:
    - {name: gateway, url: "${receiver.url}", answer_within: 2 seconds}
  receivers:
    - {id: fr.relay, country: FR, kind: police, name: {fr: Relais, en: Relay}, channel: gateway, media: yes}
    - {id: fr.desk, country: FR, kind: hotline, name: {fr: Guichet, en: Desk}, channel: hand}
`;
const policy = makePolicy(home, (space, text) => text.replace(/^report:\n(?:[ #].*\n|\n)*/m, '') + section('yes'));
const port = await freePort();
let server = await start({ home, policy, port });
const people = async () => Object.fromEntries(await Promise.all(Object.keys(passwords).map(async (name) => [name, await signIn(server, name, passwords[name])])));
let { lea, paul, uma } = await people();
const get = async (who, path) => (await who.get(path)).json;
const draft = async (receiverId = 'fr.relay') => {
  const { id } = await openCase(server.with(key));
  const made = await lea.post(`/v1/cases/${id}/filings`, { receiver: receiverId });
  assert.equal(made.status, 201, JSON.stringify(made.json));
  return made.json;
};
const confirmed = async (made) => {
  const { hash } = await get(lea, `/v1/filings/${made.id}`);
  assert.equal((await lea.post(`/v1/filings/${made.id}/confirm`, { hash })).json.state, 'confirmed');
  assert.equal((await paul.post(`/v1/filings/${made.id}/second`, { hash })).status, 200);
};
const reaches = (made, state) => until(async () => { const f = await get(lea, `/v1/filings/${made.id}`); return f.state === state && f; }, () => `filing ${made.id} is ${state}`, 20_000);

test('two people confirm, then it is sent once', async () => {
  const made = await draft();
  assert.equal(made.state, 'draft');
  const whole = await get(lea, `/v1/filings/${made.id}`);
  assert.equal(whole.blocks, false, JSON.stringify(whole.lacks));
  assert.equal((await get(lea, `/v1/filings/${made.id}`)).hash, whole.hash, 'looking does not change what is sent');
  assert.equal((await lea.post(`/v1/filings/${made.id}/confirm`, { hash: '0'.repeat(64) })).status, 409);
  await confirmed(made);
  const filed = await reaches(made, 'filed');
  assert.match(filed.reference, /^G-/);
  assert.equal(receiver.ledger.get(made.uuid).finished, 1);
  assert.deepEqual(filed.steps.map((s) => s.step).reverse(), ['open', 'finish']);
});

test('the second person is not the first', async () => {
  const made = await draft();
  const { hash } = await get(paul, `/v1/filings/${made.id}`);
  await paul.post(`/v1/filings/${made.id}/confirm`, { hash });
  assert.equal((await paul.post(`/v1/filings/${made.id}/second`, { hash })).status, 403);
  assert.equal((await get(paul, `/v1/filings/${made.id}`)).state, 'confirmed');
});

for (const name of ['500', '429', 'closed', 'down', 'huge', 'before', 'lost', 'drip'])
  test(`after ${name} it is there once`, async () => {
    const made = await draft();
    receiver.fault(name);
    await confirmed(made);
    await reaches(made, 'later');
    assert.equal((await paul.post(`/v1/filings/${made.id}/retry`, { reason: 'now' })).status, 200);
    await reaches(made, 'filed');
    assert.deepEqual([receiver.ledger.get(made.uuid).opened, receiver.ledger.get(made.uuid).finished], [1, 1]);
  });

test('what is refused waits for a person', async () => {
  const made = await draft();
  receiver.fault('400');
  await confirmed(made);
  assert.match((await reaches(made, 'refused')).why, /400/);
});

test('the same receiver twice needs a reason; an answer makes a follow-up', async () => {
  const made = await draft();
  assert.equal((await lea.post(`/v1/cases/${made.case}/filings`, { receiver: 'fr.relay' })).status, 409, 'one is not done');
  await confirmed(made);
  await reaches(made, 'filed');
  assert.equal((await lea.post(`/v1/cases/${made.case}/filings`, { receiver: 'fr.relay' })).status, 409, 'it has one');
  const answer = await lea.post(`/v1/filings/${made.id}/answers`, { kind: 'more_wanted', what: 'the times, please' });
  assert.equal(answer.status, 201, JSON.stringify(answer.json));
  assert.equal((await get(lea, `/v1/filings/${answer.json.follow_up}`)).state, 'draft');
  assert.ok((await get(lea, '/v1/me/answers')).answers.some((a) => a.filing === made.id));
  assert.equal((await get(uma, `/v1/filings/${made.id}/answers`)).answers[0].what, undefined, 'an auditor sees that, not what');
});

test('by hand: whoever carried it says so', async () => {
  const made = await draft('fr.desk');
  await confirmed(made);
  await reaches(made, 'by_hand');
  assert.equal((await lea.post(`/v1/filings/${made.id}/done`, { reference: 'no. 12' })).json.state, 'filed');
});

test('a case that changed goes back to a draft', async () => {
  const sender = server.with(key);
  const { id, adult, child } = await openCase(sender);
  const made = (await lea.post(`/v1/cases/${id}/filings`, { receiver: 'fr.relay' })).json;
  const { hash } = await get(lea, `/v1/filings/${made.id}`);
  assert.equal((await lea.post(`/v1/filings/${made.id}/confirm`, { hash })).status, 200);
  assert.equal((await sender.take(asksPicture(adult, child, {}, { channel: 'group' }))).case, id, 'the case has one more message');
  const second = await paul.post(`/v1/filings/${made.id}/second`, { hash });
  assert.equal(second.status, 409, JSON.stringify(second.json));
  const again = await get(lea, `/v1/filings/${made.id}`);
  assert.equal(again.state, 'draft');
  assert.notEqual(again.hash, hash, 'what is confirmed next has the message in it');
  assert.equal(receiver.ledger.get(made.uuid), undefined, 'nothing was sent');
});

test('killed at any moment, each report is there exactly once', async () => {
  const all = [];
  for (let i = 0; i < 6; i++) all.push(await draft());
  for (const made of all) await confirmed(made);
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setTimeout(resolve, 30 + 170 * i));
    await server.kill?.('SIGKILL');
    server = await start({ home, policy, port });
    ({ lea, paul, uma } = await people());
  }
  for (const made of all) {
    const f = await until(async () => { const g = await get(lea, `/v1/filings/${made.id}`); if (g.state === 'later') await paul.post(`/v1/filings/${made.id}/retry`, { reason: 'now' }); return g.state === 'filed' && g; }, 'filed', 30_000);
    assert.equal(receiver.ledger.get(f.uuid).finished, 1);
  }
});

after(async () => {
  await server.stop();
  await receiver.stop();
});
