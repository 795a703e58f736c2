/** Qt's sockets, 5.15 and 6: qtbase/src/network/socket. */

import type { CallFact, Library } from '../flow/facts.js';

const sockets = ['QTcpSocket', 'QSslSocket'];
/** One whose parent deletes it. */
const child = 'QTcpSocket.ofParent';
const on = (...methods: string[]): string[] => sockets.flatMap((type) => methods.map((method) => `${type}.${method}`));

const making = (type: string): CallFact => ({
  name: type,
  source: 'qabstractsocket.cpp QAbstractSocket(type, parent): nothing is open before connectToHost(); a parent deletes it',
  on: { result: 0 },
  opens: { type: child, role: 'any', heldFrom: 'connect' },
  variants: [
    { when: { lacks: { arg: 0 } }, then: { opens: { type, role: 'any', heldFrom: 'connect' } } },
    { when: { arg: { arg: 0 }, names: ['nullptr', 'NULL', '0'] }, then: { opens: { type, role: 'any', heldFrom: 'connect' } } },
  ],
});

const waiting = (
  methods: string[],
  wait: 'connect' | 'read' | 'write',
  option: 'connectTimeout' | 'readTimeout' | 'writeTimeout',
): CallFact => ({
  name: on(...methods),
  source: 'qabstractsocket.cpp waitForReadyRead(msecs = 30000): false when the time is over or the peer has closed; -1 is no limit',
  blocks: { wait, limitedBy: [option], limit: { arg: 0 }, limitScale: 0.001 },
  variants: [{ when: { lacks: { arg: 0 } }, then: { blocks: undefined } }],
});

const calls: CallFact[] = [
  ...sockets.map(making),
  {
    name: on('connectToHost', 'connectToHostEncrypted'),
    source: 'qabstractsocket.cpp connectToHost: returns at once; connected() or errorOccurred() follow',
    step: { do: 'connect' },
  },
  { name: 'QObject.connect', source: 'qobject.cpp connect: whoever listens to readyRead() waits in the event loop', registers: {} },
  waiting(['waitForConnected', 'waitForEncrypted'], 'connect', 'connectTimeout'),
  waiting(['waitForReadyRead'], 'read', 'readTimeout'),
  waiting(['waitForBytesWritten', 'waitForDisconnected'], 'write', 'writeTimeout'),
  {
    name: on('setSocketOption'),
    source: 'qabstractsocket.cpp setSocketOption: KeepAliveOption is SO_KEEPALIVE',
    sets: [
      {
        option: 'SO_KEEPALIVE',
        from: { arg: 1 },
        when: {
          arg: { arg: 0 },
          names: ['QAbstractSocket.KeepAliveOption', 'QTcpSocket.KeepAliveOption', 'QAbstractSocket.SocketOption.KeepAliveOption'],
        },
      },
    ],
  },
  { name: on('write'), source: 'qiodevice.cpp write: buffered, the event loop sends it', step: { do: 'send' } },
  {
    name: on(
      'read',
      'readAll',
      'readLine',
      'bytesAvailable',
      'canReadLine',
      'peek',
      'flush',
      'state',
      'isOpen',
      'isValid',
      'error',
      'errorString',
      'peerAddress',
      'peerPort',
      'localPort',
      'setProxy',
      'socketDescriptor',
      'setReadBufferSize',
      'setParent',
      'setPeerVerifyMode',
      'ignoreSslErrors',
      'bind',
      'setObjectName',
      'blockSignals',
      'disconnect',
    ),
    source: 'qabstractsocket.cpp: what has come so far; neither waits nor closes',
  },
  {
    name: on('close', 'abort', 'disconnectFromHost', 'deleteLater', '~'),
    source: 'qabstractsocket.cpp ~QAbstractSocket: aborts what is still open; close() sends what is buffered first',
    closes: true,
    step: { do: 'close' },
  },
  {
    name: 'QTcpServer.nextPendingConnection',
    source: 'qtcpserver.cpp nextPendingConnection: a child of the server; closes its descriptor by itself when the peer has closed',
    opens: { type: child, role: 'accepted', connected: true },
    registers: {},
    on: 'receiver',
    step: { do: 'accept' },
  },
];

export const library: Library = {
  id: 'cpp-qt',
  languages: ['cpp'],
  title: 'Qt Network',
  types: [
    {
      name: 'QTcpSocket',
      source: 'qabstractsocket.cpp: only its destructor, close() or the end of the peer closes it',
      onDrop: 'never',
      closedBy: 'deleteLater()',
    },
    { name: 'QSslSocket', source: 'qsslsocket.cpp', onDrop: 'never', extends: 'QTcpSocket', closedBy: 'deleteLater()' },
    { name: child, source: 'qobject.cpp ~QObject: deletes its children', onDrop: 'drop', extends: 'QTcpSocket' },
  ],
  calls,
};
