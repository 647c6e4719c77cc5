// SPDX-License-Identifier: Apache-2.0
// The options of each channel as docs/openapi.yaml describes them, against what the channel takes: what the document allows is taken, what it does not is
// refused with its place.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { filingHouse } from './filing.lib.mjs';
import { root } from './lib.mjs';
import { Description } from './openapi.lib.mjs';

const house = await filingHouse({
  channels: (secret) => [`{name: ncmec, url: "http://127.0.0.1:9/ispws", user: esp, secret_file: "${secret}", test: yes}`, '{name: xarf, url: "http://127.0.0.1:9/x"}', '{name: notice, url: "smtp://127.0.0.1:9", from: reports@example.org}'],
  receivers: ['ncmec', 'xarf', 'notice'].map((name) => `{id: to.${name}, country: FR, kind: host, name: {fr: Essai, en: Test}, channel: ${name}, email: abuse@host.example}`),
});
const description = new Description(`${root}/docs/openapi.yaml`);
const url = 'https://cdn.host.example/1';
const long = (length) => 'x'.repeat(length);

// Of each channel: for each member what is taken and what is not.
const given = {
  ncmec: {
    incidentType: [['Child Sex Tourism', 'Online Enticement of Children for Sexual Acts'], ['Enticement', 1]],
    service: [['game', 'offline'], ['forum', true]],
    annotations: [[{}, { spam: true, sextortion: false }], [{ spam: 'yes' }, { other: true }, []]],
    urgent: [['a meeting is set', true, false], [1]],
    chatRoomName: [['room'], [long(1001), 1]], gameName: [['Example Quest'], [long(1001)]], console: [['a console'], [{}]], groupIdentifier: [['12'], [12]],
    termsOfService: [['no'], [1]], additionalInfo: [['more'], [[]]],
    urls: [[[], [url, 'https://example.org']], [url, [1], Array.from({ length: 51 }, () => url)]],
    incidentDateTime: [['2026-05-04T10:11:12Z'], ['yesterday', 12]],
    lawEnforcement: [[{ agencyName: 'Police', caseNumber: '1', reportedToLe: true }], [{}, { agencyName: 'Police', phone: '17' }, { agencyName: 'Police', reportedToLe: 1 }]],
    compromisedAccount: [[true, false], ['no']], industryMou: [[true], [0]],
    victims: [[[], [{ account: 'lou', age: 13, firstName: 'L', lastName: 'M', schoolName: 'S' }]], [{}, [1], [{ age: 121 }], [{ age: '13' }], [{ height: 1 }]]],
    files: [[{}, { 12: { send: false, relevance: 'Supplemental Reported', annotations: ['viral'], publiclyAvailable: true, locationOfFile: url, exifViewed: true } }],
      [[], { twelve: {} }, { 12: { send: 1 } }, { 12: { relevance: 'No' } }, { 12: { annotations: ['odd'] } }, { 12: { viewed: true } }]],
  },
  xarf: {
    items: [[[{ url }], [{ url: 'http://host.example' }]], [url, [{}], [{ url: 1 }], [{ url: 'ftp://host.example/1' }], [{ url: 'https://a b' }], [{ url, media: 'x' }], [{ url, hash: 'x' }],
      Array.from({ length: 51 }, () => ({ url }))]],
    type: [['csem'], ['spam', 1]], classification: [['baseline', 'A1', 'B2'], ['C', 1]],
    exploitationType: [['grooming', 'possession'], ['other', {}]], sourceIdentifier: [['192.0.2.7'], [7]], ncmecReportId: [['4000001'], [4000001]],
    contentRemoved: [[true, false], ['yes']], accountSuspended: [[true], [1]], account: [[false], ['lou']],
  },
  notice: {
    items: [[[{ url }], [{ url, sha256: '0'.repeat(64), md5: 'F'.repeat(32) }]], [[{}], [{ url: 'https://a b' }], [{ url: 'https://user@host.example/' }], [{ url, sha256: 'no' }], [{ url, md5: 1 }], [{ url, name: 'x' }], [1]]],
    law: [['art. 1'], ['', 1, long(4001)]], reason: [['seen'], ['']], deadline_hours: [[1, 720], [0, 721, '24', 1.5]],
    by: [['mail', 'hand'], ['pigeon', 1]], follows: [['<1@example.org>'], ['1@example.org', '<1>']],
  },
};

before(() => house.open());
after(() => house.stop());

for (const [channel, members] of Object.entries(given))
  test(`${channel}: what the document allows is what the channel takes`, async () => {
    const schema = description.doc.components.schemas[`FilingOptions${channel[0].toUpperCase()}${channel.slice(1)}`];
    assert.deepEqual(Object.keys(members).sort(), Object.keys(schema.properties).sort(), 'each member is tried');
    const made = await house.draft((await house.textCase()).id, `to.${channel}`);
    const base = channel === 'ncmec' ? {} : { items: [{ url }] };
    const check = async (options, allowed) => {
      const said = JSON.stringify(options).slice(0, 200);
      assert.equal(description.isValid(schema, options), allowed, `the document ${allowed ? 'allows' : 'refuses'} ${said}`);
      const answer = await house.lea.put(`/v1/filings/${made.id}/options`, options);
      assert.equal(answer.status, allowed ? 200 : 400, `${said}: ${answer.text.slice(0, 300)}`);
      if (!allowed) assert.match(answer.json.pointer, /^\/options/, said);
    };
    await check({}, true);
    await check({ unknown: 1 }, false);
    for (const [name, [good, bad]] of Object.entries(members)) {
      for (const value of good) await check({ ...base, [name]: value }, true);
      for (const value of bad) await check({ ...base, [name]: value }, false);
    }
  });

test('a draft with options that its channel does not take is not made', async () => {
  const { id } = await house.textCase();
  const refused = await house.lea.post(`/v1/cases/${id}/filings`, { receiver: 'to.xarf', options: { items: [{ url: 'no' }] } });
  assert.equal(refused.status, 400);
  assert.equal(refused.json.pointer, '/options/items');
  assert.deepEqual((await house.lea.get(`/v1/cases/${id}/filings`)).json.filings, []);
  assert.equal((await house.lea.post(`/v1/cases/${id}/filings`, { receiver: 'to.xarf', options: { items: [{ url }] } })).status, 201);
});
