/** Names for findings that stay the same when lines move: of the rule, the function and the text of the opening call. */

import { createHash } from 'node:crypto';
import type { CheckedFinding } from '../app/check.js';
import { sourceText } from '../app/source-text.js';
import type { Result } from './check-report.js';
import type { Input } from './inputs.js';
import { textOf } from './source-file.js';

export type FingerprintOf = (finding: CheckedFinding) => string;

/** Equal findings of a file are numbered in their order. The path is no part: it stands beside the fingerprint wherever one is used. */
export function fingerprints(results: readonly Result[]): FingerprintOf {
  const all = new Map<CheckedFinding, string>();
  for (const { input, file } of results) {
    if (file.findings.length === 0) continue;
    const lines = linesOf(input);
    const seen = new Map<string, number>();
    for (const finding of file.findings) {
      const { startLine, endLine } = finding.range;
      const text = lines
        .slice(startLine - 1, endLine)
        .join(' ')
        .replace(/\s+/g, ' ')
        .trim();
      const hash = createHash('sha256').update([finding.rule, finding.function, text].join('\0')).digest('hex').slice(0, 16);
      const number = (seen.get(hash) ?? 0) + 1;
      seen.set(hash, number);
      all.set(finding, `${hash}:${number}`);
    }
  }
  return (finding) => all.get(finding) ?? '';
}

/** The file's lines, read again: only files with findings are. */
export function linesOf({ disk, content }: Input): readonly string[] {
  return (disk === null ? sourceText(content ?? new Uint8Array()) : textOf(disk))?.split(/\r\n|\n|\r/) ?? [];
}
