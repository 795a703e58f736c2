/** TLS over a descriptor or with one of its own: Mbed TLS and GnuTLS. */

import type { CallFact, Library } from '../flow/facts.js';

const net = 'mbedtls.net';
const session = 'gnutls.session';

const mbed = 'Mbed TLS, include/mbedtls/net_sockets.h and library/net_sockets.c';
const gnu = 'GnuTLS manual, Core TLS API';

const failing: CallFact['fails'] = [{ results: ['neg'] }];

const working = (name: string[], source: string, more: Partial<CallFact> = {}): CallFact => ({
  name,
  source,
  ok: ['zero'],
  fails: failing,
  ...more,
});

export const library: Library = {
  id: 'c-tls-clients',
  languages: ['c', 'cpp'],
  title: 'Mbed TLS and GnuTLS',
  types: [
    { name: net, source: `${mbed}: mbedtls_net_free() closes`, onDrop: 'never' },
    { name: session, source: `${gnu}: gnutls_deinit() leaves the transport open`, onDrop: 'never' },
  ],
  calls: [
    {
      name: 'mbedtls_net_connect',
      source: `${mbed}: 0, or negative with all that it opened closed`,
      opens: { type: net, role: 'client', at: { arg: 0 }, connected: true },
      blocks: { wait: 'connect' },
      ok: ['zero'],
      fails: failing,
      step: { do: 'connect' },
    },
    {
      name: 'mbedtls_net_bind',
      source: `${mbed}: 0, or negative with all that it opened closed`,
      opens: { type: net, role: 'listener', at: { arg: 0 } },
      sets: [{ option: 'SO_REUSEADDR', value: 1 }],
      ok: ['zero'],
      fails: failing,
      step: { do: 'listen' },
    },
    {
      name: 'mbedtls_net_accept',
      source: `${mbed}: 0 and the second argument holds a connection, or negative`,
      opens: { type: net, role: 'accepted', at: { arg: 1 }, inheritsFrom: { arg: 0 }, connected: true },
      blocks: { wait: 'accept' },
      ok: ['zero'],
      fails: failing,
      step: { do: 'accept' },
    },
    { name: 'mbedtls_net_free', source: `${mbed}: shuts down and closes`, closes: true, step: { do: 'close' } },
    { name: 'mbedtls_net_close', source: `${mbed}: closes`, closes: true, step: { do: 'close' } },
    { name: ['mbedtls_net_init'], source: `${mbed}: sets fd to -1`, on: { result: 0 } },
    working(['mbedtls_net_set_block', 'mbedtls_net_poll'], mbed),
    working(['mbedtls_net_set_nonblock'], mbed, { sets: [{ option: 'O_NONBLOCK', value: 1 }] }),
    {
      name: ['mbedtls_net_recv'],
      source: `${mbed}: bytes, 0 at the end, negative`,
      blocks: { wait: 'read', limitedBy: ['SO_RCVTIMEO'] },
      ok: ['pos'],
      eof: { results: ['zero'] },
      fails: failing,
      step: { do: 'recv', bytes: { arg: 2 } },
    },
    {
      name: ['mbedtls_net_send'],
      source: `${mbed}: bytes or negative`,
      blocks: { wait: 'write' },
      ok: ['nonneg'],
      fails: failing,
      step: { do: 'send', bytes: { arg: 2 } },
    },
    { name: 'mbedtls_ssl_set_bio', source: 'Mbed TLS, ssl.h: borrows the context for its callbacks', on: { arg: 1 } },
    working(
      ['mbedtls_ssl_handshake', 'mbedtls_ssl_read', 'mbedtls_ssl_write', 'mbedtls_ssl_close_notify'],
      'Mbed TLS, ssl.h: work on the session',
    ),
    {
      name: ['gnutls_transport_set_int', 'gnutls_transport_set_int2'],
      source: `${gnu}: gnutls_transport_set_int(): borrows the descriptor`,
      on: { arg: 1 },
      wraps: { at: { arg: 0 }, type: session },
    },
    {
      name: ['gnutls_deinit', 'gnutls_bye', 'gnutls_global_deinit'],
      source: `${gnu}: gnutls_deinit(), gnutls_bye(): the descriptor stays open`,
      ok: ['zero'],
    },
    working(
      ['gnutls_handshake', 'gnutls_credentials_set', 'gnutls_server_name_set', 'gnutls_priority_set_direct', 'gnutls_set_default_priority'],
      gnu,
      { blocks: { wait: 'handshake', limitedBy: ['SO_RCVTIMEO', 'readTimeout'] } },
    ),
    {
      name: 'gnutls_handshake_set_timeout',
      source: `${gnu}: milliseconds`,
      sets: [{ option: 'readTimeout', from: { arg: 1 }, scale: 0.001 }],
    },
    {
      name: 'gnutls_record_recv',
      source: `${gnu}: bytes, 0 at the end, negative`,
      blocks: { wait: 'read', limitedBy: ['SO_RCVTIMEO'] },
      ok: ['pos'],
      eof: { results: ['zero'] },
      fails: failing,
      step: { do: 'recv', bytes: { arg: 2 } },
    },
    {
      name: 'gnutls_record_send',
      source: `${gnu}: bytes or negative`,
      blocks: { wait: 'write', limitedBy: ['SO_SNDTIMEO'] },
      ok: ['nonneg'],
      fails: failing,
      step: { do: 'send', bytes: { arg: 2 } },
    },
  ],
};
