/** Finding places in C source for edits, and writing them in the style of the file. */

import type { TextEdit } from '../../../findings.js';
import type { Place, Span } from '../../../flow/ir.js';
import { enclosing, nodeAt, spanAt } from '../../../syntax/tree.js';
import type { SyntaxNode, SyntaxTree } from '../../../syntax/tree.js';

const lists = ['compound_statement', 'case_statement', 'preproc_if', 'preproc_ifdef', 'preproc_else', 'preproc_elif'];
const loops = ['for_statement', 'while_statement', 'do_statement'];
const heads = ['if_statement', 'else_clause', ...loops];

/** The statement around a range, however it is nested in expressions; null outside functions. */
export function statementAt(tree: SyntaxTree, span: Span): SyntaxNode | null {
  for (let node: SyntaxNode | null = nodeAt(tree, span); node; node = node.parent) {
    const parent = node.parent;
    if (!parent || parent.type === 'function_definition') return null;
    if (lists.includes(parent.type) || parent.type === 'labeled_statement') return node;
    if (heads.includes(parent.type) && /_statement$/.test(node.type) && node.field !== 'condition') return node;
  }
  return null;
}

export function functionAt(tree: SyntaxTree, span: Span): SyntaxNode | null {
  return enclosing(nodeAt(tree, span), ['function_definition']);
}

export function loopAround(node: SyntaxNode): SyntaxNode | null {
  return enclosing(node.parent, loops);
}

/** All nodes below (and with) `node` that fit. */
export function nodesIn(node: SyntaxNode, fits: (node: SyntaxNode) => boolean): SyntaxNode[] {
  return [...(fits(node) ? [node] : []), ...node.children.flatMap((child) => nodesIn(child, fits))];
}

/** White space at the start of the line on which a node starts. */
export function indentOf(tree: SyntaxTree, node: SyntaxNode): string {
  const start = tree.lineStarts[node.startRow] ?? 0;
  return /^[ \t]*/.exec(tree.text.slice(start, node.start))?.[0] ?? '';
}

/** One step of indentation as this function has it. */
export function indentUnit(tree: SyntaxTree, node: SyntaxNode): string {
  const definition = enclosing(node, ['function_definition']);
  const first = definition?.child('body')?.parts[0];
  const [outer, inner] = [definition ? indentOf(tree, definition) : '', first ? indentOf(tree, first) : ''];
  return (inner.startsWith(outer) ? inner.slice(outer.length) : inner) || '    ';
}

function standsFirst(tree: SyntaxTree, node: SyntaxNode): boolean {
  return tree.text.slice(tree.lineStarts[node.startRow] ?? 0, node.start).trim() === '';
}

/** Is it the only statement of an `if`, `else` or loop, without braces? */
function isSingle(node: SyntaxNode): boolean {
  return node.parent !== null && heads.includes(node.parent.type) && node.type !== 'compound_statement';
}

/** Lines before a statement; a single statement gets braces. */
export function insertBefore(tree: SyntaxTree, node: SyntaxNode, lines: readonly string[]): TextEdit[] {
  if (isSingle(node)) return braced(tree, node, (inner) => [...lines, node.text].join(`\n${inner}`));
  const separator = standsFirst(tree, node) ? `\n${indentOf(tree, node)}` : ' ';
  return [{ range: spanAt(tree, node.start), newText: lines.map((line) => line + separator).join('') }];
}

/** Lines after a statement; a single statement gets braces. */
export function insertAfter(tree: SyntaxTree, node: SyntaxNode, lines: readonly string[]): TextEdit[] {
  if (isSingle(node)) return braced(tree, node, (inner) => [node.text, ...lines].join(`\n${inner}`));
  const indent = indentOf(tree, node);
  return [{ range: spanAt(tree, node.end), newText: lines.map((line) => `\n${indent}${line}`).join('') }];
}

/** `if (x) stmt` becomes `if (x) { … }`; the new inside comes from `write`. */
function braced(tree: SyntaxTree, node: SyntaxNode, write: (inner: string) => string): TextEdit[] {
  const before = node.parent?.children.filter((child) => child.end <= node.start && child.type !== 'comment').at(-1);
  const head = enclosing(node.parent, ['if_statement', ...loops]);
  if (!before || !head) return [];
  const outer = indentOf(tree, head);
  const inner = outer + indentUnit(tree, node);
  return [{ range: spanAt(tree, before.end, node.end), newText: ` {\n${inner}${write(inner)}\n${outer}}` }];
}

/** Lines as the last of a block. */
export function insertAtEnd(tree: SyntaxTree, block: SyntaxNode, lines: readonly string[]): TextEdit[] {
  if (block.type !== 'compound_statement') return insertAfter(tree, block, lines);
  const last = block.parts.at(-1);
  const brace = block.children.at(-1);
  if (!brace || brace.type !== '}') return [];
  const inner = last ? indentOf(tree, last) : indentOf(tree, block) + indentUnit(tree, block);
  const text = lines.map((line) => `${inner}${line}\n`).join('');
  const lineStart = tree.lineStarts[brace.startRow] ?? brace.start;
  if (tree.text.slice(lineStart, brace.start).trim() === '') return [{ range: spanAt(tree, lineStart), newText: text }];
  return [{ range: spanAt(tree, brace.start), newText: ` ${lines.join(' ')} ` }];
}

/** Takes a statement out, with its line if it stands alone. */
export function removeStatement(tree: SyntaxTree, node: SyntaxNode): TextEdit {
  const start = tree.lineStarts[node.startRow] ?? 0;
  const end = tree.lineStarts[node.endRow + 1] ?? tree.text.length;
  const alone = standsFirst(tree, node) && tree.text.slice(node.end, end).trim() === '';
  return { range: alone ? spanAt(tree, start, end) : node.span, newText: '' };
}

/** The place as the source writes it: a variable, or the left side of the assignment that opened it. */
export function sourceOf(tree: SyntaxTree, place: Place, open: Span): string | null {
  const plain = place.replace(/#\d+/g, '');
  if (/^\w+$/.test(plain)) return plain;
  const left = enclosing(nodeAt(tree, open), ['assignment_expression'])?.child('left')?.text;
  // A member is named without its object, or given its first value by a constructor.
  const member = /^this\.(\w+)$/.exec(plain)?.[1];
  if (member !== undefined && (left === member || enclosing(nodeAt(tree, open), ['field_initializer'])?.parts[0]?.text === member))
    return member;
  return left && left.replace(/->/g, '.').replace(/\s+/g, '') === plain ? left : null;
}

/** `#include` lines that are missing, behind the last one there is. */
export function includeEdits(tree: SyntaxTree, ...names: string[]): TextEdit[] {
  const includes = nodesIn(tree.root, (node) => node.type === 'preproc_include');
  const missing = names.filter((name) => !includes.some((node) => node.child('path')?.text === `<${name}>`));
  const last = includes.filter((node) => node.parent === tree.root).at(-1);
  if (missing.length === 0 || includes.length === 0 || !last) return [];
  const at = tree.text[last.end - 1] === '\n' ? last.end : Math.min(tree.text.indexOf('\n', last.end - 1) + 1, tree.text.length);
  return [{ range: spanAt(tree, at), newText: missing.map((name) => `#include <${name}>\n`).join('') }];
}

/** Does the condition ask whether this descriptor is there at all (`fd < 0`, `(fd = socket(…)) == -1`, `!c`)? */
export function asksForIt(condition: SyntaxNode, source: string): boolean {
  const names = (node: SyntaxNode | null): boolean => {
    const inner = node?.type === 'parenthesized_expression' ? node.parts[0] : node;
    const target = inner?.type === 'assignment_expression' ? inner.child('left') : inner;
    return target?.text === source;
  };
  return (
    nodesIn(condition, (node) => node.type === 'binary_expression' && (names(node.child('left')) || names(node.child('right')))).length >
      0 || nodesIn(condition, (node) => node.type === 'unary_expression' && names(node.child('argument'))).length > 0
  );
}

/** Does this branch end by leaving? */
function leaves(branch: SyntaxNode | null): boolean {
  const last = branch?.type === 'compound_statement' ? branch.parts.at(-1) : branch;
  if (!last) return false;
  if (last.type === 'if_statement') return leaves(last.child('consequence')) && leaves(last.child('alternative')?.parts[0] ?? null);
  return (
    /^(return|goto|break|continue|throw)_statement$/.test(last.type) || /^(_?exit|abort|errx?|die|fatal\w*|usage)\s*\(/.test(last.text)
  );
}

/** The statement behind which the connection is surely open: its opening, or the test right after it. */
export function openedAfter(tree: SyntaxTree, open: Span, source: string): SyntaxNode | null {
  let statement = statementAt(tree, open);
  while (statement && isSingle(statement)) statement = statement.parent?.type === 'else_clause' ? null : statement.parent;
  if (!statement || loops.includes(statement.type)) return null;
  const siblings = statement.parent?.parts ?? [];
  const next = siblings[siblings.indexOf(statement) + 1];
  const condition = next?.type === 'if_statement' ? next.child('condition') : null;
  const asked = statement.type === 'if_statement' ? statement : next && condition && asksForIt(condition, source) ? next : null;
  if (!asked) return statement;
  return asked.child('alternative') || !leaves(asked.child('consequence')) ? null : asked;
}
