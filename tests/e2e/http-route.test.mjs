// SPDX-License-Identifier: Apache-2.0
// Where a case belongs, over HTTP: what the platform says in its events, what a person writes down, and the plan that follows.
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { account, addKey, addUser, command, makeHome, makePolicy, message, signIn, start } from './lib.mjs';

const home = makeHome(), data = `${home}/data`;
const key = addKey(data);
const passwords = { noe: addUser(data, 'noe', 'referent'), aude: addUser(data, 'aude', 'auditor') };
// where it is hosted is not written down here, so that a test can say it
const policies = makePolicy(home, (space, text) => text.replace(/^    host_country: .*\n/m, ''));
appendFileSync(`${policies}/lexicon/small.yaml`, `  payment_request:
    description: {fr: "demande de l'argent", en: "asks for money"}
    sources: ["these tests"]
    patterns: [{strength: 0.9, any_of: ["pay me for a call"]}]
`);
const server = await start({ home, policy: policies });
const sender = server.with(key);
const noe = await signIn(server, 'noe', passwords.noe);
const send = (event) => sender.post('/v1/events', event);

/** A case of an adult of one country who writes to a child of another. */
async function caseOf(adult, child, more = {}) {
  const names = { adult: `${adult}-${Math.random().toString(36).slice(2)}`, child: `${child}-${Math.random().toString(36).slice(2)}` };
  const people = [account(names.adult, '25+'), account(names.child, '13-14')];
  people[0].data.country = adult;
  if (child) people[1].data.country = child;
  for (const one of people) assert.equal((await send(one)).status, 200);
  let id;
  for (const text of ['how old are you', 'keep it secret', 'send me a picture', 'or you will regret it']) {
    const event = message(names.adult, names.child, text);
    Object.assign(event.data, more);
    const answer = await send(event);
    assert.equal(answer.status, 200, answer.text);
    id = answer.json.case ?? id;
  }
  assert.ok(id, 'a case was opened');
  return { id, ...names };
}
const route = async (id, by = noe) => (await by.get(`/v1/cases/${id}/route`)).json;
const countries = (plan, whose) => [...new Set(plan.facts.filter((f) => f.whose === whose && f.kind === 'place').map((f) => f.country))].sort();

test('what accounts declared stands with the case, and brings the law of both countries', async () => {
  const { id } = await caseOf('FR', 'PH');
  const plan = await route(id);
  assert.deepEqual(countries(plan, 'author'), ['FR']);
  assert.deepEqual(countries(plan, 'victim'), ['PH']);
  const reached = plan.statutes.map((s) => s.statute.id);
  for (const wanted of ['fr.cp.227-22-1', 'fr.cp.227-23-1', 'ph.ra11930']) assert.ok(reached.includes(wanted), `${wanted} is among ${reached}`);
  for (const one of plan.statutes) assert.ok(one.why.fr && one.why.en && one.confidence > 0 && one.statute.from.sure);
  assert.deepEqual(plan.map.map((m) => [m.country, m.roles.map((r) => r.whose).join()]), [['FR', 'author'], ['PH', 'victim']]);
  assert.ok(plan.stops.some((s) => s.receiver?.id === 'ph.eprotectkids'), 'the hotline of the other country');
  const unknown = plan.unknowns.map((u) => u.code);
  for (const code of ['author.nationality', 'host.place']) assert.ok(unknown.includes(code));
});

test('addresses and numbers are taken from the events of the case', async () => {
  const { id } = await caseOf('FR', 'PH', { ip: '203.0.113.7', phone: '+40712345678' });
  const plan = await route(id);
  assert.ok(plan.facts.some((f) => f.whose === 'author' && f.hint === 'phone' && f.country === 'RO' && f.detail === '+40'));
  assert.ok(plan.unknowns.some((u) => u.code === 'addresses'), 'no file places the address, and the plan says so');
  assert.ok(plan.unknowns.some((u) => u.code === 'author.conflict'), 'two countries of one person');
  assert.ok(plan.statutes.some((s) => s.statute.country === 'RO'), 'neither is ruled out');
});

test('live abuse ordered from one country, committed in a second, hosted in a third, paid through a fourth: all are reached', async () => {
  const { id } = await caseOf('FR', 'PH', { payment_country: 'LT', currency: 'EUR' });
  assert.equal((await noe.post(`/v1/cases/${id}/facts`, { whose: 'host', kind: 'place', country: 'US', detail: 'the host said so' })).status, 201);
  assert.equal((await noe.post(`/v1/cases/${id}/facts`, { act: 'live', detail: 'a price is asked for a live session' })).status, 201);
  const plan = await route(id);
  assert.ok(plan.facts.some((f) => f.whose === 'author' && f.hint === 'payment' && f.country === 'LT' && f.detail === 'LT' && f.confidence < 0.4), 'worth little, and less as other hints say another country');
  assert.ok(!plan.facts.some((f) => f.detail === 'EUR'), 'the euro is of no one country');
  assert.deepEqual(plan.map.map((m) => m.country), ['FR', 'LT', 'PH', 'US']);
  assert.deepEqual(plan.acts_by.person, ['live']);
  const reached = plan.statutes.map((s) => s.statute.id);
  for (const wanted of ['fr.cp.222-26-1', 'fr.cp.113-5', 'fr.cp.222-22', 'ph.ra11930', 'ph.ra9208', 'us.usc.18-2251']) assert.ok(reached.includes(wanted), `${wanted} is among ${reached}`);
  const stops = plan.stops.map((s) => `${s.kind}:${s.receiver?.id}`);
  for (const wanted of ['report:ph.eprotectkids', 'report:fr.pharos', 'report:us.ncmec']) assert.ok(stops.includes(wanted), `${wanted} is among ${stops}`);
  assert.ok(plan.unknowns.some((u) => u.code === 'author.conflict') && plan.unknowns.some((u) => u.code === 'law.country' && u.say.fr.includes('Lituanie')), 'what is not known is said');
  assert.equal(plan.urgent, false, 'a word of a person says what happened, not that it happens now');
  const printed = command(['route', '--data', data, '--policy', policies, '--language', 'fr', id]).stdout;
  assert.match(printed, /paiement/);
  assert.match(printed, /Lituanie/);
  assert.match(printed, /Abus commandé en direct \(une personne\)/);
});

test('money is asked for, as for a live session: the telephone first, where the child is and at home, with the numbers', async () => {
  const { id, adult, child } = await caseOf('FR', 'PH', { currency: 'PHP' });
  assert.equal((await send(message(adult, child, 'pay me for a call'))).status, 200);
  const plan = await route(id);
  assert.ok(plan.urgent && plan.imminent.includes('live') && plan.acts_by.evidence.includes('live'));
  assert.deepEqual(plan.stops.slice(0, 2).map((s) => `${s.kind}:${s.receiver.id}:${s.receiver.phone}`), ['call:ph.911:911', 'call:fr.17:17']);
  assert.ok(plan.facts.some((f) => f.hint === 'payment' && f.country === 'PH' && f.detail === 'PHP'), 'a currency of one country is a hint');
  const lines = command(['route', '--data', data, '--policy', policies, '--language', 'fr', id]).stdout.split('\n').filter(Boolean);
  assert.match(lines[1], /le téléphone d’abord/);
  assert.ok(lines.some((l) => /APPELER, Philippines.*911/.test(l)), 'with the number');
});

test('a person has the last word on what happened', async () => {
  const { id } = await caseOf('FR', 'PH');
  const before = await route(id);
  assert.ok(before.acts.includes('soliciting') && before.acts_by.evidence.includes('soliciting'));
  const { number } = (await noe.post(`/v1/cases/${id}/facts`, { act: 'threat', holds: false, detail: 'a quarrel about the game' })).json;
  const after = await route(id);
  assert.ok(!after.acts.includes('threat') && after.acts_by.denied.includes('threat') && after.acts_by.evidence.includes('threat'), 'it is gone, and where it came from is still said');
  assert.equal((await noe.del(`/v1/cases/${id}/facts/${number}`)).status, 204);
  assert.deepEqual((await route(id)).acts, before.acts);
});

test('they are checked, and belong to messages, files and contacts alone', async () => {
  for (const [wrong, pointer] of [[{ ip: 'example.org' }, '/data/ip'], [{ ip: '203.0.113.0/24' }, '/data/ip'], [{ phone: '0612345678' }, '/data/phone'], [{ phone: '+0123456' }, '/data/phone'], [{ ip: 7 }, '/data/ip'], [{ currency: 'euro' }, '/data/currency'], [{ payment_country: 'DE89370400440532013000' }, '/data/payment_country']]) {
    const event = message('max', 'lou', 'hello');
    Object.assign(event.data, wrong);
    const answer = await send(event);
    assert.equal(answer.status, 400);
    assert.equal(answer.json.pointer, pointer);
  }
  const event = account('max', '25+');
  event.data.ip = '203.0.113.7';
  assert.equal((await send(event)).status, 400, 'an account event opens no case: nothing may keep its address');
});

test('a person settles what hints leave open', async () => {
  const { id } = await caseOf('FR', '');
  assert.ok((await route(id)).unknowns.some((u) => u.code === 'victim.place'));
  assert.equal((await noe.post(`/v1/cases/${id}/facts`, { whose: 'victim', kind: 'place', country: 'PH', detail: 'the school' })).status, 201);
  assert.equal((await noe.post(`/v1/cases/${id}/facts`, { whose: 'host', kind: 'place', country: 'NL' })).status, 201);
  const plan = await route(id);
  assert.deepEqual([countries(plan, 'author'), countries(plan, 'victim'), countries(plan, 'host')], [['FR'], ['PH'], ['NL']]);
  assert.deepEqual([...new Set(plan.stops.map((s) => s.country))].sort(), ['FR', 'NL', 'PH'], 'ordered in one, committed in a second, hosted in a third: all three');
  assert.ok(!plan.unknowns.some((u) => u.code === 'victim.place'));
  assert.equal((await noe.del(`/v1/cases/${id}/facts/1`)).status, 204);
  assert.ok((await route(id)).unknowns.some((u) => u.code === 'victim.place'), 'taken back, it is unknown again');
});

test('who looked, and who wrote what kind of thing, is on record; countries are not', async () => {
  const aude = await signIn(server, 'aude', passwords.aude);
  const { entries } = (await aude.get('/v1/audit?limit=500')).json;
  const mine = entries.filter((e) => ['case.route', 'fact.add', 'fact.remove'].includes(e.action));
  assert.deepEqual([...new Set(mine.map((e) => e.action))].sort(), ['case.route', 'fact.add', 'fact.remove']);
  assert.doesNotMatch(JSON.stringify(mine), /PH|NL|school/);
});

test('an export has what was written down about the account, an erasure takes it away', async () => {
  const { id, adult } = await caseOf('FR', 'PH');
  assert.equal((await noe.post(`/v1/cases/${id}/facts`, { whose: 'author', kind: 'nationality', country: 'BE', detail: 'says so' })).status, 201);
  const out = command(['export', '--data', data, '--space', 'lobby', adult]).stdout;
  assert.match(out, /"facts":\[\{"kind":"nationality","country":"BE","hint":"person"\}\]/);
});

test('every entry of the book says how sure it is', async () => {
  const { receivers } = (await noe.get('/v1/receivers')).json, { statutes } = (await noe.get('/v1/law')).json;
  for (const one of [...receivers, ...statutes]) {
    assert.ok(one.from.source.length);
    assert.equal(one.from.sure === 'unverified', one.from.verified_on === undefined, `${one.id}: what was verified has a day, what was not has none`);
  }
});

after(async () => assert.equal((await server.stop()).code, 0));
