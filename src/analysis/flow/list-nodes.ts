/** Objects that lie in a list by a node of their own: who has the node has the object around it. */

import type { Node } from './cfg.js';
import type { CallStmt, FunctionIr, Operand, Place } from './ir.js';
import { isPlain, isWithin, placesOf, rootOf } from './places.js';
import type { Program } from './program.js';
import type { Run } from './run.js';
import { isHeld } from './state.js';
import type { State } from './state.js';
import { isOwnRoot } from './own-root.js';

/** Functions that a node may pass through. */
const maxFunctions = 20;

/** Is a part of the object that holds the connection given by its address to a function that puts it into something else? */
export function isLinkedIn(run: Run, state: State, stmt: CallStmt, fn: FunctionIr): boolean {
  if (!isHeld(state)) return false;
  return stmt.args.some(({ value, name, spread }, index) => {
    const param = name === undefined && !spread ? fn.params[index] : undefined;
    return param !== undefined && isBeside(state, value) && stores(run.program, fn, param.name);
  });
}

/** The same with a function that nobody knows, and something of everybody's beside it (`list_add(&conn->node, &server.conns)`). */
export function isPutIn(run: Run, state: State, stmt: CallStmt): boolean {
  if (!isHeld(state) || stmt.harmless) return false;
  const isEverybodys = ({ value }: CallStmt['args'][number]): boolean =>
    value.kind === 'derived' && value.how === 'address' && placesOf(value).some((place) => !isOwnRoot(run, place));
  return stmt.args.some(({ value }) => isBeside(state, value)) && stmt.args.some(isEverybodys);
}

/** `&conn->node`, of an object in which the connection is, and not in that part of it. */
function isBeside({ aliases }: State, operand: Operand): boolean {
  if (operand.kind !== 'derived' || operand.how !== 'address' || operand.of.kind !== 'place') return false;
  const part = operand.of.place;
  if (isPlain(part) || part.startsWith('*')) return false;
  const around = [...aliases.keys()].filter((place) => !isPlain(place) && rootOf(place) === rootOf(part));
  return around.length > 0 && !around.some((place) => isWithin(place, part));
}

/** Does a function put the pointer that it is given into something but what the pointer leads to? */
function stores(program: Program, fn: FunctionIr, param: string): boolean {
  return program.recall('writes', fn, `& ${param}`, () => storesFrom(program, fn, param));
}

function storesFrom(program: Program, fn: FunctionIr, param: string): boolean {
  const seen = new Set<string>();
  const queue: { fn: FunctionIr; name: string }[] = [{ fn, name: param }];
  for (let at = queue.pop(); at; at = queue.pop()) {
    const key = `${at.fn.id} ${at.name}`;
    const nodes = seen.has(key) || seen.size > maxFunctions ? [] : (program.graph(at.fn)?.nodes ?? []);
    seen.add(key);
    const { name } = at;
    const is = (operand: Operand): boolean => operand.kind !== 'opaque' && placesOf(operand).includes(name);
    if (nodes.some((node) => storedTo(node, is).some((to) => !isPlain(to) && rootOf(to) !== name))) return true;
    for (const { op } of nodes) {
      if (op.op !== 'call') continue;
      const resolved = program.resolve(at.fn, op.stmt, null);
      if (resolved.how !== 'local') continue;
      op.stmt.args.forEach((arg, index) => {
        const next = is(arg.value) && arg.name === undefined ? resolved.fn.params[index] : undefined;
        if (next) queue.push({ fn: resolved.fn, name: next.name });
      });
    }
  }
  return false;
}

function storedTo({ op }: Node, is: (operand: Operand) => boolean): Place[] {
  return op.op === 'assign' && is(op.from) ? [op.to] : [];
}
