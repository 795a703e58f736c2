/**
 * HttpURLConnection, URL.openStream and java.net.http. References: OpenJDK
 * 17, java.base and java.net.http; measured in docs/runtimes/java.md.
 */

import type { CallFact, Library, SetFact } from '../flow/facts.js';

const io = 'java.io.IOException';
/** HttpClient.parseHTTP closes the connection when the exchange fails; what a status of 400 and more leaves open is its error stream. */
const exchange: Partial<CallFact> = {
  fails: [{ throws: [io], closesOnFailure: true }],
  blocks: { wait: 'read', limitedBy: ['readTimeout'] },
  step: { do: 'connect' },
  then: [{ do: 'send' }, { do: 'recv' }],
};
const c = 'java.net.HttpURLConnection.';
const of = (names: readonly string[]): string[] => names.map((name) => c + name);
const milliseconds = { scale: 0.001, signs: { zero: null } } as const;
const limit = (option: 'connectTimeout' | 'readTimeout'): SetFact[] => [{ option, from: { arg: 0 }, ...milliseconds }];

const local = '@local resource';
/** Not of the network: a resource of the class path, a file. */
const resources: CallFact[] = [
  {
    name: [
      '*.getResource',
      '*.getSystemResource',
      '*.findResource',
      '*.getCodeSource',
      '*.getLocation',
      '*.getEntry',
      'java.io.File.toURL',
      'java.io.File.toURI',
      'java.nio.file.Path.toUri',
    ],
    source: 'java/lang/Class.java getResource, java/io/File.java toURI',
    ok: [local],
  },
  { name: 'java.net.URI.toURL', source: 'java/net/URI.java toURL', passes: 'receiver', gives: 'java.net.URL' },
];
/** Surely of the network: made of an address. */
const remote = '@address';
const network = { unless: [{ arg: 'receiver' as const, names: [local.slice(1)] }] };

const url: CallFact[] = [
  {
    name: ['java.net.URL', 'java.net.URI'],
    source: 'java/net/URL.java URL(String)',
    ok: [remote],
    fails: [{ throws: ['java.net.MalformedURLException'], how: 'rare' }],
  },
  { name: 'java.net.URI.create', source: 'java/net/URI.java create', ok: [remote], gives: 'java.net.URI' },
  {
    name: ['java.net.URL.openConnection', 'com.squareup.okhttp.OkUrlFactory.open'],
    source: 'sun/net/www/protocol/http/Handler.java openConnection: connects later',
    on: 'receiver',
    opens: { type: 'java.net.HttpURLConnection', role: 'client', heldFrom: 'connect', ...network },
  },
  {
    name: 'java.net.URL.openStream',
    source: 'java/net/URL.java openStream: no limits',
    on: 'receiver',
    fails: [{ throws: [io] }],
    opens: { type: 'response.InputStream', role: 'client', connected: true, consumedUnless: { name: 'never' } },
    variants: [
      {
        when: { arg: 'receiver', names: [remote.slice(1)] },
        then: {
          opens: { type: 'response.InputStream', role: 'client', connected: true },
          blocks: { wait: 'read' },
          step: { do: 'connect' },
          then: [{ do: 'send' }, { do: 'recv' }],
        },
      },
    ],
  },
];

const connection: CallFact[] = [
  {
    name: of(['connect']),
    source: 'sun/net/www/protocol/http/HttpURLConnection.java plainConnect',
    fails: [{ throws: [io], closesOnFailure: true }],
    blocks: { wait: 'connect', limitedBy: ['connectTimeout'] },
    step: { do: 'connect' },
  },
  {
    name: of(['getInputStream']),
    source:
      'sun/net/www/protocol/http/HttpURLConnection.java getInputStream0: throws for a status of 400 and more, whose body ' +
      'getErrorStream gives',
    ...exchange,
    fails: [...(exchange.fails ?? []), { throws: ['java.io.FileNotFoundException'], how: 'rare' }],
    wraps: { type: 'java.net.HttpURLConnection.InputStream' },
  },
  {
    name: of(['getContent']),
    source: 'java/net/URLConnection.java getContent',
    ...exchange,
    wraps: { type: 'java.net.HttpURLConnection.InputStream' },
  },
  {
    name: of(['getErrorStream']),
    source: 'sun/net/www/protocol/http/HttpURLConnection.java getErrorStream: null without one',
    wraps: { type: 'java.net.HttpURLConnection.InputStream' },
  },
  {
    name: of(['getOutputStream']),
    source: 'sun/net/www/protocol/http/HttpURLConnection.java getOutputStream: closing it ends the request, not the connection',
    fails: [{ throws: [io], closesOnFailure: true }],
    blocks: { wait: 'connect', limitedBy: ['connectTimeout'] },
    step: { do: 'connect' },
    wraps: { type: 'request.OutputStream' },
  },
  { name: of(['getResponseCode', 'getResponseMessage']), source: 'java/net/HttpURLConnection.java getResponseCode', ...exchange },
  {
    name: of([
      'getHeaderField',
      'getHeaderFields',
      'getContentType',
      'getContentLength',
      'getContentLengthLong',
      'getContentEncoding',
      'getLastModified',
      'getDate',
      'getExpiration',
      'getHeaderFieldDate',
      'getHeaderFieldInt',
      'getHeaderFieldKey',
    ]),
    source: 'java/net/URLConnection.java getHeaderField: asks, and swallows what goes wrong',
    step: { do: 'connect' },
    then: [{ do: 'send' }, { do: 'recv' }],
  },
  { name: of(['disconnect']), source: 'sun/net/www/protocol/http/HttpURLConnection.java disconnect', closes: true, step: { do: 'close' } },
  {
    name: of(['setConnectTimeout']),
    source: 'java/net/URLConnection.java setConnectTimeout: 0 is no limit',
    sets: limit('connectTimeout'),
  },
  { name: of(['setReadTimeout']), source: 'java/net/URLConnection.java setReadTimeout: 0 is no limit', sets: limit('readTimeout') },
  {
    name: of([
      'setRequestMethod',
      'setDoOutput',
      'setDoInput',
      'setRequestProperty',
      'addRequestProperty',
      'setUseCaches',
      'setDefaultUseCaches',
      'setInstanceFollowRedirects',
      'setFollowRedirects',
      'setFixedLengthStreamingMode',
      'setChunkedStreamingMode',
      'setIfModifiedSince',
      'setAllowUserInteraction',
      'setSSLSocketFactory',
      'setHostnameVerifier',
      'getURL',
      'getRequestMethod',
      'getRequestProperty',
      'getRequestProperties',
      'getConnectTimeout',
      'getReadTimeout',
      'usingProxy',
      'getPermission',
      'setAuthenticator',
      'getCipherSuite',
      'getServerCertificates',
      'getDoOutput',
      'toString',
    ]),
    source: 'java/net/HttpURLConnection.java: settings',
  },
];

/** The request's body: closing it ends the request. */
const o = 'request.OutputStream.';
const request: CallFact[] = [
  {
    name: ['write', 'writeBytes', 'writeUTF', 'flush', 'append', 'newLine', 'writeObject', 'writeInt'].map((name) => o + name),
    source: 'java/io/OutputStream.java write',
    fails: [{ throws: [io] }],
    blocks: { wait: 'write' },
    step: { do: 'send', bytes: { arg: 0 } },
  },
  {
    name: ['print', 'println', 'printf', 'format'].map((name) => o + name),
    source: 'java/io/PrintWriter.java',
    step: { do: 'send', bytes: { arg: 0 } },
  },
  {
    name: `${o}close`,
    source: 'sun/net/www/protocol/http/HttpURLConnection.java StreamingOutputStream.close',
    fails: [{ throws: [io], how: 'rare' }],
  },
];

const handlers = 'java.net.http.HttpResponse.BodyHandlers.';
const builder = 'java.net.http.HttpRequest.Builder';
/** A builder to which no limit was given yet makes what has none. */
const stillUnlimited: Pick<CallFact, 'marks'> = { marks: [{ from: 'receiver', values: ['no limit yet'], as: 'no limit yet' }] };
const unlimited: Pick<CallFact, 'marks'> = { marks: [{ from: 'receiver', values: ['no limit yet'], as: 'no limit' }] };

/** A limit of a request is its own (HttpRequest.Builder.timeout), that of connecting the client's; there is none by default. */
const asked: CallFact[] = [
  {
    name: 'java.net.http.HttpRequest.newBuilder',
    source: 'java/net/http/HttpRequest.java newBuilder',
    gives: builder,
    ok: ['@no limit yet'],
  },
  {
    name: ['uri', 'GET', 'POST', 'PUT', 'DELETE', 'method', 'header', 'headers', 'setHeader', 'expectContinue', 'version'].map(
      (name) => `${builder}.${name}`,
    ),
    source: 'java/net/http/HttpRequest.java Builder',
    gives: builder,
    ...stillUnlimited,
  },
  { name: `${builder}.timeout`, source: 'java/net/http/HttpRequest.java Builder.timeout', gives: builder },
  { name: `${builder}.build`, source: 'java/net/http/HttpRequest.java Builder.build', gives: 'java.net.http.HttpRequest', ...unlimited },
];

const modern: CallFact[] = [
  {
    name: 'java.net.http.HttpClient.newHttpClient',
    source: 'java/net/http/HttpClient.java newHttpClient: no limit on connecting',
    gives: 'java.net.http.HttpClient',
    ok: ['@no limit'],
  },
  {
    name: 'java.net.http.HttpClient.Builder.build',
    source: 'java/net/http/HttpClient.java Builder.build',
    gives: 'java.net.http.HttpClient',
    ...unlimited,
  },
  {
    name: 'java.net.http.HttpClient.newBuilder',
    source: 'java/net/http/HttpClient.java newBuilder',
    gives: 'java.net.http.HttpClient.Builder',
    ok: ['@no limit yet'],
  },
  {
    name: 'java.net.http.HttpClient.Builder.connectTimeout',
    source: 'java/net/http/HttpClient.java Builder.connectTimeout',
    gives: 'java.net.http.HttpClient.Builder',
  },
  {
    name: [
      'followRedirects',
      'executor',
      'version',
      'sslContext',
      'sslParameters',
      'proxy',
      'authenticator',
      'cookieHandler',
      'priority',
    ].map((name) => `java.net.http.HttpClient.Builder.${name}`),
    source: 'java/net/http/HttpClient.java Builder',
    gives: 'java.net.http.HttpClient.Builder',
    ...stillUnlimited,
  },
  {
    name: ['ofInputStream', 'ofLines', 'ofPublisher'].map((name) => handlers + name),
    source: 'java/net/http/HttpResponse.java BodyHandlers: the body is left to be read',
    ok: ['true'],
  },
  {
    name: [
      'ofString',
      'ofByteArray',
      'ofFile',
      'ofFileDownload',
      'discarding',
      'replacing',
      'ofByteArrayConsumer',
      'fromSubscriber',
      'fromLineSubscriber',
      'buffering',
    ].map((name) => handlers + name),
    source: 'java/net/http/HttpResponse.java BodyHandlers: read before send returns',
    ok: ['false'],
  },
  {
    name: 'java.net.http.HttpClient.send',
    source: 'jdk/internal/net/http/HttpClientImpl.java send',
    sets: [
      { option: 'readTimeout', from: { arg: 0 } },
      { option: 'connectTimeout', from: 'receiver' },
    ],
    fails: [{ throws: [io] }, { throws: ['java.lang.InterruptedException'], how: 'rare' }],
    opens: { type: 'java.net.http.HttpResponse', role: 'client', connected: true, consumedUnless: { arg: 1 } },
    blocks: { wait: 'other', limitedBy: ['readTimeout'] },
    step: { do: 'connect' },
    then: [{ do: 'send' }, { do: 'recv' }],
    on: { arg: 0 },
  },
  { name: 'java.net.http.HttpResponse.body', source: 'java/net/http/HttpResponse.java body', wraps: { type: 'response.InputStream' } },
  {
    name: ['statusCode', 'headers', 'uri', 'version', 'request', 'previousResponse', 'sslSession'].map(
      (name) => `java.net.http.HttpResponse.${name}`,
    ),
    source: 'java/net/http/HttpResponse.java',
  },
];

export const library: Library = {
  id: 'java-http',
  languages: ['java'],
  title: 'HttpURLConnection and java.net.http',
  types: [
    {
      name: 'java.net.HttpURLConnection',
      source:
        'sun/net/www/http/KeepAliveStream.java: a connection whose body is not read to the end nor closed is lost until its ' +
        'socket is collected',
      onDrop: 'collector',
      response: true,
      managed: true,
      closedBy: 'disconnect()',
    },
    {
      name: 'java.net.URLConnection',
      source: 'java/net/URLConnection.java',
      extends: 'java.net.HttpURLConnection',
      onDrop: 'collector',
      response: true,
      managed: true,
    },
    {
      name: 'javax.net.ssl.HttpsURLConnection',
      source: 'javax/net/ssl/HttpsURLConnection.java',
      extends: 'java.net.HttpURLConnection',
      onDrop: 'collector',
      response: true,
      managed: true,
      closedBy: 'disconnect()',
    },
    {
      name: 'java.net.HttpURLConnection.InputStream',
      source: 'sun/net/www/protocol/http/HttpURLConnection.java HttpInputStream',
      extends: 'response.InputStream',
      onDrop: 'collector',
      response: true,
      managed: true,
    },
    {
      name: 'request.OutputStream',
      source: 'sun/net/www/protocol/http/HttpURLConnection.java StreamingOutputStream',
      onDrop: 'collector',
      managed: true,
      response: true,
    },
    {
      name: 'java.net.http.HttpResponse',
      source: 'jdk/internal/net/http/HttpClientImpl.java: its selector thread holds the connection',
      onDrop: 'never',
      response: true,
      managed: true,
      closedBy: 'body().close()',
    },
  ],
  calls: [...resources, ...url, ...connection, ...request, ...asked, ...modern],
  exceptions: { 'java.net.http.HttpTimeoutException': [io] },
};
