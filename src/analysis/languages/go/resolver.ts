/** Go's packages: a folder is one, `go.mod` says what its path is, and its files share their names. */

import { folderOf } from '../resolver.js';
import type { Declared, ProjectFiles, Resolver } from '../resolver.js';

/** Parts of hosts' paths that name the repository: `github.com/owner/name`. */
const repositoryParts = 3;

export const resolver: Resolver = {
  resolve(name, from, files) {
    const at = name.indexOf('.', name.lastIndexOf('/') + 1);
    const folder = at === -1 ? folderOf(from) : packageFolder(name.slice(0, at), from, files);
    const own = at === -1 ? name : name.slice(at + 1);
    return folder === null || !/^[\p{L}_][\w.]*$/u.test(own) ? null : declaredIn(folder, own, from, files);
  },
  declared,
  siblings: (path, files) => files.inFolder(folderOf(path)).filter((other) => other !== path),
};

/** The file of a package that declares a name. Where several do, for several systems, the one for Linux. */
function declaredIn(folder: string, name: string, from: string, files: ProjectFiles): Declared | null {
  const last = name.slice(name.lastIndexOf('.') + 1);
  const found = files.inFolder(folder).filter((path) => {
    if (path === from || (isTest(path) && !isTest(from)) || !files.mayDeclare(path, last)) return false;
    const outline = files.outline(path);
    return outline !== null && (outline.functions.some((decl) => decl.id === name) || outline.classes.some((cls) => cls.name === name));
  });
  const fitting = found.length > 1 ? found.filter((path) => !isForOther(path)) : found;
  return fitting.length >= 1 && fitting[0] !== undefined ? { path: fitting[0], name } : null;
}

const name = '[\\p{L}_][\\p{L}\\p{N}_]*';
/** `func Dial(`, `func (c *Conn) Close(`, `type Conn`. */
const declaration = new RegExp(`\\bfunc\\s*(?:\\(([^)]*)\\)\\s*)?(${name})\\s*[([]|\\btype\\s+(${name})`, 'gu');
/** What begins a line or an item may stand in `type (…)`. */
const item = new RegExp(`(?:^|[(;])[ \\t]*(${name})`, 'gmu');

/** Declarations by their words: packages have files of megabytes that only use a name. */
function declared(text: string): Set<string> {
  const found = new Set<string>();
  for (const [, receiver, fn, type] of text.matchAll(declaration)) {
    for (const word of receiver?.match(/[\p{L}\p{N}_]+/gu) ?? []) found.add(word);
    for (const one of [fn, type]) if (one !== undefined) found.add(one);
  }
  if (/\btype\s*\(/.test(text)) for (const [, one] of text.matchAll(item)) found.add(one as string);
  return found;
}

function isTest(path: string): boolean {
  return path.endsWith('_test.go');
}

/** `dial_windows.go`: built for that system alone (package go/build, constraints in names). */
function isForOther(path: string): boolean {
  return /_(?:windows|darwin|freebsd|netbsd|openbsd|dragonfly|solaris|plan9|js|wasm|android|ios|aix|illumos|other|stub|unsupported|fake|mock)(?:_\w+)?\.go$/.test(
    path,
  );
}

/** The folder of an imported package: by a `go.mod` above the file, or where the project keeps its packages without one. */
function packageFolder(path: string, from: string, files: ProjectFiles): string | null {
  for (let folder = folderOf(from); ; folder = folderOf(folder)) {
    const module = moduleOf(folder, files);
    if (module !== null) {
      const rest = path === module ? '' : path.startsWith(`${module}/`) ? path.slice(module.length + 1) : null;
      const inside = rest === null ? null : joined(folder, rest);
      if (inside !== null && files.inFolder(inside).length > 0) return inside;
    }
    if (folder === '') break;
  }
  return withoutModule(path, files);
}

function moduleOf(folder: string, files: ProjectFiles): string | null {
  const text = files.text(joined(folder, 'go.mod'));
  return text === null ? null : (/^[ \t]*module\s+"?([^\s"]+)/m.exec(text)?.[1] ?? null);
}

/** A folder with that very path (GOPATH's `src`, `vendor`), else the path within its repository. */
function withoutModule(path: string, files: ProjectFiles): string | null {
  const parts = path.split('/');
  if (parts.length === 1) return null;
  const whole = ['src', 'vendor'].map((above) => `${above}/${path}`).find((folder) => files.inFolder(folder).length > 0);
  if (whole !== undefined) return whole;
  const inside = parts.slice((parts[0] ?? '').includes('.') ? repositoryParts : 1).join('/');
  return inside !== '' && files.inFolder(inside).length > 0 ? inside : null;
}

function joined(folder: string, name: string): string {
  return folder === '' ? name : name === '' ? folder : `${folder}/${name}`;
}
