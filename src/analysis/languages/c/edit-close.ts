/** Edits that close: before a way out, by the function's own exit label, at a loop's end. */

import type { Fix, TextEdit } from '../../findings.js';
import type { FixIntent } from '../../flow/intents.js';
import type { Span } from '../../flow/ir.js';
import { enclosing, spanAt } from '../../syntax/tree.js';
import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';
import { asksForIt, functionAt, includeEdits, insertAtEnd, insertBefore, loopAround, nodesIn, removeStatement, sourceOf, statementAt } from './edit-places.js';

type Intent<F extends FixIntent['fix']> = Extract<FixIntent, { fix: F }>;

interface Closing {
  tree: SyntaxTree;
  body: SyntaxNode;
  source: string;
  /** `close(fd);` */
  call: string;
  open: Span;
  includes: TextEdit[];
}

/** What closes a value of a type, and the header that declares it. */
const closers: Record<string, [string, string | null]> = {
  'posix.socket': ['close', 'unistd.h'],
  'stdio.FILE': ['fclose', null],
  'curl.CURL': ['curl_easy_cleanup', null],
};

function closing(intent: { open: Span; place: string; functionRange: Span; type: string }, tree: SyntaxTree): Closing | null {
  const source = sourceOf(tree, intent.place, intent.open);
  const body = functionAt(tree, intent.open)?.child('body');
  const known = closers[intent.type];
  if (!source || !body || !known) return null;
  const windows = known[0] === 'close' && /\bclosesocket\s*\(/.test(tree.text) && !/\bclose\s*\(/.test(tree.text);
  const name = windows ? 'closesocket' : known[0];
  return { tree, body, source, call: `${name}(${source});`, open: intent.open, includes: windows || !known[1] ? [] : includeEdits(tree, known[1]) };
}

export function closeFixes(intent: Intent<'closeAlways' | 'closeOnFailure' | 'closeBefore'>, tree: SyntaxTree): Fix[] {
  const at = closing(intent, tree);
  if (!at) return [];
  if (intent.fix === 'closeBefore') return closeBefore(at, [intent.at], 'Close it before leaving here');
  if (intent.fix === 'closeOnFailure') return closeBefore(at, intent.leaks, 'Close it where this fails');
  return closeEverywhere(at);
}

function fixOf(title: string, at: Closing, edits: readonly TextEdit[]): Fix[] {
  return edits.length === 0 ? [] : [{ title, safe: true, edits: [...at.includes, ...edits] }];
}

/** By the exit label that closes it, if there is one; by a call before each way out; by a call before each goto that leads there. */
function closeBefore(at: Closing, spans: readonly Span[], title: string): Fix[] {
  const statements = spans.map((span) => leavingAt(at, span));
  if (statements.some((statement) => statement === null)) return [];
  const leaving = statements.filter((statement) => statement !== null);
  const byLabel = leaving.map((statement) => gotoLabel(at, statement));
  const fixes: Fix[] = [];
  if (byLabel.every((edits) => edits.length > 0)) fixes.push(...fixOf('Leave by the exit that closes it', at, byLabel.flat()));
  const jumps = leaving.flatMap((statement) => jumpsTo(at, statement));
  if (jumps.length > 0) {
    const redirected = jumps.map((jump) => redirect(at, jump));
    if (redirected.every((edits) => edits.length > 0)) fixes.push(...fixOf('Leave by the exit that closes it', at, redirected.flat()));
    for (const jump of jumps) fixes.push(...fixOf(title, at, redirect(at, jump)), ...fixOf(title, at, insertBefore(at.tree, jump, [at.call])));
    if (jumps.length > 1) fixes.push(...fixOf(title, at, jumps.flatMap((jump) => insertBefore(at.tree, jump, [at.call]))));
    return fixes;
  }
  const edits = leaving.map((statement) => callBefore(at, statement));
  if (edits.every((list) => list.length > 0)) fixes.push(...fixOf(title, at, edits.flat()));
  return fixes;
}

/** The statement by which this way leaves; the body itself for the function's end; null when a macro hides it. */
function leavingAt(at: Closing, span: Span): SyntaxNode | null {
  const statement = statementAt(at.tree, span);
  if (!statement || !enclosing(statement, ['function_definition']) || statement.start < at.body.start) return at.body;
  if (/^(return|goto|break|continue)_statement$/.test(statement.type)) return statement;
  const ends = at.body.parts.at(-1);
  return ends && ends.type !== 'return_statement' && ends.type !== 'goto_statement' ? at.body : null;
}

/** `close(fd);` before a way out, `errno` kept when the way out reads it. A call in the returned value may still need the connection. */
function callBefore(at: Closing, statement: SyntaxNode): TextEdit[] {
  if (statement === at.body) return insertAtEnd(at.tree, at.body, [at.call]);
  const value = statement.type === 'return_statement' ? statement.parts[0] : undefined;
  if (value && nodesIn(value, (node) => node.type === 'call_expression').length > 0) return [];
  if (value && /\berrno\b/.test(value.text)) return insertBefore(at.tree, statement, ['int saved_errno = errno;', at.call, 'errno = saved_errno;']);
  return insertBefore(at.tree, statement, [at.call]);
}

/** Labels of the function whose statements, up to its end, close the connection. */
function closingLabels(at: Closing): { name: string; start: number; returns: string | null }[] {
  const parts = at.body.parts;
  return parts.flatMap((part, index) => {
    const name = part.type === 'labeled_statement' ? part.child('label')?.text : undefined;
    const rest = parts.slice(index);
    const closes = rest.some((one) => nodesIn(one, (node) => node.type === 'call_expression' && `${node.text};` === at.call).length > 0);
    const returned = rest.flatMap((one) => nodesIn(one, (node) => node.type === 'return_statement')).at(-1);
    return name && closes ? [{ name, start: part.start, returns: returned ? returned.text : null }] : [];
  });
}

/** `return -1;` → `goto fail;` where that label closes and returns the same. */
function gotoLabel(at: Closing, statement: SyntaxNode): TextEdit[] {
  const label = closingLabels(at).find((one) => one.start > statement.end && one.returns === statement.text);
  return label ? [{ range: statement.span, newText: `goto ${label.name};` }] : [];
}

/** Jumps from behind the opening to the exit that ends with `statement`. */
function jumpsTo(at: Closing, statement: SyntaxNode): SyntaxNode[] {
  const end = at.body.parts.findIndex((part) => part.start <= statement.start && part.end >= statement.end);
  const labels = new Set(at.body.parts.slice(0, end + 1).flatMap((part) => (part.type === 'labeled_statement' ? [part.child('label')?.text ?? ''] : [])));
  if (labels.size === 0) return [];
  const open = statementAt(at.tree, at.open);
  return nodesIn(at.body, (node) => node.type === 'goto_statement' && node.start > (open?.end ?? 0) && labels.has(node.child('label')?.text ?? ''))
    .filter((jump) => !isOwnCheck(at, jump) && !followsClose(at, jump));
}

/** `goto out;` → `goto fail;`, the label that closes. */
function redirect(at: Closing, jump: SyntaxNode): TextEdit[] {
  const label = jump.child('label');
  const target = closingLabels(at).find((one) => one.start > jump.end && one.name !== label?.text);
  return label && target ? [{ range: label.span, newText: target.name }] : [];
}

/** Is this the way out when the opening itself failed? */
function isOwnCheck(at: Closing, statement: SyntaxNode): boolean {
  const branch = enclosing(statement.parent, ['if_statement']);
  const condition = branch?.child('condition');
  return !!condition && asksForIt(condition, at.source);
}

function followsClose(at: Closing, statement: SyntaxNode): boolean {
  const siblings = statement.parent?.parts ?? [];
  return siblings.slice(0, siblings.indexOf(statement)).some((one) => one.text === at.call);
}

/** It never leaves the function: a call at the function's end, before every way out, before `continue`, at the end of the loop. */
function closeEverywhere(at: Closing): Fix[] {
  const open = statementAt(at.tree, at.open);
  if (!open) return [];
  const title = 'Close it on every way out';
  const behind = (type: string, within: SyntaxNode): SyntaxNode[] =>
    nodesIn(within, (node) => node.type === type && node.start > open.end).filter((one) => !isOwnCheck(at, one) && !followsClose(at, one));
  const fixes: Fix[] = [];
  const loop = loopAround(open);
  const block = loop?.child('body');
  if (block) {
    const continues = behind('continue_statement', block).flatMap((one) => callBefore(at, one));
    const atEnd = insertAtEnd(at.tree, block, [at.call]);
    fixes.push(...fixOf(title, at, continues), ...fixOf(title, at, atEnd), ...fixOf(title, at, continues.length > 0 ? [...continues, ...atEnd] : []));
  }
  const closed = nodesIn(at.body, (node) => node.type === 'call_expression' && `${node.text};` === at.call).length > 0;
  const returns = behind('return_statement', at.body).map((one) => callBefore(at, one));
  const falls = at.body.parts.at(-1)?.type !== 'return_statement';
  if (!closed && returns.every((list) => list.length > 0)) fixes.push(...fixOf(title, at, [...returns.flat(), ...(falls && !loop ? insertAtEnd(at.tree, at.body, [at.call]) : [])]));
  return fixes;
}

/** Close right after `after` instead of later. */
export function moveCloseFixes(intent: Intent<'moveClose'>, tree: SyntaxTree): Fix[] {
  const after = statementAt(tree, intent.after);
  const close = statementAt(tree, intent.close);
  if (!after || !close || close.type !== 'expression_statement' || after.parent !== close.parent) return [];
  const column = tree.text.slice(tree.lineStarts[after.startRow] ?? 0, after.start);
  const edit: TextEdit = { range: spanAt(tree, after.end), newText: `\n${/^\s*/.exec(column)?.[0] ?? ''}${close.text}` };
  return [{ title: 'Close it right there', safe: false, edits: [edit, removeStatement(tree, close)] }];
}

export function removeCallFixes(intent: Intent<'removeCall'>, tree: SyntaxTree): Fix[] {
  const statement = statementAt(tree, intent.call);
  return statement?.type === 'expression_statement' ? [{ title: 'Remove this call', safe: false, edits: [removeStatement(tree, statement)] }] : [];
}
