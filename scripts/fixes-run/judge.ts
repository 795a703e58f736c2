/** What two runs of the same situation, of the program as it is and of the edited one, say about a fix. */

import type { Outcome } from './execute.js';

/** `proven`: it leaked before and no longer; `same`: nothing that differs; otherwise what broke. */
export type Verdict = { kind: 'proven' | 'ends' | 'same' | 'broken'; why: string };

/**
 * @param intended the fix changes what the program does at the end of the stream or after a time, as its title says
 * @param comparesBytes what the peer gets does not depend on who is faster
 */
export function judge(before: Outcome, after: Outcome, intended: boolean, comparesBytes: boolean): Verdict {
  const broken = (why: string): Verdict => ({ kind: 'broken', why });
  if (after.end === 'crashed' && before.end !== 'crashed') return broken(`crashes: ${after.said}`);
  if (after.end === 'hung' && before.end !== 'hung') return broken('hangs');
  if (before.end === 'hung' && after.end === 'hung')
    return after.after < before.after
      ? { kind: 'proven', why: `${before.after} sockets, now ${after.after}` }
      : { kind: 'same', why: 'serves on' };
  if (before.end !== after.end) return { kind: 'ends', why: `${before.end}, now ${after.end}` };
  if (before.end !== 'returned') return { kind: 'same', why: before.said };
  if (before.said !== after.said && !intended) return broken(`says "${after.said}" instead of "${before.said}"`);
  if (comparesBytes && readable(before.received) !== readable(after.received) && !intended)
    return broken(`the peer gets "${after.received}" instead of "${before.received}"`);
  if (after.after > before.after)
    return broken(`${after.after - after.before} descriptors stay instead of ${before.after - before.before}`);
  const [leaked, leaks] = [leaksOf(before), leaksOf(after)];
  if (leaks > leaked) return broken(`${leaks} connections unclosed instead of ${leaked}`);
  return leaks < leaked ? { kind: 'proven', why: `${leaked} unclosed, now ${leaks}` } : { kind: 'same', why: '' };
}

/** What is encrypted differs from run to run, not so its length. */
function readable(received: string): string {
  return /[\x00-\x08\x0e-\x1f\x80-\xff]/.test(received) ? `${received.length} bytes` : received;
}

function leaksOf({ before, after, warnings }: Outcome): number {
  return Math.max(0, after - before) + warnings;
}
