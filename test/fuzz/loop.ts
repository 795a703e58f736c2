/** The campaign's work, in a process of its own that campaign.ts watches: batch after batch, each determined by seed and number. */

import { writeSync, openSync, ftruncateSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { counted, sizeOf, wrongWith, type Case } from './cases.js';
import { Coverage } from './coverage.js';
import { generator, type Chance, type Mutator, type Seed } from './mutate.js';
import { ByLanguage, seedsOf, type Files, type Seeds } from './seeds.js';

export interface Job {
  seed: number;
  folders: readonly string[];
  language: string | null;
  inputs: number;
  /** Where to go on. */
  batch: number;
  done: number;
  kept: readonly { language: string; text: string }[];
  /** Holds what is being analysed: whoever kills the process finds it there. */
  current: string;
}

/** Told after each batch. */
export interface Progress {
  batch: number;
  inputs: number;
  /** Inputs in which the search reached at least one state. */
  searched: number;
  limits: number;
  mostSteps: number;
  found: { one: Case; wrong: string }[];
  kept: { language: string; text: string }[];
  coverage: number;
  /** After a collection, in MB; null: not looked at. */
  memory: { heap: number; wasm: number; rss: number } | null;
}

const BATCH = 1000;
/** Every so many batches it is asked what they reached, and how much memory is held. */
const LOOKED_AT = 10;
const SLICES = 8;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

class Campaign {
  private readonly small: ByLanguage;
  private readonly large: ByLanguage;
  private readonly whole: ByLanguage;
  private readonly coverage = new Coverage();
  private readonly current: number;

  constructor(
    private readonly job: Job,
    private readonly seeds: Seeds,
  ) {
    const costOf = ({ language, text }: Seed): number => {
      wrongWith({ kind: 'text', language, text });
      return 0.2 + text.length / 1000 + counted.steps / 50;
    };
    this.small = new ByLanguage(seeds.small, costOf);
    this.large = new ByLanguage(seeds.large.length > 0 ? seeds.large : seeds.small);
    this.whole = new ByLanguage(seeds.whole.length > 0 ? seeds.whole : seeds.small);
    for (const { language, text } of job.kept) this.keep(language, text);
    this.current = openSync(job.current, 'w');
    this.coverage.take();
  }

  /** A thousand inputs. */
  run(batch: number): Progress {
    const chance = generator(this.job.seed + batch * 7919);
    const cases: Case[] = [];
    for (let size = 0; size < BATCH; size += sizeOf(cases.at(-1) as Case)) cases.push(this.next(chance));
    counted.limits = counted.most = 0;
    const found: Progress['found'] = [];
    let searched = 0;
    const looks = batch % LOOKED_AT === 0;
    if (looks) this.coverage.take();
    for (const one of cases) {
      const wrong = this.tried(one);
      if (counted.steps > 0) searched += sizeOf(one);
      if (wrong !== null) found.push({ one, wrong });
    }
    const { limits, most: mostSteps } = counted;
    const fresh = looks ? this.coverage.take() : [];
    const kept = fresh.length > 0 ? this.reaching(cases, new Set(fresh)) : [];
    for (const { language, text } of kept) this.keep(language, text);
    const inputs = cases.reduce((sum, one) => sum + sizeOf(one), 0);
    return { batch, inputs, searched, limits, mostSteps, found, kept, coverage: this.coverage.size, memory: looks ? memory() : null };
  }

  private tried(one: Case): string | null {
    const text = JSON.stringify(one);
    ftruncateSync(this.current, Buffer.byteLength(text));
    writeSync(this.current, text, 0);
    return wrongWith(one);
  }

  private next(chance: Chance): Case {
    const kind = chance(1000);
    if (kind < 2) return this.text(this.whole.pick(chance), chance, false);
    if (kind < 12) return this.text(this.large.pick(chance), chance, kind < 4);
    if (kind < 20) return this.edits(this.small.pick(chance), chance);
    if (kind < 22 && this.seeds.projects.length > 0)
      return this.project(this.seeds.projects[chance(this.seeds.projects.length)] ?? {}, chance);
    return this.text(this.small.pick(chance), chance, false);
  }

  private text(seed: Seed, chance: Chance, fixes: boolean): Case {
    return { kind: 'text', language: seed.language, text: this.mutator(seed.language).mutate(seed, chance), ...(fixes && { fixes }) };
  }

  /** A document that is typed at: each text is a mutant of the one before. */
  private edits({ language, text }: Seed, chance: Chance): Case {
    const mutator = this.mutator(language);
    const texts = [text];
    for (let left = 5; left > 0; left -= 1) texts.push(mutator.mutate(mutator.look(language, texts.at(-1) ?? ''), chance));
    return { kind: 'edits', language, texts };
  }

  private project(files: Files, chance: Chance): Case {
    const now: Record<string, string> = { ...files };
    const names = Object.keys(files).filter((name) => this.languageOf(name) !== null);
    const edits = Array.from({ length: 4 }, (): [string, string] => {
      const name = names[chance(names.length)] ?? '';
      const language = this.languageOf(name) ?? '';
      const mutator = this.mutator(language);
      // What is left of a text after many edits is no program: now and then it is as it was.
      const text = chance(3) === 0 ? (files[name] ?? '') : mutator.mutate(mutator.look(language, now[name] ?? ''), chance);
      return [name, (now[name] = text)];
    });
    return { kind: 'project', files, edits };
  }

  private languageOf(name: string): string | null {
    return ({ py: 'python', go: 'go', c: 'c', h: 'c' } as Record<string, string>)[/\.(\w+)$/.exec(name)?.[1] ?? ''] ?? null;
  }

  private mutator(language: string): Mutator {
    return this.seeds.mutators.get(language) as Mutator;
  }

  private keep(language: string, text: string): void {
    this.small.add(this.mutator(language).look(language, text));
  }

  /** The texts that reach something of this: looked for in ever smaller slices of what ran. */
  private reaching(cases: readonly Case[], wanted: ReadonlySet<string>): Progress['kept'] {
    let left: readonly Case[] = cases.filter(({ kind }) => kind === 'text');
    while (left.length > 1) {
      const slice = Math.ceil(left.length / SLICES);
      let hit: readonly Case[] | null = null;
      for (let at = 0; at < left.length && !hit; at += slice) {
        const part = left.slice(at, at + slice);
        this.coverage.ran();
        for (const one of part) wrongWith(one);
        if (this.coverage.ran().some((key) => wanted.has(key))) hit = part;
      }
      if (!hit) return [];
      left = hit;
    }
    return left.flatMap((one) => (one.kind === 'text' ? [{ language: one.language, text: one.text }] : []));
  }
}

function memory(): Progress['memory'] {
  collect();
  const { heapUsed, arrayBuffers, external, rss } = process.memoryUsage();
  return { heap: heapUsed / 1e6, wasm: (external + arrayBuffers) / 1e6, rss: rss / 1e6 };
}

async function work(job: Job): Promise<void> {
  const campaign = new Campaign(job, await seedsOf(job.folders, job.language));
  let { batch, done } = job;
  while (done < job.inputs) {
    const progress = campaign.run(batch);
    done += progress.inputs;
    batch += 1;
    await new Promise((resolve) => process.send?.(progress, resolve));
  }
}

process.once('message', (job: Job) => void work(job).then(() => process.disconnect()));
