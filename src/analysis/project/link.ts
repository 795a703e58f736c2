/** Makes the names of one file names of the whole program, in the neutral tree of a function. In place, once. */

import type { Callee, CallStmt, FunctionIr, Operand, Stmt, Test } from '../flow/ir.js';
import { isPlain } from '../flow/places.js';

/** What a name of a file turns out to be in the program. */
export type Meaning = { is: 'function' | 'class' | 'library'; name: string } | null;

/** What a name means in the file that is linked. */
export type Means = (name: string) => Meaning;

/** `isLibrary`: the file calls the library's function of this name, although it defines one (see `standsInFor`). */
export function linkFunction(fn: FunctionIr, means: Means, isLibrary: (name: string) => boolean = () => false): void {
  const linker = new Linker(fn, means, isLibrary);
  linker.body(fn.body);
  for (const param of fn.params) {
    param.type = linker.type(param.type);
    if (param.default) param.default = linker.operand(param.default);
  }
  if (fn.types) for (const [place, type] of Object.entries(fn.types)) fn.types[place] = linker.type(type) ?? type;
  if (fn.className !== null) fn.className = linker.type(fn.className);
}

class Linker {
  private readonly own: ReadonlySet<string>;
  private readonly receiver: string | null;

  constructor(
    fn: FunctionIr,
    private readonly means: Means,
    private readonly isLibrary: (name: string) => boolean,
  ) {
    this.receiver = fn.receiver;
    this.own = new Set([...fn.locals, ...fn.captures, ...fn.params.map((param) => param.name), fn.receiver ?? '']);
  }

  /** A type's name, with the marks of pointers before it. */
  type(type: string | null): string | null {
    if (type === null) return null;
    const marks = /^[*&]*/.exec(type)?.[0] ?? '';
    const found = this.means(type.slice(marks.length));
    return found && found.is !== 'function' ? marks + found.name : type;
  }

  body(stmts: readonly Stmt[]): void {
    for (const stmt of stmts) this.statement(stmt);
  }

  private statement(stmt: Stmt): void {
    switch (stmt.do) {
      case 'call':
        this.unbound(stmt);
        stmt.callee = this.callee(stmt.callee);
        for (const arg of stmt.args) arg.value = this.operand(arg.value);
        if (stmt.limit) stmt.limit = this.operand(stmt.limit);
        return;
      case 'assign':
        stmt.from = this.operand(stmt.from);
        return;
      case 'if':
        this.test(stmt.test);
        this.body(stmt.then);
        this.body(stmt.else);
        return;
      case 'loop':
        this.test(stmt.test);
        for (const body of [stmt.body, stmt.step, stmt.orElse]) if (body) this.body(body);
        return;
      case 'switch':
        for (const arm of stmt.cases) {
          for (const test of arm.tests ?? []) this.test(test);
          this.body(arm.body);
        }
        return;
      case 'throw':
        stmt.type = this.type(stmt.type);
        return;
      case 'try':
        for (const handler of stmt.handlers) if (handler.catches) handler.catches = handler.catches.map((type) => this.type(type) ?? type);
        for (const body of [stmt.body, stmt.orElse, stmt.finally, ...stmt.handlers.map((handler) => handler.body)])
          if (body) this.body(body);
        return;
      case 'defer':
      case 'block':
        this.body(stmt.body);
        return;
      case 'return':
        stmt.values = stmt.values.map((value) => this.operand(value));
        if (typeof stmt.failure === 'object') this.test(stmt.failure);
        return;
      case 'escape':
        if (stmt.unlessNew) stmt.unlessNew = stmt.unlessNew.map((maker) => this.operand(maker));
        return;
      case 'yield':
        stmt.values = stmt.values.map((value) => this.operand(value));
        return;
      default:
    }
  }

  /** `Base.m(self, …)`: a method of another file's class, called by the class's name with the object in front. */
  private unbound(stmt: CallStmt): void {
    const { callee, args } = stmt;
    const [first] = args;
    if (callee.kind !== 'api' || this.receiver === null || first?.value.kind !== 'place' || first.value.place !== this.receiver) return;
    const dot = callee.name.lastIndexOf('.');
    const owner = dot > 0 ? this.means(callee.name.slice(0, dot)) : null;
    if (owner?.is !== 'class') return;
    stmt.callee = { kind: 'method', receiver: this.receiver, name: callee.name.slice(dot + 1), in: owner.name };
    stmt.args = args.slice(1);
  }

  private callee(callee: Callee): Callee {
    switch (callee.kind) {
      case 'api':
        return (this.isLibrary(callee.name) ? null : this.called(callee.name)) ?? callee;
      case 'local':
        return this.called(callee.id) ?? callee;
      case 'new': {
        const found = this.means(callee.className);
        return found?.is === 'class' ? { kind: 'new', className: found.name } : callee;
      }
      case 'method': {
        const type = callee.type === undefined ? undefined : (this.type(callee.type) ?? undefined);
        const from = callee.in === undefined ? undefined : (this.type(callee.in) ?? undefined);
        return { ...callee, ...(type === undefined ? {} : { type }), ...(from === undefined ? {} : { in: from }) };
      }
      case 'value':
        return (isPlain(callee.place) && !this.own.has(callee.place) ? this.called(callee.place) : null) ?? callee;
    }
  }

  /** A call of this name, where it is one of the program. */
  private called(name: string): Callee | null {
    const found = this.means(name);
    if (!found) return null;
    if (found.is === 'library') return { kind: 'api', name: found.name };
    return found.is === 'function' ? { kind: 'local', id: found.name } : { kind: 'new', className: found.name };
  }

  operand(operand: Operand): Operand {
    switch (operand.kind) {
      case 'function': {
        const found = this.means(operand.id);
        return found?.is === 'function' ? { ...operand, id: found.name } : operand;
      }
      case 'name':
        return this.asFunction(operand.name, operand) ?? operand;
      case 'place':
        return (
          (isPlain(operand.place) && !this.own.has(operand.place) && !operand.place.startsWith('%')
            ? this.asFunction(operand.place, operand)
            : null) ?? operand
        );
      case 'tuple':
        return { ...operand, items: operand.items.map((item) => this.operand(item)) };
      case 'record': {
        const fields = Object.fromEntries(Object.entries(operand.fields).map(([name, field]) => [name, this.operand(field)]));
        return { ...operand, type: this.type(operand.type), fields };
      }
      case 'derived':
        return { ...operand, of: this.operand(operand.of) };
      default:
        return operand;
    }
  }

  private asFunction(name: string, operand: Operand): Operand | null {
    const found = this.means(name);
    return found?.is === 'function' ? { kind: 'function', id: found.name, ...(operand.range ? { range: operand.range } : {}) } : null;
  }

  private test(test: Test): void {
    switch (test.test) {
      case 'and':
      case 'or':
        this.test(test.left);
        this.test(test.right);
        return;
      case 'not':
        this.test(test.of);
        return;
      case 'compare':
        test.left = this.operand(test.left);
        test.right = this.operand(test.right);
        if (test.before) this.body(test.before);
        return;
      case 'truth':
        test.value = this.operand(test.value);
        if (test.before) this.body(test.before);
        return;
      case 'opaque':
        if (test.before) this.body(test.before);
        return;
      default:
    }
  }
}
