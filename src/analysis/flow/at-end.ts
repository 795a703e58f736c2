/** What becomes of the connection on the ordinary ways on from a read that says the end of the stream. */

import type { Edge, Entry, Exploration } from './run.js';
import { isHeld } from './state.js';

/** `closes` or `leaves` it on all of them; `unknown`: on some the one, on some the other, or nobody can see. */
export type AtEnd = 'closes' | 'leaves' | 'unknown';

/** By the place of the read (`StepAt.at`), for each that may say it. */
export function endings(exploration: Exploration): ReadonlyMap<string, AtEnd> {
  const told = new Map<string, Edge[]>();
  for (const edge of exploration.edges)
    for (const { eof, at } of edge.steps) if (eof === true && !failsAfter(edge, at)) told.set(at, [...(told.get(at) ?? []), edge]);
  if (told.size === 0) return new Map();
  const onwards = new Map<Entry, Edge[]>();
  for (const edge of exploration.edges)
    if (isOrdinary(exploration, edge)) onwards.set(edge.from, [...(onwards.get(edge.from) ?? []), edge]);
  return new Map([...told].map(([at, edges]) => [at, endingOf(exploration, surest(edges), onwards)]));
}

/** Inside a function that is called, did another call fail after that read? */
function failsAfter({ doubt, steps }: Edge, read: string): boolean {
  return doubt > 0 && steps.at(-1)?.at !== read;
}

/** Of the ways through a function that is called, those on which nothing else fails. */
function surest(edges: readonly Edge[]): Entry[] {
  const least = Math.min(...edges.map(({ doubt }) => doubt));
  return edges.filter(({ doubt }) => doubt === least).map(({ to }) => to);
}

/** No call fails on it; that a function tells its caller of an error is an ordinary way to go on from there. */
function isOrdinary({ graph }: Exploration, { from, doubt }: Edge): boolean {
  return doubt === 0 || (doubt === 1 && graph?.nodes[from.node]?.op.op !== 'call');
}

function endingOf(exploration: Exploration, first: readonly Entry[], onwards: ReadonlyMap<Entry, Edge[]>): AtEnd {
  const seen = new Set(first);
  const queue = [...first];
  const found = new Set<AtEnd>();
  for (let entry = queue.pop(); entry; entry = queue.pop()) {
    const { state } = entry;
    if (!isHeld(state)) {
      found.add(state.phase === 'closed' ? 'closes' : 'unknown');
      continue;
    }
    const at = entry;
    if (state.tended || exploration.ends.some((end) => end.entry === at)) found.add(state.tended ? 'unknown' : 'leaves');
    if (exploration.lost.some((lost) => lost.entry === at && lost.doubt <= worst(at))) found.add('leaves');
    for (const { to } of onwards.get(at) ?? []) {
      if (seen.has(to)) continue;
      seen.add(to);
      queue.push(to);
    }
  }
  return found.size === 1 ? ([...found][0] as AtEnd) : 'unknown';
}

const worst = ({ doubt }: Entry): number => Math.max(doubt, 1);
