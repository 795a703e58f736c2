/** The checked files of `closewait check`, with the paths that the user knows. */

import fs from 'node:fs';
import type { CheckedFile, CheckOptions, Problem } from '../app/check.js';
import { LARGEST_TEXT, tooLarge } from '../app/source-text.js';
import { plain } from '../output/plain-text.js';
import { Cache } from './cache.js';
import { jobsFor, type CheckArguments } from './check-arguments.js';
import type { Result } from './check-report.js';
import { causeOf } from './errors.js';
import type { Input, Inputs } from './inputs.js';
import type { Io } from './io.js';
import { Progress } from './progress.js';
import type { Task } from './share.js';
import { textOf } from './source-file.js';
import { checkAll } from './threads.js';

/** Hears what cannot be used, and why. */
export type Complain = (shown: string, cause: string) => void;

/** Problems of files that were not looked at. */
export const UNCHECKED: ReadonlySet<Problem['kind']> = new Set(['unreadable', 'unsupported', 'too-large']);

/** Checks the files as one project, each with its own options. */
export async function resultsOf(
  { root, files }: Inputs,
  options: ReadonlyMap<Input, CheckOptions>,
  args: CheckArguments,
  complain: Complain,
  io: Io,
): Promise<Result[]> {
  const input = files.some(({ disk }) => disk === null) ? fs.readFileSync(0) : null;
  const known = files.filter(({ language }) => language !== null);
  const languages = [...new Set(known.flatMap(({ language }) => language ?? []))];
  const task = {
    root,
    files: known.map(({ path, disk }) => ({ path, disk })),
    languages,
    input,
    ...shared(known, options),
    keeps: args.cache !== null && input === null,
  };
  const checked = known.length === 0 ? new Map<string, CheckedFile>() : await checkedFiles(task, known, args, complain, io);
  const shown = new Map(files.map((file) => [file.path, file.shown]));
  return files.map((file) => {
    const result = checked.get(file.path) ?? (file.language === null ? undefined : nothingIn(file.language));
    return {
      input: file.disk === null && input ? { ...file, bytes: input.length, content: input } : file,
      file: result ? withShownPaths(sizeTold(file, result), shown) : unsupported(file, args.language),
    };
  });
}

/** The options of the first file, and those of files with others: mostly there are none. */
function shared(files: readonly Input[], options: ReadonlyMap<Input, CheckOptions>): Pick<Task, 'options' | 'own'> {
  const [first] = files;
  const common = (first && options.get(first)) ?? {
    machine: { kernel: '', hz: 0, sysctls: { A: {}, B: {} } },
    severities: {},
    minCertainty: 'likely',
    fixes: false,
  };
  const own = new Map<string, CheckOptions>();
  for (const file of files) {
    const wanted = options.get(file);
    if (wanted && wanted !== common) own.set(file.path, wanted);
  }
  return { options: common, own };
}

/** Findings of the files by path; of files that nothing concerns there may be none. */
async function checkedFiles(
  task: Omit<Task, 'mine'>,
  known: readonly Input[],
  { jobs: wanted, cache: dir }: CheckArguments,
  complain: Complain,
  io: Io,
): Promise<ReadonlyMap<string, CheckedFile>> {
  const jobs = jobsFor(
    wanted,
    known.reduce((sum, file) => sum + file.bytes, 0),
    known.length,
  );
  const progress = new Progress(io, known.length);
  try {
    if (!task.keeps || dir === null) return (await checkAll(task, known, jobs, io.program, progress.step)).files;
    const cache = new Cache(dir, task, io.program);
    const { files, keep } = (await cache.check()) ?? (await checkAll(task, known, jobs, io.program, progress.step));
    try {
      if (keep) cache.save(keep);
    } catch (error) {
      // The findings are not lost; the next run takes longer.
      complain(`--cache ${dir}`, causeOf(error));
    }
    return files;
  } finally {
    progress.end();
  }
}

function nothingIn(language: string): CheckedFile {
  return { language, findings: [], connections: [], problems: [], suppressions: [], suppressed: 0, parseMs: 0, analyseMs: 0 };
}

/** Nothing in a large text need concern us, and then nobody has looked at it; but who names it wants to hear that it was too large. */
function sizeTold({ named, disk, bytes }: Input, result: CheckedFile): CheckedFile {
  const isRead = result.problems.length === 0 && result.connections.length === 0;
  if (!named || disk === null || bytes <= LARGEST_TEXT || !isRead || (textOf(disk)?.length ?? 0) <= LARGEST_TEXT) return result;
  return { ...result, problems: [tooLarge(LARGEST_TEXT)] };
}

function unsupported(file: Input, language: string | null): CheckedFile {
  const what = file.disk === null ? `language "${plain(language ?? '')}"` : 'this file type';
  const problem: Problem = { kind: 'unsupported', message: `${what} is not supported`, line: 1 };
  return { language: '', findings: [], connections: [], problems: [problem], suppressions: [], suppressed: 0, parseMs: 0, analyseMs: 0 };
}

/** Other files are named as the user would name them. */
function withShownPaths(file: CheckedFile, shown: ReadonlyMap<string, string>): CheckedFile {
  const named = <T extends { file?: string }>(step: T): T =>
    step.file === undefined ? step : { ...step, file: shown.get(step.file) ?? step.file };
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
