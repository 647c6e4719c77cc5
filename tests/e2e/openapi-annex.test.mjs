// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: reports that an archive goes with.
import { after, test } from 'node:test';
import { join } from 'node:path';
import { addKey, addUser, command, makeHome, makePolicy, openCase, signIn, start, until } from './lib.mjs';
import { driver } from './openapi.lib.mjs';

const home = makeHome(), data = `${home}/data`;
const publicKey = command(['evidence', 'keygen', '--out', join(home, 'receiver.key')]).stdout.trim();
const key = addKey(data), password = addUser(data, 'lea', 'lead');
const section = `
report:
  operator: {name: Example, email: reports@example.org, country: FR}
  after_filing: keep
  four_eyes: no
  urgent_within: 1 hour
  file_within: 24 hours
  removal_within: 24 hours
  receivers:
    - {id: fr.desk, country: FR, kind: police, name: {fr: Exemple, en: Example}, channel: hand, public_key: "${publicKey}"}
`;
const policy = makePolicy(home, (space, text) => text.replace(/^report:\n(?:[ #].*\n|\n)*/m, '') + section);
const server = await start({ home, policy });
const { drive } = driver('filings', server);
const lea = await signIn(server, 'lea', password);

test('the archive of a report, from its draft to its end', async () => {
  const { id } = await openCase(server.with(key));
  const filing = (await lea.post(`/v1/cases/${id}/filings`, { receiver: 'fr.desk' })).json.id;
  const params = { id: `${filing}` }, archive = { ...params, name: `${id}.vigie` };
  await drive('readFiling', 200, { by: lea, params });
  await drive('listFilingDocuments', 200, { by: lea, params });
  await drive('readFilingDocument', 409, { by: lea, params: archive });
  const { hash } = (await lea.get(`/v1/filings/${filing}`)).json;
  await drive('confirmFiling', 200, { by: lea, params, body: { hash } });
  await until(async () => (await lea.get(`/v1/filings/${filing}`)).json.state === 'by_hand', 'it is a person\'s to carry');
  await drive('readFilingDocument', 200, { by: lea, params: archive });
  await drive('doneFiling', 200, { by: lea, params, body: { reference: 'no. 1' } });
  await drive('readFilingDocument', 410, { by: lea, params: archive });
  await drive('readFiling', 200, { by: lea, params });
});

after(() => server.stop());
