/** One file as the engine sees it: what it declares, lowered piece by piece, and quick questions to its text. */

import type { ClassIr, FileIr, FunctionDecl, FunctionIr, Place } from './ir.js';
import { wordPattern } from './fact-index.js';
import { namePattern } from './name-pattern.js';
import { taughtLines } from './taught.js';

/** Words that stand on a line with one of these may be tested there. */
const conditionLine = /\b(?:if|elif|else|while|for|and|or|not|switch|case|assert|return|when|until)\b|&&|\|\||[!=<>]=|[?<>!]/;
const word = /[A-Za-z_$][\w$]*/g;

export class Unit {
  private readonly decls = new Map<string, FunctionDecl>();
  private readonly lowered = new Map<string, FunctionIr>();
  private readonly groups = new Map<FunctionDecl, readonly FunctionIr[]>();
  private readonly classes = new Map<string, ClassIr>();
  private tests: ReadonlySet<string> | null = null;
  /** Lines whose calls, or whose function, take over what they are given: somebody said so in a comment. */
  readonly taught: ReadonlySet<number>;

  /**
   * `path`: null for a text by itself. `link` makes names of one file names of the whole program, once per lowered function.
   */
  constructor(
    readonly path: string | null,
    readonly text: string,
    readonly file: FileIr,
    private readonly link: (unit: Unit, fn: FunctionIr) => void = () => undefined,
  ) {
    for (const decl of file.functions) this.decls.set(decl.id, decl);
    for (const cls of file.classes) this.classes.set(cls.name, cls);
    this.taught = taughtLines(file.comments);
  }

  get functions(): readonly FunctionDecl[] {
    return this.file.functions;
  }

  /** The id within this file of a function that the program calls by file and id. */
  private own(id: string): string {
    const prefix = `${this.path ?? ''}::`;
    return id.startsWith(prefix) ? id.slice(prefix.length) : id;
  }

  decl(id: string): FunctionDecl | null {
    return this.decls.get(this.own(id)) ?? null;
  }

  /** Is this the id of one of the file's functions, as far as its outline shows them? */
  hasFunction(id: string): boolean {
    return this.decls.has(id) || this.lowered.has(id);
  }

  /** A class of this file; one that stands inside a function once that has been lowered. */
  class(name: string): ClassIr | null {
    return this.classes.get(name) ?? null;
  }

  /** The function of this id in this file, lowered now if it was not before; null if there is none. */
  function(name: string): FunctionIr | null {
    const id = this.own(name);
    const known = this.lowered.get(id);
    if (known) return known;
    const decl = this.decls.get(id) ?? this.holderOf(id);
    if (decl) this.functionsIn(decl);
    return this.lowered.get(id) ?? null;
  }

  /** The function of a declaration and those inside it, lowered now if they were not before; inner ones first. */
  functionsIn(decl: FunctionDecl): readonly FunctionIr[] {
    const known = this.groups.get(decl);
    if (known) return known;
    const { functions, classes } = decl.lower();
    this.groups.set(decl, functions);
    for (const cls of classes) if (!this.classes.has(cls.name)) this.classes.set(cls.name, cls);
    for (const fn of functions) {
      if (this.path !== null) fn.file = this.path;
      this.lowered.set(fn.id, fn);
    }
    // All are known before one is linked: they name each other.
    for (const fn of functions) this.link(this, fn);
    return functions;
  }

  /** The declaration that a function or literal inside it belongs to: the longest id that its own begins with. */
  private holderOf(id: string): FunctionDecl | null {
    for (let end = id.length - 1; end > 0; end -= 1) {
      const c = id[end];
      if (c !== '.' && c !== '/' && c !== '@') continue;
      const decl = this.decls.get(id.slice(0, end));
      if (decl) return decl;
    }
    return this.decls.get('<module>') ?? null;
  }

  /** The functions of the same declaration: a function and the literals inside it. */
  functionsBeside(name: string): readonly FunctionIr[] {
    const id = this.own(name);
    const decl = this.decls.get(id) ?? this.holderOf(id);
    return decl ? this.functionsIn(decl) : [];
  }

  private readonly owners = new WeakMap<readonly FunctionIr[], ReadonlyMap<Place, readonly FunctionIr[]>>();

  /** Those of them that have a variable or parameter of this name. */
  ownersBeside(name: string, variable: Place): readonly FunctionIr[] {
    const beside = this.functionsBeside(name);
    let known = this.owners.get(beside);
    if (!known) {
      known = ownersIn(beside);
      this.owners.set(beside, known);
    }
    return known.get(variable) ?? [];
  }

  /** Declarations whose text holds one of the words that `pattern` (global) finds; the module's own code among them. */
  holding(pattern: RegExp): FunctionDecl[] {
    const found = new Set<FunctionDecl>();
    pattern.lastIndex = 0;
    for (let match = pattern.exec(this.text); match; match = pattern.exec(this.text)) {
      const decl = this.declAt(match.index);
      if (decl) found.add(decl);
      if (match.index === pattern.lastIndex) pattern.lastIndex += 1;
    }
    for (const decl of this.functions) {
      pattern.lastIndex = 0;
      if (decl.unsaid && pattern.test(decl.unsaid.join(' '))) found.add(decl);
    }
    return this.functions.filter((decl) => found.has(decl));
  }

  private readonly naming = new Map<string, readonly FunctionDecl[]>();

  /** Those whose text holds this name, of which `pattern` finds no other: asked again for each connection. */
  holdingName(name: string, pattern: () => RegExp): readonly FunctionDecl[] {
    let known = this.naming.get(name);
    if (!known) this.naming.set(name, (known = this.holding(pattern())));
    return known;
  }

  private lines: readonly string[] | null = null;

  /** The lines of a range. */
  linesOf({ startLine, endLine }: { startLine: number; endLine: number }): readonly string[] {
    this.lines ??= this.text.split('\n');
    return this.lines.slice(startLine - 1, endLine);
  }

  /** Names of macros whose bodies hold one of the words. */
  macrosHolding(pattern: RegExp): string[] {
    return (this.file.macros ?? [])
      .filter(({ start, end }) => {
        pattern.lastIndex = 0;
        return pattern.test(this.text.slice(start, end));
      })
      .map(({ name }) => name);
  }

  /** The function whose text covers an offset: the one that begins last; else the module's own code. */
  private declAt(offset: number): FunctionDecl | null {
    const sorted = this.byStart();
    let low = 0;
    let high = sorted.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((sorted[middle] as FunctionDecl).start <= offset) low = middle;
      else high = middle - 1;
    }
    const decl = sorted[low];
    if (decl && decl.start <= offset && offset < decl.end) return decl;
    return this.decls.get('<module>') ?? null;
  }

  private sorted: FunctionDecl[] | null = null;

  private byStart(): FunctionDecl[] {
    return (this.sorted ??= this.functions.filter((decl) => decl.kind !== 'module').sort((a, b) => a.start - b.start));
  }

  /** Is this variable of the module named in a function? */
  isNamedInFunctions(root: string): boolean {
    const name = root.replace(/#\d+$/, '');
    if (!/^[\w$]+$/.test(name)) return false;
    return this.holding(new RegExp(`(?<![\\w$.])${namePattern(name)}(?![\\w$])`, 'g')).some((decl) => decl.kind !== 'module');
  }

  /** Does a word stand where something is tested? Only such fields are worth remembering. */
  isTested(name: string): boolean {
    if (!this.tests) {
      const words = new Set<string>();
      for (const line of this.linesOf({ startLine: 1, endLine: Infinity }))
        if (conditionLine.test(line)) for (const match of line.matchAll(word)) words.add(match[0]);
      this.tests = words;
    }
    return this.tests.has(name);
  }
}

/** One wrapper may hold thousands of functions (minified bundles): who asks for each name must not go through all of them. */
function ownersIn(functions: readonly FunctionIr[]): Map<Place, FunctionIr[]> {
  const owners = new Map<Place, FunctionIr[]>();
  for (const fn of functions) {
    for (const name of new Set([...fn.locals, ...fn.params.map((param) => param.name)])) {
      const known = owners.get(name);
      if (known) known.push(fn);
      else owners.set(name, [fn]);
    }
  }
  return owners;
}

/**
 * The functions of these files in whose text a name stands; null where more than `most` do: then none of them is lowered, which is
 * what costs.
 */
export function fewNaming(units: readonly Unit[], name: string, most = Infinity): readonly FunctionIr[] | null {
  if (!/^[\w$]+$/.test(name)) return [];
  const found: { unit: Unit; decl: FunctionDecl }[] = [];
  for (const unit of units) {
    found.push(...unit.holdingName(name, () => wordPattern([name])).map((decl) => ({ unit, decl })));
    if (found.length > most) return null;
  }
  return found.flatMap(({ unit, decl }) => unit.functionsIn(decl));
}
