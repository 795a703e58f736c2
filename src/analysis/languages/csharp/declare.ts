/** The outline of a C# file: its classes, fields, properties and methods; bodies are lowered on demand. */

import { commentOf } from '../shared/comments.js';
import type { ClassIr, FileIr, FunctionDecl, FunctionIr, Lowered, Operand } from '../../flow/ir.js';
import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';
import { Context, FunctionFrame } from '../shared/objects/context.js';
import type { Collected, Parts } from '../shared/objects/context.js';
import { finish } from '../shared/objects/finish.js';
import { constructorName } from '../shared/objects/names.js';
import type { ClassInfo, MethodInfo } from '../shared/objects/names.js';
import { creation } from './creation.js';
import { lowerOperand } from './expressions.js';
import { bodyOf, lowerMethod } from './functions.js';
import { SourceNames } from './names.js';
import { choose, lowerBlock, lowerStatement, statements } from './statements.js';
import { lowerTest } from './tests.js';

const parts: Parts = {
  operand: lowerOperand,
  test: lowerTest,
  block: lowerBlock,
  statement: lowerStatement,
  choose,
  localClass: (cx) => cx.cls ?? classInfo('?', cx.frame.node, null),
};

/** A delegate is a type of functions: of its objects nothing but what they give is known. */
const classTypes = /^(?:class|struct|interface|record|record_struct|enum|delegate)_declaration$/;
const spaces = /^(?:file_scoped_)?namespace_declaration$/;
const outlined =
  /^(?:compilation_unit|global_statement|using_directive|(?:alias_)?qualified_name|(?:file_scoped_)?namespace_declaration|declaration_list|(?:class|struct|interface|record|record_struct|enum|delegate)_declaration|(?:field|property|method|constructor|destructor)_declaration|variable_declaration|variable_declarator|parameter_list|parameter|base_list|modifier|nullable_type|generic_name|type_argument_list|array_type|accessor_list|accessor_declaration|arrow_expression_clause)$/;

export function descends(type: string): boolean {
  return outlined.test(type);
}

export function outlineFile(tree: SyntaxTree): FileIr {
  const names = new SourceNames();
  const top: SyntaxNode[] = [];
  const collect = (nodes: readonly SyntaxNode[]): void => {
    for (const node of nodes) {
      if (node.isError) collect(node.children);
      else if (spaces.test(node.type)) {
        if (names.package === '') names.package = node.child('name')?.text.replace(/\s+/g, '') ?? '';
        collect(
          node.child('body')?.children ?? node.children.filter((child) => classTypes.test(child.type) || child.type === 'using_directive'),
        );
      } else if (node.type === 'using_directive') names.addUsing(node);
      else if (classTypes.test(node.type)) top.push(node);
    }
  };
  collect(tree.root.children);
  for (const node of top) {
    const name = node.child('name')?.text ?? '';
    names.classes.set(name, declareClass(names, node, null, names.classNamed(name) ? `${name}@${node.startRow + 1}` : name));
  }
  for (const cls of names.all) fill(names, cls);
  const functions = names.all.flatMap((cls) => functionsOf(names, cls));
  functions.push(moduleOf(names, tree.root));
  return {
    functions,
    classes: names.all.map((cls) => classIr(names, cls)),
    imports: [...names.stars],
    imported: Object.fromEntries(names.imports),
    comments: tree.comments.map(commentOf),
    errors: tree.errors.map((node) => ({
      line: node.startRow + 1,
      message: node.missing ? `\`${node.type}\` is missing` : 'this could not be parsed',
    })),
  };
}

function classInfo(name: string, node: SyntaxNode, outer: ClassInfo | null): ClassInfo {
  const found = /^(interface|enum|record|delegate)/.exec(node.type)?.[1] ?? 'class';
  const kind = (found === 'delegate' ? 'interface' : found) as ClassInfo['kind'];
  return {
    name,
    node,
    kind,
    outer,
    hasOuter: false,
    bases: [],
    interfaces: [],
    fields: new Map(),
    methods: new Map(),
    constructors: [],
    inner: new Map(),
    initializers: [],
  };
}

/** The class and those inside it get their names before anything else is read. */
function declareClass(names: SourceNames, node: SyntaxNode, outer: ClassInfo | null, name: string): ClassInfo {
  const cls = classInfo(name, node, outer);
  names.all.push(cls);
  for (const member of membersOf(node)) {
    if (!classTypes.test(member.type)) continue;
    const inner = member.child('name')?.text ?? '';
    cls.inner.set(inner, declareClass(names, member, cls, `${name}.${inner}`));
  }
  return cls;
}

function modifiers(node: SyntaxNode): Set<string> {
  return new Set(node.children.filter((child) => child.type === 'modifier').map((child) => child.text));
}

function membersOf(node: SyntaxNode): SyntaxNode[] {
  return (node.child('body')?.parts ?? []).flatMap((part) => (part.isError ? part.parts : [part]));
}

/** Bases, fields and methods of a class. */
function fill(names: SourceNames, cls: ClassInfo): void {
  const { node } = cls;
  const listed = (node.first('base_list')?.parts ?? []).flatMap(
    (part) => names.typeOf(part.type === 'primary_constructor_base_type' ? (part.parts[0] ?? null) : part, cls.outer ?? cls) ?? [],
  );
  const isInterface = (name: string): boolean =>
    names.classNamed(name)?.kind === 'interface' || (!names.classNamed(name) && /^I[A-Z]/.test(name.slice(name.lastIndexOf('.') + 1)));
  cls.interfaces = listed.filter(isInterface);
  // Other parts of the class may stand elsewhere: nobody knows what they close.
  cls.bases = [
    ...listed.filter((name) => !isInterface(name)),
    ...cls.interfaces,
    ...(modifiers(node).has('partial') ? [`${cls.name}.<other parts>`] : []),
  ];
  if (node.type === 'delegate_declaration') return fillDelegate(names, cls);
  for (const part of node.first('parameter_list')?.parts ?? [])
    cls.fields.set(part.child('name')?.text ?? '', { type: names.typeOf(part.child('type'), cls), isStatic: false });
  const used = new Map<string, number>();
  const unique = (name: string): string => {
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    return `${cls.name}.${name}${count === 1 ? '' : `#${count}`}`;
  };
  for (const member of membersOf(node)) {
    if (member.type === 'field_declaration') fillFields(names, cls, member);
    else if (member.type === 'property_declaration') fillProperty(names, cls, member, unique);
    else if (/^(?:method|constructor|destructor)_declaration$/.test(member.type)) fillMethod(names, cls, member, unique);
  }
}

function fillDelegate(names: SourceNames, cls: ClassInfo): void {
  const result = names.typeOf(cls.node.child('type'), cls.outer ?? cls);
  cls.methods.set('', [{ id: cls.name, name: '', node: cls.node, params: [], variadic: false, isStatic: false, hasBody: false, result }]);
}

function fillFields(names: SourceNames, cls: ClassInfo, member: SyntaxNode): void {
  const marks = modifiers(member);
  const isStatic = marks.has('static') || marks.has('const');
  const list = member.first('variable_declaration');
  const type = names.typeOf(list?.child('type') ?? null, cls);
  for (const declarator of (list?.parts ?? []).filter((part) => part.type === 'variable_declarator')) {
    const name = declarator.child('name')?.text ?? '';
    const value = valueOf(declarator);
    const constant = value && (marks.has('const') || marks.has('readonly')) ? literal(value) : null;
    cls.fields.set(name, { type, isStatic, ...(constant ? { value: constant } : {}) });
    if (value && !isStatic && !constant) cls.initializers.push(`<${name}>`);
  }
}

function valueOf(declarator: SyntaxNode): SyntaxNode | null {
  const name = declarator.child('name');
  return declarator.parts.filter((part) => part !== name && part.type !== 'bracketed_argument_list').at(-1) ?? null;
}

/** A property without code is a field; one that only gives a field is another name of it; others are methods. */
function fillProperty(names: SourceNames, cls: ClassInfo, member: SyntaxNode, unique: (name: string) => string): void {
  const name = member.child('name')?.text ?? '';
  const type = names.typeOf(member.child('type'), cls);
  const isStatic = modifiers(member).has('static');
  const value = member.child('value');
  const coded = (member.child('accessors')?.parts ?? []).filter((part) => part.type === 'accessor_declaration' && bodyOf(part) !== null);
  const add = (key: string, node: SyntaxNode, params: string[], result: string | null): void => {
    cls.methods.set(key, [{ id: unique(key), name: key, node, params, variadic: false, isStatic, hasBody: true, result }]);
  };
  const isArrow = value?.type === 'arrow_expression_clause';
  const getter = isArrow ? value : bodyOf(coded.find((part) => part.child('name')?.text === 'get') ?? member);
  const field = getter && /^(?:=>|\{\s*return)\s*(?:this\.)?(\w+)\s*(?:;\s*)?\}?$/.exec(getter.text)?.[1];
  if (typeof field === 'string' && /^[a-z_]/.test(field) && field !== 'null') {
    names.aliases.set(`${cls.name}.${name}`, field);
    cls.fields.set(name, { type, isStatic });
  } else if (isArrow) add(`get_${name}`, member, [], type);
  else if (coded.length === 0) {
    cls.fields.set(name, { type, isStatic });
    if (value && !isStatic) cls.initializers.push(`<${name}>`);
  }
  if (isArrow) return;
  for (const part of coded) {
    const kind = part.child('name')?.text ?? 'get';
    if (kind === 'get' && typeof field === 'string') continue;
    add(`${kind === 'init' ? 'set' : kind}_${name}`, part, kind === 'get' ? [] : [type ?? '?'], kind === 'get' ? type : null);
  }
}

/** A number or text that stands there itself, or what follows from such. */
function literal(node: SyntaxNode): Operand | null {
  if (!/_literal$|^(?:binary|prefix_unary|parenthesized)_expression$/.test(node.type)) return null;
  const cx = new Context(
    new SourceNames(),
    parts,
    { functions: [], classes: [] },
    new FunctionFrame('<constant>', node, null),
    null,
    null,
    null,
  );
  const value = lowerOperand(cx, node);
  return value.kind === 'const' && cx.out.length === 0 ? value : null;
}

/** Modifiers of what others can call. */
const seen = /^(?:public|protected|internal|override|partial|extern)$/;

function fillMethod(names: SourceNames, cls: ClassInfo, node: SyntaxNode, unique: (name: string) => string): void {
  const isConstructor = node.type === 'constructor_declaration';
  const marks = [...modifiers(node)];
  const isStatic = marks.includes('static');
  const name = isConstructor
    ? isStatic
      ? '<static>'
      : constructorName
    : node.type === 'destructor_declaration'
      ? 'Finalize'
      : (node.child('name')?.text ?? '');
  const list = node.child('parameters');
  const params = (list?.parts ?? []).filter((part) => part.type === 'parameter');
  const isVariadic = list?.child('name') !== null && list?.child('name') !== undefined;
  const types = params.map((part) => names.typeOf(part.child('type'), cls) ?? '?');
  const method: MethodInfo = {
    id: unique(name),
    name,
    node,
    params: isVariadic ? [...types, '?'] : types,
    variadic: isVariadic || params.some((part) => part.parts.length > 2 && part.text.includes('=')),
    isStatic,
    isPrivate: cls.kind !== 'interface' && !node.first('explicit_interface_specifier') && !marks.some((mark) => seen.test(mark)),
    hasBody: bodyOf(node) !== null,
    result: isConstructor ? null : names.typeOf(node.child('returns') ?? node.child('type'), cls),
  };
  if (isConstructor && !isStatic) cls.constructors.push(method);
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

function classIr(names: SourceNames, cls: ClassInfo): ClassIr {
  const methods = [...cls.methods.values()].flatMap(keysOf).concat(keysOf(cls.constructors));
  if (cls.constructors.length === 0 && cls.initializers.length > 0) methods.push([constructorName, `${cls.name}.${constructorName}`]);
  for (const name of cls.initializers) methods.push([name, `${cls.name}.${name}`]);
  const results = [...cls.methods.values()].flatMap(([one]) =>
    one && !one.hasBody && one.result !== null ? [[one.name, [one.result]] as const] : [],
  );
  const fields = [...cls.fields].flatMap(([name, { type }]) => (type === null ? [] : [[name, type] as const]));
  return {
    name: cls.name,
    bases: cls.bases,
    interfaces: cls.interfaces,
    methods: Object.fromEntries(methods),
    hasDestructor: cls.methods.has('Finalize'),
    fields: Object.fromEntries(fields),
    ...(results.length === 0 ? {} : { results: Object.fromEntries(results) }),
    range: cls.node.span,
  };
}

/** Every method, constructor and initializer of a class. */
function functionsOf(names: SourceNames, cls: ClassInfo): FunctionDecl[] {
  const methods = [...[...cls.methods.values()].flat(), ...cls.constructors].filter((method) => method.hasBody);
  const decls = methods.map((method): FunctionDecl => ({
    ...declared(cls, method.node, method.id, method.name === constructorName ? 'constructor' : method.isStatic ? 'function' : 'method'),
    results: method.result === null ? [] : [method.result],
    lower: () => lowered((collected) => lowerMethod(names, parts, cls, method, null, collected)),
  }));
  return [...decls, ...initializersOf(names, cls)];
}

function lowered(make: (collected: Collected) => FunctionIr): Lowered {
  const collected: Collected = { functions: [], classes: [] };
  collected.functions.push(make(collected));
  return collected;
}

function declared(cls: ClassInfo, node: SyntaxNode, id: string, kind: FunctionDecl['kind']): Omit<FunctionDecl, 'lower'> {
  const nameNode = node.child('name') ?? node;
  const name = kind === 'constructor' ? cls.name.slice(cls.name.lastIndexOf('.') + 1) : nameNode.text.slice(0, 60);
  const at = { ...node.span, endLine: node.span.startLine, endColumn: node.span.startColumn + 1 };
  return {
    id,
    name,
    kind,
    className: kind === 'function' ? null : cls.name,
    ...(kind === 'function' ? { owner: cls.name } : {}),
    range: node.span,
    nameRange: nameNode === node ? at : nameNode.span,
    start: node.start,
    end: node.end,
  };
}

/** What is set where fields and properties are declared, and the constructor that nobody wrote. */
function initializersOf(names: SourceNames, cls: ClassInfo): FunctionDecl[] {
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
    const isField = member.type === 'field_declaration';
    const nodes = isField
      ? (member.first('variable_declaration')?.parts ?? []).filter((part) => part.type === 'variable_declarator')
      : member.type === 'property_declaration'
        ? [member]
        : [];
    for (const node of nodes) {
      const name = node.child('name')?.text ?? '';
      const value = isField ? valueOf(node) : node.child('value');
      const field = cls.fields.get(name);
      if (!value || value.type === 'arrow_expression_clause' || !field || field.value) continue;
      add(node, field.isStatic ? `<static ${name}>` : `<${name}>`, field.isStatic, (cx) => {
        const from = value.type === 'implicit_object_creation_expression' ? creation(cx, value, field.type) : lowerOperand(cx, value);
        cx.assign(field.isStatic ? `${cls.name}.${name}`.replace(/\./g, '$') : `this.${name}`, from, node.span);
      });
    }
  }
  if (cls.constructors.length === 0 && cls.initializers.length > 0) {
    add(cls.node, constructorName, false, (cx) => {
      const { span } = cls.node.child('name') ?? cls.node;
      for (const name of cls.initializers) {
        cx.emit({
          do: 'call',
          callee: { kind: 'method', receiver: 'this', name, type: cls.name },
          args: [],
          results: [null],
          mode: 'plain',
          harmless: true,
          range: span,
        });
      }
    });
  }
  return decls;
}

/** Statements outside of any class (`Program.cs` of today). */
function moduleOf(names: SourceNames, root: SyntaxNode): FunctionDecl {
  const shape = {
    id: '<module>',
    name: 'file',
    kind: 'module' as const,
    className: null,
    range: root.span,
    nameRange: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
  };
  return {
    ...shape,
    start: 0,
    end: root.end,
    lower: () =>
      lowered((collected) => {
        const cx = new Context(names, parts, collected, new FunctionFrame('<module>', root, null), null, null, null);
        const nodes = root.parts.filter((part) => part.type === 'global_statement').flatMap((part) => part.parts);
        const body = cx.gather(() => statements(cx, nodes));
        return { ...finish(cx, { ...shape, receiver: null, params: [], body }), broken: false };
      }),
  };
}
