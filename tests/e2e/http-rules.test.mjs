// SPDX-License-Identifier: Apache-2.0
// The operator's rules in a running server: their evidence, their counters, one that fails; and a new rule tried on what is stored.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addKey, asksPicture, command, makeHome, makePolicy, meet, message, start } from './lib.mjs';

const rule = (name, body) => `return {name = "${name}", why = {fr = "La règle ${name}.", en = "The rule ${name}."}, on = {"message"},
check = function(event, memory, evidence)
${body}
end, tests = {{}}}`;

const home = makeHome();
const data = `${home}/data`;
const policy = makePolicy(home);
mkdirSync(join(policy, 'rules'), { recursive: true });
writeFileSync(join(policy, 'rules', 'greets.lua'), rule('greets', 'return event.text:find("good morning") and 0.4'));
writeFileSync(join(policy, 'rules', 'pictures.lua'), rule('pictures', 'local e = evidence["text.picture_request"] return e and e.fresh and 0.9'));
writeFileSync(join(policy, 'rules', 'fails.lua'), rule('fails', 'if event.text:find("loop") then while true do end end'));
const lobby = join(policy, 'spaces', 'lobby.yaml');
writeFileSync(lobby, `${readFileSync(lobby, 'utf8')}
rules:
  - {file: ../rules/greets.lua, mode: active}
  - {file: ../rules/pictures.lua, mode: shadow}
  - {file: ../rules/fails.lua, mode: active}
`);
const key = addKey(data);
const server = await start({ home, policy });
const sender = server.with(key);
const live = () => Object.fromEntries(JSON.parse(command(['rules', 'list', '--json', '--data', data]).stdout).rules.map((r) => [r.rule, r]));

test('a rule is evidence with its own sentence, and counted', async () => {
  const { adult, child } = await meet(sender);
  const before = live().greets;
  const answer = await sender.take(message(adult, child, 'good morning'));
  const piece = answer.evidence.find((e) => e.name === 'rule.operator');
  assert.deepEqual(piece, { name: 'rule.operator', weight: 0.4, fresh: true, why: { fr: 'La règle greets.', en: 'The rule greets.' } });
  const after = live().greets;
  assert.deepEqual([after.runs - before.runs, after.fired - before.fired, after.state], [1, 1, 'on']);
  const { text } = await server.request('GET', '/metrics');
  assert.match(text, new RegExp(`^vigie_rule_fired_total\\{space="lobby",rule="greets",mode="active"\\} ${after.fired}$`, 'm'));
});

test('one in shadow changes nothing', async () => {
  const { adult, child } = await meet(sender);
  const answer = await sender.take(asksPicture(adult, child));
  assert.ok(!answer.evidence.some((e) => e.name === 'rule.operator'));
  assert.equal(live().pictures.fired, 1);
});

test('one that loops is switched off; its event is answered, and the server stays ready', async () => {
  const { adult, child } = await meet(sender);
  assert.equal((await server.request('GET', '/readyz')).json.checks.rules, 'ok');
  assert.ok((await sender.take(message(adult, child, 'loop'))).verdict);
  const { state, failures, reason } = live().fails;
  assert.deepEqual([state, failures], ['off', 1]);
  assert.match(reason, /fails\.lua:3: more than 10000 instructions/);
  const ready = await server.request('GET', '/readyz');
  assert.deepEqual([ready.status, ready.json.checks.rules], [200, 'degraded']);
  assert.equal(server.log.match(/ error rules: switched off/g).length, 1, 'logged once');
});

test('a new rule is tried on the cases that are stored', () => {
  const tried = JSON.parse(command(['rules', 'backtest', '--json', '--data', data, '--policy', policy, '--space', 'lobby', join(policy, 'rules', 'pictures.lua')]).stdout);
  assert.deepEqual(tried.open, { cases: 1, cases_fired: 1, events: 1, events_fired: 1 });
  writeFileSync(join(home, 'met.lua'), rule('met', 'return memory.relation == "adult_to_minor" and memory.sent == 1 and event.text:find("picture") and 1'));
  assert.equal(JSON.parse(command(['rules', 'backtest', '--json', '--data', data, join(home, 'met.lua')]).stdout).open.cases_fired, 1, 'with its facts and its text');
});
