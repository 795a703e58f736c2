/**
 * The files of one language as one program. Ids of functions and names of classes begin with their file (`net/util.py::connect`),
 * in languages whose files share names, classes with their folder. Files are parsed when somebody asks for what they declare.
 */

import { own } from '../flow/own.js';
import type { FactIndex } from '../flow/fact-index.js';
import type { ClassIr, FileIr } from '../flow/ir.js';
import { Memory, Recorder } from '../flow/memory.js';
import type { Trace } from '../flow/memory.js';
import type { Linked } from '../flow/linked.js';
import { Unit } from '../flow/unit.js';
import type { Language } from '../languages/language.js';
import type { SyntaxTree } from '../syntax/tree.js';
import { linkFunction } from './link.js';
import type { Meaning } from './link.js';
import { folderOf } from '../languages/resolver.js';
import type { ProjectFiles } from '../languages/resolver.js';
import type { Sources } from './sources.js';
import { Trees } from './trees.js';
import type { Held } from './trees.js';
import { inOneOnly, joined, renamed, signatureOf } from './declarations.js';
import { soleImplementer } from './implementers.js';
import { QuickLooks } from './quick-looks.js';
import { grouped, holdsWord } from './words.js';

/** Between a file and what it declares. */
const mark = '::';
/** Characters of source whose outlines are kept at most; the rest is parsed again when it is needed. */
const keptLength = 16_000_000;

/** What is known of a file beyond its own findings. */
export interface FileKnowledge {
  path: string;
  /** What others can use of it, each with the name they use. */
  declares: readonly (readonly [string, string])[];
  /** Last parts of the names that it asked for. */
  asks: readonly string[];
}

interface Opened {
  unit: Unit;
  held: Held;
  /** Meanings of names that were asked for. */
  names: Map<string, Meaning>;
}

export class LinkedFiles implements Linked, ProjectFiles {
  readonly paths: readonly string[];
  private readonly known: ReadonlySet<string>;
  private readonly opened = new Map<string, Opened | null>();
  private readonly recorder = new Recorder();
  /** Of the texts as they are. */
  private readonly settled = new Memory(this.recorder);
  /** What is known at the moment: another one while a file has another text. */
  memory = this.settled;
  private folders: Map<string, string[]> | null = null;
  private names: Map<string, string[]> | null = null;
  /** Names that each file asked for, and what it declares: known of all that were ever opened. */
  private readonly asked = new Map<string, Set<string>>();
  private readonly signatures = new Map<string, ReadonlyMap<string, string>>();
  private kept = 0;
  /** The file that has another text at the moment, if one has. */
  private shown: string | null = null;
  private readonly trees: Trees;
  private readonly looks: QuickLooks;

  constructor(
    private readonly sources: Sources,
    private readonly language: Language,
    extensions: readonly string[],
    private readonly facts: FactIndex,
    private readonly parse: (path: string, text: string) => SyntaxTree,
    private readonly maxSize: number,
  ) {
    this.paths = sources.paths.filter((path) => extensions.some((extension) => path.endsWith(extension)));
    this.known = new Set(this.paths);
    this.looks = new QuickLooks(this.paths, sources, language);
    this.trees = new Trees(language, (path) => this.read(path, this.sources.read(path) ?? ''));
  }

  /** Runs, and gives what was looked into meanwhile. */
  watch<T>(run: () => T): [T, Trace] {
    return this.recorder.watch(run);
  }

  /** Last parts of the names that a file asked for: what they mean may change with any declaration. */
  askedBy(path: string): ReadonlySet<string> {
    return this.asked.get(path) ?? new Set();
  }

  private ask(path: string, name: string): void {
    let names = this.asked.get(path);
    if (!names) this.asked.set(path, (names = new Set()));
    names.add(name.slice(name.lastIndexOf('.') + 1));
  }

  /** What was learned of the files that were opened, for another time. */
  get knowledge(): FileKnowledge[] {
    return [...this.signatures].map(([path, signature]) => ({ path, declares: [...signature], asks: [...this.askedBy(path)] }));
  }

  /** What was learned another time of files that are the same. */
  learn(known: readonly FileKnowledge[]): void {
    for (const { path, declares, asks } of known) {
      this.signatures.set(path, new Map(declares));
      this.asked.set(path, new Set(asks));
    }
  }

  has(path: string): boolean {
    return this.known.has(path);
  }

  inFolder(folder: string): readonly string[] {
    this.folders ??= grouped(this.paths, folderOf);
    return this.folders.get(folder) ?? [];
  }

  named(name: string): readonly string[] {
    this.names ??= grouped(this.paths, (path) => path.slice(path.lastIndexOf('/') + 1));
    return this.names.get(name) ?? [];
  }

  defining(name: string): readonly string[] {
    return this.looks.defining(name);
  }

  mayDeclare(path: string, name: string): boolean {
    return this.looks.mayDeclare(path, name);
  }

  get isWhole(): boolean {
    return this.paths.length > 1;
  }

  naming(field: string, most: number): readonly Unit[] | null {
    this.recorder.word(field);
    const paths = this.looks.naming(field);
    return paths.length > most ? null : paths.flatMap((path) => this.unit(path) ?? []);
  }

  /** The text that is parsed for a file. */
  prepared(path: string, text: string): string {
    const included = this.language.resolver?.includes?.(path, text, this) ?? [];
    return (
      this.language.prepare?.(
        text,
        included.map((header) => this.sources.read(header) ?? ''),
      ) ?? text
    );
  }

  outline(path: string): FileIr | null {
    return this.open(path)?.unit.file ?? null;
  }

  text(path: string): string | null {
    this.recorder.file(path);
    return this.sources.read(path);
  }

  /** A file of the program; null when it cannot be read or is too large. */
  unit(path: string): Unit | null {
    return this.open(path)?.unit ?? null;
  }

  /** The tree of a file that is open. */
  tree(path: string): SyntaxTree | null {
    const opened = this.open(path);
    return opened ? this.trees.treeOf(opened.held) : null;
  }

  /** Was something of a file that is open nested too deeply to be looked at? */
  isTruncated(path: string): boolean {
    const held = this.open(path)?.held;
    return held !== undefined && (held.truncated || held.tree?.truncated === true);
  }

  soleImplementer(name: string): string | null {
    return this.memory.recall('implementer', name, () => soleImplementer(this.class(name), this));
  }

  /** Classes of the program that are declared, or have a method declared, in files in which a word stands; null where those are many. */
  classesNear(word: string, most: number): ClassIr[] | null {
    this.recorder.word(word);
    const paths = this.paths.filter((path) => holdsWord(this.sources.read(path) ?? '', [word]));
    if (paths.length > most) return null;
    const names = new Set(paths.flatMap((path) => (this.outline(path)?.classes ?? []).map((cls) => this.classIn(path, cls.name))));
    return [...names].flatMap((one) => this.class(one) ?? []);
  }

  unitOf(name: string): Unit | null {
    const at = name.indexOf(mark);
    return at === -1 ? null : this.unit(name.slice(0, at));
  }

  class(name: string): ClassIr | null {
    return name.includes(mark) ? this.memory.recall('class', name, () => this.merged(name)) : null;
  }

  /** A class with all its methods, in whatever files they stand. */
  private merged(name: string): ClassIr | null {
    const at = name.indexOf(mark);
    const [home, own] = [name.slice(0, at), name.slice(at + mark.length)];
    const paths = this.language.resolver?.siblings
      ? this.inFolder(home)
      : [home, ...(this.language.resolver?.parts?.(home, own, this) ?? [])];
    let found: ClassIr | null = null;
    for (const path of paths) {
      if (paths.length > 1 && !this.mayDeclare(path, own)) continue;
      const unit = this.unit(path);
      const cls = unit?.class(own);
      if (unit && cls) found = joined(found, this.linkedClass(path, name, cls));
    }
    return found;
  }

  /** Frees the trees of files that nobody is at work on; to be called between two analyses. */
  trim(): void {
    if (this.kept >= keptLength) this.dispose();
    this.trees.trim();
    this.settled.trim();
  }

  dispose(): void {
    for (const opened of this.opened.values()) if (opened) this.trees.drop(opened.held);
    this.opened.clear();
    this.settled.forgetAll();
    this.kept = 0;
  }

  private open(path: string): Opened | null {
    this.recorder.file(path);
    const known = this.opened.get(path);
    if (known !== undefined) return known;
    const text = this.known.has(path) ? this.sources.read(path) : null;
    let opened: Opened | null = null;
    if (text !== null && text.length <= this.maxSize) {
      opened = this.made(path, this.read(path, text));
      this.kept += text.length;
    }
    this.opened.set(path, opened);
    if (opened && !this.signatures.has(path)) this.signatures.set(path, signatureOf(opened.unit.file));
    return opened;
  }

  private read(path: string, text: string): SyntaxTree {
    return this.parse(path, this.prepared(path, text));
  }

  private made(path: string, tree: SyntaxTree): Opened {
    const held = this.trees.hold(path, tree);
    const unit = new Unit(path, tree.text, held.file, (own, fn) => {
      const isLibrary = (name: string): boolean => this.language.resolver?.sharesNames === true && this.facts.call(name) !== null;
      linkFunction(fn, (name) => this.means(path, own, name), isLibrary);
      fn.id = `${path}${mark}${fn.id}`;
    });
    return { unit, held, names: new Map() };
  }

  /**
   * A file's text is another one now: what was made of the old one is
   * forgotten. Gives names that it did or does declare, where those differ.
   */
  changed(path: string): string[] {
    const before = this.opened.get(path);
    const old = this.signatures.get(path) ?? new Map<string, string>();
    this.opened.delete(path);
    this.signatures.delete(path);
    this.asked.delete(path);
    this.settled.forget(path);
    const defined = this.looks.changed(path);
    if (before) this.trees.drop(before.held);
    this.open(path);
    const fresh = this.signatures.get(path) ?? new Map<string, string>();
    const differing = [...old]
      .filter(([key]) => !fresh.has(key))
      .concat([...fresh].filter(([key]) => !old.has(key)))
      .map(([, name]) => name)
      // A function that is the file's own from now on is declared as before.
      .concat(defined ? inOneOnly(defined.before, defined.now) : []);
    // What other files' names mean was settled when they were linked.
    if (differing.length > 0 || !before) {
      this.settled.forgetAll();
      for (const [other, one] of this.opened) if (one && other !== path) this.again(other, one);
    }
    return [...new Set(differing)];
  }

  /** Lowers and links the functions of a file anew. */
  private again(path: string, opened: Opened): void {
    const { tree } = opened.held;
    opened.held.tree = null;
    this.trees.drop(opened.held);
    if (tree) this.opened.set(path, this.made(path, tree));
    else this.opened.delete(path);
  }

  /** Runs `look` while a file has another tree, and puts everything back. */
  during<T>(path: string, tree: SyntaxTree, look: () => T): T {
    const before = this.opened.get(path);
    const shown = this.made(path, tree);
    this.opened.set(path, shown);
    this.memory = new Memory(this.recorder, this.settled, path);
    this.shown = path;
    try {
      return look();
    } finally {
      this.trees.drop(shown.held);
      if (before === undefined) this.opened.delete(path);
      else this.opened.set(path, before);
      this.memory = this.settled;
      this.shown = null;
    }
  }

  /** Has a file another text at the moment? */
  isShown(path: string): boolean {
    return this.shown === path;
  }

  /** What a name in a file means. */
  private means(path: string, unit: Unit, name: string): Meaning {
    if (name.includes(mark)) return null;
    const names = this.open(path)?.names;
    const known = names?.get(name);
    if (known !== undefined) return known;
    this.ask(path, name);
    const found = (unit.class(name)?.isPart ? this.other(path, name) : null) ?? this.own(path, unit, name) ?? this.other(path, name);
    names?.set(name, found);
    return found;
  }

  private own(path: string, unit: Unit, name: string): Meaning {
    if (unit.class(name)) return { is: 'class', name: this.classIn(path, name) };
    return unit.hasFunction(name) ? { is: 'function', name: `${path}${mark}${name}` } : null;
  }

  private other(path: string, name: string): Meaning {
    if (!this.language.resolver || this.facts.call(name) || this.facts.type(name)) return null;
    const declared = this.language.resolver.resolve(name, path, this);
    const unit = declared ? this.unit(declared.path) : null;
    if (declared && unit) return this.own(declared.path, unit, declared.name);
    const library = this.language.resolver.handedOn?.(name, path, this) ?? null;
    return library !== null && (this.facts.call(library) || this.facts.type(library)) ? { is: 'library', name: library } : null;
  }

  /** Files, itself among them, that may name what a file declares, and in which a word stands. */
  holding(path: string, word: string): Unit[] {
    const paths = this.language.resolver?.sharesNames ? this.paths : this.inFolder(folderOf(path));
    this.recorder.word(word);
    return paths.flatMap((one) => (one === path || holdsWord(this.sources.read(one) ?? '', [word]) ? (this.unit(one) ?? []) : []));
  }

  classIn(path: string, name: string): string {
    return `${this.language.resolver?.siblings ? folderOf(path) : path}${mark}${name}`;
  }

  /** A type as the program names it that this file names so. */
  typeIn(path: string, type: string): string {
    const unit = this.unit(path);
    const found = unit ? this.means(path, unit, type) : null;
    return found?.is === 'class' ? found.name : type;
  }

  /** The type of a variable of the module, or of one of a file that shares its names. */
  globalIn(path: string, name: string): string | null {
    this.ask(path, name);
    const beside = this.language.resolver?.siblings?.(path, this) ?? [];
    for (const file of [path, ...beside.filter((other) => (this.sources.read(other) ?? '').includes(name))]) {
      const type = own(this.outline(file)?.globals, name);
      if (type !== undefined) return this.typeIn(file, type);
    }
    return null;
  }

  private linkedClass(path: string, name: string, cls: ClassIr): ClassIr {
    const unit = this.unit(path) as Unit;
    const type = (one: string): string => {
      const found = this.means(path, unit, one);
      return found?.is === 'class' ? found.name : one;
    };
    return renamed(cls, name, type, (id) => `${path}${mark}${id}`);
  }
}
