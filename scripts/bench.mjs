#!/usr/bin/env node
// Runs test/bench/*.bench.ts, or those whose name contains the first argument; what follows goes to them.
// They are bundled first, as the product is: code that is translated while it runs is a third slower.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.join(import.meta.dirname, '..');
const dir = path.join(root, 'test/bench');
const [wanted = '', ...rest] = process.argv.slice(2);
for (const file of fs
  .readdirSync(dir)
  .filter((f) => f.endsWith('.bench.ts') && f.includes(wanted))
  .sort()) {
  const outfile = path.join(root, 'out/bench', file.replace(/\.ts$/, '.mjs'));
  await build({
    entryPoints: [path.join(dir, file)],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  console.log(`# ${file}`);
  const { status } = spawnSync(process.execPath, [outfile, ...rest], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
