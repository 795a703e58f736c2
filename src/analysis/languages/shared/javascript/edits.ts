/** Fixes in the idiom of JavaScript. Candidates only: whoever offers them applies each to a copy and analyses again. */

import type { Fix, TextEdit } from '../../../findings.js';
import type { FixIntent, Of } from '../../../flow/intents.js';
import { enclosing, nodeAt, spanAt } from '../../../syntax/tree.js';
import type { SyntaxNode, SyntaxTree } from '../../../syntax/tree.js';
import { deeper, indentOf, insertAbove, insertBelow, lastRow, lineOf, replaceLines } from '../lines.js';
import { isFunction } from './nodes.js';
import { say } from '../../../../words/say.js';

type Closing = { place: string; closer?: string; type: string };

export function edits(intent: FixIntent, tree: SyntaxTree): Fix[] {
  switch (intent.fix) {
    // A `finally` comes too early: what is written is still to be sent, what is returned still to be read.
    case 'closeAlways':
      return intent.isParameter ? closeParameter(intent, tree) : [];
    case 'closeOnFailure':
      return closeOnFailure(intent, tree);
    case 'closeBefore':
      return closeBefore(intent, tree);
    case 'setOptions':
      return setOptions(intent, tree);
    case 'setLimit':
      return setLimit(intent, tree);
    default:
      return [];
  }
}

const functionTypes = [
  'function_declaration',
  'generator_function_declaration',
  'function_expression',
  'arrow_function',
  'method_definition',
];

/** The statement that a node belongs to. */
function statementOf(node: SyntaxNode | null): SyntaxNode | null {
  for (let at = node; at?.parent; at = at.parent)
    if (/^(?:statement_block|program|switch_case|switch_default|else_clause)$/.test(at.parent.type) || isBranch(at))
      return at.type === 'statement_block' ? null : at;
  return null;
}

/** A branch or a loop's body without braces. */
function isBranch(node: SyntaxNode): boolean {
  return node.type !== 'statement_block' && node.parent?.type === 'if_statement' && node.field === 'consequence';
}

/** The name in the source; null for what has none. */
function nameOf(place: string): string | null {
  return /^[\w$.]+$/.test(place) && !place.startsWith('%') ? place : null;
}

/** The statement that ends it, waited for where that is possible and gives something to wait for. */
function closing({ place, closer = 'destroy()', type }: Closing, at: SyntaxNode): string {
  const isPromise = type === 'Response' || type === 'undici.ResponseData';
  const waits = isPromise && enclosing(at, functionTypes)?.has('async') === true ? 'await ' : '';
  return `${waits}${place}.${closer};`;
}

/** A line above a statement; a branch without braces gets some. */
function before(statement: SyntaxNode, line: string, tree: SyntaxTree): TextEdit | null {
  if (!isBranch(statement) && statement.parent?.type !== 'else_clause') {
    const indent = indentOf(tree, statement);
    return indent === null ? null : insertAbove(tree, statement.startRow, [indent + line]);
  }
  const outer = /^\s*/.exec(lineOf(tree, (statement.parent as SyntaxNode).startRow))?.[0] ?? '';
  const unit = unitOf(tree);
  const text = [`{`, `${outer}${unit}${line}`, `${outer}${unit}${statement.text}`, `${outer}}`].join('\n');
  const from =
    statement.parent?.startRow === statement.startRow
      ? statement.start
      : statement.start -
        statement.startColumn +
        lineOf(tree, statement.startRow).length -
        lineOf(tree, statement.startRow).trimStart().length;
  return { range: spanAt(tree, from, statement.end), newText: text };
}

/** One step of indentation as this file has it. */
function unitOf(tree: SyntaxTree): string {
  const found = /^(\t| {2,8})\S/m.exec(tree.text)?.[1] ?? '  ';
  return found === '\t' ? found : ' '.repeat(Math.min(found.length, 4));
}

function closeBefore(intent: Of<'closeBefore'>, tree: SyntaxTree): Fix[] {
  const statement = statementOf(nodeAt(tree, intent.at));
  const name = nameOf(intent.place);
  if (!statement || name === null || !/^(?:return|throw|continue|break)_statement$/.test(statement.type)) return [];
  const edit = before(intent.closer === 'resume()' ? firstOf(statement, name) : statement, closing(intent, statement), tree);
  return edit ? [{ title: say`${titleOf(intent)} before this`, safe: true, edits: [edit] }] : [];
}

/** Who answers first may raise something: it is let go before that, where nothing of the branch looks at it. */
function firstOf(leaving: SyntaxNode, name: string): SyntaxNode {
  const block = leaving.parent;
  const first = block?.parts[0];
  const isBranch = block?.type === 'statement_block' && /^(?:if_statement|else_clause)$/.test(block.parent?.type ?? '');
  if (!isBranch || !first) return leaving;
  // Its head may be looked at: `response.statusCode`.
  const used = new RegExp(`(?<![\\w$.])${name}(?![\\w$])(?!\\.\\w+(?![\\w(]))`);
  return used.test(block.text.slice(0, leaving.start - block.start)) ? leaving : first;
}

function titleOf({ place, closer = 'destroy()' }: Closing): string {
  return closer === 'destroy()' ? say`Destroy \`${place}\`` : `\`${place}.${closer}\``;
}

/** A callback that is given it: what nobody reads is let go first of all. What is answered goes out before the end. */
function closeParameter(intent: Of<'closeAlways'>, tree: SyntaxTree): Fix[] {
  const at = nodeAt(tree, intent.open);
  const fn = isFunction(at) ? at : enclosing(at, functionTypes);
  if (fn && new RegExp(`(?<![\\w$.])${intent.place}\\.(?:on|once|pipe|read)\\(|\\(${intent.place}[,)]`).test(fn.child('body')?.text ?? ''))
    return [];
  if (fn && isUsedLater(fn, intent.place)) return [];
  const edit = fn ? atStart(fn, closing(intent, fn), tree, intent.closer === 'resume()' ? 'start' : 'end') : null;
  return edit && nameOf(intent.place) !== null ? [{ title: say`${titleOf(intent)} in this function`, safe: true, edits: [edit] }] : [];
}

/** Is it asked for something whose answer comes to a function (`connection.query(sql, (error, rows) => …)`)? */
function isUsedLater(node: SyntaxNode, place: string): boolean {
  const asks =
    node.type === 'call_expression' &&
    node.child('function')?.child('object')?.text === place &&
    (node.child('arguments')?.parts ?? []).some(isFunction);
  return asks || node.children.some((child) => isUsedLater(child, place));
}

/** A line at the start or the end of a function; one that is an expression becomes a block. */
function atStart(fn: SyntaxNode, line: string, tree: SyntaxTree, where: 'start' | 'end'): TextEdit | null {
  const body = fn.child('body');
  if (!body) return null;
  const outer = /^\s*/.exec(lineOf(tree, fn.startRow))?.[0] ?? '';
  const unit = unitOf(tree);
  if (body.type !== 'statement_block') {
    const value = body.type === 'parenthesized_expression' ? (body.parts[0]?.text ?? body.text) : body.text;
    return { range: spanAt(tree, body.start, body.end), newText: `{\n${outer}${unit}${line}\n${outer}${unit}return ${value};\n${outer}}` };
  }
  const [first] = body.parts;
  const last = body.parts.at(-1);
  if (!first || !last) return { range: spanAt(tree, body.start, body.end), newText: `{\n${outer}${unit}${line}\n${outer}}` };
  if (body.startRow === body.endRow) {
    const inner = body.text.slice(1, -1).trim().replace(/;?$/, ';');
    return { range: spanAt(tree, body.start, body.end), newText: where === 'start' ? `{ ${line} ${inner} }` : `{ ${inner} ${line} }` };
  }
  const indent = indentOf(tree, where === 'start' ? first : last);
  if (indent === null) return null;
  return where === 'start' ? insertAbove(tree, first.startRow, [indent + line]) : insertBelow(tree, lastRow(last), [indent + line]);
}

/** Rows inside of texts over several lines. */
function frozen(nodes: readonly SyntaxNode[]): Set<number> {
  const rows = new Set<number>();
  const stack = [...nodes];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === 'template_string') for (let row = node.startRow + 1; row <= node.endRow; row += 1) rows.add(row);
    else stack.push(...node.children);
  }
  return rows;
}

/** Before each statement that leaves with it; in each handler that is only told; else around what fails. */
function closeOnFailure(intent: Of<'closeOnFailure'>, tree: SyntaxTree): Fix[] {
  if (nameOf(intent.place) === null) return [];
  const points = intent.leaks.map((leak) => nodeAt(tree, leak));
  const handlers = points.flatMap((node) => handlerIn(node) ?? []);
  if (handlers.length > 0) {
    if (!isQuietly(intent.type) && handlers.some((fn) => !hearsErrors(intent.place, fn))) return [];
    const edit = handlers.map((fn) => atStart(fn, closing(intent, fn), tree, 'start'));
    return edit.every((one) => one !== null) ? [{ title: say`${titleOf(intent)} when this happens`, safe: true, edits: edit }] : [];
  }
  const leaving = points
    .map((node) => statementOf(node))
    .filter((one): one is SyntaxNode => one !== null && /^(?:throw|return)_statement$/.test(one.type));
  const distinct = leaving.filter((one, index) => leaving.findIndex((other) => other.start === one.start) === index);
  const above = distinct.map((one) => before(one, closing(intent, one), tree));
  const fixes: Fix[] = [];
  if (above.length > 0 && above.every((one) => one !== null))
    fixes.push({ title: say`${titleOf(intent)} before this leaves`, safe: true, edits: above });
  // Who has begun to read a body cannot cancel it.
  return intent.closer === undefined || intent.closer === 'destroy()' ? [...fixes, ...guarded(intent, points, tree)] : fixes;
}

/** Sockets end without a word; who ends a request or a handshake hears of an error, and must listen to it: nobody else would. */
function isQuietly(type: string): boolean {
  return /^(?:net|tls)\.|^Response$|^WebSocket$/.test(type);
}

/** Is somebody around told of its errors? */
function hearsErrors(place: string, at: SyntaxNode): boolean {
  let around = at;
  for (let fn = enclosing(at, functionTypes); fn; fn = fn.parent ? enclosing(fn.parent, functionTypes) : null) around = fn;
  const name = place.replace(/[$.]/g, '\\$&');
  const listens = new RegExp(
    `(?<![\\w$.])${name}\\s*\\.(?:on|once|addListener|addEventListener)\\(\\s*['"]error['"]|\\)\\s*\\.(?:on|once)\\(\\s*['"]error['"]`,
  );
  return listens.test(around.text) || around.text.includes(`${place}.onerror`);
}

/** The function that a call registers for an event. */
function handlerIn(node: SyntaxNode): SyntaxNode | null {
  const call = enclosing(node, ['call_expression', ...functionTypes]);
  const callee = call?.child('function');
  const name = (callee?.child('property') ?? callee)?.text ?? '';
  if (!/^(?:on|once|addListener|setTimeout)$/.test(name)) return null;
  return call?.child('arguments')?.parts.find((part) => isFunction(part)) ?? null;
}

/** `try { … } catch (error) { close; throw error; }` around what may fail. */
function guarded(intent: Of<'closeOnFailure'>, points: readonly SyntaxNode[], tree: SyntaxTree): Fix[] {
  const opening = statementOf(nodeAt(tree, intent.open));
  const indent = opening ? indentOf(tree, opening) : null;
  const block = opening?.parent;
  if (!opening || indent === null || block?.type !== 'statement_block' || /\.(?:on|once|pipe)\(/.test(block.text)) return [];
  const rest = block.parts.slice(block.parts.indexOf(opening) + 1);
  const last = rest.filter((one) => points.some((point) => point.start >= one.start && point.end <= one.end)).at(-1);
  if (!last || rest.slice(0, rest.indexOf(last) + 1).some((one) => /_declaration$/.test(one.type) && rest.indexOf(last) < rest.length - 1))
    return [];
  const [from, to] = [lastRow(opening) + 1, lastRow(last)];
  const unit = unitOf(tree);
  if (from > to) return [];
  const lines = [
    `${indent}try {`,
    ...deeper(tree, from, to, unit, frozen(rest)),
    `${indent}} catch (error) {`,
    `${indent}${unit}${closing(intent, opening)}`,
    `${indent}${unit}throw error;`,
    `${indent}}`,
  ];
  return [{ title: say`${titleOf(intent)} when this fails, and throw again`, safe: true, edits: [replaceLines(tree, from, to, lines)] }];
}

/** A line below the opening. */
function below(open: Of<'setOptions'>['open'], lines: readonly string[], tree: SyntaxTree): TextEdit | null {
  const statement = statementOf(nodeAt(tree, open));
  const indent = statement ? indentOf(tree, statement) : null;
  return statement && indent !== null && /^(?:lexical_declaration|variable_declaration|expression_statement)$/.test(statement.type)
    ? insertBelow(
        tree,
        lastRow(statement),
        lines.map((line) => indent + line),
      )
    : null;
}

/** Seconds are milliseconds here; the interval and the number of probes are the runtime's. */
function setOptions({ open, options, place }: Of<'setOptions'>, tree: SyntaxTree): Fix[] {
  const value = (name: string): number | undefined => options.find((option) => option.name === name)?.value;
  const idle = value('TCP_KEEPIDLE');
  const name = nameOf(place);
  if (value('SO_KEEPALIVE') !== 1 || idle === undefined || name === null) return [];
  const edit = below(open, [`${name}.setKeepAlive(true, ${idle * 1000});`], tree);
  return edit ? [{ title: say`Switch keepalive on for \`${name}\``, safe: true, edits: [edit] }] : [];
}

function setLimit({ open, seconds, place, limit }: Of<'setLimit'>, tree: SyntaxTree): Fix[] {
  const name = place === null ? null : nameOf(place);
  if (name === null || limit === 'connect') return [];
  const at = nodeAt(tree, open);
  const hears = hearsErrors(name, at);
  if (!hears && !/\bconnect\b|\bcreateConnection\b|\bSocket\b/.test(at.text)) return [];
  const error = hears ? `new Error('no answer')` : '';
  const edit = below(open, [`${name}.setTimeout(${seconds * 1000}, () => ${name}.destroy(${error}));`], tree);
  return edit ? [{ title: say`Destroy \`${name}\` after ${seconds} s without data`, safe: false, edits: [edit] }] : [];
}
