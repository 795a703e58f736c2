import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

const LAB = path.join(import.meta.dirname, 'lab.ts');
const EXPERIMENT = path.join(import.meta.dirname, '../kernel-traces/experiments/connect-dead-syncnt-2.json');
const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
/** In root's own home nobody else can run it. */
const isShut =
  isRoot && spawnSync(process.execPath, ['-e', `require('fs').accessSync(${JSON.stringify(LAB)})`], { uid: NOBODY }).status !== 0;
const hasPython = spawnSync('python3', ['-c', '']).status === 0;

function whyNotAsNobody(): string | false {
  if (process.platform !== 'linux') return 'the lab is for Linux';
  return isShut && 'others may not read this folder';
}

function run(argv: string[], uid?: number): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', LAB, ...argv], {
    encoding: 'utf8',
    ...(uid !== undefined && { uid }),
    env: { ...process.env, TSX_DISABLE_CACHE: '1', NODE_V8_COVERAGE: '' },
  });
  return {
    status,
    stdout,
    stderr: stderr
      .split('\n')
      .filter((l) => !l.startsWith('npm warn'))
      .join('\n'),
  };
}

test('without root the lab says so in one line', { skip: whyNotAsNobody() }, () => {
  const { status, stdout, stderr } = run([EXPERIMENT], isRoot ? NOBODY : undefined);
  assert.equal(status, 2, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, /^lab: experiments cannot run on this machine's kernel: it needs root.*\n$/);
});

test('a wrong experiment is named with its place, before anything is run', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'closewait-'));
  try {
    const file = path.join(folder, 'x.json');
    writeFileSync(file, '{"name":"x","durationS":1,"programs":[{"name":"p","host":"A","steps":[{"do":"close","on":"s"}]}]}');
    const { status, stderr } = run([file]);
    assert.equal(status, 2);
    assert.match(stderr, /programs\[0\]\.steps\[0\]\.on: no socket named "s"/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test(
  'with root: kernel and model side by side, and the verdict',
  { skip: !(isRoot && hasPython && existsSync('/dev/net/tun')) && 'needs root, python3 and /dev/net/tun' },
  () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'closewait-'));
    try {
      const file = path.join(folder, 'x.json');
      writeFileSync(
        file,
        '{"name":"../odd/name","durationS":0.6,"rttMs":20,"programs":' +
          '[{"name":"p","host":"A","steps":[{"at":0.1,"do":"connect","as":"s","to":"B:5000"}]}]}',
      );
      const { status, stdout, stderr } = run([file, '--runs', '1', '--phases', '1', '--retries', '0']);
      assert.ok(status === 0 || status === 1, stderr);
      assert.match(stdout, / 0\.1\d{3} +(0\.1\d{3}|-) {2}A {2}p: connect s = -1 ECONNREFUSED\n/);
      assert.match(stdout, status === 0 ? /\nagree +experiment/ : /\ndiffer +experiment/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
