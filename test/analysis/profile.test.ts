/** One changed line changes the steps, and in the right way. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Connection } from '../../src/analysis/findings.js';
import type { ProfileStep } from '../../src/scenarios/profile.js';
import { analyser } from './support/analyser.js';

async function only(source: string): Promise<Connection> {
  const { connections } = (await analyser()).analyse(`import socket\nimport time\n\n\n${source}`, 'python');
  assert.equal(connections.length, 1);
  return connections[0] as Connection;
}

function shown(steps: readonly ProfileStep[]): string {
  return steps
    .map(
      (step) =>
        step.do +
        (step.steps ? `(${shown(step.steps)})` : '') +
        (step.bytes ? ` ${step.bytes}` : '') +
        (step.for ? ` ${step.for} s` : '') +
        (step.limit ? ` within ${step.limit} s` : ''),
    )
    .join(', ');
}

const fetch = (extra: string, end = '    s.close()\n'): string =>
  `def fetch(host):\n    s = socket.create_connection((host, 80))\n${extra}    data = s.recv(100)\n${end}    return data\n`;

describe('steps of pairs that differ in one line', () => {
  it('a time limit or none', async () => {
    assert.equal(shown((await only(fetch(''))).steps), 'connect, recv 100, close');
    const limited = await only(fetch('    s.settimeout(30)\n'));
    assert.equal(shown(limited.steps), 'connect, recv 100 within 30 s, close');
    assert.equal(limited.readTimeout, 30);
  });
  it('a limit that is set where it is closed, too', async () => {
    const handle = 'def handle(c):\n    c.settimeout(30)\n    c.recv(10)\n    c.close()\n\n\n';
    const { connections } = (await analyser()).analyse(
      `import socket\n\n\n${handle}def serve(listener):\n    c, _ = listener.accept()\n    handle(c)\n`,
      'python',
    );
    assert.equal(connections[0]?.readTimeout, 30);
  });
  it('a pair of limits: until the request is sent, then for its answer', async () => {
    const analysis = (await analyser()).analyse(
      'import requests\n\n\ndef ask(u):\n    return requests.get(u, timeout=(3, 10)).text\n',
      'python',
    );
    assert.equal(shown(analysis.connections[0]?.steps.slice(0, 3) ?? []), 'connect within 3 s, send within 3 s, recv within 10 s');
  });

  it('a send before the read or none', async () => {
    assert.equal(shown((await only(fetch('    s.sendall(b"hello")\n'))).steps), 'connect, send 5, recv 100, close');
  });
  it('close before or after a sleep', async () => {
    assert.equal(shown((await only(fetch('', '    s.close()\n    time.sleep(10)\n'))).steps), 'connect, recv 100, close');
    assert.equal(shown((await only(fetch('', '    time.sleep(10)\n    s.close()\n'))).steps), 'connect, recv 100, sleep 10 s, close');
  });
});

describe('loops', () => {
  it('reading to the end', async () => {
    const c = await only(
      'def f(host):\n    with socket.create_connection((host, 80), 5) as s:\n        while s.recv(100):\n            pass\n',
    );
    assert.equal(shown(c.steps), 'connect within 5 s, recvUntilEof 100 within 5 s, close');
  });
  it('writing at regular times', async () => {
    const c = await only(
      'def f(host):\n    with socket.create_connection((host, 80)) as s:\n        while True:\n            ' +
        's.sendall(b"ping")\n            time.sleep(5)\n',
    );
    assert.match(shown(c.steps), /^connect, repeat\(send 4, sleep 5 s\)/);
  });
  it('an echo server', async () => {
    const { connections } = (await analyser()).analyse(
      'import socket\n\n\ndef f(listener):\n    conn, _ = listener.accept()\n    with conn:\n        while ' +
        'True:\n            data = conn.recv(10)\n            if not data:\n                break\n            ' +
        'conn.sendall(data)\n',
      'python',
    );
    assert.equal(shown(connections[0]?.steps ?? []), 'accept, recv 10, send, recvUntilEof 10, close');
  });
});

describe('options with where they come from', () => {
  it('set here, in a helper, inherited, by default', async () => {
    const source =
      'import socket\n\n\ndef tune(s):\n    s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)\n    ' +
      's.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30)\n\n\n' +
      'def here(host):\n    with socket.create_connection((host, 80)) as s:\n        s.setsockopt(socket.SOL_SOCKET, ' +
      'socket.SO_KEEPALIVE, 1)\n        s.recv(1)\n\n\n' +
      'def helper(host):\n    with socket.create_connection((host, 80)) as s:\n        tune(s)\n        s.recv(1)\n\n\n' +
      'def inherited():\n    listener = socket.create_server(("", 80), backlog=7)\n    tune(listener)\n    while ' +
      'True:\n        conn, _ = listener.accept()\n        with conn:\n            conn.recv(1)\n\n\n' +
      'def bare(host):\n    with socket.create_connection((host, 80), 9) as s:\n        s.recv(1)\n';
    const { connections } = (await analyser()).analyse(source, 'python');
    const of = (name: string, role: string): Connection =>
      connections.find((one) => one.function === name && one.role === role) as Connection;
    assert.deepEqual(of('here', 'client').keepalive, { on: true, idle: null, interval: null, count: null, from: 'option', line: 11 });
    assert.deepEqual(of('helper', 'client').keepalive, { on: true, idle: 30, interval: null, count: null, from: 'helper', line: 5 });
    assert.deepEqual(of('inherited', 'accepted').keepalive, { on: true, idle: 30, interval: null, count: null, from: 'listener', line: 5 });
    assert.equal(of('inherited', 'listener').backlog, 7);
    assert.deepEqual(of('bare', 'client').keepalive, { on: false, idle: null, interval: null, count: null, from: 'kernel', line: null });
    assert.equal(of('bare', 'client').connectTimeout, 9);
    assert.equal(of('bare', 'client').readTimeout, 9);
  });
  it('to what a helper is given, by place or by name', async () => {
    const source =
      'import socket\n\n\ndef tune(s, idle, every):\n' +
      '    s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)\n    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, idle)\n' +
      '    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, every)\n\n\n' +
      'def placed(host):\n    with socket.create_connection((host, 80)) as s:\n        tune(s, 5, 2)\n        s.recv(1)\n\n\n' +
      'def named(host):\n    with socket.create_connection((host, 80)) as s:\n        tune(s, every=3, idle=6)\n        s.recv(1)\n';
    const { connections } = (await analyser()).analyse(source, 'python');
    const numbers = connections.map(({ keepalive: { idle, interval } }) => [idle, interval]);
    assert.deepEqual(numbers, [
      [5, 2],
      [6, 3],
    ]);
  });
});
