/** Libraries that own their connections: MQTT clients, HTTP servers, ssh sessions. */

import type { CallFact, Library } from '../flow/facts.js';

const mosquitto = 'mosquitto.mosquitto';
const paho = 'paho.MQTTClient';
const daemon = 'microhttpd.MHD_Daemon';
const ssh = 'libssh.ssh_session';

const working = (name: string[], source: string): CallFact => ({ name, source, ok: ['zero'], fails: [{ results: ['pos'] }] });

export const library: Library = {
  id: 'c-servers',
  languages: ['c', 'cpp'],
  title: 'MQTT, libmicrohttpd, libssh',
  types: [
    {
      name: mosquitto,
      source: 'mosquitto.h: mosquitto_destroy() closes; the protocol has a keepalive of its own',
      onDrop: 'never',
      managed: true,
    },
    {
      name: paho,
      source: 'Paho MQTTClient.h: MQTTClient_destroy(); the protocol has a keepalive of its own',
      onDrop: 'never',
      managed: true,
    },
    { name: daemon, source: 'libmicrohttpd manual: MHD_stop_daemon() closes', onDrop: 'never', managed: true },
    { name: ssh, source: 'libssh API: ssh_disconnect() closes, ssh_free() closes and frees', onDrop: 'never', managed: true },
  ],
  calls: [
    {
      name: 'mosquitto_new',
      source: 'mosquitto.h: a handle, or NULL',
      opens: { type: mosquitto, role: 'client', heldFrom: 'connect' },
      on: { result: 0 },
      ok: ['full'],
      fails: [{ results: ['null'], how: 'rare' }],
    },
    {
      name: ['mosquitto_connect', 'mosquitto_connect_bind', 'mosquitto_reconnect'],
      source: 'mosquitto.h: 0 or an error',
      blocks: { wait: 'connect' },
      ok: ['zero'],
      fails: [{ results: ['pos'], closesOnFailure: true }],
      step: { do: 'connect' },
    },
    { name: 'mosquitto_destroy', source: 'mosquitto.h: closes and frees', closes: true, step: { do: 'close' } },
    working(
      [
        'mosquitto_publish',
        'mosquitto_subscribe',
        'mosquitto_unsubscribe',
        'mosquitto_disconnect',
        'mosquitto_loop',
        'mosquitto_loop_forever',
        'mosquitto_loop_start',
        'mosquitto_loop_stop',
        'mosquitto_username_pw_set',
        'mosquitto_tls_set',
        'mosquitto_will_set',
      ],
      'mosquitto.h: work on the handle',
    ),
    {
      name: [
        'mosquitto_message_callback_set',
        'mosquitto_connect_callback_set',
        'mosquitto_disconnect_callback_set',
        'mosquitto_subscribe_callback_set',
        'mosquitto_log_callback_set',
        'mosquitto_publish_callback_set',
        'mosquitto_user_data_set',
      ],
      source: 'mosquitto.h: set callbacks',
    },
    {
      name: ['MQTTClient_create', 'MQTTClient_createWithOptions'],
      source: 'Paho MQTTClient.h: a handle in the first argument',
      opens: { type: paho, role: 'client', at: { arg: 0 }, heldFrom: 'connect' },
      ok: ['zero'],
      fails: [{ results: ['neg'], how: 'rare' }],
    },
    {
      name: 'MQTTClient_connect',
      source: 'Paho MQTTClient.h: 0 or an error',
      ok: ['zero'],
      fails: [{ results: ['pos'], closesOnFailure: true }],
      step: { do: 'connect' },
    },
    { name: 'MQTTClient_destroy', source: 'Paho MQTTClient.h', closes: true, step: { do: 'close' } },
    working(
      [
        'MQTTClient_publishMessage',
        'MQTTClient_publish',
        'MQTTClient_subscribe',
        'MQTTClient_disconnect',
        'MQTTClient_waitForCompletion',
        'MQTTClient_receive',
        'MQTTClient_setCallbacks',
        'MQTTClient_isConnected',
        'MQTTClient_yield',
      ],
      'Paho MQTTClient.h: work on the handle',
    ),
    {
      name: 'MHD_start_daemon',
      source: 'libmicrohttpd manual: a daemon, or NULL',
      opens: { type: daemon, role: 'listener', quiet: true },
      on: { result: 0 },
      ok: ['full'],
      fails: [{ results: ['null'] }],
    },
    { name: ['MHD_stop_daemon'], source: 'libmicrohttpd manual', closes: true, step: { do: 'close' } },
    {
      name: ['MHD_quiesce_daemon', 'MHD_run', 'MHD_get_daemon_info', 'MHD_get_fdset', 'MHD_get_timeout'],
      source: 'libmicrohttpd manual: work on the daemon',
    },
    {
      name: 'ssh_new',
      source: 'libssh API, ssh_new(): a session, or NULL',
      opens: { type: ssh, role: 'client', heldFrom: 'connect' },
      on: { result: 0 },
      ok: ['full'],
      fails: [{ results: ['null'], how: 'rare' }],
    },
    {
      name: 'ssh_connect',
      source: 'libssh API, ssh_connect(): SSH_OK (0) or an error',
      ok: ['zero'],
      fails: [{ results: ['neg'], closesOnFailure: true }],
      step: { do: 'connect' },
    },
    {
      name: ['ssh_disconnect', 'ssh_free', 'ssh_silent_disconnect'],
      source: 'libssh API: ssh_disconnect() closes the socket',
      closes: true,
      step: { do: 'close' },
    },
    {
      name: [
        'ssh_options_set',
        'ssh_userauth_password',
        'ssh_userauth_publickey_auto',
        'ssh_userauth_none',
        'ssh_get_error',
        'ssh_is_server_known',
        'ssh_session_is_known_server',
        'ssh_get_server_publickey',
        'ssh_channel_new',
        'ssh_set_blocking',
        'ssh_is_connected',
      ],
      source: 'libssh API: work on the session',
    },
    {
      name: ['libssh2_session_handshake', 'libssh2_session_startup'],
      source: "libssh2_session_handshake(3): the socket is the caller's; 0 or negative",
      on: { arg: 1 },
      blocks: { wait: 'handshake', limitedBy: ['SO_RCVTIMEO'] },
      ok: ['zero'],
      fails: [{ results: ['neg'] }],
    },
  ],
};
