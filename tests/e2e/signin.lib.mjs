// SPDX-License-Identifier: Apache-2.0
// A browser as the server sees one that signs in: it keeps cookies and comes from an address of its own, so that a test of twenty people
// does not meet the limit of one address.
import assert from 'node:assert/strict';
import http from 'node:http';
import { request } from './lib.mjs';

let address = 1;

export class Visitor {
  constructor(server) {
    this.server = server;
    this.jar = new Map();
    this.csrf = '';
    this.agent = new http.Agent({ localAddress: `127.1.${(++address >> 8) & 255}.${address & 255}` });
  }
  get cookie() {
    return [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
  }
  async send(method, path, body, headers = {}) {
    const all = { ...(this.jar.size ? { Cookie: this.cookie } : {}), ...(method === 'GET' ? {} : { 'X-CSRF-Token': this.csrf }), ...headers };
    if (body !== undefined) all['Content-Type'] = 'application/json';
    const answer = await request(this.server, method, path, { headers: all, body, agent: this.agent });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (/Max-Age=0/.test(line)) this.jar.delete(name);
      else this.jar.set(name, value);
    }
    if (answer.json?.csrf) this.csrf = answer.json.csrf;
    return answer;
  }
  get = (path, headers) => this.send('GET', path, undefined, headers);
  post = (path, body, headers) => this.send('POST', path, body, headers);
  password = (name, password) => this.post('/v1/session', { name, password });
  /** A password that is enough. */
  async enter(name, password) {
    const answer = await this.password(name, password);
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  }
  second = (ticket, proof) => this.post('/v1/session/second', { ticket, ...proof });
}
