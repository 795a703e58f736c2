/** TypeScript's annotations as far as they name a class. */

import type { SyntaxNode } from '../../../syntax/tree.js';
import { qualifiedName } from './scope.js';
import type { Scope } from './scope.js';

/** Types that stand for what they hold. */
const transparent = new Set(['Promise', 'PromiseLike', 'Awaited', 'Readonly', 'NonNullable', 'Required', 'Partial']);
/** Types of the language's own library that connections have. */
const globals = new Set(['Response', 'WebSocket']);

/** The class that an annotation (`: T`) names, also one that may be missing; null for anything else. */
export function annotated(node: SyntaxNode | null, scope: Scope): string | null {
  const inner = node?.type === 'type_annotation' ? (node.parts[0] ?? null) : node;
  return inner ? typeName(inner, scope) : null;
}

function typeName(node: SyntaxNode, scope: Scope): string | null {
  switch (node.type) {
    case 'type_identifier':
      return qualifiedName(node, scope) ?? (globals.has(node.text) && !scope.lookup(node.text) ? node.text : null);
    case 'nested_type_identifier':
      return qualifiedName(node, scope);
    case 'union_type': {
      const sides = node.parts.filter((part) => !/^(?:undefined|null)$/.test(part.text));
      return sides.length === 1 && sides[0] ? typeName(sides[0], scope) : null;
    }
    case 'parenthesized_type':
      return node.parts[0] ? typeName(node.parts[0], scope) : null;
    case 'generic_type': {
      const [name, list] = [node.child('name'), node.child('type_arguments')];
      if (!name) return null;
      const [first] = list?.parts ?? [];
      return transparent.has(name.text) && first ? typeName(first, scope) : typeName(name, scope);
    }
    default:
      return null;
  }
}
