/** Packages of Go that make another connection of one: forks of crypto/tls, multiplexers, the PROXY protocol. */

import type { CallFact, Library, TypeFact } from '../flow/facts.js';
import { client, netDefaults, onlyError, perPath, valueOrError } from './go-kit.js';

/** As crypto/tls: closing it closes the connection underneath, and a failed handshake leaves that open. */
const tlsForks = perPath(
  [
    'github.com/refraction-networking/utls',
    'gitlab.com/yawning/utls.git',
    'github.com/zmap/zcrypto/tls',
    'github.com/tjfoc/gmsm/gmtls',
    'github.com/cloudflare/tls-tris',
  ],
  (path) => {
    const types = ['Conn', 'UConn'].map((type): TypeFact => ({
      name: `${path}.${type}`,
      source: 'utls u_conn.go UConn, crypto/tls/conn.go Conn',
      extends: 'tls.Conn',
      onDrop: 'collector',
      defaults: netDefaults,
    }));
    const calls: CallFact[] = [
      { name: [`${path}.Client`, `${path}.Server`], source: 'crypto/tls/tls.go Client', wraps: { type: `${path}.Conn` }, ok: ['nonnull'] },
      { name: `${path}.UClient`, source: 'utls u_conn.go UClient', wraps: { type: `${path}.UConn` }, ok: ['nonnull'] },
      {
        name: ['ApplyPreset', 'ApplyConfig', 'BuildHandshakeState', 'MarshalClientHello', 'SetClientRandom'].map(
          (method) => `${path}.UConn.${method}`,
        ),
        source: 'utls u_conn.go UConn.BuildHandshakeState, u_parrots.go UConn.ApplyPreset',
        ...onlyError,
      },
      {
        name: ['SetSNI', 'SetSessionState', 'SetSessionCache'].map((method) => `${path}.UConn.${method}`),
        source: 'utls u_conn.go UConn.SetSNI',
      },
    ];
    return { types, calls };
  },
);

/** One that is refused for its settings leaves the connection open (yamux mux.go Client, smux mux.go Client). */
const multiplexers = perPath(['github.com/hashicorp/yamux', 'github.com/libp2p/go-yamux', 'github.com/xtaci/smux'], (path) => {
  const session = client({
    type: `${path}.Session`,
    source: 'yamux session.go Session.Close, smux session.go Session.Close: close the connection underneath',
    closes: ['Close'],
    values: ['Ping'],
    plain: ['IsClosed', 'NumStreams', 'CloseChan', 'RemoteAddr', 'LocalAddr', 'Addr', 'SetDeadline'],
  });
  // A stream holds its session: who gets it may reach that.
  const stream: TypeFact = {
    name: `${path}.Stream`,
    source: 'yamux stream.go Stream: closing it leaves the session',
    onDrop: 'never',
    managed: true,
  };
  const streams: CallFact = {
    name: ['Open', 'OpenStream', 'Accept', 'AcceptStream'].map((method) => `${path}.Session.${method}`),
    source: 'yamux session.go Session.OpenStream',
    wraps: { type: stream.name },
    ...valueOrError(),
  };
  return {
    types: [...session.types, stream],
    calls: [
      ...session.calls,
      streams,
      {
        name: [`${path}.Client`, `${path}.Server`],
        source: 'yamux mux.go Client, Server',
        wraps: { type: `${path}.Session` },
        ...valueOrError(),
      },
    ],
  };
});

const proxyProtocol = perPath(['github.com/pires/go-proxyproto', 'github.com/armon/go-proxyproto'], (path) => ({
  types: [],
  calls: [
    {
      name: `${path}.NewConn`,
      source: 'go-proxyproto protocol.go NewConn: Close closes the connection underneath',
      wraps: { type: 'net.Conn' },
      ok: ['nonnull'],
    },
  ],
}));

export const library: Library = {
  id: 'go-wrappers',
  languages: ['go'],
  title: 'TLS forks, multiplexers, PROXY protocol',
  types: [...tlsForks.types, ...multiplexers.types, ...proxyProtocol.types],
  calls: [...tlsForks.calls, ...multiplexers.calls, ...proxyProtocol.calls],
};
