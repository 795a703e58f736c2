/** Go: the path that is told, programs that mean the same, and what the fixes write. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyEdits } from '../../src/app/edits.js';
import { checkText } from '../app/analyser.js';

const program = (imports: string[], body: string): string =>
  `package p\n\nimport (\n${imports.map((name) => `\t"${name}"\n`).join('')})\n\n${body}`;

const found = (text: string): string[] =>
  checkText(text, 'go')
    .findings.map((finding) => `${finding.rule} [${finding.certainty}]`)
    .sort();

describe('Go: the path of a finding', () => {
  it('leads into the handler that a goroutine runs', () => {
    const text = program(
      ['log', 'net'],
      [
        'func serve(l net.Listener) {',
        '\tfor {',
        '\t\tconn, err := l.Accept()',
        '\t\tif err != nil {',
        '\t\t\treturn',
        '\t\t}',
        '\t\tgo handle(conn)',
        '\t}',
        '}',
        '',
        'func handle(conn net.Conn) {',
        '\tif _, err := conn.Write([]byte("hello")); err != nil {',
        '\t\tlog.Print(err)',
        '\t\treturn',
        '\t}',
        '\tconn.Close()',
        '}',
        '',
      ].join('\n'),
    );
    const [finding] = checkText(text, 'go').findings;
    assert.equal(finding?.range.startLine, 10);
    assert.equal(finding?.function, 'serve');
    const lines = finding?.path.map((step) => step.range.startLine) ?? [];
    assert.ok(lines.includes(10) && lines.includes(19) && lines.includes(21), lines.join());
  });
});

describe('Go: what limits an HTTP request', () => {
  const request = (make: string, call: string): string =>
    program(
      ['context', 'net/http', 'time'],
      `func f(ctx context.Context, url string, own *http.Client, tr *http.Transport) error {\n\treq, err := ${make}\n\tif err != nil {\n\t\treturn err\n\t}\n\tresp, err := ${call}\n\tif err != nil {\n\t\treturn err\n\t}\n\treturn resp.Body.Close()\n}\n\nvar _ = time.Second\n`,
    );
  const plain = 'http.NewRequest("GET", url, nil)';
  const cases: [string, string, string, string[]][] = [
    ['nothing', plain, 'http.DefaultClient.Do(req)', ['missing-timeout [certain]']],
    ['nothing, in a client of its own', plain, '(&http.Client{}).Do(req)', ['missing-timeout [certain]']],
    ['its context', 'http.NewRequestWithContext(ctx, "GET", url, nil)', 'http.DefaultClient.Do(req)', []],
    ['a context added later', plain, 'http.DefaultClient.Do(req.WithContext(ctx))', []],
    ['the client', plain, '(&http.Client{Timeout: time.Minute}).Do(req)', []],
    ['a transport with limits of its own, perhaps', plain, '(&http.Client{Transport: tr}).Do(req)', []],
    ['a client made elsewhere, perhaps', plain, 'own.Do(req)', []],
  ];
  for (const [name, make, call, expected] of cases) it(name, () => assert.deepEqual(found(request(make, call)), expected));
});

/** One leak on an error path, told in many ways. */
const variants: Record<string, string> = {
  plain:
    'func f(addr string) (net.Conn, error) {\n\tconn, err := net.Dial("tcp", addr)\n\tif err != nil {\n\t\treturn nil, ' +
    'err\n\t}\n\tif _, err := conn.Write([]byte("x")); err != nil {\n\t\treturn nil, err\n\t}\n\treturn conn, nil\n}\n',
  renamed:
    'func dial(to string) (net.Conn, error) {\n\tc, e := net.Dial("tcp", to)\n\tif e != nil {\n\t\treturn nil, ' +
    'e\n\t}\n\tif _, e2 := c.Write([]byte("x")); e2 != nil {\n\t\treturn nil, e2\n\t}\n\treturn c, nil\n}\n',
  reformatted:
    'func f(addr string) (net.Conn, error) { // dial\n\n\tconn,\n\t\terr := net.Dial(\n\t\t"tcp",\n\t\taddr)\n\tif err ' +
    '!= nil { return nil, err }\n\t_, err = conn.Write([]byte("x")); if err != nil { return nil, err }\n\treturn conn, ' +
    'nil\n}\n',
  inverted:
    'func f(addr string) (net.Conn, error) {\n\tconn, err := net.Dial("tcp", addr)\n\tif err == nil {\n\t\tif _, err := ' +
    'conn.Write([]byte("x")); !(err == nil) {\n\t\t\treturn nil, err\n\t\t}\n\t\treturn conn, nil\n\t}\n\treturn nil, ' +
    'err\n}\n',
  'with else':
    'func f(addr string) (net.Conn, error) {\n\tconn, err := net.Dial("tcp", addr)\n\tif err != nil {\n\t\treturn nil, ' +
    'err\n\t} else if _, err := conn.Write([]byte("x")); err != nil {\n\t\treturn nil, err\n\t} else {\n\t\treturn conn, ' +
    'nil\n\t}\n}\n',
  'opened by a helper':
    'func open(addr string) (net.Conn, error) {\n\treturn net.Dial("tcp", addr)\n}\n\nfunc f(addr string) (net.Conn, ' +
    'error) {\n\tconn, err := open(addr)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\tif _, err := ' +
    'conn.Write([]byte("x")); err != nil {\n\t\treturn nil, err\n\t}\n\treturn conn, nil\n}\n',
  'written by a helper':
    'func send(conn net.Conn) error {\n\t_, err := conn.Write([]byte("x"))\n\treturn err\n}\n\nfunc f(addr string) ' +
    '(net.Conn, error) {\n\tconn, err := net.Dial("tcp", addr)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\tif err := ' +
    'send(conn); err != nil {\n\t\treturn nil, err\n\t}\n\treturn conn, nil\n}\n',
  'with goto':
    'func f(addr string) (net.Conn, error) {\n\tconn, err := net.Dial("tcp", addr)\n\tif err != nil {\n\t\tgoto ' +
    'failed\n\t}\n\tif _, err = conn.Write([]byte("x")); err != nil {\n\t\tgoto failed\n\t}\n\treturn conn, ' +
    'nil\nfailed:\n\treturn nil, err\n}\n',
  'with a switch':
    'func f(addr string) (net.Conn, error) {\n\tconn, err := net.Dial("tcp", addr)\n\tswitch {\n\tcase err != ' +
    'nil:\n\t\treturn nil, err\n\t}\n\t_, err = conn.Write([]byte("x"))\n\tswitch err {\n\tcase nil:\n\t\treturn conn, ' +
    'nil\n\tdefault:\n\t\treturn nil, err\n\t}\n}\n',
  'named results':
    'func f(addr string) (conn net.Conn, err error) {\n\tc, err := net.Dial("tcp", addr)\n\tif err != nil ' +
    '{\n\t\treturn\n\t}\n\tif _, err = c.Write([]byte("x")); err != nil {\n\t\treturn\n\t}\n\tconn = c\n\treturn\n}\n',
  'in a literal':
    'func f(addr string) (net.Conn, error) {\n\treturn func() (net.Conn, error) {\n\t\tconn, err := net.Dial("tcp", ' +
    'addr)\n\t\tif err != nil {\n\t\t\treturn nil, err\n\t\t}\n\t\tif _, err := conn.Write([]byte("x")); err != nil ' +
    '{\n\t\t\treturn nil, err\n\t\t}\n\t\treturn conn, nil\n\t}()\n}\n',
  'a method':
    'type d struct{ addr string }\n\nfunc (d *d) dial() (net.Conn, error) {\n\tconn, err := net.Dial("tcp", ' +
    'd.addr)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\tif _, err := conn.Write([]byte("x")); err != nil ' +
    '{\n\t\treturn nil, err\n\t}\n\treturn conn, nil\n}\n',
};

describe('Go: programs that mean the same', () => {
  for (const [name, body] of Object.entries(variants)) {
    it(name, () => assert.deepEqual(found(program(['net'], body)), ['close-skipped-on-error [likely]']));
    // A jump to a common exit and the return of a called literal leave on behalf of other paths, too: no fix is better than a wrong one.
    if (name === 'with goto' || name === 'in a literal') continue;
    it(`${name}, mended`, () => {
      const text = program(['net'], body);
      const [fix] = checkText(text, 'go', { fixes: true }).findings[0]?.fixes ?? [];
      assert.ok(fix, 'there is a fix');
      assert.deepEqual(found(applyEdits(text, fix.edits) ?? ''), []);
    });
  }
  it('an import by another name', () => {
    const body = variants['plain'] ?? '';
    assert.deepEqual(found(`package p\n\nimport n "net"\n\n${body.replaceAll('net.', 'n.')}`), ['close-skipped-on-error [likely]']);
  });
  it('a package that only has the same name', () => {
    assert.deepEqual(found(program(['example.org/net'], variants['plain'] ?? '')), []);
  });
});

describe('Go: what the fixes write', () => {
  const cases: [string, string, string][] = [
    [
      'defer after the check',
      program(
        ['net'],
        'func f(addr string) {\n\tconn, err := net.Dial("tcp", addr)\n\tif err != nil {\n\t\treturn\n\t}\n\tconn.Write([]byte("x"))\n}\n',
      ),
      program(
        ['net'],
        'func f(addr string) {\n\tconn, err := net.Dial("tcp", addr)\n\tif err != nil {\n\t\treturn\n\t}\n\tdefer ' +
          'conn.Close()\n\tconn.Write([]byte("x"))\n}\n',
      ),
    ],
    [
      'close on the failing path when the connection is handed out on success',
      program(['net'], variants['plain'] ?? ''),
      program(
        ['net'],
        (variants['plain'] ?? '').replace(
          'err != nil {\n\t\treturn nil, err\n\t}\n\treturn conn',
          'err != nil {\n\t\tconn.Close()\n\t\treturn nil, err\n\t}\n\treturn conn',
        ),
      ),
    ],
    [
      'no defer in a loop',
      program(
        ['net'],
        'func f(l net.Listener, skip func() bool) {\n\tfor {\n\t\tconn, err := l.Accept()\n\t\tif err != nil ' +
          '{\n\t\t\treturn\n\t\t}\n\t\tif skip() {\n\t\t\tcontinue\n\t\t}\n\t\tconn.Close()\n\t}\n}\n',
      ),
      program(
        ['net'],
        'func f(l net.Listener, skip func() bool) {\n\tfor {\n\t\tconn, err := l.Accept()\n\t\tif err != nil ' +
          '{\n\t\t\treturn\n\t\t}\n\t\tif skip() {\n\t\t\tconn.Close()\n\t\t\tcontinue\n\t\t}\n\t\tconn.Close()\n\t}\n}\n',
      ),
    ],
    [
      'the handler closes what it is given',
      program(
        ['net'],
        'func serve(l net.Listener) {\n\tfor {\n\t\tconn, err := l.Accept()\n\t\tif err != nil ' +
          '{\n\t\t\treturn\n\t\t}\n\t\tgo handle(1, conn)\n\t}\n}\n\nfunc handle(n int, c net.Conn) ' +
          '{\n\tc.Write([]byte("x"))\n}\n',
      ),
      program(
        ['net'],
        'func serve(l net.Listener) {\n\tfor {\n\t\tconn, err := l.Accept()\n\t\tif err != nil ' +
          '{\n\t\t\treturn\n\t\t}\n\t\tgo handle(1, conn)\n\t}\n}\n\nfunc handle(n int, c net.Conn) {\n\tdefer ' +
          'c.Close()\n\tc.Write([]byte("x"))\n}\n',
      ),
    ],
    [
      'the body, before the status is looked at',
      program(
        ['net/http', 'time'],
        'func f(url string) int {\n\tc := &http.Client{Timeout: time.Second}\n\tresp, err := c.Get(url)\n\tif err != nil ' +
          '{\n\t\treturn 0\n\t}\n\treturn resp.StatusCode\n}\n',
      ),
      program(
        ['net/http', 'time'],
        'func f(url string) int {\n\tc := &http.Client{Timeout: time.Second}\n\tresp, err := c.Get(url)\n\tif err != nil ' +
          '{\n\t\treturn 0\n\t}\n\tdefer resp.Body.Close()\n\treturn resp.StatusCode\n}\n',
      ),
    ],
    [
      'the end of the stream',
      program(
        ['fmt', 'net'],
        'func f(conn net.Conn, l net.Listener) {\n\tc, err := l.Accept()\n\tif err != nil {\n\t\treturn\n\t}\n\tdefer ' +
          'c.Close()\n\tbuf := make([]byte, 10)\n\tfor {\n\t\tn, _ := c.Read(buf)\n\t\tfmt.Println(n)\n\t}\n}\n',
      ),
      program(
        ['fmt', 'net'],
        'func f(conn net.Conn, l net.Listener) {\n\tc, err := l.Accept()\n\tif err != nil {\n\t\treturn\n\t}\n\tdefer ' +
          'c.Close()\n\tbuf := make([]byte, 10)\n\tfor {\n\t\tn, err := c.Read(buf)\n\t\tif err != nil ' +
          '{\n\t\t\treturn\n\t\t}\n\t\tfmt.Println(n)\n\t}\n}\n',
      ),
    ],
    [
      'a limit for a client, with its import',
      program(
        ['net/http'],
        'func f(url string) error {\n\tresp, err := http.Get(url)\n\tif err != nil {\n\t\treturn err\n\t}\n\treturn resp.Body.Close()\n}\n',
      ),
      program(
        ['net/http', 'time'],
        'func f(url string) error {\n\tresp, err := (&http.Client{Timeout: 30 * time.Second}).Get(url)\n\tif err != nil ' +
          '{\n\t\treturn err\n\t}\n\treturn resp.Body.Close()\n}\n',
      ),
    ],
    [
      'a plain descriptor',
      program(
        ['syscall'],
        'func f(to syscall.Sockaddr) error {\n\tfd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)\n\tif err ' +
          '!= nil {\n\t\treturn err\n\t}\n\tif err := syscall.Connect(fd, to); err != nil {\n\t\treturn err\n\t}\n\treturn ' +
          'syscall.Close(fd)\n}\n',
      ),
      program(
        ['syscall'],
        'func f(to syscall.Sockaddr) error {\n\tfd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)\n\tif err ' +
          '!= nil {\n\t\treturn err\n\t}\n\tif err := syscall.Connect(fd, to); err != nil {\n\t\tsyscall.Close(fd)\n\t\treturn ' +
          'err\n\t}\n\treturn syscall.Close(fd)\n}\n',
      ),
    ],
  ];
  for (const [name, before, after] of cases) {
    it(name, () => {
      const [finding] = checkText(before, 'go', { fixes: true }).findings;
      const results = finding?.fixes.map((fix) => applyEdits(before, fix.edits)) ?? [];
      assert.ok(results.includes(after), `${finding?.rule}: ${results.join('\n---\n')}`);
      assert.deepEqual(found(after), []);
    });
  }
});
