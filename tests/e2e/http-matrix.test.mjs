// SPDX-License-Identifier: Apache-2.0
// Every HTTP operation as every role, with a key, and as nobody, held against the table in matrix.mjs. What an operation acts on is real and made
// anew for each cell, so that "allowed" is seen to work, and one asker cannot use up what another is asked about.
import assert from 'node:assert/strict';
import http from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addKey, addUser, command, event, fresh, makeHome, makePolicy, meet, message, openCase, root, signIn, start, until } from './lib.mjs';
import { absent, endless, expected, given } from './matrix.mjs';
import { Description } from './openapi.lib.mjs';

const roles = { R: 'referent', L: 'lead', A: 'admin', U: 'auditor', N: 'analyst', P: 'prevention' };
const scopes = ['events', 'media', 'cases_read', 'metrics', 'banks', 'appeals', 'notices', 'demands'];

const description = new Description(join(root, 'docs/openapi.yaml'));
const home = makeHome(), data = `${home}/data`;
const all = addKey(data, '*', scopes.join());
const password = {}, keys = {};
for (const [letter, role] of Object.entries(roles)) password[letter] = addUser(data, role, role);
const decider = addUser(data, 'decider', 'lead'); // another person answers appeals than who decided
password.W = addUser(data, 'elsewhere', 'referent', '--spaces', 'forum');
for (const role of Object.values(roles).slice(1)) command(['user', 'grant', 'elsewhere', '--role', role, '--spaces', 'forum', '--data', data]);
for (const scope of scopes) {
  keys[scope] = addKey(data, '*', scope).key;
  keys[`not ${scope}`] = addKey(data, '*', scopes.filter((s) => s !== scope).join()).key;
}
const receiver = http.createServer((request, response) => response.writeHead(410).end()).unref();
await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
command(['webhook', 'add', '--space', 'lobby', '--url', `http://127.0.0.1:${receiver.address().port}/`, '--data', data]);
const publicKey = command(['evidence', 'keygen', '--out', join(home, 'receiver.key')]).stdout.trim();
const policy = makePolicy(home, (space, text) => text.replace(/^  whole: no .*/m, '  whole: yes').replace(/^report:\n/m, `report:\n  receivers:\n    - {id: fr.relay, country: FR, kind: police, name: {fr: Relais, en: Relay}, channel: hand, public_key: "${publicKey}"}\n`));
const server = await start({ home, policy, options: ['--threads', '2'], env: { VIGIE_SIGNINS: '10000', VIGIE_WEBHOOK_RETRY_MS: '50' } });
after(async () => {
  receiver.close();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

const sender = server.with(all);
const nameOf = (letter) => roles[letter] ?? 'elsewhere';
const world = {
  server, sender, data, password, fresh, all,
  sessions: {},
  signIn: (letter) => signIn(server, nameOf(letter), password[letter]),
  message: () => message(adult, child, 'hello'),
  case: async () => (await openCase(sender)).id,
  async bank() {
    const name = fresh('bank'), by = world.sessions.A;
    assert.equal((await by.post('/v1/banks', { name, source: 'these tests', effect: 'review', spaces: 'lobby' })).status, 201);
    assert.equal((await by.post(`/v1/banks/${name}/entries`, { entries: [{ reference: 'a', hashes: [{ algorithm: 'sha256', value: '0a'.repeat(32) }] }] })).status, 200);
    return name;
  },
  /** What an account that was warned says against it. */
  async restricted() {
    const { id, adult } = await openCase(sender);
    const by = await signIn(server, 'decider', decider);
    const done = await by.post(`/v1/cases/${id}/decisions`, { action: 'warn', reason: 'grooming' });
    assert.equal(done.status, 201, done.text);
    return { case: id, account: adult, text: 'This was a misunderstanding.' };
  },
  async appeal() {
    const made = await sender.post('/v1/appeals', await world.restricted());
    assert.equal(made.status, 201, made.text);
    return made.json.id;
  },
  async preview(body) {
    return (await world.sessions.L.post('/v1/bulk/preview', body)).json.token;
  },
  /** A case whose key only a receiver has. */
  async handedOver() {
    const id = await world.case();
    const done = await world.sessions.L.post(`/v1/cases/${id}/hand-over`, { receiver: 'fr.relay', reason: 'a judge asks' });
    assert.equal(done.status, 200, done.text);
    return id;
  },
  notice: () => ({ space: 'lobby', category: 'harassment', text: fresh('he insults her'), account: fresh('acc'), name: 'Ada', email: `${fresh('a')}@mail.example`, good_faith: true }),
  /** A notice with a name, as a lead sees it. */
  async noticed(by = {}) {
    const sent = await sender.post('/v1/notices', { ...world.notice(), ...by });
    assert.equal(sent.status, 201, sent.text);
    return (await world.sessions.L.get(`/v1/notices?number=${sent.json.number}`)).json.notices[0];
  },
  async dismissed() {
    const one = await world.noticed();
    assert.equal((await world.sessions.L.post(`/v1/cases/${one.case}/decisions`, { action: 'dismiss', reason: 'no_risk' })).status, 201);
    return one;
  },
  trusted: () => ({ space: 'lobby', name: 'Trusted', organisation: 'Trusted', area: 'children', awarded_by: 'Arcom', account: fresh('trusted') }),
  /** One that has made a notice. */
  async flagger() {
    const one = world.trusted();
    const { id } = (await world.sessions.L.post('/v1/flaggers', one)).json;
    await world.noticed({ reporter: one.account });
    return id;
  },
  /** Somebody with one unfounded notice: too little for a warning. */
  async notifier() {
    notifierOf ??= await (async () => {
      const one = await world.dismissed();
      await world.sessions.L.post(`/v1/notices/${one.id}/unfounded`, { unfounded: true });
      return (await world.sessions.L.get('/v1/notifiers')).json.notifiers.find((n) => n.space === 'lobby').who;
    })();
    return notifierOf;
  },
  /** A case whose media has a thumbnail. */
  async media() {
    mediaOf ??= await makeMedia();
    return mediaOf;
  },
  /** Somebody of the lobby, to be changed. */
  async person() {
    const name = fresh('person');
    const invited = await world.sessions.A.post('/v1/invitations', { name, display: 'Somebody', language: 'fr', grants: [{ space: 'lobby', role: 'referent' }] });
    assert.equal(invited.status, 201, invited.text);
    return name;
  },
  /** A token of a link that nobody used yet. */
  async invitation() {
    const name = fresh('person');
    return (await world.sessions.A.post('/v1/invitations', { name, display: 'Somebody', language: 'fr', grants: [{ space: 'lobby', role: 'referent' }] })).json.token;
  },
  deadLetter: () =>
    until(async () => {
      const { deliveries } = (await world.sessions.L.get('/v1/webhooks/dead')).json;
      if (deliveries.length > 0) return deliveries[0].id;
      await openCase(sender);
      return undefined;
    }, 'no dead letter'),
};
const { adult, child } = await meet(sender);
for (const letter of Object.keys(password)) world.sessions[letter] = await world.signIn(letter);

let mediaOf, notifierOf;
async function makeMedia() {
  const rows = Buffer.alloc(64 * 64 * 3).map((_, i) => (i * 7) ^ (i >> 6));
  const bmp = Buffer.concat([Buffer.from('BM'), Buffer.alloc(52), rows]); // a bitmap of 64 x 64
  for (const [at, value] of [[2, bmp.length], [10, 54], [14, 40], [18, 64], [22, 64]]) bmp.writeUInt32LE(value, at);
  bmp.writeUInt16LE(1, 26);
  bmp.writeUInt16LE(24, 28);
  const name = await world.bank(), by = world.sessions.A;
  const upload = (await sender.post('/v1/media', bmp, 'application/octet-stream')).json;
  await by.post(`/v1/banks/${name}/entries`, { entries: [{ category: 'A', hashes: [{ algorithm: 'sha1', value: upload.sha1 }] }] });
  const sent = event('media', fresh('author'), { upload: upload.upload, to: [child], channel: 'group' });
  const answer = await sender.take(sent);
  const { media } = (await world.sessions.L.get(`/v1/cases/${answer.case}`)).json.events[0].content;
  return { id: answer.case, n: media.number, thumbnail: media.thumbnail };
}

/** The credentials of a column. */
function credentials(letter, operation) {
  if (letter === '0') return {};
  if (letter === 'K' || letter === 'k') {
    const scope = operation.security?.map((s) => s.apiKey?.[0]).find(Boolean);
    if (!scope) return { Authorization: `Bearer ${all.key}` };
    return { Authorization: `Bearer ${keys[letter === 'K' ? scope : `not ${scope}`]}` };
  }
  return cookies(world.sessions[letter]);
}
const cookies = (session) => ({ Cookie: session.cookie, 'X-CSRF-Token': session.csrf });

/** Only the beginning of an answer. */
const begin = (method, path, headers) =>
  new Promise((resolve, reject) => {
    const sent = http.request({ host: '127.0.0.1', port: server.port, method, path, headers, agent: false }, (answer) => {
      resolve({ status: answer.statusCode, text: '' });
      sent.destroy();
    });
    sent.on('error', reject).end();
  });

async function ask(id, letter) {
  const { method, path, operation } = description.operations.get(id);
  const how = (await given[id]?.(world, letter)) ?? {};
  const { params = {}, query = '', body, headers = {} } = how;
  const type = how.type ?? (body === undefined ? undefined : Object.keys(operation.requestBody?.content ?? {})[0]);
  const target = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name])) + query;
  const all = { ...credentials(letter, operation), ...(how.by ? cookies(how.by) : {}), ...(type ? { 'Content-Type': type } : {}), ...headers };
  const answer = endless.has(id) ? await begin(method, target, all) : await server.request(method, target, { headers: all, body });
  await how.after?.(answer);
  return answer;
}

test('every operation of the document has a line, and every line an operation', () => {
  assert.deepEqual([...description.operations.keys()].filter((id) => !expected[id]), [], 'add a line to tests/e2e/matrix.mjs');
  assert.deepEqual(Object.keys(expected).filter((id) => !description.operations.has(id)), []);
});

for (const [id, cells] of Object.entries(expected))
  test(id, { skip: !description.operations.has(id) }, async () => {
    const got = {};
    for (const letter of Object.keys(cells)) {
      const answer = await ask(id, letter);
      got[letter] = answer.status;
      if (answer.status !== cells[letter]) got[`${letter} said`] = answer.text.slice(0, 300);
    }
    assert.deepEqual(got, cells);
    assert.ok(Object.values(cells).some((status) => status < 300 || status === 409) || absent.has(id), 'somebody may');
  });
