/** What a function does, step by step. */

import type { Node } from './cfg.js';
import type { FunctionIr } from './ir.js';
import type { Program } from './program.js';

/** The nodes of its graph; none where that is too large. */
export function nodesOf(program: Program, fn: FunctionIr): readonly Node[] {
  return program.graph(fn)?.nodes ?? [];
}
