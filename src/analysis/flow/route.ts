/**
 * The user's own path as steps: through the explored states from the opening to an end, by way of every call on the
 * connection that can still be passed, so that the body of a loop is walked once even though the shortest path skips it.
 */

import type { Edge, Entry, Exploration, StepAt } from './run.js';

const cache = new WeakMap<Exploration, Map<Entry, StepAt[]>>();
const edgesInto = new WeakMap<Exploration, Map<Entry, Edge[]>>();

/** Steps from the start of the exploration to `end`, in order. */
export function route(exploration: Exploration, end: Entry): StepAt[] {
  let known = cache.get(exploration);
  if (!known) cache.set(exploration, (known = new Map<Entry, StepAt[]>()));
  let steps = known.get(end);
  if (!steps) known.set(end, (steps = walk(exploration, end)));
  return steps;
}

/** Greedy: again and again the nearest edge with a step not yet passed, on ordinary paths that still reach the end. */
function walk(exploration: Exploration, end: Entry): StepAt[] {
  let useful = edgesTowards(exploration, end);
  const first = exploration.entries[0];
  if (!first) return [];
  const passed = new Set<string>();
  const steps: StepAt[] = [];
  let at = first;
  // One connection is shown: the next round of a loop opens another.
  const opening = nearest(useful, at, opens);
  const once = edgesTowards(exploration, end, (edge) => !opens(edge));
  if (opening && (opening.at(-1) as Edge).to !== end && once.has((opening.at(-1) as Edge).to)) {
    for (const edge of opening) take(edge, steps, passed);
    at = (opening.at(-1) as Edge).to;
    useful = once;
  }
  for (let rounds = 0; rounds < 60; rounds += 1) {
    // The end of the stream comes last: after it there is no way back into the loop.
    const isNew = (step: StepAt): boolean => !passed.has(keyOfStep(step));
    const way =
      nearest(useful, at, (edge) => edge.steps.some((step) => !step.eof && isNew(step))) ??
      nearest(useful, at, (edge) => edge.steps.some(isNew));
    if (!way) break;
    for (const edge of way) take(edge, steps, passed);
    at = (way.at(-1) as Edge).to;
  }
  if (at !== end) for (const edge of nearest(useful, at, (one) => one.to === end) ?? []) take(edge, steps, passed);
  return steps;
}

function opens({ steps }: Edge): boolean {
  return steps.some(({ step }) => step.do === 'accept' || step.do === 'connect');
}

function keyOfStep(step: StepAt): string {
  return `${step.at}${step.eof ? '!' : ''}`;
}

function take(edge: Edge, steps: StepAt[], passed: Set<string>): void {
  for (const step of edge.steps) {
    passed.add(keyOfStep(step));
    steps.push(step);
  }
}

/** Outgoing edges per entry, of those that can still reach the end without more doubt than its own path has. */
function edgesTowards(exploration: Exploration, end: Entry, wanted: (edge: Edge) => boolean = () => true): Map<Entry, Edge[]> {
  const incoming = incomingOf(exploration);
  const path = new Map<Entry, Entry | null>();
  for (let at: Entry | null = end; at; at = at.prev) path.set(at, at.prev);
  const outgoing = new Map<Entry, Edge[]>();
  const seen = new Set<Entry>([end]);
  const queue = [end];
  for (let to = queue.pop(); to; to = queue.pop()) {
    for (const edge of incoming.get(to) ?? []) {
      if ((edge.doubt > 0 && path.get(edge.to) !== edge.from) || !wanted(edge)) continue;
      push(outgoing, edge.from, edge);
      if (!seen.has(edge.from)) {
        seen.add(edge.from);
        queue.push(edge.from);
      }
    }
  }
  return outgoing;
}

function incomingOf(exploration: Exploration): ReadonlyMap<Entry, Edge[]> {
  let incoming = edgesInto.get(exploration);
  if (incoming) return incoming;
  edgesInto.set(exploration, (incoming = new Map<Entry, Edge[]>()));
  for (const edge of exploration.edges) push(incoming, edge.to, edge);
  return incoming;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Shortest way from `from` that ends with an edge that `wanted` accepts. */
function nearest(outgoing: Map<Entry, Edge[]>, from: Entry, wanted: (edge: Edge) => boolean): Edge[] | null {
  const cameBy = new Map<Entry, Edge | null>([[from, null]]);
  const queue = [from];
  for (let i = 0; i < queue.length; i += 1) {
    const at = queue[i] as Entry;
    for (const edge of outgoing.get(at) ?? []) {
      if (wanted(edge)) return [...back(cameBy, at), edge];
      if (cameBy.has(edge.to)) continue;
      cameBy.set(edge.to, edge);
      queue.push(edge.to);
    }
  }
  return null;
}

function back(cameBy: Map<Entry, Edge | null>, to: Entry): Edge[] {
  const way: Edge[] = [];
  for (let edge = cameBy.get(to); edge; edge = cameBy.get(edge.from)) way.unshift(edge);
  return way;
}
