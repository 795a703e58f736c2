/** Where the lowering stands: the file's names, the function at hand, its scopes, and the statements made so far. */

import type { CallStmt, FunctionIr, Operand, Place, Span, Stmt } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { ClassInfo, FileNames } from './names.js';
import { byName } from '../../flow/by-name.js';

export interface Variable {
  root: Place;
  type: string | null;
  owner: FunctionFrame;
  /** A function with a name of its own inside a function. */
  functionId?: string;
  /** What it was bound to, for what is awaited later. */
  value?: SyntaxNode;
}

export class FunctionFrame {
  readonly locals = new Set<Place>();
  readonly captures = new Set<Place>();
  readonly types: Record<Place, string> = byName();
  /** Its own parameters. */
  readonly params = new Set<Place>();
  /** It returns a `Result` or an `Option`. */
  mayFail = false;
  private temporaries = 0;
  private readonly declarations: Map<string, number>;

  constructor(
    readonly id: string,
    readonly node: SyntaxNode,
    readonly outer: FunctionFrame | null,
  ) {
    this.declarations = outer ? outer.declarations : new Map<string, number>();
  }

  temporary(): Place {
    this.temporaries += 1;
    return `%${this.temporaries}`;
  }

  newRoot(name: string): Place {
    const count = (this.declarations.get(name) ?? 0) + 1;
    this.declarations.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  }
}

class Scope {
  readonly variables = new Map<string, Variable>();
  constructor(readonly outer: Scope | null) {}
}

/** The mutually recursive parts of the lowering. */
export interface Parts {
  operand(cx: Context, node: SyntaxNode): Operand;
  /** The statements of a block, and its value. */
  block(cx: Context, node: SyntaxNode | null): Operand;
}

export class Context {
  out: Stmt[] = [];
  /** An async block that is expanded in place: what leaves it, and where its value goes. */
  inline: { label: string; to: Place } | null = null;
  /** Loops and blocks whose `break` gives a value, innermost last. */
  readonly breaks: { label: string | null; to: Place | null }[] = [];
  /** What stands around ends the calls in it after this time. */
  limit: Operand | null | undefined = undefined;
  private scope: Scope;
  private readonly counter: { labels: number };

  constructor(
    readonly names: FileNames,
    readonly parts: Parts,
    readonly functions: FunctionIr[],
    readonly frame: FunctionFrame,
    readonly cls: ClassInfo | null,
    outer: Context | null,
  ) {
    this.scope = new Scope(outer ? outer.scope : null);
    this.counter = outer ? outer.counter : { labels: 0 };
  }

  emit(stmt: Stmt): void {
    this.out.push(stmt);
  }

  call(stmt: Omit<CallStmt, 'do'>): void {
    this.emit({ do: 'call', ...stmt, ...(this.limit === undefined ? {} : { limit: this.limit }) });
  }

  assign(to: Place, from: Operand, range: Span): void {
    this.emit({ do: 'assign', to, from, range });
  }

  label(what: string): string {
    this.counter.labels += 1;
    return `${what} ${this.counter.labels}`;
  }

  /** The statements that `run` emits, in a scope of their own. */
  collect(run: () => void): Stmt[] {
    const scope = this.scope;
    this.scope = new Scope(scope);
    try {
      return this.gather(run);
    } finally {
      this.scope = scope;
    }
  }

  /** The statements that `run` emits, in the scope at hand. */
  gather(run: () => void): Stmt[] {
    const before = this.out;
    this.out = [];
    try {
      run();
      return this.out;
    } finally {
      this.out = before;
    }
  }

  declare(name: string, type: string | null): Variable {
    const root = this.frame.newRoot(name);
    const variable: Variable = { root, type, owner: this.frame };
    this.scope.variables.set(name, variable);
    this.frame.locals.add(root);
    if (type !== null) this.frame.types[root] = type;
    return variable;
  }

  /** The variable that a name means; one of a function around is noted as captured. */
  lookup(name: string): Variable | null {
    for (let scope: Scope | null = this.scope; scope; scope = scope.outer) {
      const variable = scope.variables.get(name);
      if (!variable) continue;
      for (let frame: FunctionFrame | null = this.frame; frame && frame !== variable.owner; frame = frame.outer) {
        frame.captures.add(variable.root);
        if (variable.type !== null) frame.types[variable.root] = variable.type;
      }
      return variable;
    }
    return null;
  }

  /** The value in a place: itself, or a temporary that gets it. */
  place(value: Operand, range: Span): Place {
    if (value.kind === 'place') return value.place;
    const to = this.frame.temporary();
    this.assign(to, value, range);
    return to;
  }
}
