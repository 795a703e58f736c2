/** Sentences of the simulator about programs that differ from the plain case: no call, no close, no wait of their own where none is. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { onPathOf } from '../../src/app/failing-path.js';
import { explainAt } from '../../src/app/hover.js';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { tell, tellable } from '../../src/app/story.js';
import type { Answer } from '../../src/scenarios/scenario.js';
import { isUnfollowed } from '../../src/scenarios/profile.js';
import { checkText } from './analyser.js';

/** The answer for the first connection of a text that opens on this line. */
function told(lines: readonly string[], language: string, scenario: string, line?: number): Answer {
  const file = checkText(lines.join('\n') + '\n', language);
  const connection =
    file.connections.find((one) => tellable(scenario, one) && (line === undefined || one.range.startLine === line)) ??
    assert.fail('no connection');
  const finding = file.findings.find((each) => file.connections[each.connection] === connection && each.consequence);
  const path = finding ? onPathOf(finding, connection) : connection;
  return tell(path, scenario, {}, DEFAULT_MACHINE).answer;
}

const PING = ["const net = require('node:net');", "const s = net.connect(7, 'h', () => s.write('x'));", "s.on('data', () => {});"];
const GET = ["const http = require('node:http');", "http.get('http://h/', (r) => r.resume());"];

describe('Node tells by events', () => {
  it('an error is the error event in its words', () => {
    assert.match(told(PING, 'javascript', 'connect-to-closed-port').sees, /^The 'error' event: Error: connect ECONNREFUSED, /);
    assert.match(told(GET, 'javascript', 'peer-process-killed').sees, /^The 'error' event: Error: socket hang up, /);
  });
  it('the end is an event, silence is none, and nothing is blocked', () => {
    assert.match(told(PING, 'javascript', 'peer-process-killed').sees, /^The 'end' event, /);
    assert.equal(told(PING, 'javascript', 'peer-frozen').sees, 'Nothing, ever: no event comes.');
    assert.equal(told(PING, 'javascript', 'slow-reader').sees, 'Nothing, ever: no event comes.');
    assert.match(told(PING, 'javascript', 'peer-closes-we-do-not').sees, /until the runtime closes it/);
    assert.doesNotMatch(told(PING, 'javascript', 'slow-reader').change, /TCP_USER_TIMEOUT/);
  });
  it('fetch gives a promise, and limits its connect and its wait', () => {
    const fetching = ['export async function get(u) {', '  return (await fetch(u)).text();', '}'];
    assert.match(told(fetching, 'javascript', 'connect-to-dead-host').sees, /UND_ERR_CONNECT_TIMEOUT about 10 s after/);
    assert.match(
      told(fetching, 'javascript', 'connect-to-closed-port').sees,
      /^Your fetch\(\) on line 2 fails with TypeError: fetch failed/,
    );
  });
});

describe('calls that the code does not make', () => {
  const READER = ['import socket', '', 'def f(h):', '    s = socket.create_connection((h, 80))', '    return s.recv(9)'];
  it('a close or a write of the scenario is not yours', () => {
    assert.match(told(READER, 'python', 'orderly-close').sees, /^A close\(\) after line 5 returns/);
    assert.match(told(READER, 'python', 'slow-reader').sees, /: a send\(\) after line 4 stays blocked/);
  });
  it('a loop over a stream reads without a call', () => {
    const loop = [
      'import asyncio',
      'async def f(h):',
      '    reader, writer = await asyncio.open_connection(h, 80)',
      '    try:',
      '        async for line in reader:',
      '            print(line)',
      '    finally:',
      '        writer.close()',
    ];
    assert.match(told(loop, 'python', 'peer-process-killed').sees, /^Your read on line 5 returns/);
    const file = checkText(loop.join('\n') + '\n', 'python');
    assert.match(explainAt(file, 3, 40, DEFAULT_MACHINE)?.markdown ?? '', /\| the read on line 5 says end of stream/);
  });
  it('no TIME_WAIT is counted where there is none', () =>
    assert.match(told(PING, 'javascript', 'ports-exhausted-by-time-wait').sees, /^Every connect\(\) works/));
});

describe('what does not leak', () => {
  it('a session keeps one connection: it grows with nothing, and is looked at when it is used again', () => {
    const session = ['import requests', 's = requests.Session()', 'def f(u):', '    return s.get(u, timeout=3).text'];
    assert.match(told(session, 'python', 'peer-closes-we-do-not').sees, /until its pool wants to use it again/);
    assert.equal(told(session, 'python', 'network-cut-and-mended').leak, null);
    assert.match(told(session, 'python', 'leak-fleet').decides, /uses it again for the next one/);
    const post = ['import requests', 'def f(u):', '    return requests.post(u, timeout=3).text'];
    const killed = told(post, 'python', 'peer-process-killed');
    assert.match(killed.sees, /fails with requests\.ConnectionError, for the stream has ended/);
    assert.equal(killed.raises, 'requests.ConnectionError');
    const file = checkText(post.join('\n') + '\n', 'python');
    assert.match(explainAt(file, 3, 20, DEFAULT_MACHINE)?.markdown ?? '', /\*\*Client connection\*\* · `requests\.post`/);
  });
  it('what CPython closes when it is dropped', () => {
    const dropped = ['import socket', '', 'def f(h):', '    s = socket.create_connection((h, 80))', '    s.sendall(b"x")', '    s.recv(9)'];
    assert.match(told(dropped, 'python', 'leak-fleet').decides, /closed by the runtime at once/);
  });
  it('one that somebody else has got', () => {
    const chat = [
      'import socket, threading',
      'guests = []',
      'def serve(c):',
      '    guests.append(c)',
      '    while c.recv(9):',
      '        pass',
      'def main():',
      '    s = socket.create_server(("", 7))',
      '    while True:',
      '        c, _ = s.accept()',
      '        threading.Thread(target=serve, args=(c,)).start()',
    ];
    const file = checkText(chat.join('\n') + '\n', 'python');
    const accepted = file.connections.find(({ role }) => role === 'accepted') ?? assert.fail('none');
    assert.ok(isUnfollowed(accepted));
    assert.equal(tell(accepted, 'peer-process-killed', {}, DEFAULT_MACHINE).answer.leak, null);
  });
});

describe('one answer for a listener and what it accepts, that of the kernel', () => {
  const server = (reuse: boolean): string[] => [
    '#include <sys/socket.h>',
    '#include <unistd.h>',
    'static int listener(const struct sockaddr *a, socklen_t n)',
    '{',
    '    int one = 1, l = socket(AF_INET, SOCK_STREAM, 0);',
    '    if (l < 0)',
    '        return -1;',
    reuse ? '    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);' : '',
    '    if (bind(l, a, n) < 0 || listen(l, 16) < 0) {',
    '        close(l);',
    '        return -1;',
    '    }',
    '    return l;',
    '}',
    'int serve(const struct sockaddr *a, socklen_t n)',
    '{',
    '    char b[64];',
    '    int l = listener(a, n);',
    '    if (l < 0)',
    '        return -1;',
    '    for (;;) {',
    '        int c = accept(l, 0, 0);',
    '        if (c < 0)',
    '            continue;',
    '        read(c, b, sizeof b);',
    '        close(c);',
    '    }',
    '}',
  ];
  const ends = (lines: readonly string[], language: string): string[] =>
    checkText(lines.join('\n') + '\n', language, { minCertainty: 'possible' })
      .connections.filter(({ role }) => role !== 'client')
      .map((each) => tell(each, 'restart-in-time-wait', {}, DEFAULT_MACHINE).answer.what);
  it('C: without SO_REUSEADDR none gets the port, whichever line is asked; with it all do', () => {
    assert.deepEqual(ends(server(false), 'c'), ['EADDRINUSE', 'EADDRINUSE', 'EADDRINUSE']);
    assert.deepEqual(ends(server(true), 'c'), ['works', 'works', 'works']);
  });
  it('the call that fails is named: bind(), on its line', () => {
    const separate = server(false);
    separate.splice(8, 1, '    if (bind(l, a, n) < 0 ||', '        listen(l, 16) < 0) {');
    const listener = checkText(separate.join('\n') + '\n', 'c').connections.find(({ role }) => role === 'listener') ?? assert.fail('none');
    const { answer, trace } = tell(listener, 'restart-in-time-wait', {}, DEFAULT_MACHINE);
    assert.match(answer.sees, /^Your bind\(\) on line 9 fails with EADDRINUSE/);
    const row = trace.calls.find(({ errno }) => errno === 'EADDRINUSE');
    assert.deepEqual([row?.line, row?.name], [9, 'bind']);
  });
  it('a runtime that sets it unasked', () => {
    const streams = ['import asyncio', 'async def serve(r, w):', '    w.close()', "server = asyncio.start_server(serve, '', 7)"];
    assert.deepEqual(ends(streams, 'python'), ['works']);
    assert.match(told(streams, 'python', 'restart-in-time-wait').sees, /^The listener's bind\(\) works at once/);
    const node = ["require('node:net').createServer((c) => { c.on('data', () => {}); c.on('error', () => {}); }).listen(7);"];
    assert.deepEqual(ends(node, 'javascript'), ['works', 'works']);
    const go = [
      'package p',
      'import "net"',
      'func f() error {',
      '\tl, err := net.Listen("tcp", ":7")',
      '\tif err != nil {',
      '\t\treturn err',
      '\t}',
      '\tdefer l.Close()',
      '\tc, err := l.Accept()',
      '\tif err != nil {',
      '\t\treturn err',
      '\t}',
      '\treturn c.Close()',
      '}',
    ];
    assert.deepEqual(ends(go, 'go'), ['works', 'works']);
  });
});

describe('a limit that is there is not denied', () => {
  const why = (lines: readonly string[], language: string): string =>
    checkText(lines.join('\n') + '\n', language, { minCertainty: 'possible' }).findings.find(({ rule }) => rule === 'missing-timeout')
      ?.message ?? '';
  it('the dialer of http.DefaultTransport has one, a Java socket has none', () => {
    const head = ['package p', 'import "net/http"', 'func f(u string) error {', '\tr, err := http.Get(u)'];
    const get = [...head, '\tif err != nil {', '\t\treturn err', '\t}', '\treturn r.Body.Close()', '}'];
    assert.match(why(get, 'go'), /Its connect has a limit, but a server/);
    const java = ['class A { void f(String h) throws java.io.IOException {', 'try (java.net.Socket s = new java.net.Socket(h, 7)) {'];
    assert.match(why([...java, 's.setSoTimeout(9); s.getInputStream().read(); } } }'], 'java'), /as long as the kernel tries/);
  });
});

describe('an exception of the read leaves it open, its orderly end does not', () => {
  const tail = (read: string): string =>
    [
      'class Tail {',
      '  static long f(String h) throws java.io.IOException {',
      '    java.net.Socket s = new java.net.Socket(h, 7);',
      '    s.setSoTimeout(5000);',
      '    java.io.DataInputStream in = new java.io.DataInputStream(s.getInputStream());',
      '    byte[] b = new byte[512];',
      `    ${read}`,
      '    s.close();',
      '    return b[0];',
      '  }',
      '}',
      '',
    ].join('\n');
  const hover = (read: string): NonNullable<ReturnType<typeof explainAt>> =>
    explainAt(checkText(tail(read), 'java'), 3, 30, DEFAULT_MACHINE) ?? assert.fail('no hover');
  it('an end that the read returns gets to the close', () => {
    const told = hover('while (in.read(b) > 0) { b[0]++; }');
    assert.match(told.markdown, /stays open when an exception leaves `f` on line 7/);
    assert.match(told.markdown, /\| it closes first \| .*CLOSE\\_WAIT until the close on line 8 \|/);
    assert.equal(told.simulate?.scenario, 'peer-closes-we-do-not');
    assert.match(
      told.picture?.alt ?? '',
      /^The failure on line 7 has left it open by then\. The socket is in CLOSE_WAIT until the garbage/,
    );
  });
  it('an end that is an exception, or for which the code throws one, does not', () => {
    for (const read of ['in.readFully(b);', 'if (in.read() < 0) throw new java.io.EOFException();']) {
      const told = hover(read);
      assert.match(told.markdown, /\| it closes first \| .*CLOSE\\_WAIT until the garbage collector runs \|/);
      assert.equal(told.simulate?.scenario, 'peer-closes-we-do-not');
    }
  });
});

describe('the path of a finding on which a call fails is the one that is played', () => {
  const serve = [
    'class F {',
    '  void serve(java.net.ServerSocket server) throws java.io.IOException {',
    '    java.net.Socket s = server.accept();',
    '    int name = s.getInputStream().read();',
    '    while (s.getInputStream().read() >= 0) {',
    '      s.getOutputStream().write(name);',
    '    }',
    '    s.close();',
    '  }',
    '}',
  ];
  it('the exception comes while the peer is there, and leaves it open on that line', () => {
    const answer = told(serve, 'java', 'peer-closes-we-do-not');
    assert.match(answer.sees, /^The failure on line 4 has left it open by then\. .* until the garbage collector runs/);
    assert.equal(answer.leak?.line, 4);
    assert.match(told(serve, 'java', 'leak-fleet').change, /also where it leaves on line 4/);
  });
  it('an error of the kernel there leaves it open, what the call returns does not', () => {
    const kept = [...serve.slice(0, 3), '    s.setKeepAlive(true);', '    s.getInputStream().read();', ...serve.slice(7)];
    const dead = told(kept, 'java', 'peer-host-loses-power-idle');
    assert.deepEqual([dead.errno, dead.leak?.line], ['ETIMEDOUT', 5]);
    assert.equal(told(kept, 'java', 'peer-process-killed').leak, null);
  });
  it('streams of asyncio have closed it by then', () => {
    const kept = [
      'import asyncio, socket',
      'async def serve(reader, writer):',
      "    writer.get_extra_info('socket').setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)",
      '    name = await reader.readline()',
      '    writer.close()',
      'async def main():',
      "    await asyncio.start_server(serve, '', 7)",
    ];
    const dead = told(kept, 'python', 'peer-host-loses-power-idle');
    assert.deepEqual([dead.errno, dead.leak ?? null], ['ETIMEDOUT', null]);
  });
});

describe('Node reads what is piped', () => {
  const relay = (open: string): string[] => [
    "const net = require('node:net');",
    `net.createServer(${open}(a) => {`,
    "  const b = net.connect({ port: 5432, host: 'h', keepAlive: true });",
    '  a.pipe(b);',
    '  b.pipe(a);',
    "  a.on('error', () => b.destroy());",
    "  b.on('error', () => a.destroy());",
    '}).listen(7);',
  ];
  it('until the end, upon which the runtime closes it', () => {
    for (const line of [2, 3]) {
      const answer = told(relay(''), 'javascript', 'peer-closes-we-do-not', line);
      assert.match(answer.sees, /^The 'end' event, .* until the runtime closes it, about 10 ms/);
    }
    const file = checkText(relay('').join('\n') + '\n', 'javascript');
    const upstream = file.connections.find(({ role }) => role === 'client') ?? assert.fail('no client');
    const { trace } = tell(upstream, 'peer-closes-we-do-not', {}, DEFAULT_MACHINE);
    const names = trace.calls.filter(({ side }) => side === 'A').map(({ name }) => name);
    assert.deepEqual(names, ['net.connect', 'b.pipe', 'runtime: close']);
  });
  it('unless it may be half open: nothing is said that nobody knows', () => {
    const file = checkText(relay('{ allowHalfOpen: true }, ').join('\n') + '\n', 'javascript');
    const accepted = file.connections.find(({ role }) => role === 'accepted') ?? assert.fail('none');
    assert.ok(isUnfollowed(accepted));
    const { sees } = tell(accepted, 'peer-closes-we-do-not', {}, DEFAULT_MACHINE).answer;
    assert.match(sees, /^The socket is in CLOSE_WAIT until whoever has got it closes it: .* after line 2 was not followed/);
  });
});

describe('what comes by events is named by its handler', () => {
  const calls = (lines: readonly string[], scenario: string): (string | undefined)[] => {
    const file = checkText(lines.join('\n') + '\n', 'javascript');
    const [connection = assert.fail('no connection')] = file.connections;
    return tell(connection, scenario, {}, DEFAULT_MACHINE)
      .trace.calls.filter(({ side }) => side === 'A')
      .map(({ name }) => name);
  };
  it('a socket of Node', () => {
    assert.deepEqual(calls(PING, 'peer-frozen'), ['net.connect', 's.write', "'data' handler"]);
    assert.deepEqual(calls(PING, 'peer-process-killed').slice(-2), ["'data' handler", 'runtime: close']);
  });
  it('a request of Node', () =>
    assert.deepEqual(calls(GET, 'peer-process-killed'), ['http.get', 'http.get', "'response' handler", 'runtime: close']));
});
