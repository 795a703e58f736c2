/** Connections that a framework hands in: parameters of callbacks, fields of handler objects. No call of the file opens them. */

import { nodesOf } from './nodes-of.js';
import { own } from './own.js';
import { FactMap } from './fact-map.js';
import type { Graph } from './cfg.js';
import type { CallFact, HandlerClassFact, StepFact } from './facts.js';
import type { CallStmt, ClassIr, FunctionIr, Operand, Place, Span } from './ir.js';
import { withDefaults } from './listeners.js';
import { placesOf } from './places.js';
import type { Program } from './program.js';
import { shownIn } from './shown.js';
import type { Shown } from './shown.js';
import { callerAlias, start, withFact } from './state.js';
import type { State } from './state.js';
import type { Options } from './tracked.js';
import { isAmong, operandIn } from './values-of.js';

export interface Arrival {
  fn: FunctionIr;
  graph: Graph;
  seed: State;
  library: string;
  /** Where it is told. */
  range: Span;
  /** What was done with it before it comes in. */
  before: readonly StepFact['do'][];
  /** The function must close it; else the framework does. */
  owned: boolean;
  /** Nobody handed it in in sight: what the function does with it shows that it is one. */
  shown?: Shown['counts'];
  /** The function's own name for it. */
  name?: Place;
  /** An event loop waits for it from here on. */
  watched?: boolean;
}

export function arrivalsOf(program: Program, functions: readonly FunctionIr[]): Arrival[] {
  const found = new Map<string, Arrival>();
  for (const arrival of [...handlerObjects(program), ...callbacks(program, functions)])
    if (!found.has(arrival.fn.id)) found.set(arrival.fn.id, arrival);
  const shown = functions.filter(({ id }) => !found.has(id)).flatMap((fn) => shownArrivals(program, fn));
  return [...found.values(), ...shown];
}

/** What nobody is seen to hand in. */
function shownArrivals(program: Program, fn: FunctionIr): Arrival[] {
  return shownIn(program, fn).map(({ graph, type, seed, counts, name, range }) => ({
    fn,
    graph,
    seed,
    library: type,
    range,
    name,
    before: ['connect'],
    owned: true,
    shown: counts,
  }));
}

function arrival(
  program: Program,
  fn: FunctionIr,
  library: string,
  names: [Place, string][],
  owned: boolean,
  options: Options = {},
): Arrival[] {
  const graph = program.graph(fn);
  if (!graph || names.length === 0) return [];
  const aliases = FactMap.of(owned ? names : [...names, [callerAlias, names[0]?.[1] ?? ''] as [Place, string]]);
  return [
    {
      fn,
      graph,
      library,
      owned,
      range: fn.nameRange,
      before: ['accept'],
      seed: { ...start, phase: 'connected', role: 'accepted', aliases, options },
    },
  ];
}

/** Methods of classes that a framework makes one object of per connection. */
function handlerObjects(program: Program): Arrival[] {
  return program.ownClasses.flatMap((cls) => {
    const facts = program.facts.handlers.filter((handler) => program.hasBase(cls.name, handler.base));
    return Object.entries(cls.methods).flatMap(([name, id]) => {
      const fitting = facts.filter((handler) => handler.methods.includes(name));
      const [first] = fitting;
      const fn = first ? program.function(id) : null;
      const role = fn && first ? roleNear(program, cls, fn, first) : null;
      if (!fn?.receiver || !first || role === null) return [];
      const names = fitting.flatMap((handler): [Place, string][] => {
        const place = handler.param === undefined ? `${fn.receiver}.${handler.field}` : fn.params[handler.param]?.name;
        return place === undefined ? [] : [[place, handler.type]];
      });
      const made = arrival(program, fn, first.base, names, first.owns, limits(cls, fitting));
      return made.map((one) => ({
        ...one,
        watched: first.watched === true,
        before: [role === 'client' ? ('connect' as const) : ('accept' as const)],
        seed: { ...one.seed, role },
      }));
    });
  });
}

/** What the files say that name the class; null where they do not show that its objects get connections. */
function roleNear(program: Program, cls: ClassIr, fn: FunctionIr, { near, role }: HandlerClassFact): HandlerClassFact['role'] | null {
  if (!near) return role;
  const name = cls.name.slice(cls.name.lastIndexOf(':') + 1);
  const units = new Set([program.unitOf(fn), ...program.functionsNaming(fn, name).map((one) => program.unitOf(one))]);
  const says = (word: string): boolean => [...units].some(({ text }) => text.includes(word));
  const shown = Object.entries(near.words).find(([word]) => says(word));
  return shown && !near.without.some(says) ? shown[1] : null;
}

/** A class constant that the framework makes the connection's limit. */
function limits(cls: ClassIr, facts: readonly HandlerClassFact[]): Options {
  for (const { limitField } of facts) {
    const value = limitField === undefined ? undefined : own(cls.constants, limitField);
    if (typeof value === 'number') return { readTimeout: { value, line: cls.range.startLine, range: cls.range, from: 'helper' } };
  }
  return {};
}

/** What a call runs, with its arguments as they stand there. */
function callsIn(program: Program, stmt: CallStmt, fact: CallFact): CallFact['calls'] {
  const variant = fact.variants?.find(({ when }) => {
    if ('lacks' in when) return operandIn(stmt, when.lacks) === null;
    return 'arg' in when && 'names' in when && isAmong(start, program.facts, operandIn(stmt, when.arg), when.names);
  });
  return variant?.then.calls ?? fact.calls;
}

/** Functions of the file that are given to a library as what to run per connection. */
function callbacks(program: Program, functions: readonly FunctionIr[]): Arrival[] {
  const found: Arrival[] = [];
  for (const caller of functions) {
    for (const node of nodesOf(program, caller)) {
      if (node.op.op !== 'call') continue;
      const resolved = program.resolve(caller, node.op.stmt, null);
      const calls = resolved.how === 'fact' ? callsIn(program, node.op.stmt, resolved.fact) : undefined;
      const operand = calls?.gives ? operandIn(node.op.stmt, calls.callee) : null;
      const fn = operand && calls ? calledOf(program, caller, operand, calls, null) : null;
      if (!fn || !calls?.gives || resolved.how !== 'fact') continue;
      const names = calls.gives.flatMap((given): [Place, string][] => {
        const param = fn.params[given.param];
        return param && !(given.heard === true && onlyLooks(program, fn, param.name)) ? [[param.name, given.type]] : [];
      });
      const asked = calls.gives.some(({ role }) => role === 'client') ? { range: node.op.stmt.range, role: 'client' as const } : null;
      const maker = asked ? requestIn(program, caller, fn, node.op.stmt, resolved.fact.opens?.type ?? null) : [];
      const made = arrival(
        program,
        fn,
        [resolved.fact.name].flat()[0] ?? '',
        [...names, ...maker],
        calls.gives.some((given) => given.owns),
        asked ? {} : withDefaults(program, listenersOf(program, caller, node.op.stmt, resolved.fact), node.op.stmt.range),
      ).map((one) => ({ ...one, seed: withoutFailure(one.seed, fn, calls) }));
      const all = [...made, ...passedOn(program, fn, names, made)];
      found.push(
        ...all.map((one): Arrival =>
          asked ? { ...one, range: asked.range, before: ['connect', 'send', 'recv'], seed: { ...one.seed, role: asked.role } } : one,
        ),
      );
    }
  }
  return found;
}

/** The types of the listener that runs it: what the call opens, or what it is a method of. */
function listenersOf(program: Program, caller: FunctionIr, { callee }: CallStmt, { opens, calls }: CallFact): string[] {
  const told = calls?.gives?.flatMap(({ listener }) => listener ?? []) ?? [];
  const type = opens ? opens.type : callee.kind === 'method' ? program.classOf(caller, callee.receiver, null) : null;
  return type === null ? told : [type, ...told];
}

/** It reads fields of what it is told of, and no more. */
function onlyLooks(program: Program, fn: FunctionIr, name: Place): boolean {
  if (
    program
      .unitOf(fn)
      .functionsBeside(fn.id)
      .some((one) => one !== fn && one.captures.includes(name))
  )
    return false;
  return nodesOf(program, fn).every(({ op }) => {
    if (op.op === 'assign') return !placesOf(op.from).includes(name);
    if (op.op === 'return' || op.op === 'escape') return !(op.op === 'escape' ? op.places : op.values.flatMap(placesOf)).includes(name);
    if (op.op !== 'call') return true;
    const { callee, args } = op.stmt;
    return !(callee.kind === 'method' && callee.receiver === name) && !args.some(({ value }) => placesOf(value).includes(name));
  });
}

/** Where there is a connection, the parameter that tells of a failure is null. */
function withoutFailure(seed: State, fn: FunctionIr, { gives = [] }: NonNullable<CallFact['calls']>): State {
  const told = gives.flatMap(({ unless }) => (unless === undefined ? [] : (fn.params[unless]?.name ?? [])));
  return told.reduce((state, place) => withFact(state, place, 'null'), seed);
}

/** The variable that has what the call gave, where the function uses that: by it, too, the connection can be ended. */
function requestIn(program: Program, caller: FunctionIr, fn: FunctionIr, stmt: CallStmt, opened: string | null): [Place, string][] {
  const { callee } = stmt;
  const type = opened ?? (callee.kind === 'method' ? program.classOf(caller, callee.receiver, null) : null);
  if (type === null) return [];
  const own = callee.kind === 'method' ? [callee.receiver] : [];
  const made = stmt.results[0];
  const names = [...nodesOf(program, caller)].flatMap(({ op }) =>
    op.op === 'assign' && op.from.kind === 'place' && op.from.place === made ? [op.to] : [],
  );
  return [...new Set([...names, ...own])]
    .filter((name) => fn.captures.includes(name) || (caller.kind === 'module' && caller.locals.includes(name)))
    .map((name) => [name, type]);
}

/** `function ask(url, done) { get(url, (res) => done(null, res)); }`: functions that callers give for `done`. */
function passedOn(program: Program, fn: FunctionIr, names: readonly [Place, string][], made: readonly Arrival[]): Arrival[] {
  return made.flatMap(({ library, owned }) =>
    nodesOf(program, fn).flatMap(({ op }) => {
      const callee = op.op === 'call' && op.stmt.callee.kind === 'value' ? op.stmt.callee.place : null;
      if (op.op !== 'call' || callee === null || !fn.captures.includes(callee)) return [];
      const given = op.stmt.args.findIndex(({ value }) => value.kind === 'place' && names.some(([name]) => name === value.place));
      const type = names.find(
        ([name]) => op.stmt.args[given]?.value.kind === 'place' && name === (op.stmt.args[given].value as { place: Place }).place,
      )?.[1];
      const owner = program
        .unitOf(fn)
        .functionsBeside(fn.id)
        .find((one) => one.params.some(({ name }) => name === callee));
      if (given < 0 || type === undefined || !owner) return [];
      const at = owner.params.findIndex(({ name }) => name === callee);
      return callersOf(program, owner).flatMap((stmt) => {
        const operand = stmt.args[at]?.value;
        const target = operand?.kind === 'function' ? program.function(operand.id) : null;
        const param = target?.params[given];
        return target && param ? arrival(program, target, library, [[param.name, type]], owned) : [];
      });
    }),
  );
}

/** Calls of a function, in its file. */
function callersOf(program: Program, owner: FunctionIr): CallStmt[] {
  return program
    .functionsNaming(owner, owner.name)
    .filter(({ file }) => file === owner.file)
    .flatMap((fn) =>
      nodesOf(program, fn).flatMap(({ op }) => {
        if (op.op !== 'call') return [];
        const resolved = program.resolve(fn, op.stmt, null);
        return resolved.how === 'local' && resolved.fn.id === owner.id ? [op.stmt] : [];
      }),
    );
}

/** What a call runs that is given a callable, or an object with a method for it. */
export function calledOf(
  program: Program,
  caller: FunctionIr,
  operand: Operand,
  { methods }: NonNullable<CallFact['calls']>,
  state: State | null,
): FunctionIr | null {
  if (operand.kind === 'function') return program.function(operand.id);
  const known = operand.kind === 'place' ? state?.facts.get(operand.place) : undefined;
  if (known?.startsWith('fn:')) return program.function(known.slice(3));
  const owner = operand.kind === 'place' && methods ? program.classOf(caller, operand.place, state) : null;
  for (const name of owner === null ? [] : (methods ?? [])) {
    const { fn } = program.method(owner as string, name);
    if (fn) return fn;
  }
  return null;
}
