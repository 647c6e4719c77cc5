// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `figures`.
import { after, test } from 'node:test';
import { addKey, addUser, makeHome, openCase, signIn, start } from './lib.mjs';
import { driver } from './openapi.lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const key = addKey(data);
const passwords = { paul: addUser(data, 'paul', 'lead'), lea: addUser(data, 'lea', 'referent') };
const server = await start({ home });
const { drive, whole } = driver('figures', server);
const [paul, lea] = await Promise.all(['paul', 'lea'].map((name) => signIn(server, name, passwords[name])));
await openCase(server.with(key));
const { id } = await openCase(server.with(key));
await paul.post(`/v1/cases/${id}/decisions`, { action: 'warn', reason: 'grooming' });

test('figures and tables, as JSON and as CSV', async () => {
  const sheet = { figuresCsv: '', dsaTableCsv: '?sheet=4_notices', figures: '', dsaTables: '', dsaReport: '', dsaPage: '' };
  for (const [one, query] of Object.entries(sheet)) {
    await drive(one, 200, { by: paul, query });
    if (one === 'figures' || one === 'dsaTables') await drive(one, 200, { by: paul, query: one === 'dsaTables' ? '?sheet=4_notices' : '', headers: { Accept: 'text/csv' } });
    await drive(one, 400, { by: paul, query: `${query || '?'}&by=year` });
    await drive(one, 401, { query });
    await drive(one, 403, { by: lea, query });
  }
});

test('every answer that the document names was met', () =>
  whole(Object.fromEntries(['figures', 'figuresCsv', 'dsaTables', 'dsaTableCsv', 'dsaReport', 'dsaPage'].map((one) => [`${one} 503`, 'reading goes on while another writes']))));

after(() => server.stop());
