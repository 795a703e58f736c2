/** Which fields of what it is given a function may write: what is known of the others stays true over a call. */

import type { Node } from './cfg.js';
import type { FunctionIr, Operand, Place } from './ir.js';
import { isPlain, placesOf, rootOf } from './places.js';
import type { Program } from './program.js';

/** Last names of fields that are written in sight; `everything` where the value goes to somebody unknown, too. */
interface Writes {
  fields: ReadonlySet<string>;
  everything: boolean;
}

interface Given {
  fn: FunctionIr;
  root: string;
}

/** Functions that an object may pass through before all its fields count as written. */
const maxFunctions = 100;

/** May a call of `fn` change this field (`x.state`, `x.peer.fd`) of what the parameter, receiver or captured variable `root` is? */
export function mayWrite(program: Program, fn: FunctionIr, root: string, field: Place): boolean {
  return writesOf(program, fn, root).everything || writes(program, fn, root, field);
}

/** Does `fn`, or what it calls, write this field itself, as against somebody unknown who may? */
export function writes(program: Program, fn: FunctionIr, root: string, field: Place): boolean {
  const { fields } = writesOf(program, fn, root);
  return field
    .split('.')
    .slice(1)
    .some((name) => fields.has(name));
}

/** Over all functions that it is handed on to. */
function writesOf(program: Program, fn: FunctionIr, root: string): Writes {
  return program.recall('writes', fn, root, () => writesFrom(program, fn, root));
}

function writesFrom(program: Program, fn: FunctionIr, root: string): Writes {
  const key = `${fn.id} ${root}`;
  const fields = new Set<string>();
  const seen = new Set([key]);
  const queue: Given[] = [{ fn, root }];
  let all = false;
  for (let at = queue.pop(); at; at = queue.pop()) {
    const graph = seen.size > maxFunctions ? null : program.graph(at.fn);
    const given = graph ? collect(program, at.fn, names(graph.nodes, at.root), graph.nodes, fields) : { handed: [], toAnybody: true };
    all ||= given.toAnybody;
    for (const one of given.handed) {
      const its = `${one.fn.id} ${one.root}`;
      if (!seen.has(its)) queue.push(one);
      seen.add(its);
    }
  }
  return { fields, everything: all };
}

/** Variables that may be the same object. */
function names(nodes: readonly Node[], root: string): ReadonlySet<string> {
  const found = new Set([root]);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const { op } of nodes) {
      if (op.op === 'assign' && placesOf(op.from).some((place) => found.has(rootOf(place)))) found.add(rootOf(op.to));
      if (op.op === 'unpack' && found.has(rootOf(op.from))) for (const to of op.to) if (to) found.add(rootOf(to));
    }
  }
  return found;
}

/** Whom a function hands the object to. */
interface Handed {
  handed: Given[];
  toAnybody: boolean;
}

/** Adds what one function writes itself; gives whom it hands the object to. */
function collect(program: Program, fn: FunctionIr, own: ReadonlySet<string>, nodes: readonly Node[], fields: Set<string>): Handed {
  const handed: Given[] = [];
  let toAnybody = false;
  const write = (place: Place | null): void => {
    if (place && !isPlain(place) && own.has(rootOf(place))) fields.add(place.slice(place.lastIndexOf('.') + 1));
  };
  for (const { op } of nodes) {
    if (op.op === 'assign') write(op.to);
    if (op.op === 'unpack') op.to.forEach(write);
    toAnybody ||= op.op === 'escape' && op.places.some((place) => own.has(rootOf(place)));
    if (op.op !== 'call') continue;
    const { stmt } = op;
    stmt.results.forEach(write);
    const given = (operand: Operand): boolean => operand.kind !== 'opaque' && placesOf(operand).some((place) => own.has(rootOf(place)));
    const receiver = stmt.callee.kind === 'method' && own.has(rootOf(stmt.callee.receiver));
    if (!receiver && !stmt.args.some((arg) => given(arg.value))) continue;
    const resolved = program.resolve(fn, stmt, null);
    if (resolved.how === 'fact' || stmt.harmless) {
      for (const { value } of stmt.args) if (value.kind === 'derived' && value.how === 'address') placesOf(value).forEach(write);
      continue;
    }
    if (resolved.how === 'unknown' || stmt.mode === 'spawn' || stmt.args.some((arg) => arg.spread || arg.name !== undefined)) {
      toAnybody = true;
      continue;
    }
    const roots = stmt.args.flatMap((arg, index) => (given(arg.value) ? [resolved.fn.params[index]?.name ?? null] : []));
    if (receiver) roots.push(resolved.fn.receiver);
    for (const root of roots) {
      if (root === null) toAnybody = true;
      else handed.push({ fn: resolved.fn, root });
    }
  }
  return { handed, toAnybody };
}
