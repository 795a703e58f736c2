/** Edits that close: before a way out, by the function's own exit label, at a loop's end. */

import type { Fix, TextEdit } from '../../../findings.js';
import type { FixIntent } from '../../../flow/intents.js';
import type { Span } from '../../../flow/ir.js';
import { enclosing, nodeAt, spanAt } from '../../../syntax/tree.js';
import type { SyntaxNode, SyntaxTree } from '../../../syntax/tree.js';
import { functionName } from './declarators.js';
import {
  asksForIt,
  functionAt,
  includeEdits,
  insertAtEnd,
  insertBefore,
  loopAround,
  nodesIn,
  removeStatement,
  sourceOf,
  statementAt,
} from './edit-places.js';
import { phrases, say, translated } from '../../../../words/say.js';

type Intent<F extends FixIntent['fix']> = Extract<FixIntent, { fix: F }>;

interface Closing {
  tree: SyntaxTree;
  body: SyntaxNode;
  source: string;
  /** `close(fd);` */
  call: string;
  open: Span;
  /** Where the opening statement ends. */
  after: number;
  includes: TextEdit[];
}

/** What closes a value of a type, and the header that declares it. */
const closers: Record<string, [string, string | null]> = {
  'posix.socket': ['close', 'unistd.h'],
  'stdio.FILE': ['fclose', null],
  'curl.CURL': ['curl_easy_cleanup', null],
};

function closing(
  intent: { open: Span; place: string; functionRange: Span; type: string; closer?: string },
  tree: SyntaxTree,
): Closing | null {
  const source = sourceOf(tree, intent.place, intent.open);
  const body = functionAt(tree, intent.open)?.child('body');
  if (source && body && intent.closer !== undefined) return closingObject(tree, body, source, intent.open, intent.closer);
  const known = closers[intent.type];
  if (!source || !body || !known) return null;
  const windows = known[0] === 'close' && /\bclosesocket\s*\(/.test(tree.text) && !/\bclose\s*\(/.test(tree.text);
  const name = (windows ? 'closesocket' : known[0]).replace(/^close/, (found) => (isGlobal(tree, intent.open) ? `::${found}` : found));
  return {
    tree,
    body,
    source,
    call: `${name}(${source});`,
    open: intent.open,
    after: statementAt(tree, intent.open)?.end ?? 0,
    includes: windows || !known[1] ? [] : includeEdits(tree, known[1]),
  };
}

/** `::socket(…)`: where the opening names C's function so, a class may have a `close` of its own. */
function isGlobal(tree: SyntaxTree, open: Span): boolean {
  return nodesIn(nodeAt(tree, open), (node) => node.type === 'qualified_identifier').some((name) => name.text.startsWith('::'));
}

/** A function closes the object: it gets it as the one that opened it did. */
function closingObject(tree: SyntaxTree, body: SyntaxNode, source: string, open: Span, closer: string): Closing {
  const given = nodesIn(nodeAt(tree, open), (node) => node.type === 'argument_list')
    .flatMap((list) => list.parts)
    .find((arg) => arg.text.replace(/^&\s*/, '') === source);
  return { tree, body, source, call: `${closer}(${given?.text ?? source});`, open, after: statementAt(tree, open)?.end ?? 0, includes: [] };
}

export function closeFixes(intent: Intent<'closeAlways' | 'closeOnFailure' | 'closeBefore'>, tree: SyntaxTree): Fix[] {
  const at = closing(intent, tree);
  if (!at) return [];
  if (closesConditionally(at)) return [];
  if (intent.fix === 'closeBefore')
    return [...closeBefore(at, [intent.at], 'before-leaving'), ...closeOnOtherExits(at), ...closeWhereLost(at)];
  if (intent.fix === 'closeOnFailure')
    return [...closeBefore(at, intent.leaks, 'where-it-fails'), ...closeAtLoopEnd(at), ...closeOnOtherExits(at), ...closeWhereLost(at)];
  return [...closeInCallee(at), ...closeEverywhere(at), ...closeOnOtherExits(at), ...closeWhereLost(at)];
}

function isClose(at: Closing, node: SyntaxNode): boolean {
  return node.type === 'call_expression' && `${node.text};`.replace(/^::/, '') === at.call.replace(/^::/, '');
}

/** One platform closes it, another does not: what is right there only its author knows. */
function closesConditionally(at: Closing): boolean {
  return nodesIn(at.body, (node) => /^preproc_(if|ifdef|else|elif)$/.test(node.type)).some(
    (part) => nodesIn(part, (node) => /^close(socket)?$/.test(node.child('function')?.text ?? '')).length > 0,
  );
}

/** Calls that only use a descriptor. */
export const borrows =
  /^(connect|bind|listen|accept4?|shutdown|fcntl|poll|select|fd_\w+|(send|recv|read|write|set|get|ioctl|ssl_|print|fprint|curl_)\w*)$/i;

/** Is it given to a function that may close it itself? */
function isGivenAway(at: Closing, within: SyntaxNode): boolean {
  return nodesIn(
    within,
    (node) => node.type === 'call_expression' && !isClose(at, node) && !borrows.test(node.child('function')?.text ?? ''),
  ).some(
    (call) =>
      call.start > at.after &&
      (call.child('arguments')?.parts ?? []).some((arg) => new RegExp(`(^|[^\\w.>])${escapeText(at.source)}$`).test(arg.text)),
  );
}

function escapeText(text: string): string {
  return text.replace(/[^\w]/g, '\\$&');
}

/** The ways to close it, as the light bulb names them. */
const titles = phrases({
  'exit-label': 'Leave by the exit that closes it',
  'before-leaving': 'Close it before leaving here',
  'where-it-fails': 'Close it where this fails',
  'next-attempt': 'Close it before the next attempt',
  'other-exits': 'Close it on every other way out',
  'every-exit': 'Close it on every way out',
  'where-lost': 'Close it wherever the code loses it',
});

type Idiom = keyof typeof titles & string;

function fixOf(idiom: Idiom, at: Closing, edits: readonly TextEdit[]): Fix[] {
  return edits.length === 0 ? [] : [{ title: translated(titles[idiom]), safe: true, idiom, edits: [...at.includes, ...edits] }];
}

/** By the exit label that closes it, if there is one; by a call before each way out; by a call before each goto that leads there. */
function closeBefore(at: Closing, spans: readonly Span[], idiom: Idiom): Fix[] {
  const found = spans.map((span) => leavingAt(at, span));
  // What a failing call is followed by is an exception: it leaves there, and not at the function's end.
  const throws = found.some((statement) => statement?.type === 'throw_statement');
  const statements = throws ? found.filter((statement) => statement !== null && statement !== at.body) : found;
  if (statements.some((statement) => statement === null)) return [];
  const leaving = statements.filter((statement) => statement !== null);
  const byLabel = leaving.map((statement) => gotoLabel(at, statement));
  const fixes: Fix[] = [];
  if (byLabel.every((edits) => edits.length > 0)) fixes.push(...fixOf('exit-label', at, byLabel.flat()));
  const jumps = leaving.flatMap((statement) => jumpsTo(at, statement));
  if (jumps.length > 0) {
    const redirected = jumps.map((jump) => redirect(at, jump));
    if (redirected.every((edits) => edits.length > 0)) fixes.push(...fixOf('exit-label', at, redirected.flat()));
    for (const jump of jumps)
      fixes.push(...fixOf(idiom, at, redirect(at, jump)), ...fixOf(idiom, at, insertBefore(at.tree, jump, [at.call])));
    if (jumps.length > 1)
      fixes.push(
        ...fixOf(
          idiom,
          at,
          jumps.flatMap((jump) => insertBefore(at.tree, jump, [at.call])),
        ),
      );
    return fixes;
  }
  const edits = leaving.map((statement) => callBefore(at, statement));
  if (edits.every((list) => list.length > 0)) fixes.push(...fixOf(idiom, at, edits.flat()));
  return fixes;
}

/** The statement by which this way leaves; the body itself for the function's end; null when a macro hides it. */
function leavingAt(at: Closing, span: Span): SyntaxNode | null {
  const statement = statementAt(at.tree, span);
  if (!statement || !enclosing(statement, ['function_definition']) || statement.start < at.body.start) return at.body;
  if (/^(return|goto|break|continue|throw)_statement$/.test(statement.type)) return statement;
  const ends = at.body.parts.at(-1);
  return ends && ends.type !== 'return_statement' && ends.type !== 'goto_statement' ? at.body : null;
}

/** `close(fd);` before a way out, `errno` kept when the way out reads it. A call in the returned value may still need the connection. */
function callBefore(at: Closing, statement: SyntaxNode): TextEdit[] {
  if (statement === at.body) return insertAtEnd(at.tree, at.body, [at.call]);
  const value = statement.type === 'return_statement' ? statement.parts[0] : undefined;
  if (value && nodesIn(value, (node) => node.type === 'call_expression').length > 0) return [];
  const thrown = statement.type === 'throw_statement' ? statement.text : '';
  if (nodesIn(statement, (node) => thrown !== '' && node.text === at.source).length > 0) return [];
  const place = beforeFree(at, statement);
  if (place !== statement) return insertBefore(at.tree, place, [at.call]);
  if (/\berrno\b/.test(value?.text ?? thrown))
    return insertBefore(at.tree, statement, ['int saved_errno = errno;', at.call, 'errno = saved_errno;']);
  return insertBefore(at.tree, statement, [at.call]);
}

/** The object that holds it may be freed just before: the descriptor must be read before that. */
function beforeFree(at: Closing, statement: SyntaxNode): SyntaxNode {
  const owner = /^(\w+)\s*(->|\.)/.exec(at.source)?.[1];
  const siblings = statement.parent?.parts ?? [];
  const freed = siblings
    .slice(0, siblings.indexOf(statement))
    .find(
      (one) =>
        one.type === 'expression_statement' && one.start > at.after && new RegExp(`\\bfree\\w*\\s*\\(\\s*${owner}\\s*\\)`).test(one.text),
    );
  return owner !== undefined && freed ? freed : statement;
}

/** Labels of the function whose statements, up to its end, close the connection. */
function closingLabels(at: Closing): { name: string; start: number; returns: string | null }[] {
  const parts = at.body.parts;
  return parts.flatMap((part, index) => {
    const name = part.type === 'labeled_statement' ? part.child('label')?.text : undefined;
    const rest = parts.slice(index);
    const closes = rest.some((one) => nodesIn(one, (node) => isClose(at, node)).length > 0);
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
  const labels = new Set(
    at.body.parts.slice(0, end + 1).flatMap((part) => (part.type === 'labeled_statement' ? [part.child('label')?.text ?? ''] : [])),
  );
  if (labels.size === 0) return [];
  const open = statementAt(at.tree, at.open);
  return nodesIn(
    at.body,
    (node) => node.type === 'goto_statement' && node.start > (open?.end ?? 0) && labels.has(node.child('label')?.text ?? ''),
  ).filter((jump) => !isOwnCheck(at, jump) && !followsClose(at, jump));
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

/** A loop that tries again: an attempt that failed falls to its end. */
function closeAtLoopEnd(at: Closing): Fix[] {
  const open = statementAt(at.tree, at.open);
  const block = open && loopAround(open)?.child('body');
  if (!block || isGivenAway(at, block) || nodesIn(block, (node) => isClose(at, node)).length > 0) return [];
  return fixOf('next-attempt', at, insertAtEnd(at.tree, block, [at.call]));
}

/** A function of the file that gets it closes it on one way out and not on the others. */
function closeInCallee(at: Closing): Fix[] {
  const names = new Set(nodesIn(at.body, (node) => node.type === 'identifier' && node.start > at.after).map((node) => node.text));
  return nodesIn(at.tree.root, (node) => node.type === 'function_definition').flatMap((definition) => {
    const name = functionName(definition)?.text;
    const body = definition.child('body');
    if (!name || !body || !names.has(name)) return [];
    const closes = nodesIn(
      body,
      (node) => node.type === 'expression_statement' && new RegExp(`^${at.call.slice(0, at.call.indexOf('('))}\\s*\\(`).test(node.text),
    );
    const calls = [...new Set(closes.map((node) => node.text))];
    const [call] = calls;
    const first = Math.min(...closes.map((node) => node.start));
    if (calls.length !== 1 || call === undefined) return [];
    const inner: Closing = { ...at, body, call, source: call.slice(call.indexOf('(') + 1, call.lastIndexOf(')')) };
    const leaving = nodesIn(body, (node) => node.type === 'return_statement' && node.start < first).filter(
      (one) => !isOwnCheck(inner, one),
    );
    const edits = leaving.flatMap((one) => callBefore(inner, one));
    return edits.length === 0
      ? []
      : [{ title: say`Close it where \`${name}\` fails`, safe: true, idiom: 'in-callee', edits: [...at.includes, ...edits] }];
  });
}

/** Some exits close it: those that do not, do it as well. */
function closeOnOtherExits(at: Closing): Fix[] {
  const edits = otherExits(at);
  return edits !== null && edits.length > 1 ? fixOf('other-exits', at, edits) : [];
}

/** Closes before the ways out that do not close; null where one cannot have it, or where no way closes at all. */
function otherExits(at: Closing): TextEdit[] | null {
  if (isGivenAway(at, at.body) || nodesIn(at.body, (node) => isClose(at, node)).length === 0) return null;
  const leaves = (node: SyntaxNode): boolean =>
    node.type === 'return_statement' || (node.type === 'throw_statement' && !enclosing(node, ['try_statement']));
  const ways = nodesIn(at.body, (node) => leaves(node) && node.start > at.after).filter(
    (one) => !isOwnCheck(at, one) && !followsClose(at, one),
  );
  const edits = ways.map((one) => callBefore(at, one));
  return edits.every((list) => list.length > 0) ? edits.flat() : null;
}

/** What a variable has that holds no connection. */
const HOLDS_NONE = /^(-\s*1|INVALID_SOCKET|NULL|nullptr|0)$/;

/** `fd = -1;` behind a failed attempt loses the descriptor as a `return` does: it is closed before each. */
function closeWhereLost(at: Closing): Fix[] {
  const lost = nodesIn(
    at.body,
    (node) =>
      node.type === 'expression_statement' &&
      node.start > at.after &&
      node.parts[0]?.type === 'assignment_expression' &&
      node.parts[0].child('left')?.text === at.source &&
      HOLDS_NONE.test(node.parts[0].child('right')?.text ?? ''),
  ).filter((one) => !isOwnCheck(at, one) && !followsClose(at, one));
  if (lost.length === 0) return [];
  const exits = otherExits(at);
  return exits === null ? [] : fixOf('where-lost', at, [...lost.flatMap((one) => insertBefore(at.tree, one, [at.call])), ...exits]);
}

/** It never leaves the function: a call at the function's end, before every way out, before `continue`, at the end of the loop. */
function closeEverywhere(at: Closing): Fix[] {
  const open = statementAt(at.tree, at.open);
  if (!open) return [];
  if (isGivenAway(at, at.body)) return [];
  const behind = (type: string, within: SyntaxNode): SyntaxNode[] =>
    nodesIn(within, (node) => node.type === type && node.start > open.end).filter((one) => !isOwnCheck(at, one) && !followsClose(at, one));
  const fixes: Fix[] = [];
  const loop = loopAround(open);
  const block = loop?.child('body');
  if (block) {
    const continues = behind('continue_statement', block).flatMap((one) => callBefore(at, one));
    const atEnd = insertAtEnd(at.tree, block, [at.call]);
    fixes.push(
      ...fixOf('every-exit', at, continues),
      ...fixOf('every-exit', at, atEnd),
      ...fixOf('every-exit', at, continues.length > 0 ? [...continues, ...atEnd] : []),
    );
  }
  const closed = nodesIn(at.body, (node) => isClose(at, node)).length > 0;
  const returns = behind('return_statement', at.body).map((one) => callBefore(at, one));
  const falls = at.body.parts.at(-1)?.type !== 'return_statement';
  if (!closed && returns.every((list) => list.length > 0))
    fixes.push(...fixOf('every-exit', at, [...returns.flat(), ...(falls && !loop ? insertAtEnd(at.tree, at.body, [at.call]) : [])]));
  return fixes;
}

/** Close right after `after` instead of later. */
export function moveCloseFixes(intent: Intent<'moveClose'>, tree: SyntaxTree): Fix[] {
  const after = statementAt(tree, intent.after);
  const close = statementAt(tree, intent.close);
  if (!after || !close || close.type !== 'expression_statement' || after.parent !== close.parent) return [];
  const column = tree.text.slice(tree.lineStarts[after.startRow] ?? 0, after.start);
  const edit: TextEdit = { range: spanAt(tree, after.end), newText: `\n${/^\s*/.exec(column)?.[0] ?? ''}${close.text}` };
  return [{ title: say`Close it right there`, safe: false, edits: [edit, removeStatement(tree, close)] }];
}

export function removeCallFixes(intent: Intent<'removeCall'>, tree: SyntaxTree): Fix[] {
  const statement = statementAt(tree, intent.call);
  return statement?.type === 'expression_statement'
    ? [{ title: say`Remove this call`, safe: false, edits: [removeStatement(tree, statement)] }]
    : [];
}
