/** What the tests inside VS Code share: files in the workspace, waiting for findings. */

import assert from 'assert';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/editor/activate.js';

/** One finding: the early return leaves the connection open. */
export const LEAK = `import socket


def fetch(host):
    conn = socket.create_connection((host, 80), timeout=5)
    answer = conn.recv(1024)
    if not answer:
        return None
    conn.close()
    return answer
`;

/** The same without the mistake. */
export const CLEAN = `import socket


def fetch(host):
    with socket.create_connection((host, 80), timeout=5) as conn:
        return conn.recv(1024)
`;

export const OPENING = 'socket.create_connection((host, 80), timeout=5)';

export async function extension(): Promise<ExtensionApi> {
  const found = vscode.extensions.getExtension<ExtensionApi>('closewait.closewait');
  assert.ok(found, 'the extension is not installed');
  return found.activate();
}

export function folder(): vscode.Uri {
  const first = vscode.workspace.workspaceFolders?.[0];
  assert.ok(first, 'the tests need a workspace folder');
  return first.uri;
}

let fileNumber = 0;

/** Writes a new file in the workspace and opens it in an editor. */
export async function open(text: string, extension = 'py'): Promise<vscode.TextDocument> {
  const uri = vscode.Uri.joinPath(folder(), `made-by-test-${++fileNumber}.${extension}`);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

/** Closes all editors and removes the files that tests made. */
export async function cleanUp(): Promise<void> {
  for (const { tabs } of vscode.window.tabGroups.all) {
    // A tab may go by itself meanwhile; then older versions of VS Code do not find it.
    for (const tab of tabs.filter(({ isDirty }) => !isDirty)) await Promise.resolve(vscode.window.tabGroups.close(tab)).catch(() => false);
  }
  // What is left has changes: they are thrown away, without a question.
  for (let left = 20; left > 0 && vscode.window.tabGroups.all.some(({ tabs }) => tabs.length > 0); left -= 1) {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  for (const [name] of await vscode.workspace.fs.readDirectory(folder())) {
    if (name.startsWith('made-by-test-')) await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder(), name), { recursive: true });
  }
}

export function findings(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'CloseWait');
}

export function ruleOf({ code }: vscode.Diagnostic): string {
  return typeof code === 'object' ? String(code.value) : String(code);
}

export function rules(uri: vscode.Uri): string[] {
  return findings(uri).map(ruleOf);
}

/** Waits until the condition holds. */
export async function until<T>(
  what: string,
  condition: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  ms = 12_000,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) assert.fail(`not within ${ms} ms: ${what}`);
    await pause(40);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until exactly these rules are reported (in any order). */
export async function untilRules(uri: vscode.Uri, wanted: readonly string[]): Promise<vscode.Diagnostic[]> {
  const text = [...wanted].sort().join();
  let last = '';
  await until(`findings [${text}]`, () => (last = rules(uri).sort().join()) === text).catch((error: Error) =>
    assert.fail(`${error.message}; there were [${last}]`),
  );
  return findings(uri);
}

/** Waits until the present version has been analysed, then gives its rules. */
export async function analysedRules(document: vscode.TextDocument): Promise<string[]> {
  const { documents } = await extension();
  assert.ok(await documents.current(document), 'the present version was not analysed');
  return rules(document.uri);
}

export async function edit(document: vscode.TextDocument, change: (edit: vscode.WorkspaceEdit) => void): Promise<void> {
  const workspaceEdit = new vscode.WorkspaceEdit();
  change(workspaceEdit);
  assert.ok(await vscode.workspace.applyEdit(workspaceEdit));
}

export async function replaceText(document: vscode.TextDocument, text: string): Promise<void> {
  await edit(document, (change) =>
    change.replace(document.uri, new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end), text),
  );
}

/** Sets a setting in the workspace for the time of `body`. */
export async function withSettings(values: Record<string, unknown>, body: () => Promise<void>): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('closewait');
  const set = async (name: string, value: unknown): Promise<void> => {
    await configuration.update(name, value, vscode.ConfigurationTarget.Workspace);
  };
  try {
    for (const [name, value] of Object.entries(values)) await set(name, value);
    await body();
  } finally {
    for (const name of Object.keys(values)) await set(name, undefined);
  }
}

export async function hoverText(document: vscode.TextDocument, position: vscode.Position): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, position);
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
}

export async function actions(
  document: vscode.TextDocument,
  range: vscode.Range,
  kind?: vscode.CodeActionKind,
): Promise<vscode.CodeAction[]> {
  const resolved = 10;
  return vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    range,
    kind?.value,
    resolved,
  );
}

/** Place of a piece of text, from its start. */
export function placeOf(document: vscode.TextDocument, text: string): vscode.Position {
  const index = document.getText().indexOf(text);
  assert.ok(index >= 0, `"${text}" is not in the document`);
  return document.positionAt(index);
}
