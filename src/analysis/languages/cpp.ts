/** C++: classes, exceptions and destructors on top of C. */

import { edits } from './cpp/edits.js';
import { exceptions } from './cpp/exceptions.js';
import { outlineCpp } from './cpp/lower.js';
import { recognises } from './cpp/headers.js';
import { prepareCpp } from './cpp/prepare.js';
import { resolver } from './cpp/resolver.js';
import type { Language } from './language.js';
import { descends } from './shared/cfamily/lower-file.js';

export const language: Language = {
  id: 'cpp',
  title: 'C++',
  extensions: ['.cpp', '.cc', '.cxx', '.c++', '.hpp', '.hh', '.hxx', '.h++', '.ipp', '.tpp', '.inl', '.h'],
  alsoReads: ['.c'],
  recognises,
  grammar: 'tree-sitter-cpp.wasm',
  lineComment: '//',
  exceptions,
  catchAll: ['std.exception'],
  callsMayThrow: true,
  cancellation: null,
  destroysTemporaries: true,
  prepare: prepareCpp,
  descends,
  outline: outlineCpp,
  resolver,
  edits,
};
