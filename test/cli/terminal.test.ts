/** What a person sees and presses at a terminal: a pseudo-terminal by `script`, with real shells in it. */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { completionScript } from '../../src/cli/completions.js';
import { closewait, folderWith } from './run.js';

const CLI = path.resolve(import.meta.dirname, '../../dist/cli.js');
const here = (command: string): boolean => spawnSync(command, ['--version']).error === undefined;
const hasScript = process.platform === 'linux' && here('script');
const LEAK = 'import socket\n\n\ndef f(host):\n    s = socket.create_connection((host, 1), timeout=3)\n    return s.recv(1)\n';
const dir = folderWith({ 'leak.py': LEAK, 'clean.py': 'x = 1\n', 'a b.txt': '' });
after(() => rmSync(dir, { recursive: true, force: true }));

describe('text', { skip: !hasScript && 'script (util-linux) is not installed here' }, () => {
  /** What reaches the terminal when a command line runs there. */
  const shown = (command: string, variables: Record<string, string> = {}): string => {
    const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'NO_COLOR'));
    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
      cwd: dir,
      encoding: 'utf8',
      input: '',
      env: { ...environment, TERM: 'xterm', ...variables },
    });
    return stdout.replaceAll('\r\n', '\n');
  };
  const command = `'${process.execPath}' '${CLI}' check`;
  const FRAME = / {2}5 \| {5}s = socket\.create_connection\(\(host, 1\), timeout=3\)\n {4}\| {9}\^~+\n/;

  it('has colours, the line of code and a summary on a terminal', () => {
    const text = shown(`${command} leak.py`);
    assert.match(text, /\u001b\[1mleak\.py:5:9:\u001b\[0m \u001b\[\d+m\w+\u001b\[0m missing-close/u);
    assert.match(text, /5 \|\u001b\[0m/u);
    assert.match(text, /\u001b\[1m1 finding\u001b\[0m in 1 file: 1 \w+\n/u);
    assert.match(shown(`${command} clean.py`), /^no findings in 1 file\n/);
  });

  it('has no colours where NO_COLOR or the kind of terminal says so', () => {
    for (const variables of [{ NO_COLOR: '1' }, { TERM: 'dumb' }] as Record<string, string>[]) {
      const text = shown(`${command} leak.py 2>/dev/null`, variables);
      assert.doesNotMatch(text, /\u001b/u);
      assert.match(text, FRAME);
    }
  });

  it('has line and summary in a pipe, too, and neither colour nor progress; good code says nothing', () => {
    const { out, err } = closewait(['check', 'leak.py'], { cwd: dir });
    assert.match(out, FRAME);
    assert.match(err, /^1 finding in 1 file: 1 \w+\n$/);
    assert.doesNotMatch(out + err, /\u001b|checking/u);
    assert.deepEqual(closewait(['check', 'clean.py'], { cwd: dir }), { code: 0, out: '', err: '' });
    const { out: piped } = closewait(['check', '-', '--language', 'python'], { cwd: dir, input: LEAK });
    assert.match(piped, FRAME);
  });

  it('and what goes into a file beside the terminal has none either', () => {
    shown(`${command} leak.py 2>said >found`);
    const { stdout } = spawnSync('cat', ['said', 'found'], { cwd: dir, encoding: 'utf8' });
    assert.match(stdout, /1 finding in/);
    assert.doesNotMatch(stdout, /\u001b/u);
  });
});

/** How each shell is started without anybody's settings, and what makes completions work in it. */
const SHELLS = {
  bash: { start: 'bash --norc --noprofile -i', first: '', print: `closewait() { printf '<%s>' "$@"; }` },
  zsh: { start: 'zsh -f -i', first: 'autoload -Uz compinit; compinit -u -D; ', print: `closewait() { printf '<%s>' "$@"; }` },
  fish: { start: 'fish --no-config -i', first: '', print: `function closewait; printf '<%s>' $argv; end` },
} as const;

describe('the TAB key', () => {
  for (const [shell, { start, first, print }] of Object.entries(SHELLS) as [keyof typeof SHELLS, (typeof SHELLS)['bash']][]) {
    const skip = !(hasScript && here(shell)) && `${shell} or script is not installed here`;
    it(`completes commands, options, values, rules, scenarios and files in ${shell}`, { skip, timeout: 60_000 }, async () => {
      writeFileSync(path.join(dir, `c.${shell}`), completionScript(shell));
      const terminal = spawn('script', ['-qec', start, '/dev/null'], { cwd: dir, env: { ...process.env, TERM: 'dumb' } });
      let text = '';
      terminal.stdout.on('data', (data: Buffer) => (text += data.toString()));
      const says = async (typed: string, answer: string): Promise<void> => {
        const before = text.length;
        terminal.stdin.write(typed);
        for (let i = 0; i < 200 && !text.slice(before).includes(answer); i += 1) await new Promise((resolve) => setTimeout(resolve, 50));
        assert.ok(text.slice(before).includes(answer), `${JSON.stringify(typed)}: ${JSON.stringify(text.slice(before))}`);
      };
      try {
        // The mark is put together by the shell: the echo of what is typed does not have it.
        await says(`${first}. ./c.${shell}; ${print}; echo rea''dy\n`, 'ready');
        await says('closewait ch\t--form\ts\t\n', '<check><--format><sarif>');
        await says('closewait explain linger\t\n', '<explain><linger-zero>');
        await says('closewait simulate peer-r\t\n', '<simulate><peer-reboots>');
        await says('closewait completions f\t\n', '<completions><fish>');
        await says('closewait check a\t\n', '<check><a b.txt>');
        await says('closewait check --baseline cle\t\n', '<check><--baseline><clean.py>');
      } finally {
        terminal.kill();
      }
    });
  }
});

describe('the manual page', () => {
  const page = path.resolve(import.meta.dirname, '../../docs/closewait.1');
  it('is shown by man, without a complaint of the formatter', { skip: !here('man') && 'man is not installed here' }, () => {
    assert.ok(existsSync(page));
    const { status, stdout, stderr } = spawnSync('man', ['--warnings', '-l', page], {
      encoding: 'utf8',
      env: { ...process.env, MANWIDTH: '100', LC_ALL: 'C.UTF-8', MAN_KEEP_FORMATTING: '' },
    });
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^CLOSEWAIT\(1\)/);
    assert.match(stdout, /--changed-since REF/);
  });
});
