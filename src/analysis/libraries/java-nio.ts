/** java.nio.channels. References: OpenJDK 17, java.base, sun/nio/ch. */

import type { CallFact, FailFact, Library } from '../flow/facts.js';

const io = 'java.io.IOException';
const fails: FailFact[] = [{ throws: [io] }];
const c = 'java.nio.channels.SocketChannel.';
const l = 'java.nio.channels.ServerSocketChannel.';

const calls: CallFact[] = [
  {
    name: `${c}open`,
    source: 'java/nio/channels/SocketChannel.java open(SocketAddress): closes the channel when connect fails',
    on: { arg: 9 },
    fails,
    opens: { type: 'java.nio.channels.SocketChannel', role: 'client', connected: true },
    blocks: { wait: 'connect' },
    step: { do: 'connect' },
    variants: [
      {
        when: { lacks: { arg: 0 } },
        then: {
          fails: [{ throws: [io], how: 'rare' }],
          opens: { type: 'java.nio.channels.SocketChannel', role: 'client' },
          blocks: undefined,
          step: undefined,
        },
      },
    ],
  },
  {
    name: `${c}connect`,
    source: 'sun/nio/ch/SocketChannelImpl.java connect: closes when the attempt fails, not for an unresolved address',
    fails: [
      { throws: [io], closesOnFailure: true },
      { throws: ['java.nio.channels.UnresolvedAddressException'], how: 'rare' },
    ],
    ok: ['?'],
    blocks: { wait: 'connect' },
    step: { do: 'connect' },
  },
  {
    name: `${c}finishConnect`,
    source: 'sun/nio/ch/SocketChannelImpl.java finishConnect: closes when the attempt failed',
    fails: [{ throws: [io], closesOnFailure: true }],
    ok: ['?'],
  },
  {
    name: `${c}read`,
    source: 'sun/nio/ch/SocketChannelImpl.java read: -1 at the end',
    fails,
    ok: ['nonneg'],
    eof: { results: ['=-1'] },
    blocks: { wait: 'read' },
    step: { do: 'recv' },
  },
  { name: `${c}write`, source: 'sun/nio/ch/SocketChannelImpl.java write', fails, blocks: { wait: 'write' }, step: { do: 'send' } },
  {
    name: [`${c}close`, `${c}implCloseChannel`, `${l}close`],
    source: 'java/nio/channels/spi/AbstractInterruptibleChannel.java close',
    closes: true,
    step: { do: 'close' },
  },
  {
    name: `${c}shutdownOutput`,
    source: 'sun/nio/ch/SocketChannelImpl.java shutdownOutput',
    fails,
    halfCloses: true,
    passes: 'receiver',
    step: { do: 'shutdown', how: 'WR' },
  },
  {
    name: `${c}shutdownInput`,
    source: 'sun/nio/ch/SocketChannelImpl.java shutdownInput',
    fails,
    passes: 'receiver',
    step: { do: 'shutdown', how: 'RD' },
  },
  {
    name: [`${c}configureBlocking`, `${l}configureBlocking`],
    source: 'java/nio/channels/spi/AbstractSelectableChannel.java configureBlocking',
    fails: [{ throws: [io], how: 'rare' }],
    sets: [{ option: 'O_NONBLOCK', from: { arg: 0 }, signs: { zero: 1, positive: 0 } }],
    passes: 'receiver',
  },
  { name: [`${c}bind`], source: 'sun/nio/ch/SocketChannelImpl.java bind', fails, passes: 'receiver' },
  { name: `${c}socket`, source: 'sun/nio/ch/SocketAdaptor.java: closing it closes the channel', wraps: { type: 'java.net.Socket' } },
  {
    name: [`${c}register`],
    source: 'java/nio/channels/spi/AbstractSelectableChannel.java register: the key keeps the channel',
    fails: [{ throws: [io], how: 'rare' }],
    takes: true,
    registers: { waits: ['java.nio.channels.Selector.select'] },
  },
  {
    name: [
      'getRemoteAddress',
      'getLocalAddress',
      'isConnectionPending',
      'isBlocking',
      'isRegistered',
      'keyFor',
      'validOps',
      'blockingLock',
      'getOption',
      'provider',
      'supportedOptions',
      'toString',
      'hashCode',
      'equals',
    ].flatMap((name) => [c + name, l + name]),
    source: 'java/nio/channels/SocketChannel.java: getters',
  },
  {
    name: [`${c}isOpen`, `${l}isOpen`],
    source: 'java/nio/channels/Channel.java isOpen',
    variants: [{ when: { types: ['java.nio.channels.SocketChannel', 'java.nio.channels.ServerSocketChannel'] }, then: { ok: ['true'] } }],
  },
  { name: `${c}isConnected`, source: 'sun/nio/ch/SocketChannelImpl.java isConnected' },
  {
    name: `${l}open`,
    source: 'java/nio/channels/ServerSocketChannel.java open',
    on: { arg: 9 },
    fails: [{ throws: [io], how: 'rare' }],
    opens: { type: 'java.nio.channels.ServerSocketChannel', role: 'listener' },
  },
  {
    name: `${l}bind`,
    source: 'sun/nio/ch/ServerSocketChannelImpl.java bind',
    fails,
    passes: 'receiver',
    sets: [{ option: 'BACKLOG', from: { arg: 1 }, absent: 50 }],
    step: { do: 'listen' },
  },
  { name: `${l}socket`, source: 'sun/nio/ch/ServerSocketAdaptor.java', wraps: { type: 'java.net.ServerSocket' } },
  {
    name: `${l}register`,
    source: 'java/nio/channels/spi/AbstractSelectableChannel.java register',
    takes: true,
    registers: { waits: ['java.nio.channels.Selector.select'] },
  },
  {
    name: `${l}accept`,
    source: 'sun/nio/ch/ServerSocketChannelImpl.java accept: null where nobody waits',
    fails,
    opens: { type: 'java.nio.channels.SocketChannel', role: 'accepted', connected: true, inheritsFrom: 'receiver' },
    on: 'receiver',
    blocks: { wait: 'accept' },
    step: { do: 'accept' },
  },
  {
    name: 'java.nio.channels.Selector.select',
    source: 'java/nio/channels/Selector.java select',
    on: 'any',
    blocks: { wait: 'poll', limit: { arg: 0 }, limitScale: 0.001 },
    fails: [{ throws: [io], how: 'rare' }],
    step: { do: 'poll', for: { arg: 0 }, forScale: 0.001 },
  },
];

export const library: Library = {
  id: 'java-nio',
  languages: ['java'],
  title: 'java.nio.channels',
  types: [
    {
      name: 'java.nio.channels.SocketChannel',
      source: 'sun/nio/ch/SocketChannelImpl.java: since 19 a Cleaner closes it, before nobody does',
      onDrop: 'never',
      cannotSet: ['TCP_USER_TIMEOUT'],
    },
    { name: 'java.nio.channels.ServerSocketChannel', source: 'sun/nio/ch/ServerSocketChannelImpl.java', onDrop: 'never' },
  ],
  calls,
  exceptions: {
    'java.nio.channels.ClosedChannelException': [io],
    'java.nio.channels.AsynchronousCloseException': ['java.nio.channels.ClosedChannelException'],
    'java.nio.channels.ClosedByInterruptException': ['java.nio.channels.AsynchronousCloseException'],
    'java.nio.channels.UnresolvedAddressException': ['java.lang.IllegalArgumentException'],
    'java.nio.channels.CancelledKeyException': ['java.lang.IllegalStateException'],
  },
};
