/** Finding places in a Java tree for edits: the statement of an opening, what follows it, what may be thrown there. */

import type { TextEdit } from '../../findings.js';
import type { Place, Span } from '../../flow/ir.js';
import { enclosing, nodeAt, spanAt } from '../../syntax/tree.js';
import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';
import { indentOf, lastRow, lineOf } from '../shared/lines.js';

const blocks = ['block', 'constructor_body', 'switch_block_statement_group'];
export const functions = [
  'method_declaration',
  'constructor_declaration',
  'compact_constructor_declaration',
  'lambda_expression',
  'static_initializer',
];

/** An opening that stands in a statement of its own, in a list of statements. */
export interface Opening {
  /** The opening call. */
  node: SyntaxNode;
  statement: SyntaxNode;
  indent: string;
  /** The one variable that the statement declares with it. */
  declares: SyntaxNode | null;
}

/** The statement that holds a node and stands in a list of statements; null when there is none. */
export function statementOf(node: SyntaxNode | null): SyntaxNode | null {
  for (let at = node; at; at = at.parent) {
    if (at.parent && blocks.includes(at.parent.type)) return at;
    if (functions.includes(at.type)) return null;
  }
  return null;
}

export function following(statement: SyntaxNode): SyntaxNode[] {
  const siblings = statement.parent?.parts ?? [];
  return siblings.slice(siblings.indexOf(statement) + 1);
}

/** Does nothing but a comment follow the node on its last line? */
export function endsItsLine(tree: SyntaxTree, node: SyntaxNode): boolean {
  return /^\s*(\/\/.*)?$/.test(lineOf(tree, node.endRow).slice(node.endColumn));
}

export function openingOf(tree: SyntaxTree, open: Span): Opening | null {
  const node = nodeAt(tree, open);
  const statement = statementOf(node);
  const indent = statement ? indentOf(tree, statement) : null;
  if (!statement || indent === null || !endsItsLine(tree, statement)) return null;
  const declarators = statement.type === 'local_variable_declaration' ? statement.all('declarator') : [];
  const [declarator] = declarators;
  const value = declarator?.child('value');
  const isWhole = value?.start === node.start || (value?.type === 'cast_expression' && value.child('value')?.start === node.start);
  return {
    node,
    statement,
    indent,
    declares: declarators.length === 1 && value && isWhole && value.end === node.end ? (declarator ?? null) : null,
  };
}

/** All nodes below. */
function nodesIn(node: SyntaxNode, fits: (node: SyntaxNode) => boolean): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const stack = [node];
  for (let at = stack.pop(); at; at = stack.pop()) {
    if (fits(at)) found.push(at);
    stack.push(...at.children);
  }
  return found;
}

/** Does a node name this variable (or `this.x`, which is also `x`)? */
export function mentions(node: SyntaxNode, place: string): boolean {
  const plain = place.replace(/^this\./, '');
  const isName = (one: SyntaxNode): boolean =>
    one.type === 'identifier' &&
    one.text === plain &&
    !(one.parent?.type === 'method_invocation' && one.field === 'name') &&
    !(one.parent?.type === 'field_access' && one.field === 'field' && one.parent.child('object')?.type !== 'this');
  return plain.includes('.') ? node.text.includes(plain) : nodesIn(node, isName).length > 0;
}

/** The statements from here to the last that names the connection, or a variable that one of them declares. */
export function uses(statement: SyntaxNode, place: string): SyntaxNode[] {
  const rest = following(statement);
  let last = -1;
  for (let changed = true; changed;) {
    changed = false;
    const names = [place, ...rest.slice(0, last + 1).flatMap(declaredBy)];
    rest.forEach((one, index) => {
      if (index > last && names.some((name) => mentions(one, name))) {
        last = index;
        changed = true;
      }
    });
  }
  return rest.slice(0, last + 1);
}

/** Statements up to one that fails, and on to all that need what is declared among them. */
export function upTo(statement: SyntaxNode, lines: readonly number[]): SyntaxNode[] {
  const rest = following(statement);
  let last = -1;
  rest.forEach((one, index) => {
    if (lines.some((line) => line - 1 >= one.startRow && line - 1 <= one.endRow)) last = index;
  });
  for (let at = 0; at <= last; at += 1) {
    const names = declaredBy(rest[at] as SyntaxNode);
    rest.forEach((one, index) => {
      if (index > last && names.some((name) => mentions(one, name))) last = index;
    });
  }
  return rest.slice(0, last + 1);
}

function declaredBy(statement: SyntaxNode): string[] {
  return statement.type === 'local_variable_declaration' ? statement.all('declarator').map((one) => one.child('name')?.text ?? '') : [];
}

/** Is the variable assigned again after its declaration? */
export function isAssigned(within: SyntaxNode, name: string): boolean {
  return nodesIn(within, (node) => node.type === 'assignment_expression' && node.child('left')?.text === name).length > 0;
}

/** Rows that begin inside a text block: their indentation is text. */
export function rowsInTexts(nodes: readonly SyntaxNode[]): Set<number> {
  const rows = new Set<number>();
  for (const node of nodes)
    for (const text of nodesIn(node, (one) => one.type === 'string_literal' || one.type === 'block_comment'))
      for (let row = text.startRow + 1; row <= text.endRow; row += 1) rows.add(row);
  return rows;
}

/** One step of indentation as this file has it. */
export function unitOf(tree: SyntaxTree): string {
  for (const body of nodesIn(tree.root, (node) => node.type === 'class_body' || node.type === 'block')) {
    const [first] = body.parts;
    const inner = first ? indentOf(tree, first) : null;
    const outer = /^\s*/.exec(lineOf(tree, body.startRow))?.[0] ?? '';
    if (inner !== null && inner.length > outer.length && inner.startsWith(outer)) return inner.slice(outer.length);
  }
  return '    ';
}

/**
 * Types of checked exceptions by which an exception of a close may leave at a node: what is caught around it, what its function declares.
 */
export function mayThrow(node: SyntaxNode, exception: string): boolean {
  const wide = new Set([exception, 'Exception', 'Throwable']);
  const fits = (type: SyntaxNode): boolean => wide.has(type.text.split('.').at(-1) ?? '');
  for (let at: SyntaxNode | null = node; at; at = at.parent) {
    if (
      /^try_/.test(at.parent?.type ?? '') &&
      at.field === 'body' &&
      at.parent?.children.some(
        (clause) =>
          clause.type === 'catch_clause' && nodesIn(clause, (one) => one.type === 'catch_type').some((types) => types.parts.some(fits)),
      )
    )
      return true;
    if (at.type === 'lambda_expression' || at.type === 'static_initializer') return false;
    if (functions.includes(at.type)) return at.first('throws')?.parts.some(fits) ?? false;
  }
  return false;
}

/** A place as the source writes it; null for temporaries and what has no name. */
export function sourceOf(place: Place | null): string | null {
  if (place === null || /[%*[\]$]/.test(place)) return null;
  return place.replace(/#\d+/g, '');
}

/** The edit that imports a class, or none when it is imported, or named by a star, already. */
export function importEdits(tree: SyntaxTree, name: string): TextEdit[] {
  const imports = tree.root.children.filter((node) => node.type === 'import_declaration');
  const pack = name.slice(0, name.lastIndexOf('.'));
  if (imports.some((node) => node.text.includes(`${name};`) || node.text.includes(`${pack}.*;`))) return [];
  const before = imports.filter((node) => !node.has('static') && node.text < `import ${name};`).at(-1);
  const anchor = before ?? imports[0];
  if (before) return [{ range: spanAt(tree, before.end), newText: `\nimport ${name};` }];
  if (anchor) return [{ range: spanAt(tree, anchor.start), newText: `import ${name};\n` }];
  const clause = tree.root.first('package_declaration');
  return clause
    ? [{ range: spanAt(tree, clause.end), newText: `\n\nimport ${name};` }]
    : [{ range: spanAt(tree, 0), newText: `import ${name};\n\n` }];
}

/** The loop around a node within its function. */
export function loopAround(node: SyntaxNode): SyntaxNode | null {
  const found = enclosing(node, ['while_statement', 'do_statement', 'for_statement', 'enhanced_for_statement', ...functions]);
  return found?.type.endsWith('_statement') ? found : null;
}

/** The source lines of a statement as they are. */
export function original(tree: SyntaxTree, statement: SyntaxNode): string[] {
  const lines: string[] = [];
  for (let row = statement.startRow; row <= lastRow(statement); row += 1) lines.push(lineOf(tree, row));
  return lines;
}
