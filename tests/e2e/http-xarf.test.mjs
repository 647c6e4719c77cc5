// SPDX-License-Identifier: Apache-2.0
// XARF reports of cases to a host: valid against XARF's own schemas, whatever the case; no evidence in them; one report however often it is sent.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { vigie } from './lib.mjs';

const drive = join(dirname(vigie), 'tests/unit/report/report_drive');
const schemas = join(dirname(new URL(import.meta.url).pathname), '../corpus/xarf');
const check = {};
let home, count = 0;

before(() => {
  home = mkdtempSync(join(tmpdir(), 'vigie-xarf-'));
  const ajv = new Ajv2020({ strict: false });
  addFormats(ajv);
  for (const name of ['xarf-core', 'content-base']) ajv.addSchema(JSON.parse(readFileSync(join(schemas, `${name}.json`), 'utf8')));
  for (const type of ['csam', 'csem']) check[type] = ajv.compile(JSON.parse(readFileSync(join(schemas, `content-${type}.json`), 'utf8')));
});
after(() => rmSync(home, { recursive: true, force: true }));

function reports(dossier, options) {
  const folder = join(home, String(count++));
  mkdirSync(folder);
  const done = spawnSync(drive, ['show', 'xarf', dossier, folder, JSON.stringify(options)], { encoding: 'utf8' });
  const list = readdirSync(folder).sort().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  return { list, status: done.status, err: done.stderr };
}
const items = [{ url: 'https://cdn.host.example/a/1' }];

test('each case gives a valid report, without evidence', () => {
  for (const dossier of ['plain', 'hostile', 'large', 'destroyed', 'text', 'urgent']) {
    for (const options of [{ items }, { items, type: 'csam', classification: 'A1' }, { items, account: true, contentRemoved: true, accountSuspended: false }]) {
      const { list, status, err } = reports(dossier, options);
      assert.equal(status, 0, `${dossier}: ${err}`);
      assert.equal(list.length, 1);
      const [report] = list;
      assert.ok(check[report.type](report), `${dossier}: ${JSON.stringify(check[report.type].errors)}`);
      assert.ok(!('evidence' in report));
      assert.equal(report.source_identifier, 'cdn.host.example');
    }
  }
});

test('it says what the case says: grooming, the account and the number of NCMEC only when asked for', () => {
  const [plain] = reports('text', { items }).list;
  assert.equal(plain.type, 'csem');
  assert.ok(['grooming', 'solicitation'].includes(plain.exploitation_type));
  assert.ok(!('perpetrator_indicators' in plain), 'the host is not told who, unless the filer wants it');
  const [told] = reports('text', { items, account: true, ncmecReportId: '4000001' }).list;
  assert.ok(told.perpetrator_indicators.account_id);
  assert.equal(told.ncmec_report_id, '4000001');
  const [chosen] = reports('text', { items, exploitationType: 'sextortion' }).list;
  assert.equal(chosen.exploitation_type, 'sextortion');
});

test('several addresses are several reports, each with its own number that stays the same', () => {
  const many = { items: [1, 2, 3].map((n) => ({ url: `https://cdn.host.example/${n}` })) };
  const first = reports('plain', many).list, again = reports('plain', many).list;
  assert.equal(new Set(first.map((r) => r.report_id)).size, 3);
  assert.deepEqual(first.map((r) => r.report_id), again.map((r) => r.report_id));
});

test('what would not be valid is refused with its place', () => {
  assert.match(reports('empty', { items }).err, /\/report\/operator/, 'nobody who reports');
  for (const [options, place] of [[{ items: [{ url: 'javascript:alert(1)' }] }, 'items'], [{ items: [{ url: 'https://a b' }] }, 'items'], [{ items, type: 'csam' }, 'classification'],
    [{ items, classification: 'IWF B' }, 'classification'], [{ items, exploitationType: 'x' }, 'exploitationType'], [{ items, evidence: [] }, 'evidence']]) {
    const { status, err } = reports('text', options);
    assert.equal(status, 1, JSON.stringify(options));
    assert.match(err, new RegExp(`/options/${place}`));
  }
});
