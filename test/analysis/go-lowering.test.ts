/** Go programs as neutral IR, in short. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { FileIr, FunctionIr } from '../../src/analysis/flow/ir.js';
import { language } from '../../src/analysis/languages/go.js';
import { Syntax } from '../../src/analysis/syntax/syntax.js';
import { ROOT } from '../app/analyser.js';
import { dumpIr, lowerAll } from './dump-ir.js';

const folder: Record<string, string> = { 'web-tree-sitter.wasm': 'web-tree-sitter', 'tree-sitter-go.wasm': 'tree-sitter-go' };
const syntax = await Syntax.open(async (name) => readFileSync(path.join(ROOT, 'node_modules', folder[name] ?? '', name)));
await syntax.prepare(language.grammar);

function lower(text: string): FileIr {
  return language.outline(syntax.parse(language, text));
}

function functionOf(body: string, head = ''): FunctionIr {
  const file = lower(
    `package p\n\nimport (\n\t"errors"\n\t"io"\n\t"net"\n\tweb "net/http"\n\t"time"\n)\n${head}\nfunc f(conn net.Conn, addr string) (n int, err error) {\n${body}\n}\n`,
  );
  const fn = lowerAll(file).find((one) => one.id === 'f');
  assert.ok(fn);
  return fn;
}

/** The body, without the lines that stand for named results. */
function dump(body: string, head?: string): string[] {
  const fn = functionOf(body, head);
  return dumpIr([fn])
    .split('\n')
    .slice(1)
    .filter((line) => !/^ {2}(n = 0|err = null)$/.test(line))
    .map((line) => line.replace(/^ {2}/, ''));
}

describe('lowering Go', () => {
  const cases: [string, string, string[]][] = [
    ['names of imports', 'web.Get(addr)', ['_ := http.Get(addr)']],
    [
      'a hidden variable gets a root of its own',
      'x := 1\nif x := addr; x == "" {\n\tn = 2\n}\nn = x',
      ['x = 1', 'x#2 = addr', 'if x#2 == ""', '  n = 2', 'n = x'],
    ],
    ['an assignment that also declares', 'c, err := net.Dial("tcp", addr)\n_ = c', ['c, err := net.Dial("tcp", addr)']],
    ['durations are seconds', 'time.Sleep(2*time.Minute + 500*time.Millisecond)', ['_ := time.Sleep(120.5)']],
    [
      'a deadline from now',
      'conn.SetDeadline(time.Now().Add(30 * time.Second))',
      ['_ := {"kind":"method","receiver":"conn","name":"SetDeadline","type":"net.Conn"}(30)'],
    ],
    [
      'no deadline',
      'conn.SetDeadline(time.Time{})',
      ['_ := {"kind":"method","receiver":"conn","name":"SetDeadline","type":"net.Conn"}(null)'],
    ],
    ['an error seen through wrappers', 'if errors.Is(err, io.EOF) {\n\tn = 1\n}', ['if err == :io.EOF', '  n = 1']],
    [
      'a checked assertion',
      'tcp, ok := conn.(*net.TCPConn)',
      ['if (conn != null and «?»)', '  tcp = conn', '  ok = true', 'else', '  tcp = null', '  ok = false'],
    ],
    ['labels', 'again:\nfor {\n\tcontinue again\n}', ['label again', 'loop always', '  continue again']],
    ['a loop that surely runs', 'for i := 0; i < 3; i++ {\n\tn = i\n}', ['i = 0', 'loop i < 3', '  n = i', 'step', '  i = ?(i)']],
    [
      'a literal that is called',
      'func() {\n\tif n == 0 {\n\t\treturn\n\t}\n\tn = 1\n}()',
      ['block closure 1', '  if n == 0', '    break closure 1', '  n = 1'],
    ],
    [
      'its defers run at its end',
      'func() {\n\tdefer conn.Close()\n\tn = 1\n}()',
      [
        'block closure 1',
        '  try',
        '    n = 1',
        '  finally',
        '    _ := {"kind":"method","receiver":"conn","name":"Close","type":"net.Conn","written":"conn"}()',
      ],
    ],
    ['a defer closes what the variable was then', 'defer conn.Close()\nconn = nil', ['%1 = conn', 'defer', 'conn = null']],
    ['a named literal', 'done := func() { n = 1 }\ndone()', ['block closure 1', '  n = 1']],
    ['append keeps what it is given', 'xs = append(xs, conn)', ['escape conn', 'xs = ?(xs, conn)']],
    ['so does a channel', 'out <- conn', ['escape conn']],
    ['and a method value', 'cleanup(conn.Close)', ['escape conn', '_ := {"kind":"value","place":"cleanup"}(conn.Close)']],
    ['a return of an error', 'return 0, err', ['return 0, err fails if err != null']],
    ['a return without values', 'return', ['return n, err fails if err != null']],
    ['a panic ends the process', 'panic("no")', ['exit']],
    [
      'switch without a value',
      'switch {\ncase n == 1, n == 2:\n\tn = 3\ndefault:\n\tn = 4\n}',
      ['case n == 1, n == 2', '  n = 3', 'case default', '  n = 4'],
    ],
    [
      'select waits for one of its cases',
      'select {\ncase <-a:\n\tn = 1\ncase <-b:\n\tn = 2\n}',
      ['case «?»', '  n = 1', 'case default', '  n = 2'],
    ],
  ];
  for (const [name, body, expected] of cases) it(name, () => assert.deepEqual(dump(body), expected));

  it('constants, methods, embedded types, generic functions', () => {
    const file = lower(
      'package p\n\nimport "net"\n\nconst port, size = 80, 1 << 10\n\ntype base struct{ net.Conn }\n\ntype C struct ' +
        '{\n\t*base\n\tn int\n}\n\nfunc (c *C) Close() error { return c.base.Close() }\n\nfunc g[T any](x T) { use(port, ' +
        'size, x) }\n\nfunc h(c *C) { g[int](1); c.Close() }\n',
    );
    assert.deepEqual(
      file.classes.map((one) => [one.name, one.bases, one.methods]),
      [
        ['base', ['net.Conn'], {}],
        ['C', ['base'], { Close: 'C.Close' }],
      ],
    );
    const text = dumpIr(lowerAll(file));
    assert.match(text, /use"}\(80, 1024, x\)/);
    assert.match(text, /@g\(1\)/);
    assert.match(text, /"receiver":"c","name":"Close","type":"C"/);
  });

  it('what an error leaves whole is lowered', () => {
    const file = lower('package p\n\nfunc a() { x := 1; use(x) }\n\nfunc b( {\n\ty :=\n}\n\nfunc c() { z := 2; use(z) }\n');
    const ids = file.functions.map((fn) => fn.id);
    assert.ok(ids.includes('a') && ids.includes('c'), ids.join());
    assert.ok(file.errors.length > 0);
  });

  it('never throws, wherever the text ends', () => {
    for (const name of ['ok_shapes.go', 'accept_loop.go', 'http_response.go']) {
      const text = readFileSync(path.join(ROOT, 'test/fixtures/go', name), 'utf8');
      for (let end = 0; end < text.length; end += 97) lowerAll(lower(text.slice(0, end)));
      for (let at = 0; at < text.length; at += 211) lowerAll(lower(text.slice(0, at) + text.slice(at + 40)));
    }
  });

  it('long chains and deep nesting', () => {
    lowerAll(lower(`package p\n\nvar s = ${Array.from({ length: 3000 }, (_, i) => `"${i}"`).join(' + ')}\n`));
    lowerAll(lower(`package p\n\nfunc f() { x := ${'('.repeat(600)}1${')'.repeat(600)}; ${'if a { '.repeat(300)}${'}'.repeat(300)} }\n`));
    lowerAll(lower(`package p\n\nfunc f() { a${'.b()'.repeat(800)} }\n`));
  });
});
