/**
 * The parser: the only importer of web-tree-sitter. Grammar bytes come from outside (`load`), so this runs in Node, in
 * the browser and in a worker alike. Trees of the parser live in memory that nobody collects: they never leave this folder.
 */

import { Language as Grammar, Parser } from 'web-tree-sitter';
import type { Tree } from 'web-tree-sitter';
import { Copy, Kinds } from './copy.js';
import type { Descends } from './copy.js';
import { SyntaxNode } from './tree.js';
import type { SyntaxTree } from './tree.js';

/** Gives the bytes of a packaged file: `web-tree-sitter.wasm`, `tree-sitter-python.wasm`, … */
export type Load = (name: string) => Promise<Uint8Array>;

/** Definitions of one file that are parsed one by one. */
const maxPieces = 2000;
/** A comment that speaks to us: then all comments are read. */
const addressed = 'closewait:';

interface Change {
  start: number;
  oldEnd: number;
  newEnd: number;
}

/** What a language says of its files' shape. */
export interface Shape {
  grammar: string;
  /** Matches the lines that begin a top-level definition: where one error swallows the rest, the definitions are parsed one by one. */
  definitionStarts?: RegExp | undefined;
  /** What an outline looks into; without it everything is copied at once. */
  descends?: Descends | undefined;
}

/** An open document: keeps the parser's tree for incremental parsing until `close`. */
export interface ParsedDocument {
  /** Parses the new text; the tree that was given before must not be used any more. */
  update(text: string): SyntaxTree;
  /** The tree of a text that differs little from the present one, which stays as it is; it wants its `dispose`. */
  variant(text: string): SyntaxTree;
  close(): void;
}

/** The parser is one for all that open it: started twice at a time, each would take the other's memory for its own. */
let started: Promise<void> | null = null;

async function startOnce(load: Load): Promise<void> {
  try {
    await Parser.init({ wasmBinary: (await load('web-tree-sitter.wasm')) as unknown as ArrayBuffer });
  } catch (error) {
    started = null;
    throw error;
  }
}

export class Syntax {
  private readonly parsers = new Map<string, Parser>();
  private readonly kinds = new Map<string, Kinds>();

  private constructor(private readonly load: Load) {}

  /** Starts the parser. Rejects when its WASM cannot be loaded. */
  static async open(load: Load): Promise<Syntax> {
    await (started ??= startOnce(load));
    return new Syntax(load);
  }

  /** Loads a grammar once; later calls return at once. */
  async prepare(grammar: string): Promise<void> {
    if (this.parsers.has(grammar)) return;
    const language = await Grammar.load(await this.load(grammar));
    if (this.parsers.has(grammar)) return;
    const parser = new Parser();
    parser.setLanguage(language);
    this.parsers.set(grammar, parser);
    this.kinds.set(grammar, new Kinds(language));
  }

  isReady(grammar: string): boolean {
    return this.parsers.has(grammar);
  }

  /** Parses once. The grammar must be prepared; the tree wants its `dispose`. */
  parse(shape: Shape, text: string): SyntaxTree {
    return this.read(shape, this.run(shape.grammar, text, null), text, true);
  }

  /** The time of the parser alone, for the benchmark: nothing is copied. */
  parseOnly(grammar: string, text: string): void {
    this.run(grammar, text, null).delete();
  }

  /** A document that is parsed again after edits. */
  openDocument(shape: Shape): ParsedDocument {
    let tree: Tree | null = null;
    let shown: SyntaxTree | null = null;
    let old = '';
    const drop = (): void => {
      shown?.dispose();
      tree?.delete();
      tree = shown = null;
    };
    return {
      update: (text) => {
        if (tree) tree.edit(editOf(old, text));
        const next = this.again(shape.grammar, text, tree);
        drop();
        tree = next;
        old = text;
        return (shown = this.read(shape, next, text, false));
      },
      variant: (text) => {
        const copy = tree?.copy() ?? null;
        copy?.edit(editOf(old, text));
        try {
          return this.read(shape, this.again(shape.grammar, text, copy), text, true);
        } finally {
          copy?.delete();
        }
      },
      close: drop,
    };
  }

  /** Frees all parsers. */
  close(): void {
    for (const parser of this.parsers.values()) parser.delete();
    this.parsers.clear();
  }

  /** Parses what has changed. Around an error that could give another tree than the whole text does: then all of it. */
  private again(grammar: string, text: string, old: Tree | null): Tree {
    const next = this.run(grammar, text, old);
    if (old === null || !next.rootNode.hasError) return next;
    next.delete();
    return this.run(grammar, text, null);
  }

  private run(grammar: string, text: string, old: Tree | null): Tree {
    const parser = this.parsers.get(grammar);
    if (!parser) throw new Error(`grammar ${grammar} is not prepared`);
    const tree = parser.parse(text, old);
    if (!tree) throw new Error('the parser gave no tree');
    return tree;
  }

  private kindsOf(grammar: string): Kinds {
    const kinds = this.kinds.get(grammar);
    if (!kinds) throw new Error(`grammar ${grammar} is not prepared`);
    return kinds;
  }

  private read(shape: Shape, tree: Tree, text: string, owns: boolean): SyntaxTree {
    const descends = text.includes(addressed) ? null : (shape.descends ?? null);
    const whole = new Copy(text, lineStarts(text), this.kindsOf(shape.grammar), descends, owns).whole(tree);
    return shape.definitionStarts ? this.recovered(shape.grammar, whole, shape.definitionStarts, descends) : whole;
  }

  /** The same, or put together from its definitions when that leaves less unparsed. */
  private recovered(grammar: string, whole: SyntaxTree, starts: RegExp, descends: Descends | null): SyntaxTree {
    if (unparsed(whole) === 0) return whole;
    const offsets = whole.lineStarts.filter((start, row) => row > 0 && starts.test(whole.text.slice(start, start + 200)));
    if (offsets.length === 0 || offsets.length > maxPieces) return whole;
    const copy = new Copy(whole.text, whole.lineStarts, this.kindsOf(grammar), descends, true);
    const root = new SyntaxNode(whole.root.type, null, true, false, 0, whole.text.length, null, copy, []);
    const bounds = [0, ...offsets, whole.text.length];
    for (let i = 0; i + 1 < bounds.length; i += 1) {
      const from = bounds[i] as number;
      copy.append(root, this.run(grammar, whole.text.slice(from, bounds[i + 1]), null), from);
    }
    const pieces = copy.treeOf(root);
    const [better, worse] = unparsed(pieces) < unparsed(whole) ? [pieces, whole] : [whole, pieces];
    worse.dispose();
    return better;
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
function changeBetween(before: string, after: string): Change {
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

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
