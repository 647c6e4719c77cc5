// SPDX-License-Identifier: Apache-2.0
// The DSA Transparency Database as far as a platform sees it: bearer token, batches that are all or nothing, puids that are taken once. `faults` is a
// queue of what goes wrong next: 'lose' takes it and answers nothing, 'drop' takes nothing and answers nothing, 'hang' takes it and 'stall' takes nothing, both
// without an answer while the connection stands; a number is answered as a status, {status, body} as it is. `twice`: puids that came again after they were taken.
import { randomUUID } from 'node:crypto';
import http from 'node:http';

const required = ['decision_ground', 'content_type', 'category', 'content_date', 'application_date', 'decision_facts', 'source_type', 'automated_detection', 'automated_decision', 'puid'];
const restricted = ['decision_visibility', 'decision_monetary', 'decision_provision', 'decision_account'];

export async function startDatabase({ token }) {
  const database = { kept: new Map(), calls: [], faults: [], twice: [], largest: 0, refuse: () => undefined };
  const wrong = (s) => {
    const errors = {};
    for (const name of required) if (s[name] === undefined) errors[name] = [`The ${name} field is required.`];
    if (!restricted.some((name) => s[name])) errors.decision_visibility = ['One of the restrictions is required.'];
    if (database.kept.has(s.puid)) errors.puid = ['The puid has already been taken.'];
    const why = database.refuse(s);
    if (why) errors.decision_facts = [why];
    return Object.keys(errors).length ? errors : undefined;
  };
  const take = (statements) => {
    if (!Array.isArray(statements) || statements.length < 1 || statements.length > 100) return [422, { message: 'statements', errors: { statements: ['1 to 100'] } }];
    const errors = {};
    database.largest = Math.max(database.largest, statements.length);
    for (const s of statements) if (database.kept.has(s.puid)) database.twice.push(s.puid);
    statements.forEach((s, i) => wrong(s) && (errors[`statement_${i}`] = wrong(s)));
    if (Object.keys(errors).length) return [422, { message: 'The given data was invalid.', errors }];
    const made = statements.map((s) => ({ ...s, uuid: randomUUID(), permalink: `https://database.example/statement/${s.puid}` }));
    for (const s of made) database.kept.set(s.puid, s);
    return [201, { statements: made }];
  };
  const answer = (request, body) => {
    if (request.headers.authorization !== `Bearer ${token}`) return [401, { message: 'Unauthenticated.' }];
    const found = /^\/api\/v1\/statement\/existing-puid\/([\w-]+)$/.exec(request.url);
    if (found) return database.kept.has(found[1]) ? [200, { message: 'statement of reason found', puid: found[1] }] : [404, { message: 'statement of reason not found' }];
    return request.method === 'POST' && request.url === '/api/v1/statements' ? take(JSON.parse(body).statements) : [404, {}];
  };
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => (body += bytes));
    request.on('end', () => {
      database.calls.push(`${request.method} ${request.url}`);
      const fault = database.faults.shift();
      if (fault === 'drop') return request.socket.destroy();
      if (fault === 'stall') return undefined;
      if (fault?.status) return response.writeHead(fault.status, { 'Content-Type': 'application/json' }).end(JSON.stringify(fault.body));
      if (typeof fault === 'number') return response.writeHead(fault, { 'Retry-After': '0' }).end('{}');
      const [status, said] = answer(request, body);
      if (fault === 'lose') return request.socket.destroy();
      if (fault === 'hang') return undefined;
      return response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(said));
    });
  }).unref();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  database.url = `http://127.0.0.1:${server.address().port}`;
  database.stop = () => server.close();
  return database;
}
