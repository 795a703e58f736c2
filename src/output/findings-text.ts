/** Findings as text: `path:line:column: severity rule [certainty] message`, the path's steps indented below. */

import type { CheckedFile } from '../app/check.js';
import type { Range, Severity } from '../analysis/findings.js';
import { plain } from './plain-text.js';

/** The lines of the file, and whether colours may be used. */
export interface Screen {
  colour: boolean;
  lines: readonly string[];
}

/**
 * @param path the file's name as the user gave it
 * @returns one block per finding, each line ended by a newline; empty if there is nothing to say
 */
export function findingsText(path: string, file: CheckedFile, { colour, lines: code }: Screen): string {
  const paint = painter(colour);
  const lines: string[] = [];
  for (const finding of file.findings) {
    const place = paint('bold', `${whole(path)}:${finding.range.startLine}:${finding.range.startColumn}:`);
    lines.push(`${place} ${paint(finding.severity, finding.severity)} ${finding.rule} [${finding.certainty}] ${oneLine(finding.message)}`);
    lines.push(...frame(code, finding.range, paint));
    for (const { range, file: other, message } of finding.path) {
      lines.push(`    ${whole(other ?? path)}:${range.startLine}:${range.startColumn}: ${oneLine(message)}`);
    }
    if (finding.consequence) lines.push(`    ${oneLine(finding.consequence.text)}`);
    lines.push('');
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** One line: how many findings of which severity, in how many files. */
export function summaryText(results: readonly { file: CheckedFile }[], colour: boolean, known = 0): string {
  const paint = painter(colour);
  const findings = results.flatMap(({ file }) => file.findings);
  const suppressed = results.reduce((sum, { file }) => sum + file.suppressed, 0);
  const hidden = `${suppressed === 0 ? '' : `; ${suppressed} suppressed`}${known === 0 ? '' : `; ${known} in the baseline`}`;
  const within = results.length === 1 ? '1 file' : `${results.length} files`;
  if (findings.length === 0) return `no findings in ${within}${hidden}\n`;
  const kinds = SEVERITIES.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 || severity === 'information' ? '' : 's'}`];
  });
  const touched = results.filter(({ file }) => file.findings.length > 0).length;
  const where = results.length === 1 ? within : `${touched} of ${within}`;
  return `${paint('bold', `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`)} in ${where}: ${kinds.join(', ')}${hidden}\n`;
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

type Paint = (style: Severity | 'bold' | 'faint', text: string) => string;

const CODES: Record<Severity | 'bold' | 'faint', number> = { error: 31, warning: 33, information: 36, hint: 36, bold: 1, faint: 2 };

function painter(colour: boolean): Paint {
  return (style, text) => (colour ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
}

/** Longest piece of a line of code that is shown. */
const longest = 160;

/** The line of code with marks under the range. */
function frame(lines: readonly string[], range: Range, paint: Paint): string[] {
  const line = lines[range.startLine - 1];
  if (line === undefined || range.startColumn > longest) return [];
  const shown = plain(line.replaceAll('\t', ' '), longest);
  const end = range.endLine === range.startLine ? range.endColumn : line.length + 1;
  const marks = blank(line.slice(range.startColumn, Math.min(end, longest) - 1)).replaceAll(' ', '~');
  const number = String(range.startLine);
  const code = `  ${paint('faint', `${number} |`)} ${shown}`;
  // Escaped characters make the line longer than the columns say: then no marks are better than wrong ones.
  if (whole(line.replaceAll('\t', ' ')) !== line.replaceAll('\t', ' ')) return [code];
  return [
    code,
    `  ${' '.repeat(number.length)} ${paint('faint', '|')} ${blank(line.slice(0, range.startColumn - 1))}${paint('warning', `^${marks}`)}`,
  ];
}

/** Signs that take two places of a terminal: East Asian ones, pictures. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{1f000}-\u{3ffff}]/u;

/** As many blanks as the text takes places. */
function blank(text: string): string {
  return text.replace(/./gsu, (sign) => (/\p{M}/u.test(sign) ? '' : WIDE.test(sign) ? '  ' : ' '));
}

function oneLine(text: string): string {
  return whole(text.replace(/\s+/g, ' ').trim());
}

function whole(text: string): string {
  return plain(text, Infinity);
}
