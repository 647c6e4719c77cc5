// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `transparency`.
import { after, test } from 'node:test';
import { makeHome, start } from './lib.mjs';
import { driver } from './openapi.lib.mjs';

const server = await start({ home: makeHome(), options: ['--behind-tls'] });
const { drive, whole } = driver('transparency', server);

test('the page, its list, and what is not published', async () => {
  await drive('transparencyPage', 200, { query: '?space=lobby&lang=en' });
  await drive('transparencyPage', 200);
  await drive('transparencyPage', 404, { query: '?space=rencontre' });
  await drive('transparencyPage', 404, { query: '?space=lobby&year=1999' });
});

test('whoever asks for too much waits; what was made before is still given', async () => {
  const headers = { 'X-Forwarded-For': '198.51.100.77' };
  for (let i = 0; i < 30; i++) await server.request('GET', '/report/status?number=00000-00000-00000-00000', { headers });
  await drive('transparencyPage', 429, { query: '?space=forum', headers });
  await drive('transparencyPage', 200, { query: '?space=lobby&lang=en', headers });
});

after(() => whole({ 'transparencyPage 503': 'a store that cannot be read: as for listNotices' }));
