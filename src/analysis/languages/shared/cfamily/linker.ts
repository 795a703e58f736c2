/** What a linker would do: a function's name stands for its definition in another file; headers give macros. */

import { folderOf } from '../../resolver.js';
import type { Declared, ProjectFiles, Resolver } from '../../resolver.js';

/** Headers that one file may draw in, and their length together. */
const maxHeaders = 80;
const maxLength = 1_500_000;

export const resolver: Resolver = { resolve, definitions, includes, sharesNames: true };

/** A line that begins a definition: `static int f(`, or `f(` alone below its type. Declarations are sorted out by what follows. */
const head =
  /^(?![ \t#/*{}]|(?:if|for|while|switch|return|else|do|typedef|struct \w+ \{|sizeof)\b)([A-Za-z_][\w \t*]*?[ \t*])?([A-Za-z_]\w*)[ \t]*\(/gm;

/** Names of the functions that a text defines for others, at a glance. */
function definitions(text: string): string[] {
  const names = new Set<string>();
  for (const match of text.matchAll(head)) {
    const [all, before = '', name = ''] = match;
    if (/\bstatic\b/.test(before) || (before === '' && isStaticAbove(text, match.index))) continue;
    if (opensBody(text, match.index + all.length)) names.add(name);
  }
  return [...names];
}

function isStaticAbove(text: string, at: number): boolean {
  const end = at - 1;
  return /\bstatic\b/.test(text.slice(text.lastIndexOf('\n', end - 1) + 1, Math.max(0, end)));
}

/** Behind the parameters: does a body come, before any semicolon? */
function opensBody(text: string, from: number): boolean {
  for (let at = from; at < Math.min(text.length, from + 2000); at += 1) {
    const c = text[at];
    if (c === '{') return true;
    // Parameters of old definitions are declared between the two.
    if (c === ';')
      return (
        /\)\s*(?:\w[\w\s*,[\]]*;\s*)+\{/.test(text.slice(from, from + 600)) &&
        !text.slice(from, at).includes('=') &&
        /\)\s*\w[^)]*$/.test(text.slice(from, at))
      );
    if (c === '}' || c === '#') return false;
  }
  return false;
}

function resolve(name: string, from: string, files: ProjectFiles): Declared | null {
  if (!/^[A-Za-z_]\w*$/.test(name)) return null;
  const others = files.defining(name).filter((path) => path !== from && (path.endsWith('.c') || isIncluded(path, from, files)));
  const path = nearest(others, from);
  if (path === null) return null;
  return files.outline(path)?.functions.some((decl) => decl.id === name) ? { path, name } : null;
}

function isIncluded(header: string, from: string, files: ProjectFiles): boolean {
  return (files.text(from) ?? '').includes(header.slice(header.lastIndexOf('/') + 1));
}

/** The one that shares most folders with the file: two programs of one tree may both define it. Null when two are equally near. */
export function nearest(paths: readonly string[], from: string): string | null {
  const home = folderOf(from).split('/');
  const shared = (path: string): number => {
    const folder = folderOf(path).split('/');
    let at = 0;
    while (at < home.length && at < folder.length && home[at] === folder[at]) at += 1;
    return at * 100 - folder.length;
  };
  const best = [...paths].sort((a, b) => shared(b) - shared(a));
  return best[0] !== undefined && (best[1] === undefined || shared(best[0]) > shared(best[1])) ? best[0] : null;
}

/** Headers of the project that a file includes, through each other. */
function includes(path: string, text: string, files: ProjectFiles): readonly string[] {
  const found = new Set<string>();
  const queue: [string, string][] = [[path, text]];
  let length = 0;
  for (let at = queue.shift(); at; at = queue.shift()) {
    for (const match of at[1].matchAll(/^[ \t]*#[ \t]*include[ \t]*["<]([^">\n]+)[">]/gm)) {
      const header = headerFile(match[1] ?? '', at[0], files);
      if (header === null || header === path || found.has(header) || found.size >= maxHeaders) continue;
      const content = files.text(header);
      if (content === null || length + content.length > maxLength) continue;
      length += content.length;
      found.add(header);
      queue.push([header, content]);
    }
  }
  return [...found];
}

function headerFile(name: string, from: string, files: ProjectFiles): string | null {
  const parts: string[] = folderOf(from) === '' ? [] : folderOf(from).split('/');
  for (const part of name.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  const beside = parts.join('/');
  if (files.has(beside)) return beside;
  const tail = name.replace(/^(\.\.?\/)+/, '');
  return nearest(
    files.named(tail.slice(tail.lastIndexOf('/') + 1)).filter((path) => path === tail || path.endsWith(`/${tail}`)),
    from,
  );
}
