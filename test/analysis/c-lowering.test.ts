/** C as the neutral IR: small programs and what they are lowered to. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, it } from 'node:test';
import { language } from '../../src/analysis/languages/c.js';
import { Syntax } from '../../src/analysis/syntax/syntax.js';
import { dumpIr, lowerAll } from './dump-ir.js';

const require = createRequire(import.meta.url);
const folders: Record<string, string> = { 'web-tree-sitter.wasm': path.dirname(require.resolve('web-tree-sitter')) };
const grammarFolder = path.dirname(require.resolve('tree-sitter-c/package.json'));
const syntax = Syntax.open(async (name) => readFileSync(path.join(folders[name] ?? grammarFolder, name)));

async function lowered(source: string): Promise<string> {
  const parser = await syntax;
  await parser.prepare(language.grammar);
  const tree = parser.parse(language, language.prepare?.(source) ?? source);
  return dumpIr(lowerAll(language.outline(tree)));
}

const cases: Record<string, { source: string; ir: string[] }> = {
  'an assignment inside a test': {
    source: 'int f(void) { int fd; if ((fd = socket(AF_INET, SOCK_STREAM, 0)) < 0) return -1; return fd; }',
    ir: ['f()', '  ? fd := socket(:AF_INET, :SOCK_STREAM, 0)', '  if fd < 0', '    return -1 fails', '  return fd fails if fd < 0'],
  },
  'short circuit keeps calls where they are reached': {
    source: 'void f(int fd) { if (a(fd) || b(fd)) c(); }',
    ir: ['f(fd)', '  ? %1 := a(fd)', '  ? %2 := b(fd)', '  if (%1 or %2)', '    _ := c()'],
  },
  'pointers and structs': {
    source: 'void f(struct s *s, int *out) { s->fd = *out; (*s).fd = 1; *out = s->fd; g(&s->fd); }',
    ir: ['f(s, out)', '  s.fd = *out', '  s.fd = 1', '  *out = s.fd', '  _ := g(address(s.fd))'],
  },
  'a loop that runs once': {
    source: '#define CLOSE(f) do { if ((f) < 0) break; close(f); } while (0)\nvoid f(int fd) { CLOSE(fd); }',
    ir: ['f(fd)', '  block %once1', '    if fd < 0', '      break %once1', '    _ := close(fd)'],
  },
  'a macro that jumps': {
    source: '#define TRY(x, l) if ((x) < 0) goto l\nint f(int fd) { TRY(listen(fd, 5), out); return 0;\nout: return -1; }',
    ir: ['f(fd)', '  ? %1 := listen(fd, 5)', '  if %1 < 0', '    goto out', '  return 0', '  label out', '  return -1 fails'],
  },
  'constants of the file': {
    source: '#define PORT (8000 + 80)\nenum { A = 3, B };\nvoid f(void) { g(PORT, B, 1 << 4); }',
    ir: ['f()', '  _ := g(8080, 4, 16)'],
  },
  'both branches of a condition for the preprocessor': {
    source: 'void f(int fd) {\n#ifdef A\n  a(fd);\n#else\n  b(fd);\n#endif\n}',
    ir: ['f(fd)', '  if «#A»', '    _ := a(fd)', '  else', '    _ := b(fd)'],
  },
  'a condition for the preprocessor across braces': {
    source: 'void f(int fd) {\n#ifdef A\n  if (x) {\n#else\n  if (y) {\n#endif\n    g(fd);\n  }\n}',
    ir: ['f(fd)', '  if x', '    _ := g(fd)'],
  },
  'a clean-up attribute': {
    source: 'static void done(int *p) { close(*p); }\nvoid f(void) { int fd __attribute__((cleanup(done))) = open1(); g(fd); }',
    ir: ['done(p)', '  _ := close(*p)', 'f()', '  fd := open1()', '  try', '    _ := g(fd)', '  finally', '    _ := @done(address(fd))'],
  },
  'switch falls through': {
    source: 'int f(int n) { switch (n) { case 1: a(); case 2: b(); break; default: return 1; } return 0; }',
    ir: [
      'f(n)',
      '  case n == 1 >',
      '    _ := a()',
      '  case n == 2 >',
      '    _ := b()',
      '    break ',
      '  case default',
      '    return 1',
      '  return 0',
    ],
  },
  'errno holds until the next call that may set it': {
    source: 'void f(void) { if (errno == EINTR) a(); }',
    ir: ['f()', '  if errno == :EINTR', '    _ := a()', '    errno = ?()'],
  },
  'what is printed is not handed over': {
    source: 'void f(int fd) { debug(1, "accepted %d", fd); other(fd); }',
    ir: ['f(fd)', '  _ := debug(1, "accepted %d", ?())', '  _ := other(fd)'],
  },
  'a helper named after what it sets': {
    source: 'void f(int fd) { if (set_nonblock(fd) == -1) a(); }',
    ir: ['f(fd)', '  ? %1 := set_nonblock(fd) ~ fcntl(fd, :F_SETFL, :O_NONBLOCK, 1)', '  if %1 == -1', '    _ := a()'],
  },
  'old definitions, and variables that share a name': {
    source: 'int f(a) int a; { { int b = a; g(b); } { int b = 2; g(b); } return a; }',
    ir: ['f(a)', '  b = a', '  _ := g(b)', '  b#2 = 2', '  _ := g(b#2)', '  return a fails if a < 0'],
  },
  'times in a struct': {
    source: 'void f(int fd) { struct timeval tv = { 5 }; setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)); }',
    ir: ['f(fd)', '  tv.tv_sec = 5', '  tv.tv_usec = 0', '  _ := setsockopt(fd, :SOL_SOCKET, :SO_RCVTIMEO, address(tv), length((1)))'],
  },
  'an object of someone else': {
    source: 'void f(int fd) { struct c *mine = malloc(8), *other = lookup(); mine->fd = fd; other->fd = fd; }',
    ir: ['f(fd)', '  mine := malloc(8)', '  other := lookup()', '  mine.fd = fd', '  other.fd = fd', '  escape other.fd'],
  },
  'a negative number after a cast': {
    source: 'int f(int s) { return s == (socket_t) -1; }',
    ir: ['f(s)', '  if s == -1', '    %1 = 1', '  else', '    %1 = 0', '  return %1'],
  },
  'errors inside a function lose only themselves': {
    source: 'void f(int fd) {\n  a(fd);\n  @@@ ;\n  b(fd);\n}\nvoid g(void) { c(); }',
    ir: ['f(fd) broken', '  _ := a(fd)', '  _ := b(fd)', 'g()', '  _ := c()'],
  },
};

describe('C, lowered', () => {
  for (const [name, { source, ir }] of Object.entries(cases)) {
    it(name, async () => assert.deepEqual((await lowered(source)).split('\n'), ir));
  }

  it('the prepared text keeps every character in its place', async () => {
    const source = '#if 0\nnot C at all {{{\n#endif\nint f(void) {\n#ifdef A\n  if (x) {\n#else\n  {\n#endif\n  } return 0; }\n';
    const prepared = language.prepare?.(source) ?? '';
    assert.equal(prepared.length, source.length);
    assert.deepEqual(
      [...prepared].map((c) => c === '\n'),
      [...source].map((c) => c === '\n'),
    );
    assert.equal(prepared.indexOf('return 0'), source.indexOf('return 0'));
  });
});
