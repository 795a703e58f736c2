/**
 * Which tests can make a difference to a connection. What `if (debug) print(…)` has found need not be remembered: both sides
 * do the same, and each outcome that is remembered doubles the states that come after it.
 */

import { nodesOf } from './nodes-of.js';
import type { Graph, Node, NodeId, Op } from './cfg.js';
import { exitsOf, postDominators } from './dominators.js';
import type { CallFact } from './facts.js';
import type { CallStmt, FunctionIr, Operand, Place } from './ir.js';
import { readsOf } from './live.js';
import { functionsOf, isPlain, placesOf, rootOf } from './places.js';
import type { Program } from './program.js';
import { placesOfTest } from './questions.js';

type TestNode = Node & { op: Extract<Op, { op: 'test' }> };

/** What stands between a test and the place where its sides meet again. */
interface Region {
  test: TestNode;
  nodes: readonly Node[];
}

/** Nodes of a region beyond which it counts as one that does something. */
const maxRegion = 120;
/** Functions that a call may lead through before it counts as one that does something. */
const maxFunctions = 60;

/** What a fact may say of a call that does nothing to any connection and gives none. */
const idleKeys: ReadonlySet<string> = new Set<keyof CallFact>(['name', 'source', 'on', 'ok', 'fails', 'marks']);

/** Tests whose sides do the same to every connection, with the variables that they copy from: one that holds it makes a difference. */
export type IdleTests = ReadonlyMap<NodeId, readonly string[]>;

/** Tests whose sides meet again without having done anything to a connection, or to what another test asks for. */
export function idleTests(program: Program, graph: Graph): IdleTests {
  return program.recall('idle', graph.function, '', () => idleIn(program, graph));
}

function idleIn(program: Program, graph: Graph): IdleTests {
  const tests = graph.nodes.filter((node): node is TestNode => node.op.op === 'test');
  if (tests.length === 0) return new Map();
  const { function: fn } = graph;
  const meets = postDominators(graph);
  const acting = new Map<Node, boolean>();
  const acts = (node: Node): boolean => {
    let known = acting.get(node);
    if (known === undefined) acting.set(node, (known = doesSomething(program, fn, node.op)));
    return known;
  };
  const regions: Region[] = [];
  const asked = new Set<string>();
  for (const test of tests) {
    const nodes = regionOf(graph, test, meets[test.id] ?? -1, acts);
    if (nodes) regions.push({ test, nodes });
    else for (const place of placesOfTest(test.op.leaf)) asked.add(rootOf(place));
  }
  const read = new Set(graph.nodes.flatMap((node) => readsOf(node, program)));
  for (const { op } of graph.nodes) for (const place of passedOn(program, fn, op, read)) asked.add(rootOf(place));
  const left = withoutAsked(graph, regions, asked);
  return new Map(left.map(({ test, nodes }) => [test.id, [...new Set(nodes.flatMap(({ op }) => copiedBy(fn, op)))]]));
}

/** The nodes on both sides; null where one of them does something, or where the sides do not meet again. */
function regionOf(graph: Graph, test: TestNode, meeting: NodeId, acts: (node: Node) => boolean): readonly Node[] | null {
  if (meeting < 0) return null;
  const found = new Set<Node>();
  const queue = [test.next, test.op.no];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const node = graph.nodes[id];
    if (id === meeting || !node || found.has(node)) continue;
    if (acts(node) || found.size === maxRegion) return null;
    found.add(node);
    queue.push(...exitsOf(node));
  }
  return [...found];
}

/** Without those that assign what a test asks for that makes a difference. */
function withoutAsked(graph: Graph, regions: Region[], asked: Set<string>): Region[] {
  let left = regions;
  for (let size = -1; size !== asked.size;) {
    size = asked.size;
    for (const { op } of graph.nodes)
      if (op.op === 'assign' && asked.has(rootOf(op.to))) for (const place of readValues(op.from)) asked.add(rootOf(place));
    const mattering = left.filter(({ nodes }) => nodes.some(({ op }) => writtenBy(op).some((place) => asked.has(rootOf(place)))));
    left = left.filter((region) => !mattering.includes(region));
    for (const { test } of mattering) for (const place of placesOfTest(test.op.leaf)) asked.add(rootOf(place));
  }
  return left;
}

function writtenBy(op: Op): Place[] {
  switch (op.op) {
    case 'assign':
      return [op.to];
    case 'unpack':
      return op.to.filter((place): place is Place => place !== null);
    case 'call':
      return op.stmt.results.filter((place): place is Place => place !== null);
    default:
      return [];
  }
}

/** What others may ask for: results, and what functions of the program are given. */
function passedOn(program: Program, fn: FunctionIr, op: Op, read: ReadonlySet<string>): Place[] {
  if (op.op === 'return' || op.op === 'yield') return op.values.flatMap(readValues);
  const called = op.op === 'call' ? program.resolve(fn, op.stmt, null) : null;
  if (op.op !== 'call' || called?.how !== 'local') return [];
  // Whoever does nothing and tells nothing may ask what it likes.
  const tells = op.stmt.mode === 'spawn' || op.stmt.results.some((place) => place !== null && read.has(rootOf(place)));
  if (!tells && !functionActs(program, called.fn)) return [];
  return op.stmt.args.flatMap(({ value }) => readValues(value));
}

/** Places whose values an operand passes on; nothing is known of one that is not understood. */
function readValues(operand: Operand): Place[] {
  return operand.kind === 'opaque' ? [] : placesOf(operand);
}

/** Can it change what becomes of a connection, or what is asked elsewhere? */
function doesSomething(program: Program, fn: FunctionIr, op: Op): boolean {
  switch (op.op) {
    case 'nop':
    case 'test':
      return false;
    case 'assign':
      return functionsOf(op.from).length > 0 || writesField(program, fn, op.to);
    case 'unpack':
      return op.to.some((place) => place !== null && writesField(program, fn, place));
    case 'call':
      return calls(program, fn, op.stmt) || op.stmt.results.some((place) => place !== null && writesField(program, fn, place));
    default:
      return true;
  }
}

/** Variables whose values get another name. */
function copiedBy(fn: FunctionIr, op: Op): string[] {
  const operands = op.op === 'assign' ? [op.from] : op.op === 'call' ? op.stmt.args.map(({ value }) => value) : [];
  const places = op.op === 'unpack' ? [op.from] : operands.filter((operand) => !isMeasured(operand)).flatMap(readValues);
  return places.map(rootOf).filter((root) => isOwn(fn, root));
}

function isMeasured(operand: Operand): boolean {
  return operand.kind === 'derived' && operand.how === 'length';
}

function isOwn(fn: FunctionIr, root: string): boolean {
  return (
    root.startsWith('%') ||
    fn.locals.includes(root) ||
    fn.captures.includes(root) ||
    root === fn.receiver ||
    fn.params.some(({ name }) => name === root)
  );
}

/** A field, or a variable of somebody else, that some test may ask for. */
function writesField(program: Program, fn: FunctionIr, place: Place): boolean {
  if (isPlain(place)) return !place.startsWith('%') && !fn.locals.includes(place) && !fn.params.some(({ name }) => name === place);
  return program.isTested(fn, place);
}

function calls(program: Program, fn: FunctionIr, stmt: CallStmt): boolean {
  const resolved = program.resolve(fn, stmt, null);
  if (resolved.how === 'fact')
    return (
      !Object.keys(resolved.fact).every((key) => idleKeys.has(key)) || resolved.fact.fails?.some((one) => one.closesOnFailure) === true
    );
  if (stmt.harmless || stmt.pure) return false;
  if (resolved.how === 'local') return stmt.mode === 'spawn' || functionActs(program, resolved.fn);
  // What nobody knows may take or close whatever it is given.
  return !isGivenNothing(stmt, bareTemporaries(program, fn));
}

/** Is it a call of a name, or of a result of such a call, with nothing that could be or hold a connection? */
function isGivenNothing({ callee, args }: CallStmt, bare: ReadonlySet<Place>): boolean {
  const isBare = (value: Operand): boolean =>
    value.kind === 'const' || value.kind === 'opaque' || (value.kind === 'place' && bare.has(value.place));
  return (callee.kind === 'api' || (callee.kind === 'method' && bare.has(callee.receiver))) && args.every(({ value }) => isBare(value));
}

/** Temporaries that can only be results of unknown functions which were given nothing (`datetime.now().isoformat()`). */
function bareTemporaries(program: Program, fn: FunctionIr): ReadonlySet<Place> {
  return program.recall('bare', fn, '', () => {
    const bare = new Set<Place>();
    const others = new Set<Place>();
    for (const { op } of nodesOf(program, fn)) {
      const isSource = op.op === 'call' && program.resolve(fn, op.stmt, null).how === 'unknown' && isGivenNothing(op.stmt, bare);
      for (const place of writtenBy(op)) (isSource && place.startsWith('%') ? bare : others).add(place);
    }
    for (const place of others) bare.delete(place);
    return bare;
  });
}

/** Does a function, or what it calls, do something to any connection or to a field that is tested? */
function functionActs(program: Program, fn: FunctionIr): boolean {
  return program.recall('acts', fn, '', () => {
    const seen = new Set([fn.id]);
    const queue = [fn];
    for (let at = queue.pop(); at; at = queue.pop()) {
      const graph = seen.size > maxFunctions ? null : program.graph(at);
      if (!graph) return true;
      for (const { op } of graph.nodes) {
        const called = op.op === 'call' ? program.resolve(at, op.stmt, null) : null;
        if (op.op === 'call' && called?.how === 'local' && op.stmt.mode !== 'spawn') {
          if (op.stmt.results.some((place) => place !== null && writesField(program, at, place))) return true;
          if (!seen.has(called.fn.id)) queue.push(called.fn);
          seen.add(called.fn.id);
        } else if (!isWayOut(op) && doesSomething(program, at, op)) return true;
      }
    }
    return false;
  });
}

/** It only leads back to the caller, or from there on into a handler. */
function isWayOut(op: Op): boolean {
  return op.op === 'return' || op.op === 'throw' || op.op === 'dispatch' || op.op === 'end';
}
