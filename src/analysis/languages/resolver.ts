/** From a name in one file to its declaration in another: one file per language gives a `Resolver`. */

import type { FileIr } from '../flow/ir.js';

/** What a resolver may ask of the files of its language. */
export interface ProjectFiles {
  /** Files of this language, sorted. */
  readonly paths: readonly string[];
  has(path: string): boolean;
  /** Files of this language that lie directly in a folder (`''` is the root). */
  inFolder(folder: string): readonly string[];
  /** Files of this language with this last name (`util.py`). */
  named(name: string): readonly string[];
  /** The outline of a file: parsed now if it was not before. */
  outline(path: string): FileIr | null;
  /** Files whose text seems to define a function of this name for others; only where the resolver has `definitions`. */
  defining(name: string): readonly string[];
  /** May a file declare this name, or a method of a type of this name? A look at its text. */
  mayDeclare(path: string, name: string): boolean;
  /** Any file's text, also of other kinds (`go.mod`). */
  text(path: string): string | null;
}

/** Where something is declared: the file, and the id of a function or the name of a class there. */
export interface Declared {
  path: string;
  name: string;
}

export interface Resolver {
  /**
   * `name` as the lowering wrote it in the file `from`: imports resolved (`pkg.util.connect`), or plain (`Dial`) where the
   * language lets files share names. Null: not here, or not certain which.
   */
  resolve(name: string, from: string, files: ProjectFiles): Declared | null;
  /** What a library calls this, where a file of the program only hands the library's name on. */
  handedOn?(name: string, from: string, files: ProjectFiles): string | null;
  /** A quick look at a text: names of functions that it defines for others. */
  definitions?(text: string): readonly string[];
  /** A quick look at a text: names that it may declare, and of types that it may give methods. None may be missing. */
  declared?(text: string): Iterable<string>;
  /** Files whose text counts as part of this file's (headers), through each other. */
  includes?(path: string, text: string, files: ProjectFiles): readonly string[];
  /** Any file may name what any other declares, without naming that file (a linker's names). */
  sharesNames?: boolean;
  /** Other files in which methods of a class stand that this one declares. */
  parts?(path: string, className: string, files: ProjectFiles): readonly string[];
  /** Files that share one name space with this one, itself left out: methods of one type may stand in any of them. */
  siblings?(path: string, files: ProjectFiles): readonly string[];
}

/** Folder of a path, `''` for the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
