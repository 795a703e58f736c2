/** What a runtime makes of what the kernel says, as plain data for the scenarios. */

import type { RuntimeWords } from '../scenarios/profile.js';
import { closesAtEnd, bodyCutShortInWords, errorInWords, headCutShortInWords, isScript, limitInWords } from './errors.js';
import { keptBy } from './kept-connections.js';
import { say } from '../words/say.js';

const timedOut = 'java.net.SocketTimeoutException';
const eof = { text: 'java.io.EOFException', thrown: true };
const minus = { text: '-1', thrown: false };
const none = { text: 'null', thrown: false };
const readsData = ['readFully', 'readByte', 'readInt', 'readShort', 'readLong', 'readUTF', 'readObject', 'readBoolean', 'readUnsignedByte'];

/** Calls of HTTP clients that wait for the head of an answer. */
const EXCHANGES = [
  'getInputStream',
  'getResponseCode',
  'getResponseMessage',
  'getHeaderField',
  'execute',
  'executeMethod',
  'send',
  'openStream',
];

/** OpenJDK 17; measured, docs/runtimes/java.md. */
const JAVA: RuntimeWords = {
  errors: {
    ECONNRESET: 'java.net.SocketException: Connection reset',
    EPIPE: 'java.net.SocketException: Broken pipe',
    ETIMEDOUT: 'java.net.SocketException: Connection timed out',
    EHOSTUNREACH: 'java.net.SocketException: No route to host',
    ENETUNREACH: 'java.net.SocketException: Network is unreachable',
  },
  connecting: {
    ECONNREFUSED: 'java.net.ConnectException: Connection refused',
    ETIMEDOUT: 'java.net.ConnectException: Connection timed out',
    EHOSTUNREACH: 'java.net.NoRouteToHostException: No route to host',
    ENETUNREACH: 'java.net.ConnectException: Network is unreachable',
  },
  limits: { connect: `${timedOut}: Connect timed out`, other: `${timedOut}: Read timed out` },
  end: { '': minus, read: minus, readLine: none, ...Object.fromEntries(readsData.map((name) => [name, eof])) },
};

type Ends = RuntimeWords['end'];

const value = (text: string): Ends[string] => ({ text, thrown: false });
/** A sentence instead of a literal of the language; the reader's language is known later than this table is made. */
const prose = (tell: () => string): Ends[string] => ({
  thrown: false,
  get text() {
    return tell();
  },
});
const error = (text: string): Ends[string] => ({ text, thrown: true });
const each = (names: readonly string[], told: Ends[string]): Ends => Object.fromEntries(names.map((name) => [name, told]));

/**
 * CPython: Modules/socketmodule.c sock_recv; Lib/_pyio.py BufferedReader.read, readline (text or bytes, as the file was made);
 * asyncio/streams.py readexactly, readuntil; multiprocessing/connection.py _recv.
 */
const PYTHON_ENDS: Ends = {
  '': value("b''"),
  ...each(['recv_into', 'readinto', 'recv_bytes_into'], value('0')),
  ...each(
    ['readline', 'readlines', 'read'],
    prose(() => say`an empty result`),
  ),
  ...each(['readexactly', 'readuntil', 'receive_exactly'], error('asyncio.IncompleteReadError')),
};

/** Go: net/net.go Conn.Read; io/io.go ReadAll, Copy; bufio/scan.go Scan. */
const GO_ENDS: Ends = {
  '': value('io.EOF'),
  ...each(
    ['ReadAll', 'Copy', 'CopyBuffer', 'ReadFrom', 'WriteTo'],
    prose(() => say`what has come, without an error`),
  ),
  Scan: value('false'),
  ...each(
    ['ReadFull', 'ReadAtLeast'],
    prose(() => say`io.ErrUnexpectedEOF, or io.EOF where nothing came`),
  ),
};

/** Rust: library std/src/io/mod.rs Read, BufRead (measured: docs/runtimes/rust.md). */
const RUST_ENDS: Ends = {
  '': value('Ok(0)'),
  ...each(
    ['read_to_end', 'read_to_string'],
    prose(() => say`Ok, with what has come`),
  ),
  ...each(['lines', 'split', 'next_line'], value('None')),
  read_exact: error('ErrorKind::UnexpectedEof'),
};

/** .NET 8: NetworkStream.cs Read; StreamReader.cs ReadLine, ReadToEnd; Stream.cs ReadExactly. */
const CSHARP_ENDS: Ends = {
  '': value('0'),
  ...each(['ReadLine', 'ReadLineAsync'], value('null')),
  ...each(
    ['ReadToEnd', 'ReadToEndAsync', 'CopyTo', 'CopyToAsync'],
    prose(() => say`what has come`),
  ),
  ...each(['ReadExactly', 'ReadExactlyAsync', 'ReadAtLeast', 'ReadAtLeastAsync'], error('EndOfStreamException')),
};

const ENDS: Readonly<Record<string, Ends>> = { python: PYTHON_ENDS, go: GO_ENDS, rust: RUST_ENDS, csharp: CSHARP_ENDS };
const ERRNOS = ['ECONNRESET', 'EPIPE', 'ECONNREFUSED', 'ECONNABORTED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'];

/** Calls of HTTP clients that wait for the head of an answer: Python's, then those of .NET that read all of it. */
const REQUESTS = [
  'getresponse',
  'urlopen',
  'request',
  'send',
  'get',
  'post',
  'put',
  'patch',
  'delete',
  'head',
  'options',
  'GetAsync',
  'SendAsync',
  'Send',
  'PostAsync',
  'PutAsync',
  'DeleteAsync',
  'PatchAsync',
  'GetStringAsync',
  'GetByteArrayAsync',
];

/** Runtimes whose errors stand in tables by errno. */
function tabled(language: string, library: string, ends: Ends): RuntimeWords {
  const named = (connecting: boolean): Record<string, string> =>
    Object.fromEntries(
      ERRNOS.map((errno) => [errno, errorInWords(errno, language, library, connecting).replace(/ ?\(?\bE[A-Z]+\)?$/, '')] as const).filter(
        ([, text]) => text !== '',
      ),
    );
  const [head, body] = [headCutShortInWords(library), bodyCutShortInWords(library)];
  return {
    errors: named(false),
    connecting: named(true),
    limits: { connect: limitInWords(language, library, true), other: limitInWords(language, library) },
    end: {
      ...ends,
      // An answer whose length is known breaks off.
      ...(body === null ? {} : { '': error(body), ...each(['read', 'readline', 'Read', 'ReadAll', 'Copy'], error(body)) }),
      ...(head === null ? {} : each([library.slice(library.lastIndexOf('.') + 1), ...REQUESTS], error(head))),
      // http/client.py getresponse: only what ends before the head closes it.
      ...(head !== null && library.startsWith('http.client.') && { getresponse: { ...error(head), closes: true as const } }),
    },
    ...(closesAtEnd(library) && { endCloses: true }),
  };
}

/** Clients of Node that give a promise: it is rejected. */
const PROMISES = /^(?:fetch|undici|node-fetch|axios|got|ky|superagent)\b/;

/** Node: events tell, but for what gives a promise; an answer that breaks off (http.ClientRequest, http.IncomingMessage) is an error. */
function scripted(language: string, library: string): RuntimeWords {
  const named = (connecting: boolean): Record<string, string> =>
    Object.fromEntries([...ERRNOS, 'EADDRNOTAVAIL', 'EMFILE'].map((errno) => [errno, errorInWords(errno, language, library, connecting)]));
  const head = headCutShortInWords(library);
  return {
    ...(!PROMISES.test(library) && { events: true }),
    errors: named(false),
    connecting: named(true),
    limits: { connect: limitInWords(language, library, true), other: limitInWords(language, library) },
    end: { '': head === null ? value("'end'") : error(head) },
    ...(closesAtEnd(library) && { endCloses: true }),
  };
}

/** Undefined where the numbers of the kernel are told. */
export function runtimeWords(language: string, library: string): RuntimeWords | undefined {
  const words = wordsOf(language, library);
  const kept = keptBy(library);
  return words && { ...words, ...(kept && { kept }) };
}

function wordsOf(language: string, library: string): RuntimeWords | undefined {
  const ends = ENDS[language];
  if (ends) return tabled(language, library, ends);
  if (isScript(language)) return scripted(language, library);
  if (language !== 'java') return undefined;
  const short = headCutShortInWords(library);
  if (short === null) return JAVA;
  const told = { text: short, thrown: true };
  const end = { ...JAVA.end, ...Object.fromEntries(EXCHANGES.map((name) => [name, told])) };
  const limits = { connect: limitInWords(language, library, true), other: limitInWords(language, library) };
  // Measured with OpenJDK 17: whether it ends or is reset, no byte of an answer came.
  const errors = library.startsWith('java.net.http.') ? { ...JAVA.errors, ECONNRESET: short } : JAVA.errors;
  return { ...JAVA, errors, end, limits, ...(closesAtEnd(library) && { endCloses: true }) };
}
