/** The light bulb: verified fixes, fix all of a kind, suppress with a reason, explain, simulate. */

import {
  CodeAction,
  CodeActionKind,
  type CodeActionContext,
  type CodeActionProvider,
  Position,
  Range,
  SnippetString,
  SnippetTextEdit,
  type TextDocument,
  type Uri,
  WorkspaceEdit,
} from 'vscode';
import type { CheckedFinding } from '../app/check.js';
import { uncovered } from '../app/notebook.js';
import { startOf, toRange, toReplacement, toWorkspaceEdit, withoutCodeSpans } from './convert.js';
import { SOURCE } from './diagnostics.js';
import type { Checked, Documents } from './documents.js';
import { EXPLAIN, SIMULATE, type SimulateTarget } from './links.js';
import { isCell } from './notebooks.js';
import type { Supervisor } from './supervisor.js';
import { say } from '../words/say.js';

const FIX_ALL = CodeActionKind.SourceFixAll.append('closewait');
export const ACTION_KINDS = [CodeActionKind.QuickFix, FIX_ALL];

/** Its edit is made when it is chosen: each fix is tried on a copy, one after the other. */
class FixAlike extends CodeAction {
  constructor(
    readonly checked: Checked,
    readonly rule: string,
  ) {
    super(isCell(checked.document) ? say`Fix all ${rule} in this cell` : say`Fix all ${rule} in this file`, CodeActionKind.QuickFix);
  }
}

/** @param lineComment what starts a line comment in a language */
export function createActionProvider(
  documents: Documents,
  supervisor: Supervisor,
  lineComment: (language: string) => Promise<string>,
): CodeActionProvider {
  const actionsOf = async (checked: Checked, range: Range, context: CodeActionContext): Promise<CodeAction[]> => {
    // Asked by prefix: the menu of source actions says `source`, a setting `source.fixAll`.
    if (context.only && context.only.value !== '' && context.only.contains(FIX_ALL)) return fixAllAction(checked, supervisor);
    const here = checked.file.findings
      .map((finding, index) => ({ finding, index }))
      .filter(({ finding }) => toRange(finding.range).intersection(range));
    const found = (
      await Promise.all(here.map(({ finding, index }) => actionsFor(checked, finding, index, supervisor, context, lineComment)))
    ).flat();
    return [...inOrder(found), ...removals(checked, range)];
  };
  return {
    async provideCodeActions(document, range, context, token) {
      // Other files may tell something new while we ask: then the same text is asked again.
      for (let checked = await documents.current(document, token); checked; checked = await documents.current(document, token)) {
        const actions = await actionsOf(checked, range, context);
        if (documents.now(document) === checked) return actions;
      }
      return [];
    },
    async resolveCodeAction(action) {
      if (!(action instanceof FixAlike)) return action;
      const {
        checked: { document, version },
        rule,
      } = action;
      const text = await supervisor.ask('fixAll', { uri: document.uri.toString(), version, rule }).catch(() => null);
      if (text !== null && document.version === version) action.edit = toReplacement(document, ownText(document, text));
      return action;
    },
  };
}

/** The preferred fix first, then the others; what says the same for several findings once. */
function inOrder(actions: readonly CodeAction[]): CodeAction[] {
  const rank = (action: CodeAction): number => {
    const { isPreferred, edit, command } = action;
    if (isPreferred) return 0;
    if (command) return command.command === SIMULATE ? 2 : 3;
    return action instanceof FixAlike || (edit && !isSuppression.has(edit)) ? 1 : 4;
  };
  const preferred = actions.find(({ isPreferred }) => isPreferred);
  const once = actions.filter(
    (action, index) => action.command === undefined || actions.findIndex(({ title }) => title === action.title) === index,
  );
  for (const action of once) if (action !== preferred) action.isPreferred = undefined;
  return once
    .map((action, index) => ({ action, index }))
    .sort((a, b) => rank(a.action) - rank(b.action) || a.index - b.index)
    .map(({ action }) => action);
}

/** Edits that add a suppression: they come last. */
const isSuppression = new WeakSet<WorkspaceEdit>();

/** A suppression that hides nothing can go. */
function removals({ document, file }: Checked, range: Range): CodeAction[] {
  return file.suppressions
    .filter(({ used, range: own }) => !used && toRange(own).intersection(range))
    .map((suppression) => {
      const own = toRange(suppression.range);
      const line = document.lineAt(own.start.line);
      const before = line.text.slice(0, own.start.character);
      const alone = before.trim() === '' && own.end.line === own.start.line && line.text.slice(own.end.character).trim() === '';
      const action = new CodeAction(say`Remove this comment: there is no ${suppression.rule} here`, CodeActionKind.QuickFix);
      action.edit = new WorkspaceEdit();
      action.edit.delete(
        document.uri,
        alone ? line.rangeIncludingLineBreak : new Range(own.start.with({ character: before.trimEnd().length }), own.end),
      );
      action.isPreferred = true;
      return action;
    });
}

async function actionsFor(
  checked: Checked,
  finding: CheckedFinding,
  index: number,
  supervisor: Supervisor,
  context: CodeActionContext,
  lineComment: (language: string) => Promise<string>,
): Promise<CodeAction[]> {
  const { document, version } = checked;
  const uri = document.uri.toString();
  const diagnostics = context.diagnostics.filter(({ source, range }) => source === SOURCE && range.isEqual(toRange(finding.range)));
  const make = (title: string, edit?: WorkspaceEdit): CodeAction => {
    const action = new CodeAction(title, CodeActionKind.QuickFix);
    action.diagnostics = diagnostics;
    if (edit) action.edit = edit;
    return action;
  };
  const fixes = (await supervisor.ask('fixes', { uri, version, finding: index }).catch(() => null)) ?? [];
  const actions = fixes.map((fix) => make(withoutCodeSpans(fix.title), toWorkspaceEdit(document.uri, fix.edits)));
  const best = actions[fixes.findIndex(({ safe }) => safe)];
  if (best) best.isPreferred = true;
  const alike = checked.file.findings.filter(({ rule }) => rule === finding.rule).length;
  if (best && alike > 1) actions.push(new FixAlike(checked, finding.rule));
  const explain = make(say`Explain ${finding.rule}`);
  explain.command = { title: explain.title, command: EXPLAIN, arguments: [finding.rule] };
  const simulate = make(say`Simulate this connection`);
  const target: SimulateTarget = { uri, ...startOf(finding.range), ...(finding.consequence && { scenario: finding.consequence.scenario }) };
  simulate.command = { title: simulate.title, command: SIMULATE, arguments: [target] };
  return [
    ...actions,
    make(say`Suppress ${finding.rule} here, with a reason`, suppression(document, finding, await lineComment(document.languageId))),
    explain,
    simulate,
  ];
}

/** A cell is analysed as Python, which it is not altogether. */
function ownText(document: TextDocument, fixed: string): string {
  return isCell(document) ? uncovered(fixed, document.getText()) : fixed;
}

async function fixAllAction({ document, version }: Checked, supervisor: Supervisor): Promise<CodeAction[]> {
  const text = await supervisor.ask('fixAll', { uri: document.uri.toString(), version, rule: null }).catch(() => null);
  if (text === null) return [];
  const action = new CodeAction(say`Fix all safe CloseWait findings`, FIX_ALL);
  action.edit = toReplacement(document, ownText(document, text));
  return [action];
}

/** The comment on a line of its own above the finding; the reason is left to be typed. */
function suppression(document: TextDocument, finding: CheckedFinding, comment: string): WorkspaceEdit {
  const line = finding.range.startLine - 1;
  const indent = /^\s*/.exec(document.lineAt(line).text)?.[0] ?? '';
  const snippet = new SnippetString()
    .appendText(`${indent}${comment} closewait: allow ${finding.rule} -- `)
    .appendPlaceholder('reason')
    .appendText('\n');
  const edit = new WorkspaceEdit();
  const above = new Position(line, 0);
  const uri: Uri = document.uri;
  edit.set(uri, [new SnippetTextEdit(new Range(above, above), snippet)]);
  isSuppression.add(edit);
  return edit;
}
