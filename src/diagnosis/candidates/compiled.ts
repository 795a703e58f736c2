/** Files that a compiler made of others of the program: whoever runs them runs those, and the line that people know is theirs. */

import type { ProgramFiles, SourceFile } from './program.js';

const SCRIPT = /^(?:java|type)script/;
const TYPED = /\.(?:ts|tsx|mts|cts)$/;
/** Folders that compilers write into. */
const BUILT = /(?:^|\/)(?:dist|build|out|lib|output|\.next|compiled)\//;
const MAPPED = /\/\/# sourceMappingURL=\S/;

const stem = (path: string): string => (path.split('/').at(-1) as string).replace(/\.[cm]?[jt]sx?$/, '');

/** May this path of compiled script come of that file? */
export function isCompiledFrom(built: string, path: string): boolean {
  return /\.[cm]?jsx?$/.test(built) && TYPED.test(path) && stem(built) === stem(path) && !/\.d\.[cm]?ts$/.test(path);
}

/** The program without what was compiled from other files of it. */
export function withoutCompiled(program: ProgramFiles): ProgramFiles {
  const typed = program.files.filter((f) => TYPED.test(f.path));
  if (typed.length === 0) return program;
  const isCompiled = (f: SourceFile): boolean =>
    SCRIPT.test(f.language) &&
    !TYPED.test(f.path) &&
    (BUILT.test(f.path) || MAPPED.test(f.text.slice(-300))) &&
    typed.some((t) => isCompiledFrom(f.path, t.path));
  return { ...program, files: program.files.filter((f) => !isCompiled(f)) };
}
