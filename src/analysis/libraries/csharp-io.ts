/**
 * .NET's readers and writers: whoever wraps a stream owns it, unless it was told
 * to leave it open. References: dotnet/runtime 8.0, System.Private.CoreLib.
 */

import type { CallFact, FailFact, Library } from '../flow/facts.js';

const fails: FailFact[] = [{ throws: ['System.IO.IOException'] }];
const reader = 'System.IO.StreamReader';
const writer = 'System.IO.StreamWriter';
const of = (type: string, names: readonly string[]): string[] => names.map((name) => `${type}.${name}`);
/** StreamReader(stream, encoding, detect, bufferSize, leaveOpen), StreamWriter without `detect`, BinaryReader(stream, encoding, …). */
const leaveOpenAt = (type: string): number => (type === reader ? 4 : type === writer ? 3 : 2);
const kinds = [reader, writer, 'System.IO.BinaryReader', 'System.IO.BinaryWriter', 'System.IO.BufferedStream'];

/** What is read and written through one. */
const through = (one: string): CallFact[] => [
  {
    name: of(one, ['ReadLine', 'ReadLineAsync']),
    source: 'System/IO/StreamReader.cs ReadLine: null at the end',
    fails,
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    ok: ['nonnull'],
    eof: { results: ['null'] },
    step: { do: 'recv' },
  },
  {
    name: of(one, ['ReadToEnd', 'ReadToEndAsync']),
    source: 'System/IO/StreamReader.cs ReadToEnd',
    fails,
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    step: { do: 'recvUntilEof' },
  },
  {
    name: of(one, [
      'Read',
      'ReadAsync',
      'ReadBlock',
      'Peek',
      'ReadInt32',
      'ReadInt16',
      'ReadByte',
      'ReadBytes',
      'ReadString',
      'ReadBoolean',
      'ReadUInt16',
      'ReadUInt32',
      'ReadInt64',
      'ReadDouble',
      'ReadSingle',
    ]),
    source: 'System/IO/BinaryReader.cs',
    fails,
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    step: { do: 'recv' },
  },
  {
    name: of(one, ['Write', 'WriteAsync', 'WriteLine', 'WriteLineAsync', 'Flush', 'FlushAsync']),
    source: 'System/IO/StreamWriter.cs Write',
    fails,
    blocks: { wait: 'write', limitedBy: ['writeTimeout'] },
    step: { do: 'send', bytes: { arg: 0 } },
  },
  { name: of(one, ['set_AutoFlush', 'set_NewLine']), source: 'System/IO/StreamWriter.cs AutoFlush' },
];

const calls: CallFact[] = kinds.flatMap((type): CallFact[] => [
  {
    name: type,
    source: 'System/IO/StreamReader.cs Dispose: closes the stream unless leaveOpen',
    on: { arg: 0 },
    wraps: { type },
    variants: [
      { when: { arg: { arg: leaveOpenAt(type), name: 'leaveOpen' }, names: ['true'] }, then: { wraps: { type: `${type}.Borrowed` } } },
    ],
  },
  {
    name: of(type, ['Close', 'Dispose', 'DisposeAsync']),
    source: 'System/IO/StreamReader.cs Dispose',
    closes: true,
    step: { do: 'close' },
  },
  { name: of(`${type}.Borrowed`, ['Close', 'Dispose', 'DisposeAsync']), source: 'System/IO/StreamReader.cs Dispose with leaveOpen' },
  ...[type, `${type}.Borrowed`].flatMap(through),
]);

export const library: Library = {
  id: 'csharp-io',
  languages: ['csharp'],
  title: 'System.IO',
  types: kinds.flatMap((name) => [
    { name, source: 'System/IO: no finalizer of its own', onDrop: 'collector' as const, secondary: true, closedBy: 'Dispose()' },
    { name: `${name}.Borrowed`, source: 'System/IO: leaveOpen', onDrop: 'collector' as const, secondary: true, view: true },
  ]),
  calls,
};
