/** The work of one thread: its share of the files, answered question by question. */

import { parentPort, workerData } from 'node:worker_threads';
import type { CheckedFile, CheckOptions, Problem } from '../app/check.js';
import { Share, type CheckedProject, type Giver, type KeptProject } from '../app/project.js';
import { DiskSources, type DiskFile } from './disk.js';
import { openAnalyser } from './setup.js';

/** What a thread must know to begin. */
export interface Task {
  root: string;
  files: DiskFile[];
  languages: string[];
  input: Uint8Array | null;
  options: CheckOptions;
  /** Files with other options. */
  own: ReadonlyMap<string, CheckOptions>;
  /** What was found is kept for the next time. */
  keeps: boolean;
}

export interface Answered {
  path: string;
  file: CheckedFile;
}

/** What a share keeps for the next time, and the files beside the project's that it rests on. */
export interface Keep {
  kept: KeptProject;
  beside: string[];
}

/** A share, wherever it runs. */
export interface Worker {
  /** These files are the share's from now on. */
  first(paths: readonly string[]): Promise<Giver[]>;
  next(givers: readonly Giver[]): Promise<Giver[]>;
  /** The answers, and what to keep of them where that is asked for. */
  files(): Promise<{ files: Answered[]; kept: Keep | null }>;
  /** Nobody wants the answers: what runs in a thread ends at once, and what it was asked fails. */
  stop(): void;
}

export type Question = { ask: 'first'; paths: readonly string[] } | { ask: 'next'; givers: readonly Giver[] } | { ask: 'files' };

/** The options of each file. */
export function optionsIn({ options, own }: Pick<Task, 'options' | 'own'>): (path: string) => CheckOptions {
  return (path) => own.get(path) ?? options;
}

/** Hears of files that were looked at. */
export type Step = (paths: readonly string[]) => void;

/** What a thread says. */
export type FromShare = { answer: unknown } | { step: readonly string[] };

/** Runs a share in this thread. */
export async function here(task: Task, step: Step): Promise<Worker> {
  const analyser = await openAnalyser();
  for (const language of task.languages) await analyser.prepare(language);
  const sources = new DiskSources(task.root, task.files, task.input);
  const optionsOf = optionsIn(task);
  const share = new Share(analyser, sources, (path) => {
    // Asked for when a file is analysed.
    step([path]);
    return optionsOf(path);
  });
  return {
    first: (paths) => Promise.resolve(share.first(paths)),
    next: (givers) => Promise.resolve(share.next(givers)),
    files: () => {
      const { files, kept } = withReasons(share.files(), sources);
      analyser.close();
      return Promise.resolve({
        files: files.map(([path, file]): Answered => ({ path, file })),
        kept: task.keeps ? { kept, beside: [...sources.beside] } : null,
      });
    },
    stop: () => analyser.close(),
  };
}

/** Why a file could not be read is known here only. */
export function withReasons({ files, kept }: CheckedProject, sources: DiskSources): CheckedProject {
  const reason = (path: string, file: CheckedFile): CheckedFile => {
    const problem: Problem | null = sources.problemOf(path);
    return problem ? { ...file, problems: [problem] } : file;
  };
  return {
    files: files.map(([path, file]) => [path, reason(path, file)]),
    kept: { ...kept, files: kept.files.map((one) => ({ ...one, file: reason(one.path, one.file) })) },
  };
}

/** The thread's side: waits for questions until its share has been given out. */
export async function serveShare(): Promise<void> {
  const port = parentPort;
  if (!port) return;
  const worker = await here(workerData as Task, (paths) => port.postMessage({ step: paths } satisfies FromShare));
  port.on('message', (question: Question) => {
    const answer =
      question.ask === 'first' ? worker.first(question.paths) : question.ask === 'next' ? worker.next(question.givers) : worker.files();
    void answer.then((value) => {
      port.postMessage({ answer: value } satisfies FromShare);
      if (question.ask === 'files') port.close();
    });
  });
}
