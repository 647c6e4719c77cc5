// SPDX-License-Identifier: Apache-2.0
// Reads an OpenAPI 3.1 document and holds answers against it: status, content type, headers, the schema of the body, and that nothing is in
// the body that the document does not name.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import addFormats from 'ajv-formats';
import Ajv2020 from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { root } from './lib.mjs';

const ID = 'urn:vigie:openapi';
const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];
const escape = (part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

export class Description {
  constructor(path) {
    this.doc = parse(readFileSync(path, 'utf8'));
    this.ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
    addFormats(this.ajv);
    this.ajv.addSchema({ ...this.doc, $id: ID });
    this.checks = new Map();
    /** Of every operation: {id, method, path, operation, parameters}. */
    this.operations = new Map();
    for (const [path, item] of Object.entries(this.doc.paths))
      for (const method of methods.filter((m) => item[m])) {
        const operation = item[method];
        const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((p) => this.deref(p));
        assert.ok(!this.operations.has(operation.operationId), `${operation.operationId} is there twice`);
        this.operations.set(operation.operationId, { id: operation.operationId, method: method.toUpperCase(), path, operation, parameters });
      }
  }

  deref(part) {
    while (part?.$ref) part = part.$ref.slice(2).split('/').reduce((at, name) => at[name.replaceAll('~1', '/').replaceAll('~0', '~')], this.doc);
    return part;
  }

  /** Where a response, or a request body, keeps its schema: ['paths', ...] with references followed. */
  pointerOf(parts) {
    const out = [];
    let at = this.doc;
    for (const part of parts) {
      out.push(part);
      at = at[part];
      assert.ok(at !== undefined, `the document has no ${parts.join(' ')}`);
      if (at.$ref) {
        out.splice(0, out.length, ...at.$ref.slice(2).split('/'));
        at = this.deref(at);
      }
    }
    return out;
  }

  valid(parts, value, what) {
    const pointer = `${ID}#/${this.pointerOf(parts).map(escape).join('/')}`;
    if (!this.checks.has(pointer)) this.checks.set(pointer, this.ajv.compile({ $ref: pointer }));
    const check = this.checks.get(pointer);
    assert.ok(check(value), `${what}: ${this.ajv.errorsText(check.errors)}\n${JSON.stringify(value)?.slice(0, 2000)}`);
  }

  isValid(schema, value) {
    if (!this.checks.has(schema)) this.checks.set(schema, this.ajv.compile(this.absolute(schema)));
    return this.checks.get(schema)(value);
  }

  /** A copy whose references name the document. */
  absolute(schema) {
    return JSON.parse(JSON.stringify(schema), (name, value) => (name === '$ref' && value.startsWith('#') ? `${ID}${value}` : value));
  }

  /** The names in `value` that no schema mentions. An object without any named property is free. */
  unnamed(schema, value, where = '') {
    const parts = [];
    const collect = (s) => {
      s = this.deref(s);
      parts.push(s);
      for (const part of s.allOf ?? []) collect(part);
      const choice = (s.oneOf ?? s.anyOf ?? []).find((one) => this.isValid(one, value));
      if (choice) collect(choice);
    };
    collect(schema);
    if (Array.isArray(value)) {
      const items = parts.find((s) => s.items)?.items;
      return items ? value.flatMap((one, i) => this.unnamed(items, one, `${where}/${i}`)) : [];
    }
    if (value === null || typeof value !== 'object') return [];
    const named = Object.assign({}, ...parts.map((s) => s.properties ?? {}));
    if (Object.keys(named).length === 0) return [];
    return Object.entries(value).flatMap(([name, one]) => (named[name] ? this.unnamed(named[name], one, `${where}/${name}`) : [`${where}/${name}`]));
  }

  /** Fails unless the document describes this answer of this operation. */
  holds(id, answer) {
    const { operation } = this.operations.get(id);
    const what = `${id} ${answer.status}`;
    const response = this.deref(operation.responses[String(answer.status)]);
    assert.ok(response, `${what} is not in the document: ${answer.text}`);
    for (const [name, header] of Object.entries(response.headers ?? {})) {
      const value = answer.headers[name.toLowerCase()];
      assert.ok(value !== undefined, `${what}: the header ${name} is missing`);
      const { schema } = this.deref(header);
      const read = schema.type === 'integer' ? Number(value) : Array.isArray(value) ? value.join() : value;
      assert.ok(this.isValid(schema, read), `${what}: ${name} is ${value}`);
    }
    const base = ['paths', this.operations.get(id).path, this.operations.get(id).method.toLowerCase(), 'responses', String(answer.status), 'content'];
    if (!response.content) {
      assert.equal(answer.text, '', `${what} has no content`);
      return;
    }
    const type = (answer.headers['content-type'] ?? '').split(';')[0];
    assert.ok(response.content[type], `${what}: "${type}" is not in the document`);
    const body = /json$/.test(type) ? answer.json : answer.text;
    this.valid([...base, type, 'schema'], body, what);
    if (/json$/.test(type)) assert.deepEqual(this.unnamed(response.content[type].schema, body), [], `${what}: these are not in the document: ${answer.text.slice(0, 1500)}`);
  }
}

/** Whether an operation has a tag with a file of its own, openapi-TAG.test.mjs, that drives it and asks for every answer. */
export const drivenByPart = (operation) => operation.tags.some((tag) => existsSync(join(root, `tests/e2e/openapi-${tag}.test.mjs`)));

/** Drives the operations that have `tag` against `server`; `whole(elsewhere)` fails unless every answer of theirs was met. */
export function driver(tag, server) {
  const description = new Description(join(root, 'docs/openapi.yaml'));
  const driven = new Set();
  const met = (id, answer) => {
    description.holds(id, answer);
    driven.add(`${id} ${answer.status}`);
    return answer;
  };
  return {
    met,
    async drive(id, status, { params = {}, query = '', headers = {}, body, type, by, to = server, valid = status < 400 } = {}) {
      const operation = description.operations.get(id);
      assert.ok(operation, `the document has no operation ${id}`);
      const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name])) + query;
      const session = by?.cookie ? { Cookie: by.cookie, ...(operation.method === 'GET' ? {} : { 'X-CSRF-Token': by.csrf }) } : {};
      const auth = by?.key ? { Authorization: `Bearer ${by.key}` } : {};
      const content = operation.operation.requestBody?.content;
      if (content && body !== undefined) type ??= Object.keys(content)[0];
      if (content && valid && body !== undefined && /json$/.test(type))
        description.valid(['paths', operation.path, operation.method.toLowerCase(), 'requestBody', 'content', type, 'schema'], body, `the body sent to ${id}`);
      const answer = await to.request(operation.method, path, { headers: { ...session, ...auth, ...(type ? { 'Content-Type': type } : {}), ...headers }, body });
      assert.equal(answer.status, status, `${id}: ${answer.text.slice(0, 500)}`);
      return met(id, answer);
    },
    whole(elsewhere = {}) {
      const here = [...description.operations.values()].filter(({ operation }) => operation.tags.includes(tag));
      assert.ok(here.length, `an operation has the tag ${tag}`);
      const all = here.flatMap(({ id, operation }) => Object.keys(operation.responses).map((status) => `${id} ${status}`));
      for (const known of Object.keys(elsewhere)) assert.ok(all.includes(known) && !driven.has(known), `${known} need not be excepted`);
      assert.deepEqual(all.filter((one) => !driven.has(one) && !elsewhere[one]), []);
    },
  };
}

/** Runs `during` while another program holds the write lock of the cases' database: what writes answers 503. */
export async function whileLocked(data, during) {
  const hold = 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],isolation_level=None)\nc.execute("BEGIN IMMEDIATE")\nprint("held",flush=True)\nsys.stdin.read()';
  const holder = spawn('python3', ['-c', hold, join(data, 'vigie.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  await during();
  holder.stdin.end();
  await new Promise((resolve) => holder.on('close', resolve));
}
