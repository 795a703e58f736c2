/** A C++ file as the neutral IR. */

import { commentOf } from '../shared/comments.js';
import type { ClassIr, FileIr, FunctionDecl, FunctionIr, Param, Stmt } from '../../flow/ir.js';
import { enclosing, type SyntaxNode, type SyntaxTree } from '../../syntax/tree.js';
import type { Parts } from '../shared/cfamily/context.js';
import { freshPointers } from '../shared/cfamily/fresh.js';
import { endOfSource, holdsError, returnsOf } from '../shared/cfamily/lower-file.js';
import { readLocal } from '../shared/cfamily/unit.js';
import { CppContext, self } from './context.js';
import { lowerCppDeclaration } from './declarations.js';
import { calleeIn } from './callees.js';
import { lowerCppEffect, lowerCppInto, lowerCppPlace, lowerCppValue } from './expressions.js';
import { destroyed, destroyMembers, dropsOf, guardedBy, needsDestructor } from './lifetimes.js';
import { initialiseMembers } from './members.js';
import { engineTypes, lowerCppParams } from './params.js';
import { lowerCppStatement, lowerCppTest } from './statements.js';
import { isObject, lastOf } from './types.js';
import { destructor, isOverloaded, readCppUnit, shapeIn, takenBy } from './unit.js';
import type { ClassInfo, CppDefinition, CppUnit } from './unit.js';

const parts: Parts = {
  value: lowerCppValue,
  into: lowerCppInto,
  place: lowerCppPlace,
  effect: lowerCppEffect,
  test: lowerCppTest,
  statement: lowerCppStatement,
  declaration: lowerCppDeclaration,
  callee: calleeIn,
};

/** A file that includes one of these is a test. */
const testFrameworks =
  /^[ \t]*#[ \t]*include[ \t]*[<"](?:gtest|gmock|catch2?|doctest|boost\/test|QtTest|QTest|CppUTest|cppunit|unity)(?:[/.]|>)/im;

/** What the file declares; bodies are lowered on demand. Never throws; what could not be parsed is left out. */
export function outlineCpp(tree: SyntaxTree): FileIr {
  const unit = readCppUnit(tree);
  const end = endOfSource(tree);
  const isTest = testFrameworks.test(tree.text);
  const classes = [...unit.classes.values()].filter((cls) => cls.isHere || cls.methods.size > 0);
  return {
    functions: [
      ...unit.definitions.filter((definition) => definition.node.start < end).map((definition) => declarationOf(unit, definition, isTest)),
      ...classes.flatMap((cls) => implicitDestructor(unit, cls)),
    ],
    classes: classes.map((cls) => classIr(unit, cls)),
    imports: [],
    macros: unit.macroRanges,
    globals: Object.fromEntries(
      [...unit.globals].map(([name, type]) => [name, shapeIn(unit, type).name] as const).filter(([, type]) => isObject(type)),
    ),
    comments: tree.comments.filter((node) => node.start < end).map(commentOf),
    errors: tree.errors
      .filter((node) => node.start < end)
      .map((node) => ({ line: node.startRow + 1, message: 'not understood here (a macro that the file does not define?)' })),
  };
}

function classIr(unit: CppUnit, cls: ClassInfo): ClassIr {
  const methods: Record<string, string> = {};
  for (const [name, list] of cls.methods) {
    if (list.length === 1 && list[0]) methods[name] = list[0].id;
    else for (const one of list) methods[`${name}/${signatureOf(unit, one)}`] ??= one.id;
  }
  if (cls.isHere && cls.destructor === 'none') methods[destructor] = `${cls.name}.${destructor}`;
  const fields: Record<string, string> = {};
  for (const field of cls.fields.values()) if (field.shape.name !== '') fields[field.name] = field.shape.name;
  const open = [...cls.declared].flatMap(([name, { isAbstract }]) => (isAbstract ? [[name, [] as string[]] as const] : []));
  return {
    name: cls.name,
    bases: cls.bases,
    methods,
    ...(open.length === 0 ? {} : { results: Object.fromEntries(open) }),
    hasDestructor: cls.destructor === 'declared',
    fields,
    range: cls.node.span,
    ...(cls.isHere ? {} : { isPart: true }),
  };
}

/** Number and types of what it takes; with defaults any number. */
function signatureOf(unit: CppUnit, { declarator }: CppDefinition): string {
  const params = (declarator.child('parameters')?.parts ?? []).filter((part) => part.child('type') !== null && !(part.text === 'void'));
  const types = params.map((part) => lastOf(shapeIn(unit, part.child('type')?.text ?? '').name) || '?');
  return `${params.some((part) => part.type !== 'parameter_declaration') ? '*' : params.length}:${types.join(',')}`;
}

/** What runs when an object goes whose class writes no destructor: those of its members and bases. */
function implicitDestructor(unit: CppUnit, cls: ClassInfo): FunctionDecl[] {
  if (!cls.isHere || cls.destructor !== 'none') return [];
  const { nameNode } = cls;
  const shape = {
    id: `${cls.name}.${destructor}`,
    name: `~${cls.name}`,
    kind: 'method' as const,
    className: cls.name,
    range: nameNode.span,
    nameRange: nameNode.span,
  };
  return [
    {
      ...shape,
      start: nameNode.start,
      end: nameNode.start,
      lower: () => {
        const cx = new CppContext(unit, parts, shape.id, cls.name);
        const body = cx.apart(() => destroyMembers(cx, cls, nameNode.span));
        return {
          functions: [
            {
              ...shape,
              receiver: self,
              params: [],
              isAsync: false,
              isGenerator: false,
              isImplicit: true,
              body,
              locals: [],
              captures: [],
              types: engineTypes(cx),
            },
          ],
          classes: [],
        };
      },
    },
  ];
}

/** A constructor makes the members whose classes are not here. */
function unsaidIn(unit: CppUnit, { kind, className }: CppDefinition): Pick<FunctionDecl, 'unsaid'> {
  const cls = kind === 'constructor' && className !== null ? unit.classes.get(className) : undefined;
  const made = [...(cls?.fields.values() ?? [])].filter(
    (field) =>
      field.pointers === 0 &&
      !field.isReference &&
      field.shape.owns === null &&
      field.shape.name.includes('.') &&
      isObject(field.shape.name),
  );
  return made.length === 0 ? {} : { unsaid: made.map((field) => field.shape.name) };
}

function declarationOf(unit: CppUnit, definition: CppDefinition, isTest: boolean): FunctionDecl {
  const { id, node, nameNode, className, kind } = definition;
  const type = node.child('type');
  const result = type ? shapeIn(unit, type.text).name : '';
  return {
    id,
    name: nameNode.text,
    kind: definition.isStatic ? 'function' : kind,
    className: definition.isStatic ? null : className,
    range: node.span,
    nameRange: nameNode.span,
    start: node.start,
    end: node.end,
    ...(isObject(result) ? { results: [result] } : {}),
    ...(isOverloaded(unit, definition.name) ? { takes: takenBy(definition) } : {}),
    ...unsaidIn(unit, definition),
    lower: () => {
      readLocal(node, unit);
      const cx = new CppContext(unit, parts, id, className);
      const fn = lowerDefinition(cx, definition);
      const functions = [...cx.inner, fn];
      if (isTest) for (const one of functions) one.isTest = true;
      return { functions, classes: [] };
    },
  };
}

function lowerDefinition(cx: CppContext, definition: CppDefinition): FunctionIr {
  const { id, node, nameNode, declarator, className, kind, isStatic } = definition;
  const body = node.child('body');
  cx.isMain = id === 'main';
  cx.returns = returnsOf(node);
  const params = lowerCppParams(cx, declarator);
  for (const param of params) cx.params.add(param.name);
  if (body) {
    cx.fresh = freshPointers(cx.unit, body);
    noteSocketType(cx, body.text);
  }
  const statements = cx.apart(() => {
    if (body) lowerBody(cx, definition, body, params);
  });
  const isMethod = className !== null && !isStatic;
  return {
    id,
    name: nameNode.text,
    kind: isMethod ? kind : 'function',
    className: isMethod ? className : null,
    receiver: isMethod ? self : null,
    params,
    isAsync: false,
    isGenerator: false,
    body: statements,
    locals: cx.locals.filter((local) => !params.some((param) => param.name === local)),
    captures: [],
    types: engineTypes(cx),
    range: node.span,
    nameRange: nameNode.span,
    ...(body && holdsError(body) ? { broken: true } : {}),
    ...(definition.name === destructor ? { atEndOfObject: true } : {}),
    // Of the same name are overloads, too.
    ...(id.includes('#') && enclosing(node, ['preproc_else', 'preproc_elif']) ? { isAlternative: true } : {}),
  };
}

function noteSocketType(cx: CppContext, text: string): void {
  const types = new Set([...text.matchAll(/\bai_socktype\s*=\s*([\w>.-]+)/g)].map((match) => match[1]));
  const [type] = types;
  if (types.size === 1 && type?.startsWith('SOCK_')) cx.socketType = type;
}

/** The body, with what constructors do before it, what destructors do after it, and what `noexcept` means. */
function lowerBody(cx: CppContext, definition: CppDefinition, body: SyntaxNode, params: readonly Param[]): void {
  const { node, declarator, kind, name } = definition;
  const range = definition.nameNode.span;
  const cls = cx.cls;
  const write = (): void => {
    const made = kind === 'constructor' && cls ? initialiseMembers(cx, cls, node) : 'itself';
    if (made === 'itself' || !cls) return cx.statement(body);
    // Behind another constructor the object is whole: its destructor runs when this one throws.
    guardedBy(
      cx,
      cx.apart(() => cx.statement(body)),
      [destroyed(self, cls.name, range)],
      range,
    );
  };
  const dropped = dropsOf(
    cx,
    params.filter((param) => !param.byReference).map((param) => param.name),
    range,
  );
  const stmts = cx.apart(write);
  const guarded: Stmt[] = dropped.length > 0 ? [{ do: 'try', body: stmts, handlers: [], finally: dropped, range }] : stmts;
  if (kind === 'constructor' && cls && needsDestructor(cls))
    guardedBy(
      cx,
      guarded,
      cx.apart(() => destroyMembers(cx, cls, range)),
      range,
    );
  else if (name === destructor && cls) {
    cx.emit({ do: 'try', body: guarded, handlers: [], finally: cx.apart(() => destroyMembers(cx, cls, range)), range });
  } else if (isNoexcept(declarator))
    cx.emit({ do: 'try', body: guarded, handlers: [{ catches: null, body: [{ do: 'exit', range }], range }], range });
  else for (const stmt of guarded) cx.emit(stmt);
}

function isNoexcept(declarator: SyntaxNode): boolean {
  return declarator.children.some((child) => child.type === 'noexcept' && !/\(/.test(child.text));
}
