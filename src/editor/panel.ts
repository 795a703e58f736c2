/** The simulator panel: one, beside the editor, restored after a reload. The page runs the model; this side knows the code. */

import { type Disposable, env, l10n, Uri, ViewColumn, type Webview, type WebviewPanel, type WebviewPanelSerializer, window } from 'vscode';
import { type FromPage, type KernelSettings, pageHtml, type SavedState, type ToPage } from '../simulator/protocol.js';
import { openDocument, revealLine } from './convert.js';
import type { Documents } from './documents.js';
import type { SimulateTarget } from './links.js';
import { type PageRequests } from './page-requests.js';
import type { Settings } from './settings.js';
import { connectionAt } from '../app/model-tools.js';
import { followed, kernelSettings, othersOf, toShown, type Trail, trailOf } from './shown-connection.js';
import { say } from '../words/say.js';

export const PANEL_TYPE = 'closewait.simulation';

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
    this.adopt(panel);
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

  private adopt(panel: WebviewPanel): void {
    this.panel?.dispose();
    this.panel = panel;
    this.ready = false;
    panel.iconPath = this.resource('media', 'icon.png');
    panel.webview.onDidReceiveMessage((message: FromPage) => void this.receive(message));
    this.subscriptions = this.options.documents.onDidChange((uri) => {
      if (uri.toString() === this.shown?.uri) void this.post();
    });
    panel.onDidDispose(() => this.released(panel));
    panel.webview.html = this.html(panel.webview);
  }

  private released(panel: WebviewPanel): void {
    if (this.panel !== panel) return;
    this.subscriptions?.dispose();
    this.options.requests.clearHighlight();
    this.panel = null;
    this.ready = false;
  }

  private html(webview: Webview): string {
    const uri = (...path: string[]): string => webview.asWebviewUri(this.resource(...path)).toString();
    const nonce = crypto.randomUUID().replaceAll('-', '');
    return pageHtml({
      nonce,
      cspSource: webview.cspSource,
      script: uri('dist', 'simulator.js'),
      worker: uri('dist', 'simulator-worker.js'),
      mermaid: uri('dist', 'mermaid.js'),
      style: uri('media', 'simulator.css'),
      language: env.language,
      words: l10n.bundle,
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

  /** Tells the page about the connection as the code has it now. */
  private async post(): Promise<void> {
    const trail = this.shown;
    if (!trail || !this.ready) return;
    const uri = Uri.parse(trail.uri);
    const document = await openDocument(uri);
    if (!document) return this.send({ type: 'gone', reason: say`The file is not there any more.` });
    const checked = await this.options.documents.current(document, undefined, true);
    if (!checked || trail !== this.shown) return;
    const { connections } = checked.file;
    const isNew = trail.library === '';
    const connection = isNew ? connectionAt(connections, trail.place) : followed(connections, trail);
    if (!connection) return this.send({ type: 'gone', reason: say`This connection is not in the code any more.` });
    this.shown = trailOf(trail.uri, connection);
    const { scenario } = this;
    this.scenario = undefined;
    const shown = toShown(checked, connection, await this.options.requests.applicable(checked, connection));
    const settings = this.machine ?? kernelSettings(this.options.settingsOf(uri));
    await this.send({
      type: 'show',
      connection: shown,
      others: othersOf(checked.file, connection, document.lineCount),
      settings,
      ...(scenario !== undefined && { scenario }),
    });
    // What was changed on the page gives way to what was asked for.
    if (isNew && this.machine) await this.send({ type: 'settings', settings: this.machine });
  }
}
