/** The language status item: what the analysis of the active document is doing. No notification says any of this. */

import { type Command, type Disposable, languages, LanguageStatusSeverity, window } from 'vscode';
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
}

interface Shown {
  text: string;
  detail: string;
  severity: LanguageStatusSeverity;
  command: Command;
  busy?: boolean;
}

/** What the item offers; made when it is shown, in the language that is spoken then. */
const collect = (): Shown['command'] => ({ title: say`Collect Diagnostics`, command: 'closewait.collectDiagnostics' });
const restart = (): Shown['command'] => ({ title: say`Restart Analysis`, command: 'closewait.restart' });
const settings = (): Shown['command'] => ({ title: say`Settings`, command: 'workbench.action.openSettings', arguments: ['closewait'] });

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
  return { update, dispose: () => [item, ...subscriptions].forEach((each) => void each.dispose()) };
}

function shownNow({ documents, supervisor, settingsOf }: StatusOptions): Shown {
  const { Information, Warning, Error: Failure } = LanguageStatusSeverity;
  const { state, deaths, reason, isAlone } = supervisor.health;
  if (state === 'stopped')
    return {
      text: say`CloseWait stopped`,
      detail: say`the analysis ended unexpectedly ${deaths} times (${firstLine(reason)})`,
      severity: Failure,
      command: restart(),
    };
  if (state === 'restarting')
    return {
      text: say`CloseWait restarting`,
      detail: say`the analysis ended unexpectedly (${firstLine(reason)})`,
      severity: Warning,
      command: collect(),
      busy: true,
    };
  const document = window.activeTextEditor?.document;
  if (!document) return { text: 'CloseWait', detail: '', severity: Information, command: collect() };
  const { enable, isExcluded, run, check } = settingsOf(document.uri);
  const off = isExcluded ? say`this file is left out (closewait.exclude or closewait.json)` : say`closewait.enable is false`;
  if (!enable) return { text: say`CloseWait off`, detail: off, severity: Information, command: settings() };
  const file = documents.last(document.uri)?.file;
  if (!file)
    return {
      text: 'CloseWait',
      detail: run === 'manual' ? say`runs by command only` : say`not analysed yet`,
      severity: Information,
      command: collect(),
    };
  const paused = file.problems.find(({ kind }) => kind === 'too-large' || kind === 'timeout');
  if (paused) return { text: say`CloseWait paused`, detail: paused.message, severity: Warning, command: collect() };
  const count = file.findings.length;
  const ms = file.parseMs + file.analyseMs;
  const hidden = file.suppressed > 0 ? say`, ${file.suppressed} suppressed` : '';
  const text = count === 0 ? say`CloseWait: no findings` : say`CloseWait: ${plural(count, 'finding')}`;
  if (isAlone)
    return {
      text,
      detail: say`other files of the workspace are left out: the analysis ended unexpectedly while it read them (${firstLine(reason)})`,
      severity: Warning,
      command: restart(),
    };
  return {
    text,
    detail: say`Linux ${check.machine.kernel}, ${Math.max(1, Math.round(ms))} ms${ms > SLOW_MS ? say` (slow)` : ''}${hidden}`,
    severity: Information,
    command: collect(),
  };
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
