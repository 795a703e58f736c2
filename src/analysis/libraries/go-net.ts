/** Go's package net. Keepalive is on by default for dialled and accepted connections since Go 1.13. */

import type { DeclaredFact } from '../flow/declared-facts.js';
import type { CallFact, FailFact, Library, OpenFact, SetFact } from '../flow/facts.js';
import { closedByHand } from './by-hand-kit.js';
import { endsOf } from './ends-kit.js';
import { netDefaults, onlyError, valueOrError } from './go-kit.js';

/** Networks of Dial and Listen that are no TCP: a descriptor all the same (net/dial.go Dial). */
const otherNetworks = ['udp', 'udp4', 'udp6', 'ip', 'ip4', 'ip6', 'ip4:icmp', 'ip6:ipv6-icmp', 'unixgram', 'unix', 'unixpacket'];

function dialled(type: string, network?: number): OpenFact {
  const unless = network === undefined ? [] : [{ arg: { arg: network }, names: otherNetworks, leaksAnyway: true }];
  return { type, role: 'client', connected: true, unless };
}

function listening(type: string, network?: number): OpenFact {
  return { ...dialled(type, network), role: 'listener', connected: false, quiet: true };
}

const failsWithNil: FailFact[] = [{ results: ['null', 'nonnull'] }];
const opened = ['nonnull', 'null'];

/** Dialer.KeepAlive and ListenConfig.KeepAlive: negative switches off, zero keeps the default, positive is idle time and interval. */
const keepAliveField: SetFact[] = [
  { option: 'SO_KEEPALIVE', from: 'receiver', field: 'KeepAlive', signs: { negative: 0, zero: 'leave', positive: 1 } },
  { option: 'TCP_KEEPIDLE', from: 'receiver', field: 'KeepAlive', plainNanoseconds: true, signs: { negative: 'leave', zero: 'leave' } },
  { option: 'TCP_KEEPINTVL', from: 'receiver', field: 'KeepAlive', plainNanoseconds: true, signs: { negative: 'leave', zero: 'leave' } },
];

const dialing = {
  blocks: { wait: 'connect' as const, limitedBy: ['connectTimeout' as const] },
  ok: opened,
  fails: failsWithNil,
  step: { do: 'connect' as const },
};

const opening: CallFact[] = [
  { name: 'net.Dial', source: 'net/dial.go Dial', opens: dialled('net.Conn', 0), ...dialing },
  {
    name: 'net.DialTimeout',
    source: 'net/dial.go DialTimeout',
    opens: dialled('net.Conn', 0),
    sets: [{ option: 'connectTimeout', from: { arg: 2 } }],
    ...dialing,
  },
  { name: 'net.DialTCP', source: 'net/tcpsock.go DialTCP', opens: dialled('net.TCPConn'), ...dialing },
  { name: 'net.DialUnix', source: 'net/unixsock.go DialUnix', opens: { ...dialled('net.UnixConn'), datagram: true }, ...dialing },
  {
    name: 'net.Dialer.Dial',
    source: 'net/dial.go Dialer.Dial',
    opens: dialled('net.Conn', 0),
    sets: [{ option: 'connectTimeout', from: 'receiver', field: 'Timeout', elsewhere: 'unknown' }, ...keepAliveField],
    ...dialing,
  },
  {
    name: 'net.Dialer.DialContext',
    source: 'net/dial.go Dialer.DialContext: the context ends it, too',
    opens: dialled('net.Conn', 1),
    sets: [{ option: 'connectTimeout', value: 'unknown' }, ...keepAliveField],
    ...dialing,
  },
  {
    name: 'net.Listen',
    source: 'net/dial.go Listen',
    opens: listening('net.Listener', 0),
    ok: opened,
    fails: failsWithNil,
    step: { do: 'listen' },
  },
  {
    name: 'net.ListenConfig.Listen',
    source: 'net/dial.go ListenConfig.Listen',
    opens: listening('net.Listener', 1),
    sets: keepAliveField,
    ok: opened,
    fails: failsWithNil,
    step: { do: 'listen' },
  },
  {
    name: 'net.ListenTCP',
    source: 'net/tcpsock.go ListenTCP',
    opens: listening('net.TCPListener'),
    ok: opened,
    fails: failsWithNil,
    step: { do: 'listen' },
  },
  {
    name: ['net.ListenUnix', 'net.FileListener'],
    source: 'net/unixsock.go ListenUnix, net/file.go FileListener: a duplicate',
    opens: { ...listening('net.Listener'), datagram: true },
    ok: opened,
    fails: failsWithNil,
  },
];

const accepting: CallFact[] = [
  {
    name: 'net.Listener.Accept',
    source: 'net/net.go Listener.Accept',
    opens: { type: 'net.Conn', role: 'accepted', connected: true, inheritsFrom: 'receiver' },
    blocks: { wait: 'accept' },
    ok: opened,
    fails: failsWithNil,
    step: { do: 'accept' },
  },
  {
    name: ['net.TCPListener.AcceptTCP', 'net.TCPListener.Accept'],
    source: 'net/tcpsock.go TCPListener.AcceptTCP',
    opens: { type: 'net.TCPConn', role: 'accepted', connected: true, inheritsFrom: 'receiver' },
    blocks: { wait: 'accept', limitedBy: ['readTimeout'] },
    ok: opened,
    fails: failsWithNil,
    step: { do: 'accept' },
  },
  { name: 'net.Listener.Close', source: 'net/net.go Listener.Close', closes: true, step: { do: 'close' } },
  { name: 'net.Listener.Addr', source: 'net/net.go Listener.Addr', ok: ['nonnull'] },
  {
    name: 'net.TCPListener.SetDeadline',
    source: 'net/tcpsock.go TCPListener.SetDeadline',
    sets: [{ option: 'readTimeout', from: { arg: 0 } }],
    ok: ['null'],
  },
];

const connection: CallFact[] = [
  {
    name: 'net.Conn.Read',
    source: 'net/net.go Conn.Read',
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    ok: ['pos', 'null'],
    eof: { results: ['zero', '@io.EOF'] },
    fails: [{ results: ['zero', 'nonnull'] }],
    step: { do: 'recv', bytes: { arg: 0 } },
  },
  {
    name: ['net.Conn.Write', 'net.TCPConn.ReadFrom'],
    source: 'net/net.go Conn.Write; net/tcpsock.go TCPConn.ReadFrom',
    blocks: { wait: 'write', limitedBy: ['writeTimeout'] },
    ok: ['nonneg', 'null'],
    fails: [{ results: ['nonneg', 'nonnull'] }],
    step: { do: 'send', bytes: { arg: 0 } },
  },
  { name: 'net.Conn.Close', source: 'net/net.go Conn.Close', closes: true, step: { do: 'close' } },
  {
    name: 'net.TCPConn.CloseWrite',
    source: 'net/tcpsock.go TCPConn.CloseWrite: shutdown(SHUT_WR)',
    halfCloses: true,
    step: { do: 'shutdown', how: 'WR' },
  },
  {
    name: ['net.TCPConn.CloseRead', 'net.Conn.LocalAddr', 'net.Conn.RemoteAddr'],
    source: 'net/net.go Conn; net/tcpsock.go TCPConn.CloseRead',
  },
  {
    name: ['net.TCPConn.SyscallConn', 'net.TCPListener.SyscallConn'],
    source: 'net/tcpsock.go TCPConn.SyscallConn: fails for a nil connection alone',
    ok: opened,
  },
];

/** Descriptors in files. */
const files: CallFact[] = [
  {
    name: ['net.TCPConn.File', 'net.TCPListener.File', 'net.UnixConn.File'],
    source: 'net/net.go conn.File: a duplicate of the descriptor, which the caller must close',
    opens: { type: 'net.File', role: 'any' },
    ok: opened,
    fails: [{ results: ['null', 'nonnull'], how: 'rare' }],
  },
  {
    name: 'os.NewFile',
    source: 'os/file_unix.go NewFile: closing the file closes the descriptor',
    wraps: { type: 'net.File' },
    ok: ['nonnull'],
  },
  {
    name: 'net.FileConn',
    source: 'net/file.go FileConn: a duplicate, closing one does not close the other',
    opens: { type: 'net.Conn', role: 'client', connected: true },
    ok: opened,
    fails: failsWithNil,
  },
  { name: 'net.File.Close', source: 'os/file_posix.go File.Close', closes: true, step: { do: 'close' } },
  { name: ['net.File.Fd', 'net.File.Name'], source: 'os/file_unix.go File.Fd' },
  {
    name: 'net.File.Read',
    source: 'os/file.go File.Read',
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    ok: ['pos', 'null'],
    eof: { results: ['zero', '@io.EOF'] },
    fails: [{ results: ['nonneg', 'nonnull'] }],
    step: { do: 'recv' },
  },
  {
    name: 'net.File.Write',
    source: 'os/file.go File.Write',
    blocks: { wait: 'write', limitedBy: ['writeTimeout'] },
    ok: ['nonneg', 'null'],
    fails: [{ results: ['nonneg', 'nonnull'] }],
    step: { do: 'send' },
  },
];

/** Setters: they fail only on a closed connection or for values the kernel refuses. */
const setters: CallFact[] = [
  {
    name: 'net.Conn.SetDeadline',
    source: 'net/net.go Conn.SetDeadline',
    sets: [
      { option: 'readTimeout', from: { arg: 0 } },
      { option: 'writeTimeout', from: { arg: 0 } },
    ],
    ok: ['null'],
  },
  {
    name: 'net.Conn.SetReadDeadline',
    source: 'net/net.go Conn.SetReadDeadline',
    sets: [{ option: 'readTimeout', from: { arg: 0 } }],
    ok: ['null'],
  },
  {
    name: 'net.Conn.SetWriteDeadline',
    source: 'net/net.go Conn.SetWriteDeadline',
    sets: [{ option: 'writeTimeout', from: { arg: 0 } }],
    ok: ['null'],
  },
  {
    name: 'net.TCPConn.SetKeepAlive',
    source: 'net/tcpsock.go TCPConn.SetKeepAlive',
    sets: [{ option: 'SO_KEEPALIVE', from: { arg: 0 } }],
    ok: ['null'],
  },
  {
    name: 'net.TCPConn.SetKeepAlivePeriod',
    source: 'net/tcpsockopt_unix.go setKeepAlivePeriod: TCP_KEEPINTVL and TCP_KEEPIDLE',
    sets: [
      { option: 'TCP_KEEPIDLE', from: { arg: 0 }, plainNanoseconds: true },
      { option: 'TCP_KEEPINTVL', from: { arg: 0 }, plainNanoseconds: true },
    ],
    ok: ['null'],
  },
  {
    name: 'net.TCPConn.SetKeepAliveConfig',
    source: 'net/tcpsock.go KeepAliveConfig: zero is the default, a negative value leaves the option as it is',
    sets: [
      { option: 'SO_KEEPALIVE', from: { arg: 0 }, field: 'Enable', absent: 0 },
      {
        option: 'TCP_KEEPIDLE',
        from: { arg: 0 },
        field: 'Idle',
        plainNanoseconds: true,
        absent: 15,
        signs: { negative: 'leave', zero: 15 },
      },
      {
        option: 'TCP_KEEPINTVL',
        from: { arg: 0 },
        field: 'Interval',
        plainNanoseconds: true,
        absent: 15,
        signs: { negative: 'leave', zero: 15 },
      },
      { option: 'TCP_KEEPCNT', from: { arg: 0 }, field: 'Count', absent: 9, signs: { negative: 'leave', zero: 9 } },
    ],
    ok: ['null'],
  },
  {
    name: 'net.TCPConn.SetLinger',
    source: 'net/tcpsock.go TCPConn.SetLinger: negative switches lingering off',
    sets: [{ option: 'SO_LINGER', from: { arg: 0 }, signs: { negative: [0, 0] } }],
    ok: ['null'],
  },
  {
    name: 'net.TCPConn.SetNoDelay',
    source: 'net/tcpsock.go TCPConn.SetNoDelay',
    sets: [{ option: 'TCP_NODELAY', from: { arg: 0 } }],
    ok: ['null'],
  },
  {
    name: 'net.TCPConn.SetReadBuffer',
    source: 'net/net.go conn.SetReadBuffer',
    sets: [{ option: 'SO_RCVBUF', from: { arg: 0 } }],
    ok: ['null'],
  },
  {
    name: 'net.TCPConn.SetWriteBuffer',
    source: 'net/net.go conn.SetWriteBuffer',
    sets: [{ option: 'SO_SNDBUF', from: { arg: 0 } }],
    ok: ['null'],
  },
];

/**
 * Functions in fields and methods of interfaces that are declared to give a
 * connection: whoever calls them owns it (net.Dialer, net.Listener are such).
 */
const declared: DeclaredFact[] = ['net.Conn', 'net.TCPConn', 'tls.Conn'].flatMap((type): DeclaredFact[] => {
  const fact = (role: 'accepted' | 'client'): CallFact => ({
    name: type,
    source: 'net/net.go Conn: somebody must call Close; golang.org/x/net/proxy Dialer, net.Listener',
    opens: { type, role, connected: true },
    ok: opened,
    fails: failsWithNil,
    step: { do: role === 'client' ? 'connect' : 'accept' },
  });
  return [
    { type, words: ['accept'], fact: fact('accepted') },
    { type, words: ['dial', 'connect', 'open'], fact: fact('client') },
  ];
});

/** Its last result tells of an error. */
const byHand = closedByHand({ names: ['Close'], ...onlyError }, (results) =>
  results.length > 1 && /^err|Err$/.test(results.at(-1) ?? '') ? valueOrError(results.length - 2) : null,
);

export const library: Library = {
  id: 'go-net',
  languages: ['go'],
  title: 'net',
  ends: endsOf(['net.Conn', 'net.TCPConn']),
  types: [
    byHand.type,
    {
      name: 'net.Conn',
      source: 'net/fd_unix.go newFD, net/fd_posix.go setAddr: runtime.SetFinalizer(fd, (*netFD).Close)',
      onDrop: 'collector',
      defaults: netDefaults,
    },
    { name: 'net.TCPConn', source: 'net/tcpsock.go TCPConn', extends: 'net.Conn', onDrop: 'collector', defaults: netDefaults },
    { name: 'net.UnixConn', source: 'net/unixsock.go UnixConn', extends: 'net.TCPConn', onDrop: 'collector' },
    {
      name: 'net.Listener',
      source: 'net/sockopt_linux.go setDefaultListenerSockopts: SO_REUSEADDR; net/sock_linux.go maxListenerBacklog: net.core.somaxconn',
      onDrop: 'collector',
      defaults: { SO_REUSEADDR: 1 },
    },
    { name: 'net.File', source: 'os/file_unix.go newFile: runtime.SetFinalizer(f.file, (*file).close)', onDrop: 'collector' },
    {
      name: 'net.TCPListener',
      source: 'net/tcpsock.go TCPListener',
      extends: 'net.Listener',
      onDrop: 'collector',
      defaults: { SO_REUSEADDR: 1 },
    },
  ],
  declared,
  byHand: byHand.byHand,
  calls: [byHand.call, ...opening, ...accepting, ...connection, ...files, ...setters],
};
