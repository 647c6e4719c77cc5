// SPDX-License-Identifier: Apache-2.0
// vigie report on the data directory of a running server: what is listed, prepared, shown and recorded is what the server has.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { addKey, addUser, command, freePort, makeHome, makePolicy, openCase, signIn, start, until } from './lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const key = addKey(data);
const password = addUser(data, 'lea', 'referent');
const section = `
report:
  operator: {name: Example, email: reports@example.org, country: FR}
  after_filing: keep
  four_eyes: no
  urgent_within: 1 hour
  file_within: 24 hours
  removal_within: 24 hours
  receivers:
    - {id: fr.desk, country: FR, kind: hotline, name: {fr: Guichet, en: Desk}, channel: hand}
`;
const policy = makePolicy(home, (space, text) => text.replace(/^report:\n(?:[ #].*\n|\n)*/m, '') + section);
const server = await start({ home, policy, port: await freePort() });
const lea = await signIn(server, 'lea', password);
const vigie = (...args) => command(['report', ...args, '--data', data], { status: null });
const { id: caseId } = await openCase(server.with(key));
let made;

test('a draft is made for a receiver of the policy, once', async () => {
  const done = vigie('draft', caseId, 'fr.desk', '--policy', policy);
  assert.equal(done.status, 0, done.stderr);
  made = done.stdout.trim().slice(2);
  assert.equal((await lea.get(`/v1/filings/${made}`)).json.state, 'draft');
  assert.match(vigie('draft', caseId, 'fr.desk', '--policy', policy).stderr, /not done yet/);
  assert.match(vigie('draft', caseId, 'fr.nobody', '--policy', policy).stderr, /no such receiver/);
  assert.match(vigie('draft', 'c-999999', 'fr.desk', '--policy', policy).stderr, /no such case/);
});

test('the preview has the hash that the page asks to confirm', async () => {
  const done = vigie('preview', made, '--policy', policy);
  assert.equal(done.status, 0, done.stderr);
  const { hash, documents } = (await lea.get(`/v1/filings/${made}`)).json;
  assert.match(done.stdout, new RegExp(`sha256 ${hash}`));
  for (const { name } of documents) assert.ok(done.stdout.includes(name));
  assert.match(vigie('preview', made, 'nothing.xml', '--policy', policy).stderr, /no such document/);
});

test('answers wait for a filing that can be answered; then a file adds each once', async () => {
  const { hash } = (await lea.get(`/v1/filings/${made}`)).json;
  const csv = `${home}/answers.csv`, json = `${home}/answers.json`;
  writeFileSync(csv, `filing,kind,what\r\n${made},accepted,"taken, ""at once"""\r\n`);
  writeFileSync(json, JSON.stringify({ answers: [{ filing: Number(made), kind: 'victim_safe', received: '2026-11-26T10:00:00Z' }, { filing: 999, kind: 'other' }] }));
  assert.match(vigie('answers', csv).stderr, /is draft/);
  assert.equal((await lea.post(`/v1/filings/${made}/confirm`, { hash })).status, 200);
  await until(() => /by_hand/.test(vigie('list', 'by_hand').stdout), 'it is for a person to carry', 20_000);
  assert.equal(vigie('done', made, 'no. 12').status, 0);
  assert.match(vigie('answers', csv).stdout, /^1 recorded, 0 there/);
  assert.match(vigie('answers', csv).stdout, /^0 recorded, 1 there/);
  assert.match(vigie('answers', json).stderr, /\/answers\/1: there is no filing 999/);
  const shown = JSON.parse(vigie('show', made, '--json').stdout);
  assert.deepEqual([shown.state, shown.reference, shown.receiver_answers.length, shown.receiver_answers[0].what], ['answered', 'no. 12', 1, 'taken, "at once"']);
});

test('what cannot be done is said', () => {
  assert.match(vigie('retry', made).stderr, /is answered/);
  assert.match(vigie('show', '77').stderr, /no such filing/);
  assert.match(vigie('list', 'lost').stderr, /no state/);
  for (const [text, what] of [['', /empty/], ['filing,kind\n1', /line 2/], ['filing\n1\n', /line 1/], ['[{"filing":1}]', /kind is required/], ['{"answers":[{"filing":"x","kind":"other"}]}', /expected a number/],
    ['filing,kind\n1,guilty\n', /expected one of/], ['filing,kind\n1,"other\n', /not closed/]]) {
    writeFileSync(`${home}/bad`, text);
    const done = vigie('answers', `${home}/bad`);
    assert.equal(done.status, 1);
    assert.match(done.stderr, what, text);
  }
});

after(() => server.stop());
