// SPDX-License-Identifier: Apache-2.0
// What the tests of filings share: a house whose policy has these channels and receivers, people who confirm, and a clock that can be set.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { account, addKey, addUser, asksPicture, event, fresh, freePort, makeHome, makePolicy, signIn, start, until, vigie } from './lib.mjs';

/** Preloaded, it lets a test set the wall clock of a server; undefined where it is not built. */
export const clockLibrary = [join(dirname(vigie), 'tests/libvigie_test_clock.so')].find((path) => existsSync(path));

/** `channels(secret, space)`, `receivers`: their lines of the policy. */
export async function filingHouse({ channels, receivers, fourEyes = 'no' }) {
  const home = makeHome(), data = `${home}/data`, key = addKey(data, '*', 'events,media,cases_read,banks');
  const passwords = { lea: addUser(data, 'lea', 'referent'), vera: addUser(data, 'vera', 'referent'), paul: addUser(data, 'paul', 'lead') };
  const secret = `${home}/channel.secret`, clock = `${home}/clock`;
  writeFileSync(secret, 'secret\n', { mode: 0o600 });
  const section = (space) => `
report:
  operator: {name: Example, email: reports@example.org, domain: example.org, country: FR, contact_first: Camille, contact_last: Exemple}
  after_filing: keep
  four_eyes: ${fourEyes}
  urgent_within: 1 hour
  file_within: 24 hours
  removal_within: 24 hours
  channels:
${channels(secret, space).map((line) => `    - ${line}\n`).join('')}  receivers:
${receivers.map((line) => `    - ${line}\n`).join('')}`;
  const policy = makePolicy(home, (space, text) => text.replace(/^report:\n(?:[ #].*\n|\n)*/m, '') + section(space));
  const house = { home, data, secret, key, clock: 0, known: new Map() };
  const port = await freePort();
  const asan = [process.env.ASAN_OPTIONS, 'verify_asan_link_order=0'].filter(Boolean).join(':');

  /** Starts the server (again), with the clock that tests set or without; everybody signs in. */
  house.open = async ({ clocked = house.clocked } = {}) => {
    house.clocked = clocked;
    writeFileSync(clock, `${house.clock}`);
    const env = clocked ? { LD_PRELOAD: clockLibrary, VIGIE_TEST_CLOCK: clock, ASAN_OPTIONS: asan } : {};
    house.server = await start({ home, policy, port, env });
    house.sender = house.server.with(key);
    await house.signIn();
  };
  house.signIn = () => Promise.all(Object.entries(passwords).map(async ([name, password]) => { house[name] = await signIn(house.server, name, password); }));
  house.kill = () => house.server.kill();
  /** The clock of the server is set to that many hours from what it is really; sessions of before may be over. */
  house.setClock = async (hours) => {
    house.clock = hours * 3600e3;
    writeFileSync(clock, `${house.clock}`);
    await house.signIn();
  };
  house.time = () => new Date(Date.now() + house.clock).toISOString();

  /** A case about a new account or `adult`; gives {id, adult, child}. */
  house.textCase = async (space = 'lobby') => {
    const adult = fresh('adult'), child = fresh('child'), at = { time: house.time(), source: `/spaces/${space}` };
    await house.sender.take([account(adult, '25+', at), account(child, '13-14', at)]);
    return house.again({ adult, child }, space);
  };
  /** The same with these bytes, a file that a list names. */
  house.fileCase = async (bytes, space = 'lobby') => {
    const who = await house.textCase(space);
    const { json: file } = await house.sender.post('/v1/media', bytes, 'application/octet-stream');
    house.bank ??= house.paul.post('/v1/banks', { name: 'known', source: 'these tests', effect: 'block' });
    await house.bank;
    if (!house.known.has(file.sha1)) house.known.set(file.sha1, house.sender.post('/v1/banks/known/entries', { entries: [{ category: 'A1', hashes: [{ algorithm: 'sha1', value: file.sha1 }] }] }));
    await house.known.get(file.sha1);
    const answer = await house.sender.take(event('media', who.adult, { upload: file.upload, to: [who.child], channel: 'group' }, { time: house.time(), source: `/spaces/${space}` }));
    assert.equal(answer.verdict, 'block', JSON.stringify(answer));
    return { ...who, id: answer.case, file };
  };
  /** The same people go on. */
  house.again = async ({ adult, child }, space = 'lobby') => {
    const answer = await house.sender.take(asksPicture(adult, child, { time: house.time(), source: `/spaces/${space}` }, { channel: 'group' }));
    assert.match(answer.case ?? '', /^c-/, JSON.stringify(answer));
    return { adult, child, id: answer.case };
  };
  house.draft = async (id, receiver, more = {}) => {
    const made = await house.lea.post(`/v1/cases/${id}/filings`, { receiver, ...more });
    assert.equal(made.status, 201, JSON.stringify(made.json));
    return made.json;
  };
  house.confirm = async (made) => {
    const { hash, lacks } = (await house.lea.get(`/v1/filings/${made.id}`)).json;
    const first = await house.lea.post(`/v1/filings/${made.id}/confirm`, { hash });
    assert.equal(first.status, 200, JSON.stringify([first.json, lacks]));
    if (fourEyes === 'yes') assert.equal((await house.vera.post(`/v1/filings/${made.id}/second`, { hash })).status, 200);
    return made;
  };
  /** From a case to the queue. */
  house.file = async (id, receiver, more) => house.confirm(await house.draft(id, receiver, more));
  house.read = async (made) => (await house.lea.get(`/v1/filings/${made.id}`)).json;
  house.reaches = (made, state, ms = 20_000) => {
    let last;
    return until(async () => { last = await house.read(made); return last.state === state && last; }, () => `filing ${made.id} is ${last.state}, not ${state}: ${last.step} ${last.why}`, ms);
  };
  house.retry = async (made) => assert.equal((await house.paul.post(`/v1/filings/${made.id}/retry`, { reason: 'now' })).status, 200);
  house.withdraw = (made) => house.lea.post(`/v1/filings/${made.id}/withdraw`, { reason: 'a mistake' });
  /** Whatever it waits for, a person says: now. */
  house.filed = (made, ms = 30_000) => {
    let last;
    return until(async () => {
      last = await house.read(made);
      if (last.state === 'later') await house.paul.post(`/v1/filings/${made.id}/retry`, { reason: 'now' });
      return last.state === 'filed' && last;
    }, () => `filing ${made.id} is ${last.state}: ${last.step} ${last.why}`, ms);
  };
  /** `report`: an authority is to be told; `warn`: the case is closed, and what comes next about the account is another one. */
  house.decide = async (id, action, reason = 'grooming') => {
    await house.paul.post(`/v1/cases/${id}/claim`);
    const decided = await house.paul.post(`/v1/cases/${id}/decisions`, { action, reason, note: 'seen' });
    assert.equal(decided.status, 201, JSON.stringify(decided.json));
  };
  house.stop = async () => assert.equal((await house.server.stop()).code, 0);
  return house;
}
