/** Pipes, devices, links and files that come and go: nothing waits for ever, nothing leads out of the folder, each is said once. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { checkHere, folderWith, type Ran } from './run.js';

const CLI = path.resolve(import.meta.dirname, '../../dist/cli.js');
const LEAK =
  'import socket\n\ndef f(host):\n    s = socket.socket()\n    s.settimeout(3)\n    s.connect((host, 1))\n    return s.recv(1)\n';
const isRoot = process.getuid?.() === 0;
/** In root's own home nobody else can run it. */
const isShut =
  isRoot && spawnSync(process.execPath, ['-e', `require('fs').accessSync(${JSON.stringify(CLI)})`], { uid: 65_534 }).status !== 0;

function whyNotAsNobody(): string | false {
  if (isShut) return 'others may not read this folder';
  return isRoot && !existsSync('/usr/bin/setpriv') && 'no setpriv';
}

/** The command line in a process that is ended when it waits. */
function closewait(cwd: string, args: readonly string[], before: readonly string[] = [], node: readonly string[] = []): Ran {
  const [command = '', ...rest] = [...before, process.execPath, ...node, CLI, ...args];
  const { status, stdout, stderr } = spawnSync(command, rest, { cwd, encoding: 'utf8', timeout: 60_000, maxBuffer: 1 << 28 });
  return { code: status, out: stdout, err: stderr };
}

describe('what is no file', () => {
  const dir = folderWith({ 'a.py': LEAK, 'huge.py': LEAK });
  after(() => rmSync(dir, { recursive: true, force: true }));
  spawnSync('mkfifo', [path.join(dir, 'pipe.py')]);
  symlinkSync('/dev/zero', path.join(dir, 'zero.py'));
  symlinkSync('two.py', path.join(dir, 'one.py'));
  symlinkSync('one.py', path.join(dir, 'two.py'));
  symlinkSync('gone.py', path.join(dir, 'dangling.py'));
  truncateSync(path.join(dir, 'huge.py'), 3_000_000_000);

  const SAID: Record<string, RegExp> = {
    'pipe.py': /^closewait: pipe\.py:1: unreadable: is a socket or a device, not a file$/m,
    'zero.py': /^closewait: zero\.py:1: unreadable: is a socket or a device, not a file$/m,
    'one.py': /^closewait: one\.py: too many symbolic links$/m,
    'dangling.py': /^closewait: dangling\.py: no such file or folder$/m,
    'huge.py': /^closewait: huge\.py:1: too-large: larger than 64 MB$/m,
  };
  for (const [name, said] of Object.entries(SAID))
    it(`${name} is said, at once`, () => {
      for (const command of ['check', 'simulate'].slice(0, existsSync(path.join(dir, name)) ? 2 : 1)) {
        const { code, err } = closewait(dir, [command, name, ...(command === 'check' ? [] : ['--format', 'json'])]);
        assert.equal(code, 2, `${command} ${err}`);
        if (command === 'check') assert.match(err, said);
      }
    });

  it('in a folder the others are checked', () => {
    const { code, out, err } = closewait(dir, ['check', '.', '--format', 'json']);
    assert.equal(code, 1, err);
    const { files } = JSON.parse(out) as { files: { path: string; findings: unknown[] }[] };
    assert.deepEqual(
      files.map(({ path: name, findings }) => [name, findings.length]),
      [
        ['./a.py', 1],
        ['./huge.py', 0],
      ],
    );
  });
});

describe('files that come and go', () => {
  it('while they are checked: what is gone is said, the others are checked', () => {
    const dir = folderWith({
      'a.py': LEAK,
      'b.py': LEAK,
      'c.py': LEAK,
      // Seen in the folder, gone or another one when it is opened.
      'goes.cjs': `const fs = require('node:fs'); const open = fs.openSync;
        fs.openSync = (file, ...rest) => {
          if (String(file).endsWith('a.py')) fs.rmSync(file, { force: true });
          if (String(file).endsWith('b.py')) fs.writeFileSync(file, 'x = 1');
          return open(file, ...rest);
        };`,
    });
    const { code, out, err } = closewait(dir, ['check', '.', '--jobs', '1'], [], ['--require', './goes.cjs']);
    assert.equal(code, 1, err);
    assert.match(err, /^closewait: \.\/a\.py:1: unreadable: no such file or folder\n1 finding in 1 of 4 files/);
    assert.match(out, /^\.\/c\.py:4/m);
    assert.doesNotMatch(out, /[ab]\.py/);
    rmSync(dir, { recursive: true });
  });

  it('that may not be read are named, the others are checked', { skip: whyNotAsNobody() }, () => {
    const dir = folderWith({ 'a.py': LEAK, 'shut/b.py': LEAK, 'c.py': LEAK });
    chmodSync(dir, 0o755);
    chmodSync(path.join(dir, 'shut'), 0);
    chmodSync(path.join(dir, 'c.py'), 0);
    const other = isRoot ? ['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
    const { code, out, err } = closewait(dir, ['check', '.'], other);
    assert.equal(code, 2);
    assert.match(err, /^closewait: \.\/shut: permission denied$/m);
    assert.match(err, /^closewait: \.\/c\.py:1: unreadable: permission denied$/m);
    assert.match(out, /^\.\/a\.py:4/m);
    chmodSync(path.join(dir, 'shut'), 0o755);
    rmSync(dir, { recursive: true });
  });
});

describe('links', () => {
  const dir = folderWith({
    'in/a.py': LEAK,
    'in/use.c': '#include "out/secret.h"\nint f(void) { return SECRET; }\n',
    'out/secret.h': '#define SECRET socket(2, 1, 0)\n',
    'out/closewait.json': '{"closewait.enable": false}',
    'out/kept/x': '',
  });
  after(() => rmSync(dir, { recursive: true, force: true }));
  const inside = path.join(dir, 'in');
  const outside = (): string[] => readdirSync(path.join(dir, 'out'), { recursive: true, encoding: 'utf8' }).sort();
  const before = outside();
  for (const [name, to] of [
    ['out', '../out'],
    ['cache', '../out/kept'],
    ['base.json', '../out/base.json'],
    ['trace.json', '../out/trace.json'],
  ])
    symlinkSync(to as string, path.join(inside, name as string));

  it('do not make a cache, a baseline or a trace be written elsewhere', async () => {
    for (const [args, said] of [
      [['a.py', '--cache', 'cache'], /--cache cache: a symbolic link leads out of this folder|cache.*leads out of this folder/],
      [['a.py', '--cache', 'out/new'], /leads out of this folder/],
      [['a.py', '--baseline', 'base.json', '--write-baseline'], /base\.json: a symbolic link leads out of this folder/],
    ] as [string[], RegExp][]) {
      const { code, err } = await checkHere(inside, ...args);
      assert.equal(code, 2, err);
      assert.match(err, said);
    }
    const { code, err } = closewait(inside, ['simulate', 'peer-reboots', '--output', 'trace.json']);
    assert.equal(code, 2);
    assert.match(err, /trace\.json: a symbolic link leads out of this folder/);
    assert.deepEqual(outside(), before);
  });

  it('are no way for an #include or for settings, either', async () => {
    const { out, err } = await checkHere(inside, '.', '--format', 'json');
    assert.doesNotMatch(out + err, /SECRET|secret/);
    symlinkSync('../out/closewait.json', path.join(inside, 'closewait.json'));
    const ran = await checkHere(inside, 'a.py');
    assert.equal(ran.code, 2);
    assert.match(ran.err, /closewait\.json: is a symbolic link, which is not followed/);
    assert.match(ran.out, /missing-close/);
    rmSync(path.join(inside, 'closewait.json'));
  });

  it('of the draft of a cache are not followed', async () => {
    mkdirSync(path.join(inside, 'own'));
    assert.equal((await checkHere(inside, 'a.py', '--cache', 'own')).code, 1);
    const [name = ''] = readdirSync(path.join(inside, 'own'));
    rmSync(path.join(inside, 'own', name));
    symlinkSync('../../out/secret.h', path.join(inside, 'own', name));
    assert.equal((await checkHere(inside, 'a.py', '--cache', 'own')).code, 1);
    assert.match(readFileSync(path.join(dir, 'out/secret.h'), 'utf8'), /^#define/);
    assert.deepEqual(readdirSync(path.join(inside, 'own')), [name]);
  });

  it('a cache that somebody made names nothing outside', async () => {
    mkdirSync(path.join(inside, 'made'));
    assert.equal((await checkHere(inside, 'a.py', '--cache', 'made')).code, 1);
    const file = path.join(inside, 'made', readdirSync(path.join(inside, 'made'))[0] ?? '');
    const saved = JSON.parse(readFileSync(file, 'utf8')) as { beside: Record<string, string> };
    saved.beside['../out/secret.h'] = 'x';
    writeFileSync(file, JSON.stringify(saved));
    const { code, out } = await checkHere(inside, 'a.py', '--cache', 'made');
    assert.equal(code, 1);
    assert.match(out, /missing-close/);
    assert.doesNotMatch(readFileSync(file, 'utf8'), /secret/);
  });
});

describe('where nothing can be written', { skip: process.platform !== 'linux' && 'needs /proc and /dev/full' }, () => {
  const dir = folderWith({ 'a.py': LEAK });
  after(() => rmSync(dir, { recursive: true, force: true }));

  it('a cache is not tried for ever', () => {
    const { code, out, err } = closewait(dir, ['check', 'a.py', '--cache', '/proc/none/such']);
    assert.equal(code, 2);
    assert.match(err, /^closewait: --cache \/proc\/none\/such: no such file or folder$/m);
    assert.match(out, /missing-close/);
  });

  it('a cache is made with the folders above it', () => {
    assert.equal(closewait(dir, ['check', 'a.py', '--cache', 'new/one/./two']).code, 1);
    assert.equal(readdirSync(path.join(dir, 'new/one/two')).length, 1);
  });

  it('the report is not taken for findings, and no stack is shown', () => {
    for (const format of ['text', 'json']) {
      const command = `"$0" "$1" check a.py --format ${format} >/dev/full`;
      const { status, stderr } = spawnSync('sh', ['-c', command, process.execPath, CLI], { cwd: dir, encoding: 'utf8' });
      assert.equal(status, 2);
      assert.match(stderr, /^closewait: standard output: no space is left on the device$/m);
      assert.doesNotMatch(stderr, /^ +at /m);
    }
  });
});

describe('a full disk', () => {
  const full = (dir: string): boolean =>
    isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'none', dir], { encoding: 'utf8' }).status === 0;

  it('costs the cache, and nothing else', (t) => {
    const dir = folderWith({ 'a.py': LEAK, 'disk/x': '' });
    const disk = path.join(dir, 'disk');
    if (!full(disk)) {
      t.diagnostic('mounting is not permitted: a limit of the size of files stands in for it');
      const { code, err } = closewait(dir, ['check', 'a.py', '--cache', 'cache'], ['prlimit', '--fsize=100']);
      assert.ok(code === 2 || code === null, err);
    } else {
      try {
        writeFileSync(path.join(disk, 'full'), Buffer.alloc(8192));
        const { code, out, err } = closewait(dir, ['check', 'a.py', '--cache', 'disk']);
        assert.equal(code, 2);
        assert.match(err, /no space is left on the device/);
        assert.match(out, /missing-close/);
        assert.deepEqual(readdirSync(disk), ['full']);
        // A baseline that is there stays as it was.
        truncateSync(path.join(disk, 'full'), 0);
        writeFileSync(path.join(disk, 'base.json'), '{"version":1,"findings":[]}');
        writeFileSync(path.join(disk, 'full'), Buffer.alloc(4096));
        const baseline = closewait(dir, ['check', 'a.py', '--baseline', 'disk/base.json', '--write-baseline']);
        assert.equal(baseline.code, 2);
        assert.match(baseline.err, /no space is left on the device/);
        assert.equal(readFileSync(path.join(disk, 'base.json'), 'utf8'), '{"version":1,"findings":[]}');
        assert.deepEqual(readdirSync(disk).sort(), ['base.json', 'full']);
      } finally {
        spawnSync('umount', [disk]);
      }
    }
    rmSync(dir, { recursive: true, force: true });
  });
});

it('a baseline takes the place of the old one, behind a link too; where nothing may stand beside it is written over', () => {
  const dir = folderWith({ 'a.py': LEAK, 'base.json': 'old', 'shut/base.json': 'old' });
  chmodSync(path.join(dir, 'base.json'), 0o640);
  chmodSync(path.join(dir, 'shut/base.json'), 0o666);
  chmodSync(path.join(dir, 'shut'), 0o555);
  chmodSync(dir, 0o755);
  symlinkSync('base.json', path.join(dir, 'link.json'));
  const nobody = isRoot && !isShut && existsSync('/usr/bin/setpriv') ? ['setpriv', '--reuid=65534', '--clear-groups'] : [];
  for (const [name, real, before] of [
    ['link.json', 'base.json', []],
    ['shut/base.json', 'shut/base.json', nobody],
  ] as const) {
    const { code, err } = closewait(dir, ['check', 'a.py', '--baseline', name, '--write-baseline'], before);
    assert.equal(code, 0, err);
    assert.match(readFileSync(path.join(dir, real), 'utf8'), /missing-close/);
    assert.ok(lstatSync(path.join(dir, real)).isFile());
  }
  assert.ok(lstatSync(path.join(dir, 'link.json')).isSymbolicLink());
  assert.equal(lstatSync(path.join(dir, 'base.json')).mode & 0o777, 0o640);
  assert.deepEqual(readdirSync(dir).sort(), ['a.py', 'base.json', 'link.json', 'shut']);
  chmodSync(path.join(dir, 'shut'), 0o755);
  rmSync(dir, { recursive: true, force: true });
});

it('lines end as an editor ends them: by LF, by CRLF and by CR alone', async () => {
  const withEnd = (end: string): string => `# closewait: allow missing-timeout${end}${LEAK.replaceAll('\n', end)}`;
  const dir = folderWith({
    'lf.py': withEnd('\n'),
    'crlf.py': withEnd('\r\n'),
    'cr.py': withEnd('\r'),
    'mixed.py': LEAK.replace('\n\n', '\r\n\r'),
  });
  const { out } = await checkHere(dir, '.', '--format', 'json');
  const { files } = JSON.parse(out) as { files: { path: string; findings: { rule: string; range: unknown; message: string }[] }[] };
  const said = (name: string): unknown =>
    files.find((file) => file.path === `./${name}`)?.findings.map(({ rule, range, message }) => ({ rule, range, message }));
  assert.equal((said('lf.py') as unknown[]).length, 1);
  assert.deepEqual(said('cr.py'), said('lf.py'));
  assert.deepEqual(said('crlf.py'), said('lf.py'));
  assert.equal((said('mixed.py') as unknown[]).length, 1);
  // The frame shows the line.
  assert.match((await checkHere(dir, 'cr.py')).out, /^ +5 \| {5}s = socket\.socket\(\)$/m);
  rmSync(dir, { recursive: true, force: true });
});
