/** `closewait mcp`, asked by the official SDK's own client. */

import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { closewait, folderWith } from './run.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const GIVER = 'import socket\n\ndef connect(host):\n    return socket.create_connection((host, 80), timeout=5)\n';
const USER =
  'from giver import connect\n\ndef fetch(host):\n    s = connect(host)\n    if not s.recv(10):\n        return None\n    s.close()\n';

interface Said {
  isError: boolean;
  text: string;
}

describe('closewait mcp', () => {
  const dir = folderWith({
    'in/giver.py': GIVER,
    'in/user.py': USER,
    'in/notes.txt': 'x',
    'in/large.py': `${USER}# ${'x'.repeat(1 << 20)}\n`,
    'in/broken.py': `${USER}\n\ndef broken(:\n`,
    'in/ignored.py': USER,
    'in/sub/closewait.json': '{"exclude":["*"]}',
    'in/sub/a.py': USER,
    'out/leak.py': USER,
  });
  const client = new Client({ name: 'test', version: '1' });
  const inside = (name: string): string => path.join(dir, 'in', name);
  const call = async (name: string, input: Record<string, unknown>, signal?: AbortSignal): Promise<Said> => {
    const { isError, content } = await client.callTool({ name, arguments: input }, undefined, { ...(signal && { signal }) });
    return { isError: isError === true, text: (content as { text: string }[]).map((part) => part.text).join('') };
  };

  before(() =>
    client.connect(
      new StdioClientTransport({ command: process.execPath, args: [path.join(ROOT, 'dist/cli.js'), 'mcp', path.join(dir, 'in')] }),
    ),
  );
  after(async () => {
    await client.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('lists the tools of the editor, with the same schemas', async () => {
    const { contributes } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      contributes: { languageModelTools: { name: string; modelDescription: string; inputSchema: object }[] };
    };
    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map(({ name, description, inputSchema }) => [name, description, inputSchema]),
      contributes.languageModelTools.map((tool) => [tool.name, tool.modelDescription, tool.inputSchema]),
    );
  });

  it('finds leaks, through files, and again after a file changed', async () => {
    const { text, isError } = await call('find_socket_leaks', { file: inside('user.py') });
    assert.equal(isError, false);
    const findings = JSON.parse(text) as { rule: string; line: number; path: string[] }[];
    assert.deepEqual(
      findings.map(({ rule, line }) => [rule, line]),
      [['missing-close', 4]],
    );
    assert.ok(findings[0]?.path.some((step) => step.includes('giver.py')));
    appendFileSync(inside('user.py'), '\n\ndef other(host):\n    connect(host).recv(1)\n');
    assert.equal((JSON.parse((await call('find_socket_leaks', { file: inside('user.py') })).text) as unknown[]).length, 2);
  });

  it('says what an answer leaves out', async () => {
    const { text, isError } = await call('find_socket_leaks', { file: inside('broken.py') });
    assert.equal(isError, false);
    assert.match(text, /"missing-close"[^]*\]\nIncomplete: line 10: syntax: /);
  });

  it('simulates the connection of a line', async () => {
    const { text } = await call('simulate_connection_failure', { file: inside('giver.py'), line: 4, scenario: 'peer-process-killed' });
    assert.match(text, /^Scenario: peer-process-killed\n/);
  });

  it('explains a rule as the command line does', async () => {
    assert.equal((await call('explain_rule', { rule: 'missing-close' })).text, closewait(['explain', 'missing-close']).out);
  });

  it('diagnoses a pasted table of sockets', async () => {
    const { text, isError } = await call('diagnose_connections', {
      text:
        'CLOSE-WAIT 1 0 10.0.0.1:45678 10.0.0.2:80 users:(("python3",pid=7,fd=5))\nCLOSE-WAIT 1 0 10.0.0.1:45680 ' +
        '10.0.0.2:80 users:(("python3",pid=7,fd=6))\n',
    });
    assert.equal(isError, false, text);
    assert.match(text, /CLOSE.WAIT/);
    assert.match(text, /giver\.py:4/);
  });

  it('counts to the end from the moment that the text names', async () => {
    const ss = 'ESTAB 0 512 10.0.0.1:45678 10.0.0.2:80 users:(("python3",pid=7,fd=5)) timer:(on,41sec,9)\n';
    const { text: without } = await call('diagnose_connections', { text: ss });
    const { text } = await call('diagnose_connections', { text: `Sun Mar  1 14:20:00 UTC 2026\n${ss}` });
    assert.doesNotMatch(without, /\d\d:\d\d:\d\d/);
    assert.match(text, /ETIMEDOUT in about 12 min 50 s \(\d\d:32:\d\d–\d\d:32:\d\d\)/);
  });

  it('says what to do instead when asked wrongly', async () => {
    const wrong: [string, Record<string, unknown>, RegExp][] = [
      ['find_socket_leaks', {}, /"file" is missing/],
      ['find_socket_leaks', { file: 7 }, /"file": 7 is not of type string/],
      ['find_socket_leaks', { file: 'user.py' }, /not an absolute path/],
      ['find_socket_leaks', { file: inside('none.py') }, /cannot be read: no such file/],
      ['find_socket_leaks', { file: inside('notes.txt') }, /not supported/],
      ['find_socket_leaks', { file: path.join(dir, 'in') }, /is a folder: call again with a file/],
      ['find_socket_leaks', { file: `file://${inside('user.py')}` }, /not an absolute path/],
      ['find_socket_leaks', { file: inside('large.py') }, /The file was not analysed: larger than 1048576 characters/],
      ['simulate_connection_failure', { file: inside('large.py'), line: 4 }, /The file was not analysed: larger than/],
      ['find_socket_leaks', { file: inside('sub/a.py') }, /left out by closewait\.json/],
      ['simulate_connection_failure', { file: inside('user.py'), line: 1 }, /No connection is opened or used on line 1/],
      ['simulate_connection_failure', { file: inside('giver.py'), line: 4, scenario: 'nonsense' }, /scenario "nonsense" does not exist/],
      ['explain_rule', { rule: 'missing-clsoe' }, /nearest is missing-close/],
      ['diagnose_connections', { text: 'hello' }, /Nothing in this text is recognised/],
      ['no_such_tool', {}, /There is no tool/],
    ];
    for (const [name, input, message] of wrong) {
      const { isError, text } = await call(name, input);
      assert.equal(isError, true, name);
      assert.match(text, message);
    }
  });

  it('refuses files outside its folders, also through links and dots', async () => {
    symlinkSync(path.join(dir, 'out'), inside('link'));
    for (const file of [path.join(dir, 'out/leak.py'), `${dir}/in/../out/leak.py`, inside('link/leak.py'), '/etc/passwd.py']) {
      const { isError, text } = await call('find_socket_leaks', { file });
      assert.equal(isError, true);
      assert.match(text, /outside the folders|cannot be read/);
      assert.doesNotMatch(text, /missing-close/);
    }
  });

  it('a call that is cancelled is not answered, and the next one is', async () => {
    const abort = new AbortController();
    const cancelled = call('find_socket_leaks', { file: inside('ignored.py') }, abort.signal);
    abort.abort('no longer wanted');
    await assert.rejects(cancelled, /no longer wanted/);
    assert.equal((await call('explain_rule', { rule: 'linger-zero' })).isError, false);
  });
});

describe('a long search that is cancelled', { skip: process.platform !== 'linux' && 'needs /proc' }, () => {
  /** A function with so many ways through it that a few hundred of them keep a search busy for minutes. */
  const branches = Array.from({ length: 9 }, (_, i) => `    if a[${i}]:\n        s${i % 3} = helper(s${(i + 1) % 3}, a)\n`).join('');
  const sockets = [0, 1, 2].map((i) => `    s${i} = socket.create_connection((a, ${i}))\n`).join('');
  const busy = (name: string): string => `def ${name}(a, helper):\n${sockets}${branches}    s0.recv(1)\n    return s1\n\n\n`;
  const dir = folderWith(
    Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`m${i}.py`, `import socket\n\n\n${['f', 'g', 'h', 'k'].map(busy).join('')}`]),
    ),
  );
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StdioClientTransport({ command: process.execPath, args: [path.join(ROOT, 'dist/cli.js'), 'mcp', dir] });
  before(() => client.connect(transport));
  after(async () => {
    await client.close();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Seconds of processor time that the server has used. */
  const used = (): number => {
    const [, fields = ''] = readFileSync(`/proc/${transport.pid}/stat`, 'utf8').split(') ');
    const [user, system] = fields.split(' ').slice(11, 13);
    return (Number(user) + Number(system)) / 100;
  };

  for (const [name, input] of [
    ['find_socket_leaks', { file: path.join(dir, 'm0.py') }],
    ['diagnose_connections', { text: 'CLOSE-WAIT 1 0 10.0.0.1:45678 10.0.0.2:80 users:(("python3",pid=7,fd=5))\n' }],
  ] as const) {
    it(`${name}: the server stops working at it`, async () => {
      const abort = new AbortController();
      const cancelled = client.callTool({ name, arguments: input }, undefined, { signal: abort.signal });
      const rejected = assert.rejects(cancelled, /no longer wanted/);
      const before = used();
      while (used() - before < 1.5) await setTimeout(50);
      abort.abort('no longer wanted');
      await rejected;
      // What it was at may end. Seconds of the processor count: others may be using it.
      const aborted = used();
      let quiet = 0;
      for (let second = 0; second < 120 && quiet < 3 && used() - aborted < 15; second += 1) {
        const then = used();
        await setTimeout(1000);
        quiet = used() - then < 0.05 ? quiet + 1 : 0;
      }
      assert.equal(quiet, 3, `it went on for ${(used() - aborted).toFixed(1)} s`);
      const { isError } = await client.callTool({ name: 'explain_rule', arguments: { rule: 'linger-zero' } });
      assert.notEqual(isError, true);
    });
  }
});

describe('closewait mcp FOLDER', () => {
  it('that is none is wrong usage; without a client it ends', () => {
    assert.equal(closewait(['mcp', '/no/such/folder']).code, 2);
    assert.deepEqual(closewait(['mcp', '.'], { input: '' }), { code: 0, out: '', err: '' });
  });
});
