/** Python's module ssl. Line references: CPython 3.11. */

import type { CallFact, Library } from '../flow/facts.js';

const t = 'ssl.SSLSocket.';
const wrapping: Partial<CallFact> = {
  wraps: { type: 'ssl.SSLSocket', detaches: true },
  // SSLSocket._create detaches the plain socket first and closes itself when the handshake fails.
  fails: [{ throws: ['ssl.SSLError'], closesOnFailure: true }],
  // Only if the socket is connected: else its connect shakes hands (_create asks getpeername; _real_connect, do_handshake).
  blocks: { wait: 'handshake', limitedBy: ['readTimeout', 'SO_RCVTIMEO'] },
};

export const library: Library = {
  id: 'python-ssl',
  languages: ['python'],
  title: 'ssl',
  types: [{ name: 'ssl.SSLSocket', source: 'ssl.py SSLSocket', extends: 'socket.socket', onDrop: 'at-once', connectsAtWill: true }],
  calls: [
    {
      name: ['*.wrap_socket', 'ssl.SSLContext.wrap_socket', 'ssl.wrap_socket'],
      source: 'ssl.py SSLContext.wrap_socket, SSLSocket._create',
      on: { arg: 0, name: 'sock' },
      ...wrapping,
    },
    {
      name: `${t}connect`,
      source: 'ssl.py SSLSocket.connect, _real_connect: connects and shakes hands; closes nothing when it fails',
      fails: [{ throws: ['OSError'] }],
      blocks: { wait: 'handshake', limitedBy: ['readTimeout', 'SO_RCVTIMEO'] },
      step: { do: 'connect' },
    },
    {
      name: 'socket.ssl',
      source: 'Python 2.7 socket.py ssl: ssl.sslwrap_simple, which shakes hands; its object reads and writes, and keeps the socket',
      on: { arg: 0, name: 'sock' },
      wraps: { type: 'ssl.SSLSocket' },
      fails: [{ throws: ['ssl.SSLError'] }],
      blocks: { wait: 'handshake', limitedBy: ['readTimeout'] },
    },
    {
      name: `${t}read`,
      source: 'ssl.py SSLSocket.read: b"" at the end (suppress_ragged_eofs)',
      fails: [{ throws: ['OSError'] }],
      ok: ['full'],
      eof: { results: ['empty'] },
      blocks: { wait: 'read', limitedBy: ['readTimeout', 'SO_RCVTIMEO'] },
      step: { do: 'recv', bytes: { arg: 0 } },
    },
    {
      name: `${t}write`,
      source: 'ssl.py SSLSocket.write',
      fails: [{ throws: ['OSError'] }],
      ok: ['pos'],
      blocks: { wait: 'write', limitedBy: ['writeTimeout', 'readTimeout', 'SO_SNDTIMEO', 'TCP_USER_TIMEOUT'] },
      step: { do: 'send', bytes: { arg: 0 } },
    },
    {
      name: `${t}unwrap`,
      source: 'ssl.py SSLSocket.unwrap',
      fails: [{ throws: ['ssl.SSLError'] }],
      wraps: { type: 'socket.socket', detaches: true },
    },
    {
      name: `${t}do_handshake`,
      source: 'ssl.py SSLSocket.do_handshake',
      fails: [{ throws: ['ssl.SSLError'] }],
      blocks: { wait: 'handshake', limitedBy: ['readTimeout'] },
    },
    {
      name: [`${t}getpeercert`, `${t}version`, `${t}cipher`, `${t}selected_alpn_protocol`, `${t}pending`, `${t}shared_ciphers`],
      source: 'ssl.py SSLSocket: getters',
    },
    {
      name: ['ssl.create_default_context', 'ssl.SSLContext', 'ssl._create_unverified_context'],
      source: 'ssl.py create_default_context',
      fails: [{ throws: ['OSError'], how: 'rare' }],
    },
  ],
  exceptions: {
    'ssl.SSLError': ['OSError'],
    'socket.sslerror': ['OSError'],
    'ssl.SSLZeroReturnError': ['ssl.SSLError'],
    'ssl.SSLWantReadError': ['ssl.SSLError'],
    'ssl.SSLCertVerificationError': ['ssl.SSLError', 'ValueError'],
    'ssl.CertificateError': ['ssl.SSLError', 'ValueError'],
  },
};
