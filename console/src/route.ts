// SPDX-License-Identifier: Apache-2.0
// Pages by the part of the address after '#': the server only ever serves '/'.
import { isPage, pageNames, pages, type PageName } from './pages';
import { views, type View } from './queue';

export type Route =
  | { page: 'queue'; view: View; space: string }
  | { page: 'case'; id: string }
  | { page: 'bank'; name: string }
  | { page: PageName; id?: string };

export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?');
  const found = /^\/case\/(c-\d+)$/.exec(path);
  if (found) return { page: 'case', id: found[1] as string };
  const bank = /^\/bank\/([a-z0-9._-]{1,64})$/.exec(path);
  if (bank) return { page: 'bank', name: bank[1] as string };
  for (const name of pageNames) {
    const page = pages[name];
    if (path === `/${page.path}`) return { page: name };
    const id = path.startsWith(`/${page.path}/`) ? path.slice(page.path.length + 2) : '';
    if (id && page.id?.test(id)) return { page: name, id };
  }
  const values = new URLSearchParams(search);
  const view = values.get('view') as View | null;
  return { page: 'queue', view: view && views.includes(view) ? view : 'open', space: values.get('space') ?? '' };
}

export function href(route: Route): string {
  if (route.page === 'case') return `#/case/${route.id}`;
  if (route.page === 'bank') return `#/bank/${route.name}`;
  if (route.page !== 'queue') return `#/${pages[route.page].path}${route.id ? `/${route.id}` : ''}`;
  const values = new URLSearchParams();
  if (route.view !== 'open') values.set('view', route.view);
  if (route.space) values.set('space', route.space);
  const search = values.toString();
  return `#/queue${search ? `?${search}` : ''}`;
}

/** The page of the table that a route shows, or null: queue, case, bank. */
export function simplePage(route: Route): PageName | null {
  return isPage(route.page) ? route.page : null;
}
