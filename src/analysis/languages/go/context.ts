/** Where the lowering stands: the file's names, the function at hand, its scopes, and the statements made so far. */

import type { FunctionIr, Operand, Place, Span, Stmt, Test } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { FileNames } from './names.js';
import { byName } from '../../flow/by-name.js';

export interface Variable {
  root: Place;
  type: string | null;
  owner: FunctionFrame;
  /** A closure that is bound here once and only called: its calls are expanded. */
  closure: SyntaxNode | null;
}

export class FunctionFrame {
  readonly locals = new Set<Place>();
  readonly captures = new Set<Place>();
  readonly types: Record<Place, string> = byName();
  /** Places of the named results, null when they have no names. */
  namedResults: Place[] | null = null;
  resultTypes: string[] = [];
  /** It has a `recover`: a panic comes back. */
  recovers = false;
  /** It has a `defer`, which can see named results. */
  defers = false;
  private temporaries = 0;
  private literals = 0;
  /** How often a name was declared in the outermost function: roots stay distinct over nested functions. */
  private readonly declarations: Map<string, number>;

  constructor(
    readonly id: string,
    readonly name: string,
    readonly node: SyntaxNode,
    readonly outer: FunctionFrame | null,
  ) {
    this.declarations = outer ? outer.declarations : new Map<string, number>();
  }

  temporary(): Place {
    this.temporaries += 1;
    return `%${this.temporaries}`;
  }

  /** What Go itself calls the next literal of this function: `serve.func1`. */
  literalName(name: string): string {
    this.literals += 1;
    return `${name}.func${this.literals}`;
  }

  newRoot(name: string): Place {
    const count = (this.declarations.get(name) ?? 0) + 1;
    this.declarations.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  }

  get errorIndex(): number | undefined {
    const index = this.resultTypes.lastIndexOf('error');
    return index === -1 ? undefined : index;
  }
}

class Scope {
  readonly variables = new Map<string, Variable>();
  constructor(readonly outer: Scope | null) {}
}

/** Where `return` goes in an expanded closure. */
export interface Inline {
  label: string;
  results: Place[];
  resultTypes: string[];
  named: Place[] | null;
}

/** The mutually recursive parts of the lowering, joined in `lower.ts`. */
export interface Parts {
  operand(cx: Context, node: SyntaxNode): Operand;
  /** The statements of a block, in the scope at hand: a function's body shares it with the parameters. */
  body(cx: Context, block: SyntaxNode): void;
  test(cx: Context, node: SyntaxNode): Test;
}

export class Context {
  out: Stmt[] = [];
  inline: Inline | null = null;
  /** Closures being expanded, so that one does not expand itself. */
  readonly expanding: SyntaxNode[];
  /** Number of expansions so far: labels stay distinct. */
  readonly counter: { expansions: number };
  private scope: Scope;

  constructor(
    readonly names: FileNames,
    readonly parts: Parts,
    readonly functions: FunctionIr[],
    readonly frame: FunctionFrame,
    outer: Context | null,
  ) {
    this.scope = new Scope(outer ? outer.scope : null);
    this.expanding = outer ? outer.expanding : [];
    this.counter = outer ? outer.counter : { expansions: 0 };
  }

  emit(stmt: Stmt): void {
    this.out.push(stmt);
  }

  assign(to: Place, from: Operand, range: Span): void {
    this.emit({ do: 'assign', to, from, range });
    if (from.kind !== 'record') return;
    for (const [name, field] of Object.entries(from.fields))
      if (field.kind === 'const' || field.kind === 'record') this.assign(`${to}.${name}`, field, range);
  }

  /** The statements that `run` emits, in a scope of their own. */
  collect(run: () => void): Stmt[] {
    return this.gather(() => this.scoped(run));
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

  /** Runs in an inner scope, emitting to where we are. */
  scoped(run: () => void): void {
    const scope = this.scope;
    this.scope = new Scope(scope);
    try {
      run();
    } finally {
      this.scope = scope;
    }
  }

  declare(name: string, type: string | null): Variable {
    const root = this.frame.newRoot(name);
    const variable: Variable = { root, type, owner: this.frame, closure: null };
    this.scope.variables.set(name, variable);
    this.frame.locals.add(root);
    if (type !== null) this.frame.types[root] = type;
    return variable;
  }

  declaredHere(name: string): Variable | null {
    return this.scope.variables.get(name) ?? null;
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
    return this.copy(value, range);
  }

  copy(value: Operand, range: Span): Place {
    const to = this.frame.temporary();
    this.assign(to, value, range);
    return to;
  }
}
