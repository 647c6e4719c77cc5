// SPDX-License-Identifier: Apache-2.0
// Bundles test/*.test.ts and runs them with node:test: node test/all.test.mjs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'vigie-console-'));
try {
  const tests = readdirSync(here).filter((f) => f.endsWith('.test.ts'));
  await build({
    absWorkingDir: dirname(here),
    entryPoints: tests.map((f) => join(here, f)),
    outdir: out,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node18',
    outExtension: { '.js': '.mjs' },
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { TEST_ROOT: JSON.stringify(dirname(here)) },
    loader: { '.css': 'empty' },
    logLevel: 'warning',
  });
  const reporter = process.argv.includes('--tap') || !process.stdout.isTTY ? ['--test-reporter=tap'] : [];
  const files = tests.map((f) => join(out, f.replace(/\.ts$/, '.mjs')));
  const { NODE_TEST_CONTEXT: _nested, ...env } = process.env;
  process.exitCode =
    spawnSync(process.execPath, ['--test', ...reporter, ...files], { stdio: 'inherit', env }).status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
