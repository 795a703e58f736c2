/**
 * Java's blocking sockets: java.net, javax.net. References: OpenJDK 17, java.base. What closing does is measured in docs/runtimes/java.md.
 */

import { closedByHand } from './by-hand-kit.js';
import { endsOf } from './ends-kit.js';
import type { DeclaredFact } from '../flow/declared-facts.js';
import type { BlockFact, CallFact, FailFact, Library, OpenFact, OptionName } from '../flow/facts.js';

const io = 'java.io.IOException';
const fails: FailFact[] = [{ throws: [io] }];
/** Only of a socket that is closed already (Socket.setSoTimeout, getInputStream). */
const rarely: FailFact[] = [{ throws: ['java.net.SocketException'], how: 'rare' }];
const closing: FailFact[] = [{ throws: [io], closesOnFailure: true }];
const connecting: BlockFact = { wait: 'connect', limitedBy: ['connectTimeout'] };
const s = 'java.net.Socket.';
const server = 'java.net.ServerSocket.';

/** Nothing is held before it connects: the descriptor is made then (Socket.getImpl, NioSocketImpl.create), and closed when that fails. */
const unconnected: OpenFact = { type: 'java.net.Socket', role: 'client', heldFrom: 'connect' };
const later: Partial<CallFact> = { opens: unconnected, fails: [], blocks: undefined, step: undefined };

const opening: CallFact[] = [
  {
    name: 'java.net.Socket',
    source: 'java/net/Socket.java Socket(SocketAddress, SocketAddress, boolean): closes itself when connect fails',
    fails,
    opens: { ...unconnected, connected: true },
    blocks: { ...connecting, early: true },
    step: { do: 'connect' },
    // Without a port it is not connected: Socket(), Socket(Proxy), Socket(SocketImpl).
    variants: [{ when: { lacks: { arg: 1 } }, then: later }],
  },
  {
    name: [
      'javax.net.SocketFactory.createSocket',
      'javax.net.ssl.SSLSocketFactory.createSocket',
      'org.apache.http.conn.ssl.SSLSocketFactory.createSocket',
    ],
    source: 'javax/net/SocketFactory.java createSocket()',
    on: 'receiver',
    fails,
    opens: { ...unconnected, type: 'javax.net.ssl.SSLSocket', connected: true },
    blocks: connecting,
    step: { do: 'connect' },
    variants: [
      { when: { lacks: { arg: 1 } }, then: { ...later, opens: { ...unconnected, type: 'javax.net.ssl.SSLSocket' } } },
      // On top of a socket that is there: createSocket(Socket, String, int, boolean autoClose).
      {
        when: { arg: { arg: 3 }, names: ['true', 'false'] },
        then: {
          opens: undefined,
          on: { arg: 0 },
          fails: rarely,
          blocks: undefined,
          step: undefined,
          wraps: { type: 'javax.net.ssl.SSLSocket' },
        },
      },
      // So may be what is given here: a socket and a flag, or two addresses and their ports.
      { when: { lacks: { arg: 2 } }, then: {} },
      {
        when: { lacks: { arg: 9 } },
        then: { opens: undefined, on: 'any', takes: true, fails: rarely, blocks: undefined, step: undefined },
      },
    ],
  },
  { name: ['javax.net.SocketFactory.getDefault'], source: 'javax/net/SocketFactory.java getDefault', gives: 'javax.net.SocketFactory' },
  {
    name: ['javax.net.ssl.SSLSocketFactory.getDefault', 'javax.net.ssl.SSLContext.getSocketFactory'],
    source: 'javax/net/ssl/SSLContext.java getSocketFactory',
    gives: 'javax.net.ssl.SSLSocketFactory',
  },
  {
    name: ['java.net.ServerSocket', 'javax.net.ServerSocketFactory.createServerSocket'],
    source: 'java/net/ServerSocket.java ServerSocket(int, int, InetAddress): closes itself when bind fails',
    fails,
    opens: { type: 'java.net.ServerSocket', role: 'listener' },
    sets: [{ option: 'BACKLOG', from: { arg: 1 }, absent: 50 }],
    step: { do: 'listen' },
    variants: [
      {
        when: { lacks: { arg: 0 } },
        then: { fails: [], step: undefined, sets: [], opens: { type: 'java.net.ServerSocket', role: 'listener', heldFrom: 'connect' } },
      },
    ],
  },
  {
    name: `${server}accept`,
    source: 'java/net/ServerSocket.java accept',
    fails,
    opens: { type: 'java.net.Socket', role: 'accepted', connected: true, inheritsFrom: 'receiver' },
    on: 'receiver',
    blocks: { wait: 'accept', limitedBy: ['readTimeout'] },
    step: { do: 'accept' },
  },
];

/** What these ask is known of the connection at hand. */
const own = ['java.net.Socket', 'javax.net.ssl.SSLSocket', 'java.net.ServerSocket'];
const seconds = { scale: 0.001, signs: { zero: null } } as const;
const using: CallFact[] = [
  {
    name: `${s}connect`,
    source:
      'sun/nio/ch/NioSocketImpl.java connect: closes the socket when it throws IOException; Socket.connect(endpoint, 0) ' +
      'waits as long as the kernel tries. A host that has no address is found out after the descriptor is made, and leaves it ' +
      '(docs/runtimes/java.md)',
    fails: [...closing, { throws: ['java.net.UnknownHostException'], how: 'rare' }],
    blocks: { ...connecting, limit: { arg: 1 }, limitScale: 0.001 },
    sets: [{ option: 'connectTimeout', from: { arg: 1 }, ...seconds }],
    step: { do: 'connect' },
  },
  { name: `${s}bind`, source: 'java/net/Socket.java bind: to an address of its own that is free', fails: rarely },
  { name: `${server}bind`, source: 'java/net/ServerSocket.java bind', fails },
  {
    name: `${s}getInputStream`,
    source: 'java/net/Socket.java getInputStream: closing the stream closes the socket',
    fails: rarely,
    wraps: { type: 'java.net.Socket.InputStream' },
  },
  {
    name: `${s}getOutputStream`,
    source: 'java/net/Socket.java getOutputStream: closing the stream closes the socket',
    fails: rarely,
    wraps: { type: 'java.net.Socket.OutputStream' },
  },
  { name: [`${s}close`, `${server}close`], source: 'java/net/Socket.java close', closes: true, step: { do: 'close' } },
  {
    name: `${s}shutdownOutput`,
    source: 'java/net/Socket.java shutdownOutput',
    fails,
    halfCloses: true,
    step: { do: 'shutdown', how: 'WR' },
  },
  { name: `${s}shutdownInput`, source: 'java/net/Socket.java shutdownInput', fails, step: { do: 'shutdown', how: 'RD' } },
  {
    name: [`${s}setSoTimeout`, `${server}setSoTimeout`],
    source: 'java/net/Socket.java setSoTimeout: read() alone; 0 is no limit',
    fails: rarely,
    sets: [{ option: 'readTimeout', from: { arg: 0 }, ...seconds }],
  },
  {
    name: `${s}setKeepAlive`,
    source: 'java/net/Socket.java setKeepAlive',
    fails: rarely,
    sets: [{ option: 'SO_KEEPALIVE', from: { arg: 0 } }],
  },
  {
    name: `${s}setTcpNoDelay`,
    source: 'java/net/Socket.java setTcpNoDelay',
    fails: rarely,
    sets: [{ option: 'TCP_NODELAY', from: { arg: 0 } }],
  },
  {
    name: [`${s}setReuseAddress`, `${server}setReuseAddress`],
    source: 'java/net/ServerSocket.java setReuseAddress',
    sets: [{ option: 'SO_REUSEADDR', from: { arg: 0 } }],
  },
  {
    name: [
      `${s}setReceiveBufferSize`,
      `${s}setSendBufferSize`,
      `${s}setSoLinger`,
      `${s}setTrafficClass`,
      `${s}setOOBInline`,
      `${s}setPerformancePreferences`,
      `${server}setReceiveBufferSize`,
      `${server}setPerformancePreferences`,
    ],
    source: 'java/net/Socket.java: setters throw SocketException',
    fails: rarely,
  },
  {
    name: [`${s}setOption`, `${server}setOption`, 'java.nio.channels.SocketChannel.setOption'],
    source: 'java/net/StandardSocketOptions.java, jdk/net/ExtendedSocketOptions.java (seconds)',
    fails: rarely,
    setsByName: {
      level: { arg: 0 },
      name: { arg: 0 },
      value: { arg: 1 },
      names: {
        'java.net.StandardSocketOptions.SO_KEEPALIVE': 'SO_KEEPALIVE',
        'java.net.StandardSocketOptions.TCP_NODELAY': 'TCP_NODELAY',
        'java.net.StandardSocketOptions.SO_REUSEADDR': 'SO_REUSEADDR',
        'java.net.StandardSocketOptions.SO_REUSEPORT': 'SO_REUSEPORT',
        'java.net.StandardSocketOptions.SO_RCVBUF': 'SO_RCVBUF',
        'java.net.StandardSocketOptions.SO_SNDBUF': 'SO_SNDBUF',
        'jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE': 'TCP_KEEPIDLE',
        'jdk.net.ExtendedSocketOptions.TCP_KEEPINTERVAL': 'TCP_KEEPINTVL',
        'jdk.net.ExtendedSocketOptions.TCP_KEEPCOUNT': 'TCP_KEEPCNT',
      },
    },
  },
  {
    name: [
      'getInetAddress',
      'getLocalAddress',
      'getPort',
      'getLocalPort',
      'getRemoteSocketAddress',
      'getLocalSocketAddress',
      'isBound',
      'isInputShutdown',
      'isOutputShutdown',
      'getSoTimeout',
      'getKeepAlive',
      'getTcpNoDelay',
      'getSoLinger',
      'getReceiveBufferSize',
      'getSendBufferSize',
      'getReuseAddress',
      'getOption',
      'toString',
      'hashCode',
      'equals',
    ].flatMap((name) => [s + name, server + name]),
    source: 'java/net/Socket.java: getters',
  },
  {
    name: [`${s}isClosed`, `${server}isClosed`],
    source: 'java/net/Socket.java isClosed',
    variants: [{ when: { types: own }, then: { ok: ['false'] } }],
  },
  {
    name: `${s}isConnected`,
    source: 'java/net/Socket.java isConnected: true once it was, closed or not',
    variants: [{ when: { types: own }, then: { ok: ['true'] } }],
  },
  { name: `${s}getChannel`, source: 'java/net/Socket.java getChannel', wraps: { type: 'java.nio.channels.SocketChannel' } },
];

const t = 'javax.net.ssl.SSLSocket.';
const tls: CallFact[] = [
  {
    name: `${t}startHandshake`,
    source: 'sun/security/ssl/SSLSocketImpl.java startHandshake: an alert closes it, a time limit does not',
    fails,
    blocks: { wait: 'handshake', limitedBy: ['readTimeout'] },
  },
  {
    name: [
      'setEnabledProtocols',
      'setEnabledCipherSuites',
      'setNeedClientAuth',
      'setWantClientAuth',
      'setUseClientMode',
      'setSSLParameters',
      'getSSLParameters',
      'addHandshakeCompletedListener',
      'getEnabledProtocols',
      'getSupportedProtocols',
      'getSupportedCipherSuites',
      'getEnabledCipherSuites',
      'setEnableSessionCreation',
      'getHandshakeSession',
    ].map((name) => t + name),
    source: 'javax/net/ssl/SSLSocket.java: settings',
  },
  {
    name: `${t}getSession`,
    source: 'sun/security/ssl/SSLSocketImpl.java getSession: shakes hands; a failure gives an invalid session',
    blocks: { wait: 'handshake', limitedBy: ['readTimeout'] },
  },
];

/** jdk/net/ExtendedSocketOptions.java has none. */
const cannotSet: readonly OptionName[] = ['TCP_USER_TIMEOUT'];

/** Methods of which only the declaration is known, an interface's or an abstract class's: by such a name they make what they give. */
const declared: DeclaredFact[] = ['java.net.Socket', 'javax.net.ssl.SSLSocket'].map((type) => ({
  type,
  words: ['connect', 'open', 'create', 'dial', 'establish'],
  alone: true,
  fact: {
    name: type,
    source: 'java/net/Socket.java close: somebody must call it; javax/net/SocketFactory.java createSocket is such a method',
    opens: { type, role: 'client', connected: true },
    // Whoever makes it may limit it.
    sets: (['readTimeout', 'connectTimeout', 'SO_KEEPALIVE'] as const).map((option) => ({ option, value: 'unknown' })),
    fails,
    step: { do: 'connect' },
  },
}));

const byHand = closedByHand({ names: ['close', 'disconnect'], fails: closing }, ([result]) => (result ? { ok: ['nonnull'], fails } : null));

export const library: Library = {
  id: 'java-net',
  languages: ['java'],
  title: 'java.net.Socket',
  byHand: byHand.byHand,
  ends: endsOf(['java.net.Socket', 'javax.net.ssl.SSLSocket', 'java.nio.channels.SocketChannel']),
  types: [
    byHand.type,
    {
      name: 'java.net.Socket',
      source: 'sun/nio/ch/NioSocketImpl.java closerFor: a Cleaner closes the descriptor when the object is collected',
      onDrop: 'collector',
      cannotSet,
      connectsAtWill: true,
    },
    {
      name: 'java.net.Socket.InputStream',
      source: 'java/net/Socket.java SocketInputStream',
      extends: 'java.io.InputStream',
      onDrop: 'collector',
      secondary: true,
    },
    {
      name: 'java.net.Socket.OutputStream',
      source: 'java/net/Socket.java SocketOutputStream',
      extends: 'java.io.OutputStream',
      onDrop: 'collector',
      secondary: true,
    },
    {
      name: 'java.net.ServerSocket',
      source: 'sun/nio/ch/NioSocketImpl.java closerFor; sun/nio/ch/Net.java serverSocket: SO_REUSEADDR, measured with strace (OpenJDK 17)',
      onDrop: 'collector',
      defaults: { SO_REUSEADDR: 1 },
    },
    {
      name: 'javax.net.ssl.SSLSocket',
      source: 'sun/security/ssl/SSLSocketImpl.java',
      extends: 'java.net.Socket',
      onDrop: 'collector',
      cannotSet,
    },
    {
      name: 'javax.net.ssl.SSLServerSocket',
      source: 'javax/net/ssl/SSLServerSocket.java',
      extends: 'java.net.ServerSocket',
      onDrop: 'collector',
      defaults: { SO_REUSEADDR: 1 },
    },
    {
      name: 'javax.net.ssl.SSLSocketFactory',
      source: 'javax/net/ssl/SSLSocketFactory.java: opens nothing by itself',
      extends: 'javax.net.SocketFactory',
      onDrop: 'collector',
    },
  ],
  calls: [byHand.call, ...opening, ...using, ...tls],
  declared,
  exceptions: {
    'java.net.SocketException': ['java.io.IOException'],
    'java.net.ConnectException': ['java.net.SocketException'],
    'java.net.BindException': ['java.net.SocketException'],
    'java.net.NoRouteToHostException': ['java.net.SocketException'],
    'java.net.SocketTimeoutException': ['java.io.InterruptedIOException'],
    'java.net.UnknownHostException': ['java.io.IOException'],
    'java.net.ProtocolException': ['java.io.IOException'],
    'java.net.MalformedURLException': ['java.io.IOException'],
    'javax.net.ssl.SSLException': ['java.io.IOException'],
    'javax.net.ssl.SSLHandshakeException': ['javax.net.ssl.SSLException'],
    'javax.net.ssl.SSLPeerUnverifiedException': ['javax.net.ssl.SSLException'],
  },
};
