/** The same functions in another order, with others before them or alone: the same findings. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, it } from 'node:test';
import type { Analysis } from '../../../src/analysis/findings.js';
import { analyser } from '../support/analyser.js';
import { withoutMarks } from '../support/expectations.js';

const fixtures = new URL('../../fixtures/', import.meta.url);

const languages = [
  { id: 'python', files: ['recursion.py', 'helpers.py', 'connect_fails.py'], starts: /^(?=(?:async )?def |class |@)/m },
  { id: 'go', files: ['recursion.go', 'dial_error_paths.go', 'shapes.go'], starts: /^(?=func )/m },
];

/** The imports, and each definition with what follows it. */
function partsOf(text: string, starts: RegExp): { head: string; parts: string[] } {
  const [head = '', ...parts] = text.split(starts).map((part) => (part.endsWith('\n') ? part : `${part}\n`));
  return { head, parts };
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const order = items.map((item, index) => ({ item, key: Math.imul(index + 1, 2654435761 ^ Math.imul(seed, 40503)) >>> 0 }));
  return order.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

/** Findings and limits with lines counted from the start of their function, as text. */
function said(analysis: Analysis, text: string): string[] {
  const lines = text.split('\n');
  const textAt = (line: number): string => lines[line - 1]?.trim() ?? '';
  const findings = analysis.findings.map(
    ({ rule, certainty, function: name, range, path }) =>
      `${name} ${rule} ${certainty} ${textAt(range.startLine)} | ${path.map((step) => `${step.message} ${textAt(step.range.startLine)}`).join(' > ')}`,
  );
  const problems = analysis.problems.map((problem) => `${problem.kind} ${problem.message}`);
  return [...findings, ...problems].sort();
}

describe('order of the functions of a file', () => {
  for (const { id, files, starts } of languages) {
    for (const file of files) {
      it(`${id}: ${file}`, async () => {
        const { head, parts } = partsOf(withoutMarks(fs.readFileSync(new URL(`${id}/${file}`, fixtures), 'utf8')), starts);
        const made = await analyser();
        const expected = said(made.analyse(head + parts.join(''), id), head + parts.join(''));
        assert.ok(expected.length > 0);
        for (const seed of [1, 2, 3, 4]) {
          const text = head + (seed === 1 ? [...parts].reverse() : shuffled(parts, seed)).join('');
          assert.deepEqual(said(made.analyse(text, id), text), expected, `order ${seed}`);
        }
      });
    }
  }

  it('the 300th function of a file is looked at like the first', async () => {
    const functions = Array.from({ length: 300 }, (_, n) =>
      [
        `def ask_${n}(host, path):`,
        '    conn = socket.create_connection((host, 80), 3)',
        '    greet(conn, path)',
        '    if path:',
        '        conn.send(b"x")',
        '    return path',
        '',
      ].join('\n'),
    );
    const text = `import socket\n\ndef greet(conn, path):\n    for part in path:\n        if part:\n            conn.send(part)\n\n${functions.join('\n')}`;
    const analysis = (await analyser()).analyse(text, 'python');
    assert.deepEqual(analysis.problems, []);
    assert.equal(analysis.findings.filter(({ rule }) => rule === 'missing-close').length, 300);
  });
});
