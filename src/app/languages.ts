/** Which languages there are, and which one a file is in. */

import { Analyser } from '../analysis/analyse.js';

export const LANGUAGES = Analyser.languages();

/** @returns the language id by the file name's extension, and by its text where that does not tell; or null */
export function languageOfFile(name: string, read: () => string | null = () => null): string | null {
  const dot = name.lastIndexOf('.');
  if (dot < 0) return null;
  const extension = name.slice(dot).toLowerCase();
  return Analyser.languageOf(`x${extension}`, read);
}

/** Ids of all languages in which a file of this name may be written. */
export function languagesOfFile(name: string): string[] {
  return LANGUAGES.filter(({ extensions }) => extensions.some((extension) => name.toLowerCase().endsWith(extension))).map(({ id }) => id);
}
