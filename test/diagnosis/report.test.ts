/** Whole reports: what a pasted table, log or dump is said to mean, to end by, and to be held by. No program is at hand. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { diagnose } from '../../src/diagnosis/diagnose.js';
import { likelihood, signsOf } from '../../src/diagnosis/likely-files.js';
import { readText } from '../../src/diagnosis/read.js';
import { diagnosisText } from '../../src/diagnosis/report.js';
import { resultOf } from '../../src/diagnosis/result.js';

function report(texts: readonly string[], at: number | null = null): string {
  const options = { machine: DEFAULT_MACHINE, at, clock: (from: number, to: number) => `${Math.round(from)}..${Math.round(to)}` };
  return diagnosisText(resultOf(diagnose(texts.map(readText), { files: [], settings: [] }, options)));
}

const SHOP = 'users:(("shop",pid=7,fd=4))';
/** A row that shows a timer and a holder: with it a table is known to have been asked for both. */
const SURE = `ESTAB 0 0 10.9.9.9:50000 10.9.9.9:50001 ${SHOP} timer:(keepalive,20sec,0)\n`;

/** [a table, what its report says, in this order] */
const SAID: [table: string, ...said: RegExp[]][] = [
  [
    `${SURE}ESTAB 0 0 10.0.0.5:40001 10.0.0.9:80 ${SHOP} timer:(keepalive,2sec,2)\nESTAB 9 0 10.0.0.5:40002 10.0.0.9:80 ${SHOP}`,
    /^1 in ESTABLISHED, client, port 80, shop pid 7\n {2}Keepalive probes are not answered: the server/,
    /The call that waits on it fails with ETIMEDOUT in about .*, unless an answer comes before\./,
    /should the server vanish, nobody here would learn of it\. Bytes wait that the program has not read\./,
    /No timer runs\. Nothing ends it but a segment of the server/,
  ],
  [
    `ESTAB 0 9000 10.0.0.5:40001 10.0.0.9:80 ${SHOP} timer:(persist,2sec,4)\nESTAB 0 90 10.0.0.5:40002 10.0.0.9:80 ${SHOP} timer:(on,200ms,0)`,
    /The server does not read: its window is closed.* The last window probes were not answered\./,
    /Data are on their way\.\n {2}If the server stays silent, the call that waits on it fails with ETIMEDOUT/,
  ],
  [
    `SYN-RECV 0 0 10.0.0.5:80 10.0.0.9:5000 timer:(on,2sec,2)\nSYN-RECV 0 0 10.0.0.5:80 10.0.0.9:5001 timer:(on,800ms,0)\nLISTEN 0 128 0.0.0.0:80 0.0.0.0:* ${SHOP}`,
    /1 in SYN_RECV, accepted, port 80\n {2}A handshake is half done: the client has not acknowledged the SYN-ACK, which was sent again\.\n {2}The kernel forgets it in/,
    /the client has not acknowledged the SYN-ACK yet\.\n {2}If the client stays silent, the kernel forgets it in/,
    /1 in LISTEN, listener, port 80, shop pid 7\n {2}It listens\.\n {2}It lasts as long as the program listens\./,
  ],
  [
    `CLOSE-WAIT 1 9 10.0.0.5:80 10.0.0.9:50000 ${SHOP} timer:(on,2sec,3)\nCLOSE-WAIT 1 0 10.0.0.5:80 10.0.0.9:50001 ${SHOP} timer:(keepalive,2sec,1)\nLISTEN 9 5 0.0.0.0:80 0.0.0.0:* ${SHOP}`,
    /The end of the stream waits to be read: nobody has looked at the connection since\.\n {2}The kernel gives up the data \(the descriptor stays open/,
    /Keepalive ends the connection \(the descriptor stays open until the program closes it\) in about/,
    /The accept queue is full: .*\n.*\n {2}9 connections wait for accept\(\); the queue of port 80 holds 5/,
  ],
  [
    'CLOSING 0 1 10.0.0.5:40001 10.0.0.9:80 timer:(on,2sec,4)\nLAST-ACK 0 1 10.0.0.5:40002 10.0.0.9:80 timer:(on,2sec,4)\n' +
      'FIN-WAIT-1 0 9000 10.0.0.5:40003 10.0.0.9:80 timer:(persist,2sec,2)\nFIN-WAIT-1 0 0 10.0.0.5:40004 10.0.0.9:80 timer:(on,200ms,9)\n',
    /The server has not acknowledged our FIN|the server has not acknowledged our FIN\./,
    /its FIN \(and the data before it\) is not acknowledged\.\n {2}The kernel gives it up, and no program is told in/,
    /its FIN is not acknowledged\.\n {2}With the settings that are assumed here the kernel shows no such timer/,
    /Both sides closed at the same time; our FIN is not acknowledged\.\n {2}The kernel gives it up/,
  ],
  [
    `FIN-WAIT-2 0 0 10.0.0.5:40005 10.0.0.9:80 timer:(timewait,20sec,0)\nFIN-WAIT-2 0 0 10.0.0.5:40006 10.0.0.9:80 ${SHOP}\nTIME-WAIT 0 0 10.0.0.5:40007 10.0.0.9:80 timer:(timewait,20sec,0)`,
    /the server has not closed its end \(there it is in CLOSE_WAIT\)\.\n {2}The kernel frees it in 20/,
    /still holds the descriptor; the server has not closed\.\n {2}The program holds the descriptor, so no timer runs\. Nothing ends it but close\(\)/,
    /The kernel frees it in 20.*\n {2}1 of the 28232 ports of net\.ipv4\.ip_local_port_range are held towards one address/,
  ],
  [
    'tcp 0 0 10.0.0.5:5 10.0.0.9:6 ESTABLISHED\ntcp 0 0 10.0.0.5:7 10.0.0.9:6 TIME_WAIT\n' +
      'tcp 0 1 10.0.0.5:5 10.0.0.9:8 SYN_SENT\ntcp 0 1 10.0.0.5:5 10.0.0.9:9 LAST_ACK',
    /1 in SYN_SENT, client, port 8\n {2}connect\(\) is under way: the server has not answered yet\.\n {2}The kernel forgets it within about 2 min 15 s/,
    /1 in ESTABLISHED\n {2}The connection is open\.\n {2}This table does not show timers/,
    /1 in TIME_WAIT\n.*\n {2}The kernel forgets it within about 1 min; the table does not show its timer\./,
  ],
  [
    '    3 CLOSE_WAIT\n    2 ESTABLISHED\n    1 TIME_WAIT\n\n\n\n    5 CLOSE_WAIT\n    1 ESTABLISHED\n    1 TIME_WAIT\n',
    /^5 in CLOSE_WAIT, growing: 3, 5\n {2}The other side has closed; this program has not\.\n {2}CLOSE_WAIT has no timer\./,
    /1 in ESTABLISHED, shrinking: 2, 1\n/,
    /1 in TIME_WAIT, as many as before\n/,
    /note: counts by state tell neither ports nor programs/,
  ],
  [
    `ESTAB 0 0 127.0.0.1:40001 127.0.0.1:8080 ${SHOP} timer:(keepalive,20sec,0)\nESTAB 0 0 127.0.0.1:8080 127.0.0.1:40001 users:(("srv",pid=8,fd=4)) timer:(keepalive,20sec,0)\nLISTEN 0 5 127.0.0.1:8080 0.0.0.0:* users:(("srv",pid=8,fd=3))`,
    /1 in ESTABLISHED, client, port 8080, shop pid 7\n {2}The connection is idle, and keepalive watches over it\.\n {2}If the server stays silent/,
    /1 in ESTABLISHED, accepted, port 8080, srv pid 8\n.*\n {2}If the client stays silent/,
  ],
  [
    `${SURE}SYN-SENT 0 1 10.0.0.5:40001 10.0.0.9:80 ${SHOP} timer:(on,2sec,6)`,
    /connect\(\) is under way: the server has not answered any of the SYNs so far\.\n {2}Connect\(\) fails with ETIMEDOUT in|connect\(\) fails with ETIMEDOUT in/,
  ],
  [
    `Traceback (most recent call last):
  File "/srv/app.py", line 12, in fetch
ConnectionResetError: [Errno 104] Connection reset by peer
`.repeat(2),
    /^ECONNRESET, 2 times: ConnectionResetError: \[Errno 104\] Connection reset by peer\n {2}No line fits\./,
  ],
  [
    ['7 [IO wait, 37 minutes]', '8 [IO wait, 30 minutes]', '9 [IO wait]']
      .map((title) => `goroutine ${title}:\nmain.handle({0x5, 0xc000})\n\t/srv/app.go:28 +0x5d\n\n`)
      .join(''),
    /^goroutine 7 and 2 more: IO wait for 37 min\n {2}No line of the program that opens a connection stands in it\./,
  ],
  ['nothing at all', /^Nothing was recognised: no table of sockets, no error of a connection, no stack\.$/m],
];

test('what a table means, what ends its sockets, who holds them', () => {
  for (const [table, ...said] of SAID) {
    let rest = report([table]);
    for (const one of said) {
      const found = one.exec(rest);
      assert.ok(found, `${String(one)}\n--- in\n${rest}`);
      rest = rest.slice(found.index);
    }
  }
});

test('where the time of the table is known, ends have a time of day', () => {
  assert.match(report(['TIME-WAIT 0 0 10.0.0.5:40007 10.0.0.9:80 timer:(timewait,20sec,0)'], 1000), /in 20.* s \(1020\.\.102\d\)\./);
});

test('what several tools say of one socket is put together; what only one knows stays', () => {
  const ss = 'ESTAB 0 0 10.0.0.5:40001 10.0.0.9:80\nLISTEN 0 5 0.0.0.0:8080 0.0.0.0:*\n';
  const lsof =
    'COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\n' +
    'python3   812 root    4u  IPv4  12346      0t0  TCP 10.0.0.5:40001->10.0.0.9:80 (ESTABLISHED)\n' +
    'python3   812 root    3u  IPv4  12345      0t0  TCP *:8080 (LISTEN)\n' +
    'python3   812 root    5u  IPv4  12347      0t0  TCP 10.0.0.5:40002\n';
  const text = report([`${ss}\n${lsof}`]);
  assert.match(text, /1 in ESTABLISHED, client, port 80, python3 pid 812/);
  assert.match(text, /1 in CLOSE.*, python3 pid 812/);
  assert.equal((text.match(/in ESTABLISHED/g) ?? []).length, 1);
});

test('of very many different sockets the first groups are shown, and the rest is counted', () => {
  const rows = Array.from(
    { length: 70 },
    (_, i) => `CLOSE-WAIT 1 0 10.0.0.5:${1000 + i} 10.0.0.9:50000 users:(("p${i}",pid=${i + 1},fd=4))`,
  );
  assert.match(report([rows.join('\n')]), /note: 10 further groups of sockets are not shown/);
});

test('files that a symptom names, whose port it has, that open connections, come first', () => {
  const signs = signsOf([
    readText(
      `ESTAB 0 0 10.0.0.5:40001 10.0.0.9:5432 users:(("python3",pid=7,fd=4))\nTraceback (most recent call last):\n  File "C:\\srv\\jobs.py", line 12, in fetch\nConnectionRefusedError: [Errno 111] connect to 10.0.0.9:6379 refused\n`,
    ),
  ]);
  const of = (path: string, text: string, language = 'python'): number => likelihood(path, language, text, signs);
  const order: [string, number][] = [
    ['frame', of('app/jobs.py', 'pass')],
    ['port and opening', of('app/db.py', 'socket.create_connection(("db", 5432))')],
    ['opening', of('app/web.py', 'urlopen(url)')],
    ['nothing', of('app/words.py', 'pass')],
    ['aside', of('tests/db.py', 'pass')],
    ['another language', of('app/main.go', 'package main', 'go')],
  ];
  assert.deepEqual(
    [...order].sort((a, b) => b[1] - a[1]).map(([name]) => name),
    order.map(([name]) => name),
  );
  assert.equal(of('tests/jobs.py', 'pass'), of('app/jobs.py', 'pass'));
  const named = signsOf([readText('ESTAB 0 0 10.0.0.5:40001 10.0.0.9:60000 users:(("relay",pid=7,fd=4))\n')]);
  assert.ok(likelihood('cmd/relay/main.go', 'go', 'x', named) > likelihood('cmd/other/main.go', 'go', 'x', named));
  assert.equal(likelihood('a.py', 'python', 'x = 60000', named), 0);
});
