/** What the simulator page asks of the editor: a highlighted line, the machine's settings, a fix, a saved file. */

import { OverviewRulerLane, type TextEditorDecorationType, ThemeColor, Uri, window, workspace } from 'vscode';
import type { FromPage, ToPage } from '../simulator/protocol.js';
import { machineSettings } from './machine.js';

type Request<T extends FromPage['type']> = Extract<FromPage, { type: T }>;
type Reply<T extends ToPage['type']> = Extract<ToPage, { type: T }>;

const EXTENSIONS: Readonly<Record<Request<'export'>['format'], string>> = { mermaid: 'mmd', svg: 'svg', pcapng: 'pcapng', trace: 'json', experiment: 'json' };

export class PageRequests {
  private readonly decoration: TextEditorDecorationType = window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new ThemeColor('editor.stackFrameHighlightBackground'),
    border: '1px solid',
    borderColor: new ThemeColor('contrastActiveBorder'),
    overviewRulerColor: new ThemeColor('editorOverviewRuler.rangeHighlightForeground'),
    overviewRulerLane: OverviewRulerLane.Full,
    after: { margin: '0 0 0 2em', color: new ThemeColor('editorCodeLens.foreground') },
  });

  /** The line that is blocked at the playhead, in every editor that shows the file; null takes it away. */
  highlight(uri: string, line: number | null, label: string): void {
    for (const editor of window.visibleTextEditors) {
      const isHere = line !== null && editor.document.uri.toString() === uri && line <= editor.document.lineCount;
      editor.setDecorations(this.decoration, isHere ? [{ range: editor.document.lineAt(line - 1).range, renderOptions: { after: { contentText: label } } }] : []);
    }
  }

  clearHighlight(): void {
    this.highlight('', null, '');
  }

  dispose(): void {
    this.decoration.dispose();
  }

  async machine(uri: string | undefined): Promise<Reply<'settings'>> {
    return { type: 'settings', settings: await machineSettings(uri === undefined ? null : Uri.parse(uri)) };
  }

  async save({ format, name, content }: Request<'export'>, near: string | undefined): Promise<Reply<'saved'>> {
    const folder = near === undefined || Uri.parse(near).scheme === 'untitled' ? workspace.workspaceFolders?.[0]?.uri : Uri.joinPath(Uri.parse(near), '..');
    const extension = EXTENSIONS[format];
    const file = `${name.replace(/[^\w.-]+/g, '-')}.${extension}`;
    const target = await window.showSaveDialog({ filters: { [extension]: [extension] }, ...(folder && { defaultUri: Uri.joinPath(folder, file) }) });
    if (!target) return { type: 'saved', format, ok: false };
    try {
      await workspace.fs.writeFile(target, typeof content === 'string' ? new TextEncoder().encode(content) : content);
      return { type: 'saved', format, ok: true, name: workspace.asRelativePath(target) };
    } catch (error) {
      return { type: 'saved', format, ok: false, reason: error instanceof Error ? error.message : String(error) };
    }
  }
}
