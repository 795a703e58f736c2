/** What a call does to the state: library facts, unknown callees. Calls of functions of the file are in local-calls.ts. */

import type { Node, CallNode } from './cfg.js';
import { limitOf, stepOf } from './effects.js';
import { implementation, promotedCall } from './dispatch.js';
import { declaredWrapper, failsOnNull, faultOnNull, isView, namedWrapper } from './declared.js';
import { foundInSet } from './elements.js';
import type { CallFact, FailFact, ValueClass } from './facts.js';
import type { CallStmt, Operand, Place } from './ir.js';
import { lent } from './lending.js';
import { handedOver, handled, openedWith } from './handlers.js';
import { isPutIn } from './list-nodes.js';
import { callFunction } from './local-calls.js';
import { isPassing } from './marks.js';
import { runsCallable, runsElsewhere } from './runners.js';
import type { Note } from './notes.js';
import { isOwnObject } from './own-object.js';
import { isPlain, isTemporary, rootOf } from './places.js';
import type { Outcome, Run, StepAt } from './run.js';
import { nodeKey, worse } from './run.js';
import { textOfSpan } from './span-text.js';
import { callerAlias, forget, forgetFields, holds, isHeld, release, setResults, told, withAlias, withFact } from './state.js';
import type { State } from './state.js';
import { escapesThrough, touches } from './transfer.js';
import { isAmong, looksAtEof, operandIn, placeOf, tellsEof, valueOfPlace } from './values-of.js';
import { stoodFor, variantOf } from './variants.js';
import { succeeds, stepAt } from './success.js';

/** All ways on from a call. */
export function call(run: Run, node: Node, state: State): Outcome[] {
  const at = node as CallNode;
  const stmt = at.op.stmt;
  if (failsOnNull(run, state, stmt)) return [];
  const fault = faultOnNull(run, state, stmt);
  if (fault !== null) return [thrown(node, state, fault, 2, [{ kind: 'exception', range: stmt.range }])];
  const stood = stoodFor(run, state, stmt) ?? promotedCall(run, state, stmt);
  if (stood) return call(run, { ...at, op: { op: 'call', stmt: stood } }, state);
  const declared = throughObject(run, state, stmt)
    ? { how: 'unknown' as const, className: undefined }
    : run.program.resolve(run.fn, stmt, state);
  const behind = declared.how === 'unknown' ? implementation(run, state, stmt) : null;
  const known = behind ?? declared;
  const own = run.site?.node === node.id && run.site.inner === null && known.how !== 'fact' && !isHeld(state) ? run.site.fact : null;
  const resolved = own ? { how: 'fact' as const, fact: own } : known;
  const before =
    resolved.how === 'fact'
      ? withFactOf(run, at, state, resolved.fact)
      : resolved.how === 'local'
        ? runsElsewhere(run, at, state, callFunction(run, at, state, resolved.fn, resolved.receiver, resolved.isNew))
        : runsElsewhere(run, at, state, unknown(run, at, state, resolved.className));
  const written = resolved.how === 'fact' && (resolved.fact.sets || resolved.fact.setsByName) ? [] : addressedBy(stmt);
  const outcomes = before.map((outcome) => ({
    ...outcome,
    state: written.reduce(forgetValue, resolved.how === 'fact' || stmt.harmless ? outcome.state : unmarked(outcome.state, stmt)),
    // Others may yet stand behind the interface.
    ...(behind ? { doubt: worse(outcome.doubt, 1) } : {}),
  }));
  if (stmt.mode === 'await' && run.program.traits.cancellation !== null) {
    outcomes.push(thrown(node, state, run.program.traits.cancellation, 2, [{ kind: 'cancelled', range: stmt.range }]));
  }
  return outcomes;
}

/** A library's method on an object that holds the connection in a field: a wrapper we do not see into. */
function throughObject(run: Run, state: State, stmt: CallStmt): boolean {
  const { callee } = stmt;
  if (callee.kind !== 'method' || !isHeld(state) || state.aliases.has(callee.receiver) || run.program.partType(state, callee.receiver))
    return false;
  return (
    holds(state, callee.receiver) &&
    run.program.resolve(run.fn, stmt, state).how === 'fact' &&
    !isPlainlyDerived(run, state, callee.receiver)
  );
}

/** An object of the program's own class: what it inherits from a library knows nothing of its fields (`Thread.start`). */
function isPlainlyDerived(run: Run, state: State, receiver: Place): boolean {
  const type = run.program.classOf(run.fn, receiver, state);
  return type !== null && run.program.class(type) !== null && run.program.hasPlainBases(type);
}

/** Variables that a call gets by address: it may have written to them. */
function addressedBy(stmt: CallStmt): Place[] {
  return stmt.args.flatMap(({ value }) =>
    value.kind === 'derived' && value.how === 'address' && value.of.kind === 'place' ? [value.of.place] : [],
  );
}

function forgetValue(state: State, place: Place): State {
  const known = state.facts.get(place);
  if (known?.startsWith('obj:') || known?.startsWith('fn:') || holds(state, place)) return state;
  return changedBy(isPlain(place) ? withFact(state, place, '?') : state, place);
}

/** A field that something outside may have written to; the object's name still means the same object. */
function changedBy(state: State, place: Place): State {
  return isPlain(place) ? forgetFields(state, place) : forgetWithin(state, place);
}

function forgetWithin(state: State, place: Place): State {
  const type = state.aliases.get(place);
  const next = forget(state, place);
  return type === undefined ? next : withAlias(next, place, type);
}

/** An exception leaves the call. */
function thrown(node: Node, state: State, type: string | null, doubt: 0 | 1 | 2, notes: Outcome['notes']): Outcome {
  return { to: node.throwTo, state: withFact(state, '%exception', type === null ? '?' : `@${type}`), doubt, notes };
}

/** What was told of a value that somebody else may have changed since (a request's builder). */
function unmarked(state: State, { args }: CallStmt): State {
  const given = args.flatMap(({ value }) => placeOf(value) ?? []);
  return given.reduce((next, place) => (isPassing(next.facts.get(place)) ? withFact(next, place, '?') : next), state);
}

/** Methods that put what they are given behind what is there. */
const gathers = /^(?:append|extend|push|write|add|put|concat)(?:_?(?:all|left|back|range|bytes|string|slice|data|buffer))?$/i;

/** Nobody knows what this call does: what it is given is owned elsewhere from now on. */
function unknown(run: Run, node: CallNode, state: State, className: string | undefined): Outcome[] {
  const stmt = node.op.stmt;
  const wrapper = declaredWrapper(run, state, stmt) ?? namedWrapper(run, state, stmt);
  if (wrapper) return withFactOf(run, node, state, wrapper);
  const operands = stmt.args.map((arg) => arg.value);
  const facts = run.program.facts;
  let next = stmt.answers && isHeld(state) ? { ...state, answered: textOfSpan(stmt.range) } : state;
  let doubt: 0 | 1 = 0;
  const given =
    stmt.harmless && !stmt.keeps
      ? []
      : operands.filter((operand) => escapesThrough(run, state, operand) && !(stmt.mode === 'plain' && isView(run, state, operand)));
  const isGiven = receiverOwns(run, state, stmt) || isPutIn(run, state, stmt) || given.some((operand) => !isOwnObject(run, state, operand));
  if (!isGiven && given.length > 0) next = withFact(next, told, 'true');
  if (isGiven) {
    run.emit({ event: 'given', name: run.program.calledName(stmt), range: stmt.range, state });
    next = lent(run, node, state) ?? release(next, 'gone');
  }
  if (!stmt.harmless) {
    if (operands.some((operand) => looksAtEof(state, facts, operand))) {
      const used = stmt.results.some((place) => place !== null && run.program.live(run.graph).isLive(node.next, rootOf(place)));
      if (used) next = { ...next, looked: true };
      else doubt = 1;
      // Nothing is put behind what is there: that stays as it was. What else it is given to may have noted it.
      if (stmt.callee.kind === 'method' && !gathers.test(stmt.callee.name))
        next = withFact(changedBy(next, stmt.callee.receiver), stmt.callee.receiver, 'looked');
    }
  }
  const after = setResults(next, stmt, ofLooked(run, state, stmt));
  const outcomes: Outcome[] = [{ to: node.next, state: className ? named(after, stmt, className) : after, doubt }];
  if (!stmt.harmless && run.program.traits.callsMayThrow) {
    outcomes.push(thrown(node, next, null, stmt.hosts ? 1 : 2, [{ kind: 'exception', range: stmt.range }]));
  }
  return outcomes;
}

/** What a method of a value that may tell of the end of the stream gives may tell of it, too (`line.length()`). */
function ofLooked(run: Run, state: State, { callee, results }: CallStmt): ValueClass[] {
  const isLooked =
    callee.kind === 'method' && tellsEof(state, 'looked') && valueOfPlace(state, run.program.facts, callee.receiver) === 'looked';
  return isLooked ? results.map(() => 'looked') : [];
}

function named(state: State, stmt: CallStmt, className: string): State {
  const place = stmt.results[0];
  return place ? withFact(state, place, `obj:${className}`) : state;
}

/** An unknown method of the object that holds the connection may close it. */
function receiverOwns(run: Run, state: State, stmt: CallStmt): boolean {
  if (stmt.callee.kind === 'value') return touches(run, state, stmt.callee.place);
  if (stmt.callee.kind !== 'method' || !isHeld(state)) return false;
  const receiver = stmt.callee.receiver;
  if (state.aliases.has(receiver) || run.program.partType(state, receiver)) return false;
  return touches(run, state, receiver);
}

/** A library's call. */
function withFactOf(run: Run, node: CallNode, state: State, stated: CallFact): Outcome[] {
  const stmt = node.op.stmt;
  const fact = stated.variants ? variantOf(run, state, stmt, stated) : stated;
  const operand = operandIn(stmt, fact.on ?? (stmt.callee.kind === 'method' ? 'receiver' : { arg: 0 }));
  const onIt = operand !== null && involves(run, state, operand);
  // An object that holds it in a field: what closes or keeps the object does so with both.
  const inside = !onIt && operand !== null && isHeld(state) && partsOf(operand).some((place) => holds(state, place));
  const kept = fact.keeps === undefined ? null : operandIn(stmt, fact.keeps);
  if (kept !== null && (involves(run, state, kept) || liesIn(state, kept))) return withFactOf(run, node, release(state, 'gone'), stated);
  if (inside && (fact.closes || fact.takes)) return withFactOf(run, node, release(state, 'gone'), stated);
  if (onIt && fact.consumes && isResponse(run, state, operand)) return consumed(run, node, state, fact);
  if (fact.exits) return [{ to: 2, state, doubt: 0 }];
  if (fact.oneWins) return contest(node, state);
  const type = onIt ? typeOf(run, state, operand) : null;
  const limit = limitOf(run, state, stmt, fact, (type ? run.program.facts.type(type)?.defaults : undefined) ?? {});
  if (onIt) report(run, node, state, fact, limit);
  else if (fact.blocks && isHeld(state))
    run.emit({ event: 'wait', at: nodeKey(run, node), range: stmt.range, fact: fact.blocks, state, own: false, ...limit });
  if (fact.forks && isHeld(state)) run.emit({ event: 'fork', range: stmt.range, state });
  const outcomes = (fact.fails ?? []).flatMap((fail) =>
    fails(run, node, inside && fail.closesOnFailure ? release(state, 'gone') : state, fact, fail, onIt),
  );
  if (fact.neverReturns) return outcomes;
  const before = fact.calls
    ? runsCallable(run, node, state, fact.calls)
    : [{ to: node.next, state: registered(run, node, state, fact, type), doubt: 0 as const }];
  const atEnd = fact.eof !== undefined && onIt && state.phase === 'eof';
  for (const first of atEnd ? [] : before) {
    if (first.to !== node.next || first.lost) outcomes.push(first);
    else {
      const success = succeeds(run, node, first.state, fact, onIt, operand, limit.limit);
      const opened =
        fact.handles && !isHeld(first.state) && isHeld(success.state) ? openedWith(run, node, success.state, fact.handles) : null;
      const open = opened ? { state: opened } : {};
      outcomes.push({ ...success, ...open, doubt: first.doubt, rarely: first.rarely, ...merged(first, run, node) });
    }
  }
  if (fact.eof) outcomes.push(...endOfStream(run, node, state, fact, onIt, limit.limit, operand));
  if (fact.element?.how === 'find') outcomes.push(...foundInSet(run, state, stmt, fact.element, node.next));
  return outcomes;
}

/** Whoever loses leaves what objects keep to who won; what only variables hold is still one's own. */
function contest(node: CallNode, state: State): Outcome[] {
  const names = [...state.aliases.keys()].filter((alias) => alias !== callerAlias);
  const isShared = isHeld(state) && names.length > 0 && !names.some(isPlain);
  return (['true', 'false'] as const).map((result) => ({
    to: node.next,
    state: setResults(isShared && result === 'false' ? release(state, 'gone') : state, node.op.stmt, [result]),
    doubt: 0,
  }));
}

/** Is it in this memory: a struct that is given by its address, or by a pointer to it? */
function liesIn(state: State, operand: Operand): boolean {
  const place = placeOf(operand);
  return place !== null && isHeld(state) && holds(state, place);
}

/** The place that an operand names; of several those of each. */
function partsOf(operand: Operand): Place[] {
  if (operand.kind === 'tuple') return operand.items.flatMap(partsOf);
  const place = placeOf(operand);
  return place === null ? [] : [place];
}

/** A function is registered for events of this connection, or of another one. */
function registered(run: Run, node: CallNode, state: State, { handles, timer }: CallFact, type: string | null): State {
  const later = timer && isHeld(state) ? operandIn(node.op.stmt, timer.callee) : null;
  if (later?.kind === 'function' && escapesThrough(run, state, later)) {
    run.emit({ event: 'noticed', name: 'timer', ends: true, range: node.op.stmt.range, state });
    return { ...state, tended: true };
  }
  if (!handles || !isHeld(state)) return state;
  return type === null ? handedOver(run, node, state, handles) : handled(run, node, state, handles, type);
}

/** Only a response is done with once its body is read to the end; a connection stays open. */
function isResponse(run: Run, state: State, operand: Operand): boolean {
  const type = typeOf(run, state, operand);
  return type !== null && run.program.facts.type(type)?.response === true;
}

/** The body is read to the end, or the library gives its connection up because that failed; some failures leave it as it is. */
function consumed(run: Run, node: CallNode, state: State, fact: CallFact): Outcome[] {
  const leaving = (fact.fails ?? []).filter((fail) => fail.leavesUnread);
  const over = withFactOf(run, node, state, { ...fact, consumes: false, fails: fact.fails?.filter((fail) => !fail.leavesUnread) });
  return [
    ...over.map((outcome) => ({ ...outcome, state: release(outcome.state, 'closed') })),
    ...leaving.flatMap((fail) => fails(run, node, state, fact, fail, true)),
  ];
}

function merged(first: Outcome, _run: Run, _node: Node): Partial<Outcome> {
  return first.notes || first.steps ? { notes: first.notes, steps: first.steps } : {};
}

/** Does the operand name the connection itself (also inside a tuple)? */
function involves(run: Run, state: State, operand: Operand): boolean {
  if (!isHeld(state)) return false;
  if (operand.kind === 'tuple') return operand.items.some((item) => involves(run, state, item));
  if (operand.kind === 'record') return Object.values(operand.fields).some((field) => involves(run, state, field));
  const place = placeOf(operand);
  return place !== null && (state.aliases.has(place) || run.program.partType(state, place) !== null);
}

function typeOf(run: Run, state: State, operand: Operand): string | null {
  if (operand.kind === 'tuple' || operand.kind === 'record') {
    const parts = operand.kind === 'tuple' ? operand.items : Object.values(operand.fields);
    return parts.map((part) => typeOf(run, state, part)).find((type) => type !== null) ?? null;
  }
  const place = placeOf(operand);
  return place === null ? null : (state.aliases.get(place) ?? run.program.partType(state, place));
}

/** Tells the search what happens to the connection here. */
function report(run: Run, node: CallNode, state: State, fact: CallFact, limit: { limited: boolean; limit: number | null }): void {
  const stmt = node.op.stmt;
  run.emit({ event: 'mention', range: stmt.range, state });
  // Hands are shaken with a peer: on a socket that has none yet nothing waits.
  const early = fact.blocks?.wait === 'handshake' && fact.step?.do !== 'connect' && state.phase === 'open';
  if (fact.blocks && !early)
    run.emit({ event: 'wait', at: nodeKey(run, node), range: stmt.range, fact: fact.blocks, state, own: true, ...limit });
  if (fact.blocks?.wait === 'read' && fact.eof && state.phase === 'eof' && !state.looked && state.eofAt === nodeKey(run, node)) {
    run.emit({ event: 'eofIgnored', range: stmt.range, result: stmt.results[0] ?? null, state });
  }
  const { signals } = fact;
  if (signals && !(signals.unless && isAmong(state, run.program.facts, operandIn(stmt, signals.unless.arg), signals.unless.names)))
    run.emit({ event: 'signal', range: stmt.range, state });
  if (fact.closes) run.emit({ event: 'close', range: stmt.range, state });
}

function fails(run: Run, node: CallNode, state: State, fact: CallFact, fail: FailFact, onIt: boolean): Outcome[] {
  const stmt = node.op.stmt;
  if (fail.told !== undefined && operandIn(stmt, fail.told)?.kind === 'function') return [];
  // Whose result is thrown away, its failure is not looked for: the path is that of a success.
  const ignored = fail.results?.every((known, index) => known === '?' || (stmt.results[index] ?? null) === null) === true;
  const doubt = fail.how === 'rare' || ignored ? 2 : 1;
  const kept = onIt && fail.closesOnFailure ? release(state, 'closed') : state;
  const note: Note = { kind: 'fails', range: stmt.range, name: run.program.calledName(stmt) };
  const steps = onIt && fact.step ? [stepAt(run, node, stepOf(run, state, stmt, fact.step, null))] : [];
  const raised: Note[] = [{ ...note, thrown: true }];
  // A failure of something else says nothing of the handlers around it.
  const unusual = onIt ? { rarely: 1 as const } : {};
  const outcomes: Outcome[] = (fail.throws ?? []).map((type) => ({ ...thrown(node, kept, type, doubt, raised), ...unusual, steps }));
  const isAsked = (place: Place | null): boolean => place !== null && (isTemporary(place) || run.program.isTested(run.fn, place));
  const rarely = ignored || !stmt.results.some(isAsked) ? 2 : 1;
  if (fail.results)
    outcomes.push({ to: node.next, state: { ...setResults(kept, stmt, fail.results), ready: false }, doubt, rarely, notes: [note], steps });
  return outcomes;
}

function endOfStream(
  run: Run,
  node: CallNode,
  state: State,
  fact: CallFact,
  onIt: boolean,
  limit: number | null,
  operand: Operand | null,
): Outcome[] {
  const stmt = node.op.stmt;
  const eofAt = state.phase === 'eof' ? state.eofAt : nodeKey(run, node);
  const read: State = onIt ? { ...state, phase: 'eof', looked: state.phase === 'eof' && state.looked, ready: false, eofAt } : state;
  const notes: Note[] = onIt ? [{ kind: 'endOfStream', range: stmt.range }] : [];
  const steps: StepAt[] = onIt && fact.step ? [{ ...stepAt(run, node, stepOf(run, state, stmt, fact.step, limit)), eof: true }] : [];
  // A response that is read to its end gives its connection back.
  const base = onIt && operand && isResponse(run, state, operand) ? release(read, 'closed') : read;
  const outcomes: Outcome[] = (fact.eof?.throws ?? []).map((type) => ({ ...thrown(node, base, type, onIt ? 0 : 1, notes), steps }));
  if (fact.eof?.results) outcomes.push({ to: node.next, state: setResults(base, stmt, fact.eof.results), doubt: 0, notes, steps });
  return outcomes;
}
