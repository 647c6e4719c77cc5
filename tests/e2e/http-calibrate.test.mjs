// SPDX-License-Identifier: Apache-2.0
// From what people say of evidence to a model that is less sure: a small model in a space, judgements over HTTP, export, correction.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addKey, addUser, command, makeHome, makePolicy, openCase, signIn, start, until } from './lib.mjs';

const CASES = 16;
const home = makeHome();
const data = join(home, 'data');
const risky = ['hello', 'please send me a picture', 'keep this secret', 'how old are you'];
const plain = ['shall we play tonight', 'the boss is too hard', 'did you finish the maths', 'there is a match tomorrow'];

/** A model that knows what the cases of these tests say; what it is worth does not matter here. */
function train() {
  const talks = Array.from({ length: 90 }, (_, i) => {
    const risk = i % 3 === 0;
    const messages = Array.from({ length: 6 }, (__, m) => ({ author: m % 2 ? 'b' : 'a', text: (risk && m % 2 === 0 ? risky : plain)[(i + m) % 4] }));
    return JSON.stringify({ id: `t${i}`, language: 'en', risk, authors: [{ name: 'a', risk }, { name: 'b' }], messages });
  });
  writeFileSync(join(home, 'talks.jsonl'), talks.join('\n'));
  mkdirSync(join(home, 'policy/models'), { recursive: true });
  command(['train', '--quiet', '--bits', '16', '--policy', join(home, 'policy/spaces/lobby.yaml'), '--out', join(home, 'policy/models/now.model'), join(home, 'talks.jsonl')]);
}

const model = '\nmodel:\n  active: ../models/now.model\n  from: 0.30\n';
makePolicy(home);
train();
const policy = makePolicy(home, (space, text) => (space === 'lobby' ? text + model : text));
const key = addKey(data);
const passwords = { lea: addUser(data, 'lea', 'lead'), remi: addUser(data, 'remi', 'referent') };
const server = await start({ home, policy });
const sender = server.with(key);
let first;
const people = await Promise.all(['lea', 'remi'].map((name) => signIn(server, name, passwords[name])));

test('the model is evidence of a case, shown at its words beside those of the lexicon, and people judge it', async () => {
  for (let i = 0; i < CASES; i++) {
    const { id } = await openCase(sender);
    first ??= id;
    const [{ seq, content }] = (await people[0].get(`/v1/cases/${id}`)).json.events;
    const pieces = content.evidence.filter((e) => e.name === 'text.model');
    assert.equal(pieces.length, 1);
    assert.equal(pieces[0].model, 'now.model');
    assert.deepEqual(content.spans.filter((s) => s.name === 'text.model').map((s) => [s.from, s.to]), pieces[0].spans);
    assert.ok(pieces[0].spans.length > 0 && content.spans.some((s) => s.name === 'text.picture_request'));
    for (const who of people)
      for (const name of ['text.model', 'text.picture_request'])
        assert.equal((await who.post(`/v1/cases/${id}/feedback`, { seq, name, judgement: 'wrong' })).status, 200);
  }
});

test('what they said is exported, and the model that was too sure becomes less so', () => {
  const file = join(home, 'feedback.jsonl');
  command(['feedback', 'export', '--data', data, '--out', file]);
  const now = join(home, 'policy/models/now.model');
  const next = join(home, 'next.model');
  const { feedback } = JSON.parse(command(['calibrate', '--feedback', file, '--json', '--out', next, now]).stdout);
  assert.deepEqual([feedback.right, feedback.wrong, feedback.other_evidence, feedback.other_models, feedback.from_answers], [0, 2 * CASES, 2 * CASES, 0, 0]);
  const [language] = feedback.languages;
  assert.equal(language.state, 'corrected');
  assert.ok(language.from >= 0.3 && language.log_loss.after < language.log_loss.before);
  const seen = (path) => JSON.parse(command(['model', 'explain', '--json', '--policy', policy, path], { input: 'please send me a picture of you\n' }).stdout).risk;
  assert.ok(seen(next) < seen(now) - 0.1, `${seen(now)}, then ${seen(next)}`);
  assert.match(command(['calibrate', '--feedback', file, next]).stdout, /\b32 of another model's file/, 'what was said of one file is not said of another');
});

test('the expression that was wrong each time is doubted, with its line', () => {
  const exported = command(['feedback', 'export', '--data', data]).stdout;
  const checked = command(['lexicon', 'check', '--quiet', '--json', '--feedback', '-', join(policy, 'spaces/lobby.yaml')], { input: exported, status: null });
  const { findings, feedback } = JSON.parse(checked.stdout);
  const [doubted] = findings.filter((f) => f.kind === 'doubted');
  assert.match(doubted.at.file, /small\.yaml$/);
  assert.ok(doubted.at.line > 0 && doubted.at.text === 'send me a picture');
  assert.deepEqual([feedback.expressions.length, feedback.expressions[0].wrong, feedback.expressions[0].consider], [1, 2 * CASES, 0.3]);
});

test('what the receiver of a report answers is ground truth for the model, over what people said', async () => {
  const [lea, remi] = people;
  const { id } = (await remi.post(`/v1/cases/${first}/filings`, { host: { name: 'Example Hosting', email: 'abuse@example.net', country: 'FR' }, channel: 'hand' })).json;
  const { hash } = (await remi.get(`/v1/filings/${id}`)).json;
  for (const [who, way] of [[remi, 'confirm'], [lea, 'second']]) await who.post(`/v1/filings/${id}/${way}`, { hash });
  await until(async () => (await lea.get(`/v1/filings/${id}`)).json.state === 'by_hand', "it is a person's to carry", 20_000);
  await lea.post(`/v1/filings/${id}/done`, { reference: 'no. 1' });
  assert.equal((await lea.post(`/v1/filings/${id}/answers`, { kind: 'accepted' })).status, 201);
  const file = join(home, 'answered.jsonl'), now = join(home, 'policy/models/now.model');
  command(['feedback', 'export', '--data', data, '--out', file]);
  const [once, again] = [1, 2].map(() => command(['calibrate', '--feedback', file, '--json', now]).stdout);
  const { feedback } = JSON.parse(once);
  assert.deepEqual([feedback.right, feedback.wrong, feedback.from_answers], [1, 2 * (CASES - 1), 1]);
  assert.equal(once, again, 'the same labels give the same curves');
  assert.match(command(['calibrate', '--feedback', file, now]).stdout, /^1 of these labels came from receivers' answers/m);
  const { expressions, answers } = JSON.parse(command(['lexicon', 'check', '--quiet', '--json', '--feedback', file, join(policy, 'spaces/lobby.yaml')], { status: null }).stdout).feedback;
  assert.deepEqual([answers > 0, expressions[0].wrong], [true, 2 * CASES], 'of one expression it says nothing');
});

test('the stop is clean', async () => {
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});
