/** Brokers, WebSockets, shells, HTTP/2 sessions, datagrams: clients that live on and tell by events what comes. */

import type { CallFact, Library } from '../flow/facts.js';
import { client, nodeTypes } from './javascript-kit.js';
import type { ClientShape } from './javascript-kit.js';

const clients: ClientShape[] = [
  {
    type: 'amqplib.Connection',
    source: 'amqplib lib/channel_model.js close',
    makers: ['amqplib.connect', 'amqplib/channel_api.connect'],
    closes: ['close'],
    asks: ['createChannel', 'createConfirmChannel'],
  },
  {
    type: 'mqtt.MqttClient',
    source: 'mqtt src/lib/client.ts end: connects again and again, asks its broker every 60 s whether it is there',
    makers: ['mqtt.connectAsync'],
    direct: ['mqtt.connect'],
    closes: ['end', 'endAsync'],
    tells: ['publish', 'subscribe', 'unsubscribe', 'reconnect'],
    asks: ['publishAsync', 'subscribeAsync', 'unsubscribeAsync'],
    events: { connect: 'later', packetreceive: 'reads', close: 'later', offline: 'later', error: 'later' },
  },
  {
    type: 'nats.NatsConnection',
    source: 'nats nats-core/src/nats.ts drain, close',
    makers: ['nats.connect', '@nats-io/transport-node.connect'],
    closes: ['close', 'drain'],
    asks: ['request', 'flush'],
    tells: ['publish', 'subscribe', 'jetstream', 'status', 'isClosed', 'closed'],
  },
  {
    type: 'ws.WebSocket',
    source: 'ws lib/websocket.js close (30 s for the answer), terminate; net.connect without keepalive, no pings of its own',
    direct: ['ws', 'ws.WebSocket', 'ws.default'],
    closes: ['close', 'terminate'],
    tells: ['send', 'ping', 'pong', 'pause', 'resume'],
    heard: ['open', 'message', 'close', 'error'],
    events: { upgrade: 'later', 'unexpected-response': 'later', ping: 'later', pong: 'later' },
  },
  {
    type: 'WebSocket',
    source: 'WHATWG WebSockets, garbage collection: kept while it is open and has listeners; undici lib/web/websocket/websocket.js close',
    direct: ['WebSocket', 'globalThis.WebSocket', 'window.WebSocket', 'undici.WebSocket', 'isomorphic-ws', 'isomorphic-ws.WebSocket'],
    closes: ['close'],
    tells: ['send'],
    heard: ['open', 'message', 'close', 'error'],
  },
  {
    type: 'socket.io-client.Socket',
    source: 'socket.io-client lib/socket.ts disconnect; its engine asks the server whether it is there',
    direct: ['socket.io-client', 'socket.io-client.io', 'socket.io-client.connect', 'socket.io-client.default'],
    closes: ['disconnect', 'close'],
    tells: ['emit', 'send', 'connect', 'open', 'onAny', 'timeout'],
    events: { connect: 'reads', disconnect: 'later', connect_error: 'later', error: 'later', close: 'later' },
  },
  {
    type: 'ssh2.Client',
    source: 'ssh2 lib/client.js end, destroy; readyTimeout 20 s, keepaliveInterval 0',
    later: ['ssh2.Client'],
    connect: ['connect'],
    closes: ['end', 'destroy'],
    tells: ['exec', 'shell', 'sftp', 'forwardOut', 'forwardIn', 'setNoDelay'],
    events: { ready: 'later', banner: 'later', 'keyboard-interactive': 'later', timeout: 'notice' },
  },
  {
    type: 'ssh2-sftp-client',
    source: 'ssh2-sftp-client src/index.js end',
    later: ['ssh2-sftp-client'],
    connect: ['connect'],
    closes: ['end'],
    asks: ['list', 'get', 'put', 'fastGet', 'fastPut', 'mkdir', 'delete', 'exists', 'stat', 'rename', 'rmdir'],
  },
  {
    type: 'node-ssh.NodeSSH',
    source: 'node-ssh src/index.ts dispose',
    later: ['node-ssh.NodeSSH'],
    connect: ['connect'],
    closes: ['dispose'],
    asks: ['exec', 'execCommand', 'putFile', 'getFile', 'putFiles', 'putDirectory', 'getDirectory', 'mkdir', 'requestShell', 'requestSFTP'],
    tells: ['isConnected'],
  },
  {
    type: 'http2.ClientHttp2Session',
    source: 'lib/internal/http2/core.js connect, Http2Session close, destroy: no limit by itself',
    direct: ['http2.connect'],
    closes: ['close', 'destroy'],
    tells: ['request', 'ping', 'settings', 'ref', 'unref', 'setTimeout', 'goaway', 'setLocalWindowSize'],
    events: { connect: 'later', goaway: 'later', frameError: 'later', timeout: 'notice', stream: 'later' },
  },
  {
    type: 'dgram.Socket',
    source: 'lib/dgram.js Socket.prototype.close; an error closes nothing',
    direct: ['dgram.createSocket'],
    datagram: true,
    closes: ['close'],
    tells: [
      'send',
      'bind',
      'connect',
      'setBroadcast',
      'addMembership',
      'dropMembership',
      'setMulticastTTL',
      'setMulticastLoopback',
      'setMulticastInterface',
      'setTTL',
      'address',
      'ref',
      'unref',
      'setRecvBufferSize',
      'setSendBufferSize',
    ],
    events: { error: 'later', listening: 'later', connect: 'later', end: 'later' },
  },
  {
    type: 'undici.Dispatcher',
    source: 'undici lib/dispatcher/client.js close, destroy; keepAliveTimeout 4 s',
    direct: ['undici.Agent', 'undici.Pool', 'undici.Client', 'undici.ProxyAgent', 'undici.EnvHttpProxyAgent', 'undici.RetryAgent'],
    closes: ['close', 'destroy'],
    tells: ['compose', 'dispatch'],
    longLived: true,
    keptIdle: 4,
  },
];

const facts = clients.map(client);
/** What comes next is asked of the same session, and gives nothing that must be closed by itself. */
const mail: CallFact[] = [
  {
    name: ['nodemailer.createTransport', 'nodemailer.default.createTransport'],
    source: 'nodemailer lib/smtp-transport/index.js send: a connection for each mail, ended with it',
    gives: 'nodemailer.Transport',
  },
  {
    name: ['nodemailer.Transport.sendMail', 'nodemailer.Transport.verify'],
    source: 'nodemailer lib/mailer/index.js sendMail',
    fails: [{ throws: ['Error'] }],
  },
  { name: 'nodemailer.Transport.close', source: 'nodemailer lib/mailer/index.js close' },
];

export const library: Library = {
  id: 'javascript-messaging',
  languages: ['javascript'],
  title: 'ws, socket.io-client, MQTT, AMQP, NATS, ssh2, http2, dgram, undici',
  types: nodeTypes([
    ...facts.map(({ type }) => type),
    { name: 'nodemailer.Transport', source: 'nodemailer lib/mailer/index.js', onDrop: 'never', managed: true },
  ]),
  calls: [...facts.flatMap(({ calls }) => calls), ...mail],
};
