/** Files that are given together are one program; threads, terminals and odd names change nothing in what is found. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { causeOf } from '../../src/cli/errors.js';
import { findingsText, summaryText } from '../../src/output/findings-text.js';
import { checkText } from '../app/analyser.js';
import { closewait, folderWith } from './run.js';

const OPENS = 'import socket\n\ndef connect(host):\n    return socket.create_connection((host, 80), timeout=5)\n';
const WRAPS = 'from pkg.net import connect\n\ndef reach(host):\n    return connect(host)\n';
const LOSES =
  'from pkg.wrap import reach\n\ndef ask(host):\n    s = reach(host)\n    s.sendall(b"x")\n    if not ' +
  's.recv(5):\n        return None\n    s.close()\n    return 1\n';
const KEEPS =
  'import socket\n\ndef look(held):\n    s = socket.create_connection(("a", 80), timeout=5)\n    if held:\n        return\n    s.close()\n';

const withoutTimes = (out: string): string => out.replace(/"(parseMs|analyseMs)": [\d.e+-]+/g, '');

describe('closewait check over a project', () => {
  const dir = folderWith({
    'pkg/net.py': OPENS,
    'pkg/wrap.py': WRAPS,
    'main.py': LOSES,
    'gen/a.py': KEEPS,
    'gen/b_test.py': KEEPS,
    'x/vendor/v.py': KEEPS,
    'big.py': `import socket\n${'# line\n'.repeat(160_000)}`,
  });
  after(() => rmSync(dir, { recursive: true, force: true }));
  const check = (...args: string[]): ReturnType<typeof closewait> => closewait(['check', ...args], { cwd: dir });

  it('follows a connection through three files', () => {
    const { code, out } = check('main.py', 'pkg');
    assert.equal(code, 1);
    assert.match(out, /^main\.py:4:9: \w+ missing-close \[certain\]/);
    assert.equal(check('main.py').code, 0, 'one file by itself says nothing');
  });

  it('gives the same bytes whatever the number of threads and the order of the paths', () => {
    const one = withoutTimes(check('.', '--format', 'json', '--jobs', '1').out);
    for (const jobs of ['2', '5']) assert.equal(withoutTimes(check('.', '--format', 'json', '--jobs', jobs).out), one);
    assert.equal(
      withoutTimes(check('pkg', 'main.py', '--format', 'sarif', '--jobs', '2').out),
      withoutTimes(check('main.py', 'pkg', '--format', 'sarif', '--jobs', '1').out),
    );
  });

  it('knows the files of a package by the names that they import each other by, also when the package alone is given', () => {
    const whole = folderWith({ 'pkg/__init__.py': '', 'pkg/net.py': OPENS, 'pkg/wrap.py': WRAPS, 'pkg/main.py': LOSES });
    try {
      assert.match(closewait(['check', 'pkg'], { cwd: whole }).out, /^pkg\/main\.py:4:9: \w+ missing-close \[certain\]/);
      assert.match(closewait(['check', '.'], { cwd: `${whole}/pkg` }).out, /^\.\/main\.py:4:9: \w+ missing-close \[certain\]/);
    } finally {
      rmSync(whole, { recursive: true, force: true });
    }
  });

  it('leaves out what --exclude names', () => {
    const files = (...args: string[]): string[] =>
      (JSON.parse(check('.', '--format', 'json', '--no-fixes', ...args).out) as { files: { path: string }[] }).files.map((f) => f.path);
    assert.deepEqual(files('--exclude', 'vendor/', '--exclude', '*_test.py', '--exclude', '/big.py'), [
      './gen/a.py',
      './main.py',
      './pkg/net.py',
      './pkg/wrap.py',
    ]);
    assert.deepEqual(files('--exclude', '/gen', '--exclude', 'pkg/**', '--exclude', 'x'), ['./big.py', './main.py']);
  });

  it('exits 2 for a named file that is too large, not for one in a folder', () => {
    const named = check('big.py');
    assert.deepEqual([named.code, named.out], [2, '']);
    assert.match(named.err, /^closewait: big\.py:1: too-large: /);
    // Also when no word of a library stands in it, so that nobody would look at it anyway.
    const other = folderWith({ 'quiet.py': '# line\n'.repeat(160_000), 'wide.py': `# ${'\u00e9'.repeat(600_000)}\n` });
    const quiet = closewait(['check', 'quiet.py', 'wide.py'], { cwd: other });
    rmSync(other, { recursive: true, force: true });
    assert.deepEqual([quiet.code, quiet.out], [2, '']);
    assert.match(quiet.err, /^closewait: quiet\.py:1: too-large: larger than 1048576 characters/);
    assert.doesNotMatch(quiet.err, /wide/);
    assert.equal(check('.', '--exclude', 'gen', '--exclude', 'x', '--exclude', 'main.py').code, 0);
  });

  for (const [what, args, message] of [
    ['a number of threads that is none', ['--jobs', '0'], /--jobs 0: a whole number from 1/],
    ['an empty path', [''], /a path is empty/],
    ['a missing path', ['no/such.py'], /^closewait: no\/such\.py: no such file or folder\n$/],
  ] as const) {
    it(`exits 2 for ${what}`, () => {
      const { code, err } = check(...args);
      assert.equal(code, 2);
      assert.match(err, message);
    });
  }

  it('has help for every command, with exit codes and examples', () => {
    for (const command of ['check', 'simulate', 'explain']) {
      const { code, out, err } = closewait([command, '--help']);
      assert.deepEqual([code, err], [0, ''], command);
      assert.match(out, /usage: [^]*exit codes: [^]*examples: /);
    }
    assert.match(closewait(['--help']).out, /closewait COMMAND --help/);
  });

  it('lists the connections of a file', () => {
    const { code, out } = closewait(['simulate', 'gen/a.py'], { cwd: dir });
    assert.deepEqual([code, out], [0, 'gen/a.py:4: client, socket.create_connection: peer-closes-we-do-not (its finding)\n']);
    const json = JSON.parse(closewait(['simulate', 'gen/a.py', '--format', 'json'], { cwd: dir }).out) as { line: number }[];
    assert.deepEqual(
      json.map((one) => one.line),
      [4],
    );
    assert.match(closewait(['simulate', 'pkg'], { cwd: dir }).err, /pkg: is a folder/);
    assert.equal(closewait(['simulate', './pkg'], { cwd: dir }).err, 'closewait simulate: ./pkg: is a folder, not a file\n');
  });
});

describe('names that would drive a terminal', () => {
  const name = 'a\u001b[31m\u202eb.py';
  const dir = folderWith({ [name]: KEEPS });
  after(() => rmSync(dir, { recursive: true, force: true }));
  const acts = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;
  for (const format of ['text', 'json', 'sarif']) {
    it(`are shown, not sent: ${format}`, () => {
      const { out } = closewait(['check', '.', '--format', format], { cwd: dir });
      assert.ok(out.length > 0 && !acts.test(out));
      if (format === 'json') assert.equal((JSON.parse(out) as { files: { path: string }[] }).files[0]?.path, `./${name}`);
    });
  }
  it('in errors, too', () => {
    const { err } = closewait(['check', 'x\u001b[2Jy.py', 'z\u009b.txt'], { cwd: dir });
    assert.ok(err.includes('x\\u001b[2Jy.py') && !acts.test(err));
    for (const args of [
      'check --format',
      'check --',
      'simulate ',
      'simulate --set ',
      'diagnose --at ',
      'explain ',
      'mcp ',
      'rules ',
      'sysctl ',
    ])
      assert.ok(
        !acts.test(
          closewait(
            [...args.split(' '), '\u001b[2J'].filter((arg) => arg !== ''),
            { cwd: dir, input: '' },
          ).err,
        ),
        args,
      );
    assert.ok(!acts.test(closewait(['check', '--\u001b[2J']).err));
  });
});

describe('text', () => {
  const file = checkText(KEEPS, 'python');
  it('has the line of code with marks, and colours where they are wanted', () => {
    const text = findingsText('a.py', file, { colour: false, lines: KEEPS.split('\n') });
    assert.match(text, /\n {2}4 \| {5}s = socket\.create_connection\(\("a", 80\), timeout=5\)\n {4}\| {9}\^~{45}\n/);
    assert.match(findingsText('a.py', file, { colour: true, lines: [] }), /^\u001b\[1ma\.py:4:9:\u001b\[0m /u);
    assert.doesNotMatch(text, /\u001b/);
  });
  it('marks what stands above them where signs are wider or narrower than their columns', () => {
    for (const [before, places] of [
      ['"日本語"', 8],
      ['"한글"', 6],
      ['"e\u0301\u0308"', 3],
      ['"\u{1f600}"', 4],
      ['"é"', 3],
    ] as const) {
      const code = KEEPS.replace('    s = socket', `    x = ${before}; s = socket`);
      const text = findingsText('a.py', checkText(code, 'python'), { colour: false, lines: code.split('\n') });
      assert.match(text, new RegExp(`\\n {4}\\| {${9 + 4 + places + 2}}\\^~{45}\\n`), before);
    }
  });
  it('ends with a summary', () => {
    assert.match(summaryText([{ file }, { file: { ...file, findings: [] } }], false), /^1 finding in 1 of 2 files: 1 \w+\n$/);
    assert.equal(summaryText([{ file: { ...file, findings: [], suppressed: 2 } }], false), 'no findings in 1 file; 2 suppressed\n');
  });
  it('a path in another file is named', () => {
    const [finding] = file.findings;
    assert.ok(finding);
    const [step] = finding.path;
    const elsewhere = { ...file, findings: [{ ...finding, path: step ? [{ ...step, file: 'pkg/net.py' }] : [] }] };
    assert.match(findingsText('a.py', elsewhere, { colour: false, lines: [] }), /\n {4}pkg\/net\.py:4:9: /);
  });
});

describe('causes', () => {
  it('are words', () => {
    assert.equal(
      causeOf(Object.assign(new Error('EISDIR: illegal operation on a directory, read'), { code: 'EISDIR' })),
      'is a folder, not a file',
    );
    assert.equal(causeOf(new Error('odd')), 'odd');
  });
});
