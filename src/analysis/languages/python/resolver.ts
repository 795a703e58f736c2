/** Python's modules and packages: which file a dotted name stands in. */

import { own } from '../../flow/own.js';
import { folderOf } from '../resolver.js';
import type { Declared, ProjectFiles, Resolver } from '../resolver.js';

/** Modules that name each other again are followed so far. */
const maxHops = 8;

export const resolver: Resolver = {
  resolve: (name, from, files) => resolve(name, from, files, maxHops),
  handedOn: (name, from, files) => handedOn(name, from, files, maxHops),
};

/** `pkg.util.connect`, `.util.connect`: the longest part that is a module, then what it declares or has from elsewhere. */
function resolve(name: string, from: string, files: ProjectFiles, hops: number): Declared | null {
  const dots = /^\.*/.exec(name)?.[0].length ?? 0;
  const parts = name.slice(dots).split('.');
  if (hops === 0 || parts.length < (dots > 0 ? 1 : 2)) return null;
  for (let length = parts.length - 1; length >= (dots > 0 ? 0 : 1); length -= 1) {
    const path = moduleFile(parts.slice(0, length), dots, from, files);
    if (path === null) continue;
    const rest = parts.slice(length);
    const outline = path === from ? null : files.outline(path);
    if (!outline) return null;
    const local = rest.join('.');
    if (outline.functions.some((decl) => decl.id === local) || outline.classes.some((cls) => cls.name === local))
      return { path, name: local };
    const again = own(outline.imported, rest[0] ?? '');
    return again === undefined ? null : resolve([again, ...rest.slice(1)].join('.'), path, files, hops - 1);
  }
  return null;
}

/** `.compat.urlopen`, where the module has the name from a library: what it is called there. Null where it is the module's own. */
function handedOn(name: string, from: string, files: ProjectFiles, hops: number): string | null {
  const dots = /^\.*/.exec(name)?.[0].length ?? 0;
  const parts = name.slice(dots).split('.');
  if (hops === 0) return null;
  for (let length = parts.length - 1; length >= (dots > 0 ? 0 : 1); length -= 1) {
    const path = moduleFile(parts.slice(0, length), dots, from, files);
    if (path === null) continue;
    const outline = path === from ? null : files.outline(path);
    const rest = parts.slice(length);
    const first = rest[0] ?? '';
    const again = outline ? own(outline.imported, first) : undefined;
    const isOwn =
      outline?.functions.some((decl) => decl.id === first) === true || outline?.classes.some((cls) => cls.name === first) === true;
    return again === undefined || isOwn ? null : handedOn([again, ...rest.slice(1)].join('.'), path, files, hops - 1);
  }
  return dots > 0 || hops === maxHops ? null : name;
}

/** The file of a module: from a package upwards for relative names, else the one nearest to the file that imports it. */
function moduleFile(parts: readonly string[], dots: number, from: string, files: ProjectFiles): string | null {
  if (dots > 0) {
    let folder = folderOf(from);
    for (let up = 1; up < dots; up += 1) folder = folderOf(folder);
    return existing([...(folder === '' ? [] : [folder]), ...parts].join('/'), files);
  }
  const last = parts.at(-1) ?? '';
  const endings = [`${parts.join('/')}.py`, `${parts.join('/')}/__init__.py`];
  const fitting = [...files.named(`${last}.py`), ...files.named('__init__.py')].filter((path) =>
    endings.some((end) => path === end || path.endsWith(`/${end}`)),
  );
  return nearest(fitting, from);
}

function existing(base: string, files: ProjectFiles): string | null {
  return [`${base}.py`, base === '' ? '__init__.py' : `${base}/__init__.py`].find((path) => files.has(path)) ?? null;
}

/** The one that shares most folders with the file; null when two are equally near. */
function nearest(paths: readonly string[], from: string): string | null {
  const shared = (path: string): number => {
    let at = 0;
    const [a, b] = [path.split('/'), from.split('/')];
    while (at < a.length - 1 && a[at] === b[at]) at += 1;
    // A module near the root of the project is meant before one deep in another folder.
    return at * 100 - a.length;
  };
  const best = [...paths].sort((a, b) => shared(b) - shared(a));
  return best[0] !== undefined && (best[1] === undefined || shared(best[0]) > shared(best[1])) ? best[0] : null;
}
