/** .NET's streams over sockets: NetworkStream, SslStream. References: dotnet/runtime 8.0, src/libraries. */

import type { CallFact, FailFact, Library } from '../flow/facts.js';
import { both, collected, milliseconds, of, secure, socket, stream } from './csharp-kit.js';

const io = 'System.IO.IOException';
const failsIo: FailFact[] = [{ throws: [io] }];

const reading = (type: string): CallFact[] => [
  {
    name: of(type, ['Read']),
    source: 'System.Net.Sockets/src/System/Net/Sockets/NetworkStream.cs Read: 0 at the end',
    fails: failsIo,
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    ok: ['pos'],
    eof: { results: ['zero'] },
    step: { do: 'recv' },
  },
  // ReadTimeout does not limit it; a token may.
  {
    name: of(type, ['ReadAsync']),
    source: 'System.Net.Sockets/src/System/Net/Sockets/NetworkStream.cs ReadAsync: 0 at the end',
    fails: failsIo,
    blocks: { wait: 'read' },
    ok: ['pos'],
    eof: { results: ['zero'] },
    step: { do: 'recv' },
  },
  {
    name: of(type, ['ReadByte']),
    source: 'System.Runtime Stream.cs ReadByte: -1 at the end',
    fails: failsIo,
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    ok: ['nonneg'],
    eof: { results: ['=-1'] },
    step: { do: 'recv' },
  },
  {
    name: of(type, ['ReadExactly', 'ReadExactlyAsync']),
    source: 'System.Runtime Stream.cs ReadExactly: EndOfStreamException at the end',
    fails: failsIo,
    eof: { throws: ['System.IO.EndOfStreamException'] },
    step: { do: 'recv' },
  },
  { name: of(type, ['CopyTo', 'CopyToAsync']), source: 'System.Runtime Stream.cs CopyTo', fails: failsIo, step: { do: 'recvUntilEof' } },
];

const writing = (type: string): CallFact[] => [
  {
    name: of(type, ['Write', 'WriteAsync', 'WriteByte', 'Flush', 'FlushAsync', 'ShutdownAsync']),
    source: 'System.Net.Sockets/src/System/Net/Sockets/NetworkStream.cs Write',
    fails: failsIo,
    blocks: { wait: 'write', limitedBy: ['writeTimeout'] },
    step: { do: 'send', bytes: { arg: 0 } },
  },
  {
    name: of(type, ['set_ReadTimeout']),
    source: 'System.Net.Sockets/src/System/Net/Sockets/NetworkStream.cs ReadTimeout',
    sets: [{ option: 'readTimeout', from: { arg: 0 }, ...milliseconds }],
  },
  {
    name: of(type, ['set_WriteTimeout']),
    source: 'System.Net.Sockets/src/System/Net/Sockets/NetworkStream.cs WriteTimeout',
    sets: [{ option: 'writeTimeout', from: { arg: 0 }, ...milliseconds }],
  },
];

/** `new NetworkStream(socket)` does not own the socket, `new NetworkStream(socket, true)` does. */
const streams: CallFact[] = [
  {
    name: stream,
    source:
      'System.Net.Sockets/src/System/Net/Sockets/NetworkStream.cs NetworkStream(Socket, bool ownsSocket): closes it only where true; ' +
      'IOException for a socket that is not connected, or does not block: never for one that has just been connected',
    on: { arg: 0 },
    wraps: { type: `${stream}.Borrowed` },
    variants: [
      { when: { lacks: { arg: 1, name: 'ownsSocket' } }, then: {} },
      { when: { arg: { arg: 1, name: 'ownsSocket' }, names: ['false'] }, then: {} },
      { when: { arg: { arg: 2, name: 'ownsSocket' }, names: ['true'] }, then: { wraps: { type: stream } } },
      { when: { arg: { arg: 1, name: 'ownsSocket' }, names: ['true'] }, then: { wraps: { type: stream } } },
      { when: { arg: { arg: 1 }, names: ['ReadWrite', 'Read', 'Write'].map((name) => `System.IO.FileAccess.${name}`) }, then: {} },
      { when: { lacks: { arg: 9 } }, then: { wraps: { type: stream } } },
    ],
  },
  {
    name: secure,
    source:
      'System.Net.Security/src/System/Net/Security/AuthenticatedStream.cs Dispose: closes the inner stream unless leaveInnerStreamOpen',
    on: { arg: 0 },
    wraps: { type: secure },
    variants: [
      { when: { arg: { arg: 1, name: 'leaveInnerStreamOpen' }, names: ['true'] }, then: { wraps: { type: `${secure}.Borrowed` } } },
    ],
  },
  ...[secure, `${secure}.Borrowed`].flatMap((type): CallFact[] => [
    {
      name: of(type, [...both('AuthenticateAsClient'), ...both('AuthenticateAsServer')]),
      source:
        'System.Net.Security/src/System/Net/Security/SslStream.cs AuthenticateAsClient: AuthenticationException, ' +
        'IOException; leaves the stream open',
      fails: [{ throws: ['System.Security.Authentication.AuthenticationException'] }, { throws: [io] }],
      blocks: { wait: 'handshake', limitedBy: ['readTimeout'] },
    },
  ]),
  ...[stream, `${stream}.Borrowed`, secure, `${secure}.Borrowed`].flatMap((type) => [
    {
      name: of(type, ['Close', 'Dispose', 'DisposeAsync']),
      source: 'System.Net.Sockets/src/System/Net/Sockets/NetworkStream.cs Dispose',
      ...(type.endsWith('.Borrowed') ? {} : { closes: true, step: { do: 'close' as const } }),
    },
    ...reading(type),
    ...writing(type),
  ]),
];

export const library: Library = {
  id: 'csharp-streams',
  languages: ['csharp'],
  title: 'NetworkStream and SslStream',
  types: [
    collected(stream, { secondary: true }),
    collected(`${stream}.Socket`, { extends: socket }),
    collected(`${stream}.Borrowed`, { secondary: true, view: true }),
    collected(secure, { secondary: true }),
    collected(`${secure}.Borrowed`, { secondary: true, view: true }),
  ],
  calls: streams,
};
