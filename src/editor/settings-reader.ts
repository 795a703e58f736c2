/** The settings of each document, with one message for values that cannot be used. */

import { commands, Disposable, EventEmitter, type Uri, window, workspace } from 'vscode';
import { excluder, type SettingSchema } from '../app/configuration.js';
import { ConfigurationFiles } from './configuration-files.js';
import { say } from '../words/say.js';
import { readSettings, type Settings } from './settings.js';

export class SettingsReader implements Disposable {
  private readonly cache = new Map<string, Settings>();
  private readonly told = new Set<string>();
  private readonly changed = new EventEmitter<void>();
  private readonly subscription: Disposable;
  private readonly files: ConfigurationFiles;
  readonly onDidChange = this.changed.event;

  /** @param schemas `contributes.configuration.properties` of package.json */
  constructor(private readonly schemas: Readonly<Record<string, SettingSchema>>) {
    this.files = new ConfigurationFiles(schemas);
    const renew = (): void => {
      this.cache.clear();
      this.changed.fire();
    };
    this.subscription = Disposable.from(
      this.files,
      this.files.onDidChange(renew),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('closewait')) renew();
      }),
    );
  }

  of(uri: Uri | undefined): Settings {
    const key = uri?.toString() ?? '';
    const known = this.cache.get(key);
    if (known) return known;
    const configuration = workspace.getConfiguration('closewait', uri);
    // What a project says of itself goes over what the user has set.
    const near = uri ? this.files.nearest(uri) : null;
    // Two lists of exclusions have two folders: each is asked by itself.
    const { settings: read, problems } = readSettings(
      (name) => (name === 'exclude' ? undefined : near?.values[name]) ?? plain(configuration.get(name)),
      this.schemas,
    );
    const isExcluded = near?.isExcluded === true || (uri !== undefined && isLeftOut(uri, read.exclude));
    const settings = isExcluded ? { ...read, enable: false, isExcluded } : read;
    this.cache.set(key, settings);
    this.tell([...(near?.problems ?? []), ...problems]);
    return settings;
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  /** Each wrong value is told once. */
  private tell(problems: readonly string[]): void {
    const fresh = problems.filter((problem) => !this.told.has(problem));
    if (fresh.length === 0) return;
    fresh.forEach((problem) => this.told.add(problem));
    const open = say`Open Settings`;
    void window.showWarningMessage(fresh.join('. '), open).then((answer) => {
      if (answer === open) void commands.executeCommand('workbench.action.openSettings', 'closewait');
    });
  }
}

/** Do the user's own exclusions, which count from the workspace folder, name this file? */
function isLeftOut(uri: Uri, lines: readonly string[]): boolean {
  const folder = workspace.getWorkspaceFolder(uri)?.uri.path.replace(/\/$/, '');
  return folder !== undefined && excluder(lines)(uri.path.slice(folder.length + 1));
}

/** VS Code hands out proxies, which no worker can be sent. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
