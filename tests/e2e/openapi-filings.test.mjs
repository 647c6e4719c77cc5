// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `filings`.
import { after, test } from 'node:test';
import { addKey, addUser, makeHome, openCase, signIn, start, until } from './lib.mjs';
import { driver, whileLocked } from './openapi.lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const key = addKey(data);
const passwords = { paul: addUser(data, 'paul', 'lead'), lea: addUser(data, 'lea', 'referent'), ada: addUser(data, 'ada', 'admin') };
const server = await start({ home });
const { drive, whole } = driver('filings', server);
const [paul, lea, ada] = await Promise.all(['paul', 'lea', 'ada'].map((name) => signIn(server, name, passwords[name])));
const stranger = { ...lea, csrf: 'wrong' };
const host = { host: { name: 'Example Hosting', email: 'abuse@example.net', country: 'FR' }, channel: 'hand' };
const aCase = async () => (await openCase(server.with(key))).id;
const portal = async () => `${(await lea.post(`/v1/cases/${await aCase()}/filings`, { receiver: 'fr.pharos' })).json.id}`;
const draft = async () => `${(await lea.post(`/v1/cases/${await aCase()}/filings`, host)).json.id}`;
const missing = { id: '999999' };

test('drafts', async () => {
  const params = { id: await aCase() };
  await drive('draftFiling', 400, { by: lea, params, body: { receiver: 'nobody' }, valid: true });
  await drive('draftFiling', 401, { params, body: host });
  await drive('draftFiling', 403, { by: stranger, params, body: host });
  await drive('draftFiling', 404, { by: lea, params: { id: 'c-999999' }, body: host });
  await drive('draftFiling', 413, { by: lea, params, body: { again: 'x'.repeat(70_000) }, valid: false });
  await drive('draftFiling', 415, { by: lea, params, body: 'case', type: 'text/plain', valid: false });
  await whileLocked(data, () => drive('draftFiling', 503, { by: lea, params, body: host }));
  await drive('draftFiling', 201, { by: lea, params, body: host });
  await drive('draftFiling', 409, { by: lea, params, body: host });
  await drive('listCaseFilings', 200, { by: lea, params });
  await drive('listCaseFilings', 401, { params });
  await drive('listCaseFilings', 403, { by: ada, params });
  await drive('listCaseFilings', 404, { by: lea, params: { id: 'c-999999' } });
  await drive('listFilings', 200, { by: lea, query: '?state=open&space=lobby' });
  await drive('listFilings', 200, { by: lea, query: '?state=follow_up' });
  await drive('listFilings', 400, { by: lea, query: '?case=x' });
  await drive('listFilings', 401);
  await drive('listFilings', 403, { by: ada });
});

for (const [name, more] of [['readFiling', {}], ['listFilingDocuments', {}], ['readFilingDocument', { name: 'report.json' }], ['readFilingPage', { page: '1' }], ['listFilingFields', {}], ['listFilingAnswers', {}]])
  test(name, async () => {
    const params = { id: await (name === 'readFilingPage' ? portal : draft)(), ...more };
    await drive(name, 401, { params });
    await drive(name, 403, { by: ada, params });
    await drive(name, 404, { by: lea, params: { ...missing, ...more } });
    if (name === 'readFiling') await whileLocked(data, () => drive(name, 503, { by: lea, params }));
    await drive(name, 200, { by: lea, params });
  });

const changes = {
  setFilingOptions: [lea, {}],
  confirmFiling: [lea, { hash: '0'.repeat(64) }],
  secondFiling: [lea, { hash: '0'.repeat(64) }],
  withdrawFiling: [lea, { reason: 'a mistake' }],
  retryFiling: [paul, { reason: 'now' }],
  recheckFiling: [lea, {}],
  followUpFiling: [lea, {}],
  doneFiling: [paul, { reference: 'no. 1' }],
  recordFilingAnswer: [lea, { kind: 'received' }],
};
for (const [name, [by, body]] of Object.entries(changes))
  test(`${name}: what is refused`, async () => {
    const params = { id: await draft() };
    await drive(name, 400, { by, params, body: name === 'setFilingOptions' ? [] : { ...body, other: 1 }, valid: false });
    await drive(name, 401, { params, body });
    await drive(name, 403, { by: { ...by, csrf: 'wrong' }, params, body });
    await drive(name, 404, { by, params: missing, body });
    await drive(name, 413, { by, params, body: { reason: 'x'.repeat(70_000) }, valid: false });
    await drive(name, 415, { by, params, body: 'x', type: 'text/plain', valid: false });
  });

test('the way of one', async () => {
  const params = { id: await draft() }, other = { id: await draft() };
  await whileLocked(data, () => drive('setFilingOptions', 503, { by: lea, params, body: {} }));
  await drive('setFilingOptions', 200, { by: lea, params, body: {} });
  for (const [name, by] of [['secondFiling', lea], ['retryFiling', paul], ['doneFiling', paul], ['recordFilingAnswer', lea], ['recheckFiling', lea], ['followUpFiling', lea]]) await drive(name, 409, { by, params, body: changes[name][1] });
  await drive('confirmFiling', 409, { by: lea, params, body: { hash: '0'.repeat(64) } });
  const { hash } = (await lea.get(`/v1/filings/${params.id}`)).json;
  await whileLocked(data, () => drive('confirmFiling', 503, { by: lea, params, body: { hash } }));
  await drive('confirmFiling', 200, { by: lea, params, body: { hash } });
  await drive('setFilingOptions', 409, { by: lea, params, body: {} });
  await drive('dropFiling', 409, { by: lea, params });
  await whileLocked(data, () => drive('secondFiling', 503, { by: paul, params, body: { hash } }));
  await drive('secondFiling', 200, { by: paul, params, body: { hash } });
  await until(async () => (await lea.get(`/v1/filings/${params.id}`)).json.state === 'by_hand', 'it is a person\'s to carry');
  await whileLocked(data, () => drive('doneFiling', 503, { by: paul, params, body: { reference: 'no. 1' } }));
  await drive('doneFiling', 200, { by: paul, params, body: { reference: 'no. 1' } });
  await drive('withdrawFiling', 409, { by: lea, params, body: { reason: 'too late' } });
  await whileLocked(data, () => drive('recordFilingAnswer', 503, { by: lea, params, body: { kind: 'received' } }));
  await drive('recordFilingAnswer', 201, { by: lea, params, body: { kind: 'more_wanted', what: 'the times' } });
  await whileLocked(data, () => drive('withdrawFiling', 503, { by: lea, params: other, body: { reason: 'a mistake' } }));
  await drive('withdrawFiling', 200, { by: lea, params: other, body: { reason: 'a mistake' } });
  const third = { id: await draft() };
  await drive('dropFiling', 401, { params: third });
  await drive('dropFiling', 403, { by: stranger, params: third });
  await drive('dropFiling', 404, { by: lea, params: missing });
  await whileLocked(data, () => drive('dropFiling', 503, { by: lea, params: third }));
  await drive('dropFiling', 204, { by: lea, params: third });
  await drive('myAnswers', 200, { by: lea });
  await drive('myAnswers', 401);
  await drive('myFilings', 200, { by: lea });
  await drive('myFilings', 401);
  await drive('myFilings', 403, { by: ada });
});

test('every answer that the document names was met', () =>
  whole({
    'listFilings 503': 'reading goes on while another writes', 'listCaseFilings 503': 'as for listFilings', 'listFilingAnswers 503': 'as for listFilings', 'listFilingDocuments 503': 'as for readFiling', 'readFilingDocument 503': 'as for readFiling', 'readFilingPage 503': 'as for readFiling', 'listFilingFields 503': 'as for readFiling',
    'myAnswers 503': 'as for listFilings', 'myFilings 503': 'as for listFilings', 'retryFiling 200': 'http-filings.test.mjs', 'recheckFiling 200': 'http-hosts.test.mjs', 'recheckFiling 503': 'as for doneFiling', 'followUpFiling 201': 'http-hosts.test.mjs', 'followUpFiling 503': 'as for doneFiling', 'retryFiling 503': 'as for doneFiling',
    'readFilingDocument 409': 'openapi-annex.test.mjs', 'readFilingDocument 410': 'openapi-annex.test.mjs',
  }));

after(() => server.stop());
