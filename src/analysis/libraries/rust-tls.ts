/** TLS and WebSocket over a stream: native-tls, tokio-native-tls, tokio-rustls, openssl, tungstenite. */

import type { CallFact, Library } from '../flow/facts.js';

const handshake = {
  blocks: { wait: 'handshake' as const, limitedBy: ['readTimeout' as const] },
  ok: ['nonnull'],
  fails: [{ results: ['null'], closesOnFailure: true }],
};

const calls: CallFact[] = [
  {
    name: '*.connect',
    source: 'tokio-rustls: src/client.rs TlsConnector::connect(domain, stream); native-tls: src/lib.rs: takes the stream, no limit',
    on: { arg: 1 },
    passes: { arg: 1 },
    ...handshake,
  },
  {
    name: '*.accept',
    source:
      'tokio-rustls: src/server.rs TlsAcceptor::accept(stream); native-tls: src/lib.rs TlsAcceptor::accept: takes the stream, no limit',
    on: { arg: 0 },
    passes: { arg: 0 },
    ...handshake,
  },
  {
    name: [
      'tokio_tungstenite.accept_async',
      'tokio_tungstenite.accept_async_with_config',
      'tokio_tungstenite.accept_hdr_async',
      'tungstenite.accept',
      'tungstenite.accept_hdr',
      'async_tungstenite.accept_async',
    ],
    source: 'tokio-tungstenite: src/lib.rs accept_async: takes the stream, no limit',
    on: { arg: 0 },
    passes: { arg: 0 },
    ...handshake,
  },
  {
    name: ['tokio_tungstenite.client_async', 'tokio_tungstenite.client_async_tls', 'tungstenite.client'],
    source: 'tokio-tungstenite: src/lib.rs client_async(request, stream): takes the stream, no limit',
    on: { arg: 1 },
    passes: { arg: 1 },
    ok: ['nonnull'],
    fails: [{ results: ['null'], closesOnFailure: true }],
    blocks: { wait: 'handshake', limitedBy: ['readTimeout'] },
  },
  {
    name: ['*.serve_connection', '*.serve_connection_with_upgrades', 'axum.serve', 'axum.Server.from_tcp'],
    source: 'hyper: src/server/conn/http1.rs Builder::serve_connection: owns the connection, has limits of its own (header_read_timeout)',
    on: { arg: 0 },
    takes: true,
  },
];

export const library: Library = { id: 'rust-tls', languages: ['rust'], title: 'TLS and WebSocket streams', types: [], calls };
