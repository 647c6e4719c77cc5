// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `transparency`.
import { after, test } from 'node:test';
import { addUser, makeHome, signIn, start } from './lib.mjs';
import { driver } from './openapi.lib.mjs';

const home = makeHome(), passwords = { lea: addUser(`${home}/data`, 'lea', 'lead'), remi: addUser(`${home}/data`, 'remi', 'referent') };
const server = await start({ home, options: ['--behind-tls'] });
const lea = await signIn(server, 'lea', passwords.lea), remi = await signIn(server, 'remi', passwords.remi);
const { drive, whole } = driver('transparency', server);

test('the page, its list, and what is not published', async () => {
  await drive('transparencyPage', 200, { query: '?space=lobby&lang=en' });
  await drive('transparencyPage', 200);
  await drive('transparencyPage', 404, { query: '?space=rencontre' });
  await drive('transparencyPage', 404, { query: '?space=lobby&year=1999' });
});

test('what was counted, and counting anew', async () => {
  const year = new Date().getUTCFullYear() - 1, recount = (status, body, by = lea) => drive('recountFigures', status, { by, body });
  await drive('listClosedFigures', 200, { by: lea });
  await drive('listClosedFigures', 401);
  await drive('listClosedFigures', 403, { by: remi });
  await recount(200, { space: 'lobby', year });
  await recount(400, { space: 'lobby', year: 1999 });
  await recount(400, { space: 'lobby' });
  await recount(404, { space: 'rencontre', year });
  await recount(403, { space: 'lobby', year }, remi);
  await drive('recountFigures', 401, { body: { space: 'lobby', year } });
});

test('whoever asks for too much waits; what was made before is still given', async () => {
  const headers = { 'X-Forwarded-For': '198.51.100.77' };
  for (let i = 0; i < 30; i++) await server.request('GET', '/report/status?number=00000-00000-00000-00000', { headers });
  await drive('transparencyPage', 429, { query: '?space=forum', headers });
  await drive('transparencyPage', 200, { query: '?space=lobby&lang=en', headers });
});

after(() => whole({ 'transparencyPage 503': 'a store that cannot be read: as for listNotices', 'listClosedFigures 503': 'the same', 'recountFigures 503': 'the same' }));
