/** What a C file says outside its functions: functions, macros, enumerators, variables, struct layouts. */

import type { SyntaxNode, SyntaxTree } from '../../../syntax/tree.js';
import { foldNumber } from './constants.js';
import { declaredBy, functionDeclarator, functionName } from './declarators.js';
import { cleanupPrefix, constantPrefix, macroPrefix } from './prepare.js';
import { standsInFor } from './symbols.js';

export interface Macro {
  name: string;
  /** Null: a macro without parameter list. */
  params: string[] | null;
  body: SyntaxNode;
  /** Its body is one expression. */
  expression: SyntaxNode | null;
}

export interface Definition {
  id: string;
  node: SyntaxNode;
  nameNode: SyntaxNode;
  /** The declarator with the parameters. */
  declarator: SyntaxNode;
}

export interface Unit {
  definitions: Definition[];
  /** Function name → id; the first definition of several. */
  functions: Map<string, string>;
  macros: Map<string, Macro>;
  /** Where the bodies of macros stand in the text. */
  macroRanges: { name: string; start: number; end: number }[];
  enumerators: Map<string, number | null>;
  /** Variables at file level → type. */
  globals: Map<string, string>;
  /** Mark of a clean-up attribute → the function that it names. */
  closers: Map<string, string>;
  /** Functions that are declared never to return. */
  noReturn: Set<string>;
  /** Struct type (`struct x`, or its typedef name) → its fields in order. */
  structs: Map<string, string[]>;
}

/** Structs of POSIX whose initialisers carry time limits: <sys/time.h>, <sys/socket.h>, <time.h>. */
const systemStructs: [string, string[]][] = [
  ['struct timeval', ['tv_sec', 'tv_usec']],
  ['struct timespec', ['tv_sec', 'tv_nsec']],
  ['struct linger', ['l_onoff', 'l_linger']],
];

export function readUnit(tree: SyntaxTree): Unit {
  const unit: Unit = {
    definitions: [],
    functions: new Map(),
    macros: new Map(),
    macroRanges: [],
    enumerators: new Map(),
    closers: new Map(),
    globals: new Map(),
    noReturn: new Set(),
    structs: new Map(systemStructs),
  };
  visit(tree.root, unit);
  return unit;
}

function visit(node: SyntaxNode, unit: Unit): void {
  for (const child of node.children) {
    if (child.type === 'function_definition') {
      addDefinition(child, unit);
      continue;
    }
    if (child.type === 'enumerator_list') addEnumerators(child, unit);
    if (child.type === 'struct_specifier') addStruct(child, unit);
    if (child.type === 'declaration') addDeclaration(child, unit);
    if (child.type !== 'compound_statement' && child.type !== 'initializer_list' && child.children.length > 0) visit(child, unit);
  }
}

/** Enumerators and structs that a function declares for itself. */
export function readLocal(node: SyntaxNode, unit: Unit): void {
  for (const child of node.children) {
    if (child.type === 'enumerator_list') addEnumerators(child, unit);
    if (child.type === 'struct_specifier') addStruct(child, unit);
    if (child.children.length > 0) readLocal(child, unit);
  }
}

function addDefinition(node: SyntaxNode, unit: Unit): void {
  const nameNode = functionName(node);
  const declarator = functionDeclarator(node);
  const body = node.child('body');
  if (!nameNode || !declarator || !body) return;
  const name = nameNode.text;
  if (name.startsWith(cleanupPrefix)) {
    unit.closers.set(name.slice(cleanupPrefix.length), soleExpression(body)?.text ?? '');
    return;
  }
  const prefix = [macroPrefix, constantPrefix].find((p) => name.startsWith(p));
  if (prefix) {
    if (hasError(body)) return;
    unit.macroRanges.push({ name: name.slice(prefix.length), start: node.start, end: node.end });
    const params = prefix === macroPrefix ? parameterNames(declarator) : null;
    unit.macros.set(name.slice(prefix.length), { name: name.slice(prefix.length), params, body, expression: soleExpression(body) });
    return;
  }
  const id = unit.functions.has(name) ? `${name}#${unit.definitions.length}` : name;
  const count = declarator.child('parameters')?.parts.length ?? 0;
  if (!unit.functions.has(name) && !standsInFor(name, count, isStatic(node))) unit.functions.set(name, id);
  unit.definitions.push({ id, node, nameNode, declarator });
}

/** Is the definition known in this file only? */
export function isStatic(node: SyntaxNode): boolean {
  return node.children.some((child) => child.type === 'storage_class_specifier' && child.text === 'static');
}

function hasError(node: SyntaxNode): boolean {
  return node.isError || node.children.some(hasError);
}

function parameterNames(declarator: SyntaxNode): string[] {
  return (declarator.child('parameters')?.parts ?? []).flatMap((p) => declaredBy(p).map((d) => d.name));
}

function soleExpression(body: SyntaxNode): SyntaxNode | null {
  const parts = body.parts;
  return parts.length === 1 && parts[0]?.type === 'expression_statement' ? (parts[0].parts[0] ?? null) : null;
}

function addEnumerators(list: SyntaxNode, unit: Unit): void {
  let next: number | null = 0;
  for (const item of list.parts) {
    const name = item.child('name');
    if (item.type !== 'enumerator' || !name) continue;
    const value = item.child('value');
    const number: number | null = value ? foldNumber(value, (text) => unit.enumerators.get(text) ?? null) : next;
    unit.enumerators.set(name.text, number);
    next = number === null ? null : number + 1;
  }
}

function addStruct(node: SyntaxNode, unit: Unit): void {
  const body = node.child('body');
  if (!body) return;
  const fields = body.parts.filter((part) => part.type === 'field_declaration').flatMap((part) => declaredBy(part).map((d) => d.name));
  const name = node.child('name');
  if (name) unit.structs.set(`struct ${name.text}`, fields);
  const alias = node.parent?.type === 'type_definition' ? node.parent.child('declarator') : null;
  if (alias?.type === 'type_identifier') unit.structs.set(alias.text, fields);
}

function addDeclaration(node: SyntaxNode, unit: Unit): void {
  const stopped = /\bnoreturn\b|_Noreturn|__dead\b|\bNORETURN\b/.test(node.text);
  for (const declared of declaredBy(node)) {
    if (!declared.isFunction) unit.globals.set(declared.name, declared.type);
    else if (stopped) unit.noReturn.add(declared.name);
  }
}
