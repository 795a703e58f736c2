/** What `closewait check` prints: text, JSON or SARIF. */

import fs from 'node:fs';
import type { CheckedFile } from '../app/check.js';
import { RULE_TEXTS } from '../app/rules.js';
import { coverageOf } from '../app/coverage.js';
import { coverageText } from '../output/coverage-text.js';
import { findingsText, summaryText } from '../output/findings-text.js';
import { visible } from '../output/plain-text.js';
import { sarifLog } from '../output/sarif.js';
import type { CheckArguments } from './check-arguments.js';
import type { Input } from './inputs.js';
import type { Io } from './io.js';

export interface Result {
  input: Input;
  file: CheckedFile;
}

/** Writes the report; on a terminal, text comes with the lines of code and a summary. */
export function checkReport(results: readonly Result[], { format, coverage }: CheckArguments, timings: object, io: Io): void {
  const shown = results.map(({ input, file }) => ({ path: input.shown, file }));
  if (format === 'json') io.out(`${visible(JSON.stringify(jsonReport(shown, timings, coverage), null, 2))}\n`);
  if (format === 'sarif') io.out(`${visible(JSON.stringify(sarifLog(shown, RULE_TEXTS, io.version), null, 2))}\n`);
  if (format !== 'text') return;
  const { terminal } = io;
  for (const { input, file } of results) {
    if (file.findings.length === 0) continue;
    io.out(findingsText(input.shown, file, terminal ? { colour: terminal.colour, lines: linesOf(input) } : null));
  }
  if (coverage) io.out(coverageText(coverageOf(shown)));
  if (terminal) io.err(summaryText(shown, terminal.colour));
}

/** The file's lines, read again: only files with findings are. */
function linesOf(input: Input): readonly string[] {
  try {
    return input.disk === null ? [] : fs.readFileSync(input.disk, 'utf8').split(/\r\n|\n|\r/);
  } catch {
    return [];
  }
}

/** The contract's form (README, "closewait check"): `connection` and `mentions` are for the editor and stay inside. */
function jsonReport(results: readonly { path: string; file: CheckedFile }[], timings: object, coverage: boolean): unknown {
  return {
    version: 1,
    files: results.map(({ path, file }) => ({
      path,
      language: file.language,
      suppressed: file.suppressed,
      findings: file.findings.map(({ connection: _connection, ...finding }) => finding),
      connections: file.connections.map(({ mentions: _mentions, ...connection }) => connection),
      problems: file.problems,
    })),
    ...(coverage && { coverage: coverageOf(results) }),
    timings,
  };
}
