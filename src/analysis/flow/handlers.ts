/** Functions that run when something happens to a connection later. */

import { nodesOf } from './nodes-of.js';
import type { Node } from './cfg.js';
import type { CallFact } from './facts.js';
import type { CallStmt, FunctionIr, Operand, Span } from './ir.js';
import { callFunction } from './local-calls.js';
import { functionsOf, isPlain, isTemporary, placesOf, rootOf } from './places.js';
import { spanOfText } from './span-text.js';
import type { Note } from './notes.js';
import type { Program } from './program.js';
import type { Entry, Run } from './run.js';
import { isHeld, release, withAlias } from './state.js';
import type { State } from './state.js';
import { escapesThrough } from './transfer.js';
import { operandIn, valueOf } from './values-of.js';

type CallNode = Node & { op: { op: 'call'; stmt: CallStmt } };

/** The answer to what was asked, which comes once: what the function leaves open then nothing comes back to. */
export const once = 'answer';
/** It is told whether it could connect: where not, the client has closed it. */
const connecting = 'connected';

/** The state once a function is registered for an event of the connection. */
export function handled(run: Run, node: CallNode, state: State, handles: NonNullable<CallFact['handles']>, type: string): State {
  const { stmt } = node.op;
  const callee = operandIn(stmt, handles.callee);
  const name = 'is' in handles.event ? handles.event.is : nameIn(operandIn(stmt, handles.event));
  if (callee === null || !isHeld(state)) return state;
  if (name === null) return escapesThrough(run, state, callee) ? release(state, 'gone') : state;
  const meaning = run.program.facts.event(type, name);
  if (meaning === 'reads' && run.program.facts.type(type)?.response) return release(state, 'closed');
  if (meaning === 'over') return state;
  const { ends, answers, handsOver, onlyTends } = endings(run, node, state, callee, name === once);
  if (meaning === 'notice' || (ends === 'always' && !onlyTends))
    run.emit({ event: 'noticed', name, ends: ends !== 'never', ...(handsOver ? { answers: true } : {}), range: stmt.range, state });
  else if (ends === 'sometimes' && answers !== null && name !== connecting) run.emit({ event: 'answered', range: answers, state });
  return meaning !== 'reads' && (ends === 'never' || ends === 'unknown') ? state : { ...state, tended: true };
}

/**
 * The call that opens it registers a function with it, too: that knows it by the name that it is about to get. What ends it there is
 * found with all functions that may end it (`mayEndLater`); here it counts that somebody reads it to its end.
 */
export function openedWith(run: Run, node: CallNode, state: State, handles: NonNullable<CallFact['handles']>): State {
  const next = run.graph.nodes[node.next]?.op;
  const given = node.op.stmt.results[0] ?? null;
  const type = given === null ? undefined : state.aliases.get(given);
  if (type === undefined || next?.op !== 'assign' || next.from.kind !== 'place' || next.from.place !== given) return state;
  const opened: Note = { kind: 'opened', range: node.op.stmt.range };
  const emit: Run['emit'] = (event) => event.event === 'answered' && run.emit(event, [opened]);
  const { tended } = handled({ ...run, emit }, node, withAlias(state, next.to, type), handles, type);
  return tended ? { ...state, tended } : state;
}

/** Registered with another connection: who has that may end this one. */
export function handedOver(run: Run, node: CallNode, state: State, handles: NonNullable<CallFact['handles']>): State {
  const callee = operandIn(node.op.stmt, handles.callee);
  // What somebody else's failure ends, nobody ends where all goes well.
  if (callee === null || handles.ifItFails || !escapesThrough(run, state, callee)) return state;
  const { ends, closes } = endings(run, node, state, callee);
  if (ends === 'never') return state;
  return closes ? { ...state, tended: true } : release(state, 'gone');
}

function nameIn(operand: Operand | null): string | null {
  return operand?.kind === 'const' && typeof operand.value === 'string' ? operand.value : null;
}

/** `ends`: on which ordinary ways through it a function closes the connection, or gives it to somebody else. */
interface Endings {
  ends: 'always' | 'sometimes' | 'never' | 'unknown';
  /** Where it answers who waits, on a way that leaves the connection open; of a function that is called once, where that ends. */
  answers: Span | null;
  /** Where it does not leave it open it closes it. */
  closes: boolean;
  /** Where it does not leave it open it gives it to who waits, and to nobody else. */
  handsOver: boolean;
  /** It sees to it that something else ends it (reads it to its end), and ends it on no way itself. */
  onlyTends: boolean;
}

function endings(run: Run, node: CallNode, before: State, callee: Operand, isLast = false): Endings {
  // By then variables may have any value.
  const facts = before.facts.filter(
    (key) => before.facts.get(key)?.startsWith('fn:') === true || before.facts.get(key)?.startsWith('obj:') === true,
  );
  const state = { ...before, tended: false, answered: '', facts };
  const known = valueOf(state, run.program.facts, callee);
  const fn = known.startsWith('fn:') ? run.program.function(known.slice('fn:'.length)) : null;
  if (!fn)
    return {
      ends: escapesThrough(run, state, callee) ? 'always' : isGiven(run, callee) ? 'never' : 'unknown',
      answers: null,
      closes: false,
      handsOver: false,
      onlyTends: false,
    };
  const receiver = callee.kind === 'function' ? (callee.receiver ?? fn.receiver) : fn.receiver;
  const inner: CallStmt = {
    do: 'call',
    callee: { kind: 'local', id: fn.id },
    args: [],
    results: [],
    mode: 'plain',
    range: node.op.stmt.range,
  };
  const outcomes = callFunction(run, { ...node, op: { op: 'call', stmt: inner } }, state, fn, receiver, false).filter(
    (one) => one.to === node.next && !one.lost && one.doubt < 2,
  );
  const open = outcomes.filter((one) => isHeld(one.state) && !one.state.tended);
  const said = open.find((one) => one.state.answered !== '')?.state.answered;
  const left = isLast ? open[0]?.left : undefined;
  const ends = outcomes.length > 0 && open.length === 0 ? 'always' : open.length < outcomes.length ? 'sometimes' : 'never';
  return {
    ends,
    answers: said === undefined ? (left ?? null) : spanOfText(said),
    closes: outcomes.every((one) => isHeld(one.state) || one.state.phase === 'closed'),
    handsOver: outcomes.every((one) => isHeld(one.state) || (one.state.phase === 'gone' && one.state.answered !== '')),
    onlyTends: outcomes.every((one) => isHeld(one.state)),
  };
}

/** A function that callers gave, before there was a connection: it cannot have it. */
function isGiven({ program, fn }: Run, callee: Operand): boolean {
  if (callee.kind !== 'place' || !isPlain(callee.place)) return false;
  const has = (one: FunctionIr): boolean => one.params.some(({ name }) => name === callee.place);
  return has(fn) || (fn.captures.includes(callee.place) && program.unitOf(fn).functionsBeside(fn.id).some(has));
}

/** Has somebody we cannot follow got a function that may end the connection by a variable that holds it, perhaps before it did? */
export function mayEndLater(program: Program, fn: FunctionIr, end: Entry): boolean {
  const { state } = end;
  const roots = new Set([...state.aliases.keys()].map(rootOf));
  const literals = program
    .unitOf(fn)
    .functionsBeside(fn.id)
    .filter((other) => other !== fn && other.captures.some((place) => roots.has(place)));
  if (literals.length === 0) return false;
  const type = [...state.aliases.values()][0] ?? '';
  const ids = new Set(literals.filter((literal) => mayEnd(program, literal, roots, type)).map(({ id }) => id));
  // What was left before it was registered is ended by nobody.
  const passed = new Set<number>();
  for (let at: Entry | null = end; at; at = at.prev) passed.add(at.node);
  return [fn, ...literals].some((one) =>
    nodesOf(program, one).some(({ id, op }) => {
      if (one === fn && !passed.has(id)) return false;
      if (op.op === 'escape') return one === fn && op.places.some((place) => roots.has(place));
      if (op.op !== 'call' || op.stmt.harmless) return false;
      const given = op.stmt.args.flatMap(({ value }) => functionsOf(value));
      return given.some((id) => ids.has(id)) && isKept(program, one, op.stmt, roots);
    }),
  );
}

/** Does it do anything with these variables that may end what they hold, or keep it? */
export function mayEnd(program: Program, literal: FunctionIr, roots: ReadonlySet<string>, type: string): boolean {
  const within = (place: string): boolean => roots.has(rootOf(place));
  const uses = (operand: Operand): boolean =>
    placesOf(operand).some(within) || functionsOf(operand).some((id) => program.function(id)?.captures.some(within) === true);
  return (program.graph(literal)?.nodes ?? [{ op: { op: 'escape', places: [...roots] } }]).some(({ op }) => {
    switch (op.op) {
      case 'escape':
        return op.places.some(within);
      case 'assign':
        return uses(op.from);
      case 'return':
      case 'yield':
        return op.values.some(uses);
      case 'call': {
        const { callee, args } = op.stmt;
        const own = callee.kind === 'method' && within(callee.receiver);
        if (!own && !args.some(({ value }) => uses(value))) return false;
        const resolved = program.resolve(literal, op.stmt, null);
        const fact = resolved.how === 'fact' ? resolved.fact : own ? program.facts.method(type, callee.name) : null;
        return fact === null || fact.closes === true || fact.consumes === true || fact.takes === true || fact.wraps !== undefined;
      }
      default:
        return false;
    }
  });
}

/** Does a call keep the functions that it gets, for all that we know? */
function isKept(program: Program, fn: FunctionIr, stmt: CallStmt, roots: ReadonlySet<string>): boolean {
  const resolved = program.resolve(fn, stmt, null);
  if (resolved.how === 'fact')
    return (
      resolved.fact.timer !== undefined || resolved.fact.takes === true || (resolved.fact.handles && resolved.fact.opens) !== undefined
    );
  if (resolved.how !== 'unknown') return false;
  const { callee } = stmt;
  const own = callee.kind === 'method' && (roots.has(rootOf(callee.receiver)) || isTemporary(callee.receiver));
  return !(own && program.facts.isHandled(callee.name));
}
