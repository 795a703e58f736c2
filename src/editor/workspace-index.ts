/** Gives the worker the workspace's files of the languages that are open, so that connections are followed from file to file. */

import { Disposable, type Uri, workspace } from 'vscode';
import { sourceText } from '../app/source-text.js';
import type { Documents } from './documents.js';
import type { Supervisor } from './supervisor.js';

/** Files that are read at most, and at a time. */
const MOST_FILES = 5000;
const BATCH = 40;
/** Larger files are not analysed. */
const MOST_BYTES = 1 << 20;
const EXCLUDED = '**/{node_modules,.git,venv,.venv,__pycache__,vendor,third_party,dist,build,target}/**';

export interface IndexOptions {
  supervisor: Supervisor;
  documents: Documents;
}

export class WorkspaceIndex {
  private readonly wanted = new Set<string>();
  private readonly subscriptions: Disposable[] = [];
  private disposed = false;
  /** Counts workers: what was being sent to an earlier one ends. */
  private round = 0;

  constructor(private readonly options: IndexOptions) {
    const watcher = workspace.createFileSystemWatcher('**/*');
    this.subscriptions.push(
      watcher,
      watcher.onDidCreate((uri) => void this.sendOne(uri)),
      watcher.onDidChange((uri) => void this.sendOne(uri)),
      watcher.onDidDelete((uri) => this.remove(uri)),
      options.documents.onDidChange((uri) => void this.opened(uri)),
      // What was typed and not saved is gone.
      workspace.onDidCloseTextDocument(({ uri }) => void this.sendOne(uri)),
    );
  }

  /** The worker is a new one and knows no file; it gets none when they cost others their lives. */
  resend(): void {
    this.round += 1;
    for (const extensions of this.wanted) void this.send(extensions);
  }

  dispose(): void {
    this.disposed = true;
    Disposable.from(...this.subscriptions).dispose();
  }

  /** The first document of a language was analysed: the files around it follow. */
  private async opened(uri: Uri): Promise<void> {
    const language = this.options.documents.last(uri)?.document.languageId;
    if (language === undefined || workspace.workspaceFolders === undefined) return;
    const known = await this.options.supervisor.ask('languages', null).catch(() => []);
    const extensions = known
      .find(({ id }) => id === language)
      ?.extensions.map((extension) => extension.slice(1))
      .join(',');
    if (extensions === undefined || this.wanted.has(extensions)) return;
    this.wanted.add(extensions);
    await this.send(extensions);
  }

  private async send(extensions: string): Promise<void> {
    if (this.options.supervisor.health.isAlone) return;
    const { round } = this;
    const uris = await workspace.findFiles(`**/*.{${extensions}}`, EXCLUDED, MOST_FILES).then(
      (found) => found,
      () => [],
    );
    for (let at = 0; at < uris.length && round === this.round && !this.disposed; at += BATCH) {
      const files = (await Promise.all(uris.slice(at, at + BATCH).map((uri) => readFile(uri)))).flatMap((file) => file ?? []);
      if (round === this.round)
        await this.options.supervisor.ask('files', { files, more: at + BATCH < uris.length }).catch(() => undefined);
    }
  }

  private async sendOne(uri: Uri): Promise<void> {
    if (!this.isWanted(uri)) return;
    const file = await readFile(uri);
    if (file) await this.options.supervisor.ask('files', { files: [file], more: false }).catch(() => undefined);
  }

  private remove(uri: Uri): void {
    if (this.isWanted(uri))
      void this.options.supervisor.ask('files', { files: [{ uri: uri.toString(), text: null }], more: false }).catch(() => undefined);
  }

  private isWanted(uri: Uri): boolean {
    if (this.options.supervisor.health.isAlone) return false;
    return [...this.wanted].some((extensions) => extensions.split(',').some((extension) => uri.path.endsWith(`.${extension}`)));
  }
}

async function readFile(uri: Uri): Promise<{ uri: string; text: string } | null> {
  try {
    const bytes = await workspace.fs.readFile(uri);
    const text = bytes.length > MOST_BYTES ? null : sourceText(bytes);
    return text === null ? null : { uri: uri.toString(), text };
  } catch {
    return null;
  }
}
