// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `welfare`.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUser, makeHome, signIn, start } from './lib.mjs';
import { driver, whileLocked } from './openapi.lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const password = addUser(data, 'lea', 'referent');
const server = await start({ home });
const { drive, whole } = driver('welfare', server);
const lea = await signIn(server, 'lea', password);
const stranger = { ...lea, csrf: 'wrong' };

test('how cases are shown', async () => {
  const display = { blur: 3, grey: true, mute: true, thumbnail: 'small', mask_text: true };
  const before = (await drive('readDisplay', 200, { by: lea })).json.categories;
  assert.deepEqual(before.material, { ...display, chosen: false });
  const mine = { blur: 1, grey: false, mute: true, thumbnail: 'large', mask_text: false };
  const chosen = (await drive('chooseDisplay', 200, { by: lea, body: { category: 'material', ...mine } })).json.categories;
  assert.deepEqual(chosen, { ...before, material: { ...mine, chosen: true } });
  assert.deepEqual((await drive('readDisplay', 200, { by: lea })).json.categories, chosen);
  for (const [wrong, pointer] of [[{ blur: 4 }, '/blur'], [{ thumbnail: 'huge' }, '/thumbnail'], [{ category: 'weather' }, '/category'], [{ grey: 1 }, '/grey'], [{ other: 1 }, '/other']])
    assert.equal((await drive('chooseDisplay', 400, { by: lea, body: { category: 'live', ...mine, ...wrong } })).json.pointer, pointer);
  await drive('readDisplay', 401);
  await drive('chooseDisplay', 401, { body: { category: 'live', ...mine } });
  await drive('chooseDisplay', 403, { by: stranger, body: { category: 'live', ...mine } });
  await whileLocked(data, () => drive('chooseDisplay', 503, { by: lea, body: { category: 'live', ...mine } }));
});

test('every answer that the document names was met', () => whole({ 'readDisplay 503': 'reading goes on while another writes' }));

after(() => server.stop());
