/** Which fields and parameters decide something in a function, or in what it calls: only their values are worth taking into it. */

import type { Node, Op } from './cfg.js';
import type { CallStmt, FunctionIr, Operand, Place } from './ir.js';
import { functionsOf, isPlain, placesOf, rootOf } from './places.js';
import type { Program } from './program.js';
import { placesOfTest } from './questions.js';
import { idleTests } from './relevance.js';

/** Functions that may be reached before every field counts. */
const maxFunctions = 200;

/** May a value of this field (of whatever object) make a difference in `fn`, or in what it calls? */
export function weighs(program: Program, fn: FunctionIr, field: Place): boolean {
  if (!program.isTested(fn, field)) return false;
  const names = program.recall('weighs', fn, '', () => namesFrom(program, fn));
  return names === null || names.has(field.slice(field.lastIndexOf('.') + 1));
}

/** Last names of the fields; null: any. */
function namesFrom(program: Program, fn: FunctionIr): ReadonlySet<string> | null {
  const names = new Set<string>();
  const seen = new Set([fn.id]);
  const queue = [fn];
  const enter = (next: FunctionIr | null): void => {
    if (!next || seen.has(next.id)) return;
    seen.add(next.id);
    queue.push(next);
  };
  for (let at = queue.pop(); at; at = queue.pop()) {
    const graph = seen.size > maxFunctions ? null : program.graph(at);
    if (!graph) return null;
    const idle = idleTests(program, graph);
    for (const node of graph.nodes) {
      if (idle.has(node.id)) continue;
      for (const place of weighedAt(node)) if (!isPlain(place)) names.add(place.slice(place.lastIndexOf('.') + 1));
      for (const id of functionsAt(node)) enter(program.function(id));
      const called = node.op.op === 'call' ? program.resolve(at, node.op.stmt, null) : null;
      if (called?.how === 'local') enter(called.fn);
    }
  }
  return names;
}

/** Places whose values decide, or go on to where they may. */
function weighedAt({ op }: Pick<Node, 'op'>): Place[] {
  switch (op.op) {
    case 'test':
      return placesOfTest(op.leaf);
    case 'assign':
      return values(op.from);
    case 'unpack':
      return [op.from];
    case 'return':
    case 'yield':
      return op.values.flatMap(values);
    case 'call':
      return [...op.stmt.args.flatMap(({ value }) => values(value)), ...(op.stmt.callee.kind === 'value' ? [op.stmt.callee.place] : [])];
    default:
      return [];
  }
}

/** Nothing is known of what is not understood, nor of what is put together. */
function values(operand: Operand): Place[] {
  return operand.kind === 'opaque' || (operand.kind === 'derived' && operand.how === 'joined') ? [] : placesOf(operand);
}

function functionsAt({ op }: Pick<Node, 'op'>): string[] {
  if (op.op === 'call') return op.stmt.args.flatMap(({ value }) => functionsOf(value));
  return op.op === 'assign' ? functionsOf(op.from) : [];
}

/** May it make a difference what a parameter is worth? */
export function weighsValue(program: Program, fn: FunctionIr, param: string): boolean {
  return program.recall('weighs', fn, param, () => decides(program, fn, param));
}

function decides(program: Program, fn: FunctionIr, param: string): boolean {
  const seen = new Set<string>();
  const queue: Variable[] = [];
  const enter = (variable: Variable): void => {
    const key = `${variable.fn.id} ${variable.root} ${+variable.inner}`;
    if (!seen.has(key)) queue.push(variable);
    seen.add(key);
  };
  enter({ fn, root: param, inner: false });
  for (let at = queue.pop(); at; at = queue.pop()) {
    const graph = seen.size > maxFunctions ? null : program.graph(at.fn);
    if (!graph) return true;
    const { fn: within, root, inner } = at;
    const reads = (operand: Operand): boolean => values(operand).some((place) => rootOf(place) === root);
    const idle = idleTests(program, graph);
    for (const { id, op } of graph.nodes) {
      if (op.op === 'test') {
        if (op.leaf.test !== 'opaque' && !idle.has(id) && placesOfTest(op.leaf).some((place) => rootOf(place) === root)) return true;
      } else if (op.op === 'assign' && reads(op.from)) {
        if (!isOwn(within, op.to)) return true;
        enter({ fn: within, root: op.to, inner });
      } else if (op.op === 'call') {
        const next = handedOn(program, within, op.stmt, reads);
        if (next === null) return true;
        for (const one of next) enter({ ...one, inner: true });
        // Whoever is given it may give it back.
        const results = next.length === 0 ? [] : op.stmt.results.filter((place) => place !== null);
        if (results.some((place) => !isOwn(within, place))) return true;
        for (const place of results) enter({ fn: within, root: place, inner });
      } else if (op.op === 'return') {
        if (!inner && weighedAt({ op }).some((place) => rootOf(place) === root)) return true;
      } else if (weighedAt({ op }).some((place) => rootOf(place) === root) || captures(program, op, root)) return true;
    }
  }
  return false;
}

/** A variable that may have the value that is asked about; `inner`: of a function that was given it. */
interface Variable {
  fn: FunctionIr;
  root: string;
  inner: boolean;
}

/** A variable that nobody else sees. */
function isOwn(fn: FunctionIr, place: Place): boolean {
  return isPlain(place) && (place.startsWith('%') || fn.locals.includes(place));
}

/** Does a function that gets a name here read the variable? */
function captures(program: Program, op: Op, root: string): boolean {
  return functionsAt({ op }).some((id) => program.function(id)?.captures.includes(root) ?? true);
}

/** The parameters that a call gives it to; null where it may decide something. */
function handedOn(
  program: Program,
  fn: FunctionIr,
  stmt: CallStmt,
  reads: (operand: Operand) => boolean,
): { fn: FunctionIr; root: string }[] | null {
  const { callee, args } = stmt;
  if (callee.kind === 'value' && reads({ kind: 'place', place: callee.place })) return null;
  if (args.some(({ value }) => functionsOf(value).length > 0)) return null;
  const given = args.flatMap((arg, index) => (reads(arg.value) ? [{ arg, index }] : []));
  if (given.length === 0) return [];
  const resolved = program.resolve(fn, stmt, null);
  // Nobody learns what an unknown function makes of it; of which type a parameter is its callers may know.
  if (resolved.how === 'unknown') return callee.kind === 'method' && program.facts.maySet(callee.name) ? null : [];
  if (resolved.how === 'fact' || args.some(({ name, spread }) => name !== undefined || spread)) return null;
  const roots = given.map(({ index }) => resolved.fn.params[index]);
  return roots.every((param) => param && !param.variadic) ? roots.map((param) => ({ fn: resolved.fn, root: param?.name ?? '' })) : null;
}
