/** Which fields of what it is given a function may write: what is known of the others stays true over a call. */

import type { Node } from './cfg.js';
import type { FunctionIr, Operand, Place } from './ir.js';
import { isPlain, placesOf, rootOf } from './places.js';
import type { Program } from './program.js';

/** Last names of fields; `everything` where the value goes to somebody unknown. */
interface Writes {
  fields: ReadonlySet<string>;
  everything: boolean;
}

const nothing: Writes = { fields: new Set(), everything: false };
const everything: Writes = { fields: new Set(), everything: true };

const kept = new WeakMap<Program, Map<string, Writes>>();

/** May a call of `fn` change this field (`x.state`, `x.peer.fd`) of what the parameter, receiver or captured variable `root` is? */
export function mayWrite(program: Program, fn: FunctionIr, root: string, field: Place): boolean {
  const writes = writesOf(program, fn, root, []);
  return writes.everything || field.split('.').slice(1).some((name) => writes.fields.has(name));
}

function writesOf(program: Program, fn: FunctionIr, root: string, visiting: readonly string[]): Writes {
  const key = `${fn.id} ${root}`;
  let known = kept.get(program);
  if (!known) kept.set(program, (known = new Map()));
  const before = known.get(key);
  if (before) return before;
  if (visiting.includes(key)) return nothing;
  if (visiting.length > 8) return everything;
  const graph = program.graph(fn);
  const result = graph ? collect(program, fn, names(graph.nodes, root), graph.nodes, [...visiting, key]) : everything;
  // Cut short by a recursion it may lack what the others write.
  if (visiting.length === 0 || result.everything) known.set(key, result);
  return result;
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

function collect(program: Program, fn: FunctionIr, own: ReadonlySet<string>, nodes: readonly Node[], visiting: readonly string[]): Writes {
  const fields = new Set<string>();
  const write = (place: Place | null): void => {
    if (place && !isPlain(place) && own.has(rootOf(place))) fields.add(place.slice(place.lastIndexOf('.') + 1));
  };
  for (const { op } of nodes) {
    if (op.op === 'assign') write(op.to);
    if (op.op === 'unpack') op.to.forEach(write);
    if (op.op === 'escape' && op.places.some((place) => own.has(rootOf(place)))) return everything;
    if (op.op !== 'call') continue;
    const { stmt } = op;
    stmt.results.forEach(write);
    const given = (operand: Operand): boolean => placesOf(operand).some((place) => own.has(rootOf(place)) && operand.kind !== 'opaque');
    const receiver = stmt.callee.kind === 'method' && own.has(rootOf(stmt.callee.receiver));
    if (!receiver && !stmt.args.some((arg) => given(arg.value))) continue;
    const resolved = program.resolve(fn, stmt, null);
    if (resolved.how === 'fact' || stmt.harmless) {
      for (const { value } of stmt.args) if (value.kind === 'derived' && value.how === 'address') placesOf(value).forEach(write);
      continue;
    }
    if (resolved.how === 'unknown') return everything;
    const inner = resolved.fn;
    if (stmt.mode === 'spawn' || stmt.args.some((arg) => arg.spread || arg.name !== undefined)) return everything;
    const params = stmt.args.flatMap((arg, index) => (given(arg.value) ? [inner.params[index]?.name ?? null] : []));
    if (receiver) params.push(inner.receiver);
    for (const param of params) {
      const deeper = param === null ? everything : writesOf(program, inner, param, visiting);
      if (deeper.everything) return everything;
      for (const name of deeper.fields) fields.add(name);
    }
  }
  return { fields, everything: false };
}
