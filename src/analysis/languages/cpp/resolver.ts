/** Where C++ names are declared: classes by name, functions as a linker finds them, methods wherever they stand. */

import { nearest, resolver as c } from '../shared/cfamily/linker.js';
import type { Declared, ProjectFiles, Resolver } from '../resolver.js';
import { lastOf } from './types.js';

export const resolver: Resolver = { ...c, resolve, definitions, parts };

/** Files with methods of a class: where several folders declare one of its name, those that stand nearest to this one. */
function parts(path: string, name: string, files: ProjectFiles): string[] {
  const classes = files.defining(`class ${name}`);
  return files.defining(`${name}::`).filter((other) => other !== path && (classes.length < 2 || isNearest(classes, path, other)));
}

function isNearest(classes: readonly string[], path: string, part: string): boolean {
  const best = nearest(classes, part);
  return best === null || best === path || !classes.includes(path);
}

/** Names that a text declares for others: functions, classes with a body, and `Foo::` for classes whose methods stand here. */
function definitions(text: string): string[] {
  const found = new Set(c.definitions?.(text) ?? []);
  for (const match of text.matchAll(
    /\b(?:class|struct)\s+(?:[A-Z]\w+\s+(?!final\b))?([A-Za-z_]\w*)(?:\s+final)?\s*(?::[^:;{}()][^;{}()]*)?\{/g,
  ))
    found.add(`class ${match[1] ?? ''}`);
  for (const match of text.matchAll(/\b([A-Za-z_]\w*)(?:<[^<>\n]*>)?\s*::\s*~?[A-Za-z_]\w*\s*\([^;{}]*\)[^:;{}()]*(?::[^;]*?)?\{/g))
    found.add(`${match[1] ?? ''}::`);
  // In namespaces functions stand on lines of any indentation.
  for (const match of text.matchAll(
    /^[ \t]+(?!return\b|else\b|new\b|delete\b|throw\b)[A-Za-z_][\w:<>,*& \t]*[\s*&]([A-Za-z_]\w*)\s*\([^;{}()]*\)\s*(?:const\s*)?(?:noexcept\s*)?\{/gm,
  ))
    found.add(match[1] ?? '');
  return [...found];
}

function resolve(name: string, from: string, files: ProjectFiles): Declared | null {
  const last = lastOf(name);
  if (!/^~?[A-Za-z_]\w*$/.test(last)) return null;
  const cls = nearest(
    files.defining(`class ${last}`).filter((path) => path !== from),
    from,
  );
  if (cls !== null && files.outline(cls)?.classes.some((one) => one.name === last && !one.isPart)) return { path: cls, name: last };
  const at = name.slice(0, Math.max(0, name.length - last.length - 1));
  const owner = lastOf(at);
  if (owner !== '' && /^[A-Z]/.test(owner)) return method(owner, last, from, files);
  const path = nearest(
    files.defining(last).filter((other) => other !== from),
    from,
  );
  if (path === null) return null;
  const found = files.outline(path)?.functions.find((decl) => decl.id === last);
  return found && found.takes === undefined ? { path, name: last } : null;
}

/** A function of a class that is called without an object. */
function method(owner: string, name: string, from: string, files: ProjectFiles): Declared | null {
  const id = `${owner}.${name}`;
  const all = [...files.defining(`${owner}::`), ...files.defining(`class ${owner}`)].filter(
    (other) => other !== from && files.outline(other)?.functions.some((decl) => decl.id === id),
  );
  const path = nearest([...new Set(all)], from) ?? all[0];
  // Of several nobody knows which.
  if (path === undefined || files.outline(path)?.functions.some((decl) => decl.id === `${id}#2`)) return null;
  return { path, name: id };
}
