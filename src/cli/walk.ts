/** Finds the source files below a folder, leaving out what `.gitignore` files name (also outside a git repository). */

import fs from 'node:fs';
import path from 'node:path';
import { exclusionsOf, type Exclusions } from '../app/exclusions.js';
import { textOf } from './source-file.js';

/** Folders that hold no code of the project. */
const SKIPPED = new Set(['.git', '.hg', '.svn', '.pc', 'node_modules']);

interface Rules {
  /** Folder of the `.gitignore`, as given. */
  base: string;
  rules: Exclusions;
}

/**
 * All files below `folder` that `wanted` accepts and `excluded` does not name, as `folder/relative/path`, sorted. Unreadable folders go to
 * `onError`.
 * Symbolic links are not followed: a link to a parent would never end.
 */
export function walk(
  folder: string,
  wanted: (name: string) => boolean,
  excluded: (file: string, isFolder: boolean) => boolean,
  onError: (dir: string, error: unknown) => void,
): string[] {
  const found: string[] = [];
  const pending: { dir: string; ignores: Rules[] }[] = [{ dir: folder, ignores: [] }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { dir } = next;
    let entries: fs.Dirent[];
    try {
      entries = fs.readdirSync(dir, { withFileTypes: true });
    } catch (error) {
      onError(dir, error);
      continue;
    }
    const ignores = entries.some((e) => e.name === '.gitignore' && e.isFile()) ? [...next.ignores, readRules(dir)] : next.ignores;
    for (const entry of entries) {
      const full = join(dir, entry.name);
      if (SKIPPED.has(entry.name) || isIgnored(full, entry.isDirectory(), ignores) || excluded(full, entry.isDirectory())) continue;
      if (entry.isDirectory()) pending.push({ dir: full, ignores });
      else if (entry.isFile() && wanted(entry.name)) found.push(full);
    }
  }
  return found.sort();
}

/** The argument as given + `/` + name: `path.join` would rewrite `./src` to `src`. */
function join(dir: string, name: string): string {
  return dir.endsWith('/') ? dir + name : `${dir}/${name}`;
}

function readRules(dir: string): Rules {
  // An unreadable .gitignore ignores nothing.
  const text = textOf(path.join(dir, '.gitignore')) ?? '';
  return { base: dir, rules: exclusionsOf([text]) };
}

/** Deeper files overrule: the last `.gitignore` that says something about the path decides. */
function isIgnored(full: string, isDirectory: boolean, ignores: Rules[]): boolean {
  for (const { base, rules } of [...ignores].reverse()) {
    const relative = path.relative(base, full).split(path.sep).join('/') + (isDirectory ? '/' : '');
    const verdict = rules.test(relative);
    if (verdict.ignored) return true;
    if (verdict.unignored) return false;
  }
  return false;
}
