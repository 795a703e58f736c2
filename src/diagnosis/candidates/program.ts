/** The program that a symptom is held against: its files with what the analysis found in them. Plain data. */

import type { Connection } from '../../analysis/findings.js';
import type { CheckedFinding } from '../../app/check.js';

export interface SourceFile {
  /** As it is shown to the user. */
  path: string;
  language: string;
  text: string;
  connections: readonly Connection[];
  findings: readonly CheckedFinding[];
}

/** A file that is no source text but may hold settings: YAML, JSON, TOML, .env, properties. */
export interface SettingsFile {
  path: string;
  text: string;
}

const SETTINGS = /(?:^|\.)(?:env|ya?ml|json|toml|ini|conf|cfg|properties)$/i;
/** Settings are short; what is longer is data. */
export const LARGEST_SETTINGS = 65_536;
export const MOST_SETTINGS = 500;

/** May a file of this name hold settings of the program? */
export function isSettingsFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return SETTINGS.test(name) && !name.startsWith('package') && name !== 'closewait.json';
}

export interface ProgramFiles {
  files: readonly SourceFile[];
  settings: readonly SettingsFile[];
}

/** A line that opens a connection, as one that may have opened the socket. */
export interface Opening {
  file: SourceFile;
  connection: Connection;
  /** Findings about this very connection, surest first as the analysis has them. */
  findings: readonly CheckedFinding[];
  /** Only its call was seen: nothing is known of what becomes of it. */
  written?: true;
}

export function openingsOf(program: ProgramFiles): Opening[] {
  return program.files.flatMap((file) =>
    file.connections
      .map((connection, index): Opening => ({ file, connection, findings: file.findings.filter((f) => f.connection === index) }))
      .filter(({ connection }) => connection.tcp !== false),
  );
}

/** The last name of a function's full one: `Server.handle` is `handle`. */
export function plainName(name: string): string {
  return /(?<![\w$])([A-Za-z_$][\w$]*)[^\w$]*$/.exec(name)?.[1] ?? name;
}
