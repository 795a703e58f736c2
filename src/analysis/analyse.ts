/** The only door of the analyser: source text in, plain data out. Never throws on any text. */

import { emptyAnalysis, examine } from './examine.js';
import type { ExamineOptions } from './examine.js';
import type { Analysis, Problem } from './findings.js';
import { FactIndex } from './flow/fact-index.js';
import { Unit } from './flow/unit.js';
import { LANGUAGES } from './languages/generated.js';
import { familyOf, languageOfFile } from './languages/language.js';
import type { Language } from './languages/language.js';
import { LIBRARIES } from './libraries/generated.js';
import { Project } from './project/project.js';
import type { Sources } from './project/sources.js';
import { LARGEST_TEXT, tooLarge } from './text-size.js';
import { Syntax } from './syntax/syntax.js';
import type { Load, ParsedDocument } from './syntax/syntax.js';
import type { SyntaxTree } from './syntax/tree.js';
import { say } from '../words/say.js';

export interface AnalyseOptions extends ExamineOptions {
  /** Bytes (UTF-16 units) above which a file is not analysed; default 1,048,576. */
  maxSize?: number;
}

/** Milliseconds on a clock that only goes forward: for the times that are told, never for what is found. */
export type Clock = () => number;

export class Analyser {
  private readonly facts = new Map<string, FactIndex>();
  private readonly documents = new Map<string, { language: string; document: ParsedDocument }>();

  private constructor(
    private readonly syntax: Syntax,
    private readonly clock: Clock,
  ) {}

  /** `load` gives packaged files by name; `clock` is a monotonic clock in ms (`() => performance.now()`). */
  static async open(load: Load, clock: Clock): Promise<Analyser> {
    return new Analyser(await Syntax.open(load), clock);
  }

  /** Ids of the languages there are, with extensions. */
  static languages(): { id: string; title: string; extensions: string[]; lineComment: string }[] {
    return LANGUAGES.map(({ id, title, extensions, lineComment }) => ({ id, title, extensions, lineComment }));
  }

  /** The id of the language of a file; its text is read where its name does not tell. */
  static languageOf(path: string, read: () => string | null): string | null {
    return languageOfFile(LANGUAGES, path, read)?.id ?? null;
  }

  /** Must be awaited once per language before `analyse`. Rejects for an unknown language or a grammar that cannot be loaded. */
  async prepare(languageId: string): Promise<void> {
    const language = languageOf(languageId);
    if (!language) throw new Error(`language ${languageId} is not supported`);
    await this.syntax.prepare(language.grammar);
  }

  analyse(text: string, languageId: string, options: AnalyseOptions = {}): Analysis {
    return this.run(text, languageId, options, (language) => this.syntax.parse(language, language.prepare?.(text) ?? text), true);
  }

  /** Incremental: keeps the parser's tree per `key` until `closeDocument`. */
  update(key: string, text: string, languageId: string, options: AnalyseOptions = {}): Analysis {
    const open = this.documents.get(key);
    if (open && open.language !== languageId) this.closeDocument(key);
    return this.run(
      text,
      languageId,
      options,
      (language) => {
        let known = this.documents.get(key);
        if (!known) this.documents.set(key, (known = { language: languageId, document: this.syntax.openDocument(language) }));
        return known.document.update(language.prepare?.(text) ?? text);
      },
      false,
    );
  }

  /** Several files as one program. Grammars of their languages must be prepared. */
  openProject(sources: Sources, options: AnalyseOptions = {}): Project {
    const parse = (language: Language, text: string): SyntaxTree => this.syntax.parse(language, text);
    return new Project(sources, LANGUAGES, {
      parse,
      openDocument: (language) => this.syntax.openDocument(language),
      factsOf: (language) => this.factsOf(language),
      clock: this.clock,
      maxSize: options.maxSize ?? LARGEST_TEXT,
    });
  }

  closeDocument(key: string): void {
    this.documents.get(key)?.document.close();
    this.documents.delete(key);
  }

  /** Frees everything. */
  close(): void {
    for (const key of [...this.documents.keys()]) this.closeDocument(key);
    this.syntax.close();
  }

  private run(
    text: string,
    languageId: string,
    options: AnalyseOptions,
    parse: (language: Language) => SyntaxTree,
    owns: boolean,
  ): Analysis {
    const language = languageOf(languageId);
    const result = emptyAnalysis();
    if (!language) return withProblem(result, { kind: 'unsupported', message: say`language ${languageId} is not supported`, line: 1 });
    const maxSize = options.maxSize ?? LARGEST_TEXT;
    if (text.length > maxSize) return withProblem(result, tooLarge(maxSize));
    const begin = this.clock();
    try {
      const tree = parse(language);
      result.parseMs = this.clock() - begin;
      try {
        const facts = this.factsOf(language);
        examine(
          {
            unit: new Unit(null, tree.text, language.outline(tree)),
            tree: () => tree,
            isTruncated: () => tree.truncated,
            language,
            facts,
            linked: null,
            given: [],
          },
          options,
          result,
        );
      } finally {
        if (owns) tree.dispose();
      }
    } catch (error) {
      result.problems.push({ kind: 'internal', message: error instanceof Error ? error.message : String(error), line: 1 });
    }
    result.analyseMs = this.clock() - begin - result.parseMs;
    return result;
  }

  private factsOf(language: Language): FactIndex {
    const family = familyOf(language);
    let facts = this.facts.get(family);
    if (!facts)
      this.facts.set(
        family,
        (facts = new FactIndex(
          LIBRARIES.filter(({ languages }) => languages.includes(family)),
          language,
        )),
      );
    return facts;
  }
}

function languageOf(id: string): Language | undefined {
  return LANGUAGES.find((language) => language.id === id);
}

function withProblem(result: Analysis, problem: Problem): Analysis {
  result.problems.push(problem);
  return result;
}
