/** A share of a project's files, checked with what all the others declare. Shares may run in threads of their own. */

import type { Analyser } from '../analysis/analyse.js';
import { isAside } from '../analysis/project/aside.js';
import { Rounds } from '../analysis/project/rounds.js';
import type { Giver } from '../analysis/project/rounds.js';
import type { FileKnowledge } from '../analysis/project/linked-files.js';
import type { Basis, Project } from '../analysis/project/project.js';
import type { Sources } from '../analysis/project/sources.js';
import { Store } from '../analysis/project/store.js';
import type { Analysis } from '../analysis/findings.js';
import { analysisOptions, checked, type CheckedFile, type CheckOptions } from './check.js';
import { trialIn } from './trial.js';

export type { Giver, Sources };

/** Files of one project may have settings of their own. */
export type OptionsOf = (path: string) => CheckOptions;

/** What was found in a project, with what it rests on: for the next time. */
export interface KeptProject {
  /** Of files that nothing concerns nothing is kept. */
  files: { path: string; file: CheckedFile; basis: Basis; /** It stood beside the program, as a test does. */ aside: boolean }[];
  knowledge: FileKnowledge[];
}

/** Every file with its findings, and what to keep of them. */
export interface CheckedProject {
  files: [string, CheckedFile][];
  kept: KeptProject;
}

export class Share {
  private readonly project: Project;
  private readonly rounds: Rounds;

  /** `sources` has the files of all shares. Grammars of their languages must be prepared. */
  constructor(
    analyser: Analyser,
    sources: Sources,
    private readonly optionsOf: OptionsOf,
  ) {
    this.project = analyser.openProject(sources);
    this.rounds = new Rounds(this.project, (path) => analysisOptions(optionsOf(path)));
  }

  /**
   * The first round of files that are this share's from now on. Gives
   * what their functions give away: all shares must hear of it in `next`.
   */
  first(paths: readonly string[]): Giver[] {
    return this.rounds.first(paths);
  }

  /** A further round; until no share gives anything new. */
  next(givers: readonly Giver[]): Giver[] {
    return this.rounds.next(givers);
  }

  /** The files of this share, each with its findings, and what to keep of them; ends the work. */
  files(): CheckedProject {
    const files = this.rounds
      .all()
      .map(([path, analysis]): [string, CheckedFile] => [
        path,
        checkedIn(this.project, path, analysis, this.optionsOf(path), this.rounds.givenTo(path)),
      ]);
    const kept = keep(this.project, files, (path) => this.rounds.basisOf(path));
    this.project.dispose();
    return { files, kept };
  }
}

/**
 * A project that was checked before, of which some files are others now: only what depends on those is analysed again.
 * @param changed files that have another text, are new or are gone
 */
export function checkAgain(
  analyser: Analyser,
  sources: Sources,
  optionsOf: OptionsOf,
  before: KeptProject,
  changed: readonly string[],
): CheckedProject {
  const project = analyser.openProject(sources);
  const store = new Store(project, (path) => analysisOptions(optionsOf(path)));
  const known = new Map(before.files.map(({ path, file }) => [path, file]));
  if (before.files.length > 0) project.learn(before.knowledge);
  for (const { path, basis } of before.files) store.restore(path, basis);
  // Where a file stands in the project is part of what is said of it.
  const moved = before.files.filter(({ path, aside }) => isAside(project, path) !== aside).map(({ path }) => path);
  store.changed([...new Set([...changed, ...moved])]);
  const again = new Set(store.work());
  const files = project.paths.map((path): [string, CheckedFile] => {
    const kept = again.has(path) ? undefined : known.get(path);
    return [path, kept ?? checkedIn(project, path, store.of(path), optionsOf(path), store.givenOf(path))];
  });
  const kept = keep(project, files, (path) => store.basisOf(path));
  project.dispose();
  return { files, kept };
}

function checkedIn(project: Project, path: string, analysis: Analysis, options: CheckOptions, given: readonly string[]): CheckedFile {
  return checked(project.languageOf(path)?.id ?? '', analysis, options, () => trialIn(project, path, analysisOptions(options), given));
}

function keep(project: Project, files: readonly [string, CheckedFile][], basisOf: (path: string) => Basis | null): KeptProject {
  return {
    files: files.flatMap(([path, file]) => {
      const basis = basisOf(path);
      return basis ? [{ path, file, basis, aside: isAside(project, path) }] : [];
    }),
    knowledge: project.knowledge,
  };
}
