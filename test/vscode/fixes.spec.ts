import assert from 'assert';
import * as vscode from 'vscode';
import { actions, analysedRules, cleanUp, edit, findings, hoverText, LEAK, open, OPENING, placeOf, untilRules } from './help.js';

async function leakWithActions(text = LEAK): Promise<{ document: vscode.TextDocument; offered: vscode.CodeAction[] }> {
  const document = await open(text);
  await analysedRules(document);
  const [finding] = findings(document.uri);
  assert.ok(finding);
  return { document, offered: await actions(document, finding.range) };
}

function titled(offered: readonly vscode.CodeAction[], title: RegExp): vscode.CodeAction {
  const found = offered.find((action) => title.test(action.title));
  assert.ok(found, `no ${title} among: ${offered.map((action) => action.title).join(' | ')}`);
  return found;
}

describe('the light bulb', () => {
  afterEach(cleanUp);

  it('has one preferred fix, which removes the finding', async () => {
    const { document, offered } = await leakWithActions();
    const preferred = offered.filter(({ isPreferred }) => isPreferred);
    assert.strictEqual(preferred.length, 1, offered.map(({ title }) => title).join(' | '));
    const [fix] = preferred;
    assert.ok(fix?.edit);
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.deepStrictEqual(await analysedRules(document), []);
    await untilRules(document.uri, []);
  });

  it('fixes all findings of a rule, and all safe ones on request', async () => {
    const twice = `${LEAK}\n\n${LEAK.slice(LEAK.indexOf('def ')).replace('fetch', 'fetch_again')}`;
    const { document, offered } = await leakWithActions(twice);
    assert.strictEqual(findings(document.uri).length, 2);
    const alike = titled(offered, /^Fix all missing-close in this file$/);
    assert.ok(alike.edit);
    const whole = new vscode.Range(0, 0, 0, 0);
    for (const kind of [vscode.CodeActionKind.Source, vscode.CodeActionKind.SourceFixAll]) {
      const found = await actions(document, whole, kind);
      assert.ok(
        found.some((action) => action.kind?.value === 'source.fixAll.closewait'),
        kind.value,
      );
    }
    const all = await actions(document, whole, vscode.CodeActionKind.SourceFixAll.append('closewait'));
    assert.strictEqual(all.length, 1);
    assert.ok(all[0]?.edit);
    assert.ok(await vscode.workspace.applyEdit(all[0].edit));
    assert.deepStrictEqual(await analysedRules(document), []);
  });

  it('suppresses with a reason, and the hover on the comment explains the rule', async () => {
    const { document, offered } = await leakWithActions();
    const suppress = titled(offered, /^Suppress missing-close/);
    assert.ok(suppress.edit);
    assert.ok(await vscode.workspace.applyEdit(suppress.edit));
    assert.match(document.getText(), /^ {4}# closewait: allow missing-close -- \S/m);
    assert.deepStrictEqual(await analysedRules(document), []);
    assert.match(await hoverText(document, placeOf(document, 'closewait: allow').translate(0, 3)), /Suppression of \*\*missing-close\*\*/);
  });

  it('fades a suppression that hides nothing', async () => {
    const document = await open(`# closewait: allow linger-zero -- not needed any more\n${LEAK}`);
    await untilRules(document.uri, ['missing-close', 'unused-suppression']);
  });

  it('explains and simulates', async () => {
    const { offered } = await leakWithActions();
    assert.strictEqual(titled(offered, /^Explain missing-close$/).command?.command, 'closewait.explainRule');
    assert.strictEqual(titled(offered, /^Simulate this connection$/).command?.command, 'closewait.simulate');
  });

  it('offers nothing where nothing is wrong', async () => {
    const { document } = await leakWithActions();
    assert.deepStrictEqual(
      (await actions(document, new vscode.Range(0, 0, 0, 0))).map(({ title }) => title),
      [],
    );
  });

  it('never edits a version that it has not seen', async () => {
    const { document } = await leakWithActions();
    // VS Code may give up the request when the text changes; what it does hand out must fit the new text.
    const asked = actions(document, findings(document.uri)[0]?.range ?? new vscode.Range(0, 0, 0, 0)).catch(() => []);
    await edit(document, (change) => change.insert(document.uri, new vscode.Position(0, 0), '# shifted\n'));
    const preferred = (await asked).find(({ isPreferred, edit: change }) => isPreferred && change);
    if (preferred?.edit) {
      assert.ok(await vscode.workspace.applyEdit(preferred.edit));
      assert.deepStrictEqual(await analysedRules(document), [], document.getText());
    }
  });
});

describe('the hover', () => {
  afterEach(cleanUp);

  it('tells on the opening call what it is, where the values come from, what happens, with a picture and a link', async () => {
    const document = await open(LEAK);
    await analysedRules(document);
    const text = await hoverText(document, placeOf(document, OPENING).translate(0, 2));
    assert.match(text, /Client connection/);
    assert.match(text, /keepalive: off \(the kernel's default\)/);
    assert.match(text, /\| its process dies \| `conn\.recv` on line \d+ \S/);
    assert.match(text, /\| its host loses power \| \S/);
    assert.match(text, /\| it closes first \| \S/);
    assert.ok(text.split('\n').length <= 15, `${text.split('\n').length} lines`);
    assert.match(text, /!\[[^\]]+\]\(data:image\/svg\+xml;base64,/);
    assert.match(text, /\[Simulate this connection\]\(command:closewait\.simulate\?/);
    assert.ok(text.length < 30_000, `${text.length} characters`);
  });

  it('tells on a variable that holds the connection', async () => {
    const document = await open(LEAK);
    await analysedRules(document);
    assert.match(await hoverText(document, placeOf(document, 'conn.recv').translate(0, 1)), /Client connection/);
  });

  it('says nothing elsewhere', async () => {
    const document = await open(LEAK);
    await analysedRules(document);
    assert.ok(!(await hoverText(document, placeOf(document, 'import socket'))).includes('connection'));
  });
});
