/** Python functions, lambdas and classes to IR. */

import type { ClassIr, FunctionDecl, FunctionIr, Lowered, Operand, Param, Stmt } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { lowerExpression } from './expressions.js';
import { Scope, addImports, aliasIn, bindNames, qualifiedName } from './scope.js';
import type { FileContext } from './scope.js';

/** The outline of a module: its imports, functions and classes; bodies are lowered on demand. */
export function declareModule(root: SyntaxNode, file: FileContext): { functions: FunctionDecl[]; imported: Record<string, string> } {
  const scope = new Scope(file, null, '<module>', null, true);
  bindNames(root, scope);
  importAll(root, scope);
  scope.isTest = [...scope.symbols.values()].some((symbol) => symbol.symbol === 'import' && testFrameworks.test(symbol.name));
  declareAll(root, scope, null);
  const decls = file.declared.map(({ node, className, id }): FunctionDecl => {
    const name = node.child('name')?.text ?? '';
    const kind = className === null ? 'function' : name === '__init__' ? 'constructor' : 'method';
    const { range, nameRange } = emptyFunction(scope, id, name, kind, node);
    return {
      id,
      name,
      kind,
      className,
      range,
      nameRange,
      start: node.start,
      end: node.end,
      lower: () => collect(file, () => lowerFunction(node, scope, className)),
    };
  });
  const module = emptyFunction(scope, '<module>', 'module', 'module', root);
  decls.push({ ...module, start: 0, end: root.end, lower: () => collect(file, () => lowerModule(module, root, scope)) });
  const imports = [...scope.symbols].flatMap(([name, symbol]): [string, string][] =>
    symbol.symbol === 'import' ? [[name, symbol.name]] : [],
  );
  const attributes = [...file.aliases.values()].flatMap((aliases) => [...aliases]);
  return { functions: decls, imported: Object.fromEntries([...attributes, ...imports]) };
}

/** Who imports one of these is a test, its helpers too. */
const testFrameworks = /^(?:unittest|pytest|nose|twisted\.trial|tornado\.testing|django\.test)(?:\.|$)/;

/** Python's `import` statements of the module, also those inside `if` and `try`, and other names for what they give. */
function importAll(body: SyntaxNode, scope: Scope): void {
  for (const node of body.children) {
    const alias = aliasIn(node, scope);
    if (alias) scope.symbols.set(alias.name, { symbol: 'import', name: alias.target });
    else if (node.type === 'import_statement' || node.type === 'import_from_statement') addImports(node, scope);
    else if (isContainer(node)) importAll(node, scope);
  }
}

/** The module's own code. */
function lowerModule(module: FunctionIr, root: SyntaxNode, scope: Scope): void {
  const body = scope.file.parts.block(root, scope);
  const isTest = scope.isTest ? { isTest: true } : {};
  scope.file.functions.push({
    ...module,
    body,
    locals: [...scope.locals],
    broken: root.children.some((child) => child.isError),
    ...isTest,
  });
}

/** What one lowering adds to the file. */
function collect(file: FileContext, lower: () => void): Lowered {
  const classes = file.classes.length;
  const functions: FunctionIr[] = [];
  file.functions = functions;
  lower();
  return { functions, classes: file.classes.slice(classes) };
}

function emptyFunction(scope: Scope, id: string, name: string, kind: FunctionIr['kind'], node: SyntaxNode): FunctionIr {
  const nameNode = node.child('name') ?? node;
  const nameRange = kind === 'module' ? { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 } : nameNode.span;
  return {
    id,
    name,
    kind,
    className: scope.className,
    receiver: scope.receiver,
    params: [],
    isAsync: false,
    isGenerator: false,
    body: [],
    locals: [],
    captures: [],
    range: node.span,
    nameRange,
  };
}

/** Functions and classes directly in a body get their ids before anything is lowered: code may call what stands below it. */
function declareAll(body: SyntaxNode, scope: Scope, className: string | null): void {
  const stack = [...body.children].reverse();
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === 'function_definition') declareFunction(node, scope, className);
    else if (node.type === 'class_definition') declareClass(node, scope);
    else if (isContainer(node)) stack.push(...[...node.children].reverse());
  }
}

/** Statements whose bodies belong to the same scope. */
function isContainer(node: SyntaxNode): boolean {
  return /_statement$|_clause$|^block$|^decorated_definition$|^ERROR$/.test(node.type);
}

function declareFunction(node: SyntaxNode, scope: Scope, className: string | null): void {
  const name = node.child('name')?.text;
  if (!name) return;
  const id = idFor(node, scope, className === null ? name : `${className}.${name}`);
  if (className === null) scope.symbols.set(name, { symbol: 'function', id, node, isAsync: node.has('async') });
  else {
    const cls = scope.file.classes.find((one) => one.name === className);
    if (cls) cls.methods[name] = id;
    if (node.has('async')) scope.file.asyncMethods.set(className, (scope.file.asyncMethods.get(className) ?? new Set()).add(name));
    if (decoratorsOf(node, scope).some((decorator) => decorator === 'staticmethod' || decorator === 'classmethod'))
      scope.file.unbound.add(id);
  }
  ids.set(node, id);
  if (scope.isModule) scope.file.declared.push({ node, className, id });
}

/** Ids given by `declareAll`. */
const ids = new WeakMap<SyntaxNode, string>();

function idFor(node: SyntaxNode, scope: Scope, name: string): string {
  const outer = scope.isModule ? '' : `${scope.id}.`;
  let id = `${outer}${name}`;
  if (scope.file.ids.has(id)) id = `${id}@${node.startRow + 1}:${node.startColumn + 1}`;
  scope.file.ids.add(id);
  return id;
}

function declareClass(node: SyntaxNode, scope: Scope): void {
  const name = node.child('name')?.text;
  const body = node.child('body');
  if (!name || !body || scope.file.classes.some((cls) => cls.name === name)) return;
  const bases = (node.child('superclasses')?.parts ?? [])
    .filter((part) => part.type !== 'keyword_argument')
    .map((part) => qualifiedName(part, scope) ?? part.text);
  const cls: ClassIr = { name, bases: bases.filter((base) => base !== 'object'), methods: {}, hasDestructor: false, range: node.span };
  scope.file.classes.push(cls);
  scope.symbols.set(name, { symbol: 'class', name });
  declareAll(body, scope, name);
  cls.hasDestructor = '__del__' in cls.methods;
  cls.constants = constantsOf(body, scope);
  scope.file.aliases.set(name, aliasesOf(body, scope));
}

/**
 * Attributes that stand for something imported: set in the class, or given
 * to the constructor, which then keeps it under the name of its parameter.
 */
function aliasesOf(body: SyntaxNode, scope: Scope): Map<string, string> {
  const aliases = new Map<string, string>();
  for (const child of body.children) {
    const alias = aliasIn(child, scope);
    if (alias) aliases.set(alias.name, alias.target);
    if (child.type !== 'function_definition' || child.child('name')?.text !== '__init__') continue;
    for (const { name, module } of modulesIn(child.child('parameters'), scope)) aliases.set(name, module);
  }
  return aliases;
}

/** Parameters that are a module by default: `socket_module=socket`. */
function modulesIn(list: SyntaxNode | null, scope: Scope): { name: string; module: string }[] {
  return (list?.parts ?? []).flatMap((node) => {
    const value = node.child('value');
    const symbol = value?.type === 'identifier' ? scope.lookup(value.text) : null;
    const name = node.child('name')?.text;
    return symbol?.symbol === 'import' && symbol.isModule && name ? [{ name, module: symbol.name }] : [];
  });
}

/** `timeout = 30` in a class body. */
function constantsOf(body: SyntaxNode, scope: Scope): NonNullable<ClassIr['constants']> {
  const constants: NonNullable<ClassIr['constants']> = {};
  for (const child of body.children) {
    const assignment = child.type === 'expression_statement' ? child.first('assignment') : null;
    const left = assignment?.child('left');
    const right = assignment?.child('right');
    const value =
      left?.type === 'identifier' && right && /^(integer|float|string|true|false|none)$/.test(right.type) ? literal(right, scope) : null;
    if (left && value?.kind === 'const') constants[left.text] = value.value;
  }
  return constants;
}

/** A `def`: its IR goes to the file. */
export function lowerFunction(node: SyntaxNode, outer: Scope, className: string | null): void {
  const id = ids.get(node);
  const name = node.child('name')?.text;
  const body = node.child('body');
  if (id === undefined || !name || !body) return;
  const scope = new Scope(outer.file, outer, id, className ?? outer.className, false);
  scope.isTest = outer.isTest || (className !== null && isTestClass(scope.file, className));
  const decorators = decoratorsOf(node, outer);
  scope.isManager = decorators.some((decorator) => /^(?:contextlib\.)?(?:async)?contextmanager$/.test(decorator));
  const isMethod = className !== null && !decorators.includes('staticmethod');
  scope.isClassMethod = isMethod && decorators.includes('classmethod');
  const params = paramsOf(node.child('parameters'), outer, scope);
  for (const { name: own, module } of modulesIn(node.child('parameters'), outer))
    scope.symbols.set(own, { symbol: 'import', name: module, isModule: true });
  if (isMethod && params[0]) scope.receiver = params.shift()?.name ?? null;
  else if (className === null) scope.receiver = null;
  if (scope.receiver) scope.locals.add(scope.receiver);
  bindNames(body, scope);
  declareAll(body, scope, null);
  const kind = className === null ? 'function' : name === '__init__' ? 'constructor' : 'method';
  const lowered = scope.file.parts.block(body, scope);
  const own = new Set(params.map((param) => param.name));
  outer.file.functions.push({
    ...emptyFunction(scope, id, name, kind, node),
    className,
    receiver: scope.receiver,
    params,
    isAsync: node.has('async'),
    isGenerator: hasYield(body),
    body: lowered,
    locals: [...scope.locals].filter((local) => !own.has(local) && local !== scope.receiver),
    captures: [...scope.captures],
    decorated: decorators.some((decorator) => !plainDecorators.has(decorator)),
    broken: hasError(body),
    ...(scope.isTest ? { isTest: true } : {}),
    ...(isAbstract(lowered, decorators) ? { isAbstract: true } : {}),
  });
}

function isAbstract(body: readonly Stmt[], decorators: readonly string[]): boolean {
  const first = body[0];
  const refuses = body.length === 1 && first?.do === 'throw' && first.type === 'NotImplementedError';
  return refuses || decorators.some((decorator) => decorator.endsWith('abstractmethod'));
}

/** Derived from `unittest.TestCase` or something named like it. */
function isTestClass(file: FileContext, className: string): boolean {
  const seen = new Set<string>();
  const queue = [className];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    if (/TestCase$/.test(at)) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    queue.push(...(file.classes.find((cls) => cls.name === at)?.bases ?? []));
  }
  return false;
}

const plainDecorators = new Set([
  'staticmethod',
  'classmethod',
  'property',
  'contextmanager',
  'contextlib.contextmanager',
  'asynccontextmanager',
  'contextlib.asynccontextmanager',
  'abstractmethod',
  'abc.abstractmethod',
]);

function decoratorsOf(node: SyntaxNode, scope: Scope): string[] {
  if (node.parent?.type !== 'decorated_definition') return [];
  return node.parent.children
    .filter((child) => child.type === 'decorator')
    .map((child) => {
      const inner = child.parts[0];
      const target = inner?.type === 'call' ? inner.child('function') : inner;
      return target ? (qualifiedName(target, scope) ?? target.text) : '';
    });
}

function paramsOf(list: SyntaxNode | null, outer: Scope, scope: Scope): Param[] {
  const params: Param[] = [];
  for (const node of list?.parts ?? []) {
    const variadic = /splat/.test(node.type) || node.parts.some((part) => /splat/.test(part.type));
    const nameNode = node.type === 'identifier' ? node : (node.child('name') ?? firstIdentifier(node));
    if (!nameNode) continue;
    const typeNode = node.child('type');
    const type = typeNode?.parts[0] ? annotated(typeNode.parts[0], outer) : null;
    const value = node.child('value');
    const param: Param = { name: nameNode.text, type };
    if (variadic) param.variadic = true;
    if (value) {
      param.hasDefault = true;
      const fallback = literal(value, outer);
      if (fallback) param.default = fallback;
    }
    params.push(param);
    scope.locals.add(nameNode.text);
  }
  return params;
}

/** The class that an annotation names, also one that may be missing: `Optional[C]`, `C | None`. */
function annotated(node: SyntaxNode, scope: Scope): string | null {
  const named = qualifiedName(node, scope);
  if (named !== null) return named;
  if (node.type === 'binary_operator') {
    const side = node.parts.filter((part) => part.type !== 'none');
    return side.length === 1 && side[0] ? annotated(side[0], scope) : null;
  }
  if (node.type !== 'subscript' && node.type !== 'generic_type') return null;
  const [outer, inner] = node.parts;
  const optional = outer !== undefined && /(?:^|\.)Optional$/.test(qualifiedName(outer, scope) ?? outer.text);
  const part = inner?.type === 'type_parameter' ? inner.parts[0]?.parts[0] : inner;
  return optional && part ? annotated(part, scope) : null;
}

function firstIdentifier(node: SyntaxNode): SyntaxNode | null {
  if (node.type === 'identifier') return node;
  for (const part of node.parts) {
    const found = firstIdentifier(part);
    if (found) return found;
  }
  return null;
}

function literal(node: SyntaxNode, scope: Scope): Operand | null {
  const out: Stmt[] = [];
  const value = lowerExpression(node, out, scope);
  return out.length === 0 && (value.kind === 'const' || value.kind === 'name') ? value : null;
}

function hasYield(body: SyntaxNode): boolean {
  return some(body, (node) => node.type === 'yield');
}

function hasError(body: SyntaxNode): boolean {
  return some(body, (node) => node.isError);
}

/** Does a node of this function (not of inner ones) fit? */
function some(body: SyntaxNode, fits: (node: SyntaxNode) => boolean): boolean {
  const stack = [...body.children];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (fits(node)) return true;
    if (node.type !== 'function_definition' && node.type !== 'lambda' && node.type !== 'class_definition') stack.push(...node.children);
  }
  return false;
}

/** A `class`: its methods go to the file; other statements of its body are only definitions. */
export function lowerClass(node: SyntaxNode, outer: Scope): void {
  const name = node.child('name')?.text ?? '';
  const stack = [...(node.child('body')?.children ?? [])].reverse();
  for (let child = stack.pop(); child; child = stack.pop()) {
    if (child.type === 'function_definition') lowerFunction(child, outer, name);
    else if (child.type === 'class_definition') lowerClass(child, outer);
    else if (isContainer(child)) stack.push(...[...child.children].reverse());
  }
}

/** A `lambda`: gives its id. */
export function lowerLambda(node: SyntaxNode, outer: Scope): string {
  const name = `lambda@${node.startRow + 1}:${node.startColumn + 1}`;
  const id = idFor(node, outer, name);
  const scope = new Scope(outer.file, outer, id, outer.className, false);
  scope.isTest = outer.isTest;
  const params = paramsOf(node.child('parameters'), outer, scope);
  const body: Stmt[] = [];
  const value = node.child('body');
  if (value) body.push({ do: 'return', values: [lowerExpression(value, body, scope)], range: value.span });
  const own = new Set(params.map((param) => param.name));
  outer.file.functions.push({
    ...emptyFunction(scope, id, 'lambda', 'lambda', node),
    className: null,
    receiver: null,
    params,
    body,
    locals: [...scope.locals].filter((local) => !own.has(local)),
    captures: [...scope.captures],
    nameRange: node.span,
  });
  return id;
}
