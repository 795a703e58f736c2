/** All that the extension does, with the network and other programs forbidden in its process (the Node extension host alone). */

import assert from 'assert';
import child from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import * as vscode from 'vscode';
import { analysedRules, cleanUp, extension, LEAK, open, OPENING, pause, placeOf, until, withSettings } from './help.js';

const asked: string[] = [];
const restore: (() => void)[] = [];

/** The extension's folder, with these tests; VS Code itself looks for programs that listen, by programs of its own. */
let own = '';

/** In its place stands what notes and refuses the questions of the extension. */
function forbid(owner: object, names: readonly string[]): void {
  for (const name of names) {
    const before = (owner as Record<string, unknown>)[name] as (...given: unknown[]) => unknown;
    assert.strictEqual(typeof before, 'function', name);
    (owner as Record<string, unknown>)[name] = function (this: unknown, ...given: unknown[]): unknown {
      const { stack = '' } = new Error('asked here');
      // The first frame is this function.
      if (!stack.split('\n').slice(2).join('\n').includes(own)) return before.apply(this, given);
      asked.push(`${name}\n${stack}`);
      throw new Error(`${name} is forbidden here`);
    };
    restore.push(() => void ((owner as Record<string, unknown>)[name] = before));
  }
}

const TABLE = 'CLOSE-WAIT 1 0 10.0.0.5:41022 10.0.0.9:80 users:(("python3",pid=7,fd=3))\n';

/** What each command is given and what is chosen when it asks. */
const ARGUMENTS: Record<string, { given?: unknown[]; picks?: boolean }> = {
  'closewait.simulate': {},
  'closewait.scanWorkspace': {},
  'closewait.useMachineSettings': {},
  'closewait.explainRule': { picks: true },
  'closewait.openSample': { picks: true },
  'closewait.collectDiagnostics': {},
  'closewait.checkFile': {},
  'closewait.diagnoseText': {},
  'closewait.showSockets': {},
  'closewait.simulateCandidate': { given: [{}] },
  'closewait.simulateExample': { given: ['missing-close'] },
  'closewait.tour.read': {},
  'closewait.tour.fix': {},
  'closewait.tour.simulate': {},
  // Last: it ends the worker.
  'closewait.restart': {},
};

describe('with sockets, names of hosts and programs forbidden', () => {
  before(() => {
    own = vscode.extensions.getExtension('closewait.closewait')?.extensionPath ?? 'none';
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 100;
    restore.push(() => void (Error.stackTraceLimit = stackTraceLimit));
    forbid(net.Socket.prototype, ['connect']);
    forbid(net.Server.prototype, ['listen']);
    forbid(dgram, ['createSocket']);
    forbid(dns, ['lookup', 'resolve', 'resolve4', 'resolve6']);
    forbid(dns.promises, ['lookup', 'resolve']);
    for (const one of [http, https]) forbid(one, ['request', 'get']);
    forbid(child, ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']);
    forbid(globalThis, ['fetch']);
  });
  after(async () => {
    for (const one of restore) one();
    const configuration = vscode.workspace.getConfiguration('closewait');
    for (const name of ['kernel.version', 'kernel.hz', 'sysctls'])
      await configuration.update(name, undefined, vscode.ConfigurationTarget.Workspace);
    await cleanUp();
  });

  it('every command runs, and asks for none of it', async function () {
    this.timeout(90_000);
    await extension();
    const { commands } = (
      vscode.extensions.getExtension('closewait.closewait')?.packageJSON as { contributes: { commands: { command: string }[] } }
    ).contributes;
    for (const { command } of commands) assert.ok(command in ARGUMENTS, `${command} is not tried here`);
    const document = await open(LEAK);
    await analysedRules(document);
    for (const [command, { given = [], picks }] of Object.entries(ARGUMENTS)) {
      const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
      editor.selection = new vscode.Selection(placeOf(document, OPENING), placeOf(document, OPENING));
      if (command === 'closewait.diagnoseText') {
        const table = await open(TABLE, 'txt');
        const shown = await vscode.window.showTextDocument(table);
        shown.selection = new vscode.Selection(table.positionAt(0), table.positionAt(TABLE.length));
      }
      let failed: unknown = null;
      const done = Promise.resolve(vscode.commands.executeCommand(command, ...given)).catch((error: unknown) => {
        failed = error;
      });
      await Promise.race([done, pause(1500)]);
      if (picks) await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      // What still waits for an answer gets none.
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      await vscode.commands.executeCommand('notifications.clearAll');
      await Promise.race([done, pause(3000)]);
      assert.strictEqual(failed, null, command);
      assert.deepStrictEqual(asked, [], command);
    }
  });

  it('so do findings, hovers, light bulbs and the tools for agents', async () => {
    const document = await open(LEAK);
    await until('the worker is there again', async () => (await analysedRules(document)).length > 0);
    const place = placeOf(document, OPENING);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, place);
    assert.ok(hovers.length > 0);
    const range = new vscode.Range(place, place);
    await vscode.commands.executeCommand('vscode.executeCodeActionProvider', document.uri, range);
    const file = document.uri.path;
    for (const [name, input] of [
      ['find_socket_leaks', { file }],
      ['simulate_connection_failure', { file, line: 5 }],
      ['explain_rule', { rule: 'missing-close' }],
      ['diagnose_connections', { text: TABLE }],
    ] as const) {
      const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
      assert.ok(content.length > 0, name);
    }
    await withSettings({ minCertainty: 'possible' }, async () => void (await analysedRules(document)));
    assert.deepStrictEqual(asked, []);
  });

  it('and the test would notice', () => {
    assert.throws(() => net.connect(1), /forbidden/);
    assert.throws(() => child.spawnSync('true'), /forbidden/);
    assert.strictEqual(asked.splice(0).length, 2);
  });
});
