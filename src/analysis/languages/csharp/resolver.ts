/** C#'s names across files: any file of the project may declare any class, whatever it is called. */

import type { Declared, ProjectFiles, Resolver } from '../resolver.js';

export const resolver: Resolver = { resolve, definitions, sharesNames: true };

const declaration = /\b(?:class|struct|interface|record(?:\s+(?:class|struct))?)\s+([A-Z]\w*)/g;

/** Names of the classes that a text declares. */
function definitions(text: string): string[] {
  return [...new Set([...text.matchAll(declaration)].flatMap((match) => match[1] ?? []))];
}

/** `Demo.Net.Client.Connect`: the first part that names a class which one file alone declares, or one in that namespace. */
function resolve(name: string, from: string, files: ProjectFiles): Declared | null {
  const parts = name.split('.');
  if (/^(?:System|Microsoft)$/.test(parts[0] ?? '')) return null;
  for (const [at, part] of parts.entries()) {
    const paths = files.defining(part).filter((path) => path !== from);
    const local = parts.slice(at).join('.');
    const having = paths.filter((path) => declares(path, local, files));
    const space = parts.slice(0, at).join('.');
    const inSpace = having.filter((path) =>
      new RegExp(`\\bnamespace\\s+${space.replace(/\./g, '\\.')}\\s*[;{]`).test(files.text(path) ?? ''),
    );
    const found = having.length === 1 ? having[0] : inSpace.length === 1 ? inSpace[0] : undefined;
    if (found !== undefined) return { path: found, name: local };
    if (having.length > 0) return null;
  }
  return null;
}

function declares(path: string, local: string, files: ProjectFiles): boolean {
  const outline = files.outline(path);
  return outline !== null && (outline.classes.some((cls) => cls.name === local) || outline.functions.some((decl) => decl.id === local));
}
