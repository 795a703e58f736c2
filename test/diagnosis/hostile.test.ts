/** What is pasted may be anything: huge, binary, cut, forged. No reader throws, takes long, or keeps more than its bounds. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isCapture } from '../../src/diagnosis/capture/packets.js';
import { readBytes, readText } from '../../src/diagnosis/read.js';
import { captureOf, frame } from './support/captures.js';

const SEED = 12;

/** Lines of every tool, to be cut, doubled and mixed. */
const LINES = [
  'State Recv-Q Send-Q Local Address:Port Peer Address:Port Process',
  'ESTAB 0 100 10.0.0.5:8080 10.0.0.9:51006 users:(("python3",pid=812,fd=6)) timer:(on,1min41sec,9)',
  '\t cubic rto:102400 backoff:9 rtt:20.1/10',
  'tcp        0    100 10.0.0.5:8080           10.0.0.9:51006          ESTABLISHED 812/python3          on (41.20/9/0)',
  '  TCP    192.168.1.2:54321      17.253.0.1:443         CLOSE_WAIT      4711',
  ' [java.exe]',
  'python3   812 root    4u  IPv4  12346      0t0  TCP 10.0.0.5:8080->10.0.0.9:51000 (CLOSE_WAIT)',
  '   1: 0500000A:1F90 0900000A:C73E 01 00000064:00000000 01:00001010 00000009  1000        0 12346 3 0 20 4 30 10 -1',
  'Traceback (most recent call last):',
  '  File "/srv/app.py", line 12, in fetch',
  'ConnectionResetError: [Errno 104] Connection reset by peer',
  'goroutine 7 [IO wait, 37 minutes]:',
  'main.handle({0x5, 0xc000})',
  '\t/srv/app.go:28 +0x5d',
  '',
  '"worker-1" #12 prio=5 tid=0x00007f nid=0x1b03 runnable',
  '\tat com.example.Client.read(Client.java:33)',
  'Thread 812 (idle): "MainThread"',
  '    recv (app.py:12)',
  '#1  0x0000555555555312 in fetch (fd=3) at /srv/client.c:24',
  '{"javascriptStack": {"stack": ["at f (/a.js:1:1)"]}, "libuv": [1, null, {"type": "tcp"}]}',
];

/** A line with a piece cut out, doubled or replaced. */
const mangled = fc
  .tuple(fc.constantFrom(...LINES), fc.nat(200), fc.nat(40), fc.string({ maxLength: 20, unit: 'binary' }))
  .map(([line, at, length, put]) => line.slice(0, at) + put + line.slice(at + length));

test('mangled lines of all tools never make a reader throw', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(mangled, fc.constantFrom(...LINES)), { maxLength: 60 }), (lines) => {
      const reading = readText(lines.join('\n'));
      for (const s of reading.sockets) {
        assert.ok((s.local.port ?? 0) >= 0 && (s.local.port ?? 0) <= 65535);
        assert.ok(!s.timer || (s.timer.least >= 0 && s.timer.most >= s.timer.least && s.timer.count >= 0));
      }
    }),
    { seed: SEED, numRuns: 1500 },
  );
});

test('random bytes are told to be none of text and captures, or read as what they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => void readBytes(bytes)),
    { seed: SEED, numRuns: 500 },
  );
  assert.match(readBytes(new Uint8Array(2000).fill(1)).notes.join(), /neither text nor a capture/);
});

test('captures that are cut or spoilt anywhere give what came before, and say so', () => {
  const whole = captureOf([
    frame({ flags: 'S' }),
    frame({ flags: 'SA', back: true }),
    frame({ flags: 'A' }),
    frame({ flags: 'FA', back: true }),
  ]);
  for (const bytes of [whole.pcap, whole.pcapng]) {
    assert.ok(isCapture(bytes));
    for (let cut = 0; cut < bytes.length; cut++) readBytes(bytes.slice(0, cut));
    assert.match(readBytes(bytes.slice(0, bytes.length - 3)).notes.join(), /cut within/);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length - 1), fc.nat(255), (i, a, k, b) => {
        const spoilt = bytes.slice();
        spoilt[i] = a;
        spoilt[k] = b;
        readBytes(spoilt);
      }),
      { seed: SEED, numRuns: 2000 },
    );
  }
});

test('long lines and many lines stay within bounds', () => {
  const started = performance.now();
  readText(`ESTAB 0 0 ${'1'.repeat(2_000_000)}`);
  readText('('.repeat(200_000));
  readText(`${'"a" '.repeat(50_000)}\n`);
  const many = readText(
    Array.from({ length: 120_000 }, (_, i) => `CLOSE-WAIT 1 0 10.${i >> 16}.${(i >> 8) & 255}.${i & 255}:80 10.0.0.9:5000`).join('\n'),
  );
  assert.equal(many.sockets.length, 120_000);
  const errors = readText(
    Array.from(
      { length: 50_000 },
      (_, i) => `worker${String.fromCharCode(97 + (i % 26))}${'x'.repeat(i % 97)} connection reset by peer`,
    ).join('\n'),
  );
  assert.ok(errors.errors.length <= 500);
  assert.ok(performance.now() - started < 20_000, 'took too long');
});

/** Beginnings that make a reader look at a line, and pieces that its patterns may go back and forth over. */
const BEGINNINGS = [
  '',
  '   at f(',
  '\tat ',
  '#1 0x1 in ',
  'frame #1: 0x1 a`',
  'at 0x1: ',
  '  File "',
  'timed out ',
  'ECONNRESET to ',
  'ESTAB 0 0 ',
  'ESTAB 0 0 a:1 b:2 users:((',
  'tcp 0 0 a.1 b.2 CLOSE_WAIT ',
  'java 1 ',
  ' 1: ',
  'goroutine 1 [',
  '1.1 1 1.1 1 ',
  '"',
  'port: ',
];
const PIECES = [
  ' ',
  ') in ',
  'a (b',
  'a:',
  'f (',
  ') at a:1 ',
  'a/',
  'a.b$',
  '1.1:',
  'a://',
  '"a",pid=1,',
  '1/ ',
  'a 1 ',
  '0',
  'a, ',
  '| ',
  '+-',
  'if (',
  "', '",
];
const pieces = fc.oneof(fc.constantFrom(...PIECES), fc.string({ minLength: 1, maxLength: 4, unit: 'grapheme-ascii' }));

test('no line takes long, whatever is repeated in it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('', 'goroutine 1 [IO wait]:\n', 'timed out\n'),
      fc.constantFrom(...BEGINNINGS),
      pieces,
      (head, begin, piece) => {
        const line = begin + piece.repeat(4096 / piece.length);
        const before = process.cpuUsage().user;
        readText(head + Array.from({ length: 4 }, (_, i) => line + i).join('\n'));
        const each = (process.cpuUsage().user - before) / 4000;
        assert.ok(each < MOST_MS, `${each} ms`);
      },
    ),
    { seed: SEED, numRuns: 400 },
  );
});

/** Milliseconds of the processor that one line may take, a loaded machine and its collector included: quadratic patterns take more. */
const MOST_MS = 40;
