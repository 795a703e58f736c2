/** Socket's calls that give a task, or take an event's arguments. References: dotnet/runtime 8.0, System.Net.Sockets. */

import type { CallFact, FailFact, Library } from '../flow/facts.js';
import { completedLater, of, secure, socket, stream } from './csharp-kit.js';

const fails: FailFact[] = [{ throws: ['System.Net.Sockets.SocketException'] }];
const calls: CallFact[] = [
  {
    name: of(socket, ['AcceptAsync']),
    source: 'System/Net/Sockets/Socket.Tasks.cs AcceptAsync; with SocketAsyncEventArgs it gives a bool',
    fails,
    on: 'receiver',
    opens: { type: socket, role: 'accepted', connected: true, inheritsFrom: 'receiver', ifAwaited: true },
    blocks: { wait: 'accept' },
    step: { do: 'accept' },
    variants: [completedLater],
  },
  // ReceiveTimeout does not limit it; a token may.
  {
    name: of(socket, ['ReceiveAsync', 'ReceiveFromAsync']),
    source: 'System/Net/Sockets/Socket.Tasks.cs ReceiveAsync: 0 at the end; SocketPal.Unix.cs: SO_RCVTIMEO ends synchronous calls alone',
    fails,
    blocks: { wait: 'read' },
    ok: ['pos'],
    eof: { results: ['zero'] },
    step: { do: 'recv' },
    variants: [completedLater],
  },
  {
    name: of(socket, ['EndReceive']),
    source: 'System/Net/Sockets/Socket.cs EndReceive: 0 at the end',
    fails,
    ok: ['pos'],
    eof: { results: ['zero'] },
    completes: { arg: 0 },
    step: { do: 'recv' },
  },
  {
    name: [stream, secure].map((type) => `${type}.EndRead`),
    source: 'System/IO/Stream.cs EndRead: 0 at the end',
    fails: [{ throws: ['System.IO.IOException'] }],
    ok: ['pos'],
    eof: { results: ['zero'] },
    completes: { arg: 0 },
    step: { do: 'recv' },
  },
  // With a callback that has the connection from now on; without one it is waited for here.
  {
    name: [
      ...of(socket, ['BeginReceive', 'BeginSend']),
      ...[stream, secure].flatMap((type) => [`${type}.BeginRead`, `${type}.BeginWrite`]),
    ],
    source: 'System/Net/Sockets/Socket.cs BeginReceive(…, AsyncCallback, object): goes on in the callback, which is given the state',
    fails,
    takes: true,
    variants: [
      { when: { arg: { arg: 3 }, names: ['null'] }, then: { takes: undefined } },
      { when: { arg: { arg: 4 }, names: ['null'] }, then: { takes: undefined } },
    ],
  },
  {
    name: of(socket, ['EndAccept']),
    source: 'System/Net/Sockets/Socket.cs EndAccept',
    fails,
    on: 'receiver',
    opens: { type: socket, role: 'accepted', connected: true, inheritsFrom: 'receiver' },
    step: { do: 'accept' },
  },
  {
    name: ['System.Net.Sockets.TcpListener.EndAcceptTcpClient'],
    source: 'System/Net/Sockets/TCPListener.cs EndAcceptTcpClient',
    fails,
    on: 'receiver',
    opens: { type: 'System.Net.Sockets.TcpClient', role: 'accepted', connected: true, inheritsFrom: 'receiver' },
    step: { do: 'accept' },
  },
  {
    name: of(socket, ['SendAsync', 'SendToAsync', 'EndSend']),
    source: 'System/Net/Sockets/Socket.Tasks.cs SendAsync',
    fails,
    blocks: { wait: 'write' },
    step: { do: 'send', bytes: { arg: 0 } },
    variants: [completedLater],
  },
];

export const library: Library = { id: 'csharp-async', languages: ['csharp'], title: 'System.Net.Sockets, asynchronous', types: [], calls };
