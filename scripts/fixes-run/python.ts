/** Python programs are run as they are: a driver imports them and calls the function. */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Prepared } from './execute.js';

/** Modules whose work a stand-in cannot do. */
const NEEDED = [
  'aiohttp',
  'httpx',
  'requests',
  'urllib3',
  'redis',
  'paramiko',
  'websockets',
  'anyio',
  'trio',
  'tornado',
  'psycopg2',
  'pymysql',
  'socks',
  'asyncssh',
  'pg8000',
];

/** The interpreter itself: a launcher in front of it costs more than a run. */
const PYTHON = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout.trim();

export function preparePython(text: string, name: string, fn: string, dir: string): Prepared {
  if (fn === 'module') return { reason: 'the program is no function' };
  const program = path.join(dir, path.basename(name));
  writeFileSync(program, text);
  return { command: [PYTHON, path.join(import.meta.dirname, 'python-driver.py'), program, fn, ...NEEDED], cwd: dir };
}
