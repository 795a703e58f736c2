/** .NET's sockets: System.Net.Sockets, System.Net.Security. References: dotnet/runtime 8.0, src/libraries. */

import type { BlockFact, CallFact, FailFact, Library, OpenFact } from '../flow/facts.js';
import { closedByHand } from './by-hand-kit.js';
import { endsOf } from './ends-kit.js';
import { both, collected, completedLater, milliseconds, of, socket, stream } from './csharp-kit.js';

const socketError = 'System.Net.Sockets.SocketException';
const fails: FailFact[] = [{ throws: [socketError] }];
const rarely: FailFact[] = [{ throws: [socketError], how: 'rare' }];
const connecting: BlockFact = { wait: 'connect', cancellable: true };
const space = 'System.Net.Sockets.';
const client = `${space}TcpClient`;
const listener = `${space}TcpListener`;

const datagrams = [
  {
    arg: 'any' as const,
    names: [
      'System.Net.Sockets.SocketType.Dgram',
      'System.Net.Sockets.SocketType.Raw',
      'System.Net.Sockets.ProtocolType.Udp',
      'System.Net.Sockets.AddressFamily.Unix',
    ],
    leaksAnyway: true,
  },
];
const unconnected: OpenFact = { type: client, role: 'client' };

const opening: CallFact[] = [
  {
    name: socket,
    source: 'System.Net.Sockets/src/System/Net/Sockets/Socket.cs Socket(AddressFamily, SocketType, ProtocolType): makes the descriptor',
    fails: rarely,
    opens: { type: socket, role: 'client', unless: datagrams },
    on: { arg: 9 },
  },
  {
    name: client,
    source:
      'System.Net.Sockets/src/System/Net/Sockets/TCPClient.cs TcpClient(string, int): Connect in try, closes the socket ' +
      'and rethrows when it fails',
    on: { arg: 9 },
    fails: [{ throws: [socketError] }],
    opens: { ...unconnected, connected: true },
    blocks: connecting,
    step: { do: 'connect' },
    // Without a port it makes its descriptor, and connects later.
    variants: [{ when: { lacks: { arg: 1 } }, then: { opens: unconnected, fails: [], blocks: undefined, step: undefined } }],
  },
  {
    name: [listener, `${listener}.Create`],
    source: 'System.Net.Sockets/src/System/Net/Sockets/TCPListener.cs TcpListener(IPAddress, int)',
    on: { arg: 9 },
    opens: { type: listener, role: 'listener', heldFrom: 'connect', quiet: true },
  },
  {
    name: of(listener, both('AcceptTcpClient')),
    source: 'System.Net.Sockets/src/System/Net/Sockets/TCPListener.cs AcceptTcpClient',
    fails,
    on: 'receiver',
    opens: { type: client, role: 'accepted', connected: true, inheritsFrom: 'receiver' },
    blocks: { wait: 'accept' },
    step: { do: 'accept' },
  },
  {
    name: of(listener, both('AcceptSocket')),
    source: 'System.Net.Sockets/src/System/Net/Sockets/TCPListener.cs AcceptSocket',
    fails,
    on: 'receiver',
    opens: { type: socket, role: 'accepted', connected: true, inheritsFrom: 'receiver' },
    blocks: { wait: 'accept' },
    step: { do: 'accept' },
  },
  {
    name: of(socket, ['Accept']),
    source: 'System.Net.Sockets/src/System/Net/Sockets/Socket.cs Accept',
    fails,
    on: 'receiver',
    opens: { type: socket, role: 'accepted', connected: true, inheritsFrom: 'receiver' },
    blocks: { wait: 'accept' },
    step: { do: 'accept' },
  },
];

const using: CallFact[] = [
  {
    name: [...of(socket, ['Connect']), ...of(client, ['Connect'])],
    source: 'System.Net.Sockets/src/System/Net/Sockets/Socket.cs Connect: throws SocketException and leaves the socket',
    fails,
    blocks: connecting,
    step: { do: 'connect' },
  },
  {
    name: [...of(client, ['ConnectAsync']), `${socket}.ConnectAsync`],
    source: 'System.Net.Sockets/src/System/Net/Sockets/TCPClient.cs ConnectAsync: a failure leaves a live object',
    fails,
    blocks: connecting,
    step: { do: 'connect' },
    variants: [completedLater],
  },
  { name: of(socket, ['Bind']), source: 'System.Net.Sockets/src/System/Net/Sockets/Socket.cs Bind', fails, step: { do: 'bind' } },
  {
    name: [...of(socket, ['Listen']), ...of(listener, ['Start'])],
    source: 'System.Net.Sockets/src/System/Net/Sockets/TCPListener.cs Start: binds and listens',
    fails,
    sets: [{ option: 'BACKLOG', from: { arg: 0 } }],
    step: { do: 'listen' },
  },
  {
    name: of(listener, ['Stop', 'Dispose']),
    source: 'System.Net.Sockets/src/System/Net/Sockets/TCPListener.cs Stop',
    closes: true,
    step: { do: 'close' },
  },
  {
    name: of(listener, ['Pending', 'AllowNatTraversal', 'set_ExclusiveAddressUse']),
    source: 'System.Net.Sockets/src/System/Net/Sockets/TCPListener.cs Pending',
  },
  {
    name: [...of(socket, ['Close', 'Dispose']), ...of(client, ['Close', 'Dispose'])],
    source: 'System.Net.Sockets/src/System/Net/Sockets/Socket.cs Dispose',
    closes: true,
    step: { do: 'close' },
  },
  {
    name: of(client, ['GetStream']),
    source:
      'System.Net.Sockets/src/System/Net/Sockets/TCPClient.cs GetStream: new NetworkStream(Client, true): owns the socket; ' +
      'InvalidOperationException when not connected',
    fails: [{ throws: ['System.InvalidOperationException'], how: 'rare' }],
    wraps: { type: stream },
  },
  {
    name: of(socket, ['Shutdown']),
    source: 'System.Net.Sockets/src/System/Net/Sockets/Socket.cs Shutdown: SocketException when it is not connected any more',
    fails,
    halfCloses: true,
    step: {
      do: 'shutdown',
      how: { arg: 0 },
      hows: {
        'System.Net.Sockets.SocketShutdown.Send': 'WR',
        'System.Net.Sockets.SocketShutdown.Receive': 'RD',
        'System.Net.Sockets.SocketShutdown.Both': 'RDWR',
      },
    },
  },
  {
    name: of(socket, ['Disconnect', 'DisconnectAsync']),
    source: 'System.Net.Sockets/src/System/Net/Sockets/Socket.cs Disconnect: shuts down, the descriptor stays',
    fails,
    halfCloses: true,
    step: { do: 'shutdown', how: 'RDWR' },
  },
  {
    name: of(socket, ['Send', 'SendTo', 'SendFile', 'SendFileAsync']),
    source: 'System.Net.Sockets/src/System/Net/Sockets/Socket.cs Send',
    fails,
    blocks: { wait: 'write', limitedBy: ['writeTimeout'] },
    step: { do: 'send', bytes: { arg: 0 } },
  },
  {
    name: of(socket, ['Receive', 'ReceiveFrom']),
    source: 'System.Net.Sockets/src/System/Net/Sockets/Socket.cs Receive: 0 at the end',
    fails,
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    ok: ['pos'],
    eof: { results: ['zero'] },
    step: { do: 'recv' },
  },
  {
    name: of(socket, ['Poll']),
    source: 'System.Net.Sockets/src/System/Net/Sockets/Socket.cs Poll',
    fails: rarely,
    blocks: { wait: 'poll', limit: { arg: 0 }, limitScale: 0.000001 },
    step: { do: 'poll' },
  },
  {
    name: [...of(socket, ['set_ReceiveTimeout']), ...of(client, ['set_ReceiveTimeout'])],
    source: 'System.Net.Sockets/src/System/Net/Sockets/Socket.cs ReceiveTimeout: synchronous calls alone; 0 is no limit',
    fails: rarely,
    sets: [{ option: 'readTimeout', from: { arg: 0 }, ...milliseconds }],
  },
  {
    name: [...of(socket, ['set_SendTimeout']), ...of(client, ['set_SendTimeout'])],
    source: 'System.Net.Sockets/src/System/Net/Sockets/Socket.cs SendTimeout: synchronous calls alone; 0 is no limit',
    fails: rarely,
    sets: [{ option: 'writeTimeout', from: { arg: 0 }, ...milliseconds }],
  },
  {
    name: [...of(socket, ['set_NoDelay']), ...of(client, ['set_NoDelay'])],
    source: 'System.Net.Sockets/src/System/Net/Sockets/Socket.cs NoDelay',
    fails: rarely,
    sets: [{ option: 'TCP_NODELAY', from: { arg: 0 } }],
  },
  {
    name: [
      ...of(socket, [
        'set_Blocking',
        'set_LingerState',
        'set_ReceiveBufferSize',
        'set_SendBufferSize',
        'set_Ttl',
        'set_DualMode',
        'set_ExclusiveAddressUse',
        'set_DontFragment',
        'set_EnableBroadcast',
        'set_MulticastLoopback',
      ]),
      ...of(client, ['set_LingerState', 'set_ReceiveBufferSize', 'set_SendBufferSize', 'set_ExclusiveAddressUse']),
    ],
    source: 'System.Net.Sockets/src/System/Net/Sockets/Socket.cs: options',
    fails: rarely,
  },
  {
    name: of(socket, ['SetSocketOption']),
    source:
      'System.Net.Sockets/src/System/Net/Sockets/SocketOptionName.cs: TcpKeepAliveTime and TcpKeepAliveInterval in ' +
      'seconds, ReceiveTimeout and SendTimeout in milliseconds',
    fails: rarely,
    setsByName: {
      level: { arg: 0 },
      name: { arg: 1 },
      value: { arg: 2 },
      names: {
        'System.Net.Sockets.SocketOptionName.KeepAlive': 'SO_KEEPALIVE',
        'System.Net.Sockets.SocketOptionName.TcpKeepAliveTime': 'TCP_KEEPIDLE',
        'System.Net.Sockets.SocketOptionName.TcpKeepAliveInterval': 'TCP_KEEPINTVL',
        'System.Net.Sockets.SocketOptionName.TcpKeepAliveRetryCount': 'TCP_KEEPCNT',
        'System.Net.Sockets.SocketOptionName.NoDelay': 'TCP_NODELAY',
        'System.Net.Sockets.SocketOptionName.ReuseAddress': 'SO_REUSEADDR',
        'System.Net.Sockets.SocketOptionName.ReceiveTimeout': 'readTimeout',
        'System.Net.Sockets.SocketOptionName.SendTimeout': 'writeTimeout',
        'System.Net.Sockets.SocketOptionName.Linger': 'SO_LINGER',
      },
      scale: { readTimeout: 0.001, writeTimeout: 0.001 },
    },
  },
  // SIO_KEEPALIVE_VALS, of which the bytes say what is set.
  {
    name: of(socket, ['IOControl']),
    source: 'System.Net.Sockets/src/System/Net/Sockets/Socket.cs IOControl',
    fails: rarely,
    sets: [
      { option: 'SO_KEEPALIVE', value: 'unknown' },
      { option: 'TCP_KEEPIDLE', value: 'unknown' },
      { option: 'TCP_KEEPINTVL', value: 'unknown' },
    ],
  },
  {
    name: [...of(socket, ['GetSocketOption', 'ToString', 'GetHashCode', 'Equals']), ...of(client, ['ToString', 'GetHashCode', 'Equals'])],
    source: 'System.Net.Sockets/src/System/Net/Sockets/Socket.cs: getters',
  },
];

const byHand = closedByHand({ names: ['Close', 'Dispose', 'Disconnect'] }, ([result]) => (result ? { ok: ['nonnull'], fails } : null));

export const library: Library = {
  id: 'csharp-net',
  languages: ['csharp'],
  title: 'System.Net.Sockets',
  byHand: byHand.byHand,
  ends: endsOf([socket, client]),
  types: [
    byHand.type,
    collected(socket, { cannotSet: ['TCP_USER_TIMEOUT'], connectsAtWill: true }),
    collected(client, { cannotSet: ['TCP_USER_TIMEOUT'], connectsAtWill: true }),
    collected(`${client}.Client`, { extends: socket, cannotSet: ['TCP_USER_TIMEOUT'] }),
    collected(listener, { closedBy: 'Stop()' }),
    collected(`${listener}.Server`, { extends: socket }),
  ],
  calls: [byHand.call, ...opening, ...using],
  shown: [
    {
      method: 'Shutdown',
      arg: { arg: 0 },
      names: ['System.Net.Sockets.SocketShutdown.Both'],
      type: socket,
      source: 'System.Net.Sockets/src/System/Net/Sockets/Socket.cs Shutdown',
    },
  ],
  exceptions: { [socketError]: ['System.SystemException'], 'System.Net.WebException': ['System.InvalidOperationException'] },
};
