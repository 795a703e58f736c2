/** Runs the built command line (dist/cli.js), as a user does. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { runCheck } from '../../src/cli/check.js';

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

/** `closewait check` in this process, which costs less: for tests that ask often. */
export async function checkHere(cwd: string, ...args: string[]): Promise<Ran> {
  const ran = { code: 0, out: '', err: '' };
  const before = process.cwd();
  process.chdir(cwd);
  try {
    ran.code = await runCheck(args, {
      out: (text) => {
        ran.out += String(text);
      },
      err: (text) => {
        ran.err += text;
      },
      version: '0',
      machine: DEFAULT_MACHINE,
      program: CLI,
      terminal: null,
      progress: false,
    });
  } finally {
    process.chdir(before);
  }
  return ran;
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
