/** What a stranger's repository may hold: it neither runs a program, nor leads out of itself, nor keeps the command busy. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { exclusionsOf } from '../../src/app/exclusions.js';
import { folderWith } from './run.js';

const CLI = path.resolve(import.meta.dirname, '../../dist/cli.js');
const LEAK = 'import socket\n\n\ndef f(host):\n    s = socket.create_connection((host, 1), timeout=3)\n    return s.recv(1)\n';
const dirs: string[] = [];
after(() => dirs.forEach((dir) => rmSync(dir, { recursive: true, force: true })));
const made = (files: Record<string, string>): string => {
  const dir = folderWith(files);
  dirs.push(dir);
  return dir;
};
/** Ended after a time that none of these needs. */
const check = (cwd: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [CLI, 'check', ...args], { cwd, encoding: 'utf8', timeout: 30_000 });

describe('--changed-since', { skip: spawnSync('git', ['--version']).status !== 0 && 'git is not installed here' }, () => {
  it('runs no filter that the repository names for its files', () => {
    const dir = made({ 'a.py': LEAK, 'evil.sh': '#!/bin/sh\ntouch ran\ncat\n' });
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: dir, encoding: 'utf8' });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'first');
    execFileSync('chmod', ['+x', 'evil.sh'], { cwd: dir });
    for (const name of ['evil', 'with=sign', 'process']) {
      git('config', `filter.${name}.${name === 'process' ? 'process' : 'clean'}`, './evil.sh');
      git('config', `filter.${name}.required`, 'true');
      writeFileSync(path.join(dir, '.gitattributes'), `*.py filter=${name}\n`);
      writeFileSync(path.join(dir, 'a.py'), `# ${name}\n${LEAK}`);
      const { status, stdout, stderr } = check(dir, '.', '--changed-since', 'HEAD');
      assert.equal(status, 1, stderr);
      assert.match(stdout, /^\.\/a\.py:6:/m);
      assert.ok(!existsSync(path.join(dir, 'ran')), name);
    }
  });
});

describe('a baseline or a cache in the workspace', () => {
  const dir = made({ 'in/a.py': LEAK, 'out/base.json': '{"version":1,"findings":[]}' });
  const inside = path.join(dir, 'in');

  it('that is a pipe, a device or a link to elsewhere is named, and nothing is waited for', () => {
    execFileSync('mkfifo', ['pipe.json'], { cwd: inside });
    symlinkSync('/dev/zero', path.join(inside, 'zero.json'));
    symlinkSync('../out/base.json', path.join(inside, 'link.json'));
    for (const [file, message] of [
      ['pipe.json', /is a socket or a device, not a file/],
      ['zero.json', /a symbolic link leads out of this folder/],
      ['link.json', /a symbolic link leads out of this folder/],
    ] as const) {
      const { status, stdout, stderr } = check(inside, 'a.py', '--baseline', file);
      assert.deepEqual([status, stdout], [2, ''], file);
      assert.match(stderr, message);
    }
  });

  it('a kept file that is a pipe or leads elsewhere is as none', () => {
    assert.equal(check(inside, 'a.py', '--cache', 'kept').status, 1);
    const [name = ''] = readdirSync(path.join(inside, 'kept'));
    const file = path.join(inside, 'kept', name);
    for (const replace of [() => execFileSync('mkfifo', [file]), () => symlinkSync('/dev/zero', file)]) {
      rmSync(file);
      replace();
      const { status, stdout } = check(inside, 'a.py', '--cache', 'kept');
      assert.ok(status === 1 || status === 2);
      assert.match(stdout, /missing-close/);
    }
    assert.deepEqual(readdirSync(path.join(dir, 'out')), ['base.json']);
  });
});

describe('lines that leave files out', () => {
  const SLOW = '**/a/**/a/**/a/**/a/**/b';
  const deep = path.join('a', ...Array.from({ length: 120 }, () => 'a'));
  const dir = made({ 'a.py': LEAK, '.gitignore': `${SLOW}\n` });
  mkdirSync(path.join(dir, deep), { recursive: true });

  it('take no time in deep folders, whoever wrote them', () => {
    assert.equal(check(dir, '.').status, 1);
    writeFileSync(path.join(dir, 'closewait.json'), JSON.stringify({ exclude: [SLOW] }));
    const { status, stderr } = check(dir, '.');
    assert.equal(status, 2);
    assert.match(stderr, /closewait\.json: "exclude": "\*\*\/a\/.*" holds more than 3 "\*\*"/);
    const wrong = check(dir, '.', '--exclude', SLOW);
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /--exclude: .* holds more than 3 "\*\*"/);
  });

  it('of every kind are decided at once for the longest names', () => {
    const parts = ['*a', '*ab', '?', '*', '[ab]', '*[ab]', 'a', '/**/', '**', '/'];
    const names = ['a'.repeat(250), 'ab'.repeat(125), Array.from({ length: 63 }, () => 'a').join('/'), 'a/b'.repeat(30)];
    let seed = 7;
    const next = (n: number): number => (seed = (seed * 48_271) % 0x7fffffff) % n;
    for (let i = 0; i < 400; i += 1) {
      const line = `${Array.from({ length: 8 }, () => parts[next(parts.length)]).join('')}c`;
      const { test } = exclusionsOf([line]);
      for (const name of names) {
        const began = performance.now();
        test(name);
        assert.ok(performance.now() - began < 500, `${line} ${name}`);
      }
    }
  });
});
