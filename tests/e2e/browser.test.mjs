// SPDX-License-Identifier: Apache-2.0
// The whole of it on one machine: starts $VIGIE on a free port with an empty data directory, adds a person and a key, plays the
// demo's opening scene through the HTTP API, and runs console.test.mjs in Chromium against it.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const vigie = process.env.VIGIE ?? join(root, 'build/release/vigie');
const policy = join(root, 'policy');
const home = mkdtempSync(join(tmpdir(), 'vigie-browser-'));
const data = join(home, 'data');

const port = await new Promise((resolve, reject) => {
  const probe = createServer().on('error', reject);
  probe.listen(0, '127.0.0.1', () => {
    const found = probe.address().port;
    probe.close(() => resolve(found));
  });
});
const url = `http://127.0.0.1:${port}`;
const command = (...args) => execFileSync(vigie, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const server = spawn(vigie, ['serve', '--data', data, '--policy', policy, '--port', String(port)], {
  stdio: ['ignore', 'ignore', 'pipe'],
});
let log = '';
server.stderr.on('data', (bytes) => (log += bytes));
const ended = new Promise((resolve) => server.on('exit', resolve));
process.on('exit', () => {
  server.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});
after(async () => {
  server.kill('SIGTERM');
  await ended;
});

async function until(check, what) {
  for (let tries = 0; tries < 200; tries++) {
    if (await check().catch(() => false)) return;
    if (server.exitCode !== null) break;
    await new Promise((r) => setTimeout(r, 250));
  }
  throw new Error(`${what}:\n${log}`);
}
await until(async () => (await fetch(`${url}/readyz`)).ok, 'vigie did not start');

const password = 'une phrase de passe pour l’essai';
writeFileSync(join(home, 'password'), password + '\n', { mode: 0o600 });
command(
  'user',
  'add',
  'lea',
  '--role',
  'lead',
  '--display',
  'Léa Martin',
  '--language',
  'fr',
  '--data',
  data,
  '--password-file',
  join(home, 'password'),
);
command('user', 'certify', 'lea', '--category', 'all', '--data', data); // the shipped policies want it
const key = command('key', 'create', '--space', '*', '--label', 'browser test', '--data', data).trim();
writeFileSync(join(home, 'key'), `${key}\n`, { mode: 0o600 });
await until(async () => {
  const answer = await fetch(`${url}/v1/cases`, { headers: { Authorization: `Bearer ${key}` } });
  return answer.status === 200 || answer.status === 403; // a running server takes a new key within seconds
}, 'the key was not taken');
command('demo', '--url', url, '--key-file', join(home, 'key'), '--policy', policy, '--once', '--quiet');

Object.assign(process.env, { VIGIE_URL: `${url}/`, VIGIE_USER: 'lea', VIGIE_PASSWORD: password });
await import('./console.test.mjs');
