/** What lowering one function needs at hand: scopes, temporaries, the list that is being written, the macro that is being expanded. */

import type { Callee, Operand, Place, Span, Stmt, Test } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import type { Declared } from './declarators.js';
import { asksErrno } from './errno.js';
import type { Fresh } from './fresh.js';
import { hasQuestions } from './texts.js';
import type { Unit } from './unit.js';
import { noUses, usesIn } from './uses.js';
import type { Uses } from './uses.js';
import { byName } from '../../../flow/by-name.js';

/** A name's meaning: a variable's root, or an argument of the macro whose body is being lowered. */
export type Meaning =
  | { is: 'variable'; root: Place; type: string; pointers: number; isArray: boolean }
  | { is: 'argument'; nodes: SyntaxNode[]; scope: Scope; at: Span | null };

export interface Scope {
  names: Map<string, Meaning>;
  outer: Scope | null;
}

/** What `break` and `continue` leave: `once` is a `do { } while (0)`. */
export interface Exit {
  of: 'loop' | 'switch' | 'once';
  label: string | null;
}

/** The mutually recursive parts of the lowering. */
export interface Parts {
  value(cx: Context, node: SyntaxNode): Operand;
  /** The value lands in `to`. */
  into(cx: Context, node: SyntaxNode, to: Place): void;
  place(cx: Context, node: SyntaxNode): Place | null;
  effect(cx: Context, node: SyntaxNode): void;
  test(cx: Context, node: SyntaxNode): Test;
  statement(cx: Context, node: SyntaxNode): void;
  /** Lowers a declaration; gives what must run when the variables' scope is left. */
  declaration(cx: Context, node: SyntaxNode): Stmt[];
  /** Who is called, where the language has more to say of it than C. */
  callee?(cx: Context, fn: SyntaxNode): Callee | null;
}

/** Macros within macros, and statements that one function may grow to. */
const maxExpansion = 12;
const maxStatements = 30000;

export class Context {
  out: Stmt[] = [];
  scope: Scope = { names: new Map(), outer: null };
  exits: Exit[] = [];
  /** Call of the macro whose body is being lowered: everything in it stands for this range. */
  at: Span | null = null;
  /** The function returns a pointer; a truth value. */
  returns: 'pointer' | 'bool' | 'void' | 'number' = 'number';
  /** Variables that hold, at this place, the status of something that failed. */
  failed: ReadonlySet<Place> = new Set();
  isMain = false;
  readonly locals: Place[] = [];
  readonly params = new Set<Place>();
  readonly types: Record<Place, string> = byName();
  /** Bytes of local character arrays, for `sizeof buf`. */
  readonly sizes = new Map<Place, number>();
  /** What the function puts into `ai_socktype`: what getaddrinfo() then gives back. Null when that is not one name. */
  socketType: string | null = null;
  /** Pointer variables that point to memory of this function's own, wherever it assigns them. */
  fresh: Fresh = new Map();
  readonly expanding: string[] = [];
  /** The function looks at errno. */
  asksErrno = false;
  /** The function asks questions to text. */
  asksText = false;
  uses: Uses = noUses;
  private temporaries = 0;
  private labels = 0;
  private statements = 0;
  protected roots = new Map<string, number>();

  constructor(
    readonly unit: Unit,
    protected readonly parts: Parts,
  ) {}

  value(node: SyntaxNode): Operand {
    return this.parts.value(this, node);
  }
  into(node: SyntaxNode, to: Place): void {
    this.parts.into(this, node, to);
  }
  place(node: SyntaxNode): Place | null {
    return this.parts.place(this, node);
  }
  effect(node: SyntaxNode): void {
    this.parts.effect(this, node);
  }
  test(node: SyntaxNode): Test {
    return this.parts.test(this, node);
  }
  declaration(node: SyntaxNode): Stmt[] {
    return this.parts.declaration(this, node);
  }
  callee(fn: SyntaxNode): Callee | null {
    return this.parts.callee?.(this, fn) ?? null;
  }

  statement(node: SyntaxNode): void {
    if (this.statements === 0) this.enter(node);
    this.statements += 1;
    if (this.statements < maxStatements) this.parts.statement(this, node);
  }

  /** The function's body, before any of it is lowered. */
  private enter(body: SyntaxNode): void {
    this.asksErrno = asksErrno(body);
    this.asksText = hasQuestions(body);
    this.uses = usesIn(body, (name) => this.unit.functions.has(name));
  }

  span(node: SyntaxNode): Span {
    return this.at ?? node.span;
  }

  temporary(): Place {
    this.temporaries += 1;
    return `%${this.temporaries}`;
  }

  label(): string {
    this.labels += 1;
    return `%once${this.labels}`;
  }

  emit(stmt: Stmt): void {
    this.out.push(stmt);
  }

  /** The statements that `write` emits, apart. */
  apart(write: () => void): Stmt[] {
    const before = this.out;
    const list: Stmt[] = [];
    this.out = list;
    write();
    this.out = before;
    return list;
  }

  scoped<T>(run: () => T): T {
    const outer = this.scope;
    this.scope = { names: new Map(), outer };
    const result = run();
    this.scope = outer;
    return result;
  }

  within<T>(exit: Exit, run: () => T): T {
    this.exits.push(exit);
    const result = run();
    this.exits.pop();
    return result;
  }

  /** What is lowered where a status tells of a failure. */
  whereFailed<T>(status: Place | null, run: () => T): T {
    const before = this.failed;
    if (status !== null) this.failed = new Set([...before, status]);
    const result = run();
    this.failed = before;
    return result;
  }

  lookup(name: string): Meaning | null {
    for (let scope: Scope | null = this.scope; scope; scope = scope.outer) {
      const found = scope.names.get(name);
      if (found) return found;
    }
    return null;
  }

  /** A new variable in the innermost scope; its root differs from that of another variable of the same name. */
  declare(declared: Pick<Declared, 'name' | 'type' | 'pointers' | 'isArray'>, isLocal: boolean): Place {
    const known = this.scope.names.get(declared.name);
    if (known?.is === 'variable') return known.root;
    const count = (this.roots.get(declared.name) ?? 0) + 1;
    this.roots.set(declared.name, count);
    const root = count === 1 ? declared.name : `${declared.name}#${count}`;
    this.scope.names.set(declared.name, {
      is: 'variable',
      root,
      type: declared.type,
      pointers: declared.pointers,
      isArray: declared.isArray,
    });
    if (isLocal) {
      this.locals.push(root);
      this.types[root] = declared.type + (declared.pointers > 0 ? ` ${'*'.repeat(declared.pointers)}` : '');
    }
    return root;
  }

  /** Lowers an argument of a macro where it stands in the body. */
  argument<T>(meaning: Extract<Meaning, { is: 'argument' }>, run: (nodes: SyntaxNode[]) => T): T {
    const { scope, at } = this;
    this.scope = meaning.scope;
    this.at = meaning.at;
    const result = run(meaning.nodes);
    this.scope = scope;
    this.at = at;
    return result;
  }

  mayExpand(name: string): boolean {
    return this.expanding.length < maxExpansion && !this.expanding.includes(name) && this.statements < maxStatements;
  }
}
