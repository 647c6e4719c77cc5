// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `decisions`.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { account, addKey, addUser, fresh, makeHome, makePolicy, message, openCase, signIn, start } from './lib.mjs';
import { driver, whileLocked } from './openapi.lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const policy = makePolicy(home, (space, text) => {
  const seconds = text.replace(/^  undo: .*$/m, '  undo: 30 seconds');
  return space === 'rencontre' ? seconds.replace(/^  four_eyes: .*$/m, '  four_eyes: [suspend]') : seconds;
});
const keys = { all: addKey(data, '*', 'events,appeals'), events: addKey(data, '*', 'events') };
const passwords = Object.fromEntries(Object.entries({ lea: 'lead', luc: 'lead', remi: 'referent', ana: 'auditor', adam: 'prevention' }).map(([n, role]) => [n, addUser(data, n, role)]));
passwords.far = addUser(data, 'far', 'lead', '--spaces', 'forum');
const server = await start({ home, policy });
const { drive, whole } = driver('decisions', server);
const sender = server.with(keys.all);
const people = {};
for (const [name, password] of Object.entries(passwords)) people[name] = await signIn(server, name, password);
const { lea, luc, remi, ana, adam, far } = people;
const forged = (who) => ({ ...who, csrf: 'wrong' });
const decide = (who, id, body) => who.post(`/v1/cases/${id}/decisions`, body);
const big = 'x'.repeat(70_000);
const wrongType = { type: 'text/plain', valid: false };

test('a decision, an opinion', async () => {
  const { id } = await openCase(sender), params = { id }, body = { action: 'warn', reason: 'grooming', note: 'seen', language: 'en' };
  await drive('decideCase', 400, { by: remi, params, body: { ...body, reason: 'because' } });
  await drive('decideCase', 401, { params, body });
  await drive('decideCase', 403, { by: ana, params, body });
  await drive('decideCase', 404, { by: far, params, body });
  await drive('decideCase', 413, { by: remi, params, body: { ...body, note: big }, valid: false });
  await drive('decideCase', 415, { by: remi, params, body: JSON.stringify(body), ...wrongType });
  await whileLocked(data, () => drive('decideCase', 503, { by: remi, params, body }));
  await drive('decideCase', 201, { by: remi, params, body });
  await drive('decideCase', 409, { by: remi, params, body });
  const two = { id: (await openCase(sender, 'rencontre')).id };
  await drive('decideCase', 202, { by: remi, params: two, body: { action: 'suspend', reason: 'grooming', hours: 168, scope: 'whole_account', interim_hours: 12 } });
});

test('undo, the draft of a statement, statements', async () => {
  const { id } = await openCase(sender);
  const params = { id }, body = { action: 'mute', reason: 'grooming', hours: 24, scope: 'private_messages', language: 'fr' };
  await drive('draftStatement', 200, { by: remi, params, body });
  await drive('draftStatement', 400, { by: remi, params, body: { ...body, reason: 'because' } });
  await drive('draftStatement', 401, { params, body });
  await drive('draftStatement', 403, { by: ana, params, body });
  await drive('draftStatement', 404, { by: far, params, body });
  await drive('draftStatement', 413, { by: remi, params, body: { ...body, reason: big }, valid: false });
  await drive('draftStatement', 415, { by: remi, params, body: JSON.stringify(body), ...wrongType });
  const undo = (await decide(remi, id, body)).json.undo;
  const at = { id, n: undo.id };
  const { statements } = (await drive('listStatements', 200, { by: remi, params })).json;
  assert.equal(statements[0].reasons.restriction.scope, 'private_messages');
  await drive('listStatements', 401, { params });
  await drive('listStatements', 403, { by: ana, params });
  await drive('listStatements', 404, { by: far, params });
  await drive('undoDecision', 401, { params: at });
  await drive('undoDecision', 403, { by: luc, params: at });
  await drive('undoDecision', 404, { by: remi, params: { id, n: '999' } });
  await whileLocked(data, () => drive('undoDecision', 503, { by: remi, params: at }));
  await drive('undoDecision', 200, { by: remi, params: at });
  await drive('undoDecision', 409, { by: remi, params: at });
});

test('appeals', async () => {
  const { id, adult } = await openCase(sender, 'forum');
  const { statement } = (await decide(remi, id, { action: 'warn', reason: 'grooming' })).json;
  const body = { statement, account: adult, text: 'This was a misunderstanding.' };
  await whileLocked(data, () => drive('makeAppeal', 503, { by: keys.all, body }));
  await drive('makeAppeal', 400, { by: keys.all, body: { ...body, case: id } });
  await drive('makeAppeal', 401, { body });
  await drive('makeAppeal', 403, { by: keys.events, body });
  await drive('makeAppeal', 404, { by: keys.all, body: { ...body, account: 'somebody-else' } });
  await drive('makeAppeal', 413, { by: keys.all, body: { ...body, text: big }, valid: false });
  await drive('makeAppeal', 415, { by: keys.all, body: JSON.stringify(body), ...wrongType });
  const appeal = (await drive('makeAppeal', 201, { by: keys.all, body })).json;
  await drive('makeAppeal', 200, { by: keys.all, body });
  await drive('makeAppeal', 409, { by: lea, body: { case: id, account: adult, text: 'And another thing.' } });
  assert.equal((await drive('listAppeals', 200, { by: ana })).json.appeals[0].may_answer, false);
  await drive('listAppeals', 400, { by: lea, query: '?state=new' });
  await drive('listAppeals', 401);
  await drive('listAppeals', 403, { by: adam });
  const params = { id: appeal.id };
  assert.equal((await drive('readAppeal', 200, { by: ana, params })).json.text, undefined, 'an auditor reads times, no text');
  assert.match((await drive('readAppeal', 200, { by: remi, params })).json.why_not, /took part/);
  await drive('readAppeal', 401, { params });
  await drive('readAppeal', 403, { by: adam, params });
  await drive('readAppeal', 404, { by: lea, params: { id: 'a-999999' } });
  const answer = { outcome: 'overturned', reasons: 'the context shows a game', answer: 'The measure is lifted.' };
  await drive('answerAppeal', 400, { by: lea, params, body: { ...answer, outcome: 'perhaps' }, valid: false });
  await drive('answerAppeal', 401, { params, body: answer });
  await drive('answerAppeal', 403, { by: remi, params, body: answer });
  await drive('answerAppeal', 404, { by: lea, params: { id: 'a-999999' }, body: answer });
  await drive('answerAppeal', 413, { by: lea, params, body: { ...answer, answer: big }, valid: false });
  await drive('answerAppeal', 415, { by: lea, params, body: JSON.stringify(answer), ...wrongType });
  await whileLocked(data, () => drive('answerAppeal', 503, { by: lea, params, body: answer }));
  assert.equal((await drive('answerAppeal', 200, { by: lea, params, body: answer })).json.state, 'overturned');
  await drive('answerAppeal', 409, { by: luc, params, body: answer });
  const { figures } = (await drive('appealFigures', 200, { by: adam })).json;
  assert.equal(figures.find((f) => f.space === 'forum').overturned, 1);
  await drive('appealFigures', 400, { by: lea, query: '?days=0' });
  await drive('appealFigures', 401);
  await drive('appealFigures', 403, { by: remi });
});

test('bulk', async () => {
  const { id } = await openCase(sender);
  const body = { by: { filter: { opened_from: '2020-01-01T00:00:00Z' } }, space: 'lobby', action: 'dismiss', reason: 'handled' };
  await drive('previewBulk', 200, { by: lea, body: { ...body, by: { opening: id } } });
  await drive('previewBulk', 400, { by: lea, body: { ...body, by: {} }, valid: false });
  await drive('previewBulk', 401, { body });
  await drive('previewBulk', 403, { by: remi, body });
  await drive('previewBulk', 404, { by: lea, body: { ...body, by: { group: 'c-999999' } } });
  await drive('previewBulk', 413, { by: lea, body: { ...body, note: big }, valid: false });
  await drive('previewBulk', 415, { by: lea, body: JSON.stringify(body), ...wrongType });
  await whileLocked(data, () => drive('previewBulk', 503, { by: lea, body }));
  const { token } = (await drive('previewBulk', 200, { by: lea, body })).json;
  await drive('decideBulk', 400, { by: lea, body: {}, valid: false });
  await drive('decideBulk', 401, { body: { token } });
  await drive('decideBulk', 403, { by: forged(lea), body: { token } });
  await drive('decideBulk', 404, { by: luc, body: { token } });
  await drive('decideBulk', 413, { by: lea, body: { token: big }, valid: false });
  await drive('decideBulk', 415, { by: lea, body: JSON.stringify({ token }), ...wrongType });
  await whileLocked(data, () => drive('decideBulk', 503, { by: lea, body: { token } }));
  const { bulk } = (await drive('decideBulk', 201, { by: lea, body: { token } })).json;
  await drive('decideBulk', 409, { by: lea, body: { token } });
  await drive('undoBulk', 401, { params: { id: bulk } });
  await drive('undoBulk', 403, { by: remi, params: { id: bulk } });
  await drive('undoBulk', 404, { by: lea, params: { id: 'x' } });
  await drive('undoBulk', 409, { by: lea, params: { id: bulk } }); // what needs a look of its own was left out: it decided nothing
  await whileLocked(data, () => drive('undoBulk', 503, { by: lea, params: { id: bulk } }));
});

test('a wave that was decided is taken back as one', async () => {
  const source = '/spaces/forum', adult = fresh('wave'), teens = [fresh('teen'), fresh('teen'), fresh('teen')];
  await sender.take([account(adult, '25+', { source }, { created: new Date().toISOString().slice(0, 10) }), ...teens.map((t) => account(t, '15-17', { source }))]);
  for (const teen of teens) for (const words of ['how old are you?', 'keep this secret please', 'keep it secret']) await sender.take(message(adult, teen, words, { source }, { channel: 'group' }));
  const { token, cases } = (await drive('previewBulk', 200, { by: lea, body: { by: { filter: { evidence: 'text.secrecy' } }, space: 'forum', action: 'dismiss', reason: 'handled' } })).json;
  assert.equal(cases.length, 1);
  const { bulk } = (await drive('decideBulk', 201, { by: lea, body: { token } })).json;
  assert.deepEqual((await drive('undoBulk', 200, { by: lea, params: { id: bulk } })).json, { undone: 1 });
});

test('every answer that the document names was met', () => whole());

after(async () => assert.equal((await server.stop()).code, 0));
