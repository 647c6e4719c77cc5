// SPDX-License-Identifier: Apache-2.0
// People in words: what is wrong with a form, who is what where, in which order.
import type { ApiError } from './api';
import type { Key } from './strings';
import type { Role } from './types';
import type { Grant, Person, PersonState } from './types-people';

export const allRoles: readonly Role[] = ['referent', 'lead', 'admin', 'auditor', 'analyst', 'prevention'];
export const PASSWORD_LEAST = 12;

const strength: Record<Role, number> = { admin: 6, lead: 5, referent: 4, analyst: 3, auditor: 2, prevention: 1 };
const order: Record<PersonState, number> = { active: 0, locked: 0, invited: 1, leave: 2, disabled: 3, closed: 4 };

/** Who is here first, who is gone last; within that by the name that people know. */
export function inOrder(people: readonly Person[], lang: string): Person[] {
  return [...people].sort((a, b) => order[a.state] - order[b.state] || a.display.localeCompare(b.display, lang));
}

/** The roles of one space, strongest first; all spaces ("*") come first. */
export function bySpace(grants: readonly Grant[]): { space: string; roles: Role[] }[] {
  const spaces = [...new Set(grants.map((g) => g.space))].sort((a, b) => Number(b === '*') - Number(a === '*') || a.localeCompare(b));
  return spaces.map((space) => ({
    space,
    roles: grants
      .filter((g) => g.space === space)
      .map((g) => g.role)
      .sort((a, b) => strength[b] - strength[a]),
  }));
}

export function holds(grants: readonly Grant[], one: Grant): boolean {
  return grants.some((g) => g.space === one.space && g.role === one.role);
}

/** Whether somebody takes cases anywhere, so that it matters what they work on. */
export const takesCases = (grants: readonly Grant[]): boolean => grants.some((g) => g.role === 'referent' || g.role === 'lead');

/** With one role more, or without it. */
export function toggled(grants: readonly Grant[], one: Grant): Grant[] {
  return holds(grants, one) ? grants.filter((g) => g.space !== one.space || g.role !== one.role) : [...grants, one];
}

/** What the server said against a form, as a sentence beside the field it is about ('' : about none of them). */
export function wrongWith(error: ApiError): { field: string; key: Key } {
  const field = (error.problem.pointer ?? '').split('/')[1] ?? '';
  if (error.status === 0) return { field: '', key: 'error.network' };
  if (error.status === 429) return { field: field || '', key: 'people.wrong.later' };
  if (error.status === 409) return field === 'name' ? { field, key: 'people.wrong.taken' } : { field: '', key: 'people.wrong.last' };
  if (error.status === 403) return field === 'old' ? { field, key: 'people.wrong.old' } : { field, key: 'people.wrong.forbidden' };
  if (error.status === 400) {
    const known: Record<string, Key> = {
      name: 'people.wrong.name',
      display: 'people.wrong.display',
      email: 'people.wrong.email',
      grants: 'people.wrong.grants',
      from: 'people.wrong.day',
      until: 'people.wrong.until',
      confirm: 'people.wrong.confirm',
      password: 'people.wrong.password',
    };
    const key = known[field];
    if (key) return { field, key };
  }
  return { field: '', key: 'error.busy' };
}

/** What can be said of a new password before the server is asked. '' : nothing against it. */
export function wrongPassword(password: string, again: string): '' | Key {
  if ([...password].length < PASSWORD_LEAST) return 'people.wrong.short';
  if (password !== again) return 'people.wrong.again';
  return '';
}

/** A detail of an audit entry in a few words: roles as people write them, the rest as it is. */
export function detailText(name: string, value: unknown): string {
  const text = (one: unknown): string => {
    if (Array.isArray(value) && one && typeof one === 'object' && 'space' in one && 'role' in one) return `${String(one.space)}: ${String(one.role)}`;
    return typeof one === 'object' ? JSON.stringify(one) : String(one);
  };
  return `${name}: ${Array.isArray(value) ? value.map(text).join(', ') : text(value)}`;
}

/** A half-made form of this tab; goes with the drafts when somebody signs out. */
const PREFIX = 'vigie.draft.form.';
export function keepForm(name: string, value: unknown): void {
  try {
    if (value === null) sessionStorage.removeItem(PREFIX + name);
    else sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // storage may be off: the form then lives as long as the page
  }
}
export function keptForm<V extends object>(name: string, empty: V): V {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(PREFIX + name) ?? 'null');
    return value && typeof value === 'object' ? { ...empty, ...value } : empty;
  } catch {
    return empty;
  }
}

/** The token of "#/invitation/TOKEN", or ''. */
export function invitationOf(hash: string): string {
  return /^#\/invitation\/([a-z2-7]{16,64})$/.exec(hash)?.[1] ?? '';
}
