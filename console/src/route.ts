// SPDX-License-Identifier: Apache-2.0
// Pages by the part of the address after '#': the server only ever serves '/'.
import { views, type View } from './queue';

export type Route =
  | { page: 'queue'; view: View; space: string }
  | { page: 'case'; id: string }
  | { page: 'dead' }
  | { page: 'quality' }
  | { page: 'banks' }
  | { page: 'bank'; name: string };

export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?');
  const found = /^\/case\/(c-\d+)$/.exec(path);
  if (found) return { page: 'case', id: found[1] as string };
  if (path === '/dead') return { page: 'dead' };
  if (path === '/evidence') return { page: 'quality' };
  if (path === '/banks') return { page: 'banks' };
  const bank = /^\/bank\/([a-z0-9._-]{1,64})$/.exec(path);
  if (bank) return { page: 'bank', name: bank[1] as string };
  const values = new URLSearchParams(search);
  const view = values.get('view') as View | null;
  return { page: 'queue', view: view && views.includes(view) ? view : 'open', space: values.get('space') ?? '' };
}

export function href(route: Route): string {
  if (route.page === 'case') return `#/case/${route.id}`;
  if (route.page === 'dead') return '#/dead';
  if (route.page === 'quality') return '#/evidence';
  if (route.page === 'banks') return '#/banks';
  if (route.page === 'bank') return `#/bank/${route.name}`;
  const values = new URLSearchParams();
  if (route.view !== 'open') values.set('view', route.view);
  if (route.space) values.set('space', route.space);
  const search = values.toString();
  return `#/queue${search ? `?${search}` : ''}`;
}
