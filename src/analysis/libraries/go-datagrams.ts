/** Go's datagram and raw sockets, and QUIC above them: descriptors that must be closed, and no TCP. */

import type { CallFact, Library, OpenFact, TypeFact } from '../flow/facts.js';
import { client, onlyError, opening, perPath, valueOrError } from './go-kit.js';

const bound = (type: string): OpenFact => ({ type, role: 'any', datagram: true });
const binds = (name: string[], source: string, type: string): CallFact => ({ name, source, opens: bound(type), ...valueOrError() });

/** A datagram comes or it does not: there is no end of the stream. */
const receives = { blocks: { wait: 'read' as const, limitedBy: ['readTimeout' as const] }, step: { do: 'recv' as const } };
const sends = { blocks: { wait: 'write' as const, limitedBy: ['writeTimeout' as const] }, step: { do: 'send' as const } };

const net: CallFact[] = [
  binds(['net.ListenUDP', 'net.DialUDP', 'net.ListenMulticastUDP'], 'net/udpsock.go ListenUDP, DialUDP', 'net.UDPConn'),
  binds(['net.ListenIP', 'net.DialIP'], 'net/iprawsock.go ListenIP, DialIP', 'net.UDPConn'),
  binds(['net.ListenUnixgram'], 'net/unixsock.go ListenUnixgram', 'net.UDPConn'),
  binds(['net.ListenPacket', 'net.ListenConfig.ListenPacket', 'net.FilePacketConn'], 'net/dial.go ListenPacket', 'net.PacketConn'),
  { name: 'net.PacketConn.Close', source: 'net/net.go PacketConn', closes: true, step: { do: 'close' } },
  { name: 'net.PacketConn.LocalAddr', source: 'net/net.go PacketConn' },
  {
    name: 'net.PacketConn.SetDeadline',
    source: 'net/net.go PacketConn',
    sets: [
      { option: 'readTimeout', from: { arg: 0 } },
      { option: 'writeTimeout', from: { arg: 0 } },
    ],
    ok: ['null'],
  },
  {
    name: 'net.PacketConn.SetReadDeadline',
    source: 'net/net.go PacketConn',
    sets: [{ option: 'readTimeout', from: { arg: 0 } }],
    ok: ['null'],
  },
  {
    name: 'net.PacketConn.SetWriteDeadline',
    source: 'net/net.go PacketConn',
    sets: [{ option: 'writeTimeout', from: { arg: 0 } }],
    ok: ['null'],
  },
  {
    name: 'net.PacketConn.ReadFrom',
    source: 'net/net.go PacketConn',
    ...receives,
    ok: ['nonneg', 'nonnull', 'null'],
    fails: [{ results: ['nonneg', '?', 'nonnull'] }],
  },
  {
    name: 'net.PacketConn.WriteTo',
    source: 'net/net.go PacketConn',
    ...sends,
    ok: ['nonneg', 'null'],
    fails: [{ results: ['nonneg', 'nonnull'] }],
  },
  {
    name: ['net.UDPConn.ReadFromUDP', 'net.UDPConn.ReadFromUDPAddrPort', 'net.UDPConn.ReadFromIP', 'net.UDPConn.ReadFromUnix'],
    source: 'net/udpsock.go UDPConn.ReadFromUDP',
    ...receives,
    ok: ['nonneg', '?', 'null'],
    fails: [{ results: ['nonneg', '?', 'nonnull'] }],
  },
  {
    name: 'net.UDPConn.Read',
    source: 'net/net.go conn.Read',
    ...receives,
    ok: ['nonneg', 'null'],
    fails: [{ results: ['nonneg', 'nonnull'] }],
  },
  {
    name: 'net.UDPConn.ReadMsgUDP',
    source: 'net/udpsock.go UDPConn.ReadMsgUDP',
    ...receives,
    ok: ['nonneg', '?', '?', '?', 'null'],
    fails: [{ results: ['?', '?', '?', '?', 'nonnull'] }],
  },
  {
    name: [
      'net.UDPConn.Write',
      'net.UDPConn.WriteToUDP',
      'net.UDPConn.WriteToUDPAddrPort',
      'net.UDPConn.WriteToIP',
      'net.UDPConn.WriteToUnix',
    ],
    source: 'net/udpsock.go UDPConn.WriteToUDP',
    ...sends,
    ok: ['nonneg', 'null'],
    fails: [{ results: ['nonneg', 'nonnull'] }],
  },
  { name: ['net.UDPConn.RemoteAddr'], source: 'net/net.go conn.RemoteAddr' },
  { name: ['net.UDPConn.SetReadBuffer', 'net.UDPConn.SetWriteBuffer'], source: 'net/net.go conn.SetReadBuffer', ...onlyError },
  {
    name: 'net.UDPConn.SyscallConn',
    source: 'net/udpsock.go UDPConn.SyscallConn: fails for a nil connection alone',
    ok: ['nonnull', 'null'],
  },
];

/** Closing one of these closes the socket that it is made of. */
const wrapped = ['golang.org/x/net/ipv4', 'golang.org/x/net/ipv6'].map((path) => ({
  type: `${path}.PacketConn`,
  source: "x/net ipv4/endpoint.go PacketConn: Close closes the endpoint's connection",
  makes: [`${path}.NewPacketConn`, `${path}.NewConn`],
}));
const icmp = 'golang.org/x/net/icmp';

const types: TypeFact[] = [
  { name: 'net.PacketConn', source: 'net/fd_posix.go: runtime.SetFinalizer(fd, (*netFD).Close)', onDrop: 'collector' },
  { name: 'net.UDPConn', source: 'net/udpsock.go UDPConn', extends: 'net.PacketConn', onDrop: 'collector' },
  { name: `${icmp}.PacketConn`, source: 'x/net icmp/endpoint.go PacketConn', extends: 'net.PacketConn', onDrop: 'collector' },
  ...wrapped.map(({ type, source }): TypeFact => ({ name: type, source, extends: 'net.PacketConn', onDrop: 'collector' })),
];

/** Its goroutines keep the connection until it is closed or was idle for 30 s (quic-go config.go MaxIdleTimeout). */
const quic = perPath(['github.com/quic-go/quic-go', 'github.com/lucas-clemente/quic-go'], (path) => {
  const kinds = ['Connection', 'Session', 'Conn', 'EarlyConnection'].map((kind) =>
    client({
      type: `${path}.${kind}`,
      source: 'quic-go connection.go CloseWithError',
      closes: ['CloseWithError', 'Close'],
      closedBy: 'CloseWithError(0, "")',
      plain: ['LocalAddr', 'RemoteAddr', 'ConnectionState', 'Context'],
    }),
  );
  const stream: TypeFact = {
    name: `${path}.Stream`,
    source: 'quic-go stream.go: closing it leaves the connection',
    onDrop: 'never',
    managed: true,
  };
  const streams: CallFact = {
    name: kinds.flatMap((one) =>
      ['OpenStream', 'OpenStreamSync', 'OpenUniStream', 'OpenUniStreamSync', 'AcceptStream', 'AcceptUniStream'].map(
        (method) => `${one.types[0]?.name ?? ''}.${method}`,
      ),
    ),
    source: 'quic-go connection.go OpenStreamSync',
    wraps: { type: stream.name },
    ...valueOrError(),
  };
  const dials = ['DialAddr', 'DialAddrContext', 'DialAddrEarly', 'DialAddrEarlyContext'].map((name) => `${path}.${name}`);
  return {
    types: [...kinds.flatMap((one) => one.types), stream],
    calls: [
      ...kinds.flatMap((one) => one.calls),
      streams,
      {
        name: dials,
        source: 'quic-go client.go DialAddr: opens a UDP socket of its own',
        ...opening(`${path}.Connection`),
        opens: { type: `${path}.Connection`, role: 'client', connected: true, datagram: true },
      },
    ],
  };
});

export const library: Library = {
  id: 'go-datagrams',
  languages: ['go'],
  title: 'Datagrams, raw sockets, QUIC',
  types: [...types, ...quic.types],
  calls: [
    ...net,
    ...quic.calls,
    ...wrapped.map(({ type, source, makes }): CallFact => ({ name: makes, source, wraps: { type }, ok: ['nonnull'] })),
    binds([`${icmp}.ListenPacket`], 'x/net icmp/listen_posix.go ListenPacket', `${icmp}.PacketConn`),
  ],
};
