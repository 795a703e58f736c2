/** `fetch` in Node and elsewhere, undici's request, node-fetch. */

import type { CallFact, Library, OpenFact } from '../flow/facts.js';
import { nodeTypes } from './javascript-kit.js';

const b = 'Response.body.';
const readers = ['json', 'text', 'arrayBuffer', 'blob', 'formData', 'bytes'];
/** What answers HEAD has no body; the method is written in either way (the fetch standard, normalize a method). */
const answer: OpenFact = { type: 'Response', role: 'client', connected: true, unless: [{ arg: { arg: 1 }, names: ['HEAD', 'head'] }] };
const call: Pick<CallFact, 'fails' | 'step' | 'then'> = {
  fails: [{ throws: ['TypeError'] }],
  step: { do: 'connect' },
  then: [{ do: 'send' }, { do: 'recv' }],
};

const fetches: CallFact[] = [
  {
    name: [
      'fetch',
      'undici.fetch',
      'cross-fetch',
      'cross-fetch.fetch',
      'isomorphic-fetch',
      'node-fetch-native',
      'node-fetch-native.fetch',
      'node-fetch.fetch',
      'electron-fetch',
      'make-fetch-happen',
    ],
    source: 'undici lib/web/fetch/index.js fetch: resolves with the headers, the body is still to be read',
    opens: answer,
    ...call,
  },
  {
    name: 'node-fetch',
    source: 'node-fetch src/index.js fetch: the body is a stream that is still to be read',
    opens: { ...answer, type: 'node-fetch.Response' },
    ...call,
  },
  {
    name: readers.map((name) => `Response.${name}`),
    source: 'undici lib/web/fetch/body.js consumeBody',
    consumes: true,
    fails: [{ throws: ['TypeError'] }],
    step: { do: 'recvUntilEof' },
  },
  { name: 'Response.clone', source: 'undici lib/web/fetch/response.js clone: both must be read', takes: true },
  { name: `${b}cancel`, source: 'undici lib/web/fetch/index.js cancelAlgorithm: aborts the request', closes: true, step: { do: 'close' } },
  {
    name: ['getReader', 'pipeTo', 'pipeThrough', 'tee', 'Symbol.asyncIterator', 'values', 'pipe', 'resume', 'on', 'once', 'destroy'].map(
      (name) => b + name,
    ),
    source: 'WHATWG streams: reads it',
    consumes: true,
    takes: true,
  },
];

const requests: CallFact[] = [
  {
    name: 'undici.request',
    source: 'undici docs/docs/api/Dispatcher.md request: the body must be read or dumped',
    opens: { ...answer, type: 'undici.ResponseData' },
    ...call,
    fails: [{ throws: ['Error'] }],
  },
  {
    name: [...readers, 'dump', 'resume', 'destroy', 'pipe', 'on', 'once', 'Symbol.asyncIterator'].map(
      (name) => `undici.ResponseData.body.${name}`,
    ),
    source: 'undici lib/api/readable.js BodyReadable',
    consumes: true,
    takes: true,
  },
];

export const library: Library = {
  id: 'javascript-fetch',
  languages: ['javascript'],
  title: 'fetch, undici, node-fetch',
  types: nodeTypes([
    {
      name: 'Response',
      source: 'undici lib/web/fetch/response.js: streamRegistry cancels a dropped body; lib/core/connect.js: keepAliveInitialDelay',
      onDrop: 'collector',
      response: true,
      stalls: true,
      // lib/core/connect.js timeout (10 s: measured), lib/dispatcher/client.js headersTimeout, bodyTimeout (300 s).
      defaults: { SO_KEEPALIVE: 1, TCP_KEEPIDLE: 60, TCP_KEEPINTVL: 1, TCP_KEEPCNT: 10, connectTimeout: 10, readTimeout: 300 },
      managed: true,
      closedBy: 'body?.cancel()',
      // Fetch, null body status: there is no stream then.
      emptyAt: { field: 'status', numbers: [204, 205] },
    },
    { name: 'Response.body', source: 'undici lib/web/fetch/response.js', onDrop: 'collector', response: true, stalls: true, managed: true },
    {
      name: 'node-fetch.Response',
      source: 'node-fetch src/response.js',
      onDrop: 'never',
      extends: 'Response',
      response: true,
      stalls: true,
      managed: true,
      closedBy: 'body.resume()',
      emptyAt: { field: 'status', numbers: [204, 205] },
    },
    {
      name: 'undici.ResponseData',
      source: 'undici lib/api/api-request.js',
      onDrop: 'collector',
      response: true,
      stalls: true,
      managed: true,
      closedBy: 'body.dump()',
    },
    {
      name: 'undici.ResponseData.body',
      source: 'undici lib/api/readable.js',
      onDrop: 'collector',
      response: true,
      stalls: true,
      managed: true,
    },
  ]),
  calls: [...fetches, ...requests],
};
