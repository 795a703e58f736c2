/** The traces recorded on a real kernel: every shape of run that the picture must cope with. */

import { readdirSync, readFileSync } from 'node:fs';
import type { Trace } from '../../src/kernel/trace.js';

const FOLDER = new URL('../kernel/kernel-traces/traces/', import.meta.url);

/** One run of each recorded experiment, by name. */
export function recordedTraces(): Map<string, Trace> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.0.json'));
  return new Map(files.map((file) => [file.replace('.0.json', ''), JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Trace]));
}

export function recorded(name: string): Trace {
  return JSON.parse(readFileSync(new URL(`${name}.0.json`, FOLDER), 'utf8')) as Trace;
}
