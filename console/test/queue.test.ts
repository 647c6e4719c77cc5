// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byPriority, holder, inView, isOverdue, matches, nextCase, pressing } from '../src/queue';
import { href, parseRoute } from '../src/route';
import type { Case, User } from '../src/types';

const now = Date.parse('2026-03-01T12:00:00.000Z');
const at = (minutes: number): string => new Date(now + minutes * 60_000).toISOString();
function make(id: number, over: Partial<Case> = {}): Case {
  return {
    id: `c-${String(id).padStart(6, '0')}`,
    space: 'lobby',
    account: `account-${id}`,
    account_age_band: '25+',
    account_age_basis: 'declared',
    youngest_band: '13-14',
    state: 'open',
    escalated: false,
    legal_hold: false,
    verdict: 'review',
    risk: 0.5,
    priority: 500_000,
    events: 1,
    opened: at(-60),
    updated: at(-60),
    due: at(60),
    overdue: false,
    evidence: [{ name: 'text.secrecy', weight: 0.4 }],
    ...over,
  };
}
const lea: Pick<User, 'name' | 'permissions'> = { name: 'lea', permissions: ['case.decide'] };
const free = { claimed_by: null, claimed_until: null };

test('the order: priority, then the longest wait, then the number', () => {
  const list = [
    make(4, { priority: 1 }),
    make(3, { priority: 9, opened: at(-5) }),
    make(2, { priority: 9, opened: at(-50) }),
    make(1, { priority: 9, opened: at(-5) }),
  ].sort(byPriority);
  assert.deepEqual(
    list.map((c) => c.id),
    ['c-000002', 'c-000001', 'c-000003', 'c-000004'],
  );
});

test('a lease that has ended holds nothing', () => {
  assert.equal(holder(make(1, { claimed_by: 'camille', claimed_until: at(1) }), now), 'camille');
  assert.equal(holder(make(1, { claimed_by: 'camille', claimed_until: at(-1) }), now), '');
  assert.equal(holder(make(1, free), now), '');
});

test('the next case is the most pressing one that is free or mine, never the one at hand', () => {
  const list = [
    make(1, { priority: 9, claimed_by: 'camille', claimed_until: at(5) }),
    make(2, { priority: 8 }),
    make(3, { priority: 7, claimed_by: 'lea', claimed_until: at(5) }),
    make(4, { priority: 6, state: 'decided' }),
    make(5, { priority: 5 }),
  ];
  const next = (current?: string): string | undefined => nextCase(list, current, lea, now)?.id;
  assert.equal(next(), 'c-000002');
  assert.equal(next('c-000002'), 'c-000003');
  assert.equal(next('c-000003'), 'c-000005');
  assert.equal(next('c-000005'), 'c-000002');
  assert.equal(next('c-000004'), 'c-000002');
  assert.equal(nextCase([make(1)], 'c-000001', lea, now), undefined);
  assert.equal(nextCase([], undefined, lea, now), undefined);
});

test('an escalated case is next for a lead only, and nothing is next for an auditor', () => {
  const list = [make(1, { priority: 600_000, escalated: true }), make(2)];
  assert.equal(nextCase(list, undefined, lea, now)?.id, 'c-000002');
  assert.equal(nextCase(list, undefined, { name: 'lea', permissions: ['case.decide', 'case.lead'] }, now)?.id, 'c-000001');
  assert.equal(nextCase(list, undefined, { name: 'lea', permissions: ['case.list'] }, now), undefined);
});

test('the priority bar is full from the deadline on', () => {
  assert.equal(pressing(make(1, { priority: 0 })), 0);
  assert.equal(pressing(make(1, { priority: 250_000 })), 0.5);
  assert.equal(pressing(make(1, { priority: 700_000 })), 1);
});

test('views', () => {
  const late = make(1, { due: at(-1) });
  assert.ok(isOverdue(late, now));
  assert.ok(!isOverdue({ ...late, state: 'decided' }, now));
  assert.ok(inView(late, 'overdue', 'lea', now));
  assert.ok(!inView(make(2), 'overdue', 'lea', now));
  assert.ok(inView(make(3, { escalated: true }), 'escalated', 'lea', now));
  assert.ok(inView(make(4, { claimed_by: 'lea', claimed_until: at(1) }), 'mine', 'lea', now));
  assert.ok(inView(make(6, { state: 'decided', legal_hold: true }), 'hold', 'lea', now));
  assert.ok(!inView(make(7, { state: 'decided' }), 'open', 'lea', now));
});

test('the filter finds words in any order, without accents or case', () => {
  const label = (name: string): string => (name === 'text.secrecy' ? 'demande le secret à' : name);
  const c = make(12, { account: 'Étoile_79' });
  assert.ok(matches(c, '', label));
  assert.ok(matches(c, 'etoile', label));
  assert.ok(matches(c, 'SECRET étoile', label));
  assert.ok(matches(c, 'c-000012', label));
  assert.ok(matches(c, 'lobby', label));
  assert.ok(!matches(c, 'etoile menace', label));
});

test('addresses lead to pages and back', () => {
  for (const hash of [
    '#/queue',
    '#/queue?view=overdue',
    '#/queue?view=mine&space=lobby',
    '#/case/c-000123',
    '#/dead',
  ]) {
    assert.equal(href(parseRoute(hash)), hash);
  }
  for (const hash of ['', '#', '#/nowhere', '#/case/../x', '#/case/c-1%22', '#/queue?view=constructor']) {
    assert.equal(parseRoute(hash).page, 'queue', hash);
  }
});
