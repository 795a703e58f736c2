/** Go's package net/http: responses whose body must be closed, hijacked connections, clients and servers without limits. */

import type { CallFact, FailFact, Library, Mark, SetFact } from '../flow/facts.js';

const failsWithNil: FailFact[] = [{ results: ['null', 'nonnull'] }];
/** The response of a HEAD request has no body (net/http/transfer.go bodyAllowedForStatus, noResponseBodyExpected). */
const head = ['HEAD request'];
const response = {
  opens: { type: 'http.Response', role: 'client' as const, connected: true, unless: [{ arg: { arg: 0 }, names: head }] },
  ok: ['nonnull', 'null'],
  fails: failsWithNil,
  step: { do: 'connect' as const },
  then: [{ do: 'send' as const }, { do: 'recv' as const }],
};
const reads = { blocks: { wait: 'read' as const, limitedBy: ['readTimeout' as const] } };

/** Somebody else's transport: what it limits is not known. */
const unknownLimits: SetFact[] = [
  { option: 'readTimeout', value: 'unknown' },
  { option: 'connectTimeout', value: 'unknown' },
];
/**
 * net/http/transport.go DefaultTransport: IdleConnTimeout is 90 s; its dialer gives up after
 * 30 s and sends the first probe after 30 s (net/tcpsock.go: the probes as far apart).
 */
const defaults = { SO_KEEPALIVE: 1, TCP_KEEPIDLE: 30, TCP_KEEPINTVL: 30, connectTimeout: 30 };

/** What a request with a context of its own is called where its value is followed. */
const withContext = '@request with context';
const methods = ['HEAD', 'http.MethodHead'];
const headOnly = (arg: number): Mark => ({ from: { arg }, values: methods, as: 'HEAD request' });
/** A request whose context never ends limits nothing. */
const unlimited: Mark = { from: { arg: 0 }, values: ['no limit'], as: 'no limit' };

/** A request's context limits it, too (net/http/request.go Request.Context). */
/** The context covers reading the body, too. */
const contextLimit: SetFact[] = [
  { option: 'readTimeout', from: { arg: 0 } },
  { option: 'readTimeout', from: { arg: 0 }, field: 'Cancel' },
];
const readsLimited = { blocks: { ...reads.blocks, limit: { arg: 0 } } };

/** A transport of one's own may have limits of its own (net/http/transport.go ResponseHeaderTimeout); Timeout counts where it is set. */
const clientLimits: SetFact[] = [
  { option: 'readTimeout', from: 'receiver', field: 'Transport', elsewhere: 'unknown' },
  { option: 'connectTimeout', from: 'receiver', field: 'Transport', elsewhere: 'unknown' },
  { option: 'readTimeout', from: 'receiver', field: 'Timeout', elsewhere: 'unknown', signs: { zero: null } },
  { option: 'connectTimeout', from: 'receiver', field: 'Timeout', atMost: defaults.connectTimeout, signs: { zero: 'leave' } },
];

const requests: CallFact[] = [
  {
    name: 'http.DefaultClient.Do',
    source: 'net/http/client.go DefaultClient: no Timeout',
    ...response,
    sets: contextLimit,
    ...readsLimited,
  },
  {
    name: 'http.Client.Do',
    source: 'net/http/client.go Client.Do, Client.Timeout',
    ...response,
    sets: [...contextLimit, ...clientLimits],
    ...readsLimited,
  },
  {
    name: ['http.Get', 'http.Post', 'http.PostForm', 'http.DefaultClient.Get', 'http.DefaultClient.Post', 'http.DefaultClient.PostForm'],
    source: 'net/http/client.go: on error the response can be ignored, on success its body is never nil; DefaultClient has no Timeout',
    ...response,
    ...reads,
  },
  {
    name: ['http.Client.Get', 'http.Client.Post', 'http.Client.PostForm'],
    source: 'net/http/client.go Client.Get, Client.Timeout',
    ...response,
    sets: clientLimits,
    ...reads,
  },
  {
    name: ['Do', 'Get', 'Head', 'Post', 'PostForm'].map((name) => `golang.org/x/net/context/ctxhttp.${name}`),
    source: 'x/net context/ctxhttp/ctxhttp.go: client.Do with the request in the context; a nil client is http.DefaultClient',
    ...response,
    opens: { ...response.opens, unless: [{ arg: { arg: 2 }, names: head }] },
    sets: [
      { option: 'readTimeout', from: { arg: 0 } },
      { option: 'readTimeout', from: { arg: 1 }, field: 'Timeout', elsewhere: 'unknown', signs: { zero: null } },
      { option: 'readTimeout', from: { arg: 1 }, field: 'Transport', elsewhere: 'unknown' },
    ],
    blocks: { ...reads.blocks, limit: { arg: 0 } },
  },
  {
    name: ['http.Transport.RoundTrip', 'http.RoundTripper.RoundTrip', 'http.DefaultTransport.RoundTrip'],
    source: 'net/http/client.go RoundTripper: the caller must close the body',
    ...response,
    sets: unknownLimits,
  },
];

const body: CallFact[] = [
  { name: 'http.Response.Body.Close', source: 'net/http/response.go Response.Body', closes: true, step: { do: 'close' } },
  {
    name: 'http.Response.Body.Read',
    source: 'net/http/transfer.go body.Read',
    ...reads,
    ok: ['pos', 'null'],
    eof: { results: ['nonneg', '@io.EOF'] },
    fails: [{ results: ['nonneg', 'nonnull'] }],
    step: { do: 'recv', bytes: { arg: 0 } },
  },
  { name: ['http.Response.Cookies', 'http.Response.Location', 'http.Response.ProtoAtLeast'], source: 'net/http/response.go Response' },
  {
    name: ['http.Response.Write', 'httputil.DumpResponse'],
    source: 'net/http/response.go Response.Write: the body is closed after it is sent; httputil/dump.go DumpResponse',
    consumes: true,
  },
];

const serving: CallFact[] = [
  {
    name: ['http.Hijacker.Hijack', 'http.ResponseController.Hijack'],
    source: 'net/http/server.go Hijacker: the caller must close the connection',
    opens: { type: 'net.Conn', role: 'accepted', connected: true },
    ok: ['nonnull', 'nonnull', 'null'],
    fails: [{ results: ['null', 'null', 'nonnull'] }],
  },
  {
    name: 'http.NewResponseController',
    source: 'net/http/responsecontroller.go NewResponseController',
    wraps: { type: 'http.ResponseController' },
    ok: ['nonnull'],
  },
  {
    name: 'http.ReadResponse',
    source: 'net/http/response.go ReadResponse: reads from the reader, owns nothing',
    ...reads,
    ok: ['nonnull', 'null'],
    fails: failsWithNil,
  },
  {
    name: 'http.ReadRequest',
    source: 'net/http/request.go ReadRequest',
    ...reads,
    ok: ['nonnull', 'null'],
    eof: { results: ['null', '@io.EOF'] },
    fails: failsWithNil,
    step: { do: 'recv' },
  },
  {
    name: ['http.Request.Write', 'http.Request.WriteProxy'],
    source: 'net/http/request.go Request.Write',
    on: { arg: 0 },
    blocks: { wait: 'write', limitedBy: ['writeTimeout'] },
    ok: ['null'],
    fails: [{ results: ['nonnull'] }],
    step: { do: 'send' },
  },
  { name: 'http.NewRequest', source: 'net/http/request.go NewRequest', ok: ['nonnull', 'null'], fails: failsWithNil, marks: [headOnly(0)] },
  {
    name: 'http.NewRequestWithContext',
    source: 'net/http/request.go NewRequestWithContext',
    ok: [withContext, 'null'],
    fails: failsWithNil,
    marks: [headOnly(1), unlimited],
  },
  {
    name: ['http.Request.WithContext', 'http.Request.Clone', '*.WithContext'],
    source: 'net/http/request.go Request.WithContext, Request.Clone',
    passes: 'receiver',
    ok: [withContext],
    marks: [{ from: 'receiver', values: ['HEAD request'], as: 'HEAD request' }, unlimited],
  },
];

/** What a server waits for in each of its connections; the listener that it makes it closes itself. */
const listening: Pick<CallFact, 'opens' | 'blocks' | 'ok' | 'step'> = {
  opens: { type: 'http.Server', role: 'listener', consumedUnless: { name: 'never' } },
  blocks: { wait: 'other', limitedBy: ['readTimeout'] },
  ok: ['nonnull'],
  step: { do: 'listen' },
};
/** ReadHeaderTimeout, else ReadTimeout, limits how long a client may take for its request (net/http/server.go Server.readHeaderTimeout). */
const serverLimits: SetFact[] = ['ReadTimeout', 'ReadHeaderTimeout'].map((field) => ({
  option: 'readTimeout',
  from: 'receiver',
  field,
  elsewhere: 'unknown',
  signs: { zero: 'leave', negative: 'leave' },
}));

const servers: CallFact[] = [
  {
    name: ['http.ListenAndServe', 'http.ListenAndServeTLS'],
    source: 'net/http/server.go ListenAndServe: a Server without any limit',
    ...listening,
  },
  {
    name: ['http.Server.ListenAndServe', 'http.Server.ListenAndServeTLS'],
    source: 'net/http/server.go Server.ListenAndServe',
    ...listening,
    sets: serverLimits,
  },
  {
    name: ['http.Serve', 'http.ServeTLS'],
    source: 'net/http/server.go Serve: closes the listener; a Server without any limit',
    on: { arg: 0 },
    takes: true,
    ...listening,
  },
  {
    name: ['http.Server.Serve', 'http.Server.ServeTLS'],
    source: 'net/http/server.go Server.Serve: closes the listener',
    on: { arg: 0 },
    takes: true,
    ...listening,
    sets: serverLimits,
  },
];

export const library: Library = {
  id: 'go-http',
  languages: ['go'],
  title: 'net/http',
  types: [
    {
      name: 'http.Server',
      source: 'net/http/server.go Server: closes its listener and its connections; listens as net.Listen does',
      onDrop: 'never',
      managed: true,
      defaults: { SO_REUSEADDR: 1 },
    },
    {
      name: 'http.Response',
      source: "net/http/response.go Response: the transport's goroutines hold the connection until the body is closed or read",
      onDrop: 'never',
      // net/http/transport.go readLoop: when the request's context is done, the connection is closed (Client.Timeout, a deadline).
      limitEnds: true,
      response: true,
      managed: true,
      fields: { Body: 'full' },
      defaults,
      keptIdle: 90,
    },
    {
      name: 'http.Response.Body',
      source: 'net/http/response.go Response.Body',
      onDrop: 'never',
      limitEnds: true,
      response: true,
      managed: true,
    },
  ],
  declared: [
    {
      type: 'http.Response',
      fact: {
        name: 'http.Response',
        source: 'net/http/client.go RoundTripper: the caller must close the body',
        ...response,
        sets: unknownLimits,
      },
    },
  ],
  unset: [{ names: ['http.DefaultClient'], source: 'net/http/client.go DefaultClient = &Client{}' }],
  calls: [...requests, ...body, ...serving, ...servers],
};
