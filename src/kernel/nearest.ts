/** Nearest known name for a name that is not known, for error messages. */

/** Edits (insert, delete, replace) that turn `a` into `b`. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

/** Longest name that is compared: a name from a file may be a megabyte. */
const LONGEST = 120;

/** A name that begins or ends like this one counts as nearer than one that only has similar letters. */
function cost(name: string, known: string): number {
  const whole = distance(name, known);
  return known.endsWith(name) || known.startsWith(name) ? whole / 4 : whole;
}

/** The known name that somebody may have meant who wrote `name`: near enough to be a slip; null when there is none. */
export function meant(name: string, known: Iterable<string>): string | null {
  const best = nearest(name, known);
  const wanted = name.slice(0, LONGEST).toLowerCase();
  return best !== null && cost(wanted, best.toLowerCase()) <= Math.max(2, wanted.length / 2) ? best : null;
}

/** The known name that is nearest to `name` (case does not count), or null when there is none. */
export function nearest(name: string, known: Iterable<string>): string | null {
  const wanted = name.slice(0, LONGEST).toLowerCase();
  let best: string | null = null;
  let least = Infinity;
  for (const candidate of known) {
    const here = cost(wanted, candidate.toLowerCase());
    if (here < least) {
      least = here;
      best = candidate;
    }
  }
  return best;
}
