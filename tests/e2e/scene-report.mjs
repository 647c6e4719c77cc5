// SPDX-License-Identifier: Apache-2.0
// A case that is to be reported: the plan beside it, a report that is prepared and its form; a demand of an authority.
import { asksPicture, meet, message } from './lib.mjs';

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
  const demand = await people.lea.post('/v1/demands', {
    space: 'lobby', kind: 'removal', authority: 'Autorité des tests', country: 'FR', legal_basis: 'LCEN, art. 6-1', reference: 'T-1', way: 'letter', category: 'grooming',
    note: 'Par courrier.', items: [{ kind: 'url', value: 'https://host.example/p/1' }, { kind: 'account', value: adult }],
  });
  if (demand.status !== 201) throw new Error(demand.text);
  return {
    visits: [
      { name: 'case-report', hash: `#/case/${id}`, user: 'lea', ready: '.report-case' },
      { name: 'filing', hash: `#/filing/${filing}`, user: 'lea', ready: '.page-filing :is(.filing-head, .notice)' },
      { name: 'portal', hash: `#/portal/${filing}`, user: 'lea', ready: '.page-portal :is(.portal, .notice, .empty)' },
      { name: 'demands-list', hash: '#/demands', user: 'lea', ready: '.demand-row' },
      { name: 'demand', hash: `#/demand/${demand.json.id}`, user: 'lea', ready: '.demand-clock' },
    ],
  };
}
