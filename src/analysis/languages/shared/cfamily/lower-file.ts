/** A C file as the neutral IR. */

import { commentOf } from '../comments.js';
import { own } from '../../../flow/own.js';
import type { FileIr, FunctionDecl, FunctionIr, Param } from '../../../flow/ir.js';
import type { SyntaxNode, SyntaxTree } from '../../../syntax/tree.js';
import { Context } from './context.js';
import type { Parts } from './context.js';
import { lowerDeclaration } from './declarations.js';
import { declaredBy, typeText } from './declarators.js';
import { lowerInto, lowerPlace, lowerValue } from './expressions.js';
import { lowerEffect } from './expression-effects.js';
import { freshPointers, givesNew } from './fresh.js';
import { cleanupPrefix, constantPrefix, macroPrefix } from './prepare.js';
import { lowerStatement } from './statements.js';
import { lowerTest } from './tests.js';
import { readLocal, readUnit } from './unit.js';
import type { Definition, Unit } from './unit.js';

const parts: Parts = {
  value: lowerValue,
  into: lowerInto,
  place: lowerPlace,
  effect: lowerEffect,
  test: lowerTest,
  statement: lowerStatement,
  declaration: lowerDeclaration,
};

/** A file that includes one of these is a test. */
const testFrameworks =
  /^[ \t]*#[ \t]*include[ \t]*(?:<check\.h>|[<"](?:CUnit\/|(?:\w+\/)*(?:cmocka|cmockery|unity|criterion|munit|greatest|minunit|ct|CuTest|acutest|utest)\.h[>"]))/m;

/** What the file declares; bodies are lowered on demand. Never throws; what could not be parsed is left out. */
export function outlineFile(tree: SyntaxTree): FileIr {
  const unit = readUnit(tree);
  const end = endOfSource(tree);
  const isTest = testFrameworks.test(tree.text);
  return {
    functions: unit.definitions.map((definition) => declarationOf(unit, definition, isTest)),
    classes: [],
    imports: [],
    macros: unit.macroRanges,
    comments: tree.comments.filter((node) => node.start < end).map(commentOf),
    errors: tree.errors
      .filter((node) => node.start < end)
      .map((node) => ({ line: node.startRow + 1, message: 'not understood here (a macro that the file does not define?)' })),
  };
}

/** What an outline does not look into: code, and values. */
const inner = /^(compound_statement|initializer_list|expression_statement)$/;

export function descends(type: string): boolean {
  return !inner.test(type);
}

function declarationOf(unit: Unit, definition: Definition, isTest: boolean): FunctionDecl {
  const { id, node, nameNode } = definition;
  return {
    id,
    name: nameNode.text,
    kind: 'function',
    className: null,
    range: node.span,
    nameRange: nameNode.span,
    start: node.start,
    end: node.end,
    lower: () => {
      readLocal(node, unit);
      return { functions: [{ ...lowerFunction(unit, definition), ...(isTest ? { isTest } : {}) }], classes: [] };
    },
  };
}

/** Where the source ends and the macros' bodies begin. */
export function endOfSource(tree: SyntaxTree): number {
  const ends = [macroPrefix, constantPrefix, cleanupPrefix].map((prefix) => tree.text.indexOf(`void ${prefix}`)).filter((at) => at >= 0);
  return Math.min(tree.text.length + 1, ...ends);
}

function lowerFunction(unit: Unit, definition: Definition): FunctionIr {
  const { node, nameNode } = definition;
  const cx = new Context(unit, parts);
  const name = nameNode.text;
  cx.isMain = name === 'main';
  cx.returns = returnsOf(node);
  const params = lowerParams(cx, definition);
  for (const param of params) cx.params.add(param.name);
  const body = node.child('body');
  if (body) cx.fresh = freshPointers(unit, body);
  const socketTypes = new Set([...(body?.text ?? '').matchAll(/\bai_socktype\s*=\s*([\w>.-]+)/g)].map((match) => match[1]));
  const [socketType] = socketTypes;
  if (socketTypes.size === 1 && socketType?.startsWith('SOCK_')) cx.socketType = socketType;
  const statements = cx.apart(() => {
    if (body) cx.statement(body);
  });
  return {
    id: definition.id,
    name,
    kind: 'function',
    className: null,
    receiver: null,
    params,
    isAsync: false,
    isGenerator: false,
    body: statements,
    locals: cx.locals.filter((local) => !params.some((param) => param.name === local)),
    captures: [],
    types: cx.types,
    range: node.span,
    nameRange: nameNode.span,
    ...(cx.returns === 'pointer' && givesNew(unit, name) ? { givesNew: true } : {}),
    ...(body && holdsError(body) ? { broken: true } : {}),
    ...(definition.id !== name && { isAlternative: true }),
  };
}

export function returnsOf(node: SyntaxNode): Context['returns'] {
  const type = typeText(node);
  // A function that returns an error object says with NULL that all is well.
  if (node.child('declarator')?.type === 'pointer_declarator') return /err/i.test(type) ? 'void' : 'pointer';
  if (/^(bool|_Bool|BOOL|gboolean)$/.test(type)) return 'bool';
  return type === 'void' ? 'void' : 'number';
}

function lowerParams(cx: Context, { node, declarator }: Definition): Param[] {
  const list = declarator.child('parameters');
  const old = new Map(
    node.children.filter((child) => child.type === 'declaration').flatMap((child) => declaredBy(child).map((d) => [d.name, d])),
  );
  return (list?.parts ?? []).flatMap((part): Param[] => {
    if (part.type === 'variadic_parameter') return [{ name: '%rest', type: null, variadic: true }];
    if (part.type === 'identifier') {
      const found = old.get(part.text) ?? { name: part.text, type: 'int', pointers: 0, isArray: false };
      return [{ name: cx.declare(found, true), type: own(cx.types, found.name) ?? null }];
    }
    const [found] = declaredBy(part);
    if (!found) return typeText(part) === 'void' ? [] : [{ name: cx.temporary(), type: null }];
    const root = cx.declare({ ...found, pointers: found.pointers + (found.isArray ? 1 : 0) }, true);
    return [{ name: root, type: own(cx.types, root) ?? null }];
  });
}

export function holdsError(node: SyntaxNode): boolean {
  return (node.isError && node.type === 'ERROR') || node.children.some(holdsError);
}
