import assert from 'assert';
import * as vscode from 'vscode';
import { SAMPLES } from '../../src/editor/samples.js';
import { analysedRules, cleanUp, extension, findings, LEAK, open, OPENING, pause, placeOf, until } from './help.js';

function panels(): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('closewait.simulation'));
}

describe('the simulator panel', () => {
  afterEach(cleanUp);

  it('opens beside the editor, once, and leaves the focus where it is', async () => {
    await extension();
    const document = await open(LEAK);
    await analysedRules(document);
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    editor.selection = new vscode.Selection(placeOf(document, OPENING), placeOf(document, OPENING));
    for (let time = 0; time < 2; time += 1) {
      await vscode.commands.executeCommand('closewait.simulate');
      await until('the panel opens', () => panels().length === 1);
    }
    assert.strictEqual(panels().length, 1);
    assert.notStrictEqual(panels()[0]?.group.viewColumn, editor.viewColumn);
    assert.strictEqual(vscode.window.activeTextEditor?.document.uri.toString(), document.uri.toString());
  });
});

describe('commands', () => {
  afterEach(cleanUp);

  it('open each sample as a new document with findings', async () => {
    for (const { language } of SAMPLES) {
      await vscode.commands.executeCommand('closewait.openSample', language);
      const document = vscode.window.activeTextEditor?.document;
      assert.ok(document?.isUntitled && document.languageId === language);
      assert.ok((await analysedRules(document)).length > 0, language);
    }
  });

  it('of the walkthrough work in any order', async () => {
    await extension();
    // Without an open file the sample is asked for.
    let isOver = false;
    const simulated = vscode.commands.executeCommand('closewait.tour.simulate').then(() => (isOver = true));
    // The list opens when it opens: its first sample is taken as soon as it is there.
    while (!isOver) {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await pause(200);
    }
    await simulated;
    await until('the panel opens', () => panels().length === 1);
    await vscode.commands.executeCommand('closewait.tour.read');
    const state = (): string => {
      const editor = vscode.window.activeTextEditor;
      const starts = editor ? findings(editor.document.uri).map(({ range }) => range.start.line) : [];
      return `${editor?.document.uri.toString()}: cursor on ${editor?.selection.active.line}, findings on ${starts.join(', ')}`;
    };
    // It is the sample, or a file with findings that is still open.
    const isThere = (): boolean => {
      const editor = vscode.window.activeTextEditor;
      return !!editor && findings(editor.document.uri).some(({ range }) => range.start.isEqual(editor.selection.active));
    };
    await until('the cursor stands on a finding', isThere).catch((error: unknown) => {
      throw new Error(`${String(error)} (${state()})`);
    });
    await vscode.commands.executeCommand('closewait.tour.fix');
  });

  it('open the page of a rule', async () => {
    await vscode.commands.executeCommand('closewait.explainRule', 'missing-close');
    await until('a preview opens', () =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).some(({ label }) => /missing-close/.test(label)),
    );
  });
});

describe('tools for language models', () => {
  afterEach(cleanUp);

  const call = async (name: string, input: object): Promise<string> => {
    const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
    return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
  };

  it('find leaks and simulate a failure, and say what to do when asked wrongly', async () => {
    await extension();
    const document = await open(LEAK);
    const file = document.uri.path;
    assert.match(await call('find_socket_leaks', { file }), /"rule": "missing-close"/);
    const story = await call('simulate_connection_failure', { file, line: 5, scenario: 'peer-process-killed' });
    assert.match(story, /^Scenario: peer-process-killed\n/);
    assert.match(story, /recv/);
    await assert.rejects(call('simulate_connection_failure', { file, line: 1 }), /No connection is opened or used on line 1/);
    await assert.rejects(call('find_socket_leaks', { file: 'leak.py' }), /absolute path/);
    assert.match(await call('explain_rule', { rule: 'missing-close' }), /^missing-close \(/);
    await assert.rejects(call('explain_rule', { rule: 'missing-clsoe' }), /nearest is missing-close/);
  });

  it('tells from a pasted table what ends the sockets, and refuses nothing at all', async () => {
    await extension();
    const told = await call('diagnose_connections', {
      text:
        'State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\nCLOSE-WAIT 1 0 10.0.0.5:80 10.0.0.9:5000 ' +
        'users:(("x",pid=1,fd=3))\n',
    });
    assert.match(told, /1 in CLOSE_WAIT/);
    assert.match(told, /CLOSE_WAIT has no timer/);
    await assert.rejects(call('diagnose_connections', { text: ' ' }), /is empty/);
  });
});
