/** Keeps the findings of every open document up to date. */

import {
  type CancellationToken,
  type Diagnostic,
  type DiagnosticCollection,
  Disposable,
  EventEmitter,
  type TextDocument,
  type Uri,
  workspace,
} from 'vscode';
import type { CheckedFile } from '../app/check.js';
import { isCell, siblingsOf, textOf } from './notebooks.js';
import type { Settings } from './settings.js';
import { type Supervisor, WorkerDied } from './supervisor.js';

/** A pause in typing after which a document is analysed (ms). */
const DEBOUNCE_MS = 300;
/** A document on which the worker died this often is left alone until it changes. */
const MOST_DEATHS = 2;

export interface Checked {
  document: TextDocument;
  version: number;
  file: CheckedFile;
}

interface Run {
  version: number;
  done: Promise<void>;
}

interface Entry {
  document: TextDocument;
  timer: ReturnType<typeof setTimeout> | null;
  /** The newest analysis under way; answers of older ones are thrown away. */
  running: Run | null;
  checked: Checked | null;
  deaths: number;
  /** Of a cell: the version that the other cells of its notebook were last analysed with. */
  told: number;
}

export interface DocumentsOptions {
  supervisor: Supervisor;
  collection: DiagnosticCollection;
  /** Language ids that can be analysed. */
  languages: ReadonlySet<string>;
  settingsOf(uri: Uri): Settings;
  diagnosticsOf(uri: Uri, file: CheckedFile): Diagnostic[];
  /** An analysis failed in an unexpected way. */
  onError(error: unknown): void;
}

export class Documents {
  private readonly entries = new Map<string, Entry>();
  private readonly changed = new EventEmitter<Uri>();
  private readonly subscriptions: Disposable;
  /** After a document's findings were replaced or taken away. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly options: DocumentsOptions) {
    const watcher = workspace.createFileSystemWatcher('**/*', true, true, false);
    this.subscriptions = Disposable.from(
      this.changed,
      watcher,
      watcher.onDidDelete((uri) => this.drop(uri)),
      workspace.onDidOpenTextDocument((document) => this.open(document)),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.edited(document);
      }),
      workspace.onDidSaveTextDocument((document) => this.saved(document)),
      workspace.onDidCloseTextDocument((document) => this.close(document.uri)),
      workspace.onDidDeleteFiles(({ files }) => files.forEach((uri) => this.drop(uri))),
      workspace.onDidRenameFiles(({ files }) => files.forEach(({ oldUri }) => this.drop(oldUri))),
    );
    // The extension is there first: to start a worker takes a while.
    workspace.textDocuments.forEach((document) => this.open(document, 0));
  }

  /** The last analysis, when it is of the document as it stands now. */
  now(document: TextDocument): Checked | null {
    const checked = this.entries.get(document.uri.toString())?.checked;
    return checked?.version === document.version && checked.document === document ? checked : null;
  }

  /** The worker died on this very document as often as it may: it waits for a change. */
  isGivenUp(uri: Uri): boolean {
    return (this.entries.get(uri.toString())?.deaths ?? 0) >= MOST_DEATHS;
  }

  /** The last analysis, whatever version it is of. */
  last(uri: Uri): Checked | null {
    return this.entries.get(uri.toString())?.checked ?? null;
  }

  /**
   * Waits until the document's present version is analysed; null when it is not analysed or changed meanwhile.
   * @param isWanted true when the user asks for an analysis, also where settings allow none by themselves
   */
  async current(document: TextDocument, token?: CancellationToken, isWanted = false): Promise<Checked | null> {
    const entry = this.entries.get(document.uri.toString());
    const { enable, run } = this.options.settingsOf(document.uri);
    if (!entry || !enable) return null;
    if (!this.now(document)) {
      await (isWanted || run === 'onType' ? this.check(entry) : entry.running?.done);
      // Files around it told something new meanwhile: that answer was thrown away, the one that counts is under way.
      while (entry.running?.version === document.version) await entry.running.done;
    }
    return token?.isCancellationRequested ? null : this.now(document);
  }

  /** Settings changed: every document is analysed anew. */
  refresh(): void {
    for (const entry of this.entries.values()) {
      entry.checked = null;
      entry.running = null;
      entry.deaths = 0;
      const { enable, run } = this.options.settingsOf(entry.document.uri);
      if (!enable) this.clear(entry.document.uri);
      else if (run === 'manual') this.changed.fire(entry.document.uri);
      else void this.check(entry);
    }
  }

  /** The worker is a new one and knows no document: what was analysed is sent again. */
  resend(): void {
    for (const entry of this.entries.values()) if (entry.checked) void this.check(entry);
  }

  /** Files around these documents, or other cells of their notebooks, told something new: an analysis under way may not know it. */
  recheck(uris: readonly string[]): void {
    for (const uri of uris) {
      const entry = this.entries.get(uri);
      const { version } = entry?.document ?? {};
      if (entry && (entry.checked?.version === version || entry.running?.version === version)) void this.check(entry, true);
    }
  }

  all(): readonly Checked[] {
    return [...this.entries.values()].flatMap(({ checked }) => checked ?? []);
  }

  dispose(): void {
    for (const { timer } of this.entries.values()) if (timer) clearTimeout(timer);
    this.subscriptions.dispose();
  }

  /** Only documents that someone can edit: no `git:`, `output:`, left sides of diffs or other read-only views. */
  private isAnalysed(document: TextDocument): boolean {
    const { scheme } = document.uri;
    if (!this.options.languages.has(document.languageId)) return false;
    // Of notebooks, cells in Python: other languages have no kernels that share what a cell has opened.
    if (isCell(document)) return document.languageId === 'python';
    return scheme === 'untitled' || workspace.fs.isWritableFileSystem(scheme) === true;
  }

  /** @param pause before its analysis (ms); left out: none */
  private open(document: TextDocument, pause?: number): void {
    if (!this.isAnalysed(document)) return;
    const entry: Entry = { document, timer: null, running: null, checked: null, deaths: 0, told: document.version };
    this.entries.set(document.uri.toString(), entry);
    if (pause === undefined) this.begin(entry);
    else entry.timer = setTimeout(() => this.begin(entry), pause);
  }

  private begin(entry: Entry): void {
    const { document } = entry;
    const { enable, run } = this.options.settingsOf(document.uri);
    if (enable && run !== 'manual') void this.check(entry);
  }

  private edited(document: TextDocument): void {
    const entry = this.entries.get(document.uri.toString());
    if (!entry) return;
    entry.deaths = 0;
    const { enable, run } = this.options.settingsOf(document.uri);
    if (!enable || run !== 'onType') return;
    if (entry.timer) clearTimeout(entry.timer);
    entry.timer = setTimeout(() => void this.check(entry), DEBOUNCE_MS);
  }

  private saved(document: TextDocument): void {
    const entry = this.entries.get(document.uri.toString());
    const { enable, run } = this.options.settingsOf(document.uri);
    if (entry && enable && run !== 'manual' && !this.now(document)) void this.check(entry);
  }

  /** Closed, or changed its language (VS Code then opens it again). */
  private close(uri: Uri): void {
    const entry = this.entries.get(uri.toString());
    if (!entry) return;
    if (entry.timer) clearTimeout(entry.timer);
    this.entries.delete(uri.toString());
    this.clear(uri);
    this.options.supervisor.ask('forget', { uri: uri.toString() }).catch(() => undefined);
  }

  /** A file, or a folder with files, went away on disk: its findings go, also while an editor still shows it. */
  private drop(gone: Uri): void {
    const key = gone.toString();
    for (const [uri, entry] of this.entries) {
      if (uri !== key && !uri.startsWith(`${key}/`)) continue;
      entry.checked = null;
      this.clear(entry.document.uri);
    }
  }

  private clear(uri: Uri): void {
    this.options.collection.delete(uri);
    this.changed.fire(uri);
  }

  /** Analyses the present version, once, or `anew`; a later version is analysed when its own pause is over. */
  private check(entry: Entry, anew = false): Promise<void> {
    if (entry.timer) clearTimeout(entry.timer);
    entry.timer = null;
    const { version } = entry.document;
    if (entry.running?.version === version && !anew) return entry.running.done;
    if (entry.deaths >= MOST_DEATHS) return Promise.resolve();
    const run: Run = { version, done: Promise.resolve() };
    entry.running = run;
    // Whoever asks first (a hover, a lens) ends the pause: the other cells are told here, not when it is over.
    if (isCell(entry.document) && entry.told !== version) {
      entry.told = version;
      this.recheck(siblingsOf(entry.document).map(({ uri }) => uri.toString()));
    }
    run.done = this.run(entry, run).finally(() => {
      if (entry.running === run) entry.running = null;
    });
    return run.done;
  }

  private async run(entry: Entry, run: Run): Promise<void> {
    const { document } = entry;
    const { check: options } = this.options.settingsOf(document.uri);
    const { languageId: language } = document;
    const { version } = run;
    try {
      const file = await this.options.supervisor.ask('check', {
        uri: document.uri.toString(),
        version,
        language,
        ...textOf(document),
        options,
      });
      const isCurrent = entry.running === run && this.entries.get(document.uri.toString()) === entry && document.version === version;
      if (!isCurrent) return;
      entry.checked = { document, version, file };
      this.options.collection.set(document.uri, this.options.diagnosticsOf(document.uri, file));
      this.changed.fire(document.uri);
    } catch (error) {
      if (!(error instanceof WorkerDied)) return this.options.onError(error);
      if (error.culprit) entry.deaths += 1;
      // The supervisor waits before it starts again; while it has given up, every request fails at once.
      const again =
        entry.deaths < MOST_DEATHS &&
        this.options.supervisor.health.state !== 'stopped' &&
        this.entries.get(document.uri.toString()) === entry;
      if (again) entry.timer ??= setTimeout(() => void this.check(entry), DEBOUNCE_MS);
    }
  }
}
