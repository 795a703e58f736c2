/** Python's HTTP clients httpx, aiohttp and urllib3. */

import type { CallFact, FailFact, Library, OpenFact, StepFact } from '../flow/facts.js';

/** The request is sent, its answer waited for. */
const exchange: readonly StepFact[] = [{ do: 'send' }, { do: 'recv' }];
const verbs = ['get', 'post', 'put', 'delete', 'head', 'patch', 'options', 'request'];

const x = 'httpx.Client.';
const xr = 'httpx.Response.';
const httpxFails: FailFact[] = [{ throws: ['httpx.HTTPError'] }];
const httpxLimit = { name: 'timeout' };
const httpx: CallFact[] = [
  {
    name: ['httpx.Client', 'httpx.AsyncClient'],
    source: 'httpx/_client.py Client: a pool of connections; _config.py DEFAULT_TIMEOUT_CONFIG: 5 s without an answer',
    opens: { type: 'httpx.Client', role: 'client', heldFrom: 'connect' },
    sets: [{ option: 'readTimeout', from: httpxLimit }],
    blocks: { wait: 'other', limit: httpxLimit, limitedBy: ['readTimeout'] },
  },
  {
    name: verbs.map((verb) => `httpx.${verb}`),
    source: 'httpx/_api.py request: one client for the call, the body is read',
    fails: httpxFails,
    step: { do: 'connect' },
    then: exchange,
    opens: { type: 'httpx.Response', role: 'client', connected: true, consumedUnless: { name: 'stream' } },
    blocks: { wait: 'other', limit: httpxLimit, limitedBy: ['readTimeout'] },
    sets: [{ option: 'readTimeout', from: httpxLimit }],
  },
  {
    name: verbs.map((verb) => x + verb),
    source: 'httpx/_client.py Client.request: reads the body',
    fails: httpxFails,
    blocks: { wait: 'other', limit: httpxLimit, limitedBy: ['readTimeout'] },
    step: { do: 'connect' },
    then: exchange,
  },
  {
    name: `${x}send`,
    source: 'httpx/_client.py Client.send: reads the body unless stream',
    fails: httpxFails,
    step: { do: 'connect' },
    then: exchange,
    opens: { type: 'httpx.Response', role: 'client', connected: true, consumedUnless: { name: 'stream' } },
  },
  { name: [`${x}build_request`, `${x}stream`], source: 'httpx/_client.py Client.stream: closes its response' },
  {
    name: [`${x}close`, `${x}aclose`, `${x}__exit__`, `${x}__aexit__`, `${xr}close`, `${xr}aclose`],
    source: 'httpx/_models.py Response.close',
    closes: true,
    step: { do: 'close' },
  },
  { name: [`${x}__enter__`, `${x}__aenter__`], source: 'httpx/_client.py Client.__enter__', passes: 'receiver' },
  {
    name: [
      'read',
      'aread',
      'iter_bytes',
      'aiter_bytes',
      'iter_text',
      'aiter_text',
      'iter_lines',
      'aiter_lines',
      'iter_raw',
      'aiter_raw',
    ].map((name) => xr + name),
    source: 'httpx/_models.py Response.iter_raw: closes at the end',
    consumes: true,
    fails: httpxFails,
  },
  { name: `${xr}raise_for_status`, source: 'httpx/_models.py Response.raise_for_status', fails: [{ throws: ['httpx.HTTPStatusError'] }] },
];

const s = 'aiohttp.ClientSession.';
const a = 'aiohttp.ClientResponse.';
const w = 'aiohttp.ClientWebSocketResponse.';
const aiohttpLimit = { name: 'timeout' };
const received: Partial<CallFact> = {
  blocks: { wait: 'read', limit: { arg: 0, name: 'timeout' }, limitedBy: ['readTimeout'] },
  fails: [{ throws: ['aiohttp.ClientError'], how: 'rare' }],
  step: { do: 'recv' },
};
const aiohttp: CallFact[] = [
  {
    name: ['aiohttp.ClientSession', 'aiohttp.client.ClientSession'],
    source: 'aiohttp/client.py ClientSession: a pool of connections; DEFAULT_TIMEOUT: 300 s in all',
    opens: { type: 'aiohttp.ClientSession', role: 'client', heldFrom: 'connect' },
    sets: [{ option: 'readTimeout', from: aiohttpLimit }],
  },
  {
    name: verbs.map((verb) => s + verb),
    source: 'aiohttp/client.py ClientSession._request; aiohttp/connector.py BaseConnector._close: closes what it has given out, too',
    opens: {
      type: 'aiohttp.ClientResponse',
      role: 'client',
      connected: true,
      also: [{ at: 'receiver', type: 'aiohttp.ClientSession.asked' }],
    },
    fails: [{ throws: ['aiohttp.ClientError'] }],
    step: { do: 'connect' },
    then: exchange,
  },
  {
    name: `${s}ws_connect`,
    source:
      'aiohttp/client.py ClientSession._ws_connect: no heartbeat by default; client_ws.py DEFAULT_WS_CLIENT_TIMEOUT: ' +
      'receiving has no limit',
    fails: [{ throws: ['aiohttp.ClientError'] }],
    step: { do: 'connect' },
    then: exchange,
    opens: { type: 'aiohttp.ClientWebSocketResponse', role: 'client', connected: true },
    sets: [
      { option: 'readTimeout', from: { name: 'heartbeat' } },
      { option: 'readTimeout', from: { name: 'receive_timeout' } },
      { option: 'readTimeout', from: { name: 'timeout' } },
    ],
  },
  {
    name: [`${w}receive`, `${w}receive_str`, `${w}receive_json`, `${w}receive_bytes`, `${w}__anext__`],
    source: 'aiohttp/client_ws.py ClientWebSocketResponse.receive: the end is a message of type CLOSED',
    ...received,
  },
  {
    name: [`${w}send_str`, `${w}send_bytes`, `${w}send_json`, `${w}ping`, `${w}pong`],
    source: 'aiohttp/client_ws.py ClientWebSocketResponse.send_str',
    fails: [{ throws: ['aiohttp.ClientError'] }],
    step: { do: 'send', bytes: { arg: 0 } },
  },
  {
    name: [`${s}close`, `${s}__aexit__`, `${a}release`, `${a}close`, `${a}__aexit__`, `${w}close`, `${w}__aexit__`],
    source: 'aiohttp/client_reqrep.py ClientResponse.release',
    closes: true,
    step: { do: 'close' },
  },
  { name: [`${s}__aenter__`, `${a}__aenter__`, `${w}__aenter__`], source: 'aiohttp/client.py', passes: 'receiver' },
  {
    name: [`${a}read`, `${a}text`, `${a}json`],
    source: 'aiohttp/client_reqrep.py ClientResponse.read: closes when it fails',
    consumes: true,
    fails: [{ throws: ['aiohttp.ClientError'] }],
  },
  {
    name: `${a}raise_for_status`,
    source: 'aiohttp/client_reqrep.py ClientResponse.raise_for_status: releases',
    fails: [{ throws: ['aiohttp.ClientError'], closesOnFailure: true }],
  },
];

const p = 'urllib3.PoolManager.';
const r = 'urllib3.HTTPResponse.';
const urllib3Limit = { name: 'timeout' };
const urllib3Response: OpenFact = {
  type: 'urllib3.HTTPResponse',
  role: 'client',
  connected: true,
  consumedIf: { name: 'preload_content' },
};
const urllib3Fails: FailFact[] = [{ throws: ['urllib3.exceptions.HTTPError'] }];
const urllib3: CallFact[] = [
  {
    name: ['PoolManager', 'ProxyManager', 'HTTPConnectionPool', 'HTTPSConnectionPool'].flatMap((pool) => [
      `urllib3.${pool}`,
      `urllib3.${pool.endsWith('Manager') ? 'poolmanager' : 'connectionpool'}.${pool}`,
    ]),
    source: 'urllib3/poolmanager.py PoolManager, connectionpool.py HTTPConnectionPool: timeout is _DEFAULT_TIMEOUT, which is none',
    opens: { type: 'urllib3.PoolManager', role: 'client', heldFrom: 'connect' },
    sets: [{ option: 'readTimeout', from: urllib3Limit }],
  },
  {
    name: [`${p}request`, `${p}urlopen`],
    source: "urllib3/connectionpool.py urlopen: the body is read unless preload_content=False; the limits are the pool's",
    fails: urllib3Fails,
    step: { do: 'connect' },
    then: exchange,
    opens: urllib3Response,
    blocks: { wait: 'other', limit: urllib3Limit, limitedBy: ['readTimeout'] },
  },
  {
    name: 'urllib3.request',
    source: 'urllib3/__init__.py request: timeout is 3 s',
    fails: urllib3Fails,
    step: { do: 'connect' },
    then: exchange,
    opens: urllib3Response,
  },
  {
    name: [`${p}clear`, `${p}close`, `${p}__exit__`],
    source: 'urllib3/poolmanager.py PoolManager.clear',
    closes: true,
    step: { do: 'close' },
  },
  { name: `${p}__enter__`, source: 'urllib3/poolmanager.py PoolManager.__enter__', passes: 'receiver' },
  { name: [`${p}connection_from_url`, `${p}connection_from_host`], source: 'urllib3/poolmanager.py PoolManager.connection_from_host' },
  {
    name: [`${r}release_conn`, `${r}close`, `${r}drain_conn`, `${r}__exit__`],
    source: 'urllib3/response.py HTTPResponse.release_conn',
    closes: true,
    step: { do: 'close' },
  },
  { name: `${r}__enter__`, source: 'io.IOBase', passes: 'receiver' },
  {
    name: [`${r}read`, `${r}stream`, `${r}json`, `${r}read_chunked`],
    source: 'urllib3/response.py HTTPResponse.read: gives the connection back at the end',
    consumes: true,
    fails: urllib3Fails,
  },
];

export const library: Library = {
  id: 'python-http-clients',
  languages: ['python'],
  title: 'httpx, aiohttp, urllib3',
  types: [
    {
      name: 'httpx.Client',
      source: 'httpx/_client.py; httpx/_config.py Limits.keepalive_expiry',
      onDrop: 'at-once',
      managed: true,
      keptIdle: 5,
      defaults: { readTimeout: 5 },
    },
    {
      name: 'httpx.Response',
      source: 'httpx/_models.py: its pool keeps the connection',
      onDrop: 'never',
      response: true,
      managed: true,
      keptIdle: 5,
      defaults: { readTimeout: 5 },
    },
    {
      name: 'aiohttp.ClientSession',
      source: 'aiohttp/client.py ClientSession.__del__ only warns; aiohttp/connector.py TCPConnector.keepalive_timeout',
      onDrop: 'collector',
      managed: true,
      keptIdle: 15,
      fields: { closed: 'false' },
      defaults: { readTimeout: 300 },
    },
    {
      name: 'aiohttp.ClientResponse',
      source: 'aiohttp/client_reqrep.py ClientResponse.__del__ releases',
      onDrop: 'at-once',
      response: true,
      managed: true,
    },
    {
      name: 'aiohttp.ClientSession.asked',
      source: 'aiohttp/client.py ClientSession: of a response, what it was asked of',
      extends: 'aiohttp.ClientSession',
      onDrop: 'collector',
      managed: true,
      lever: true,
    },
    {
      name: 'aiohttp.ClientWebSocketResponse',
      source: 'aiohttp/client_ws.py: no __del__',
      onDrop: 'collector',
      fields: { closed: 'false' },
    },
    {
      name: 'urllib3.PoolManager',
      source: 'urllib3/connectionpool.py: a finalizer closes what the pool keeps',
      onDrop: 'at-once',
      managed: true,
      closesItself: true,
    },
    {
      name: 'urllib3.HTTPResponse',
      source: 'urllib3/response.py HTTPResponse.data: reads the body',
      onDrop: 'at-once',
      response: true,
      readBy: ['data'],
    },
  ],
  calls: [...httpx, ...aiohttp, ...urllib3],
  exceptions: {
    'httpx.HTTPError': ['Exception'],
    'httpx.HTTPStatusError': ['httpx.HTTPError'],
    'httpx.RequestError': ['httpx.HTTPError'],
    'aiohttp.ClientError': ['Exception'],
    'urllib3.exceptions.HTTPError': ['Exception'],
  },
};
