/** JavaScript JSX. */

import { dialect } from './shared/javascript/dialect.js';

export const language = dialect({
  id: 'javascriptreact',
  title: 'JavaScript JSX',
  extensions: ['.jsx'],
  grammar: 'tree-sitter-javascript.wasm',
});
