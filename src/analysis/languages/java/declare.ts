/** The outline of a Java file: its classes, fields and methods; bodies are lowered on demand. */

import { commentOf } from '../shared/comments.js';
import type { ClassIr, FileIr, FunctionDecl, FunctionIr, Operand } from '../../flow/ir.js';
import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';
import { Context, FunctionFrame } from '../shared/objects/context.js';
import type { Collected, Parts } from '../shared/objects/context.js';
import { lowerOperand } from './expressions.js';
import { finish } from '../shared/objects/finish.js';
import { begin, lowerMethod } from './functions.js';
import { constructorName } from '../shared/objects/names.js';
import type { ClassInfo, FileNames, MethodInfo } from '../shared/objects/names.js';
import { SourceNames } from './names.js';
import { choose, lowerBlock, lowerStatement } from './statements.js';
import { lowerTest } from './tests.js';

const parts: Parts = { operand: lowerOperand, test: lowerTest, block: lowerBlock, statement: lowerStatement, choose, localClass };

const classTypes = /^(?:class|interface|enum|record|annotation_type)_declaration$/;

/** What an outline looks into. */
const outlined =
  /^(?:program|package_declaration|import_declaration|scoped_identifier|(?:class|interface|enum|record)_declaration|(?:class|interface|enum)_body|enum_body_declarations|(?:method|constructor|compact_constructor|field)_declaration|formal_parameters?|spread_parameter|superclass|super_interfaces|extends_interfaces|type_list|modifiers|generic_type|array_type|scoped_type_identifier|annotated_type|variable_declarator)$/;

export function descends(type: string): boolean {
  return outlined.test(type);
}

export function outlineFile(tree: SyntaxTree): FileIr {
  const names = new SourceNames();
  const top = tree.root.children.flatMap((node) => (node.isError ? node.children : [node]));
  for (const node of top) {
    if (node.type === 'package_declaration')
      names.package = node.parts.find((part) => /identifier$/.test(part.type))?.text.replace(/\s+/g, '') ?? '';
    if (node.type === 'import_declaration') names.addImport(node);
  }
  for (const node of top)
    if (classTypes.test(node.type))
      names.classes.set(node.child('name')?.text ?? '', declareClass(names, node, null, node.child('name')?.text ?? ''));
  for (const cls of names.all) fill(names, cls);
  const functions = names.all.flatMap((cls) => functionsOf(names, cls));
  functions.push(moduleOf(tree.root));
  return {
    functions,
    classes: names.all.map((cls) => classIr(names, cls)),
    imports: [...names.imports.values()],
    imported: Object.fromEntries([...names.imports, ...names.members]),
    comments: tree.comments.map(commentOf),
    errors: tree.errors.map((node) => ({
      line: node.startRow + 1,
      message: node.missing ? `\`${node.type}\` is missing` : 'this could not be parsed',
    })),
  };
}

/** The class and those inside it get their names before anything else is read. */
function declareClass(names: FileNames, node: SyntaxNode, outer: ClassInfo | null, name: string): ClassInfo {
  const kind =
    node.type === 'object_creation_expression'
      ? ('anonymous' as const)
      : ((/^(interface|enum|record)/.exec(node.type)?.[1] ?? 'class') as ClassInfo['kind']);
  const cls: ClassInfo = {
    name,
    node,
    kind,
    outer,
    hasOuter:
      outer !== null &&
      kind !== 'interface' &&
      kind !== 'enum' &&
      kind !== 'record' &&
      outer.kind !== 'interface' &&
      !modifiers(node).has('static'),
    bases: [],
    interfaces: [],
    fields: new Map(),
    methods: new Map(),
    constructors: [],
    inner: new Map(),
    initializers: [],
  };
  names.all.push(cls);
  for (const member of membersOf(node)) {
    if (!classTypes.test(member.type)) continue;
    const inner = member.child('name')?.text ?? '';
    cls.inner.set(inner, declareClass(names, member, cls, `${name}.${inner}`));
  }
  return cls;
}

function modifiers(node: SyntaxNode): Set<string> {
  return new Set(node.first('modifiers')?.children.map((child) => child.text) ?? []);
}

function membersOf(node: SyntaxNode): SyntaxNode[] {
  const body = node.child('body') ?? node.first('class_body');
  return (body?.parts ?? []).flatMap((part) => (part.type === 'enum_body_declarations' || part.type === 'ERROR' ? part.parts : [part]));
}

/** Bases, fields and methods of a class. */
function fill(names: FileNames, cls: ClassInfo): void {
  const { node } = cls;
  const typed = (list: SyntaxNode | null): string[] =>
    (list?.parts ?? [])
      .flatMap((part) => (part.type === 'type_list' ? part.parts : [part]))
      .flatMap((part) => names.typeOf(part, cls.outer ?? cls) ?? []);
  const base = cls.kind === 'anonymous' ? names.typeOf(node.child('type'), cls.outer) : (typed(node.child('superclass'))[0] ?? null);
  cls.interfaces = typed(node.child('interfaces') ?? node.first('extends_interfaces'));
  cls.bases = [...(base === null ? [] : [base]), ...cls.interfaces];
  if (cls.kind === 'record')
    for (const part of node.child('parameters')?.parts ?? [])
      cls.fields.set(part.child('name')?.text ?? '', { type: names.typeOf(part.child('type'), cls), isStatic: false });
  const used = new Map<string, number>();
  const unique = (name: string): string => {
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    return `${cls.name}.${name}${count === 1 ? '' : `#${count}`}`;
  };
  for (const member of membersOf(node)) {
    if (member.type === 'field_declaration') fillFields(names, cls, member);
    else if (/^(?:method|constructor|compact_constructor)_declaration$/.test(member.type)) fillMethod(names, cls, member, unique);
    else if (member.type === 'block') cls.initializers.push(initializerName(member));
  }
}

function initializerName(member: SyntaxNode): string {
  return `<init@${member.startRow + 1}>`;
}

function fillFields(names: FileNames, cls: ClassInfo, member: SyntaxNode): void {
  const marks = modifiers(member);
  const isStatic = marks.has('static') || cls.kind === 'interface';
  const type = names.typeOf(member.child('type'), cls);
  for (const declarator of member.all('declarator')) {
    const value = declarator.child('value');
    const constant = value && marks.has('final') ? literal(value) : null;
    cls.fields.set(declarator.child('name')?.text ?? '', {
      type: declarator.child('dimensions') && type !== null ? `${type}[]` : type,
      isStatic,
      ...(constant ? { value: constant } : {}),
    });
    if (value && !isStatic && !constant) cls.initializers.push(`<${declarator.child('name')?.text ?? ''}>`);
  }
}

/** A number or text that stands there itself, or what follows from such. */
function literal(node: SyntaxNode): Operand | null {
  if (/^(?:null_literal|true|false)$/.test(node.type) || !/_literal$|^(?:binary|unary|parenthesized)_expression$/.test(node.type))
    return /^(?:true|false)$/.test(node.type) ? { kind: 'const', value: node.text === 'true' } : null;
  const names = new SourceNames();
  const cx = new Context(names, parts, { functions: [], classes: [] }, new FunctionFrame('<constant>', node, null), null, null, null);
  const value = lowerOperand(cx, node);
  return value.kind === 'const' && cx.out.length === 0 ? value : null;
}

function fillMethod(names: FileNames, cls: ClassInfo, node: SyntaxNode, unique: (name: string) => string): void {
  const isConstructor = node.type !== 'method_declaration';
  const name = isConstructor ? constructorName : (node.child('name')?.text ?? '');
  const list = node.child('parameters') ?? (node.type === 'compact_constructor_declaration' ? cls.node.child('parameters') : null);
  const params = (list?.parts ?? []).filter((part) => part.type === 'formal_parameter' || part.type === 'spread_parameter');
  const method: MethodInfo = {
    id: unique(name),
    name,
    node,
    params: params.map((part) => names.typeOf(part.child('type'), cls) ?? '?'),
    variadic: params.at(-1)?.type === 'spread_parameter',
    isStatic: modifiers(node).has('static'),
    isPrivate: modifiers(node).has('private'),
    hasBody: node.child('body') !== null,
    result: isConstructor ? null : names.typeOf(node.child('type'), cls),
  };
  if (isConstructor) cls.constructors.push(method);
  else cls.methods.set(name, [...(cls.methods.get(name) ?? []), method]);
}

/** Methods with a body, by the name under which the engine looks them up: one of several also by what it takes. */
function keysOf(methods: readonly MethodInfo[]): [string, string][] {
  const [only, ...others] = methods;
  if (!only) return [];
  if (others.length === 0) return only.hasBody ? [[only.name, only.id]] : [];
  return methods
    .filter((method) => method.hasBody)
    .map((method) => [`${method.name}/${method.variadic ? '*' : method.params.length}:${method.params.join(',')}`, method.id]);
}

function classIr(names: FileNames, cls: ClassInfo): ClassIr {
  const methods = [...cls.methods.values()].flatMap(keysOf).concat(keysOf(cls.constructors));
  if (cls.constructors.length === 0 && cls.initializers.length > 0) methods.push([constructorName, `${cls.name}.${constructorName}`]);
  for (const name of cls.initializers) methods.push([name, `${cls.name}.${name}`]);
  const results = [...cls.methods.values()].flatMap(([one]) =>
    one && !one.hasBody ? [[one.name, one.result === null ? [] : [one.result]] as const] : [],
  );
  const fields = [...cls.fields].flatMap(([name, { type }]) => (type === null ? [] : [[name, type] as const]));
  return {
    name: cls.name,
    bases: cls.bases,
    interfaces: cls.interfaces,
    methods: Object.fromEntries(methods),
    hasDestructor: cls.methods.has('finalize'),
    fields: Object.fromEntries([...fields, ...(cls.hasOuter && cls.outer ? [['this$0', cls.outer.name] as const] : [])]),
    ...(results.length === 0 ? {} : { results: Object.fromEntries(results) }),
    range: cls.node.span,
  };
}

/** Every method, constructor and initializer of a class. */
function functionsOf(names: FileNames, cls: ClassInfo): FunctionDecl[] {
  const methods = [...[...cls.methods.values()].flat(), ...cls.constructors].filter((method) => method.hasBody);
  const decls = methods.map((method): FunctionDecl => ({
    ...declared(cls, method.node, method.id, method.name === constructorName ? 'constructor' : method.isStatic ? 'function' : 'method'),
    results: method.result === null ? [] : [method.result],
    lower: () => lowered((collected) => lowerMethod(names, parts, cls, method, null, collected)),
  }));
  return [...decls, ...initializersOf(names, cls)];
}

function lowered(make: (collected: Collected) => FunctionIr): { functions: FunctionIr[]; classes: ClassIr[] } {
  const collected: Collected = { functions: [], classes: [] };
  collected.functions.push(make(collected));
  return collected;
}

function declared(cls: ClassInfo, node: SyntaxNode, id: string, kind: FunctionDecl['kind']): Omit<FunctionDecl, 'lower'> {
  const nameNode = node.child('name') ?? node.all('declarator')[0]?.child('name') ?? node;
  const name =
    kind === 'constructor'
      ? cls.name.slice(cls.name.lastIndexOf('.') + 1)
      : nameNode.type === 'block'
        ? 'initializer'
        : nameNode.text.slice(0, 60);
  return {
    id,
    name,
    kind,
    className: kind === 'function' ? null : cls.name,
    ...(kind === 'function' ? { owner: cls.name } : {}),
    range: node.span,
    nameRange: nameNode === node ? { ...node.span, endLine: node.span.startLine, endColumn: node.span.startColumn + 1 } : nameNode.span,
    start: node.start,
    end: node.end,
  };
}

/** What is set where fields are declared, blocks of the class, and the constructor that nobody wrote. */
function initializersOf(names: FileNames, cls: ClassInfo): FunctionDecl[] {
  const decls: FunctionDecl[] = [];
  const add = (node: SyntaxNode, name: string, isStatic: boolean, run: (cx: Context) => void): void => {
    const id = `${cls.name}.${name}`;
    const decl = declared(cls, node, id, isStatic ? 'function' : name === constructorName ? 'constructor' : 'method');
    const { name: shown, kind, className, nameRange } = decl;
    decls.push({
      ...decl,
      lower: () =>
        lowered((collected) => {
          const self = isStatic ? null : 'this';
          const cx = new Context(names, parts, collected, new FunctionFrame(id, node, null), cls, self, null);
          const body = cx.gather(() => run(cx));
          return finish(cx, { id, name: shown, kind, className, receiver: self, params: [], body, nameRange });
        }),
    });
  };
  for (const member of membersOf(cls.node)) {
    if (member.type === 'block') add(member, initializerName(member), false, (cx) => cx.out.push(...lowerBlock(cx, member)));
    if (member.type === 'static_initializer')
      add(member, `<static@${member.startRow + 1}>`, true, (cx) => cx.out.push(...lowerBlock(cx, member.first('block'))));
    if (member.type !== 'field_declaration') continue;
    for (const declarator of member.all('declarator')) {
      const name = declarator.child('name')?.text ?? '';
      const value = declarator.child('value');
      const field = cls.fields.get(name);
      if (!value || !field || field.value) continue;
      add(declarator, field.isStatic ? `<static ${name}>` : `<${name}>`, field.isStatic, (cx) => {
        cx.assign(field.isStatic ? `${cls.name}.${name}`.replace(/\./g, '$') : `this.${name}`, lowerOperand(cx, value), declarator.span);
      });
    }
  }
  const nameNode = cls.node.child('name');
  if (cls.constructors.length === 0 && cls.initializers.length > 0 && nameNode)
    add(nameNode, constructorName, false, (cx) => begin(cx, cls, null));
  return decls;
}

/** Java has no code outside of classes. */
function moduleOf(root: SyntaxNode): FunctionDecl {
  const range = root.span;
  const shape = {
    id: '<module>',
    name: 'file',
    kind: 'module' as const,
    className: null,
    range,
    nameRange: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
  };
  const empty: FunctionIr = {
    ...shape,
    receiver: null,
    params: [],
    isAsync: false,
    isGenerator: false,
    body: [],
    locals: [],
    captures: [],
  };
  return { ...shape, start: 0, end: root.end, lower: () => ({ functions: [empty], classes: [] }) };
}

/** A class inside a function: its methods know the variables around them. */
function localClass(cx: Context, node: SyntaxNode): ClassInfo {
  const own = node.child('name')?.text ?? '';
  const name = `${cx.frame.id}/${node.type === 'object_creation_expression' ? 'class' : own}@${node.startRow + 1}:${node.startColumn + 1}`;
  const known = cx.names.classNamed(name);
  if (known) return known;
  const before = cx.names.all.length;
  const cls = declareClass(cx.names, node, cx.cls, name);
  if (cx.self === null) cls.hasOuter = false;
  const added = cx.names.all.slice(before);
  for (const one of added) fill(cx.names, one);
  if (own !== '' && cx.cls) cx.cls.inner.set(own, cls);
  for (const one of added) {
    for (const method of [...one.methods.values()].flat().concat(one.constructors))
      if (method.hasBody) cx.collected.functions.push(lowerMethod(cx.names, parts, one, method, cx, cx.collected));
    for (const decl of initializersOf(cx.names, one)) cx.collected.functions.push(...decl.lower().functions);
    cx.collected.classes.push(classIr(cx.names, one));
  }
  const captured = cx.collected.functions.filter((fn) => fn.id.startsWith(`${name}.`)).flatMap((fn) => fn.captures);
  if (captured.length > 0) cx.emit({ do: 'escape', places: [...new Set(captured)], why: 'known to an object', range: node.span });
  return cls;
}
