/** Where JavaScript makes a server on one line and lets it listen on another: the socket of a listener is opened by the second. */

import type { Candidate } from './rank.js';
import { familyOf } from './source.js';
import { say } from '../../words/say.js';

const MADE = /(?:^|[\s(])((?:this\.)?[\w$]{1,60})\s*=\s*(?:await\s+)?[\w$.]{0,60}createS\w*erver\w*\s*\(/;

/** The same candidate on the line of its listen(), where that is known. */
export function atListen(c: Candidate): Candidate {
  const { file, connection } = c.opening;
  if (connection.role !== 'listener' || familyOf(file.language) !== 'javascript') return c;
  const { startLine, endLine } = connection.range;
  const line = connection.steps.find((s) => s.do === 'listen' && s.file === undefined)?.line ?? listenOf(file.text, startLine);
  if (line === null || line === 0 || (line >= startLine && line <= endLine)) return c;
  const range = { startLine: line, startColumn: 1, endLine: line, endColumn: 1 };
  const evidence = [
    ...c.evidence,
    { kind: 'call', weight: 0, text: say`the server that listens there is made on line ${startLine}` } as const,
  ];
  return { ...c, evidence, opening: { ...c.opening, connection: { ...connection, range } } };
}

/** The only line on which what that line makes is told to listen. */
function listenOf(text: string, made: number): number | null {
  const lines = text.split('\n');
  const name = MADE.exec(lines[made - 1]?.slice(0, 400) ?? '')?.[1];
  if (name === undefined) return null;
  const found = lines.flatMap((line, i) => (line.includes(`${name}.listen(`) ? [i + 1] : []));
  return found.length === 1 ? (found[0] as number) : null;
}
