// Checks the fixes that are offered for findings in real code, from outside:
// each is applied to a copy, and the copy is checked by the command line.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * @param cli path of the command line
 * @param file absolute path of the source
 * @param findings the findings of `closewait check --format json`, with fixes
 * @returns how many fixes there are, and a sentence for each that does not hold
 */
export function checkFixes(cli, file, findings) {
  const text = fs.readFileSync(file, 'utf8');
  const before = checked(cli, file, text);
  const wrong = [];
  let count = 0;
  for (const finding of findings) {
    for (const fix of finding.fixes) {
      count += 1;
      const after = checked(cli, file, apply(text, fix.edits));
      const complain = (what) => wrong.push(`${file}:${finding.range.startLine}: "${fix.title}" ${what}`);
      const own = keyOf(finding);
      if ((after.counts.get(own) ?? 0) >= (before.counts.get(own) ?? 0)) complain(`leaves ${own}`);
      for (const [key, n] of after.counts) if (n > (before.counts.get(key) ?? 0)) complain(`adds ${key}`);
      if (after.errors > before.errors) complain('breaks the syntax');
    }
  }
  return { count, wrong };
}

const keyOf = (finding) => `${finding.rule} in ${finding.function}`;

function checked(cli, file, text) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'closewait-fixes-'));
  try {
    const copy = path.join(dir, path.basename(file));
    fs.writeFileSync(copy, text);
    const run = spawnSync(process.execPath, [cli, 'check', copy, '--format', 'json', '--min-certainty', 'possible', '--no-fixes'], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    const [report] = JSON.parse(run.stdout).files;
    const counts = new Map();
    for (const finding of report.findings) counts.set(keyOf(finding), (counts.get(keyOf(finding)) ?? 0) + 1);
    return { counts, errors: report.problems.filter((p) => p.kind === 'syntax').length };
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

function apply(text, edits) {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  const offset = (line, column) => starts[line - 1] + column - 1;
  const spans = edits.map(({ range: r, newText }, order) => ({
    from: offset(r.startLine, r.startColumn),
    to: offset(r.endLine, r.endColumn),
    newText,
    order,
  }));
  spans.sort((a, b) => b.from - a.from || b.to - a.to || b.order - a.order);
  return spans.reduce((result, { from, to, newText }) => result.slice(0, from) + newText + result.slice(to), text);
}
