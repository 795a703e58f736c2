/** What people paste beside the usual: other tools, other versions, what collectors of logs put in front, parts of dumps. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { momentIn } from '../../src/diagnosis/moments.js';
import { addressNamed } from '../../src/diagnosis/named-address.js';
import { readBytes, readText } from '../../src/diagnosis/read.js';
import type { ErrorSign, Frame, Socket, StackSign } from '../../src/diagnosis/symptom.js';

const shortly = (s: Socket): string =>
  `${s.state} ${s.local.host}:${s.local.port} ${s.remote.host}:${s.remote.port} ${s.holders.map((h) => `${h.name}/${h.pid}`).join('+')}`;
const sockets = (text: string): string[] => readText(text).sockets.map(shortly);
const places = (frames: readonly Frame[]): string => frames.map((f) => `${f.file}:${f.line}`).join(' ');
const told = (e: ErrorSign): string => `${e.errno} ${e.call} ${e.remote ? `${e.remote.host}:${e.remote.port}` : '-'} ${places(e.frames)}`;
const errors = (text: string): string[] => readText(text).errors.map(told);
const stood = (s: StackSign): string => `${s.title} ${s.count} ${s.waits} ${s.since} ${places(s.frames)}`;
const stacks = (text: string): string[] => readText(text).stacks.map(stood);

test('ss: old versions, what stands in front of lines, rows of Markdown, a table without states', () => {
  assert.deepEqual(
    sockets(`CLOSE-WAIT 1      0          ::ffff:10.0.0.1:8080       ::ffff:10.0.0.2:44321   users:(("java",1234,56))
12:CLOSE-WAIT 1   0      10.0.0.5:8080      10.0.0.9:51000
web_1  | CLOSE-WAIT 1      0      10.0.0.5:8080      10.0.0.9:51001
| ESTAB | 0 | 0 | 10.0.0.5:afs3-fileserver | 10.0.0.9:51002 |
`),
    [
      'CLOSE_WAIT 10.0.0.1:8080 10.0.0.2:44321 java/1234',
      'CLOSE_WAIT 10.0.0.5:8080 10.0.0.9:51000 ',
      'CLOSE_WAIT 10.0.0.5:8080 10.0.0.9:51001 ',
      'ESTABLISHED 10.0.0.5:7000 10.0.0.9:51002 ',
    ],
  );
  const stateless = readText(
    'Recv-Q Send-Q Local Address:Port Peer Address:Port\n1 0 10.0.0.5:80 10.0.0.9:1\n0 0 10.0.0.5:80 10.0.0.9:2\n',
  );
  assert.deepEqual([stateless.sockets.length, stateless.notes.length], [0, 1]);
  assert.match(stateless.notes[0] ?? '', /2 rows of ss have no column of states/);
});

test('netstat -v of macOS names processes, in both its forms', () => {
  const heading = 'Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)     ';
  assert.deepEqual(
    sockets(`${heading}rhiwat shiwat    pid   epid  state    options
tcp4       0      0  192.168.1.20.52345     17.57.144.10.5223      CLOSE_WAIT  131072 131072    345      0 0102 00000020
${heading} rxbytes      txbytes  rhiwat  shiwat    process:pid    state  options
tcp4       0      0  192.168.1.20.52346     17.57.144.10.5223      CLOSE_WAIT      1234         5678  131072  131792     python3.11:4711   00102 00000000
tcp6       0      0  fe80::1%lo0.8021       fe80::1%lo0.62111      ESTABLISHED     1234         5678  131072  131792  Google Chrome H:4712   00102 00000000
`),
    [
      'CLOSE_WAIT 192.168.1.20:52345 17.57.144.10:5223 null/345',
      'CLOSE_WAIT 192.168.1.20:52346 17.57.144.10:5223 python3.11/4711',
      'ESTABLISHED fe80::1:8021 fe80::1:62111 Google Chrome H/4712',
    ],
  );
});

test('PowerShell, /proc/PID/net/tcp with its name in front, names with blanks of lsof', () => {
  assert.deepEqual(
    sockets(`LocalAddress                        LocalPort RemoteAddress                       RemotePort State       AppliedSetting OwningProcess
------------                        --------- -------------                       ---------- -----       -------------- -------------
10.0.0.5                            49700     10.0.0.9                            1433       CloseWait   Internet       4444
::                                  8080      ::                                  0          Listen                     4
`),
    ['CLOSE_WAIT 10.0.0.5:49700 10.0.0.9:1433 null/4444', 'LISTEN *:8080 *:null null/4'],
  );
  assert.deepEqual(
    sockets(
      '/proc/812/net/tcp:   1: 0500000A:1F90 0900000A:C73E 08 00000000:00000001 00:00000000 00000000  1000        0 12346 1 0 20 4\n',
    ),
    ['CLOSE_WAIT 10.0.0.5:8080 10.0.0.9:51006 '],
  );
  assert.deepEqual(sockets('Google\\x20Chr 2345 al 25u IPv4 0x1a 0t0 TCP 10.0.0.5:1->10.0.0.9:2 (ST=CLOSE_WAIT QR=1)\n'), [
    'CLOSE_WAIT 10.0.0.5:1 10.0.0.9:2 Google Chr/2345',
  ]);
});

test('counts by state are a table of their own, unless the table itself stands beside them', () => {
  const counts = '    3 CLOSE_WAIT\n    2 ESTABLISHED\n\n\n\n    5 CLOSE_WAIT\n    1 ESTABLISHED\n';
  const found = readText(counts).sockets;
  assert.deepEqual(
    [0, 1].map((look) => ['CLOSE_WAIT', 'ESTABLISHED'].map((state) => found.filter((s) => s.look === look && s.state === state).length)),
    [
      [3, 2],
      [5, 1],
    ],
  );
  assert.deepEqual(sockets(`${counts}CLOSE-WAIT 1 0 10.0.0.5:1 10.0.0.9:2\n`), ['CLOSE_WAIT 10.0.0.5:1 10.0.0.9:2 ']);
});

test('.NET and Rust: exceptions with their frames, panics with their place', () => {
  assert.deepEqual(
    errors(`Unhandled exception. System.IO.IOException: Unable to read data from the transport connection: Connection reset by peer.
   at System.Net.Sockets.NetworkStream.Read(Byte[] buffer, Int32 offset, Int32 count)
   at System.Net.Sockets.NetworkStream.Read(Byte[] buffer)
   at System.IO.Stream.Read(Span buffer)
   at System.IO.Stream.ReadAtLeast(Span buffer)
   at Shop.Client.Fetch(String host) in /src/shop/Client.cs:line 42
   at Shop.Program.Main(String[] args) in C:\\build\\shop\\Program.cs:line 12
`),
    ['ECONNRESET recv - /src/shop/Client.cs:42 C:\\build\\shop\\Program.cs:12'],
  );
  assert.deepEqual(
    errors(`thread 'main' panicked at src/main.rs:12:50:
called \`Result::unwrap()\` on an \`Err\` value: Os { code: 104, kind: ConnectionReset, message: "Connection reset by peer" }
`),
    ['ECONNRESET null - src/main.rs:12'],
  );
  assert.deepEqual(
    errors(
      "thread 'worker' panicked at 'called `Result::unwrap()` on an `Err` value: Custom { kind: TimedOut, error: \"x\" }', src/a.rs:88:14",
    ),
    ['TIMEOUT null - src/a.rs:88'],
  );
  assert.deepEqual(errors('Error: reqwest::Error { url: Url { host: Some(Domain("api.local")), port: Some(8080) }, source: TimedOut }'), [
    'TIMEOUT null api.local:8080 ',
  ]);
});

test('where a line of a log was written, and which address it names', () => {
  assert.deepEqual(
    errors(`2026/03/01 14:20:00 main.go:33: read tcp 10.0.0.5:51000->10.0.0.9:5432: i/o timeout
2026/03/01 14:20:01 http: Accept error: accept tcp [::]:8080: accept4: too many open files; retrying in 1s
{"level":"error","caller":"srv/feed.go:62","msg":"lost","error":"write tcp 10.0.0.5:1->10.0.0.9:2: write: broken pipe"}
2026-03-01 14:20:00,123 ERROR [app.py:33] fetch failed: timed out
org.apache.http.NoHttpResponseException: db.local:5432 failed to respond
2026/03/01 14:20:00 [error] 31#31: upstream timed out (110: Connection timed out) while reading, upstream: "http://10.0.0.9:8080/"
connect(3, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("10.0.0.9")}, 16) = -1 ETIMEDOUT (Connection timed out)
Error: listen EADDRINUSE: address already in use :::3000
`),
    [
      'TIMEOUT recv 10.0.0.9:5432 main.go:33',
      'EMFILE accept *:8080 ',
      'EPIPE send 10.0.0.9:2 srv/feed.go:62',
      'TIMEOUT null - app.py:33',
      'EOF null db.local:5432 ',
      'ETIMEDOUT recv 10.0.0.9:8080 ',
      'ETIMEDOUT connect 10.0.0.9:8080 ',
      'EADDRINUSE listen *:3000 ',
    ],
  );
});

test("an error's properties say more of it; source text and a runtime's guard are no errors", () => {
  assert.deepEqual(
    errors(`Error: connect ETIMEDOUT
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1494:16) {
  errno: -110,
  code: 'ETIMEDOUT',
  syscall: 'connect',
  address: '10.0.0.9',
  port: 6379
}
`),
    ['ETIMEDOUT connect 10.0.0.9:6379 '],
  );
  assert.deepEqual(errors("if (err.code === 'ECONNRESET') return;\n    except ConnectionResetError:\n// ETIMEDOUT comes late\n"), []);
});

test('a connection that the runtime found unclosed is told, with the line that made it', () => {
  assert.deepEqual(
    errors(`/srv/app.py:12: ResourceWarning: unclosed <socket.socket fd=5, laddr=('10.0.0.5', 51000), raddr=('10.0.0.9', 5432)>
  fetch()
Object allocated at (most recent call last):
  File "/srv/db.py", lineno 33
`),
    ['LEAK null 10.0.0.9:5432 /srv/app.py:12 /srv/db.py:33'],
  );
});

test('exceptions in groups, lines that syslog and Kubernetes wrote', () => {
  assert.deepEqual(
    errors(`    | Traceback (most recent call last):
    |   File "/srv/app.py", line 12, in fetch
    |     r = await reader.read(100)
    | ConnectionResetError: [Errno 104] Connection reset by peer
`),
    ['ECONNRESET null - /srv/app.py:12'],
  );
  assert.deepEqual(
    stacks(`Mar 01 14:20:00 web-1 relay[812]: goroutine 7 [IO wait, 37 minutes]:
Mar 01 14:20:00 web-1 relay[812]: main.handle({0x5, 0xc000})
Mar 01 14:20:00 web-1 relay[812]:         /srv/app.go:28 +0x5d
`),
    ['goroutine 7 1 IO wait 2220 /srv/app.go:28'],
  );
});

test("Go: a test's leak check, stacks without a blank line between, the profile that counts", () => {
  assert.deepEqual(
    stacks(`leaktest.go:108: Leaked goroutine: goroutine 1578 [IO wait]:
                main.relay(0x1)
                        /srv/relay.go:12 +0x1
goroutine 9 [select (no cases)]:
main.x(0x1)
	/srv/x.go:1
goroutine 10 gp=0xc000504e00 m=nil [chan receive, 5 minutes, locked to thread]:
main.y()
/srv/x.go:2 +0x1

163 @ 0x42e26a 0x42958a 0x428c07
#	0x428c06	internal/poll.runtime_pollWait+0x56		/usr/lib/go/src/runtime/netpoll.go:173
#	0x65c517	main.(*relay).pump+0xf7		/srv/relay.go:64
`),
    [
      'goroutine 1578 1 IO wait null /srv/relay.go:12',
      'goroutine 9 1 select (no cases) null /srv/x.go:1',
      'goroutine 10 1 chan receive 300 /srv/x.go:2',
      'goroutines 163 null null /usr/lib/go/src/runtime/netpoll.go:173 /srv/relay.go:64',
    ],
  );
});

test("gdb's broken lines and names of C++, parts of a backtrace, lldb, eu-stack, pystack, virtual threads", () => {
  assert.deepEqual(
    stacks(`#0  0x00007ffff7ecc9d6 in __libc_recv (fd=3, buf=0x7ffe, len=4096,
    flags=0) at ../sysdeps/recv.c:28
#1  0x0000555555555312 in fetch (fd=3,
    host=0x7ffe "10.0.0.9",
    port=80) at /srv/client.c:24
#2  0x1 in net::Client<std::map<int, char> >::read[abi:cxx11](int) (this=0x7ffe, n=3) at client.cpp:31
#3  (anonymous namespace)::run (x=...) at client.cpp:40

#6  0x0000555 in app::fetch (port=8080) at src/main.rs:12
`),
    ['backtrace 1 null null ../sysdeps/recv.c:28 /srv/client.c:24 client.cpp:31 client.cpp:40', 'backtrace 1 null null src/main.rs:12'],
  );
  assert.deepEqual(
    stacks(`* thread #1, stop reason = signal SIGSTOP
  * frame #0: 0x00007ff8 libsystem_kernel.dylib\`__recvfrom + 10
    frame #1: 0x00000001 client\`fetch(fd=3) at client.c:24:5

TID 812:
#0  0x00007f recv
#1  0x000055 fetch - 1
    /srv/client.c:24:5

Traceback for thread 812 (python3) [] (most recent call last):
    (Python) File "/srv/app.py", line 20, in <module>

#22 "" virtual
      com.example.V.read(V.java:3)
`),
    [
      'thread 1 1 null null client.c:24',
      'thread 812 1 null null /srv/client.c:24',
      'thread "22" 1 null null V.java:3',
      'thread 812 1 null null /srv/app.py:20',
    ],
  );
});

/** A diagnostic report of Node with these handles and this stack. */
const nodeReport = (libuv: unknown, stack: unknown, header: unknown = {}): string =>
  JSON.stringify({ header, javascriptStack: { stack }, libuv }, null, 2);

test('a report of Node: listeners, ends without a name, handles that are no sockets, parts that are of another kind', () => {
  const end = (host: string | null, port: unknown): unknown => ({ ...(host !== null && { ip4: host }), port });
  const handles = [
    { type: 'tcp', localEndpoint: end('10.0.0.5', 40_000), remoteEndpoint: end('10.0.0.9', 80), fd: 21, writeQueueSize: 100 },
    { type: 'tcp', localEndpoint: end(null, 8080), remoteEndpoint: null },
    { type: 'tcp', localEndpoint: end('10.0.0.5', 'x'), remoteEndpoint: null },
    { type: 'udp', localEndpoint: end('10.0.0.5', 53) },
    null,
  ];
  const header = { commandLine: ['node', 'srv.js'], processId: 812, cwd: '/srv' };
  const reading = readText(`before\n${nodeReport(handles, ['at f (/srv/a.js:3:1)', 7, 'at native'], header)}\nafter`);
  assert.deepEqual(reading.sockets.map(shortly), ['ESTABLISHED 10.0.0.5:40000 10.0.0.9:80 node/812', 'LISTEN *:8080 *:null node/812']);
  assert.deepEqual(
    reading.sockets.map((s) => [s.sendQ, s.holders[0]?.fd, s.holders[0]?.cwd]),
    [
      [100, 21, '/srv'],
      [null, null, '/srv'],
    ],
  );
  assert.deepEqual(reading.stacks.map(stood), ['JavaScript stack 1 null null /srv/a.js:3']);
  assert.match(reading.notes.join(), /does not tell the states/);
  const bare = readText(nodeReport('none', 'none'));
  assert.deepEqual([bare.sockets, bare.stacks, bare.notes], [[], [], []]);
  assert.match(readText('{ "javascriptStack": { "stack": [').notes.join(), /cut or edited/);
});

test('addresses in the words of many libraries; what looks like one and is a place in a file', () => {
  const named = (text: string): string => {
    const address = addressNamed(text);
    return address ? `${address.host}:${address.port}` : '-';
  };
  assert.deepEqual(
    [
      "HTTPConnectionPool(host='10.0.0.9', port=8000): Read timed out",
      'connection to server at "db.local" (10.0.0.9), port 5432 failed',
      'curl: (7) Failed to connect to 10.0.0.9 port 8080',
      'GET https://api.example.com/v1 failed',
      'redis://cache lost',
      'ftp://files.example.com/a gone',
      'amqp://user:pw@mq:5673/ closed',
      'panicked at relay.rs:77',
      'lost contact to main.go:12',
      'nothing here',
    ].map(named),
    [
      '10.0.0.9:8000',
      'db.local:5432',
      '10.0.0.9:8080',
      'api.example.com:443',
      'cache:6379',
      'files.example.com:null',
      'mq:5673',
      '-',
      '-',
      '-',
    ],
  );
});

test('the last moment that a text names', () => {
  const at = (text: string): string | null => {
    const moment = momentIn(new TextEncoder().encode(text));
    return moment === null ? null : new Date(moment * 1000).toISOString();
  };
  assert.equal(at('$ date\nSun Mar  1 14:20:00 UTC 2026\nESTAB 0 0\n'), '2026-03-01T14:20:00.000Z');
  assert.equal(at('2026-03-01 14:20:00,500Z one\n2026-03-01T14:21:00Z two\n'), '2026-03-01T14:21:00.000Z');
  assert.equal(at('Sun, Mar  1 02:20:00 PM +0000 2026\n'), '2026-03-01T14:20:00.000Z');
  assert.equal(at('2026-99-99 14:20:00 no date\n'), null);
  assert.equal(at('no date\n'), null);
  assert.equal(momentIn(Uint8Array.of(50, 0, 50)), null);
  const local = at('Sun Mar  1 14:20:00 CET 2026\n');
  assert.ok(local?.startsWith('2026-03-01T'), String(local)); // a zone that nobody knows is taken for this machine's
});

test('ports above 65535 and names of services that nobody knows are none; an IPv6 address without zeros', () => {
  assert.deepEqual(sockets('ESTAB 0 0 10.0.0.5:99999 10.0.0.9:nosuchservice\n'), ['ESTABLISHED 10.0.0.5:null 10.0.0.9:null ']);
  assert.deepEqual(
    sockets(
      '   0: 01000100010000020200000303000004:1F90 01000100010000020200000303000004:C73E 08 ' +
        '00000000:00000001 00:00000000 00000000  1000        0 12346 1 0 20 4\n',
    ),
    ['CLOSE_WAIT 1:1:200:1:300:2:400:3:8080 1:1:200:1:300:2:400:3:51006 '],
  );
});

test('ss: states that nobody knows, timers of no length, counts behind their states', () => {
  assert.deepEqual(sockets('WHAT 0 0 10.0.0.5:1 10.0.0.9:2\n'), []);
  assert.deepEqual(
    sockets('$ ss -tn state bound-inactive\nRecv-Q Send-Q Local Address:Port Peer Address:Port\n1 0 10.0.0.5:80 10.0.0.9:1\n'),
    [],
  );
  const counted = readText('CLOSE_WAIT 3\nESTABLISHED 2\n').sockets.map((s) => s.state);
  assert.deepEqual([counted.length, counted[0]], [5, 'CLOSE_WAIT']);
  assert.match(readText('  200000 CLOSE_WAIT\n').notes.join(), /stand for more than 100000 sockets/);
});

test('netstat and PowerShell without process columns; lsof of a socket that was never connected', () => {
  assert.deepEqual(sockets('  TCP    192.168.1.2:54321      17.253.0.1:443         CLOSE_WAIT\n [java.exe]\n'), [
    'CLOSE_WAIT 192.168.1.2:54321 17.253.0.1:443 java.exe/null',
  ]);
  const heading =
    'LocalAddress LocalPort RemoteAddress RemotePort State AppliedSetting\n' +
    '------------ --------- ------------- ---------- ----- --------------\n';
  assert.deepEqual(sockets(`${heading}10.0.0.5     49700     10.0.0.9      1433       CloseWait   Internet\n`), [
    'CLOSE_WAIT 10.0.0.5:49700 10.0.0.9:1433 ',
  ]);
  assert.deepEqual(sockets('python3   812 root    5u  IPv4  12347      0t0  TCP 10.0.0.5:40002\n'), [
    'CLOSE 10.0.0.5:40002 *:null python3/812',
  ]);
});

test('a text in UTF-16, and one that is too long', () => {
  const row = 'CLOSE-WAIT 1 0 10.0.0.5:1 10.0.0.9:2\n';
  const utf16 = Uint8Array.from([0xff, 0xfe, ...[...row].flatMap((c) => [c.charCodeAt(0), 0])]);
  assert.deepEqual(readBytes(utf16).sockets.map(shortly), ['CLOSE_WAIT 10.0.0.5:1 10.0.0.9:2 ']);
  assert.match(readText('\n'.repeat(3_000_000)).notes.join(), /only its beginning was read/);
});

test('equal stacks are one, with the longest wait that any of them has', () => {
  const stack = (title: string): string => `${title}:\nmain.relay(0x1)\n\t/srv/relay.go:12 +0x1\n\n`;
  assert.deepEqual(stacks(stack('goroutine 1 [IO wait]') + stack('goroutine 2 [IO wait]')), [
    'goroutine 1 2 IO wait null /srv/relay.go:12',
  ]);
  assert.deepEqual(stacks(stack('goroutine 1 [IO wait]') + stack('goroutine 2 [IO wait, 3 minutes]')), [
    'goroutine 1 2 IO wait 180 /srv/relay.go:12',
  ]);
});
