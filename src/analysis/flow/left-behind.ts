/**
 * A function that opens into a field of its object and fails: on one failing way it closes again, on another it leaves the
 * connection there; or it gives up by an exception of its own. Who called it was told that nothing came
 * of it, so nobody closes, and the next attempt opens another.
 */

import { namePattern } from './name-pattern.js';
import { nodesOf } from './nodes-of.js';
import { isIn } from './causes.js';
import { fromOpening } from './events-of.js';
import type { FunctionIr } from './ir.js';
import { leavingPlace } from './leaving.js';
import { story } from './life.js';
import { trail } from './local-calls.js';
import type { Life } from './life.js';
import type { Kept } from './objects.js';
import { isPlain, rootOf } from './places.js';
import type { Program } from './program.js';
import { worse } from './run.js';
import type { Exploration } from './run.js';
import { callerAlias, isHeld, told } from './state.js';
import { fewNaming } from './unit.js';
import type { Leak } from './tracked.js';

type End = Exploration['ends'][number];

/** The failing ways out of `life` that leave the connection in the object although another one closes it. */
export function leftBehind(program: Program, life: Life, kept: Kept, unconnected: boolean): Leak[] {
  const { fn, exploration } = life;
  if (fn.isTest || fn.kind === 'constructor' || fn.kind === 'module' || !kept.closed) return [];
  const failing = exploration.ends.filter((end) => fails(end) && end.entry.doubt < 2);
  const succeeds = exploration.ends.some((end) => end.how === 'return' && !fails(end) && isHeld(end.entry.state) && isInObject(fn, end));
  const cleans = failing.some(({ entry }) => entry.state.phase === 'closed');
  if (!succeeds) return [];
  // Who gets an exception lets the object go.
  const goes = kept.lives.some((one) => one.fn.atEndOfObject && one.exploration.entries.some(({ state }) => state.phase === 'closed'));
  const left = failing.filter(
    (end) =>
      !failsWithIt(life, kept, end) &&
      !(goes && end.how === 'throw') &&
      isHeld(end.entry.state) &&
      isInObject(fn, end) &&
      (cleans || (refuses(fn, end) && !(unconnected && end.entry.state.phase === 'open'))),
  );
  if (left.length === 0 || callersClose(program, fn, kept)) return [];
  return left.map(({ how, entry }) => {
    const notes = story(life, entry);
    return {
      how: how === 'throw' ? ('throw' as const) : ('failure' as const),
      doubt: worse(worse(life.doubt, entry.doubt), 1),
      afterError: true,
      eofSeen: entry.state.phase === 'eof',
      connected: entry.state.phase !== 'open',
      function: fn,
      ...leavingPlace(fn, notes, how),
      path: fromOpening(notes),
      place: [...entry.state.aliases.keys()][0] ?? null,
    };
  });
}

/**
 * Does a later call of the function fail in the same place, with the connection that was there before? Then its failure says nothing
 * of the opening: the object keeps what it has, for the next call.
 */
function failsWithIt({ fn, exploration }: Life, { lives }: Kept, end: End): boolean {
  const way = end.entry.state.facts.get('%left');
  return lives.some(
    (one) =>
      one.fn === fn &&
      one.exploration !== exploration &&
      way !== undefined &&
      one.exploration.ends.some(({ how, entry: { state } }) => how === end.how && isHeld(state) && state.facts.get('%left') === way),
  );
}

function fails({ how, entry }: End): boolean {
  return how === 'throw' || (how === 'return' && entry.state.facts.get('%failure') === 'true');
}

/** The function itself says by an exception of its own that nothing came of it. */
function refuses(fn: FunctionIr, { how, entry }: End): boolean {
  const last =
    how === 'throw'
      ? trail(entry)
          .filter(({ kind }) => kind !== 'exception')
          .at(-1)
      : undefined;
  return last?.kind === 'throws' && isIn(last, fn);
}

/** Is it in a field of the receiver or of what a parameter points to, and nowhere else? */
function isInObject(fn: FunctionIr, { entry: { state } }: End): boolean {
  if (state.lent !== '' || state.tended || state.facts.has(told)) return false;
  const roots = [...state.aliases.keys()].filter((place) => place !== callerAlias && !fn.locals.includes(rootOf(place)));
  return (
    roots.length > 0 &&
    roots.every((place) => {
      const root = rootOf(place);
      return !isPlain(place) && !place.startsWith('*') && (root === fn.receiver || fn.params.some(({ name }) => name === root));
    })
  );
}

/** Does a caller, or a function that it calls, name a function that closes it? */
function callersClose(program: Program, fn: FunctionIr, kept: Kept): boolean {
  const closers = kept.lives
    .filter((life) => life.fn !== fn && life.exploration.entries.some(({ state }) => state.phase === 'closed'))
    .map((life) => life.fn.name);
  const pattern = new RegExp(`\\b(?:${closers.map(namePattern).join('|') || '$^'})\\b`);
  return callersOf(program, fn).some((caller) =>
    [caller, ...calledBy(program, caller, fn)].some((one) => pattern.test(textOf(program, one))),
  );
}

/** Functions that call it, tests apart, or one of its name on something that nobody knows. */
export function callersOf(program: Program, fn: FunctionIr): FunctionIr[] {
  return namingAnywhere(program, fn).filter((caller) => caller !== fn && !caller.isTest && calls(program, caller, fn));
}

/** Files outside its folder that are looked through for callers at most. */
const maxFiles = 60;

function namingAnywhere(program: Program, fn: FunctionIr): readonly FunctionIr[] {
  const near = program.unitsNaming(fn, fn.name);
  const others = (program.naming(fn.name, maxFiles) ?? []).filter((unit) => !near.includes(unit));
  return fewNaming([...near, ...others], fn.name) ?? [];
}

function textOf(program: Program, fn: FunctionIr): string {
  const unit = program.unitOf(fn);
  const decl = unit.decl(fn.id);
  return decl === null ? '' : unit.text.slice(decl.start, decl.end);
}

/** What a function calls, but for one. */
function calledBy(program: Program, caller: FunctionIr, other: FunctionIr): FunctionIr[] {
  return nodesOf(program, caller).flatMap(({ op }) => {
    const resolved = op.op === 'call' ? program.resolve(caller, op.stmt, null) : null;
    return resolved?.how === 'local' && resolved.fn !== other ? [resolved.fn] : [];
  });
}

function calls(program: Program, caller: FunctionIr, fn: FunctionIr): boolean {
  return nodesOf(program, caller).some(({ op }) => {
    if (op.op !== 'call') return false;
    const { callee } = op.stmt;
    const resolved = program.resolve(caller, op.stmt, null);
    if (resolved.how === 'local') return resolved.fn === fn;
    return resolved.how === 'unknown' && callee.kind === 'method' && callee.name === fn.name;
  });
}
