/** Java's packages: the file in which a class stands has its name, in a folder that is named as its package. */

import { folderOf } from '../resolver.js';
import type { Declared, ProjectFiles, Resolver } from '../resolver.js';

export const resolver: Resolver = { resolve };

/** `net.example.Client.Inner`, `net.example.Util.close`: the first capital letter begins the class. */
function resolve(name: string, from: string, files: ProjectFiles): Declared | null {
  const parts = name.split('.');
  const at = parts.findIndex((part) => /^[A-Z]/.test(part));
  if (at === -1) return null;
  const last = `${parts[at] ?? ''}.java`;
  const path = [...parts.slice(0, at), last].join('/');
  const named = files.named(last);
  const fitting = named.filter((one) => one === path || one.endsWith(`/${path}`));
  const beside = `${folderOf(from) === '' ? '' : `${folderOf(from)}/`}${last}`;
  const found = nearest(fitting, from) ?? (fitting.length === 0 && named.includes(beside) ? beside : null);
  const outline = found === null || found === from ? null : files.outline(found);
  const local = parts.slice(at).join('.');
  if (found === null || !outline) return null;
  return outline.classes.some((cls) => cls.name === local) || outline.functions.some((decl) => decl.id === local)
    ? { path: found, name: local }
    : null;
}

/** The one that shares most folders with the file (its own module's); null when two are equally near. */
function nearest(paths: readonly string[], from: string): string | null {
  const shared = (path: string): number => {
    let at = 0;
    const [a, b] = [path.split('/'), from.split('/')];
    while (at < a.length - 1 && a[at] === b[at]) at += 1;
    return at;
  };
  const best = [...paths].sort((a, b) => shared(b) - shared(a));
  return best[0] !== undefined && (best[1] === undefined || shared(best[0]) > shared(best[1])) ? best[0] : null;
}
