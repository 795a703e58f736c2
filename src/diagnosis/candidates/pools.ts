/** Sessions and pools of Python's HTTP libraries open no connection where they are made: each request that asks them for one may do so. */

import type { Opening } from './program.js';
import type { Source } from './source.js';

const POOLS =
  /^(?:requests\.[sS]ession|urllib3\.(?:PoolManager|ProxyManager|HTTPS?ConnectionPool)|httpx\.(?:Async)?Client|aiohttp\.ClientSession)$/;
const REQUESTS = /^(?:get|post|put|delete|head|patch|options|request|urlopen|stream)$/;
const MOST_CALLS = 30;

/** The same openings, those of pools on the lines of their requests where the file has some. */
export function withRequests(openings: readonly Opening[], sources: readonly Source[]): Opening[] {
  return openings.flatMap((pool) => {
    const { file, connection } = pool;
    const source = POOLS.test(connection.library) ? sources.find((s) => s.file === file) : undefined;
    const name = source && nameAt(source, connection.range.startLine);
    if (!source || name === undefined) return [pool];
    const lines = requestLines(source, name);
    if (lines.length === 0) return [pool];
    const known = new Set(openings.flatMap((o) => (o.file === file ? [o.connection.range.startLine] : [])));
    return lines.filter((line) => !known.has(line)).map((line) => onLine(pool, line));
  });
}

/** The name that a line gives what it makes: `http = …`, `self.session = …`. */
function nameAt({ tokens }: Source, line: number): string | undefined {
  const first = tokens.findIndex((t) => t.line === line);
  for (let i = first; i >= 0 && tokens[i]?.line === line; i++)
    if (tokens[i]?.text === '=' && tokens[i - 1]?.kind === 'name') return tokens[i - 1]?.text;
  return undefined;
}

function requestLines(source: Source, name: string): number[] {
  const calls = source
    .occurrences(name)
    .filter((i) => source.is(i + 1, '.') && source.is(i + 3, '(') && REQUESTS.test(source.tokens[i + 2]?.text ?? ''));
  return [...new Set(calls.map((i) => source.tokens[i]?.line ?? 0))].slice(0, MOST_CALLS);
}

function onLine(pool: Opening, line: number): Opening {
  const isFollowed = pool.connection.steps.some((s) => s.do === 'connect' && s.line === line && s.file === undefined);
  const range = { startLine: line, startColumn: 1, endLine: line, endColumn: 1000 };
  if (isFollowed) return { ...pool, connection: { ...pool.connection, range } };
  const steps = (['connect', 'send', 'recv', 'hold'] as const).map((what) => ({ do: what, line: what === 'hold' ? 0 : line }));
  return { ...pool, findings: [], connection: { ...pool.connection, range, steps } };
}
