/** What `closewait check` prints, in each of its formats. */

import { toldConnection } from '../app/told-connection.js';
import type { CheckedFile } from '../app/check.js';
import { RULE_TEXTS } from '../app/rules.js';
import { coverageOf } from '../app/coverage.js';
import { coverageText } from '../output/coverage-text.js';
import { findingsText, summaryText } from '../output/findings-text.js';
import { visible } from '../output/plain-text.js';
import { checkstyleReport, gitlabReport, junitReport } from '../output/reports.js';
import { sarifLog } from '../output/sarif.js';
import type { CheckArguments } from './check-arguments.js';
import { linesOf, type FingerprintOf } from './fingerprints.js';
import type { Input } from './inputs.js';
import type { Io } from './io.js';

export interface Result {
  input: Input;
  file: CheckedFile;
}

export interface Printed {
  results: readonly Result[];
  timings: object;
  /** Findings that the baseline has. */
  known: number;
  fingerprintOf: FingerprintOf;
  /** Nothing that was asked for could not be checked. */
  isComplete: boolean;
}

/** Writes the report; text comes with the lines of code and a summary, on a terminal in colours. */
export function checkReport(
  { results, timings, known, fingerprintOf, isComplete }: Printed,
  { format, coverage }: CheckArguments,
  io: Io,
): void {
  const shown = results.map(({ input, file }) => ({ path: input.shown, file }));
  const json = (value: unknown): void => io.out(`${visible(JSON.stringify(value, null, 2))}\n`);
  switch (format) {
    case 'json':
      return json(jsonReport(shown, timings, coverage));
    case 'sarif':
      return json(sarifLog(shown, RULE_TEXTS, io.version, fingerprintOf, isComplete));
    case 'gitlab':
      return json(gitlabReport(shown, fingerprintOf));
    case 'junit':
      return io.out(junitReport(shown));
    case 'checkstyle':
      return io.out(checkstyleReport(shown));
    case 'text':
      return text(results, shown, known, coverage, io);
  }
}

function text(
  results: readonly Result[],
  shown: readonly { path: string; file: CheckedFile }[],
  known: number,
  coverage: boolean,
  io: Io,
): void {
  const colour = io.terminal?.colour ?? false;
  for (const { input, file } of results) {
    if (file.findings.length === 0) continue;
    io.out(findingsText(input.shown, file, { colour, lines: linesOf(input) }));
  }
  if (coverage) io.out(coverageText(coverageOf(shown)));
  // To a pipe nothing is said when there is nothing to say.
  if (io.terminal || shown.some(({ file }) => file.findings.length > 0)) io.err(summaryText(shown, colour && io.progress, known));
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
      connections: file.connections.map(toldConnection),
      problems: file.problems,
    })),
    ...(coverage && { coverage: coverageOf(results) }),
    timings,
  };
}
