import assert from 'assert';
import * as vscode from 'vscode';
import { cleanUp, extension, findings, LEAK, open, OPENING, placeOf, ruleOf, untilRules } from './help.js';

describe('a finding', () => {
  afterEach(cleanUp);

  it('stands on the opening call and says where it comes from', async () => {
    const document = await open(LEAK);
    const [finding] = await untilRules(document.uri, ['missing-close']);
    assert.ok(finding);
    assert.ok(finding.range.start.isEqual(placeOf(document, OPENING)), `starts at ${JSON.stringify(finding.range.start)}`);
    assert.strictEqual(document.getText(finding.range), OPENING);
    assert.strictEqual(finding.severity, vscode.DiagnosticSeverity.Information, 'CPython closes a dropped local at once');
    assert.ok(typeof finding.code === 'object');
    assert.match(finding.code.target.path, /docs\/rules\/missing-close\.md$/);
    await vscode.workspace.fs.stat(finding.code.target);
    const path = finding.relatedInformation ?? [];
    assert.ok(path.length >= 1, 'the path tells where it is left');
    assert.ok(
      path.every(({ location }) => !location.range.start.isEqual(finding.range.start)),
      'the squiggle marks where it is opened',
    );
    assert.ok(path.every(({ location }) => location.uri.toString() === document.uri.toString()));
  });

  it('appears in Python, Go and C', async () => {
    const go = await open(
      'package main\n\nimport "net"\n\nfunc dial(address string) error {\n\tconn, err := net.Dial("tcp", address)\n\tif ' +
        'err != nil {\n\t\treturn err\n\t}\n\t_, err = conn.Write([]byte("x"))\n\treturn err\n}\n',
      'go',
    );
    await untilRules(go.uri, ['missing-close']);
    const c = await open(
      '#include <sys/socket.h>\n#include <unistd.h>\n\nint dial(const struct sockaddr *a, socklen_t n)\n{\n    int fd = ' +
        'socket(AF_INET, SOCK_STREAM, 0);\n    if (fd < 0)\n        return -1;\n    if (connect(fd, a, n) < 0)\n        ' +
        'return -1;\n    close(fd);\n    return 0;\n}\n',
      'c',
    );
    await untilRules(c.uri, ['close-skipped-on-error']);
  });

  it('counts columns as VS Code does, with CRLF and characters outside the BMP', async () => {
    const document = await open(
      LEAK.replace('import socket\n', 'import socket  # \u{1F50C} plug\n')
        .replace('    conn =', '    "\u{1F50C}"; conn =')
        .replaceAll('\n', '\r\n'),
    );
    const [finding] = await untilRules(document.uri, ['missing-close']);
    assert.ok(finding);
    assert.strictEqual(document.getText(finding.range), OPENING);
  });

  it('appears in a document that was never saved', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'python', content: LEAK });
    await vscode.window.showTextDocument(document);
    await untilRules(document.uri, ['missing-close']);
  });

  it('is waited for when files around it tell something new meanwhile', async () => {
    const { documents } = await extension();
    const document = await open(LEAK);
    const asked = documents.current(document);
    documents.recheck([document.uri.toString()]);
    assert.ok(await asked, 'the answer that was thrown away is not the last');
    assert.deepStrictEqual(findings(document.uri).map(ruleOf), ['missing-close']);
  });

  it('is made by a worker of its own', async () => {
    await open(LEAK);
    await vscode.commands.executeCommand('closewait.collectDiagnostics');
    const report = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(report, /^- worker: dedicated \(running, ended unexpectedly \d+ times/m);
    assert.match(report, /^- languages: .*\bpython\b/m);
    assert.ok(!report.includes('create_connection'), 'the report holds no source text');
    assert.strictEqual((await extension()).supervisor.health.kind, 'dedicated');
  });
});

describe('what is not analysed', () => {
  afterEach(cleanUp);

  it('a read-only view: a provider of text, a read-only file system', async () => {
    const provider = vscode.workspace.registerTextDocumentContentProvider('closewait-view', { provideTextDocumentContent: () => LEAK });
    const files = vscode.workspace.registerFileSystemProvider('closewait-frozen', new FrozenFiles(), { isReadonly: true });
    try {
      for (const scheme of ['closewait-view', 'closewait-frozen']) {
        const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(`${scheme}:/leak.py`));
        assert.strictEqual(document.languageId, 'python');
        await vscode.window.showTextDocument(document);
        const { documents } = await extension();
        assert.strictEqual(await documents.current(document), null);
        assert.deepStrictEqual(findings(document.uri).map(ruleOf), []);
      }
    } finally {
      provider.dispose();
      files.dispose();
    }
  });

  it('a file of another language', async () => {
    const document = await open(LEAK, 'txt');
    assert.strictEqual(await (await extension()).documents.current(document), null);
  });
});

class FrozenFiles implements vscode.FileSystemProvider {
  private readonly bytes = new TextEncoder().encode(LEAK);
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
  watch = (): vscode.Disposable => new vscode.Disposable(() => undefined);
  stat = (): vscode.FileStat => ({ type: vscode.FileType.File, ctime: 0, mtime: 0, size: this.bytes.length });
  readFile = (): Uint8Array => this.bytes;
  readDirectory = (): [string, vscode.FileType][] => [];
  createDirectory = refuse;
  writeFile = refuse;
  delete = refuse;
  rename = refuse;
}

function refuse(): never {
  throw vscode.FileSystemError.NoPermissions();
}
