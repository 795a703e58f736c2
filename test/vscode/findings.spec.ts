import assert from 'assert';
import * as vscode from 'vscode';
import {
  analysedRules,
  CLEAN,
  cleanUp,
  edit,
  extension,
  findings,
  folder,
  LEAK,
  open,
  OPENING,
  placeOf,
  replaceText,
  until,
  untilRules,
} from './help.js';

describe('findings follow the text', () => {
  afterEach(cleanUp);

  it('move with an edit above them', async () => {
    const document = await open(LEAK);
    await untilRules(document.uri, ['missing-close']);
    await edit(document, (change) => change.insert(document.uri, new vscode.Position(0, 0), '# one\n# two\n'));
    await until('the finding moves', () => findings(document.uri)[0]?.range.start.isEqual(placeOf(document, OPENING)));
  });

  it('vanish when the mistake is taken out, come back when it is put in again', async () => {
    const document = await open(LEAK);
    await untilRules(document.uri, ['missing-close']);
    await replaceText(document, CLEAN);
    await untilRules(document.uri, []);
    await replaceText(document, LEAK);
    await untilRules(document.uri, ['missing-close']);
  });

  it('are never those of an older version', async () => {
    const document = await open(LEAK);
    const { documents } = await extension();
    const wrong: string[] = [];
    const subscription = documents.onDidChange((uri) => {
      const checked = documents.last(uri);
      if (checked && checked.version !== checked.document.version) wrong.push(`${checked.version} shown for ${checked.document.version}`);
    });
    for (let round = 0; round < 20; round += 1) {
      // Half of the analyses are asked for at once, so that answers arrive while the text changes.
      if (round % 2 === 0) void documents.current(document);
      await edit(document, (change) => change.insert(document.uri, new vscode.Position(0, 0), `# ${round}\n`));
    }
    assert.deepStrictEqual(await analysedRules(document), ['missing-close']);
    assert.ok(findings(document.uri)[0]?.range.start.isEqual(placeOf(document, OPENING)));
    subscription.dispose();
    assert.deepStrictEqual(wrong, []);
  });

  it('vanish when the editor is closed', async () => {
    const uri = vscode.Uri.joinPath(folder(), 'made-by-test-closed.py');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(LEAK));
    // As a user opens it: a document that an extension opens stays open for some time after its editor.
    await vscode.commands.executeCommand('vscode.open', uri);
    await untilRules(uri, ['missing-close']);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await untilRules(uri, []);
    assert.ok(vscode.workspace.textDocuments.every((each) => each.uri.toString() !== uri.toString()));
  });

  it('vanish when the language changes, and come back with it', async () => {
    const document = await open(LEAK);
    await untilRules(document.uri, ['missing-close']);
    await vscode.languages.setTextDocumentLanguage(document, 'plaintext');
    await untilRules(document.uri, []);
    await vscode.languages.setTextDocumentLanguage(document, 'python');
    await untilRules(document.uri, ['missing-close']);
  });

  it('vanish when the file is deleted, also by another program', async () => {
    for (const remove of [deleteByEdit, deleteByFileSystem]) {
      const document = await open(LEAK);
      await untilRules(document.uri, ['missing-close']);
      await remove(document.uri);
      await untilRules(document.uri, []);
    }
  });

  it('go with the file when it is renamed', async () => {
    const document = await open(LEAK);
    await untilRules(document.uri, ['missing-close']);
    const renamed = vscode.Uri.joinPath(folder(), 'made-by-test-renamed.py');
    await edit(document, (change) => change.renameFile(document.uri, renamed));
    await untilRules(document.uri, []);
    await untilRules(renamed, ['missing-close']);
  });

  it('fill the Problems view by a scan, and leave it when the file changes on disk', async () => {
    const uri = vscode.Uri.joinPath(folder(), 'made-by-test-scanned.py');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(LEAK));
    await vscode.commands.executeCommand('closewait.scanWorkspace');
    await untilRules(uri, ['missing-close']);
    assert.ok(
      vscode.workspace.textDocuments.every((each) => each.uri.toString() !== uri.toString()),
      'a scan opens no documents',
    );
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(CLEAN));
    await untilRules(uri, []);
  });
});

async function deleteByEdit(uri: vscode.Uri): Promise<void> {
  const change = new vscode.WorkspaceEdit();
  change.deleteFile(uri);
  assert.ok(await vscode.workspace.applyEdit(change));
}

async function deleteByFileSystem(uri: vscode.Uri): Promise<void> {
  await vscode.workspace.fs.delete(uri);
}
