/** A connection in a record that is returned as it is made: the declared type of the result says whose field it is in. */

import type { FunctionIr, Operand, Place } from './ir.js';
import { isTemporary, isWithin } from './places.js';
import type { Program } from './program.js';
import { plainType } from './static-types.js';

interface FieldOf {
  owner: string;
  field: string;
  type: string;
}

/** Fields of the program's classes in which these results hold what `names` name. */
export function returnedIn(
  program: Program,
  fn: FunctionIr,
  names: ReadonlyMap<Place, string>,
  values: readonly Operand[],
): readonly FieldOf[] {
  return values.flatMap((value, index) => {
    const fields = fieldsOf(names, value);
    const owner = fields.length === 0 ? null : plainType(program.declaredResults(fn.id)[index] ?? '');
    return owner === null || !program.class(owner) ? [] : fields.map((one) => ({ owner, ...one }));
  });
}

function fieldsOf(names: ReadonlyMap<Place, string>, value: Operand): Omit<FieldOf, 'owner'>[] {
  switch (value.kind) {
    case 'derived':
      return fieldsOf(names, value.of);
    case 'record':
      return Object.entries(value.fields).flatMap(([field, of]) => {
        const type = of.kind === 'place' ? names.get(of.place) : undefined;
        return type === undefined ? [] : [{ field, type }];
      });
    case 'place':
      return [...names].flatMap(([place, type]) => {
        const field = place.slice(value.place.length + 1);
        return isTemporary(value.place) && isWithin(place, value.place) && /^\w+$/.test(field) ? [{ field, type }] : [];
      });
    default:
      return [];
  }
}
