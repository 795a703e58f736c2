/** Each tool's output, as the tool writes it, with what must be read out of it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../../src/diagnosis/read.js';
import { timeLeft } from '../../src/diagnosis/readers/ss.js';
import { hexHost } from '../../src/diagnosis/readers/proc-net-tcp.js';
import type { Socket } from '../../src/diagnosis/symptom.js';

/** A socket in one line: what the tests are about. */
function shortly(s: Socket): string {
  const timer = s.timer === undefined ? '?' : s.timer === null ? '-' : `${s.timer.kind} ${s.timer.least}..${s.timer.most} ${s.timer.count}`;
  const holder = s.holders.map((h) => `${h.name}/${h.pid}/${h.fd}`).join('+');
  return `${s.state} ${s.recvQ}/${s.sendQ} ${s.local.host}:${s.local.port} ${s.remote.host}:${s.remote.port} ${timer} ${holder}${s.orphan ? ' orphan' : ''}`;
}

const sockets = (text: string): string[] => readText(text).sockets.map(shortly);

test('ss -tanpoie: several lines per socket, IPv6, timers in all their forms', () => {
  const text = `State      Recv-Q Send-Q Local Address:Port  Peer Address:Port Process
LISTEN     6      5            0.0.0.0:8080       0.0.0.0:*     users:(("python3",pid=812,fd=3)) ino:101 sk:1 cgroup:/ <->
\t cubic rto:1000 mss:536 cwnd:10
ESTAB      0      100        10.0.0.5:8080      10.0.0.9:51006 users:(("python3",pid=812,fd=6),("python3",pid=813,fd=6)) timer:(on,1min41sec,9) uid:33 ino:77 sk:2 <->
\t ts sack cubic wscale:7,7 rto:102400 backoff:9 rtt:20.1/10 mss:1448 unacked:1 lastsnd:60123 lastrcv:70000
CLOSE-WAIT 1      0      [2001:db8::5]:8080  [2001:db8::9]:51006 users:(("python3",pid=812,fd=7)) ino:78 sk:3 -->
ESTAB      0      0      [::ffff:10.0.0.5]:8080 [::ffff:10.0.0.9]:51007 users:(("python3",pid=812,fd=8)) timer:(keepalive,119min,0) ino:79
FIN-WAIT-1 0      1          10.0.0.5:40001     10.0.0.8:http   timer:(on,1.200ms,2) ino:0
TIME-WAIT  0      0          10.0.0.5:40002     10.0.0.8:443    timer:(timewait,940ms,0)
`;
  const found = readText(text).sockets;
  assert.deepEqual(found.map(shortly), [
    'LISTEN 6/5 *:8080 *:null - python3/812/3',
    'ESTABLISHED 0/100 10.0.0.5:8080 10.0.0.9:51006 on 101..102 9 python3/812/6+python3/813/6',
    'CLOSE_WAIT 1/0 2001:db8::5:8080 2001:db8::9:51006 - python3/812/7',
    'ESTABLISHED 0/0 10.0.0.5:8080 10.0.0.9:51007 keepalive 7140..7200 0 python3/812/8',
    'FIN_WAIT_1 0/1 10.0.0.5:40001 10.0.0.8:80 on 1.2..1.2009999999999998 2  orphan',
    'TIME_WAIT 0/0 10.0.0.5:40002 10.0.0.8:443 timewait 0.94..0.941 0 ',
  ]);
  assert.deepEqual(found[1]?.info, { rtoMs: 102400, rttMs: 20.1, backoff: 9, unacked: 1, lastSentMs: 60123, lastReceivedMs: 70000 });
  assert.equal(found[1]?.inode, 77);
});

test('ss without -o says nothing of timers, with a state filter nothing of states, with -a names what is netid', () => {
  assert.deepEqual(
    sockets(
      '$ ss -tn state close-wait\nRecv-Q Send-Q Local Address:Port Peer Address:Port Process\n1      0      10.0.0.5:8080 10.0.0.9:1\n',
    ),
    ['CLOSE_WAIT 1/0 10.0.0.5:8080 10.0.0.9:1 ? '],
  );
  assert.deepEqual(sockets('tcp   ESTAB 0 0 10.0.0.5:22 10.0.0.9:1\nudp   UNCONN 0 0 0.0.0.0:68 0.0.0.0:*\n'), [
    'ESTABLISHED 0/0 10.0.0.5:22 10.0.0.9:1 ? ',
  ]);
});

test('the time that ss prints is cut: it stands for a span', () => {
  assert.deepEqual(
    ['41sec', '119min', '1min41sec', '940ms', '6.200ms', '3sec'].map(timeLeft).map((t) => [t?.least, Number(t?.most.toFixed(3))]),
    [
      [41, 42],
      [7140, 7200],
      [101, 102],
      [0.94, 0.941],
      [6.2, 6.201],
      [3, 4],
    ],
  );
  assert.equal(timeLeft('soon'), null);
});

test('netstat of Linux with -p and -o, of macOS, of Windows with -b and in German', () => {
  assert.deepEqual(
    sockets(`Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name     Timer
tcp        0      0 0.0.0.0:8080            0.0.0.0:*               LISTEN      812/python3          off (0.00/0/0)
tcp        0    100 10.0.0.5:8080           10.0.0.9:51006          ESTABLISHED 812/python3          on (41.20/9/0)
tcp6       0      0 ::1:8080                ::1:51008               ESTABLISHED 812/nginx: worker    keepalive (7183.45/0/0)
tcp        0      0 10.0.0.5:8080           10.0.0.9:51009          TIME_WAIT   -                    timewait (31.20/0/0)
tcp        0     10 10.0.0.5:8080           10.0.0.9:51010          ESTABLISHED 812/python3          probe (1.20/0/3)
`),
    [
      'LISTEN 0/0 *:8080 *:null - python3/812/null',
      'ESTABLISHED 0/100 10.0.0.5:8080 10.0.0.9:51006 on 41.2..41.21 9 python3/812/null',
      'ESTABLISHED 0/0 ::1:8080 ::1:51008 keepalive 7183.45..7183.46 0 nginx: worker/812/null',
      'TIME_WAIT 0/0 10.0.0.5:8080 10.0.0.9:51009 timewait 31.2..31.21 0 ',
      'ESTABLISHED 0/10 10.0.0.5:8080 10.0.0.9:51010 persist 1.2..1.21 3 python3/812/null',
    ],
  );
  assert.deepEqual(
    sockets(`Active Internet connections (including servers)
Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)
tcp4       0      0  192.168.1.2.54321      17.253.0.1.443         CLOSE_WAIT
tcp6       0      0  fe80::1%lo0.8080       fe80::2%lo0.5000       ESTABLISHED
tcp46      0      0  *.8080                 *.*                    LISTEN
`),
    ['CLOSE_WAIT 0/0 192.168.1.2:54321 17.253.0.1:443 ? ', 'ESTABLISHED 0/0 fe80::1:8080 fe80::2:5000 ? ', 'LISTEN 0/0 *:8080 *:null ? '],
  );
  assert.deepEqual(
    sockets(`Active Connections

  Proto  Local Address          Foreign Address        State           PID
  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       1044
 [svchost.exe]
  TCP    192.168.1.2:54321      17.253.0.1:443         CLOSE_WAIT      4711
 [java.exe]
  TCP    [::1]:5000             [::1]:6000             WARTEND         0
`),
    [
      'LISTEN null/null *:135 *:null ? svchost.exe/1044/null',
      'CLOSE_WAIT null/null 192.168.1.2:54321 17.253.0.1:443 ? java.exe/4711/null',
      'TIME_WAIT null/null ::1:5000 ::1:6000 ? null/0/null',
    ],
  );
});

test('lsof: states, queues, descriptors without a connection', () => {
  assert.deepEqual(
    sockets(`COMMAND   PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME
python3   812 root    3u  IPv4  12345      0t0  TCP *:8080 (LISTEN)
python3   812 root    4u  IPv4  12346      0t0  TCP 10.0.0.5:8080->10.0.0.9:51000 (CLOSE_WAIT)
node      900 www    22u  IPv6 0x1234      0t0  TCP [::1]:3000->[::1]:5000 (ESTABLISHED QR=0 QS=12)
python3   812 root    9u  sock    0,8      0t0 9876 protocol: TCP
python3   812 root   10u  IPv4  12399      0t0  UDP *:68
`),
    [
      'LISTEN null/null *:8080 *:null ? python3/812/3',
      'CLOSE_WAIT null/null 10.0.0.5:8080 10.0.0.9:51000 ? python3/812/4',
      'ESTABLISHED 0/12 ::1:3000 ::1:5000 ? node/900/22',
      'CLOSE null/null *:null *:null ? python3/812/9',
    ],
  );
});

test('lsof -F: a field a line, with prose around', () => {
  const { sockets } = readText(
    [
      'here is what lsof -F says:',
      ...['p812', 'g812', 'cpython3', 'u1000', 'Lapp'],
      ...['fcwd', 'n/srv'],
      ...[
        'f4',
        'au',
        'l ',
        'tIPv4',
        'G0x80002;0x0',
        'd1142309',
        'PTCP',
        'n10.0.0.5:40000->10.0.0.9:9443',
        'TST=CLOSE_WAIT',
        'TQR=1',
        'TQS=0',
      ],
      ...['f5', 'PUDP', 'n10.0.0.5:53'],
      ...['f6', 'PTCP', 'n[2001:db8::5]:40001->[2001:db8::9]:443', 'TST=ESTABLISHED'],
      ...['p99', 'cnode', 'f22', 'n*:8081', 'TST=LISTEN'],
      'that was all',
      'f7',
      'n10.0.0.5:1->10.0.0.9:2',
      'TST=CLOSE_WAIT',
    ].join('\n'),
  );
  assert.deepEqual(
    sockets.map(({ state, remote, recvQ, holders: [h] }) => [state, remote.host, remote.port, recvQ, h?.name, h?.pid, h?.fd]),
    [
      ['CLOSE_WAIT', '10.0.0.9', 9443, 1, 'python3', 812, 4],
      ['ESTABLISHED', '2001:db8::9', 443, null, 'python3', 812, 6],
      ['LISTEN', '*', null, null, 'node', 99, 22],
    ],
  );
});

test('/proc/net/tcp and tcp6: hexadecimal, timers in hundredths', () => {
  assert.deepEqual(
    sockets(`  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F90 00000000:0000 0A 00000000:00000006 00:00000000 00000000  1000        0 12345 1 0000000000000000 100 0 0 10 0
   1: 0500000A:1F90 0900000A:C73E 01 00000064:00000000 01:00001010 00000009  1000        0 12346 3 0000000000000000 20 4 30 10 -1
   2: 0500000A:1F90 0900000A:C73F 08 00000000:00000001 00:00000000 00000000  1000        0 12347 1 0000000000000000 20 4 30 10 -1
   3: 0500000A:1F90 0900000A:C740 01 00000000:00000000 02:000AFC80 00000000  1000        3 12348 1 0000000000000000 20 4 30 10 -1
   4: 0500000A:9C41 0800000A:01BB 04 00000001:00000000 01:00000014 00000002     0        0 0 1 0000000000000000 20 4 30 10 -1
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0000000000000000FFFF00000500000A:1F90 0000000000000000FFFF00000900000A:C741 06 00000000:00000000 03:00000C1C 00000000     0        0 0 3 0000000000000000
`),
    [
      'LISTEN 6/null *:8080 *:null - ',
      'ESTABLISHED 0/100 10.0.0.5:8080 10.0.0.9:51006 on 41.12..41.129999999999995 9 ',
      'CLOSE_WAIT 1/0 10.0.0.5:8080 10.0.0.9:51007 - ',
      'ESTABLISHED 0/0 10.0.0.5:8080 10.0.0.9:51008 keepalive 7200..7200.01 3 ',
      'FIN_WAIT_1 0/1 10.0.0.5:40001 10.0.0.8:443 on 0.2..0.21000000000000002 2  orphan',
      'TIME_WAIT 0/0 10.0.0.5:8080 10.0.0.9:51009 timewait 31..31.01 0 ',
    ],
  );
  assert.equal(hexHost('00000000000000000000000001000000'), '::1');
  assert.equal(hexHost('B80D0120000000000000000001000000'), '2001:db8::1');
});

test('looks one after the other: a new heading, or a connection that comes again', () => {
  const table = (n: number): string =>
    `State Recv-Q Send-Q Local Address:Port Peer Address:Port\n${Array.from({ length: n }, (_, i) => `CLOSE-WAIT 1 0 10.0.0.5:80 10.0.0.9:${5000 + i}`).join('\n')}\n`;
  assert.deepEqual(
    readText(table(2) + table(3)).sockets.map((s) => s.look),
    [0, 0, 1, 1, 1],
  );
});

test('quoted, indented and coloured text is read all the same', () => {
  assert.deepEqual(
    sockets('> CLOSE-WAIT 1 0 10.0.0.5:80 10.0.0.9:5000\n>>   \u001b[31mCLOSE-WAIT\u001b[0m 1 0 10.0.0.5:80 10.0.0.9:5001\n'),
    ['CLOSE_WAIT 1/0 10.0.0.5:80 10.0.0.9:5000 ? ', 'CLOSE_WAIT 1/0 10.0.0.5:80 10.0.0.9:5001 ? '],
  );
});

const errors = (text: string): string[] =>
  readText(text).errors.map(
    (e) =>
      `${e.errno} ${e.call} x${e.count} ${e.frames.map((f) => `${f.file}:${f.line}`).join(' ')}${e.remote ? ` ${e.remote.host}:${e.remote.port}` : ''}`,
  );

test('tracebacks and logs in the words of each language', () => {
  assert.deepEqual(
    errors(`Traceback (most recent call last):
  File "/srv/app.py", line 12, in fetch
    s.recv(100)
  File "/usr/lib/python3.11/socket.py", line 705, in readinto
    return self._sock.recv_into(b)
ConnectionResetError: [Errno 104] Connection reset by peer
`),
    ['ECONNRESET null x1 /usr/lib/python3.11/socket.py:705 /srv/app.py:12'],
  );
  assert.deepEqual(
    errors(`Error: connect ECONNREFUSED 10.0.0.8:6379
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1595:16)
    at Socket.onError (/srv/app.js:10:5)
`),
    ['ECONNREFUSED connect x1 /srv/app.js:10 10.0.0.8:6379'],
  );
  assert.deepEqual(
    errors(`java.net.SocketTimeoutException: Read timed out
\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:288)
\tat com.example.Client.read(Client.java:33)
`),
    ['TIMEOUT recv x1 NioSocketImpl.java:288 Client.java:33'],
  );
  assert.deepEqual(
    errors(
      '2026/03/01 14:20:00 read tcp 10.0.0.5:40001->10.0.0.8:443: i/o timeout\n2026/03/01 14:20:03 read tcp ' +
        '10.0.0.5:40009->10.0.0.8:443: i/o timeout\n',
    ),
    ['TIMEOUT recv x2  10.0.0.8:443'],
  );
  assert.deepEqual(
    errors(
      'accept: Too many open files\nError: socket hang up\nthread panicked: Os { code: 110, kind: TimedOut, message: ' +
        '"Connection timed out" }\nbind: Cannot assign requested address\n',
    ),
    ['EMFILE accept x1 ', 'ECONNRESET null x1 ', 'ETIMEDOUT null x1 ', 'EADDRNOTAVAIL listen x1 '],
  );
});

const stacks = (text: string): string[] =>
  readText(text).stacks.map(
    (s) => `${s.title} x${s.count} [${s.waits}] ${s.since} ${s.frames.map((f) => `${f.function}@${f.file}:${f.line}`).join(' ')}`,
  );

test('a goroutine dump: what waits, since when, on which lines; equal ones are counted', () => {
  const one = (n: number): string => `goroutine ${n} [IO wait, 37 minutes]:
internal/poll.runtime_pollWait(0x7f, 0x72)
\t/usr/local/go/src/runtime/netpoll.go:305 +0x89
net.(*conn).Read(0xc000012345, {0xc0000a2000, 0x64, 0x64})
\t/usr/local/go/src/net/net.go:183 +0x45
main.handle({0x5, 0xc000})
\t/srv/app.go:28 +0x5d
created by main.main in goroutine 1
\t/srv/app.go:22 +0x11d

`;
  assert.deepEqual(stacks(one(7) + one(8)), [
    'goroutine 7 x2 [IO wait] 2220 internal/poll.runtime_pollWait@/usr/local/go/src/runtime/netpoll.go:305 ' +
      'net.(*conn).Read@/usr/local/go/src/net/net.go:183 main.handle@/srv/app.go:28 main.main@/srv/app.go:22',
  ]);
});

test('jstack, py-spy, faulthandler, gdb', () => {
  assert.deepEqual(
    stacks(`"worker-1" #12 prio=5 os_prio=0 cpu=1.2ms elapsed=9.1s tid=0x00007f nid=0x1b03 runnable  [0x00007f]
   java.lang.Thread.State: RUNNABLE
\tat sun.nio.ch.Net.poll(java.base@17.0.15/Native Method)
\tat java.net.Socket$SocketInputStream.read(java.base@17.0.15/Socket.java:966)
\tat com.example.Client.read(Client.java:33)

`),
    ['thread "worker-1" x1 [RUNNABLE] null java.net.Socket$SocketInputStream.read@Socket.java:966 com.example.Client.read@Client.java:33'],
  );
  assert.deepEqual(
    stacks(`Process 812: python3 app.py
Thread 812 (idle): "MainThread"
    recv (app.py:12)
    <module> (/srv/app.py:20)
`),
    ['thread "MainThread" x1 [idle] null recv@app.py:12 <module>@/srv/app.py:20'],
  );
  assert.deepEqual(
    stacks(`Current thread 0x00007f11 (most recent call first):
  File "/srv/app.py", line 12 in fetch
`),
    ['thread 0x00007f11 x1 [null] null fetch@/srv/app.py:12'],
  );
  assert.deepEqual(
    stacks(`(gdb) bt
#0  0x00007ffff7ecd1ae in recv () from /lib/x86_64-linux-gnu/libc.so.6
#1  0x0000555555555312 in fetch (fd=3) at /srv/client.c:24
#2  main () at /srv/client.c:40
(gdb) quit
`),
    ['backtrace x1 [null] null recv@/lib/x86_64-linux-gnu/libc.so.6:null fetch@/srv/client.c:24 main@/srv/client.c:40'],
  );
});

test('a report of Node: handles as sockets, the stack as a stack; a cut one is named', () => {
  const report = JSON.stringify(
    {
      header: { processId: 9, commandLine: ['node', 'app.js'], cwd: '/srv' },
      javascriptStack: { message: 'x', stack: ['at read (/srv/app.js:10:5)'] },
      libuv: [
        {
          type: 'tcp',
          fd: 22,
          localEndpoint: { host: 'a', ip4: '10.0.0.5', port: 40001 },
          remoteEndpoint: { ip4: '10.0.0.8', port: 443 },
          writeQueueSize: 0,
        },
        { type: 'timer' },
      ],
    },
    null,
    2,
  );
  const found = readText(`please help\n${report}\nthanks`);
  assert.deepEqual(found.sockets.map(shortly), ['ESTABLISHED null/0 10.0.0.5:40001 10.0.0.8:443 ? node/9/22']);
  assert.equal(found.stacks[0]?.frames[0]?.line, 10);
  assert.match(readText(report.slice(0, 300)).notes.join(), /cut or edited/);
});
