/** Copies the parser's tree into plain nodes, outline first, the rest when somebody asks. */

import type { Language as Grammar, Node, Tree, TreeCursor } from 'web-tree-sitter';
import { SyntaxNode } from './tree.js';
import type { Source, SyntaxTree } from './tree.js';

/** Does the outline of a file look into a node of this type, below one of that type? */
export type Descends = (type: string, parent: string) => boolean;

/** Nodes below this depth are left out: later passes recurse. */
const maxDepth = 900;
const maxErrors = 200;
/** A node longer than this is copied by itself: a table of data need not come with the function that holds it. */
const maxLength = 4000;

/** What was left out below a node: where it lies in the parser's memory. */
interface Left {
  node: Node;
  offset: number;
  depth: number;
}

/** A grammar's names of node types and fields by number. */
export class Kinds {
  private readonly types: { name: string; named: boolean }[] = [];

  constructor(private readonly grammar: Grammar) {}

  of(id: number): { name: string; named: boolean } {
    // The parser's own number for what it could not parse is the largest there is.
    return (this.types[id] ??= {
      name: id === 65535 ? 'ERROR' : (this.grammar.nodeTypeForId(id) ?? 'ERROR'),
      named: id === 65535 || this.grammar.nodeTypeIsNamed(id),
    });
  }

  field(id: number): string | null {
    return id === 0 ? null : (this.grammar.fields[id] ?? null);
  }
}

/** A tree, or one that is put together from several pieces of a text. */
export class Copy implements Source {
  readonly errors: SyntaxNode[] = [];
  readonly comments: SyntaxNode[] = [];
  truncated = false;
  private readonly left = new WeakMap<SyntaxNode, Left>();
  private readonly trees: Tree[] = [];
  private closed = false;

  /** `descends` null: everything at once. `owns`: the parser's trees are deleted with this one. */
  constructor(
    readonly text: string,
    readonly lineStarts: readonly number[],
    private readonly kinds: Kinds,
    private readonly descends: Descends | null,
    private readonly owns: boolean,
  ) {}

  /** The whole of a parser's tree. */
  whole(tree: Tree): SyntaxTree {
    this.trees.push(tree);
    const cursor = tree.walk();
    try {
      const root = this.take(cursor, null, 0);
      this.fill(cursor, root, 0, 0, !tree.rootNode.hasError, false);
      return this.treeOf(root);
    } finally {
      cursor.delete();
    }
  }

  /** Adds the top-level nodes of a piece of the text below `root`. */
  append(root: SyntaxNode, tree: Tree, offset: number): void {
    this.trees.push(tree);
    const cursor = tree.walk();
    try {
      const node = this.take(cursor, root, offset);
      const sound = !tree.rootNode.hasError;
      if (node.type !== 'ERROR') this.fill(cursor, root, offset, 0, sound, false);
      else {
        root.children.push(node);
        this.errors.push(node);
        this.fill(cursor, node, offset, 0, sound, false);
      }
    } finally {
      cursor.delete();
    }
  }

  treeOf(root: SyntaxNode): SyntaxTree {
    const copy = this as Copy;
    return {
      root,
      text: this.text,
      lineStarts: this.lineStarts,
      errors: this.errors,
      comments: this.comments,
      get truncated() {
        return copy.truncated;
      },
      dispose: () => this.dispose(),
    };
  }

  below(node: SyntaxNode): SyntaxNode[] {
    const left = this.left.get(node);
    if (!left || this.closed) return [];
    this.left.delete(node);
    const cursor = left.node.walk();
    const nodes: SyntaxNode[] = [];
    try {
      this.walk(cursor, node, nodes, left.offset, left.depth, true, true);
    } finally {
      cursor.delete();
    }
    return nodes;
  }

  private dispose(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.owns) for (const tree of this.trees) tree.delete();
  }

  private fill(cursor: TreeCursor, node: SyntaxNode, offset: number, depth: number, sound: boolean, deep: boolean): void {
    this.walk(cursor, node, node.children, offset, depth, sound, deep);
  }

  /** Children of the node under the cursor; the cursor comes back to it. `deep`: all of them, but long ones. */
  private walk(
    cursor: TreeCursor,
    parent: SyntaxNode,
    into: SyntaxNode[],
    offset: number,
    depth: number,
    sound: boolean,
    deep: boolean,
  ): void {
    if (!cursor.gotoFirstChild()) return;
    do {
      const stop = this.stopsAt(cursor, parent, sound, deep);
      const node = this.take(cursor, parent, offset, stop);
      into.push(node);
      if (node.isError && this.errors.length < maxErrors) this.errors.push(node);
      if (node.type === 'comment' || node.type.endsWith('_comment')) this.comments.push(node);
      if (stop && depth + 1 < maxDepth) this.left.set(node, { node: cursor.currentNode, offset, depth: depth + 1 });
      else if (depth + 1 < maxDepth) this.walk(cursor, node, node.children, offset, depth + 1, sound, deep);
      else if (cursor.gotoFirstChild()) {
        this.truncated = true;
        cursor.gotoParent();
      }
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }

  private stopsAt(cursor: TreeCursor, parent: SyntaxNode, sound: boolean, deep: boolean): boolean {
    // Nothing in a short node is long.
    if (deep) return parent.end - parent.start > maxLength && cursor.endIndex - cursor.startIndex > maxLength && cursor.nodeIsNamed;
    if (this.descends === null || !cursor.nodeIsNamed || this.descends(cursor.nodeType, parent.type)) return false;
    return sound || !cursor.currentNode.hasError;
  }

  /** Each question to the cursor is a call into the parser's memory: as few as can be. */
  private take(cursor: TreeCursor, parent: SyntaxNode | null, offset: number, stop = false): SyntaxNode {
    const type = this.kinds.of(cursor.nodeTypeId);
    const field = cursor.currentFieldId;
    const [start, end] = [cursor.startIndex, cursor.endIndex];
    // What is missing takes no room.
    const missing = start === end && cursor.nodeIsMissing;
    return new SyntaxNode(
      type.name,
      this.kinds.field(field),
      type.named,
      missing,
      start + offset,
      end + offset,
      parent,
      this,
      stop ? null : [],
    );
  }
}
