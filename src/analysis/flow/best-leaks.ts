/** One leak per place: the surest. */

import type { Leak } from './tracked.js';

export function bestPerPlace(leaks: Leak[]): Leak[] {
  const best = new Map<string, Leak>();
  for (const leak of leaks) {
    const key = `${leak.how} ${leak.file ?? ''}:${leak.range.startLine}:${leak.range.startColumn}`;
    const known = best.get(key);
    if (!known || known.doubt > leak.doubt) best.set(key, leak);
  }
  return [...best.values()];
}
