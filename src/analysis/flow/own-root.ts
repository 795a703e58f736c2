/** Variables of the function at hand, as against those of everybody. */

import type { Place } from './ir.js';
import { isTemporary, rootOf } from './places.js';
import type { Run } from './run.js';

/** Is a place a variable of the function itself, or within one? */
export function isOwnRoot(run: Pick<Run, 'fn'>, place: Place): boolean {
  const root = rootOf(place);
  return (
    isTemporary(root) || run.fn.locals.includes(root) || root === run.fn.receiver || run.fn.params.some((param) => param.name === root)
  );
}
