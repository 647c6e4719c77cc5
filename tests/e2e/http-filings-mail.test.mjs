// SPDX-License-Identifier: Apache-2.0
// Reports by mail: carried to a mail server that fails as they do; a message that may have come is known as the same one.
import assert from 'node:assert/strict';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { gateway } from './authorities/http.mjs';
import { mailServer } from './authorities/smtp.mjs';
import { addKey, addUser, freePort, makeHome, makePolicy, openCase, signIn, start, until } from './lib.mjs';

const mail = await mailServer();
const relay = await gateway();
const home = makeHome();
const data = `${home}/data`;
const secret = `${home}/relay.secret`;
writeFileSync(secret, 'a password\n', { mode: 0o600 });
const key = addKey(data);
const passwords = { lea: addUser(data, 'lea', 'referent'), paul: addUser(data, 'paul', 'lead') };
const section = `
report:
  operator: {name: Example, email: reports@example.org, country: FR}
  after_filing: keep
  four_eyes: no
  urgent_within: 1 hour
  file_within: 24 hours
  removal_within: 24 hours
  channels:
    - {name: mail, url: "${mail.url}", from: reports@example.org, answer_within: 2 seconds}
    - {name: gateway, url: "${relay.url}", user: vigie, secret_file: "${secret}"}
  receivers:
    - {id: fr.letter, country: FR, kind: police, name: {fr: Courrier, en: Letter}, channel: mail, email: desk@receiver.example}
    - {id: fr.relay, country: FR, kind: police, name: {fr: Relais, en: Relay}, channel: gateway}
`;
const policy = makePolicy(home, (space, text) => text.replace(/^report:\n(?:[ #].*\n|\n)*/m, '') + section);
const server = await start({ home, policy, port: await freePort() });
const lea = await signIn(server, 'lea', passwords.lea), paul = await signIn(server, 'paul', passwords.paul);
const send = async (receiver) => {
  const { id } = await openCase(server.with(key));
  const made = await lea.post(`/v1/cases/${id}/filings`, { receiver });
  assert.equal(made.status, 201, JSON.stringify(made.json));
  const { hash, lacks } = (await lea.get(`/v1/filings/${made.json.id}`)).json;
  assert.equal((await lea.post(`/v1/filings/${made.json.id}/confirm`, { hash })).status, 200, JSON.stringify(lacks));
  return made.json;
};
const reaches = (made, state) => until(async () => { const f = (await lea.get(`/v1/filings/${made.id}`)).json; return f.state === state && f; }, () => `filing ${made.id} is ${state}`, 20_000);
const retry = async (made) => assert.equal((await paul.post(`/v1/filings/${made.id}/retry`, { reason: 'now' })).status, 200);
const of = (made) => mail.messages.filter((m) => m.text.includes(`<${made.uuid}@`));

test('a message with the report attached', async () => {
  const made = await send('fr.letter');
  const filed = await reaches(made, 'filed');
  const [message] = of(made);
  assert.deepEqual(message.to, ['desk@receiver.example']);
  assert.match(message.text, /^Subject: .*Signalement/m);
  assert.match(message.text, /filename="report\.json"/);
  assert.ok(filed.reference.startsWith(`<${made.uuid}@`));
});

for (const name of ['greeting', '450'])
  test(`after ${name} it is there once`, async () => {
    mail.fault(name);
    const made = await send('fr.letter');
    await reaches(made, 'later');
    assert.equal(of(made).length, 0);
    await retry(made);
    await reaches(made, 'filed');
    assert.equal(of(made).length, 1);
  });

for (const [name, result, copies] of [['before', 'lost', 1], ['drip', 'lost', 2]])
  test(`${name}: it waits, and comes under one Message-ID`, async () => {
    mail.fault(name);
    const made = await send('fr.letter');
    const waits = await reaches(made, 'later');
    assert.equal(waits.steps[0].result, result, waits.why);
    await retry(made);
    await reaches(made, 'filed');
    assert.equal(of(made).length, copies);
    assert.equal(new Set(of(made).map((m) => /^Message-ID: (.*)$/m.exec(m.text)[1])).size, 1);
  });

test('an answer that is lost after the message was taken: a second copy has the same Message-ID', async () => {
  mail.fault('lost');
  const made = await send('fr.letter');
  const waits = await reaches(made, 'later');
  assert.equal(waits.steps[0].result, 'lost', 'it is not said that it did not leave');
  await retry(made);
  await reaches(made, 'filed');
  const ids = of(made).map((m) => /^Message-ID: (.*)$/m.exec(m.text)[1]);
  assert.equal(ids.length, 2);
  assert.equal(new Set(ids).size, 1);
});

test('a recipient that is refused waits for a person', async () => {
  mail.fault('550');
  assert.match((await reaches(await send('fr.letter'), 'refused')).why, /550/);
});

test('a password that others may read, or that is not there, is not sent; the filing says so', async () => {
  chmodSync(secret, 0o644);
  const open = await send('fr.relay');
  assert.match((await reaches(open, 'later')).why, /others than its owner/);
  rmSync(secret);
  const gone = await send('fr.relay');
  assert.match((await reaches(gone, 'later')).why, /cannot be read/);
  assert.equal(relay.ledger.size, 0, 'nothing was asked');
  writeFileSync(secret, 'a password\n', { mode: 0o600 });
  for (const made of [open, gone]) await retry(made), await reaches(made, 'filed');
});

after(async () => {
  await server.stop();
  await Promise.all([mail.stop(), relay.stop()]);
});
