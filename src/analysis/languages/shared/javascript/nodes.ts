/** Questions to nodes of the tree. */

import type { FunctionIr } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';

const functionTypes = new Set([
  'function_declaration',
  'generator_function_declaration',
  'function_expression',
  'arrow_function',
  'generator_function',
]);
const classTypes = new Set(['class_declaration', 'abstract_class_declaration', 'class']);

export function isFunction(node: SyntaxNode | null | undefined): boolean {
  return functionTypes.has(node?.type ?? '');
}

export function isClass(node: SyntaxNode | null | undefined): boolean {
  return classTypes.has(node?.type ?? '');
}

/** `#sock` is the field `sock`. */
export function memberName(member: SyntaxNode): string | null {
  const name = member.child('name') ?? member.child('property');
  if (!name || name.type === 'computed_property_name') return name?.text.replace(/^\[|\]$/g, '') ?? null;
  return name.text.replace(/^#|^['"]|['"]$/g, '');
}

export function emptyFunction(id: string, name: string, kind: FunctionIr['kind'], node: SyntaxNode): FunctionIr {
  const named =
    kind === 'module'
      ? { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 }
      : (node.child('name') ?? (node.parent?.type === 'variable_declarator' ? node.parent.child('name') : null) ?? node).span;
  return {
    id,
    name,
    kind,
    className: null,
    receiver: null,
    params: [],
    isAsync: false,
    isGenerator: false,
    body: [],
    locals: [],
    captures: [],
    range: node.span,
    nameRange: named,
  };
}
