/** The commands of the palette, and what hovers, light bulbs and lenses call. */

import type { Uri } from 'vscode';
import { commands, ConfigurationTarget, Disposable, type TextDocument, window, workspace } from 'vscode';
import { startOf, toSpot } from './convert.js';
import type { Documents } from './documents.js';
import { EXPLAIN, SIMULATE, type SimulateTarget } from './links.js';
import type { MachineReading } from '../app/machine.js';
import { describeMachine, machineOf } from './machine.js';
import type { AnswerOf } from './messages.js';
import type { SimulatorPanel } from './panel.js';
import { connectionAt, labelOf } from '../app/model-tools.js';
import { plural } from '../words/plural.js';
import { say } from '../words/say.js';
import { openSample } from './samples.js';
import type { Supervisor } from './supervisor.js';
import { tourSteps } from './tour.js';

export interface CommandOptions {
  extensionUri: Uri;
  documents: Documents;
  supervisor: Supervisor;
  panel: SimulatorPanel;
  languages: ReadonlySet<string>;
  rulePage(rule: string): Uri;
  scan(): Promise<void>;
  restart(): void;
  /** The text of "Collect Diagnostics". */
  report(): Promise<string>;
}

export function registerCommands(options: CommandOptions): Disposable {
  const handlers: Record<string, (argument?: unknown) => unknown> = {
    [SIMULATE]: (target) => simulate(options, target as SimulateTarget | undefined),
    [EXPLAIN]: (rule) => explainRule(options, rule as string | undefined),
    'closewait.scanWorkspace': () => options.scan(),
    'closewait.useMachineSettings': () => useMachineSettings(),
    'closewait.openSample': (language) => openSample(options.extensionUri, language as string | undefined),
    ...tourSteps(options),
    'closewait.collectDiagnostics': async () =>
      window.showTextDocument(await workspace.openTextDocument({ language: 'markdown', content: await options.report() })),
    'closewait.checkFile': () => checkFile(options),
    'closewait.restart': () => options.restart(),
  };
  return Disposable.from(...Object.entries(handlers).map(([name, handler]) => commands.registerCommand(name, handler)));
}

async function simulate(options: CommandOptions, given: SimulateTarget | undefined): Promise<void> {
  // A menu of the editor passes the file's URI: only links, light bulbs and lenses name a place.
  const target = typeof given?.line === 'number' ? given : await targetAtCursor(options);
  if (target) await options.panel.show(target);
}

async function targetAtCursor({ documents, languages }: CommandOptions): Promise<SimulateTarget | null> {
  const editor = window.activeTextEditor;
  const checked = editor && languages.has(editor.document.languageId) ? await documents.current(editor.document, undefined, true) : null;
  if (!editor || !checked || checked.file.connections.length === 0) {
    const sample = say`Open Sample`;
    const answer = await window.showInformationMessage(
      say`${whyNone(editor?.document ?? null, languages, checked !== null)} Or try the sample.`,
      sample,
    );
    if (answer === sample) await commands.executeCommand('closewait.openSample');
    return null;
  }
  const uri = editor.document.uri.toString();
  const { connections } = checked.file;
  const here = connectionAt(connections, toSpot(editor.selection.active)) ?? (connections.length === 1 ? connections[0] : null);
  if (here) return { uri, ...startOf(here.range) };
  const items = connections.map((connection) => ({
    label: labelOf(connection),
    description: lineText(editor.document, connection.range.startLine),
    connection,
  }));
  const picked = await window.showQuickPick(items, { placeHolder: say`Which connection shall fail?` });
  return picked ? { uri, ...startOf(picked.connection.range) } : null;
}

/** What to do where there is no connection to show, differently for each reason. */
function whyNone(document: TextDocument | null, languages: ReadonlySet<string>, isChecked: boolean): string {
  const known = [...languages].sort().join(', ');
  if (!document) return say`No file is open: open one in ${known} that opens a socket connection.`;
  if (!languages.has(document.languageId)) return say`CloseWait does not read ${document.languageId}: open a file in ${known}.`;
  if (!isChecked) return say`This file is not analysed: see the language status at the right of the status bar for the reason.`;
  return say`This file opens no socket connection that CloseWait knows: put the cursor into one that does.`;
}

/** The answer to "Check This File". */
async function checkFile({ documents, languages }: CommandOptions): Promise<void> {
  const document = window.activeTextEditor?.document ?? null;
  const checked = document && languages.has(document.languageId) ? await documents.current(document, undefined, true) : null;
  if (!checked) {
    await window.showInformationMessage(whyNone(document, languages, false));
    return;
  }
  const { findings, connections, suppressed, problems } = checked.file;
  const hidden = suppressed === 0 ? '' : say`, ${suppressed} suppressed`;
  const told = problems.length === 0 ? '' : `. ${problems[0]?.message ?? ''}`;
  window.setStatusBarMessage(
    say`CloseWait: ${plural(findings.length, 'finding')}${hidden} in ${plural(connections.length, 'connection')}${told}`,
    SHOWN_FOR,
  );
}

/** How long an answer stays in the status bar, milliseconds. */
const SHOWN_FOR = 8000;

const lineText = (document: TextDocument, line: number): string => document.lineAt(line - 1).text.trim();

async function explainRule(options: CommandOptions, given: string | undefined): Promise<void> {
  const { rulePage, supervisor } = options;
  const rules = await supervisor.ask('rules', null).catch(() => []);
  // Where the analysis has stopped, its links still lead to their pages.
  const isRule = rules.length === 0 || rules.some(({ id }) => id === given);
  const rule = isRule && given !== undefined ? given : await pickRule(options, rules);
  if (rule) await commands.executeCommand('markdown.showPreview', rulePage(rule));
}

/** Rules with a finding under the cursor come first. */
async function pickRule({ documents }: CommandOptions, rules: AnswerOf<'rules'>): Promise<string | undefined> {
  const editor = window.activeTextEditor;
  const line = (editor?.selection.active.line ?? -1) + 1;
  const findings = editor ? (documents.last(editor.document.uri)?.file.findings ?? []) : [];
  const isHere = (id: string): boolean =>
    findings.some(({ rule, range }) => rule === id && range.startLine <= line && line <= range.endLine);
  const items = rules
    .map(({ id, title }) => ({ label: id, description: title }))
    .sort((a, b) => Number(isHere(b.label)) - Number(isHere(a.label)));
  return (await window.showQuickPick(items, { placeHolder: say`Which rule?`, matchOnDescription: true }))?.label;
}

async function useMachineSettings(): Promise<void> {
  const reading = await machineOf(window.activeTextEditor?.document.uri ?? null);
  if (!reading) {
    await window.showWarningMessage(
      say`This machine shows no Linux kernel settings (/proc/sys cannot be read here): open the folder on the Linux machine where the program runs, or set closewait.sysctls by hand.`,
    );
    return;
  }
  const configuration = workspace.getConfiguration('closewait');
  const target = workspace.workspaceFolders ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
  await configuration.update('kernel.version', reading.kernel, target);
  await configuration.update('kernel.hz', reading.hz, target);
  await configuration.update('sysctls', reading.sysctls, target);
  await tellMachine(reading, target === ConfigurationTarget.Workspace);
}

/** What was read, what was not, and where it was written. */
async function tellMachine(reading: MachineReading, isWorkspace: boolean): Promise<void> {
  const { from, missing } = describeMachine(reading);
  const different = Object.entries(reading.sysctls).map(([name, value]) => `${name} = ${value}`);
  const differs = different.length === 0 ? say`all are the kernel's defaults` : say`different from the defaults: ${different.join(', ')}`;
  const read = say`Read ${reading.found} settings of ${from} (model ${reading.kernel}, ${reading.hz} Hz): ${differs}.`;
  const unread = missing.length === 0 ? '' : say` Not found: ${missing.join('; ')}.`;
  const place = isWorkspace ? say`the settings of this workspace` : say`your user settings`;
  const written = say` Written to ${place}: closewait.kernel.version, closewait.kernel.hz, closewait.sysctls.`;
  const open = say`Open Settings`;
  if ((await window.showInformationMessage(`${read}${unread}${written}`, open)) !== open) return;
  await commands.executeCommand(
    isWorkspace ? 'workbench.action.openWorkspaceSettings' : 'workbench.action.openSettings',
    isWorkspace ? { query: 'closewait' } : 'closewait',
  );
}
