// SPDX-License-Identifier: Apache-2.0
// Deciding: the space's own reasons, scopes and durations; two people who must agree, the second without knowing what the first thought;
// taking a decision back while its messages wait; the statement of reasons; strikes; one decision for a wave.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { account, addKey, addUser, asksPicture, command, fresh, isProblem, makeHome, makePolicy, meet, message, openCase, signIn, sleep, start, until } from './lib.mjs';

let server, sender, receiver, data;
const people = {};
const told = [];

before(async () => {
  const home = makeHome();
  data = `${home}/data`;
  const policy = makePolicy(home, (space, text) =>
    space === 'rencontre'
      ? text.replace(/^  four_eyes: .*$/m, '  four_eyes: [suspend, authority_report, hash_confirmation]').replace(/^  undo: .*$/m, '  undo: 0 seconds')
      : space === 'forum' ? text.replace(/^  undo: .*$/m, '  undo: 3 seconds').replace(/^  bulk: .*$/m, '  bulk: 3') : text);
  const key = addKey(data, '*', 'events,appeals');
  const names = { lea: 'lead', luc: 'lead', remi: 'referent', rosa: 'referent', ana: 'auditor' };
  const passwords = Object.fromEntries(Object.entries(names).map(([name, role]) => [name, addUser(data, name, role)]));
  receiver = http.createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      told.push(JSON.parse(body));
      response.writeHead(204).end();
    });
  }).unref();
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  command(['webhook', 'add', '--space', '*', '--url', `http://127.0.0.1:${receiver.address().port}/`, '--data', data]);
  server = await start({ home, policy, options: ['--threads', '2'] });
  sender = server.with(key);
  for (const name of Object.keys(names)) people[name] = await signIn(server, name, passwords[name]);
});
after(async () => {
  assert.equal((await server.stop()).code, 0);
  receiver.close();
});

const decide = (who, id, body) => people[who].post(`/v1/cases/${id}/decisions`, body);
const detail = async (who, id) => (await people[who].get(`/v1/cases/${id}`)).json;
const heard = (type, id) => until(() => told.find((m) => m.type === type && m.data.case === id), `no ${type} of ${id}`);

test('the form is told what this space offers, and the server takes nothing else', async () => {
  const { id } = await openCase(sender);
  const { decide: form } = await detail('remi', id);
  assert.equal(form.look, 'first');
  assert.equal(form.listed, true);
  const mute = form.actions.find((a) => a.action === 'mute');
  assert.deepEqual(mute.hours, [24, 72, 168, 720]);
  assert.ok(mute.scopes.includes('private_messages') && !mute.scopes.includes('contact_minors'));
  assert.deepEqual([mute.needs_second, mute.statement, mute.strike], [false, true, true]);
  const reason = form.reasons.find((r) => r.code === 'grooming');
  assert.equal(reason.ground, 'terms');
  assert.match(reason.reference.fr, /article 3\.1/);
  for (const [body, pointer] of [
    [{ action: 'warn', reason: 'because' }, '/reason'], [{ action: 'warn', reason: 'no_risk' }, '/reason'], [{ action: 'dismiss', reason: 'grooming' }, '/reason'],
    [{ action: 'mute', reason: 'grooming', hours: 25 }, '/hours'], [{ action: 'mute', reason: 'grooming', hours: 0 }, '/hours'],
    [{ action: 'mute', reason: 'grooming', hours: 24, scope: 'contact_minors' }, '/scope'], [{ action: 'mute', reason: 'grooming', hours: 24, scope: 'moon' }, '/scope'],
    [{ action: 'warn', reason: 'grooming', language: 'xx' }, '/language'], [{ action: 'warn', reason: 'grooming', interim_hours: 2 }, '/interim_hours'],
    [{ action: 'dismiss', reason: 'no_risk', statement: 'a text' }, '/statement'], [{ action: 'warn', reason: 'grooming', statement: 'x'.repeat(8001) }, '/statement'],
  ])
    isProblem(await decide('remi', id, body), 400, pointer);
  const done = await decide('remi', id, { action: 'mute', reason: 'grooming', hours: 24, scope: 'private_messages' });
  assert.equal(done.status, 201, done.text);
  assert.equal(done.json.decision.scope, 'private_messages');
  assert.match(done.json.statement, /^s-[0-9]{6}$/);
});

test('who is restricted is told why, in their language, and nothing of the child or of how it was found', async () => {
  const { adult, child } = await meet(sender);
  await sender.take(account(adult, '25+', {}, { language: 'fr' }));
  const { case: id } = await sender.take(asksPicture(adult, child, {}, { channel: 'group' }));
  const preview = await people.remi.post(`/v1/cases/${id}/statement`, { action: 'mute', reason: 'grooming', hours: 168 });
  assert.equal(preview.status, 200, preview.text);
  assert.equal(preview.json.language, 'fr');
  assert.match(preview.json.text, /pendant 7\u00a0jours, jusqu’au /);
  assert.doesNotMatch(preview.json.text, new RegExp(`${child}|send me a picture|13`));
  isProblem(await people.remi.post(`/v1/cases/${id}/statement`, { action: 'dismiss', reason: 'no_risk' }), 400, '/action');
  const edited = `${preview.json.text}\nNous restons à votre écoute.`;
  isProblem(await decide('remi', id, { action: 'mute', reason: 'grooming', hours: 168, statement: `${edited} ${child} nous a écrit.` }), 400, '/statement');
  const done = await decide('remi', id, { action: 'mute', reason: 'grooming', hours: 168, statement: edited });
  assert.equal(done.status, 201, done.text);
  const message = await heard('statement.issued', id);
  assert.equal(message.data.account, adult);
  const { reasons } = message.data;
  assert.equal(reasons.text, edited);
  assert.equal(reasons.edited, true);
  assert.deepEqual([reasons.restriction.action, reasons.restriction.scope, reasons.restriction.hours, reasons.restriction.interim], ['mute', 'whole_account', 168, false]);
  assert.deepEqual([reasons.from_notice, reasons.automated_detection, reasons.automated_decision], [false, true, false]);
  assert.equal(reasons.ground.kind, 'terms');
  assert.equal(reasons.dsa.category, 'STATEMENT_CATEGORY_PROTECTION_OF_MINORS');
  assert.equal(reasons.dsa.decision_ground, 'DECISION_GROUND_INCOMPATIBLE_CONTENT');
  assert.match(reasons.redress, /juge/);
  const kept = (await people.rosa.get(`/v1/cases/${id}/statements`)).json.statements;
  assert.equal(kept.length, 1);
  assert.equal(kept[0].id, done.json.statement);
  assert.equal(kept[0].reasons.text, edited);
  isProblem(await people.ana.get(`/v1/cases/${id}/statements`), 403);
});

test('another language than French or English is answered in English, and the statement says so', async () => {
  const { adult, child } = await meet(sender);
  await sender.take(account(adult, '25+', {}, { language: 'es' }));
  const { case: id } = await sender.take(asksPicture(adult, child, {}, { channel: 'group' }));
  const form = (await detail('remi', id)).decide;
  assert.deepEqual([form.language, form.language_known, form.account_language], ['en', false, 'es']);
  const preview = (await people.remi.post(`/v1/cases/${id}/statement`, { action: 'warn', reason: 'grooming' })).json;
  assert.deepEqual([preview.language, preview.asked_language], ['en', 'es']);
  assert.match(preview.text, /You are given a warning/);
  assert.match((await people.remi.post(`/v1/cases/${id}/statement`, { action: 'warn', reason: 'grooming', language: 'fr' })).json.text, /avertissement/);
  await decide('remi', id, { action: 'dismiss', reason: 'no_risk' });
  assert.deepEqual((await people.remi.get(`/v1/cases/${id}/statements`)).json.statements, [], 'a dismissal owes nobody a statement');
});

test('four eyes: the second person learns neither what the first thought nor who it was; agreement decides', async () => {
  const { id, adult } = await openCase(sender, 'rencontre');
  const stream = await people.rosa.listen();
  const seq = (await detail('remi', id)).events[0].seq;
  const first = await decide('remi', id, { action: 'suspend', reason: 'grooming', hours: 168, note: 'secret-note-of-remi', interim_hours: 24 });
  assert.equal(first.status, 202, first.text);
  assert.equal(first.json.case.look, 'second');
  assert.equal(first.json.case.state, 'open');
  await people.remi.post(`/v1/cases/${id}/feedback`, { seq, name: 'text.picture_request', judgement: 'right' });
  const interim = await heard('case.interim', id);
  assert.deepEqual([interim.data.action, interim.data.hours, interim.data.account], ['mute', 24, adult]);
  const provisional = await heard('statement.issued', id);
  assert.equal(provisional.data.reasons.restriction.interim, true);

  // the first one is out of it, whatever they send
  isProblem(await people.remi.post(`/v1/cases/${id}/claim`), 403);
  isProblem(await decide('remi', id, { action: 'suspend', reason: 'grooming', hours: 168 }), 403);
  assert.deepEqual((await detail('remi', id)).actions, []);

  // and nothing that the second one can read gives them away
  await until(() => stream.events.some((e) => e.name === 'case' && e.data.id === id && e.data.look === 'second'), 'the stream says that a second look is needed');
  const seen = await people.rosa.get(`/v1/cases/${id}`);
  const places = [seen.text, (await people.rosa.get(`/v1/cases/${id}/statements`)).text, (await people.rosa.get('/v1/cases')).text, JSON.stringify(stream.events)];
  for (const text of places) assert.doesNotMatch(text, /remi|secret-note|"suspend","scope"|interim_hours":24/);
  assert.equal(seen.json.decide.look, 'second');
  assert.equal(seen.json.decide.opinions, undefined);
  assert.deepEqual(seen.json.decisions, []);
  assert.ok(!seen.text.includes('"feedback"'), 'what the first one said of the evidence is an answer too');

  const second = await decide('rosa', id, { action: 'suspend', reason: 'grooming', hours: 48 });
  assert.equal(second.status, 201, second.text);
  assert.equal(second.json.decision.hours, 48, 'the milder of two durations');
  const final = await heard('case.decided', id);
  assert.deepEqual([final.data.action, final.data.hours, final.data.ends_interim], ['suspend', 48, true]);
  const after = await detail('rosa', id);
  assert.equal(after.opinions.length, 1);
  assert.deepEqual([after.opinions[0].user, after.opinions[0].note, after.opinions[0].interim_hours], ['remi', 'secret-note-of-remi', 24]);
  const statements = (await people.rosa.get(`/v1/cases/${id}/statements`)).json.statements;
  assert.equal(statements.length, 2);
  assert.ok(statements[0].lifted, 'the provisional measure is over');
  stream.end();
});

test('two people who do not agree: a lead who is neither of them sees both and settles', async () => {
  const { id } = await openCase(sender, 'rencontre');
  assert.equal((await decide('lea', id, { action: 'suspend', reason: 'grooming', hours: 168, note: 'lea thinks so' })).status, 202);
  const second = await decide('rosa', id, { action: 'dismiss', reason: 'no_risk', note: 'rosa does not' });
  assert.equal(second.status, 202, second.text);
  assert.equal(second.json.case.look, 'settle');
  for (const who of ['lea', 'rosa', 'remi']) isProblem(await decide(who, id, { action: 'warn', reason: 'grooming' }), 403);
  for (const who of ['lea', 'rosa', 'remi']) assert.doesNotMatch((await people[who].get(`/v1/cases/${id}`)).text, /lea thinks|rosa does not/);
  const form = (await detail('luc', id)).decide;
  assert.deepEqual(form.opinions.map((o) => [o.user, o.action, o.note]), [['lea', 'suspend', 'lea thinks so'], ['rosa', 'dismiss', 'rosa does not']]);
  const settled = await decide('luc', id, { action: 'warn', reason: 'grooming' });
  assert.equal(settled.status, 201, settled.text);
  assert.equal((await detail('remi', id)).opinions.length, 2);
});

test('a report to an authority takes two people, is then due, and leaves the case open', async () => {
  const { id } = await openCase(sender, 'rencontre');
  assert.equal((await decide('remi', id, { action: 'report', reason: 'danger' })).status, 202);
  const second = await decide('rosa', id, { action: 'report', reason: 'danger' });
  assert.equal(second.status, 201, second.text);
  assert.deepEqual([second.json.case.state, second.json.case.report_due, second.json.case.look], ['open', true, 'first']);
  isProblem(await decide('rosa', id, { action: 'report', reason: 'danger' }), 409, '/action');
  assert.equal((await decide('remi', id, { action: 'mute', reason: 'grooming', hours: 24 })).json.case.report_due, true);
});

test('a decision is taken back within its seconds, and nothing of it has left', async () => {
  const { id, adult } = await openCase(sender, 'forum');
  await people.remi.post(`/v1/cases/${id}/claim`);
  const done = await decide('remi', id, { action: 'mute', reason: 'grooming', hours: 24 });
  assert.equal(done.json.case.state, 'decided');
  const n = done.json.undo.id;
  assert.ok(Date.parse(done.json.undo.until) > Date.now());
  isProblem(await people.rosa.del(`/v1/cases/${id}/decisions/${n}`), 403);
  isProblem(await people.remi.del(`/v1/cases/${id}/decisions/${Number(n) + 1}`), 404);
  isProblem(await people.remi.del(`/v1/cases/${id}/decisions/x`), 404);
  const back = await people.remi.del(`/v1/cases/${id}/decisions/${n}`);
  assert.equal(back.status, 200, back.text);
  assert.deepEqual([back.json.state, back.json.claimed_by], ['open', 'remi']);
  const again = await detail('remi', id);
  assert.deepEqual([again.decisions, again.decide.strikes.count], [[], 0]);
  assert.deepEqual((await people.remi.get(`/v1/cases/${id}/statements`)).json.statements, []);
  isProblem(await people.remi.del(`/v1/cases/${id}/decisions/${n}`), 409);
  const late = await decide('remi', id, { action: 'warn', reason: 'grooming' });
  const left = await heard('case.decided', id);
  assert.equal(left.data.action, 'warn', 'what was taken back never left');
  await heard('statement.issued', id);
  isProblem(await people.remi.del(`/v1/cases/${id}/decisions/${late.json.undo.id}`), 409);
  assert.deepEqual(told.filter((m) => m.data.case === id && m.type !== 'case.opened').map((m) => m.type).sort(), ['case.decided', 'statement.issued']);
  assert.ok(adult);
});

test('strikes are counted, suggest, and are shown with their end', async () => {
  const { adult, child } = await meet(sender);
  for (let i = 0; i < 2; i++) {
    const { case: id } = await sender.take(asksPicture(adult, child, {}, { channel: 'group' }));
    assert.equal((await decide('remi', id, { action: 'warn', reason: 'grooming' })).status, 201);
  }
  const { case: id } = await sender.take(asksPicture(adult, child, {}, { channel: 'group' }));
  const { strikes } = (await detail('remi', id)).decide;
  assert.deepEqual([strikes.count, strikes.suggests, strikes.list.length], [2, 'mute', 2]);
  assert.ok(Date.parse(strikes.list[0].expires) > Date.now() + 364 * 86_400_000);
  const { accounts } = (await people.remi.get(`/v1/cases/${id}/accounts`)).json;
  assert.deepEqual(accounts.map((a) => [a.account, a.strikes]), [[adult, strikes.list], [child, []]], 'and stand with the account they are of');
});

/** A case without anything that needs a look of its own: an adult who asks an older minor's age, again and again. */
async function dull(space, text = 'hello there, how old are you?') {
  const source = `/spaces/${space}`, adult = fresh('wave'), others = Array.from({ length: 3 }, () => fresh('teen'));
  await sender.take([account(adult, '25+', { source }, { created: new Date().toISOString().slice(0, 10) }), ...others.map((o) => account(o, '15-17', { source }))]);
  let id;
  for (const other of others)
    for (const words of [text, 'keep this secret please', 'keep it secret'])
      id = (await sender.take(message(adult, other, words, { source }, { channel: 'group' }))).case ?? id;
  return { adult, id };
}

test('one decision for a wave: a preview says to whom it happens and to whom not, and why', async () => {
  const wave = [];
  for (let i = 0; i < 4; i++) wave.push(await dull('forum'));
  assert.ok(wave.every((w) => w.id), JSON.stringify(wave));
  const special = await openCase(sender, 'forum');
  const ids = [...wave.map((w) => w.id), special.id];
  const ask = { by: { cases: ids }, space: 'forum', action: 'mute', reason: 'spam', hours: 24 };
  isProblem(await people.remi.post('/v1/bulk/preview', ask), 403);
  for (const [change, pointer] of [
    [{ by: {} }, '/by'], [{ by: { cases: [] } }, '/by/cases'], [{ by: { cases: ['x'] } }, '/by/cases'], [{ by: { all: 1 } }, '/by/all'], [{ by: { opening: 'x' } }, '/by/opening'],
    [{ by: { filter: {} } }, '/by/filter'], [{ by: { filter: { evidence: 'x' } } }, '/by/filter/evidence'], [{ by: { filter: { opened_from: 'x' } } }, '/by/filter/opened_from'],
    [{ action: 'escalate' }, '/action'], [{ reason: 'because' }, '/reason'], [{ hours: 25 }, '/hours'], [{ scope: 'moon' }, '/scope'], [{ more: 1 }, '/more'],
  ])
    isProblem(await people.lea.post('/v1/bulk/preview', { ...ask, ...change }), 400, pointer);
  const preview = await people.lea.post('/v1/bulk/preview', ask);
  assert.equal(preview.status, 200, preview.text);
  assert.equal(preview.json.limit, 3);
  assert.deepEqual(preview.json.cases.map((c) => c.case), wave.slice(0, 3).map((w) => w.id));
  const why = Object.fromEntries(preview.json.excluded.map((c) => [c.case, c.why]));
  assert.deepEqual(why, { [wave[3].id]: 'limit', [special.id]: 'imminent' });
  await sender.take(message(wave[0].adult, fresh('teen'), 'hello, how old are you?', { source: '/spaces/forum' }, { channel: 'group' }));
  isProblem(await people.luc.post('/v1/bulk', { token: preview.json.token }), 404, '/token');
  isProblem(await people.lea.post('/v1/bulk', { token: 'x' }), 404, '/token');

  const fresher = await people.lea.post('/v1/bulk/preview', ask);
  await people.rosa.post(`/v1/cases/${wave[1].id}/claim`);
  isProblem(await people.lea.post('/v1/bulk', { token: fresher.json.token }), 409, '/token');
  const held = await people.lea.post('/v1/bulk/preview', ask);
  assert.equal(held.json.excluded.find((c) => c.case === wave[1].id).why, 'lease');
  await people.rosa.post(`/v1/cases/${wave[1].id}/release`);

  const last = (await people.lea.post('/v1/bulk/preview', ask)).json;
  const done = await people.lea.post('/v1/bulk', { token: last.token });
  assert.equal(done.status, 201, done.text);
  assert.equal(done.json.decided, 3);
  isProblem(await people.lea.post('/v1/bulk', { token: last.token }), 409, '/token');
  for (const { case: id } of last.cases) {
    const c = await detail('lea', id);
    assert.deepEqual([c.state, c.action], ['decided', 'mute']);
    assert.equal((await people.lea.get(`/v1/cases/${id}/statements`)).json.statements.length, 1, 'one statement each');
  }
  const one = await detail('lea', last.cases[0].case);
  isProblem(await people.lea.del(`/v1/cases/${one.id}/decisions/${one.decisions[0].id}`), 409);
  isProblem(await people.luc.del(`/v1/bulk/${done.json.bulk}`), 403);
  assert.deepEqual((await people.lea.del(`/v1/bulk/${done.json.bulk}`)).json, { undone: 3 });
  for (const { case: id } of last.cases) assert.equal((await detail('lea', id)).state, 'open');
  await sleep(50);
  assert.ok(!told.some((m) => m.type === 'case.decided' && last.cases.some((c) => c.case === m.data.case)), 'nothing of it left');
  isProblem(await people.lea.del(`/v1/bulk/${done.json.bulk}`), 409);
  isProblem(await people.lea.del('/v1/bulk/x'), 404);
});

test('a wave by the same opening, and by a filter', async () => {
  const text = `the same first words ${fresh('w')}, how old are you?`;
  const a = await dull('lobby', text), b = await dull('lobby', text), c = await dull('lobby');
  const by = async (what) => {
    const answer = await people.lea.post('/v1/bulk/preview', { by: what, space: 'lobby', action: 'dismiss', reason: 'handled' });
    assert.equal(answer.status, 200, answer.text);
    return answer.json.cases.concat(answer.json.excluded).map((one) => one.case);
  };
  const opening = await by({ opening: a.id });
  assert.ok(opening.includes(a.id) && opening.includes(b.id) && !opening.includes(c.id), JSON.stringify(opening));
  const filtered = await by({ filter: { evidence: 'text.secrecy' } });
  assert.ok([a.id, b.id, c.id].every((id) => filtered.includes(id)));
  assert.deepEqual(await by({ filter: { opened_from: new Date(Date.now() + 60_000).toISOString() } }), []);
});
