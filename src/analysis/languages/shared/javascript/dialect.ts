/** What the dialects of JavaScript share: they differ in their grammar alone, and their files are one program. */

import type { Language } from '../../language.js';
import { lowerCall, lowerNew } from './calls.js';
import { edits } from './edits.js';
import { lowerExpression } from './expressions.js';
import { lowerClass, lowerInner } from './functions.js';
import { descends, outlineFile } from './outline.js';
import { resolver } from './resolver.js';
import type { Parts } from './scope.js';
import { lowerStatements } from './statements.js';
import { lowerTest } from './tests.js';

const parts: Parts = {
  block: lowerStatements,
  expression: lowerExpression,
  test: lowerTest,
  lambda: lowerInner,
  classBody: lowerClass,
  call: lowerCall,
  make: lowerNew,
};

export function dialect(own: Pick<Language, 'id' | 'title' | 'extensions' | 'grammar'>): Language {
  return {
    ...own,
    family: 'javascript',
    lineComment: '//',
    aside: /^(?:tests?|__tests__|examples?|demos?|samples?|benchmarks?|bench|docs?|e2e|spec|scripts|fixtures)$/i,
    definitionStarts:
      /^(?:(?:export\s+)?(?:default\s+)?(?:async\s+)?(?:function|class|const|let|var|abstract|interface|type|enum)|import|exports|module)\b/,
    exceptions: {},
    catchAll: [],
    callsMayThrow: true,
    callOnNull: 'TypeError',
    namesReceivers: true,
    cancellation: null,
    resolver,
    descends,
    outline: (tree) => outlineFile(tree, parts),
    edits,
  };
}
