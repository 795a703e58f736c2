import assert from 'assert';
import * as vscode from 'vscode';
import {
  analysedRules,
  cleanUp,
  edit,
  extension,
  findings,
  folder,
  LEAK,
  open,
  pause,
  rules,
  until,
  untilRules,
  withSettings,
} from './help.js';

/** Waits for an answer that the kernel gives up on by itself, so that the text holds a time that a sysctl decides. */
const WRITES = `import socket


def ask(host):
    with socket.create_connection((host, 80)) as conn:
        conn.sendall(b"question")
        return conn.recv(1024)
`;

describe('settings', () => {
  afterEach(cleanUp);

  it('switch everything off and on', async () => {
    const document = await open(LEAK);
    await untilRules(document.uri, ['missing-close']);
    await withSettings({ enable: false }, async () => {
      await untilRules(document.uri, []);
    });
    await untilRules(document.uri, ['missing-close']);
  });

  it('give a rule another severity, or none', async () => {
    const document = await open(LEAK);
    await untilRules(document.uri, ['missing-close']);
    await withSettings({ severity: { 'missing-close': 'error' } }, async () => {
      await until('the severity changes', () => findings(document.uri)[0]?.severity === vscode.DiagnosticSeverity.Error);
    });
    await withSettings({ severity: { 'missing-close': 'off' } }, async () => {
      await untilRules(document.uri, []);
    });
  });

  it('change the time in the diagnostic with net.ipv4.tcp_retries2', async () => {
    const document = await open(WRITES);
    const message = (): string =>
      findings(document.uri)
        .map((finding) => finding.message)
        .join('\n');
    await until('the usual time', () => /\b1[56]\b.* min/.test(message()));
    await withSettings({ sysctls: { 'net.ipv4.tcp_retries2': 5 } }, async () => {
      await until('the shorter time', () => /\b1[2-5](\.\d)?( s\b|–)/.test(message()) && !/ 1[56]\b.* min/.test(message())).catch(
        (error: Error) => assert.fail(`${error.message}: ${message()}`),
      );
    });
  });

  it("follow the nearest closewait.json, and the user's own when it goes", async () => {
    const document = await open(LEAK);
    await untilRules(document.uri, ['missing-close']);
    const file = vscode.Uri.joinPath(folder(), 'closewait.json');
    const write = (settings: object): Thenable<void> =>
      vscode.workspace.fs.writeFile(file, new TextEncoder().encode(JSON.stringify(settings)));
    try {
      await write({ severity: { 'missing-close': 'error' } });
      await until("the project's severity", () => findings(document.uri)[0]?.severity === vscode.DiagnosticSeverity.Error);
      await write({ exclude: ['made-by-test-*.py'] });
      await untilRules(document.uri, []);
    } finally {
      await vscode.workspace.fs.delete(file);
    }
    await until(
      "the user's severity",
      () =>
        findings(document.uri)[0]?.severity === vscode.DiagnosticSeverity.Warning ||
        findings(document.uri)[0]?.severity === vscode.DiagnosticSeverity.Information,
    );
  });

  it('leave files out', async () => {
    const document = await open(LEAK);
    await untilRules(document.uri, ['missing-close']);
    await withSettings({ exclude: ['made-by-*.py'] }, async () => {
      await untilRules(document.uri, []);
    });
    await withSettings({ exclude: ['other/', '*.c'] }, async () => {
      await untilRules(document.uri, ['missing-close']);
    });
  });

  it('that make no sense give the default', async () => {
    const document = await open(LEAK);
    await withSettings({ run: 'sometimes', severity: { 'no-such-rule': 'off' }, slowKeepaliveSeconds: -1 }, async () => {
      await pause(400);
      await untilRules(document.uri, ['missing-close']);
    });
  });

  it('analyse on save only, or by command only', async () => {
    await withSettings({ run: 'onSave' }, async () => {
      const document = await open('import socket\n');
      await edit(document, (change) => change.insert(document.uri, new vscode.Position(1, 0), LEAK));
      await pause(600);
      assert.deepStrictEqual(rules(document.uri), []);
      await document.save();
      await untilRules(document.uri, ['missing-close']);
    });
    await withSettings({ run: 'manual' }, async () => {
      const document = await open(LEAK);
      await pause(600);
      assert.deepStrictEqual(rules(document.uri), []);
      await vscode.commands.executeCommand('closewait.checkFile');
      await untilRules(document.uri, ['missing-close']);
    });
  });

  it('show a CodeLens and an inlay hint only when they are switched on', async () => {
    const document = await open(LEAK);
    await analysedRules(document);
    const lenses = async (): Promise<number> =>
      (await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri)).length;
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = async (): Promise<number> =>
      (await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, whole)).length;
    assert.deepStrictEqual([await lenses(), await hints()], [0, 0]);
    await withSettings({ codeLens: true, inlayHints: true }, async () => {
      await (await extension()).documents.current(document);
      assert.deepStrictEqual([await lenses(), await hints()], [1, 1]);
    });
  });

  it('of this machine are read and kept', async function () {
    const before = vscode.workspace.getConfiguration('closewait');
    // The message stays open until it is answered: the command is not waited for.
    void vscode.commands.executeCommand('closewait.useMachineSettings');
    try {
      const configuration = await until("the kernel's clock rate is written", () => {
        const now = vscode.workspace.getConfiguration('closewait');
        return now.inspect('sysctls')?.workspaceValue !== undefined && now;
      });
      assert.ok(configuration.get<string>('kernel.version'));
      assert.ok([100, 250, 300, 1000].includes(configuration.get<number>('kernel.hz') ?? 0));
    } finally {
      for (const name of ['kernel.version', 'kernel.hz', 'sysctls'])
        await before.update(name, undefined, vscode.ConfigurationTarget.Workspace);
      await vscode.commands.executeCommand('notifications.clearAll');
    }
  });
});

describe('the manifest', () => {
  it('keeps within its limits and names every command as it is documented', async () => {
    await extension();
    const { contributes, capabilities } = vscode.extensions.getExtension('closewait.closewait')?.packageJSON as {
      contributes: {
        commands: { command: string; title: string; category: string }[];
        configuration: { properties: Record<string, { default: unknown; markdownDescription: string }> };
      };
      capabilities: { untrustedWorkspaces: { supported: boolean }; virtualWorkspaces: boolean };
    };
    const properties = Object.entries(contributes.configuration.properties);
    assert.ok(properties.length <= 12 && contributes.commands.length <= 11);
    for (const [name, { default: value, markdownDescription }] of properties)
      assert.ok(value !== undefined && markdownDescription.length > 20, name);
    const titles = contributes.commands.map(({ category, title }) => `${category}: ${title}`);
    for (const title of [
      'Simulate Connection Failure',
      'Scan Workspace',
      "Use This Machine's Kernel Settings",
      'Explain Rule',
      'Open Sample',
      'Collect Diagnostics',
      'Diagnose From Text…',
      "Show This Machine's Sockets",
    ]) {
      assert.ok(titles.includes(`CloseWait: ${title}`), title);
    }
    assert.deepStrictEqual(capabilities, { untrustedWorkspaces: { supported: true }, virtualWorkspaces: true });
    const registered = await vscode.commands.getCommands(true);
    for (const { command } of contributes.commands) assert.ok(registered.includes(command), command);
  });
});
