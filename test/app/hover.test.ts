/** The hover: what it is, a table of three failures in the words of the code, at most so many lines. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explainAt } from '../../src/app/hover.js';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { checkText } from './analyser.js';

const MOST_LINES = 15;
/** Lines of picture and links, with a blank one before each. */
const BELOW = 4;

function hover(text: string, language: string): string {
  const file = checkText(text, language, { minCertainty: 'possible' });
  const { range } = file.connections[0] ?? assert.fail('no connection');
  return explainAt(file, range.startLine, range.startColumn, DEFAULT_MACHINE)?.markdown ?? '';
}

describe('hover', () => {
  it('of Python: names as the code writes them, errors as the runtime raises them', () => {
    const text = hover(
      'import socket\n\n\ndef f(h):\n    with socket.create_connection((h, 80)) as s:\n        ' +
        's.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)\n        f = s.makefile("rb")\n        return ' +
        'f.readline()\n',
      'python',
    );
    assert.match(text, /\| its process dies \| `f\.readline` on line 8 says end of stream \| about [\d.]+ ms \| – \|/);
    assert.match(text, /\| its host loses power \| `f\.readline` on line 8 fails \| 2 h [\d–]+ min \| TimeoutError \(ETIMEDOUT\) \|/);
    assert.doesNotMatch(text, /recv/);
  });
  it('of Go: the method and the text of its error', () => {
    const text = hover(
      'package p\n\nimport "net"\n\nfunc f(a string) error {\n\tc, err := net.Dial("tcp", a)\n\tif err != nil ' +
        '{\n\t\treturn err\n\t}\n\tdefer c.Close()\n\t_, err = c.Read(make([]byte, 9))\n\treturn err\n}\n',
      'go',
    );
    assert.match(text, /\| its host loses power \| `c\.Read` on line 11 fails \| about [^|]+ \| connection timed out \(ETIMEDOUT\) \|/);
  });
  it('of C: what ends CLOSE_WAIT where nothing closes', () => {
    const text = hover(
      '#include <sys/socket.h>\n#include <unistd.h>\nint f(int l)\n{\n    char b[9];\n    int fd = accept(l, 0, 0);\n    ' +
        'if (fd < 0)\n        return -1;\n    read(fd, b, 9);\n    return 0;\n}\n',
      'c',
    );
    assert.match(text, /\| it closes first \| `read` on line 9 says end of stream, then CLOSE\\_WAIT until the process ends \|/);
  });
  it('a limit whose value is not known is not "none"; how long a pool keeps what is not used', () => {
    const python = hover(
      'import socket\n\n\ndef f(h, patience):\n    with socket.create_connection((h, 80), timeout=patience) as s:\n        ' +
        'return s.recv(9)\n',
      'python',
    );
    assert.match(python, /connect not known here, read not known here, write not known here/);
    const go = hover(
      'package p\n\nimport "net/http"\n\nfunc f(u string) error {\n\tr, err := http.Get(u)\n\tif err != nil {\n\t\treturn ' +
        'err\n\t}\n\treturn r.Body.Close()\n}\n',
      'go',
    );
    assert.match(go, /unused: the library closes it after 1 min 30 s/);
    // Nor is the time until the kernel gives up the answer then.
    assert.match(python, /\| its host loses power \| `s\.recv` on line 6 gives up: its own limit \| not known here \| TimeoutError \|/);
  });
  it('a listener without a finding leads to its own failure', () => {
    const file = checkText("require('node:net').createServer((c) => c.end()).listen(7);\n", 'javascript');
    const listener = file.connections.find(({ role }) => role === 'listener') ?? assert.fail('none');
    const told = explainAt(file, listener.range.startLine, listener.range.startColumn, DEFAULT_MACHINE);
    assert.equal(told?.simulate?.scenario, 'restart-in-time-wait');
  });
  it('who polls first waits there, and its limit is the limit', () => {
    const c = hover(
      [
        '#include <poll.h>',
        '#include <sys/socket.h>',
        '#include <unistd.h>',
        'int f(const struct sockaddr *a, socklen_t n)',
        '{',
        '    char b[9];',
        '    int fd = socket(AF_INET, SOCK_STREAM, 0);',
        '    if (fd < 0)',
        '        return -1;',
        '    if (connect(fd, a, n) < 0) {',
        '        close(fd);',
        '        return -1;',
        '    }',
        '    struct pollfd p = { .fd = fd, .events = POLLIN };',
        '    if (poll(&p, 1, 5000) <= 0) {',
        '        close(fd);',
        '        return 2;',
        '    }',
        '    int r = recv(fd, b, 9, 0);',
        '    close(fd);',
        '    return r;',
        '}',
        '',
      ].join('\n'),
      'c',
    );
    assert.match(c, /\| its process dies \| `recv` on line 19 says end of stream \|/);
    assert.match(c, /\| its host loses power \| `poll` on line 15 gives up: its own limit \| about 5 s \| – \|/);
    const python = hover(
      'import select\nimport socket\n\n\ndef f(h):\n    with socket.create_connection((h, 80)) as s:\n        ' +
        'if not select.select([s], [], [], 5)[0]:\n            return None\n        return s.recv(9)\n',
      'python',
    );
    assert.match(python, /\| its process dies \| `s\.recv` on line 9 says end of stream \|/);
    assert.match(python, /\| its host loses power \| `select\.select` on line 7 gives up: its own limit \| about 5 s \| – \|/);
  });
  it('is short', () => {
    for (const [text, language] of [
      ['import socket\n\n\ndef f(h):\n    s = socket.create_connection((h, 80))\n    s.sendall(b"x")\n    return s.recv(9)\n', 'python'],
      ['package p\n\nimport "net"\n\nfunc f(a string) {\n\tl, _ := net.Listen("tcp", a)\n\tl.Accept()\n}\n', 'go'],
    ] as const) {
      assert.ok(hover(text, language).split('\n').length + BELOW <= MOST_LINES, hover(text, language));
    }
  });
});
