/** Go: lowering and edits. No exceptions: a panic ends the process or comes back at a deferred `recover`. */

import { goEdits } from './go/edits.js';
import { descends, outlineFile } from './go/lower.js';
import { resolver } from './go/resolver.js';
import type { Language } from './language.js';

export const language: Language = {
  id: 'go',
  title: 'Go',
  extensions: ['.go'],
  grammar: 'tree-sitter-go.wasm',
  lineComment: '//',
  definitionStarts: /^(?:func|type|var|const|import)\b/,
  exceptions: {},
  catchAll: [],
  callsMayThrow: false,
  namesReceivers: true,
  cancellation: null,
  resolver,
  descends,
  outline: outlineFile,
  edits: goEdits,
};
