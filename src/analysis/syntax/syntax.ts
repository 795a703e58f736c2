/**
 * The parser: the only importer of web-tree-sitter. Grammar bytes come from outside (`load`), so this runs in Node, in
 * the browser and in a worker alike. Trees of the parser live in memory that nobody collects: they never leave this folder.
 */

import { Language as Grammar, Parser } from 'web-tree-sitter';
import type { Tree, TreeCursor } from 'web-tree-sitter';
import { SyntaxNode } from './tree.js';
import type { SyntaxTree } from './tree.js';

/** Gives the bytes of a packaged file: `web-tree-sitter.wasm`, `tree-sitter-python.wasm`, … */
export type Load = (name: string) => Promise<Uint8Array>;

/** Nodes below this depth are left out: later passes recurse. */
const maxDepth = 900;
const maxErrors = 200;
/** Definitions of one file that are parsed one by one. */
const maxPieces = 2000;

/** Milliseconds on a clock that only goes forward; given from outside because the pure folders have none. */
export type Clock = () => number;

export interface Change {
  start: number;
  oldEnd: number;
  newEnd: number;
}

/** An open document: keeps the parser's tree for incremental parsing until `close`. */
export interface ParsedDocument {
  /** Parses the new text; null when the time limit was reached. */
  update(text: string, maxMs: number): SyntaxTree | null;
  close(): void;
}

export class Syntax {
  private readonly parsers = new Map<string, Parser>();

  private constructor(private readonly load: Load, private readonly clock: Clock) {}

  /** Starts the parser. Rejects when its WASM cannot be loaded. */
  static async open(load: Load, clock: Clock): Promise<Syntax> {
    const wasm = await load('web-tree-sitter.wasm');
    await Parser.init({ wasmBinary: wasm as unknown as ArrayBuffer });
    return new Syntax(load, clock);
  }

  /** Loads a grammar once; later calls return at once. */
  async prepare(grammar: string): Promise<void> {
    if (this.parsers.has(grammar)) return;
    const language = await Grammar.load(await this.load(grammar));
    if (this.parsers.has(grammar)) return;
    const parser = new Parser();
    parser.setLanguage(language);
    this.parsers.set(grammar, parser);
  }

  isReady(grammar: string): boolean {
    return this.parsers.has(grammar);
  }

  /**
   * Parses once and keeps nothing. Null when the time limit was reached. The grammar must be prepared. `starts` matches
   * the lines that begin a top-level definition: where one error swallows the rest, the definitions are parsed one by one.
   */
  parse(grammar: string, text: string, maxMs: number, starts?: RegExp): SyntaxTree | null {
    const tree = this.run(grammar, text, null, maxMs);
    if (!tree) return null;
    try {
      return this.recovered(grammar, copy(tree, text), maxMs, starts);
    } finally {
      tree.delete();
    }
  }

  /** The same, or put together from its definitions when that leaves less unparsed. */
  private recovered(grammar: string, whole: SyntaxTree, maxMs: number, starts: RegExp | undefined): SyntaxTree {
    if (!starts || unparsed(whole) === 0) return whole;
    const offsets = whole.lineStarts.filter((start, row) => row > 0 && starts.test(whole.text.slice(start, start + 200)));
    if (offsets.length === 0 || offsets.length > maxPieces) return whole;
    const pieces = emptyTree(whole.text, whole.lineStarts);
    pieces.root = new SyntaxNode(whole.root.type, null, true, false, 0, whole.text.length, 0, 0, whole.root.endRow, whole.root.endColumn, null, whole.text);
    const bounds = [0, ...offsets, whole.text.length];
    for (let i = 0; i + 1 < bounds.length; i += 1) {
      const from = bounds[i] as number;
      const tree = this.run(grammar, whole.text.slice(from, bounds[i + 1]), null, maxMs);
      if (!tree) return whole;
      try {
        append(pieces, tree, from, rowOf(whole.lineStarts, from));
      } finally {
        tree.delete();
      }
    }
    return unparsed(pieces) < unparsed(whole) ? pieces : whole;
  }

  /** A document that is parsed again after edits. */
  openDocument(grammar: string, starts?: RegExp): ParsedDocument {
    let tree: Tree | null = null;
    let old = '';
    return {
      update: (text, maxMs) => {
        if (tree) tree.edit(editOf(old, text));
        const next = this.run(grammar, text, tree, maxMs);
        tree?.delete();
        tree = next;
        old = text;
        return next && this.recovered(grammar, copy(next, text), maxMs, starts);
      },
      close: () => {
        tree?.delete();
        tree = null;
      },
    };
  }

  /** Frees all parsers. */
  close(): void {
    for (const parser of this.parsers.values()) parser.delete();
    this.parsers.clear();
  }

  private run(grammar: string, text: string, old: Tree | null, maxMs: number): Tree | null {
    const parser = this.parsers.get(grammar);
    if (!parser) throw new Error(`grammar ${grammar} is not prepared`);
    const until = this.clock() + maxMs;
    const tree = parser.parse(text, old, { progressCallback: () => this.clock() > until });
    if (!tree) parser.reset();
    return tree;
  }
}

/** The one replaced stretch between two texts, as the parser wants it. */
function editOf(before: string, after: string): Parameters<Tree['edit']>[0] {
  const change = changeBetween(before, after);
  const point = (text: string, index: number): { row: number; column: number } => {
    let row = 0;
    let lineStart = 0;
    for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) {
      row += 1;
      lineStart = at + 1;
    }
    return { row, column: index - lineStart };
  };
  return {
    startIndex: change.start,
    oldEndIndex: change.oldEnd,
    newEndIndex: change.newEnd,
    startPosition: point(before, change.start),
    oldEndPosition: point(before, change.oldEnd),
    newEndPosition: point(after, change.newEnd),
  } as Parameters<Tree['edit']>[0];
}

/** Common start and end taken off: what is left was replaced. */
export function changeBetween(before: string, after: string): Change {
  const limit = Math.min(before.length, after.length);
  let start = 0;
  while (start < limit && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let tail = 0;
  while (tail < limit - start && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) tail += 1;
  return { start, oldEnd: before.length - tail, newEnd: after.length - tail };
}

/** Characters under errors that stand directly in the file. */
function unparsed(tree: SyntaxTree): number {
  if (tree.root.type === 'ERROR') return tree.text.length;
  return tree.root.children.reduce((sum, node) => sum + (node.type === 'ERROR' ? node.end - node.start : 0), 0);
}

function rowOf(starts: readonly number[], offset: number): number {
  return starts.indexOf(offset);
}

function emptyTree(text: string, starts: number[]): SyntaxTree {
  return { root: null as unknown as SyntaxNode, text, lineStarts: starts, errors: [], comments: [], truncated: false };
}

/** Copies the tree into plain objects with one cursor walk. */
function copy(tree: Tree, text: string): SyntaxTree {
  const result = emptyTree(text, lineStarts(text));
  const cursor = tree.walk();
  try {
    const copier = new Copier(cursor, result, 0, 0);
    result.root = copier.take(null);
    copier.walk(result.root);
  } finally {
    cursor.delete();
  }
  return result;
}

/** Adds the top-level nodes of a piece of the text to a tree. */
function append(result: SyntaxTree, piece: Tree, offset: number, row: number): void {
  const cursor = piece.walk();
  try {
    const copier = new Copier(cursor, result, offset, row);
    const root = copier.take(null);
    if (root.type !== 'ERROR') copier.walk(result.root);
    else {
      const node = copier.take(result.root);
      result.root.children.push(node);
      copier.walk(node);
      result.errors.push(node);
    }
  } finally {
    cursor.delete();
  }
}

class Copier {
  constructor(private readonly cursor: TreeCursor, private readonly result: SyntaxTree, private readonly offset: number, private readonly row: number) {}

  /** Everything below the cursor becomes children of `root`. */
  walk(root: SyntaxNode): void {
    const { cursor, result } = this;
    let parent = root;
    let depth = 0;
    for (;;) {
      const down = depth < maxDepth ? cursor.gotoFirstChild() : false;
      if (depth >= maxDepth) result.truncated = true;
      if (down) depth += 1;
      else {
        while (!cursor.gotoNextSibling()) {
          if (depth === 0 || !cursor.gotoParent()) return;
          depth -= 1;
          if (depth === 0) return;
          parent = parent.parent ?? root;
        }
      }
      if (down && depth > 1) parent = parent.children.at(-1) ?? parent;
      const above = depth === 1 ? root : parent;
      if (depth === 1) parent = root;
      const node = this.take(above);
      above.children.push(node);
      if (node.isError && result.errors.length < maxErrors) result.errors.push(node);
      if (node.type === 'comment' || node.type.endsWith('_comment')) result.comments.push(node);
    }
  }

  take(parent: SyntaxNode | null): SyntaxNode {
    const { cursor, offset, row } = this;
    const from = cursor.startPosition;
    const to = cursor.endPosition;
    return new SyntaxNode(
      cursor.nodeType, cursor.currentFieldName, cursor.nodeIsNamed, cursor.nodeIsMissing, cursor.startIndex + offset, cursor.endIndex + offset,
      from.row + row, from.column, to.row + row, to.column, parent, this.result.text,
    );
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
