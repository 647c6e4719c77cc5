// SPDX-License-Identifier: Apache-2.0
// The sealed archive that goes with a report: attached to a mail, handed to who carries it, sent through a gateway. The receiver opens it and checks it with
// what every system has. It is made once, so that what is tried again after a crash is the same file; and the case's key goes only after it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gateway } from './authorities/http.mjs';
import { attachments, mailServer } from './authorities/smtp.mjs';
import { addKey, addUser, asksPicture, command, fresh, freePort, isProblem, makeHome, makePolicy, meet, message, openCase, signIn, start, until } from './lib.mjs';

const mail = await mailServer(), relay = await gateway();
const home = makeHome(), data = `${home}/data`, receiverKey = join(home, 'receiver.key'), otherKey = join(home, 'other.key');
const publicKey = command(['evidence', 'keygen', '--out', receiverKey]).stdout.trim();
command(['evidence', 'keygen', '--out', otherKey]);
const key = addKey(data);
const passwords = { lea: addUser(data, 'lea', 'lead'), noe: addUser(data, 'noe', 'referent'), ana: addUser(data, 'ana', 'analyst') };
const receiver = (id, kind, more) => `    - {id: ${id}, country: FR, kind: ${kind}, name: {fr: Exemple, en: Example}, ${more}}\n`;
const policyOf = (channels) => (space, text) => `${text.replace(/^report:\n(?:[ #].*\n|\n)*/m, '')}
report:
  operator: {name: Example, email: reports@example.org, country: FR}
  after_filing: ${space === 'lobby' ? 'hand_over' : 'keep'}
  four_eyes: no
  urgent_within: 1 hour
  file_within: 24 hours
  removal_within: 24 hours
  channels:
    - {name: mail, url: "${mail.url}", from: reports@example.org, message_most: ${channels}}
    - {name: gateway, url: "${relay.url}"}
  receivers:
${[receiver('fr.letter', 'police', `channel: mail, email: desk@receiver.example, public_key: "${publicKey}", key_until: 2099-01-01`),
    receiver('fr.second', 'police', `channel: mail, email: second@receiver.example, public_key: "${publicKey}"`),
    receiver('fr.relay', 'hotline', `channel: gateway, public_key: "${publicKey}"`),
    receiver('fr.desk', 'police', `channel: hand, public_key: "${publicKey}"`),
    receiver('fr.plain', 'police', 'channel: mail, email: plain@receiver.example'),
    receiver('fr.over', 'police', `channel: mail, email: over@receiver.example, public_key: "${publicKey}", key_until: 2020-01-01`),
    receiver('fr.wrong', 'police', `channel: mail, email: wrong@receiver.example, public_key: "${'0'.repeat(64)}"`),
    receiver('fr.host', 'host', `channel: mail, email: host@receiver.example, public_key: "${publicKey}"`)].join('')}`;
let policy = makePolicy(home, policyOf('25 MiB'));
const port = await freePort();
let server = await start({ home, policy, port }), lea, noe, ana;
const people = async () => ([lea, noe, ana] = await Promise.all(['lea', 'noe', 'ana'].map((name) => signIn(server, name, passwords[name]))));
const again = async () => { server = await start({ home, policy, port }); await people(); };
await people();

const aCase = async () => (await openCase(server.with(key))).id;
const draft = async (id, to) => {
  const made = await lea.post(`/v1/cases/${id}/filings`, { receiver: to });
  assert.equal(made.status, 201, JSON.stringify(made.json));
  return made.json;
};
const whole = async ({ id }) => (await lea.get(`/v1/filings/${id}`)).json;
const confirm = async (filing) => {
  const { hash, lacks } = await whole(filing);
  const answer = await lea.post(`/v1/filings/${filing.id}/confirm`, { hash });
  assert.equal(answer.status, 200, JSON.stringify([answer.json, lacks]));
};
const reaches = (filing, state) => {
  let seen;
  return until(async () => (seen = await whole(filing)).state === state && seen, () => `filing ${filing.id} is ${state}: ${JSON.stringify([seen.state, seen.why])}`, 20_000);
};
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const of = (filing) => mail.messages.filter((m) => m.text.includes(`<${filing.uuid}@`));
const evidence = async (id) => (await lea.get(`/v1/cases/${id}/evidence`)).json;
const taken = async (id) => {
  const log = command(['audit', 'export', id, '--data', data]).stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return log.map((line) => line.entry ?? line).filter((e) => e.action === 'evidence.archive').map((e) => (typeof e.detail === 'string' ? JSON.parse(e.detail) : e.detail));
};
let opened = 0;
/** What a receiver does: open it, unzip it, and check it with sha256sum and Python. Gives the folder. */
const check = (id, bytes) => {
  const path = join(home, `got-${++opened}`), bag = `${path}.bag`;
  writeFileSync(`${path}.vigie`, bytes);
  command(['evidence', 'open', `${path}.vigie`, '--key', receiverKey, '--out', `${path}.zip`]);
  execFileSync('unzip', ['-q', `${path}.zip`, '-d', bag]);
  const folder = join(bag, id), sums = (name) => execFileSync('sha256sum', ['-c', '--quiet', name], { cwd: folder, stdio: 'pipe' });
  sums('tagmanifest-sha256.txt');
  sums('manifest-sha256.txt');
  const audit = join(folder, 'data/audit');
  execFileSync('python3', [join(audit, 'verify.py'), join(audit, 'excerpt.jsonl'), readFileSync(join(audit, 'keys.txt'), 'utf8').trim().split('\n').at(-1)], { stdio: 'pipe' });
  return folder;
};
const keptFiles = () => readdirSync(join(data, 'media'), { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).length;

test('by mail: attached, sealed, named in the report; the receiver opens and checks it, nobody else does', async () => {
  const id = await aCase(), filing = await draft(id, 'fr.letter');
  const before = await whole(filing);
  const [annex] = before.annexes;
  assert.deepEqual([before.annexes.length, annex.name, annex.way, annex.kept], [1, `${id}.vigie`, 'attached', true]);
  assert.deepEqual((await whole(filing)).annexes, before.annexes, 'looking again shows the same one');
  assert.equal(keptFiles(), 1);
  await confirm(filing);
  await reaches(filing, 'filed');
  const [sent] = of(filing), files = attachments(sent.text), archive = files[`${id}.vigie`];
  assert.deepEqual(Object.keys(files), ['report.json', `${id}.vigie`]);
  assert.deepEqual([archive.length, sha256(archive)], [annex.bytes, annex.sha256]);
  assert.deepEqual(JSON.parse(files['report.json']).annexes, [{ name: annex.name, type: annex.type, bytes: annex.bytes, sha256: annex.sha256 }]);
  assert.equal(archive.subarray(0, 8).toString(), 'VIGIEARC', 'nothing in clear leaves by mail');
  const state = JSON.parse(readFileSync(join(check(id, archive), 'data/state.json'), 'utf8'));
  assert.deepEqual([state.case, state.keys[0].state], [id, 'stands']);
  writeFileSync(join(home, 'x.vigie'), archive);
  assert.match(command(['evidence', 'open', join(home, 'x.vigie'), '--key', otherKey, '--out', join(home, 'x.zip')], { status: null }).stderr, /sealed for the key/);
  assert.equal(keptFiles(), 0, 'it is not kept after the end');
  await until(async () => (await evidence(id)).hand_overs.length === 1, 'then the key goes', 20_000);
});

test('it says whom each message was written to, of those that came before too', async () => {
  const sender = server.with(key), source = '/spaces/lobby', { adult, child } = await meet(sender);
  const conversation = fresh('talk'), more = { source }, third = fresh('eli');
  await sender.take(message(child, adult, 'hello', more, { conversation, channel: 'group', to: [adult, third] }));
  const { case: id } = await sender.take(asksPicture(adult, child, more, { conversation, channel: 'group' }));
  const filing = await draft(id, 'fr.desk');
  await confirm(filing);
  await reaches(filing, 'by_hand');
  const folder = check(id, (await lea.get(`/v1/filings/${filing.id}/documents/${id}.vigie`)).bytes);
  const { parties, messages } = JSON.parse(readFileSync(join(folder, 'data/dossier.json'), 'utf8'));
  const to = Object.fromEntries(messages.map((m) => [m.text, m.to.map((i) => parties[i].account)]));
  assert.deepEqual(to.hello, [adult, third]);
  assert.deepEqual(Object.values(to).map((names) => names.length > 0), messages.map(() => true));
});

test('it is on record once, with its receiver', async () => {
  const id = await aCase(), filing = await draft(id, 'fr.second');
  const { annexes: [annex] } = await whole(filing);
  assert.deepEqual(await taken(id), [], 'made, and not taken yet');
  mail.fault('450');
  await confirm(filing);
  await reaches(filing, 'later');
  assert.equal((await lea.post(`/v1/filings/${filing.id}/retry`, { reason: 'now' })).status, 200);
  await reaches(filing, 'filed');
  assert.deepEqual(await taken(id), [{ media: false, receiver: 'fr.second', filing: filing.id, sha256: annex.sha256 }]);
});

test('killed while it is sent: the same file is sent again', async () => {
  const id = await aCase(), filing = await draft(id, 'fr.letter');
  const { annexes: [annex] } = await whole(filing);
  mail.fault('unsaid');
  await confirm(filing);
  await until(() => of(filing).length === 1, 'it is on its way', 20_000);
  await server.kill();
  await again();
  await until(async () => {
    const { state } = await whole(filing);
    if (state === 'later') await lea.post(`/v1/filings/${filing.id}/retry`, { reason: 'now' });
    return state === 'filed';
  }, 'it is filed', 30_000);
  const sent = of(filing).map((m) => sha256(attachments(m.text)[annex.name]));
  assert.deepEqual(sent, [annex.sha256, annex.sha256]);
  assert.equal((await taken(id)).length, 1, 'and on record once');
});

test('killed after it was made: the draft has the same one', async () => {
  const kept = keptFiles(), id = await aCase(), filing = await draft(id, 'fr.letter'), { annexes, hash } = await whole(filing);
  assert.equal(keptFiles(), kept + 1);
  await server.kill();
  await again();
  const now = await whole(filing);
  assert.deepEqual([now.annexes, now.hash], [annexes, hash]);
  assert.equal((await lea.del(`/v1/filings/${filing.id}`)).status, 204);
  assert.equal(keptFiles(), kept, 'what is thrown away takes it along');
});

test('by hand: whoever carries a confirmed report takes it along, and it is on record each time', async () => {
  const id = await aCase(), filing = await draft(id, 'fr.desk'), path = `/v1/filings/${filing.id}/documents/${id}.vigie`;
  const { annexes: [annex] } = await whole(filing);
  assert.equal(annex.way, 'by_hand');
  isProblem(await lea.get(path), 409);
  await confirm(filing);
  await reaches(filing, 'by_hand');
  isProblem(await ana.get(path), 403);
  const answer = await noe.get(path);
  assert.equal(answer.headers['content-disposition'], `attachment; filename="${id}.vigie"`);
  assert.equal(sha256(answer.bytes), annex.sha256);
  check(id, answer.bytes);
  assert.equal(sha256((await lea.get(path)).bytes), annex.sha256, 'a download that broke is taken again');
  assert.equal((await taken(id)).length, 2);
  assert.equal((await lea.post(`/v1/filings/${filing.id}/done`, { reference: 'no. 12' })).json.state, 'filed');
  await until(async () => (await evidence(id)).hand_overs.length === 1, 'then the key goes', 20_000);
});

test('by hand without it: the key waits for the archive, and says so', async () => {
  const id = await aCase(), filing = await draft(id, 'fr.desk');
  await confirm(filing);
  await reaches(filing, 'by_hand');
  assert.equal((await lea.post(`/v1/filings/${filing.id}/done`, { reference: 'no. 13' })).json.state, 'filed');
  await until(async () => /the archive for fr\.desk has not left/.test((await evidence(id)).hand_over_due?.why), 'it waits', 20_000);
  assert.equal((await noe.get(`/v1/cases/${id}`)).status, 200, 'the case is read as before');
  isProblem(await lea.get(`/v1/filings/${filing.id}/documents/${id}.vigie`), 410);
  const archive = await lea.post(`/v1/cases/${id}/archive`, { receiver: 'fr.desk', reason: 'to be handed over' });
  check(id, archive.bytes);
  await until(async () => /taken a moment ago: the key goes after/.test((await evidence(id)).hand_over_due?.why), 'a moment more', 20_000);
  assert.deepEqual((await evidence(id)).hand_overs, []);
});

test('through a gateway: sealed, and no media in clear', async () => {
  const id = await aCase(), filing = await draft(id, 'fr.relay');
  const { annexes: [annex] } = await whole(filing);
  relay.fault('500', 'closed', 'closed');
  await confirm(filing);
  await until(async () => {
    const { state } = await whole(filing);
    if (state === 'later') await lea.post(`/v1/filings/${filing.id}/retry`, { reason: 'now' });
    return state === 'filed';
  }, 'it is filed', 30_000);
  const report = relay.ledger.get(filing.uuid);
  assert.equal(sha256(report.archive), annex.sha256);
  assert.deepEqual([report.media, report.finished], [0, 1]);
  check(id, report.archive);
});

test('other authorities’ archives are waited for as well', async () => {
  const id = await aCase(), first = await draft(id, 'fr.letter'), second = await draft(id, 'fr.desk');
  await confirm(second);
  await reaches(second, 'by_hand');
  await confirm(first);
  await until(async () => /another report/.test((await evidence(id)).hand_over_due?.why), 'the other report is not done', 20_000);
  assert.equal((await lea.post(`/v1/filings/${second.id}/done`, { reference: 'no. 14' })).json.state, 'filed');
  await until(async () => /the archive for fr\.desk has not left/.test((await evidence(id)).hand_over_due?.why), 'nor has its archive left', 20_000);
  assert.deepEqual((await evidence(id)).hand_overs, []);
});

test('without a key: nothing is attached, and the page advises how', async () => {
  const filing = await draft(await aCase(), 'fr.plain'), { annexes, lacks, blocks } = await whole(filing);
  assert.deepEqual([annexes, blocks], [[], false]);
  const lack = lacks.find((l) => l.where === 'receiver.public_key');
  assert.equal(lack.weight, 'advised');
  assert.match(lack.say.fr, /jamais par courriel/);
  await confirm(filing);
  await reaches(filing, 'filed');
  assert.deepEqual(Object.keys(attachments(of(filing)[0].text)), ['report.json']);
});

for (const [to, what] of [['fr.over', 'expired'], ['fr.wrong', 'wrong']])
  test(`a key that is ${what} blocks, and nothing is made for it`, async () => {
    const filing = await draft(await aCase(), to), kept = keptFiles(), { annexes, lacks, hash } = await whole(filing);
    assert.deepEqual([annexes, keptFiles()], [[], kept]);
    assert.equal(lacks.find((l) => l.where === 'receiver.public_key').weight, 'blocks');
    isProblem(await lea.post(`/v1/filings/${filing.id}/confirm`, { hash }), 409);
  });

test('a host is never given the archive of a case', async () => {
  const filing = await draft(await aCase(), 'fr.host');
  assert.deepEqual((await whole(filing)).annexes, []);
});

test('too large for a message: it is not attached, and said how else; the key waits', async () => {
  policy = makePolicy(home, policyOf('64 kB'));
  await server.stop();
  await again();
  const source = '/spaces/lobby', sender = server.with(key), { id, adult, child } = await openCase(sender);
  const noise = (n) => Array.from({ length: 700 }, (_, i) => ((i * 7919 + n * 104729) >>> 0).toString(36)).join(' ');
  for (let i = 0; i < 24; i++) await sender.take(message(adult, child, `please send me a picture of you ${noise(i)}`, { source }, { channel: 'group' }));
  const filing = await draft(id, 'fr.letter'), { annexes: [annex], lacks } = await whole(filing);
  assert.equal(annex.way, 'too_large', `${annex.bytes} bytes`);
  assert.match(lacks.find((l) => l.where === 'archive.bytes').say.en, /hand it over on a medium or in another way/);
  await confirm(filing);
  await reaches(filing, 'filed');
  assert.deepEqual(Object.keys(attachments(of(filing)[0].text)), ['report.json']);
  assert.deepEqual(await taken(id), []);
  await until(async () => /the archive for fr\.letter has not left/.test((await evidence(id)).hand_over_due?.why), 'the key waits', 20_000);
});

after(async () => {
  await server.stop();
  await Promise.all([mail.stop(), relay.stop()]);
});
