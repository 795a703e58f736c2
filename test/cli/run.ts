/** Runs the built command line (dist/cli.js), as a user does. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const CLI = path.resolve(import.meta.dirname, '../../dist/cli.js');
if (!existsSync(CLI)) throw new Error('dist/cli.js is missing: npm run build');

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

export function closewait(args: string[], { cwd, input }: { cwd?: string; input?: string } = {}): Ran {
  const run = spawnSync(process.execPath, [CLI, ...args], { cwd, input, encoding: 'utf8', maxBuffer: 1 << 28 });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

/** A new folder with these files. */
export function folderWith(files: Record<string, string | Buffer>): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'closewait-cli-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), content);
  }
  return dir;
}
