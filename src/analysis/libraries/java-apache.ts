/** Apache HttpClient: commons-httpclient 3.1, httpclient 4.5, httpclient5 5.2. */

import type { CallFact, Library, OpenFact, SetFact, TypeFact } from '../flow/facts.js';

const io = 'java.io.IOException';
const steps = { step: { do: 'connect' as const }, then: [{ do: 'send' as const }, { do: 'recv' as const }] };
const whole: Partial<CallFact> = {
  fails: [{ throws: [io], closesOnFailure: true }],
  consumes: true,
  blocks: { wait: 'read', limitedBy: ['readTimeout'] },
  step: { do: 'recvUntilEof' },
};

/** The manager of connections holds what is not given back (PoolingHttpClientConnectionManager.leaseConnection). */
const held = { onDrop: 'never' as const, response: true, managed: true };

/** Limits stand in the configuration of the client or the request. */
const unknownLimits: SetFact[] = [
  { option: 'readTimeout', value: 'unknown' },
  { option: 'connectTimeout', value: 'unknown' },
];

/** What differs between 4 and 5: packages. */
interface Edition {
  client: string[];
  response: string[];
  request: string[];
  entity: string;
  utils: string;
  source: string;
  makers: string[];
  /** Interfaces of requests. */
  requests: string[];
}

/** What answers HEAD has no body: its connection is given back at once (MainClientExec.execute: no entity, or none that streams). */
const head = 'Apache HEAD';

/** What reads the head of a response. */
const headers = [
  'getStatusLine',
  'getCode',
  'getFirstHeader',
  'getHeaders',
  'getAllHeaders',
  'getLastHeader',
  'getLocale',
  'getParams',
  'getProtocolVersion',
  'containsHeader',
  'headerIterator',
  'getReasonPhrase',
  'getVersion',
  'toString',
  'setEntity',
];

function factsOf({ client, response, request, requests, entity, utils, source, makers }: Edition): {
  types: TypeFact[];
  calls: CallFact[];
} {
  const [first = ''] = response;
  const [gives = ''] = client;
  const [asked = ''] = request;
  const opensFor = (arg: number): OpenFact => ({
    type: first,
    role: 'client',
    connected: true,
    unless: [{ arg: { arg }, names: [head] }],
    also: [
      { at: { arg }, type: asked },
      { at: 'receiver', type: gives },
    ],
  });
  const asks: Partial<CallFact> = { fails: [{ throws: [io] }], sets: unknownLimits, ...steps };
  return {
    types: [
      ...response.map((name): TypeFact => ({
        name,
        source: `${source} CloseableHttpResponse`,
        ...held,
        ...(name === first ? {} : { extends: first }),
      })),
      { name: entity, source: `${source} HttpEntity: the body, null without one`, ...held },
      { name: asked, source: `${source} HttpRequestBase.releaseConnection`, ...held },
      { name: gives, source: `${source} CloseableHttpClient.close: shuts its manager of connections down`, ...held, lever: true },
    ],
    calls: [
      ...request.filter((name) => name.endsWith('.HttpHead')).map((name) => ({ name, source: `${source} HttpHead`, ok: [`@${head}`] })),
      { name: makers, source: `${source} HttpClients.createDefault`, gives },
      {
        // With a second argument it may be a handler that reads the response.
        name: client.map((name) => `${name}.execute`),
        source: `${source} HttpClient.execute: the entity must be consumed or the response closed`,
        on: { arg: 9 },
        variants: [
          { when: { lacks: { arg: 1 } }, then: { ...asks, opens: opensFor(0) } },
          {
            when: { all: [{ lacks: { arg: 2 } }, { arg: { arg: 1 }, is: [...request, ...requests] }] },
            then: { ...asks, opens: opensFor(1) },
          },
        ],
        opens: { ...opensFor(0), consumedUnless: { name: 'never' } },
      },
      { name: `${first}.getEntity`, source: `${source} HttpResponse.getEntity`, wraps: { type: entity } },
      { name: [`${first}.close`], source: `${source} CloseableHttpResponse.close`, closes: true, step: { do: 'close' } },
      { name: `${gives}.close`, source: `${source} InternalHttpClient.close: closes all connections`, closes: true, step: { do: 'close' } },
      { name: headers.map((name) => `${first}.${name}`), source: `${source} HttpResponse` },
      ...entityCalls(entity, utils, source),
      {
        name: ['releaseConnection', 'abort', 'reset', 'completed', 'cancel'].map((name) => `${asked}.${name}`),
        source: `${source} HttpRequestBase.releaseConnection`,
        closes: true,
        step: { do: 'close' },
      },
    ],
  };
}

/** The body, and who reads it to its end. */
function entityCalls(entity: string, utils: string, source: string): CallFact[] {
  return [
    {
      name: `${entity}.getContent`,
      source: `${source} HttpEntity.getContent: closing the stream gives the connection back`,
      fails: [{ throws: [io], how: 'rare' }],
      wraps: { type: 'response.InputStream' },
    },
    { name: `${entity}.writeTo`, source: `${source} HttpEntity.writeTo`, ...whole },
    { name: `${entity}.consumeContent`, source: `${source} HttpEntity.consumeContent`, ...whole },
    {
      name: ['getContentLength', 'getContentType', 'getContentEncoding', 'isStreaming', 'isChunked', 'isRepeatable'].map(
        (name) => `${entity}.${name}`,
      ),
      source: `${source} HttpEntity`,
    },
    {
      name: ['toString', 'toByteArray', 'consume', 'parse'].map((name) => `${utils}.${name}`),
      source: `${source} EntityUtils: closes the stream, whatever happens`,
      on: { arg: 0 },
      ...whole,
    },
    {
      name: `${utils}.consumeQuietly`,
      source: `${source} EntityUtils.consumeQuietly`,
      on: { arg: 0 },
      consumes: true,
      step: { do: 'recvUntilEof' },
    },
  ];
}

const methods = (pack: string, end = ''): string[] =>
  ['Get', 'Post', 'Put', 'Delete', 'Head', 'Patch', 'Options'].map((name) => `${pack}.Http${name}${end}`);
const four = factsOf({
  client: [
    'org.apache.http.impl.client.CloseableHttpClient',
    'org.apache.http.client.HttpClient',
    'org.apache.http.impl.client.DefaultHttpClient',
    'org.apache.http.impl.client.AbstractHttpClient',
    'android.net.http.AndroidHttpClient',
  ],
  response: ['org.apache.http.client.methods.CloseableHttpResponse', 'org.apache.http.HttpResponse'],
  request: ['org.apache.http.client.methods.HttpRequestBase', ...methods('org.apache.http.client.methods')],
  requests: ['org.apache.http.HttpRequest', 'org.apache.http.client.methods.HttpUriRequest'],
  entity: 'org.apache.http.HttpEntity',
  utils: 'org.apache.http.util.EntityUtils',
  source: 'httpclient 4.5',
  makers: [
    'org.apache.http.impl.client.HttpClients.createDefault',
    'org.apache.http.impl.client.HttpClients.createSystem',
    'org.apache.http.impl.client.HttpClientBuilder.build',
  ],
});
const five = factsOf({
  client: ['org.apache.hc.client5.http.impl.classic.CloseableHttpClient', 'org.apache.hc.client5.http.classic.HttpClient'],
  response: [
    'org.apache.hc.client5.http.impl.classic.CloseableHttpResponse',
    'org.apache.hc.core5.http.ClassicHttpResponse',
    'org.apache.hc.core5.http.HttpResponse',
  ],
  request: ['org.apache.hc.client5.http.classic.methods.HttpUriRequestBase', ...methods('org.apache.hc.client5.http.classic.methods')],
  requests: ['org.apache.hc.core5.http.ClassicHttpRequest'],
  entity: 'org.apache.hc.core5.http.HttpEntity',
  utils: 'org.apache.hc.core5.http.io.entity.EntityUtils',
  source: 'httpclient5 5.2',
  makers: [
    'org.apache.hc.client5.http.impl.classic.HttpClients.createDefault',
    'org.apache.hc.client5.http.impl.classic.HttpClients.createSystem',
    'org.apache.hc.client5.http.impl.classic.HttpClientBuilder.build',
  ],
});

const m = 'org.apache.commons.httpclient.HttpMethod.';
const three: CallFact[] = [
  {
    name: ['org.apache.commons.httpclient.HttpClient.executeMethod'],
    source: 'org/apache/commons/httpclient/HttpClient.java executeMethod: releaseConnection() must be called, whatever happens',
    fails: [{ throws: [io] }],
    on: { arg: 9 },
    sets: unknownLimits,
    ...steps,
    opens: { type: 'org.apache.commons.httpclient.HttpMethod', role: 'client', connected: true, at: { arg: 0 }, itself: true },
    variants: [{ when: { lacks: { arg: 0 } }, then: { opens: undefined } }],
  },
  {
    name: [`${m}releaseConnection`, `${m}abort`],
    source: 'org/apache/commons/httpclient/HttpMethodBase.java releaseConnection',
    closes: true,
    step: { do: 'close' },
  },
  {
    name: [`${m}getResponseBody`, `${m}getResponseBodyAsString`],
    source: 'org/apache/commons/httpclient/HttpMethodBase.java getResponseBody: given back at its end, not where reading breaks off',
    ...whole,
    consumes: undefined,
    closes: true,
    fails: [{ throws: [io] }],
  },
  {
    name: `${m}getResponseBodyAsStream`,
    source: 'org/apache/commons/httpclient/AutoCloseInputStream.java: gives the connection back at its end or when it is closed',
    fails: [{ throws: [io], how: 'rare' }],
    wraps: { type: 'response.InputStream' },
  },
  {
    name: [
      'getStatusCode',
      'getStatusText',
      'getStatusLine',
      'getResponseHeader',
      'getResponseHeaders',
      'getURI',
      'getPath',
      'getName',
      'getParams',
      'setRequestHeader',
      'addRequestHeader',
      'setFollowRedirects',
      'setDoAuthentication',
      'getQueryString',
      'getRequestHeaders',
    ].map((name) => m + name),
    source: 'org/apache/commons/httpclient/HttpMethod.java',
  },
];

export const library: Library = {
  id: 'java-apache',
  languages: ['java'],
  title: 'Apache HttpClient',
  types: [
    ...four.types,
    ...five.types,
    {
      name: 'org.apache.commons.httpclient.HttpMethod',
      source: 'org/apache/commons/httpclient/SimpleHttpConnectionManager.java: the manager holds it',
      ...held,
      closedBy: 'releaseConnection()',
    },
  ],
  calls: [...four.calls, ...five.calls, ...three],
  exceptions: {
    'org.apache.http.client.ClientProtocolException': [io],
    'org.apache.commons.httpclient.HttpException': [io],
    'org.apache.http.ParseException': ['java.lang.RuntimeException'],
  },
};
