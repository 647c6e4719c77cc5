// SPDX-License-Identifier: Apache-2.0
// An appeal against the decision of scene-console.mjs.
import assert from 'node:assert/strict';
import { addKey, until } from './lib.mjs';

export async function seed({ server, data, cases }) {
  const { id, adult } = cases[1];
  const platform = server.with(addKey(data, '*', 'appeals'));
  const ask = () => platform.post('/v1/appeals', { case: id, account: adult, text: 'I was talking to my sister.', language: 'en' });
  const made = await until(async () => [await ask()].find((answer) => answer.status !== 401), 'the key is not taken');
  assert.equal(made.status, 201, made.text);
  return { visits: [{ name: 'appeal', hash: `#/appeal/${made.json.id}`, user: 'lea' }] };
}
