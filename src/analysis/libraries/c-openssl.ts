/** OpenSSL over a descriptor: man pages of OpenSSL 3.0. */

import type { CallFact, Library } from '../flow/facts.js';

const type = 'openssl.SSL';
/** A BIO that closes its descriptor when it is freed; one that does not; a session over the former. */
const bio = 'openssl.BIO';
const borrowing = 'openssl.BIO with BIO_NOCLOSE';
const owning = 'openssl.SSL over its BIO';

const shaking = (name: string, source: string): CallFact => ({
  name, source, blocks: { wait: 'handshake', limitedBy: ['SO_RCVTIMEO'] }, ok: ['=1'], fails: [{ results: ['nonpos'] }],
});

export const library: Library = {
  id: 'c-openssl',
  languages: ['c', 'cpp'],
  title: 'OpenSSL',
  types: [
    { name: bio, source: 'BIO_s_socket(3): with BIO_CLOSE BIO_free() closes the descriptor', onDrop: 'never' },
    { name: borrowing, source: 'BIO_s_socket(3): with BIO_NOCLOSE the descriptor stays', onDrop: 'never' },
    { name: owning, source: 'SSL_set_bio(3), SSL_free(3): frees its BIOs', onDrop: 'never', extends: type },
    { name: type, source: 'SSL_set_fd(3), SSL_free(3): the descriptor is borrowed (BIO_NOCLOSE)', onDrop: 'never' },
  ],
  calls: [
    { name: ['SSL_set_fd', 'SSL_set_rfd', 'SSL_set_wfd'], source: 'SSL_set_fd(3): makes a socket BIO with BIO_NOCLOSE; 1, or 0 on failure', on: { arg: 1 }, wraps: { at: { arg: 0 }, type }, ok: ['=1'], fails: [{ results: ['zero'], how: 'rare' }] },
    { name: ['SSL_get_fd', 'SSL_get_rfd', 'SSL_get_wfd'], source: 'SSL_get_fd(3)', passes: { arg: 0 } },
    shaking('SSL_connect', 'SSL_connect(3): 1, 0 or below'), shaking('SSL_accept', 'SSL_accept(3): 1, 0 or below'), shaking('SSL_do_handshake', 'SSL_do_handshake(3): 1, 0 or below'),
    { name: ['SSL_read', 'SSL_peek'], source: 'SSL_read(3): above 0, or SSL_get_error() tells why', blocks: { wait: 'read', limitedBy: ['SO_RCVTIMEO'] }, ok: ['pos'], eof: { results: ['zero'] }, fails: [{ results: ['neg'] }], step: { do: 'recv', bytes: { arg: 2 } } },
    { name: ['SSL_read_ex', 'SSL_peek_ex'], source: 'SSL_read_ex(3): 1 or 0', blocks: { wait: 'read', limitedBy: ['SO_RCVTIMEO'] }, ok: ['=1'], eof: { results: ['zero'] }, fails: [{ results: ['zero'] }], step: { do: 'recv', bytes: { arg: 2 } } },
    { name: ['SSL_write', 'SSL_write_ex'], source: 'SSL_write(3): above 0, or SSL_get_error() tells why', blocks: { wait: 'write', limitedBy: ['SO_SNDTIMEO'] }, ok: ['pos'], fails: [{ results: ['nonpos'] }], step: { do: 'send', bytes: { arg: 2 } } },
    { name: ['SSL_shutdown', 'SSL_clear', 'SSL_CTX_free'], source: 'SSL_shutdown(3): the descriptor stays open' },
    { name: 'SSL_free', source: 'SSL_free(3): frees the BIOs of the session; SSL_set_fd() made one that leaves the descriptor open', variants: [{ when: { types: [owning] }, then: { closes: true, step: { do: 'close' } } }] },
    {
      name: ['SSL_get_error', 'SSL_pending', 'SSL_set_tlsext_host_name', 'SSL_set1_host', 'SSL_get_peer_certificate', 'SSL_get1_peer_certificate', 'SSL_get_verify_result', 'SSL_set_connect_state', 'SSL_set_accept_state', 'SSL_get_version', 'SSL_get_cipher', 'SSL_get_current_cipher', 'SSL_set_mode', 'SSL_set_verify', 'SSL_get0_alpn_selected', 'SSL_set_session', 'SSL_use_certificate', 'SSL_set_shutdown', 'SSL_get_shutdown', 'SSL_want', 'SSL_get_peer_cert_chain', 'SSL_get_servername', 'SSL_set_options', 'SSL_session_reused', 'SSL_set_ex_data', 'SSL_get_ex_data', 'SSL_set_app_data', 'SSL_set_quiet_shutdown', 'SSL_set_info_callback', 'SSL_is_init_finished', 'SSL_state_string_long'],
      source: 'ssl(7): look at the session only',
    },
    { name: 'SSL_new', source: 'SSL_new(3): NULL on failure', on: { result: 0 }, ok: ['full'], fails: [{ results: ['null'] }] },
    { name: ['SSL_set_bio', 'SSL_set0_rbio', 'SSL_set0_wbio'], source: 'SSL_set_bio(3): the session owns the BIO', on: { arg: 1 }, wraps: { at: { arg: 0 }, type: owning }, variants: [{ when: { types: [borrowing] }, then: { wraps: { at: { arg: 0 }, type } } }] },
    {
      name: ['BIO_new_socket', 'BIO_new_dgram'], source: 'BIO_s_socket(3): a BIO, or NULL; with BIO_CLOSE it closes the descriptor when it is freed', wraps: { type: bio }, ok: ['full'], fails: [{ results: ['null'], how: 'rare' }],
      variants: [{ when: { arg: { arg: 1 }, names: ['BIO_NOCLOSE', '0'] }, then: { wraps: { type: borrowing } } }],
    },
    { name: 'BIO_set_fd', source: 'BIO_s_fd(3)', on: { arg: 1 }, wraps: { at: { arg: 0 }, type: bio }, variants: [{ when: { arg: { arg: 2 }, names: ['BIO_NOCLOSE', '0'] }, then: { wraps: { at: { arg: 0 }, type: borrowing } } }] },
    { name: ['BIO_new_connect', 'BIO_new_ssl_connect', 'BIO_new_buffer_ssl_connect'], source: 'BIO_s_connect(3), BIO_f_ssl(3): NULL on failure; BIO_do_connect() connects, BIO_free() closes', opens: { type: bio, role: 'client', heldFrom: 'connect' }, on: { result: 0 }, ok: ['full'], fails: [{ results: ['null'] }] },
    { name: ['BIO_do_connect', 'BIO_do_handshake'], source: 'BIO_s_connect(3): 1, or 0 and below; the BIO stays', blocks: { wait: 'connect' }, ok: ['=1'], fails: [{ results: ['nonpos'] }], step: { do: 'connect' } },
    { name: 'BIO_read', source: 'BIO_read(3): bytes, 0 at the end, below 0', blocks: { wait: 'read', limitedBy: ['SO_RCVTIMEO'] }, ok: ['pos'], eof: { results: ['zero'] }, fails: [{ results: ['neg'] }], step: { do: 'recv', bytes: { arg: 2 } } },
    { name: ['BIO_write', 'BIO_puts', 'BIO_flush'], source: 'BIO_write(3)', blocks: { wait: 'write' }, ok: ['pos'], fails: [{ results: ['nonpos'] }], step: { do: 'send' } },
    { name: ['BIO_free', 'BIO_free_all', 'BIO_vfree'], source: 'BIO_new(3): frees the BIO, and what it owns', closes: true, step: { do: 'close' }, variants: [{ when: { types: [borrowing] }, then: { closes: false, step: undefined } }] },
    { name: ['BIO_get_ssl', 'BIO_set_nbio', 'BIO_get_fd', 'BIO_should_retry', 'BIO_set_conn_hostname', 'BIO_set_conn_port', 'BIO_ctrl', 'BIO_set_close', 'BIO_pending'], source: 'BIO_ctrl(3): look at the BIO or set it up' },
    { name: 'BIO_push', source: 'BIO_push(3): one chain, freed together', on: { arg: 1 }, wraps: { at: { arg: 0 }, type: bio }, passes: { arg: 0 } },
  ],
};
