/** What is done with a connection around its close: told for programs that break, silent for those that do not. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { analyser, checkText, ROOT } from './analyser.js';

const go = (body: string, params = 'addr string'): string =>
  `package p\n\nimport (\n\t"io"\n\t"log"\n\t"net"\n\t"net/http"\n)\n\nvar _ = io.EOF\nvar _ = log.Print\nvar _ = http.Get\nvar _ net.Conn\n\nfunc f(${params}) {\n${body}}\n`;
const dial = '\tc, err := net.Dial("tcp", addr)\n\tif err != nil {\n\t\treturn\n\t}\n';
const py = (body: string): string => `import asyncio, socket, threading\n\n${body}`;
const c = (body: string): string =>
  `#include <sys/socket.h>\n#include <unistd.h>\nvoid keep(int);\n\nint f(void)\n{\n    int fd = socket(AF_INET, SOCK_STREAM, 0);\n    if (fd < 0)\n        return -1;\n${body}}\n`;

/** [what, language, text, kinds of hazards with their lines] */
const CASES: readonly [what: string, language: string, text: string, hazards: string[]][] = [
  ['a write after the close', 'go', go(`${dial}\tc.Close()\n\tc.Write(nil)\n`), ['usedAfterClose 21']],
  ['a second name after the close', 'go', go(`${dial}\td := c\n\tc.Close()\n\td.Write(nil)\n`), ['usedAfterClose 22']],
  ['a close under a goroutine', 'go', go(`${dial}\tgo func() {\n\t\tc.Write(nil)\n\t}()\n\tc.Close()\n`), ['closedUnderOthers 23']],
  ['a deferred close that runs last', 'go', go(`${dial}\tdefer c.Close()\n\tc.Write(nil)\n`), []],
  ['closed twice, which net.Conn takes', 'go', go(`${dial}\tdefer c.Close()\n\tc.Write(nil)\n\tc.Close()\n`), []],
  [
    "an object's own close, twice",
    'go',
    'package p\n\nimport "net"\n\ntype C struct {\n\tconn net.Conn\n\tdone chan int\n}\n\nfunc (c *C) Close() error {\n' +
      '\tclose(c.done)\n\treturn c.conn.Close()\n}\n\nfunc f(addr string) error {\n\tconn, err := net.Dial("tcp", addr)\n' +
      '\tif err != nil {\n\t\treturn err\n\t}\n\tc := &C{conn, make(chan int)}\n\tdefer c.Close()\n\treturn c.Close()\n}\n',
    ['usedAfterClose 21'],
  ],
  [
    'a new connection under the old name',
    'go',
    go(`${dial}\tc.Close()\n\tc, err = net.Dial("tcp", addr)\n\tif err != nil {\n\t\treturn\n\t}\n\tc.Write(nil)\n\tc.Close()\n`),
    [],
  ],
  ['a goroutine that closes what it uses', 'go', go(`${dial}\tgo func() {\n\t\tdefer c.Close()\n\t\tc.Write(nil)\n\t}()\n`), []],
  [
    'a body that is read after its close',
    'go',
    go('\tr, err := http.Get(addr)\n\tif err != nil {\n\t\treturn\n\t}\n\tr.Body.Close()\n\tio.ReadAll(r.Body)\n'),
    ['usedAfterClose 21'],
  ],
  [
    'a status that is read after the close',
    'go',
    go('\tr, err := http.Get(addr)\n\tif err != nil {\n\t\treturn\n\t}\n\tr.Body.Close()\n\tlog.Print(r.StatusCode, r.Header.Get("x"))\n'),
    [],
  ],
  [
    'a closed response that is given out',
    'go',
    'package p\n\nimport "net/http"\n\nfunc f(u string) (*http.Response, error) {\n\tr, err := http.Get(u)\n\tif err != ' +
      'nil {\n\t\treturn nil, err\n\t}\n\tdefer r.Body.Close()\n\treturn r, nil\n}\n',
    ['leavesClosed 10'],
  ],
  [
    'a send after the close',
    'python',
    py('def f(h):\n    s = socket.create_connection((h, 80))\n    s.close()\n    s.sendall(b"x")\n'),
    ['usedAfterClose 6'],
  ],
  [
    'a connection that is returned from its with',
    'python',
    py('def f(h):\n    with socket.create_connection((h, 80)) as s:\n        s.sendall(b"x")\n        return s\n'),
    ['leavesClosed 4'],
  ],
  [
    'a value that is read before the close',
    'python',
    py('def f(h):\n    with socket.create_connection((h, 80)) as s:\n        return s.recv(1)\n'),
    [],
  ],
  [
    'waiting for a close that comes later',
    'python',
    py(
      'async def f(h):\n    r, w = await asyncio.open_connection(h, 80)\n    try:\n        w.write(b"x")\n        await ' +
        'w.wait_closed()\n    finally:\n        w.close()\n',
    ),
    ['waitsForClose 7'],
  ],
  [
    'waiting for a close that was',
    'python',
    py(
      'async def f(h):\n    r, w = await asyncio.open_connection(h, 80)\n    try:\n        w.write(b"x")\n    ' +
        'finally:\n        w.close()\n        await w.wait_closed()\n',
    ),
    [],
  ],
  [
    'a task that goes on',
    'python',
    py(
      'async def pump(r, w):\n    w.write(await r.read(1))\n    w.close()\n\nasync def f(h):\n    r, w = await ' +
        'asyncio.open_connection(h, 80)\n    asyncio.create_task(pump(r, w))\n    w.close()\n',
    ),
    ['closedUnderOthers 10'],
  ],
  [
    'a thread that goes on',
    'python',
    py(
      'def pump(s):\n    s.sendall(b"x")\n    s.close()\n\ndef f(h):\n    s = socket.create_connection((h, 80))\n    ' +
        'threading.Thread(target=pump, args=(s,)).start()\n    s.close()\n',
    ),
    ['closedUnderOthers 10'],
  ],
  [
    'a task in a pool out of sight',
    'python',
    py(
      'def f(h, pool):\n    s = socket.create_connection((h, 80))\n    def work():\n        s.sendall(b"x")\n    ' +
        'pool.submit(work)\n    s.close()\n',
    ),
    ['closedUnderOthers 8'],
  ],
  [
    'an object on a thread, in whose field it is',
    'python',
    py(
      'class W(threading.Thread):\n    def __init__(self, s):\n        super().__init__()\n        self.s = s\n' +
        '    def run(self):\n        self.s.sendall(b"x")\n\n' +
        'def f(h):\n    s = socket.create_connection((h, 80))\n    W(s).start()\n    s.close()\n',
    ),
    ['closedUnderOthers 13'],
  ],
  [
    'a method of an object that keeps it, given away after the close',
    'python',
    py(
      'class W:\n    def __init__(self, s):\n        self.s = s\n    def run(self):\n        self.s.sendall(b"x")\n\n' +
        'def f(h, pool):\n    s = socket.create_connection((h, 80))\n    w = W(s)\n    s.close()\n    pool.submit(w.run)\n',
    ),
    ['usedAfterClose 13'],
  ],
  ['a number that is closed twice', 'c', c('    close(fd);\n    close(fd);\n    return 0;\n'), ['closedTwice 11']],
  ['a number that is written to after its close', 'c', c('    close(fd);\n    write(fd, "x", 1);\n    return 0;\n'), ['usedAfterClose 11']],
  ['a closed number that is returned', 'c', c('    close(fd);\n    return fd;\n'), ['leavesClosed 11']],
  [
    'one exit',
    'c',
    c('    if (write(fd, "x", 1) < 0)\n        goto out;\n    write(fd, "y", 1);\nout:\n    close(fd);\n    return 0;\n'),
    [],
  ],
];

describe('hazards', () => {
  for (const [what, language, text, expected] of CASES) {
    it(`${what} (${language})`, () => {
      const { hazards = [], problems } = analyser.analyse(text, language, { hazards: true });
      assert.deepEqual(problems, []);
      assert.deepEqual(
        hazards.map(({ kind, range }) => `${kind} ${range.startLine}`),
        expected,
      );
    });
  }
  it('are not told unless they are asked for', () => assert.equal(analyser.analyse(CASES[0]?.[2] ?? '', 'go').hazards, undefined));
});

/** Programs for which a fix would be wrong: [what, language, text, what no offered fix may hold]. */
const BREAKING: readonly [what: string, language: string, text: string, never: RegExp][] = [
  [
    'an accept loop whose goroutine reads on',
    'go',
    'package p\n\nimport (\n\t"log"\n\t"net"\n)\n\nfunc serve(l net.Listener) {\n\tfor {\n\t\tc, err := ' +
      'l.Accept()\n\t\tif err != nil {\n\t\t\treturn\n\t\t}\n\t\tgo func() {\n\t\t\tbuf := make([]byte, 10)\n\t\t\tfor ' +
      '{\n\t\t\t\tn, err := c.Read(buf)\n\t\t\t\tif err != nil ' +
      '{\n\t\t\t\t\treturn\n\t\t\t\t}\n\t\t\t\tlog.Print(n)\n\t\t\t}\n\t\t}()\n\t}\n}\n',
    /before the next round/,
  ],
  [
    'a task that is given the streams',
    'python',
    py(
      'async def pump(r, w):\n    w.write(await asyncio.wait_for(r.read(1), 5))\n\nasync def f(h):\n    r, w = await ' +
        'asyncio.open_connection(h, 80)\n    asyncio.create_task(pump(r, w))\n    await asyncio.sleep(1)\n',
    ),
    /`finally`|before this|at the end/,
  ],
  [
    'a handler of the try that opens it: it may not be there',
    'python',
    py(
      'def f(h):\n    try:\n        a = socket.create_connection((h, 80), 3)\n        b = socket.create_connection((h, 81), 3)\n' +
        '        b.sendall(a.recv(9))\n        a.close()\n        b.close()\n        return 1\n    except OSError:\n        return -1\n',
    ),
    /where the error is handled|before this/,
  ],
];

describe('fixes that would break a program', () => {
  for (const [what, language, text, never] of BREAKING) {
    it(`${what}: not offered`, () => {
      const file = checkText(text, language, { fixes: true });
      assert.ok(file.findings.length > 0, 'there is a finding');
      for (const fix of file.findings.flatMap((finding) => finding.fixes)) assert.doesNotMatch(fix.title, never);
    });
  }
  it('asyncio: what waits for the close goes with it', () => {
    const text = py(
      'async def fetch(host):\n    reader, writer = await asyncio.open_connection(host, 80)\n    writer.write(b"x")\n    ' +
        'data = await asyncio.wait_for(reader.read(100), 5)\n    if not data:\n        return None\n    writer.close()\n    ' +
        'await writer.wait_closed()\n    return data\n',
    );
    const [fix] = checkText(text, 'python', { fixes: true }).findings.flatMap((finding) => finding.fixes);
    assert.match(fix?.edits[0]?.newText ?? '', /finally:\n {8}writer\.close\(\)\n {8}await writer\.wait_closed\(\)$/);
    assert.doesNotMatch(fix?.edits[0]?.newText ?? '', /wait_closed[^]*finally/);
  });
});

// Run with go 1.19: listener.Close undefined (type *net.Listener is pointer to interface, not interface).
it('Go: no close is offered for a pointer to an interface', () => {
  const { findings } = checkText(readFileSync(path.join(ROOT, 'test/fixtures/go/pointers.go'), 'utf8'), 'go', { fixes: true });
  assert.deepEqual(
    findings.map(({ rule, fixes }) => [rule, fixes.length]),
    [['missing-close', 0]],
  );
});
