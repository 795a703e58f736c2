/** Python's clients of SSH, AMQP and WebSocket. */

import type { CallFact, Library } from '../flow/facts.js';
import { clientFacts } from './python-kit.js';
import type { ClientShape } from './python-kit.js';

const clients: ClientShape[] = [
  {
    type: 'paramiko.SSHClient',
    source: 'paramiko/client.py SSHClient.close: its transport is a thread; "failure to explicitly close may lead to end-of-process hangs"',
    onDrop: 'collector',
    raises: ['paramiko.SSHException', 'OSError'],
    makers: [
      {
        name: ['paramiko.SSHClient', 'paramiko.client.SSHClient'],
        source: 'paramiko/client.py SSHClient.__init__',
        limit: null,
        later: true,
      },
    ],
    closes: ['close', '__exit__'],
    asks: [],
    tells: ['set_missing_host_key_policy', 'load_system_host_keys', 'load_host_keys', 'save_host_keys', 'get_host_keys', 'set_log_channel'],
    views: {
      asked: ['exec_command', 'open_sftp', 'invoke_shell'],
      made: ['get_transport'],
      asks: ['open_session', 'open_channel', 'open_sftp_client'],
    },
  },
  {
    type: 'pika.BlockingConnection',
    source: 'pika/adapters/blocking_connection.py BlockingConnection.close, __exit__; its loop and its callbacks refer to each other',
    onDrop: 'collector',
    raises: ['pika.exceptions.AMQPError'],
    makers: [
      {
        name: ['pika.BlockingConnection', 'pika.adapters.BlockingConnection', 'pika.adapters.blocking_connection.BlockingConnection'],
        source: 'pika/connection.py Parameters: socket_timeout 10 s, stack_timeout 15 s, heartbeats',
        limit: null,
      },
    ],
    closes: ['close', '__exit__'],
    asks: ['process_data_events', 'sleep', 'update_secret'],
    tells: ['add_callback_threadsafe', 'call_later', 'add_on_connection_blocked_callback'],
    views: {
      asked: ['channel'],
      asks: [
        'basic_publish',
        'basic_consume',
        'basic_get',
        'basic_ack',
        'basic_nack',
        'basic_qos',
        'queue_declare',
        'queue_bind',
        'queue_delete',
        'queue_purge',
        'exchange_declare',
        'start_consuming',
        'confirm_delivery',
        'consume',
      ],
    },
  },
  {
    type: 'websocket.WebSocket',
    source:
      'websocket-client: websocket/_core.py WebSocket.close, shutdown; websocket/_socket.py DEFAULT_SOCKET_OPTION: ' +
      'keepalive of 30 s, 10 s, 3',
    onDrop: 'at-once',
    raises: ['websocket.WebSocketException', 'OSError'],
    makers: [
      {
        name: 'websocket.create_connection',
        source: 'websocket-client: websocket/_core.py create_connection, WebSocket.connect: closes when the handshake fails',
        limit: null,
      },
      { name: 'websocket.WebSocket', source: 'websocket-client: websocket/_core.py WebSocket.__init__', limit: null, later: true },
    ],
    closes: ['close', 'shutdown'],
    asks: ['recv', 'recv_data', 'recv_frame', 'send', 'send_binary', 'send_bytes', 'send_text', 'ping', 'pong'],
    tells: ['settimeout', 'gettimeout', 'getstatus', 'getsubprotocol', 'fileno'],
  },
  {
    type: 'websockets.ClientConnection',
    source: 'websockets: src/websockets/asyncio/connection.py Connection.close: the event loop holds the transport; pings every 20 s',
    onDrop: 'never',
    raises: ['websockets.WebSocketException'],
    makers: [
      {
        name: ['websockets.connect', 'websockets.client.connect', 'websockets.asyncio.client.connect'],
        source: 'websockets: src/websockets/asyncio/client.py connect: open_timeout is 10 s',
        limit: null,
        awaited: true,
      },
      {
        name: 'websockets.sync.client.connect',
        source: 'websockets: src/websockets/sync/client.py connect: open_timeout is 10 s',
        limit: null,
      },
    ],
    closes: ['close', '__aexit__', '__exit__'],
    asks: ['recv', 'send', 'ping', 'pong', '__anext__', '__next__', 'wait_closed'],
  },
];

const facts = clients.map(clientFacts);
const refused: CallFact['fails'] = [{ throws: ['OSError', 'paramiko.SSHException'] }];

const further: CallFact[] = [
  {
    name: 'paramiko.SSHClient.connect',
    source: 'paramiko/client.py SSHClient.connect: the transport stays when the host key or the login is refused',
    fails: refused,
    step: { do: 'connect' },
  },
  {
    name: 'websocket.WebSocket.connect',
    source: 'websocket-client: websocket/_core.py WebSocket.connect: closes when the handshake fails',
    fails: [{ throws: ['websocket.WebSocketException', 'OSError'], closesOnFailure: true }],
    step: { do: 'connect' },
  },
  { name: 'contextlib.aclosing', source: 'contextlib.py aclosing', passes: { arg: 0 } },
];

export const library: Library = {
  id: 'python-messaging',
  languages: ['python'],
  title: 'paramiko, pika, websocket-client, websockets',
  types: facts.flatMap(({ types }) => types),
  calls: [...facts.flatMap(({ calls }) => calls), ...further],
  exceptions: {
    'paramiko.SSHException': ['Exception'],
    'paramiko.AuthenticationException': ['paramiko.SSHException'],
    'pika.exceptions.AMQPError': ['Exception'],
    'pika.exceptions.AMQPConnectionError': ['pika.exceptions.AMQPError'],
    'pika.exceptions.AMQPChannelError': ['pika.exceptions.AMQPError'],
    'websocket.WebSocketException': ['Exception'],
    'websockets.WebSocketException': ['Exception'],
  },
};
