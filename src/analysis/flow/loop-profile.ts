/** The profile of a connection that a loop of the program serves (epoll, selectors): it waits there, reads, closes at the end. */

import { nodesOf } from './nodes-of.js';
import type { ConnectionProfile, ProfileStep } from '../../scenarios/profile.js';
import type { Leaf, Node } from './cfg.js';
import type { CallFact } from './facts.js';
import type { CallStmt, FunctionIr, Operand, Place } from './ir.js';
import type { Program } from './program.js';

interface Call {
  stmt: CallStmt;
  fact: CallFact;
  fn: FunctionIr;
}

/** Steps that a path has which sees to the connection itself. */
const OWN: ReadonlySet<ProfileStep['do']> = new Set(['listen', 'recv', 'recvUntilEof', 'poll', 'close', 'repeat']);

/** The profile with the loop's steps, where `fn` registers what it opens with a loop and does nothing more with it. */
export function servedByLoop(program: Program, profile: ConnectionProfile, fn: FunctionIr): ConnectionProfile {
  if (profile.steps.length === 0 || profile.steps.some((step) => OWN.has(step.do))) return profile;
  const registered = callsOf(program, fn).filter(({ fact }) => fact.registers?.waits !== undefined);
  const wait = waitOf(program, registered);
  if (!wait) return profile;
  const served = [...handlersOf(program, registered), ...callsAfter(program, wait)];
  const read = served.find(({ fact }) => fact.step?.do === 'recv');
  if (!read) return profile;
  const close = served
    .slice(served.indexOf(read))
    .find((call) => call.fact.step?.do === 'close' && (call.fn !== read.fn || comesAfterEnd(program, read, call)));
  const step = (kind: ProfileStep['do'], call: Call): ProfileStep => ({
    do: kind,
    line: call.stmt.range.startLine,
    call: program.calledName(call.stmt),
    ...(call.fn.file !== undefined && call.fn.file !== fn.file && { file: call.fn.file }),
  });
  const path = profile.steps.filter((one) => one.do !== 'hold');
  return {
    ...profile,
    steps: [...path, step('poll', wait), step('recv', read), ...(close ? [step('close', close)] : [{ do: 'hold' as const, line: 0 }])],
  };
}

/** The call in which the loop waits that something is registered with. */
function waitOf(program: Program, registered: readonly Call[]): Call | null {
  for (const { fact, fn } of registered)
    for (const name of fact.registers?.waits ?? [])
      for (const other of program.functionsNaming(fn, name.slice(name.lastIndexOf('.') + 1))) {
        const found = callsOf(program, other).find(({ fact }) => [fact.name].flat().includes(name));
        if (found) return found;
      }
  return null;
}

/** What the functions call that are registered together with the connection. */
function handlersOf(program: Program, registered: readonly Call[]): Call[] {
  return registered.flatMap(({ stmt }) =>
    stmt.args.flatMap(({ value }) => {
      const fn = value.kind === 'function' ? program.function(value.id) : null;
      return fn ? callsOf(program, fn) : [];
    }),
  );
}

/** What is called after a wait, in the loop's function and in those that it calls. */
function callsAfter(program: Program, { fn, stmt }: Call): Call[] {
  const after = nodesOf(program, fn)
    .flatMap(({ op }) => (op.op === 'call' && op.stmt.range.startLine > stmt.range.startLine ? [op.stmt] : []))
    .sort((a, b) => a.range.startLine - b.range.startLine);
  return after.flatMap((one): Call[] => {
    const resolved = program.resolve(fn, one, null);
    if (resolved.how === 'fact') return [{ stmt: one, fact: resolved.fact, fn }];
    return resolved.how === 'local' && resolved.fn !== fn ? callsOf(program, resolved.fn) : [];
  });
}

function callsOf(program: Program, fn: FunctionIr): Call[] {
  return nodesOf(program, fn).flatMap(({ op }): Call[] => {
    if (op.op !== 'call') return [];
    const resolved = program.resolve(fn, op.stmt, null);
    return resolved.how === 'fact' ? [{ stmt: op.stmt, fact: resolved.fact, fn }] : [];
  });
}

/** Does a way lead from the read to this call on which it was told of the end of the stream? */
function comesAfterEnd(program: Program, read: Call, wanted: Call): boolean {
  const graph = program.graph(read.fn);
  const nodeOf = ({ stmt }: Call): Node | undefined => graph?.nodes.find(({ op }) => op.op === 'call' && op.stmt === stmt);
  const [from, to] = [nodeOf(read), nodeOf(wanted)];
  if (!graph || !from || !to) return true;
  const [result] = read.stmt.results;
  const seen = new Set([from.id]);
  const queue = [from.next];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    if (id === to.id) return true;
    const node = graph.nodes[id];
    if (!node) continue;
    const { op } = node;
    const holds = op.op === 'test' && result != null ? atEnd(op.leaf, result) : null;
    if (op.op === 'test') queue.push(...(holds === null ? [node.next, op.no] : [holds ? node.next : op.no]));
    // The next round reads something else.
    else if (op.op !== 'call' || !op.stmt.results.includes(result ?? null)) queue.push(node.next);
  }
  return false;
}

/** What a test of the read's result says of nothing read: zero, and false; null: not known. */
function atEnd(leaf: Leaf, result: Place): boolean | null {
  const is = (value: Operand): boolean => value.kind === 'place' && value.place === result;
  if (leaf.test === 'truth') return is(leaf.value) ? false : null;
  if (leaf.test !== 'compare') return null;
  const [left, right] = [is(leaf.left) ? 0 : numberOf(leaf.left), is(leaf.right) ? 0 : numberOf(leaf.right)];
  if (left === null || right === null || is(leaf.left) === is(leaf.right)) return null;
  return COMPARES[leaf.op](left, right);
}

function numberOf(value: Operand): number | null {
  return value.kind === 'const' && typeof value.value === 'number' ? value.value : null;
}

const COMPARES: Readonly<Record<Extract<Leaf, { test: 'compare' }>['op'], (left: number, right: number) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};
