/** The findings of a project while its files change: after each change only what depends on it is analysed again. */

import { emptyAnalysis } from '../examine.js';
import type { ExamineOptions } from '../examine.js';
import type { Analysis } from '../findings.js';
import { wordPattern } from '../flow/fact-index.js';
import { asSeenFrom } from './aside.js';
import type { Basis, FileAnalysis, Project } from './project.js';
import { holdsWord } from './words.js';
import { mayMean } from './rounds.js';
import type { Giver } from './rounds.js';

type Kept = Basis & Pick<FileAnalysis, 'analysis'>;

export class Store {
  private readonly kept = new Map<string, Kept>();
  /** Files whose findings may be out of date. */
  private readonly pending = new Set<string>();
  /** Names that give connections now and did not before, or the other way round: who uses them is not looked for yet. */
  private readonly spread = new Set<string>();

  /** Was the project asked for anything? Then it has texts that may be others now, even where no findings are kept. */
  private hasLooked = false;

  constructor(
    private readonly project: Project,
    private readonly optionsOf: (path: string) => ExamineOptions,
  ) {}

  /** What is known of a file; nothing is found in a file that nothing concerns. */
  of(path: string): Analysis {
    return asSeenFrom(this.project, path, this.kept.get(path)?.analysis ?? emptyAnalysis());
  }

  /** What the findings of a file rest on; null when nothing concerns it. */
  basisOf(path: string): Basis | null {
    const kept = this.kept.get(path);
    return kept ? { gives: kept.gives, reads: kept.reads, sought: kept.sought, given: kept.given } : null;
  }

  /** Findings that were made another time, of a file that is the same: only what they rest on is told, they themselves are not needed. */
  restore(path: string, basis: Basis): void {
    this.hasLooked = true;
    this.kept.set(path, { ...basis, analysis: emptyAnalysis() });
  }

  /** Names of other files' functions that give a file a connection. */
  givenOf(path: string): readonly string[] {
    return this.kept.get(path)?.given ?? [];
  }

  get isSettled(): boolean {
    return this.pending.size === 0 && this.spread.size === 0;
  }

  /** These files are new, changed or gone: they, and what depends on them, wait for `now` or `work`. */
  changed(paths: readonly string[]): void {
    const declared = this.hasLooked ? paths.flatMap((path) => this.project.changed(path)) : [];
    const changed = new Set(paths);
    for (const path of paths) this.pending.add(path);
    const feels = new Map<string, boolean>();
    const isFelt = (read: string): boolean => {
      let felt = feels.get(read);
      if (felt === undefined) feels.set(read, (felt = changed.has(read) || declared.some((name) => this.project.askedBy(read).has(name))));
      return felt;
    };
    const texts =
      this.kept.size === 0 ? [] : paths.flatMap((path) => (this.project.has(path) ? (this.project.sources.read(path) ?? []) : []));
    for (const [path, { reads, sought }] of this.kept)
      if (reads.some(isFelt) || texts.some((text) => holdsWord(text, sought))) this.pending.add(path);
  }

  /** The findings of one file with what is known of the others at this moment. */
  now(path: string): Analysis {
    if (this.pending.delete(path)) for (const name of this.renew(path)) this.spread.add(name);
    return this.of(path);
  }

  /** Analyses up to so many of the files that wait. Gives those whose findings were made anew, sorted. */
  work(most = Infinity): string[] {
    const renewed = new Set<string>();
    while (renewed.size < most && !this.isSettled) {
      if (this.pending.size === 0) {
        const names = [...this.spread];
        this.spread.clear();
        for (const path of this.filesThatMayGet(names)) this.pending.add(path);
      }
      for (const path of [...this.pending].sort().slice(0, Math.max(0, most - renewed.size))) {
        this.now(path);
        renewed.add(path);
      }
    }
    return [...renewed].sort();
  }

  /** `changed` and all the work that follows from it. */
  refresh(paths: readonly string[]): string[] {
    this.changed(paths);
    return this.work();
  }

  /** Analyses a file again. Gives the names that it gives connections by, where that is new or has ended. */
  private renew(path: string): string[] {
    this.hasLooked = true;
    const before = this.kept.get(path);
    const isThere = this.project.has(path);
    const text = isThere ? this.project.sources.read(path) : null;
    const given = text === null ? [] : this.givenTo(path, text);
    // What cannot be read says so.
    const says = isThere && (text === null || given.length > 0 || this.project.mayConcern(path, text));
    if (!says) this.kept.delete(path);
    else this.kept.set(path, { ...this.project.analyse(path, this.optionsOf(path), given), given });
    const [old, now] = [new Set(before?.gives), new Set(this.kept.get(path)?.gives)];
    return [...[...old].filter((name) => !now.has(name)), ...[...now].filter((name) => !old.has(name))];
  }

  /** Files for which it is another set of names now that gives them connections. */
  private filesThatMayGet(names: readonly string[]): string[] {
    const pattern = wordPattern(names);
    return this.project.paths.filter((path) => {
      const text = this.project.sources.read(path);
      pattern.lastIndex = 0;
      if (text === null || !pattern.test(text)) return false;
      const given = this.givenTo(path, text);
      return given.join() !== (this.kept.get(path)?.given ?? []).join();
    });
  }

  private givenTo(path: string, text: string): string[] {
    const names = new Set<string>();
    for (const giver of this.givers()) {
      if (giver.path !== path && !names.has(giver.name) && mayMean(this.project, path, text, giver) && wordPattern([giver.name]).test(text))
        names.add(giver.name);
    }
    return [...names].sort();
  }

  private givers(): Giver[] {
    return [...this.kept].flatMap(([path, { gives }]) => gives.map((name) => ({ name, path })));
  }
}
