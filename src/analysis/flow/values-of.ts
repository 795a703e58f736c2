/** What operands are worth in a state. */

import type { FactIndex } from './fact-index.js';
import type { CallFact, Slot, ValueClass } from './facts.js';
import type { CallStmt, Operand, Place } from './ir.js';
import { isWithin, placesOf, rebase } from './places.js';
import type { State } from './state.js';
import { callerAlias } from './state.js';
import { classOf, numberOf } from './values.js';

/** The place an operand is, seen through conversions and `&`; null for anything else. */
export function placeOf(operand: Operand | null): Place | null {
  if (!operand) return null;
  if (operand.kind === 'place') return operand.place;
  if (operand.kind === 'derived' && (operand.how === 'like' || operand.how === 'address')) return placeOf(operand.of);
  return null;
}

/** What a call hands on to the callable that it runs. */
export function argumentsFor(stmt: CallStmt, { args }: NonNullable<CallFact['calls']>): Operand[] {
  if (args === undefined) return [];
  if (typeof args === 'object' && 'from' in args) {
    const positional = stmt.args.filter((arg) => arg.name === undefined);
    return positional.slice(args.from).map((arg) => arg.value);
  }
  const carrier = operandIn(stmt, args);
  if (carrier?.kind === 'tuple') return carrier.items;
  return carrier ? [carrier] : [];
}

/** What is known of the value of a place. */
export function valueOfPlace(state: State, facts: FactIndex, place: Place): ValueClass {
  const alias = state.aliases.get(place);
  if (alias !== undefined) return facts.type(alias)?.descriptor ? 'pos' : 'full';
  const known = state.facts.get(place);
  if (known !== undefined && known !== 'given') return known;
  const told = fieldOf(state, facts, place);
  if (told !== null) return told;
  for (const inner of state.aliases.keys()) if (isWithin(inner, place)) return 'full';
  for (const key of state.facts.keys()) if (state.facts.get(key) === 'looked' && isWithin(place, key)) return 'looked';
  return known ?? '?';
}

/** A field that says whether the connection is open. */
function fieldOf(state: State, facts: FactIndex, place: Place): ValueClass | null {
  const dot = place.lastIndexOf('.');
  const type = dot > 0 ? state.aliases.get(place.slice(0, dot)) : undefined;
  const field = place.slice(dot + 1);
  return type === undefined ? null : (facts.field(type, field) ?? (facts.part(type, field) === null ? null : 'full'));
}

/** What is known of the value of an operand. */
export function valueOf(state: State, facts: FactIndex, operand: Operand): ValueClass {
  switch (operand.kind) {
    case 'place':
      return valueOfPlace(state, facts, operand.place);
    case 'const':
      return classOf(operand.value);
    case 'name':
      return Object.hasOwn(facts.constants, operand.name)
        ? `=${facts.constants[operand.name]}`
        : `${operand.maybeZero ? '#' : '@'}${operand.name}`;
    case 'function':
      return `fn:${operand.id}`;
    case 'tuple':
      return operand.items.length === 0 ? 'empty' : 'full';
    case 'record':
      return operand.type ? `obj:${operand.type.replace(/^[*&]+/, '')}` : 'full';
    case 'derived':
      return derived(operand.how, valueOf(state, facts, operand.of));
    case 'opaque':
      return operand.uses.some((use) => tellsEof(state, valueOfPlace(state, facts, use))) ? 'looked' : '?';
  }
}

function derived(how: 'length' | 'like' | 'part' | 'joined' | 'address', value: ValueClass): ValueClass {
  if (value === 'looked') return how === 'joined' ? '?' : value;
  switch (how) {
    case 'length':
      return value === 'empty' ? 'zero' : value === 'full' || value === 'truthy' ? 'pos' : 'nonneg';
    case 'like':
      return value === 'empty' || value === 'full' || value === 'null' || value === 'zero' || value === 'neg' || value === 'pos'
        ? value
        : '?';
    case 'part':
      return value === 'empty' || value === 'null' ? value : '?';
    case 'joined':
      return value === 'full' || value === 'truthy' ? 'full' : '?';
    case 'address':
      return value.startsWith('obj:') ? value : 'full';
  }
}

/** Is this the value by which a read told of the end of the stream? */
export function tellsEof(state: State, value: ValueClass): boolean {
  return (
    state.phase === 'eof' &&
    (value === 'empty' || value === 'zero' || value === 'looked' || value === '@io.EOF' || value === '=-1' || value === 'null')
  );
}

/** Does an operand let the code look at how the stream ended? */
export function looksAtEof(state: State, facts: FactIndex, operand: Operand): boolean {
  return placesOf(operand).some((place) => tellsEof(state, valueOfPlace(state, facts, place)));
}

/** The operand in a slot of a call; null when it is not given. */
export function operandIn(stmt: CallStmt, slot: Slot): Operand | null {
  if (slot === 'receiver') return stmt.callee.kind === 'method' ? { kind: 'place', place: stmt.callee.receiver } : null;
  if (slot === 'any') return { kind: 'tuple', items: stmt.args.map((arg) => arg.value) };
  if (slot === 'last') return stmt.args.filter((arg) => arg.name === undefined).at(-1)?.value ?? null;
  if ('result' in slot) {
    const place = stmt.results[slot.result];
    return place ? { kind: 'place', place } : null;
  }
  const name = slot.name;
  const named = name === undefined ? undefined : stmt.args.find((arg) => arg.name === name);
  if (named) return named.value;
  const spread = stmt.args.findIndex((arg) => arg.spread);
  const positional = stmt.args.filter((arg) => arg.name === undefined);
  const given = 'arg' in slot && (spread === -1 || spread > slot.arg) ? positional[slot.arg] : undefined;
  if (given) return given.value;
  // A mapping of named arguments that is not written out may give it.
  return name !== undefined && stmt.args.some((arg) => arg.name === '**') ? { kind: 'opaque', uses: [] } : null;
}

/** Is the operand one of these names, or made of one (flags)? */
export function isAmong(state: State, facts: FactIndex, operand: Operand | null, names: readonly string[]): boolean {
  if (!operand) return false;
  if (operand.kind === 'name') return names.includes(operand.name);
  if (operand.kind === 'opaque') return operand.uses.some((use) => names.includes(use));
  if (operand.kind === 'const') return names.includes(String(operand.value));
  if (operand.kind === 'tuple') return operand.items.some((item) => isAmong(state, facts, item, names));
  if (operand.kind === 'record') return Object.values(operand.fields).some((field) => isAmong(state, facts, field, names));
  const value = valueOf(state, facts, operand);
  return (value.startsWith('@') || value.startsWith('"')) && names.includes(value.slice(1));
}

/** A number known of an operand, or null. */
export function numberIn(state: State, facts: FactIndex, operand: Operand | null): number | null {
  return operand ? numberOf(valueOf(state, facts, operand)) : null;
}

/** Names under `to` for every alias that lies within `from`, each with its type. */
export function aliasesUnder(state: State, from: Place, to: Place): [Place, string][] {
  const found: [Place, string][] = [];
  for (const [alias, type] of state.aliases)
    if (alias !== callerAlias && isWithin(alias, from)) found.push([rebase(alias, from, to), type]);
  return found;
}
