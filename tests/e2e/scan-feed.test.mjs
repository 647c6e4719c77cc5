// SPDX-License-Identifier: Apache-2.0
// vigie bank refresh against a server that speaks NCMEC's hash sharing, loses a connection and takes an entry back; and what an import leaves out.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { command, makeHome, vigie } from './lib.mjs';

const run = (args) => new Promise((resolve) => execFile(vigie, args, (error, stdout, stderr) => resolve({ status: error ? error.code : 0, stdout, stderr })));
const md5 = (n) => n.toString(16).padStart(32, '0');
const image = (id) => `<image><member id="7">Example</member><timestamp>2026-11-01T00:00:00Z</timestamp><id>${id}</id><classification>A1</classification><fingerprints><md5>${md5(id)}</md5></fingerprints></image>`;
const page = (items, next) => `<?xml version="1.0"?><queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">` +
  `<images count="${items.length}" maxTimestamp="2026-11-02T00:00:00Z">${items.join('')}</images>${next ? `<paging><next>${next}</next></paging>` : ''}</queryResult>`;

test('a feed is fetched page by page over a lost connection, goes on where it was, and its deletions are honoured', async () => {
  const data = join(makeHome(), 'data');
  let drops = 1, gone = false;
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    assert.equal(request.headers.authorization, `Basic ${Buffer.from('me:secret').toString('base64')}`);
    response.setHeader('Content-Type', 'application/xml');
    if (request.url.endsWith('/status')) return response.end('<status xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><ipAddress>127.0.0.1</ipAddress><member id="7">Example</member></status>');
    if (request.url.includes('start=')) {
      const body = page([image(3)]);
      if (drops-- > 0) {
        response.writeHead(200, { 'Content-Length': body.length });
        response.write(body.slice(0, 60));
        return setTimeout(() => response.destroy(), 20);
      }
      return response.end(body);
    }
    if (gone) return response.end(page(['<deletedImage><member id="7">Example</member><id>2</id><timestamp>2026-11-03T00:00:00Z</timestamp></deletedImage>']));
    response.end(page([image(1), image(2)], '/v2/entries?start=2'));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${server.address().port}/v2`, secret = join(makeHome(), 'secret');
    writeFileSync(secret, 'secret\n');
    command(['bank', 'create', 'shared', '--source', 'Example', '--data', data]);
    const first = await run(['bank', 'refresh', 'shared', '--feed', 'ncmec', '--feed-url', url, '--user', 'me', '--password-file', secret, '--data', data, '--json']);
    assert.equal(first.status, 0, first.stderr);
    assert.equal(JSON.parse(first.stdout).added, 3, first.stdout);
    const found = await run(['bank', 'search', md5(2), '--data', data]);
    assert.match(found.stdout, /7\/2/);
    gone = true;
    const second = await run(['bank', 'refresh', 'shared', '--user', 'me', '--password-file', secret, '--data', data, '--json']);
    assert.equal(second.status, 0, second.stderr);
    assert.equal(JSON.parse(second.stdout).removed, 1, second.stdout);
    assert.doesNotMatch((await run(['bank', 'search', md5(2), '--data', data])).stdout, /7\/2/);
    assert.match((await run(['bank', 'search', md5(3), '--data', data])).stdout, /7\/3/);
    assert.ok(asked.length >= 4);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('an import takes the categories that are wanted, and says how many it left out', () => {
  const home = makeHome(), data = join(home, 'data'), list = join(home, 'list.csv');
  writeFileSync(list, `ID,Category,MD5\na,1,${md5(1)}\nb,0,${md5(2)}\nc,2,${md5(3)}\n`);
  command(['bank', 'create', 'national', '--source', 'Example', '--data', data]);
  const done = command(['bank', 'import', 'national', list, '--only', '1,2', '--data', data, '--json']);
  assert.equal(JSON.parse(done.stdout).added, 2);
  assert.match(done.stderr, /1 records of other categories were left out/);
  const none = command(['bank', 'import', 'national', list, '--only', '9', '--data', data], { status: 1 });
  assert.match(none.stderr, /not one record is of the categories wanted/);
});
