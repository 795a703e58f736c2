/** Which languages there are, and which one a file is in. */

import { Analyser } from '../analysis/analyse.js';

export const LANGUAGES = Analyser.languages();

export function isSupported(languageId: string): boolean {
  return LANGUAGES.some((l) => l.id === languageId);
}

/** @returns the language id by the file name's extension, or null */
export function languageOfFile(name: string): string | null {
  const dot = name.lastIndexOf('.');
  if (dot < 0) return null;
  const extension = name.slice(dot).toLowerCase();
  return LANGUAGES.find((l) => l.extensions.includes(extension))?.id ?? null;
}
