/**
 * A function that runs elsewhere reads a connection which an object keeps, is told of the end of the stream, and ends: nobody hears of
 * it, and the connection stays open until somebody thinks of closing the object.
 */

import type { FunctionIr } from './ir.js';
import { leftAtEnd } from './left-at-end.js';
import type { Life } from './life.js';
import type { Program } from './program.js';
import type { Exploration } from './run.js';
import type { EofIgnored } from './tracked.js';

/** Reads that tell a function of its own thread of the end, upon which that function ends. */
export function readersLeft(program: Program, lives: readonly Life[]): EofIgnored[] {
  if (program.traits.ownFields !== true || lives.some(({ fn }) => fn.isTest)) return [];
  const explorations = new Set(lives.flatMap(({ exploration }) => [exploration, ...calledBy(program, exploration)]));
  const started = new Set([...explorations].flatMap(startedIn));
  const readers = [...explorations].flatMap((one) =>
    one.graph && started.has(one.graph.function.id) ? [{ fn: one.graph.function, one }] : [],
  );
  // Another thread, or who waits for this one, may see to it.
  if (readers.some(({ one }) => closes(one)) || lives.some(({ fn }) => isWaitedFor(program, fn))) return [];
  const found = readers.flatMap(({ fn, one }) => leftAtEnd(program, fn, one, true).map((read): EofIgnored => ({ ...read, left: 'ends' })));
  return found.slice(0, 1);
}

function calledBy(program: Program, { uses }: Exploration): Exploration[] {
  return [...uses.keys()].flatMap((key) => program.memory.get<Exploration>('exploration', key) ?? []);
}

/** Functions that run elsewhere, and that have it open when they end. */
function startedIn({ entries }: Exploration): string[] {
  return entries.flatMap(({ notes }) => notes.flatMap(({ left }) => (left ? [left.by] : [])));
}

function closes({ entries }: Exploration): boolean {
  return entries.some(({ state }) => state.phase === 'closed');
}

/** Calls that wait until a thread or task has ended, or ask whether it has. */
const waits =
  /\b(?:join|Join|await|Wait|WaitAll|WhenAll|WhenAny|ContinueWith|whenComplete|thenRun|awaitTermination|isAlive|IsAlive|isDone|IsCompleted)\s*\(/;

function isWaitedFor(program: Program, fn: FunctionIr): boolean {
  return waits.test(program.unitOf(fn).text);
}
