/** Connections as who reads the code counts them: what one call gives in two steps (a request, then its answer) is one. */

import type { CheckedFile, Connection } from './check.js';

/** One connection per call and library; of several the one that something is said about. */
export function openingsOf({ connections, findings }: Pick<CheckedFile, 'connections' | 'findings'>): Connection[] {
  const told = new Set(findings.filter(({ consequence }) => consequence).map(({ connection }) => connection));
  const kept = new Map<string, { connection: Connection; isTold: boolean }>();
  connections.forEach((connection, index) => {
    const key = keyOf(connection);
    if (!kept.has(key) || (told.has(index) && kept.get(key)?.isTold === false)) kept.set(key, { connection, isTold: told.has(index) });
  });
  return [...kept.values()].map(({ connection }) => connection);
}

/** Are they opened by the same call? */
export function isSameOpening(one: Connection, other: Connection): boolean {
  return keyOf(one) === keyOf(other);
}

function keyOf({ range, library, role }: Connection): string {
  return `${range.startLine}:${range.startColumn}-${range.endLine}:${range.endColumn} ${library} ${role}`;
}
