// SPDX-License-Identifier: Apache-2.0
// What pressing a judgement means. Pure.
import type { Feedback, Judgement } from './types';

/** What is left to say when a button is pressed: what it says, or taking it back. */
export function pressed(said: Feedback | undefined, judgement: Judgement): Judgement | 'none' {
  return said?.mine === judgement ? 'none' : judgement;
}

/** The counts as they will be. */
export function after(said: Feedback | undefined, name: string, next: Judgement | 'none'): Feedback {
  const out: Feedback = { ...(said ?? { right: 0, wrong: 0, unsure: 0, mine: null }), name };
  if (out.mine) out[out.mine] -= 1;
  out.mine = next === 'none' ? null : next;
  if (out.mine) out[out.mine] += 1;
  return out;
}
