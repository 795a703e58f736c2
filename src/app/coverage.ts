/** How many openings of connections the analysis could decide on, and where the others went out of sight. */

import { isDecided, worseFate } from '../analysis/flow/fate.js';
import type { FateKind, Opening } from '../analysis/findings.js';
import type { CheckedFile } from './check.js';

export interface Coverage {
  /** Openings by calls that are known to open a connection. */
  seen: number;
  /** Followed to their end, or with a known owner. */
  decided: number;
  kinds: Partial<Record<FateKind, number>>;
  /** Openings that went out of sight. */
  gone: { path: string; line: number; library: string; kind: FateKind; to?: string }[];
}

/** Each opening once, however many callers get its connection; of several answers the one that says least. */
export function coverageOf(files: readonly { path: string; file: CheckedFile }[]): Coverage {
  const openings = new Map<string, Opening & { path: string }>();
  for (const { path, file } of files) {
    for (const opening of file.openings ?? []) {
      const place = { ...opening, path: opening.file ?? path };
      const key = `${place.path}:${opening.range.startLine}:${opening.range.startColumn}`;
      const known = openings.get(key);
      openings.set(key, known ? { ...place, fate: worseFate(known.fate, place.fate) } : place);
    }
  }
  const all = [...openings.values()].sort((a, b) => (a.path === b.path ? a.range.startLine - b.range.startLine : a.path < b.path ? -1 : 1));
  const kinds: Coverage['kinds'] = {};
  for (const { fate } of all) kinds[fate.kind] = (kinds[fate.kind] ?? 0) + 1;
  const gone = all
    .filter(({ fate }) => !isDecided(fate))
    .map(({ path, range, library, fate }) => ({ path, line: range.startLine, library, ...fate }));
  return { seen: all.length, decided: all.length - gone.length, kinds, gone };
}
