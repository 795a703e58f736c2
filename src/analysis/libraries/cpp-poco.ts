/** POCO's sockets, 1.12: Net/src and Net/include/Poco/Net. Names are spelled whole, or behind `using namespace Poco::Net`. */

import type { CallFact, Library, TypeFact } from '../flow/facts.js';

const stream = 'Poco.Net.StreamSocket';
const secure = 'Poco.Net.SecureStreamSocket';
const server = 'Poco.Net.ServerSocket';
const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
const spellings = (name: string): string[] => [name, `Net.${last(name)}`, last(name)];
const on = (types: readonly string[], ...methods: string[]): string[] =>
  types.flatMap((type) => methods.map((method) => `${type}.${method}`));

const fails = [{ throws: ['Poco.Exception'] }];
const rarely = [{ throws: ['Poco.Exception'], how: 'rare' as const }];
const streams = [stream, secure];

const opening = (type: string): CallFact => ({
  name: spellings(type),
  source: `Net/src/${last(type)}.cpp ${last(type)}(SocketAddress): connects; the kernel alone limits it`,
  on: { result: 0 },
  opens: { type, role: 'client', connected: true },
  blocks: { wait: 'connect', limitedBy: ['connectTimeout'], early: true },
  fails,
  step: { do: 'connect' },
  variants: [
    {
      when: { lacks: { arg: 0 } },
      then: { opens: { type, role: 'any', heldFrom: 'connect' }, blocks: undefined, fails: [], step: undefined },
    },
  ],
});

const calls: CallFact[] = [
  opening(stream),
  opening(secure),
  {
    name: spellings(server),
    source: 'Net/src/ServerSocket.cpp ServerSocket(port, backlog): bind, listen with 64',
    on: { result: 0 },
    opens: { type: server, role: 'listener', quiet: true },
    sets: [{ option: 'BACKLOG', from: { arg: 1 }, absent: 64 }],
    fails,
    step: { do: 'listen' },
    variants: [{ when: { lacks: { arg: 0 } }, then: { fails: [], sets: [], step: undefined } }],
  },
  {
    name: on([server], 'acceptConnection'),
    source: 'Net/src/ServerSocket.cpp acceptConnection',
    opens: { type: stream, role: 'accepted', connected: true, inheritsFrom: 'receiver' },
    on: 'receiver',
    blocks: { wait: 'accept', limitedBy: ['readTimeout'] },
    fails,
    step: { do: 'accept' },
  },
  {
    name: on(streams, 'connect'),
    source: 'Net/src/SocketImpl.cpp connect(address, timeout): without a timeout the kernel alone limits it',
    blocks: { wait: 'connect', limitedBy: ['connectTimeout'], limit: { arg: 1 } },
    fails,
    step: { do: 'connect' },
  },
  {
    name: on(streams, 'receiveBytes', 'receiveRawBytes'),
    source: 'Net/src/SocketImpl.cpp receiveBytes: 0 at the end of the stream, TimeoutException after the receive timeout',
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    ok: ['pos'],
    eof: { results: ['zero'] },
    fails,
    step: { do: 'recv', bytes: { arg: 1 } },
  },
  {
    name: on(streams, 'sendBytes', 'sendRawBytes'),
    source: 'Net/src/SocketImpl.cpp sendBytes',
    blocks: { wait: 'write', limitedBy: ['writeTimeout'] },
    ok: ['nonneg'],
    fails,
    step: { do: 'send', bytes: { arg: 1 } },
  },
  {
    name: on(streams, 'setReceiveTimeout'),
    source: 'Net/src/SocketImpl.cpp setReceiveTimeout: SO_RCVTIMEO',
    sets: [{ option: 'readTimeout', value: 'unknown' }],
    fails: rarely,
  },
  {
    name: on(streams, 'setSendTimeout'),
    source: 'Net/src/SocketImpl.cpp setSendTimeout: SO_SNDTIMEO',
    sets: [{ option: 'writeTimeout', value: 'unknown' }],
    fails: rarely,
  },
  {
    name: on(streams, 'setKeepAlive'),
    source: 'Net/src/SocketImpl.cpp setKeepAlive: SO_KEEPALIVE',
    sets: [{ option: 'SO_KEEPALIVE', from: { arg: 0 } }],
    fails: rarely,
  },
  {
    name: on(streams, 'setBlocking'),
    source: 'Net/src/SocketImpl.cpp setBlocking',
    sets: [{ option: 'O_NONBLOCK', value: 'unknown' }],
    fails: rarely,
  },
  {
    name: on(streams, 'poll'),
    source: 'Net/src/SocketImpl.cpp poll(timeout, mode): true when it is ready in time',
    blocks: { wait: 'poll', limit: { arg: 0 } },
    fails: rarely,
  },
  {
    name: on(streams, 'shutdown', 'shutdownSend', 'shutdownReceive'),
    source: 'Net/src/SocketImpl.cpp shutdown: the descriptor stays open',
    halfCloses: true,
    fails: rarely,
    step: { do: 'shutdown', how: 'RDWR' },
  },
  {
    name: on([...streams, server], 'close', '~'),
    source: 'Net/src/SocketImpl.cpp ~SocketImpl: closes, when the last Socket of it goes',
    closes: true,
    step: { do: 'close' },
  },
  {
    name: on(
      [...streams, server],
      'address',
      'peerAddress',
      'available',
      'impl',
      'setNoDelay',
      'setReuseAddress',
      'setReusePort',
      'setLinger',
      'setOption',
      'getOption',
      'bind',
      'listen',
      'secure',
      'setSendBufferSize',
      'setReceiveBufferSize',
    ),
    source: 'Net/src/Socket.cpp: neither waits for the peer nor closes',
    fails: rarely,
  },
];

const named = (type: TypeFact): TypeFact[] =>
  spellings(type.name).map((name) => (name === type.name ? type : { ...type, name, extends: type.name }));

const source = 'Net/src/SocketImpl.cpp ~SocketImpl: closes, when the last Socket of it goes';
export const library: Library = {
  id: 'cpp-poco',
  languages: ['cpp'],
  title: 'POCO Net',
  types: [
    ...named({ name: stream, source, onDrop: 'drop' }),
    ...named({ name: secure, source, onDrop: 'drop' }),
    ...named({ name: server, source, onDrop: 'drop' }),
  ],
  calls,
};
