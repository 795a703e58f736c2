import assert from 'assert';
import * as vscode from 'vscode';
import {
  analysedRules,
  cleanUp,
  extension,
  hoverText,
  LEAK,
  open,
  OPENING,
  pause,
  placeOf,
  replaceText,
  until,
  untilRules,
  CLEAN,
} from './help.js';

describe('the worker', () => {
  afterEach(cleanUp);

  it('is started again when it dies, and knows the open documents again', async () => {
    const { supervisor } = await extension();
    const document = await open(LEAK);
    await untilRules(document.uri, ['missing-close']);
    const { deaths } = supervisor.health;
    await supervisor.crash();
    assert.strictEqual(supervisor.health.deaths, deaths + 1);
    await untilRules(document.uri, ['missing-close']);
    await until('it runs again', () => supervisor.health.state === 'running');
    assert.strictEqual(supervisor.health.kind, 'dedicated');
    await until('hovers work again', async () =>
      /Client connection/.test(await hoverText(document, placeOf(document, OPENING).translate(0, 2))),
    );
    await replaceText(document, CLEAN);
    await untilRules(document.uri, []);
  });

  it('is given up after repeated deaths, until the user starts it again', async () => {
    const { supervisor } = await extension();
    const document = await open(LEAK);
    await untilRules(document.uri, ['missing-close']);
    await until('it is given up', async () => {
      await supervisor.crash();
      return supervisor.health.state === 'stopped';
    });
    await replaceText(document, CLEAN);
    await assert.rejects(supervisor.ask('languages', null));
    // Commands say that, and how to go on: their message waits for an answer.
    for (const command of [
      ...['simulate', 'checkFile', 'scanWorkspace', 'diagnoseText', 'showSockets', 'collectDiagnostics', 'openSample'],
      ...['tour.read', 'tour.fix', 'tour.simulate', 'simulateExample', 'showActions', 'useMachineSettings', 'explainRule'],
    ]) {
      const answered = vscode.commands.executeCommand(`closewait.${command}`).then(
        () => null,
        (error: unknown) => error,
      );
      assert.ok([null, 'waits'].includes((await Promise.race([answered, pause(300).then(() => 'waits')])) as string | null), command);
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      await vscode.commands.executeCommand('notifications.clearAll');
    }
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('closewait.restart');
    assert.deepStrictEqual(await analysedRules(document), []);
    await untilRules(document.uri, []);
    assert.strictEqual(supervisor.health.state, 'running');
  });

  it('keeps working after it was asked for something impossible', async () => {
    const { supervisor } = await extension();
    const options = {
      machine: { kernel: '6.18', hz: 250, sysctls: { A: {}, B: {} } },
      severities: {},
      minCertainty: 'likely' as const,
      fixes: false,
    };
    await assert.rejects(
      supervisor.ask('check', { uri: 'test:impossible', version: 1, language: 'no-such-language', text: '', lines: null, options }),
    );
    const document = await open(LEAK);
    await untilRules(document.uri, ['missing-close']);
  });
});
