/** Objects that are freed while a field of theirs still holds a connection. */

import { nodesOf } from './nodes-of.js';
import type { Graph } from './cfg.js';
import type { FunctionIr, Place } from './ir.js';
import type { Life } from './life.js';
import { isPlain, isWithin, rootOf } from './places.js';
import type { Program } from './program.js';
import { isHeld } from './state.js';
import type { State } from './state.js';
import { operandIn, placeOf } from './values-of.js';

/**
 * Does the function that frees an object close another connection that it holds? Then it is who ends such objects. One that closes
 * none may rest on everybody's having called what does.
 */
export function endsOthers(program: Program, fn: FunctionIr, held: Place | null): boolean {
  const object = held === null ? null : rootOf(held);
  return (
    object !== null &&
    closedIn(program, fn, 1).some((place) => !isPlain(place) && rootOf(place) === object && !sameField(place, held ?? ''))
  );
}

/** Is there a function that is made to close it: does every way through one do so? Then that comes before the object goes. */
export function hasCloser(lives: readonly Life[]): boolean {
  return lives.some(({ exploration: { ends } }) => ends.length > 0 && ends.every(({ entry }) => entry.state.phase === 'closed'));
}

function sameField(a: Place, b: Place): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}

/** Places that a function closes, by a library's call or by one of the program that closes its parameter. */
function closedIn(program: Program, fn: FunctionIr, depth: number): Place[] {
  return nodesOf(program, fn).flatMap(({ op }) => {
    if (op.op !== 'call') return [];
    const resolved = program.resolve(fn, op.stmt, null);
    if (resolved.how === 'fact') {
      const place = resolved.fact.closes === true ? placeOf(operandIn(op.stmt, resolved.fact.on ?? { arg: 0 })) : null;
      return place === null ? [] : [place];
    }
    if (resolved.how !== 'local' || depth === 0) return [];
    const callee = resolved.fn;
    return closedIn(program, callee, depth - 1).flatMap((place) => {
      const index = callee.params.findIndex(({ name }) => name === place);
      const given = index === -1 ? null : placeOf(op.stmt.args[index]?.value ?? null);
      return given === null ? [] : [given];
    });
  });
}

/** Names of the connection that lie in this memory; null when none does. */
export function heldIn(graph: Graph, state: State, memory: Place | null): Place[] | null {
  if (memory === null || !isHeld(state) || state.aliases.has(memory)) return null;
  const names = namesOf(graph, memory);
  const held = [...state.aliases.keys()].filter((alias) => names.some((name) => isWithin(alias, name)));
  return held.length > 0 ? held : null;
}

const copies = new WeakMap<Graph, ReadonlyMap<Place, Place>>();

/** The variables that are the same pointer (`struct task *t = arg`): copies that never are another one. */
function namesOf(graph: Graph, memory: Place): Place[] {
  let from = copies.get(graph);
  if (!from) copies.set(graph, (from = copiesIn(graph)));
  const origin = (place: Place): Place => {
    let at = place;
    for (let steps = 0; from.has(at) && steps < from.size; steps += 1) at = from.get(at) as Place;
    return at;
  };
  const first = origin(memory);
  return [...new Set([memory, first, ...[...from.keys()].filter((place) => origin(place) === first)])];
}

/** Variables that are assigned once, from another variable which is never assigned. */
function copiesIn(graph: Graph): Map<Place, Place> {
  const assigned = new Map<Place, (Place | null)[]>();
  const note = (to: Place | null, from: Place | null): void => {
    if (to !== null) assigned.set(to, [...(assigned.get(to) ?? []), from]);
  };
  for (const { op } of graph.nodes) {
    if (op.op === 'assign') note(op.to, op.from.kind === 'place' && isPlain(op.from.place) ? op.from.place : null);
    else if (op.op === 'call') for (const result of op.stmt.results) note(result, null);
    else if (op.op === 'unpack') for (const place of op.to) note(place, null);
  }
  const found = new Map<Place, Place>();
  for (const [to, sources] of assigned) {
    const [only] = sources;
    if (isPlain(to) && sources.length === 1 && only !== null && only !== undefined && (assigned.get(only)?.length ?? 0) <= 1)
      found.set(to, only);
  }
  return found;
}
