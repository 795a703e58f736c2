/** GIO's sockets: docs.gtk.org/gio, by function. */

import type { CallFact, Library } from '../flow/facts.js';

const connection = 'gio.GSocketConnection';
const socket = 'gio.GSocket';

const opening = (
  name: string[],
  type: string,
  role: 'client' | 'accepted' | 'any',
  source: string,
  wait?: 'connect' | 'accept',
): CallFact => ({
  name,
  source,
  opens: { type, role, ...(wait ? { connected: true } : {}) },
  on: { result: 0 },
  ...(wait ? { blocks: { wait } } : {}),
  ok: ['full'],
  fails: [{ results: ['null'] }],
  ...(wait ? { step: { do: wait } } : {}),
});

export const library: Library = {
  id: 'c-glib',
  languages: ['c', 'cpp'],
  title: 'GLib networking (GIO)',
  types: [
    { name: connection, source: 'GSocketConnection: closed when the last reference goes (g_object_unref)', onDrop: 'never' },
    { name: socket, source: 'GSocket: closed when the last reference goes', onDrop: 'never' },
  ],
  calls: [
    opening(
      [
        'g_socket_client_connect',
        'g_socket_client_connect_to_host',
        'g_socket_client_connect_to_service',
        'g_socket_client_connect_to_uri',
      ],
      connection,
      'client',
      'g_socket_client_connect(): a connection that the caller owns, or NULL',
      'connect',
    ),
    opening(
      [
        'g_socket_client_connect_finish',
        'g_socket_client_connect_to_host_finish',
        'g_socket_client_connect_to_service_finish',
        'g_socket_client_connect_to_uri_finish',
      ],
      connection,
      'client',
      'g_socket_client_connect_finish(): a connection that the caller owns, or NULL',
    ),
    opening(
      ['g_socket_listener_accept'],
      connection,
      'accepted',
      'g_socket_listener_accept(): a connection that the caller owns, or NULL',
      'accept',
    ),
    opening(['g_socket_listener_accept_finish'], connection, 'accepted', 'g_socket_listener_accept_finish()'),
    opening(['g_socket_accept'], socket, 'accepted', 'g_socket_accept(): a socket that the caller owns, or NULL', 'accept'),
    opening(['g_socket_new'], socket, 'any', 'g_socket_new(): a socket that the caller owns, or NULL'),
    {
      name: 'g_socket_new_from_fd',
      source: 'g_socket_new_from_fd(): owns the descriptor; NULL on failure and the descriptor stays',
      wraps: { type: socket },
      ok: ['full'],
      fails: [{ results: ['null'] }],
    },
    {
      name: ['g_socket_connection_factory_create_connection'],
      source: 'g_socket_connection_factory_create_connection(): takes a reference of its own',
      wraps: { type: connection },
      ok: ['full'],
    },
    {
      name: ['g_object_unref', 'g_clear_object', 'g_socket_close', 'g_io_stream_close'],
      source: 'g_object_unref(), g_io_stream_close(): the last reference closes the socket; here one reference is all there is',
      closes: true,
      step: { do: 'close' },
    },
    { name: ['g_object_ref'], source: 'g_object_ref(): another owner', takes: true, passes: { arg: 0 } },
    {
      name: [
        'g_io_stream_get_input_stream',
        'g_io_stream_get_output_stream',
        'g_socket_connection_get_socket',
        'g_socket_get_fd',
        'g_socket_connection_get_remote_address',
        'g_socket_connection_get_local_address',
        'g_socket_get_remote_address',
      ],
      source: 'docs.gtk.org/gio: owned by the connection',
    },
    {
      name: [
        'g_socket_bind',
        'g_socket_set_blocking',
        'g_socket_set_option',
        'g_socket_condition_wait',
        'g_socket_is_connected',
        'g_socket_get_available_bytes',
        'g_tcp_connection_set_graceful_disconnect',
      ],
      source: 'docs.gtk.org/gio: work on the socket only',
      ok: ['pos'],
      fails: [{ results: ['zero'], how: 'rare' }],
    },
    {
      name: ['G_OBJECT', 'G_IO_STREAM', 'G_SOCKET_CONNECTION', 'G_TCP_CONNECTION', 'G_SOCKET', 'G_INITABLE'],
      source: 'gtype.h, G_TYPE_CHECK_INSTANCE_CAST: the same object',
      passes: { arg: 0 },
      ok: ['full'],
    },
    { name: 'g_socket_listen', source: 'g_socket_listen()', ok: ['pos'], fails: [{ results: ['zero'] }], step: { do: 'listen' } },
    {
      name: 'g_socket_connect',
      source: 'g_socket_connect(): the socket stays when it fails',
      blocks: { wait: 'connect', limitedBy: ['readTimeout'] },
      ok: ['pos'],
      fails: [{ results: ['zero'] }],
      step: { do: 'connect' },
    },
    { name: 'g_socket_set_keepalive', source: 'g_socket_set_keepalive()', sets: [{ option: 'SO_KEEPALIVE', from: { arg: 1 } }] },
    {
      name: 'g_socket_set_timeout',
      source: 'g_socket_set_timeout(): seconds, 0 for none; limits every blocking call',
      sets: [{ option: 'readTimeout', from: { arg: 1 }, signs: { zero: null } }],
    },
    {
      name: ['g_socket_receive', 'g_socket_receive_with_blocking'],
      source: 'g_socket_receive(): bytes, 0 at the end, -1',
      blocks: { wait: 'read', limitedBy: ['readTimeout'] },
      ok: ['pos'],
      eof: { results: ['zero'] },
      fails: [{ results: ['=-1'] }],
      step: { do: 'recv', bytes: { arg: 2 } },
    },
    {
      name: ['g_socket_send', 'g_socket_send_with_blocking'],
      source: 'g_socket_send(): bytes or -1',
      blocks: { wait: 'write', limitedBy: ['readTimeout'] },
      ok: ['nonneg'],
      fails: [{ results: ['=-1'] }],
      step: { do: 'send', bytes: { arg: 2 } },
    },
  ],
};
