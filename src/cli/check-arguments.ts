/** The arguments of `closewait check`. */

import { availableParallelism } from 'node:os';
import type { Certainty } from '../app/check.js';
import { exclusionsOf, REFUSED_LINE } from '../app/exclusions.js';
import { parseCommand, type Command } from './command.js';

const FORMATS = ['text', 'json', 'sarif', 'junit', 'checkstyle', 'gitlab'] as const;
type Format = (typeof FORMATS)[number];
const CERTAINTIES: readonly Certainty[] = ['certain', 'likely', 'possible'];

const OPTIONS = {
  format: {
    type: 'string',
    argument: 'FORMAT',
    choices: FORMATS,
    default: 'text',
    help: 'text (default), json, sarif, junit, checkstyle or gitlab (a code quality report)',
  },
  'min-certainty': {
    type: 'string',
    argument: 'LEVEL',
    choices: CERTAINTIES,
    help: 'certain, likely (default) or possible: what is less sure is left out',
  },
  exclude: {
    type: 'string',
    multiple: true,
    argument: 'GLOB',
    help: 'leaves out files and folders, in the form of a line of .gitignore; may be given more than once',
  },
  'changed-since': {
    type: 'string',
    argument: 'REF',
    help: 'prints only findings whose path touches a file that differs from this commit or branch of git; all files are still analysed',
  },
  baseline: {
    type: 'string',
    argument: 'FILE',
    completes: 'file',
    help: 'prints only findings that are not in FILE; moved lines do not matter',
  },
  'write-baseline': { type: 'boolean', help: 'writes the present findings to the FILE of --baseline instead of printing them' },
  'max-warnings': {
    type: 'string',
    argument: 'N',
    help: 'exit code 1 only for an error, or for more than N warnings; information and hints do not count',
  },
  'no-config': { type: 'boolean', help: 'does not look for closewait.json' },
  jobs: { type: 'string', argument: 'N', help: 'threads that share the work (default: as many as pay); the result does not depend on it' },
  cache: {
    type: 'string',
    argument: 'DIR',
    completes: 'folder',
    help: 'keeps what was found in DIR: the next time only what depends on changed files is analysed',
  },
  language: { type: 'string', argument: 'ID', help: 'language of standard input: as VS Code names it (python, go, c)' },
  coverage: {
    type: 'boolean',
    help:
      'also tells how many openings of connections were seen, how many were followed to their end or have a known owner, ' +
      'and where the others went out of sight',
  },
  'no-fixes': { type: 'boolean', help: 'json and sarif without fixes: each is tried on a copy, which costs time' },
} as const;

export const CHECK: Command & { options: typeof OPTIONS } = {
  name: 'check',
  takes: '[PATH…]',
  summary: 'findings of files and folders',
  about: 'finds connections that leak or hang in files and folders.',
  usage: ['check [PATH…] [OPTION…]', 'check - --language ID'],
  arguments: [
    [
      'PATH',
      'files and folders (default: this folder); all that is given is one project. Folders are walked; what .gitignore ' +
        'files name is left out. - reads standard input',
    ],
  ],
  completes: ['file'],
  options: OPTIONS,
  exitCodes: [
    [0, 'nothing was found'],
    [1, 'at least one finding was printed'],
    [
      2,
      'wrong usage or settings, a path that cannot be read, a named file that is too large or in a language that is not ' +
        'supported, an internal error, or nothing was found and something was left out because it costs too much',
    ],
  ],
  examples: [
    'closewait check src',
    "closewait check . --exclude 'vendor/' --exclude '*_test.go' --format sarif > closewait.sarif",
    'closewait check . --baseline closewait-baseline.json --write-baseline',
    'closewait check . --changed-since origin/main --max-warnings 0',
    'git show HEAD:app.py | closewait check - --language python',
  ],
};

export interface CheckArguments {
  paths: string[];
  format: Format;
  /** Null: what the settings say. */
  minCertainty: Certainty | null;
  language: string | null;
  exclude: string[];
  changedSince: string | null;
  baseline: string | null;
  writeBaseline: boolean;
  /** Warnings that are allowed; null: no finding is. */
  maxWarnings: number | null;
  /** Honour `closewait.json`. */
  config: boolean;
  /** Null: as many as pay. */
  jobs: number | null;
  fixes: boolean;
  coverage: boolean;
  /** Folder in which what was found is kept. */
  cache: string | null;
}

/** More threads than this only cost memory. */
const MOST_JOBS = 64;

/** @returns the arguments, or what is wrong with them */
export function parseCheckArguments(argv: string[]): CheckArguments | string {
  const parsed = parseCommand(CHECK, argv);
  if (typeof parsed === 'string') return parsed;
  const { values, positionals } = parsed;
  const jobs = values.jobs === undefined ? null : Number(values.jobs);
  const maxWarnings = values['max-warnings'] === undefined ? null : Number(values['max-warnings']);
  if (positionals.includes('-') && values.language === undefined) return 'standard input needs --language ID';
  if (!positionals.includes('-') && values.language !== undefined) return '--language ID goes with - (standard input)';
  if (jobs !== null && !(Number.isInteger(jobs) && jobs >= 1 && jobs <= MOST_JOBS))
    return `--jobs ${values.jobs ?? ''}: a whole number from 1 to ${MOST_JOBS}`;
  if (maxWarnings !== null && (!Number.isInteger(maxWarnings) || maxWarnings < 0 || values['max-warnings'] === ''))
    return `--max-warnings ${values['max-warnings'] ?? ''}: a whole number of at least 0`;
  if (values.cache === '') return '--cache needs a folder';
  if (values.baseline === '') return '--baseline needs a file';
  if (values['write-baseline'] && values.baseline === undefined) return '--write-baseline needs --baseline FILE';
  if (positionals.includes('')) return 'a path is empty';
  const [refused] = exclusionsOf(values.exclude).refused;
  if (refused !== undefined) return `--exclude: ${JSON.stringify(refused)} ${REFUSED_LINE}`;
  return {
    paths: positionals.length > 0 ? positionals : ['.'],
    format: values.format,
    minCertainty: CERTAINTIES.find((one) => one === values['min-certainty']) ?? null,
    language: values.language ?? null,
    exclude: values.exclude,
    changedSince: values['changed-since'] ?? null,
    baseline: values.baseline ?? null,
    writeBaseline: values['write-baseline'],
    maxWarnings,
    config: !values['no-config'],
    jobs,
    fixes: !values['no-fixes'],
    coverage: values.coverage,
    cache: values.cache ?? null,
  };
}

/** Bytes of source that pay for a further thread. */
const BYTES_PER_JOB = 2_000_000;

/** How many threads to use for so many bytes in so many files. */
export function jobsFor(wanted: number | null, bytes: number, files: number): number {
  const paying = Math.min(availableParallelism(), Math.ceil(bytes / BYTES_PER_JOB));
  return Math.max(1, Math.min(wanted ?? paying, files));
}
