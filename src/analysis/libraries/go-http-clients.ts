/** Packages of Go that make a client of net/http, or are one: golang.org/x/oauth2, go-cleanhttp, go-retryablehttp. */

import type { CallFact, Library } from '../flow/facts.js';
import { valueOrError } from './go-kit.js';

const oauth2 = 'golang.org/x/oauth2';
const cleanhttp = 'github.com/hashicorp/go-cleanhttp';
const retryable = 'github.com/hashicorp/go-retryablehttp';

/** Each gives an `http.Client` of its own: what it limits is not known. */
const making: CallFact[] = [
  {
    name: [`${oauth2}.NewClient`, `${oauth2}.Config.Client`, `${oauth2}/clientcredentials.Config.Client`, `${oauth2}/jwt.Config.Client`],
    source: 'x/oauth2 oauth2.go NewClient, Config.Client: &http.Client{Transport: &Transport{…}}',
    gives: 'http.Client',
    ok: ['nonnull'],
  },
  { name: `${oauth2}/google.DefaultClient`, source: 'x/oauth2 google/default.go DefaultClient', gives: 'http.Client', ...valueOrError() },
  {
    name: [`${cleanhttp}.DefaultClient`, `${cleanhttp}.DefaultPooledClient`],
    source: 'go-cleanhttp cleanhttp.go DefaultClient: &http.Client{Transport: …}',
    gives: 'http.Client',
    ok: ['nonnull'],
  },
  {
    name: `${retryable}.Client.StandardClient`,
    source: 'go-retryablehttp client.go StandardClient',
    gives: 'http.Client',
    ok: ['nonnull'],
  },
  { name: `${retryable}.NewClient`, source: 'go-retryablehttp client.go NewClient', gives: `${retryable}.Client`, ok: ['nonnull'] },
];

const asking: CallFact[] = [
  {
    name: ['Do', 'Get', 'Post', 'PostForm'].flatMap((name) => [
      `${retryable}.Client.${name}`,
      ...(name === 'Do' ? [] : [`${retryable}.${name}`]),
    ]),
    source: 'go-retryablehttp client.go Client.Do: bodies of failed tries are drained, the last answer belongs to whoever called',
    opens: { type: 'http.Response', role: 'client', connected: true },
    ...valueOrError(),
    sets: [
      { option: 'readTimeout', value: 'unknown' },
      { option: 'connectTimeout', value: 'unknown' },
    ],
    step: { do: 'connect' },
    then: [{ do: 'send' }, { do: 'recv' }],
  },
];

export const library: Library = {
  id: 'go-http-clients',
  languages: ['go'],
  title: 'oauth2, go-cleanhttp, go-retryablehttp',
  types: [],
  calls: [...making, ...asking],
};
