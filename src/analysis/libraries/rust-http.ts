/** HTTP clients. */

import type { CallFact, Library, OptionName } from '../flow/facts.js';

const limitedBy: OptionName[] = ['readTimeout'];
const asking = {
  opens: { type: 'reqwest.Response', role: 'client' as const, connected: true },
  blocks: { wait: 'other' as const, limitedBy },
  ok: ['nonnull'],
  fails: [{ results: ['null'] }],
};

const calls: CallFact[] = [
  {
    name: 'reqwest.get',
    source:
      'reqwest: src/lib.rs get: a client of its own with nothing set, and that has no limit (async_impl/client.rs Config timeout: None)',
    ...asking,
  },
  {
    name: ['reqwest.RequestBuilder.send', 'reqwest.Client.send'],
    source: 'reqwest: src/async_impl/request.rs RequestBuilder::timeout, client.rs ClientBuilder::timeout: without, no limit at all',
    sets: [
      { option: 'readTimeout', from: 'receiver', field: 'timeout', elsewhere: 'unknown' },
      { option: 'readTimeout', from: 'receiver', field: 'read_timeout' },
    ],
    ...asking,
  },
];

export const library: Library = {
  id: 'rust-http',
  languages: ['rust'],
  title: 'reqwest',
  types: [
    {
      name: 'reqwest.Response',
      source: 'reqwest: src/async_impl/response.rs: dropped unread, its connection is closed, not kept',
      onDrop: 'drop',
      managed: true,
      keptIdle: 90,
    },
  ],
  calls,
};
