/** Lines as in `.gitignore`, wherever they stand. They may be a stranger's: no line, however it is written, keeps us busy. */

import ignore, { type Ignore } from 'ignore';

/** Each `**` multiplies the ways in which a deep path can fit a line. */
const MOST_GLOBSTARS = 3;
/** Folders in each other that lines are asked about. */
const DEEPEST = 64;

export interface Exclusions {
  /** What the lines say of a path from their folder, with `/`, at the end too where it is a folder. */
  test(path: string): { ignored: boolean; unignored: boolean };
  /** Lines that are not used. */
  refused: string[];
}

export const REFUSED_LINE = `holds more than ${MOST_GLOBSTARS} "**"`;

export function exclusionsOf(lines: readonly string[]): Exclusions {
  const rules: Ignore = ignore();
  const refused: string[] = [];
  for (const line of lines.flatMap((text) => text.split(/\r?\n/))) {
    if (line.split('**').length - 1 > MOST_GLOBSTARS) refused.push(line);
    else rules.add(line);
  }
  return {
    test: (path) =>
      ignore.isPathValid(path) && path.split('/').length <= DEEPEST ? rules.test(path) : { ignored: false, unignored: false },
    refused,
  };
}
