/** JavaScript. */

import { dialect } from './shared/javascript/dialect.js';

export const language = dialect({
  id: 'javascript',
  title: 'JavaScript',
  extensions: ['.js', '.mjs', '.cjs'],
  grammar: 'tree-sitter-javascript.wasm',
});
