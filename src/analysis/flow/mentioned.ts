/** The places that a function names. */

import { nodesOf } from './nodes-of.js';
import type { FunctionIr, Operand, Place } from './ir.js';
import { placesOf } from './places.js';
import type { Program } from './program.js';
import { placesOfTest } from './questions.js';

export function mentionedPlaces(program: Program, fn: FunctionIr): ReadonlySet<Place> {
  return program.recall('places', fn, '', () => placesIn(program, fn));
}

function placesIn(program: Program, fn: FunctionIr): ReadonlySet<Place> {
  const found = new Set<Place>();
  const read = (...operands: Operand[]): void => operands.flatMap(placesOf).forEach((place) => found.add(place));
  const written = (places: readonly (Place | null)[]): void =>
    places.forEach((place) => {
      if (place !== null) found.add(place);
    });
  for (const { op } of nodesOf(program, fn)) {
    switch (op.op) {
      case 'assign':
        written([op.to]);
        read(op.from);
        break;
      case 'unpack':
        written([...op.to, op.from]);
        break;
      case 'return':
      case 'yield':
        read(...op.values);
        break;
      case 'test':
        written(op.leaf.test === 'opaque' ? op.leaf.uses : placesOfTest(op.leaf));
        break;
      case 'call':
        written([...op.stmt.results, op.stmt.callee.kind === 'method' ? op.stmt.callee.receiver : null]);
        read(...op.stmt.args.map(({ value }) => value));
        break;
      default:
    }
  }
  return found;
}
