/** The simulator panel: one, beside the editor, restored after a reload. The page runs the model; this side knows the code. */

import {
  type Disposable,
  env,
  l10n,
  Uri,
  ViewColumn,
  type Webview,
  type WebviewPanel,
  type WebviewPanelSerializer,
  window,
  workspace,
} from 'vscode';
import { type FromPage, type KernelSettings, pageHtml, type SavedState, type ToPage } from '../simulator/protocol.js';
import type { Connection } from '../app/check.js';
import { openDocument, revealLine, startOf } from './convert.js';
import type { Checked, Documents } from './documents.js';
import type { SimulateTarget } from './links.js';
import { type PageRequests } from './page-requests.js';
import type { Settings } from './settings.js';
import { connectionAt } from '../app/model-tools.js';
import { isSameOpening, openingsOf } from '../app/openings.js';
import { followed, kernelSettings, othersOf, toShown, type Trail, trailOf } from './shown-connection.js';
import { say } from '../words/say.js';

export const PANEL_TYPE = 'closewait.simulation';

/** A connection of the code as it stands. */
interface Picked {
  checked: Checked;
  connection: Connection;
  /** It was asked for by its place, not followed through an edit. */
  isNew: boolean;
}

export interface PanelOptions {
  extensionUri: Uri;
  documents: Documents;
  settingsOf(uri: Uri): Settings;
  requests: PageRequests;
}

export class SimulatorPanel implements WebviewPanelSerializer<SavedState | undefined> {
  private panel: WebviewPanel | null = null;
  private subscriptions: Disposable | null = null;
  private shown: Trail | null = null;
  /** Asked for by the command that opened the panel; used for the first `show` only. */
  private scenario: string | undefined;
  /** The machine's settings, where the command asked for them; until another connection is asked for. */
  private machine: KernelSettings | null = null;
  private ready = false;
  private css: Promise<string> | null = null;
  /** What the page was made with, until it says that it is there. */
  private first: Picked | null = null;

  constructor(private readonly options: PanelOptions) {}

  /** Opens the panel, or shows another connection in it; the editor keeps the focus. */
  async show(target: SimulateTarget): Promise<void> {
    const machine = target.machine ? await this.machineOf(target.uri) : null;
    this.shown = { uri: target.uri, place: target, function: '', library: '' };
    this.scenario = target.scenario;
    this.machine = machine;
    if (this.panel) this.panel.reveal(undefined, true);
    else
      this.adopt(
        window.createWebviewPanel(
          PANEL_TYPE,
          say`Simulated connection`,
          { viewColumn: ViewColumn.Beside, preserveFocus: true },
          this.webviewOptions(),
        ),
        true,
      );
    if (this.ready) await this.post();
  }

  /** Null where there is no such machine to be seen. */
  private async machineOf(uri: string): Promise<KernelSettings | null> {
    const { settings } = await this.options.requests.machine(uri);
    return settings.from === null ? null : settings;
  }

  async deserializeWebviewPanel(panel: WebviewPanel, state: SavedState | undefined): Promise<void> {
    panel.webview.options = this.webviewOptions();
    const saved = state?.connection;
    this.shown = saved ? { uri: saved.uri, place: saved.place, function: saved.function, library: saved.profile.library } : null;
    this.adopt(panel, false);
  }

  /** The settings changed, or the machine's were read. */
  async refresh(): Promise<void> {
    await this.post();
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private webviewOptions(): { enableScripts: true; localResourceRoots: Uri[] } {
    return { enableScripts: true, localResourceRoots: [this.resource('dist'), this.resource('media')] };
  }

  private resource(...path: string[]): Uri {
    return Uri.joinPath(this.options.extensionUri, ...path);
  }

  /** @param isNew it remembers nothing of its own */
  private adopt(panel: WebviewPanel, isNew: boolean): void {
    this.panel?.dispose();
    this.panel = panel;
    this.ready = false;
    panel.iconPath = this.resource('media', 'icon.png');
    panel.webview.onDidReceiveMessage((message: FromPage) => void this.receive(message));
    this.subscriptions = this.options.documents.onDidChange((uri) => {
      if (uri.toString() === this.shown?.uri) void this.post();
    });
    panel.onDidDispose(() => this.released(panel));
    void this.fill(panel, isNew);
  }

  /** A new page is made with the connection where that is known already, which saves a message there and back. */
  private async fill(panel: WebviewPanel, isNew: boolean): Promise<void> {
    const shown = isNew && this.shown && workspace.textDocuments.find(({ uri }) => uri.toString() === this.shown?.uri);
    const picked = shown && this.options.documents.now(shown) ? await this.pick() : null;
    if (this.panel !== panel) return;
    const first = picked?.connection ? picked : null;
    const message = first ? this.showing(first) : undefined;
    const [style, known] = await Promise.all([this.style(), message && this.options.requests.told(message)]);
    if (this.panel !== panel) return;
    this.first = first;
    panel.webview.html = this.html(panel.webview, style, message && { ...message, ...(known && { told: known.told }) }, known?.drawn);
  }

  private style(): Promise<string> {
    this.css ??= Promise.resolve(workspace.fs.readFile(this.resource('media', 'simulator.css'))).then((bytes) =>
      new TextDecoder().decode(bytes),
    );
    return this.css;
  }

  private released(panel: WebviewPanel): void {
    if (this.panel !== panel) return;
    this.subscriptions?.dispose();
    this.options.requests.clearHighlight();
    this.panel = null;
    this.ready = false;
  }

  private html(webview: Webview, style: string, first: ToPage | undefined, drawn: string | undefined): string {
    const uri = (...path: string[]): string => webview.asWebviewUri(this.resource(...path)).toString();
    const nonce = crypto.randomUUID().replaceAll('-', '');
    return pageHtml({
      nonce,
      cspSource: webview.cspSource,
      script: uri('dist', 'simulator.js'),
      worker: uri('dist', 'simulator-worker.js'),
      mermaid: uri('dist', 'mermaid.js'),
      style,
      language: env.language,
      words: l10n.bundle,
      first,
      drawn,
    });
  }

  private async receive(message: FromPage): Promise<void> {
    const { requests } = this.options;
    switch (message.type) {
      case 'ready':
        this.ready = true;
        return this.post();
      case 'choose':
        return this.show({ uri: message.uri, ...message.place });
      case 'jump':
        return revealLine(Uri.parse(message.uri), message.line);
      case 'highlight':
        return requests.highlight(message.uri, message.line, message.label);
      case 'machine':
        return this.send(await requests.machine(this.shown?.uri));
      case 'apply':
        return this.send(await requests.apply(message));
      case 'export':
        return this.send(await requests.save(message, this.shown?.uri));
    }
  }

  private async send(message: ToPage): Promise<void> {
    // A hidden page is not there: it says `ready` when it comes back.
    if (this.panel?.visible) await this.panel.webview.postMessage(message);
  }

  /** Tells the page about the connection as the code has it now; what a page was made with is not said again. */
  private async post(): Promise<void> {
    const told = this.first;
    this.first = null;
    if (!this.ready) return;
    const picked = await this.pick();
    if (picked === null) return;
    if (picked.connection === null) return this.send({ type: 'gone', reason: picked.reason });
    const { checked, connection, isNew } = picked;
    if (told?.checked !== checked || told.connection !== connection) {
      const message = this.showing(picked);
      const { shown } = this;
      const known = isNew && (await this.options.requests.told(message, true));
      if (shown !== this.shown) return;
      await this.send({ ...message, ...(known && { told: known.told }) });
      // What was changed on the page gives way to what was asked for.
      if (isNew && this.machine) await this.send({ type: 'settings', settings: this.machine });
    }
    const applicable = await this.options.requests.applicable(checked, connection);
    await this.send({
      type: 'applicable',
      uri: checked.document.uri.toString(),
      version: checked.version,
      place: startOf(connection.range),
      ...applicable,
    });
  }

  /** The connection as the code has it now, or why there is none; null when another one was asked for meanwhile. */
  private async pick(): Promise<Picked | { connection: null; reason: string } | null> {
    const trail = this.shown;
    if (!trail) return null;
    const document = await openDocument(Uri.parse(trail.uri));
    if (!document) return { connection: null, reason: say`The file is not there any more.` };
    const checked = await this.options.documents.current(document, undefined, true);
    if (!checked || trail !== this.shown) return null;
    const { connections } = checked.file;
    const isNew = trail.library === '';
    const found = isNew ? connectionAt(connections, trail.place) : followed(connections, trail);
    // Of a request and its answer, which one call opens, the one that something is said about.
    const connection = found && (openingsOf(checked.file).find((each) => isSameOpening(each, found)) ?? found);
    if (!connection) return { connection: null, reason: say`This connection is not in the code any more.` };
    this.shown = trailOf(trail.uri, connection);
    return { checked, connection, isNew };
  }

  private showing({ checked, connection, isNew }: Picked): Extract<ToPage, { type: 'show' }> {
    const { document, file } = checked;
    const { scenario } = this;
    this.scenario = undefined;
    return {
      type: 'show',
      connection: toShown(checked, connection),
      others: othersOf(file, connection, document.lineCount),
      settings: this.machine ?? kernelSettings(this.options.settingsOf(document.uri)),
      ...(scenario !== undefined && { scenario }),
      ...(isNew && { asked: true }),
    };
  }
}
