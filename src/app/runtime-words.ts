/** What a runtime makes of what the kernel says, as plain data for the scenarios. */

import type { RuntimeWords } from '../scenarios/profile.js';
import { headCutShortInWords } from './errors.js';

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

/** Undefined where the numbers of the kernel are told. */
export function runtimeWords(language: string, library: string): RuntimeWords | undefined {
  if (language !== 'java') return undefined;
  const short = headCutShortInWords(library);
  if (short === null) return JAVA;
  const told = { text: short, thrown: true };
  return { ...JAVA, end: { ...JAVA.end, ...Object.fromEntries(EXCHANGES.map((name) => [name, told])) } };
}
