/**
 * `if c.closed: return` before the close: whether it closes depends on the object itself (or on the state of the program), and
 * what guards that is rarely visible from where it is called. Such a way out leaves open only what was closed before.
 */

import { nodesOf } from './nodes-of.js';
import type { Leaf, Node } from './cfg.js';
import type { FunctionIr, Operand, Place } from './ir.js';
import { closersOf } from './lending.js';
import { isPlain, isTemporary, placesOf, rootOf } from './places.js';
import type { Program } from './program.js';
import type { Entry, Exploration } from './run.js';
import { callerAlias, isHeld } from './state.js';

const reckoned = new WeakMap<Exploration, Exploration['ends']>();

/** The ends of a called function that its caller has to reckon with. */
export function endsOf(program: Program, inner: Exploration): Exploration['ends'] {
  let ends = reckoned.get(inner);
  if (!ends) reckoned.set(inner, (ends = openEnds(program, inner)));
  return ends;
}

function openEnds(program: Program, inner: Exploration): Exploration['ends'] {
  if (!inner.ends.some((end) => end.entry.state.phase === 'closed')) return inner.ends;
  return inner.ends.filter(
    (end) => !isHeld(end.entry.state) || end.entry.state.answered !== '' || end.how !== 'return' || !isGuarded(program, inner, end.entry),
  );
}

/** Did a test of the object's own state, or of the program's, decide that it is not closed on the way to this end? */
function isGuarded(program: Program, inner: Exploration, end: Entry): boolean {
  const graph = inner.graph;
  const seed = inner.entries[0]?.state;
  if (!graph || !seed) return false;
  const names = [...seed.aliases].filter(([place]) => place !== callerAlias);
  const roots = new Set(names.map(([place]) => rootOf(place)));
  const closing = names.map(([place, type]) => closersOf(program, graph, place, type));
  const fn = graph.function;
  const isOwn = (place: Place): boolean => {
    const root = rootOf(place);
    if (roots.has(root)) return isPlain(place) ? !names.some(([name]) => name === place) : !isAnswer(program, names, place);
    return !isTemporary(root) && !fn.locals.includes(root) && root !== fn.receiver && !fn.params.some((param) => param.name === root);
  };
  const path: Entry[] = [];
  for (let at: Entry | null = end; at; at = at.prev) path.unshift(at);
  return path.some((entry, index) => {
    const { op } = graph.nodes[entry.node] as Node;
    if (op.op !== 'test' || !closing.some((nodes) => nodes.has(entry.node))) return false;
    return readBy(op.leaf).some(
      (place) =>
        isOwn(place) ||
        (isTemporary(place) && askedOf(graph.nodes, path.slice(0, index), place).some((of) => roots.has(rootOf(of)) || isOwn(of))),
    );
  });
}

/** What a response answers (its status, its headers) says nothing of whether it was closed. */
function isAnswer(program: Program, names: readonly [Place, string][], place: Place): boolean {
  const dot = place.lastIndexOf('.');
  const field = place.slice(dot + 1);
  const type = names.find(([name]) => name === place.slice(0, dot))?.[1];
  if (type === undefined || program.facts.type(type)?.response !== true) return false;
  return program.facts.part(type, field) === null && program.facts.field(type, field) === null;
}

function readBy(leaf: Leaf): Place[] {
  const operands: Operand[] =
    leaf.test === 'opaque' ? [{ kind: 'opaque', uses: leaf.uses }] : leaf.test === 'truth' ? [leaf.value] : [leaf.left, leaf.right];
  return operands.flatMap(placesOf);
}

/** Of what the last call that gave this temporary asked (`c.is_open()`). */
function askedOf(nodes: readonly Node[], path: readonly Entry[], temporary: Place): Place[] {
  for (let index = path.length - 1; index >= 0; index -= 1) {
    const { op } = nodes[path[index]?.node ?? 0] as Node;
    if (op.op !== 'call' || !op.stmt.results.includes(temporary)) continue;
    return op.stmt.callee.kind === 'method' ? [op.stmt.callee.receiver] : [];
  }
  return [];
}

/**
 * `if (finished) return`: the last test on the way asks a variable of a function around that others set. Who set it has seen to the
 * connection, for all that is known here.
 */
export function isDecidedElsewhere(program: Program, { graph }: Exploration, end: Entry): boolean {
  if (!graph || graph.function.kind !== 'lambda') return false;
  let does = false;
  for (let at: Entry | null = end; at; at = at.prev) {
    const { op } = graph.nodes[at.node] as Node;
    does ||= op.op === 'call';
    if (op.op !== 'test') continue;
    if (!does && asksOfObject(graph.function, op.leaf)) return true;
    const [place, ...others] = readBy(op.leaf);
    if (op.leaf.test !== 'truth' || place === undefined || others.length > 0 || !graph.function.captures.includes(place)) return false;
    return program
      .unitOf(graph.function)
      .functionsBeside(graph.function.id)
      .some((fn) => fn.captures.includes(place) && nodesOf(program, fn).some((node) => node.op.op === 'assign' && node.op.to === place));
  }
  return false;
}

/** `if (owner.state !== CONNECTING) return`: a field of an object of a function around. */
function asksOfObject({ captures }: FunctionIr, leaf: Leaf): boolean {
  return leaf.test !== 'opaque' && readBy(leaf).some((place) => !isPlain(place) && captures.includes(rootOf(place)));
}

/**
 * `for (x of all) keep(x, c)`: a round of a loop hands it on for good, and the way to this end has none. That there is nothing to go
 * through is as good as never so, for who opened it before.
 */
export function hadNoRound({ graph, entries }: Exploration, end: Entry): boolean {
  if (!graph) return false;
  const nodeOf = ({ node }: Entry): Node => graph.nodes[node] as Node;
  const handing = entries.flatMap(({ state, prev }) =>
    prev !== null && state.phase === 'gone' && isHeld(prev.state) ? [nodeOf(prev)] : [],
  );
  const loops = new Set(handing.flatMap((node) => node.loops));
  if (loops.size === 0 || handing.some((node) => node.loops.length === 0)) return false;
  const path: Node[] = [];
  for (let at: Entry | null = end; at; at = at.prev) path.unshift(nodeOf(at));
  return [...loops].every((loop) => {
    const asked = path.findIndex(({ op, loops: around }) => op.op === 'test' && around.at(-1) === loop);
    return !path.slice(asked + 1).some(({ loops: around }) => around.includes(loop));
  });
}
