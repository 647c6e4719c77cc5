// SPDX-License-Identifier: Apache-2.0
// A house with something on every page, for the tests that visit all of them: people of each role, cases, and what every scene-PART.mjs adds.
//
// A scene-PART.mjs exports `seed(house)`, which fills the server through its API, and may give {visits: [{name, hash, user, ready}]}: pages
// that need more than an address of the table (an ID; a state worth looking at). `ready` is a selector that is there once the page is whole.
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addKey, addUser, asksPicture, makeHome, makePolicy, meet, message, root, signIn, start } from './lib.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const roles = { lea: 'lead', noe: 'referent', ada: 'analyst', rose: 'admin', aude: 'auditor', paul: 'prevention' };

/** The lines of console/src/pages.ts: [{name, path, permission, id}]. */
export function pageTable() {
  const text = readFileSync(join(root, 'console/src/pages.ts'), 'utf8');
  const body = text.slice(text.indexOf('const table = {'), text.indexOf('} satisfies'));
  return [...body.matchAll(/^ {2}(\w+): \{([^}]*)\}/gm)].map(([, name, fields]) => ({
    name,
    path: /path: '([^']+)'/.exec(fields)[1],
    permission: /permission: '([^']+)'/.exec(fields)?.[1],
    id: /\bid: \//.test(fields),
    nav: /\bnav: /.test(fields),
  }));
}

async function someCases(sender) {
  const channel = { channel: 'group' };
  const made = [];
  for (const source of ['/spaces/lobby', '/spaces/forum']) {
    const { adult, child } = await meet(sender, source.split('/')[2]);
    const more = { source };
    for (const [from, to, text] of [
      [adult, child, 'hello, that was a good game'],
      [child, adult, 'thanks'],
      [adult, child, 'how old are you'],
      [adult, child, 'keep this secret'],
      [child, adult, "no i don't want to"],
    ])
      await sender.take(message(from, to, text, more, channel));
    made.push({ id: (await sender.take(asksPicture(adult, child, more, channel))).case, adult, child });
  }
  return made;
}

/** Starts it all. {server, sender, people, cases: [{id, adult, child}], ids, visits, home, data}. */
export async function openHouse({ edit } = {}) {
  const home = makeHome(), data = join(home, 'data');
  const key = addKey(data);
  const passwords = Object.fromEntries(Object.entries(roles).map(([name, role]) => [name, addUser(data, name, role)]));
  const policy = makePolicy(home, edit);
  cpSync(join(root, 'policy/training'), join(policy, 'training'), { recursive: true }); // the shipped courses and practice cases, as people see them
  const server = await start({ home, policy, options: ['--threads', '2'] });
  const sender = server.with(key);
  const people = {};
  for (const name of Object.keys(roles)) people[name] = { ...(await signIn(server, name, passwords[name])), password: passwords[name] };
  const cases = await someCases(sender);
  const house = { home, data, key, server, sender, people, cases, ids: cases.map((c) => c.id) };
  const visits = [];
  for (const file of readdirSync(here).filter((f) => /^scene-\w+\.mjs$/.test(f)).sort()) {
    const { seed } = await import(join(here, file));
    visits.push(...((await seed(house))?.visits ?? []));
  }
  for (const page of pageTable()) {
    if (page.id && !page.nav) continue; // only with an ID: a scene's visit
    const user = Object.keys(roles).find((name) => !page.permission || people[name].user.permissions.includes(page.permission));
    visits.push({ name: page.name, hash: `#/${page.path}`, user });
  }
  return { ...house, visits };
}
