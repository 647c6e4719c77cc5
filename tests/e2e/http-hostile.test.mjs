// SPDX-License-Identifier: Apache-2.0
// Hostile text from the event to everything that leaves: names that turn the line around, markup, formulas, control characters, huge fields, half surrogates. What no format could
// hold is refused at the door, with its place; the rest reaches every writer whole or made safe, and breaks none.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { startDatabase } from './authorities/dsa.mjs';
import { authority } from './authorities/http.mjs';
import { cyberTipline } from './authorities/ncmec.mjs';
import { mailServer } from './authorities/smtp.mjs';
import { account, addKey, addUser, asksPicture, command, event, isProblem, makeHome, makePolicy, message, request, root, signIn, start, until } from './lib.mjs';

const RTL = '\u202e', ISOLATE = '\u2066', BEL = '\u0007';
const evil = `=cmd|'/C x'!A0${RTL}gnp.exe${ISOLATE}<script>alert(1)</script>]]>&amp;"';--`;
const child = `@SUM(1)<b onmouseover=alert(2)>${RTL}kid`;
const text = `${evil} how old are you ${BEL}\u0001\u009f\ufeff\u2028\ufffe \r\nBcc: victim@evil.example\r\n.\r\nRCPT TO:<evil@evil.example>\r\n +1 -1 %s%n $(id) \\N ${'x'.repeat(9000)}`;
const conversation = `../../etc/passwd${RTL}<i>`;
const home = makeHome(), data = join(home, 'data');
const env = { LSAN_OPTIONS: `suppressions=${join(root, 'tests/lsan.supp')}` };
const schema = join(root, '../shared/standards/ncmec-cyber_tipline.xsd');
const ncmec = await cyberTipline(existsSync(schema) ? { schema } : {}), mail = await mailServer(), database = await startDatabase({ token: 'a-token' });
const xarf = await authority(() => ({ status: 200, body: {} }));
for (const [name, secret] of [['token', 'a-token'], ['password', 'secret']]) writeFileSync(join(home, name), `${secret}\n`, { mode: 0o600 });
const section = `
report:
  operator: {name: Example, email: reports@example.org, domain: example.org, country: US, url: "https://example.org/", phone: "+33199000001", address: "1 rue de l’Exemple", legal_name: Example, contact_first: C, contact_last: E, terms_url: "https://example.org/t"}
  after_filing: keep
  four_eyes: no
  urgent_within: 1 hour
  file_within: 24 hours
  removal_within: 24 hours
  channels:
    - {name: ncmec, url: "${ncmec.url}", user: esp, secret_file: "${home}/password", test: yes}
    - {name: xarf, url: "${xarf.url}/", test: yes}
    - {name: mail, url: "${mail.url}", from: reports@example.org}
    - {name: dsa17, url: "${database.url}", secret_file: "${home}/token", test: yes}
  receivers:
    - {id: us.clearing, country: US, kind: clearing_house, name: {fr: Centre, en: Clearing}, channel: ncmec}
    - {id: net.host, country: FR, kind: host, name: {fr: Hébergeur, en: Host}, channel: xarf, email: abuse@host.example}
    - {id: fr.letter, country: FR, kind: police, name: {fr: Courrier, en: Letter}, channel: mail, email: desk@receiver.example}
    - {id: fr.form, country: FR, kind: police, name: {fr: Formulaire, en: Form}, channel: portal, url: "https://form.example/"}
`;
const policy = makePolicy(home, (space, body) => body.replace(/^report:\n(?:[ #].*\n|\n)*/m, '') + section);
const key = addKey(data), password = addUser(data, 'lea', 'lead'), admin = addUser(data, 'ada', 'admin');
const server = await start({ home, policy, env: { VIGIE_WEBHOOK_RETRY_MS: '50' } });
const sender = server.with(key), lea = await signIn(server, 'lea', password), ada = await signIn(server, 'ada', admin);
after(async () => {
  database.stop();
  await Promise.all([ncmec.close(), mail.stop(), xarf.stop()]);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

const group = { channel: 'group', conversation };
await sender.take([account(evil, '25+', {}, { country: 'FR', language: 'en' }), account(child, '13-14')]);
await sender.take(message(evil, child, text, {}, group));
await sender.take(message(child, evil, `${RTL}${evil}`, {}, group));
const { case: id } = await sender.take(asksPicture(evil, child, {}, group));
assert.match(id, /^c-/);
const decided = await lea.post(`/v1/cases/${id}/decisions`, { action: 'warn', reason: 'grooming', note: `${evil}${text}`.slice(0, 3000) });
assert.equal(decided.status, 201, decided.text);

/** A text in which nothing turns the line round and nothing is a control character, line breaks and tabs aside. */
const isCalm = (shown, what) => {
  const at = shown.search(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
  assert.ok(at < 0, `${what}, at ${at}: ${JSON.stringify(shown.slice(Math.max(0, at - 60), at + 20))}`);
};
const xmlValid = (xml, what) => {
  writeFileSync(join(home, 'one.xml'), xml);
  execFileSync('xmllint', ['--noout', '--nonet', join(home, 'one.xml')], { stdio: 'pipe' });
  isCalm(xml.replace(/<(espIdentifier|chatRoomName)>[^<]*<\/\1>/g, ''), what); // names as they are: by them the platform is asked
};
async function filing(receiver, options) {
  const made = await lea.post(`/v1/cases/${id}/filings`, { receiver, ...(options && { options }) });
  assert.equal(made.status, 201, made.text);
  return made.json;
}
const read = async (made) => (await lea.get(`/v1/filings/${made.id}`)).json;
async function sent(made) {
  const { hash, lacks } = await read(made), done = await lea.post(`/v1/filings/${made.id}/confirm`, { hash });
  assert.equal(done.status, 200, JSON.stringify([done.json, lacks]));
  return until(async () => { const f = await read(made); return f.state === 'filed' && f; }, async () => JSON.stringify((await read(made)).steps), 30_000);
}

test('what no format could hold is refused at the door, with its place', async () => {
  const raw = (body) => sender.post('/v1/events', body, 'application/cloudevents+json');
  const good = message('somebody', 'another', 'X', {}, group);
  for (const [bad, place] of [['\\ud800', 'text'], ['\\udc00\\ud800', 'text'], ['a\\u0000b', 'text']]) isProblem(await raw(JSON.stringify(good).replace('"text":"X"', `"text":"${bad}"`)), 400, `/data/${place}`);
  for (const bad of ['\\u0000', 'a\\r\\nBcc: b', '\\ud83d', '\\u001b[2J', ''])
    for (const [member, place] of [['subject', '/subject'], ['id', '/id']]) isProblem(await raw(JSON.stringify(good).replace(new RegExp(`"${member}":"[^"]*"`), `"${member}":"${bad}"`)), 400, place);
  isProblem(await sender.send(message('x'.repeat(257), 'another', 'hello')), 400, '/subject');
  isProblem(await sender.send(message('somebody', 'another', 'x'.repeat(16385))), 400, '/data/text');
});

test('CSV: no cell is a formula, no line is broken', async () => {
  for (const format of ['csv-messages', 'csv-identifiers', 'csv-media']) {
    const { status, text: csv } = await lea.get(`/v1/cases/${id}/export?format=${format}`);
    assert.equal(status, 200);
    isCalm(csv, format);
    let at = 0;
    const cells = [];
    while (at < csv.length) {
      const [whole, quoted, plain] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(?:,|\r\n)/.exec(csv.slice(at)) ?? assert.fail(`${format}: no CSV at ${at}: ${csv.slice(at, at + 80)}`);
      cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
      at += whole.length;
    }
    for (const cell of cells) assert.doesNotMatch(cell, /^\s*[=@+\t\r-](?![0-9.]+$)/, `${format}: ${cell.slice(0, 60)}`);
    if (format !== 'csv-media') assert.ok(cells.some((cell) => cell.includes('<script>')), `${format} has the name all the same`);
  }
});

test('CASE/UCO and VICS: the exact text, and JSON that any reader takes', async () => {
  const uco = await lea.get(`/v1/cases/${id}/export?format=case-uco`);
  const strings = [];
  (function walk(v) { typeof v === 'string' ? strings.push(v) : v && typeof v === 'object' && Object.values(v).forEach(walk); })(uco.json);
  assert.ok(strings.includes(text) && strings.some((s) => s.includes(evil)), 'nothing is lost');
  for (const version of ['1.3', '2.0']) assert.equal((await lea.get(`/v1/cases/${id}/export?format=vics-${version}`)).json.value[0].CaseNumber, id);
});

test('the archive: names of its own, the exact text in the JSON, pages without a script', async () => {
  const zip = await lea.post(`/v1/cases/${id}/archive`, { reason: evil });
  assert.equal(zip.status, 200, zip.text);
  writeFileSync(join(home, 'a.zip'), zip.bytes);
  mkdirSync(join(home, 'bag'));
  execFileSync('unzip', ['-q', join(home, 'a.zip'), '-d', join(home, 'bag')]);
  const names = readdirSync(join(home, 'bag'), { recursive: true });
  for (const name of names) assert.match(name, /^[\w.\-/]+$/, 'no name of the archive is anybody else’s');
  assert.match(command(['evidence', 'verify', join(home, 'bag', id)]).stdout, /files check/);
  const inBag = (path) => readFileSync(join(home, 'bag', id, path), 'utf8');
  assert.ok(JSON.stringify(JSON.parse(inBag('data/dossier.json'))).includes(JSON.stringify(text).slice(1, -1)), 'the exact text');
  for (const language of ['en', 'fr']) {
    const page = inBag(`data/conversation.${language}.html`);
    isCalm(page, `the page in ${language}`);
    assert.doesNotMatch(page, /<script>alert|<b onmouseover|<i>/);
    assert.match(page, /&lt;script&gt;alert\(1\)/);
  }
  for (const path of ['bag-info.txt', 'README.txt', 'LISEZMOI.txt']) {
    isCalm(inBag(path), path);
    assert.doesNotMatch(inBag(path), /^Bcc:/m);
  }
});

test('the PDF: the text is there, calm, and no action or link of anybody’s', async () => {
  for (const language of ['fr', 'en']) {
    const out = join(home, `${language}.pdf`);
    command(['report', 'pdf', id, '--language', language, '--out', out, '--policy', policy, '--data', data], { env });
    const shown = execFileSync('pdftotext', ['-layout', out, '-'], { encoding: 'utf8' });
    isCalm(shown.replaceAll('\f', ''), 'the document');
    assert.match(shown, /how old are you/);
    assert.match(shown, /u\{202E\}/i, 'what turned the line is named');
    assert.ok(!readFileSync(out).includes('/JavaScript') && !readFileSync(out).includes('/Launch'));
  }
});

test('portal fields: one line where one line is asked for', async () => {
  const made = await filing('fr.form'), { fields } = (await lea.get(`/v1/filings/${made.id}/fields`)).json;
  assert.ok(fields.length > 5);
  for (const field of fields) {
    isCalm(field.value, JSON.stringify(field));
    if (!field.many_lines) assert.doesNotMatch(field.value, /[\r\n]/, JSON.stringify(field));
  }
  assert.ok(fields.some((f) => f.value.includes('<script>')), 'a form is given text, not markup');
});

test('mail: headers are ours alone', async () => {
  const made = await filing('fr.letter'), done = await sent(made);
  const [taken] = mail.messages.filter((m) => m.text.includes(`<${done.uuid}@`));
  const [head] = taken.text.split('\r\n\r\n');
  assert.deepEqual(taken.to, ['desk@receiver.example']);
  assert.doesNotMatch(head, /^(Bcc|Cc|RCPT)/im);
  assert.doesNotMatch(head, /[^\x00-\x7f]/, 'a header is ASCII');
  for (const line of taken.text.split('\r\n')) assert.ok(line.length <= 998 && !/[\r\n\0]/.test(line), 'RFC 5321: a line has an end, and 998 bytes at most');
  assert.equal(mail.messages.length, 1, 'and one message is one');
});

test('NCMEC: valid XML, whatever the names', async () => {
  const done = await sent(await filing('us.clearing'));
  const [report] = ncmec.finished();
  assert.equal(done.reference, report.id);
  assert.deepEqual(ncmec.invalid ?? [], []);
  xmlValid(report.report, 'the report');
  assert.match(report.report, /&lt;script&gt;alert\(1\)/);
  const plain = (xml) => xml.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&');
  const named = [...report.report.matchAll(/<espIdentifier>([^<]*)<\/espIdentifier>/g)].map(([, name]) => plain(name));
  assert.deepEqual(named.sort(), [evil, child].sort(), 'an account is named as it is, or nobody finds it');
});

test('XARF: JSON that is valid, calm, and without the exchange', async () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats(ajv);
  const load = (name) => JSON.parse(readFileSync(join(root, 'tests/corpus/xarf', `${name}.json`), 'utf8'));
  for (const name of ['xarf-core', 'content-base']) ajv.addSchema(load(name));
  await sent(await filing('net.host', { items: [{ url: `https://cdn.host.example/%0d%0aBcc:x?<>`.replace(/[<>]/g, '') }], account: true }));
  const posted = xarf.seen.filter((s) => s.method === 'POST').at(-1), report = JSON.parse(posted.body);
  assert.ok(ajv.compile(load(`content-${report.type}`))(report));
  assert.equal(report.perpetrator_indicators.account_id, evil, 'the account as it is, or the host does not find it');
  delete report.perpetrator_indicators.account_id;
  (function walk(v) { typeof v === 'string' ? isCalm(v, v.slice(0, 80)) : v && typeof v === 'object' && Object.values(v).forEach(walk); })(report);
  assert.doesNotMatch(posted.body.toString(), /how old are you/);
  const seen = xarf.seen.length;
  for (const url of ['https://a.example/\r\nBcc: x', 'https://a.example/\u0000', `https://a.example/${RTL}`, 'javascript:alert(1)', 'https://me:secret@a.example/', `https://${RTL}moc.example/`]) {
    const made = await lea.post(`/v1/cases/${id}/filings`, { receiver: 'net.host', options: { items: [{ url }] }, again: 'more' });
    if (made.status === 400) continue;
    assert.equal(made.status, 201, made.text);
    const looked = await lea.get(`/v1/filings/${made.json.id}`), done = await lea.post(`/v1/filings/${made.json.id}/confirm`, { hash: looked.json.hash ?? '0'.repeat(64) });
    assert.ok(done.status >= 400 && done.status < 500, `${JSON.stringify(url)}: ${done.text}`);
    assert.equal((await lea.del(`/v1/filings/${made.json.id}`)).status, 204);
  }
  assert.equal(xarf.seen.length, seen, 'and nothing of it is sent');
});

test('a statement for the public database says nothing of it', async () => {
  const { id: number } = (await lea.get(`/v1/cases/${id}/statements`)).json.statements[0];
  await until(async () => (await lea.get(`/v1/disclosure/statements/${number}`)).json.state === 'sent', 'it is sent', 20_000);
  const kept = JSON.stringify([...database.kept.values()]);
  assert.doesNotMatch(kept, /cmd\||script|onmouseover|evil\.example|passwd/);
  isCalm(kept, 'the statement');
});

test('figures and the public page: counts, and no name', async () => {
  const year = new Date().getUTCFullYear();
  for (const path of ['/v1/figures.csv?days=30', `/v1/figures/dsa.html?space=lobby&from=${year}-01-01&to=${year}-12-31&lang=en`]) {
    const table = await request(server, 'GET', path, { headers: { Cookie: ada.cookie } });
    assert.equal(table.status, 200, `${path}: ${table.text.slice(0, 300)}`);
    assert.doesNotMatch(table.text, /cmd\||<script|onmouseover|passwd/, path);
    isCalm(table.text, path);
  }
  for (const query of ['?space=lobby&lang=en', `?space=${encodeURIComponent(evil)}`, `?space=lobby&year=${encodeURIComponent('<script>')}`, `?space=lobby&lang=${encodeURIComponent('"><script>')}`]) {
    const page = await request(server, 'GET', `/transparency${query}`);
    assert.ok([200, 400, 404].includes(page.status), `${query}: ${page.status}`);
    assert.doesNotMatch(page.text, /<script|onmouseover|cmd\|/, query);
  }
});
