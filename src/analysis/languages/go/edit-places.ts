/** Finding places in the tree for edits, and writing them as gofmt would. */

import type { TextEdit } from '../../findings.js';
import type { Place, Span } from '../../flow/ir.js';
import { enclosing, nodeAt, spanAt } from '../../syntax/tree.js';
import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';

const functions = ['function_declaration', 'method_declaration', 'func_literal'];

/** The statement that stands in a list of statements and holds this range; null when there is none. */
export function statementAt(tree: SyntaxTree, span: Span): SyntaxNode | null {
  for (let node: SyntaxNode | null = nodeAt(tree, span); node; node = node.parent) {
    if (node.parent?.type === 'statement_list') return node;
    if (functions.includes(node.type)) return null;
  }
  return null;
}

export function functionAround(node: SyntaxNode): SyntaxNode | null {
  return enclosing(node.parent, functions);
}

/** Is there a loop between the node and its function? */
export function insideLoop(node: SyntaxNode): boolean {
  return enclosing(node.parent, ['for_statement', ...functions])?.type === 'for_statement';
}

/** White space at the start of the line on which a node starts. */
export function indentOf(tree: SyntaxTree, node: SyntaxNode): string {
  const start = tree.lineStarts[node.startRow] ?? 0;
  return /^[ \t]*/.exec(tree.text.slice(start, node.start))?.[0] ?? '';
}

/** Does other text stand before the node on its line? */
export function sharesLine(tree: SyntaxTree, node: SyntaxNode): boolean {
  return tree.text.slice(tree.lineStarts[node.startRow] ?? 0, node.start).trim() !== '';
}

export function insertBefore(tree: SyntaxTree, node: SyntaxNode, lines: readonly string[]): TextEdit {
  const separator = sharesLine(tree, node) ? '; ' : `\n${indentOf(tree, node)}`;
  return { range: spanAt(tree, node.start), newText: lines.map((line) => line + separator).join('') };
}

export function insertAfter(tree: SyntaxTree, node: SyntaxNode, lines: readonly string[]): TextEdit {
  const separator = sharesLine(tree, node) ? '; ' : `\n${indentOf(tree, node)}`;
  return { range: spanAt(tree, node.end), newText: lines.map((line) => separator + line).join('') };
}

/** Takes a statement out, with its line if it stands alone. */
export function removeStatement(tree: SyntaxTree, node: SyntaxNode): TextEdit {
  const start = tree.lineStarts[node.startRow] ?? 0;
  const end = tree.lineStarts[node.endRow + 1] ?? tree.text.length;
  const alone = tree.text.slice(start, node.start).trim() === '' && tree.text.slice(node.end, end).trim() === '';
  return { range: alone ? spanAt(tree, start, end) : spanAt(tree, node.start, node.end), newText: '' };
}

/** The next statement after this one. */
export function nextStatement(node: SyntaxNode): SyntaxNode | null {
  const list = node.parent?.parts ?? [];
  return list[list.indexOf(node) + 1] ?? null;
}

/** The names on the left of an assignment. */
export function targetsOf(statement: SyntaxNode): SyntaxNode[] {
  return statement.child('left')?.parts ?? [];
}

/**
 * The statement after which the connection surely is there: the check of the error that follows the opening, else the
 * opening itself. Null where that check goes on with a connection that may be nil.
 */
export function anchorOf(statement: SyntaxNode): SyntaxNode | null {
  const next = nextStatement(statement);
  const names = new Set(targetsOf(statement).map((node) => node.text));
  const condition = next?.type === 'if_statement' && !next.child('initializer') ? next.child('condition') : null;
  const body = next?.child('consequence');
  if (!next || !condition || !body || !mentions(condition, names)) return statement;
  const last = body.first('statement_list')?.parts.at(-1);
  const leaves =
    ['return_statement', 'continue_statement', 'break_statement', 'goto_statement'].includes(last?.type ?? '') ||
    (last !== undefined && /^(panic|log\.Fatal|log\.Panic|os\.Exit|\w+\.Fatal)/.test(last.text));
  return leaves && condition.has('!=') && !next.child('alternative') ? next : null;
}

function mentions(node: SyntaxNode, names: ReadonlySet<string>): boolean {
  return (node.type === 'identifier' && names.has(node.text)) || node.children.some((child) => mentions(child, names));
}

/** A place as the source writes it; null for temporaries and what pointers point to. */
export function sourceOf(place: Place | null): string | null {
  if (place === null || place.startsWith('%') || place.startsWith('*') || place.includes('[')) return null;
  return place.replace(/#\d+/g, '');
}

/** The edit that imports a package, or none when it is imported already. */
export function importEdits(tree: SyntaxTree, path: string): TextEdit[] {
  const declarations = tree.root.children.filter((node) => node.type === 'import_declaration');
  const specs = declarations.flatMap((node) => node.parts.flatMap((part) => (part.type === 'import_spec_list' ? part.parts : [part])));
  if (specs.some((spec) => spec.child('path')?.text === `"${path}"`)) return [];
  const list = declarations.map((node) => node.first('import_spec_list')).find((node) => node !== null);
  const standard = list?.parts.filter((spec) => !(spec.child('path')?.text ?? '').includes('.')) ?? [];
  const before = standard.filter((spec) => (spec.child('path')?.text ?? '') < `"${path}"`).at(-1);
  if (before) return [insertAfter(tree, before, [`"${path}"`])];
  const [first] = list?.parts ?? [];
  if (first) return [insertBefore(tree, first, [`"${path}"`])];
  const [single] = declarations;
  if (single) return [insertAfter(tree, single, [`import "${path}"`])];
  const clause = tree.root.first('package_clause');
  return clause ? [{ range: spanAt(tree, clause.end), newText: `\n\nimport "${path}"` }] : [];
}

/** All nodes of the function around a node. */
export function enclosingFunctionNodes(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const stack = [functionAround(node) ?? node];
  for (let at = stack.pop(); at; at = stack.pop()) {
    found.push(at);
    stack.push(...at.children);
  }
  return found;
}

/** The statements below, after an offset, that leave the round of a loop or the function; literals inside do not count. */
export function leavingStatements(list: SyntaxNode, after: number): SyntaxNode[] {
  return list.children.flatMap((node): SyntaxNode[] => {
    if (node.type === 'func_literal' || node.end <= after) return [];
    if (node.type === 'continue_statement' || node.type === 'return_statement') return [node];
    return leavingStatements(node, after);
  });
}
