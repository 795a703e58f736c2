/** A share of a project's files, checked with what all the others declare. Shares may run in threads of their own. */

import type { Analyser } from '../analysis/analyse.js';
import { Rounds } from '../analysis/project/rounds.js';
import type { Giver } from '../analysis/project/rounds.js';
import type { Project } from '../analysis/project/project.js';
import type { Sources } from '../analysis/project/sources.js';
import { analysisOptions, checked, type CheckedFile, type CheckOptions } from './check.js';
import { trialIn } from './trial.js';

export type { Giver, Sources };

export class Share {
  private readonly project: Project;
  private readonly rounds: Rounds;

  /** `paths`: the files of this share; `sources` has those of all shares. Grammars of their languages must be prepared. */
  constructor(analyser: Analyser, sources: Sources, paths: readonly string[], private readonly options: CheckOptions) {
    this.project = analyser.openProject(sources);
    this.rounds = new Rounds(this.project, paths, analysisOptions(options));
  }

  /** The first round. Gives what this share's functions give away: all shares must hear of it in `next`. */
  first(): Giver[] {
    return this.rounds.first();
  }

  /** A further round; until no share gives anything new. */
  next(givers: readonly Giver[]): Giver[] {
    return this.rounds.next(givers);
  }

  /** The files of this share, each with its findings; ends the work. */
  files(): [string, CheckedFile][] {
    const options = analysisOptions(this.options);
    const files = this.rounds.all().map(([path, analysis]): [string, CheckedFile] => {
      const language = this.project.languageOf(path)?.id ?? '';
      return [path, checked(language, analysis, this.options, () => trialIn(this.project, path, options, this.rounds.givenTo(path)))];
    });
    this.project.dispose();
    return files;
  }
}
