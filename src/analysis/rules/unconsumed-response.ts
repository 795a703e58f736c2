/** An HTTP response whose body is neither read to the end nor closed. */

import type { Tracked } from '../flow/tracked.js';
import { certaintyOf, closesItself, leakFixes, leakPath, leaksWhen, leftOpen, whyLeft } from './leaks.js';
import type { Report, Rule } from './rule.js';
import { say } from '../../words/say.js';

export const rule: Rule = {
  id: 'unconsumed-response',
  title: 'Response is neither read to the end nor closed',
  severity: 'warning',
  what: 'On one path the body of this response is neither read to the end nor closed.',
  why:
    'Its connection can neither be used again nor closed: the next request opens another one, and once the server ' +
    'closes, this one stays in CLOSE_WAIT.',
  remedy: 'Close the body right after the error check, before the status is looked at.',
  scenario: 'peer-closes-we-do-not',
  examples: [
    {
      language: 'go',
      bad:
        'package main\n\nimport (\n\t"errors"\n\t"net/http"\n)\n\nfunc ping(url string) error {\n\tresp, err := ' +
        'http.Get(url)\n\tif err != nil {\n\t\treturn err\n\t}\n\tif resp.StatusCode != http.StatusOK {\n\t\treturn ' +
        'errors.New(resp.Status)\n\t}\n\treturn resp.Body.Close()\n}\n',
      good:
        'package main\n\nimport (\n\t"errors"\n\t"net/http"\n)\n\nfunc ping(url string) error {\n\tresp, err := ' +
        'http.Get(url)\n\tif err != nil {\n\t\treturn err\n\t}\n\tdefer resp.Body.Close()\n\tif resp.StatusCode != ' +
        'http.StatusOK {\n\t\treturn errors.New(resp.Status)\n\t}\n\treturn nil\n}\n',
    },
    {
      language: 'typescript',
      bad:
        'export async function load(url: string): Promise<unknown> {\n  const response = await fetch(url);\n  if ' +
        '(!response.ok) throw new Error(`status ${response.status}`);\n  return response.json();\n}\n',
      good:
        'export async function load(url: string): Promise<unknown> {\n  const response = await fetch(url);\n  if ' +
        '(!response.ok) {\n    await response.body?.cancel();\n    throw new Error(`status ${response.status}`);\n  }\n  ' +
        'return response.json();\n}\n',
    },
  ],
  check(connection: Tracked): Report[] {
    if (!connection.owned || !connection.type.response) return [];
    const best = connection.leaks[0];
    if (!best) return [];
    return [
      {
        certainty: certaintyOf(best.doubt),
        headline: leaksWhen(connection, best),
        what: leftOpen(connection, best),
        path: leakPath(best),
        fixes: leakFixes(connection, connection.leaks),
        ...(closesItself(connection, best)
          ? { why: whyLeft(connection, best), severity: 'information' as const }
          : connection.profile.endedBy !== undefined
            ? { why: ended(), severity: 'information' as const }
            : connection.type.stalls
              ? { why: whyLeft(connection, best) }
              : {}),
      },
    ];
  },
};

/** Its library closes it when the request's limit is over. */
const ended = (): string =>
  say`Its connection can serve no other request, so the next one opens another; only the limit on the whole request closes it.`;
