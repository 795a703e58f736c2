/** Dotted places: roots, prefixes, renaming. */

import type { Operand, Place } from './ir.js';

/** `self.sock.x` → `self`; `*out` → `out`; `%1[0]` → `%1`. */
export function rootOf(place: Place): string {
  const from = place.startsWith('*') ? 1 : 0;
  for (let i = from; i < place.length; i += 1) {
    const c = place[i];
    if (c === '.' || c === '[') return place.slice(from, i);
  }
  return place.slice(from);
}

/** Is `inner` the same as `outer`, or a field or element of it? */
export function isWithin(inner: Place, outer: Place): boolean {
  // What a pointer in it points to is reached through it.
  if (!inner.startsWith(outer)) return inner.startsWith('*') && inner.length > 1 && isWithin(inner.slice(1), outer);
  if (inner.length === outer.length) return true;
  const c = inner[outer.length];
  return c === '.' || c === '[';
}

/** `place` with its prefix `from` replaced by `to`. */
export function rebase(place: Place, from: Place, to: Place): Place {
  if (place.startsWith('*') && !from.startsWith('*')) return `*${to}${place.slice(1 + from.length)}`;
  return to + place.slice(from.length);
}

/** Is it a variable by itself, no field, element or target of a pointer? */
export function isPlain(place: Place): boolean {
  return !place.startsWith('*') && !place.includes('.') && !place.includes('[');
}

export function isTemporary(place: Place): boolean {
  return place.startsWith('%');
}

/** Elements of containers: what is stored there is gone elsewhere. */
export function isContainer(place: Place): boolean {
  return place.includes('[]');
}

/** All places an operand reads. */
export function placesOf(operand: Operand): Place[] {
  switch (operand.kind) {
    case 'place':
      return [operand.place];
    case 'tuple':
      return operand.items.flatMap(placesOf);
    case 'record':
      return Object.values(operand.fields).flatMap(placesOf);
    case 'derived':
      return placesOf(operand.of);
    case 'opaque':
      return operand.uses;
    case 'function':
      return operand.receiver ? [operand.receiver] : [];
    default:
      return [];
  }
}

/** Ids of the functions an operand refers to. */
export function functionsOf(operand: Operand): string[] {
  switch (operand.kind) {
    case 'function':
      return [operand.id];
    case 'tuple':
      return operand.items.flatMap(functionsOf);
    case 'record':
      return Object.values(operand.fields).flatMap(functionsOf);
    case 'derived':
      return functionsOf(operand.of);
    default:
      return [];
  }
}
