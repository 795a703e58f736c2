/**
 * Trees of open files. They take many times the room of their texts, so only those that were looked into lately are kept:
 * another one is made again when somebody lowers a function of its file.
 */

import type { FileIr, Lowered } from '../flow/ir.js';
import type { Language } from '../languages/language.js';
import type { SyntaxTree } from '../syntax/tree.js';

/** Characters of source whose trees are kept between two analyses at most. */
const keptLength = 8_000_000;

/** A file's outline with its tree, while that is kept. */
export interface Held {
  readonly path: string;
  readonly file: FileIr;
  tree: SyntaxTree | null;
  /** Parts of it were nested too deeply to be looked at. */
  truncated: boolean;
  /** Lower the functions of the outline, in its order. */
  lowers: (() => Lowered)[];
  /** When it was last looked into. */
  used: number;
}

export class Trees {
  private readonly kept = new Set<Held>();
  private now = 0;

  /** `parse`: gives the tree of a file's present text, which has one. */
  constructor(
    private readonly language: Language,
    private readonly parse: (path: string) => SyntaxTree,
  ) {}

  /** The outline of a tree, which it keeps. Bodies can be lowered as long as the file has this text. */
  hold(path: string, tree: SyntaxTree): Held {
    const file = this.language.outline(tree);
    const held: Held = { path, file, tree, truncated: false, lowers: lowersOf(file), used: this.now };
    file.functions.forEach((decl, index) => {
      decl.lower = () => {
        this.treeOf(held);
        return (held.lowers[index] as () => Lowered)();
      };
    });
    this.kept.add(held);
    return held;
  }

  /** The tree of a file, made again if it was given back. */
  treeOf(held: Held): SyntaxTree {
    held.used = this.now;
    if (held.tree) return held.tree;
    held.tree = this.parse(held.path);
    held.lowers = lowersOf(this.language.outline(held.tree));
    this.kept.add(held);
    return held.tree;
  }

  /** The file is not open any more. */
  drop(held: Held): void {
    this.kept.delete(held);
    held.truncated ||= held.tree?.truncated === true;
    held.tree?.dispose();
    held.tree = null;
    held.lowers = [];
  }

  /** Gives trees back that nobody has looked into for long; to be called while nobody is at work on one. */
  trim(): void {
    this.now += 1;
    let length = 0;
    for (const held of this.kept) length += held.tree?.text.length ?? 0;
    if (length <= keptLength) return;
    for (const held of [...this.kept].sort((a, b) => a.used - b.used)) {
      length -= held.tree?.text.length ?? 0;
      this.drop(held);
      // Half of the room, so that not every analysis has to look.
      if (length <= keptLength / 2) return;
    }
  }
}

function lowersOf(file: FileIr): (() => Lowered)[] {
  return file.functions.map((decl) => {
    const { lower } = decl;
    return () => lower.call(decl);
  });
}
