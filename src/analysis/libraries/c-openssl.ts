/** OpenSSL over a descriptor: man pages of OpenSSL 3.0. */

import type { CallFact, Library } from '../flow/facts.js';

const type = 'openssl.SSL';

const shaking = (name: string, source: string): CallFact => ({
  name, source, blocks: { wait: 'handshake', limitedBy: ['SO_RCVTIMEO'] }, ok: ['=1'], fails: [{ results: ['nonpos'] }],
});

export const library: Library = {
  id: 'c-openssl',
  languages: ['c'],
  title: 'OpenSSL',
  types: [{ name: type, source: 'SSL_set_fd(3), SSL_free(3): the descriptor is borrowed (BIO_NOCLOSE)', onDrop: 'never' }],
  calls: [
    { name: ['SSL_set_fd', 'SSL_set_rfd', 'SSL_set_wfd'], source: 'SSL_set_fd(3): makes a socket BIO with BIO_NOCLOSE; 1, or 0 on failure', on: { arg: 1 }, wraps: { at: { arg: 0 }, type }, ok: ['=1'], fails: [{ results: ['zero'], how: 'rare' }] },
    { name: ['SSL_get_fd', 'SSL_get_rfd', 'SSL_get_wfd'], source: 'SSL_get_fd(3)', passes: { arg: 0 } },
    shaking('SSL_connect', 'SSL_connect(3): 1, 0 or below'), shaking('SSL_accept', 'SSL_accept(3): 1, 0 or below'), shaking('SSL_do_handshake', 'SSL_do_handshake(3): 1, 0 or below'),
    { name: ['SSL_read', 'SSL_peek'], source: 'SSL_read(3): above 0, or SSL_get_error() tells why', blocks: { wait: 'read', limitedBy: ['SO_RCVTIMEO'] }, ok: ['pos'], eof: { results: ['zero'] }, fails: [{ results: ['neg'] }], step: { do: 'recv', bytes: { arg: 2 } } },
    { name: ['SSL_read_ex', 'SSL_peek_ex'], source: 'SSL_read_ex(3): 1 or 0', blocks: { wait: 'read', limitedBy: ['SO_RCVTIMEO'] }, ok: ['=1'], eof: { results: ['zero'] }, fails: [{ results: ['zero'] }], step: { do: 'recv', bytes: { arg: 2 } } },
    { name: ['SSL_write', 'SSL_write_ex'], source: 'SSL_write(3): above 0, or SSL_get_error() tells why', blocks: { wait: 'write', limitedBy: ['SO_SNDTIMEO'] }, ok: ['pos'], fails: [{ results: ['nonpos'] }], step: { do: 'send', bytes: { arg: 2 } } },
    { name: ['SSL_shutdown', 'SSL_free', 'SSL_clear', 'SSL_CTX_free'], source: 'SSL_shutdown(3), SSL_free(3): the descriptor stays open' },
    {
      name: ['SSL_get_error', 'SSL_pending', 'SSL_set_tlsext_host_name', 'SSL_set1_host', 'SSL_get_peer_certificate', 'SSL_get1_peer_certificate', 'SSL_get_verify_result', 'SSL_set_connect_state', 'SSL_set_accept_state', 'SSL_get_version', 'SSL_get_cipher', 'SSL_get_current_cipher', 'SSL_set_mode', 'SSL_set_verify', 'SSL_get0_alpn_selected', 'SSL_set_session', 'SSL_use_certificate'],
      source: 'ssl(7): look at the session only',
    },
    { name: 'SSL_new', source: 'SSL_new(3): NULL on failure', on: { result: 0 }, ok: ['full'], fails: [{ results: ['null'] }] },
    { name: ['SSL_set_bio', 'SSL_set0_rbio', 'SSL_set0_wbio', 'BIO_new_socket', 'BIO_set_fd', 'BIO_new_dgram'], source: 'BIO_s_socket(3): with BIO_CLOSE the BIO closes the descriptor when it is freed', takes: true },
  ],
};
