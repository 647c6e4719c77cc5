// SPDX-License-Identifier: Apache-2.0
// Claim-next against the real server: one case goes to one person, what fits comes first, what belongs together arrives together, and what
// is given back is somebody else's.
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { account, addKey, addUser, asksPicture, fresh, isProblem, makeHome, makePolicy, message, openCase, signIn, start } from './lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const key = addKey(data);
const names = ['lea', 'paul', 'ana'];
const passwords = Object.fromEntries(names.map((name) => [name, addUser(data, name, name === 'paul' ? 'lead' : 'referent')]));
/* hard cases from the first minute, no pauses, and no limits: these are http-welfare.test.mjs */
const policy = makePolicy(home, (space, text) => text.replace(/^welfare:\n(?:(?: .*)?\n)+/m, ''));
appendFileSync(join(policy, 'lexicon/small.yaml'), `  payment_request:
    description: {fr: "demande de l'argent", en: "asks for money"}
    sources: ["these tests"]
    patterns: [{strength: 1, any_of: ["pay for the camera"]}]
  moving_app:
    description: {fr: "veut aller ailleurs", en: "wants to go elsewhere"}
    sources: ["these tests"]
    patterns: [{strength: 0.9, any_of: ["write to me at"]}]
`);
const server = await start({ home, policy });
const sender = server.with(key);
const people = {};
for (const name of names) people[name] = await signIn(server, name, passwords[name]);
const { lea, paul, ana } = people;
const next = async (who, body = {}) => {
  const answer = await who.post('/v1/queue/next', body);
  assert.ok(answer.status === 200 || answer.status === 204, answer.text);
  return answer.json;
};
const decide = async (who, id) => assert.equal((await who.post(`/v1/cases/${id}/decisions`, { action: 'dismiss', reason: 'no_risk' })).status, 201);

/** Decides whatever is left, so that a test begins with an empty queue. */
async function empty() {
  for (const who of [lea, paul, ana]) assert.equal((await who.put('/v1/me/skills', { languages: [], spaces: [], categories: [] })).status, 200);
  const { cases } = (await paul.get('/v1/cases?state=open&limit=500')).json;
  for (const one of cases) {
    await paul.post(`/v1/cases/${one.id}/take-back`);
    await decide(paul, one.id);
  }
}

test('three people ask at the same time: each case goes to one of them', async () => {
  const opened = [];
  for (let i = 0; i < 7; i++) opened.push((await openCase(sender)).id);
  const given = (await Promise.all(Array.from({ length: 12 }, (_, i) => next([lea, paul, ana][i % 3])))).filter(Boolean).map((one) => one.case);
  assert.deepEqual(given.map((one) => one.id).sort(), opened.sort());
  for (const one of given) assert.equal((await lea.get(`/v1/cases?account=${one.account}`)).json.cases[0].claimed_by, one.claimed_by);
  assert.equal(await next(lea), undefined);
  await empty();
});

test('a lease is renewed by its holder, given back, and taken away by a lead', async () => {
  const { id } = await openCase(sender);
  const first = (await next(lea)).case;
  assert.equal(first.id, id);
  isProblem(await ana.post(`/v1/cases/${id}/claim`), 409);
  assert.ok(Date.parse((await lea.post(`/v1/cases/${id}/claim`)).json.claimed_until) >= Date.parse(first.claimed_until));
  assert.equal((await lea.post(`/v1/cases/${id}/release`)).json.claimed_by, undefined);
  assert.equal(await next(lea), undefined, 'what she gave back she is not handed again at once');
  assert.equal((await next(ana)).case.id, id, 'somebody else is');
  isProblem(await lea.post(`/v1/cases/${id}/take-back`), 403);
  assert.equal((await paul.post(`/v1/cases/${id}/take-back`)).json.claimed_by, undefined);
  assert.equal((await next(ana)).case.id, id, 'taken away is not given back: it may come again');
  await empty();
});

test('skills: language, category and space; asked for by name they are set aside', async () => {
  const speaks = async (language) => {
    const adult = fresh('adult'), child = fresh('child');
    await sender.take([account(adult, '25+', {}, { language }), account(child, '13-14')]);
    return (await sender.take(asksPicture(adult, child, {}, { channel: 'group' }))).case;
  };
  const french = await speaks('fr-CA'), cebuano = await speaks('ceb');
  const listed = (await lea.get('/v1/cases')).json.cases;
  assert.deepEqual([french, cebuano].map((id) => listed.find((one) => one.id === id).language), ['fr', 'ceb']);
  assert.ok(listed.every((one) => one.category === 'contact' && one.offered_to_all === false && one.remaining > 0));
  assert.equal((await lea.put('/v1/me/skills', { languages: ['en'], spaces: [], categories: [] })).status, 200);
  assert.equal(await next(lea), undefined, 'she reads neither');
  assert.equal((await paul.put('/v1/people/lea/skills', { languages: ['en', 'fr'], spaces: [], categories: [] })).status, 200);
  assert.equal((await next(lea)).case.id, french, 'a lead says that she reads French');
  assert.equal((await next(lea, { language: 'ceb' })).case.id, cebuano, 'and today she has somebody beside her who reads Cebuano');
  await empty();
  await ana.put('/v1/me/skills', { languages: [], spaces: ['forum'], categories: [] });
  const { id } = await openCase(sender);
  assert.equal(await next(ana), undefined, 'another space');
  assert.equal((await next(ana, { space: 'lobby' })).case.id, id, 'asked for by name');
  await empty();
});

test('what cannot wait comes first, has a deadline of its own, and says why', async () => {
  await openCase(sender);
  const adult = fresh('adult'), child = fresh('child');
  await sender.take([account(adult, '25+'), account(child, 'under13')]);
  const { case: urgent } = await sender.take(message(adult, child, 'please send me a picture of you, I can pay for the camera', {}, { channel: 'group' }));
  const given = await next(lea);
  assert.equal(given.case.id, urgent);
  assert.deepEqual(given.case.imminence, ['live']);
  assert.equal(given.case.category, 'live');
  assert.ok(given.case.remaining <= 3600, 'within an hour, as the policy says, not within four');
  assert.match(given.why.fr, /argent est demandé.*moins de 13 ans/);
  assert.match(given.why.en, /^Money is asked for.*under 13/);
  assert.equal(given.refusable, false);
  await empty();
});

test('cases of the same account arrive together', async () => {
  const { adult, child, id } = await openCase(sender);
  const there = { source: '/spaces/forum' };
  await sender.take([account(adult, '25+', there), account(child, '13-14', there)]);
  const { case: elsewhere } = await sender.take(asksPicture(adult, child, there, { channel: 'group' }));
  const given = await next(lea, { space: 'lobby' });
  assert.equal(given.case.id, id);
  assert.deepEqual(given.linked.map((one) => [one.id, one.link, one.claimed_by]), [[elsewhere, ['account'], 'lea']]);
  assert.deepEqual((await lea.get(`/v1/cases/${elsewhere}/linked`)).json.linked.map((one) => [one.id, one.link]), [[id, ['account']]]);
  assert.equal(await next(ana), undefined);
  await empty();
});

test('accounts that hand out the same address belong together', async () => {
  const ids = [];
  for (let i = 0; i < 2; i++) {
    const adult = fresh('adult'), child = fresh('child');
    await sender.take([account(adult, '25+'), account(child, '13-14')]);
    await sender.take(message(adult, child, 'write to me at 0612345678', {}, { channel: 'group' }));
    ids.push((await sender.take(message(adult, child, 'please send me a picture of you, write to me at 0612345678', {}, { channel: 'group' }))).case);
  }
  const linked = (await lea.get(`/v1/cases/${ids[0]}/linked`)).json.linked;
  assert.deepEqual(linked.map((one) => [one.id, one.link]), [[ids[1], ['address']]]);
  const given = await next(lea);
  assert.deepEqual([given.case.id, ...given.linked.map((one) => one.id)].sort(), ids.sort());
  await empty();
});

after(() => server.stop());
