// SPDX-License-Identifier: Apache-2.0
// The channel to NCMEC over real HTTP against a CyberTipline that keeps a ledger: each fault at each step, kill -9 between steps. Whatever
// happens there is one finished report, or none and somebody is told why.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { cyberTipline } from './authorities/ncmec.mjs';
import { vigie } from './lib.mjs';

const drive = join(dirname(vigie), 'tests/unit/report/report_drive');
const xsd = join(dirname(new URL(import.meta.url).pathname), '../../../shared/standards/ncmec-cyber_tipline.xsd');
const schema = existsSync(xsd) ? xsd : undefined;
const STEPS = ['submit', 'upload', 'fileinfo', 'finish'];
let home, count = 0;

before(() => { home = mkdtempSync(join(tmpdir(), 'vigie-ncmec-e2e-')); });
after(() => rmSync(home, { recursive: true, force: true }));

const fresh = () => join(home, `state-${count++}`);
// Runs the filing until it ends or dies; the turns it told.
function file(ncmec, { dossier = 'plain', state = fresh(), options = '{}', killAt, password = 'secret', url = ncmec.url } = {}) {
  const child = spawn(drive, ['file', 'ncmec', dossier, url, 'esp', password, state, options, ...(killAt ? [String(killAt)] : [])], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '', err = '';
  child.stdout.on('data', (bytes) => { out += bytes; });
  child.stderr.on('data', (bytes) => { err += bytes; });
  return new Promise((resolve) => child.on('close', (status, signal) => {
    const turns = out.split('\n').filter(Boolean).map((line) => JSON.parse(line));
    resolve({ status, signal, err, turns, last: turns.at(-1), state });
  }));
}
function whole(report) { // every file has its details, and those tell the truth
  for (const f of report.files.filter((one) => one.details)) assert.ok(f.details.includes(f.md5), 'its digest is the one of what arrived');
  return report.files.some((one) => one.details);
}

test('a case is filed: report, file, details, finish; every document is valid', async () => {
  const ncmec = await cyberTipline({ schema });
  const done = await file(ncmec);
  assert.equal(done.last.turn, 'filed', done.err);
  assert.deepEqual(ncmec.invalid, []);
  assert.equal(ncmec.finished().length, 1);
  const [report] = ncmec.finished();
  assert.equal(done.last.reference, report.id);
  assert.ok(whole(report) && report.files.every((f) => f.details));
  assert.ok(report.files.every((f) => f.bytes.length > 0));
  assert.deepEqual(ncmec.asked.map((a) => a.step), ['submit', 'upload', 'fileinfo', 'finish']);
  assert.equal(ncmec.asked[0].type, 'text/xml; charset=utf-8');
  await ncmec.close();
});

test('words alone, hostile names, a destroyed case, a child in danger: each is filed once', async () => {
  const ncmec = await cyberTipline({ schema });
  for (const dossier of ['text', 'hostile', 'large', 'destroyed', 'urgent']) assert.equal((await file(ncmec, { dossier })).last.turn, 'filed', dossier);
  assert.equal(ncmec.finished().length, 5);
  assert.deepEqual(ncmec.invalid, []);
  assert.ok(ncmec.finished()[4].report.includes('<escalateToHighPriority>'));
  await ncmec.close();
});

for (const kind of ['lost before', 'lost after', '503 before', '503 after', 'cut', 'html', 'entity', 'drip', 'reset']) {
  test(`${kind}: at each step, one report is finished`, async () => {
    await Promise.all(STEPS.map(async (step) => {
      const ncmec = await cyberTipline();
      ncmec.fault(step, kind);
      const done = await file(ncmec);
      assert.equal(done.last.turn, 'filed', `${step}: ${JSON.stringify(done.turns)} ${done.err}`);
      assert.equal(ncmec.finished().length, 1, step);
      assert.ok(whole(ncmec.finished()[0]), step);
      assert.equal(done.last.reference, ncmec.finished()[0].id, step);
      assert.ok(done.turns.some((turn) => turn.turn === 'later' && turn.why), `${step}: somebody is told why it waited`);
      await ncmec.close();
    }));
  });
}

test('each code: refused with their words, waiting for a person, or done in the end', async () => {
  const expect = { 1000: 'filed', 1100: 'filed', 1110: 'filed', 1111: 'filed', 1300: 'filed', 1210: 'filed', 2000: 'filed', 3000: 'filed', 3100: 'filed', 3300: 'filed',
    4000: 'refused', 4100: 'refused', 4110: 'refused', 4200: 'refused', 5001: 'filed', 5002: 'filed', 5101: 'filed' };
  const ncmec = await cyberTipline();
  let filed = 0;
  for (const [code, turn] of Object.entries(expect)) {
    ncmec.fault('fileinfo', 'code', { code: Number(code) });
    const done = await file(ncmec);
    assert.equal(done.last.turn, turn, code);
    filed += turn === 'filed';
    assert.equal(ncmec.finished().length, filed, code);
    if (turn === 'refused') assert.match(done.last.why, new RegExp(`${code}.*asked for by the test`));
  }
  await ncmec.close();
});

test('wrong credentials and nobody there: nothing is filed, it waits and says why', async () => {
  const ncmec = await cyberTipline();
  const wrong = await file(ncmec, { password: 'wrong' });
  assert.equal(wrong.last.turn, 'later');
  assert.match(wrong.last.why, /credentials/);
  assert.equal(ncmec.reports.size, 0);
  const { url } = ncmec;
  await ncmec.close();
  const nobody = await file({ url });
  assert.equal(nobody.last.turn, 'later');
  assert.match(nobody.last.why, /not reached/);
});

test('kill -9 after each question, and taken up: one finished report', async () => {
  for (let at = 1; at <= 4; at++) {
    const ncmec = await cyberTipline(), state = fresh();
    const killed = await file(ncmec, { state, killAt: at });
    assert.equal(killed.signal, 'SIGKILL');
    assert.equal(JSON.parse(readFileSync(state)).unsure, true, 'the question was written down before it was asked');
    const done = await file(ncmec, { state });
    assert.equal(done.last.turn, 'filed', `after question ${at}: ${done.err}`);
    assert.equal(ncmec.finished().length, 1, `after question ${at}`);
    await ncmec.close();
  }
});

test('a report that lay too long vanishes there, and is begun anew; what is finished stays', async () => {
  const ncmec = await cyberTipline(), state = fresh();
  await file(ncmec, { state, killAt: 2 });
  ncmec.now += 26 * 3600e3;
  const done = await file(ncmec, { state });
  assert.equal(done.last.turn, 'filed');
  assert.ok(done.turns.some((turn) => turn.turn === 'anew' && /vanished/.test(turn.why)));
  assert.equal(ncmec.finished().length, 1);
  ncmec.now += 48 * 3600e3;
  ncmec.fault('submit', 'code', { code: 4100 });
  await file(ncmec);
  assert.equal(ncmec.finished().length, 1);
  await ncmec.close();
});
