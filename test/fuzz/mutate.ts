/**
 * Grammar-aware mutation: pieces of source that are whole nodes of the tree are left out, doubled, swapped, or put where a like one stood.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Language, Parser, type Node } from 'web-tree-sitter';

/** xorshift32: chance that can be repeated. */
export function generator(seed: number): (below: number) => number {
  let state = (seed * 2654435761) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

interface Piece {
  type: string;
  start: number;
  end: number;
}

export class Mutator {
  private readonly parser: Parser;
  /** Pieces seen so far by type: what may stand in the place of one. */
  private readonly pool = new Map<string, string[]>();

  private constructor(language: Language) {
    this.parser = new Parser();
    this.parser.setLanguage(language);
  }

  static async open(grammar: string, grammars: string): Promise<Mutator> {
    await Parser.init({ wasmBinary: readFileSync(path.join(grammars, 'web-tree-sitter.wasm')) });
    return new Mutator(await Language.load(readFileSync(path.join(grammars, grammar))));
  }

  /** Up to three mutations of a text. */
  mutate(text: string, random: (below: number) => number): string {
    let mutant = text;
    for (let left = 1 + random(3); left > 0; left -= 1) {
      const pieces = this.piecesOf(mutant);
      const one = pieces[random(Math.max(1, pieces.length))];
      if (one) mutant = this.changed(mutant, one, pieces, random);
    }
    return mutant;
  }

  private changed(text: string, one: Piece, pieces: readonly Piece[], random: (below: number) => number): string {
    const before = text.slice(0, one.start);
    const after = text.slice(one.end);
    const own = text.slice(one.start, one.end);
    switch (random(5)) {
      case 0:
        return before + after;
      case 1:
        return before + own + (own.includes('\n') ? '\n' : ' ') + own + after;
      case 2:
        return before + this.like(one.type, random, own) + after;
      case 3: {
        const other = pieces[random(pieces.length)];
        return other ? before + text.slice(other.start, other.end) + after : text;
      }
      // Cut in the middle of a piece, as somebody who is typing.
      default:
        return text.slice(0, one.start + random(Math.max(1, one.end - one.start)));
    }
  }

  private like(type: string, random: (below: number) => number, otherwise: string): string {
    const known = this.pool.get(type) ?? [];
    return known[random(Math.max(1, known.length))] ?? otherwise;
  }

  private piecesOf(text: string): Piece[] {
    const tree = this.parser.parse(text);
    const pieces: Piece[] = [];
    const visit = (node: Node, depth: number): void => {
      if (node.isNamed && node.endIndex > node.startIndex && depth > 0)
        pieces.push({ type: node.type, start: node.startIndex, end: node.endIndex });
      if (depth < 60) for (const child of node.children) if (child) visit(child, depth + 1);
    };
    if (tree) visit(tree.rootNode, 0);
    tree?.delete();
    for (const { type, start, end } of pieces) {
      if (end - start > 2000) continue;
      const known = this.pool.get(type) ?? [];
      if (known.length < 200) known.push(text.slice(start, end));
      this.pool.set(type, known);
    }
    return pieces;
  }
}
