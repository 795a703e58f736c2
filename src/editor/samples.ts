/** The packaged samples: small programs with mistakes, to try everything on. */

import { Uri, type TextEditor, window, workspace } from 'vscode';
import { say } from '../words/say.js';

export const SAMPLES: readonly { language: string; label: string; file: string }[] = [
  { language: 'python', label: 'Python', file: 'collector.py' },
  { language: 'go', label: 'Go', file: 'status.go' },
  { language: 'c', label: 'C', file: 'status.c' },
  { language: 'cpp', label: 'C++', file: 'status.cpp' },
  { language: 'csharp', label: 'C#', file: 'Status.cs' },
  { language: 'java', label: 'Java', file: 'Status.java' },
  { language: 'rust', label: 'Rust', file: 'status.rs' },
  { language: 'typescript', label: 'TypeScript', file: 'status.ts' },
];

/** The sample opens as a new file: it can be edited, and nothing of the extension's folder is changed. */
export async function openSample(extensionUri: Uri, language: string | undefined): Promise<TextEditor | undefined> {
  const sample =
    SAMPLES.find((each) => each.language === language) ?? (await window.showQuickPick(SAMPLES, { placeHolder: say`Which language?` }));
  if (!sample) return undefined;
  const content = new TextDecoder().decode(await workspace.fs.readFile(Uri.joinPath(extensionUri, 'samples', sample.file)));
  return window.showTextDocument(await workspace.openTextDocument({ language: sample.language, content }));
}
