import assert from 'assert';
import * as vscode from 'vscode';
import { cleanUp, until, untilRules } from './help.js';

describe("a rule page's link", () => {
  afterEach(cleanUp);

  it('opens the example and simulates its connection', async () => {
    const page = vscode.Uri.joinPath(
      vscode.extensions.getExtension('closewait.closewait')?.extensionUri ?? vscode.Uri.file('/'),
      'docs/rules/missing-close.md',
    );
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(page));
    const link = /\((vscode:\/\/closewait\.closewait\/simulate\/missing-close)\)/.exec(text)?.[1];
    assert.ok(link, text.slice(0, 900));
    await vscode.commands.executeCommand('closewait.simulateExample', 'missing-close');
    const document = vscode.workspace.textDocuments.find(({ isUntitled, languageId }) => isUntitled && languageId === 'python');
    assert.ok(document);
    await untilRules(document.uri, ['missing-close']);
    await until('the panel opens', () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .some(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('closewait.simulation')),
    );
  });
});
