/** Opens the analyser with the grammars that are packaged beside the bundle. */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Analyser } from '../app/check.js';

const GRAMMARS = path.join(import.meta.dirname, 'grammars');

/** Rejects when the package is incomplete. */
export function openAnalyser(): Promise<Analyser> {
  return Analyser.open((name) => readFile(path.join(GRAMMARS, name)), () => performance.now());
}
