// SPDX-License-Identifier: Apache-2.0
// Figures over HTTP: arrivals, decisions, times, backlog, by space and category; who may see them; CSV that a spreadsheet opens safely; the
// tables of a transparency report.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addKey, addUser, isProblem, makeHome, makePolicy, openCase, request, signIn, start } from './lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const key = addKey(data);
const passwords = { lea: addUser(data, 'lea', 'lead', '--spaces', 'lobby,forum'), remi: addUser(data, 'remi', 'referent', '--spaces', 'lobby'), otto: addUser(data, 'otto', 'auditor', '--spaces', 'lobby') };
const today = new Date().toISOString().slice(0, 10);
const stated = `  stated:
    - from: ${today}
      to: ${today}
      published: 2027-02-01
      internal_moderators: 12
      external_moderators: 0
      languages: [{language: fr, people: 9}]
      recipients: [{country: TOTAL, number: 120000}, {country: FR, number: 100000}]
      texts: {summary: We look after a small space.}
`;
const policy = makePolicy(home, (space, text) => (space === 'lobby' ? text.replace(/^transparency:.*\n/m, (line) => line + stated) : text));
const server = await start({ home, policy });
const sender = server.with(key);
const [lea, remi, otto] = await Promise.all(['lea', 'remi', 'otto'].map((name) => signIn(server, name, passwords[name])));
const cases = [];
for (const space of ['lobby', 'lobby', 'lobby', 'forum']) cases.push(await openCase(sender, space));
const decide = (id, action) => lea.post(`/v1/cases/${id}/decisions`, { action, reason: action === 'dismiss' ? 'no_risk' : 'grooming' });
assert.equal((await decide(cases[0].id, 'dismiss')).status, 201);
assert.equal((await decide(cases[1].id, 'warn')).status, 201);
const asCsv = (who, path) => request(server, 'GET', path, { headers: { Cookie: who.cookie, Accept: 'text/csv' } });

test('arrivals, decisions, deadlines and what waits, in all and by space and category', async () => {
  const all = (await lea.get('/v1/figures')).json;
  assert.equal(all.to, today);
  assert.equal(all.by, 'day');
  assert.equal(all.series.length, 30);
  const last = all.series.at(-1);
  assert.deepEqual(last, { start: today, arrived: 4, decided: 2, in_time: 2, backlog: 2 });
  assert.equal(all.series[0].backlog, 0, 'a month ago nothing waited');
  assert.deepEqual([all.total.arrived, all.total.decided, all.total.in_time, all.total.open, all.total.overdue], [4, 2, 1, 2, 0]);
  assert.equal(all.total.waiting.under_1h, 2);
  assert.deepEqual([all.total.actions.dismiss, all.total.actions.warn, all.total.actions.suspend], [1, 1, 0]);
  assert.ok(all.total.seconds.median >= 0 && all.total.seconds.median <= all.total.seconds.p99);
  assert.deepEqual(all.spaces.map((s) => [s.space, s.arrived, s.open]), [['forum', 1, 1], ['lobby', 3, 1]]);
  assert.equal(all.spaces[0].in_time, null, 'nothing was decided: no share is made up');
  assert.equal(all.categories.find((c) => c.category === 'contact').arrived, 4);
  const lobby = (await lea.get('/v1/figures?space=lobby&category=contact&by=week')).json;
  assert.deepEqual([lobby.space, lobby.category, lobby.total.arrived, lobby.spaces.length], ['lobby', 'contact', 3, 1]);
  assert.equal((await lea.get('/v1/figures?category=threat')).json.total.arrived, 0);
});

test('the auditor sees figures of their space; référents and other spaces are refused; nothing about a person is in it', async () => {
  const seen = await otto.get('/v1/figures');
  assert.deepEqual(seen.json.spaces.map((s) => s.space), ['lobby']);
  for (const name of ['lea', 'remi', cases[0].adult, cases[0].child]) assert.ok(!seen.text.includes(name), name);
  isProblem(await remi.get('/v1/figures'), 403);
  isProblem(await otto.get('/v1/figures?space=forum'), 403);
  isProblem(await request(server, 'GET', '/v1/figures'), 401);
  isProblem(await remi.get('/v1/figures/dsa'), 403);
});

test('a wrong question is answered at its place', async () => {
  isProblem(await lea.get('/v1/figures?from=yesterday'), 400, '/from');
  isProblem(await lea.get('/v1/figures?to=2026-02-30'), 400, '/to');
  isProblem(await lea.get('/v1/figures?from=2026-03-02&to=2026-03-01'), 400, '/to');
  isProblem(await lea.get('/v1/figures?from=2020-01-01'), 400, '/from');
  isProblem(await lea.get('/v1/figures?by=year'), 400, '/by');
  isProblem(await lea.get('/v1/figures?category=none'), 400, '/category');
  isProblem(await lea.get('/v1/figures.csv?table=people'), 400, '/table');
  isProblem(await lea.get('/v1/figures?by=day&by=week'), 400);
  isProblem(await lea.get('/v1/figures/dsa?sheet=12_more'), 400, '/sheet');
  isProblem(await lea.get('/v1/figures/dsa.csv'), 400, '/sheet');
});

test('CSV: by Accept or by its ending; every row has the columns of the first', async () => {
  for (const answer of [await asCsv(lea, '/v1/figures'), await lea.get('/v1/figures.csv'), await lea.get('/v1/figures.csv?table=spaces')]) {
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8');
    assert.match(answer.headers['content-disposition'], /^attachment; filename="vigie-[a-z]+\.csv"$/);
    const rows = answer.text.trimEnd().split('\r\n').map((line) => line.split(','));
    assert.ok(rows.length > 5);
    for (const row of rows) assert.equal(row.length, rows[0].length);
  }
  const spaces = (await lea.get('/v1/figures.csv?table=spaces')).text.split('\r\n');
  assert.match(spaces[0], /^space,category,arrived,decided,in_time_share,median_seconds,/);
  assert.ok(spaces.some((line) => line.startsWith('lobby,all,3,2,1.0000,') || line.startsWith('lobby,all,3,2,1,')), spaces.join('\n'));
});

test('the DSA tables: eleven sheets, filled where something is known, empty where not, and it says which', async () => {
  const report = (await lea.get(`/v1/figures/dsa?from=${today}&to=${today}`)).json;
  assert.equal(report.sheets.length, 11);
  const sheet = (name) => report.sheets.find((s) => s.name === name);
  for (const one of report.sheets) for (const row of one.rows) assert.equal(row.length, one.headers.length, `${one.name}: ${JSON.stringify(row)}`);
  const own = sheet('6_own_initiative_TC'), column = (s, name) => s.headers.indexOf(name);
  const grooming = own.rows.find((row) => row[3] === 'KEYWORD_GROOMING_SEXUAL_ENTICEMENT_MINORS');
  assert.equal(grooming[2], `${today}/${today}`);
  assert.equal(grooming[column(own, "Number of measures taken at the provider's own initiative ")], 1);
  assert.equal(grooming[column(own, 'Visibility restriction Other')], 1, 'the warning');
  assert.equal(grooming[column(own, 'Account restriction Termination')], null, 'what is not known is empty, not 0');
  const total = own.rows.find((row) => row[3] === 'STATEMENT_CATEGORY_PROTECTION_OF_MINORS');
  assert.equal(total[5], 1, 'the category holds its sub-categories');
  const automated = sheet('8_automated_means').rows.filter((row) => row[5] === 'Own-initiative ');
  assert.equal(automated.find((row) => /Precision$/.test(row[4]))[6], 0.5, 'one of two was dismissed');
  assert.equal(automated.find((row) => /Recall$/.test(row[4]))[6], null, 'what nobody was shown is not known');
  assert.equal(automated.find((row) => /not taken by automated means/.test(row[4]))[6], 1);
  assert.match(sheet('11_qualitative').rows.find((row) => /rate of error/.test(row[3]))[4], /Of 2 cases that automated means raised and a person decided, 1 were dismissed: 50\.0 %/);
  assert.equal(typeof report.statements.issued, 'number');
  assert.ok(sheet('3_member_states_orders').rows.every((row) => row[6] === null));
  assert.ok(report.unknown.some((u) => u.sheet === '3_member_states_orders' && u.why.fr && u.why.en));
  const csv = await lea.get('/v1/figures/dsa.csv?sheet=4_notices');
  assert.match(csv.headers['content-disposition'], /filename="dsa_4_notices\.csv"/);
  assert.equal(csv.text.split('\r\n')[0].split(',')[5], 'Number of notices received ', 'the template\'s own spelling');
  assert.equal((await lea.get('/v1/figures/dsa?sheet=4_notices')).json.sheets.length, 1);
});

test('human resources and recipients: what the operator states for this very period, what Vigie knows, and nothing made up', async () => {
  const of = async (query) => Object.fromEntries((await lea.get(`/v1/figures/dsa?${query}`)).json.sheets.map((s) => [s.name, s.rows]));
  const told = await of(`from=${today}&to=${today}&space=lobby`), other = await of(`from=${today.slice(0, 4)}-01-01&to=${today}&space=lobby`);
  const people = (sheets, scope, indicator = /linguistic expertise/) => sheets['9_human_resources'].find((row) => indicator.test(row[4]) && row[5] === scope);
  assert.equal(told['9_human_resources'].length, 27);
  assert.equal(people(told, 'Total number', /internal moderators/)[6], 12);
  assert.equal(people(told, 'Total number', /external moderators/)[6], 0, 'a zero that is stated is a zero');
  assert.equal(people(told, 'Total number')[6], 12);
  assert.deepEqual([people(told, 'fr')[6], people(told, 'bg')[6]], [9, null]);
  assert.match(people(told, 'Total number')[7], /^In Vigie on the day of the report: [0-9]+ people who may decide, 0 of them certified/);
  const recipients = (sheets, state) => sheets['10_AMAR'].find((row) => row[5] === state)[6];
  assert.equal(told['10_AMAR'].length, 28);
  assert.deepEqual([recipients(told, 'TOTAL'), recipients(told, 'FR'), recipients(told, 'DE')], [120000, 100000, null]);
  assert.equal(told['11_qualitative'].find((row) => /^Summary/.test(row[3]))[4], 'We look after a small space.');
  assert.equal(told['1_report_identification'][1][3], '2027-02-01');
  assert.deepEqual([people(other, 'Total number', /internal moderators/)[6], recipients(other, 'TOTAL')], [null, null], 'another period: other figures');
  assert.equal(people(other, 'fr')[6], null, 'nobody has set their languages');
  assert.equal((await lea.put('/v1/me/skills', { languages: ['fr', 'nl'], spaces: [], categories: [] })).status, 200);
  const set = await of(`from=${today.slice(0, 4)}-01-01&to=${today}&space=lobby`);
  assert.deepEqual([people(set, 'fr')[6], people(set, 'nl')[6], people(set, 'de')[6], people(set, 'Total number')[6]], [1, 1, 0, 1]);
});

test('orders of Member States that were taken in are counted, those of other countries are not', async () => {
  const order = (country, category, more = {}) => lea.post('/v1/demands', { space: 'lobby', authority: 'An office', country, category, legal_basis: 'the law', reference: `r-${country}-${category}`, way: 'mail', items: [{ kind: 'account', value: 'one' }, { kind: 'account', value: 'two' }], ...more });
  for (const [country, category] of [['FR', 'child_abuse'], ['BE', 'grooming'], ['TH', 'child_abuse']]) {
    const made = await order(country, category);
    assert.equal(made.status, 201, made.text);
    if (country === 'FR') assert.equal((await lea.post(`/v1/demands/${made.json.id}/steps`, { step: 'acknowledge' })).status, 200);
  }
  const { rows } = (await lea.get(`/v1/figures/dsa?from=${today}&to=${today}&sheet=3_member_states_orders`)).json.sheets[0];
  const of = (category) => rows.find((row) => row[3] === category).slice(5);
  assert.deepEqual(of('STATEMENT_CATEGORY_PROTECTION_OF_MINORS'), ['Total number', 2, 4, 0, null, null, null, null], 'no demand for information: empty, not 0');
  assert.deepEqual(of('KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL').slice(0, 4), ['Total number', 1, 2, 0]);
  assert.deepEqual(of('KEYWORD_GROOMING_SEXUAL_ENTICEMENT_MINORS').slice(0, 4), ['Total number', 1, 2, null]);
});

test('a whole report is a page to print, in two languages, with every sheet and no script', async () => {
  const page = await lea.get(`/v1/figures/dsa.html?from=${today}&to=${today}&lang=fr`);
  assert.match(page.headers['content-security-policy'], /^default-src 'none'; style-src 'sha256-/);
  assert.equal(page.text.match(/<section>/g).length, 11);
  assert.match(page.text, /<html lang="fr">[^]*notifications au titre de l’article 18\u00a0: 0\./);
  assert.match(page.text, /<td>KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL<\/td><td><\/td><td>Total number<\/td><td class="n">1<\/td><td class="n">2<\/td>/);
  assert.doesNotMatch(page.text, /<script/);
});

test('a whole report is one file with every sheet, the same as each alone', async () => {
  const zip = await lea.get(`/v1/figures/dsa.zip?from=${today}&to=${today}`);
  assert.equal(zip.status, 200);
  assert.match(zip.headers['content-disposition'], new RegExp(`filename="dsa_${today}_${today}\\.zip"`));
  const file = join(home, 'report.zip');
  writeFileSync(file, zip.bytes);
  const read = spawnSync('python3', ['-c', 'import zipfile,sys,json\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(json.dumps({n:z.read(n).decode() for n in z.namelist()}))', file], { encoding: 'utf8' });
  assert.equal(read.status, 0, read.stderr);
  const files = JSON.parse(read.stdout);
  assert.equal(Object.keys(files).length, 12);
  for (const sheet of ['3_member_states_orders', '6_own_initiative_TC', '9_human_resources', '10_AMAR', '11_qualitative'])
    assert.equal(files[`${sheet}.csv`], (await lea.get(`/v1/figures/dsa.csv?sheet=${sheet}&from=${today}&to=${today}`)).text, sheet);
  assert.ok(JSON.parse(files['unknown.json']).some((one) => one.sheet === '8_automated_means' && one.why.fr));
  isProblem(await remi.get('/v1/figures/dsa.zip'), 403);
});

test('the server stops cleanly', async () => assert.deepEqual(await server.stop(), { code: 0, signal: null }));
