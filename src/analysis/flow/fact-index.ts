/** Looks up library facts by call name, type and method. */

import type { CallFact, HandlerClassFact, Library, TypeFact } from './facts.js';

export class FactIndex {
  private readonly calls = new Map<string, CallFact>();
  private readonly types = new Map<string, TypeFact>();
  private readonly openers = new Set<string>();
  readonly handlers: HandlerClassFact[] = [];
  readonly exceptions: Record<string, string[]>;
  readonly constants: Record<string, number> = {};

  constructor(libraries: readonly Library[], languageExceptions: Record<string, string[]>) {
    this.exceptions = { ...languageExceptions };
    for (const library of libraries) {
      for (const type of library.types) this.types.set(type.name, type);
      for (const call of library.calls) for (const name of [call.name].flat()) this.add(name, call);
      this.handlers.push(...(library.handlers ?? []));
      Object.assign(this.exceptions, library.exceptions ?? {});
      Object.assign(this.constants, library.constants ?? {});
    }
  }

  private add(name: string, call: CallFact): void {
    this.calls.set(name, call);
    if (call.opens && name.startsWith('*.')) this.openers.add(name.slice(2));
  }

  call(name: string): CallFact | null {
    return this.calls.get(name) ?? null;
  }

  type(name: string): TypeFact | null {
    return this.types.get(name) ?? null;
  }

  /** The fact of a method, looked for in the type and what it extends. */
  method(type: string, name: string): CallFact | null {
    const seen = new Set<string>();
    for (let at: string | undefined = type; at && !seen.has(at); at = this.types.get(at)?.extends) {
      seen.add(at);
      const found = this.calls.get(`${at}.${name}`);
      if (found) return found;
    }
    return null;
  }

  /** Could a method of this name open a connection, whatever its receiver is? */
  mayOpen(method: string): boolean {
    return this.openers.has(method);
  }

  /** A method that takes a connection as argument, on any receiver. */
  anyMethod(name: string): CallFact | null {
    return this.calls.get(`*.${name}`) ?? null;
  }

  /** The type of field `field` where that field is another name of the connection (`T.Body`). */
  part(type: string, field: string): string | null {
    const seen = new Set<string>();
    for (let at: string | undefined = type; at && !seen.has(at); at = this.types.get(at)?.extends) {
      seen.add(at);
      if (this.types.has(`${at}.${field}`)) return `${at}.${field}`;
    }
    return null;
  }

  /** Does a handler for `caught` catch an exception of type `thrown`? Null: perhaps (the thrown type is unknown). */
  catches(caught: string, thrown: string): boolean {
    if (caught === thrown) return true;
    const queue = [...(this.exceptions[thrown] ?? [])];
    const seen = new Set<string>();
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      if (at === caught) return true;
      if (seen.has(at)) continue;
      seen.add(at);
      queue.push(...(this.exceptions[at] ?? []));
    }
    return false;
  }

  knowsException(name: string): boolean {
    return name in this.exceptions;
  }
}
