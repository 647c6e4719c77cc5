// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `answers`, and what of other operations is about answers.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addKey, addUser, makeHome, openCase, signIn, start, until } from './lib.mjs';
import { driver, whileLocked } from './openapi.lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const key = addKey(data);
const passwords = { paul: addUser(data, 'paul', 'lead'), rosa: addUser(data, 'rosa', 'lead'), lea: addUser(data, 'lea', 'referent') };
const server = await start({ home });
const { drive, whole } = driver('answers', server);
const [paul, rosa, lea] = await Promise.all(['paul', 'rosa', 'lea'].map((name) => signIn(server, name, passwords[name])));
const body = { reason: 'the host says that it is not illegal' };

test('a decision is looked at again', async () => {
  const params = { id: (await openCase(server.with(key))).id };
  await drive('lookAgain', 400, { by: paul, params, body: {} });
  await drive('lookAgain', 401, { params, body });
  await drive('lookAgain', 403, { by: lea, params, body });
  await drive('lookAgain', 404, { by: paul, params: { id: 'c-999999' }, body });
  await drive('lookAgain', 409, { by: paul, params, body });
  await drive('lookAgain', 413, { by: paul, params, body: { reason: 'x'.repeat(70_000) }, valid: false });
  await drive('lookAgain', 415, { by: paul, params, body: 'x', type: 'text/plain', valid: false });
  assert.ok((await lea.post(`/v1/cases/${params.id}/decisions`, { action: 'mute', reason: 'grooming', hours: 168 })).status < 300);
  const { id } = (await lea.post(`/v1/cases/${params.id}/filings`, { host: { name: 'Example Hosting', email: 'abuse@example.net', country: 'FR' }, channel: 'hand' })).json;
  const { hash } = (await lea.get(`/v1/filings/${id}`)).json;
  await lea.post(`/v1/filings/${id}/confirm`, { hash });
  await lea.post(`/v1/filings/${id}/second`, { hash });
  await paul.post(`/v1/filings/${id}/second`, { hash });
  await until(async () => (await lea.get(`/v1/filings/${id}`)).json.state === 'by_hand', "it is a person's to carry");
  await paul.post(`/v1/filings/${id}/done`, { reference: 'no. 1' });
  const answer = await drive('recordFilingAnswer', 201, { by: lea, params: { id }, body: { kind: 'not_illegal', what: '=cmd|x' } });
  assert.equal(answer.json.in_review, undefined);
  await drive('listCases', 200, { by: paul, query: '?answer=not_illegal' });
  await drive('listCases', 400, { by: paul, query: '?answer=guilty' });
  await drive('listFilings', 200, { by: paul, query: '?answer=not_illegal' });
  await drive('readCase', 200, { by: paul, params });
  await drive('myAnswers', 200, { by: lea });
  await drive('evidenceQuality', 200, { by: paul });
  await whileLocked(data, () => drive('lookAgain', 503, { by: paul, params, body }));
  const { json } = await drive('lookAgain', 201, { by: paul, params, body });
  await drive('lookAgain', 200, { by: paul, params, body });
  await drive('listAppeals', 200, { by: rosa });
  await drive('answerAppeal', 400, { by: rosa, params: { id: json.id }, body: { outcome: 'upheld', reasons: 'no', answer: 'We looked again.' } });
  await drive('answerAppeal', 200, { by: rosa, params: { id: json.id }, body: { outcome: 'upheld', reasons: 'it stays' } });
  await drive('readAppeal', 200, { by: rosa, params: { id: json.id } });
  await drive('figures', 200, { by: paul });
  await drive('figuresCsv', 200, { by: paul, query: '?table=answered' });
});

test('every answer that the document names was met', () => whole());

after(() => server.stop());
