/** One leak per place: the surest. */

import type { Leak } from './tracked.js';

const isAtEnd = ({ eofSeen, atEnd }: Leak): boolean => eofSeen || atEnd === true;

export function bestPerPlace(leaks: Leak[]): Leak[] {
  const best = new Map<string, Leak>();
  for (const leak of leaks) {
    const key = `${leak.how} ${leak.file ?? ''}:${leak.range.startLine}:${leak.range.startColumn}`;
    const known = best.get(key);
    const atEnd = isAtEnd(leak) || (known !== undefined && isAtEnd(known));
    best.set(key, { ...(known && known.doubt <= leak.doubt ? known : leak), ...(atEnd && { atEnd: true as const }) });
  }
  return [...best.values()];
}
