/**
 * HTTP clients that keep a connection for their next request, as measured with a server that closes it (CPython 3.11: requests 2.34,
 * urllib3 2.7, httpx 0.28, aiohttp 3.14; Node 20: http, fetch; Go 1.19; OpenJDK 17). All but HttpURLConnection find a close that has come
 * before they ask again, and take a new connection. Where the old one breaks off under a request, some repeat it.
 */

import type { RuntimeWords } from '../scenarios/profile.js';

type Kept = NonNullable<RuntimeWords['kept']>;

/**
 * What is repeated: net/http/transport.go isReplayable; jdk.internal.net.http MultiExchange canRetryRequest; aiohttp/client.py
 * IDEMPOTENT_METHODS; urllib3/util/retry.py DEFAULT_ALLOWED_METHODS.
 */
const POOLS: readonly (readonly [library: RegExp, kept: Kept])[] = [
  [/^requests\.(?:sessions\.)?Session\b/, { repeats: null }],
  [/^httpx\.(?:Async)?Client\b/, { repeats: null }],
  [/^urllib3\.(?:\w+\.)?(?:PoolManager|ProxyManager|HTTPS?ConnectionPool)\b/, { repeats: 'GET, HEAD, OPTIONS, TRACE, PUT, DELETE' }],
  [/^aiohttp\.(?:client\.)?ClientSession\b/, { repeats: 'GET, HEAD, OPTIONS, TRACE, PUT, DELETE' }],
  [/^(?:https?\.(?:request|get|Agent)|fetch|undici\.fetch)$/, { repeats: null }],
  [/^http\.(?:Default|Client\b|Transport\b|Get$|Head$|Post)/, { repeats: 'GET, HEAD, OPTIONS, TRACE' }],
  [/^java\.net\.http\./, { repeats: 'GET, HEAD' }],
  // sun.net.http.retryPost is on: sun/net/www/http/HttpClient.java parseHTTPHeader.
  [/^java\.net\.(?:URL|HttpURLConnection|URLConnection)\b/, { repeats: 'all' }],
  // Each call has a session, and with it a connection, of its own; urllib.request asks for `Connection: close`.
  [/^requests\.(?:api\.)?(?:get|post|put|patch|delete|head|options|request)$/, 'once'],
  [/^urllib\.request\./, 'once'],
];

/** How this library keeps its connections; undefined where that is not known. */
export function keptBy(library: string): Kept | undefined {
  return POOLS.find(([pattern]) => pattern.test(library))?.[1];
}
