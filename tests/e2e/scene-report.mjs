// SPDX-License-Identifier: Apache-2.0
// A case that is to be reported: the plan beside it, a report that is prepared and its form, one that lacks something, one that was answered; a demand of an authority.
import { asksPicture, meet, message, until } from './lib.mjs';

export async function seed({ sender, people }) {
  const { adult, child } = await meet(sender, 'lobby');
  const more = { source: '/spaces/lobby' }, channel = { channel: 'group' };
  for (const text of ['how old are you', 'keep this secret']) await sender.take(message(adult, child, text, more, channel));
  const { case: id } = await sender.take(asksPicture(adult, child, more, channel));
  await people.lea.post(`/v1/cases/${id}/claim`);
  const decided = await people.lea.post(`/v1/cases/${id}/decisions`, { action: 'report', reason: 'grooming' });
  if (decided.status >= 300) throw new Error(decided.text);
  const made = await people.lea.post(`/v1/cases/${id}/filings`, { receiver: 'fr.pharos' });
  if (made.status !== 201) throw new Error(made.text);
  const filing = made.json.id;
  const lacking = await people.lea.post(`/v1/cases/${id}/filings`, { host: { name: 'Example Hosting', country: 'NL', email: 'abuse@host.example' }, channel: 'xarf' });
  if (lacking.status !== 201) throw new Error(lacking.text);
  const answered = await handed(people, id);
  const demand = await people.lea.post('/v1/demands', {
    space: 'lobby', kind: 'removal', authority: 'Autorité des tests', country: 'FR', legal_basis: 'LCEN, art. 6-1', reference: 'T-1', way: 'letter', category: 'grooming',
    note: 'Par courrier.', items: [{ kind: 'url', value: 'https://host.example/p/1' }, { kind: 'account', value: adult }],
  });
  if (demand.status !== 201) throw new Error(demand.text);
  return {
    visits: [
      { name: 'case-report', hash: `#/case/${id}`, user: 'lea', ready: '.report-case' },
      { name: 'filing', hash: `#/filing/${filing}`, user: 'lea', ready: '.page-filing :is(.filing-head, .notice)' },
      { name: 'filing-lacks', hash: `#/filing/${lacking.json.id}`, user: 'lea', ready: '.lack-form' },
      { name: 'filing-answered', hash: `#/filing/${answered}`, user: 'noe', ready: '.answers li' },
      { name: 'portal', hash: `#/portal/${filing}`, user: 'lea', ready: '.page-portal :is(.portal, .notice, .empty)' },
      { name: 'demands-list', hash: '#/demands', user: 'lea', ready: '.demand-row' },
      { name: 'demand', hash: `#/demand/${demand.json.id}`, user: 'lea', ready: '.demand-clock' },
    ],
  };
}

/** A report that was carried by hand, seen by two people, and answered. */
async function handed({ lea, noe }, id) {
  const well = (answer, status = 200) => {
    if (answer.status !== status) throw new Error(answer.text);
    return answer.json;
  };
  const filing = well(await lea.post(`/v1/cases/${id}/filings`, { receiver: 'fr.pointdecontact', channel: 'hand' }), 201).id;
  const read = async () => well(await lea.get(`/v1/filings/${filing}`));
  const first = well(await lea.post(`/v1/filings/${filing}/confirm`, { hash: (await read()).hash }));
  if (first.state === 'confirmed') well(await noe.post(`/v1/filings/${filing}/second`, { hash: (await read()).hash }));
  await until(async () => (await read()).state === 'by_hand', 'somebody carries it');
  well(await lea.post(`/v1/filings/${filing}/done`, { reference: 'PDC-2026-41' }));
  well(await lea.post(`/v1/filings/${filing}/answers`, { kind: 'more_wanted', what: 'Les heures, avec leur fuseau.' }), 201);
  return filing;
}
