/** The files of a project on the disk, read when somebody asks. */

import path from 'node:path';
import type { Problem } from '../app/check.js';
import type { Sources } from '../app/project.js';
import { sourceText } from '../app/source-text.js';
import { causeOf } from './errors.js';
import { leadsOut } from './places.js';
import { bytesOf } from './source-file.js';

/** A file of the project; `disk` null: standard input. */
export interface DiskFile {
  path: string;
  disk: string | null;
}

/** Characters of source that are kept in memory at most; the rest is read again. */
const keptLength = 150_000_000;

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
    if (disk === undefined && (place.startsWith('/') || place.split('/').includes('..') || leadsOut(place, this.root))) return null;
    if (disk === undefined) this.beside.add(place);
    try {
      const bytes = disk === null ? (this.input ?? new Uint8Array()) : bytesOf(disk ?? path.join(this.root, place));
      const text = sourceText(bytes);
      if (text !== null) return text;
      this.problems.set(place, { kind: 'unreadable', message: 'a binary file', line: 1 });
    } catch (error) {
      const kind = (error as NodeJS.ErrnoException).code === 'EFBIG' ? 'too-large' : 'unreadable';
      this.problems.set(place, { kind, message: causeOf(error), line: 1 });
    }
    return null;
  }
}
