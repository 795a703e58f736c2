/** java.nio.channels. References: OpenJDK 17, java.base, sun/nio/ch. */

import type { CallFact, FailFact, Library } from '../flow/facts.js';

const io = 'java.io.IOException';
const fails: FailFact[] = [{ throws: [io] }];
const c = 'java.nio.channels.SocketChannel.';
const k = 'java.nio.channels.SelectionKey.';
const l = 'java.nio.channels.ServerSocketChannel.';

const unresolved = 'java.nio.channels.UnresolvedAddressException';
const byName = '@address by name';

const calls: CallFact[] = [
  {
    name: 'java.net.InetSocketAddress',
    source: 'java/net/InetSocketAddress.java InetSocketAddress(String, int): asks for the address and goes without',
    on: { arg: 9 },
    variants: [
      { when: { lacks: { arg: 1 } }, then: {} },
      { when: { lacks: { arg: 9 } }, then: { ok: [byName] } },
    ],
  },
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
      { throws: [unresolved], how: 'rare' },
    ],
    // The address of a host by its name has none where nobody knows the name.
    variants: [
      {
        when: { arg: { arg: 0 }, names: [byName.slice(1)] },
        then: { fails: [{ throws: [io], closesOnFailure: true }, { throws: [unresolved] }] },
      },
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
    source: 'java/nio/channels/spi/AbstractSelectableChannel.java register: the key keeps the channel and the selector',
    fails: [{ throws: [io], how: 'rare' }],
    takes: true,
    keeps: { arg: 0 },
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
    keeps: { arg: 0 },
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
    name: `${k}channel`,
    source: 'java/nio/channels/SelectionKey.java channel: whatever was registered; the selector has it until it is closed',
    opens: {
      type: 'java.nio.channels.SocketChannel',
      role: 'accepted',
      connected: true,
      ifCast: true,
      // What is attached to the key is most often what closes its channel.
      lent: { unless: ['attachment'] },
      also: [{ at: 'receiver', type: 'java.nio.channels.SelectionKey' }],
    },
  },
  {
    name: [
      'cancel',
      'isReadable',
      'isWritable',
      'isAcceptable',
      'isConnectable',
      'isValid',
      'interestOps',
      'interestOpsOr',
      'interestOpsAnd',
      'readyOps',
      'selector',
    ].map((name) => k + name),
    source: 'java/nio/channels/SelectionKey.java: cancel takes the channel from the selector and does not close it',
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

const r = 'java.nio.channels.Selector.';
const d = 'java.nio.channels.DatagramChannel.';
/** Descriptors that are no TCP connections. */
const others: CallFact[] = [
  {
    name: 'java.nio.channels.spi.SelectorProvider.provider',
    source: 'java/nio/channels/spi/SelectorProvider.java provider',
    gives: 'java.nio.channels.spi.SelectorProvider',
  },
  {
    name: [`${r}open`, 'java.nio.channels.spi.SelectorProvider.openSelector'],
    source: 'sun/nio/ch/EPollSelectorImpl.java: an epoll and an event descriptor, which close() alone gives back',
    on: { arg: 9 },
    fails: [{ throws: [io], how: 'rare' }],
    opens: { type: 'java.nio.channels.Selector', role: 'any', datagram: true },
  },
  { name: `${r}close`, source: 'java/nio/channels/spi/AbstractSelector.java close', closes: true, step: { do: 'close' } },
  { name: ['selectNow', 'wakeup', 'selectedKeys', 'keys', 'provider'].map((name) => r + name), source: 'java/nio/channels/Selector.java' },
  {
    name: `${r}isOpen`,
    source: 'java/nio/channels/Selector.java isOpen',
    variants: [{ when: { types: ['java.nio.channels.Selector'] }, then: { ok: ['true'] } }],
  },
  {
    name: `${d}open`,
    source: 'sun/nio/ch/DatagramChannelImpl.java: holds a descriptor from here on',
    on: { arg: 9 },
    fails: [{ throws: [io], how: 'rare' }],
    opens: { type: 'java.nio.channels.DatagramChannel', role: 'any', datagram: true },
  },
  { name: `${d}close`, source: 'sun/nio/ch/DatagramChannelImpl.java implCloseSelectableChannel', closes: true, step: { do: 'close' } },
  {
    name: ['bind', 'connect', 'disconnect'].map((name) => d + name),
    source: 'sun/nio/ch/DatagramChannelImpl.java bind',
    fails,
    passes: 'receiver',
  },
  { name: ['receive', 'read', 'send', 'write'].map((name) => d + name), source: 'sun/nio/ch/DatagramChannelImpl.java receive', fails },
  { name: [`${d}configureBlocking`, `${d}setOption`], source: 'sun/nio/ch/DatagramChannelImpl.java setOption', passes: 'receiver' },
  { name: `${d}socket`, source: 'sun/nio/ch/DatagramSocketAdaptor.java', wraps: { type: 'java.net.DatagramSocket' } },
  { name: `${d}register`, source: 'java/nio/channels/spi/AbstractSelectableChannel.java register', takes: true, keeps: { arg: 0 } },
  {
    name: ['isOpen', 'isConnected', 'getLocalAddress', 'getRemoteAddress', 'getOption', 'isBlocking', 'isRegistered'].map(
      (name) => d + name,
    ),
    source: 'java/nio/channels/DatagramChannel.java: getters',
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
      connectsAtWill: true,
    },
    { name: 'java.nio.channels.Selector', source: 'sun/nio/ch/EPollSelectorImpl.java: no Cleaner', onDrop: 'never' },
    { name: 'java.nio.channels.DatagramChannel', source: 'sun/nio/ch/DatagramChannelImpl.java: a Cleaner', onDrop: 'collector' },
    {
      name: 'java.nio.channels.SelectionKey',
      source: 'java/nio/channels/SelectionKey.java: of the selector',
      onDrop: 'never',
      lever: true,
    },
    { name: 'java.nio.channels.ServerSocketChannel', source: 'sun/nio/ch/ServerSocketChannelImpl.java', onDrop: 'never' },
  ],
  calls: [...calls, ...others],
  exceptions: {
    'java.nio.channels.ClosedChannelException': [io],
    'java.nio.channels.AsynchronousCloseException': ['java.nio.channels.ClosedChannelException'],
    'java.nio.channels.ClosedByInterruptException': ['java.nio.channels.AsynchronousCloseException'],
    'java.nio.channels.UnresolvedAddressException': ['java.lang.IllegalArgumentException'],
    'java.nio.channels.CancelledKeyException': ['java.lang.IllegalStateException'],
  },
};
