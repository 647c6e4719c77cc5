// SPDX-License-Identifier: Apache-2.0
// A hundred référents at work: each holds an event stream open and goes on asking for the next case, reads it and decides, while new cases
// arrive at so many an hour. Prints how long claim-next, reading and deciding took, with the machine's description.
//
//   VIGIE=build/release/vigie node bench/bench_referents.mjs [--people 100] [--an-hour 2000] [--backlog 1000] [--seconds 120] [--pace 180]
//
// --pace: seconds between two cases of one person; 100 people at 180 s decide 2,000 an hour. A burst follows, in which everybody asks at once.
import { cpus, totalmem } from 'node:os';
import { readFileSync } from 'node:fs';
import { addKey, addUser, asksPicture, makeHome, makePolicy, meet, signIn, sleep, start } from '../tests/e2e/lib.mjs';

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const [people, anHour, backlog, seconds, pace] = [option('people', 100), option('an-hour', 2000), option('backlog', 1000), option('seconds', 120), option('pace', 180)];

const home = makeHome(), data = `${home}/data`;
const key = addKey(data);
const passwords = [];
console.error(`adding ${people} people`);
for (let i = 0; i < people; i++) passwords.push(addUser(data, `r${i}`, 'referent'));
/* nobody pauses or reaches a limit within a minute of measuring */
const policy = makePolicy(home, (space, text) => text.replace(/^welfare:\n(?:(?: .*)?\n)+/m, ''));
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

const times = {};
let none = 0, failed = 0;
async function timed(name, call) {
  const began = process.hrtime.bigint();
  const answer = await call();
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
for (let round = 0; round < 3; round++) await Promise.all(team.map((who) => once(who, ', all at once')));

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
const model = /model name\s*: (.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '?';
console.log(`${cpus().length} x ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB; ${people} people, ${anHour} new cases an hour, ${backlog} waiting at first`);
console.log('milliseconds, client included      n      min      p50      p90      p99      max');
for (const [name, all] of Object.entries(times)) {
  all.sort((a, b) => a - b);
  if (!all.length) continue;
  const cells = [all[0], at(all, 0.5), at(all, 0.9), at(all, 0.99), all.at(-1)].map((ms) => ms.toFixed(1).padStart(9)).join('');
  console.log(`${name.padEnd(28)} ${String(all.length).padStart(7)}${cells}`);
}
const heard = team.reduce((sum, who) => sum + who.stream.events.length, 0);
console.log(`events heard on the streams: ${heard}; asked and nothing there: ${none}; failed: ${failed}`);
for (const who of team) who.stream.end();
await server.stop();
process.exit(failed ? 1 : 0);
