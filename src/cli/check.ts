/** `closewait check`: findings of files and folders on standard output. */

import type { CheckOptions } from '../app/check.js';
import { plain, plainLines } from '../output/plain-text.js';
import { newFindings, writeBaseline } from './baseline.js';
import { changedSince, realOf } from './changed.js';
import { CHECK, parseCheckArguments, type CheckArguments } from './check-arguments.js';
import { checkReport, type Result } from './check-report.js';
import { usageText } from './command.js';
import { Configurations } from './configurations.js';
import { causeOf } from './errors.js';
import { fingerprints } from './fingerprints.js';
import { inputsOf, type Input, type Inputs } from './inputs.js';
import type { Io } from './io.js';
import { resultsOf, UNCHECKED, type Complain } from './results.js';
import { settingSchemas } from './setup.js';

/**
 * @param argv what follows `check`
 * @returns the exit code: 0 nothing printed, 1 at least one finding printed, 2 wrong usage, an unreadable path, a named file that is
 * unsupported or too large, an internal error, or no finding where something was left out
 */
export async function runCheck(argv: string[], io: Io): Promise<number> {
  const args = parseCheckArguments(argv);
  if (typeof args === 'string') {
    io.err(`closewait check: ${plainLines(args)}\n${usageText(CHECK)}\n`);
    return 2;
  }
  let failed = false;
  const complain: Complain = (shown, cause) => {
    failed = true;
    io.err(`closewait: ${plain(shown, Infinity)}: ${cause}\n`);
  };
  const inputs = inputsOf(args.paths, args.exclude, args.language, (shown, error) => complain(shown, causeOf(error)));
  const options = await optionsOf(inputs, args, complain, io);
  const all = await resultsOf({ ...inputs, files: inputs.files.filter((file) => options.has(file)) }, options, args, complain, io);
  failed = told(all, io) || failed;
  const chosen = choose(all, inputs, args, complain);
  if (chosen === null) return 2;
  if (args.writeBaseline) return failed || !wroteBaseline(chosen, args, complain, io) ? 2 : 0;
  checkReport({ ...chosen, timings: timingsOf(all), isComplete: !failed }, args, io);
  return failed ? 2 : exitCode(chosen.results, all, args);
}

/** The options of each file that is to be checked. */
async function optionsOf({ files }: Inputs, args: CheckArguments, complain: Complain, io: Io): Promise<Map<Input, CheckOptions>> {
  const base: CheckOptions = {
    machine: io.machine,
    severities: {},
    minCertainty: args.minCertainty ?? 'likely',
    fixes: args.fixes && (args.format === 'json' || args.format === 'sarif'),
    coverage: args.coverage,
  };
  if (!args.config) return new Map(files.map((file) => [file, base]));
  const configurations = new Configurations({ options: base, minCertainty: args.minCertainty, schemas: await settingSchemas(), complain });
  return new Map(
    files.flatMap((file): [Input, CheckOptions][] => {
      const options = configurations.of(file);
      return options ? [[file, options]] : [];
    }),
  );
}

interface Chosen {
  results: readonly Result[];
  known: number;
  fingerprintOf: ReturnType<typeof fingerprints>;
}

/** What is to be printed: without what the baseline has, and without what no changed file has to do with. Null: it cannot be told. */
function choose(all: readonly Result[], { root, files }: Inputs, args: CheckArguments, complain: Complain): Chosen | null {
  const attempt = <T>(what: string, make: () => T): T | null => {
    try {
      return make();
    } catch (error) {
      complain(what, causeOf(error));
      return null;
    }
  };
  const { changedSince: ref, baseline } = args;
  const fingerprintOf = baseline !== null || args.format === 'sarif' || args.format === 'gitlab' ? fingerprints(all) : () => '';
  const results = ref === null ? all : attempt('--changed-since', () => touching(all, files, changedSince(ref, root)));
  if (results === null || baseline === null || args.writeBaseline) return results && { results, known: 0, fingerprintOf };
  const fresh = attempt(`--baseline ${baseline}`, () => newFindings(results, baseline, fingerprintOf));
  return fresh && { ...fresh, fingerprintOf };
}

/** Findings of changed files, and those whose path leads through one. */
function touching(all: readonly Result[], files: readonly Input[], changed: ReadonlySet<string>): Result[] {
  const isChanged = new Set(files.filter(({ disk }) => disk !== null && changed.has(realOf(disk))).map(({ shown }) => shown));
  return all.map(({ input, file }) => ({
    input,
    file: {
      ...file,
      findings: file.findings.filter(
        (finding) => isChanged.has(input.shown) || finding.path.some((step) => step.file !== undefined && isChanged.has(step.file)),
      ),
    },
  }));
}

function wroteBaseline({ results, fingerprintOf }: Chosen, { baseline }: CheckArguments, complain: Complain, io: Io): boolean {
  const file = baseline ?? '';
  try {
    const count = writeBaseline(results, file, fingerprintOf);
    io.err(`closewait: ${plain(file)}: ${count} finding${count === 1 ? '' : 's'} written\n`);
    return true;
  } catch (error) {
    complain(`--baseline ${file}`, causeOf(error));
    return false;
  }
}

function exitCode(printed: readonly Result[], all: readonly Result[], { maxWarnings }: CheckArguments): number {
  const findings = printed.flatMap(({ file }) => file.findings);
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  const isTooMuch =
    maxWarnings === null ? findings.length > 0 : warnings > maxWarnings || findings.some(({ severity }) => severity === 'error');
  if (isTooMuch) return 1;
  return findings.length === 0 && all.some(({ file }) => file.problems.some(({ kind }) => kind === 'limit')) ? 2 : 0;
}

function timingsOf(results: readonly Result[]): object {
  const timings = { files: 0, bytes: 0, parseMs: 0, analyseMs: 0 };
  for (const { input, file } of results) {
    if (file.problems.some(({ kind }) => UNCHECKED.has(kind))) continue;
    timings.files += 1;
    timings.bytes += input.bytes;
    timings.parseMs += file.parseMs;
    timings.analyseMs += file.analyseMs;
  }
  return timings;
}

/** Problems go to standard error, each once. @returns whether they make the run incomplete */
function told(results: readonly Result[], io: Io): boolean {
  let failed = false;
  const before = new Set<string>();
  for (const { input, file } of results) {
    for (const { kind, line, message, file: other } of file.problems) {
      if (kind === 'syntax') continue;
      const said = `closewait: ${plain(other ?? input.shown, Infinity)}:${line}: ${kind}: ${message}\n`;
      if (!before.has(said)) io.err(said);
      before.add(said);
      failed ||= kind === 'internal' || (input.named && UNCHECKED.has(kind));
    }
  }
  return failed;
}
