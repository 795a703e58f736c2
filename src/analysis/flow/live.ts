/** Which variables are still read later, and which remembered tests are asked again: the rest need not be remembered. */

import type { Graph, Node } from './cfg.js';
import type { FunctionIr, Operand } from './ir.js';
import { functionsOf, isPlain, placesOf, rootOf } from './places.js';
import { askedText, placesOfTest } from './questions.js';

export interface Liveness {
  /** Is this root read at `node` or after it? */
  isLive(node: number, root: string): boolean;
  /**
   * Does its value matter at `node` or after it? That idle tests read it does not count, nor that a call is given it where a test alone
   * has shown the value (`shown`): such values do not go from function to function.
   */
  isNeeded(node: number, root: string, shown: boolean): boolean;
  /** Is a test with this text reached at `node` or after it? */
  isAsked(node: number, text: string): boolean;
}

/** Where functions are found by id. */
interface Functions {
  function(id: string): FunctionIr | null;
}

/**
 * Backward fixpoint over bit sets.
 * @param idle tests whose outcome makes no difference
 */
export function liveness(graph: Graph, functions: Functions, idle: Pick<ReadonlySet<number>, 'has'>): Liveness {
  const numbers = new Map<string, number>();
  const bit = (key: string): bigint => {
    let n = numbers.get(key);
    if (n === undefined) numbers.set(key, (n = numbers.size));
    return 1n << BigInt(n);
  };
  const uses: bigint[] = [];
  const kills: bigint[] = [];
  // A remembered test is forgotten once something that it reads is assigned.
  const asked = new Map<string, bigint>();
  for (const { op } of graph.nodes) {
    const text = op.op === 'test' ? askedText(op.leaf) : null;
    if (op.op !== 'test' || text === null) continue;
    for (const root of placesOfTest(op.leaf).map(rootOf)) asked.set(root, (asked.get(root) ?? 0n) | bit(`?${text}`));
  }
  for (const node of graph.nodes) {
    let used = 0n;
    const isGiven = node.op.op === 'call';
    for (const key of readsOf(node, functions)) {
      if (!idle.has(node.id)) used |= key.startsWith('?') ? bit(key) : bit(key) | bit(`=${key}`) | (isGiven ? 0n : bit(`~${key}`));
      else if (!key.startsWith('?')) used |= bit(key);
    }
    let killed = 0n;
    for (const root of writesOf(node)) killed |= bit(root) | bit(`=${root}`) | bit(`~${root}`) | (asked.get(root) ?? 0n);
    uses[node.id] = used;
    kills[node.id] = killed;
  }
  const live: bigint[] = graph.nodes.map(() => 0n);
  const before = predecessors(graph);
  const queue = graph.nodes.map((node) => node.id);
  const queued = new Set(queue);
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    queued.delete(id);
    const node = graph.nodes[id] as Node;
    let out = 0n;
    for (const to of successors(node)) if (to !== node.throwTo) out |= live[to] ?? 0n;
    const thrown = node.op.op === 'end' ? 0n : (live[node.throwTo] ?? 0n);
    const next = (out & ~(kills[id] as bigint)) | thrown | (uses[id] as bigint);
    if (next === live[id]) continue;
    live[id] = next;
    for (const from of before[id] ?? []) {
      if (queued.has(from)) continue;
      queued.add(from);
      queue.push(from);
    }
  }
  const has = (node: number, key: string): boolean => {
    const n = numbers.get(key);
    return n !== undefined && (((live[node] ?? 0n) >> BigInt(n)) & 1n) === 1n;
  };
  return {
    isLive: (node, root) => has(node, root),
    isNeeded: (node, root, shown) => has(node, `${shown ? '~' : '='}${root}`),
    isAsked: (node, text) => has(node, `?${text}`),
  };
}

export function successors(node: Node): number[] {
  const to = node.op.op === 'end' ? [] : [node.next];
  if (node.op.op === 'test' || node.op.op === 'deferred') to.push(node.op.no);
  if (node.op.op === 'dispatch') to.push(...node.op.handlers.map((handler) => handler.entry), node.op.otherwise);
  if (node.op.op !== 'end' && node.throwTo >= 0) to.push(node.throwTo);
  return to;
}

/** Who leads to each node. */
export function predecessors(graph: Graph): number[][] {
  const before: number[][] = graph.nodes.map(() => []);
  for (const node of graph.nodes) for (const to of successors(node)) before[to]?.push(node.id);
  return before;
}

function operandReads(operand: Operand, functions: Functions): string[] {
  const captured = functionsOf(operand).flatMap((id) => functions.function(id)?.captures ?? []);
  return [...placesOf(operand).map(rootOf), ...captured];
}

export function readsOf(node: Node, functions: Functions): string[] {
  const op = node.op;
  const read = (operand: Operand): string[] => operandReads(operand, functions);
  switch (op.op) {
    case 'call': {
      const callee = op.stmt.callee;
      const keys = op.stmt.args.flatMap((arg) => read(arg.value));
      if (callee.kind === 'method') keys.push(rootOf(callee.receiver));
      if (callee.kind === 'value') keys.push(rootOf(callee.place));
      if (callee.kind === 'local') keys.push(...(functions.function(callee.id)?.captures ?? []));
      for (const result of op.stmt.results) if (result && !isPlain(result)) keys.push(rootOf(result));
      return keys;
    }
    case 'assign':
      return isPlain(op.to) ? read(op.from) : [...read(op.from), rootOf(op.to)];
    case 'unpack':
      return [rootOf(op.from)];
    case 'test': {
      const text = askedText(op.leaf);
      const captured =
        op.leaf.test === 'opaque' ? [] : (op.leaf.test === 'truth' ? [op.leaf.value] : [op.leaf.left, op.leaf.right]).flatMap(read);
      return [...placesOfTest(op.leaf).map(rootOf), ...captured, ...(text === null ? [] : [`?${text}`])];
    }
    case 'return':
    case 'yield':
      return op.values.flatMap(read);
    case 'throw':
      return op.uses.map(rootOf);
    case 'escape':
      return op.places.map(rootOf);
    case 'drop':
      return [rootOf(op.place)];
    default:
      return [];
  }
}

function writesOf(node: Node): string[] {
  const op = node.op;
  if (op.op === 'assign') return isPlain(op.to) ? [op.to] : [];
  if (op.op === 'unpack') return op.to.filter((place): place is string => place !== null && isPlain(place));
  if (op.op === 'call') return op.stmt.results.filter((place): place is string => place !== null && isPlain(place));
  return [];
}
