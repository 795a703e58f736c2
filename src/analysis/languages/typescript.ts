/** TypeScript. */

import { dialect } from './shared/javascript/dialect.js';

export const language = dialect({
  id: 'typescript',
  title: 'TypeScript',
  extensions: ['.ts', '.mts', '.cts'],
  grammar: 'tree-sitter-typescript.wasm',
});
