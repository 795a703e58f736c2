/** What costs too much is left out, and that is told: with the function's name, and the same each time. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { analyser } from '../support/analyser.js';

/** Values that are asked for later and that depend on each other: every combination is a state of its own. */
function tangled(tests: number): string {
  return asking(tests, (n) => (n === 0 ? 'flag_0' : `flag_${n} and mode_${n - 1} is None`));
}

/** Values that are asked for later. */
function asking(tests: number, when: (n: number) => string): string {
  const all = Array.from({ length: tests }, (_, n) => n);
  return [
    'import socket',
    '',
    'def tangled(host, ' + all.map((n) => `flag_${n}`).join(', ') + '):',
    '    conn = socket.create_connection((host, 80), 3)',
    ...all.flatMap((n) => [`    mode_${n} = None`, `    if ${when(n)}:`, `        mode_${n} = 1`]),
    ...all.flatMap((n) => [`    if mode_${n} is None:`, '        conn.send(b"x")']),
    `    if mode_${tests - 1} is None:`,
    '        conn.close()',
    '    return None',
    '',
  ].join('\n');
}

describe('limits', () => {
  it('a function with too many paths is named', async () => {
    const analysis = (await analyser()).analyse(tangled(12), 'python');
    assert.deepEqual(analysis.problems, [
      { kind: 'limit', message: '`tangled` has too many paths: some were left out', line: 3, function: 'tangled' },
    ]);
  });

  it('values that have nothing to do with each other cost no paths', async () => {
    const analysis = (await analyser()).analyse(
      asking(12, (n) => `flag_${n}`),
      'python',
    );
    assert.deepEqual(analysis.problems, []);
    assert.deepEqual(
      analysis.findings.filter(({ rule }) => rule === 'missing-close').map(({ certainty }) => certainty),
      ['certain'],
    );
  });

  it('a function with few is not', async () => {
    const analysis = (await analyser()).analyse(tangled(3), 'python');
    assert.deepEqual(analysis.problems, []);
    assert.deepEqual(
      analysis.findings.filter(({ rule }) => rule === 'missing-close').map(({ certainty }) => certainty),
      ['certain'],
    );
  });

  it('what makes no difference to the connection costs no paths', async () => {
    const flags = Array.from({ length: 40 }, (_, n) => `flag_${n}`);
    const idle = flags.flatMap((flag) => [`    if ${flag}:`, `        print("${flag}")`]);
    const text = [
      'import socket',
      '',
      `def plain(host, ${flags.join(', ')}):`,
      '    conn = socket.create_connection((host, 80), 3)',
      ...idle,
      ...idle,
      '    conn.close()',
      '',
    ].join('\n');
    const analysis = (await analyser()).analyse(text, 'python');
    assert.deepEqual(analysis.problems, []);
    assert.deepEqual(analysis.findings, []);
  });

  it('one function that costs too much does not cost the others', async () => {
    const text = `${tangled(12)}\ndef plain(host):\n    conn = socket.create_connection((host, 80), 3)\n    conn.send(b"x")\n`;
    const analysis = (await analyser()).analyse(text, 'python');
    assert.deepEqual(
      analysis.findings.filter((finding) => finding.function === 'plain').map(({ rule }) => rule),
      ['missing-close'],
    );
  });

  it('many constants that a helper may return are no limit', async () => {
    const cases = Array.from({ length: 60 }, (_, n) => `\tcase ${n}: return ${n + 1000};`).join('\n');
    const text =
      `#include <sys/socket.h>\n#include <unistd.h>\nstatic int code(int n) {\n\tswitch (n) {\n${cases}\n\t}\n\treturn -1;\n}\n` +
      'int use(int n) {\n\tint fd = socket(AF_INET, SOCK_STREAM, 0);\n\tif (fd < 0)\n\t\treturn -1;\n\tif (code(n) < ' +
      '0)\n\t\treturn -1;\n\tclose(fd);\n\treturn 0;\n}\n';
    const analysis = (await analyser()).analyse(text, 'c');
    assert.deepEqual(analysis.problems, []);
    assert.deepEqual(
      analysis.findings.map(({ rule, certainty }) => `${rule} ${certainty}`),
      ['close-skipped-on-error likely'],
    );
  });

  it('calls that are nested very deeply end somewhere', async () => {
    const functions = Array.from({ length: 80 }, (_, n) => `def step_${n}(conn):\n    step_${n + 1}(conn)\n`).join('\n');
    const text = `import socket\n\n${functions}\ndef step_80(conn):\n    conn.close()\n\ndef use(host):\n    conn = socket.create_connection((host, 80), 3)\n    step_0(conn)\n`;
    const analysis = (await analyser()).analyse(text, 'python');
    assert.deepEqual(
      analysis.findings.filter(({ rule }) => rule === 'missing-close'),
      [],
    );
    assert.deepEqual(
      analysis.problems.map(({ kind }) => kind),
      ['limit'],
    );
  });

  it('functions that call each other in a large ring are told of, and nothing is said of their connection', async () => {
    const step = (n: number, to: number, far: number): string =>
      [`def step_${n}(conn, n):`, '    if n > 3:', '        conn.close()', '        return None', '    if n > 2:']
        .concat([`        step_${far}(conn, n)`, `    return step_${to}(conn, n + 1)`, ''])
        .join('\n');
    const ring = (size: number): string =>
      ['import socket', '', ...Array.from({ length: size }, (_, n) => step(n, (n + 1) % size, (n + 7) % size))]
        .concat(['def use(host):', '    conn = socket.create_connection((host, 80), 3)', '    step_0(conn, 0)', ''])
        .join('\n');
    const large = (await analyser()).analyse(ring(30), 'python');
    assert.deepEqual(large.findings, []);
    assert.ok(large.problems.length > 0 && large.problems.every(({ kind }) => kind === 'limit'));
    assert.deepEqual((await analyser()).analyse(ring(5), 'python').problems, []);
  });

  it('a function with more statements than a graph takes is named, and the others are looked at', async () => {
    const idle = '    print(1)\n'.repeat(21_000);
    const opens = '    conn = socket.create_connection((host, 80), 3)\n';
    const text = `import socket\n\ndef huge(host):\n${opens}${idle}    conn.close()\n\ndef plain(host):\n${opens}    conn.send(b"x")\n`;
    const analysis = (await analyser()).analyse(text, 'python');
    assert.deepEqual(
      analysis.problems.map((problem) => problem.function),
      ['huge'],
    );
    assert.deepEqual(
      analysis.findings.map(({ function: name, rule }) => `${name} ${rule}`),
      ['plain missing-close'],
    );
  });

  it('a field that too many methods may set may be anything afterwards', async () => {
    const methods = Array.from({ length: 230 }, (_, n) => n);
    const text = ['import socket', '', 'class C:', '    def __init__(self, host):', '        self.mode = None']
      .concat(['        self.conn = socket.create_connection((host, 80), 3)', '        print(host)'])
      .concat(methods.map((n) => `    def step_${n}(self, flag):\n        print(flag)`))
      .concat(['    def all(self, flag):', ...methods.map((n) => `        self.step_${n}(flag)`)])
      .concat(['    def use(self, flag):', '        if self.mode is None:', '            print(1)', '        self.all(flag)'])
      .concat(['        if self.mode is None:', '            self.conn.send(b"x")', '        self.conn.close()', ''])
      .join('\n');
    const analysis = (await analyser()).analyse(text, 'python');
    assert.deepEqual(analysis.problems, []);
    assert.deepEqual(
      analysis.findings.map(({ function: name, rule }) => `${name} ${rule}`),
      ['__init__ close-skipped-on-error'],
    );
  });
});
