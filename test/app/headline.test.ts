/** What a list of problems shows of a finding: one line that fits, the number in front, true to what the runtime does. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { headlineOf, LONGEST } from '../../src/app/headline.js';
import { languageOfFile } from '../../src/app/languages.js';
import { checkText, ROOT } from './analyser.js';

const FIXTURES = path.join(ROOT, 'test/fixtures');
const lines = (text: string, language: string): string[] =>
  checkText(text, language, { minCertainty: 'possible' }).findings.map((finding) => headlineOf(finding, finding.consequence));

describe('headlines', () => {
  for (const folder of readdirSync(FIXTURES)) {
    it(`of the ${folder} fixtures are one line that fits`, () => {
      for (const name of readdirSync(path.join(FIXTURES, folder))) {
        const language = languageOfFile(name);
        if (language === null) continue;
        for (const line of lines(readFileSync(path.join(FIXTURES, folder, name), 'utf8'), language)) {
          assert.ok(line.length <= LONGEST, `${name}: ${line.length} characters: ${line}`);
          assert.doesNotMatch(line, /[\n`]|\.$/, name);
        }
      }
    });
  }
  it('say where it leaks and until when', () => {
    const c =
      '#include <sys/socket.h>\nint f(int l, int quiet)\n{\n    char b[9];\n    int fd = accept(l, 0, 0);\n    if (fd < ' +
      '0)\n        return -1;\n    read(fd, b, 9);\n    return quiet;\n}\n';
    assert.deepEqual(lines(c, 'c'), [
      'Leaks when it returns on line 9: stays in CLOSE_WAIT until the process ends',
      "Never learns that the peer's host died: no limit on line 8, keepalive off",
    ]);
  });
  it('call it no leak where CPython closes it', () => {
    assert.deepEqual(
      lines('import socket\n\n\ndef f(h):\n    s = socket.create_connection((h, 80), timeout=5)\n    return s.recv(5)\n', 'python'),
      ['Not closed when it returns on line 6: stays in CLOSE_WAIT until its last reference goes'],
    );
  });
  it('say nothing of CLOSE_WAIT where it never connected', () => {
    const c =
      '#include <sys/socket.h>\n#include <unistd.h>\nint f(const struct sockaddr *a, socklen_t n)\n{\n    int fd = ' +
      'socket(AF_INET, SOCK_STREAM, 0);\n    if (fd < 0)\n        return -1;\n    if (connect(fd, a, n) < 0)\n        ' +
      'return -1;\n    return fd;\n}\n';
    assert.deepEqual(lines(c, 'c'), ['Leaks when an error is returned on line 9']);
    const [finding] = checkText(c, 'c').findings;
    assert.doesNotMatch(finding?.message ?? '', /CLOSE_WAIT/);
  });
  it('put the time in front of a wait', () => {
    const go =
      'package p\n\nimport (\n\t"net"\n\t"time"\n)\n\nfunc f(l *net.TCPListener) error {\n\tc, err := l.AcceptTCP()\n\tif ' +
      'err != nil {\n\t\treturn err\n\t}\n\tdefer c.Close()\n\tc.SetKeepAlivePeriod(2 * time.Hour)\n\t_, err = ' +
      'c.Read(make([]byte, 9))\n\treturn err\n}\n';
    assert.match(
      lines(go, 'go')[0] ?? '',
      /^20 h \d.* until it learns that the peer's host died \(ETIMEDOUT\): the first keepalive probe comes late$/,
    );
  });
});
