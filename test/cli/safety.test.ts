/** Nothing goes over the network, nothing of a workspace is run, nothing outside is written: every command with all that forbidden. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { COMMAND_LIST } from '../../src/cli/command-list.js';
import { folderWith } from './run.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const LEAK =
  'import socket\n\ndef f(host):\n    s = socket.socket()\n    s.settimeout(3)\n    s.connect((host, 1))\n    return s.recv(1)\n';

/** Ends the program with 97 as soon as it asks for the network or another program. */
const FORBID = `
const end = (what) => () => { process.stderr.write('FORBIDDEN ' + what); process.exit(97); };
const net = require('net'), dns = require('dns'), dgram = require('dgram'), child = require('child_process');
net.Socket.prototype.connect = end('connect'); net.Server.prototype.listen = end('listen'); dgram.createSocket = end('dgram');
for (const name of ['lookup', 'resolve', 'resolve4']) dns[name] = end('dns');
for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) child[name] = end(name);
globalThis.fetch = end('fetch'); globalThis.WebSocket = end('WebSocket');
`;
/** Node's own permission model, which is also asked by workers: no writing, no programs. */
const PERMISSION = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';

describe('with sockets, programs, writing and eval forbidden', () => {
  const dir = folderWith({
    'a.py': LEAK,
    'b.go': 'package main\n',
    'sock.txt': 'CLOSE-WAIT 1 0 10.0.0.1:45678 10.0.0.2:1\n',
    'forbid.cjs': FORBID,
  });
  after(() => rmSync(dir, { recursive: true, force: true }));
  const run = (args: string[], input = ''): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(
      process.execPath,
      [
        '--no-warnings',
        PERMISSION,
        '--allow-fs-read=*',
        '--allow-worker',
        '--disallow-code-generation-from-strings',
        '--require',
        './forbid.cjs',
        path.join(ROOT, 'dist/cli.js'),
        ...args,
      ],
      { cwd: dir, input, encoding: 'utf8' },
    );

  const CALLS: Record<string, [args: string[], code: number][]> = {
    check: [
      ...['text', 'json', 'sarif', 'junit', 'checkstyle', 'gitlab'].map((format): [string[], number] => [
        ['check', 'a.py', '--format', format],
        1,
      ]),
      [['check', '.', '--jobs', '2'], 1],
    ],
    simulate: [
      [['simulate', 'peer-reboots'], 0],
      [['simulate', 'a.py:4', '--format', 'pcapng'], 0],
      [['simulate', '--list'], 0],
    ],
    diagnose: [[['diagnose', '.', '--from', 'sock.txt'], 0]],
    explain: [[['explain', 'missing-close'], 0]],
    rules: [[['rules'], 0]],
    sysctl: [[['sysctl'], 0]],
    mcp: [[['mcp'], 0]],
    completions: [[['completions', 'bash'], 0]],
  };

  it('every command is tried', () => assert.deepEqual(Object.keys(CALLS).sort(), COMMAND_LIST.map(({ name }) => name).sort()));

  for (const [args, code] of Object.values(CALLS).flat()) {
    it(args.join(' '), () => {
      const { status, stderr } = run(args);
      assert.doesNotMatch(stderr, /FORBIDDEN|ERR_ACCESS_DENIED|code generation/i);
      assert.equal(status, code, stderr);
    });
  }

  it('an agent that calls a tool', () => {
    const lines = [
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } },
      },
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'explain_rule', arguments: { rule: 'missing-close' } } },
    ];
    const { status, stdout, stderr } = run(['mcp'], lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    assert.equal(status, 0, stderr);
    assert.match(stdout, /What to do/);
  });

  it('and in a network of its own, which has no way out', (t) => {
    if (spawnSync('unshare', ['-rn', 'true']).status !== 0) return t.diagnostic('the kernel permits no network namespaces here');
    for (const [args, code] of Object.values(CALLS).map((calls) => calls[0] as [string[], number])) {
      const { status, stderr } = spawnSync('unshare', ['-rn', process.execPath, path.join(ROOT, 'dist/cli.js'), ...args], {
        cwd: dir,
        input: '',
        encoding: 'utf8',
      });
      assert.equal(status, code, `${args.join(' ')} ${stderr}`);
    }
  });

  it('this very test would notice', () => {
    writeFileSync(path.join(dir, 'bad.cjs'), "require('net').connect(1)");
    const { status } = spawnSync(process.execPath, ['--require', './forbid.cjs', 'bad.cjs'], { cwd: dir });
    assert.equal(status, 97);
  });
});

describe('the bundles', () => {
  const text = (file: string): string => readFileSync(path.join(ROOT, 'dist', file), 'utf8');

  it('of extension and worker load no module of the network, and none that runs programs', () => {
    for (const file of ['extension.js', 'worker.js', 'web/extension.js', 'web/worker.js']) {
      assert.deepEqual(text(file).match(/require\("(node:)?(net|http|https|http2|dns|dgram|tls|child_process|cluster|vm)"\)/g), null, file);
    }
  });

  it('of the page know no way to the network but the one by which it loads its own worker', () => {
    for (const file of ['simulator.js', 'simulator-worker.js'])
      assert.deepEqual(text(file).match(/\b(XMLHttpRequest|WebSocket|EventSource|sendBeacon)\b|\bfetch\((?!this\.source\))/g), null, file);
  });
});

describe('a workspace', () => {
  const dir = folderWith({ 'in/a.py': LEAK, 'out/secret.py': LEAK, 'out/base.json': '{}' });
  after(() => rmSync(dir, { recursive: true, force: true }));
  const check = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [path.join(ROOT, 'dist/cli.js'), 'check', ...args], { cwd: path.join(dir, 'in'), encoding: 'utf8' });

  it('cannot lead out of itself by links, nor for ever round', () => {
    symlinkSync('../out', path.join(dir, 'in/link'));
    symlinkSync('.', path.join(dir, 'in/loop'));
    const { files } = JSON.parse(check('.', '--format', 'json').stdout) as { files: { path: string }[] };
    assert.deepEqual(
      files.map((file) => file.path),
      ['./a.py'],
    );
  });

  it('cannot make a cache or its settings lead elsewhere', () => {
    writeFileSync(
      path.join(dir, 'in/closewait.json'),
      JSON.stringify({ cache: '../out', baseline: '../out/base.json', exclude: ['../out/**', '/etc/*'] }),
    );
    const { status, stderr } = check('.');
    assert.equal(status, 2);
    assert.match(stderr, /there is no such setting/);
    mkdirSync(path.join(dir, 'in/kept'));
    writeFileSync(path.join(dir, 'in/kept/x.json'), '{"key":"../../out","project":{"files":[{"path":"../out/secret.py"}]}}');
    const { stdout } = check('a.py', '--no-config', '--cache', 'kept', '--format', 'json');
    assert.deepEqual(
      (JSON.parse(stdout) as { files: { path: string }[] }).files.map((file) => file.path),
      ['a.py'],
    );
    assert.deepEqual(readdirSync(path.join(dir, 'out')).sort(), ['base.json', 'secret.py']);
  });

  it('shows escape sequences of a file name, and does not send them', () => {
    const name = 'a\u001b[2J\u202e\u0007$(touch ran)`touch ran`.py';
    writeFileSync(path.join(dir, 'in', name), LEAK);
    for (const format of ['text', 'json', 'sarif', 'junit', 'checkstyle', 'gitlab']) {
      const { stdout, stderr } = check('--no-config', '--format', format, '--', name);
      assert.doesNotMatch(stdout + stderr, /[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/, format);
      assert.ok(stdout.length > 0);
    }
    assert.throws(() => readFileSync(path.join(dir, 'in/ran')));
  });
});

describe('files that are none of the usual', () => {
  const dir = folderWith({
    'nul.py': Buffer.from(`x = 1\0\n${LEAK}`),
    'latin.py': Buffer.concat([Buffer.from('# '), Buffer.from([0xe9, 0xff, 0xfe]), Buffer.from(`\n${LEAK}`)]),
    'bom.py': `\ufeff${LEAK}`,
    'crlf.py': LEAK.replaceAll('\n', '\r\n'),
    'cr.py': LEAK.replaceAll('\n', '\r'),
    'wide.py': Buffer.from(`\ufeff${LEAK}`, 'utf16le'),
    'big-endian.py': Buffer.from(`\ufeff${LEAK}`, 'utf16le').swap16(),
    'utf32.py': Buffer.from([0xff, 0xfe, 0, 0, ...[...LEAK].flatMap((c) => [c.charCodeAt(0), 0, 0, 0])]),
    'empty.py': '',
    'line.c': `${'int x(){return socket(2,1,0);}'.repeat(20_000)}`,
    'big.py': `${LEAK}${'x = 1\n'.repeat(1_000_000)}`,
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  it('are read, or named with the reason; the others are checked', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [path.join(ROOT, 'dist/cli.js'), 'check', '.', '--format', 'json', '--no-fixes'],
      { cwd: dir, encoding: 'utf8', maxBuffer: 1 << 28, timeout: 120_000 },
    );
    assert.ok(status === 1 || status === 2, stderr);
    const { files } = JSON.parse(stdout) as { files: { path: string; findings: { rule: string }[]; problems: { kind: string }[] }[] };
    const told = Object.fromEntries(
      files.map(({ path: name, findings, problems }) => [
        name,
        [...findings.map(({ rule }) => rule), ...problems.map(({ kind }) => kind)].filter((kind) => kind !== 'syntax'),
      ]),
    );
    for (const name of ['./bom.py', './crlf.py', './latin.py', './wide.py', './big-endian.py'])
      assert.deepEqual(told[name], ['missing-close'], name);
    for (const name of ['./nul.py', './utf32.py']) assert.deepEqual(told[name], ['unreadable'], name);
    assert.deepEqual(told['./empty.py'], []);
    assert.deepEqual(told['./big.py'], ['too-large']);
    assert.ok(
      files.every(({ problems }) => problems.every(({ kind }) => kind !== 'internal')),
      stderr,
    );
  });
});
