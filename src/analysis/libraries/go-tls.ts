/** Go's package crypto/tls: a tls.Conn owns the connection it is made of. */

import type { FailFact, Library } from '../flow/facts.js';
import { netDefaults } from './go-kit.js';

const failsWithNil: FailFact[] = [{ results: ['null', 'nonnull'] }];

export const library: Library = {
  id: 'go-tls',
  languages: ['go'],
  title: 'crypto/tls',
  types: [
    { name: 'tls.Conn', source: 'crypto/tls/conn.go Conn', extends: 'net.Conn', onDrop: 'collector', defaults: netDefaults },
    { name: 'tls.Listener', source: 'crypto/tls/tls.go listener', extends: 'net.Listener', onDrop: 'collector' },
  ],
  calls: [
    {
      name: ['tls.Client', 'tls.Server'],
      source: 'crypto/tls/tls.go Client, Server: Close closes the connection underneath',
      wraps: { type: 'tls.Conn' },
    },
    {
      name: 'tls.Dial',
      source:
        'crypto/tls/tls.go Dial: with a dialer that has no limit, waits for the handshake, too; closes the connection when that fails',
      opens: { type: 'tls.Conn', role: 'client', connected: true },
      blocks: { wait: 'handshake', early: true, limitedBy: ['connectTimeout'] },
      ok: ['nonnull', 'null'],
      fails: failsWithNil,
      step: { do: 'connect' },
    },
    {
      name: 'tls.DialWithDialer',
      source: "crypto/tls/tls.go DialWithDialer: the dialer's Timeout covers the handshake",
      opens: { type: 'tls.Conn', role: 'client', connected: true },
      sets: [{ option: 'connectTimeout', from: { arg: 0 }, field: 'Timeout', elsewhere: 'unknown' }],
      blocks: { wait: 'handshake', limitedBy: ['connectTimeout'] },
      ok: ['nonnull', 'null'],
      fails: failsWithNil,
      step: { do: 'connect' },
    },
    {
      name: 'tls.Dialer.DialContext',
      source: 'crypto/tls/tls.go Dialer.DialContext',
      opens: { type: 'net.Conn', role: 'client', connected: true },
      sets: [{ option: 'connectTimeout', value: 'unknown' }],
      blocks: { wait: 'connect', limitedBy: ['connectTimeout'] },
      ok: ['nonnull', 'null'],
      fails: failsWithNil,
      step: { do: 'connect' },
    },
    {
      name: 'tls.Listen',
      source: 'crypto/tls/tls.go Listen',
      opens: { type: 'tls.Listener', role: 'listener', quiet: true },
      ok: ['nonnull', 'null'],
      fails: failsWithNil,
      step: { do: 'listen' },
    },
    { name: 'tls.NewListener', source: 'crypto/tls/tls.go NewListener', wraps: { type: 'tls.Listener' } },
    {
      name: 'tls.Conn.Handshake',
      source: 'crypto/tls/conn.go Conn.Handshake: leaves the connection open when it fails',
      blocks: { wait: 'handshake', limitedBy: ['readTimeout'] },
      ok: ['null'],
      fails: [{ results: ['nonnull'] }],
      step: { do: 'recv' },
    },
    {
      name: 'tls.Conn.HandshakeContext',
      source: 'crypto/tls/conn.go Conn.HandshakeContext: the context ends it, too',
      blocks: { wait: 'handshake', limitedBy: ['readTimeout'], limit: { arg: 0 } },
      ok: ['null'],
      fails: [{ results: ['nonnull'] }],
      step: { do: 'recv' },
    },
    { name: 'tls.Conn.VerifyHostname', source: 'crypto/tls/conn.go Conn.VerifyHostname', ok: ['null'], fails: [{ results: ['nonnull'] }] },
    {
      name: 'tls.Conn.CloseWrite',
      source: 'crypto/tls/conn.go Conn.CloseWrite: a close_notify alert, the socket stays open',
      blocks: { wait: 'write', limitedBy: ['writeTimeout'] },
    },
    { name: ['tls.Conn.ConnectionState', 'tls.Conn.OCSPResponse'], source: 'crypto/tls/conn.go Conn' },
    { name: 'tls.Conn.NetConn', source: 'crypto/tls/conn.go Conn.NetConn', wraps: { type: 'net.Conn' } },
    {
      name: ['tls.LoadX509KeyPair', 'tls.X509KeyPair'],
      source: 'crypto/tls/tls.go X509KeyPair',
      ok: ['?', 'null'],
      fails: [{ results: ['?', 'nonnull'] }],
    },
  ],
};
