/** From the paths of the command line to the files of one project. */

import fs from 'node:fs';
import path from 'node:path';
import { exclusionsOf } from '../app/exclusions.js';
import { languageOfFile, LANGUAGES } from '../app/languages.js';
import { textOf } from './source-file.js';
import { walk } from './walk.js';

export interface Input {
  /** As it is shown: the argument as given, inside a folder that + `/` + relative path. */
  shown: string;
  /** Within the project: relative to `root`, with `/`. */
  path: string;
  /** On the disk; null for standard input. */
  disk: string | null;
  /** Null when the language is not supported. */
  language: string | null;
  /** The user named this very file: then what cannot be checked makes the run fail. */
  named: boolean;
  bytes: number;
  /** What stood on standard input. */
  content?: Uint8Array;
}

export interface Inputs {
  /** The folder that holds all files. */
  root: string;
  /** Sorted by what is shown. */
  files: Input[];
}

type Found = Omit<Input, 'path' | 'bytes'>;

/** @param complain hears of paths that cannot be used */
export function inputsOf(
  paths: readonly string[],
  exclude: readonly string[],
  language: string | null,
  complain: (shown: string, error: unknown) => void,
): Inputs {
  const excluded = excluder(exclude);
  const found = new Map<string, Found>();
  const add = (file: Found): void => {
    const key = file.disk === null ? '-' : path.resolve(file.disk);
    const known = found.get(key);
    if (!known) found.set(key, file);
    else known.named ||= file.named;
  };
  for (const given of paths) {
    if (given === '-') {
      add({ shown: '-', disk: null, language: LANGUAGES.some(({ id }) => id === language) ? language : null, named: true });
      continue;
    }
    const kind = kindOf(given, complain);
    if (kind === 'file' && !excluded(given, false))
      add({ shown: given, disk: given, language: languageOfFile(given, () => textOf(given)), named: true });
    if (kind !== 'folder') continue;
    for (const file of walk(given, (name) => languageOfFile(name) !== null, excluded, complain))
      add({ shown: file, disk: file, language: languageOfFile(file, () => textOf(file)), named: false });
  }
  return placed([...found.values()]);
}

function kindOf(given: string, complain: (shown: string, error: unknown) => void): 'file' | 'folder' | null {
  try {
    return fs.statSync(given).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    complain(given, error);
    return null;
  }
}

/** Patterns hold for paths from the working folder, and for the name below a given folder that lies elsewhere. */
function excluder(patterns: readonly string[]): (file: string, isFolder: boolean) => boolean {
  if (patterns.length === 0) return () => false;
  const rules = exclusionsOf(patterns);
  return (file, isFolder) => {
    const relative = path
      .relative('', file)
      .split(path.sep)
      .filter((part) => part !== '..')
      .join('/');
    return rules.test(isFolder ? `${relative}/` : relative).ignored;
  };
}

/** Places in the project: below the folder that is common to all, or the one that holds it where that is a package of Python. */
function placed(found: readonly Found[]): Inputs {
  const folders = found.flatMap(({ disk }) => (disk === null ? [] : [path.dirname(path.resolve(disk))]));
  const disks = new Set(found.flatMap(({ disk }) => (disk === null ? [] : [path.resolve(disk)])));
  let root = folders.reduce<string | null>(common, null) ?? path.resolve('');
  while (disks.has(path.join(root, '__init__.py')) && path.dirname(root) !== root) root = path.dirname(root);
  const files = found.map((file): Input => {
    const place =
      file.disk === null
        ? `<standard input>.${file.language ?? 'txt'}`
        : path.relative(root, path.resolve(file.disk)).split(path.sep).join('/');
    return { ...file, path: withExtension(place, file.language), bytes: sizeOf(file.disk) };
  });
  return { root, files: files.sort((a, b) => (a.shown < b.shown ? -1 : 1)) };
}

/** The language of a file of the project follows from its extension, in small letters. */
function withExtension(place: string, language: string | null): string {
  if (language === null) return place;
  const dot = place.lastIndexOf('.');
  const extensions = LANGUAGES.find(({ id }) => id === language)?.extensions ?? [];
  const own = place.slice(dot).toLowerCase();
  return place.slice(0, dot) + (extensions.includes(own) ? own : (extensions[0] ?? own));
}

function common(a: string | null, b: string): string {
  if (a === null) return b;
  const parts = b.split(path.sep);
  const same = a.split(path.sep).findIndex((part, i) => part !== parts[i]);
  return same === -1 ? a : parts.slice(0, same).join(path.sep) || path.sep;
}

function sizeOf(disk: string | null): number {
  try {
    return disk === null ? 0 : fs.statSync(disk).size;
  } catch {
    return 0;
  }
}
