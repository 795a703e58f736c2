/** Names and types out of C declarations. */

import type { SyntaxNode } from '../../../syntax/tree.js';

export interface Declared {
  name: string;
  nameNode: SyntaxNode;
  /** Type as written, without qualifiers and stars: `int`, `struct timeval`, `SSL`. */
  type: string;
  pointers: number;
  isArray: boolean;
  /** Declared as `T &x` or `T &&x` (C++). */
  isReference: boolean;
  isFunction: boolean;
  value: SyntaxNode | null;
  /** The mark of `__attribute__((cleanup(f)))`, see `Unit.closers`. */
  cleanup: string | null;
}

const named = new Set(['identifier', 'field_identifier', 'type_identifier']);
const wrapping = new Set([
  'pointer_declarator',
  'array_declarator',
  'function_declarator',
  'parenthesized_declarator',
  'attributed_declarator',
  'init_declarator',
  'reference_declarator',
]);

/** The variables that a `declaration` or `parameter_declaration` declares. */
export function declaredBy(node: SyntaxNode): Declared[] {
  const type = typeText(node);
  const before = cleanupIn(node);
  return node.all('declarator').flatMap((declarator) => {
    const found = read(declarator);
    if (!found) return [];
    // C++ puts the value of a condition's variable (`while (auto p = next())`) into the declaration itself.
    const value = declarator.type === 'init_declarator' ? declarator.child('value') : node.child('value');
    return [{ ...found, type, value, cleanup: found.cleanup ?? before }];
  });
}

type Read = Pick<Declared, 'name' | 'nameNode' | 'pointers' | 'isArray' | 'isReference' | 'isFunction' | 'cleanup'>;

function read(declarator: SyntaxNode): Read | null {
  const found = { pointers: 0, isArray: false, isReference: false, isFunction: false, cleanup: null as string | null };
  let at: SyntaxNode | undefined = declarator;
  let behindFunction = false;
  while (at) {
    if (named.has(at.type)) return { ...found, name: at.text, nameNode: at };
    if (at.type === 'pointer_declarator') {
      found.pointers += 1;
      if (behindFunction) found.isFunction = false;
    }
    if (at.type === 'array_declarator') found.isArray = true;
    if (at.type === 'reference_declarator') found.isReference = true;
    if (at.type === 'function_declarator') {
      found.isFunction = true;
      behindFunction = true;
    }
    found.cleanup ??= cleanupIn(at);
    at = at.child('declarator') ?? at.parts.find((part) => named.has(part.type) || wrapping.has(part.type));
  }
  return null;
}

/** The type as written, without qualifiers, storage class and body. */
export function typeText(node: SyntaxNode): string {
  const type = node.child('type');
  if (!type) return 'int';
  const name = type.child('name');
  if (type.type === 'struct_specifier' || type.type === 'union_specifier' || type.type === 'enum_specifier') {
    return `${type.type.slice(0, type.type.indexOf('_'))} ${name?.text ?? ''}`.trim();
  }
  return type.text.replace(/\s+/g, ' ');
}

function cleanupIn(node: SyntaxNode): string | null {
  for (const child of node.children) {
    if (child.type !== 'attribute_declaration') continue;
    const mark = /^\[\[(c\d+)/.exec(child.text);
    if (mark) return mark[1] as string;
  }
  return null;
}

export function isStatic(node: SyntaxNode): boolean {
  return node.children.some(
    (child) => child.type === 'storage_class_specifier' && /^(static|extern|__thread|_Thread_local|thread_local)$/.test(child.text),
  );
}

/** The declarator of a function definition that carries its name and parameters. */
export function functionDeclarator(definition: SyntaxNode): SyntaxNode | null {
  let at = definition.child('declarator');
  while (at) {
    if (at.type === 'function_declarator') {
      const inner = at.child('declarator');
      const deeper = inner && inner.type !== 'identifier' ? findFunction(inner) : null;
      return deeper ?? at;
    }
    at = at.child('declarator') ?? at.parts.find((part) => wrapping.has(part.type)) ?? null;
  }
  return null;
}

function findFunction(node: SyntaxNode): SyntaxNode | null {
  for (let at: SyntaxNode | null = node; at; at = at.child('declarator') ?? at.parts[0] ?? null) {
    if (at.type === 'function_declarator') return at;
    if (at.type === 'identifier') return null;
  }
  return null;
}

/** Name node of a function definition, or null for what is none (a macro call that looks like one). */
export function functionName(definition: SyntaxNode): SyntaxNode | null {
  const declarator = functionDeclarator(definition)?.child('declarator');
  if (!declarator) return null;
  if (declarator.type === 'identifier') return declarator;
  const inner = declarator.parts[0];
  return declarator.type === 'parenthesized_declarator' && inner?.type === 'identifier' ? inner : null;
}
