/** The text of "Collect Diagnostics": versions, settings, state and timings; no source text, no paths. */

import { env, extensions, UIKind, version as vscodeVersion, window } from 'vscode';
import type { Documents } from './documents.js';
import type { Settings } from './settings.js';
import type { Supervisor } from './supervisor.js';
import type { Uri } from 'vscode';

export interface ReportOptions {
  supervisor: Supervisor;
  documents: Documents;
  settingsOf(uri: Uri | undefined): Settings;
  /** What went wrong since the start, newest last. */
  errors: readonly string[];
  extensionVersion: string;
}

/** Asks the worker for something first, so that the report tells whether it answers. */
export async function diagnosticsReport({ supervisor, documents, settingsOf, errors, extensionVersion }: ReportOptions): Promise<string> {
  const languages = await supervisor.ask('languages', null).then(
    (known) => known.map(({ id }) => id).join(', '),
    (error: Error) => `no answer: ${error.message}`,
  );
  const { state, kind, deaths, reason, isAlone } = supervisor.health;
  const settings = settingsOf(window.activeTextEditor?.document.uri);
  const rows = documents.all().map(({ document, file }) => {
    const problems = file.problems.map((problem) => `${problem.kind} in line ${problem.line}`).join('; ');
    return `| ${document.languageId} | ${document.lineCount} | ${file.findings.length} | ${file.suppressed} | ${file.connections.length} | ${file.parseMs.toFixed(1)} | ${file.analyseMs.toFixed(1)} | ${problems} |`;
  });
  return `# CloseWait diagnostics

There is no source text and no file name in here.

- CloseWait: ${extensionVersion}
- VS Code: ${vscodeVersion}, ${env.appHost}, ${env.uiKind === UIKind.Web ? 'web' : 'desktop'}, remote: ${env.remoteName ? 'yes' : 'no'}, extensions: ${extensions.all.length}
- worker: ${kind ?? 'none'} (${state}, ended unexpectedly ${deaths} times${reason ? `, last: ${reason}` : ''}${isAlone ? '; other files of the workspace are left out' : ''})
- languages: ${languages}

## Documents

| language | lines | findings | suppressed | connections | parse ms | analyse ms | problems |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}

## Settings

\`\`\`json
${JSON.stringify(settings, null, 2)}
\`\`\`

## Errors

${errors.length === 0 ? 'none' : errors.map((error) => `\`\`\`\n${error}\n\`\`\``).join('\n')}
`;
}
