/** An analyser with the project's grammars, and one function that checks a text as the editor does. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Analyser } from '../../src/analysis/analyse.js';
import { check, type CheckedFile, type CheckOptions, type Machine } from '../../src/app/check.js';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';

export const ROOT = path.resolve(import.meta.dirname, '../..');

/** A file of the parser or of a grammar, from its package. */
export function grammar(name: string): Uint8Array {
  // One package holds both dialects of TypeScript.
  const base = name.replace(/^tree-sitter-|\.wasm$/g, '').replace(/^tsx$/, 'typescript');
  return readFileSync(
    path.join(ROOT, 'node_modules', name === 'web-tree-sitter.wasm' ? 'web-tree-sitter' : `tree-sitter-${base.replace(/_/g, '-')}`, name),
  );
}

export const analyser = await Analyser.open(
  async (name) => grammar(name),
  () => performance.now(),
);
for (const { id } of Analyser.languages()) await analyser.prepare(id);

export function checkText(text: string, language: string, options: Partial<CheckOptions> = {}): CheckedFile {
  return check(analyser, text, language, { machine: DEFAULT_MACHINE, severities: {}, minCertainty: 'likely', fixes: false, ...options });
}

/** The default machine with these sysctls on both hosts. */
export function machineWith(sysctls: Record<string, number>): Machine {
  return { ...DEFAULT_MACHINE, sysctls: { A: sysctls, B: sysctls } };
}
