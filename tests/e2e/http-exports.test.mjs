// SPDX-License-Identifier: Apache-2.0
// A case for analysts: over HTTP and from the command line the same; the hashes of an exported VICS come back through the importer of lists; each export is on
// record; the document as a draft.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addKey, addUser, command, event, makeHome, makePolicy, meet, message, root, signIn, start } from './lib.mjs';

const home = makeHome(), data = join(home, 'data'), policy = makePolicy(home);
const key = addKey(data);
const passwords = Object.fromEntries([['lea', 'lead'], ['ada', 'admin']].map(([name, role]) => [name, addUser(data, name, role)]));
const digest = (algorithm, of) => createHash(algorithm).update(of).digest('hex');
const pdq = '0f'.repeat(32);
const list = join(home, 'list.json');
writeFileSync(list, JSON.stringify({
  '@odata.context': 'http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/CA/$metadata#Media',
  value: [{ MediaID: 1, Category: 2, MD5: digest('md5', 'a flat grey'), SHA1: digest('sha1', 'a flat grey') }],
}));
command(['bank', 'create', 'national', '--source', 'Project VIC', '--effect', 'block', '--data', data]);
command(['bank', 'import', 'national', list, '--data', data]);
const server = await start({ home, policy });
const [lea, ada] = [await signIn(server, 'lea', passwords.lea), await signIn(server, 'ada', passwords.ada)];
const sender = server.with(key);

const { adult, child } = await meet(sender);
const formula = '=HYPERLINK("http://x.example","how old are you") \u202ereversed';
await sender.take(message(adult, child, formula, {}, { channel: 'group' }));
await sender.take(message(adult, child, 'keep this secret', {}, { channel: 'group' }));
const sent = event('media', adult, {
  to: [child], channel: 'group', conversation: 'room/7', mime: 'image/png',
  hashes: [{ algorithm: 'md5', value: digest('md5', 'a flat grey') }, { algorithm: 'sha1', value: digest('sha1', 'a flat grey') }, { algorithm: 'sha256', value: digest('sha256', 'a flat grey') }, { algorithm: 'pdq', value: pdq, quality: 100 }],
});
const { case: id } = await sender.take(sent);
assert.ok(id, 'known media open a case');

const get = async (format) => {
  const answer = await lea.get(`/v1/cases/${id}/export?format=${format}`);
  assert.equal(answer.status, 200, answer.text);
  return answer;
};
/** A strict reader of RFC 4180. */
function rows(text) {
  const out = [];
  let row = [], at = 0;
  while (at < text.length) {
    const [whole, quoted, plain, end] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(text.slice(at)) ?? assert.fail(`no CSV at ${at}`);
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    at += whole.length;
    if (end === ',') continue;
    out.push(row);
    row = [];
  }
  const [names, ...lines] = out;
  return lines.map((line) => (assert.equal(line.length, names.length), Object.fromEntries(line.map((value, i) => [names[i], value]))));
}

for (const format of ['vics-1.3', 'vics-2.0'])
  test(`${format}: the media, and the importer of lists reads the same hashes`, async () => {
    const { json, text, bytes } = await get(format);
    assert.notEqual(bytes[0], 0xef, 'no mark');
    const [one] = json.value, [medium] = one.Media;
    assert.equal(one.CaseNumber, id);
    assert.equal(one.Media.length, 1);
    assert.deepEqual([medium.MD5, medium.SHA1], [digest('md5', 'a flat grey').toUpperCase(), digest('sha1', 'a flat grey').toUpperCase()]);
    assert.deepEqual([medium.Category, medium.IsPrecategorized, medium.Tags], [2, true, 'Project VIC: CA/2']);
    assert.deepEqual(medium.AlternativeHashes.map((h) => [h.HashName, h.HashValue]), [['PDQ', pdq], ['SHA256', digest('sha256', 'a flat grey')]]);
    assert.equal(medium.MediaFiles.length, 1);
    assert.deepEqual([medium.MimeType, medium.MediaFiles[0].SourceID, medium.MediaFiles[0].FilePath], ['image/png', sent.id, 'room_7'], 'where it was sent');
    const file = join(home, `${format}.json`), bank = `back-${format.replace('.', '-')}`;
    writeFileSync(file, text);
    command(['bank', 'create', bank, '--source', 'back', '--effect', 'review', '--data', data]);
    command(['bank', 'import', bank, file, '--format', 'vics', '--data', data]);
    const entries = command(['bank', 'export', bank, '--format', 'jsonl', '--data', data]).stdout;
    for (const hash of [digest('md5', 'a flat grey'), digest('sha1', 'a flat grey'), digest('sha256', 'a flat grey'), pdq]) assert.ok(entries.includes(hash), `${hash} came back: ${entries}`);
    assert.match(entries, format === 'vics-2.0' ? /"CA\/2"/ : /"2"/, 'and the category as it stood');
  });

test('CSV: nothing is lost, nothing is a formula', async () => {
  const messages = rows((await get('csv-messages')).text), media = rows((await get('csv-media')).text), identifiers = rows((await get('csv-identifiers')).text);
  const hostile = messages.find((m) => m.text.includes('HYPERLINK'));
  assert.equal(hostile.text, `'${formula.replace('\u202e', '\\u{202E}')}`);
  assert.deepEqual([hostile.case, hostile.from, hostile.from_role], [id, adult, 'author']);
  assert.deepEqual(media.map((m) => [m.conversation, m.to, m.md5, m.pdq]), [['room/7', child, digest('md5', 'a flat grey'), pdq]]);
  assert.match(media[0].matches, /^national: Project VIC CA\/2/);
  assert.ok(identifiers.some((i) => i.role === 'author' && i.kind === 'account' && i.value === adult));
});

test('CASE/UCO: every reference resolves, and the same case has the same ids', async () => {
  const [one, two] = [(await get('case-uco')).json, (await get('case-uco')).json];
  const known = new Set(), wanted = new Set();
  (function walk(value) {
    if (Array.isArray(value)) value.forEach(walk);
    if (!value || typeof value !== 'object') return;
    if (value['@id']) (value['@type'] ? known : wanted).add(value['@id']);
    Object.values(value).forEach(walk);
  })(one['@graph']);
  assert.deepEqual([...wanted].filter((id) => !known.has(id)), []);
  assert.ok(one['@graph'].some((n) => n['uco-core:hasFacet']?.some((f) => f['uco-observable:messageText'] === formula)), 'the text as it was');
  assert.deepEqual(two['@graph'].map((n) => n['@id']).slice(0, 5), one['@graph'].map((n) => n['@id']).slice(0, 5));
});

test('the command writes the same, in a new file for its owner alone', async () => {
  const out = join(home, 'messages.csv');
  command(['case', 'export', id, '--format', 'csv-messages', '--out', out, '--policy', policy, '--data', data]);
  assert.equal(readFileSync(out, 'utf8'), (await get('csv-messages')).text);
  assert.equal(statSync(out).mode & 0o777, 0o600);
  command(['case', 'export', id, '--format', 'csv-messages', '--out', out, '--policy', policy, '--data', data], { status: 1 });
  assert.match(command(['case', 'export', id, '--format', 'xlsx', '--policy', policy, '--data', data], { status: 2 }).stderr, /vics-1\.3, vics-2\.0/);
  assert.match(command(['case', 'export', 'c-999999', '--format', 'vics-2.0', '--out', join(home, 'none'), '--policy', policy, '--data', data], { status: 1 }).stderr, /no such case/);
  assert.ok(!existsSync(join(home, 'none')));
});

test('the document is a draft in the language that was asked for', () => {
  const env = { LSAN_OPTIONS: `suppressions=${join(root, 'tests/lsan.supp')}` }; // fontconfig keeps its lists until the program ends
  for (const [language, words] of [['fr', /NON TRANSMIS/], ['en', /NOT SENT/i]]) {
    const out = join(home, `${language}.pdf`);
    command(['report', 'pdf', id, '--language', language, '--out', out, '--policy', policy, '--data', data], { env });
    const text = execFileSync('pdftotext', ['-layout', out, '-'], { encoding: 'utf8' });
    assert.match(text, words);
    for (const part of [id, 'keep this secret', digest('md5', 'a flat grey').slice(0, 8)]) assert.ok(text.includes(part), `${language}: ${part}`);
  }
  assert.match(command(['report', 'pdf', id, '--language', 'de', '--policy', policy, '--data', data], { status: 2 }).stderr, /neither fr nor en/);
});

test('each of them is on record', async () => {
  const entries = (await ada.get(`/v1/audit?limit=100`)).json.entries.filter((e) => e.action === 'evidence.export');
  const formats = (by) => new Set(entries.filter((e) => by(e.actor)).map((e) => (typeof e.detail === 'string' ? JSON.parse(e.detail) : e.detail).format));
  assert.deepEqual([...formats((actor) => actor === 'lea')].sort(), ['case-uco', 'csv-identifiers', 'csv-media', 'csv-messages', 'vics-1.3', 'vics-2.0']);
  assert.deepEqual([...formats((actor) => actor.startsWith('cli:'))].sort(), ['csv-messages', 'pdf']);
});

after(async () => assert.equal((await server.stop()).code, 0));
