/**
 * A small map of strings that never changes. Two of equal content have equal keys, and the key costs nothing: the search
 * compares states all the time. Keeps the order in which names came, as a `Map` does.
 */

type Hash = readonly [number, number];

/** Hashes of the strings that were seen; they are made of the characters alone, so that they may be forgotten at any time. */
const hashes = new Map<string, Hash>();
const mostHashes = 200_000;

function hashOf(text: string): Hash {
  let hash = hashes.get(text);
  if (hash) return hash;
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 15);
  }
  if (hashes.size >= mostHashes) hashes.clear();
  hashes.set(text, (hash = [a, b]));
  return hash;
}

/** Spreads the bits of a number over all 32. */
function mixed(n: number): number {
  let x = Math.imul(n ^ (n >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}

/** Of a name with its value. */
function pairHash(name: string, value: string): Hash {
  const [a, b] = hashOf(name);
  const [c, d] = hashOf(value);
  return [mixed(a + Math.imul(mixed(c), 3)), mixed(b + Math.imul(mixed(d), 5))];
}

export class FactMap implements ReadonlyMap<string, string> {
  static readonly empty = new FactMap([], 0, 0);
  private text: string | null = null;

  /** `list`: names and values in turn; the hashes of the pairs, all combined. */
  private constructor(
    private readonly list: readonly string[],
    private readonly a: number,
    private readonly b: number,
  ) {}

  static of(pairs: Iterable<readonly [string, string]>): FactMap {
    let map = FactMap.empty;
    for (const [name, value] of pairs) map = map.with(name, value);
    return map;
  }

  /** Equal for maps of equal content, whatever their order. */
  get key(): string {
    return (this.text ??= this.list.length === 0 ? '' : `${this.size}.${(this.a >>> 0).toString(36)}.${(this.b >>> 0).toString(36)}`);
  }

  get size(): number {
    return this.list.length / 2;
  }

  get(name: string): string | undefined {
    const at = this.at(name);
    return at === -1 ? undefined : this.list[at + 1];
  }

  has(name: string): boolean {
    return this.at(name) !== -1;
  }

  with(name: string, value: string): FactMap {
    const at = this.at(name);
    if (at !== -1 && this.list[at + 1] === value) return this;
    const list = this.list.slice();
    let { a, b } = this;
    if (at === -1) list.push(name, value);
    else {
      const old = pairHash(name, list[at + 1] as string);
      a ^= old[0];
      b ^= old[1];
      list[at + 1] = value;
    }
    const hash = pairHash(name, value);
    return new FactMap(list, a ^ hash[0], b ^ hash[1]);
  }

  without(name: string): FactMap {
    const at = this.at(name);
    return at === -1 ? this : this.filter((other) => other !== name);
  }

  /** Those of which `keep` says so. */
  filter(keep: (name: string, value: string) => boolean): FactMap {
    let list: string[] | null = null;
    let { a, b } = this;
    for (let at = 0; at < this.list.length; at += 2) {
      const [name, value] = [this.list[at] as string, this.list[at + 1] as string];
      if (keep(name, value)) {
        list?.push(name, value);
        continue;
      }
      list ??= this.list.slice(0, at);
      const hash = pairHash(name, value);
      a ^= hash[0];
      b ^= hash[1];
    }
    if (!list) return this;
    return list.length === 0 ? FactMap.empty : new FactMap(list, a, b);
  }

  *keys(): MapIterator<string> {
    for (let at = 0; at < this.list.length; at += 2) yield this.list[at] as string;
  }

  *values(): MapIterator<string> {
    for (let at = 1; at < this.list.length; at += 2) yield this.list[at] as string;
  }

  *entries(): MapIterator<[string, string]> {
    for (let at = 0; at < this.list.length; at += 2) yield [this.list[at] as string, this.list[at + 1] as string];
  }

  [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }

  forEach(visit: (value: string, name: string, map: ReadonlyMap<string, string>) => void): void {
    for (const [name, value] of this.entries()) visit(value, name, this);
  }

  private at(name: string): number {
    const { list } = this;
    for (let at = 0; at < list.length; at += 2) if (list[at] === name) return at;
    return -1;
  }
}
