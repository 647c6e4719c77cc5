// SPDX-License-Identifier: Apache-2.0
// Notices of each kind, a flood, a trusted flagger, somebody to be warned; a case with its notices.
import { addKey } from './lib.mjs';

export async function seed({ server, people, data }) {
  const platform = server.with(addKey(data, '*', 'notices'));
  const send = async (more) => {
    const answer = await platform.post('/v1/notices', { space: 'lobby', category: 'grooming', language: 'fr', text: 'il demande son âge et le secret', account: 'scene-account', good_faith: true, ...more });
    if (answer.status !== 201) throw new Error(answer.text);
    return (await people.lea.get(`/v1/notices?number=${answer.json.number}`)).json.notices[0];
  };
  let one;
  for (let i = 0; i < 6; i++) one = await send();
  await send({ danger: true, account: 'scene-danger' });
  await people.lea.post('/v1/flaggers', { space: 'lobby', name: 'Point de Contact', organisation: 'Point de Contact', area: 'abus sexuels sur mineurs', awarded_by: 'Arcom', account: 'scene-flagger' });
  await send({ reporter: 'scene-flagger', account: 'scene-other' });
  for (let i = 0; i < 3; i++) {
    const bad = await send({ category: 'harassment', name: 'N', email: 'scene@mail.example', text: `non ${i}`, account: `scene-dismissed-${i}` });
    await people.lea.post(`/v1/cases/${bad.case}/decisions`, { action: 'dismiss', reason: 'no_risk' });
    await people.lea.post(`/v1/notices/${bad.id}/unfounded`, { unfounded: true });
  }
  return {
    visits: [
      { name: 'notices-list', hash: '#/notices', user: 'noe', ready: '.notice-row' },
      { name: 'flaggers-list', hash: '#/flaggers', user: 'lea', ready: '.notice-row' },
      { name: 'case-notices', hash: `#/case/${one.case}`, user: 'noe', ready: '.notice-card' },
    ],
  };
}
