/** One analyser for all tests, with the grammars from node_modules. */

import fs from 'node:fs';
import { Analyser } from '../../../src/analysis/analyse.js';

const modules = new URL('../../../node_modules/', import.meta.url);

/** Bytes of a packaged file by name. */
export async function load(name: string): Promise<Uint8Array> {
  // One package holds both dialects of TypeScript.
  const folder = name
    .replace(/\.wasm$/, '')
    .replace(/-tsx$/, '-typescript')
    .replace('_', '-');
  return new Uint8Array(await fs.promises.readFile(new URL(`${folder}/${name}`, modules)));
}

let opened: Promise<Analyser> | null = null;

/** The analyser with all languages ready. */
export function analyser(): Promise<Analyser> {
  opened ??= (async () => {
    const made = await Analyser.open(load, () => performance.now());
    for (const language of Analyser.languages()) await made.prepare(language.id);
    return made;
  })();
  return opened;
}
