/** C: POSIX programs; `.h` is C. */

import { edits } from './shared/cfamily/edits.js';
import { resolver } from './shared/cfamily/linker.js';
import type { Language } from './language.js';
import { descends, outlineFile } from './shared/cfamily/lower-file.js';
import { prepare } from './shared/cfamily/prepare.js';

export const language: Language = {
  id: 'c',
  title: 'C',
  extensions: ['.c', '.h'],
  grammar: 'tree-sitter-c.wasm',
  lineComment: '//',
  exceptions: {},
  catchAll: [],
  callsMayThrow: false,
  cancellation: null,
  prepare,
  descends,
  outline: outlineFile,
  resolver,
  edits,
};
