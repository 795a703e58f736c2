import assert from 'assert';
import * as vscode from 'vscode';
import { actions, cleanUp, untilRules } from './help.js';

const CELLS = [
  '%pip install nothing\nimport socket',
  'def ask(host):\n    s = socket.create_connection((host, 80), timeout=5)\n    if not s.recv(100):\n        return None\n    s.close()\n',
];

async function openNotebook(): Promise<vscode.TextDocument[]> {
  const cells = CELLS.map((text) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python'));
  const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData(cells));
  await vscode.window.showNotebookDocument(notebook);
  return notebook.getCells().map(({ document }) => document);
}

describe('a notebook', () => {
  afterEach(cleanUp);

  it('has findings, hovers and fixes in its Python cells, which know each other', async () => {
    const [, cell] = await openNotebook();
    assert.ok(cell);
    const [finding] = await untilRules(cell.uri, ['missing-close']);
    assert.strictEqual(finding?.range.start.line, 1);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      cell.uri,
      new vscode.Position(1, 10),
    );
    const text = hovers.flatMap(({ contents }) => contents.map((part) => (typeof part === 'string' ? part : part.value))).join('\n');
    assert.match(text, /Client connection/);
    assert.match(text, /closewait\.simulate/);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', cell.uri, finding.range);
    assert.ok(
      actions.some(({ edit }) => edit?.has(cell.uri)),
      actions.map(({ title }) => title).join(),
    );
  });

  it('has all safe fixes of a cell made at once, in that cell alone', async () => {
    const [, cell] = await openNotebook();
    assert.ok(cell);
    await untilRules(cell.uri, ['missing-close']);
    const [all] = await actions(cell, new vscode.Range(0, 0, 0, 0), vscode.CodeActionKind.SourceFixAll.append('closewait'));
    assert.ok(all?.edit);
    assert.deepStrictEqual(
      all.edit.entries().map(([uri]) => uri.toString()),
      [cell.uri.toString()],
    );
    assert.ok(await vscode.workspace.applyEdit(all.edit));
    assert.match(cell.getText(), /with socket\.create_connection/);
    assert.doesNotMatch(cell.getText(), /import socket/);
    await untilRules(cell.uri, []);
  });

  it('is analysed anew when another cell changes', async () => {
    const [imports, cell] = await openNotebook();
    assert.ok(imports && cell);
    await untilRules(cell.uri, ['missing-close']);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(imports.uri, new vscode.Range(1, 0, 1, 'import socket'.length), 'import nothing as socket');
    await vscode.workspace.applyEdit(edit);
    await untilRules(cell.uri, []);
  });
});
