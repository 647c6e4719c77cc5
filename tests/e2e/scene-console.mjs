// SPDX-License-Identifier: Apache-2.0
// The queue in its views, a case open, locked, decided and refused, a bank.
export async function seed({ people, ids }) {
  const [open, decided] = ids;
  const bank = { name: 'first-list', source: 'internal', effect: 'review' };
  await people.lea.post('/v1/banks', bank);
  await people.noe.post(`/v1/cases/${decided}/claim`);
  await people.noe.post(`/v1/cases/${decided}/decisions`, { action: 'warn', reason: 'grooming' });
  return {
    visits: [
      { name: 'queue', hash: '#/queue', user: 'noe', ready: '.cases' },
      { name: 'queue-decided', hash: '#/queue?view=decided', user: 'lea', ready: '.cases' },
      { name: 'queue-empty', hash: '#/queue?view=overdue', user: 'lea', ready: '.empty' },
      { name: 'case', hash: `#/case/${open}`, user: 'noe', ready: '.evidence' },
      { name: 'case-decide', hash: `#/case/${open}`, user: 'noe', ready: '.evidence', keys: ['Digit2'] },
      { name: 'case-decided', hash: `#/case/${decided}`, user: 'lea', ready: '.evidence' },
      { name: 'case-refused', hash: `#/case/${open}`, user: 'aude', ready: '.notice' },
      { name: 'bank', hash: `#/bank/${bank.name}`, user: 'lea', ready: '.lookup' },
      { name: 'help', hash: '#/queue', user: 'lea', ready: '.cases', keys: ['?'] },
      { name: 'navigation', hash: '#/queue', user: 'lea', ready: '.cases', keys: ['g'] },
      { name: 'signin', hash: '#/queue', user: null, ready: 'input[name=name]' },
    ],
  };
}
