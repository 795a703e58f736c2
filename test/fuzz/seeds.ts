/** What campaigns begin with: definitions of real files, whole files, and small programs of several files. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { LANGUAGES as REGISTERED } from '../../src/analysis/languages/generated.js';
import { languageOfFile } from '../../src/app/languages.js';
import { C, GO, PYTHON } from '../analysis/support/four-files.js';
import { grammar as load, ROOT } from '../app/analyser.js';
import { Mutator, type Chance, type Seed } from './mutate.js';

export const FIXTURES = path.join(ROOT, 'test/fixtures');
/** A small definition with its imports is no longer (characters): what it costs grows faster than its length. Larger ones, whole files. */
const SMALL = 350;
const LONGEST = 1500;
const LONGEST_FILE = 12_000;
/** Seeds of one language at most: the rest of a large repository brings little that is new. */
const MOST = 4000;

export type Files = Readonly<Record<string, string>>;

export interface Seeds {
  small: Seed[];
  large: Seed[];
  whole: Seed[];
  projects: Files[];
  mutators: ReadonlyMap<string, Mutator>;
}

export async function seedsOf(folders: readonly string[], only: string | null): Promise<Seeds> {
  const languages = REGISTERED.map(({ id }) => id).filter((id) => only === null || id === only);
  const mutators = new Map<string, Mutator>();
  for (const { id, grammar } of REGISTERED) if (languages.includes(id)) mutators.set(id, await Mutator.open(grammar, load));
  const seeds: Seeds = { small: [], large: [], whole: [], projects: only === null ? [PYTHON, GO, C] : [], mutators };
  const counts = new Map<string, number>();
  for (const file of folders.flatMap(sourcesIn)) {
    const text = readFileSync(file, 'utf8');
    const language = languageOfFile(file, () => text) ?? '';
    const mutator = mutators.get(language);
    if (!mutator || (counts.get(language) ?? 0) > MOST) continue;
    const definitions = mutator.definitions(text, LONGEST);
    counts.set(language, (counts.get(language) ?? 0) + definitions.length);
    for (const one of definitions) (one.length < SMALL ? seeds.small : seeds.large).push(mutator.seed(language, one));
    if (text.length < LONGEST_FILE) seeds.whole.push(mutator.seed(language, text));
  }
  if (seeds.small.length === 0) throw new Error('no source files there');
  return seeds;
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => !file.includes('/.git/') && languageOfFile(file) !== null && isSmallFile(file))
    .sort();
}

function isSmallFile(file: string): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size < 60_000;
}

/** Seeds of every language by turns (what there is much of must not drown the rest), of each those more often that cost less. */
export class ByLanguage {
  private readonly groups = new Map<string, { seeds: Seed[]; sums: number[] }>();

  /** @param costOf what an input of this seed costs, in any unit */
  constructor(
    seeds: readonly Seed[],
    private readonly costOf: (seed: Seed) => number = () => 1,
  ) {
    for (const seed of seeds) this.add(seed);
  }

  add(seed: Seed): void {
    const group = this.groups.get(seed.language) ?? { seeds: [], sums: [] };
    this.groups.set(seed.language, group);
    group.sums.push((group.sums.at(-1) ?? 0) + 1 / this.costOf(seed));
    group.seeds.push(seed);
  }

  pick(chance: Chance): Seed {
    const { seeds, sums } = [...this.groups.values()][chance(this.groups.size)] ?? { seeds: [], sums: [] };
    const at = ((sums.at(-1) ?? 0) * chance(1 << 24)) / (1 << 24);
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) > at) high = middle;
      else low = middle + 1;
    }
    return seeds[low] as Seed;
  }
}
