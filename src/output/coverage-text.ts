/** The answer to `closewait check --coverage`, in words. */

import type { Coverage } from '../app/coverage.js';

type Kind = keyof Coverage['kinds'];

const DECIDED: Partial<Record<Kind, string>> = {
  closed: 'closed on every way',
  leaks: 'left open on some way',
  caller: 'given to the caller',
  object: 'kept by an object',
  library: 'taken over by a library',
};

const GONE: Partial<Record<Kind, string>> = {
  call: 'given to a function that is not here',
  container: 'put into a container',
  closure: 'kept by a function that runs later',
  variable: 'kept in a variable of the module',
  generator: 'handed out by a generator',
  limit: 'too many paths',
};

/** A summary, and a line for each opening that went out of sight. */
export function coverageText({ seen, decided, kinds, gone }: Coverage): string {
  const share = seen === 0 ? '' : ` (${Math.floor((100 * decided) / seen)} %)`;
  const counts = (words: Partial<Record<Kind, string>>): string =>
    Object.entries(words)
      .flatMap(([kind, said]) => {
        const times = kinds[kind as Kind];
        return times === undefined ? [] : `  ${String(times).padStart(5)} ${said}\n`;
      })
      .join('');
  const places = gone
    .map(
      ({ path, line, library, kind, to }) => `  ${path}:${line}: ${library}: ${GONE[kind] ?? kind}${to === undefined ? '' : `: ${to}`}\n`,
    )
    .join('');
  return `coverage: ${seen} openings seen, ${decided} decided${share}\n${counts(DECIDED)}out of sight: ${gone.length}\n${counts(GONE)}${places}`;
}
