/** Looks up library facts by call name, type and method. */

import { namePattern } from './name-pattern.js';
import { own } from './own.js';
import type { Arg } from './ir.js';
import type { Given } from './overloads.js';
import type { ByHandFact, DeclaredFact, EndsFact, NamedFact, RunnersFact } from './declared-facts.js';
import type { CallFact, EventMeaning, HandlerClassFact, Library, TypeFact, ValueClass } from './facts.js';

/** The word in a text by which an opening can be seen, `.word` for a method's, and the library's name that must stand in the text, too. */
interface Opener {
  library: string;
  word: string;
}

/** What a language is like, as far as it matters where its libraries' names can stand. */
interface Ways {
  exceptions: Record<string, string[]>;
  namesReceivers?: boolean;
  implicit?: readonly string[];
}

export class FactIndex {
  private readonly calls = new Map<string, CallFact>();
  private readonly types = new Map<string, TypeFact>();
  private readonly methods = new Set<string>();
  private readonly registering = new Set<string>();
  private readonly openers: Opener[] = [];
  readonly handlers: HandlerClassFact[] = [];
  readonly shown: NonNullable<Library['shown']> = [];
  private readonly byDeclaration: DeclaredFact[] = [];
  private readonly byName: NamedFact[] = [];
  readonly byHand: ByHandFact | null = null;
  readonly runners: RunnersFact | null = null;
  readonly ends: EndsFact | null = null;
  exceptions: Readonly<Record<string, string[]>>;
  readonly constants: Record<string, number> = {};
  private readonly plainBases = new Set(['object']);
  /** Last names of calls that set an option, or a limit, to what they are given. */
  private readonly weighing = new Set<string>();
  private readonly unset = new Set<string>();
  private scan: RegExp | null = null;
  private called: RegExp | null = null;
  private closing: RegExp | null = null;
  /** A method is never called without its object's name before it. */
  readonly namesReceivers: boolean;
  private readonly implicit: readonly string[];

  /** Facts of one language. Throws when two libraries state the same call or type. */
  constructor(libraries: readonly Library[], language: Ways) {
    const exceptions = { ...language.exceptions };
    this.namesReceivers = language.namesReceivers === true;
    this.implicit = (language.implicit ?? []).filter((part) => part.includes('.')).map((part) => `${part}.`);
    for (const library of libraries) {
      for (const type of library.types) this.types.set(type.name, type);
      for (const call of library.calls) for (const name of [call.name].flat()) this.add(name, call);
      this.handlers.push(...(library.handlers ?? []));
      this.shown.push(...(library.shown ?? []));
      this.byDeclaration.push(...(library.declared ?? []));
      this.byName.push(...(library.named ?? []));
      this.byHand ??= library.byHand ?? null;
      this.runners ??= library.runners ?? null;
      this.ends ??= library.ends ?? null;
      for (const { names } of library.plainBases ?? []) for (const name of names) this.plainBases.add(name);
      for (const { names } of library.unset ?? []) for (const name of names) this.unset.add(name);
      Object.assign(exceptions, library.exceptions ?? {});
      Object.assign(this.constants, library.constants ?? {});
    }
    this.exceptions = exceptions;
    for (const { base } of this.handlers) this.openers.push(this.openerOf(base));
    // A number is no word to look for.
    for (const { method, names } of this.shown)
      this.openers.push(...names.map((name) => this.openerOf(/^\d+$/.test(name) ? `*.${method}` : name)));
    for (const name of this.ends?.types ?? []) this.openers.push(this.openerOf(name));
  }

  /** The same facts, with exceptions that a program declares. */
  withExceptions(declared: readonly (readonly [string, string[]])[]): FactIndex {
    if (declared.length === 0) return this;
    const copy = Object.create(this) as FactIndex;
    copy.exceptions = { ...Object.fromEntries(declared), ...this.exceptions };
    return copy;
  }

  /** Does a class that is derived from this one inherit nothing that could close what its objects hold? */
  isPlainBase(name: string): boolean {
    return this.plainBases.has(name) || this.knowsException(name);
  }

  /** May a method of this name, of whatever type, set an option or a limit to what it is given? */
  maySet(method: string): boolean {
    return this.weighing.has(method);
  }

  /** Is this an object of a library's own of which no field is set? */
  isUnset(name: string): boolean {
    return this.unset.has(name);
  }

  /** Could a text open a connection, or be handed one by a library? A quick look, that errs on the side of yes. */
  mayConcern(text: string): boolean {
    this.scan ??= new RegExp(
      `(?:\\b|(?=\\.))(?:${[...new Set(this.openers.map(({ library, word }) => namePattern(library === '' ? word : library)))].join('|')})\\b`,
    );
    return (this.scan.test(text) && this.openersIn(text).length > 0) || this.byHandIn(text).length > 0;
  }

  /** Words of a text by which the functions that open connections are found. */
  openersIn(text: string): string[] {
    const libraries = new Map<string, boolean>();
    const isThere = (name: string): boolean => {
      let known = libraries.get(name);
      if (known === undefined) libraries.set(name, (known = name === '' || isUsed(text, name)));
      return known;
    };
    const words = [...new Set(this.openers.filter(({ library }) => isThere(library)).map(({ word }) => word))].filter((word) =>
      stands(text, word),
    );
    return [...new Set([...words, ...this.declaredIn(text), ...this.byHandIn(text)])];
  }

  /** Variables of a text that a function may close by hand without a library's having opened them. */
  private byHandIn(text: string): string[] {
    const { byHand } = this;
    if (!byHand) return [];
    this.closing ??= new RegExp(`\\.(?:${byHand.closes.join('|')})\\(`, 'g');
    const names = new Set<string>();
    for (const { index } of text.matchAll(this.closing)) {
      let start = index;
      while (start > 0 && /\w/.test(text[start - 1] as string)) start -= 1;
      names.add(text.slice(start, index));
    }
    return [...names].filter((name) => hasWord(name, byHand.holders));
  }

  /** Names called in a text that say by their words that they may open something. */
  private declaredIn(text: string): string[] {
    const words = new Set(this.byDeclaration.flatMap((one) => one.words ?? []));
    if (words.size === 0) return [];
    this.called ??= new RegExp(`(?:${[...words].join('|')})\\w*\\(`, 'gi');
    const names = new Set<string>();
    for (const { index } of text.matchAll(this.called)) {
      let [start, end] = [index, index];
      while (start > 0 && /\w/.test(text[start - 1] as string)) start -= 1;
      while (/\w/.test(text[end] ?? '')) end += 1;
      names.add(text.slice(start, end));
    }
    return [...names].filter((name) => wordsOf(name).some((word) => words.has(word)));
  }

  /** What a function does of which only the name is known. */
  named(name: string): CallFact | null {
    const words = wordsOf(name.slice(name.lastIndexOf('.') + 1));
    return (
      this.byName.find(
        ({ first, last }) => (first === undefined ? words.length > 1 : words[0] === first) && last.includes(words.at(-1) ?? ''),
      )?.fact ?? null
    );
  }

  /** What a call does of which only the types of its results are known. */
  declared(results: readonly string[], name: string, { args, typeOf }: Given): CallFact | null {
    // On top of a connection that it is given it makes no other one.
    if (args.some((arg) => arg.kind === 'place' && this.type(typeOf(arg.place) ?? '') !== null)) return null;
    const withError = results.length > 1 && results.at(-1) === 'error';
    const words = wordsOf(name);
    const fits = ({ type, words: wanted = words, alone = false }: DeclaredFact): boolean =>
      type === results[0] && (alone ? results.length === 1 : withError) && wanted.some((word) => words.includes(word));
    return this.byDeclaration.find(fits)?.fact ?? null;
  }

  private add(name: string, call: CallFact): void {
    this.calls.set(name, call);
    if (call.sets || call.setsByName || call.blocks?.limit !== undefined) this.weighing.add(name.slice(name.lastIndexOf('.') + 1));
    if (call.handles) this.registering.add(name.slice(name.lastIndexOf('.') + 1));
    if (call.opens && name.startsWith('*.')) this.methods.add(name.slice(2));
    if (call.opens || call.completes !== undefined || call.calls?.gives || call.variants?.some(({ then }) => then.calls?.gives))
      this.openers.push(this.openerOf(name));
  }

  /** `http.Get`: library `http`, word `Get`; `github.com/x/y.Dial`: the whole path; `*.accept`, `socket`: no library need be named. */
  private openerOf(name: string): Opener {
    const last = name.slice(name.lastIndexOf('.') + 1);
    const isMethod = name.startsWith('*.') || this.types.has(name.slice(0, Math.max(0, name.lastIndexOf('.'))));
    const word = isMethod && this.namesReceivers ? `.${last}` : last;
    if (last === name || name.startsWith('*.') || this.implicit.some((part) => name.startsWith(part))) return { library: '', word };
    return { library: name.slice(0, name.indexOf('.', name.lastIndexOf('/') + 1)), word };
  }

  /** A pattern for the last words of the names of these facts, in a text; null when there are none. */
  wordsOf(wanted: (fact: CallFact) => boolean): RegExp | null {
    const names = this.namesOf(wanted);
    return names.length === 0 ? null : wordPattern(names);
  }

  /** The last names of such calls. */
  namesOf(wanted: (fact: CallFact) => boolean): string[] {
    const names = new Set<string>();
    for (const [name, fact] of this.calls) if (wanted(fact)) names.add(name.slice(name.lastIndexOf('.') + 1));
    return [...names];
  }

  /** Does a library's call open a connection, or run a function with one? */
  opens(name: string): boolean {
    const fact = this.calls.get(name);
    return fact?.opens !== undefined || fact?.calls?.gives !== undefined;
  }

  /** `args`: what it is given, where that is known. */
  call(name: string, args?: readonly Arg[]): CallFact | null {
    const fact = this.calls.get(name);
    const isOther = fact?.needs !== undefined && args !== undefined && args.length < fact.needs && !args.some(({ spread }) => spread);
    return fact && !isOther ? fact : null;
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
    return this.methods.has(method);
  }

  /** A method that takes a connection as argument, on any receiver. */
  anyMethod(name: string): CallFact | null {
    return this.calls.get(`*.${name}`) ?? null;
  }

  /** What a field of plain data is while the connection is open; null when nothing is said of it. */
  field(type: string, field: string): ValueClass | null {
    const seen = new Set<string>();
    for (let at: string | undefined = type; at && !seen.has(at); at = this.types.get(at)?.extends) {
      seen.add(at);
      const known = own(this.types.get(at)?.fields, field);
      if (known !== undefined) return known;
    }
    return null;
  }

  /** Do connections have a method of this name that registers functions for their events? */
  isHandled(method: string): boolean {
    return this.registering.has(method);
  }

  /** What an event means to a connection of this type. */
  event(type: string, name: string): EventMeaning {
    const seen = new Set<string>();
    for (let at: string | undefined = type; at && !seen.has(at); at = this.types.get(at)?.extends) {
      seen.add(at);
      const known = own(this.types.get(at)?.events, name);
      if (known !== undefined) return known;
    }
    return 'later';
  }

  /** The event by which a connection of this type tells what comes, where its runtime ends it at the peer's end. */
  readEvent(type: string): string | null {
    const seen = new Set<string>();
    for (let at: string | undefined = type; at && !seen.has(at); at = this.types.get(at)?.extends) {
      seen.add(at);
      const read = Object.keys(this.types.get(at)?.events ?? {}).find((name) => this.event(type, name) === 'reads');
      if (read !== undefined) return read;
    }
    return null;
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
    const queue = [...(own(this.exceptions, thrown) ?? [])];
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
    return Object.hasOwn(this.exceptions, name);
  }
}

/** `dialTLSContext` → dial, tls, context. */
function wordsOf(name: string): string[] {
  return (name.match(/[A-Z]{1,40}(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? []).map((word) => word.toLowerCase());
}

/** Is one of these among the words of a name? */
export function hasWord(name: string, wanted: readonly string[]): boolean {
  return wordsOf(name).some((word) => wanted.includes(word));
}

/** Is one of these the last word of a name, which says what it is? A `connectionLease2` is a lease. */
export function endsWithWord(name: string, wanted: readonly string[]): boolean {
  const last = wordsOf(name).filter((word) => !/^\d/.test(word));
  return wanted.includes(last.at(-1) ?? '');
}

/** A pattern that finds each of these words (global); `.word` is one that stands behind a receiver. */
export function wordPattern(words: readonly string[]): RegExp {
  const [methods, plain] = [words.filter((word) => word.startsWith('.')), words.filter((word) => !word.startsWith('.'))];
  const either = (list: readonly string[]): string => `(?:${list.map(namePattern).join('|')})(?![\\w$])`;
  return new RegExp(
    [
      ...(plain.length > 0 || methods.length === 0 ? [`(?<![\\w$])${either(plain)}`] : []),
      ...(methods.length > 0 ? [`[.>:]\\s*${either(methods.map((word) => word.slice(1)))}`] : []),
    ].join('|'),
    'g',
  );
}

/** The words that such a pattern finds in a text. What stands behind a receiver is found as both. */
export function wordsIn(text: string, pattern: RegExp): Set<string> {
  const found = new Set<string>();
  for (const [match] of text.matchAll(pattern)) {
    const word = match.replace(/^[.>:]\s*/, '');
    found.add(word);
    if (word !== match) found.add(`.${word}`);
  }
  return found;
}

/** Does this word stand in a text? */
function stands(text: string, word: string): boolean {
  return text.includes(word.replace('.', '')) && wordPattern([word]).test(text);
}

/** An import goes before the name on its line. */
const importing = /\b(?:import|from|require|use|using|include|package)\b/;
const longestImport = 300;

/** Is a library named in a text as code does it: imported, quoted, or before a part of it? A type's name is no word of prose. */
function isUsed(text: string, library: string): boolean {
  const isType = /^[A-Z]\w*$/.test(library);
  for (let at = text.indexOf(library); at !== -1; at = text.indexOf(library, at + library.length)) {
    const end = at + library.length;
    const [before, after] = [text[at - 1] ?? '', text.slice(end, end + 2)];
    if (/[\w$]/.test(before) || /^[\w$]/.test(after)) continue;
    if (isType || /['"`</]/.test(before) || /^(?:\.\w|::|['"`>/])/.test(after)) return true;
    const line = text.lastIndexOf('\n', at - 1) + 1;
    const ahead = text.slice(Math.max(line, at - longestImport), at);
    // A list of imports may give each name a line.
    if (importing.test(ahead) || (ahead.trim() === '' && /^\s*(?:,|as\b|\)|$)/.test(text.slice(end, end + 4)))) return true;
  }
  return false;
}
