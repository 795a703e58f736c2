/** Why a command has nothing to show, and the way out of it: another sentence and another button for each reason. */

import { commands, type TextDocument, window, workspace } from 'vscode';
import { say } from '../words/say.js';
import type { Checked, Documents } from './documents.js';
import { isCell } from './notebooks.js';
import type { Settings } from './settings.js';
import type { Supervisor } from './supervisor.js';
import type { Uri } from 'vscode';

export interface ObstacleOptions {
  documents: Documents;
  supervisor: Supervisor;
  languages: ReadonlySet<string>;
  settingsOf(uri: Uri): Settings;
}

interface Way {
  title: string;
  command: string;
  argument?: unknown;
}

/** Ways out; made when they are shown, in the language that is spoken then. */
export const WAYS = {
  sample: (): Way => ({ title: say`Open Sample`, command: 'closewait.openSample' }),
  restart: (): Way => ({ title: say`Restart Analysis`, command: 'closewait.restart' }),
  report: (): Way => ({ title: say`Collect Diagnostics`, command: 'closewait.collectDiagnostics' }),
  settings: (): Way => ({ title: say`Open Settings`, command: 'workbench.action.openSettings', argument: 'closewait' }),
  folder: (): Way => ({ title: say`Open Folder`, command: 'vscode.openFolder' }),
  language: (): Way => ({ title: say`Choose Its Language`, command: 'workbench.action.editor.changeLanguageMode' }),
  sockets: (): Way => ({ title: say`Show This Machine's Sockets`, command: 'closewait.showSockets' }),
  problems: (): Way => ({ title: say`Show Problems`, command: 'workbench.actions.view.problems' }),
};

/** Names of languages whose ids are not what people call them. */
const NAMES: Readonly<Record<string, string>> = {
  c: 'C',
  cpp: 'C++',
  csharp: 'C#',
  go: 'Go',
  java: 'Java',
  javascript: 'JavaScript',
  javascriptreact: 'JavaScript',
  python: 'Python',
  rust: 'Rust',
  typescript: 'TypeScript',
  typescriptreact: 'TypeScript',
};

/** What is read, as people say it: once each. */
export function namesOf(languages: ReadonlySet<string>): string {
  return [...new Set([...languages].sort().map((id) => NAMES[id] ?? id))].join(', ');
}

export interface Obstacle {
  text: string;
  ways: readonly Way[];
}

/** Says it, and goes the way that is chosen. */
export async function tell({ text, ways }: Obstacle): Promise<void> {
  const chosen = await window.showInformationMessage(text, ...ways.map(({ title }) => title));
  const way = ways.find(({ title }) => title === chosen);
  if (way) await commands.executeCommand(way.command, ...(way.argument === undefined ? [] : [way.argument]));
}

/** The document that the user looks at; with the focus in a panel, the one that stands beside it. */
export function shownDocument(languages: ReadonlySet<string>): TextDocument | null {
  const isKnown = ({ document }: { document: TextDocument }): boolean => languages.has(document.languageId);
  return (window.activeTextEditor ?? window.visibleTextEditors.find(isKnown))?.document ?? null;
}

/** The analysis was given up: nothing that needs it can answer. */
export function stopped({ health }: Supervisor): Obstacle | null {
  if (health.state !== 'stopped') return null;
  const [reason = ''] = health.reason.split('\n', 1);
  return {
    text: say`CloseWait's analysis has stopped: it ended unexpectedly ${health.deaths} times (${reason}). Start it again, and try once more.`,
    ways: [WAYS.restart(), WAYS.report()],
  };
}

/** What stands between this document and an answer about its connections; null where it has some. */
export function obstacleIn(document: TextDocument | null, checked: Checked | null, options: ObstacleOptions): Obstacle | null {
  const before = unanalysed(document, checked, options);
  if (before || checked?.file.connections.length !== 0) return before;
  return {
    text: say`This file opens no socket connection that CloseWait knows: go to a file that opens one, or try the sample.`,
    ways: [WAYS.sample()],
  };
}

/** Why this document, as it stands now, is not analysed; null where it is. */
export function unanalysed(document: TextDocument | null, checked: Checked | null, options: ObstacleOptions): Obstacle | null {
  const before = beforeAnalysis(document, options);
  if (before) return before;
  if (!checked) return { text: say`This file changed while it was analysed: try once more.`, ways: [] };
  const cut = checked.file.problems.find(({ kind }) => kind === 'too-large' || kind === 'timeout');
  return cut ? { text: say`CloseWait leaves this file alone: ${cut.message}`, ways: [] } : null;
}

/** What keeps the document from being analysed at all. */
function beforeAnalysis(document: TextDocument | null, options: ObstacleOptions): Obstacle | null {
  const { documents, supervisor, languages, settingsOf } = options;
  const known = namesOf(languages);
  if (!document)
    return { text: say`No file is open: open one in ${known} that opens a socket connection, or try the sample.`, ways: [WAYS.sample()] };
  const { uri, languageId, isUntitled } = document;
  if (!languages.has(languageId) || (isCell(document) && languageId !== 'python')) return unread(document, known);
  const { enable, isExcluded } = settingsOf(uri);
  if (isExcluded)
    return {
      text: say`This file is left out by closewait.exclude or by a closewait.json: take it off that list to have it analysed.`,
      ways: [WAYS.settings()],
    };
  if (!enable) return { text: say`CloseWait is switched off for this file: closewait.enable is false.`, ways: [WAYS.settings()] };
  const end = stopped(supervisor);
  if (end) return end;
  if (!isUntitled && workspace.fs.isWritableFileSystem(uri.scheme) !== true)
    return {
      text: say`This is a read-only view (${uri.scheme}:), which is not analysed: open the file itself, or copy its text into a new file.`,
      ways: [],
    };
  if (documents.isGivenUp(uri))
    return {
      text: say`The analysis ended unexpectedly on this very file, more than once: it is left alone until it changes.`,
      ways: [WAYS.report()],
    };
  return null;
}

function unread(document: TextDocument, known: string): Obstacle {
  if (isCell(document))
    return { text: say`Of notebooks, CloseWait reads cells in Python, not in ${document.languageId}.`, ways: [WAYS.language()] };
  if (document.isUntitled)
    return {
      text: say`This new file is ${document.languageId}, which CloseWait does not read: choose its language (${known}).`,
      ways: [WAYS.language(), WAYS.sample()],
    };
  return { text: say`CloseWait does not read ${document.languageId}: open a file in ${known}.`, ways: [WAYS.sample()] };
}
