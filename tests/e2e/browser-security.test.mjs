// SPDX-License-Identifier: Apache-2.0
// Markup in every field that somebody can fill in, shown in a real browser. The fields are taken from docs/openapi.yaml: each text of each request body gets the
// payload, whatever else the request needs is prepared as for the matrix of roles, and the events of a platform carry it in every name and text. Then every page is
// opened by people who see the most, in both languages; no script of the payload may run, and the Content-Security-Policy may have nothing to report.
//
//   [VIGIE=...] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-security.test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { account, addKey, addUser, event, fresh, makeHome, meet, message, openCase, root, signIn, start } from './lib.mjs';
import { expected, given } from './matrix.mjs';
import { Description } from './openapi.lib.mjs';

const payload = `"'><img src=x onerror="window.ran=1"><svg onload=window.ran=1><script>window.ran=1</script><a href="javascript:window.ran=1">x</a>\${window.ran=1}{{window.ran=1}}`;
const short = '"><svg/onload=window.ran=1>';
const script = 'javascript:window.ran=1';

const description = new Description(join(root, 'docs/openapi.yaml'));
const home = makeHome(), data = join(home, 'data');
const scopes = /what the key may do: ([a-z_,]+)/.exec(readFileSync(join(root, 'src/cli/options.c'), 'utf8'))[1];
const all = addKey(data, '*', scopes);
const roles = { R: 'referent', L: 'lead', A: 'admin', U: 'auditor', N: 'analyst', P: 'prevention' };
const password = Object.fromEntries(Object.entries(roles).map(([letter, role]) => [letter, addUser(data, role, role)]));
const server = await start({ home, options: ['--threads', '2'], env: { VIGIE_SIGNINS: '10000' } });
const sender = server.with(all);
const { adult, child } = await meet(sender);
const world = {
  server, sender, data, password, fresh, all, sessions: {},
  signIn: (letter) => signIn(server, roles[letter], password[letter]),
  message: () => message(adult, child, 'hello'),
  case: async () => (await openCase(sender)).id,
  async bank() {
    const name = fresh('bank'), by = world.sessions.A;
    await by.post('/v1/banks', { name, source: 'these tests', effect: 'review', spaces: 'lobby' });
    await by.post(`/v1/banks/${name}/entries`, { entries: [{ reference: 'a', hashes: [{ algorithm: 'sha256', value: '0a'.repeat(32) }] }] });
    return name;
  },
  async person() {
    const name = fresh('person');
    await world.sessions.A.post('/v1/invitations', { name, display: 'Somebody', language: 'fr', grants: [{ space: 'lobby', role: 'referent' }] });
    return name;
  },
  invitation: async () => (await world.sessions.A.post('/v1/invitations', { name: fresh('person'), display: 'Somebody', language: 'fr', grants: [{ space: 'lobby', role: 'referent' }] })).json.token,
  notice: () => ({ space: 'lobby', category: 'harassment', text: fresh('he insults her'), account: fresh('acc'), name: 'Ada', email: `${fresh('a')}@mail.example`, good_faith: true }),
};
for (const letter of Object.keys(roles)) world.sessions[letter] = await world.signIn(letter);
const seen = { violations: [], failures: [], dialogs: [] };
let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: process.env.VIGIE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
});
after(async () => {
  await browser?.close();
});

/** Every text of a schema as a path of names; texts that are one of a list, a time, or a name of a fixed shape are no free text. */
function texts(schema, path = [], depth = 0) {
  const s = description.deref(schema);
  if (depth > 6) return [];
  const parts = [...(s.allOf ?? []), ...(s.oneOf ?? []), ...(s.anyOf ?? [])].flatMap((part) => texts(part, path, depth + 1));
  if (s.enum || s.const !== undefined || ['date-time', 'date', 'binary'].includes(s.format)) return parts;
  if (s.type === 'string') return [...parts, { path, most: s.maxLength ?? 4096, secret: s.format === 'password' }];
  if (s.items) parts.push(...texts(s.items, [...path, 0], depth + 1));
  for (const [name, one] of Object.entries(s.properties ?? {})) parts.push(...texts(one, [...path, name], depth + 1));
  return parts;
}
function put(body, path, value) {
  const copy = structuredClone(body ?? {});
  let at = copy;
  path.slice(0, -1).forEach((name, i) => (at = at[name] ??= typeof path[i + 1] === 'number' ? [] : {}));
  at[path.at(-1)] = value;
  return copy;
}
const fit = (most) => (payload.length <= most ? payload : short.length <= most ? short : '<b>x');

const taken = new Map(); // "operation /member" -> the status it was answered with
async function fill({ id, method, path, operation }) {
  const schema = operation.requestBody?.content?.['application/json']?.schema;
  const column = ['L', 'R', 'A', '0', 'K'].find((c) => expected[id]?.[c] < 300) ?? 'L';
  for (const { path: member, most, secret } of texts(schema)) {
    if (secret || member.length === 0) continue;
    let how = {};
    try {
      how = (await given[id]?.(world, column)) ?? {};
    } catch {
      how = {}; // needs what only the matrix prepares: the field is sent to the door all the same
    }
    const params = how.params ?? {};
    const target = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? '1')) + (how.query ?? '');
    const who = how.by ?? world.sessions[column];
    const auth = column === 'K' ? { Authorization: `Bearer ${all.key}` } : who ? { Cookie: who.cookie, 'X-CSRF-Token': who.csrf } : {};
    const answer = await server.request(method, target, { headers: { ...auth, 'Content-Type': 'application/json', ...how.headers }, body: put(how.body, member, fit(most)) });
    taken.set(`${id} /${member.join('/')}`, answer.status);
    assert.ok(answer.status < 500 || answer.status === 503, `${id} /${member.join('/')}: ${answer.status} ${answer.text.slice(0, 200)}`);
    assert.doesNotMatch(answer.headers['content-type'] ?? '', /html/, 'an answer is no page');
  }
}

test('the payload goes into every text that a request body has', async () => {
  const last = ['describeMe', 'changePassword']; // what changes the people who are to look comes last
  const todo = [...description.operations.values()].filter(({ id, operation }) => operation.requestBody?.content?.['application/json'] && !['sendEvents', 'signIn', ...last].includes(id));
  for (const one of todo) await fill(one);
  await fill(description.operations.get('describeMe'));
  const kept = [...taken].filter(([, status]) => status < 300).map(([field]) => field);
  for (const field of ['decideCase /reason', 'decideCase /note', 'holdCase /reason', 'createBank /source', 'createBank /classification', 'giveOpinion /note', 'addEntries /entries/0/category', 'invite /display', 'describeMe /display'])
    assert.ok(taken.has(field), `${field} was sent`);
  assert.ok(taken.size > 60, `${taken.size} fields were sent`);
  if (process.env.VIGIE_SHOTS) console.log(`# ${taken.size} fields, ${kept.length} kept: ${kept.join(', ')}`);
  assert.ok(kept.length > 12, `${kept.length} of them were kept: ${kept.join(', ')}`);
});

const cases = [];
test('and into every name and text of a platform’s events', async () => {
  const source = '/spaces/lobby', name = (n) => `${short}${n}`;
  await sender.take([account(name('adult'), '25+', { source }, { country: 'FR', language: 'fr' }), account(name('child'), '13-14', { source })]);
  const talk = { channel: 'group', conversation: name('talk') };
  for (const text of [payload, `how old are you ${payload}`, `${payload} send me a picture of you`, `keep this secret ${script}`]) {
    const answer = await sender.take(message(name('adult'), name('child'), text, { id: name(fresh('e')), source }, talk));
    if (answer.case) cases.push(answer.case);
  }
  const notice = await sender.take(event('notice', name('child'), { about: name('adult'), reason: 'grooming', conversation: name('talk'), event: name('e'), text: payload }, { source }));
  if (notice.case) cases.push(notice.case);
  const media = await sender.take(event('media', name('adult'), { hashes: [{ algorithm: 'md5', value: 'ab'.repeat(16) }], to: [name('child')], conversation: name('talk'), channel: 'group', mime: 'image/png' }, { source, id: name('m') }));
  if (media.case) cases.push(media.case);
  assert.ok(cases.length > 0, 'a case holds it');
});

async function look(letter, lang, paths) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await context.addInitScript((l) => window === top && localStorage.setItem('vigie.language', l), lang);
  if (letter) {
    const session = await world.signIn(letter);
    const [cookie, value] = session.cookie.split('=');
    await context.addCookies([{ name: cookie, value, url: server.url }]);
  }
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('console', (m) => /content security policy/i.test(m.text()) && seen.violations.push(m.text()));
  page.on('pageerror', (error) => seen.failures.push(String(error)));
  page.on('dialog', (dialog) => (seen.dialogs.push(dialog.message()), dialog.dismiss()));
  let markup = 0;
  for (const path of paths) {
    await page.goto(`${server.url}/${path}`);
    await page.waitForSelector('main');
    await page.waitForTimeout(60);
    const found = await page.evaluate(() => ({
      ran: window.ran, shown: document.body.textContent.includes('onload=window.ran'),
      made: document.querySelectorAll('main img[onerror], main svg[onload], main script, [href^="javascript:"]').length,
    }));
    assert.equal(found.ran, undefined, `${path}: a script ran`);
    assert.equal(found.made, 0, `${path}: markup became part of the page`);
    markup += found.shown ? 1 : 0;
  }
  await context.close();
  return markup;
}

test('every page of the console shows it as text', async () => {
  const source = readFileSync(join(root, 'console/src/pages.ts'), 'utf8');
  const paths = [...source.matchAll(/\bpath: '([a-z-]+)'/g)].map((m) => `#/${m[1]}`);
  assert.ok(paths.length >= 6, paths.join());
  const banks = (await world.sessions.L.get('/v1/banks')).json.banks.slice(0, 2).map((b) => `#/bank/${b.name}`);
  const decided = (await world.sessions.L.get('/v1/cases?state=decided&limit=2')).json.cases.map((c) => `#/case/${c.id}`);
  const queue = ['#/queue', '#/queue?view=overdue', '#/queue?view=mine', '#/queue?view=decided', '#/queue?view=hold'];
  const mine = [...new Set(cases)].map((id) => `#/case/${id}`);
  const shown = await look('L', 'fr', [...queue, ...mine, ...decided, ...paths, ...banks]);
  assert.ok(shown >= 3, `the payload is on ${shown} pages, as text`);
  await look('A', 'en', ['#/people', '#/audit', '#/banks', '#/me']);
  await look('U', 'fr', ['#/queue', '#/audit']);
  await look('R', 'en', [...mine, '#/me', '#/queue']);
});

test('and so do the pages of reporting: a report to a host of that name, a demand, the evidence of a case, what was known of countries', async () => {
  const by = world.sessions.L, fits = (most) => (payload.length <= most ? payload : short);
  const id = cases[0];
  await by.post(`/v1/cases/${id}/claim`);
  const decided = await by.post(`/v1/cases/${id}/decisions`, { action: 'report', reason: 'grooming', note: payload });
  assert.ok(decided.status < 300, decided.text);
  const fact = await by.post(`/v1/cases/${id}/facts`, { whose: 'author', kind: 'residence', country: 'FR', detail: fits(200) });
  assert.ok(fact.status < 300, fact.text);
  const reports = [];
  for (const body of [{ receiver: 'fr.pharos', urgent: true }, { host: { name: fits(200), country: 'FR', email: 'abuse@host.example', url: `https://host.example/${short}` }, channel: 'hand' }, { receiver: 'us.ncmec', channel: 'ncmec' }]) {
    const made = await by.post(`/v1/cases/${id}/filings`, body);
    if (made.status === 201) reports.push(made.json.id);
  }
  assert.ok(reports.length >= 2, 'reports were prepared');
  await by.post(`/v1/filings/${reports[0]}/answers`, { kind: 'other', what: payload, reference: short });
  await by.post(`/v1/cases/${id}/legal-hold`, { hold: true, reason: fits(200), review: '2098-01-31' });
  const demand = await by.post('/v1/demands', {
    space: 'lobby', kind: 'removal', authority: short, country: 'FR', legal_basis: short, reference: short, way: 'letter', category: 'grooming', note: payload,
    items: [{ kind: 'url', value: `https://host.example/${short}` }, { kind: 'account', value: short }],
  });
  assert.equal(demand.status, 201, demand.text);
  await by.post(`/v1/demands/${demand.json.id}/steps`, { step: 'suspend', ground: 'information_missing', text: payload });
  const paths = [`#/case/${id}`, '#/filings', ...reports.flatMap((n) => [`#/filing/${n}`, `#/portal/${n}`]), '#/demands', `#/demand/${demand.json.id}`, '#/disclosure', '#/me'];
  const shown = await look('L', 'fr', paths);
  assert.ok(shown >= 4, `the payload is on ${shown} of ${paths.length} pages, as text`);
  await look('U', 'en', paths);
});

test('nor do addresses carry it in', async () => {
  const hostile = [payload, short, script].map(encodeURIComponent);
  await look('L', 'fr', hostile.flatMap((one) => [`#/queue?space=${one}&view=${one}`, `#/case/${one}`, `#/bank/${one}`, `?next=${one}#/people/${one}`]));
  await look('', 'en', hostile.flatMap((one) => [`#/invitation/${one}`, `?${one}#${one}`]));
});

test('the policy had nothing to report, no script failed, nothing asked a question', () => {
  assert.deepEqual(seen, { violations: [], failures: [], dialogs: [] });
});
