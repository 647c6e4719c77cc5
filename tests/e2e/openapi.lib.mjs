// SPDX-License-Identifier: Apache-2.0
// Reads an OpenAPI 3.1 document and holds answers against it: status, content type, headers, the schema of the body, and that nothing is in
// the body that the document does not name.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import addFormats from 'ajv-formats';
import Ajv2020 from 'ajv/dist/2020.js';
import { parse } from 'yaml';

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
