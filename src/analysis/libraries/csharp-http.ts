/** .NET's HTTP: responses whose body is left to be read hold their connection. References: dotnet/runtime 8.0, src/libraries. */

import type { CallFact, FailFact, Library, SetFact } from '../flow/facts.js';

const error = 'System.Net.Http.HttpRequestException';
const client = 'System.Net.Http.HttpClient';
const response = 'System.Net.Http.HttpResponseMessage';
const fails: FailFact[] = [{ throws: [error] }, { throws: ['System.Threading.Tasks.TaskCanceledException'], how: 'rare' }];
const asked = {
  blocks: { wait: 'other' as const, limitedBy: ['readTimeout' as const] },
  step: { do: 'connect' as const },
  then: [{ do: 'send' as const }, { do: 'recv' as const }],
};
/** System.Net.Http/src/System/Net/Http/HttpClient.cs s_defaultTimeout: 100 s, until what was asked for has come. */
const DEFAULT_LIMIT = 100;
const clientLimits: SetFact[] = (['connectTimeout', 'readTimeout'] as const).map((option) => ({
  option,
  from: 'receiver',
  field: 'Timeout',
  absent: DEFAULT_LIMIT,
  elsewhere: 'unknown',
}));
const headersOnly = 'System.Net.Http.HttpCompletionOption.ResponseHeadersRead';
const web = 'System.Net.HttpWebRequest';
const webResponse = 'System.Net.WebResponse';
const webFails: FailFact[] = [{ throws: ['System.Net.WebException'] }];
/**
 * System.Net.Requests/src/System/Net/HttpWebRequest.cs: DefaultReadWriteTimeout,
 * HttpWebRequest.Timeout; keepalive is off in SocketsHttpHandler.
 */
const limits: SetFact[] = [
  { option: 'connectTimeout', value: 100 },
  { option: 'readTimeout', value: 300 },
];
const of = (type: string, names: readonly string[]): string[] => names.map((name) => `${type}.${name}`);
/** What answers HEAD has no body: its connection is free at once (SocketsHttpHandler/HttpConnection.cs SendAsync: EmptyReadStream). */
const head = 'HEAD request';
const streaming = { type: response, role: 'client' as const, connected: true, unless: [{ arg: { arg: 0 }, names: [head] }] };

const calls: CallFact[] = [
  {
    name: 'System.Net.Http.HttpRequestMessage',
    source: 'System.Net.Http/src/System/Net/Http/HttpRequestMessage.cs',
    marks: [{ from: { arg: 0 }, values: ['System.Net.Http.HttpMethod.Head', 'HttpMethod.Head'], as: head }],
  },
  {
    name: of(client, [
      'GetStringAsync',
      'GetByteArrayAsync',
      'PostAsync',
      'PutAsync',
      'DeleteAsync',
      'PatchAsync',
      'GetFromJsonAsync',
      'PostAsJsonAsync',
      'PutAsJsonAsync',
      'DownloadAsync',
    ]),
    source: 'System.Net.Http/src/System/Net/Http/HttpClient.cs GetStringAsync: the body is read before it returns; Timeout 100 s',
    fails,
    ...asked,
  },
  {
    name: of(client, ['GetAsync', 'SendAsync', 'Send']),
    source:
      'System.Net.Http/src/System/Net/Http/HttpClient.cs SendAsync: the body is read before it returns unless ' +
      'ResponseHeadersRead; Timeout 100 s',
    fails,
    ...asked,
    sets: clientLimits,
    opens: streaming,
    variants: [
      { when: { arg: { arg: 1, name: 'completionOption' }, names: [headersOnly] }, then: {} },
      { when: { lacks: { arg: 9 } }, then: { opens: undefined } },
    ],
  },
  {
    name: of(`${response}.Content`, [
      'ReadAsStringAsync',
      'ReadAsByteArrayAsync',
      'LoadIntoBufferAsync',
      'CopyToAsync',
      'CopyTo',
      'ReadFromJsonAsync',
    ]),
    source: 'System.Net.Http/src/System/Net/Http/HttpContent.cs LoadIntoBufferAsync: reads to the end; Timeout is over with the headers',
    sets: [{ option: 'readTimeout', value: null }],
    fails: [{ throws: [error], how: 'rare' }],
    consumes: true,
    step: { do: 'recvUntilEof' },
  },
  {
    name: of(`${response}.Content`, ['ReadAsStreamAsync', 'ReadAsStream']),
    source: 'System.Net.Http/src/System/Net/Http/HttpContent.cs ReadAsStreamAsync: read by whoever uses the stream',
    takes: true,
  },
  {
    name: [...of(response, ['Dispose']), ...of(`${response}.Content`, ['Dispose'])],
    source: 'System.Net.Http/src/System/Net/Http/HttpResponseMessage.cs Dispose',
    closes: true,
    step: { do: 'close' },
  },
  {
    name: of(response, ['EnsureSuccessStatusCode']),
    source:
      'System.Net.Http/src/System/Net/Http/HttpResponseMessage.cs EnsureSuccessStatusCode: does not dispose of the content ' +
      'since .NET Core 3',
    fails: [{ throws: [error] }],
    passes: 'receiver',
  },
  {
    name: [...of(web, ['GetResponse', 'GetResponseAsync']), ...of('System.Net.WebRequest', ['GetResponse', 'GetResponseAsync'])],
    source: 'System.Net.Requests/src/System/Net/HttpWebRequest.cs GetResponse: WebException for a status of 400 and more',
    on: { arg: 9 },
    fails: webFails,
    ...asked,
    opens: { type: webResponse, role: 'client', connected: true },
    sets: limits,
  },
  {
    // The answer with a status of 400 and more; null where there was none.
    name: 'System.Net.WebException.Response',
    source:
      'System.Net.Requests/src/System/Net/HttpWebRequest.cs SendRequest: throws WebException with the response, whose body is left ' +
      'to be read',
    fails: [{ results: ['null'] }],
    opens: { type: webResponse, role: 'client', connected: true },
  },
  {
    name: of(webResponse, ['GetResponseStream']),
    source: 'System.Net.Requests/src/System/Net/HttpWebResponse.cs GetResponseStream: closing the stream closes the response',
    wraps: { type: `${webResponse}.Stream` },
  },
  {
    name: [...of(webResponse, ['Close', 'Dispose']), ...of(`${webResponse}.Stream`, ['Close', 'Dispose', 'DisposeAsync'])],
    source: 'System.Net.Requests/src/System/Net/HttpWebResponse.cs Close',
    closes: true,
    step: { do: 'close' },
  },
  { name: of(webResponse, ['GetResponseHeader', 'ToString']), source: 'System.Net.Requests/src/System/Net/HttpWebResponse.cs' },
  {
    name: of(`${webResponse}.Stream`, ['Read', 'ReadAsync', 'ReadByte', 'CopyTo', 'CopyToAsync']),
    source: 'System.Runtime Stream.cs Read',
    fails: [{ throws: ['System.IO.IOException'] }],
    step: { do: 'recv' },
  },
  {
    name: [
      'System.Net.WebRequest.Create',
      'System.Net.WebRequest.CreateHttp',
      'System.Net.HttpWebRequest.Create',
      'System.Net.HttpWebRequest.CreateHttp',
    ],
    source: 'System.Net.Requests/src/System/Net/WebRequest.cs Create',
    gives: web,
  },
  {
    name: client,
    source:
      'System.Net.Http/src/System/Net/Http/HttpClient.cs HttpClient(HttpMessageHandler, bool disposeHandler): connects when it is asked',
    gives: client,
    // Where a handler is given, that has the connections.
    opens: { type: client, role: 'client', heldFrom: 'connect' },
    variants: [
      { when: { lacks: { arg: 0 } }, then: {} },
      { when: { lacks: { arg: 9 } }, then: { opens: undefined } },
    ],
    on: { arg: 9 },
  },
  {
    name: of(client, ['Dispose']),
    source: 'System.Net.Http/src/System/Net/Http/HttpClient.cs Dispose: disposes of the handler, which closes its connections',
    closes: true,
    step: { do: 'close' },
  },
  {
    name: of(client, ['set_Timeout']),
    source: 'System.Net.Http/src/System/Net/Http/HttpClient.cs Timeout',
    sets: (['connectTimeout', 'readTimeout'] as const).map((option) => ({ option, from: { arg: 0 } })),
  },
  {
    name: of(client, ['CancelPendingRequests', 'set_BaseAddress', 'set_MaxResponseContentBufferSize']),
    source: 'System.Net.Http/src/System/Net/Http/HttpClient.cs',
  },
];

const collected =
  'System.Net.Http/src/System/Net/Http/SocketsHttpHandler/HttpContentReadStream.cs: a response that nobody reads or ' +
  'disposes of keeps its connection out of the pool until it is collected';

export const library: Library = {
  id: 'csharp-http',
  languages: ['csharp'],
  title: 'HttpClient and HttpWebRequest',
  types: [
    {
      name: client,
      source: 'SocketsHttpHandler/HttpConnectionSettings.cs: PooledConnectionIdleTimeout 1 min since .NET 6; HttpClient.cs: no finalizer',
      onDrop: 'collector',
      managed: true,
      longLived: true,
      keptIdle: 60,
      defaults: { connectTimeout: DEFAULT_LIMIT, readTimeout: DEFAULT_LIMIT },
      closedBy: 'Dispose()',
    },
    { name: response, source: collected, onDrop: 'collector', response: true, managed: true, closedBy: 'Dispose()' },
    { name: `${response}.Content`, source: collected, onDrop: 'collector', response: true, managed: true, closedBy: 'Dispose()' },
    { name: webResponse, source: collected, onDrop: 'collector', response: true, managed: true, closedBy: 'Dispose()' },
    {
      name: 'System.Net.HttpWebResponse',
      source: collected,
      extends: webResponse,
      onDrop: 'collector',
      response: true,
      managed: true,
      closedBy: 'Dispose()',
    },
    { name: `${webResponse}.Stream`, source: collected, onDrop: 'collector', response: true, managed: true, closedBy: 'Dispose()' },
  ],
  calls,
  exceptions: { [error]: ['System.Exception'] },
};
