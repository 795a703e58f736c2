/** Python's trio and anyio: streams and sockets whose calls are awaited. */

import type { BlockFact, CallFact, FailFact, Library } from '../flow/facts.js';

const refused: FailFact[] = [{ throws: ['OSError'] }];
const reads: BlockFact = { wait: 'read', limitedBy: ['readTimeout'] };
const writes: BlockFact = { wait: 'write', limitedBy: ['writeTimeout', 'TCP_USER_TIMEOUT'] };
const s = 'trio.SocketStream.';
const k = 'trio.socket.SocketType.';
const a = 'anyio.abc.SocketStream.';

const streams: CallFact[] = [
  {
    name: ['trio.open_tcp_stream', 'trio.open_ssl_over_tcp_stream'],
    source: 'trio/_highlevel_open_tcp_stream.py open_tcp_stream: closes every socket but the winner',
    fails: [{ throws: ['OSError'], closesOnFailure: true }],
    opens: { type: 'trio.SocketStream', role: 'client', connected: true, ifAwaited: true },
    blocks: { wait: 'connect', limitedBy: ['connectTimeout'] },
    step: { do: 'connect' },
  },
  {
    name: 'trio.SocketStream',
    source: 'trio/_highlevel_socket.py SocketStream: owns the socket',
    on: { arg: 0 },
    wraps: { type: 'trio.SocketStream' },
  },
  {
    name: 'trio.SSLStream',
    source: 'trio/_ssl.py SSLStream: aclose closes the transport stream, which somebody else may still close, too',
    on: { arg: 0 },
    wraps: { type: 'trio.SocketStream' },
  },
  {
    name: 'trio.serve_tcp',
    source: 'trio/_highlevel_serve_listeners.py _run_handler: closes the stream when the handler is done',
    calls: { callee: { arg: 0 }, gives: [{ param: 0, type: 'trio.SocketStream', role: 'accepted', owns: false }], spawns: true },
  },
  {
    name: `${s}receive_some`,
    source: 'trio/_highlevel_socket.py SocketStream.receive_some',
    ok: ['full'],
    eof: { results: ['empty'] },
    fails: [{ throws: ['trio.BrokenResourceError'] }],
    blocks: reads,
    step: { do: 'recv', bytes: { arg: 0 } },
  },
  {
    name: `${s}__anext__`,
    source: 'trio/_abc.py ReceiveStream.__anext__',
    ok: ['full'],
    eof: { results: ['null'] },
    fails: [{ throws: ['trio.BrokenResourceError'] }],
    blocks: reads,
    step: { do: 'recv' },
  },
  {
    name: `${s}send_all`,
    source: 'trio/_highlevel_socket.py SocketStream.send_all',
    fails: [{ throws: ['trio.BrokenResourceError'] }],
    blocks: writes,
    step: { do: 'send', bytes: { arg: 0 } },
  },
  {
    name: `${s}send_eof`,
    source: 'trio/_highlevel_socket.py SocketStream.send_eof',
    halfCloses: true,
    step: { do: 'shutdown', how: 'WR' },
  },
  {
    name: `${s}do_handshake`,
    source: 'trio/_ssl.py SSLStream.do_handshake',
    fails: [{ throws: ['trio.BrokenResourceError'] }],
    blocks: { wait: 'handshake', limitedBy: ['readTimeout'] },
  },
  { name: [`${s}aclose`, `${s}__aexit__`], source: 'trio/_highlevel_socket.py SocketStream.aclose', closes: true, step: { do: 'close' } },
  {
    name: 'trio.aclose_forcefully',
    source: 'trio/_highlevel_generic.py aclose_forcefully',
    on: { arg: 0 },
    closes: true,
    step: { do: 'close' },
  },
  { name: `${s}__aenter__`, source: 'trio/_abc.py AsyncResource.__aenter__', passes: 'receiver' },
  { name: [`${s}setsockopt`, `${s}getsockopt`], source: 'trio/_highlevel_socket.py SocketStream.setsockopt' },
];

const sockets: CallFact[] = [
  {
    name: 'trio.socket.socket',
    source: 'trio/_socket.py socket',
    fails: [{ throws: ['OSError'], how: 'rare' }],
    opens: {
      type: 'trio.socket.SocketType',
      role: 'any',
      unless: [
        {
          arg: { arg: 1, name: 'type' },
          names: ['trio.socket.SOCK_DGRAM', 'socket.SOCK_DGRAM', 'trio.socket.SOCK_RAW', 'socket.SOCK_RAW'],
        },
      ],
    },
  },
  {
    name: `${k}connect`,
    source: 'trio/_socket.py _SocketType.connect: leaves the socket open when the host refuses',
    fails: refused,
    blocks: { wait: 'connect', limitedBy: ['connectTimeout'] },
    step: { do: 'connect' },
  },
  { name: `${k}bind`, source: 'trio/_socket.py _SocketType.bind: resolves and binds', fails: refused },
  {
    name: `${k}listen`,
    source: 'trio/_socket.py _SocketType.listen',
    fails: refused,
    sets: [{ option: 'BACKLOG', from: { arg: 0 }, absent: 128 }],
    step: { do: 'listen' },
  },
  {
    name: `${k}recv`,
    source: 'trio/_socket.py _SocketType.recv',
    ok: ['full'],
    eof: { results: ['empty'] },
    fails: refused,
    blocks: reads,
    step: { do: 'recv', bytes: { arg: 0 } },
  },
  {
    name: `${k}recv_into`,
    source: 'trio/_socket.py _SocketType.recv_into',
    ok: ['pos'],
    eof: { results: ['zero'] },
    fails: refused,
    blocks: reads,
    step: { do: 'recv' },
  },
  {
    name: `${k}send`,
    source: 'trio/_socket.py _SocketType.send',
    ok: ['pos'],
    fails: refused,
    blocks: writes,
    step: { do: 'send', bytes: { arg: 0 } },
  },
  {
    name: `${k}shutdown`,
    source: 'trio/_socket.py _SocketType.shutdown',
    fails: refused,
    halfCloses: true,
    step: { do: 'shutdown', how: 'RDWR' },
  },
  { name: [`${k}close`, `${k}__exit__`], source: 'trio/_socket.py _SocketType.close', closes: true, step: { do: 'close' } },
  { name: `${k}__enter__`, source: 'trio/_socket.py _SocketType.__enter__', passes: 'receiver' },
  { name: `${k}detach`, source: 'trio/_socket.py _SocketType.detach', takes: true },
  { name: [`${k}setsockopt`, `${k}getsockopt`, `${k}getsockname`, `${k}getpeername`, `${k}fileno`], source: 'trio/_socket.py: getters' },
  {
    name: 'trio.sleep',
    source: 'trio/_timeouts.py sleep',
    blocks: { wait: 'sleep', limit: { arg: 0 } },
    step: { do: 'sleep', for: { arg: 0 } },
  },
];

const anyio: CallFact[] = [
  {
    name: 'anyio.connect_tcp',
    source: 'anyio/_core/_sockets.py connect_tcp: closes what lost or failed',
    fails: [{ throws: ['OSError'], closesOnFailure: true }],
    opens: { type: 'anyio.abc.SocketStream', role: 'client', connected: true, ifAwaited: true },
    blocks: { wait: 'connect', limitedBy: ['connectTimeout'] },
    step: { do: 'connect' },
  },
  {
    name: `${a}receive`,
    source: 'anyio/abc/_streams.py ByteReceiveStream.receive',
    ok: ['full'],
    eof: { throws: ['anyio.EndOfStream'] },
    fails: [{ throws: ['anyio.BrokenResourceError'] }],
    blocks: reads,
    step: { do: 'recv' },
  },
  {
    name: `${a}send`,
    source: 'anyio/abc/_streams.py ByteSendStream.send',
    fails: [{ throws: ['anyio.BrokenResourceError'] }],
    blocks: writes,
    step: { do: 'send', bytes: { arg: 0 } },
  },
  { name: `${a}send_eof`, source: 'anyio/abc/_streams.py ByteStream.send_eof', halfCloses: true, step: { do: 'shutdown', how: 'WR' } },
  { name: [`${a}aclose`, `${a}__aexit__`], source: 'anyio/abc/_resources.py AsyncResource.aclose', closes: true, step: { do: 'close' } },
  {
    name: 'anyio.aclose_forcefully',
    source: 'anyio/_core/_resources.py aclose_forcefully',
    on: { arg: 0 },
    closes: true,
    step: { do: 'close' },
  },
  { name: `${a}__aenter__`, source: 'anyio/abc/_resources.py AsyncResource.__aenter__', passes: 'receiver' },
  {
    name: 'anyio.sleep',
    source: 'anyio/_core/_eventloop.py sleep',
    blocks: { wait: 'sleep', limit: { arg: 0 } },
    step: { do: 'sleep', for: { arg: 0 } },
  },
];

export const library: Library = {
  id: 'python-trio',
  languages: ['python'],
  title: 'trio, anyio',
  types: [
    { name: 'trio.SocketStream', source: 'trio/_highlevel_socket.py SocketStream holds a plain socket', onDrop: 'at-once' },
    { name: 'trio.socket.SocketType', source: 'trio/_socket.py _SocketType holds a plain socket', onDrop: 'at-once' },
    {
      name: 'anyio.abc.SocketStream',
      source: 'anyio/_backends/_asyncio.py SocketStream: the event loop holds the transport',
      onDrop: 'never',
    },
  ],
  calls: [...streams, ...sockets, ...anyio],
  exceptions: {
    'trio.BrokenResourceError': ['Exception'],
    'trio.ClosedResourceError': ['Exception'],
    'trio.Cancelled': ['BaseException'],
    'anyio.EndOfStream': ['Exception'],
    'anyio.BrokenResourceError': ['Exception'],
  },
};
