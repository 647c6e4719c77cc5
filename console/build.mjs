// SPDX-License-Identifier: Apache-2.0
// Builds the console: node build.mjs [OUT] [--no-check]. OUT is console/dist unless said otherwise.
// Each text file also gets a .gz beside it: the server sends it as it is. Same source, same bytes out.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv.slice(2).find((a) => !a.startsWith('--')) ?? join(here, 'dist'));
const check = !process.argv.includes('--no-check');

async function typeCheck() {
  const require = createRequire(import.meta.url);
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  try {
    await promisify(execFile)(process.execPath, [tsc, '--noEmit', '--project', here]);
  } catch (error) {
    process.stderr.write(`${error.stdout ?? ''}${error.stderr ?? ''}`);
    throw new Error('the console does not type-check');
  }
}

async function bundle() {
  await mkdir(out, { recursive: true });
  await build({
    absWorkingDir: here,
    entryPoints: { app: 'src/main.tsx' },
    outdir: out,
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2021', 'chrome111', 'firefox113', 'safari16.2'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
  for (const name of ['index.html', 'favicon.svg', 'licences.txt']) await copyFile(join(here, 'src', name), join(out, name));
  const sizes = [];
  for (const name of ['index.html', 'app.js', 'app.css', 'favicon.svg']) {
    const bytes = await readFile(join(out, name));
    const packed = gzipSync(bytes, { level: 9 });
    packed[9] = 255; // "operating system" of the gzip header: unknown, the same everywhere
    await writeFile(join(out, `${name}.gz`), packed);
    sizes.push(`${name} ${(bytes.length / 1024).toFixed(1)} kB (${(packed.length / 1024).toFixed(1)} kB gzip)`);
  }
  return sizes;
}

try {
  const [sizes] = await Promise.all([bundle(), check ? typeCheck() : undefined]);
  process.stderr.write(`console: ${sizes.join(', ')}\n`);
} catch (error) {
  process.stderr.write(`console: ${error.message}\n`);
  process.exitCode = 1;
}
