/** Fixes in Rust's idiom. */

import type { Fix } from '../../findings.js';
import type { FixIntent } from '../../flow/intents.js';
import type { SyntaxTree } from '../../syntax/tree.js';

export function edits(_intent: FixIntent, _tree: SyntaxTree): Fix[] {
  return [];
}
