// SPDX-License-Identifier: Apache-2.0
// Reports to NCMEC as the server sends them: from event to finished report, and what it does when the way there breaks at each step, when the server is
// killed, when nobody is there for days and when somebody sets the clock. Whatever happens there is one finished report, or none and somebody is told why.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { cyberTipline } from './authorities/ncmec.mjs';
import { clockLibrary, filingHouse } from './filing.lib.mjs';
import { until, vigie } from './lib.mjs';
import { png } from './png.lib.mjs';

const xsd = join(dirname(new URL(import.meta.url).pathname), '../../../shared/standards/ncmec-cyber_tipline.xsd');
const schema = existsSync(xsd) ? xsd : undefined;
const ncmec = await cyberTipline({ schema });
// Of each space another one, so that tests that wait for the end of patience do so side by side.
const tiplines = { lobby: ncmec, rencontre: await cyberTipline({ first: 5_000_001 }), forum: await cyberTipline({ first: 6_000_001 }) };
const house = await filingHouse({
  fourEyes: 'yes',
  channels: (secret, space) => [`{name: ncmec, url: "${tiplines[space].url}", user: esp, secret_file: "${secret}", test: yes, answer_within: 2 seconds}`],
  receivers: ['{id: us.tipline, country: US, kind: clearing_house, name: {fr: "Essai", en: "Test"}, channel: ncmec, media: yes}'],
});
const noise = (side) => png({ width: side, height: side, pixels: randomBytes(side * side * 3) }); // of no thing at all
const small = noise(24);
const receiver = 'us.tipline';
const finished = () => Object.values(tiplines).flatMap((one) => one.finished());
const report = (filed) => finished().find((r) => r.id === filed.reference);
const element = (xml, name) => [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((m) => m[1]);
const of = (filed) => finished().filter((r) => r.report.includes(filed.uuid) || r.id === filed.reference);

before(() => house.open());
after(async () => {
  await house.stop();
  await Promise.all(Object.values(tiplines).map((one) => one.close()));
});

test('from the event to the finished report: what was uploaded is what arrived', { skip: !existsSync(join(dirname(vigie), 'vigie-decode')) && 'vigie-decode is not built' }, async () => {
  const picture = noise(1200); // 4 MB
  const { id, adult, child, file } = await house.fileCase(picture);
  const made = await house.file(id, receiver, { options: { service: 'game', gameName: 'Example Quest' } });
  const filed = await house.reaches(made, 'filed');
  assert.deepEqual(filed.steps.map((s) => s.step).reverse(), ['submit', 'upload', 'fileinfo', 'finish']);
  assert.equal(filed.test, true, 'and it is said that this is a test system');
  const { report: xml, files } = report(filed);
  assert.equal(files.length, 1);
  assert.ok(files[0].bytes.equals(picture), 'byte for byte');
  assert.equal(createHash('sha256').update(files[0].bytes).digest('hex'), file.sha256);
  for (const digest of [file.md5, file.sha1, file.sha256]) assert.ok(files[0].details.includes(digest), 'its details name what arrived');
  assert.deepEqual(element(files[0].details, 'fileViewedByEsp'), ['false'], 'nobody has looked at it');
  assert.ok(xml.includes('<onlineGamingIncident>') && xml.includes('Example Quest'));
  assert.ok(xml.includes(adult) && xml.includes(child));
});

test('every document of every step is valid', { skip: !schema && 'the schema is not there' }, async () => {
  assert.ok(ncmec.asked.length >= 4);
  assert.deepEqual(ncmec.invalid, []);
});

test('words alone, and a second and third report about the same account name the ones before', async () => {
  const first = await house.textCase(), numbers = [];
  let { id } = first;
  const due = async () => (await house.lea.get(`/v1/cases/${id}`)).json.report_due;
  for (let i = 0; i < 3; i++) {
    await house.decide(id, 'report');
    assert.equal(await due(), true, 'it was decided that an authority is told');
    const filed = await house.reaches(await house.file(id, receiver), 'filed');
    const { report: xml, files } = report(filed);
    assert.deepEqual(files, []);
    assert.deepEqual(element(xml, 'incidentType'), ['Online Enticement of Children for Sexual Acts']);
    assert.deepEqual(element(xml, 'priorCTReports').sort(), [...numbers].sort());
    assert.equal(await due(), false, 'and now it was');
    numbers.push(filed.reference);
    await house.decide(id, 'warn');
    ({ id } = await house.again(first));
  }
});

// One fault at each step, and each fault somewhere: the channel's own tests have all of both.
const faults = {
  lobby: [['submit', 'lost before'], ['finish', 'lost after'], ['upload', '503 after'], ['fileinfo', 'cut']],
  rencontre: [['submit', 'lost after'], ['fileinfo', 'lost after'], ['finish', 'html'], ['upload', 'reset']],
  forum: [['upload', 'drip'], ['finish', 'lost before'], ['finish', '503 after']],
};
test('a way there that breaks, at each step: it waits, says why, and is finished once', () => Promise.all(Object.entries(faults).map(async ([space, list]) => {
  const there = tiplines[space];
  for (const [step, kind] of list) {
    const what = `${kind} at ${step}`, before = there.finished().length;
    const { id } = await house.fileCase(small, space);
    there.fault(step, kind);
    const made = await house.file(id, receiver);
    const waits = await house.reaches(made, 'later');
    assert.ok(waits.why && waits.next > house.time(), `${what}: ${JSON.stringify(waits)}`);
    assert.equal(waits.steps[0].result, /lost|drip|reset/.test(kind) ? 'lost' : 'came', what);
    const filed = await house.filed(made);
    assert.equal(there.finished().length, before + 1, what);
    assert.ok(report(filed).files.some((f) => f.details && f.bytes.equals(small)), what);
    assert.equal(there.faults.filter((f) => f.times).length, 0, what);
  }
})));

test('what does not fit is refused, and says what and where; then it is taken back', async () => {
  ncmec.fault('submit', 'code', { code: 4100 });
  const text = await house.file((await house.textCase()).id, receiver);
  assert.match((await house.reaches(text, 'refused')).why, /submit.*4100.*asked for by the test/);
  assert.equal((await house.withdraw(text)).json.state, 'withdrawn', 'nothing is there to be taken back');
  ncmec.fault('fileinfo', 'code', { code: 4000 });
  const made = await house.file((await house.fileCase(small)).id, receiver);
  const refused = await house.reaches(made, 'refused');
  assert.match(refused.why, /fileinfo.*4000/);
  ncmec.fault('retract', 'lost after');
  await house.withdraw(made);
  assert.equal((await house.reaches(made, 'later')).withdrawing, true);
  await house.retry(made);
  await house.reaches(made, 'gone');
  assert.equal(ncmec.reports.get(refused.reference).state, 'retracted');
  assert.equal(ncmec.finished().some((r) => r.id === refused.reference), false);
});

test('what is finished cannot be taken back, also when the answer that says so was lost', async () => {
  ncmec.fault('finish', 'lost after');
  const made = await house.file((await house.textCase()).id, receiver);
  await house.reaches(made, 'later');
  await house.withdraw(made);
  const filed = await house.reaches(made, 'filed');
  assert.equal(of(filed).length, 1);
  assert.equal((await house.withdraw(made)).status, 409);
});

test('a report that lay there too long has vanished: it begins anew', async () => {
  ncmec.fault('fileinfo', '503 before');
  const made = await house.file((await house.fileCase(small)).id, receiver);
  const before = await house.reaches(made, 'later');
  assert.ok(before.expires > before.next);
  ncmec.now += 26 * 3600e3;
  await house.retry(made);
  const filed = await house.reaches(made, 'filed');
  assert.equal(filed.round, 1);
  assert.notEqual(filed.reference, before.reference);
  assert.deepEqual(report(filed).files.map((f) => f.bytes.equals(small)), [true]);
});

test('killed at each step, before and after it was done: each report is finished once', async () => {
  for (const pair of [['submit', 'fileinfo'], ['upload', 'finish']]) {
    const under = []; // of each step one that was not done and one that was
    for (const [i, space] of ['rencontre', 'forum'].entries()) {
      const there = tiplines[space], step = pair[i], count = there.asked.filter((a) => a.step === step).length;
      there.fault(step, 'lost before');
      there.fault(step, 'lost after');
      for (const urgent of [false, true]) under.push(await house.file((await house.fileCase(small, space)).id, receiver, { urgent }));
      under.push(() => there.asked.filter((a) => a.step === step).length >= count + 2);
    }
    for (const come of under.filter((one) => typeof one === 'function')) await until(come, `all have come to ${pair}`);
    await house.kill();
    await house.open();
    for (const made of under.filter((one) => one.id)) assert.equal(of(await house.filed(made)).length, 1, `${pair}`);
  }
  assert.equal(new Set(finished().map((r) => r.id)).size, finished().length);
});

const noClock = !clockLibrary && 'the clock that tests set is not built';
test('nobody there for days: it waits longer each time, and is filed when they are back', { skip: noClock }, async () => {
  await house.stop();
  await house.open({ clocked: true });
  await ncmec.away();
  const other = await house.file((await house.fileCase(small)).id, receiver);
  await house.reaches(other, 'later');
  for (let day = 1; day <= 3; day++) {
    await house.setClock(24 * day);
    await until(async () => (await house.read(other)).attempts === day + 1, `it is tried on day ${day}`);
  }
  const waits = await house.reaches(other, 'later');
  assert.match(waits.why, /not reached/);
  assert.ok(Date.parse(waits.next) - Date.parse(house.time()) < 7 * 3600e3, 'never longer than that');
  await ncmec.back();
  await house.setClock(24 * 3 + 7);
  assert.equal(of(await house.reaches(other, 'filed')).length, 1);
});

test('the clock is set back by a day, and forward, and was wrong at the start: nothing is lost, nothing twice', { skip: noClock }, async () => {
  const begun = async (step) => {
    ncmec.fault(step, '503 after');
    const made = await house.file((await house.fileCase(small)).id, receiver);
    await house.reaches(made, 'later');
    return made;
  };
  const from = house.clock / 3600e3;
  const back = await begun('fileinfo');
  await house.setClock(from - 24);
  await house.reaches(back, 'filed');
  const forward = await begun('finish');
  await house.setClock(from);
  await house.reaches(forward, 'filed');
  const wrong = await begun('upload');
  await house.kill();
  house.clock -= 5 * 86400e3;
  await house.open();
  await house.reaches(wrong, 'filed');
  for (const made of [back, forward, wrong]) assert.equal(of(await house.read(made)).length, 1);
});

test('what was stored before the clock was set back is in the report of after', { skip: noClock }, async () => {
  const { id } = await house.textCase();
  await house.setClock(house.clock / 3600e3 - 24);
  const filed = await house.reaches(await house.file(id, receiver), 'filed');
  assert.match(report(filed).report, /please send me a picture/);
});
