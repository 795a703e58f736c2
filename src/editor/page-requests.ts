/** What the simulator page asks of the editor: a highlighted line, the machine's settings, a fix, a saved file. */

import { OverviewRulerLane, type TextEditorDecorationType, ThemeColor, Uri, window, workspace } from 'vscode';
import type { Connection } from '../app/check.js';
import { DEFAULT_MACHINE } from '../app/machine.js';
import type { CureFix } from '../app/cures.js';
import type { FirstStory, FromPage, ToPage } from '../simulator/protocol.js';
import { openDocument, toWorkspaceEdit } from './convert.js';
import type { Checked, Documents } from './documents.js';
import { machineSettings } from './machine.js';
import type { AnswerOf } from './messages.js';
import { connectionAt, USUAL_SCENARIO } from '../app/model-tools.js';
import type { Supervisor } from './supervisor.js';
import { say } from '../words/say.js';

type Request<T extends FromPage['type']> = Extract<FromPage, { type: T }>;
type Reply<T extends ToPage['type']> = Extract<ToPage, { type: T }>;

const EXTENSIONS: Readonly<Record<Request<'export'>['format'], string>> = {
  mermaid: 'mmd',
  svg: 'svg',
  pcapng: 'pcapng',
  trace: 'json',
  experiment: 'json',
};

/** What a page waits for its first story, at most (ms): meanwhile its frame is made, and its own worker would take as long to start. */
const PATIENCE = 400;
/** What a page that is there waits: its own worker is, too. */
const SHORT_PATIENCE = 100;
/** It plays hundreds of connections. */
const SLOWEST = 'leak-fleet';

/** The line of code that waits where the playhead stands. */
function blockedLine(): TextEditorDecorationType {
  return window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new ThemeColor('editor.stackFrameHighlightBackground'),
    border: '1px solid',
    borderColor: new ThemeColor('contrastActiveBorder'),
    overviewRulerColor: new ThemeColor('editorOverviewRuler.rangeHighlightForeground'),
    overviewRulerLane: OverviewRulerLane.Full,
    after: { margin: '0 0 0 2em', color: new ThemeColor('editorCodeLens.foreground') },
  });
}

export class PageRequests {
  private decoration: TextEditorDecorationType | null = null;

  constructor(
    private readonly documents: Documents,
    private readonly supervisor: Supervisor,
  ) {}

  /** Ids of the cures that `apply` can carry out. */
  async applicable(
    checked: Checked,
    connection: Connection,
  ): Promise<{ cures: string[]; numbers: Record<string, NonNullable<CureFix['numbers']>> }> {
    const all = await this.cures(checked, connection);
    return {
      cures: all.map(({ cure }) => cure),
      numbers: Object.fromEntries(all.flatMap(({ cure, numbers }) => (numbers ? [[cure, numbers] as const] : []))),
    };
  }

  /** Carries out a cure by the checked fix of the very version that the page shows. */
  async apply({ uri, version, cure, place }: Request<'apply'>): Promise<Reply<'applied'>> {
    const refused = (reason: string): Reply<'applied'> => ({ type: 'applied', cure, ok: false, reason });
    const document = await openDocument(Uri.parse(uri));
    const checked = document && (await this.documents.current(document, undefined, true));
    if (!document || checked?.version !== version) return refused(say`The code has changed meanwhile.`);
    const connection = connectionAt(checked.file.connections, place);
    const found = connection && (await this.cures(checked, connection)).find((each) => each.cure === cure);
    if (!found) return refused(say`There is no checked fix of this code that does this.`);
    const isDone = document.version === version && (await workspace.applyEdit(toWorkspaceEdit(document.uri, found.fix.edits)));
    return isDone ? { type: 'applied', cure, ok: true } : refused(say`The editor did not take the change.`);
  }

  private async cures({ document, version, file }: Checked, connection: Connection): Promise<AnswerOf<'cures'> & object> {
    const request = { uri: document.uri.toString(), version, connection: file.connections.indexOf(connection) };
    return (await this.supervisor.ask('cures', request).catch(() => null)) ?? [];
  }

  /** What a page that is being made, or is there, would ask the model first; undefined where that takes longer than the page itself. */
  async told(show: Reply<'show'>, isThere = false): Promise<{ told: FirstStory; drawn: string } | undefined> {
    const { connection, scenario, settings } = show;
    const id = scenario ?? connection.scenario ?? USUAL_SCENARIO;
    if (id === SLOWEST) return undefined;
    const { kernel, hz, sysctls } = settings;
    const machine = { kernel: kernel ?? DEFAULT_MACHINE.kernel, hz: hz ?? DEFAULT_MACHINE.hz, sysctls };
    const asked = this.supervisor.ask('firstPage', { show, scenario: id, machine }).catch(() => null);
    const first = await Promise.race([
      asked,
      new Promise<null>((resolve) => setTimeout(resolve, isThere ? SHORT_PATIENCE : PATIENCE, null)),
    ]);
    return first === null ? undefined : { told: { scenario: id, machine, story: first.story }, drawn: first.drawn };
  }

  /** The line that is blocked at the playhead, in every editor that shows the file; null takes it away. */
  highlight(uri: string, line: number | null, label: string): void {
    if (line === null && this.decoration === null) return;
    this.decoration ??= blockedLine();
    for (const editor of window.visibleTextEditors) {
      const isHere = line !== null && editor.document.uri.toString() === uri && line <= editor.document.lineCount;
      editor.setDecorations(
        this.decoration,
        isHere ? [{ range: editor.document.lineAt(line - 1).range, renderOptions: { after: { contentText: label } } }] : [],
      );
    }
  }

  clearHighlight(): void {
    this.highlight('', null, '');
  }

  dispose(): void {
    this.decoration?.dispose();
  }

  async machine(uri: string | undefined): Promise<Reply<'settings'>> {
    return { type: 'settings', settings: await machineSettings(uri === undefined ? null : Uri.parse(uri)) };
  }

  async save({ format, name, content }: Request<'export'>, near: string | undefined): Promise<Reply<'saved'>> {
    const folder =
      near === undefined || Uri.parse(near).scheme === 'untitled'
        ? workspace.workspaceFolders?.[0]?.uri
        : Uri.joinPath(Uri.parse(near), '..');
    const extension = EXTENSIONS[format];
    const file = `${name.replace(/[^\w.-]+/g, '-')}.${extension}`;
    const target = await window.showSaveDialog({
      filters: { [extension]: [extension] },
      ...(folder && { defaultUri: Uri.joinPath(folder, file) }),
    });
    if (!target) return { type: 'saved', format, ok: false };
    try {
      await workspace.fs.writeFile(target, typeof content === 'string' ? new TextEncoder().encode(content) : content);
      return { type: 'saved', format, ok: true, name: workspace.asRelativePath(target) };
    } catch (error) {
      return { type: 'saved', format, ok: false, reason: error instanceof Error ? error.message : String(error) };
    }
  }
}
