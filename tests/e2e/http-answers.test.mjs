// SPDX-License-Identifier: Apache-2.0
// What a receiver answers reaches the case, whoever decided it, the banks, the quality of evidence and calibration; over HTTP and from a file.
import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { addKey, addUser, command, event, fresh, isProblem, makeHome, makePolicy, meet, message, openCase, signIn, start, until } from './lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const key = addKey(data);
const passwords = Object.fromEntries([['lea', 'referent'], ['remi', 'referent'], ['paul', 'lead'], ['rosa', 'lead'], ['uma', 'auditor'], ['ada', 'admin']].map(([name, role]) => [name, addUser(data, name, role)]));
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
    - {id: be.desk, country: BE, kind: police, name: {fr: Police belge, en: Belgian police}, channel: hand}
`;
const policy = makePolicy(home, (space, text) => text.replace(/^report:\n(?:[ #].*\n|\n)*/m, '') + section);
appendFileSync(`${policy}/lexicon/small.yaml`, `  payment_request:
    description: {fr: "parle d'argent", en: "speaks of money"}
    sources: ["these tests"]
    patterns: [{strength: 0.9, any_of: ["i can pay"]}]
`);
const server = await start({ home, policy });
const sender = server.with(key);
const people = Object.fromEntries(await Promise.all(Object.keys(passwords).map(async (name) => [name, await signIn(server, name, passwords[name])])));
const { lea, remi, paul, rosa, uma, ada } = people;
const get = async (who, path) => (await who.get(path)).json;
const vigie = (...args) => command([...args, '--data', data], { status: null });
const file = (name, text) => (writeFileSync(`${home}/${name}`, text), `${home}/${name}`);
let number = 0;

/** Reported to a receiver, and it has it. */
async function filed(caseId, receiver = 'fr.desk', reference = `no. ${++number}`) {
  const made = (await lea.post(`/v1/cases/${caseId}/filings`, { receiver })).json;
  const { hash } = await get(lea, `/v1/filings/${made.id}`);
  assert.equal((await lea.post(`/v1/filings/${made.id}/confirm`, { hash })).status, 200);
  await until(async () => (await get(lea, `/v1/filings/${made.id}`)).state === 'by_hand', 'it is for a person to carry', 20_000);
  assert.equal((await paul.post(`/v1/filings/${made.id}/done`, { reference })).status, 200);
  return { id: made.id, reference };
}
const answer = async (filing, kind, more = {}) => {
  const got = await lea.post(`/v1/filings/${filing.id}/answers`, { kind, ...more });
  assert.equal(got.status, 201, got.text);
  return got.json;
};
const listed = async (kind, more = '') => (await get(paul, `/v1/cases?answer=${kind}${more}`)).cases.map((c) => c.id);
const quality = async (name) => (await get(paul, '/v1/evidence-quality')).kinds.find((k) => k.name === name) ?? { right: 0, wrong: 0, confirmed: 0, not_illegal: 0 };
const exported = () => vigie('feedback', 'export').stdout.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));

test('the case says what its receivers say now, and is found by it', async () => {
  const { id } = await openCase(sender);
  assert.equal((await get(paul, `/v1/cases/${id}`)).answer, undefined, 'nobody answered yet');
  const one = await filed(id);
  await answer(one, 'received');
  await answer(one, 'not_illegal', { what: 'drawn, and nobody real' });
  const read = await get(paul, `/v1/cases/${id}`);
  assert.deepEqual([read.answer, read.answers], ['not_illegal', ['received', 'not_illegal']]);
  assert.deepEqual(await listed('not_illegal'), [id]);
  assert.deepEqual(await listed('not_illegal', '&state=decided'), []);
  assert.deepEqual(await listed('accepted'), []);
  assert.deepEqual((await get(paul, '/v1/filings?answer=not_illegal')).filings.map((f) => [f.id, f.answered]), [[one.id, ['received', 'not_illegal']]]);
  assert.deepEqual((await get(paul, '/v1/filings?answer=accepted')).filings, []);
  await answer(one, 'accepted');
  assert.deepEqual((await get(paul, `/v1/cases/${id}`)).answers, ['received', 'accepted'], 'its newest word on the report counts');
  assert.deepEqual(await listed('not_illegal'), []);
  isProblem(await paul.get('/v1/cases?answer=guilty'), 400, '/answer');
  isProblem(await paul.get('/v1/cases?answer=accepted&account=x'), 400, '/account');
  isProblem(await paul.get('/v1/filings?answer=guilty'), 400, '/answer');
});

test('whoever decided or reported it sees whose answer it is', async () => {
  const mine = (await get(lea, '/v1/me/answers')).answers;
  assert.deepEqual(mine[0].receiver, { fr: 'Guichet', en: 'Desk' });
  assert.equal(mine.find((a) => a.kind === 'not_illegal').what, 'drawn, and nobody real');
  assert.deepEqual((await get(uma, '/v1/me/answers')).answers, []);
});

test('a lead has the decision looked at again; somebody else lifts it, and nothing before', async () => {
  const { id } = await openCase(sender);
  const again = (who) => who.post(`/v1/cases/${id}/look-again`, { reason: 'the desk says it is not illegal' });
  const one = await filed(id);
  isProblem(await again(paul), 409);
  await remi.post(`/v1/cases/${id}/claim`);
  const decided = await remi.post(`/v1/cases/${id}/decisions`, { action: 'mute', reason: 'grooming', hours: 168 });
  assert.ok(decided.status < 300, decided.text);
  await until(async () => !(await get(remi, `/v1/cases/${id}`)).undo, 'nothing is undone any more').catch(() => {});
  await answer(one, 'not_illegal');
  assert.equal((await get(paul, `/v1/cases/${id}`)).overturned, false, 'nothing is lifted by itself');
  isProblem(await again(lea), 403);
  isProblem(await paul.post(`/v1/cases/${id}/look-again`, {}), 400, '/reason');
  const made = await again(paul);
  assert.equal(made.status, 201, made.text);
  assert.deepEqual([made.json.own_motion, made.json.case, made.json.state], [true, id, 'open']);
  assert.deepEqual([(await again(rosa)).status, (await again(rosa)).json.id], [200, made.json.id], 'once');
  assert.ok((await get(rosa, '/v1/appeals')).appeals.some((a) => a.id === made.json.id && a.own_motion && a.may_answer));
  assert.equal((await get(remi, `/v1/appeals/${made.json.id}`)).may_answer, false, 'who decided does not look again');
  const outcome = { outcome: 'overturned', reasons: 'they are right' };
  isProblem(await rosa.post(`/v1/appeals/${made.json.id}/decision`, { ...outcome, answer: 'We lift it.' }), 400, '/answer');
  const done = await rosa.post(`/v1/appeals/${made.json.id}/decision`, outcome);
  assert.equal(done.status, 200, done.text);
  assert.equal((await get(paul, `/v1/cases/${id}`)).overturned, true);
  isProblem(await again(paul), 409);
  const { appeals } = await get(paul, '/v1/figures');
  assert.equal(appeals.appeals, 0, 'nobody complained');
});

async function entryFrom(bank) {
  const sha256 = `${++number}`.padStart(64, '0'), author = fresh('author');
  await sender.take(event('account', author, { age_band: '25+', age_basis: 'declared' }));
  const made = await ada.post('/v1/banks', { name: bank, source: 'a hotline', effect: 'review', spaces: '*', visible_to: ['referent', 'lead', 'admin'] });
  assert.equal(made.status, 201, made.text);
  const added = await ada.post(`/v1/banks/${bank}/entries`, { entries: [{ reference: 'a/1', hashes: [{ algorithm: 'sha256', value: sha256 }] }] });
  assert.equal(added.status, 200, added.text);
  const entry = async () => (await get(paul, `/v1/banks/${bank}/entries?reference=a%2F1`)).entries[0];
  const { case: id } = await sender.take(event('media', author, { hashes: [{ algorithm: 'sha256', value: sha256 }], channel: 'group' }));
  const confirmed = await remi.post(`/v1/banks/${bank}/entries/${(await entry()).id}/opinion`, { opinion: 'confirm', case: id });
  assert.equal(confirmed.status, 200, confirmed.text);
  return { id, entry };
}
const doubts = async (bank, by) => (await get(uma, `/v1/audit?object=${bank}`)).entries.filter((e) => e.action === 'bank.opinion' && e.actor.startsWith(by) && JSON.stringify(e.detail).includes('reject'));

test('not illegal puts the entries confirmed from the case in doubt, over HTTP and from a file alike', async () => {
  const one = await entryFrom('by-hand'), two = await entryFrom('by-file');
  const [first, second] = [await filed(one.id), await filed(two.id, 'be.desk')];
  assert.equal((await one.entry()).state, 'live');
  assert.equal((await answer(first, 'not_illegal')).in_review, 1);
  assert.equal((await one.entry()).state, 'doubted');
  assert.equal((await doubts('by-hand', 'lea')).length, 1);
  assert.equal((await two.entry()).state, 'live');
  const path = file('answers.csv', `receiver,reference,kind\r\nbe.desk,${second.reference},not_illegal\r\n`);
  const done = vigie('report', 'answers', path);
  assert.match(done.stdout, /^1 recorded/, done.stderr);
  assert.match(done.stderr, /1 entr/);
  assert.equal((await two.entry()).state, 'doubted');
  assert.equal((await doubts('by-file', 'cli:')).length, 1, 'in the name of who ran it');
  assert.match(vigie('report', 'answers', path).stdout, /^0 recorded, 1 there/);
  assert.equal((await doubts('by-file', 'cli:')).length, 1, 'once');
});

test('a file may name the receiver and its number; what is not one filing is refused with its place, and nothing is recorded', async () => {
  const one = await filed((await openCase(sender)).id, 'fr.desk', 'twice'), two = await filed((await openCase(sender)).id, 'fr.desk', 'twice');
  const refused = (text, what) => {
    const done = vigie('report', 'answers', file('bad', text));
    assert.equal(done.status, 1);
    assert.match(done.stderr, what, text);
  };
  refused('kind,receiver,reference\naccepted,fr.desk,nowhere\n', /line 2.*no filing to fr\.desk has the number "nowhere"/);
  refused('kind,receiver,reference\naccepted,fr.desk,twice\n', new RegExp(`line 2.*${one.id} and ${two.id}`));
  refused(JSON.stringify([{ filing: one.id, kind: 'accepted' }, { receiver: 'be.desk', reference: 'twice', kind: 'accepted' }]), /\/answers\/1.*no filing to be\.desk/);
  refused(JSON.stringify([{ filing: one.id, receiver: 'be.desk', kind: 'accepted' }]), /\/answers\/0.*went to fr\.desk/);
  refused(JSON.stringify([{ receiver: 'fr.desk', kind: 'accepted' }]), /\/answers\/0.*expected filing, or receiver and reference/);
  refused('kind,receiver\naccepted,fr.desk\n', /line 1/);
  refused('kind,filing,receiver,reference\naccepted,,fr.desk,\n', /line 2.*expected filing/);
  assert.deepEqual((await get(lea, `/v1/filings/${one.id}/answers`)).answers, [], 'nothing of it was recorded');
  assert.match(vigie('report', 'answers', file('good', `filing,receiver,reference,kind\n${one.id},,,accepted\n${two.id},fr.desk,X-1,accepted\n`)).stdout, /^2 recorded/);
});

test('an answer is ground truth for what the case showed, over what people said of it', async () => {
  const name = 'text.picture_request';
  const { id } = await openCase(sender);
  const [{ seq }] = (await get(remi, `/v1/cases/${id}`)).events;
  assert.equal((await remi.post(`/v1/cases/${id}/feedback`, { seq, name, judgement: 'right' })).status, 200);
  const before = await quality(name), one = await filed(id);
  await answer(one, 'received');
  assert.deepEqual(await quality(name), before, 'that it came says nothing');
  await answer(one, 'not_illegal');
  const refuted = await quality(name);
  assert.deepEqual([refuted.right, refuted.wrong, refuted.not_illegal], [before.right - 1, before.wrong + 1, before.not_illegal + 1]);
  const lines = exported().filter((l) => l.by === 'receiver' && l.evidence === name && l.judgement === 'wrong');
  assert.ok(lines.length > 0 && lines.every((l) => l.strength > 0 && l.pattern && l.language === 'en'));
  assert.deepEqual(exported(), exported(), 'the same, however often');
  const other = await filed(id, 'be.desk');
  await answer(other, 'investigation_opened');
  assert.deepEqual(await quality(name), before, 'two receivers who disagree: what people said stands');
  await answer(one, 'accepted');
  const confirmed = await quality(name);
  assert.deepEqual([confirmed.right, confirmed.confirmed], [before.right, before.confirmed + 1]);
});

test('a victim who is safe: the case is marked, and nothing says that it cannot wait, until something new comes in', async () => {
  const { adult, child } = await meet(sender), other = await meet(sender);
  const asks = (whom) => sender.take(message(adult, whom, 'please send me a picture of you, I can pay for the camera', {}, { channel: 'group' }));
  const { case: id } = await asks(child);
  const [one, open] = [await filed(id), (await lea.post(`/v1/cases/${id}/filings`, { receiver: 'be.desk' })).json];
  const before = await get(paul, `/v1/cases/${id}`);
  assert.deepEqual([before.imminence, open.urgent], [['live'], true]);
  await answer(one, 'victim_safe');
  const safe = await get(paul, `/v1/cases/${id}`);
  assert.deepEqual([safe.victim_safe, safe.answer, safe.imminence, safe.danger ?? false], [true, 'victim_safe', [], false]);
  assert.ok(safe.priority < before.priority);
  assert.equal((await get(lea, `/v1/filings/${open.id}`)).urgent, false);
  assert.equal((await asks(other.child)).case, id);
  const again = await get(paul, `/v1/cases/${id}`);
  assert.deepEqual([again.victim_safe, again.imminence, again.answers], [false, ['live'], ['victim_safe']]);
  await answer(one, 'victim_safe', { received: '2020-01-01T00:00:00Z' });
  assert.equal((await get(paul, `/v1/cases/${id}`)).victim_safe, false, 'that was said before the last message came');
});

const hostile = '=cmd|calc!A1 <script>alert(1)</script> \u202e "quoted", \u0007\n@two';

test('what a receiver writes is text wherever it comes out', async () => {
  const { id } = await openCase(sender);
  const one = await filed(id, 'fr.desk', '=HYPERLINK("x")');
  await answer(one, 'other', { what: hostile, reference: '=1+1' });
  assert.equal((await get(lea, `/v1/filings/${one.id}/answers`)).answers[0].what, hostile);
  assert.equal((await get(lea, '/v1/me/answers')).answers[0].what, hostile);
  assert.equal(JSON.parse(vigie('report', 'show', `${one.id}`, '--json').stdout).receiver_answers[0].what, hostile);
  const shown = vigie('report', 'show', `${one.id}`).stdout;
  assert.ok(!/[\u202e\u0007]/.test(shown), 'a terminal is told nothing by it');
  const csv = file('hostile.csv', `filing,kind,what\r\n${one.id},other,"=2+2 ""and"" <b>"\r\n`);
  assert.match(vigie('report', 'answers', csv).stdout, /^1 recorded/);
  const log = JSON.stringify((await get(uma, `/v1/audit?object=${id}`)).entries);
  assert.ok(!log.includes('script') && !log.includes('HYPERLINK'), 'the log has no text of a receiver');
});

test('figures count answers by category and kind, as a table too', async () => {
  const { answered } = await get(paul, '/v1/figures');
  assert.ok(answered.contact.not_illegal > 0 && answered.live.victim_safe === 1, JSON.stringify(answered));
  const table = await paul.get('/v1/figures.csv?table=answered');
  assert.match(table.headers['content-disposition'], /vigie-answered\.csv/);
  assert.ok(table.text.startsWith('category,answer,reports\r\n'));
  assert.ok(table.text.includes(`contact,not_illegal,${answered.contact.not_illegal}\r\n`));
  isProblem(await paul.get('/v1/figures.csv?table=others'), 400, '/table');
});

after(() => server.stop());
