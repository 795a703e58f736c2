/** The same table and the same stacks, as CI systems, collectors of logs and people hand them on. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBytes, readText } from '../../src/diagnosis/read.js';

const ROW = 'CLOSE-WAIT 1      0          10.0.0.5:8080       10.0.0.9:51000 users:(("app",pid=7,fd=4))';
const rowsOf = (text: string): string[] =>
  readText(text).sockets.map((s) => `${s.state} ${s.local.port} ${s.remote.port} ${s.holders[0]?.name ?? ''}`);

test('a table behind what CI systems and collectors write in front', () => {
  const fronts = [
    '2026-03-01T14:20:00.1234567Z ',
    '[2026-03-01T14:20:00.123Z] ',
    '14:20:00  ',
    '2026-03-01T14:20:00.123456Z 01O ',
    'web-1  | ',
    'Mar 01 14:20:00 host diag[12]: ',
    '> > ',
    '\u001b[0;m',
  ];
  for (const front of fronts) assert.deepEqual(rowsOf(`${front}${ROW}\n`), ['CLOSE_WAIT 8080 51000 app'], front);
});

test('a table as strings of JSON', () => {
  const quoted = JSON.stringify(ROW);
  assert.deepEqual(rowsOf(`ok: [web1] => {\n    "out.stdout_lines": [\n        ${quoted},\n        ${quoted}\n    ]\n}\n`).length, 2);
  assert.deepEqual(rowsOf(`{"log":${JSON.stringify(`${ROW}\n`)},"stream":"stdout","time":"2026-03-01T14:20:00Z"}\n`), [
    'CLOSE_WAIT 8080 51000 app',
  ]);
});

test('lsof -F0 ends its fields with NUL', () => {
  const text = 'p812\0cpython3\0\nf4\0tIPv4\0PTCP\0n10.0.0.5:40002->10.0.0.9:5432\0TST=CLOSE_WAIT\0TQR=1\0TQS=0\0\n';
  const { sockets, notes } = readBytes(new TextEncoder().encode(text));
  assert.deepEqual(
    sockets.map((s) => [s.state, s.remote.port, s.recvQ, s.holders[0]?.name, s.holders[0]?.pid, s.holders[0]?.fd]),
    [['CLOSE_WAIT', 5432, 1, 'python3', 812, 4]],
  );
  assert.deepEqual(notes, []);
});

test("a JVM's stack without its heading is one, the frames of an exception are its own", () => {
  const frames = ['java.net.SocketInputStream.socketRead0(Native Method)', 'org.shop.Client.ask(Client.java:33)'];
  const stood = (text: string): string[][] => readText(text).stacks.map((s) => s.frames.map((f) => `${f.file}:${f.line}`));
  assert.deepEqual(stood(`our workers hang:\n\n${frames.map((f) => `    at ${f}\n`).join('')}\nany idea?\n`), [['Client.java:33']]);
  assert.deepEqual(stood(`hangs here\n${frames.map((f) => `${f}\n`).join('')}`), [['Client.java:33']]);
  const thrown = `java.net.SocketTimeoutException: Read timed out\n${frames.map((f) => `\tat ${f}\n`).join('')}`;
  const caused = `Caused by: java.net.ConnectException: Connection refused\n\tat org.shop.Client.dial(Client.java:12)\n\t... 3 more\n`;
  assert.deepEqual(stood(thrown + caused), []);
  assert.deepEqual(
    readText(thrown + caused).errors.map((e) => `${e.errno} ${e.frames.map((f) => f.line).join()}`),
    ['TIMEOUT 33,12', 'ECONNREFUSED 12'],
  );
});

test('the number that a command counted', () => {
  const states = (text: string): string[] => readText(text).sockets.map((s) => s.state);
  assert.deepEqual(states('```\nnetstat -pn |grep 15439 | grep CLOSE_WAIT |wc -l\n3\n```\n'), Array(3).fill('CLOSE_WAIT'));
  assert.deepEqual(states('$ ss -tan | grep -c TIME-WAIT\n2\n'), ['TIME_WAIT', 'TIME_WAIT']);
  assert.deepEqual(states('ls | wc -l\n5\n'), []);
  assert.deepEqual(states('netstat -tn | wc -l\n5\n'), []);
});

test('an error has the frames of its own traceback only, and the address in front of it', () => {
  const text = `Traceback (most recent call last):
  File "feed.py", line 45, in run
    chunk = self.sock.recv(4096)
TimeoutError: [Errno 110] Connection timed out
journal: [Errno 110] Connection timed out
collector 10.0.0.9:9320: Connection reset by peer
main.go:33: connection refused
`;
  const told = readText(text).errors.map((e) => `${e.errno} ${e.remote?.port ?? '-'} ${e.frames.map((f) => `${f.file}:${f.line}`).join()}`);
  assert.deepEqual(told, ['ETIMEDOUT - feed.py:45', 'ETIMEDOUT - ', 'ECONNRESET 9320 ', 'ECONNREFUSED - main.go:33']);
});
