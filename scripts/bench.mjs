#!/usr/bin/env node
// Runs test/bench/*.bench.ts, or those whose name contains the first argument; what follows goes to them.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const dir = path.join(import.meta.dirname, '../test/bench');
const [wanted = '', ...rest] = process.argv.slice(2);
for (const file of fs.readdirSync(dir).filter((f) => f.endsWith('.bench.ts') && f.includes(wanted)).sort()) {
  console.log(`# ${file}`);
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', path.join(dir, file), ...rest], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
