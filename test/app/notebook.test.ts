/** Cells of a notebook go on with each other; what is told of a cell lies in it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fixesOf } from '../../src/app/check.js';
import { fixAll } from '../../src/app/fix-all.js';
import { cellText, fixesWithin, linesOf, uncovered, withinLines } from '../../src/app/notebook.js';
import { trialOf } from '../../src/app/trial.js';
import { explainAt } from '../../src/app/hover.js';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { analyser, checkText } from './analyser.js';

const CELLS = [
  '%matplotlib inline\n!pip install requests\nimport socket\nsocket?',
  'def ask(host):\n    s = socket.create_connection((host, 80), timeout=5)\n    s.sendall(b"hello")\n' +
    '    if not s.recv(100):\n        return None\n    s.close()\n',
  '%%bash\nls -l (',
  'ask("example.com") \\\n  or print("no answer: %s"\n    % ask)',
];

function cell(index: number): { text: string; lines: number; file: ReturnType<typeof checkText> } {
  const text = cellText(CELLS, index);
  const lines = linesOf(CELLS[index] ?? '');
  return { text, lines, file: withinLines(checkText(text, 'python'), lines) };
}

describe('cells of a notebook', () => {
  it('know what other cells import, and keep their own lines', () => {
    const { file } = cell(1);
    assert.deepEqual(
      file.findings.map(({ rule, range }) => [rule, range.startLine]),
      [['missing-close', 2]],
    );
    assert.match(explainAt(file, 2, 10, DEFAULT_MACHINE)?.markdown ?? '', /Client connection/);
  });

  it('tell nothing of each other', () => {
    for (const index of [0, 2, 3]) assert.deepEqual(cell(index).file.findings, [], `cell ${index}`);
  });

  it('are Python where the kernel takes a line first', () => {
    for (const index of CELLS.keys()) assert.deepEqual(cell(index).file.problems, [], `cell ${index}`);
  });

  it('are fixed in their own lines', () => {
    const { text, lines } = cell(1);
    const [finding] = analyser.analyse(text, 'python').findings;
    assert.ok(finding);
    const fixes = fixesWithin(fixesOf(trialOf(analyser, text, 'python', {}), finding), lines);
    assert.ok(fixes.length > 0);
    assert.ok(fixes.every(({ edits }) => edits.every(({ range }) => range.endLine <= lines)));
  });

  it('are fixed all at once, and lines that the kernel takes stay as they are', () => {
    const asks = ['ask', 'again'].map(
      (name) =>
        `def ${name}(host):\n    s = socket.create_connection((host, 80), timeout=5)\n    !date\n    data = s.recv(9)\n    return data\n`,
    );
    const own = `%time\n${asks.join('')}socket?`;
    const cells = ['import socket', own, asks[0]?.replace('ask', 'other') ?? ''];
    const text = cellText(cells, 1);
    const fixed = fixAll(trialOf(analyser, text, 'python', {}), null, linesOf(own)) ?? assert.fail('nothing fixed');
    const cell = uncovered(fixed, own);
    assert.equal(cell.match(/with socket\.create_connection/g)?.length, 2, cell);
    assert.equal(cell.match(/^ {8}!date$/gm)?.length, 2, cell);
    assert.match(cell, /^%time\n[^]*\nsocket\?$/);
    assert.doesNotMatch(cell, /other|pass/);
  });
});
