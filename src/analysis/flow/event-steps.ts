/** What handlers of events do with a connection, as steps of an experiment: who is connected writes, what comes is read, the end closes. */

import { nodesOf } from './nodes-of.js';
import type { ProfileStep } from '../../scenarios/profile.js';
import type { CallStmt, FunctionIr } from './ir.js';
import { mayEnd } from './handlers.js';
import { isTemporary, rootOf } from './places.js';
import type { Program } from './program.js';
import { callsAround } from './relays.js';
import type { Call } from './relays.js';
import { operandIn } from './values-of.js';

/** The connection by its variables in `fn`. */
export interface Heard {
  program: Program;
  fn: FunctionIr;
  roots: ReadonlySet<string>;
  type: string;
}

/** The steps after it has connected; empty where no handler of its own reads. */
export function stepsHeard(heard: Heard): ProfileStep[] {
  const calls = callsAround(heard);
  const handlers = calls.flatMap((call) => handlerOf(heard, call));
  const reading =
    handlers.find(({ meaning }) => meaning === 'reads' || meaning === 'drains') ?? calls.flatMap((call) => flowOf(heard, call))[0];
  if (!reading) return [];
  const sends = handlers.filter(({ isFirst }) => isFirst).flatMap(({ fn }) => (fn ? sendsIn(heard, fn) : []));
  const end = handlers.find(({ name }) => name === 'end');
  const line = ({ stmt }: { stmt: CallStmt }): number => stmt.range.startLine;
  const closes = reading.meaning === 'reads' || (end !== undefined && mayClose(heard, end.fn));
  // Without a handler of the end no line of the code closes it.
  const last: ProfileStep = closes ? { do: 'close', line: end ? line(end) : 0 } : { do: 'hold', line: line(reading) };
  const { name, call } = reading;
  return [...sends, { do: 'recvUntilEof', line: line(reading), event: name, ...(call !== undefined && { call }) }, last];
}

/** A call that makes the runtime read it to its end (`a.pipe(b)`), upon which the runtime closes it. */
function flowOf({ program, roots, type }: Heard, { stmt }: Call): Reading[] {
  const { callee } = stmt;
  if (callee.kind !== 'method' || !roots.has(rootOf(callee.receiver))) return [];
  const fact = program.facts.method(type, callee.name);
  const name = program.facts.readEvent(type);
  if (fact?.tends !== true || fact.registers === undefined || name === null) return [];
  return [{ name, meaning: 'reads', stmt, call: `${callee.receiver}.${callee.name}` }];
}

/** What nobody can follow may close it. */
function mayClose({ program, roots, type }: Heard, fn: FunctionIr | null): boolean {
  return fn === null || mayEnd(program, fn, new Set([...roots].filter((root) => !isTemporary(root))), type);
}

/** What makes it read. */
interface Reading {
  /** The event by which its loop tells what comes. */
  name: string;
  meaning: string;
  stmt: CallStmt;
  /** The call of the code that stands for its handler. */
  call?: string;
}

interface Handler extends Reading {
  /** It runs when the connection is there. */
  isFirst: boolean;
  fn: FunctionIr | null;
}

/** Events that come once, when it can be written to. */
const first = new Set(['connect', 'secureConnect', 'ready']);

function handlerOf({ program, roots, type }: Heard, { fn, stmt }: Call): Handler[] {
  const { callee } = stmt;
  const own = callee.kind === 'method' && roots.has(rootOf(callee.receiver));
  const resolved = own ? program.facts.method(type, callee.name) : null;
  const called = resolved ? null : program.resolve(fn, stmt, null);
  const fact = resolved ?? (called?.how === 'fact' && called.fact.opens?.type === type ? called.fact : null);
  if (!fact?.handles) return [];
  const { event } = fact.handles;
  const asked = 'is' in event ? null : operandIn(stmt, event);
  const name = 'is' in event ? event.is : asked?.kind === 'const' ? String(asked.value) : '';
  const given = operandIn(stmt, fact.handles.callee);
  if (given === null || (given.kind !== 'function' && given.kind !== 'place')) return [];
  const literal = given.kind === 'function' ? program.function(given.id) : null;
  return [{ name, meaning: program.facts.event(type, name), isFirst: first.has(name), stmt, fn: literal }];
}

function sendsIn({ program, roots, type }: Heard, fn: FunctionIr): ProfileStep[] {
  return nodesOf(program, fn).flatMap(({ op }) => {
    const callee = op.op === 'call' && op.stmt.callee.kind === 'method' ? op.stmt.callee : null;
    if (op.op !== 'call' || !callee || !roots.has(rootOf(callee.receiver))) return [];
    const does = program.facts.method(type, callee.name)?.step?.do === 'send';
    return does ? [{ do: 'send' as const, line: op.stmt.range.startLine, call: `${callee.receiver}.${callee.name}` }] : [];
  });
}
