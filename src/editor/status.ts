/** The item in the status bar: what the analysis of the active document is doing, and what can be done about it. */

import { commands, Disposable, MarkdownString, StatusBarAlignment, window } from 'vscode';
import type { Documents } from './documents.js';
import type { Settings } from './settings.js';
import type { Supervisor } from './supervisor.js';
import type { Uri } from 'vscode';
import { plural } from '../words/plural.js';
import { say } from '../words/say.js';

/** An analysis that takes longer (ms) is shown as slow. */
const SLOW_MS = 200;

export interface StatusOptions {
  languages: ReadonlySet<string>;
  documents: Documents;
  supervisor: Supervisor;
  settingsOf(uri: Uri): Settings;
  /** Titles of commands, in the reader's language. */
  titles: Readonly<Record<string, string>>;
}

interface Shown {
  text: string;
  detail: string;
  /** Before the text: `$(warning)`. */
  icon?: 'warning' | 'error' | 'loading~spin';
  /** The action that this state asks for; it comes first. */
  first?: string;
}

const SHOW_ACTIONS = 'closewait.showActions';
const RESTART = 'closewait.restart';
const SETTINGS = 'closewait.settings';
/** In the order of the list. */
const ACTIONS: Readonly<Record<string, string>> = {
  'closewait.checkFile': 'check',
  'closewait.simulate': 'play',
  'closewait.scanWorkspace': 'search',
  'closewait.explainRule': 'book',
  'closewait.showSockets': 'plug',
  'closewait.diagnoseText': 'clippy',
  'closewait.useMachineSettings': 'server-environment',
  [SETTINGS]: 'gear',
  'closewait.collectDiagnostics': 'output',
  [RESTART]: 'debug-restart',
};
/** Beside the language of the document. */
const PRIORITY = 99;

/** Creates the item; `update` redraws it. It is there while a file is looked at that can be analysed. */
export function createStatus(options: StatusOptions): Disposable & { update(): void } {
  const item = window.createStatusBarItem('closewait.status', StatusBarAlignment.Right, PRIORITY);
  item.name = 'CloseWait';
  item.command = SHOW_ACTIONS;
  const update = (): void => {
    const { activeTextEditor: editor } = window;
    // In a panel beside it, the document is still the one that is looked at.
    if (!editor && window.visibleTextEditors.length > 0) return;
    if (!editor || !options.languages.has(editor.document.languageId)) return item.hide();
    const { text, detail, icon } = shownNow(options);
    item.text = icon ? `$(${icon}) ${text}` : text;
    item.tooltip = new MarkdownString().appendText(`CloseWait: ${detail}`);
    item.accessibilityInformation = { label: `${text}, ${detail}` };
    item.show();
  };
  const subscription = Disposable.from(
    item,
    options.documents.onDidChange(update),
    window.onDidChangeActiveTextEditor(update),
    commands.registerCommand(SHOW_ACTIONS, () => showActions(options)),
  );
  update();
  return { update, dispose: () => void subscription.dispose() };
}

/** What can be done, with what this state asks for on top. */
async function showActions(options: StatusOptions): Promise<void> {
  const { text, detail, first = '' } = shownNow(options);
  const titles: Record<string, string> = { ...options.titles, [SETTINGS]: say`Open Settings` };
  const items = Object.entries(ACTIONS).map(([command, icon]) => ({ label: `$(${icon}) ${titles[command] ?? command}`, command }));
  items.sort((a, b) => Number(b.command === first) - Number(a.command === first));
  const picked = await window.showQuickPick(items, { title: text, placeHolder: detail });
  if (picked?.command === SETTINGS) await commands.executeCommand('workbench.action.openSettings', 'closewait');
  else if (picked) await commands.executeCommand(picked.command);
}

function shownNow({ documents, supervisor, settingsOf }: StatusOptions): Shown {
  const { state, deaths, reason, isAlone } = supervisor.health;
  if (state === 'stopped')
    return {
      text: say`CloseWait stopped`,
      detail: say`the analysis ended unexpectedly ${deaths} times (${firstLine(reason)})`,
      icon: 'error',
      first: RESTART,
    };
  if (state === 'restarting')
    return { text: say`CloseWait restarting`, detail: say`the analysis ended unexpectedly (${firstLine(reason)})`, icon: 'loading~spin' };
  const document = window.activeTextEditor?.document;
  if (!document) return { text: 'CloseWait', detail: '' };
  const { enable, isExcluded, run, check } = settingsOf(document.uri);
  const off = isExcluded ? say`this file is left out (closewait.exclude or closewait.json)` : say`closewait.enable is false`;
  if (!enable) return { text: say`CloseWait off`, detail: off, first: SETTINGS };
  const file = documents.last(document.uri)?.file;
  if (!file) return { text: 'CloseWait', detail: run === 'manual' ? say`runs by command only` : say`not analysed yet` };
  const paused = file.problems.find(({ kind }) => kind === 'too-large' || kind === 'timeout');
  if (paused) return { text: say`CloseWait paused`, detail: paused.message, icon: 'warning' };
  const count = file.findings.length;
  const ms = file.parseMs + file.analyseMs;
  const hidden = file.suppressed > 0 ? say`, ${file.suppressed} suppressed` : '';
  const text = count === 0 ? say`CloseWait: no findings` : say`CloseWait: ${plural(count, 'finding')}`;
  if (isAlone)
    return {
      text,
      detail: say`other files of the workspace are left out: the analysis ended unexpectedly while it read them (${firstLine(reason)})`,
      icon: 'warning',
      first: RESTART,
    };
  return {
    text,
    detail: say`Linux ${check.machine.kernel}, ${Math.max(1, Math.round(ms))} ms${ms > SLOW_MS ? say` (slow)` : ''}${hidden}`,
  };
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
