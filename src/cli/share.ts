/** The work of one thread: its share of the files, answered question by question. */

import { parentPort, workerData } from 'node:worker_threads';
import type { CheckedFile, CheckOptions, Problem } from '../app/check.js';
import { Share, type Giver } from '../app/project.js';
import { DiskSources, type DiskFile } from './disk.js';
import { openAnalyser } from './setup.js';

/** What a thread must know to begin. */
export interface Task {
  root: string;
  files: DiskFile[];
  /** Paths of this thread's share. */
  mine: string[];
  languages: string[];
  input: Uint8Array | null;
  options: CheckOptions;
}

export interface Answered {
  path: string;
  file: CheckedFile;
}

/** A share, wherever it runs. */
export interface Worker {
  first(): Promise<Giver[]>;
  next(givers: readonly Giver[]): Promise<Giver[]>;
  files(): Promise<Answered[]>;
}

export type Question = { ask: 'first' } | { ask: 'next'; givers: readonly Giver[] } | { ask: 'files' };

/** Runs a share in this thread. */
export async function here(task: Task): Promise<Worker> {
  const analyser = await openAnalyser();
  for (const language of task.languages) await analyser.prepare(language);
  const sources = new DiskSources(task.root, task.files, task.input);
  const share = new Share(analyser, sources, task.mine, task.options);
  return {
    first: () => Promise.resolve(share.first()),
    next: (givers) => Promise.resolve(share.next(givers)),
    files: () => {
      const files = share.files().map(([path, file]): Answered => ({ path, file: withReason(file, sources.problemOf(path)) }));
      analyser.close();
      return Promise.resolve(files);
    },
  };
}

/** Why a file could not be read is known here only. */
function withReason(file: CheckedFile, problem: Problem | null): CheckedFile {
  return problem ? { ...file, problems: [problem] } : file;
}

/** The thread's side: waits for questions until its share has been given out. */
export async function serveShare(): Promise<void> {
  const port = parentPort;
  if (!port) return;
  const worker = await here(workerData as Task);
  port.on('message', (question: Question) => {
    const answer = question.ask === 'first' ? worker.first() : question.ask === 'next' ? worker.next(question.givers) : worker.files();
    void answer.then((value) => {
      port.postMessage(value);
      if (question.ask === 'files') port.close();
    });
  });
}
