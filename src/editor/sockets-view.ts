/** The view of sockets: this machine's, looked at again and again while the view is visible, or those of a pasted text. */

import {
  commands,
  Disposable,
  EventEmitter,
  type TextEditorDecorationType,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  window,
  workspace,
  Range,
} from 'vscode';
import { groupTitle } from '../diagnosis/report.js';
import type { CandidateResult, DiagnosisResult, GroupResult } from '../diagnosis/result.js';
import type { Reading } from '../diagnosis/symptom.js';
import { plural } from '../words/plural.js';
import { say } from '../words/say.js';
import type { Diagnosis } from './diagnosis.js';
import { SIMULATE, type SimulateTarget } from './links.js';
import { tell, WAYS } from './obstacles.js';

/** What a click on a line does; it stands in no menu. */
export const SHOW_CANDIDATE = 'closewait.showCandidate';
const REFRESH_MS = 3000;
/** Looks that are kept for growth: the first and the last few. */
const MOST_LOOKS = 6;
/** From this on a line is told apart from a guess (candidates/evidence.ts): the port and one reason more. */
const SURE = 60;

interface Row {
  label: string;
  description?: string;
  tooltip?: string;
  icon?: string;
  candidate?: CandidateResult;
  rows?: Row[];
}

export class SocketsView implements Disposable {
  private readonly changed = new EventEmitter<undefined>();
  private readonly view: TreeView<Row>;
  private counts: TextEditorDecorationType | null = null;
  private readonly subscriptions: Disposable[] = [];
  private rows: Row[] = [];
  private groups: GroupResult[] = [];
  private looks: Reading[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Of a pasted text: it does not change. */
  private isPasted = false;
  private disposed = false;

  constructor(private readonly diagnosis: Diagnosis) {
    this.view = window.createTreeView<Row>('closewait.sockets', {
      treeDataProvider: {
        onDidChangeTreeData: this.changed.event,
        getTreeItem: (row) => this.item(row),
        getChildren: (row) => (row ? (row.rows ?? []) : this.rows),
      },
    });
    this.subscriptions.push(
      this.view,
      this.changed,
      this.view.onDidChangeVisibility(({ visible }) => (visible ? this.start() : this.stop())),
      window.onDidChangeVisibleTextEditors(() => this.paint()),
    );
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    this.counts?.dispose();
    Disposable.from(...this.subscriptions).dispose();
  }

  /** Shows this machine's sockets. */
  async showMachine(): Promise<void> {
    this.isPasted = false;
    this.looks = [];
    const end = this.diagnosis.stopped();
    if (end) return tell(end);
    await commands.executeCommand('closewait.sockets.focus');
    this.start();
  }

  /** Shows what a text tells, until the machine is asked for again. */
  async showText(result: DiagnosisResult): Promise<void> {
    clearTimeout(this.timer);
    this.isPasted = true;
    this.view.description = say`pasted text`;
    this.take(result);
    await commands.executeCommand('closewait.sockets.focus');
  }

  private start(): void {
    clearTimeout(this.timer);
    if (!this.isPasted) void this.refresh();
    else this.paint();
  }

  private stop(): void {
    clearTimeout(this.timer);
    if (this.counts !== null) for (const editor of window.visibleTextEditors) editor.setDecorations(this.counts, []);
  }

  private async refresh(): Promise<void> {
    const found = await this.diagnosis.ofMachine(this.looks).then(
      (value) => value,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
    if (this.disposed || this.isPasted) return;
    if (found === null || found instanceof Error) {
      const why =
        found === null
          ? say`A browser sees no machine: paste the text of ss, netstat or lsof with "CloseWait: Diagnose From Text…".`
          : (this.diagnosis.stopped()?.text ?? found.message.split('\n')[0] ?? '');
      this.rows = [{ label: why, icon: 'info' }];
      this.changed.fire(undefined);
      if (found === null) return;
    } else {
      this.looks = [...this.looks.slice(0, 1), ...this.looks.slice(1), found.reading].slice(-MOST_LOOKS);
      this.view.description = say`this machine`;
      this.take(found.result);
    }
    if (this.view.visible) this.timer = setTimeout(() => void this.refresh(), REFRESH_MS);
  }

  private take(result: DiagnosisResult): void {
    this.groups = result.groups;
    this.rows = rowsOf(result);
    this.changed.fire(undefined);
    this.paint();
  }

  private item(row: Row): TreeItem {
    const item = new TreeItem(row.label, row.rows ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None);
    if (row.description !== undefined) item.description = row.description;
    if (row.tooltip !== undefined) item.tooltip = row.tooltip;
    if (row.icon !== undefined) item.iconPath = new ThemeIcon(row.icon);
    if (row.candidate) {
      item.contextValue = 'candidate';
      item.command = { command: SHOW_CANDIDATE, title: say`Open`, arguments: [row] };
    }
    return item;
  }

  /** A line that was chosen: the editor stands on it, and beside it that connection fails in the way that leads here. */
  async show(row: unknown): Promise<void> {
    const candidate = candidateOf(row);
    if (!candidate) return;
    const { startLine, startColumn } = candidate.range;
    const selection = new Range(startLine - 1, startColumn - 1, startLine - 1, startColumn - 1);
    await commands.executeCommand('vscode.open', this.diagnosis.uriOf(candidate.file), { selection });
    if (candidate.scenario !== null) await this.simulate(row);
  }

  /** That connection with that failure; for sockets of this machine, with this machine's kernel settings. */
  async simulate(row: unknown): Promise<void> {
    const candidate = candidateOf(row);
    if (!candidate)
      return tell({ text: say`Choose a line of code in the view "Sockets", and press its button there.`, ways: [WAYS.sockets()] });
    const target: SimulateTarget = {
      uri: this.diagnosis.uriOf(candidate.file).toString(),
      line: candidate.range.startLine,
      column: candidate.range.startColumn,
      ...(candidate.scenario !== null && { scenario: candidate.scenario }),
      ...(!this.isPasted && { machine: true }),
    };
    await commands.executeCommand(SIMULATE, target);
  }

  /** A quiet count behind each line that is surely the one: `37 in CLOSE_WAIT`. */
  private paint(): void {
    if (this.groups.length === 0 && this.counts === null) return;
    this.counts ??= window.createTextEditorDecorationType({
      after: { color: new ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 2em' },
    });
    for (const editor of window.visibleTextEditors) {
      const lines = new Map<number, string[]>();
      for (const g of this.view.visible ? this.groups : []) {
        const [best] = g.candidates;
        if (!best || best.score < SURE || this.diagnosis.uriOf(best.file).toString() !== editor.document.uri.toString()) continue;
        lines.set(best.line, [...(lines.get(best.line) ?? []), say`${g.count} in ${g.state}`]);
      }
      editor.setDecorations(
        this.counts,
        [...lines]
          .filter(([line]) => line <= editor.document.lineCount)
          .map(([line, texts]) => ({
            range: editor.document.lineAt(line - 1).range,
            renderOptions: { after: { contentText: texts.join(', ') } },
          })),
      );
    }
  }
}

function candidateOf(row: unknown): CandidateResult | undefined {
  return (row as Row | undefined)?.candidate;
}

/** The tree: groups with their meaning, end and lines; errors, stacks and flows below. */
function rowsOf(result: DiagnosisResult): Row[] {
  const rows: Row[] = result.groups.map((g): Row => ({
    label: groupTitle(g),
    description: shortEnd(g),
    tooltip: `${g.means}\n${g.ends.text}`,
    icon: 'plug',
    rows: [
      { label: g.means, icon: 'info' },
      { label: g.ends.text, icon: 'clock' },
      ...g.remarks.map((r): Row => ({ label: r, icon: 'warning' })),
      ...linesOf(g.candidates, g.looked),
    ],
  }));
  for (const e of result.errors)
    rows.push({
      label: `${e.errno}${e.count > 1 ? `, ${plural(e.count, 'time')}` : ''}`,
      description: e.text,
      icon: 'error',
      rows: linesOf(e.candidates, e.looked),
    });
  for (const s of result.stacks) rows.push({ label: s.title, description: s.waits ?? '', icon: 'layers', rows: linesOf(s.candidates, '') });
  for (const f of result.flows) rows.push({ label: `${f.a} ↔ ${f.b}`, icon: 'arrow-both', rows: f.story.map((label): Row => ({ label })) });
  for (const n of result.notes) rows.push({ label: n, icon: 'note' });
  return rows.length > 0
    ? rows
    : [{ label: say`Nothing was recognised: no table of sockets, no error of a connection, no stack.`, icon: 'info' }];
}

/** The countdown, or that there is none. */
function shortEnd({ ends }: GroupResult): string {
  if (ends.earliest === null || ends.latest === null) return ends.kind === 'nothing' ? say`nothing ends it` : '';
  const [from, to] = [Math.round(ends.earliest), Math.round(ends.latest)];
  const span = from === to ? `${from}` : `${from}–${to}`;
  return ends.kind === 'silent' ? say`if silent: ends in ${span} s` : say`ends in ${span} s`;
}

function linesOf(candidates: readonly CandidateResult[], looked: string): Row[] {
  if (candidates.length === 0) return looked === '' ? [] : [{ label: say`No line fits`, description: looked, icon: 'circle-slash' }];
  return candidates
    .slice(0, 3)
    .map((c): Row => ({
      label: `${workspace.asRelativePath(c.file)}:${c.line}`,
      description: c.reasons[0] ?? '',
      icon: 'go-to-file',
      candidate: c,
      tooltip: [...c.reasons.map((r) => `+ ${r}`), ...c.against.map((r) => `- ${r}`)].join('\n'),
    }));
}
