/** Java's streams, readers and writers: whoever wraps one owns it, closing the outer closes what it is made of. OpenJDK 17, java.base. */

import type { CallFact, FailFact, Library, TypeFact } from '../flow/facts.js';

const io = 'java.io.IOException';
const fails: FailFact[] = [{ throws: [io] }];
const anyRead = { fails, blocks: { wait: 'read' as const, limitedBy: ['readTimeout' as const] }, step: { do: 'recv' as const } };
const write = { fails, blocks: { wait: 'write' as const }, step: { do: 'send' as const, bytes: { arg: 0 } } };

/** Streams of a connection, and those of a response, which is done with once it is read to the end. */
const families = [
  { input: 'java.io.InputStream', output: 'java.io.OutputStream', of: ['java.net.Socket.InputStream'], response: false },
  {
    input: 'response.InputStream',
    output: null,
    of: ['java.net.HttpURLConnection.InputStream', 'response.InputStream', 'response.Body'],
    response: true,
  },
] as const;
const responses = families[1].of;

const readers = [
  'BufferedInputStream',
  'DataInputStream',
  'ObjectInputStream',
  'PushbackInputStream',
  'InputStreamReader',
  'BufferedReader',
  'LineNumberReader',
  'FilterInputStream',
  'PushbackReader',
].map((name) => `java.io.${name}`);
const inflaters = [
  'java.util.zip.GZIPInputStream',
  'java.util.zip.InflaterInputStream',
  'java.util.zip.ZipInputStream',
  'java.util.Scanner',
  'com.google.gson.stream.JsonReader',
  'android.util.JsonReader',
];
const writers = [
  'BufferedOutputStream',
  'DataOutputStream',
  'ObjectOutputStream',
  'OutputStreamWriter',
  'BufferedWriter',
  'PrintWriter',
  'PrintStream',
  'FilterOutputStream',
].map((name) => `java.io.${name}`);

const headed = ['java.io.ObjectInputStream', 'java.util.zip.GZIPInputStream'];
const inOf = {
  wraps: { type: 'java.io.InputStream' },
  variants: [{ when: { types: responses }, then: { wraps: { type: 'response.InputStream' } } }],
};
const outOf = {
  wraps: { type: 'java.io.OutputStream' },
  variants: [{ when: { types: ['request.OutputStream'] }, then: { wraps: { type: 'request.OutputStream' } } }],
};

const wrapping: CallFact[] = [
  {
    name: [...readers, ...inflaters].filter((name) => !headed.includes(name)),
    source: 'java/io: close() closes what it reads from',
    on: { arg: 0 },
    ...inOf,
  },
  {
    name: headed,
    source: 'java/io/ObjectInputStream.java, java/util/zip/GZIPInputStream.java: the constructor reads the header',
    on: { arg: 0 },
    fails,
    ...inOf,
  },
  {
    name: ['newInputStream', 'newReader'].map((name) => `java.nio.channels.Channels.${name}`),
    source: 'java/nio/channels/Channels.java newInputStream: close() closes the channel',
    on: { arg: 0 },
    ...inOf,
  },
  {
    name: [...writers.filter((name) => name !== 'java.io.ObjectOutputStream'), 'java.util.zip.GZIPOutputStream'],
    source: 'java/io: close() closes what it writes to',
    on: { arg: 0 },
    ...outOf,
  },
  {
    name: 'java.io.ObjectOutputStream',
    source: 'java/io/ObjectOutputStream.java: the constructor writes the header',
    on: { arg: 0 },
    fails,
    ...outOf,
  },
  {
    name: ['newOutputStream', 'newWriter'].map((name) => `java.nio.channels.Channels.${name}`),
    source: 'java/nio/channels/Channels.java newOutputStream: close() closes the channel',
    on: { arg: 0 },
    wraps: { type: 'java.io.OutputStream' },
  },
];

/** Readers and writers under their own names: values of other calls. */
const named: TypeFact[] = [
  ...[...readers, ...inflaters].map((name): TypeFact => ({ name, source: 'java/io', extends: 'java.io.InputStream', onDrop: 'collector' })),
  ...writers.map((name): TypeFact => ({ name, source: 'java/io', extends: 'java.io.OutputStream', onDrop: 'collector' })),
  { name: 'java.io.Reader', source: 'java/io/Reader.java', extends: 'java.io.InputStream', onDrop: 'collector' },
  { name: 'java.io.Writer', source: 'java/io/Writer.java', extends: 'java.io.OutputStream', onDrop: 'collector' },
];

/** Reads of a `DataInput`. */
const dataReads = [
  'readFully',
  'readByte',
  'readInt',
  'readShort',
  'readLong',
  'readUTF',
  'readObject',
  'readBoolean',
  'readUnsignedByte',
  'readUnsignedShort',
  'readChar',
  'readDouble',
  'readFloat',
];

const reading: CallFact[] = families.flatMap(({ input, response }): CallFact[] => {
  const i = `${input}.`;
  // Who reads a body that breaks off has nothing left to give back.
  const read = response ? { ...anyRead, fails: [{ throws: [io], how: 'rare' as const }] } : anyRead;
  const whole: Partial<CallFact> = response
    ? { ...read, consumes: true, step: { do: 'recvUntilEof' } }
    : { ...read, step: { do: 'recvUntilEof' } };
  return [
    { name: `${i}read`, source: 'java/io/InputStream.java read: -1 at the end', ...read, ok: ['nonneg'], eof: { results: ['=-1'] } },
    {
      name: `${i}readLine`,
      source: 'java/io/BufferedReader.java readLine: null at the end',
      ...read,
      ok: ['nonnull'],
      eof: { results: ['null'] },
    },
    { name: ['readAllBytes', 'transferTo'].map((name) => i + name), source: 'java/io/InputStream.java readAllBytes', ...whole },
    { name: `${i}lines`, source: 'java/io/BufferedReader.java lines: read by whoever uses the stream', takes: true },
    {
      name: dataReads.map((name) => i + name),
      source: 'java/io/DataInput.java: EOFException at the end',
      ...read,
      eof: { throws: ['java.io.EOFException'] },
    },
    {
      name: ['readNBytes', 'skip', 'skipBytes', 'skipNBytes'].map((name) => i + name),
      source: 'java/io/InputStream.java readNBytes',
      ...read,
    },
    {
      name: ['nextLine', 'next', 'nextInt', 'nextLong', 'nextDouble'].map((name) => i + name),
      source: 'java/util/Scanner.java nextLine: NoSuchElementException at the end, and where reading failed',
      blocks: read.blocks,
      step: read.step,
      eof: { throws: ['java.util.NoSuchElementException'] },
    },
    {
      name: ['hasNextLine', 'hasNext', 'hasNextInt'].map((name) => i + name),
      source: 'java/util/Scanner.java hasNext: false at the end',
      blocks: read.blocks,
      step: read.step,
      ok: ['true'],
      eof: { results: ['false'] },
    },
    {
      name: ['available', 'markSupported', 'mark', 'reset', 'ready', 'unread', 'useDelimiter', 'setLenient', 'getEncoding'].map(
        (name) => i + name,
      ),
      source: 'java/io/InputStream.java available',
      fails,
    },
    { name: `${i}close`, source: 'java/io/FilterInputStream.java close', closes: true, step: { do: 'close' } },
  ];
});

const o = 'java.io.OutputStream.';
const writing: CallFact[] = [
  {
    name: [
      'write',
      'writeBytes',
      'writeUTF',
      'writeInt',
      'writeShort',
      'writeLong',
      'writeByte',
      'writeChars',
      'writeBoolean',
      'writeDouble',
      'writeFloat',
      'writeObject',
      'newLine',
    ].map((name) => o + name),
    source: 'java/io/OutputStream.java write',
    ...write,
  },
  { name: `${o}flush`, source: 'java/io/OutputStream.java flush', fails, blocks: { wait: 'write' } },
  {
    name: ['print', 'println', 'printf', 'format', 'append'].map((name) => o + name),
    source: 'java/io/PrintWriter.java: keeps errors for checkError()',
    blocks: { wait: 'write' },
    step: { do: 'send', bytes: { arg: 0 } },
  },
  { name: ['checkError', 'size', 'finish', 'reset'].map((name) => o + name), source: 'java/io/PrintWriter.java checkError' },
  { name: `${o}close`, source: 'java/io/FilterOutputStream.java close', closes: true, step: { do: 'close' } },
];

/** Helpers that close whatever they get, and say nothing. */
const quietly: CallFact[] = [
  {
    name: [
      'org.apache.commons.io.IOUtils.closeQuietly',
      'org.apache.commons.io.IOUtils.close',
      'com.google.common.io.Closeables.close',
      'com.google.common.io.Closeables.closeQuietly',
      'okhttp3.internal.Util.closeQuietly',
      'okhttp3.internal._UtilCommonKt.closeQuietly',
      'org.apache.hadoop.io.IOUtils.closeStream',
      'org.apache.hadoop.io.IOUtils.closeSocket',
      'org.apache.hadoop.io.IOUtils.cleanup',
      'org.apache.http.client.utils.HttpClientUtils.closeQuietly',
      'org.apache.commons.compress.utils.IOUtils.closeQuietly',
      'cn.hutool.core.io.IoUtil.close',
      'org.apache.tomcat.util.http.fileupload.IOUtils.closeQuietly',
      'org.apache.zookeeper.common.IOUtils.closeStream',
      'org.apache.dubbo.common.utils.IOUtils.close',
      'kotlin.io.CloseableKt.closeFinally',
      'org.springframework.jdbc.support.JdbcUtils.closeConnection',
      'org.springframework.jdbc.support.JdbcUtils.closeStatement',
      'org.springframework.jdbc.support.JdbcUtils.closeResultSet',
      'org.apache.commons.dbutils.DbUtils.closeQuietly',
      'org.apache.commons.dbutils.DbUtils.close',
      'org.elasticsearch.core.internal.io.IOUtils.close',
      'org.apache.lucene.util.IOUtils.close',
      'org.apache.lucene.util.IOUtils.closeWhileHandlingException',
    ],
    source: 'documentation of each: closes what it is given, null too',
    on: 'any',
    closes: true,
    step: { do: 'close' },
  },
  {
    name: ['com.google.common.io.Closer.register'],
    source: 'com/google/common/io/Closer.java register: its close() closes all',
    on: { arg: 0 },
    takes: true,
  },
  {
    name: [
      'org.apache.commons.io.IOUtils.toString',
      'org.apache.commons.io.IOUtils.toByteArray',
      'org.apache.commons.io.IOUtils.copy',
      'org.apache.commons.io.IOUtils.copyLarge',
      'org.apache.commons.io.IOUtils.readLines',
      'com.google.common.io.ByteStreams.toByteArray',
      'com.google.common.io.CharStreams.toString',
      'com.google.common.io.ByteStreams.copy',
      'org.springframework.util.StreamUtils.copyToString',
      'org.springframework.util.StreamUtils.copyToByteArray',
      'java.nio.file.Files.copy',
    ],
    source: 'org/apache/commons/io/IOUtils.java toString: reads to the end, closes nothing',
    on: { arg: 0 },
    fails,
    consumes: true,
    blocks: anyRead.blocks,
    step: { do: 'recvUntilEof' },
  },
  {
    name: ['org.apache.commons.io.IOUtils.write'],
    source: 'org/apache/commons/io/IOUtils.java write',
    on: { arg: 1 },
    fails,
    blocks: { wait: 'write' },
    step: { do: 'send', bytes: { arg: 0 } },
  },
];

export const library: Library = {
  id: 'java-io',
  languages: ['java'],
  title: 'java.io',
  types: [
    { name: 'java.io.InputStream', source: 'java/io/InputStream.java', onDrop: 'collector', secondary: true },
    { name: 'java.io.OutputStream', source: 'java/io/OutputStream.java', onDrop: 'collector', secondary: true },
    {
      name: 'response.InputStream',
      source: 'java/io/InputStream.java over a response',
      onDrop: 'collector',
      response: true,
      managed: true,
    },
    ...named,
  ],
  calls: [...wrapping, ...reading, ...writing, ...quietly],
};
