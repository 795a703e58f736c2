/** TypeScript JSX. */

import { dialect } from './shared/javascript/dialect.js';

export const language = dialect({ id: 'typescriptreact', title: 'TypeScript JSX', extensions: ['.tsx'], grammar: 'tree-sitter-tsx.wasm' });
