/** Names of a Python file: what is local, captured, imported, a function or a class of the file. */

import { own } from '../../flow/own.js';
import type { Arg, ClassIr, FunctionIr, Operand, Place, Stmt, Test } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import { starred } from './star-imports.js';

/** The mutually recursive parts of the lowering, joined in `python.ts`. */
export interface Parts {
  block(block: SyntaxNode | null, scope: Scope): Stmt[];
  test(node: SyntaxNode, scope: Scope): Test;
  lambda(node: SyntaxNode, scope: Scope): string;
  comprehension(node: SyntaxNode, out: Stmt[], scope: Scope): Operand;
  splatted(mapping: SyntaxNode, out: Stmt[], scope: Scope): Arg[] | null;
}

/** What one file's lowering collects. */
export interface FileContext {
  parts: Parts;
  /** Functions that have been lowered. */
  functions: FunctionIr[];
  /** Functions and methods of the module itself. */
  declared: { node: SyntaxNode; className: string | null; id: string }[];
  classes: ClassIr[];
  /** Ids taken. */
  ids: Set<string>;
  /** Class → its attributes that stand for something imported (`socket_class = socket.socket`). */
  aliases: Map<string, Map<string, string>>;
  /** Class → names of its `async def` methods. */
  asyncMethods: Map<string, Set<string>>;
  /** Ids of static and class methods: no argument of a call is their receiver. */
  unbound: Set<string>;
}

export type Symbol =
  | { symbol: 'import'; name: string; isModule?: boolean }
  | { symbol: 'function'; id: string; node: SyntaxNode; isAsync: boolean }
  | { symbol: 'class'; name: string };

/** One function's (or the module's) names. */
export class Scope {
  readonly locals = new Set<string>();
  readonly outer = new Set<string>();
  readonly captures = new Set<string>();
  readonly symbols = new Map<string, Symbol>();
  /** How often the body binds a name. */
  readonly bindings = new Map<string, number>();
  /** Variables that stand for a method of something (`accept = listener.accept`). */
  readonly methods = new Map<string, { receiver: Place; name: string }>();
  /** Modules of `from M import *`, in their order. */
  readonly stars: string[] = [];
  receiver: Place | null = null;
  /** Its receiver is the class itself: calling it makes an object. */
  isClassMethod = false;
  /** Inside a class of tests: the process ends soon. */
  isTest = false;
  /** A generator whose `yield` is the body of its caller's `with`. */
  isManager = false;
  /** Limit of what is awaited here (`wait_for`, `async with timeout`); undefined without. */
  limit: Operand | null | undefined = undefined;
  /** The same of every call (`with gevent.Timeout(5)`). */
  greenLimit: Operand | null | undefined = undefined;
  private temporaries = 0;

  constructor(
    readonly file: FileContext,
    readonly parent: Scope | null,
    readonly id: string,
    readonly className: string | null,
    readonly isModule: boolean,
  ) {}

  temporary(): Place {
    this.temporaries += 1;
    return `%${this.temporaries}`;
  }

  /** What a name stands for here, looked up outwards; null for a plain variable. */
  lookup(name: string): Symbol | null {
    const own = this.symbols.get(name);
    if (own) return own;
    if (this.locals.has(name) && !this.isModule) return null;
    if (this.parent) return this.parent.lookup(name);
    const given = this.stars.length > 0 && !this.locals.has(name) ? starred(name, this.stars) : null;
    return given === null ? null : { symbol: 'import', name: canonical(given) };
  }

  /** The scope of the module. */
  get module(): Scope {
    return this.parent ? this.parent.module : this;
  }

  /** A variable is read or written: notes what belongs to an enclosing function. */
  use(name: string): Place {
    if (this.locals.has(name) || this.isModule) return name;
    const owner = this.parent?.owner(name);
    if (owner) this.capture(name, owner);
    return name;
  }

  /** The nearest function around that has this name. */
  private owner(name: string): Scope | null {
    if (this.isModule) return null;
    return this.locals.has(name) ? this : (this.parent?.owner(name) ?? null);
  }

  private capture(name: string, owner: Scope): void {
    this.captures.add(name);
    if (this.parent && this.parent !== owner) this.parent.capture(name, owner);
  }
}

/** Names that a body binds, without those of inner functions and classes. */
export function bindNames(body: SyntaxNode, scope: Scope): void {
  const stack: SyntaxNode[] = [...body.children];
  for (let node = stack.pop(); node; node = stack.pop()) {
    switch (node.type) {
      case 'function_definition':
      case 'class_definition': {
        const name = node.child('name')?.text;
        if (name) scope.locals.add(name);
        continue;
      }
      case 'lambda':
        continue;
      case 'global_statement':
      case 'nonlocal_statement':
        for (const part of node.parts) scope.outer.add(part.text);
        continue;
      case 'assignment':
        bindTargets(node.child('left'), scope);
        // Tables of data are long: they bind nothing.
        if (!node.text.includes(':=') && !node.text.includes('lambda')) continue;
        break;
      case 'augmented_assignment':
      case 'for_statement':
      case 'for_in_clause':
        bindTargets(node.child('left'), scope);
        break;
      case 'named_expression':
        bindTargets(node.child('name'), scope);
        break;
      case 'as_pattern':
        bindTargets(node.child('alias') ?? node.first('as_pattern_target'), scope);
        break;
      case 'aliased_import':
        bindTargets(node.child('alias'), scope);
        break;
      default:
        break;
    }
    stack.push(...node.children);
  }
  for (const name of scope.outer) scope.locals.delete(name);
}

function bindTargets(target: SyntaxNode | null, scope: Scope): void {
  if (!target) return;
  if (target.type === 'identifier') {
    scope.locals.add(target.text);
    scope.bindings.set(target.text, (scope.bindings.get(target.text) ?? 0) + 1);
  } else if (
    /^(pattern_list|tuple_pattern|list_pattern|as_pattern_target|list_splat_pattern|parenthesized_expression|tuple|list)$/.test(target.type)
  ) {
    for (const part of target.parts) bindTargets(part, scope);
  }
}

/** `import a.b as c`, `from a import b as c`: names for dotted names of libraries. */
export function addImports(node: SyntaxNode, scope: Scope): void {
  if (node.type === 'import_statement') {
    for (const part of node.all('name')) {
      if (part.type === 'aliased_import') set(scope, part.child('alias')?.text, part.child('name')?.text, true);
      else set(scope, part.text.split('.')[0], part.text.split('.')[0], true);
    }
    return;
  }
  const path = node.child('module_name')?.text ?? '';
  const module = path.endsWith('.') ? path.slice(0, -1) : path;
  if (node.first('wildcard_import')) scope.stars.push(module);
  for (const part of node.all('name')) {
    if (part.type === 'aliased_import') set(scope, part.child('alias')?.text, `${module}.${part.child('name')?.text ?? ''}`);
    else set(scope, part.text, `${module}.${part.text}`);
  }
}

function set(scope: Scope, name: string | undefined, target: string | undefined, isModule = false): void {
  if (name && target) scope.symbols.set(name, { symbol: 'import', name: canonical(target), ...(isModule ? { isModule } : {}) });
}

/** `socket_factory = socket.socket`: the name and what it stands for; null for any other statement. */
export function aliasIn(node: SyntaxNode, scope: Scope): { name: string; target: string } | null {
  if (node.type !== 'expression_statement' || !/^\w+\s*=\s*\w+(?:\.\w+)+$/.test(node.text)) return null;
  const assignment = node.first('assignment');
  const left = assignment?.child('left');
  const right = assignment?.child('right');
  const target = right ? qualifiedName(right, scope) : null;
  return left && target !== null ? { name: left.text, target } : null;
}

/** `self.socket_class` where the class, or a base of the file, says what it stands for. */
function classAlias(field: string, scope: Scope): string | null {
  const queue = scope.className === null || scope.receiver === null ? [] : [scope.className];
  for (let at = queue.shift(), seen = 0; at !== undefined && seen < 16; at = queue.shift(), seen += 1) {
    const known = scope.file.aliases.get(at)?.get(field);
    if (known !== undefined) return known;
    queue.push(...(scope.file.classes.find((cls) => cls.name === at)?.bases ?? []));
  }
  return null;
}

/** Names by which the same thing is known. */
const sameThing: Record<string, string> = {
  'socket.error': 'OSError',
  'select.error': 'OSError',
  'socket.timeout': 'TimeoutError',
  IOError: 'OSError',
  EnvironmentError: 'OSError',
  'asyncio.TimeoutError': 'TimeoutError',
  'asyncio.exceptions.TimeoutError': 'TimeoutError',
  'asyncio.exceptions.CancelledError': 'asyncio.CancelledError',
  'concurrent.futures.TimeoutError': 'TimeoutError',
  'asyncio.streams.open_connection': 'asyncio.open_connection',
  'socket.SocketType': 'socket.socket',
  'urllib2.urlopen': 'urllib.request.urlopen',
};

/** Modules that stand in for another: under their names of Python 2 and of `six`, and green ones with the same interface. */
const standsFor: readonly [RegExp, string][] = [
  [/^gevent\.(?=(?:socket|ssl|select)(?:\.|$))/, ''],
  [/^eventlet\.green\./, ''],
  [/^six\.moves\.(?=urllib(?:\.|$)|socketserver(?:\.|$))/, ''],
  [/^six\.moves\.http_client(?=\.|$)/, 'http.client'],
  [/^httplib(?=\.|$)/, 'http.client'],
  [/^SocketServer(?=\.|$)/, 'socketserver'],
  [/^(?:gevent|eventlet)\.(?=sleep$)/, 'time.'],
];

/** The name a library goes by here (`socket.error` is `OSError`). */
function canonical(name: string): string {
  let known = name;
  for (const [from, to] of standsFor) if (from.test(known)) known = known.replace(from, to);
  return own(sameThing, known) ?? known;
}

/** `a.b.c` where `a` is imported: the library's name; null otherwise. */
export function qualifiedName(node: SyntaxNode, scope: Scope): string | null {
  if (node.type === 'identifier') {
    const symbol = scope.lookup(node.text);
    if (symbol?.symbol === 'import') return symbol.name;
    if (symbol?.symbol === 'class') return symbol.name;
    return null;
  }
  if (node.type !== 'attribute') return null;
  const object = node.child('object');
  if (object?.type === 'identifier' && object.text === scope.receiver) return classAlias(node.child('attribute')?.text ?? '', scope);
  const owner = object ? qualifiedName(object, scope) : null;
  return owner === null ? null : canonical(`${owner}.${node.child('attribute')?.text ?? ''}`);
}

/** The resolved name of an exception class; null for a variable. */
export function exceptionName(node: SyntaxNode, scope: Scope): string | null {
  const qualified = qualifiedName(node, scope);
  if (qualified !== null) return canonical(qualified);
  if (node.type === 'identifier' && !scope.lookup(node.text) && /^[A-Z]/.test(node.text)) return canonical(node.text);
  return null;
}
