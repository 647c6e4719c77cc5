// SPDX-License-Identifier: Apache-2.0
// NCMEC's CyberTipline on loopback: the real protocol (report.cybertip.org/ispws), with a ledger of what was finished and faults that can be
// switched for each step. Reports that are not finished vanish by the server's own clock, which a test may move.
//
//   const ncmec = await cyberTipline({ user: 'esp', password: 'secret', schema: '…/ncmec-cyber_tipline.xsd' });
//   ncmec.fault('finish', 'lost after');        // the next /finish is done, its answer never comes
//   ncmec.fault('upload', 'code', { code: 4200, times: 2 });
//   ncmec.now += 25 * 3600e3;                   // a day later
//   ncmec.finished()                            // [{ id, report, files: [{ id, bytes, md5, details }] }]
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const FAULTS = ['lost before', 'lost after', '503 before', '503 after', 'code', 'cut', 'html', 'entity', 'drip', 'reset'];
const escape = (text) => String(text).replace(/[<>&]/g, (c) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;' })[c]);
const element = (xml, name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
const response = (code, description, more = '') =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><reportResponse><responseCode>${code}</responseCode><responseDescription>${escape(description)}</responseDescription>${more}</reportResponse>`;

// Parts of multipart/form-data: [{ name, filename, bytes }]. Real boundaries, no guesses.
export function parts(body, type) {
  const boundary = /boundary="?([^";]+)"?/.exec(type ?? '')?.[1];
  const out = [];
  if (!boundary) return out;
  const mark = Buffer.from(`--${boundary}`);
  for (let at = body.indexOf(mark); at >= 0;) {
    const from = at + mark.length, next = body.indexOf(mark, from);
    if (next < 0) break;
    const piece = body.subarray(from + 2, next - 2), head = piece.indexOf('\r\n\r\n');
    const header = piece.subarray(0, head).toString();
    out.push({ name: /name="([^"]*)"/.exec(header)?.[1], filename: /filename="([^"]*)"/.exec(header)?.[1], bytes: piece.subarray(head + 4) });
    at = next;
  }
  return out;
}

export async function cyberTipline({ user = 'esp', password = 'secret', schema, first = 4_000_001 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-ncmec-'));
  const state = { now: Date.now(), reports: new Map(), next: first, nextFile: 1, faults: [], asked: [], invalid: [] };
  const valid = (xml) => {
    if (!schema || !existsSync(schema)) return '';
    const path = join(folder, 'in.xml');
    writeFileSync(path, xml);
    const done = spawnSync('xmllint', ['--noout', '--nonet', '--schema', schema, path], { encoding: 'utf8' });
    if (done.status) state.invalid.push(done.stderr);
    return done.status ? done.stderr.split('\n')[0] : '';
  };
  const vanish = () => {
    for (const [id, r] of state.reports)
      if (r.state === 'open' && state.now > Math.max(r.opened + 24 * 3600e3, r.changed + 3600e3)) state.reports.delete(id);
  };
  const open = (id) => { // the report, or the answer that there is none to be changed
    vanish();
    const r = state.reports.get(id);
    if (!r) return [null, response(5001, 'Report does not exist')];
    if (r.state === 'finished') return [null, response(5102, 'Report already finished')];
    if (r.state === 'retracted') return [null, response(5101, 'Report already retracted')];
    r.changed = state.now;
    return [r, ''];
  };
  const about = (id) => `<reportId>${id}</reportId>`;
  const steps = {
    submit(body) {
      const wrong = valid(body);
      if (wrong) return response(4100, wrong);
      const id = String(state.next++);
      state.reports.set(id, { id, state: 'open', opened: state.now, changed: state.now, report: body.toString(), files: [] });
      return response(0, 'Success', about(id));
    },
    upload(body, type) {
      const form = parts(body, type), id = form.find((p) => p.name === 'id')?.bytes.toString(), file = form.find((p) => p.name === 'file');
      if (!id || !file?.filename) return response(4000, 'id and file are required');
      const [r, none] = open(id);
      if (!r) return none;
      const md5 = createHash('md5').update(file.bytes).digest('hex'), fileId = `f-${state.nextFile++}`;
      r.files.push({ id: fileId, filename: file.filename, bytes: Buffer.from(file.bytes), md5, details: null });
      return response(0, 'Success', about(id) + `<fileId>${fileId}</fileId><hash>${md5}</hash>`);
    },
    fileinfo(body) {
      const wrong = valid(body), xml = body.toString(), id = element(xml, 'reportId');
      if (wrong) return response(4100, wrong);
      const [r, none] = open(id);
      if (!r) return none;
      const file = r.files.find((f) => f.id === element(xml, 'fileId'));
      if (!file) return response(5002, 'File does not exist');
      file.details = xml;
      return response(0, 'Success', about(id));
    },
    finish(body) {
      const id = new URLSearchParams(body.toString()).get('id');
      const [r, none] = open(id);
      if (!r) return none;
      r.state = 'finished';
      return `<?xml version="1.0" encoding="UTF-8"?><reportDoneResponse><responseCode>0</responseCode>${about(id)}<files>${r.files.map((f) => `<fileId>${f.id}</fileId>`).join('')}</files></reportDoneResponse>`;
    },
    retract(body) {
      const id = new URLSearchParams(body.toString()).get('id');
      const [r, none] = open(id);
      if (!r) return none;
      r.state = 'retracted';
      return response(0, 'Success', about(id));
    },
  };
  const fault = (step) => {
    const f = state.faults.find((one) => one.step === step && one.times > 0);
    if (f) f.times--;
    return f;
  };
  const answer = (res, text, status = 200) => res.writeHead(status, { 'content-type': 'text/xml; charset=utf-8' }).end(text);
  const drip = async (res, text) => {
    res.writeHead(200, { 'content-type': 'text/xml' });
    for (const letter of text) {
      if (res.destroyed) return;
      res.write(letter);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    res.end();
  };
  const server = createServer((req, res) => {
    const step = req.url.replace(/^\/ispws\//, ''), chunks = [];
    if (req.headers.authorization !== `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`) {
      req.resume();
      return res.writeHead(401, { 'www-authenticate': 'Basic' }).end();
    }
    if (req.method === 'GET' && step === 'status') return answer(res, response(0, 'Remote User : ' + user));
    if (req.method === 'GET' && step === 'xsd' && schema) return res.writeHead(200).end();
    if (req.method !== 'POST' || !steps[step]) {
      req.resume();
      return answer(res, response(1210, 'Not found'), 404);
    }
    const f = fault(step);
    if (f?.kind === 'reset') return req.once('data', () => req.socket.resetAndDestroy());
    req.on('data', (chunk) => chunks.push(chunk));
    return req.on('end', () => {
      const body = Buffer.concat(chunks);
      state.asked.push({ step, type: req.headers['content-type'], body });
      if (f?.kind === 'lost before') return; // never answered: the asker's patience ends
      if (f?.kind === '503 before') return res.writeHead(503, { 'retry-after': '1' }).end();
      if (f?.kind === 'code') return answer(res, response(f.code, `asked for by the test: ${f.code}`));
      const text = steps[step](body, req.headers['content-type']);
      if (f?.kind === 'lost after') return;
      if (f?.kind === '503 after') return res.writeHead(503).end('<html>gateway</html>');
      if (f?.kind === 'cut') return answer(res, text.slice(0, text.length / 2));
      if (f?.kind === 'html') return answer(res, '<html><body>gateway</body></html>');
      if (f?.kind === 'entity') return answer(res, '<!DOCTYPE reportResponse [<!ENTITY a "0">]>' + text.replace(/^<\?xml[^>]*>/, '').replace(/>0</, '>&a;<'));
      if (f?.kind === 'drip') return void drip(res, text);
      return answer(res, text);
    });
  });
  server.on('clientError', (error, socket) => socket.destroy());
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref(); // a test that failed before close() does not wait for ever
  const { port } = server.address();
  const leave = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}/ispws`,
    /** Nobody there, until back(). */
    away: leave,
    back: () => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve)),
    fault(step, kind, { code = 1000, times = 1 } = {}) { state.faults.push({ step, kind, code, times }); },
    finished() { return [...state.reports.values()].filter((r) => r.state === 'finished'); },
    close() {
      rmSync(folder, { recursive: true, force: true });
      return leave();
    },
  });
}
