/** Scan Workspace: analyses every file of a supported language, fills the Problems view. */

import { type DiagnosticCollection, ProgressLocation, type Uri, window, workspace } from 'vscode';
import { sourceText } from '../app/source-text.js';
import type { Documents } from './documents.js';
import type { Supervisor } from './supervisor.js';
import type { DocumentsOptions } from './documents.js';
import type { AnswerOf } from './messages.js';
import { namesOf, type Obstacle, stopped, tell, WAYS } from './obstacles.js';
import { plural } from '../words/plural.js';
import { say } from '../words/say.js';

export interface ScanOptions extends Pick<DocumentsOptions, 'settingsOf' | 'diagnosticsOf'> {
  supervisor: Supervisor;
  documents: Documents;
  /** Findings of files that no editor shows; those of open documents stay with the documents. */
  collection: DiagnosticCollection;
}

/** What keeps a workspace from being scanned. */
function obstacle({ supervisor }: ScanOptions): Obstacle | null {
  if (workspace.workspaceFolders?.length) return stopped(supervisor);
  return { text: say`No folder is open: open the one whose files shall be scanned.`, ways: [WAYS.folder()] };
}

/** Runs until all files are analysed or the user cancels, then says in one sentence what was found. */
export async function scanWorkspace(options: ScanOptions): Promise<void> {
  const before = obstacle(options);
  if (before) return tell(before);
  const languages = await options.supervisor.ask('languages', null);
  const extensions = languages.flatMap((each) => each.extensions.map((extension) => extension.replace(/^\./, '')));
  const files = await workspace.findFiles(`**/*.{${extensions.join(',')}}`, '**/node_modules/**');
  if (files.length === 0)
    return tell({
      text: say`This workspace has no file that could be scanned: none in ${namesOf(new Set(languages.map(({ id }) => id)))}.`,
      ways: [],
    });
  options.collection.clear();
  let [done, findings, failed] = [0, 0, 0];
  await window.withProgress(
    { location: ProgressLocation.Notification, title: say`CloseWait: scanning`, cancellable: true },
    async (progress, token) => {
      for (const uri of files) {
        if (token.isCancellationRequested) return;
        progress.report({ increment: 100 / files.length, message: say`${done + 1} of ${files.length}` });
        const count = await scanFile(options, uri, languageOf(languages, uri)).catch(() => null);
        if (count === null) failed += 1;
        else findings += count;
        done += 1;
      }
    },
  );
  const unread = failed === 0 ? '' : say` ${failed} could not be analysed.`;
  const text = say`CloseWait scanned ${done} of ${plural(files.length, 'file')}: ${plural(findings, 'finding')}.${unread}`;
  void tell({ text, ways: findings > 0 ? [WAYS.problems()] : [] });
}

/** A scanned file changed on disk or went away: its findings follow. */
export async function rescanFile(options: ScanOptions, uri: Uri): Promise<void> {
  if (!options.collection.has(uri)) return;
  const language = languageOf(await options.supervisor.ask('languages', null), uri);
  await scanFile(options, uri, language).catch(() => options.collection.delete(uri));
}

type KnownLanguages = AnswerOf<'languages'>;

function languageOf(languages: KnownLanguages, uri: Uri): string {
  return languages.find((each) => each.extensions.some((extension) => uri.path.toLowerCase().endsWith(extension)))?.id ?? '';
}

async function scanFile(
  { supervisor, documents, collection, settingsOf, diagnosticsOf }: ScanOptions,
  uri: Uri,
  language: string,
): Promise<number> {
  const { enable, check } = settingsOf(uri);
  if (!enable) return 0;
  const open = documents.last(uri);
  if (open) return open.file.findings.length;
  const text = sourceText(await workspace.fs.readFile(uri));
  if (text === null) return 0;
  const key = `scan:${uri.toString()}`;
  const file = await supervisor.ask('check', { uri: key, version: 1, language, text, lines: null, options: check });
  await supervisor.ask('forget', { uri: key });
  collection.set(uri, file.findings.length > 0 ? diagnosticsOf(uri, file) : undefined);
  return file.findings.length;
}
