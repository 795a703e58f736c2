/** Modules: relative paths, `index`, `tsconfig` paths, packages of the workspace. */

import { own } from '../../../flow/own.js';
import { folderOf } from '../../resolver.js';
import type { Declared, ProjectFiles, Resolver } from '../../resolver.js';

/** Modules that name each other again are followed so far. */
const maxHops = 8;
const endings = [
  '',
  '.ts',
  '.tsx',
  '.mts',
  '.cts',
  '.js',
  '.jsx',
  '.mjs',
  '.cjs',
  '/index.ts',
  '/index.tsx',
  '/index.js',
  '/index.mjs',
  '/index.cjs',
  '/index.jsx',
];

export const resolver: Resolver = { resolve: (name, from, files) => resolve(name, from, files, maxHops) };

/** `./util.connect`, `./util` for the module itself: the longest part that is a module, then what it exports. */
function resolve(name: string, from: string, files: ProjectFiles, hops: number): Declared | null {
  if (hops === 0 || !/^[.@#~\w]/.test(name)) return null;
  for (let end = name.length; end > 0; end = name.lastIndexOf('.', end - 1)) {
    const module = name.slice(0, end);
    if (/^\.*$/.test(module) || module.endsWith('/')) return null;
    const path = fileOf(module, from, files);
    if (path === null) continue;
    return path === from ? null : exportOf(path, name.slice(end + 1), files, hops);
  }
  return null;
}

/** What a file exports under a name; `''` is the module itself. */
function exportOf(path: string, name: string, files: ProjectFiles, hops: number): Declared | null {
  const outline = files.outline(path);
  if (!outline) return null;
  const [first = '', ...rest] = (name === '' ? 'default' : name).split('.');
  const exported: Record<string, string | undefined> = Object.assign(Object.create(null) as object, outline.exported);
  const target = exported[first] ?? (first === 'default' ? undefined : exported.default === undefined ? undefined : null);
  const names = target === null ? [exported.default, first, ...rest] : [target, ...rest];
  const local = names.filter((part) => part !== undefined).join('.');
  if (target !== undefined) {
    const found = declaredAs(outline, local);
    if (found !== null) return { path, name: found };
    const again = own(outline.imported, names[0] ?? '');
    const next = again ?? (/[./]/.test(names[0] ?? '') ? names[0] : undefined);
    return next === undefined ? null : resolve([next, ...names.slice(1)].join('.'), path, files, hops - 1);
  }
  for (const [key, module] of Object.entries(exported)) {
    const found = key.startsWith('* ') ? resolve(`${module}.${name}`, path, files, hops - 1) : null;
    if (found) return found;
  }
  return null;
}

function declaredAs(outline: NonNullable<ReturnType<ProjectFiles['outline']>>, local: string): string | null {
  return outline.functions.some((decl) => decl.id === local) || outline.classes.some((cls) => cls.name === local) ? local : null;
}

/** The file of a module that a file names. */
function fileOf(module: string, from: string, files: ProjectFiles): string | null {
  if (module.startsWith('./') || module.startsWith('../') || module === '.' || module === '..')
    return existing(joined(folderOf(from), module), files);
  return byPaths(module, from, files) ?? inWorkspace(module, files);
}

function existing(base: string, files: ProjectFiles): string | null {
  const found = endings.map((ending) => base + ending).find((path) => files.has(path));
  if (found !== undefined) return found;
  // TypeScript writes the name of what it will become: `./util.js` is `./util.ts`.
  const plain = /^(.*)\.([mc]?)jsx?$/.exec(base);
  return plain ? ([`${plain[1]}.${plain[2]}ts`, `${plain[1]}.tsx`].find((path) => files.has(path)) ?? null) : null;
}

function joined(folder: string, path: string): string {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** `compilerOptions.paths` and `baseUrl` of the `tsconfig.json` above the file. */
function byPaths(module: string, from: string, files: ProjectFiles): string | null {
  for (let folder = folderOf(from); ; folder = folderOf(folder)) {
    const text = files.text(joined(folder, 'tsconfig.json')) ?? files.text(joined(folder, 'jsconfig.json'));
    const base = text === null ? null : /"baseUrl"\s*:\s*"([^"]*)"/.exec(text)?.[1];
    for (const [, pattern, target] of (text ?? '').matchAll(/"([@~#\w/.-]*\*?)"\s*:\s*\[\s*"([^"]+)"/g)) {
      const found = pattern && target ? matched(module, pattern, target) : null;
      const path = found === null ? null : existing(joined(joined(folder, base ?? '.'), found), files);
      if (path !== null) return path;
    }
    if (base) {
      const path = existing(joined(joined(folder, base), module), files);
      if (path !== null) return path;
    }
    if (folder === '') return null;
  }
}

function matched(module: string, pattern: string, target: string): string | null {
  if (!pattern.endsWith('*')) return module === pattern ? target : null;
  const prefix = pattern.slice(0, -1);
  return module.startsWith(prefix) ? target.replace('*', module.slice(prefix.length)) : null;
}

/** A package that lies in the workspace: by the name in a `package.json` of a folder with that last name. */
function inWorkspace(module: string, files: ProjectFiles): string | null {
  const parts = module.split('/');
  const own = module.startsWith('@') ? parts.slice(0, 2) : parts.slice(0, 1);
  const rest = parts.slice(own.length).join('/');
  const last = own.at(-1) ?? '';
  for (const above of ['packages', 'libs', 'apps', 'modules']) {
    const folder = `${above}/${last}`;
    const text = files.text(`${folder}/package.json`);
    if (text === null || !new RegExp(`"name"\\s*:\\s*"${own.join('/').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}"`).test(text)) continue;
    const inside = rest === '' ? ['src/index', 'index', 'lib/index', 'src/main'] : [`src/${rest}`, rest, `lib/${rest}`];
    for (const one of inside) {
      const path = existing(`${folder}/${one}`, files);
      if (path !== null) return path;
    }
  }
  return null;
}
