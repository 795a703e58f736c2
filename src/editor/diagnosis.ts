/** Holds symptoms (this machine's sockets, a pasted text, a capture) against the workspace's program, in the worker. */

import { Disposable, Uri, workspace } from 'vscode';
import type { Machine } from '../app/check.js';
import { DEFAULT_MACHINE } from '../app/machine.js';
import { sourceText } from '../app/source-text.js';
import { readMachineSockets } from '../diagnosis/machine.js';
import type { DiagnosisResult } from '../diagnosis/result.js';
import type { Reading } from '../diagnosis/symptom.js';
import { machineOf } from './machine.js';
import { machineAccess } from './node/proc.js';
import { type Obstacle, stopped } from './obstacles.js';
import type { Settings } from './settings.js';
import type { Supervisor } from './supervisor.js';

const MOST_FILES = 3000;
const MOST_BYTES = 1 << 20;
const BATCH = 40;
/** Files that may hold the ports of a program. */
const SETTINGS_ENDINGS = ['env', 'yaml', 'yml', 'json', 'toml', 'ini', 'conf', 'cfg', 'properties'];
const EXCLUDED = '**/{node_modules,.git,venv,.venv,__pycache__,vendor,third_party,dist,build,target}/**';

export interface DiagnosisOptions {
  supervisor: Supervisor;
  settingsOf(uri: Uri | undefined): Settings;
}

export class Diagnosis {
  private stale = true;
  private loading: Promise<void> | null = null;
  private readonly uris = new Map<string, Uri>();
  private subscriptions: Disposable | null = null;

  constructor(private readonly options: DiagnosisOptions) {}

  private follow(): Disposable {
    const watcher = workspace.createFileSystemWatcher('**/*');
    const changed = (uri: Uri): void => {
      this.stale ||= this.uris.has(uri.path) || (/\.\w+$/.test(uri.path) && !/\.(?:log|pyc|tmp)$/.test(uri.path));
    };
    return Disposable.from(watcher, watcher.onDidChange(changed), watcher.onDidCreate(changed), watcher.onDidDelete(changed));
  }

  dispose(): void {
    this.subscriptions?.dispose();
  }

  /** Why nothing can be diagnosed now; null where it can. */
  stopped(): Obstacle | null {
    return stopped(this.options.supervisor);
  }

  /** The file that a result names. */
  uriOf(file: string): Uri {
    return this.uris.get(file) ?? Uri.file(file);
  }

  /** @param at moment of the text, Unix seconds; null when nobody knows */
  async ofTexts(texts: string[], captures: Uint8Array[], at: number | null): Promise<DiagnosisResult> {
    await this.program();
    return this.options.supervisor.ask('diagnose', {
      readings: [],
      texts,
      captures,
      at,
      machine: this.options.settingsOf(workspace.workspaceFolders?.[0]?.uri).check.machine,
    });
  }

  /** Looks at this machine, oldest first; `looks` are those before. Null where there is no machine to look at. */
  async ofMachine(looks: readonly Reading[]): Promise<{ reading: Reading; result: DiagnosisResult } | null> {
    if (machineAccess === null) return null;
    const at = Date.now() / 1000;
    const reading = await readMachineSockets(machineAccess);
    const here = await machineOf(workspace.workspaceFolders?.[0]?.uri ?? null);
    const machine: Machine = here
      ? { ...DEFAULT_MACHINE, kernel: here.kernel, hz: here.hz, sysctls: { A: here.sysctls, B: {} } }
      : this.options.settingsOf(undefined).check.machine;
    await this.program();
    const result = await this.options.supervisor.ask('diagnose', { readings: [...looks, reading], texts: [], captures: [], at, machine });
    return { reading, result };
  }

  /** Brings the worker's program up to date. */
  private async program(): Promise<void> {
    this.subscriptions ??= this.follow();
    if (this.stale) this.loading = null;
    this.stale = false;
    this.loading ??= this.load().catch((error: unknown) => {
      this.stale = true;
      throw error;
    });
    await this.loading;
  }

  private async load(): Promise<void> {
    const { supervisor, settingsOf } = this.options;
    const known = await supervisor.ask('languages', null);
    const extensions = known.flatMap((language) => language.extensions.map((extension) => extension.slice(1)));
    const endings = [...extensions, ...SETTINGS_ENDINGS];
    const all =
      workspace.workspaceFolders === undefined ? [] : await workspace.findFiles(`**/{*,}.{${endings.join(',')}}`, EXCLUDED, MOST_FILES);
    this.uris.clear();
    await supervisor.ask('program', { files: [], first: true, options: { ...settingsOf(undefined).check, fixes: false } });
    // Files that `closewait.json` leaves out are no part of the program; those with options of their own go together.
    const groups = new Map<string, Uri[]>();
    for (const uri of all) {
      const { enable, check } = settingsOf(uri);
      if (enable) groups.set(JSON.stringify(check), [...(groups.get(JSON.stringify(check)) ?? []), uri]);
    }
    for (const found of groups.values()) {
      const options = { ...settingsOf(found[0]).check, fixes: false };
      for (let at = 0; at < found.length; at += BATCH) {
        const files = (await Promise.all(found.slice(at, at + BATCH).map((uri) => this.read(uri)))).flatMap((file) => file ?? []);
        await supervisor.ask('program', { files, first: false, options });
      }
    }
    while ((await supervisor.ask('programWork', null)) > 0);
  }

  private async read(uri: Uri): Promise<{ path: string; text: string } | null> {
    const open = workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    try {
      const bytes = open ? null : await workspace.fs.readFile(uri);
      const text = open ? open.getText() : bytes === null || bytes.length > MOST_BYTES ? null : sourceText(bytes);
      if (text === null) return null;
      this.uris.set(uri.path, uri);
      return { path: uri.path, text };
    } catch {
      return null;
    }
  }
}
