/** Does this process run that file? By its command line, its name and the folder it works in. */

import { isCompiledFrom } from './compiled.js';
import type { Holder } from '../symptom.js';
import type { Evidence } from './evidence.js';
import { WEIGHTS } from './evidence.js';
import type { SourceFile } from './program.js';
import { say } from '../../words/say.js';

/** Programs that run source text or byte code of certain languages only. */
const RUNTIMES: readonly { name: RegExp; languages: ReadonlySet<string> }[] = [
  { name: /^(?:python|pypy|gunicorn|uwsgi|celery|uvicorn|ipython)[\d.]*$/, languages: new Set(['python']) },
  {
    name: /^(?:node|nodejs|bun|deno|ts-node|tsx)$/,
    languages: new Set(['javascript', 'typescript', 'javascriptreact', 'typescriptreact']),
  },
  { name: /^(?:java|jsvc|javaw)(?:\.exe)?$/, languages: new Set(['java', 'kotlin', 'scala']) },
];
/** Languages whose programs run under a runtime of that list; the others are programs of their own. */
const INTERPRETED = new Set(RUNTIMES.flatMap(({ languages }) => [...languages]));

const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const stemOf = (path: string): string => baseOf(path).replace(/\.\w+$/, '');
const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** The words of a command line, folders cut off. */
function wordsOf(command: string): string[] {
  return command
    .slice(0, 4096)
    .split(/[\s\0]+/)
    .filter((w) => w !== '');
}

/** Names that say nothing of a program. */
const COMMON = new Set([
  'main',
  'index',
  'app',
  'server',
  'client',
  'src',
  'cmd',
  'lib',
  'mod',
  'core',
  'net',
  'test',
  'tests',
  'internal',
  'pkg',
  '',
]);

/** Linux cuts a process's name to 15 characters (TASK_COMM_LEN), lsof what it shows to 9 (its option +c). */
const CUT: ReadonlySet<number> = new Set([9, 15]);
const sameName = (shown: string, name: string): boolean => shown === name || (CUT.has(shown.length) && name.startsWith(shown));

/** What the holder of a socket tells about this file; null where it tells nothing. */
function commandEvidence(holder: Holder | null, file: SourceFile): Evidence | null {
  if (!holder || (holder.name === null && holder.command === null)) return null;
  const words = wordsOf(holder.command ?? '');
  const first = baseOf(words[0] ?? holder.name ?? '').replace(/:$/, '');
  const runtime = RUNTIMES.find(({ name }) => name.test(first) || name.test(holder.name ?? ''));
  const shown = first || holder.name || '';
  if (runtime && !runtime.languages.has(file.language))
    return { kind: 'command', weight: WEIGHTS.otherRuntime, text: say`${shown} does not run ${file.language}` };
  if (holder.command !== null) {
    const named = words.find((w, i) => (i > 0 || !runtime) && namesFile(w, words[i - 1], file.path));
    if (named !== undefined) return { kind: 'command', weight: WEIGHTS.commandFile, text: say`the process was started as ${named}` };
  }
  const name = holder.name ?? first;
  if (!runtime) {
    const own = [baseOf(file.path), stemOf(file.path), baseOf(folderOf(file.path))].find(
      (n) => sameName(name.replace(/\.exe$/, ''), n) && n !== '',
    );
    if (own !== undefined) return { kind: 'command', weight: WEIGHTS.commandName, text: say`the program is called ${name}` };
  }
  const folder = inFolder(holder, file);
  if (folder || runtime || !INTERPRETED.has(file.language)) return folder;
  return { kind: 'command', weight: WEIGHTS.notItsRuntime, text: say`${shown} is no program that runs ${file.language}` };
}

/** Is this process the runtime of that language? */
export function runsUnder(holder: Holder, language: string): boolean {
  const first = baseOf(wordsOf(holder.command ?? '')[0] ?? holder.name ?? '').replace(/:$/, '');
  return RUNTIMES.some(({ name, languages }) => languages.has(language) && (name.test(first) || name.test(holder.name ?? '')));
}

/** May this process run a program of that language? */
export function runsLanguage(holder: Holder, language: string): boolean {
  const first = baseOf(wordsOf(holder.command ?? '')[0] ?? holder.name ?? '').replace(/:$/, '');
  const runtime = RUNTIMES.find(({ name }) => name.test(first) || name.test(holder.name ?? ''));
  return runtime ? runtime.languages.has(language) : true;
}

/** `python3 /srv/app.py`, `./app.py`, `python3 -m pkg.app`, `node dist/app`. */
function namesFile(word: string, before: string | undefined, path: string): boolean {
  if (word === path || word.endsWith(`/${path}`) || baseOf(word) === baseOf(path)) return true;
  if (isCompiledFrom(word, path)) return true;
  if (before === '-m')
    return path
      .replace(/\.\w+$/, '')
      .replace(/\/__main__$/, '')
      .split('/')
      .join('.')
      .endsWith(word);
  return !COMMON.has(baseOf(word)) && baseOf(word) === stemOf(path) && !word.includes('.');
}

function inFolder(holder: Holder, file: SourceFile): Evidence | null {
  const folder = baseOf(holder.cwd ?? '');
  const isBelow =
    holder.cwd !== null &&
    (file.path.startsWith(`${holder.cwd}/`) || (!COMMON.has(folder) && folderOf(file.path).split('/').includes(folder)));
  return isBelow ? { kind: 'command', weight: WEIGHTS.folder, text: say`the process works in ${holder.cwd}` } : null;
}

/** Where a program begins, in languages that make one of each such file. */
const BEGINS: Readonly<Record<string, RegExp>> = {
  c: /^[ \t]*(?:int|void)\s+main\s*\(/m,
  cpp: /^[ \t]*(?:int|void)\s+main\s*\(/m,
  go: /^func main\(\)/m,
  rust: /^[ \t]*(?:async )?fn main\(\)/m,
};

/** Does a program begin in this file? */
export function beginsProgram({ language, text }: SourceFile): boolean {
  return BEGINS[language]?.test(text) ?? false;
}

/**
 * Where another file is the one that the process is called after: a program of its own is not meant, what all programs share may be part of
 * it.
 */
function otherProgram(holder: Holder | null, file: SourceFile, files: readonly SourceFile[]): Evidence | null {
  const name = holder?.name?.replace(/\.exe$/, '') ?? '';
  if (name === '' || BEGINS[file.language] === undefined) return null;
  const own = files.find(
    (f) =>
      f !== file &&
      f.language === file.language &&
      (sameName(name, stemOf(f.path)) || sameName(name, baseOf(folderOf(f.path)))) &&
      beginsProgram(f),
  );
  if (!own) return null;
  return beginsProgram(file)
    ? { kind: 'command', weight: WEIGHTS.otherProgram, text: say`the process is called ${name}, as ${own.path} is` }
    : { kind: 'command', weight: WEIGHTS.commandName, text: say`the program is called ${name}` };
}

/** What the process tells about this file: a program of its own beside the one that the process is named after is not meant. */
export function programEvidence(holder: Holder | null, file: SourceFile, files: readonly SourceFile[]): Evidence | null {
  const named = commandEvidence(holder, file);
  const name = holder?.name?.replace(/\.exe$/, '') ?? '';
  const isFolders = named?.weight === WEIGHTS.commandName && beginsProgram(file) && !sameName(name, stemOf(file.path));
  const isOther =
    isFolders && files.some((f) => f !== file && f.language === file.language && sameName(name, stemOf(f.path)) && beginsProgram(f));
  return isOther || !named ? otherProgram(holder, file, files) : named;
}
