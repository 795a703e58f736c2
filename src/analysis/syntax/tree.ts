/**
 * The syntax tree as plain objects, copied out of the parser's memory in one cursor walk: languages read it freely and
 * nothing needs deleting. Offsets are UTF-16 units from 0, rows and columns count from 0 (use `spanOf` for findings).
 */

import type { Span } from '../flow/ir.js';

export class SyntaxNode {
  children: SyntaxNode[] = [];

  constructor(
    /** Grammar's node type; `ERROR` for what could not be parsed. */
    readonly type: string,
    /** Field name in the parent, or null. */
    readonly field: string | null,
    readonly named: boolean,
    readonly missing: boolean,
    readonly start: number,
    readonly end: number,
    readonly startRow: number,
    readonly startColumn: number,
    readonly endRow: number,
    readonly endColumn: number,
    readonly parent: SyntaxNode | null,
    private readonly source: string,
  ) {}

  /** The source text of this node. */
  get text(): string {
    return this.source.slice(this.start, this.end);
  }

  /** First child with this field name. */
  child(field: string): SyntaxNode | null {
    for (const node of this.children) if (node.field === field) return node;
    return null;
  }

  /** All children with this field name. */
  all(field: string): SyntaxNode[] {
    return this.children.filter((node) => node.field === field);
  }

  /** Named children, without comments. */
  get parts(): SyntaxNode[] {
    return this.children.filter((node) => node.named && node.type !== 'comment');
  }

  /** First child of this type. */
  first(type: string): SyntaxNode | null {
    for (const node of this.children) if (node.type === type) return node;
    return null;
  }

  /** Is there an anonymous token like this among the children (`async`, `*`)? */
  has(token: string): boolean {
    return this.children.some((node) => node.type === token);
  }

  get isError(): boolean {
    return this.type === 'ERROR' || this.missing;
  }

  /** Range of this node, counted from 1. */
  get span(): Span {
    return { startLine: this.startRow + 1, startColumn: this.startColumn + 1, endLine: this.endRow + 1, endColumn: this.endColumn + 1 };
  }
}

export interface SyntaxTree {
  root: SyntaxNode;
  text: string;
  /** Start offsets of the lines. */
  lineStarts: number[];
  /** Nodes that are ERROR or missing, in order (at most 200). */
  errors: SyntaxNode[];
  /** Comment nodes, in order. */
  comments: SyntaxNode[];
  /** Subtrees were left out because they lie too deep. */
  truncated: boolean;
}

/** Offset in `tree.text` of a place counted from 1. */
export function offsetAt(tree: SyntaxTree, line: number, column: number): number {
  const start = tree.lineStarts[line - 1] ?? tree.text.length;
  return Math.min(start + column - 1, tree.text.length);
}

/** Range of the empty place at an offset, counted from 1. */
export function spanAt(tree: SyntaxTree, start: number, end = start): Span {
  const place = (offset: number): [number, number] => {
    let low = 0;
    let high = tree.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((tree.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return [low + 1, offset - (tree.lineStarts[low] ?? 0) + 1];
  };
  const [startLine, startColumn] = place(start);
  const [endLine, endColumn] = place(end);
  return { startLine, startColumn, endLine, endColumn };
}

/** The smallest node that covers the range, named nodes only. */
export function nodeAt(tree: SyntaxTree, span: Span): SyntaxNode {
  const start = offsetAt(tree, span.startLine, span.startColumn);
  const end = offsetAt(tree, span.endLine, span.endColumn);
  let node = tree.root;
  for (;;) {
    const inner = node.children.find((child) => child.named && child.start <= start && child.end >= end && child.end > child.start);
    if (!inner) return node;
    node = inner;
  }
}

/** The nearest node of one of these types, the node itself included, going up. */
export function enclosing(node: SyntaxNode | null, types: readonly string[]): SyntaxNode | null {
  for (let at = node; at; at = at.parent) if (types.includes(at.type)) return at;
  return null;
}
