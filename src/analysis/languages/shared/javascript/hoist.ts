/** Names before the statements run that bind them: imports, functions, classes, variables. */

import type { ClassIr, FunctionIr } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import { standIn } from './calls.js';
import { isClass, isFunction, memberName } from './nodes.js';
import { canonical, idFor, moduleName, qualifiedName, required } from './scope.js';
import type { Scope } from './scope.js';
import { annotated } from './types.js';

/** Names of a block (or of the module) before its statements run: imports, functions, classes, variables. */
export function hoist(statements: readonly SyntaxNode[], scope: Scope): void {
  for (const node of statements) hoistOne(node, scope);
}

function hoistOne(node: SyntaxNode, scope: Scope): void {
  switch (node.type) {
    case 'import_statement':
      return importNames(node, scope);
    case 'export_statement': {
      const inner = node.child('declaration') ?? node.child('value');
      if (inner) hoistOne(inner, scope);
      return;
    }
    case 'ambient_declaration':
    case 'internal_module':
      if (node.type === 'internal_module') hoist(node.child('body')?.parts ?? [], scope);
      return;
    case 'function_declaration':
    case 'generator_function_declaration':
      return declareFunction(node, scope);
    case 'class_declaration':
    case 'abstract_class_declaration':
      return void declareClass(node, node.child('name')?.text ?? 'default', scope);
    case 'arrow_function':
    case 'function_expression':
      if (node.parent?.type === 'export_statement' && scope.isTop) declareNamed(node, 'default', scope, null);
      return;
    case 'class':
      if (scope.isTop) declareClass(node, node.child('name')?.text ?? 'default', scope);
      return;
    case 'lexical_declaration':
    case 'variable_declaration':
    case 'using_declaration':
      for (const part of node.parts)
        if (part.type === 'variable_declarator') declareVariable(part, scope, node.type === 'variable_declaration');
      return;
    case 'expression_statement':
      if (scope.isTop && node.parts[0]?.type === 'assignment_expression') declareAssigned(node.parts[0], scope);
      return;
    default:
  }
}

function declareFunction(node: SyntaxNode, scope: Scope): void {
  const name = node.child('name')?.text;
  if (!name || node.child('body') === null) return;
  declareNamed(node, name, scope, null);
}

/** A function that has its name from where it stands. */
function declareNamed(
  node: SyntaxNode,
  name: string,
  scope: Scope,
  className: string | null,
  kind: FunctionIr['kind'] = className === null ? 'function' : 'method',
): string {
  const id = idFor(node, scope, className === null ? name : `${className}.${name}`);
  scope.file.known.set(node, id);
  if (className === null) scope.bind(name, { is: 'function', id, isAsync: node.has('async') });
  if (scope.isTop) scope.file.declared.push({ node, className, id, name, kind });
  return id;
}

/** A class with its methods. */
export function declareClass(node: SyntaxNode, name: string, scope: Scope): string {
  const unique = scope.file.classes.some((cls) => cls.name === name) ? `${name}@${node.startRow + 1}` : name;
  const heritage = node.first('class_heritage');
  const base = heritage?.first('extends_clause')?.child('value') ?? heritage?.parts.find((part) => !part.type.endsWith('_clause')) ?? null;
  const cls: ClassIr = {
    name: unique,
    bases: base ? [qualifiedName(base, scope) ?? base.text] : [],
    methods: {},
    hasDestructor: false,
    fields: {},
    range: node.span,
  };
  scope.file.classes.push(cls);
  scope.bind(name, { is: 'class', name: unique });
  scope.file.known.set(node, unique);
  for (const member of node.child('body')?.parts ?? []) declareMember(member, cls, scope);
  return unique;
}

function declareMember(member: SyntaxNode, cls: ClassIr, scope: Scope): void {
  const own = memberName(member);
  if (own === null) return;
  if (member.type === 'method_definition') {
    const accessor = member.has('get') ? 'get ' : member.has('set') ? 'set ' : '';
    addMethod(member, `${accessor}${own}`, cls, scope);
    for (const param of own === 'constructor' ? (member.child('parameters')?.parts ?? []) : []) {
      const pattern = param.first('accessibility_modifier') || param.has('readonly') ? param.child('pattern') : null;
      const type = annotated(param.child('type'), scope);
      if (pattern && type !== null) (cls.fields ??= {})[pattern.text] = type;
    }
    return;
  }
  if (member.type !== 'field_definition' && member.type !== 'public_field_definition') return;
  const value = member.child('value');
  if (value && isFunction(value) && !member.has('static')) return addMethod(value, own, cls, scope);
  const type = annotated(member.child('type'), scope);
  if (type !== null) (cls.fields ??= {})[own] = type;
}

function addMethod(node: SyntaxNode, name: string, cls: ClassIr, scope: Scope): void {
  const id = declareNamed(node, name, scope, cls.name, name === 'constructor' ? 'constructor' : 'method');
  cls.methods[name] = id;
  if (node.has('async')) scope.file.asyncMethods.set(cls.name, (scope.file.asyncMethods.get(cls.name) ?? new Set()).add(name));
}

function declareVariable(node: SyntaxNode, scope: Scope, whole: boolean): void {
  const [target, value] = [node.child('name'), node.child('value')];
  if (!target) return;
  const module = value ? required(value) : null;
  if (module !== null) return bindModule(target, module, scope);
  const chosen = value?.type === 'ternary_expression' && target.type === 'object_pattern' ? qualifiedName(value, scope) : null;
  if (chosen !== null) return bindModule(target, chosen, scope);
  if (target.type !== 'identifier') return void bindPattern(target, scope, whole);
  const qualified = value ? importedValue(value, scope) : assignedModule(node, target.text, scope);
  if (qualified !== null) return scope.bind(target.text, { is: 'import', name: qualified });
  if (value && isFunction(value) && (scope.isModule || node.parent?.has('const') === true))
    return void declareNamed(value, target.text, scope, null);
  if (value?.type === 'this' || (value?.type === 'identifier' && scope.lookup(value.text)?.is === 'this'))
    return scope.bind(target.text, { is: 'this' }, whole);
  if (value?.type === 'class') return void declareClass(value, target.text, scope);
  const place = scope.declare(target.text, whole);
  scope.setType(place, annotated(node.child('type'), scope) ?? (scope.isTop ? madeBy(value, scope) : null));
}

/** The class of a new object, or the call that gave a value (`=mysql.createPool`). */
function madeBy(value: SyntaxNode | null, scope: Scope): string | null {
  const made = value?.child(value.type === 'new_expression' ? 'constructor' : 'function');
  const name = made && /^(?:new|call)_expression$/.test(value?.type ?? '') ? qualifiedName(made, scope) : null;
  return name !== null && value?.type === 'call_expression' ? `=${name}` : name;
}

/** `net.Socket` of an imported module, a module under another name, one of two. */
function importedValue(node: SyntaxNode, scope: Scope): string | null {
  if (!/^(?:member_expression|ternary_expression|identifier)$/.test(node.type)) return null;
  if (node.type === 'identifier' && scope.lookup(node.text)?.is !== 'import') return null;
  const name = qualifiedName(node, scope);
  return name !== null && !/^\.{1,2}\/[^.]*$/.test(name) && node.child('object')?.type !== 'this' ? name : null;
}

/** `let client; … client = https;`: the module that it is given further down. */
function assignedModule(node: SyntaxNode, name: string, scope: Scope): string | null {
  const block = node.parent?.parent;
  if (!block || block.end - block.start > longest) return null;
  const modules = [...block.text.matchAll(/(?<![\w$.])([\w$]+)\s*=\s*([\w$]+)[ \t]*(?:;[ \t]*)?$/gm)]
    .filter((match) => match[1] === name)
    .map((match) => match[2] ?? '');
  const names = modules
    .map((one) => scope.lookup(one))
    .map((binding) => (binding?.is === 'import' && !binding.name.includes('.') ? binding.name : null));
  return names.length > 0 && names.every((one) => one !== null) ? (names[0] ?? null) : null;
}

/** Characters of a block that are looked through for that. */
const longest = 20_000;

function bindModule(target: SyntaxNode, module: string, scope: Scope): void {
  if (target.type === 'identifier') return scope.bind(target.text, { is: 'import', name: canonical(module) });
  for (const part of target.parts) {
    const name =
      part.type === 'pair_pattern'
        ? part.child('key')?.text
        : part.type === 'shorthand_property_identifier_pattern'
          ? part.text
          : undefined;
    const local = part.type === 'pair_pattern' ? part.child('value') : part;
    if (name !== undefined && local && /identifier/.test(local.type))
      scope.bind(local.text, { is: 'import', name: canonical(`${module}.${name}`) });
  }
}

/** Every name in a pattern, as a variable. */
export function bindPattern(target: SyntaxNode, scope: Scope, whole = false): void {
  if (/^(?:identifier|shorthand_property_identifier_pattern)$/.test(target.type)) scope.declare(target.text, whole);
  else if (target.type === 'pair_pattern' || target.type === 'assignment_pattern' || target.type === 'object_assignment_pattern') {
    const inner = target.child('left') ?? target.child('value');
    if (inner) bindPattern(inner, scope, whole);
    const otherwise = target.child('right');
    if (inner && otherwise && /^(?:identifier|member_expression)$/.test(otherwise.type)) scope.likens(inner, standIn(otherwise, scope));
  } else if (/_pattern$/.test(target.type)) for (const part of target.parts) bindPattern(part, scope, whole);
}

function importNames(node: SyntaxNode, scope: Scope): void {
  const alone = node.first('import_require_clause');
  const source = node.child('source') ?? alone?.child('source');
  const module = source ? moduleName(source) : null;
  if (module === null) return;
  const bind = (name: string | undefined, what: string): void => {
    if (name) scope.bind(name, { is: 'import', name: canonical(what) });
  };
  if (alone) bind(alone.first('identifier')?.text, module);
  for (const part of node.first('import_clause')?.parts ?? []) {
    if (part.type === 'identifier') bind(part.text, `${module}.default`);
    if (part.type === 'namespace_import') bind(part.parts[0]?.text, module);
    if (part.type === 'named_imports')
      for (const one of part.parts) bind((one.child('alias') ?? one.child('name'))?.text, `${module}.${one.child('name')?.text ?? ''}`);
  }
}

/** `exports.connect = function …`, `Client.prototype.close = function …`, `module.exports = { … }`. */
function declareAssigned(node: SyntaxNode, scope: Scope): void {
  const [left, right] = [node.child('left'), node.child('right')];
  if (!left || !right) return;
  const method = /^(\w+)\.prototype\.(\w+)$/.exec(left.text);
  if (method && isFunction(right)) return addMethod(right, method[2] as string, prototypeOf(method[1] as string, scope), scope);
  const name = /^(?:module\.)?exports(?:\.(\w+))?$/.exec(left.text);
  if (!name) return;
  if (isFunction(right)) return void declareNamed(right, name[1] ?? right.child('name')?.text ?? 'default', scope, null);
  if (isClass(right)) return void declareClass(right, name[1] ?? right.child('name')?.text ?? 'default', scope);
  if (right.type !== 'object') return;
  for (const part of right.parts) {
    const value = part.type === 'pair' ? part.child('value') : part.type === 'method_definition' ? part : null;
    const key = memberName(part) ?? part.child('key')?.text;
    if (value && (isFunction(value) || value.type === 'method_definition')) declareNamed(value, key ?? 'default', scope, null);
  }
}

/** `function Client() {}` with methods in its prototype is a class. */
function prototypeOf(name: string, scope: Scope): ClassIr {
  const known = scope.file.classes.find((cls) => cls.name === name);
  if (known) return known;
  const made = scope.file.declared.find((one) => one.id === name && one.kind === 'function');
  const cls: ClassIr = {
    name,
    bases: [],
    methods: {},
    hasDestructor: false,
    fields: {},
    range: (made?.node ?? scope.file.declared[0]?.node)?.span ?? { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
  };
  scope.file.classes.push(cls);
  if (made) {
    Object.assign(made, { kind: 'constructor', className: name, id: `${name}.constructor` });
    scope.file.known.set(made.node, `${name}.constructor`);
    Object.assign(cls.methods, { constructor: `${name}.constructor` });
  }
  scope.bind(name, { is: 'class', name });
  return cls;
}
