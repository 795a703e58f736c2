/** The analyser never throws, keeps its time, and says the same for incremental and fresh parsing. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Analysis } from '../../src/analysis/findings.js';
import { analyser } from './support/analyser.js';

const folder = new URL('../fixtures/python/', import.meta.url);
const sources = fs.readdirSync(folder).map((name) => fs.readFileSync(new URL(name, folder), 'utf8'));

function said(analysis: Analysis): unknown {
  const { findings, connections, problems, suppressions } = analysis;
  return { findings, connections, problems, suppressions };
}

describe('any text', () => {
  it('random text is no error', async () => {
    const a = await analyser();
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        assert.deepEqual(
          a.analyse(text, 'python').problems.filter((problem) => problem.kind !== 'syntax'),
          [],
        );
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('random edits of fixtures: no error, and the same as parsing afresh', async () => {
    const a = await analyser();
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      drop: fc.nat(12),
      put: fc.constantFrom('', '\n', '(', ')', ':', '"', 's.close()\n', '    ', 'def f():\n', '"""', 'return'),
    });
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.array(edit, { minLength: 1, maxLength: 6 }), (source, edits) => {
        let text = source;
        a.update('doc', text, 'python');
        for (const { at, drop, put } of edits) {
          const offset = Math.floor(at * text.length);
          text = text.slice(0, offset) + put + text.slice(offset + drop);
          const incremental = a.update('doc', text, 'python');
          assert.deepEqual(
            incremental.problems.filter((problem) => problem.kind !== 'syntax' && problem.kind !== 'timeout'),
            [],
          );
          assert.deepEqual(said(incremental), said(a.analyse(text, 'python')));
        }
        a.closeDocument('doc');
      }),
      { numRuns: 40, seed: 2 },
    );
  });

  it('deep nesting', async () => {
    const a = await analyser();
    for (const text of [
      `x = ${'('.repeat(3000)}1${')'.repeat(3000)}`,
      `x = ${'a + '.repeat(3000)}1`,
      `${'if x:\n'.repeat(1)}    pass`,
      `x = ${'['.repeat(5000)}`,
      // Long nodes are read when somebody asks for them: their depth counts all the same.
      `x = ${'1+'.repeat(20_000)}1`,
      `x = ${'('.repeat(50_000)}${')'.repeat(50_000)}`,
    ]) {
      const { problems, connections } = a.analyse(`import socket\nc = socket.create_connection(("h", 1))\n${text}\n`, 'python');
      assert.deepEqual(
        problems.filter(({ kind }) => kind === 'internal'),
        [],
      );
      assert.equal(connections.length, 1, text.slice(0, 20));
    }
  });
});

describe('limits', () => {
  it('too large a file is said', async () => {
    assert.deepEqual(
      (await analyser()).analyse('x = 1\n'.repeat(10), 'python', { maxSize: 20 }).problems.map((problem) => problem.kind),
      ['too-large'],
    );
  });
  it('an unknown language is said', async () => {
    assert.deepEqual(
      (await analyser()).analyse('', 'cobol').problems.map((problem) => problem.kind),
      ['unsupported'],
    );
  });
});

describe('whole functions around a syntax error', () => {
  it('cut off anywhere, what stands before is still found', async () => {
    const a = await analyser();
    const whole = 'import socket\n\n\ndef first(host):\n    s = socket.socket()\n    s.connect((host, 80))\n    return s\n\n\n';
    const second =
      'def second(host):\n    with socket.create_connection((host, 80), 5) as s:\n        return [x for x in s.recv(10)]\n\n\n';
    const third = 'def third(host):\n    s = socket.socket()\n    s.connect((host, 80))\n    return s\n';
    for (let cut = 0; cut < second.length; cut += 1) {
      const { findings } = a.analyse(`${whole}${second.slice(0, cut)}\n\n\n${third}`, 'python');
      const functions = findings.map((finding) => finding.function);
      assert.ok(functions.includes('first'), `cut at ${cut}`);
    }
  });
});

describe('ends of lines', () => {
  it('a carriage return before them changes nothing', async () => {
    const a = await analyser();
    const text = fs.readFileSync(new URL('../fixtures/csharp/ok_Conditional.cs', import.meta.url), 'utf8');
    const bad = fs.readFileSync(new URL('../fixtures/csharp/Conditional.cs', import.meta.url), 'utf8');
    const rules = (source: string): string[] => a.analyse(source, 'csharp').findings.map(({ rule, range }) => `${rule} ${range.startLine}`);
    for (const source of [text, bad]) assert.deepEqual(rules(source.replace(/\n/g, '\r\n')), rules(source));
  });
});
