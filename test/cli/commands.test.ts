/** The commands' tables: help, completions, manual page, lists; and the packed tarball. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { completionScript } from '../../src/cli/completions.js';
import { COMMAND_LIST } from '../../src/cli/command-list.js';
import { closewait } from './run.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const dir = mkdtempSync(path.join(tmpdir(), 'closewait-commands-'));
after(() => rmSync(dir, { recursive: true, force: true }));

describe('every command', () => {
  for (const { name, options } of COMMAND_LIST) {
    it(`${name}: its help names all its options, and no line is longer than 120`, () => {
      const { code, out } = closewait([name, '--help']);
      assert.equal(code, 0);
      for (const option of Object.keys(options)) assert.ok(out.includes(`--${option}`), option);
      assert.ok(
        out.split('\n').every((line) => line.length <= 120),
        out,
      );
    });

    it(`${name}: what it does not know is wrong usage`, () => {
      const { code, out, err } = closewait([name, '--nonsense']);
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, /usage: closewait/);
    });
  }

  it('stands in the manual page, with its options', () => {
    const page = readFileSync(path.join(ROOT, 'docs/closewait.1'), 'utf8');
    for (const { name, options } of COMMAND_LIST) {
      assert.match(page, new RegExp(`^\\.SH ${name.toUpperCase()}$`, 'm'));
      for (const option of Object.keys(options)) assert.ok(page.includes(`\\-\\-${option.replaceAll('-', '\\-')}`), option);
    }
  });
});

describe('completions', () => {
  const words = (...typed: string[]): string[] => {
    const script = path.join(dir, 'completion.bash');
    writeFileSync(script, completionScript('bash'));
    const quoted = ['closewait', ...typed].map((word) => `'${word}'`).join(' ');
    return execFileSync(
      'bash',
      ['-c', `. '${script}'; COMP_WORDS=(${quoted}); COMP_CWORD=${typed.length}; _closewait; printf '%s\\n' "\${COMPREPLY[@]}"`],
      { cwd: dir, encoding: 'utf8' },
    )
      .trim()
      .split('\n');
  };

  it('bash offers commands, options, their values, rules and scenarios', () => {
    assert.ok(words('').includes('check') && words('').includes('completions'));
    assert.deepEqual(words('check', '--max'), ['--max-warnings']);
    assert.deepEqual(words('check', '--format', 's'), ['sarif']);
    assert.deepEqual(words('explain', 'linger'), ['linger-zero']);
    assert.ok(words('simulate', 'peer-').includes('peer-reboots'));
    assert.ok(words('check', '').includes('completion.bash'));
  });

  it('all three shells get every command and every option, and their parsers take it where they are installed', () => {
    for (const shell of ['bash', 'zsh', 'fish'] as const) {
      const { code, out } = closewait(['completions', shell]);
      assert.equal(code, 0);
      for (const { name, options } of COMMAND_LIST)
        for (const word of [name, ...Object.keys(options)]) assert.ok(out.includes(word), `${shell} ${word}`);
      const file = path.join(dir, `script.${shell}`);
      writeFileSync(file, out);
      const parsed = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
      if (!parsed.error) assert.deepEqual([parsed.status, parsed.stderr], [0, ''], shell);
    }
  });
});

describe('lists', () => {
  it('rules: one line each, or all texts as JSON', () => {
    const rules = JSON.parse(closewait(['rules', '--format', 'json']).out) as { id: string; why: string }[];
    assert.equal(closewait(['rules']).out.trim().split('\n').length, rules.length);
    assert.ok(rules.every(({ id, why }) => id !== '' && why !== ''));
  });

  it('sysctl: what the model reads, and settings that closewait.json takes', () => {
    assert.match(closewait(['sysctl']).out, /^net\.ipv4\.tcp_retries2 = \d+/m);
    writeFileSync(path.join(dir, 'closewait.json'), closewait(['sysctl', '--format', 'json']).out);
    writeFileSync(path.join(dir, 'a.py'), 'x = 1\n');
    assert.deepEqual(closewait(['check', 'a.py'], { cwd: dir }), { code: 0, out: '', err: '' });
  });
});

describe('the npm package', () => {
  it('holds the program, its grammars, schemas and texts, and runs by npx', () => {
    execFileSync('npm', ['pack', '--silent', '--pack-destination', dir], { cwd: ROOT, stdio: 'ignore' });
    const [tarball = ''] = readdirSync(dir).filter((name) => name.endsWith('.tgz'));
    const files = execFileSync('tar', ['tzf', path.join(dir, tarball)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((name) => name.replace(/^package\//, ''));
    const strange = files.filter(
      (name) =>
        !/^(dist\/(cli\.js|package\.json|THIRD-PARTY-NOTICES\.txt|sbom\.cdx\.json|grammars\/[\w-]+\.wasm)|docs\/closewait\.1|media\/(closewait|experiment)\.schema\.json|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/.test(
          name,
        ),
    );
    assert.deepEqual(strange, []);
    writeFileSync(
      path.join(dir, 'leak.py'),
      'import socket\n\ndef f(host):\n    s = socket.socket()\n    s.connect((host, 1))\n    s.settimeout(3)\n    return s.recv(1)\n',
    );
    const run = spawnSync('npx', ['--yes', '--offline', `--package=./${tarball}`, 'closewait', 'check', 'leak.py'], {
      cwd: dir,
      encoding: 'utf8',
      env: { ...process.env, npm_config_cache: path.join(dir, 'npm-cache') },
    });
    assert.equal(run.status, 1, run.stderr);
    assert.match(run.stdout, /^leak\.py:4:9: .*missing-close/m);
  });
});
