// SPDX-License-Identifier: Apache-2.0
// A receiver of reports over HTTP that can be made to fail as receivers do. `handle(request, body)` gives {status, headers?, body?}; what it accepts is in the
// caller's ledger. Faults are given one after the other with `fault(name)`, each for the next request that is not a look:
//   down         the connection is closed before anything is read          before     it times out without accepting
//   lost         it is accepted, and the answer never comes                 closed     it is accepted, and the connection breaks
//   500 429 ...  that status; 429 with Retry-After                          huge       it is accepted, and the answer is over 1 MiB
//   drip         it is accepted, and the answer comes a byte at a time
import http from 'node:http';

export async function authority(handle) {
  const faults = [];
  const seen = [];
  const hanging = new Set();
  const server = http.createServer((request, response) => {
    const chunks = [];
    const name = request.method === 'GET' ? undefined : faults.shift();
    if (name === 'down') return request.socket.destroy();
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('error', () => {});
    request.on('end', async () => {
      const body = Buffer.concat(chunks);
      seen.push({ method: request.method, url: request.url, headers: request.headers, body });
      if (name === 'before') return hanging.add(response);
      if (/^\d{3}$/.test(name ?? '')) {
        response.writeHead(Number(name), name === '429' ? { 'retry-after': '1' } : {});
        return response.end(JSON.stringify({ why: 'made up' }));
      }
      const answer = await handle(request, body);
      if (name === 'lost') return hanging.add(response);
      if (name === 'closed') return request.socket.destroy();
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      if (name === 'huge') return response.end('x'.repeat(2 << 20));
      if (name === 'drip') {
        const timer = setInterval(() => response.write(' '), 1000);
        response.on('close', () => clearInterval(timer));
        return undefined;
      }
      return response.end(typeof answer.body === 'string' || Buffer.isBuffer(answer.body) ? answer.body : JSON.stringify(answer.body ?? {}));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    server,
    seen,
    faults,
    fault: (...names) => faults.push(...names),
    /** Cuts every connection whose answer never comes. */
    cut: () => hanging.forEach((response) => response.socket?.destroy()),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The bytes of the one file of a multipart form. */
function multipartFile(request, body) {
  const boundary = `\r\n--${/boundary=(.*)$/.exec(request.headers['content-type'])[1]}`;
  const start = body.indexOf('\r\n\r\n') + 4;
  return body.subarray(start, body.indexOf(boundary, start));
}

/** A gateway (docs/architecture/report.md): `ledger` has each report with how often it was finished. */
export async function gateway() {
  const ledger = new Map();
  const server = await authority((request, body) => {
    const [, , uuid, tail] = request.url.split('/');
    const report = ledger.get(uuid);
    if (request.method === 'PUT' && tail === 'archive') {
      if (!report) return { status: 404 };
      report.archive = multipartFile(request, body);
      return { status: 200, body: {} };
    }
    if (request.method === 'PUT') {
      if (!report) ledger.set(uuid, { opened: 1, media: 0, finished: 0, body: JSON.parse(body) });
      else report.opened++;
      return { status: 201, body: { reference: `G-${uuid.slice(0, 8)}` } };
    }
    if (!report) return { status: 404 };
    if (request.method === 'DELETE') {
      if (report.finished) return { status: 409 };
      ledger.delete(uuid);
      return { status: 200 };
    }
    if (tail === 'media') report.media++;
    if (tail === 'finish') report.finished++;
    return { body: { state: report.finished ? 'filed' : 'open', media: report.media, archive: report.archive !== undefined, reference: `G-${uuid.slice(0, 8)}` } };
  });
  return Object.assign(server, { ledger });
}
