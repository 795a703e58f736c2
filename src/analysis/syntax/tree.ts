/**
 * The syntax tree as plain objects. Only what is looked at is copied out of the parser's memory: a node's children come
 * with the first question for them, whole subtrees at a time. Offsets are UTF-16 units from 0, rows and columns count
 * from 0 (use `span` for findings). A tree must not be read for the first time after its `dispose`.
 */

import type { Span } from '../flow/ir.js';

/** What nodes share: the text, its lines, and the way to the parser's memory. */
export interface Source {
  readonly text: string;
  /** Start offsets of the lines. */
  readonly lineStarts: readonly number[];
  /** Copies what lies below a node that was left out. */
  below(node: SyntaxNode): SyntaxNode[];
}

export class SyntaxNode {
  /** Null: not copied yet. */
  private copied: SyntaxNode[] | null;
  private row = -1;

  constructor(
    /** Grammar's node type; `ERROR` for what could not be parsed. */
    readonly type: string,
    /** Field name in the parent, or null. */
    readonly field: string | null,
    readonly named: boolean,
    readonly missing: boolean,
    readonly start: number,
    readonly end: number,
    readonly parent: SyntaxNode | null,
    private readonly source: Source,
    children: SyntaxNode[] | null,
  ) {
    this.copied = children;
  }

  get children(): SyntaxNode[] {
    return (this.copied ??= this.source.below(this));
  }

  /** The source text of this node. */
  get text(): string {
    return this.source.text.slice(this.start, this.end);
  }

  get startRow(): number {
    if (this.row < 0) this.row = rowAt(this.source.lineStarts, this.start);
    return this.row;
  }

  get startColumn(): number {
    return this.start - (this.source.lineStarts[this.startRow] ?? 0);
  }

  get endRow(): number {
    return rowAt(this.source.lineStarts, this.end);
  }

  get endColumn(): number {
    return this.end - (this.source.lineStarts[this.endRow] ?? 0);
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
    return this.children.filter((node) => node.named && !node.type.endsWith('comment'));
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
  lineStarts: readonly number[];
  /** Nodes that are ERROR or missing, in order (at most 200). */
  errors: SyntaxNode[];
  /** Comments that stand where the outline looks; all of them where one of them speaks to us. */
  comments: SyntaxNode[];
  /** Subtrees were left out because they lie too deep. */
  truncated: boolean;
  /** Gives the parser's memory back. */
  dispose(): void;
}

/** Row (from 0) of an offset. */
function rowAt(lineStarts: readonly number[], offset: number): number {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Offset in `tree.text` of a place counted from 1. */
function offsetAt(tree: SyntaxTree, line: number, column: number): number {
  const start = tree.lineStarts[line - 1] ?? tree.text.length;
  return Math.min(start + column - 1, tree.text.length);
}

/** Range of the empty place at an offset, counted from 1. */
export function spanAt(tree: SyntaxTree, start: number, end = start): Span {
  const place = (offset: number): [number, number] => {
    const row = rowAt(tree.lineStarts, offset);
    return [row + 1, offset - (tree.lineStarts[row] ?? 0) + 1];
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
