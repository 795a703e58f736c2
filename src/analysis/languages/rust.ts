/** Rust. What a value owns is closed when it is dropped, so only what escapes that is asked for; an `Err` is a value. */

import type { Language } from './language.js';
import { descends, outlineFile } from './rust/declare.js';
import { edits } from './rust/edits.js';
import { prepareRust } from './rust/prepare.js';
import { resolver } from './rust/resolver.js';

export const language: Language = {
  id: 'rust',
  title: 'Rust',
  extensions: ['.rs'],
  grammar: 'tree-sitter-rust.wasm',
  lineComment: '//',
  definitionStarts: /^(?:pub\b|(?:async |unsafe |const |extern )*fn\b|struct\b|enum\b|impl\b|trait\b|mod\b|use\b|#\[)/,
  aside: /^(?:tests?|benches|fuzz)$/i,
  exceptions: {},
  catchAll: [],
  callsMayThrow: false,
  namesReceivers: true,
  cancellation: null,
  prepare: prepareRust,
  resolver,
  descends,
  outline: outlineFile,
  edits,
};
