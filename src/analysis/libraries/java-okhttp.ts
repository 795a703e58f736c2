/** OkHttp 2 to 5. References: okhttp3 4.x (okhttp/src/main/kotlin/okhttp3); 2.x has the same under com.squareup.okhttp. */

import type { CallFact, Library, Slot, TypeFact } from '../flow/facts.js';

const io = 'java.io.IOException';

/**
 * The connection of a call that was collected is closed later: internal/connection/RealConnectionPool.kt
 * pruneAndGetAllocationCount ("Did you forget to close a response body?").
 */
const shared = {
  onDrop: 'collector' as const,
  response: true,
  managed: true,
  defaults: { connectTimeout: 10, readTimeout: 10, writeTimeout: 10 },
};
const read: Partial<CallFact> = {
  fails: [{ throws: [io], closesOnFailure: true }],
  consumes: true,
  blocks: { wait: 'read', limitedBy: ['readTimeout'] },
  step: { do: 'recvUntilEof' },
};

function factsOf(p: string): { types: TypeFact[]; calls: CallFact[] } {
  const response = `${p}.Response`;
  const body = `${p}.ResponseBody`;
  return {
    types: [
      { name: response, source: "okhttp3/Response.kt: closing the body is the caller's", ...shared },
      { name: body, source: 'okhttp3/ResponseBody.kt', ...shared },
    ],
    calls: [...clientCalls(p), ...requestCalls(p), ...exchanges(p, response), ...responseCalls(response, body)],
  };
}

/** An answer to HEAD has no body: its connection is free at once. */
const head = 'okhttp HEAD';
const staysHead = (from: Slot): Pick<CallFact, 'marks'> => ({ marks: [{ from, values: [head], as: head }] });

/** What is asked for, as far as it matters. */
function requestCalls(p: string): CallFact[] {
  const builder = `${p}.Request.Builder`;
  return [
    { name: builder, source: 'okhttp3/Request.kt Builder', gives: builder },
    { name: `${builder}.head`, source: 'okhttp3/internal/http1/Http1ExchangeCodec.kt: no body', gives: builder, ok: [`@${head}`] },
    {
      name: ['url', 'header', 'addHeader', 'removeHeader', 'headers', 'cacheControl', 'tag'].map((name) => `${builder}.${name}`),
      source: 'okhttp3/Request.kt Builder',
      gives: builder,
      ...staysHead('receiver'),
    },
    {
      name: ['get', 'post', 'put', 'delete', 'patch', 'method'].map((name) => `${builder}.${name}`),
      source: 'okhttp3/Request.kt Builder',
      gives: builder,
    },
    { name: `${builder}.build`, source: 'okhttp3/Request.kt Builder.build', gives: `${p}.Request`, ...staysHead('receiver') },
  ];
}

function clientCalls(p: string): CallFact[] {
  const builder = `${p}.OkHttpClient.Builder`;
  return [
    { name: `${p}.OkHttpClient`, source: 'okhttp3/OkHttpClient.kt', gives: `${p}.OkHttpClient` },
    { name: [`${p}.OkHttpClient.newBuilder`, builder], source: 'okhttp3/OkHttpClient.kt Builder', gives: builder },
    { name: `${builder}.build`, source: 'okhttp3/OkHttpClient.kt Builder.build', gives: `${p}.OkHttpClient` },
    {
      name: [
        'connectTimeout',
        'readTimeout',
        'writeTimeout',
        'callTimeout',
        'addInterceptor',
        'addNetworkInterceptor',
        'proxy',
        'followRedirects',
        'retryOnConnectionFailure',
        'connectionPool',
        'cache',
        'dispatcher',
        'protocols',
        'sslSocketFactory',
        'hostnameVerifier',
        'pingInterval',
      ].map((name) => `${builder}.${name}`),
      source: 'okhttp3/OkHttpClient.kt Builder',
      gives: builder,
    },
  ];
}

/** What gives a response. */
function exchanges(p: string, response: string): CallFact[] {
  return [
    {
      name: [`${p}.OkHttpClient.newCall`, `${p}.Call.Factory.newCall`],
      source: 'okhttp3/OkHttpClient.kt newCall: nothing is opened yet',
      gives: `${p}.Call`,
      ...staysHead({ arg: 0 }),
    },
    { name: `${p}.Call.clone`, source: 'okhttp3/Call.kt clone', gives: `${p}.Call` },
    {
      name: `${p}.Call.execute`,
      source: 'okhttp3/Call.kt execute: the response must be closed',
      fails: [{ throws: [io] }],
      opens: { type: response, role: 'client', connected: true, unless: [{ arg: 'receiver', names: [head] }] },
      on: { arg: 0 },
      step: { do: 'connect' },
      then: [{ do: 'send' }, { do: 'recv' }],
    },
    {
      name: `${p}.Call.enqueue`,
      source: 'okhttp3/Callback.kt onResponse: the response must be closed',
      on: { arg: 9 },
      calls: {
        callee: { arg: 0 },
        methods: ['onResponse'],
        gives: [{ param: p === 'okhttp3' ? 1 : 0, type: response, role: 'client', owns: true }],
        spawns: true,
      },
    },
    {
      name: `${p}.Interceptor.Chain.proceed`,
      source: 'okhttp3/Interceptor.kt proceed: a response that is not passed on must be closed',
      fails: [{ throws: [io] }],
      opens: { type: response, role: 'client', connected: true },
      on: { arg: 0 },
    },
  ];
}

/** A response and its body. */
function responseCalls(response: string, body: string): CallFact[] {
  return [
    { name: `${response}.body`, source: 'okhttp3/Response.kt body', wraps: { type: body } },
    { name: `${response}.close`, source: 'okhttp3/Response.kt close', closes: true, step: { do: 'close' } },
    {
      name: [
        'code',
        'message',
        'header',
        'headers',
        'isSuccessful',
        'isRedirect',
        'protocol',
        'request',
        'handshake',
        'networkResponse',
        'cacheResponse',
        'priorResponse',
        'challenges',
        'cacheControl',
        'sentRequestAtMillis',
        'receivedResponseAtMillis',
        'toString',
        'trailers',
      ].map((name) => `${response}.${name}`),
      source: 'okhttp3/Response.kt',
    },
    { name: `${response}.newBuilder`, source: 'okhttp3/Response.kt newBuilder: the new response has its body', takes: true },
    { name: `${response}.peekBody`, source: 'okhttp3/Response.kt peekBody: a copy', fails: [{ throws: [io] }] },
    {
      name: [`${body}.string`, `${body}.bytes`, `${body}.byteString`],
      source: 'okhttp3/ResponseBody.kt string: closes, whatever happens',
      ...read,
    },
    {
      name: [`${body}.byteStream`, `${body}.charStream`],
      source: 'okhttp3/ResponseBody.kt byteStream: closing it closes the body',
      wraps: { type: 'response.InputStream' },
    },
    {
      name: `${body}.source`,
      source: 'okhttp3/ResponseBody.kt source: closing it closes the body',
      wraps: { type: 'okio.BufferedSource' },
    },
    { name: `${body}.close`, source: 'okhttp3/ResponseBody.kt close', closes: true, step: { do: 'close' } },
    { name: [`${body}.contentLength`, `${body}.contentType`, `${body}.toString`], source: 'okhttp3/ResponseBody.kt' },
  ];
}

const three = factsOf('okhttp3');
const two = factsOf('com.squareup.okhttp');
const s = 'okio.BufferedSource.';

export const library: Library = {
  id: 'java-okhttp',
  languages: ['java'],
  title: 'OkHttp',
  types: [
    ...three.types,
    ...two.types,
    { name: 'okio.BufferedSource', source: 'okio/BufferedSource.kt', onDrop: 'collector', response: true, managed: true },
  ],
  calls: [
    ...three.calls,
    ...two.calls,
    {
      name: [`${s}readUtf8`, `${s}readByteArray`, `${s}readString`, `${s}readByteString`, `${s}readAll`],
      source: 'okio/BufferedSource.kt readUtf8: reads to the end',
      fails: [{ throws: [io] }],
      consumes: true,
      step: { do: 'recvUntilEof' },
    },
    {
      name: [
        `${s}read`,
        `${s}readUtf8Line`,
        `${s}request`,
        `${s}require`,
        `${s}skip`,
        `${s}exhausted`,
        `${s}readUtf8LineStrict`,
        `${s}readByte`,
        `${s}readInt`,
      ],
      source: 'okio/BufferedSource.kt',
      fails: [{ throws: [io] }],
      step: { do: 'recv' },
    },
    { name: `${s}inputStream`, source: 'okio/BufferedSource.kt inputStream', wraps: { type: 'response.InputStream' } },
    { name: `${s}close`, source: 'okio/Source.kt close', closes: true, step: { do: 'close' } },
  ],
};
