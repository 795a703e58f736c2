/** The files of a project, wherever they come from: the disk, an editor's open documents, a record in a test. */

export interface Sources {
  /** Paths of all files that may be asked for, relative to one root, with `/`, sorted. */
  readonly paths: readonly string[];
  /** The text of a file as it is now; null when it cannot be read. */
  read(path: string): string | null;
}

/** Sources from a record of path → text. */
export function sourcesOf(files: Readonly<Record<string, string>>): Sources {
  return { paths: Object.keys(files).sort(), read: (path) => (Object.hasOwn(files, path) ? (files[path] ?? null) : null) };
}
