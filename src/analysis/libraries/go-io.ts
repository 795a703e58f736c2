/** Readers and writers around a connection: they borrow it, closing them (where that is possible) does not close it. */

import type { CallFact, Library } from '../flow/facts.js';

const reads = { blocks: { wait: 'read' as const, limitedBy: ['readTimeout' as const] } };
const writes = { blocks: { wait: 'write' as const, limitedBy: ['writeTimeout' as const] }, step: { do: 'send' as const } };
/**
 * A response's body that was read to the end has given its connection back (net/http/transfer.go, transport.go bodyEOFSignal).
 * A read that fails gives it up, too: measured with go 1.19, a FIN or a reset within the body, a limit that runs out and a bad chunk
 * each leave no descriptor. But a compressed answer that cannot be unpacked (the transport unpacks by itself, gzipReader) and a
 * destination that takes no more each leave the socket and two goroutines until Close.
 */
const untilEof = {
  ...reads,
  consumes: true,
  step: { do: 'recvUntilEof' as const },
  ok: ['?', 'null'],
  fails: [{ results: ['?', 'nonnull'], leavesUnread: true }],
};
const streams = { blocks: { ...reads.blocks, streams: true } };
const some = { ...reads, step: { do: 'recv' as const } };
const dataOrError = { ...some, ok: ['?', 'null'], eof: { results: ['?', '@io.EOF'] }, fails: [{ results: ['?', 'nonnull'] }] };
const onlyError = { ok: ['null'], fails: [{ results: ['nonnull'] }] };

const wrapping: CallFact[] = [
  { name: ['bufio.NewReader', 'bufio.NewReaderSize'], source: 'bufio/bufio.go NewReader', wraps: { type: 'bufio.Reader' } },
  { name: ['bufio.NewWriter', 'bufio.NewWriterSize'], source: 'bufio/bufio.go NewWriter', wraps: { type: 'bufio.Writer' } },
  { name: 'bufio.NewReadWriter', source: 'bufio/bufio.go NewReadWriter', wraps: { type: 'bufio.ReadWriter' } },
  { name: 'bufio.NewScanner', source: 'bufio/scan.go NewScanner', wraps: { type: 'bufio.Scanner' } },
  {
    name: ['io.LimitReader', 'io.TeeReader', 'io.NopCloser', 'ioutil.NopCloser', 'io.NewSectionReader'],
    source: 'io/io.go: none of them closes what it reads',
    wraps: { type: 'bufio.Reader' },
  },
  { name: ['io.MultiReader', 'io.MultiWriter'], source: 'io/multi.go', wraps: { type: 'bufio.ReadWriter' } },
  {
    name: ['json.NewDecoder', 'gob.NewDecoder', 'xml.NewDecoder'],
    source: 'encoding/json/stream.go NewDecoder',
    wraps: { type: 'json.Decoder' },
  },
  {
    name: ['json.NewEncoder', 'gob.NewEncoder', 'xml.NewEncoder'],
    source: 'encoding/json/stream.go NewEncoder',
    wraps: { type: 'json.Encoder' },
  },
  {
    name: ['gzip.NewReader', 'zlib.NewReader'],
    source: 'compress/gzip/gunzip.go NewReader reads the header; Close does not close what it reads',
    ...reads,
    wraps: { type: 'bufio.Reader' },
    ok: ['nonnull', 'null'],
    fails: [{ results: ['null', 'nonnull'] }],
  },
  { name: ['flate.NewReader', 'bzip2.NewReader'], source: 'compress/flate/inflate.go NewReader', wraps: { type: 'bufio.Reader' } },
  { name: ['textproto.NewReader'], source: 'net/textproto/reader.go NewReader', wraps: { type: 'bufio.Reader' } },
  { name: ['textproto.NewWriter'], source: 'net/textproto/writer.go NewWriter', wraps: { type: 'bufio.Writer' } },
];

const copying: CallFact[] = [
  {
    name: ['io.Copy', 'io.CopyBuffer'],
    source: 'io/io.go Copy: reads from src until EOF',
    on: { arg: 1 },
    ...untilEof,
    ...streams,
    copies: { arg: 0 },
  },
  { name: 'io.CopyN', source: 'io/io.go CopyN', on: { arg: 1 }, ...dataOrError },
  // Only the read itself can fail, and that ends the connection; the rare answer that cannot be unpacked is left aside.
  { name: ['io.ReadAll', 'ioutil.ReadAll'], source: 'io/io.go ReadAll', ...untilEof, fails: [{ results: ['?', 'nonnull'] }] },
  { name: ['io.ReadFull', 'io.ReadAtLeast'], source: 'io/io.go ReadFull: io.EOF if nothing was read', ...dataOrError },
  {
    name: ['image.Decode', 'image.DecodeConfig'],
    source: 'image/format.go Decode: reads as much as the format needs, and closes nothing',
    ...some,
    ok: ['nonnull', '?', 'null'],
    fails: [{ results: ['null', '?', 'nonnull'] }],
  },
  {
    name: ['png.Decode', 'jpeg.Decode', 'gif.Decode', 'gif.DecodeAll', 'png.DecodeConfig', 'jpeg.DecodeConfig', 'mail.ReadMessage'],
    source: 'image/png/reader.go Decode, net/mail/message.go ReadMessage: as much as is needed, and closes nothing',
    ...some,
    ok: ['?', 'null'],
    fails: [{ results: ['?', 'nonnull'] }],
  },
  {
    name: ['golang.org/x/net/html.Parse', 'golang.org/x/net/html.ParseFragment', 'github.com/PuerkitoBio/goquery.NewDocumentFromReader'],
    source: 'x/net html/parse.go Parse: tokens up to io.EOF; goquery/type.go NewDocumentFromReader parses so, and closes nothing',
    ...untilEof,
  },
  {
    name: 'io.WriteString',
    source: 'io/io.go WriteString',
    ...writes,
    step: { do: 'send', bytes: { arg: 1 } },
    ok: ['nonneg', 'null'],
    fails: [{ results: ['nonneg', 'nonnull'] }],
  },
  {
    name: ['fmt.Fprintf', 'fmt.Fprint', 'fmt.Fprintln'],
    source: 'fmt/print.go Fprintf',
    ...writes,
    step: { do: 'send', bytes: { arg: 1 } },
    ok: ['nonneg', 'null'],
    fails: [{ results: ['nonneg', 'nonnull'] }],
  },
  { name: ['fmt.Fscan', 'fmt.Fscanf', 'fmt.Fscanln'], source: 'fmt/scan.go Fscan', ...dataOrError },
  {
    name: 'binary.Read',
    source: 'encoding/binary/binary.go Read',
    ...some,
    ok: ['null'],
    eof: { results: ['@io.EOF'] },
    fails: [{ results: ['nonnull'] }],
  },
  { name: 'binary.Write', source: 'encoding/binary/binary.go Write', ...writes, ...onlyError },
];

const buffered: CallFact[] = [
  {
    name: [
      'bufio.Reader.ReadString',
      'bufio.Reader.ReadBytes',
      'bufio.Reader.ReadSlice',
      'bufio.Reader.Peek',
      'bufio.Reader.Discard',
      'bufio.Reader.ReadContinuedLine',
    ],
    source: 'bufio/bufio.go Reader.ReadString',
    ...dataOrError,
  },
  {
    name: ['bufio.Reader.ReadByte', 'io.ByteReader.ReadByte'],
    source: 'bufio/bufio.go Reader.ReadByte: 0 beside io.EOF',
    ...dataOrError,
    eof: { results: ['zero', '@io.EOF'] },
  },
  {
    name: ['bufio.Reader.ReadLine', 'bufio.Reader.ReadRune'],
    source: 'bufio/bufio.go Reader.ReadLine; net/textproto Reader.ReadLine returns two values',
    ...some,
  },
  {
    name: [
      'bufio.Reader.ReadMIMEHeader',
      'bufio.Reader.ReadResponse',
      'bufio.Reader.ReadCodeLine',
      'bufio.Reader.ReadDotBytes',
      'bufio.Reader.ReadDotLines',
    ],
    source: 'net/textproto/reader.go',
    ...some,
  },
  { name: 'bufio.Reader.WriteTo', source: 'bufio/bufio.go Reader.WriteTo', ...untilEof },
  {
    name: 'bufio.Reader.Read',
    source: 'bufio/bufio.go Reader.Read',
    ...some,
    ok: ['pos', 'null'],
    eof: { results: ['zero', '@io.EOF'] },
    fails: [{ results: ['zero', 'nonnull'] }],
  },
  {
    name: [
      'bufio.Reader.Buffered',
      'bufio.Reader.UnreadByte',
      'bufio.Reader.UnreadRune',
      'bufio.Reader.Reset',
      'bufio.Reader.Size',
      'bufio.Reader.Close',
      'bufio.Reader.Multistream',
    ],
    source: 'bufio/bufio.go Reader; compress/gzip Reader.Close',
  },
  { name: 'bufio.Scanner.Scan', source: 'bufio/scan.go Scanner.Scan', ...some, ok: ['true'], eof: { results: ['false'] } },
  {
    name: ['bufio.Scanner.Text', 'bufio.Scanner.Bytes', 'bufio.Scanner.Err', 'bufio.Scanner.Buffer', 'bufio.Scanner.Split'],
    source: 'bufio/scan.go Scanner',
  },
  {
    name: ['bufio.Writer.Flush', 'bufio.Writer.WriteByte', 'bufio.Writer.PrintfLine'],
    source: 'bufio/bufio.go Writer.Flush',
    ...writes,
    ...onlyError,
  },
  {
    name: ['bufio.Writer.Write', 'bufio.Writer.WriteString', 'bufio.Writer.WriteRune', 'bufio.Writer.ReadFrom'],
    source: 'bufio/bufio.go Writer.Write',
    ...writes,
    step: { do: 'send', bytes: { arg: 0 } },
    ok: ['nonneg', 'null'],
    fails: [{ results: ['nonneg', 'nonnull'] }],
  },
  {
    name: ['bufio.Writer.Buffered', 'bufio.Writer.Available', 'bufio.Writer.Reset', 'bufio.Writer.Size', 'bufio.Writer.DotWriter'],
    source: 'bufio/bufio.go Writer',
  },
  {
    name: 'json.Decoder.Decode',
    source: 'encoding/json/stream.go Decoder.Decode',
    ...some,
    ok: ['null'],
    eof: { results: ['@io.EOF'] },
    fails: [{ results: ['nonnull'] }],
  },
  {
    name: 'json.Decoder.More',
    source: 'encoding/json/stream.go Decoder.More: peeks; false at the end of the stream and after an error',
    ...some,
    eof: { results: ['false'] },
  },
  { name: 'json.Decoder.Token', source: 'encoding/json/stream.go Decoder.Token', ...dataOrError },
  {
    name: ['json.Decoder.Buffered', 'json.Decoder.UseNumber', 'json.Decoder.DisallowUnknownFields'],
    source: 'encoding/json/stream.go Decoder',
  },
  { name: 'json.Encoder.Encode', source: 'encoding/json/stream.go Encoder.Encode', ...writes, ...onlyError },
  { name: ['json.Encoder.SetIndent', 'json.Encoder.SetEscapeHTML'], source: 'encoding/json/stream.go Encoder' },
];

export const library: Library = {
  id: 'go-io',
  languages: ['go'],
  title: 'io, bufio, fmt, encoding',
  types: [
    { name: 'bufio.Reader', source: 'bufio/bufio.go Reader', onDrop: 'collector', view: true },
    { name: 'bufio.Writer', source: 'bufio/bufio.go Writer', onDrop: 'collector', view: true },
    {
      name: 'bufio.ReadWriter',
      source: 'bufio/bufio.go ReadWriter embeds Reader and Writer',
      extends: 'bufio.Reader',
      onDrop: 'collector',
      view: true,
    },
    { name: 'bufio.ReadWriter.Reader', source: 'bufio/bufio.go ReadWriter', extends: 'bufio.Reader', onDrop: 'collector', view: true },
    { name: 'bufio.ReadWriter.Writer', source: 'bufio/bufio.go ReadWriter', extends: 'bufio.Writer', onDrop: 'collector', view: true },
    { name: 'bufio.Scanner', source: 'bufio/scan.go Scanner', onDrop: 'collector', view: true },
    { name: 'json.Decoder', source: 'encoding/json/stream.go Decoder', onDrop: 'collector', view: true },
    {
      name: 'io.codec',
      source: 'io/io.go Reader, Writer: what is made of one of them reads or writes it',
      onDrop: 'collector',
      view: true,
    },
    { name: 'json.Encoder', source: 'encoding/json/stream.go Encoder', onDrop: 'collector', view: true },
  ],
  named: [
    {
      first: 'new',
      last: ['encoder', 'decoder', 'reader', 'writer', 'scanner', 'parser', 'lexer', 'serializer', 'deserializer'],
      fact: {
        name: '',
        source: 'encoding/json NewEncoder, bufio NewReader, compress/gzip NewWriter: packages name theirs so, and own nothing',
        wraps: { type: 'io.codec' },
      },
    },
  ],
  calls: [
    { name: 'io.codec.Close', source: 'compress/gzip Writer.Close leaves what it writes to, others may close it', takes: true },
    ...wrapping,
    ...copying,
    ...buffered,
    { name: ['bufio.ReadWriter.Flush'], source: 'bufio/bufio.go Writer.Flush', ...writes, ...onlyError },
    {
      name: ['bufio.ReadWriter.Write', 'bufio.ReadWriter.WriteString'],
      source: 'bufio/bufio.go Writer.Write',
      ...writes,
      step: { do: 'send', bytes: { arg: 0 } },
      ok: ['nonneg', 'null'],
      fails: [{ results: ['nonneg', 'nonnull'] }],
    },
  ],
};
