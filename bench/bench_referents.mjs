// SPDX-License-Identifier: Apache-2.0
// A hundred référents at work: each holds an event stream open and goes on asking for the next case, reads it and decides, while new cases
// arrive at so many an hour. Prints how long claim-next, reading and deciding took, with the machine's description, its load, and what one
// small write to its disk costs. The policy is the shipped one, with its limits, breaks and certificates; only the lexicon is a small one.
//
//   VIGIE=build/release/vigie node bench/bench_referents.mjs [--people 100] [--an-hour 2000] [--backlog 1000] [--seconds 120] [--pace 180] [--bursts 3]
//
// --pace: seconds between two cases of one person; 100 people at 180 s decide 2,000 an hour. Bursts follow, in which everybody asks at once.
import { cpus, totalmem } from 'node:os';
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { addKey, addUser, asksPicture, command, makeHome, makePolicy, meet, signIn, sleep, start } from '../tests/e2e/lib.mjs';

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const [people, anHour, backlog, seconds, pace, bursts] = [option('people', 100), option('an-hour', 2000), option('backlog', 1000), option('seconds', 120), option('pace', 180), option('bursts', 3)];

const home = makeHome(), data = `${home}/data`;
const key = addKey(data);
const passwords = [];
console.error(`adding ${people} people`);
for (let i = 0; i < people; i++) {
  passwords.push(addUser(data, `r${i}`, 'referent'));
  command(['user', 'certify', `r${i}`, '--category', 'all', '--data', data]);
}
const policy = makePolicy(home, (space, text) => text.replace(/^(training:\n  required: )no/m, '$1yes'));
const server = await start({ home, policy, env: { VIGIE_SIGNINS: '100000' }, options: ['--rate-limit', '1000000'] });
const sender = server.with(key);
const spaces = ['lobby', 'forum', 'rencontre'];
let opened = 0;
async function arrive() {
  const space = spaces[opened++ % spaces.length];
  const { adult, child } = await meet(sender, space);
  await sender.take(asksPicture(adult, child, { source: `/spaces/${space}` }, { channel: 'group' }));
}
console.error(`opening ${backlog} cases`);
for (let i = 0; i < backlog; i += 20) await Promise.all(Array.from({ length: Math.min(20, backlog - i) }, arrive));
console.error('signing in');
const team = [];
for (let i = 0; i < people; i++) team.push(await signIn(server, `r${i}`, passwords[i]));
const languages = [['fr'], ['en'], ['fr', 'en'], []];
for (const [i, one] of team.entries()) {
  await one.put('/v1/me/skills', { languages: languages[i % 4], spaces: [], categories: [] });
  one.stream = await one.listen();
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
const sort = (all) => all.sort((a, b) => a - b);

/* What the disk and the scheduler make of one commit: a log that grows by three pages, and the wait for it. */
function syncs(rounds = 200) {
  const file = openSync(join(home, 'probe'), 'w'), bytes = Buffer.alloc(3 * 4120), all = [];
  for (let i = 0; i < rounds; i++) {
    const began = process.hrtime.bigint();
    writeSync(file, bytes);
    fdatasyncSync(file);
    all.push(Number(process.hrtime.bigint() - began) / 1e6);
  }
  closeSync(file);
  return sort(all);
}
const load = () => readFileSync('/proc/loadavg', 'utf8').split(' ', 1)[0];

const times = {};
let none = 0, failed = 0;
async function timed(what, call) {
  const began = process.hrtime.bigint();
  const answer = await call();
  const name = answer.status === 204 ? `${what}: nothing there` : what; // nothing is written then
  (times[name] ??= []).push(Number(process.hrtime.bigint() - began) / 1e6);
  if (answer.status >= 400) {
    failed++;
    console.error(`${name}: ${answer.text}`);
  }
  return answer;
}
async function once(who, when = '') {
  const answer = await timed(`next${when}`, () => who.post('/v1/queue/next', {}));
  if (answer.status !== 200) return void none++;
  for (const one of [answer.json.case, ...answer.json.linked]) {
    await timed(`read${when}`, () => who.get(`/v1/cases/${one.id}`));
    await timed(`decide${when}`, () => who.post(`/v1/cases/${one.id}/decisions`, { action: 'dismiss', reason: 'no_risk' }));
  }
}

const disk = syncs(), before = load();
const end = Date.now() + seconds * 1000;
const work = team.map(async (who, i) => {
  await sleep((pace * 1000 * i) / people); // not all at the same moment
  for (let next = Date.now(); next < end; next += pace * 1000) {
    await sleep(Math.max(0, next - Date.now()));
    await once(who);
  }
});
const arrivals = (async () => {
  for (let next = Date.now(); next < end; next += 3600_000 / anHour) {
    await sleep(Math.max(0, next - Date.now()));
    await arrive();
  }
})();
console.error(`working for ${seconds} s`);
await Promise.race([Promise.all([...work, arrivals]), sleep(seconds * 1000)]);
await arrivals;
console.error('everybody at once');
for (let round = 0; round < bursts; round++) await Promise.all(team.map((who) => once(who, ', all at once')));

const model = /model name\s*: (.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '?';
console.log(`${cpus().length} x ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB; ${people} people, ${anHour} new cases an hour, ${backlog} waiting at first, each takes a case every ${pace} s`);
console.log(`load average ${before} before, ${load()} after; 12 KiB and fdatasync: min ${disk[0].toFixed(2)}, p50 ${at(disk, 0.5).toFixed(2)}, p99 ${at(disk, 0.99).toFixed(2)} ms`);
console.log('milliseconds, client included      n      min      p50      p90      p99      max');
for (const [name, all] of Object.entries(times)) {
  if (!sort(all).length) continue;
  const cells = [all[0], at(all, 0.5), at(all, 0.9), at(all, 0.99), all.at(-1)].map((ms) => ms.toFixed(1).padStart(9)).join('');
  console.log(`${name.padEnd(28)} ${String(all.length).padStart(7)}${cells}`);
}
const heard = team.reduce((sum, who) => sum + who.stream.events.length, 0);
console.log(`events heard on the streams: ${heard}; asked and nothing there: ${none}; failed: ${failed}`);
for (const who of team) who.stream.end();
await server.stop();
process.exit(failed ? 1 : 0);
