// SPDX-License-Identifier: Apache-2.0
// What an operator does with a running server: changes its policy, reads its metrics, answers a data-protection request, plays the demo; and
// what a space's policy keeps private.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  account, addKey, addUser, asksPicture, command, event, fresh, isProblem, makeHome, makePolicy, meet, message, openCase, root, signIn, sleep, start, until,
} from './lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const policy = makePolicy(home);
const key = addKey(data);
const password = addUser(data, 'lea', 'lead');
let server = await start({ home, policy });
const sender = server.with(key);
let lea = await signIn(server, 'lea', password);

const spaceFile = (space) => join(policy, 'spaces', `${space}.yaml`);
const edit = (space, from, to) => {
  const text = readFileSync(spaceFile(space), 'utf8');
  assert.ok(text.includes(from), `${space}.yaml has "${from}"`);
  writeFileSync(spaceFile(space), text.replace(from, to));
  return text.slice(0, text.indexOf(from)).split('\n').length;
};
const restore = () => makePolicy(home);
const reloaded = async (pattern) => {
  const from = server.log.length;
  server.child.kill('SIGHUP');
  await until(() => pattern.test(server.log.slice(from)), () => `nothing of ${pattern} in the log: ${server.log.slice(from)}`);
};
const metric = async (name) => Number(new RegExp(`^${name} ([0-9.e+-]+)$`, 'm').exec((await server.request('GET', '/metrics')).text)?.[1]);

// ---- the policy of a running server ----

test('SIGHUP with a wrong policy keeps the old one and says file, line and what was expected', async () => {
  const { adult, child } = await meet(sender);
  const mistakes = [
    ['lobby', 'hold: 0.70', 'hold: 7.0', /lobby\.yaml:(\d+)/],
    ['lobby', 'review_within: 4 hours', 'review_within: soon', /lobby\.yaml:(\d+)/],
    ['forum', 'private: no', 'private: perhaps', /forum\.yaml:(\d+)/],
    ['forum', 'audience:', 'audiense:', /forum\.yaml:(\d+)/],
    ['rencontre', '../lexicon/small.yaml', '../lexicon/none.yaml', /rencontre\.yaml|none\.yaml/],
  ];
  for (const [space, from, to, where] of mistakes) {
    const line = edit(space, from, to), seen = server.log.length;
    await reloaded(/ error net: the policies were not taken, the old ones stay: .*\n/);
    const found = where.exec(server.log.slice(seen));
    assert.ok(found, server.log.slice(seen));
    if (found[1]) assert.equal(Number(found[1]), line, server.log.slice(seen));
    assert.equal((await sender.take(asksPicture(adult, child))).verdict, 'hold', 'the old policy is in force');
    restore();
  }
  assert.equal(await metric('vigie_policy_reload_failures_total'), mistakes.length);
  assert.equal(await metric('vigie_policy_reloads_total'), 0);
  assert.equal((await server.request('GET', '/readyz')).status, 200);
});

test('SIGHUP with a right policy takes effect, while events keep coming and each is answered', async () => {
  const { adult, child } = await meet(sender);
  let stop = false, sent = 0;
  const load = (async () => {
    for (; !stop; sent++) await sender.take(message(fresh('a'), child, 'hello'));
  })();
  edit('lobby', 'hold: 0.70', 'hold: 0.999');
  await reloaded(/policies read again .*3 spaces/);
  const answer = await sender.take(asksPicture(adult, child));
  assert.equal(answer.verdict, 'review', JSON.stringify(answer));
  restore();
  await reloaded(/policies read again/);
  assert.equal((await sender.take(asksPicture(adult, child))).verdict, 'hold');
  stop = true;
  await load;
  assert.ok(sent > 0);
  assert.equal(await metric('vigie_policy_reloads_total'), 2);
});

test('a space that is taken out of the policy is unknown from then on; its cases stay', async () => {
  const { id } = await openCase(sender, 'forum');
  const text = readFileSync(spaceFile('forum'), 'utf8');
  writeFileSync(spaceFile('forum'), text.replace('space: forum', 'space: agora'));
  await reloaded(/policies read again/);
  isProblem(await sender.send(message('a', 'b', 'hello', { source: '/spaces/forum' })), 422, '/source');
  assert.equal((await sender.send(message('a', 'b', 'hello', { source: '/spaces/agora' }))).status, 200);
  const read = await lea.get(`/v1/cases/${id}`);
  assert.equal(read.status, 200);
  assert.equal(read.json.policy, null);
  restore();
  await reloaded(/policies read again/);
});

// ---- what is not looked at, and what is not kept ----

/** Every file of the data directory that holds these bytes. */
function filesWith(text) {
  const found = [];
  const walk = (dir) => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile() && readFileSync(path).includes(text)) found.push(path);
    }
  };
  walk(data);
  return found;
}

test('a private channel without a legal basis: not scanned, no text in the sealed case, no text on disk', async () => {
  const secret = fresh('umbrella'), adult = fresh('adult'), source = '/spaces/rencontre';
  await sender.take(account(adult, '25+', { source }));
  let last;
  for (let i = 0; i < 12 && !last?.case; i++) {
    const child = fresh('child');
    await sender.take(account(child, '13-14', { source }));
    const text = `please send me a picture of you, ${secret}`;
    last = await sender.take(message(adult, child, text, { source }));
    assert.equal(last.scanned, false);
    assert.ok(!last.evidence.some((piece) => piece.name.startsWith('text.')), 'nothing was read');
    assert.match(last.why.en, /not looked at/);
  }
  assert.ok(last.case, 'who contacts whom is enough for a case');
  const detail = await lea.get(`/v1/cases/${last.case}`);
  assert.doesNotMatch(detail.text, new RegExp(secret), 'the text is nowhere in the case');
  for (const { content } of detail.json.events) {
    assert.equal(content.event.data.text ?? '', '');
    assert.equal(content.withheld, true);
    assert.deepEqual(content.window ?? [], []);
    assert.equal(content.legal_basis, undefined);
  }
  const media = await sender.take(event('media', adult, { hashes: [{ algorithm: 'md5', value: '56a238c5fb47e6054765924b00ff0746' }], to: [fresh('x')] }, { source }));
  assert.equal(media.scanned, false);
  assert.notEqual(media.verdict, 'block', 'not even hashes are compared');
  assert.deepEqual(filesWith(secret), []);
  assert.ok(!command(['export', adult, '--space', 'rencontre', '--data', data]).stdout.includes(secret));
});

test('what is scanned is sealed at rest: neither text nor key nor password is on disk in clear', async () => {
  const secret = fresh('parasol');
  const { adult, child } = await meet(sender);
  await sender.take(message(child, adult, `earlier words, ${secret}`));
  const { case: id } = await sender.take(message(adult, child, `please send me a picture, ${secret}`));
  const { json } = await lea.get(`/v1/cases/${id}`);
  assert.ok(json.events[0].content.event.data.text.includes(secret));
  assert.ok(json.events[0].content.window.some((m) => m.text.includes(secret)), 'the context is there');
  assert.match(json.events[0].content.legal_basis ?? '', /EXAMPLE/, 'and on which legal basis');
  await lea.post(`/v1/cases/${id}/decisions`, { action: 'warn', reason: 'grooming', note: `a note, ${secret}` });
  for (const text of [secret, key.key, password, lea.cookie.split('=')[1]]) assert.deepEqual(filesWith(text), []);
  assert.equal(statSync(join(data, 'keys/ring')).mode & 0o777, 0o600);
  assert.equal(statSync(join(data, 'vigie.db')).mode & 0o777, 0o600);
});

test('the log names no account, no text and no key', async () => {
  const { adult, child } = await meet(sender);
  await sender.take(asksPicture(adult, child));
  await sender.send(message(adult, child, 'x'.repeat(20_000)));
  for (const text of [adult, child, 'picture', key.key, 'xxxx']) assert.ok(!server.log.includes(text), text);
});

// ---- metrics ----

/** A strict reader of the Prometheus text format 0.0.4; gives samples by name and labels. */
function readMetrics(text) {
  const types = {}, helps = {}, samples = new Map();
  assert.ok(text.endsWith('\n'));
  for (const line of text.slice(0, -1).split('\n')) {
    const meta = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line);
    if (meta) {
      const into = meta[1] === 'HELP' ? helps : types;
      assert.equal(into[meta[2]], undefined, `${line}: once for each name`);
      into[meta[2]] = meta[3];
      continue;
    }
    const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (NaN|[+-]Inf|[-+]?[0-9.]+(?:e[-+]?[0-9]+)?)$/.exec(line);
    assert.ok(sample, `not a sample: ${line}`);
    const family = types[sample[1]] ? sample[1] : sample[1].replace(/_(bucket|sum|count)$/, '');
    assert.ok(types[family] && helps[family], `${line}: HELP and TYPE come first`);
    if (types[family] === 'counter') assert.match(family, /_total$/);
    const id = `${sample[1]}{${sample[2] ?? ''}}`;
    assert.ok(!samples.has(id), `${id} is there twice`);
    samples.set(id, Number(sample[3].replace('Inf', 'Infinity')));
  }
  for (const [name, type] of Object.entries(types)) {
    assert.ok(['counter', 'gauge', 'histogram'].includes(type));
    if (type !== 'histogram') continue;
    const buckets = [...samples].filter(([id]) => id.startsWith(`${name}_bucket{`)).map(([, value]) => value);
    assert.deepEqual(buckets, [...buckets].sort((a, b) => a - b), 'buckets are cumulative');
    assert.equal(buckets.at(-1), samples.get(`${name}_count{}`));
  }
  return samples;
}

test('the metrics are Prometheus text and count what happened', async () => {
  const read = async () => {
    const answer = await server.request('GET', '/metrics');
    assert.match(answer.headers['content-type'], /^text\/plain; version=0\.0\.4/);
    return readMetrics(answer.text);
  };
  const before = await read();
  const one = message('a', 'b', 'hello');
  await sender.take([one, one, ...Array.from({ length: 8 }, () => message(fresh('a'), 'b', 'hello'))]);
  await sender.take({ ...one, id: fresh('e') });
  isProblem(await sender.send({ ...one, data: { ...one.data, text: 'other' } }), 409);
  isProblem(await sender.send({ ...one, type: 'no' }), 400);
  await openCase(sender);
  await sleep(300);
  const after = await read();
  const grew = (id) => after.get(id) - (before.get(id) ?? 0);
  assert.equal(grew('vigie_events_total{type="vigie.message",verdict="allow"}'), 10);
  assert.equal(grew('vigie_events_duplicate_total{}'), 1);
  assert.equal(grew('vigie_events_conflict_total{}'), 1);
  assert.equal(grew('vigie_http_requests_total{route="/v1/events",method="POST",status="409"}'), 1);
  assert.equal(grew('vigie_http_requests_total{route="/v1/events",method="POST",status="400"}'), 1);
  assert.equal(grew('vigie_cases_written_total{change="opened"}'), 1);
  assert.equal(grew('vigie_events_request_seconds_count{}'), 4);
  assert.ok(after.get('vigie_memory_records{table="accounts"}') > 0);
});

// ---- data-protection requests ----

const fetchExport = (space, name) => JSON.parse(command(['export', name, '--space', space, '--data', data]).stdout);
const erase = (space, name) => JSON.parse(command(['erase', name, '--space', space, '--data', data, '--yes']).stdout);
const beside = {}, alone = {};

/** An account with an open case, one with a decided case, one whose decided case is on legal hold. */
async function threeAccounts() {
  const open = await openCase(sender), decided = await openCase(sender), held = await openCase(sender);
  await lea.post(`/v1/cases/${held.id}/legal-hold`, { hold: true, reason: 'asked by a judge' });
  for (const { id } of [decided, held]) assert.equal((await lea.post(`/v1/cases/${id}/decisions`, { action: 'warn', reason: 'grooming' })).status, 201);
  return { open, decided, held };
}

function checkRequests({ open, decided, held }) {
  const kept = fetchExport('lobby', decided.adult);
  assert.equal(kept.account, decided.adult);
  assert.equal(kept.cases.length, 1);
  assert.match(JSON.stringify(kept.cases), /picture of you/, 'what is kept is given in clear');
  assert.equal(kept.decisions.length, 1);
  assert.ok(kept.memory);
  const nobody = fetchExport('lobby', fresh('nobody'));
  assert.deepEqual([nobody.memory, nobody.cases], [null, []]);
  assert.deepEqual(fetchExport('forum', decided.adult).cases, [], 'an account belongs to its space');
  const results = [open, decided, held].map(({ adult }) => erase('lobby', adult));
  assert.deepEqual(results.map((r) => [r.cases_erased, r.cases_on_hold, r.cases_open]), [[0, 0, 1], [1, 0, 0], [0, 1, 0]]);
  assert.ok(results.every((r) => r.memory_removed > 0), JSON.stringify(results));
  const left = fetchExport('lobby', decided.adult);
  assert.deepEqual([left.memory, left.cases], [null, []]);
  assert.equal(fetchExport('lobby', held.adult).cases.length, 1, 'a legal hold is respected');
  assert.equal(fetchExport('lobby', open.adult).cases.length, 1, 'an open case stays');
  assert.deepEqual(erase('lobby', decided.adult).cases_erased, 0);
  return { kept: Object.keys(kept), result: Object.keys(results[0]) };
}

test('export and erase beside the running server; open cases and legal holds stay', async () => {
  const accounts = await threeAccounts();
  Object.assign(beside, checkRequests(accounts));
  const list = (await lea.get('/v1/cases?state=decided&limit=500')).json.cases;
  assert.ok(!list.some((c) => c.account === accounts.decided.adult), 'the name is gone from the list');
  assert.ok(list.some((c) => c.account === accounts.held.adult && c.legal_hold));
  assert.deepEqual(filesWith(accounts.decided.adult), [], 'the name is gone from the disk');
});

test('export and erase without a server give the same', async () => {
  const accounts = await threeAccounts();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  Object.assign(alone, checkRequests(accounts));
  assert.deepEqual(alone, beside, 'in the same shape');
  assert.match(command(['audit', 'verify', '--data', data]).stdout, /chain intact/);
  server = await start({ home, policy });
  lea = await signIn(server, 'lea', password);
  const held = (await lea.get(`/v1/cases?state=decided&account=${accounts.held.adult}`)).json.cases;
  assert.equal(held.length, 1);
  assert.equal((await lea.post(`/v1/cases/${held[0].id}/legal-hold`, { hold: false, reason: 'lifted' })).json.legal_hold, false);
  assert.equal(erase('lobby', accounts.held.adult).cases_erased, 1, 'once the hold is lifted it can be erased');
  assert.equal((await server.stop()).code, 0);
});

// ---- starting ----

test('what stops a start is said in one line, with status 1', async () => {
  const busy = await start();
  const cases = [
    [['--data', `${makeHome()}/data`, '--policy', busy.policy, '--port', `${busy.port}`], {}, /Address already in use/],
    [['--data', busy.data, '--policy', busy.policy, '--port', '1'], {}, /another process|in use|held|locked/i],
    [['--data', `${makeHome()}/data`, '--policy', '/nowhere'], {}, /\/nowhere/],
    [['--data', `${makeHome()}/data`, '--policy', busy.policy, '--listen', 'not-an-address'], {}, /not a numeric address/],
    [['--data', `${makeHome()}/data`, '--policy', busy.policy], { VIGIE_BODY_MS: 'soon' }, /VIGIE_BODY_MS/],
  ];
  for (const [args, env, message] of cases) {
    const done = command(['serve', ...args], { status: 1, env });
    const said = done.stderr.split('\n').filter((line) => line.startsWith('vigie: '));
    assert.equal(said.length, 1, done.stderr);
    assert.match(said[0], message);
  }
  assert.equal((await busy.request('GET', '/readyz')).status, 200, 'the first server is not disturbed');
  assert.equal((await busy.stop()).code, 0);
});

// ---- the demo, with the shipped policies ----

test('the demo plays its opening scene into a server with the shipped policies, clean and twice', async () => {
  const shop = makeHome(), made = addKey(`${shop}/data`);
  const stage = await start({ home: shop, policy: join(root, 'policy') });
  writeFileSync(join(shop, 'key'), `${made.key}\n`);
  const play = () => command(['demo', '--url', stage.url, '--key-file', join(shop, 'key'), '--policy', join(root, 'policy'), '--once', '--quiet']);
  for (let n = 1; n <= 2; n++) assert.match(play().stderr, /^vigie demo: [1-9][0-9]{3} events sent\n$/);
  const { cases, counts } = (await stage.with(made).get('/v1/cases?limit=500')).json;
  assert.ok(counts.open >= 5 && counts.open <= 200, `${counts.open} cases`);
  assert.ok(cases.some((c) => c.verdict === 'hold') && cases.some((c) => c.verdict === 'review'));
  assert.equal(new Set(cases.map((c) => c.space)).size, 3, 'in each of the spaces');
  const text = (await stage.request('GET', '/metrics')).text;
  assert.match(text, /^vigie_events_refused_total 0$/m);
  assert.equal((await stage.stop()).code, 0);
  assert.doesNotMatch(stage.log, / (error|warn) /);
});
