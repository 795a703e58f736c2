/** Datagram sockets: descriptors without a connection. References: OpenJDK 17, java.base; measured in docs/runtimes/java.md. */

import type { CallFact, FailFact, Library } from '../flow/facts.js';

const io = 'java.io.IOException';
const fails: FailFact[] = [{ throws: [io] }];
const s = 'java.net.DatagramSocket.';

const calls: CallFact[] = [
  {
    name: ['java.net.DatagramSocket', 'java.net.MulticastSocket'],
    source: 'java/net/DatagramSocket.java DatagramSocket(SocketAddress): closes itself when bind fails',
    on: { arg: 9 },
    fails,
    opens: { type: 'java.net.DatagramSocket', role: 'any', datagram: true },
  },
  { name: `${s}close`, source: 'java/net/DatagramSocket.java close', closes: true, step: { do: 'close' } },
  {
    name: ['send', 'receive', 'joinGroup', 'leaveGroup', 'setNetworkInterface', 'setInterface'].map((name) => s + name),
    source: 'java/net/DatagramSocket.java receive: SO_TIMEOUT 0 waits for ever; closes nothing',
    fails,
  },
  {
    name: ['bind', 'connect'].map((name) => s + name),
    source: 'java/net/DatagramSocket.java bind: SocketException',
    fails: [{ throws: ['java.net.SocketException'] }],
  },
  {
    name: [
      'setSoTimeout',
      'setBroadcast',
      'setReuseAddress',
      'setReceiveBufferSize',
      'setSendBufferSize',
      'setTrafficClass',
      'setTimeToLive',
      'setLoopbackMode',
      'setOption',
      'disconnect',
      'getLocalPort',
      'getLocalAddress',
      'getLocalSocketAddress',
      'getPort',
      'getInetAddress',
      'getSoTimeout',
      'isBound',
      'isConnected',
      'getReceiveBufferSize',
      'getSendBufferSize',
    ].map((name) => s + name),
    source: 'java/net/DatagramSocket.java: settings and getters',
  },
  {
    name: `${s}isClosed`,
    source: 'java/net/DatagramSocket.java isClosed',
    variants: [{ when: { types: ['java.net.DatagramSocket'] }, then: { ok: ['false'] } }],
  },
  { name: `${s}getChannel`, source: 'java/net/DatagramSocket.java getChannel', wraps: { type: 'java.nio.channels.DatagramChannel' } },
];

export const library: Library = {
  id: 'java-datagrams',
  languages: ['java'],
  title: 'java.net.DatagramSocket',
  types: [
    {
      name: 'java.net.DatagramSocket',
      source: 'sun/nio/ch/DatagramSocketAdaptor.java: over a channel with a Cleaner',
      onDrop: 'collector',
    },
    { name: 'java.net.MulticastSocket', source: 'java/net/MulticastSocket.java', extends: 'java.net.DatagramSocket', onDrop: 'collector' },
  ],
  calls,
};
