// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `welfare`.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addKey, addUser, makeHome, openCase, signIn, start } from './lib.mjs';
import { driver, whileLocked } from './openapi.lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const password = addUser(data, 'lea', 'referent'), leads = addUser(data, 'paul', 'lead');
const key = addKey(data);
const server = await start({ home });
const { drive, whole } = driver('welfare', server);
const lea = await signIn(server, 'lea', password);
const paul = await signIn(server, 'paul', leads);
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

test('what one sees of oneself', async () => {
  const welfare = (await drive('readWelfare', 200, { by: lea })).json;
  assert.deepEqual(welfare.categories.material.seen, { cases_hour: 0, cases_day: 0, media_hour: 0, media_day: 0 });
  assert.ok(welfare.categories.material.limit.cases_hour > 0 && welfare.categories.material.hard);
  assert.ok(welfare.contacts.length >= 1);
  await drive('readWelfare', 401);
  const planned = (await drive('planShift', 200, { by: lea, body: { hours: 7 } })).json.shift;
  assert.ok(planned.under_way && planned.hours === 7 && planned.no_hard_now);
  assert.equal(Date.parse(planned.ends) - Date.parse(planned.began), 7 * 3600_000);
  assert.equal((await drive('planShift', 400, { by: lea, body: { hours: 17 } })).json.pointer, '/hours');
  await drive('planShift', 401, { body: { hours: 7 } });
  await drive('planShift', 403, { by: stranger, body: { hours: 7 } });
  await whileLocked(data, () => drive('planShift', 503, { by: lea, body: { hours: 7 } }));
});

test('wishes', async () => {
  assert.deepEqual((await drive('readWishes', 200, { by: lea })).json, { opt_out: [] });
  assert.deepEqual((await drive('setWishes', 200, { by: lea, body: { opt_out: ['material', 'live'] } })).json, { opt_out: ['material', 'live'] });
  assert.deepEqual((await drive('readWishes', 200, { by: lea })).json, { opt_out: ['material', 'live'] });
  assert.equal((await drive('setWishes', 400, { by: lea, body: { opt_out: ['weather'] }, valid: false })).json.pointer, '/opt_out');
  await drive('readWishes', 401);
  await drive('setWishes', 401, { body: { opt_out: [] } });
  await drive('setWishes', 403, { by: stranger, body: { opt_out: [] } });
  await whileLocked(data, () => drive('setWishes', 503, { by: lea, body: { opt_out: [] } }));
  assert.deepEqual((await drive('setWishes', 200, { by: lea, body: { opt_out: [] } })).json, { opt_out: [] });
});

test('support, and figures of groups', async () => {
  const { contacts } = (await drive('askSupport', 200, { by: lea, body: { with_name: false } })).json;
  assert.ok(contacts[0].phone && contacts[0].text.fr);
  assert.equal((await drive('askSupport', 400, { by: lea, body: { with_name: true, space: 'nowhere' } })).json.pointer, '/space');
  await drive('askSupport', 401, { body: { with_name: true } });
  await drive('askSupport', 403, { by: stranger, body: { with_name: true } });
  await whileLocked(data, () => drive('askSupport', 503, { by: lea, body: { with_name: true } }));
  await openCase(server.with(key));
  const group = (await drive('readGroupWelfare', 200, { by: paul })).json;
  assert.ok(group.spaces.every((s) => s.weeks.length === 4 && s.weeks.every((w) => w.figures.every((f) => f.value === null))));
  assert.ok(group.spaces.length >= 1);
  await drive('readGroupWelfare', 401);
  await drive('readGroupWelfare', 403, { by: lea });
});

test('every answer that the document names was met', () => whole({
    'readDisplay 503': 'reading goes on while another writes',
    'readWelfare 503': 'as for readDisplay',
    'readWishes 503': 'as for readDisplay',
    'readGroupWelfare 503': 'as for readDisplay, once a week has been worked out',
  }));

after(() => server.stop());
