/** Loops that end by counting: what goes wrong in each of their rounds goes wrong a few times. */

import type { Graph, Node, NodeId } from './cfg.js';
import type { Place } from './ir.js';
import { successors } from './live.js';
import { rootOf } from './places.js';
import { placesOfTest } from './questions.js';
import type { Edge, Entry } from './run.js';

/** Comes the path round to this node only by the next of several, or by a counter that a test compares, with a way out of the loop? */
export function isBounded(graph: Graph, edges: readonly Edge[], entry: Entry): boolean {
  const round: Node[] = [graph.nodes[entry.node] as Node];
  let at = entry.prev;
  for (; at && at.node !== entry.node; at = at.prev) round.push(graph.nodes[at.node] as Node);
  const loop = at ? innermostOf(round) : undefined;
  if (loop === undefined) return false;
  if (round.some((node) => isNext(node, entry, loop))) return !comesRound(graph, edges, entry, loop);
  const counters = new Set(round.flatMap(counterOf));
  if (counters.size === 0) return false;
  const counts = round.some(
    ({ op, next }) =>
      op.op === 'test' &&
      placesOfTest(op.leaf).some((place) => counters.has(place)) &&
      [next, op.no].some((to) => !comesTo(graph, to, entry.node, loop)),
  );
  return counts && !comesRound(graph, edges, entry, loop);
}

/** Does it come back to this node, still at the end of the stream, after it has left the loop? */
function comesRound(graph: Graph, edges: readonly Edge[], entry: Entry, loop: number): boolean {
  const after = new Map<Entry, Entry[]>();
  for (const { from, to } of edges) if (to.state.phase === 'eof') after.set(from, [...(after.get(from) ?? []), to]);
  const reach = (from: readonly Entry[]): Set<Entry> => {
    const seen = new Set<Entry>();
    const queue = [...from];
    for (let at = queue.pop(); at; at = queue.pop()) {
      for (const to of after.get(at) ?? [])
        if (!seen.has(to)) {
          seen.add(to);
          queue.push(to);
        }
    }
    return seen;
  };
  const outside = [...reach([entry])].filter(({ node }) => graph.nodes[node]?.loops.includes(loop) !== true);
  return [...reach(outside)].some(({ node }) => node === entry.node);
}

/** The innermost loop that all of these stand in. */
function innermostOf(nodes: readonly Node[]): number | undefined {
  return nodes[0]?.loops.filter((loop) => nodes.every((node) => node.loops.includes(loop))).at(-1);
}

/** Does the loop go through what a variable holds, which is not the connection? */
function isNext({ op, loops }: Node, { state }: Entry, loop: number): boolean {
  if (op.op !== 'call' || op.stmt.next !== true || op.stmt.callee.kind !== 'method' || loops.at(-1) !== loop) return false;
  return !state.aliases.has(rootOf(op.stmt.callee.receiver));
}

/** `tries -= 1`: a variable that is made of itself and of nothing else. */
function counterOf({ op }: Node): Place[] {
  return op.op === 'assign' && op.from.kind === 'opaque' && op.from.uses.length === 1 && op.from.uses[0] === op.to ? [op.to] : [];
}

/** Is there a way to the node within the loop? */
function comesTo(graph: Graph, from: NodeId, target: NodeId, loop: number): boolean {
  const seen = new Set<NodeId>();
  const queue = [from];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const node = graph.nodes[id];
    if (!node || seen.has(id) || !node.loops.includes(loop)) continue;
    if (id === target) return true;
    seen.add(id);
    queue.push(...successors(node));
  }
  return false;
}
