/** Opens the analyser with the grammars that are packaged beside the bundle. */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Analyser } from '../app/check.js';
import type { SettingSchemas } from '../app/configuration.js';

/** Run from its sources, as tests do, the program takes what the build made. */
const HERE = import.meta.dirname.endsWith('src/cli') ? path.join(import.meta.dirname, '../../dist') : import.meta.dirname;
const GRAMMARS = path.join(HERE, 'grammars');

/** What may stand in a `closewait.json`. */
export async function settingSchemas(): Promise<SettingSchemas> {
  const schema = JSON.parse(await readFile(path.join(HERE, '../media/closewait.schema.json'), 'utf8')) as { properties: SettingSchemas };
  return schema.properties;
}

/** Rejects when the package is incomplete. */
export function openAnalyser(): Promise<Analyser> {
  return Analyser.open(
    (name) => readFile(path.join(GRAMMARS, name)),
    () => performance.now(),
  );
}
