/** The type of an `auto` variable, as far as its first value says it; with stars like a declared one. */

import type { SyntaxNode } from '../../syntax/tree.js';
import { unwrap } from '../shared/cfamily/nodes.js';
import type { CppContext } from './context.js';
import { dotted, lastOf } from './types.js';
import { classNamed } from './unit.js';

export function inferred(cx: CppContext, value: SyntaxNode): string | null {
  const inner = unwrap(value);
  if (inner.type === 'new_expression') return `${inner.child('type')?.text ?? ''} *`;
  if (inner.type === 'compound_literal_expression') return inner.child('type')?.text ?? null;
  if (inner.type !== 'call_expression') return null;
  const fn = inner.child('function');
  if (!fn) return null;
  const template = fn.type === 'qualified_identifier' ? fn.child('name') : fn;
  if (template?.type === 'template_function') {
    const made = lastOf(dotted(template.child('name')?.text ?? ''));
    const argument = template.child('arguments')?.parts[0]?.text ?? '';
    if (made === 'make_unique') return `std::unique_ptr<${argument}>`;
    if (/^(make|allocate)_shared$/.test(made)) return `std::shared_ptr<${argument}>`;
  }
  return classNamed(cx.unit, dotted(fn.text))?.isHere ? fn.text : null;
}
