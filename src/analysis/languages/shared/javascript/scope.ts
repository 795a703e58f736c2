/** Names of a JavaScript or TypeScript file: blocks, functions, imports, classes. */

import { own } from '../../../flow/own.js';
import type { ClassIr, FunctionIr, Operand, Place, Span, Stmt, Test } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import { byName } from '../../../flow/by-name.js';

/** The mutually recursive parts of the lowering, joined in `dialect.ts`. */
export interface Parts {
  block(nodes: readonly SyntaxNode[], scope: Scope): Stmt[];
  expression(node: SyntaxNode, out: Stmt[], scope: Scope): Operand;
  test(node: SyntaxNode, scope: Scope): Test;
  lambda(node: SyntaxNode, scope: Scope, name?: string): string;
  classBody(node: SyntaxNode, scope: Scope): string | null;
  call(node: SyntaxNode, out: Stmt[], scope: Scope, use: Use): Operand;
  make(node: SyntaxNode, out: Stmt[], scope: Scope): Operand;
}

/** How the value of a call is used: by `await`, somehow, or not at all. */
export type Use = 'await' | 'plain' | 'dropped';

export interface Declared {
  node: SyntaxNode;
  className: string | null;
  id: string;
  name: string;
  kind: FunctionIr['kind'];
}

/** What one file's lowering collects. */
export interface FileContext {
  parts: Parts;
  functions: FunctionIr[];
  declared: Declared[];
  classes: ClassIr[];
  ids: Set<string>;
  asyncMethods: Map<string, Set<string>>;
  /** Ids of functions and class bodies that are declared before they are lowered. */
  known: WeakMap<SyntaxNode, string>;
  isTest: boolean;
  /** Promises whose functions are lowered now: by which name they are resolved, and with what. */
  settling: Settling[];
}

export interface Settling {
  resolve: string;
  reject: string;
  /** What gives the value: `net.connect`, or `http.get()` for what that gives its callback. */
  by: { name: string; range: Span } | null;
}

/** What a name stands for. */
export type Binding =
  | {
      is: 'variable';
      place: Place;
      type?: string;
      /** The library's function that it stands for unless somebody gave another. */ like?: string;
    }
  | { is: 'import'; name: string }
  | { is: 'function'; id: string; isAsync: boolean }
  | { is: 'class'; name: string }
  | { is: 'this' };

/** One function's names, or the module's. */
export class Scope {
  readonly locals = new Set<string>();
  readonly captures = new Set<string>();
  readonly types: Record<Place, string> = byName();
  private readonly blocks: Map<string, Binding>[] = [new Map<string, Binding>()];
  private readonly taken = new Map<string, number>();
  /** Methods and arrow functions in them: what `this` is. */
  receiver: Place | null = null;
  /** `this` is that of the function around. */
  isArrow = false;
  private temporaries = 0;

  constructor(
    readonly file: FileContext,
    readonly parent: Scope | null,
    readonly id: string,
    public className: string | null,
  ) {}

  get isModule(): boolean {
    return this.parent === null;
  }

  temporary(): Place {
    this.temporaries += 1;
    return `%${this.temporaries}`;
  }

  /** Runs with the names of a block of its own. */
  inside<T>(run: () => T): T {
    this.blocks.push(new Map());
    try {
      return run();
    } finally {
      this.blocks.pop();
    }
  }

  /** The module itself, outside of any block. */
  get isTop(): boolean {
    return this.parent === null && this.blocks.length === 1;
  }

  /** A new variable of the innermost block, or of the function (`var`). */
  declare(name: string, whole = false): Place {
    const block = this.blocks[whole ? 0 : this.blocks.length - 1] as Map<string, Binding>;
    const known = block.get(name);
    if (known?.is === 'variable') return known.place;
    const count = (this.taken.get(name) ?? 0) + 1;
    this.taken.set(name, count);
    const place = count === 1 ? name : `${name}#${count}`;
    block.set(name, { is: 'variable', place });
    this.locals.add(place);
    return place;
  }

  /** The variable of this name is a library's function, unless somebody gave another. */
  likens(name: SyntaxNode, like: string | null): void {
    const binding = like !== null && /identifier/.test(name.type) ? this.own(name.text) : null;
    if (binding?.is === 'variable' && like !== null) binding.like = like;
  }

  bind(name: string, binding: Binding, whole = false): void {
    (this.blocks[whole ? 0 : this.blocks.length - 1] as Map<string, Binding>).set(name, binding);
  }

  /** Is the name bound in the innermost block already? */
  hasOwn(name: string): boolean {
    return this.blocks[this.blocks.length - 1]?.has(name) === true;
  }

  /** Names of the module and what they stand for. */
  get names(): ReadonlyMap<string, Binding> {
    return this.blocks[0] as Map<string, Binding>;
  }

  private own(name: string): Binding | null {
    for (let at = this.blocks.length - 1; at >= 0; at -= 1) {
      const found = this.blocks[at]?.get(name);
      if (found) return found;
    }
    return null;
  }

  /** What a name stands for here; notes the variables of functions around that are used. */
  lookup(name: string): Binding | null {
    const own = this.own(name);
    if (own || !this.parent) return own;
    const outer = this.parent.lookup(name);
    if (outer?.is === 'variable' && !this.parent.belongsToModule(outer.place)) this.captures.add(outer.place);
    if (outer?.is === 'this') this.lexicalThis();
    return outer;
  }

  /** Is it a variable of the module? */
  private belongsToModule(place: Place): boolean {
    return this.locals.has(place) ? this.isModule : (this.parent?.belongsToModule(place) ?? false);
  }

  /** The place that `this` is here. */
  thisPlace(): Place {
    if (this.receiver) return this.receiver;
    if (!this.isArrow) return 'globalThis';
    const outer = this.parent?.thisPlace() ?? 'globalThis';
    if (outer === 'this') this.lexicalThis();
    return outer;
  }

  /** It names the object of the method around. */
  private lexicalThis(): void {
    if (this.receiver) return;
    this.receiver = 'this';
    this.className = this.parent?.className ?? null;
  }

  /** The scope of the module. */
  get module(): Scope {
    return this.parent ? this.parent.module : this;
  }

  setType(place: Place, type: string | null): void {
    if (type !== null) this.types[place] = type;
  }
}

/** An id for a function that none has yet. */
export function idFor(node: SyntaxNode, scope: Scope, name: string): string {
  const outer = scope.isModule ? '' : `${scope.id}/`;
  let id = `${outer}${name}`;
  if (scope.file.ids.has(id)) id = `${id}@${node.startRow + 1}:${node.startColumn + 1}`;
  scope.file.ids.add(id);
  return id;
}

/** `a.b.c` where `a` is imported: the library's name; null otherwise. */
export function qualifiedName(node: SyntaxNode, scope: Scope): string | null {
  switch (node.type) {
    case 'identifier':
    case 'type_identifier': {
      const binding = scope.lookup(node.text);
      return binding?.is === 'import' || binding?.is === 'class' ? binding.name : null;
    }
    case 'member_expression':
    case 'nested_type_identifier':
    case 'nested_identifier': {
      const object = node.child('object') ?? node.child('module');
      const name = (node.child('property') ?? node.child('name'))?.text;
      const owner = object && name !== undefined ? qualifiedName(object, scope) : null;
      return owner === null ? null : canonical(`${owner}.${name ?? ''}`);
    }
    case 'call_expression':
      return required(node);
    // One of two modules, or functions of them, that do the same in two ways.
    case 'ternary_expression': {
      const [yes, no] = [node.child('consequence'), node.child('alternative')].map((part) => part && qualifiedName(part, scope));
      return yes !== null && no !== null ? (yes ?? null) : null;
    }
    case 'non_null_expression':
    case 'parenthesized_expression': {
      const inner = node.parts[0];
      return inner && node.parts.length === 1 ? qualifiedName(inner, scope) : null;
    }
    default:
      return null;
  }
}

/** `require('net')`, `await import('net')`: the module. */
export function required(node: SyntaxNode): string | null {
  const inner = node.type === 'await_expression' ? (node.parts[0] ?? node) : node;
  if (inner.type !== 'call_expression') return null;
  const fn = inner.child('function');
  if (!(fn?.type === 'identifier' && fn.text === 'require') && fn?.type !== 'import') return null;
  const [argument] = inner.child('arguments')?.parts ?? [];
  return argument ? moduleName(argument) : null;
}

/** The module that a string names, Node's own without their prefix. */
export function moduleName(node: SyntaxNode): string | null {
  if (node.type !== 'string') return null;
  return node.text.slice(1, -1).replace(/^node:/, '');
}

/** Names by which the same thing is known. */
const sameThing: Record<string, string> = {
  'net.createConnection': 'net.connect',
  'net.default': 'net',
  'net.Stream': 'net.Socket',
  'events.EventEmitter': 'events',
  'events.default': 'events',
  'timers.setTimeout': 'setTimeout',
  'timers.setInterval': 'setInterval',
  'globalThis.fetch': 'fetch',
  'window.fetch': 'fetch',
  'self.fetch': 'fetch',
  'global.fetch': 'fetch',
  'globalThis.setTimeout': 'setTimeout',
  'window.setTimeout': 'setTimeout',
  'globalThis.setInterval': 'setInterval',
  'window.setInterval': 'setInterval',
  'stream/promises.pipeline': 'stream.pipeline',
};

/** Modules whose default export is the module itself. */
const wholeDefault =
  /^(?:mysql2\/promise|mongodb|net|tls|http|https|http2|stream|axios|undici|ws|events|ioredis|redis|mysql|mysql2|pg|mqtt|amqplib|got|node-fetch|cross-fetch|superagent|request)\.default$/;

/** The name a library goes by here. */
export function canonical(name: string): string {
  const known = wholeDefault.test(name) ? name.slice(0, -'.default'.length) : name;
  return own(sameThing, known) ?? known;
}
