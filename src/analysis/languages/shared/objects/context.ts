/** Where the lowering stands: the file's names, the class and function at hand, its scopes, and the statements made so far. */

import type { ClassIr, FunctionIr, Operand, Place, Span, Stmt, Test } from '../../../flow/ir.js';
import type { SyntaxNode } from '../../../syntax/tree.js';
import type { ClassInfo, FileNames } from './names.js';
import { byName } from '../../../flow/by-name.js';

export interface Variable {
  root: Place;
  type: string | null;
  owner: FunctionFrame;
  /** Bound by a `catch`: throwing it again is that exception. */
  isCaught?: boolean;
}

export class FunctionFrame {
  readonly locals = new Set<Place>();
  readonly captures = new Set<Place>();
  readonly types: Record<Place, string> = byName();
  private temporaries = 0;
  private readonly declarations: Map<string, number>;

  constructor(
    readonly id: string,
    readonly node: SyntaxNode,
    readonly outer: FunctionFrame | null,
    /** It has no object of its own: `this` is that of the function around. */
    readonly sharesSelf = false,
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

/** The mutually recursive parts of the lowering, joined in `declare.ts`. */
export interface Parts {
  operand(cx: Context, node: SyntaxNode): Operand;
  test(cx: Context, node: SyntaxNode): Test;
  block(cx: Context, node: SyntaxNode | null): Stmt[];
  statement(cx: Context, node: SyntaxNode): void;
  /** A switch, as a statement or for the value that it gives to a place. */
  choose(cx: Context, node: SyntaxNode, to: Place | null): void;
  /** A class that stands inside a function. */
  localClass(cx: Context, node: SyntaxNode): ClassInfo;
}

/** What the lowering of one declaration collects. */
export interface Collected {
  functions: FunctionIr[];
  classes: ClassIr[];
}

export class Context {
  out: Stmt[] = [];
  /** Where `yield` puts the value of the switch around. */
  yields: { label: string; to: Place } | null = null;
  private scope: Scope;
  private readonly counter: { labels: number };

  constructor(
    readonly names: FileNames,
    readonly parts: Parts,
    readonly collected: Collected,
    readonly frame: FunctionFrame,
    readonly cls: ClassInfo | null,
    /** The object at hand; null in static code. */
    readonly self: Place | null,
    outer: Context | null,
  ) {
    this.scope = new Scope(outer ? outer.scope : null);
    this.counter = outer ? outer.counter : { labels: 0 };
  }

  emit(stmt: Stmt): void {
    this.out.push(stmt);
  }

  assign(to: Place, from: Operand, range: Span): void {
    this.emit({ do: 'assign', to, from, range });
  }

  label(): string {
    this.counter.labels += 1;
    return `switch ${this.counter.labels}`;
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

  /** The object at hand, noted as captured where it is that of a function around. */
  use(self: Place): Place {
    const type = this.cls?.name;
    for (let frame: FunctionFrame | null = this.frame; frame?.sharesSelf; frame = frame.outer) {
      frame.captures.add(self);
      if (type !== undefined) frame.types[self] = type;
    }
    return self;
  }

  /** The value in a place: itself, or a temporary that gets it. */
  place(value: Operand, range: Span, type: string | null = null): Place {
    if (value.kind === 'place') return value.place;
    const to = this.frame.temporary();
    if (type !== null) this.frame.types[to] = type;
    this.assign(to, value, range);
    return to;
  }
}
