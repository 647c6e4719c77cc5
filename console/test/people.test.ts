// SPDX-License-Identifier: Apache-2.0
// People in words and in order; what is wrong with a form, beside the right field.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../src/api';
import { bySpace, detailText, inOrder, invitationOf, toggled, wrongPassword, wrongWith } from '../src/people';
import type { Grant, Person } from '../src/types-people';

const person = (name: string, state: Person['state']): Person => ({
  name, display: name, language: 'fr', role: 'referent', state, grants: [], created: '2026-01-01T00:00:00.000Z',
});

test('who is here comes first, who is gone last', () => {
  const list = [person('zoe', 'closed'), person('eve', 'leave'), person('émile', 'active'), person('anne', 'invited'), person('yves', 'locked')];
  assert.deepEqual(inOrder(list, 'fr').map((p) => p.name), ['émile', 'yves', 'anne', 'eve', 'zoe']);
});

test('roles stand by space, all spaces first, the strongest role first', () => {
  const grants: Grant[] = [{ space: 'lobby', role: 'referent' }, { space: 'lobby', role: 'lead' }, { space: '*', role: 'auditor' }];
  assert.deepEqual(bySpace(grants), [{ space: '*', roles: ['auditor'] }, { space: 'lobby', roles: ['lead', 'referent'] }]);
  const one: Grant = { space: 'forum', role: 'lead' };
  assert.deepEqual(toggled(toggled(grants, one), { ...one }), grants);
});

test('what the server refuses is said beside its field', () => {
  const refused = (status: number, pointer = ''): ReturnType<typeof wrongWith> => wrongWith(new ApiError(status, { pointer }, 0));
  assert.deepEqual(refused(409, '/name'), { field: 'name', key: 'people.wrong.taken' });
  assert.deepEqual(refused(409), { field: '', key: 'people.wrong.last' });
  assert.deepEqual(refused(400, '/grants/0/space'), { field: 'grants', key: 'people.wrong.grants' });
  assert.deepEqual(refused(403, '/old'), { field: 'old', key: 'people.wrong.old' });
  assert.deepEqual(refused(0), { field: '', key: 'error.network' });
  assert.deepEqual(refused(400, '/unheard-of'), { field: '', key: 'error.busy' });
});

test('a password is counted in characters, and typed twice', () => {
  assert.equal(wrongPassword('éééééééééééé', 'éééééééééééé'), '');
  assert.equal(wrongPassword('short', 'short'), 'people.wrong.short');
  assert.equal(wrongPassword('long enough words', 'other'), 'people.wrong.again');
});

test('a link of an invitation is one, another address is none', () => {
  assert.equal(invitationOf('#/invitation/abcdefghijklmnop234567'), 'abcdefghijklmnop234567');
  for (const other of ['#/queue', '#/invitation/', '#/invitation/ABC', '#/invitation/a"><script>', '']) assert.equal(invitationOf(other), '');
});

test('details of an audit entry are short', () => {
  assert.equal(detailText('grants', [{ space: '*', role: 'lead' }, { space: 'forum', role: 'referent' }]), 'grants: *: lead, forum: referent');
  assert.equal(detailText('hours', 24), 'hours: 24');
  assert.equal(detailText('more', { a: 1 }), 'more: {"a":1}');
});
