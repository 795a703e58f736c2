/** A project: its files as one program per language, analysed file by file with what the others declare. */

import { emptyAnalysis, examine } from '../examine.js';
import type { ExamineOptions } from '../examine.js';
import type { Analysis } from '../findings.js';
import type { FactIndex } from '../flow/fact-index.js';
import { filesOf, wordsOf } from '../flow/memory.js';
import { familyOf, languageOfFile } from '../languages/language.js';
import type { Language } from '../languages/language.js';
import type { SyntaxTree } from '../syntax/tree.js';
import type { Unit } from '../flow/unit.js';
import { reachOf, stableId } from '../flow/roots.js';
import type { Changed, Reach } from '../flow/roots.js';
import type { ParsedDocument } from '../syntax/syntax.js';
import { tooLarge } from '../text-size.js';
import { LinkedFiles } from './linked-files.js';
import type { FileKnowledge } from './linked-files.js';
import type { Sources } from './sources.js';
import { say } from '../../words/say.js';

/** What a project needs of its surroundings. */
export interface Tools {
  parse(language: Language, text: string): SyntaxTree;
  /** A text that will change a little again and again. */
  openDocument(language: Language): ParsedDocument;
  factsOf(language: Language): FactIndex;
  /** For the times that are told. */
  clock(): number;
  /** Characters above which a file is not analysed. */
  maxSize: number;
}

/** What a file's findings rest on: enough to tell whether they are still true. */
export interface Basis {
  /** Names by which other files get a connection from this one. */
  gives: readonly string[];
  /** Files, itself among them, that the analysis looked into. */
  reads: readonly string[];
  /** Words that were looked for in all files. */
  sought: readonly string[];
  /** Names of other files' functions that give it a connection, sorted. */
  given: readonly string[];
}

export interface FileAnalysis extends Omit<Basis, 'given'> {
  analysis: Analysis;
}

export class Project {
  private readonly parts = new Map<string, LinkedFiles>();
  private readonly documents = new Map<string, ParsedDocument>();

  constructor(
    readonly sources: Sources,
    private readonly languages: readonly Language[],
    private readonly tools: Tools,
  ) {}

  languageOf(path: string): Language | null {
    return languageOfFile(this.languages, path, () => this.sources.read(path));
  }

  /** Files that are written in a language there is. */
  get paths(): readonly string[] {
    return this.sources.paths.filter((path) => this.languageOf(path) !== null);
  }

  /** Is a file one of the project's, in a language there is? */
  has(path: string): boolean {
    const language = this.languageOf(path);
    return language !== null && this.linked(language).has(path);
  }

  /** Could a file open a connection by a library's call? One scan of its text. */
  mayConcern(path: string, text: string): boolean {
    const language = this.languageOf(path);
    return language !== null && this.tools.factsOf(language).mayConcern(text);
  }

  /** Analyses one file; `given`: names of functions of other files that give it a connection. Never throws. */
  analyse(path: string, options: ExamineOptions, given: readonly string[] = []): FileAnalysis {
    const analysis = emptyAnalysis();
    const language = this.languageOf(path);
    const none = { analysis, gives: [], reads: [path], sought: [] };
    if (!language) {
      analysis.problems.push({ kind: 'unsupported', message: say`language is not supported`, line: 1 });
      return none;
    }
    this.linked(language).trim();
    const text = this.sources.read(path);
    if (text === null) {
      analysis.problems.push({ kind: 'unreadable', message: say`cannot be read`, line: 1 });
      return none;
    }
    if (text.length > this.tools.maxSize) {
      analysis.problems.push(tooLarge(this.tools.maxSize));
      return none;
    }
    return this.examine(path, language, options, given, analysis);
  }

  private examine(path: string, language: Language, options: ExamineOptions, given: readonly string[], analysis: Analysis): FileAnalysis {
    const linked = this.linked(language);
    const begin = this.tools.clock();
    const [gives, trace] = linked.watch(() => {
      try {
        const unit = linked.unit(path);
        analysis.parseMs = this.tools.clock() - begin;
        const tree = (): SyntaxTree => linked.tree(path) as SyntaxTree;
        const isTruncated = (): boolean => linked.isTruncated(path);
        return unit
          ? examine({ unit, tree, isTruncated, language, facts: this.tools.factsOf(language), linked, given }, options, analysis)
          : [];
      } catch (error) {
        analysis.problems.push({ kind: 'internal', message: error instanceof Error ? error.message : String(error), line: 1 });
        return [];
      }
    });
    analysis.analyseMs = this.tools.clock() - begin - analysis.parseMs;
    return { analysis, gives, reads: filesOf(trace), sought: wordsOf(trace) };
  }

  /**
   * What a file would say with another text that differs little: only functions in the changed lines, and those that name
   * them, are looked at. Nothing is kept.
   */
  tried(path: string, text: string, changed: readonly Changed[], options: ExamineOptions): Analysis {
    const analysis = emptyAnalysis();
    try {
      this.with(path, text, (unit, tree, language) => {
        const linked = this.linked(language);
        if (linked.isShown(path)) linked.memory.keepsOf(untouched(unit, changed));
        examine(
          {
            unit,
            tree: () => tree,
            isTruncated: () => tree.truncated,
            language,
            facts: this.tools.factsOf(language),
            linked,
            given: [],
            changed,
          },
          options,
          analysis,
        );
      });
    } catch (error) {
      analysis.problems.push({ kind: 'internal', message: error instanceof Error ? error.message : String(error), line: 1 });
    }
    return analysis;
  }

  /** How far a change of these lines of a text of a file can be felt in it. */
  reach(path: string, text: string, changed: readonly Changed[]): Reach {
    return this.with(path, text, (unit) => reachOf(unit, changed)) ?? { changed: [], callers: [] };
  }

  /** Looks at a file while it has another text that differs little; null when it has none. Nothing is kept. */
  private with<T>(path: string, text: string, look: (unit: Unit, tree: SyntaxTree, language: Language) => T): T | null {
    const language = this.languageOf(path);
    if (!language) return null;
    const linked = this.linked(language);
    this.watch(path);
    const present = linked.tree(path);
    if (!present) return null;
    const prepared = linked.prepared(path, text);
    const tree = prepared === present.text ? null : this.documents.get(path)?.variant(prepared);
    const lookAt = (shown: SyntaxTree): T | null => {
      const unit = linked.unit(path);
      return unit && look(unit, shown, language);
    };
    try {
      return tree ? linked.during(path, tree, () => lookAt(tree)) : lookAt(present);
    } finally {
      tree?.dispose();
    }
  }

  /** Last parts of the names that a file asked for so far. */
  askedBy(path: string): ReadonlySet<string> {
    const language = this.languageOf(path);
    return language ? this.linked(language).askedBy(path) : new Set();
  }

  /** What was learned of all files that were looked into, for another time. */
  get knowledge(): FileKnowledge[] {
    return [...this.parts.values()].flatMap((linked) => linked.knowledge);
  }

  /** What was learned another time of files that are the same. */
  learn(known: readonly FileKnowledge[]): void {
    for (const linked of new Set(this.languages.map((language) => this.linked(language))))
      linked.learn(known.filter(({ path }) => this.partOf(path) === linked));
  }

  /** A file will be edited: from now on it is parsed again only where it changes. */
  watch(path: string): void {
    const language = this.languageOf(path);
    if (!language || this.documents.has(path)) return;
    this.linked(language).changed(path);
    this.documents.set(path, this.tools.openDocument(language));
  }

  /** A file has another text now, is new or gone. Gives the names that it declares now and did not before, or the other way round. */
  changed(path: string): string[] {
    const language = this.languageOf(path);
    return language ? this.linked(language).changed(path) : [];
  }

  /** Frees the parser's memory; the project can be used on. */
  dispose(): void {
    for (const linked of this.parts.values()) linked.dispose();
    for (const document of this.documents.values()) document.close();
    this.documents.clear();
  }

  private partOf(path: string): LinkedFiles | null {
    const language = this.languageOf(path);
    return language && this.linked(language);
  }

  private linked(language: Language): LinkedFiles {
    const family = familyOf(language);
    let linked = this.parts.get(family);
    if (!linked) {
      const { parse, factsOf, maxSize } = this.tools;
      const dialects = this.languages.filter((one) => familyOf(one) === family);
      const read = (path: string, text: string): SyntaxTree =>
        this.documents.get(path)?.update(text) ?? parse(languageOfFile(dialects, path, () => text) ?? language, text);
      const extensions = dialects.flatMap((one) => [...one.extensions, ...(one.alsoReads ?? [])]);
      this.parts.set(family, (linked = new LinkedFiles(this.sources, language, extensions, factsOf(language), read, maxSize)));
    }
    return linked;
  }
}

/** A field is set: what is known of its class may be otherwise. */
const setsField = /(?:\.|->)\s*\w+\s*=(?!=)/;

/** Of which functions of a file the same is known as before lines of it were changed: neither they nor what they call was. */
function untouched(unit: Unit, changed: readonly Changed[]): (functionId: string) => boolean {
  const lines = unit.text.split('\n');
  if (changed.some(({ startLine, endLine }) => setsField.test(lines.slice(startLine - 1, endLine).join('\n')))) return () => false;
  const reach = reachOf(unit, changed);
  const felt = new Set([...reach.changed, ...reach.callers]);
  const first = Math.min(...changed.map(({ startLine }) => startLine));
  return (id) => {
    const decl = unit.decl(id);
    // Literals are named by their places, which are others now below the change.
    if (decl === null || decl.kind === 'module' || felt.has(stableId(id))) return false;
    return decl.range.endLine < first || unit.functionsIn(decl).length === 1;
  };
}
