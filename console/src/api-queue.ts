// SPDX-License-Identifier: Apache-2.0
// The queue: the next case, what belongs to a case, what somebody works on.
import { casePath, request } from './api';
import type { Category, Link, NextCase, Queued, Skills } from './types-queue';
import type { Case } from './types';

const skillsPath = (name: string): string => `/v1/people/${encodeURIComponent(name)}/skills`;

export const queueApi = {
  /** The next case, leased to this person with those that belong to it; undefined: there is nothing to do. An ApiError of 403 whose
   *  problem.type ends in `break-due`, `limit-reached` or `shift-edge` is not a fault: views/break.tsx says it. */
  next: (ask: { space?: string; category?: Category; language?: string } = {}): Promise<NextCase | undefined> =>
    request('/v1/queue/next', { method: 'POST', body: ask }),
  linked: (id: string): Promise<(Case & Queued & { link: Link[] })[]> =>
    request<{ linked: (Case & Queued & { link: Link[] })[] }>(casePath(id, '/linked')).then((answer) => answer.linked),
  /** For leads: a case that somebody holds and will not come back to. */
  takeBack: (id: string): Promise<Case & Queued> => request(casePath(id, '/take-back'), { method: 'POST' }),
  skills: (): Promise<Skills> => request('/v1/me/skills'),
  skillsOf: (name: string): Promise<Skills> => request(skillsPath(name)),
  setSkillsOf: (name: string, skills: Skills): Promise<Skills> => request(skillsPath(name), { method: 'PUT', body: skills }),
  setSkills: (skills: Skills): Promise<Skills> => request('/v1/me/skills', { method: 'PUT', body: skills }),
};
