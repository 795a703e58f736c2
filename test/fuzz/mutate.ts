/**
 * Grammar-aware mutation: pieces of source that are whole nodes of the tree are left out, doubled, swapped, nested in themselves or put
 * where a like one stood; a text ends where somebody is still typing; and what a generator of programs would not write comes in.
 */

import { Language, Parser, type Node } from 'web-tree-sitter';

export type Chance = (below: number) => number;

/** xorshift32: chance that can be repeated. */
export function generator(seed: number): Chance {
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

export interface Piece {
  type: string;
  start: number;
  end: number;
}

/** A text with its nodes: parsed once, mutated often. */
export interface Seed {
  language: string;
  text: string;
  pieces: readonly Piece[];
}

/** Names that every object of JavaScript has, characters that end or hide what follows, brackets without their like. */
const STRANGE = [
  'constructor',
  '__proto__',
  'toString',
  '\0',
  '\u202e',
  '\u2028',
  '\ufeff',
  '\ud800',
  '\r',
  '\r\n',
  '\t',
  '\\',
  '😀',
  'é',
].concat(
  [...'(){}[]<>"\'`;:,.*&|!?#@$%/'],
  ['/*', '*/', '//', '"""', '...', '=>', '->', '::', '0x', '1e999', 'closewait: takes ownership', '# type:', '#if 0\n', '#endif\n'],
);
const SHORT = 250;
const KNOWN_OF_A_TYPE = 300;
const DEEPEST = 60;

export class Mutator {
  private readonly parser = new Parser();
  /** Short pieces seen so far, by type: what may stand in the place of one. */
  private readonly pool = new Map<string, string[]>();

  private constructor(language: Language) {
    this.parser.setLanguage(language);
  }

  static async open(grammar: string, load: (name: string) => Uint8Array): Promise<Mutator> {
    await Parser.init({ wasmBinary: load('web-tree-sitter.wasm') as unknown as ArrayBuffer });
    return new Mutator(await Language.load(load(grammar)));
  }

  /** The text's nodes. */
  look(language: string, text: string): Seed {
    return { language, text, pieces: this.piecesOf(text) };
  }

  /** The same; the short ones may stand in other texts from now on. */
  seed(language: string, text: string): Seed {
    const seed = this.look(language, text);
    for (const { type, start, end } of seed.pieces) {
      if (end - start > SHORT) continue;
      const known = this.pool.get(type) ?? [];
      if (known.length < KNOWN_OF_A_TYPE) known.push(text.slice(start, end));
      this.pool.set(type, known);
    }
    return seed;
  }

  /** Definitions of a text, each with what the file imports, none longer than `longest`. */
  definitions(text: string, longest: number): string[] {
    const tree = this.parser.parse(text);
    const nodes = (tree?.rootNode.children ?? []).flatMap((node) => (node ? membersOf(node) : []));
    tree?.delete();
    const isHead = ({ type }: Part): boolean => /import|include|package|use_decl|using/.test(type) && !/definition/.test(type);
    const head = nodes.filter(isHead).map((node) => node.text.trim());
    // Of long lists of imports those whose last name is used.
    const used = (body: string): string =>
      head.filter((line) => line.length < 200 && (head.length < 3 || body.includes(/(\w+)\W*$/.exec(line)?.[1] ?? ''))).join('\n');
    return nodes
      .filter((node) => !isHead(node) && node.text.length > 20)
      .map((node) => `${used(node.text)}\n\n${node.text}\n`)
      .filter((one) => one.length < longest);
  }

  /** One to three changes. */
  mutate(seed: Seed, chance: Chance): string {
    let { text } = seed;
    // From the end to the beginning, so that places stay true.
    const chosen = Array.from({ length: 1 + chance(3) }, () => seed.pieces[chance(Math.max(1, seed.pieces.length))])
      .filter((piece) => piece !== undefined)
      .sort((a, b) => b.start - a.start);
    let until = text.length;
    for (const piece of chosen) {
      if (piece.end > until) continue;
      text = this.changed(text, piece, seed, chance);
      until = piece.start;
    }
    return text;
  }

  private changed(text: string, { type, start, end }: Piece, seed: Seed, chance: Chance): string {
    const own = seed.text.slice(start, end);
    const put = (instead: string): string => text.slice(0, start) + instead + text.slice(end);
    const any = (): string => {
      const other = seed.pieces[chance(seed.pieces.length)];
      return other && other.end - other.start <= SHORT ? seed.text.slice(other.start, other.end) : own;
    };
    switch (chance(9)) {
      case 0:
        return put('');
      case 1:
        return put(own + (own.includes('\n') ? '\n' : ' ') + own);
      case 2:
      case 3:
        return put(this.like(type, chance) ?? own);
      case 4:
        return put(any());
      case 5:
        return put(STRANGE[chance(STRANGE.length)] ?? '');
      case 6: {
        const at = start + chance(Math.max(1, end - start));
        return text.slice(0, at) + (STRANGE[chance(STRANGE.length)] ?? '') + text.slice(at);
      }
      case 7:
        return put(this.nested(own, seed, chance));
      // Cut in the middle of a piece, as somebody who is typing.
      default:
        return text.slice(0, start + chance(Math.max(1, end - start)));
    }
  }

  /** A piece put into a larger one where a like one stood, a few times over. */
  private nested(own: string, seed: Seed, chance: Chance): string {
    const inner = seed.pieces.filter(({ start, end }) => end - start < own.length && seed.text.slice(start, end) !== '');
    const within = inner[chance(Math.max(1, inner.length))];
    const part = within ? seed.text.slice(within.start, within.end) : '';
    if (part === '' || !own.includes(part)) return `(${own})`;
    let text = own;
    for (let depth = 1 + chance(4); depth > 0 && text.length < 1500; depth -= 1) text = own.replace(part, () => text);
    return text;
  }

  private like(type: string, chance: Chance): string | undefined {
    const known = this.pool.get(type) ?? [];
    return known[chance(Math.max(1, known.length))];
  }

  private piecesOf(text: string): Piece[] {
    const tree = this.parser.parse(text);
    const pieces: Piece[] = [];
    const visit = (node: Node, depth: number): void => {
      if (node.isNamed && node.endIndex > node.startIndex && depth > 0)
        pieces.push({ type: node.type, start: node.startIndex, end: node.endIndex });
      if (depth < DEEPEST) for (const child of node.children) if (child) visit(child, depth + 1);
    };
    if (tree) visit(tree.rootNode, 0);
    tree?.delete();
    return pieces;
  }
}

interface Part {
  type: string;
  text: string;
}

/** A definition; of a class or a namespace its members, each in a class that has nothing else. */
function membersOf(node: Node): Part[] {
  const body = node.childForFieldName('body');
  if (!body || !/class|interface|namespace|impl_item|struct_spec|module/.test(node.type)) return [{ type: node.type, text: node.text }];
  const head = node.text.slice(0, body.startIndex - node.startIndex);
  const [open, close] = body.text.startsWith('{') ? ['{', '}'] : ['', ''];
  const members = body.namedChildren.flatMap((child) => (child ? membersOf(child) : []));
  return members.map(({ type, text }) => ({ type, text: `${head}${open}\n    ${text}\n${close}` }));
}
