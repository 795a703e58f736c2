/**
 * Findings as comments under the line they mark: `#   ^^^^ rule [certainty]`. Carets stand under the range's first line.
 * `possible` findings are left out unless the file says `# show: possible`.
 */

import type { Analysis, Finding } from '../../../src/analysis/findings.js';

const mark = /^\s*(?:#|\/\/)\s*\^+ [a-z-]+ \[/;

/** The source without its expectations. */
export function withoutMarks(source: string): string {
  return source
    .split('\n')
    .filter((line) => !mark.test(line))
    .join('\n');
}

/** The source with expectations for what the analysis of the bare source says. */
export function withMarks(bare: string, analysis: Analysis, comment: string): string {
  const possible = bare.includes('show: possible');
  const lines = bare.split('\n');
  const byLine = new Map<number, Finding[]>();
  // By rule, whatever weighs more.
  for (const finding of [...analysis.findings].sort((a, b) => a.range.startColumn - b.range.startColumn || (a.rule < b.rule ? -1 : 1))) {
    if (finding.certainty === 'possible' && !possible) continue;
    byLine.set(finding.range.startLine, [...(byLine.get(finding.range.startLine) ?? []), finding]);
  }
  return lines
    .flatMap((line, index) => [line, ...(byLine.get(index + 1) ?? []).map((finding) => markOf(finding, line, comment))])
    .join('\n');
}

function markOf(finding: Finding, line: string, comment: string): string {
  const end = finding.range.endLine === finding.range.startLine ? finding.range.endColumn : line.length + 1;
  const column = Math.max(finding.range.startColumn, comment.length + 2);
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  const lead = indent.length + comment.length < column - 1 ? indent + comment : comment;
  return `${lead.padEnd(column - 1)}${'^'.repeat(Math.max(1, end - column))} ${finding.rule} [${finding.certainty}]`;
}
