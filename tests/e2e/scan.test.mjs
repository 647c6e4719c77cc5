// SPDX-License-Identifier: Apache-2.0
// vigie hash and vigie match over a directory of pictures: each file once, also when the scan is killed and taken up again.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { sleep, vigie } from './lib.mjs';

const PICTURES = 120;
let home, store;

function make(filter, ...out) {
  const made = spawnSync('ffmpeg', ['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', filter, ...out]);
  assert.equal(made.status, 0, String(made.stderr));
}
function run(args) {
  const done = spawnSync(vigie, args, { encoding: 'utf8', maxBuffer: 64 << 20 });
  return { ...done, lines: done.stdout.split('\n').filter(Boolean) };
}
const rows = (path) => readFileSync(path, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
const byPath = (list) => [...list].sort((a, b) => (a.path < b.path ? -1 : 1));

before(() => {
  home = mkdtempSync(join(tmpdir(), 'vigie-scan-'));
  store = join(home, 'store');
  mkdirSync(join(store, 'deep', 'er'), { recursive: true });
  make(`testsrc2=s=352x288:r=10,rotate=t/3`, '-frames:v', String(PICTURES), '-q:v', '3', join(store, 'p%03d.jpg'));
  make('mandelbrot=s=320x240', '-frames:v', '1', join(store, 'deep', 'set.png'));
  make('testsrc=s=176x144:r=5:d=4', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', join(store, 'deep', 'er', 'clip.mp4'));
  writeFileSync(join(store, 'notes, and "more".txt'), 'not a picture\n');
  writeFileSync(join(store, 'empty'), '');
  writeFileSync(join(store, 'cut.jpg'), readFileSync(join(store, 'p001.jpg')).subarray(0, 2000));
  symlinkSync('/etc/hostname', join(store, 'link'));
});
after(() => rmSync(home, { recursive: true, force: true }));

test('hash: every regular file once, with the digests that anybody else computes', () => {
  const out = join(home, 'all.jsonl');
  const done = run(['hash', '--out', out, store]);
  assert.equal(done.status, 0, done.stderr);
  const list = rows(out);
  assert.equal(list.length, PICTURES + 5);
  assert.equal(new Set(list.map((r) => r.path)).size, list.length);
  for (const r of list) {
    const bytes = readFileSync(r.path);
    for (const algorithm of ['sha256', 'sha1', 'md5']) assert.equal(r[algorithm], createHash(algorithm).update(bytes).digest('hex'), r.path);
    assert.equal(r.size, bytes.length);
  }
  const at = (name) => list.find((r) => r.path.endsWith(name));
  assert.match(at('p001.jpg').pdq, /^[0-9a-f]{64}$/);
  assert.deepEqual([at('set.png').kind, at('set.png').format, at('set.png').width], ['still', 'png', 320]);
  assert.equal(at('clip.mp4').kind, 'video');
  assert.ok(at('clip.mp4').frames.length >= 4 && at('clip.mp4').frames[1].time_ms === 1000);
  assert.match(at('more".txt').note, /^could not be decoded/);
  assert.match(at('cut.jpg').note, /could not be decoded/);
  assert.ok(!existsSync(out + '.state'), 'nothing of the scan is left beside its output');
});

test('hash: CSV that a CSV reader reads, vPDQ for one video, a path that is no UTF-8', () => {
  const csv = run(['hash', '--format', 'csv', store]);
  assert.equal(csv.status, 0, csv.stderr);
  assert.match(csv.stdout, /^path,size,kind,format,width,height,sha256,sha1,md5,pdq,quality,frames,note\r\n/);
  assert.ok(csv.stdout.includes('notes, and ""more"".txt"'));
  const vpdq = run(['hash', '--format', 'vpdq', join(store, 'deep', 'er', 'clip.mp4')]);
  assert.equal(vpdq.status, 0, vpdq.stderr);
  for (const line of vpdq.lines) assert.match(line, /^\d+,\d+,[0-9a-f]{64},\d+\.\d+$/);
  const strange = Buffer.concat([Buffer.from(home + '/'), Buffer.from([0xff, 0xfe]), Buffer.from('.bin')]);
  writeFileSync(strange, 'x');
  const hex = run(['hash', home]).lines.map((l) => JSON.parse(l)).find((r) => r.path_hex);
  assert.equal(hex.path_hex, strange.toString('hex'));
  rmSync(strange);
});

test('hash: the frames of a video are the reference\'s, to the byte', (t) => {
  const shared = join(dirname(new URL(import.meta.url).pathname), '../../../shared/media/videos');
  if (!existsSync(shared)) return t.skip('the videos of the reference are not here');
  const vpdq = run(['hash', '--every-frame', '--format', 'vpdq', join(shared, 'chair-19-sd-bar.mp4')]);
  assert.equal(vpdq.status, 0, vpdq.stderr);
  assert.equal(vpdq.stdout, readFileSync(join(shared, 'chair-19-sd-bar.vpdq.txt'), 'utf8'));
});

test('hash: killed again and again and taken up, the output is as if nothing had happened', async () => {
  const whole = join(home, 'whole.jsonl'), torn = join(home, 'torn.jsonl');
  assert.equal(run(['hash', '--threads', '2', '--out', whole, store]).status, 0);
  let kills = 0;
  for (let round = 0; round < 40; round++) {
    const child = spawn(vigie, ['hash', '--threads', '2', '--out', torn, ...(existsSync(torn) ? ['--resume'] : []), store], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('close', (status) => resolve(status)));
    const status = await Promise.race([ended, sleep(60 + 40 * round).then(() => 'late')]);
    if (status === 0) break;
    kills++;
    child.kill('SIGKILL');
    await ended;
  }
  if (existsSync(torn + '.state')) assert.equal(run(['hash', '--threads', '2', '--out', torn, '--resume', store]).status, 0);
  assert.ok(kills > 0, 'it was killed at least once');
  assert.deepEqual(byPath(rows(torn)), byPath(rows(whole)), `after ${kills} kills`);
});

test('hash: an interrupted scan is not overwritten, nor taken up by another command', () => {
  const out = join(home, 'kept.jsonl');
  writeFileSync(out, '');
  writeFileSync(out + '.state', 'vigie scan 1 hash format=1 profile=cpp every_frame=0 interval=1000\n');
  const without = run(['hash', '--out', out, store]);
  assert.equal(without.status, 1);
  assert.match(without.stderr, /--resume/);
  const other = run(['hash', '--out', out, '--resume', store]);
  assert.equal(other.status, 1);
  assert.match(other.stderr, /other settings/);
  const nowhere = run(['hash', '--resume', store]);
  assert.equal(nowhere.status, 1);
  assert.match(nowhere.stderr, /--out/);
});

test('hash: what cannot be read is told and the rest goes on', () => {
  const gone = run(['hash', join(home, 'is-not-there'), join(store, 'deep')]);
  assert.equal(gone.status, 1);
  assert.match(gone.stderr, /is-not-there: No such file/);
  assert.equal(gone.lines.length, 2);
});

test('match: a list finds the same bytes, the same picture made smaller and turned, and nothing else', () => {
  const list = join(home, 'list.csv'), dir = join(home, 'found');
  const original = join(store, 'deep', 'set.png');
  const known = JSON.parse(run(['hash', original]).lines[0]);
  writeFileSync(list, `ID,Category,MD5,PDQ\nset-1,2 (native),${known.md5},\nset-1-near,A1,,${known.pdq}\nbroken,1,xyz,\n`);
  mkdirSync(dir);
  copyFileSync(original, join(dir, 'same.png'));
  make('mandelbrot=s=320x240', '-frames:v', '1', '-vf', 'scale=240:180', '-q:v', '6', join(dir, 'small.jpg'));
  make('mandelbrot=s=320x240', '-frames:v', '1', '-vf', 'transpose=1', join(dir, 'turned.png'));
  make('testsrc2=s=320x240', '-frames:v', '1', join(dir, 'other.png'));
  const found = run(['match', '--list', list, dir]);
  assert.equal(found.status, 0, found.stderr);
  assert.match(found.stderr, /record .* was skipped/);
  assert.match(found.stderr, /3 files matched/);
  const by = Object.fromEntries(found.lines.map((l) => JSON.parse(l)).map((r) => [r.path.slice(dir.length + 1), r]));
  assert.deepEqual(Object.keys(by).sort(), ['same.png', 'small.jpg', 'turned.png']);
  assert.deepEqual([by['same.png'].matches[0].algorithm, by['same.png'].matches[0].category], ['md5', '2 (native)']);
  assert.deepEqual([by['small.jpg'].matches[0].algorithm, by['small.jpg'].matches[0].reference], ['pdq', 'set-1-near']);
  assert.ok(by['small.jpg'].matches[0].distance <= 31);
  assert.notEqual(by['turned.png'].matches[0].turn, 'none');
  const all = run(['match', '--all', '--format', 'csv', '--list', list, dir]);
  assert.ok(all.stdout.includes('other.png'));
  const wrong = run(['match', '--list', original, dir]);
  assert.equal(wrong.status, 1);
});

test('match: XARF reports are valid, say nothing that was not known, and convert no category', (t) => {
  const dir = join(home, 'found'), list = join(home, 'xarf.csv');
  const known = JSON.parse(run(['hash', join(dir, 'same.png')]).lines[0]);
  const other = JSON.parse(run(['hash', join(dir, 'other.png')]).lines[0]);
  renameSync(join(dir, 'other.png'), join(dir, 'other picture é.png'));
  writeFileSync(list, `ID,Category,MD5\na,A1,${known.md5}\nb,IWF B,${other.md5}\n`);
  const args = ['match', '--format', 'xarf', '--list', list, dir];
  const asked = run(args);
  assert.equal(asked.status, 2);
  assert.match(asked.stderr, /--reporter/);
  const done = run([...args, '--reporter', 'Example Host,abuse@host.example,host.example', '--base-url', 'https://cdn.host.example/', '--host', '192.0.2.7']);
  assert.equal(done.status, 0, done.stderr);
  assert.equal(done.lines.length, 1, 'the category "IWF B" is none of XARF and is not made into one');
  assert.match(done.stderr, /not converted/);
  const report = JSON.parse(done.lines[0]);
  assert.equal(report.classification, 'A1');
  assert.equal(report.hash_values.md5, known.md5);
  assert.ok(!('evidence' in report), 'no content is embedded');
  const shared = join(dirname(new URL(import.meta.url).pathname), '../../../shared/standards');
  if (!existsSync(shared)) return t.skip('the schemas of XARF are not here');
  const ajv = new Ajv2020({ strict: false });
  addFormats(ajv);
  for (const [file, id] of [['xarf-xarf-core.json', 'https://xarf.org/schemas/v4/xarf-core.json'], ['xarf-content-base.json', 'https://xarf.org/schemas/v4/types/content-base.json']])
    ajv.addSchema({ ...JSON.parse(readFileSync(join(shared, file), 'utf8')), $id: id });
  const check = ajv.compile({ ...JSON.parse(readFileSync(join(shared, 'xarf-content-csam.json'), 'utf8')), $id: 'https://xarf.org/schemas/v4/types/content-csam.json' });
  assert.ok(check(report), JSON.stringify(check.errors));
});

test('the library: the example compiles, finds the same, and shows no other symbols', () => {
  const root = join(dirname(new URL(import.meta.url).pathname), '../..'), build = dirname(vigie);
  const program = join(home, 'example');
  const flags = process.env.CFLAGS_EXAMPLE ? process.env.CFLAGS_EXAMPLE.split(' ') : [];
  const compiled = spawnSync('cc', ['-std=c11', '-Wall', '-Wextra', '-Werror', ...flags, '-I', join(root, 'include'), join(root, 'docs/examples/match.c'),
    '-L', join(build, 'src'), '-lvigie', `-Wl,-rpath,${join(build, 'src')}`, '-o', program], { encoding: 'utf8' });
  assert.equal(compiled.status, 0, compiled.stderr);
  copyFileSync(join(build, 'vigie-decode'), join(home, 'vigie-decode')); // beside the program, where it is looked for first
  const list = join(home, 'list.csv'), dir = join(home, 'found');
  const ran = spawnSync(program, [list, join(dir, 'same.png'), join(dir, 'small.jpg'), join(store, 'p001.jpg')], { encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr + ran.stdout);
  assert.match(ran.stdout, /2 records, 1 skipped/);
  assert.match(ran.stdout, /same\.png: set-1, category 2 \(native\), md5 at 0 bits/);
  assert.match(ran.stdout, /small\.jpg: set-1-near, category A1, pdq at \d+ bits/);
  assert.match(ran.stdout, /p001\.jpg: not on the list/);
  const symbols = spawnSync('nm', ['-D', '--defined-only', join(build, 'src', 'libvigie.so')], { encoding: 'utf8' }).stdout;
  const names = symbols.split('\n').map((l) => l.split(' ')[2]).filter(Boolean).filter((n) => !/^(__|_init|_fini|_edata|_end|_bss|asan|\.)/.test(n));
  assert.deepEqual(names.filter((n) => !n.startsWith('vigie_') && !n.startsWith('VIGIE')), []);
});
