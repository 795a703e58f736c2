/** The arguments of `closewait check`. */

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { CERTAINTY_RANK, type Certainty } from '../app/check.js';

export const CHECK_USAGE = `usage: closewait check [PATH…] [--format text|json|sarif] [--min-certainty certain|likely|possible] [--exclude GLOB]… [--jobs N] [--no-fixes] [--coverage] [--cache DIR]
       closewait check - --language ID`;

export const CHECK_HELP = `closewait check: finds connections that leak or hang in files and folders.

${CHECK_USAGE}

  PATH                   files and folders (default: this folder); all that is given is one project. Folders are walked; what
                         .gitignore files name is left out. - reads standard input
  --format FORMAT        text (default), json or sarif
  --min-certainty LEVEL  certain, likely (default) or possible: what is less sure is left out
  --exclude GLOB         leaves out files and folders, in the form of a line of .gitignore; may be given more than once
  --jobs N               threads that share the work (default: as many as pay); the result does not depend on it
  --cache DIR            keeps what was found in DIR: the next time only what depends on changed files is analysed
  --language ID          language of standard input: as VS Code names it (python, go, c)
  --coverage             also tells how many openings of connections were seen, how many were followed to their end or have
                         a known owner, and where the others went out of sight
  --no-fixes             json and sarif without fixes: each is tried on a copy, which costs time

exit codes: 0  nothing was found
            1  at least one finding was printed
            2  wrong usage, a path that cannot be read, a named file that is too large or in a language that is not supported,
               an internal error, or nothing was found and something was left out because it costs too much

examples: closewait check src
          closewait check . --exclude 'vendor/' --exclude '*_test.go' --format sarif > closewait.sarif
          git show HEAD:app.py | closewait check - --language python
`;

const FORMATS = ['text', 'json', 'sarif'] as const;
export type Format = (typeof FORMATS)[number];

export interface CheckArguments {
  paths: string[];
  format: Format;
  minCertainty: Certainty;
  language: string | null;
  exclude: string[];
  /** Null: as many as pay. */
  jobs: number | null;
  fixes: boolean;
  coverage: boolean;
  /** Folder in which what was found is kept. */
  cache: string | null;
}

const OPTIONS = {
  format: { type: 'string', default: 'text' }, 'min-certainty': { type: 'string', default: 'likely' }, language: { type: 'string' },
  'no-fixes': { type: 'boolean', default: false }, coverage: { type: 'boolean', default: false }, cache: { type: 'string' }, exclude: { type: 'string', multiple: true }, jobs: { type: 'string' },
} as const;

/** More threads than this only cost memory. */
const MOST_JOBS = 64;

/** @returns the arguments, or what is wrong with them */
export function parseCheckArguments(argv: string[]): CheckArguments | string {
  let parsed;
  try {
    parsed = parseArgs({ args: argv, allowPositionals: true, options: OPTIONS });
  } catch (error) {
    return (error as Error).message;
  }
  const { values, positionals } = parsed;
  const format = FORMATS.find((one) => one === values.format);
  const jobs = values.jobs === undefined ? null : Number(values.jobs);
  if (format === undefined) return `unknown format "${values.format}": text, json or sarif`;
  if (!(values['min-certainty'] in CERTAINTY_RANK)) return `unknown certainty "${values['min-certainty']}": certain, likely or possible`;
  if (positionals.includes('-') && values.language === undefined) return 'standard input needs --language ID';
  if (jobs !== null && !(Number.isInteger(jobs) && jobs >= 1 && jobs <= MOST_JOBS)) return `--jobs ${values.jobs}: a whole number from 1 to ${MOST_JOBS}`;
  if (values.cache === '') return '--cache needs a folder';
  if (positionals.includes('')) return 'a path is empty';
  return {
    paths: positionals.length > 0 ? positionals : ['.'], format, minCertainty: values['min-certainty'] as Certainty, language: values.language ?? null,
    exclude: [...(values.exclude ?? [])], jobs, fixes: !values['no-fixes'], coverage: values.coverage, cache: values.cache ?? null,
  };
}

/** Bytes of source that pay for a further thread. */
const BYTES_PER_JOB = 2_000_000;

/** How many threads to use for so many bytes in so many files. */
export function jobsFor(wanted: number | null, bytes: number, files: number): number {
  const paying = Math.min(availableParallelism(), Math.ceil(bytes / BYTES_PER_JOB));
  return Math.max(1, Math.min(wanted ?? paying, files));
}
