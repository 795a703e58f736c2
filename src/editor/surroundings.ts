/** The worker's view of the workspace: documents that belong to it are analysed together with the files around them. */

import type { Analyser, CheckOptions } from '../app/check.js';
import { languageOfFile, languagesOfFile } from '../app/languages.js';
import type { Trial } from '../app/trial.js';
import { Workspace } from '../app/workspace.js';
import type { RequestOf } from './messages.js';

type Analysed = ReturnType<Workspace['check']>;

/** Files that are read between two requests. */
const FILES_AT_A_TIME = 8;

export class Surroundings {
  private workspace: Workspace | null = null;
  private readonly incoming: RequestOf<'files'>['files'] = [];

  constructor(private readonly analyser: () => Promise<Analyser>) {}

  /** Files of the workspace; those that `isOpen` are known better by their documents. */
  async take(files: RequestOf<'files'>['files'], more: boolean, isOpen: (uri: string) => boolean): Promise<null> {
    this.incoming.push(...files);
    if (more) return null;
    const known = await this.analyser();
    for (const language of new Set(this.incoming.flatMap(({ uri, text }) => languageOfFile(uri, () => text) ?? [])))
      await known.prepare(language);
    this.workspace ??= new Workspace(known);
    this.workspace.setFiles(
      this.incoming
        .splice(0)
        .filter(({ uri }) => !isOpen(uri))
        .map(({ uri, text }) => ({ path: uri, text })),
    );
    return null;
  }

  /** Null for a document that other files cannot mean. */
  check(analyser: Analyser, uri: string, text: string, language: string, options: CheckOptions): Analysed | null {
    if (!isPath(uri, language)) return null;
    this.workspace ??= new Workspace(analyser);
    return this.workspace.check(uri, text, options);
  }

  trial(uri: string, language: string, options: CheckOptions): Trial | null {
    return isPath(uri, language) ? (this.workspace?.trial(uri, options) ?? null) : null;
  }

  get isSettled(): boolean {
    return this.workspace?.isSettled ?? true;
  }

  /** Brings some files up to date. Gives those whose findings were made anew. */
  work(): string[] {
    return this.workspace?.work(FILES_AT_A_TIME) ?? [];
  }
}

/** Does the name of a document tell its language? Only then can other files mean it. */
function isPath(uri: string, language: string): boolean {
  return languagesOfFile(uri).includes(language) && !uri.startsWith('untitled:') && !uri.startsWith('scan:');
}
