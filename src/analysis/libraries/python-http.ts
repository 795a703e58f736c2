/** Python's HTTP clients http.client, urllib and requests. */

import type { BlockFact, CallFact, FailFact, Library, OpenFact, SetFact, Slot } from '../flow/facts.js';

const refused: FailFact[] = [{ throws: ['OSError'] }];
/** A response that breaks off in the middle. */
const brokenOff: FailFact[] = [{ throws: ['OSError'], how: 'rare' }];
const limitedCall = (arg: number | null): BlockFact => ({
  wait: 'other',
  limitedBy: ['readTimeout'],
  limit: arg === null ? { name: 'timeout' } : { arg, name: 'timeout' },
});
/** Lib/socket.py create_connection: settimeout, for reading and for writing. */
const bothLimits = (from: Slot): SetFact[] => (['readTimeout', 'writeTimeout'] as const).map((option) => ({ option, from }));
const h = 'http.client.HTTPConnection.';
const u = 'urllib.response.';
const q = 'requests.Response.';
const verbs = ['get', 'post', 'put', 'delete', 'head', 'patch', 'options', 'request'];

const connection: OpenFact = { type: 'http.client.HTTPConnection', role: 'client', heldFrom: 'connect' };
const httpClient: CallFact[] = [
  {
    name: 'http.client.HTTPConnection',
    source: 'http/client.py HTTPConnection.__init__: connects later',
    opens: connection,
    sets: [...bothLimits({ arg: 2, name: 'timeout' }), { option: 'connectTimeout', from: { arg: 2, name: 'timeout' } }],
  },
  {
    name: 'http.client.HTTPSConnection',
    source: 'http/client.py HTTPSConnection.__init__: the position of timeout changed in 3.12',
    opens: connection,
    sets: [...bothLimits({ name: 'timeout' }), { option: 'connectTimeout', from: { name: 'timeout' } }],
  },
  {
    name: `${h}connect`,
    source: 'http/client.py HTTPConnection.connect',
    fails: refused,
    blocks: { wait: 'connect', limitedBy: ['connectTimeout'] },
    step: { do: 'connect' },
  },
  {
    name: [`${h}request`, `${h}endheaders`],
    source: 'http/client.py HTTPConnection.send connects',
    fails: refused,
    blocks: { wait: 'connect', limitedBy: ['connectTimeout'] },
    step: { do: 'connect' },
    then: [{ do: 'send' }],
  },
  {
    name: [`${h}putrequest`, `${h}putheader`, `${h}set_debuglevel`, `${h}set_tunnel`],
    source: 'http/client.py HTTPConnection: only buffers',
  },
  { name: `${h}send`, source: 'http/client.py HTTPConnection.send', fails: refused, step: { do: 'send', bytes: { arg: 0 } } },
  {
    name: `${h}getresponse`,
    source: 'http/client.py HTTPConnection.getresponse',
    fails: [{ throws: ['http.client.HTTPException', 'OSError'] }],
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    wraps: { type: 'http.client.HTTPResponse' },
    step: { do: 'recv' },
  },
  { name: `${h}close`, source: 'http/client.py HTTPConnection.close', closes: true, step: { do: 'close' } },
  {
    name: ['http.client.HTTPResponse.read', 'http.client.HTTPResponse.readline', 'http.client.HTTPResponse.readlines'],
    source: 'http/client.py HTTPResponse.read',
    fails: refused,
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    step: { do: 'recv' },
  },
  {
    name: [
      'http.client.HTTPResponse.close',
      'http.client.HTTPResponse.getheader',
      'http.client.HTTPResponse.getheaders',
      'http.client.HTTPResponse.__exit__',
      'http.client.HTTPResponse.isclosed',
    ],
    source: 'http/client.py HTTPResponse: the connection stays',
  },
  { name: 'http.client.HTTPResponse.__enter__', source: 'io.IOBase', passes: 'receiver' },
];

const urllib: CallFact[] = [
  {
    name: 'urllib.request.urlopen',
    source: 'urllib/request.py urlopen: closes when it fails',
    fails: [{ throws: ['urllib.error.URLError'] }],
    opens: { type: 'urllib.response', role: 'client', connected: true },
    blocks: limitedCall(2),
    sets: bothLimits({ arg: 2, name: 'timeout' }),
    step: { do: 'connect' },
    then: [{ do: 'send' }, { do: 'recv' }],
  },
  {
    name: [`${u}read`, `${u}readlines`],
    source: 'http/client.py HTTPResponse.read: closes at the end, the request asked for Connection: close',
    fails: refused,
    consumes: true,
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    step: { do: 'recvUntilEof' },
  },
  {
    name: [`${u}readline`, `${u}read1`],
    source: 'http/client.py HTTPResponse.readline',
    fails: brokenOff,
    ok: ['full'],
    eof: { results: ['empty'] },
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    step: { do: 'recv' },
  },
  {
    name: `${u}__next__`,
    source: 'io.IOBase.__next__',
    fails: brokenOff,
    ok: ['full'],
    eof: { results: ['null'] },
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    step: { do: 'recv' },
  },
  { name: [`${u}close`, `${u}__exit__`], source: 'urllib/response.py addbase', closes: true, step: { do: 'close' } },
  { name: `${u}__enter__`, source: 'urllib/response.py addbase.__enter__', passes: 'receiver' },
  {
    name: ['geturl', 'info', 'getcode', 'getheader', 'getheaders'].map((name) => u + name),
    source: 'urllib/response.py addinfourl: getters',
  },
];

// Measured with requests 2.34: without `timeout` it waits for ever, socket.setdefaulttimeout or not (urllib3 and http.client keep to that).
const requestsCall: Partial<CallFact> = {
  then: [{ do: 'send' }, { do: 'recv' }],
  opens: { type: 'requests.Response', role: 'client', connected: true, consumedUnless: { name: 'stream' } },
  fails: [{ throws: ['requests.RequestException'] }],
  blocks: { ...limitedCall(null), ownDefault: true },
  step: { do: 'connect' },
};
const requests: CallFact[] = [
  {
    name: ['requests', 'requests.api'].flatMap((module) => verbs.map((verb) => `${module}.${verb}`)),
    source: 'requests/sessions.py Session.send: reads the body unless stream',
    ...requestsCall,
  },
  {
    name: ['requests.Session', 'requests.session', 'requests.sessions.Session'],
    source: 'requests/sessions.py Session: a pool of connections',
    opens: { type: 'requests.Session', role: 'client', heldFrom: 'connect' },
  },
  { name: verbs.map((verb) => `requests.Session.${verb}`), source: 'requests/sessions.py Session.request', ...requestsCall },
  { name: 'requests.Session.send', source: 'requests/sessions.py Session.send: reads the body unless stream', ...requestsCall },
  { name: ['requests.Session.mount', 'requests.Session.prepare_request'], source: 'requests/sessions.py Session: no waiting' },
  {
    name: ['requests.Session.close', 'requests.Session.__exit__', `${q}close`, `${q}__exit__`],
    source: 'requests/models.py Response.close',
    closes: true,
    step: { do: 'close' },
  },
  { name: ['requests.Session.__enter__', `${q}__enter__`], source: 'requests/models.py Response.__enter__', passes: 'receiver' },
  {
    name: [`${q}json`, `${q}iter_content`, `${q}iter_lines`],
    source: 'requests/models.py Response: reading to the end releases',
    consumes: true,
    fails: [{ throws: ['requests.RequestException'] }],
  },
  { name: `${q}raise_for_status`, source: 'requests/models.py Response.raise_for_status', fails: [{ throws: ['requests.HTTPError'] }] },
];

export const library: Library = {
  id: 'python-http',
  languages: ['python'],
  title: 'http.client, urllib, requests',
  types: [
    {
      name: 'http.client.HTTPConnection.sock',
      source: 'http/client.py HTTPConnection.connect: its socket, under a name that people use',
      extends: 'socket.socket',
      onDrop: 'at-once',
    },
    { name: 'http.client.HTTPConnection', source: 'http/client.py', onDrop: 'at-once', managed: true },
    { name: 'http.client.HTTPResponse', source: 'http/client.py', onDrop: 'at-once', managed: true },
    { name: 'urllib.response', source: 'urllib/response.py', onDrop: 'at-once', response: true, managed: true },
    {
      name: 'requests.Response',
      source: 'requests/models.py Response.content, Response.text: read the body; whoever takes raw reads it',
      onDrop: 'at-once',
      response: true,
      managed: true,
      readBy: ['content', 'text', 'raw'],
    },
    // urllib3/util/connection.py is_connection_dropped: asked before a kept connection is used again, and by nothing else.
    { name: 'requests.Session', source: 'requests/sessions.py', onDrop: 'at-once', managed: true, keptIdle: null },
  ],
  calls: [...httpClient, ...urllib, ...requests],
  exceptions: {
    'http.client.HTTPException': ['Exception'],
    'urllib.error.URLError': ['OSError'],
    'urllib.error.HTTPError': ['urllib.error.URLError'],
    'requests.RequestException': ['OSError'],
    'requests.HTTPError': ['requests.RequestException'],
    'requests.exceptions.RequestException': ['OSError'],
    'requests.ConnectionError': ['requests.RequestException'],
    'requests.Timeout': ['requests.RequestException'],
  },
};
