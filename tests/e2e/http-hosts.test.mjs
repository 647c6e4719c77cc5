// SPDX-License-Identifier: Apache-2.0
// Notices to a host that speaks real SMTP and HTTP: sent once, repeated in the same thread when nobody answers, and looked at again by hash alone.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startHost } from './authorities/host.mjs';
import { addKey, addUser, makeHome, makePolicy, openCase, signIn, start, until } from './lib.mjs';

const BYTES = Buffer.from('a harmless file, whose very bytes nobody may find here: 5f2c91');
const sha256 = createHash('sha256').update(BYTES).digest('hex'), md5 = createHash('md5').update(BYTES).digest('hex');
const host = await startHost();
const home = makeHome(), data = `${home}/data`;
const password = addUser(data, 'lea', 'lead'), key = addKey(data);
const section = (space) => `
report:
  operator: {name: Example, email: reports@example.org, domain: example.org, country: FR}
  after_filing: keep
  four_eyes: no
  urgent_within: 1 hour
  file_within: 24 hours
  removal_within: 24 hours
  follow_up: 24 hours
${space === 'lobby' ? '  recheck: yes\n' : ''}  channels:
    - {name: notice, url: "${host.smtp}", from: reports@example.org, test: ${space === 'lobby' ? 'yes' : 'no'}}
  receivers:
    - {id: net.host, country: FR, kind: host, name: {fr: Hébergeur, en: Host}, channel: notice, email: abuse@host.example}
`;
const policy = makePolicy(home, (space, text) => text.replace(/^report:\n(?:[ #].*\n|\n)*/m, '') + section(space));
const server = await start({ home, policy });
const lea = await signIn(server, 'lea', password);
after(async () => {
  host.stop();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

const read = async (id) => (await lea.get(`/v1/filings/${id}`)).json;
const reaches = (id, state) => until(async () => { const f = await read(id); return f.state === state && f; }, async () => `${id}: ${JSON.stringify(await read(id))}`, 20_000);
async function notice(items, space = 'lobby', more = {}) {
  const { id } = await openCase(server.with(key), space);
  const decided = await lea.post(`/v1/cases/${id}/decisions`, { action: 'report', reason: 'grooming' });
  assert.equal(decided.status, 201, decided.text);
  const made = await lea.post(`/v1/cases/${id}/filings`, { receiver: 'net.host', options: { items, ...more } });
  assert.equal(made.status, 201, made.text);
  return made.json.id;
}
async function confirm(id) {
  const { hash, lacks } = await read(id);
  const done = await lea.post(`/v1/filings/${id}/confirm`, { hash });
  assert.equal(done.status, 200, JSON.stringify([done.json, lacks]));
}
const sent = async (...how) => {
  const id = await notice(...how);
  await confirm(id);
  return reaches(id, 'filed');
};
const days = (id, n) => spawnSync('python3', ['-c', 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],timeout=9)\nc.execute("UPDATE filing SET filed_ms=filed_ms-? WHERE id=?",(int(sys.argv[3])*86400000,int(sys.argv[2])))\nc.commit()', `${data}/vigie.db`, `${id}`, `${n}`]);
const recheck = async (id) => (await lea.post(`/v1/filings/${id}/recheck`, {})).json.checks.map((c) => c.still);

test('options that the channel would refuse are refused when they are chosen, and the filing stays readable', async () => {
  const id = await notice([{ url: 'https://host.example/a' }]);
  const before = await read(id);
  const refused = await lea.put(`/v1/filings/${id}/options`, { items: 'https://host.example/a' });
  assert.deepEqual([refused.status, refused.json.pointer], [400, '/options/items'], refused.text);
  assert.deepEqual((await read(id)).options, before.options);
  assert.equal((await lea.put(`/v1/filings/${id}/options`, { items: [{ url: 'https://host.example/b' }] })).status, 200);
  assert.equal((await lea.del(`/v1/filings/${id}`)).status, 204);
});

test('a notice names the exact address, the hash, why and who, and no message of the case', async () => {
  const filed = await sent([{ url: `${host.url}/a`, sha256, md5 }], 'lobby', { deadline_hours: 6, law: 'Act 1' });
  const mail = host.inbox.at(-1);
  assert.equal(mail.to, 'abuse@host.example');
  for (const part of [`${host.url}/a`, sha256, md5, 'Act 1', 'reports@example.org', filed.uuid]) assert.ok(mail.text.includes(part), `${part}\n${mail.text}`);
  assert.equal(mail.headers.get('message-id'), filed.reference);
  assert.equal(mail.headers.get('references'), undefined);
  assert.doesNotMatch(mail.text, /send me a picture|how old are you/);
});

test('an answer that is lost: the same message again; a mailbox that is not there: a person looks', async () => {
  host.mail.push('lost');
  const id = await notice([{ url: `${host.url}/a`, sha256 }]);
  await confirm(id);
  await reaches(id, 'later');
  const before = host.inbox.length;
  assert.equal((await lea.post(`/v1/filings/${id}/retry`, { reason: 'now' })).status, 200);
  await reaches(id, 'filed');
  assert.deepEqual(host.inbox.slice(before - 1).map((m) => m.headers.get('message-id')), Array(2).fill(host.inbox.at(-1).headers.get('message-id')));
  host.mail.push(550);
  const bad = await notice([{ url: `${host.url}/a`, sha256 }]);
  await confirm(bad);
  assert.match((await reaches(bad, 'refused')).why, /refuses/);
});

test('no answer: the notice is repeated in the same thread, not before its time, and a person confirms it', async () => {
  const first = await sent([{ url: `${host.url}/a`, sha256 }]);
  const early = await lea.post(`/v1/filings/${first.id}/follow-up`, {});
  assert.deepEqual([early.status, /until/.test(early.json.detail)], [409, true]);
  const due = async () => (await lea.get('/v1/filings?state=follow_up')).json.filings.map((f) => f.id);
  const mine = async () => (await lea.get('/v1/me/filings')).json.waiting;
  assert.ok(!(await read(first.id)).actions.includes('follow_up'), 'no button before its time');
  assert.equal(Date.parse(first.follow_up_due) - Date.parse(first.filed), 24 * 3_600_000, 'it says when that is');
  assert.deepEqual([await due(), (await mine()).follow_up], [[], 0]);
  days(first.id, 2);
  assert.deepEqual([await due(), (await mine()).follow_up], [[first.id], 1], 'then it waits for somebody');
  assert.ok((await read(first.id)).actions.includes('follow_up'));
  const next = await lea.post(`/v1/filings/${first.id}/follow-up`, {});
  assert.deepEqual([next.status, next.json.state], [201, 'draft']);
  assert.equal((await lea.post(`/v1/filings/${first.id}/follow-up`, {})).status, 409, 'one at a time');
  const followed = await read(first.id);
  assert.deepEqual([followed.followed_by, followed.follow_up_due, await due()], [next.json.id, undefined, []], 'what is followed waits no more');
  assert.equal((await mine()).confirm >= 1, true, 'its draft waits for a confirmation');
  await confirm(next.json.id);
  await reaches(next.json.id, 'filed');
  const mail = host.inbox.at(-1);
  assert.equal(mail.headers.get('in-reply-to'), first.reference);
  assert.equal(mail.headers.get('references'), first.reference);
  assert.notEqual(mail.headers.get('message-id'), first.reference);
  assert.match(mail.headers.get('subject'), /=52=65=3A=20/, 'Re: ');
  await lea.post(`/v1/filings/${first.id}/answers`, { kind: 'accepted' });
  assert.equal((await lea.post(`/v1/filings/${first.id}/follow-up`, {})).status, 409, 'who answered is not reminded');
});

test('still there, gone, changed, or nobody knows: by hash alone, each on record, and not a byte is kept', async () => {
  const paths = ['there', 'md5', 'changed', 'g404', 'g410', 'g451', 'busy', 'redirect', 'cut', 'drop', 'nohash'];
  const pages = [BYTES, BYTES, 'other', 404, 410, 451, 503, 'redirect', 'cut', 'drop', BYTES];
  paths.forEach((path, i) => host.pages.set(`/${path}`, pages[i]));
  host.pages.set('/a', BYTES);
  const hashes = { md5: { md5 }, nohash: {} };
  const filed = await sent(paths.map((path) => ({ url: `${host.url}/${path}`, ...(hashes[path] ?? { sha256 }) })));
  host.asked.length = 0;
  assert.deepEqual(await recheck(filed.id), ['there', 'there', 'changed', 'gone', 'gone', 'gone', 'unknown', 'unknown', 'unknown', 'unknown', 'unknown']);
  assert.ok(!host.asked.includes('GET /a'), 'a redirection is not followed');
  host.pages.set('/there', 404);
  assert.equal((await recheck(filed.id))[0], 'gone', 'asked again it says what is so now');
  const { checks } = await read(filed.id);
  assert.deepEqual([checks.length, checks[0].look, checks.at(-1).look], [2 * paths.length, 2, 1], 'both looks stand with the filing, the newest first');
  assert.deepEqual(checks.filter((c) => c.item === 1).map(({ look, still, by, url, status }) => [look, still, by, url, status]),
    [[2, 'gone', 'lea', `${host.url}/there`, 404], [1, 'there', 'lea', `${host.url}/there`, 200]]);
  const log = spawnSync('python3', ['-c', 'import sqlite3,sys\nprint(sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM audit WHERE action=\'filing.check\'").fetchone()[0])', `${data}/vigie.db`], { encoding: 'utf8' });
  assert.equal(Number(log.stdout), 2 * paths.length, 'each check is an entry of the audit log');
  for (const name of readdirSync(data, { recursive: true })) {
    const path = join(data, name);
    if (statSync(path).isFile()) assert.ok(!readFileSync(path).includes(BYTES), `${name} has none of it`);
  }
});

test('what is gone needs no reminder; what is back does', async () => {
  host.pages.set('/once', 404);
  const filed = await sent([{ url: `${host.url}/once`, sha256 }]);
  days(filed.id, 2);
  const waits = async () => (await lea.get('/v1/filings?state=follow_up')).json.filings.some((f) => f.id === filed.id);
  assert.ok(await waits());
  assert.deepEqual(await recheck(filed.id), ['gone']);
  assert.ok(!(await waits()));
  assert.equal((await read(filed.id)).follow_up_due, undefined);
  host.pages.set('/once', BYTES);
  assert.deepEqual(await recheck(filed.id), ['there']);
  assert.ok(await waits());
});

test('off unless the policy says otherwise; a private network is never asked', async () => {
  const off = await sent([{ url: `${host.url}/a`, sha256 }], 'forum');
  host.asked.length = 0;
  assert.equal((await lea.post(`/v1/filings/${off.id}/recheck`, {})).status, 409);
  assert.ok(!(await read(off.id)).actions.includes('recheck'), 'nor is it offered');
  assert.equal(host.asked.length, 0);
  const inside = await sent([{ url: 'http://10.0.0.1/a', sha256 }, { url: 'http://169.254.169.254/latest', sha256 }, { url: 'http://[fd00::1]/', sha256 }, { url: 'http://0x0a000001/', sha256 }]);
  assert.deepEqual(await recheck(inside.id), Array(4).fill('unknown'));
  const draft = await notice([{ url: `${host.url}/a`, sha256 }]);
  assert.equal((await lea.post(`/v1/filings/${draft}/recheck`, {})).status, 409, 'nothing was sent yet');
});
