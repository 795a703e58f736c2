/** Shares the files of a project out to threads and puts their answers together: the result does not depend on how many there are. */

import { Worker as Thread } from 'node:worker_threads';
import type { Giver } from '../app/project.js';
import type { Input } from './inputs.js';
import { here, type Answered, type FromShare, type Keep, type Question, type Step, type Task, type Worker } from './share.js';

/** Portions of the files for each thread. */
const portionsEach = 12;

export interface AllChecked {
  files: Map<string, Answered['file']>;
  keep: Keep | null;
}

/** Files in the order in which they are to be looked at, for as long as there is time. */
interface Hurry {
  /** What `performance.now()` says when it is over. */
  until: number;
  /** Files that one portion has. */
  portion: number;
  /** Aborted: nobody wants the answer any more. */
  signal: AbortSignal | null;
}

/**
 * @param program file of this very program: each thread runs it again
 * @param hurry null: all files, in whatever order is quickest
 * @throws what the signal of `hurry` was aborted with
 */
export async function checkAll(
  task: Task,
  files: readonly Input[],
  jobs: number,
  program: string,
  step: Step,
  hurry: Hurry | null = null,
): Promise<AllChecked> {
  const isLate = (): boolean => hurry !== null && performance.now() > hurry.until;
  const signal = hurry?.signal ?? null;
  const waiting = hurry ? inPortionsOf(files, hurry.portion) : portions(files, jobs === 1 ? 1 : jobs * portionsEach);
  const count = Math.max(1, Math.min(jobs, waiting.length));
  const workers = count === 1 ? [await here(task, step)] : Array.from({ length: count }, () => inThread(task, program, step));
  const answers = await wanted(signal, workers, async () => {
    const turn = async (): Promise<void> => {
      // Whoever wants to stop this must be heard between two portions that this very thread works at.
      if (signal) await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    };
    let givers = (await Promise.all(workers.map((worker) => served(worker, waiting, isLate, turn)))).flat();
    while (givers.length > 0 && !isLate()) {
      const sorted = inOrder(givers);
      givers = (await Promise.all(workers.map((worker) => worker.next(sorted)))).flat();
    }
    await turn();
    return Promise.all(workers.map((worker) => worker.files()));
  });
  const kept = answers.flatMap((answer) => answer.kept ?? []);
  return {
    files: new Map(answers.flatMap((answer) => answer.files).map(({ path, file }) => [path, file])),
    keep: kept.length === 0 ? null : joined(kept),
  };
}

/** Does the work for as long as somebody wants it; then the workers are stopped. */
async function wanted<T>(signal: AbortSignal | null, workers: readonly Worker[], work: () => Promise<T>): Promise<T> {
  const stop = (): void => workers.forEach((worker) => worker.stop());
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await work();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** What the shares keep, as one: several may have looked into the same file. */
function joined(parts: readonly Keep[]): Keep {
  const knowledge = new Map<string, Keep['kept']['knowledge'][number]>();
  for (const one of parts.flatMap(({ kept }) => kept.knowledge)) {
    const known = knowledge.get(one.path);
    knowledge.set(one.path, known ? { ...known, asks: [...new Set([...known.asks, ...one.asks])] } : one);
  }
  return {
    kept: { files: parts.flatMap(({ kept }) => kept.files), knowledge: [...knowledge.values()] },
    beside: parts.flatMap(({ beside }) => beside),
  };
}

function inOrder(givers: readonly Giver[]): Giver[] {
  return [...givers].sort((a, b) => (a.path === b.path ? (a.name < b.name ? -1 : 1) : a.path < b.path ? -1 : 1));
}

/** Who is done with a portion takes the next: what a file costs cannot be told from its size. */
async function served(worker: Worker, waiting: string[][], isLate: () => boolean, turn: () => Promise<void>): Promise<Giver[]> {
  const givers: Giver[] = [];
  for (let paths = waiting.shift(); paths && !isLate(); paths = waiting.shift()) {
    givers.push(...(await worker.first(paths)));
    await turn();
  }
  return givers;
}

function inPortionsOf(files: readonly Input[], size: number): string[][] {
  const found: string[][] = [];
  for (let at = 0; at < files.length; at += size) found.push(files.slice(at, at + size).map(({ path }) => path));
  return found;
}

/** Neighbours stay together (they use each other), portions are of about equal size. */
function portions(files: readonly Input[], count: number): string[][] {
  const all = files.reduce((sum, file) => sum + file.bytes + 1, 0);
  const found: string[][] = Array.from({ length: count }, () => []);
  let before = 0;
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    found[Math.min(count - 1, Math.floor((before * count) / all))]?.push(file.path);
    before += file.bytes + 1;
  }
  return found.filter((paths) => paths.length > 0);
}

/** One question at a time; a thread that dies fails what was asked. */
function inThread(task: Task, program: string, step: Step): Worker {
  const thread = new Thread(program, { workerData: task });
  const ask = (question: Question): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const done = (): void => void thread.off('message', answered).off('error', failed).off('exit', ended);
      const answered = (message: FromShare): void => {
        if ('step' in message) return step(message.step);
        done();
        resolve(message.answer);
      };
      const failed = (error: Error): void => {
        done();
        reject(error);
      };
      const ended = (): void => failed(new Error('a thread ended before its work was done'));
      thread.on('message', answered).on('error', failed).on('exit', ended);
      thread.postMessage(question);
    });
  return {
    first: (paths) => ask({ ask: 'first', paths }) as Promise<Giver[]>,
    next: (givers) => ask({ ask: 'next', givers }) as Promise<Giver[]>,
    files: () => ask({ ask: 'files' }) as ReturnType<Worker['files']>,
    stop: () => void thread.terminate(),
  };
}
