/** The connections of a source file, for `closewait simulate FILE:LINE`. */

import { check } from '../app/check.js';
import { openingsOf } from '../app/openings.js';
import { onPathOf } from '../app/failing-path.js';
import { languageOfFile } from '../app/languages.js';
import type { ConnectionProfile } from '../app/simulation.js';
import { sourceText } from '../app/source-text.js';
import { causeOf } from './errors.js';
import type { Io } from './io.js';
import { openAnalyser } from './setup.js';
import { bytesOf } from './source-file.js';
import { plain } from '../output/plain-text.js';

/** A connection, where it is opened, and what its finding (if any) leads to: on the path that the finding is about. */
export interface FoundConnection {
  startLine: number;
  endLine: number;
  profile: ConnectionProfile;
  /** Scenario of the connection's first finding; null without one. */
  scenario: string | null;
}

/** @returns the connections in order, or why there are none to be had */
export async function connectionsOf(path: string, io: Io): Promise<FoundConnection[] | string> {
  let text: string | null;
  try {
    text = sourceText(bytesOf(path));
  } catch (error) {
    return `${plain(path)}: ${causeOf(error)}`;
  }
  if (text === null) return `${plain(path)}: a binary file`;
  const language = languageOfFile(path);
  if (language === null) return `${plain(path)}: this file type is not supported`;
  const analyser = await openAnalyser();
  await analyser.prepare(language);
  const file = check(analyser, text, language, { machine: io.machine, severities: {}, minCertainty: 'possible', fixes: false });
  const unread = file.problems.find(({ kind }) => kind === 'too-large');
  if (unread) return `${plain(path)}: ${unread.message}`;
  return openingsOf(file).map((connection) => {
    const finding = file.findings.find((f) => file.connections[f.connection] === connection && f.consequence);
    return {
      startLine: connection.range.startLine,
      endLine: connection.range.endLine,
      profile: finding ? onPathOf(finding, connection) : connection,
      scenario: finding?.consequence?.scenario ?? null,
    };
  });
}
