/** Findings as text: `path:line:column: severity rule [certainty] message`, the path's steps indented below. */

import type { CheckedFile } from '../app/check.js';

/**
 * @param path the file's name as the user gave it
 * @returns one block per finding and problem, each line ended by a newline; empty if there is nothing to say
 */
export function findingsText(path: string, file: CheckedFile): string {
  const lines: string[] = [];
  for (const finding of file.findings) {
    const { startLine, startColumn } = finding.range;
    lines.push(`${path}:${startLine}:${startColumn}: ${finding.severity} ${finding.rule} [${finding.certainty}] ${oneLine(finding.message)}`);
    for (const step of finding.path) lines.push(`    ${path}:${step.range.startLine}:${step.range.startColumn}: ${oneLine(step.message)}`);
    if (finding.consequence) lines.push(`    ${oneLine(finding.consequence.text)}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
