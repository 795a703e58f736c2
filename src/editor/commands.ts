/** The commands of the palette, and what hovers, light bulbs and lenses call. */

import type { Uri } from 'vscode';
import { commands, ConfigurationTarget, Disposable, type TextDocument, window, workspace } from 'vscode';
import { startOf, toSpot } from './convert.js';
import type { Checked } from './documents.js';
import { EXPLAIN, SIMULATE, type SimulateTarget } from './links.js';
import type { MachineReading } from '../app/machine.js';
import { describeMachine, machineOf } from './machine.js';
import { obstacleIn, type ObstacleOptions, shownDocument, tell, unanalysed } from './obstacles.js';
import type { SimulatorPanel } from './panel.js';
import { connectionAt, labelOf } from '../app/model-tools.js';
import { plural } from '../words/plural.js';
import { say } from '../words/say.js';
import { openSample } from './samples.js';
import { tourSteps } from './tour.js';

export interface CommandOptions extends ObstacleOptions {
  extensionUri: Uri;
  panel: SimulatorPanel;
  /** Title by the rule's name, in the reader's language: known without the analysis. */
  rules: Readonly<Record<string, string>>;
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

async function targetAtCursor(options: CommandOptions): Promise<SimulateTarget | null> {
  const { document, checked } = await shownNow(options);
  const obstacle = obstacleIn(document, checked, options);
  if (obstacle) await tell(obstacle);
  if (obstacle || !document || !checked) return null;
  const uri = document.uri.toString();
  const { connections } = checked.file;
  const editor = window.visibleTextEditors.find((each) => each.document === document);
  const here = editor && connectionAt(connections, toSpot(editor.selection.active));
  const one = here ?? (connections.length === 1 ? connections[0] : undefined);
  if (one) return { uri, ...startOf(one.range) };
  const items = connections.map((connection) => ({
    label: labelOf(connection),
    description: lineText(document, connection.range.startLine),
    connection,
  }));
  const placeHolder = say`The cursor is on no connection: which one shall fail?`;
  const picked = await window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  return picked ? { uri, ...startOf(picked.connection.range) } : null;
}

/** The document that the user looks at, as it stands now. */
async function shownNow({ languages, documents }: CommandOptions): Promise<{ document: TextDocument | null; checked: Checked | null }> {
  const document = shownDocument(languages);
  const isRead = document && languages.has(document.languageId);
  return { document, checked: isRead ? await documents.current(document, undefined, true) : null };
}

/** The answer to "Check This File". */
async function checkFile(options: CommandOptions): Promise<void> {
  const { document, checked } = await shownNow(options);
  const obstacle = unanalysed(document, checked, options);
  if (obstacle) return tell(obstacle);
  if (!checked) return;
  const { findings, connections, suppressed, problems } = checked.file;
  const hidden = suppressed === 0 ? '' : say`, ${suppressed} suppressed`;
  const told = problems.length === 0 ? '' : `. ${problems[0]?.message ?? ''}`;
  window.setStatusBarMessage(
    say`CloseWait: ${plural(findings.length, 'finding')}${hidden} in ${plural(connections.length, 'connection')}${told}`,
    SHOWN_FOR,
  );
}

/** How long an answer stays in the status bar, milliseconds. */
export const SHOWN_FOR = 8000;

const lineText = (document: TextDocument, line: number): string => document.lineAt(line - 1).text.trim();

async function explainRule(options: CommandOptions, given: string | undefined): Promise<void> {
  const { rulePage, rules } = options;
  const rule = given !== undefined && given in rules ? given : await pickRule(options);
  if (rule) await commands.executeCommand('markdown.showPreview', rulePage(rule));
}

/** Rules with a finding under the cursor come first. */
async function pickRule({ documents, rules }: CommandOptions): Promise<string | undefined> {
  const editor = window.activeTextEditor;
  const line = (editor?.selection.active.line ?? -1) + 1;
  const findings = editor ? (documents.last(editor.document.uri)?.file.findings ?? []) : [];
  const isHere = (id: string): boolean =>
    findings.some(({ rule, range }) => rule === id && range.startLine <= line && line <= range.endLine);
  const items = Object.entries(rules)
    .map(([id, title]) => ({ label: id, description: title }))
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
