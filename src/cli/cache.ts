/** `--cache DIR`: what was found is kept on the disk, and files that are the same are not analysed again. */

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { checkAgain, type KeptProject } from '../app/project.js';
import { DiskSources, type DiskFile } from './disk.js';
import { openAnalyser } from './setup.js';
import { leadsOut, makeFolder, refuseLeadingOut, writeWhole } from './places.js';
import { bytesOf } from './source-file.js';
import { optionsIn, withReasons, type Keep, type Task } from './share.js';
import type { AllChecked } from './threads.js';

/** A file as it was: when the first two are the same, it is not read. */
interface Seen {
  size: number;
  mtimeMs: number;
  hash: string;
}

interface Saved {
  /** Program, options and root: with others nothing of it counts. */
  key: string;
  seen: Record<string, Seen>;
  /** Files that are no source and were read (`go.mod`), with their hashes. */
  beside: Record<string, string>;
  project: KeptProject;
}

/** Text that V8 can hold. */
const LARGEST_CACHE = 0x1fffffe8;

export interface Cached {
  files: DiskFile[];
  root: string;
  languages: readonly string[];
  options: Task['options'];
  own: Task['own'];
}

export class Cache {
  private readonly file: string;
  private readonly key: string;
  private readonly now: Record<string, Seen> = {};

  /** @param program file of this program: another one may find other things */
  constructor(
    private readonly dir: string,
    private readonly task: Cached,
    program: string,
  ) {
    this.key = hashOf([fs.readFileSync(program), task.root, JSON.stringify([task.options, ...task.own]), JSON.stringify(task.languages)]);
    this.file = path.join(dir, `${hashOf([task.root]).slice(0, 16)}.json`);
  }

  /** The findings, made with what was kept, and what to keep now; null when nothing fitting was kept. */
  async check(): Promise<AllChecked | null> {
    const saved = this.load();
    this.look(saved?.seen ?? {});
    if (!saved || Object.entries(saved.beside).some(([place, hash]) => hash !== this.hashBeside(place))) return null;
    const { task, now } = this;
    const changed = [...new Set([...Object.keys(saved.seen), ...Object.keys(now)])]
      .filter((place) => saved.seen[place]?.hash !== now[place]?.hash)
      .sort();
    if (changed.length === 0) return { files: new Map(saved.project.files.map(({ path: place, file }) => [place, file])), keep: null };
    const analyser = await openAnalyser();
    for (const language of task.languages) await analyser.prepare(language);
    const sources = new DiskSources(task.root, task.files, null);
    const { files, kept } = withReasons(checkAgain(analyser, sources, optionsIn(task), saved.project, changed), sources);
    analyser.close();
    return { files: new Map(files), keep: { kept, beside: [...Object.keys(saved.beside), ...sources.beside] } };
  }

  /** Keeps what was found. Throws when it cannot be written. */
  save({ kept, beside }: Keep): void {
    const saved: Saved = {
      key: this.key,
      seen: this.now,
      beside: Object.fromEntries([...new Set(beside)].sort().map((place) => [place, this.hashBeside(place)])),
      project: kept,
    };
    refuseLeadingOut(this.dir);
    makeFolder(this.dir);
    // Another run may be reading it.
    writeWhole(this.file, JSON.stringify(saved));
  }

  private load(): Saved | null {
    try {
      if (leadsOut(this.file)) return null;
      const saved = JSON.parse(bytesOf(this.file, LARGEST_CACHE).toString('utf8')) as Saved;
      return saved.key === this.key &&
        Object.keys(saved.beside).every((place) => !path.isAbsolute(place) && !place.split('/').includes('..')) &&
        Array.isArray(saved.project.files) &&
        Array.isArray(saved.project.knowledge)
        ? saved
        : null;
    } catch {
      return null;
    }
  }

  /** The files as they are; those whose size and time are the same are not read. */
  private look(before: Readonly<Record<string, Seen>>): void {
    for (const { path: place, disk } of this.task.files) {
      if (disk === null) continue;
      try {
        const { size, mtimeMs } = fs.statSync(disk);
        const known = before[place];
        const isSame = known?.size === size && known.mtimeMs === mtimeMs;
        this.now[place] = isSame ? known : { size, mtimeMs, hash: hashOf([bytesOf(disk)]) };
      } catch {
        this.now[place] = { size: -1, mtimeMs: 0, hash: '' };
      }
    }
  }

  private hashBeside(place: string): string {
    if (leadsOut(place, this.task.root)) return '';
    try {
      return hashOf([bytesOf(path.join(this.task.root, place))]);
    } catch {
      return '';
    }
  }
}

function hashOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}
