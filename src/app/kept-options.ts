/** What a fix leaves as it was: the options of every connection, but for those that the fix is about. */

import type { Connection } from '../analysis/findings.js';

/** What a connection is set to, as far as a fix can change it. */
type Option = keyof Pick<
  Connection,
  'keepalive' | 'userTimeoutMs' | 'connectTimeout' | 'readTimeout' | 'writeTimeout' | 'backlog' | 'linger' | 'reuseAddr' | 'nonBlocking'
>;

const OPTIONS: readonly Option[] = [
  'keepalive',
  'userTimeoutMs',
  'connectTimeout',
  'readTimeout',
  'writeTimeout',
  'backlog',
  'linger',
  'reuseAddr',
  'nonBlocking',
];
const LIMITS: readonly Option[] = ['connectTimeout', 'readTimeout', 'writeTimeout'];

/** What the fixes of a rule are there to change. */
const CHANGED: Readonly<Record<string, readonly Option[]>> = {
  'missing-keepalive': ['keepalive', 'userTimeoutMs', ...LIMITS],
  'missing-timeout': LIMITS,
  'slow-keepalive': ['keepalive'],
  'ineffective-keepalive': ['keepalive', 'userTimeoutMs'],
  'missing-user-timeout': ['userTimeoutMs'],
  'linger-zero': ['linger'],
  'missing-reuseaddr': ['reuseAddr'],
  'small-backlog': ['backlog'],
};

/** A connection in words: two that are set alike, but for what these rules are about, have the same. */
export function shapeOf(connection: Connection, rules: readonly string[]): string {
  const changed = new Set(rules.flatMap((rule) => CHANGED[rule] ?? []));
  const kept = OPTIONS.filter((option) => !changed.has(option));
  const { function: fn, role, library, keepalive } = connection;
  // With a limit a library's call may be another one of it.
  const named = rules.includes('missing-timeout') ? [] : [library];
  return JSON.stringify([
    fn,
    role,
    ...named,
    ...kept.map((option) => (option === 'keepalive' ? { ...keepalive, line: null } : connection[option])),
  ]);
}
