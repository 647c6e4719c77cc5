// SPDX-License-Identifier: Apache-2.0
// A plan in the order it is read. Pure.
import type { RoutePlan, Stop } from './types-route';

/** Whom to telephone first: those with a number before those without, otherwise in the plan's order. */
export function callsFirst(plan: Pick<RoutePlan, 'stops'>): Stop[] {
  const calls = plan.stops.filter((s) => s.kind === 'call');
  return [...calls.filter((s) => s.receiver?.phone), ...calls.filter((s) => !s.receiver?.phone)];
}

/** The other stops, as the plan has them; calls are among them only when they are not shown on top. */
export function otherStops(plan: Pick<RoutePlan, 'stops' | 'urgent'>): Stop[] {
  return plan.stops.filter((s) => s.kind !== 'call' || !plan.urgent);
}
