/** Local names of objects that others know already when a connection comes into them: those may close it. */

import { nodesOf } from './nodes-of.js';
import type { Node } from './cfg.js';
import type { CallStmt, FunctionIr, Operand, Place } from './ir.js';
import { isPlain, isTemporary, placesOf, rootOf } from './places.js';
import type { Program } from './program.js';
import { placeOf } from './values-of.js';

/** Does a function end with the connection in an object of its own that others know? */
export function leavesWithOthers(program: Program, fn: FunctionIr, places: Iterable<Place>): boolean {
  return [...places].some(
    (place) => !isPlain(place) && fn.locals.includes(rootOf(place)) && isShared(program, fn, rootOf(place), Infinity),
  );
}

/** `line`: where the connection is opened. What is told to others later is followed on the way. */
export function isShared(program: Program, fn: FunctionIr, root: Place, line: number): boolean {
  const nodes = nodesOf(program, fn);
  const names = new Set([root]);
  // `w = %1`: the call's result by its first name.
  for (const { op } of nodes)
    if (op.op === 'assign' && op.to === root)
      for (const place of placesOf(op.from)) if (isTemporary(place) && isPlain(place)) names.add(place);
  return (
    nodes.some((node) => comesFromElsewhere(program, fn, node, names) || isTold(program, fn, node, names, line)) ||
    isElement(program, fn, root, maxDepth)
  );
}

/** It is taken out of what others hold. */
function comesFromElsewhere(program: Program, fn: FunctionIr, { op }: Node, names: ReadonlySet<Place>): boolean {
  if (op.op === 'assign')
    return names.has(op.to) && isObject(op.from) && placesOf(op.from).some((place) => !names.has(place) && isForeign(fn, place));
  if (op.op !== 'call' || !op.stmt.results.some((place) => place !== null && names.has(place))) return false;
  const { callee } = op.stmt;
  const resolved = program.resolve(fn, op.stmt, null);
  const isKnown = callee.kind === 'method' && (isForeign(fn, callee.receiver) || isElement(program, fn, rootOf(callee.receiver), maxDepth));
  if (resolved.how === 'local')
    return (
      givesKnownObject(program, resolved.fn) ||
      (isKnown && givesOwnField(program, resolved.fn)) ||
      givesBack(program, fn, op.stmt, resolved.fn)
    );
  return resolved.how === 'unknown' && (callee.kind === 'method' ? isKnown : op.stmt.args.some(({ value }) => isPartOfOthers(fn, value)));
}

/** What others have, or a field of it: what nobody knows makes of it may be theirs, too (`PRIVATE(self->priv)`, memory of a pool). */
function isPartOfOthers(fn: FunctionIr, value: Operand): boolean {
  const isRecord = (place: Place): boolean => fn.params.some(({ name, type }) => name === place && type !== null);
  return placesOf(value).some((place) => isForeign(fn, place) && (!isPlain(place) || isRecord(place)));
}

/** From an element to what it is an element of, through calls. */
const maxDepth = 4;

/** Does a local name go through what others hold (`for (e : this.all.entrySet())`)? */
function isElement(program: Program, fn: FunctionIr, root: Place, depth: number): boolean {
  if (depth === 0) return false;
  const from = (place: Place): boolean =>
    isForeign(fn, place) || (rootOf(place) !== root && isElement(program, fn, rootOf(place), depth - 1));
  return nodesOf(program, fn).some(({ op }) => {
    if (op.op === 'assign')
      return op.to === root && (op.from.kind === 'opaque' || op.from.kind === 'place') && placesOf(op.from).some(from);
    if (op.op !== 'call' || !op.stmt.results.includes(root) || op.stmt.callee.kind !== 'method') return false;
    return program.resolve(fn, op.stmt, null).how === 'unknown' && from(op.stmt.callee.receiver);
  });
}

/** It gives what stands in a variable that everybody knows: the one object of a class. */
function givesKnownObject(program: Program, fn: FunctionIr): boolean {
  const own = new Set([fn.receiver, ...fn.params.map((param) => param.name)]);
  return nodesOf(program, fn).some(
    ({ op }) =>
      op.op === 'return' &&
      op.values.some(
        (value) => value.kind === 'name' || (value.kind === 'place' && isForeign(fn, value.place) && !own.has(rootOf(value.place))),
      ),
  );
}

/** It gives what a field of its object has. */
function givesOwnField(program: Program, fn: FunctionIr): boolean {
  return nodesOf(program, fn).some(
    ({ op }) =>
      op.op === 'return' &&
      op.values.some((value) => value.kind === 'place' && !isPlain(value.place) && rootOf(value.place) === fn.receiver),
  );
}

/** It gives what it gets of others (a cast that has a name). */
function givesBack(program: Program, fn: FunctionIr, { args }: CallStmt, called: FunctionIr): boolean {
  const given = called.params.flatMap(({ name, variadic }, index) =>
    !variadic && (args[index] ? placesOf(args[index].value) : []).some((place) => isForeign(fn, place)) ? [name] : [],
  );
  return (
    given.length > 0 &&
    nodesOf(program, called).some(
      ({ op }) =>
        op.op === 'return' && op.values.some((value) => isObject(value) && placesOf(value).some((place) => given.includes(rootOf(place)))),
    )
  );
}

/** It is put where others find it, before the connection is there. */
function isTold(program: Program, fn: FunctionIr, { op }: Node, names: ReadonlySet<Place>, line: number): boolean {
  // By its name, or by its address.
  const isIt = (value: Operand): boolean => names.has(placeOf(value) ?? '');
  if (op.op === 'assign') return op.range.startLine < line && isForeign(fn, op.to) && isIt(op.from);
  if (op.op !== 'call' || op.stmt.range.startLine >= line || op.stmt.callee.kind !== 'method') return false;
  if (names.has(op.stmt.callee.receiver)) return runsUnseen(program, fn, op.stmt);
  const given = op.stmt.args.some(({ value }) => isIt(value));
  return given && isForeign(fn, op.stmt.callee.receiver) && program.resolve(fn, op.stmt, null).how === 'unknown';
}

/** A method that its class has from elsewhere: it may keep the object (`start` of a thread). */
function runsUnseen(program: Program, fn: FunctionIr, stmt: CallStmt): boolean {
  if (stmt.callee.kind !== 'method' || program.resolve(fn, stmt, null).how !== 'unknown') return false;
  const owner = program.classOf(fn, stmt.callee.receiver, null);
  return owner !== null && program.class(owner) !== null && program.method(owner, stmt.callee.name).open;
}

function isObject(from: Operand): boolean {
  return from.kind === 'place' || from.kind === 'derived';
}

/** Part of what the function was given, or of the module. */
function isForeign(fn: FunctionIr, place: Place): boolean {
  const root = rootOf(place);
  return !isTemporary(root) && !fn.locals.includes(root);
}
