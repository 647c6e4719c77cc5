// SPDX-License-Identifier: Apache-2.0
// A plan in the order it is read. Pure.
import { actNames, type Act, type ActSaid, type RoutePlan, type Stop } from './types-route';

/** Whom to telephone first: those with a number before those without, otherwise in the plan's order. */
export function callsFirst(plan: Pick<RoutePlan, 'stops'>): Stop[] {
  const calls = plan.stops.filter((s) => s.kind === 'call');
  return [...calls.filter((s) => s.receiver?.phone), ...calls.filter((s) => !s.receiver?.phone)];
}

/** The other stops, as the plan has them; calls are among them only when they are not shown on top. */
export function otherStops(plan: Pick<RoutePlan, 'stops' | 'urgent'>): Stop[] {
  return plan.stops.filter((s) => s.kind !== 'call' || !plan.urgent);
}

export interface ActKnown {
  act: Act;
  by: ('evidence' | 'reason' | 'person')[];
  /** A person said that it did not happen: no law is proposed for it. */
  denied: boolean;
  said: ActSaid[];
}

/** Each act that anything speaks of, with where that is from; what holds stands first, what somebody denied after it. */
export function actsKnown(plan: Pick<RoutePlan, 'acts' | 'acts_by' | 'acts_said'>): ActKnown[] {
  const from = ['evidence', 'reason', 'person'] as const;
  const known = actNames.map((act): ActKnown => ({
    act,
    by: from.filter((where) => plan.acts_by[where].includes(act)),
    denied: plan.acts_by.denied.includes(act),
    said: plan.acts_said.filter((s) => s.act === act),
  }));
  const spoken = known.filter((k) => plan.acts.includes(k.act) || k.denied || k.said.length > 0);
  return [...spoken.filter((k) => !k.denied), ...spoken.filter((k) => k.denied)];
}
