// SPDX-License-Identifier: Apache-2.0
// A receiver that answers for minutes holds up its own reports and nobody else's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { authority, gateway } from './authorities/http.mjs';
import { mailServer } from './authorities/smtp.mjs';
import { filingHouse } from './filing.lib.mjs';
import { until } from './lib.mjs';

const host = await authority(() => ({ status: 202 }));
const relay = await gateway();
const mail = await mailServer();
const house = await filingHouse({
  channels: () => [`{name: gateway, url: "${relay.url}", answer_within: 10 minutes}`, `{name: xarf, url: "${host.url}/abuse", answer_within: 10 minutes}`, `{name: mail, url: "${mail.url}", from: reports@example.org}`],
  receivers: ['{id: fr.relay, country: FR, kind: police, name: {fr: Relais, en: Relay}, channel: gateway}',
    '{id: nl.host, country: NL, kind: host, name: {fr: "Hébergeur", en: "Host"}, channel: xarf}',
    '{id: fr.letter, country: FR, kind: police, name: {fr: Courrier, en: Letter}, channel: mail, email: desk@receiver.example}'],
});
const options = { items: [{ url: 'https://cdn.host.example/1' }] };
const aCase = async () => (await house.textCase()).id;

before(() => house.open());
after(async () => {
  await house.stop(); // at once, whatever still drips
  await Promise.all([host.stop(), relay.stop(), mail.stop()]);
});

test('urgent or not, what goes elsewhere is not held up; what is urgent goes beside what is slow there', async () => {
  relay.fault('drip');
  host.fault('drip');
  const slow = [await house.file(await aCase(), 'fr.relay'), await house.file(await aCase(), 'nl.host', { options })];
  await until(() => relay.seen.length && host.seen.length, 'both are being answered');
  const behind = await house.file(await aCase(), 'fr.relay');
  await house.reaches(await house.file(await aCase(), 'fr.letter'), 'filed');
  await house.reaches(await house.file(await aCase(), 'fr.letter', { urgent: true }), 'filed');
  const beside = await house.reaches(await house.file(await aCase(), 'fr.relay', { urgent: true }), 'filed');
  assert.equal(relay.ledger.get(beside.uuid).finished, 1);
  for (const made of slow) assert.equal((await house.read(made)).state, 'sending', 'they are still at it');
  assert.equal((await house.read(behind)).state, 'queued', 'one after the other where it is slow');
});

test('the one that drips is found out when it breaks, and what was behind it follows', async () => {
  relay.server.closeAllConnections();
  const all = (await house.lea.get('/v1/filings?channel=gateway&state=open')).json.filings;
  assert.equal(all.length, 2);
  for (const made of all) {
    await house.filed(made);
    assert.deepEqual([relay.ledger.get(made.uuid).opened, relay.ledger.get(made.uuid).finished], [1, 1]);
  }
});
