/** A hundred thousand files are looked through in one run, in little memory, and the one that leaks among them is found. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

const CLI = path.resolve(import.meta.dirname, '../../dist/cli.js');
const FOLDERS = 200;
const IN_EACH = 500;
const LEAK = 'import socket\n\ndef f(host):\n    s = socket.create_connection((host, 1), 3)\n    return s.recv(1)\n';

test('100,000 files', () => {
  // In memory where that is possible: a disk that others use takes minutes.
  const dir = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'closewait-many-'));
  try {
    for (let d = 0; d < FOLDERS; d += 1) {
      mkdirSync(path.join(dir, `d${d}`));
      for (let f = 0; f < IN_EACH; f += 1) writeFileSync(path.join(dir, `d${d}`, `f${f}.py`), d === 7 && f === 7 ? LEAK : '');
    }
    const run = spawnSync(process.execPath, ['--max-old-space-size=300', CLI, 'check', '.', '--format', 'json'], {
      cwd: dir,
      encoding: 'utf8',
      timeout: 120_000,
      maxBuffer: 1 << 28,
    });
    assert.equal(run.status, 1, run.stderr);
    const { files } = JSON.parse(run.stdout) as { files: { path: string; findings: unknown[] }[] };
    assert.equal(files.length, FOLDERS * IN_EACH);
    assert.deepEqual(
      files.filter(({ findings }) => findings.length > 0).map(({ path: name }) => name),
      ['./d7/f7.py'],
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
