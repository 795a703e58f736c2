#!/usr/bin/env node
// `closewait` from a clone, for runners that get the repository instead of the npm package: builds it the first time.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const program = path.join(root, 'dist/cli.js');

/** All that a step says goes to standard error: standard output is for the report. */
function step(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error || status !== 0) {
    console.error(`closewait: cannot be built: ${error?.message ?? `${command} ${args.join(' ')} failed`}`);
    process.exit(2);
  }
}

if (!fs.existsSync(program)) {
  if (!fs.existsSync(path.join(root, 'node_modules'))) step('npm', ['ci', '--no-audit', '--no-fund']);
  step(process.execPath, ['scripts/build.mjs']);
}
await import(program);
