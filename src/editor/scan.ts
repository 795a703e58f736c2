/** Scan Workspace: analyses every file of a supported language, fills the Problems view. */

import { type DiagnosticCollection, ProgressLocation, type Uri, window, workspace } from 'vscode';
import type { Documents } from './documents.js';
import type { Supervisor } from './supervisor.js';
import type { DocumentsOptions } from './documents.js';

export interface ScanOptions extends Pick<DocumentsOptions, 'settingsOf' | 'diagnosticsOf'> {
  supervisor: Supervisor;
  documents: Documents;
  /** Findings of files that no editor shows; those of open documents stay with the documents. */
  collection: DiagnosticCollection;
}

/** Runs until all files are analysed or the user cancels, then says in one sentence what was found. */
export async function scanWorkspace(options: ScanOptions): Promise<void> {
  const languages = await options.supervisor.ask('languages', null);
  const extensions = languages.flatMap((each) => each.extensions.map((extension) => extension.replace(/^\./, '')));
  const files = await workspace.findFiles(`**/*.{${extensions.join(',')}}`, '**/node_modules/**');
  const languageOf = (uri: Uri): string => languages.find((each) => each.extensions.some((extension) => uri.path.toLowerCase().endsWith(extension)))?.id ?? '';
  options.collection.clear();
  let [done, findings, failed] = [0, 0, 0];
  await window.withProgress({ location: ProgressLocation.Notification, title: 'CloseWait: scanning', cancellable: true }, async (progress, token) => {
    for (const uri of files) {
      if (token.isCancellationRequested) return;
      progress.report({ increment: 100 / files.length, message: `${done + 1} of ${files.length}` });
      const count = await scanFile(options, uri, languageOf(uri)).catch(() => null);
      if (count === null) failed += 1;
      else findings += count;
      done += 1;
    }
  });
  const unread = failed === 0 ? '' : ` ${failed} could not be analysed.`;
  void window.showInformationMessage(`CloseWait scanned ${done} of ${files.length} files: ${findings} finding${findings === 1 ? '' : 's'}.${unread}`);
}

async function scanFile({ supervisor, documents, collection, settingsOf, diagnosticsOf }: ScanOptions, uri: Uri, language: string): Promise<number> {
  const { enable, check } = settingsOf(uri);
  if (!enable) return 0;
  const open = documents.last(uri);
  if (open) return open.file.findings.length;
  const text = new TextDecoder().decode(await workspace.fs.readFile(uri));
  const key = `scan:${uri.toString()}`;
  const file = await supervisor.ask('check', { uri: key, version: 1, language, text, options: check });
  await supervisor.ask('forget', { uri: key });
  if (file.findings.length > 0) collection.set(uri, diagnosticsOf(uri, file));
  return file.findings.length;
}
