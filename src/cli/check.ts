/** `closewait check`: findings of files and folders on standard output. */

import fs from 'node:fs';
import type { CheckedFile, CheckOptions, Problem } from '../app/check.js';
import { Cache } from './cache.js';
import { CHECK_USAGE, jobsFor, parseCheckArguments, type CheckArguments } from './check-arguments.js';
import { checkReport, type Result } from './check-report.js';
import { causeOf } from './errors.js';
import { inputsOf, type Input, type Inputs } from './inputs.js';
import type { Io } from './io.js';
import type { Task } from './share.js';
import { checkAll } from './threads.js';
import { plain } from '../output/plain-text.js';

/**
 * @param argv what follows `check`
 * @returns the exit code: 0 nothing printed, 1 at least one finding printed, 2 wrong usage, an unreadable path, a named file that is
 * unsupported or too large, an internal error, or no finding where something was left out
 */
export async function runCheck(argv: string[], io: Io): Promise<number> {
  const args = parseCheckArguments(argv);
  if (typeof args === 'string') {
    io.err(`closewait check: ${args}\n${CHECK_USAGE}\n`);
    return 2;
  }
  let failed = false;
  const complain = (shown: string, cause: string): void => {
    failed = true;
    io.err(`closewait: ${plain(shown, Infinity)}: ${cause}\n`);
  };
  const inputs = inputsOf(args.paths, args.exclude, args.language, (shown, error) => complain(shown, causeOf(error)));
  const results = await resultsOf(inputs, args, complain, io);
  const timings = { files: 0, bytes: 0, parseMs: 0, analyseMs: 0 };
  const told = new Set<string>();
  for (const { input, file } of results) {
    failed = tell(input, file, told, io) || failed;
    if (file.problems.some(({ kind }) => UNCHECKED.has(kind))) continue;
    timings.files += 1;
    timings.bytes += input.bytes;
    timings.parseMs += file.parseMs;
    timings.analyseMs += file.analyseMs;
  }
  checkReport(results, args, timings, io);
  if (failed) return 2;
  if (results.some(({ file }) => file.findings.length > 0)) return 1;
  return results.some(({ file }) => file.problems.some(({ kind }) => kind === 'limit')) ? 2 : 0;
}

type Complain = (shown: string, cause: string) => void;

const UNCHECKED: ReadonlySet<Problem['kind']> = new Set(['unreadable', 'unsupported', 'too-large']);

async function resultsOf({ root, files }: Inputs, args: CheckArguments, complain: Complain, io: Io): Promise<Result[]> {
  const input = files.some(({ disk }) => disk === null) ? fs.readFileSync(0) : null;
  const known = files.filter(({ language }) => language !== null);
  const options: CheckOptions = { machine: io.machine, severities: {}, minCertainty: args.minCertainty, fixes: args.fixes && args.format !== 'text', coverage: args.coverage };
  const languages = [...new Set(known.flatMap(({ language }) => language ?? []))];
  const task = { root, files: known.map(({ path, disk }) => ({ path, disk })), languages, input, options, keeps: args.cache !== null && input === null };
  const jobs = jobsFor(args.jobs, known.reduce((sum, file) => sum + file.bytes, 0), known.length);
  const checked = known.length === 0 ? new Map<string, CheckedFile>() : await checkedFiles(task, known, jobs, args.cache, complain, io);
  const shown = new Map(files.map((file) => [file.path, file.shown]));
  return files.map((file) => {
    const result = checked.get(file.path) ?? (file.language === null ? undefined : nothingIn(file.language));
    return { input: file.disk === null && input ? { ...file, bytes: input.length } : file, file: result ? withShownPaths(result, shown) : unsupported(file, args.language) };
  });
}

/** Findings of the files by path; of files that nothing concerns there may be none. */
async function checkedFiles(task: Omit<Task, 'mine'>, known: readonly Input[], jobs: number, dir: string | null, complain: Complain, io: Io): Promise<ReadonlyMap<string, CheckedFile>> {
  if (!task.keeps || dir === null) return (await checkAll(task, known, jobs, io.program)).files;
  const cache = new Cache(dir, task, io.program);
  const { files, keep } = (await cache.check()) ?? (await checkAll(task, known, jobs, io.program));
  try {
    if (keep) cache.save(keep);
  } catch (error) {
    // The findings are not lost; the next run takes longer.
    complain(`--cache ${dir}`, causeOf(error));
  }
  return files;
}

function nothingIn(language: string): CheckedFile {
  return { language, findings: [], connections: [], problems: [], suppressions: [], suppressed: 0, parseMs: 0, analyseMs: 0 };
}

function unsupported(file: Input, language: string | null): CheckedFile {
  const what = file.disk === null ? `language "${plain(language ?? '')}"` : 'this file type';
  const problem: Problem = { kind: 'unsupported', message: `${what} is not supported`, line: 1 };
  return { language: '', findings: [], connections: [], problems: [problem], suppressions: [], suppressed: 0, parseMs: 0, analyseMs: 0 };
}

/** Other files are named as the user would name them. */
function withShownPaths(file: CheckedFile, shown: ReadonlyMap<string, string>): CheckedFile {
  const named = <T extends { file?: string }>(step: T): T => (step.file === undefined ? step : { ...step, file: shown.get(step.file) ?? step.file });
  const step = (one: CheckedFile['connections'][number]['steps'][number]): typeof one => {
    const renamed = named(one);
    return renamed.steps ? { ...renamed, steps: renamed.steps.map(step) } : renamed;
  };
  return {
    ...file,
    problems: file.problems.map(named),
    ...(file.openings && { openings: file.openings.map(named) }),
    findings: file.findings.map((finding) => ({ ...finding, path: finding.path.map(named) })),
    connections: file.connections.map((connection) => ({ ...connection, steps: connection.steps.map(step) })),
  };
}

/** Problems go to standard error, each once. @returns whether they make the run incomplete */
function tell(input: Input, file: CheckedFile, told: Set<string>, io: Io): boolean {
  let failed = false;
  for (const { kind, line, message, file: other } of file.problems) {
    if (kind === 'syntax') continue;
    const said = `closewait: ${plain(other ?? input.shown, Infinity)}:${line}: ${kind}: ${message}\n`;
    if (!told.has(said)) io.err(said);
    told.add(said);
    failed ||= kind === 'internal' || (input.named && UNCHECKED.has(kind));
  }
  return failed;
}
