/** What people paste beside the usual: other tools, other versions, what collectors of logs put in front, parts of dumps. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../../src/diagnosis/read.js';
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
