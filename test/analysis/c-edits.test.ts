/** Fixes in C: what the first one makes of a program, and that every offered one holds. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { applyEdits } from '../../src/app/edits.js';
import { checkText } from '../app/analyser.js';
import { withoutMarks } from './support/expectations.js';

const folder = fileURLToPath(new URL('../fixtures/c/', import.meta.url));

/** Lines that the first fix of the first finding of this rule takes out and puts in. */
function changed(source: string, rule: string): { out: string[]; in: string[] } {
  const finding = checkText(source, 'c', { fixes: true }).findings.find((one) => one.rule === rule);
  const fix = finding?.fixes[0];
  assert.ok(fix, `a fix for ${rule}`);
  const fixed = applyEdits(source, fix.edits);
  assert.ok(fixed !== null);
  const before = source.split('\n');
  const after = fixed.split('\n');
  return { out: before.filter((line) => !after.includes(line)), in: after.filter((line) => !before.includes(line)) };
}

const open = 'int fd = socket(AF_INET, SOCK_STREAM, 0);\n\tif (fd < 0)\n\t\treturn -1;\n';
const program = (body: string): string =>
  `#include <sys/socket.h>\n#include <unistd.h>\n\nint f(const struct sockaddr *a, socklen_t n)\n{\n\t${body}}\n`;

const cases: { name: string; rule: string; source: string; out: string[]; in: string[] }[] = [
  {
    name: 'braces and tabs of the file',
    rule: 'close-skipped-on-error',
    source: program(`${open}\tif (connect(fd, a, n) < 0)\n\t\treturn -1;\n\treturn fd;\n`),
    out: ['\tif (connect(fd, a, n) < 0)'],
    in: ['\tif (connect(fd, a, n) < 0) {', '\t\tclose(fd);', '\t}'],
  },
  {
    name: 'the exit label that closes',
    rule: 'close-skipped-on-error',
    source: program(
      `${open}\tif (connect(fd, a, n) < 0) {\n\t\treturn -2;\n\t}\n\tif (write(fd, "x", 1) != 1)\n\t\tgoto fail;\n\treturn fd;\nfail:\n\tclose(fd);\n\treturn -2;\n`,
    ),
    out: ['\t\treturn -2;'],
    in: [],
  },
  {
    name: 'errno is kept',
    rule: 'close-skipped-on-error',
    source: program(`${open}\tif (connect(fd, a, n) < 0) {\n\t\treturn -errno;\n\t}\n\treturn fd;\n`),
    out: [],
    in: ['\t\tint saved_errno = errno;', '\t\tclose(fd);', '\t\terrno = saved_errno;'],
  },
  {
    name: 'keepalive by named options, headers included',
    rule: 'missing-keepalive',
    source: program(`char b[9];\n\t${open}\tif (connect(fd, a, n) == 0)\n\t\tread(fd, b, 9);\n\tclose(fd);\n\treturn 0;\n`),
    out: [],
    in: [
      '#include <netinet/in.h>',
      '#include <netinet/tcp.h>',
      '\tint keepalive = 1, idle_seconds = 60, interval_seconds = 10, probes = 3;',
      '\tsetsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &keepalive, sizeof(keepalive));',
      '\tsetsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_seconds, sizeof(idle_seconds));',
      '\tsetsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval_seconds, sizeof(interval_seconds));',
      '\tsetsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));',
    ],
  },
  {
    name: 'the test in the loop',
    rule: 'eof-without-close',
    source: program(
      `char b[9];\n\t${open}\tif (connect(fd, a, n) == 0)\n\t\twhile (read(fd, b, 9) >= 0)\n\t\t\tuse(b);\n\tclose(fd);\n\treturn 0;\n`,
    ),
    out: ['\t\twhile (read(fd, b, 9) >= 0)'],
    in: ['\t\twhile (read(fd, b, 9) > 0)'],
  },
];

describe('C fixes', () => {
  for (const one of cases) {
    it(one.name, () => {
      const { out, in: put } = changed(one.source, one.rule);
      assert.deepEqual({ out, in: put }, { out: one.out, in: one.in });
    });
  }

  for (const name of readdirSync(folder).filter((file) => file.endsWith('.c'))) {
    it(`${name}: a fix removes its finding, adds none, and is gone afterwards`, () => {
      const source = withoutMarks(readFileSync(path.join(folder, name), 'utf8'));
      const before = checkText(source, 'c', { fixes: true }).findings;
      for (const finding of before) {
        for (const fix of finding.fixes) {
          const fixed = applyEdits(source, fix.edits);
          assert.ok(fixed !== null);
          const after = checkText(fixed, 'c').findings;
          assert.ok(after.length < before.length, `${fix.title} on line ${finding.range.startLine}`);
          assert.equal(
            after.filter((one) => one.rule === finding.rule && one.function === finding.function).length,
            before.filter((one) => one.rule === finding.rule && one.function === finding.function).length - 1,
          );
        }
      }
    });
  }
});
