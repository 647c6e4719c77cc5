// SPDX-License-Identifier: Apache-2.0
// Training over HTTP: a course is passed and opens its categories, certificates end and close them, and the server refuses whoever has none,
// whatever the client sends; leads suspend, reinstate, revoke and record; practice is told and never kept.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addKey, addUser, asksPicture, command, isProblem, makeHome, message, openCase, signIn, start, until } from './lib.mjs';
import { answersTo, endCertificates, makeTraining, section } from './training.lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const policy = makeTraining(home);
const key = addKey(data);
const names = { lea: 'referent', remi: 'referent', paul: 'lead', otto: 'auditor' };
const passwords = Object.fromEntries(Object.entries(names).map(([name, role]) => [name, addUser(data, name, role, '--language', name === 'remi' ? 'en' : 'fr')]));
const server = await start({ home, policy });
after(() => server.stop());
const sender = server.with(key);
const people = {};
for (const name of Object.keys(names)) people[name] = await signIn(server, name, passwords[name]);
const { lea, remi, paul, otto } = people;

const decision = { action: 'dismiss', reason: 'no_risk' };
const claim = (who, id) => who.post(`/v1/cases/${id}/claim`);
const decide = (who, id) => who.post(`/v1/cases/${id}/decisions`, decision);
const stateOf = async (who, category) =>
  (await who.get('/v1/me/certificates')).json.spaces.find((s) => s.space === 'lobby').categories.find((c) => c.category === category);
async function take(who, id, wrong = 0) {
  const attempt = (await who.post(`/v1/courses/${id}/attempts`)).json;
  return who.post(`/v1/attempts/${attempt.id}`, { answers: answersTo(attempt, wrong) });
}

test('without a certificate a case is neither taken nor decided, and the refusal says what to do, in the language of the person', async () => {
  const { id } = await openCase(sender);
  const refused = await claim(lea, id);
  isProblem(refused, 403);
  assert.match(refused.json.detail, /approches et contacts.*passez les formations/);
  assert.match((await claim(remi, id)).json.detail, /approaches and contacts.*pass the courses/);
  isProblem(await decide(lea, id), 403);
  isProblem(await decide(paul, id), 403); // a lead needs one too
  assert.equal((await lea.get(`/v1/cases/${id}`)).json.state, 'open');
  assert.equal((await claim(lea, (await openCase(sender, 'forum')).id)).status, 200, 'another space asks for none');
});

test('a course is read without a hint of what is right; questions come with an attempt, in an order that the server keeps', async () => {
  const { courses } = (await lea.get('/v1/courses')).json;
  assert.deepEqual(courses.map((c) => [c.id, c.state, c.locked, c.needed, c.attempts_left]), [['basics', 'open', false, true, 3], ['threats', 'open', true, true, 3]]);
  const read = await lea.get('/v1/courses/basics');
  assert.match(read.json.text, /Un \*\*texte\*\* court/);
  assert.equal(read.json.sources[0].verified, '2026-11-23');
  assert.doesNotMatch(read.text, /"right"|Voilà pourquoi|\[x\]|Oui/);
  assert.match((await lea.get('/v1/courses/basics?language=en')).json.text, /A short/);
  isProblem(await lea.post('/v1/courses/threats/attempts'), 403);
  const started = await lea.post('/v1/courses/basics/attempts');
  assert.equal(started.status, 201);
  assert.doesNotMatch(started.text, /"right"|"why"|Voilà pourquoi/);
  const again = await lea.post('/v1/courses/basics/attempts');
  assert.equal(again.status, 200, 'one at a time');
  assert.deepEqual(again.json, started.json, 'in the same order');
  assert.deepEqual((await lea.get('/v1/courses/basics')).json.attempt, started.json, 'also when the course is read again');
  const orders = new Set([JSON.stringify(started.json.questions)]);
  for (const who of [remi, paul, otto]) orders.add(JSON.stringify((await who.post('/v1/courses/basics/attempts?language=fr')).json.questions));
  assert.ok(orders.size > 1, 'others are asked in another order');
  isProblem(await remi.post(`/v1/attempts/${started.json.id}`, { answers: answersTo(started.json) }), 404);
});

test('what is handed in is checked', async () => {
  const attempt = (await lea.post('/v1/courses/basics/attempts')).json;
  const hand = (answers) => lea.post(`/v1/attempts/${attempt.id}`, { answers });
  const good = answersTo(attempt), single = attempt.questions.findIndex((q) => !q.several);
  isProblem(await hand(good.slice(1)), 400, '/answers');
  isProblem(await hand('all'), 400, '/answers');
  for (const wrong of [[9], [-1], ['0'], [0, 0], 0, [0, 1]])
    isProblem(await hand(good.map((one, i) => (i === single ? wrong : one))), 400, `/answers/${single}`);
  isProblem(await lea.post('/v1/attempts/999999', { answers: [] }), 404);
});

test('a fail explains every answer and issues nothing; a pass opens the categories whose courses are complete', async () => {
  const failed = (await take(lea, 'basics', 2)).json;
  assert.deepEqual([failed.score, failed.passed, failed.pass_mark, failed.certificates], [50, false, 75, []]);
  assert.equal(failed.questions.filter((q) => q.right).length, 2);
  assert.ok(failed.questions.every((q) => q.answers.every((a) => a.why.startsWith('Voilà pourquoi'))));
  const passed = (await take(lea, 'basics', 1)).json;
  assert.deepEqual([passed.score, passed.passed], [75, true]);
  assert.deepEqual(passed.certificates.map((c) => [c.space, c.category]), [['lobby', 'contact'], ['lobby', 'report']]);
  const days = (Date.parse(passed.certificates[0].until) - Date.now()) / 86_400_000;
  assert.ok(days > 89 && days <= 90, 'the policy lets it last ninety days, less than the course');
  assert.equal((await stateOf(lea, 'contact')).state, 'open');
  assert.deepEqual((await stateOf(lea, 'threat')).courses, [{ id: 'basics', passed: true }, { id: 'threats', passed: false }]);
  const { id } = await openCase(sender);
  assert.equal((await claim(lea, id)).status, 200);
  assert.equal((await decide(lea, id)).status, 201);
});

test('three attempts a day', async () => {
  assert.equal((await take(lea, 'basics')).status, 200);
  isProblem(await lea.post('/v1/courses/basics/attempts'), 409);
  assert.equal((await lea.get('/v1/courses/basics')).json.attempts_left, 0);
});

test('a case that grows heavier while it is open wants the certificate of its new category', async () => {
  const { adult, child, id } = await openCase(sender);
  assert.equal((await claim(lea, id)).status, 200);
  await sender.take(message(adult, child, 'do it or you will regret it', {}, { channel: 'group' }));
  const refused = await decide(lea, id);
  isProblem(refused, 403);
  assert.match(refused.json.detail, /menaces et chantage/);
  assert.equal((await take(lea, 'threats')).json.certificates.length, 3);
  assert.equal((await decide(lea, id)).status, 201, 'nothing was lost: it is decided as soon as the certificate is there');
});

test('a certificate that ends between claim and decision: the decision is refused, the case stays', async () => {
  const { id } = await openCase(sender);
  assert.equal((await claim(lea, id)).status, 200);
  endCertificates(data, -3_600_000, 'lea');
  const refused = await decide(lea, id);
  isProblem(refused, 403);
  assert.match(refused.json.detail, /n’est plus valable/);
  for (const body of [{ ...decision, certificate: 1 }, { ...decision, certified: true }]) isProblem(await lea.post(`/v1/cases/${id}/decisions`, body), 400);
  isProblem(await claim(lea, id), 403);
  assert.equal((await stateOf(lea, 'contact')).state, 'over');
  assert.equal((await lea.get(`/v1/cases/${id}`)).json.claimed_by, 'lea');
  assert.equal((await take(lea, 'basics')).json.certificates.length, 2);
  assert.equal((await decide(lea, id)).status, 201);
});

test('an end that is near is told', async () => {
  endCertificates(data, 5 * 86_400_000, 'lea');
  assert.equal((await stateOf(lea, 'contact')).state, 'ending');
});

test('a lead suspends with a reason; no certificate counts until it is reinstated', async () => {
  const { id } = await openCase(sender);
  const about = { user: 'lea', space: 'lobby', category: 'contact' };
  isProblem(await lea.post('/v1/certificates/suspend', { ...about, reason: 'x' }), 403);
  isProblem(await otto.get('/v1/certificates'), 403);
  isProblem(await paul.post('/v1/certificates/suspend', { ...about, user: 'paul', reason: 'x' }), 403, '/user');
  isProblem(await paul.post('/v1/certificates/suspend', about), 400, '/reason');
  isProblem(await paul.post('/v1/certificates/suspend', { ...about, category: 'all', reason: 'x' }), 400, '/category');
  assert.equal((await paul.post('/v1/certificates/suspend', { ...about, reason: 'Nous en parlons jeudi' })).status, 204);
  isProblem(await paul.post('/v1/certificates/suspend', { ...about, reason: 'x' }), 409);
  const refused = await claim(lea, id);
  isProblem(refused, 403);
  assert.match(refused.json.detail, /fait une pause/);
  assert.deepEqual([(await stateOf(lea, 'contact')).state, (await stateOf(lea, 'contact')).reason], ['suspended', 'Nous en parlons jeudi']);
  assert.equal((await paul.post('/v1/certificates/reinstate', { ...about, reason: 'Vu ensemble' })).status, 204);
  isProblem(await paul.post('/v1/certificates/reinstate', { ...about, reason: 'x' }), 404);
  assert.equal((await claim(lea, id)).status, 200);
});

test('a lead revokes: for good, until the courses are passed again', async () => {
  const mine = (await lea.get('/v1/me/certificates')).json.certificates.filter((c) => c.category === 'report' && c.state === 'valid');
  isProblem(await lea.post(`/v1/certificates/${mine[0].id}/revoke`, { reason: 'x' }), 403);
  isProblem(await paul.post('/v1/certificates/999999/revoke', { reason: 'x' }), 404);
  for (const { id } of mine) {
    const revoked = (await paul.post(`/v1/certificates/${id}/revoke`, { reason: 'délivré par erreur' })).json;
    assert.deepEqual([revoked.state, revoked.revoked_by, revoked.reason], ['revoked', 'paul', 'délivré par erreur']);
    isProblem(await paul.post(`/v1/certificates/${id}/revoke`, { reason: 'x' }), 409);
  }
  assert.equal((await stateOf(lea, 'report')).state, 'over', 'what was passed before does not count any more');
});

test('a lead records a certificate of a body that the policy accepts', async () => {
  const until = new Date(Date.now() + 100 * 86_400_000).toISOString();
  const given = { user: 'remi', space: 'lobby', category: 'contact', issuer: 'INHOPE', number: 'FR-17', until };
  isProblem(await paul.post('/v1/certificates', { ...given, issuer: 'Somebody' }), 400, '/issuer');
  isProblem(await paul.post('/v1/certificates', { ...given, user: 'nobody' }), 404, '/user');
  for (const wrong of ['2020-01-01T00:00:00Z', 'tomorrow morning', '2099-01-01T00:00:00Z'])
    isProblem(await paul.post('/v1/certificates', { ...given, until: wrong }), 400, '/until');
  isProblem(await lea.post('/v1/certificates', given), 403);
  assert.equal((await paul.post('/v1/certificates', given)).json.basis, 'outside');
  assert.equal((await claim(remi, (await openCase(sender)).id)).status, 200);
  const all = (await paul.get('/v1/certificates')).json.people;
  assert.deepEqual(all.map((p) => p.name), ['lea', 'remi', 'paul'], 'who decides: no auditor');
  assert.equal(all.find((p) => p.name === 'remi').certificates[0].number, 'FR-17');
});

test('an administrator certifies on the command line, and it shows as such', async () => {
  command(['user', 'certify', 'paul', '--category', 'contact,live', '--days', '10', '--data', data]);
  assert.match(command(['user', 'certify', 'paul', '--category', 'weather', '--data', data], { status: 1 }).stderr, /"weather" is unknown/);
  assert.match(command(['user', 'certify', 'nobody', '--category', 'all', '--data', data], { status: 1 }).stderr, /no user nobody/);
  const { certificates } = (await paul.get('/v1/me/certificates')).json;
  assert.deepEqual(certificates.map((c) => [c.space, c.category, c.basis]), [['*', 'live', 'administrator'], ['*', 'contact', 'administrator']]);
  assert.equal((await claim(paul, (await openCase(sender)).id)).status, 200);
});

test('practice: a made-up case in the shape of a case, and what a trained team would decide; nothing is kept', async () => {
  const before = (await paul.get('/v1/cases')).json.counts;
  assert.deepEqual((await lea.get('/v1/practice')).json.practice.map((p) => [p.id, p.practice, p.category]), [['secret', true, 'contact']]);
  const found = (await lea.get('/v1/practice/secret')).json;
  assert.deepEqual([found.practice, found.space, found.events.length, found.actions.includes('escalate')], [true, 'practice', 2, true]);
  const [, last] = found.events;
  const [from, to] = last.content.evidence.find((e) => e.name === 'text.secrecy').spans[0];
  assert.equal(Buffer.from(last.content.event.data.text).subarray(from, to).toString(), 'garde pour nous');
  assert.match(last.content.evidence.find((e) => e.name === 'conduct.age_gap').why.fr, /11/);
  assert.doesNotMatch(JSON.stringify(found), /se taire|recommended/);
  const told = async (action) => (await lea.post('/v1/practice/secret/decisions', { action })).json;
  assert.deepEqual(await told('restrict_minors'), { practice: true, given: 'restrict_minors', recommended: 'restrict_minors', result: 'same', why: 'Un adulte demande à un enfant de se taire.' });
  assert.deepEqual([(await told('suspend')).result, (await told('dismiss')).remark], ['defensible', 'Le secret ne se classe pas.']);
  isProblem(await lea.post('/v1/practice/secret/decisions', { action: 'praise' }), 400, '/action');
  isProblem(await lea.get('/v1/practice/other'), 404);
  assert.deepEqual((await paul.get('/v1/cases')).json.counts, before);
  isProblem(await lea.get('/v1/cases/c-000000'), 404);
});

test('an attempt at a course that changed meanwhile is void; courses are reloaded with the policy, and mistakes keep the old ones', async () => {
  const attempt = (await otto.post('/v1/courses/basics/attempts')).json;
  const file = (lang) => join(policy, 'training', lang, '01-basics.md');
  const texts = { fr: readFileSync(file('fr'), 'utf8'), en: readFileSync(file('en'), 'utf8') };
  writeFileSync(file('en'), texts.en.replace('- [x] Yes 2', '- [ ] Yes 2'));
  assert.match(command(['policy', 'check', policy, '--quiet'], { status: 1 }).stderr, /01-basics\.md:[0-9]+: no answer .* is right/);
  server.child.kill('SIGHUP');
  await until(() => /the old ones stay: .*01-basics\.md/.test(server.log), () => `the mistake is not in the log: ${server.log}`);
  assert.equal((await otto.get('/v1/courses/basics')).status, 200);
  writeFileSync(file('en'), texts.en.replace('Yes 2', 'Yes, of course 2'));
  server.child.kill('SIGHUP');
  await until(() => /policies read again/.test(server.log), () => `not read again: ${server.log}`);
  isProblem(await otto.post(`/v1/attempts/${attempt.id}`, { answers: answersTo(attempt) }), 409);
  writeFileSync(join(policy, 'spaces/lobby.yaml'), readFileSync(join(policy, 'spaces/lobby.yaml'), 'utf8').replace('contact: [basics]', 'contact: [basics, other]'));
  assert.match(command(['policy', 'check', policy, '--quiet'], { status: 1 }).stderr, /lobby\.yaml:[0-9]+: .*there is no course "other"/);
});

test('what the section may not say, with its place; and a policy without it says so loudly', () => {
  const file = join(policy, 'spaces/forum.yaml'), text = readFileSync(file, 'utf8');
  const check = (part) => {
    writeFileSync(file, `${text}\n${part}`);
    return command(['policy', 'check', file, '--quiet'], { status: null });
  };
  for (const [from, to, what] of [
    ['contact: [basics]', 'contact: []', /forum\.yaml:[0-9]+:[0-9]+: training\.categories\.contact: no course/],
    ['validity: 90 days', 'validity: 90', /training\.validity/],
    ['warn_before: 14 days', 'warn_before: 90 days', /not shorter than validity/],
    ['attempts_per_day: 3', 'attempts_per_day: 0', /not between 1 and 100/],
    ['required: yes', 'required: maybe', /training\.required/],
    ['contact: [basics]', 'contact: [basics, basics]', /named twice/],
    ['contact: [basics]', 'contact: [Basics]', /not the id of a course/],
    ['  outside', '  pass_mark: 30%\n  outside', /50% to 100%/],
    ['    report: [basics]\n', '', /report/],
  ]) {
    const wrong = check(section.replace(from, to));
    assert.equal(wrong.status, 1, to);
    assert.match(wrong.stderr, what);
  }
  assert.match(check('').stdout, /NOBODY NEEDS A CERTIFICATE/);
  assert.match(check(section.replace('required: yes', 'required: no')).stdout, /NOBODY NEEDS A CERTIFICATE/);
  assert.doesNotMatch(check(section).stdout, /NOBODY/);
});
