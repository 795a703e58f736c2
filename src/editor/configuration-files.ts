/** The `closewait.json` files of the workspace: for each document the nearest one above it. */

import { Disposable, EventEmitter, FileType, type Uri, workspace } from 'vscode';
import { CONFIGURATION_FILE, projectSettings, readConfiguration, type Configuration, type SettingSchema } from '../app/configuration.js';

/** More of them are no settings of a project. */
const MOST_FILES = 500;

export interface Near extends Pick<Configuration, 'values' | 'problems'> {
  isExcluded: boolean;
}

export class ConfigurationFiles implements Disposable {
  private readonly byFolder = new Map<string, Configuration>();
  private readonly changed = new EventEmitter<void>();
  private readonly schemas: ReturnType<typeof projectSettings>;
  private readonly subscriptions: Disposable;
  readonly onDidChange = this.changed.event;

  /** @param editorSettings `contributes.configuration.properties` of package.json */
  constructor(editorSettings: Readonly<Record<string, SettingSchema>>) {
    this.schemas = projectSettings(editorSettings);
    const watcher = workspace.createFileSystemWatcher(`**/${CONFIGURATION_FILE}`);
    const renew = (uri: Uri): void => void this.load([uri]);
    this.subscriptions = Disposable.from(
      this.changed,
      watcher,
      watcher.onDidCreate(renew),
      watcher.onDidChange(renew),
      watcher.onDidDelete(renew),
    );
    void workspace.findFiles(`**/${CONFIGURATION_FILE}`, '**/node_modules/**', MOST_FILES).then(
      (uris) => this.load(uris),
      () => undefined,
    );
  }

  /** What holds for a document; null when no file is above it. */
  nearest(uri: Uri): Near | null {
    const name = uri.toString();
    for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
      const found = this.byFolder.get(name.slice(0, end));
      if (found)
        return { values: found.values, problems: found.problems, isExcluded: found.excludes(decodeURIComponent(name.slice(end + 1))) };
    }
    return null;
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async load(uris: readonly Uri[]): Promise<void> {
    if (uris.length === 0) return;
    for (const uri of uris) {
      const name = uri.toString();
      const folder = name.slice(0, name.lastIndexOf('/'));
      const bytes = await read(uri);
      if (bytes === null) this.byFolder.delete(folder);
      else {
        const found = readConfiguration(new TextDecoder().decode(bytes), this.schemas);
        this.byFolder.set(folder, { ...found, problems: found.problems.map((problem) => `${workspace.asRelativePath(uri)}: ${problem}`) });
      }
    }
    this.changed.fire();
  }
}

/** Null when there is none. A symbolic link is not followed: it could lead out of the workspace. */
async function read(uri: Uri): Promise<Uint8Array | null> {
  try {
    return (await workspace.fs.stat(uri)).type & FileType.SymbolicLink ? null : await workspace.fs.readFile(uri);
  } catch {
    return null;
  }
}
