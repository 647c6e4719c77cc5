// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `training`.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUser, makeHome, signIn, start } from './lib.mjs';
import { driver, whileLocked } from './openapi.lib.mjs';
import { answersTo, makeTraining } from './training.lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const passwords = { lea: addUser(data, 'lea', 'referent'), paul: addUser(data, 'paul', 'lead') };
const server = await start({ home, policy: makeTraining(home) });
after(() => server.stop());
const { drive, whole } = driver('training', server);
const lea = await signIn(server, 'lea', passwords.lea), paul = await signIn(server, 'paul', passwords.paul);
const stranger = { ...lea, csrf: 'wrong' };
const long = { reason: 'x'.repeat(70_000) };

/** What every operation with a body answers to who sends something else. */
async function body(id, params, good, by = paul) {
  await drive(id, 400, { by, params, body: '{', type: 'application/json', valid: false });
  await drive(id, 401, { params, body: good });
  await drive(id, 403, { by: { ...by, csrf: 'wrong' }, params, body: good });
  await drive(id, 413, { by, params, body: long, valid: false });
  await drive(id, 415, { by, params, body: 'x', type: 'text/plain', valid: false });
}

test('courses and attempts', async () => {
  await drive('listCourses', 200, { by: lea });
  await drive('listCourses', 400, { by: lea, query: '?language=de' });
  await drive('listCourses', 401);
  const params = { id: 'basics' };
  await drive('readCourse', 400, { by: lea, params, query: '?language=de' });
  await drive('readCourse', 401, { params });
  await drive('readCourse', 404, { by: lea, params: { id: 'nothing' } });
  await drive('startAttempt', 400, { by: lea, params, query: '?language=de' });
  await drive('startAttempt', 401, { params });
  await drive('startAttempt', 403, { by: lea, params: { id: 'threats' } });
  await drive('startAttempt', 404, { by: lea, params: { id: 'nothing' } });
  await whileLocked(data, () => drive('startAttempt', 503, { by: lea, params }));
  let attempt = (await drive('startAttempt', 201, { by: lea, params })).json;
  await drive('startAttempt', 200, { by: lea, params });
  assert.deepEqual((await drive('readCourse', 200, { by: lea, params })).json.attempt, attempt);
  const of = { id: attempt.id }, answers = answersTo(attempt);
  await body('handInAttempt', of, { answers }, lea);
  await drive('handInAttempt', 404, { by: paul, params: of, body: { answers } });
  await whileLocked(data, () => drive('handInAttempt', 503, { by: lea, params: of, body: { answers } }));
  await drive('handInAttempt', 200, { by: lea, params: of, body: { answers } });
  await drive('handInAttempt', 409, { by: lea, params: of, body: { answers } });
  for (let i = 0; i < 2; i++) {
    attempt = (await drive('startAttempt', 201, { by: lea, params })).json;
    await drive('handInAttempt', 200, { by: lea, params: { id: attempt.id }, body: { answers: answersTo(attempt, 4) } });
  }
  await drive('startAttempt', 409, { by: lea, params });
});

test('certificates', async () => {
  await drive('listMyCertificates', 200, { by: lea });
  await drive('listMyCertificates', 401);
  await drive('listCertificates', 401);
  await drive('listCertificates', 403, { by: lea });
  const about = { user: 'lea', space: 'lobby', category: 'live' };
  const given = { ...about, issuer: 'INHOPE', number: '17', until: new Date(Date.now() + 86_400_000).toISOString() };
  await body('recordCertificate', {}, given);
  await drive('recordCertificate', 404, { by: paul, body: { ...given, user: 'nobody' } });
  await whileLocked(data, () => drive('recordCertificate', 503, { by: paul, body: given }));
  const { id } = (await drive('recordCertificate', 201, { by: paul, body: given })).json;
  const why = { ...about, reason: 'to be talked about' };
  await body('suspendCategory', {}, why);
  await body('reinstateCategory', {}, why);
  await drive('suspendCategory', 404, { by: paul, body: { ...why, user: 'nobody' } });
  await drive('reinstateCategory', 404, { by: paul, body: why });
  await whileLocked(data, () => drive('suspendCategory', 503, { by: paul, body: why }));
  await drive('suspendCategory', 204, { by: paul, body: why });
  await drive('suspendCategory', 409, { by: paul, body: why });
  await drive('listCertificates', 200, { by: paul });
  await drive('listMyCertificates', 200, { by: lea });
  await whileLocked(data, () => drive('reinstateCategory', 503, { by: paul, body: why }));
  await drive('reinstateCategory', 204, { by: paul, body: why });
  const params = { id }, reason = { reason: 'given by mistake' };
  await body('revokeCertificate', params, reason);
  await drive('revokeCertificate', 404, { by: paul, params: { id: 999 }, body: reason });
  await whileLocked(data, () => drive('revokeCertificate', 503, { by: paul, params, body: reason }));
  await drive('revokeCertificate', 200, { by: paul, params, body: reason });
  await drive('revokeCertificate', 409, { by: paul, params, body: reason });
  await drive('listCertificates', 200, { by: paul });
});

test('practice', async () => {
  const params = { id: 'secret' };
  await drive('listPractice', 200, { by: lea });
  await drive('listPractice', 400, { by: lea, query: '?language=de' });
  await drive('listPractice', 401);
  await drive('readPractice', 200, { by: lea, params });
  await drive('readPractice', 400, { by: lea, params, query: '?language=de' });
  await drive('readPractice', 401, { params });
  await drive('readPractice', 404, { by: lea, params: { id: 'nothing' } });
  await body('decidePractice', params, { action: 'dismiss' }, lea);
  await drive('decidePractice', 200, { by: lea, params, body: { action: 'dismiss' } });
  await drive('decidePractice', 404, { by: lea, params: { id: 'nothing' }, body: { action: 'dismiss' } });
  await drive('decidePractice', 403, { by: stranger, params, body: { action: 'dismiss' } });
});

test('every answer that the document names was met', () => {
  const reading = 'reading goes on while another writes; a broken disk or a full queue', every = 'every role has training';
  whole({
    'listCourses 403': every, 'readCourse 403': every, 'listPractice 403': every, 'readPractice 403': every,
    'listCourses 503': reading, 'readCourse 503': reading, 'listMyCertificates 503': reading, 'listCertificates 503': reading,
    'listPractice 503': reading, 'readPractice 503': reading, 'decidePractice 503': reading,
  });
});
