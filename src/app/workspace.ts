/** The files around the one that is edited: an editor's open documents and its workspace, as one project. */

import type { AnalyseOptions, Analyser } from '../analysis/analyse.js';
import type { Analysis } from '../analysis/findings.js';
import type { Project } from '../analysis/project/project.js';
import { Store } from '../analysis/project/store.js';
import { analysisOptions, type CheckOptions } from './check.js';
import { trialIn, type Trial } from './trial.js';

interface Opened {
  project: Project;
  store: Store;
}

export class Workspace {
  private readonly texts = new Map<string, string>();
  private opened: Opened | null = null;
  /** Documents have settings of their own; of the other files nothing is shown. */
  private readonly options = new Map<string, AnalyseOptions>();

  constructor(private readonly analyser: Analyser) {}

  /** Texts of files that no document shows; null: the file is gone. */
  setFiles(files: readonly { path: string; text: string | null }[]): void {
    const changed: string[] = [];
    let isOther = false;
    for (const { path, text } of files) {
      const before = this.texts.get(path);
      if (before === (text ?? undefined)) continue;
      isOther ||= before === undefined || text === null;
      changed.push(path);
      if (text === null) this.texts.delete(path);
      else this.texts.set(path, text);
    }
    // Which files there are is part of what every name means.
    if (isOther) this.close();
    else if (changed.length > 0) this.opened?.store.changed(changed);
  }

  /** The findings of a document, with what is known of the other files at this moment. */
  check(path: string, text: string, options: CheckOptions): Analysis {
    const known = this.texts.get(path);
    if (known !== text) this.setFiles([{ path, text }]);
    const wanted = analysisOptions(options);
    const isOther = JSON.stringify(this.options.get(path)) !== JSON.stringify(wanted);
    this.options.set(path, wanted);
    const { project, store } = this.open();
    if (isOther) store.changed([path]);
    project.watch(path);
    return store.now(path);
  }

  /** Where fixes of a document are tried. */
  trial(path: string, options: CheckOptions): Trial {
    const { project, store } = this.open();
    return trialIn(project, path, analysisOptions(options), store.givenOf(path));
  }

  get isSettled(): boolean {
    return this.opened?.store.isSettled ?? this.options.size === 0;
  }

  /** Brings up to so many other files up to date. Gives those whose findings were made anew. */
  work(most: number): string[] {
    return this.options.size > 0 ? this.open().store.work(most) : [];
  }

  private open(): Opened {
    if (this.opened) return this.opened;
    const paths = [...this.texts.keys()].sort();
    const project = this.analyser.openProject({ paths, read: (path) => this.texts.get(path) ?? null });
    const store = new Store(project, (path) => this.options.get(path) ?? {});
    store.changed(paths);
    return (this.opened = { project, store });
  }

  private close(): void {
    this.opened?.project.dispose();
    this.opened = null;
  }
}
