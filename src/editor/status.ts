/** The language status item: what the analysis of the active document is doing. No notification says any of this. */

import { type Disposable, languages, LanguageStatusSeverity, window } from 'vscode';
import type { Documents } from './documents.js';
import type { Settings } from './settings.js';
import type { Supervisor } from './supervisor.js';
import type { Uri } from 'vscode';
import { say } from '../words/say.js';

/** An analysis that takes longer (ms) is shown as slow. */
const SLOW_MS = 200;

export interface StatusOptions {
  languages: ReadonlySet<string>;
  documents: Documents;
  supervisor: Supervisor;
  settingsOf(uri: Uri): Settings;
}

interface Shown {
  text: string;
  detail: string;
  severity: LanguageStatusSeverity;
  command: { title: string; command: string };
  busy?: boolean;
}

const COLLECT = { title: 'Collect Diagnostics', command: 'closewait.collectDiagnostics' };
const RESTART = { title: 'Restart Analysis', command: 'closewait.restart' };
const SETTINGS = { title: 'Settings', command: 'workbench.action.openSettings', arguments: ['closewait'] };

/** Creates the item; `update` redraws it. */
export function createStatus(options: StatusOptions): Disposable & { update(): void } {
  const item = languages.createLanguageStatusItem(
    'closewait.status',
    [...options.languages].map((language) => ({ language })),
  );
  item.name = 'CloseWait';
  const update = (): void => {
    const { busy = false, ...shown } = shownNow(options);
    Object.assign(item, shown, { busy });
  };
  const subscriptions = [options.documents.onDidChange(update), window.onDidChangeActiveTextEditor(update)];
  update();
  return { update, dispose: () => [item, ...subscriptions].forEach((each) => each.dispose()) };
}

function shownNow({ documents, supervisor, settingsOf }: StatusOptions): Shown {
  const { Information, Warning, Error: Failure } = LanguageStatusSeverity;
  const { state, deaths, reason } = supervisor.health;
  if (state === 'stopped')
    return {
      text: say`CloseWait stopped`,
      detail: say`the analysis ended unexpectedly ${deaths} times (${firstLine(reason)})`,
      severity: Failure,
      command: RESTART,
    };
  if (state === 'restarting')
    return {
      text: say`CloseWait restarting`,
      detail: say`the analysis ended unexpectedly (${firstLine(reason)})`,
      severity: Warning,
      command: COLLECT,
      busy: true,
    };
  const document = window.activeTextEditor?.document;
  if (!document) return { text: 'CloseWait', detail: '', severity: Information, command: COLLECT };
  const { enable, run, check } = settingsOf(document.uri);
  if (!enable) return { text: say`CloseWait off`, detail: say`closewait.enable is false`, severity: Information, command: SETTINGS };
  const file = documents.last(document.uri)?.file;
  if (!file)
    return {
      text: 'CloseWait',
      detail: run === 'manual' ? say`runs by command only` : say`not analysed yet`,
      severity: Information,
      command: COLLECT,
    };
  const paused = file.problems.find(({ kind }) => kind === 'too-large' || kind === 'timeout');
  if (paused) return { text: say`CloseWait paused`, detail: paused.message, severity: Warning, command: COLLECT };
  const count = file.findings.length;
  const ms = file.parseMs + file.analyseMs;
  const hidden = file.suppressed > 0 ? say`, ${file.suppressed} suppressed` : '';
  return {
    text: count === 0 ? say`CloseWait: no findings` : `CloseWait: ${count} finding${count === 1 ? '' : 's'}`,
    detail: say`Linux ${check.machine.kernel}, ${Math.max(1, Math.round(ms))} ms${ms > SLOW_MS ? say` (slow)` : ''}${hidden}`,
    severity: Information,
    command: COLLECT,
  };
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
