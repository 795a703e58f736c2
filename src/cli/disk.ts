/** The files of a project on the disk, read when somebody asks. */

import fs from 'node:fs';
import path from 'node:path';
import type { Problem } from '../app/check.js';
import type { Sources } from '../app/project.js';
import { causeOf } from './errors.js';

/** A file of the project; `disk` null: standard input. */
export interface DiskFile {
  path: string;
  disk: string | null;
}

/** Characters of source that are kept in memory at most; the rest is read again. */
const keptLength = 150_000_000;
/** Bytes that are looked at to tell a binary file. */
const looked = 8192;

export class DiskSources implements Sources {
  readonly paths: readonly string[];
  private readonly disks: ReadonlyMap<string, string | null>;
  private readonly texts = new Map<string, string | null>();
  private readonly problems = new Map<string, Problem>();
  private kept = 0;
  /** Files that are none of the project's and were asked for by name, whether they exist or not. */
  readonly beside = new Set<string>();

  /** `input`: the text of standard input, where that is one of the files. */
  constructor(
    private readonly root: string,
    files: readonly DiskFile[],
    private readonly input: Uint8Array | null,
  ) {
    this.paths = files.map((file) => file.path).sort();
    this.disks = new Map(files.map((file) => [file.path, file.disk]));
  }

  read(place: string): string | null {
    const known = this.texts.get(place);
    if (known !== undefined) return known;
    const text = this.load(place);
    this.kept += text?.length ?? 0;
    if (this.kept < keptLength) this.texts.set(place, text);
    return text;
  }

  /** Why a file that was read could not be used; null when it could. */
  problemOf(place: string): Problem | null {
    return this.problems.get(place) ?? null;
  }

  private load(place: string): string | null {
    const disk = this.disks.get(place);
    // What is no source file is asked for by name (`go.mod`), below the root alone.
    if (disk === undefined && (place.startsWith('/') || place.split('/').includes('..'))) return null;
    if (disk === undefined) this.beside.add(place);
    try {
      const bytes = disk === null ? (this.input ?? new Uint8Array()) : fs.readFileSync(disk ?? path.join(this.root, place));
      if (!bytes.subarray(0, looked).includes(0)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
      this.problems.set(place, { kind: 'unreadable', message: 'a binary file', line: 1 });
    } catch (error) {
      this.problems.set(place, { kind: 'unreadable', message: causeOf(error), line: 1 });
    }
    return null;
  }
}
