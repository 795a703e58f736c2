/** Rust's modules: which file a path stands in, within a crate and among the crates of a workspace. */

import { folderOf } from '../resolver.js';
import type { Declared, ProjectFiles, Resolver } from '../resolver.js';

const maxHops = 8;

export const resolver: Resolver = { resolve: (name, from, files) => resolve(name, from, files, maxHops) };

const foreign = /^(?:std|core|alloc|tokio|libc|socket2|nix|futures|hyper|reqwest|bytes|serde|tracing|log|anyhow)$/;

function resolve(name: string, from: string, files: ProjectFiles, hops: number): Declared | null {
  const parts = name.split('.');
  const [first = ''] = parts;
  if (hops <= 0 || parts.length < 2 || foreign.test(first)) return null;
  const start = startOf(parts, from, files);
  return start ? within(start.file, start.rest, from, files, hops) : null;
}

/** The module file in which the rest of a path is looked for. */
function startOf(parts: readonly string[], from: string, files: ProjectFiles): { file: string; rest: readonly string[] } | null {
  const [first = ''] = parts;
  if (first === 'crate') {
    const root = crateRoot(from, files);
    return root === null ? null : { file: root, rest: parts.slice(1) };
  }
  if (first === 'self') return { file: from, rest: parts.slice(1) };
  if (first === 'super') {
    let [file, at]: [string | null, number] = [from, 0];
    for (; file !== null && parts[at] === 'super'; at += 1) file = parentOf(file, files);
    return file === null ? null : { file, rest: parts.slice(at) };
  }
  const member = memberRoot(first, from, files);
  return member === null ? null : { file: member, rest: parts.slice(1) };
}

/** Down the modules, then what the last one declares or has from elsewhere. */
function within(file: string, rest: readonly string[], from: string, files: ProjectFiles, hops: number): Declared | null {
  let [at, index] = [file, 0];
  for (; index < rest.length - 1; index += 1) {
    const next = childOf(at, rest[index] ?? '', files);
    if (next === null) break;
    at = next;
  }
  const own = rest.slice(index).join('.');
  const outline = files.outline(at);
  if (!outline) return null;
  if (outline.functions.some((decl) => decl.id === own) || outline.classes.some((cls) => cls.name === own))
    return at === from ? null : { path: at, name: own };
  const [name = '', ...tail] = rest.slice(index);
  const again = Object.hasOwn(outline.imported ?? {}, name) ? outline.imported?.[name] : undefined;
  if (again !== undefined && again !== name && again !== `self.${name}`) return resolve([again, ...tail].join('.'), at, files, hops - 1);
  for (const star of outline.imports.filter((one) => /^(?:self|super|crate)\b/.test(one))) {
    const found =
      outline.imported && Object.values(outline.imported).includes(star) ? null : resolve(`${star}.${own}`, at, files, hops - 2);
    if (found) return found;
  }
  return null;
}

const roots = ['src/lib.rs', 'src/main.rs', 'lib.rs', 'main.rs'];

function joinedPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function crateRoot(from: string, files: ProjectFiles): string | null {
  for (let folder = folderOf(from); ; folder = folderOf(folder)) {
    const own = ['main.rs', 'lib.rs'].map((one) => joinedPath(folder, one)).find((path) => files.has(path));
    if (own !== undefined) {
      const other = joinedPath(folder, 'lib.rs');
      return own.endsWith('main.rs') && from !== own && files.has(other) ? other : own;
    }
    if (folder === '') return null;
  }
}

/** The module that a file's module stands in. */
function parentOf(file: string, files: ProjectFiles): string | null {
  const folder = folderOf(file);
  const isFolder = /(?:^|\/)mod\.rs$/.test(file);
  const above = isFolder ? folderOf(folder) : folder;
  const name = above.slice(above.lastIndexOf('/') + 1);
  return (
    [
      joinedPath(above, 'mod.rs'),
      joinedPath(folderOf(above), `${name}.rs`),
      joinedPath(above, 'lib.rs'),
      joinedPath(above, 'main.rs'),
    ].find((path) => path !== file && files.has(path)) ?? null
  );
}

function childOf(file: string, name: string, files: ProjectFiles): string | null {
  const last = file.slice(file.lastIndexOf('/') + 1);
  const folder = /^(?:mod|lib|main)\.rs$/.test(last) ? folderOf(file) : file.replace(/\.rs$/, '');
  return [joinedPath(folder, `${name}.rs`), joinedPath(folder, `${name}/mod.rs`)].find((path) => files.has(path)) ?? null;
}

/** The root of a crate of the same workspace. */
function memberRoot(name: string, from: string, files: ProjectFiles): string | null {
  if (!/^[a-z][a-z\d_]*$/.test(name)) return null;
  const candidates = new Set(
    files.paths.flatMap((path) => (/(?:^|\/)src\/(?:lib|main)\.rs$/.test(path) ? [folderOf(folderOf(path))] : [])),
  );
  for (const folder of candidates) {
    const last = folder.slice(folder.lastIndexOf('/') + 1).replace(/-/g, '_');
    if (last !== name && packageName(folder, files) !== name) continue;
    const root = roots.map((one) => joinedPath(folder, one)).find((path) => files.has(path));
    if (root !== undefined && root !== from) return root;
  }
  return null;
}

function packageName(folder: string, files: ProjectFiles): string | null {
  const text = files.text(joinedPath(folder, 'Cargo.toml'));
  return text === null ? null : (/^[ \t]*name\s*=\s*"([^"]+)"/m.exec(text)?.[1]?.replace(/-/g, '_') ?? null);
}
