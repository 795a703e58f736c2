/**
 * All files of a project, or a share of them: first those that a library's word concerns, then those that get connections
 * from what was found, and so on until nothing new gives one. The answer does not depend on order or on shares.
 */

import type { ExamineOptions } from '../examine.js';
import { emptyAnalysis } from '../examine.js';
import type { Analysis } from '../findings.js';
import { wordPattern, wordsIn } from '../flow/fact-index.js';
import { asSeenFrom } from './aside.js';
import type { Basis, FileAnalysis, Project } from './project.js';
import { folderOf } from '../languages/resolver.js';

/** A function, method or class of a file that gives a connection to its callers. */
export interface Giver {
  name: string;
  path: string;
}

export class Rounds {
  private readonly results = new Map<string, FileAnalysis>();
  private readonly given = new Map<string, Set<string>>();

  /** This share's files. */
  private readonly paths: string[] = [];

  constructor(
    private readonly project: Project,
    private readonly optionsOf: (path: string) => ExamineOptions,
  ) {}

  /**
   * Takes files of the project into the share, and runs the first round: those that a library's word concerns. May be called
   * again with others before `next`. Gives what they give away.
   */
  first(paths: readonly string[]): Giver[] {
    this.paths.push(...paths);
    return this.run(
      paths.filter((path) => {
        const text = this.project.sources.read(path);
        return text === null || this.project.mayConcern(path, text);
      }),
    );
  }

  /** A further round: files that may get a connection from one of these. Gives what is new. */
  next(givers: readonly Giver[]): Giver[] {
    if (givers.length === 0) return [];
    const pattern = wordPattern([...new Set(givers.map(({ name }) => name))]);
    const again: string[] = [];
    for (const path of this.paths) {
      const text = this.project.sources.read(path) ?? '';
      const known = this.given.get(path) ?? new Set();
      const words = wordsIn(text, pattern);
      if (words.size === 0) continue;
      const fresh = givers.filter(
        (giver) => !known.has(giver.name) && words.has(giver.name) && giver.path !== path && mayMean(this.project, path, text, giver),
      );
      if (fresh.length === 0) continue;
      this.given.set(path, new Set([...known, ...fresh.map(({ name }) => name)]));
      again.push(path);
    }
    return this.run(again);
  }

  /** One analysis per file of the share, in the order in which they came; files that nothing concerns say nothing. */
  all(): [string, Analysis][] {
    return this.paths.map((path) => [path, asSeenFrom(this.project, path, this.results.get(path)?.analysis ?? emptyAnalysis())]);
  }

  /** Names of functions of other files by which a file of the share gets connections. */
  givenTo(path: string): readonly string[] {
    return [...(this.given.get(path) ?? [])].sort();
  }

  /** What the findings of a file rest on; null when nothing concerns it. */
  basisOf(path: string): Basis | null {
    const result = this.results.get(path);
    return result ? { gives: result.gives, reads: result.reads, sought: result.sought, given: this.givenTo(path) } : null;
  }

  private run(paths: readonly string[]): Giver[] {
    const fresh: Giver[] = [];
    for (const path of paths) {
      const before = new Set(this.results.get(path)?.gives);
      const result = this.project.analyse(path, this.optionsOf(path), this.givenTo(path));
      this.results.set(path, result);
      for (const name of result.gives) if (!before.has(name)) fresh.push({ name, path });
    }
    return fresh;
  }
}

/** May a file mean this giver when it uses its name: it lies beside it, or names its file or folder? */
export function mayMean(project: Project, path: string, text: string, giver: Giver): boolean {
  const language = project.languageOf(path);
  if (language === null || language !== project.languageOf(giver.path)) return false;
  const folder = folderOf(giver.path);
  if (folderOf(path) === folder || language.resolver?.sharesNames === true) return true;
  const stem = giver.path.slice(folder === '' ? 0 : folder.length + 1).replace(/\.\w+$/, '');
  return text.includes(stem) || text.includes(folder.slice(folder.lastIndexOf('/') + 1));
}

/** Analyses a whole project in one go. */
export function analyseProject(project: Project, options: ExamineOptions = {}): [string, Analysis][] {
  const rounds = new Rounds(project, () => options);
  let givers = rounds.first(project.paths);
  while (givers.length > 0) givers = rounds.next(givers);
  return rounds.all();
}
