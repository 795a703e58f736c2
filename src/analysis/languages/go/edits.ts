/** Fix intents as edits of Go source. What is not sure to be right is left out: an empty list means there is no fix. */

import type { Fix, TextEdit } from '../../findings.js';
import type { FixIntent } from '../../flow/intents.js';
import type { Span } from '../../flow/ir.js';
import { enclosing, nodeAt, spanAt } from '../../syntax/tree.js';
import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';
import {
  anchorOf,
  functionAround,
  importEdits,
  indentOf,
  insertAfter,
  insertBefore,
  insideLoop,
  leavingStatements,
  nextStatement,
  removeStatement,
  sharesLine,
  sourceOf,
  statementAt,
  targetsOf,
} from './edit-places.js';
import { limitFixes, optionFixes } from './edit-options.js';
import { say } from '../../../words/say.js';

type Intent<F extends FixIntent['fix']> = Extract<FixIntent, { fix: F }>;

export function goEdits(intent: FixIntent, tree: SyntaxTree): Fix[] {
  switch (intent.fix) {
    case 'closeAlways':
      return closeAlways(intent, tree);
    case 'closeOnFailure':
      return closeOnFailure(intent, tree);
    case 'closeBefore':
      return closeBefore(intent, tree);
    case 'leaveOnEof':
      return leaveOnEof(intent, tree);
    case 'setOptions':
      return optionFixes(intent, tree);
    case 'setLimit':
      return limitFixes(intent, tree);
    case 'moveClose':
      return moveClose(intent, tree);
    case 'removeCall':
      return removeCall(intent, tree);
  }
}

type Closing = Pick<Intent<'closeBefore'>, 'place' | 'type' | 'open' | 'closer'>;

/** The call that closes what is in a place. */
function closeCall(tree: SyntaxTree, { place, type, open, closer }: Closing): string | null {
  const source = sourceOf(place);
  if (source === null) return null;
  if (closer !== undefined) return closer.includes('context.') && !/"context"/.test(tree.text) ? null : `${source}.${closer}`;
  if (type === 'http.Response' && !source.endsWith('.Body')) return `${source}.Body.Close()`;
  if (type !== 'syscall.fd') return `${source}.Close()`;
  const pack = nodeAt(tree, open).child('function')?.child('operand')?.text;
  return pack === undefined ? null : `${pack}.Close(${source})`;
}

function closeAlways(intent: Intent<'closeAlways'>, tree: SyntaxTree): Fix[] {
  if (intent.isParameter) return closeParameter(intent, tree);
  const statement = statementAt(tree, intent.open);
  const close = closeCall(tree, intent);
  if (!statement || close === null) return [];
  if (statement.type !== 'short_var_declaration' && statement.type !== 'assignment_statement') return [];
  const anchor = anchorOf(statement);
  if (!anchor) return [];
  if (insideLoop(statement)) return closeEachRound(tree, statement, anchor, close);
  const edit = insertAfter(tree, anchor, [`defer ${close}`]);
  return [{ title: say`Close it on every way out: defer ${close}`, safe: true, idiom: 'defer', edits: [edit] }];
}

/** A function that owns what it is given closes it, whatever happens. */
function closeParameter(intent: Intent<'closeAlways'>, tree: SyntaxTree): Fix[] {
  const fn = enclosing(nodeAt(tree, intent.functionRange), ['function_declaration', 'method_declaration', 'func_literal']);
  const body = fn?.child('body');
  const close = closeCall(tree, intent);
  if (!body || close === null) return [];
  const edit: TextEdit = { range: spanAt(tree, body.start + 1), newText: `\n${indentOf(tree, body)}\tdefer ${close}` };
  return [{ title: say`Close it where it is handled: defer ${close}`, safe: true, idiom: 'defer-parameter', edits: [edit] }];
}

/** Before each way into the next round (or out of the loop) that does not close it yet, and at the end of the round. */
function closeEachRound(tree: SyntaxTree, statement: SyntaxNode, anchor: SyntaxNode, close: string): Fix[] {
  const list = statement.parent;
  if (!list) return [];
  const edits = leavingStatements(list, anchor.end)
    .filter((leaving) => !closedBefore(leaving, close))
    .map((leaving) => insertBefore(tree, leaving, [close]));
  const last = list.parts.at(-1);
  if (
    last &&
    last.end >= anchor.end &&
    !['continue_statement', 'return_statement', 'break_statement'].includes(last.type) &&
    !closedBefore(last, close) &&
    last.text !== close
  ) {
    edits.push(insertAfter(tree, last, [close]));
  }
  return edits.length === 0 ? [] : [{ title: say`Close it before the next round: ${close}`, safe: true, idiom: 'each-round', edits }];
}

function closedBefore(statement: SyntaxNode, close: string): boolean {
  return (statement.parent?.parts ?? []).some((other) => other.start < statement.start && other.text.endsWith(close));
}

function closeOnFailure(intent: Intent<'closeOnFailure'>, tree: SyntaxTree): Fix[] {
  const edits: TextEdit[] = [];
  const seen = new Set<SyntaxNode>();
  for (const span of intent.leaks) {
    const found = beforeLeaving(tree, span, intent);
    // Calls that fail are among them: the statement that leaves is where to close.
    if (!found) continue;
    if (!seen.has(found.statement)) edits.push(found.edit);
    seen.add(found.statement);
  }
  const close = closeCall(tree, intent);
  return edits.length === 0 ? [] : [{ title: say`Close it on the failing path: ${close ?? ''}`, safe: true, idiom: 'failing-path', edits }];
}

function closeBefore(intent: Intent<'closeBefore'>, tree: SyntaxTree): Fix[] {
  const found = beforeLeaving(tree, intent.at, intent);
  const close = closeCall(tree, intent);
  return found
    ? [{ title: say`Close it before leaving here: ${close ?? ''}`, safe: true, idiom: 'before-leaving', edits: [found.edit] }]
    : [];
}

/** The close before a statement that leaves; null when that statement still needs the connection. */
function beforeLeaving(tree: SyntaxTree, span: Span, closing: Closing): { statement: SyntaxNode; edit: TextEdit } | null {
  const statement = statementAt(tree, span);
  const { place, type } = closing;
  const close = closeCall(tree, closing);
  const source = sourceOf(place);
  if (!statement || close === null || source === null) return null;
  if (!['return_statement', 'continue_statement', 'break_statement', 'goto_statement'].includes(statement.type)) return null;
  if (needs(statement.text, source, type) || (source.includes('.') && needs(statement.text, source.split('.')[0] ?? source, type)))
    return null;
  if (isWithin(statement, statementAt(tree, closing.open)?.parent)) return { statement, edit: insertBefore(tree, statement, [close]) };
  // Ways on which it was never opened come by here, too: a close of nil would panic.
  const isDescriptor = type === 'syscall.fd';
  return isDescriptor || sharesLine(tree, statement)
    ? null
    : { statement, edit: insertBefore(tree, statement, [`if ${source} != nil {`, `\t${close}`, '}']) };
}

function isWithin(node: SyntaxNode, list: SyntaxNode | null | undefined): boolean {
  for (let at: SyntaxNode | null = node; at; at = at.parent) if (at === list) return true;
  return false;
}

/** Does this text still need the connection? Status and headers of a response are there after the close, too. */
function needs(text: string, source: string, type: string): boolean {
  const plain = type === 'http.Response' ? '(?!\\.(Status|StatusCode|Header|Proto|ContentLength|Request)\\b)' : '';
  return new RegExp(`(^|[^\\w.])${source.replace(/\./g, '\\.')}\\b${plain}`).test(text);
}

/** After the read: leave when it says that the stream has ended. */
function leaveOnEof(intent: Intent<'leaveOnEof'>, tree: SyntaxTree): Fix[] {
  const statement = statementAt(tree, intent.read);
  if (!statement) return [];
  const leave = leavingStatement(statement);
  if (leave === null) return [];
  if (statement.type === 'expression_statement') {
    const edit = {
      range: statement.span,
      newText: ifBlock(`_, err := ${statement.text}; err != nil`, leave).join(`\n${indentOf(tree, statement)}`),
    };
    return [{ title: say`Leave when the read reports an error or the end of the stream`, safe: false, edits: [edit] }];
  }
  const targets = targetsOf(statement);
  const error = targets.at(-1);
  if (!error || targets.length < 2) return [];
  const renamed: TextEdit[] = error.text === '_' ? [{ range: error.span, newText: 'err' }] : [];
  const name = error.text === '_' ? 'err' : error.text;
  const next = nextStatement(statement);
  const checked = next?.type === 'if_statement' && new RegExp(`\\b${name}\\b`).test(next.child('condition')?.text ?? '');
  const condition = checked ? `${name} == io.EOF` : `${name} != nil`;
  const edits = [...renamed, insertAfter(tree, statement, ifBlock(condition, leave)), ...(checked ? importEdits(tree, 'io') : [])];
  return [{ title: say`Leave when the read reports the end of the stream`, safe: false, edits }];
}

function ifBlock(condition: string, leave: string): string[] {
  return [`if ${condition} {`, `\t${leave}`, '}'];
}

/** What leaves the loop or the function here; null when its results are unknown. */
function leavingStatement(statement: SyntaxNode): string | null {
  const fn = functionAround(statement);
  if (fn && !fn.child('result')) return 'return';
  for (let at = statement.parent; at && at !== fn; at = at.parent) {
    if (at.type === 'for_statement') return 'break';
    if (at.type.endsWith('switch_statement') || at.type === 'select_statement') return null;
  }
  return fn?.child('result')?.text === 'error' ? 'return err' : null;
}

function moveClose(intent: Intent<'moveClose'>, tree: SyntaxTree): Fix[] {
  const after = statementAt(tree, intent.after);
  const close = statementAt(tree, intent.close);
  const source = sourceOf(intent.place);
  if (!after || !close || source === null || close.type === 'defer_statement') return [];
  const edits = [insertAfter(tree, after, [close.text]), removeStatement(tree, close)];
  return [{ title: say`Close \`${source}\` here already`, safe: false, edits }];
}

function removeCall(intent: Intent<'removeCall'>, tree: SyntaxTree): Fix[] {
  const statement = statementAt(tree, intent.call);
  if (statement?.type !== 'expression_statement') return [];
  return [{ title: say`Remove this call`, safe: false, edits: [removeStatement(tree, statement)] }];
}
