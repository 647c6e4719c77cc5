// SPDX-License-Identifier: Apache-2.0
// Reports to hosts in XARF as the server sends them, by HTTP and by mail: valid, without evidence, one for each address, and the same one however often the way
// there breaks.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { authority } from './authorities/http.mjs';
import { mailServer } from './authorities/smtp.mjs';
import { filingHouse } from './filing.lib.mjs';
import { until } from './lib.mjs';

const taken = new Map(); // by report_id: {report, times}
const web = await authority((request, body) => {
  const report = JSON.parse(body), known = taken.get(report.report_id);
  taken.set(report.report_id, { report, times: (known?.times ?? 0) + 1 });
  return known ? { status: 409 } : { status: 202, body: { ok: true } };
});
const mail = await mailServer();
const house = await filingHouse({ // the host is told by HTTP of what is in the lobby, by mail of the forum
  channels: (secret, space) => [`{name: xarf, url: "${space === 'lobby' ? `${web.url}/abuse` : mail.url}", from: reports@example.org, answer_within: 2 seconds}`],
  receivers: ['{id: nl.host, country: NL, kind: host, name: {fr: "Hébergeur", en: "Host"}, channel: xarf, email: abuse@host.example}'],
});
const items = (count = 1) => ({ options: { items: Array.from({ length: count }, (_, i) => ({ url: `https://cdn.host.example/${i + 1}` })) } });
const file = async (space, count) => house.file((await house.textCase(space)).id, 'nl.host', items(count));
const letters = (made) => mail.messages.filter((m) => m.text.includes(made.uuid));
const attached = (message) => JSON.parse(Buffer.from(/filename="xarf\.json"[\s\S]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)/.exec(message.text)[1], 'base64').toString());
const check = {};

before(async () => {
  const schemas = join(dirname(new URL(import.meta.url).pathname), '../corpus/xarf'), ajv = new Ajv2020({ strict: false });
  addFormats(ajv);
  for (const name of ['xarf-core', 'content-base']) ajv.addSchema(JSON.parse(readFileSync(join(schemas, `${name}.json`), 'utf8')));
  for (const type of ['csam', 'csem']) check[type] = ajv.compile(JSON.parse(readFileSync(join(schemas, `content-${type}.json`), 'utf8')));
  await house.open();
});
after(async () => {
  await house.stop();
  await Promise.all([web.stop(), mail.stop()]);
});
const valid = (report) => {
  assert.ok(check[report.type](report), JSON.stringify(check[report.type].errors));
  assert.ok(!('evidence' in report) && !JSON.stringify(report).includes('send me a picture'), 'what was written stays here');
};

test('by HTTP: a report for each address, valid, in order', async () => {
  const filed = await house.reaches(await file('lobby', 3), 'filed');
  assert.deepEqual(filed.steps.map((s) => s.step), ['report', 'report', 'report']);
  const reports = [...taken.values()].map((t) => t.report);
  assert.deepEqual(reports.map((r) => r.url), items(3).options.items.map((i) => i.url));
  reports.forEach(valid);
  assert.equal(filed.reference, reports[0].report_id);
  assert.equal(new Set(reports.map((r) => r.report_id)).size, 3);
});

test('by mail: each report is attached, for the abuse desk, under its own number', async () => {
  const filed = await house.reaches(await file('forum', 2), 'filed');
  assert.equal(filed.steps.length, 2);
  const sent = mail.messages.slice(-2);
  assert.deepEqual(sent.map((m) => m.to), [['abuse@host.example'], ['abuse@host.example']]);
  sent.map(attached).forEach((report, i) => {
    valid(report);
    assert.equal(report.url, `https://cdn.host.example/${i + 1}`);
    assert.match(sent[i].text, new RegExp(`^Message-ID: <${report.report_id}@example.org>`, 'm'));
  });
});

const overHttp = async (name) => {
  web.fault(name);
  const made = await file('lobby', 2);
  const waits = await house.reaches(made, 'later');
  assert.equal(waits.steps[0].result, /^\d/.test(name) ? 'came' : 'lost', `${name}: ${waits.why}`);
  const filed = await house.filed(made);
  assert.ok(taken.has(made.uuid));
  assert.equal(taken.get(made.uuid).times, /lost|closed|drip/.test(name) ? 2 : 1, name);
  assert.equal(filed.reference, made.uuid);
};
const byMail = async (name) => {
  mail.fault(name);
  const made = await file('forum');
  const waits = await house.reaches(made, 'later');
  assert.equal(waits.steps[0].result, { silent: 'not_sent', 451: 'came' }[name] ?? 'lost', `${name}: ${waits.why}`);
  await house.filed(made);
  const sent = letters(made);
  assert.equal(sent.length, /lost|drip/.test(name) ? 2 : 1, name);
  assert.equal(new Set(sent.map((m) => /^Message-ID: (.*)$/m.exec(m.text)[1])).size, 1, name);
};
test('a way there that breaks: it waits, and the host has each report once under its number', () => Promise.all([
  (async () => { for (const name of ['before', 'lost', 'closed', 'drip', '503', '429']) await overHttp(name); })(),
  (async () => { for (const name of ['silent', 'before', 'lost', 'drip', '451']) await byMail(name); })(),
]));

test('what the host will not take waits for a person; a report that is refused in the middle goes on there', async () => {
  web.fault('422');
  assert.match((await house.reaches(await file('lobby'), 'refused')).why, /422.*made up/);
  mail.fault('550');
  assert.match((await house.reaches(await file('forum'), 'refused')).why, /550/);
  const count = taken.size;
  const made = await house.draft((await house.textCase()).id, 'nl.host', items(3));
  web.faults.push(undefined, '422'); // the first is taken, the second is not
  await house.confirm(made);
  await house.reaches(made, 'refused');
  assert.equal(taken.size, count + 1);
  await house.retry(made);
  await house.reaches(made, 'filed');
  assert.equal(taken.size, count + 3);
  assert.ok([...taken.values()].slice(count).every((t) => t.times === 1), 'nothing twice');
});

test('what a host may have got is not taken back there: it says so', async () => {
  const made = await house.draft((await house.textCase()).id, 'nl.host', items(2));
  web.faults.push(undefined, '503');
  await house.confirm(made);
  await house.reaches(made, 'later');
  await house.withdraw(made);
  assert.match((await house.reaches(made, 'withdrawn')).why, /no way to take a report back/);
});

test('killed between the reports: each address is there', async () => {
  web.faults.push(undefined, 'lost');
  const made = await file('lobby', 3), count = taken.size;
  await until(() => web.seen.length && taken.size >= 2 && [...taken.values()].some((t) => t.report.report_id === made.uuid), 'the first has come');
  await house.kill();
  await house.open();
  await house.filed(made);
  assert.ok(taken.size >= count);
  assert.equal(taken.get(made.uuid).times, 1);
});
