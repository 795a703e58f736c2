/** What a runtime makes of an errno: the name that the user's code has to handle. */

import type { ConnectionProfile } from '../scenarios/profile.js';
import { say } from '../words/say.js';

/** CPython: Objects/exceptions.c, `errnomap` of OSError (PEP 3151); other numbers stay OSError. */
const PYTHON: Readonly<Record<string, string>> = {
  ECONNRESET: 'ConnectionResetError',
  EPIPE: 'BrokenPipeError',
  ECONNREFUSED: 'ConnectionRefusedError',
  ECONNABORTED: 'ConnectionAbortedError',
  ETIMEDOUT: 'TimeoutError',
  EAGAIN: 'BlockingIOError',
};

/** Go: syscall/zerrors_linux_amd64.go, the texts that *net.OpError ends with. */
const GO: Readonly<Record<string, string>> = {
  ECONNRESET: 'connection reset by peer',
  EPIPE: 'broken pipe',
  ECONNREFUSED: 'connection refused',
  ETIMEDOUT: 'connection timed out',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
};

/**
 * OpenJDK 17: sun/nio/ch/NioSocketImpl.java, SocketDispatcher.java, Net.java
 * handleSocketErrorWithMessage. What a read and a write say was measured (docs/runtimes/java.md).
 */
const JAVA: Readonly<Record<string, string>> = {
  ECONNRESET: 'java.net.SocketException: Connection reset',
  EPIPE: 'java.net.SocketException: Broken pipe',
  ECONNREFUSED: 'java.net.ConnectException: Connection refused',
  ETIMEDOUT: 'java.net.SocketException: Connection timed out',
  EHOSTUNREACH: 'java.net.NoRouteToHostException: No route to host',
  ENETUNREACH: 'java.net.ConnectException: Network is unreachable',
};

/** Node: lib/internal/errors.js ErrnoException, with the call that failed; what `'error'` hears. */
const nodeError = (errno: string, connecting: boolean): string =>
  `Error: ${connecting || errno === 'ECONNREFUSED' ? 'connect' : errno === 'EPIPE' ? 'write' : 'read'} ${errno}`;
const FETCHES = /fetch|undici/;
export const isScript = (language: string): boolean => /^(?:java|type)script(?:react)?$/.test(language);

/**
 * .NET 8 on Linux: System.Net.Sockets SocketException.Unix.cs (the kernel's
 * own text), NetworkStream.cs WrapException .
 */
const CSHARP: Readonly<Record<string, string>> = {
  ECONNRESET: 'IOException: Unable to read data from the transport connection: Connection reset by peer',
  EPIPE: 'IOException: Unable to write data to the transport connection: Broken pipe',
  ECONNREFUSED: 'SocketException (111): Connection refused',
  ETIMEDOUT: 'SocketException (110): Connection timed out',
  EHOSTUNREACH: 'SocketException (113): No route to host',
  ENETUNREACH: 'SocketException (101): Network is unreachable',
};
/** Rust's std::io::Error: its text and kind, measured (docs/runtimes/rust.md); sys/pal/unix/mod.rs decode_error_kind. */
const RUST: Readonly<Record<string, string>> = {
  ECONNRESET: 'Connection reset by peer (os error 104), ErrorKind::ConnectionReset',
  EPIPE: 'Broken pipe (os error 32), ErrorKind::BrokenPipe',
  ECONNREFUSED: 'Connection refused (os error 111), ErrorKind::ConnectionRefused',
  ETIMEDOUT: 'Connection timed out (os error 110), ErrorKind::TimedOut',
  EHOSTUNREACH: 'No route to host (os error 113), ErrorKind::HostUnreachable',
  ENETUNREACH: 'Network is unreachable (os error 101), ErrorKind::NetworkUnreachable',
};
const TEXTS: Readonly<Record<string, Readonly<Record<string, string>>>> = { go: GO, java: JAVA, csharp: CSHARP, rust: RUST };
const HTTP_OF_CSHARP = /^System\.Net\.(?:Http\.|Http?WebRe)/;

/**
 * Libraries that wrap what the socket raises: requests/adapters.py HTTPAdapter.send;
 * urllib3/connectionpool.py; httpx/_transports/default.py map_httpcore_exceptions.
 */
const WRAPPED: readonly (readonly [library: RegExp, name: string])[] = [
  [/^requests\./, 'requests.ConnectionError'],
  [/^urllib3\./, 'urllib3 ProtocolError'],
  [/^httpx\./, 'httpx.NetworkError'],
  [/^aiohttp\./, 'aiohttp.ClientError'],
  [/^smtplib\./, 'smtplib.SMTPServerDisconnected'],
];

/**
 * Connections that never were: requests/adapters.py HTTPAdapter.send (ConnectTimeout); urllib/request.py do_open, which wraps what the
 * request raises and nothing later; urllib3/connectionpool.py urlopen; java.net.SocketImpl connect. Of the others the name is that of
 * every failure.
 */
function connectErrorInWords(errno: string, language: string, library: string): string | null {
  if (library.startsWith('urllib.request.')) return `URLError (${errno})`;
  if (library.startsWith('urllib3.')) return `urllib3 MaxRetryError (${errno})`;
  if (errno !== 'ETIMEDOUT') return null;
  if (library.startsWith('requests.')) return 'requests.ConnectTimeout (ETIMEDOUT)';
  return language === 'java' ? 'java.net.ConnectException: Connection timed out (ETIMEDOUT)' : null;
}

/** What the code gets for an errno of the kernel, with the errno itself where the runtime hides it. @param connecting connect() failed */
export function errorInWords(errno: string, language: string, library: string, connecting = false): string {
  const unconnected = connecting ? connectErrorInWords(errno, language, library) : null;
  if (unconnected !== null) return unconnected;
  if (language === 'python') {
    const wrapped = WRAPPED.find(([pattern]) => pattern.test(library))?.[1];
    return `${wrapped ?? PYTHON[errno] ?? 'OSError'} (${errno})`;
  }
  if (isScript(language)) return FETCHES.test(library) ? say`TypeError: fetch failed, caused by ${errno}` : nodeError(errno, connecting);
  if (language === 'csharp' && HTTP_OF_CSHARP.test(library)) return `HttpRequestException (${errno})`;
  // NetworkStream.cs WrapException: what is read through a stream; Socket.Receive has the SocketException alone.
  const own = language === 'csharp' && !connecting ? /^SocketException \(\d+\): (.+)$/.exec(CSHARP[errno] ?? '')?.[1] : undefined;
  if (own !== undefined && errno !== 'ECONNREFUSED' && /\.Tcp(?:Client|Listener)\b/.test(library))
    return `IOException: Unable to read data from the transport connection: ${own} (${errno})`;
  const text = TEXTS[language]?.[errno];
  return text === undefined ? errno : `${text} (${errno})`;
}

/** Dialogues, in which an end of the stream is always an error: CPython smtplib.py getreply, ftplib.py getline, imaplib.py _get_line. */
const DIALOGUES: readonly (readonly [library: RegExp, name: string])[] = [
  [/^smtplib\./, 'smtplib.SMTPServerDisconnected'],
  [/^ftplib\./, 'EOFError'],
  [/^poplib\./, 'poplib.error_proto'],
  [/^imaplib\./, 'imaplib.IMAP4.abort'],
];

/**
 * HTTP clients for which an end before the answer is an error: requests/adapters.py
 * and httpx as above; http/client.py getresponse; net/http/transport.go readLoop.
 */
const CUT_SHORT: readonly (readonly [library: RegExp, name: string])[] = [
  ...DIALOGUES,
  [/^requests\./, 'requests.ConnectionError'],
  [/^urllib\.request|^http\.client\./, 'http.client.RemoteDisconnected'],
  [/^urllib3\./, 'urllib3 ProtocolError'],
  [/^httpx\./, 'httpx.RemoteProtocolError'],
  [/^aiohttp\./, 'aiohttp.ServerDisconnectedError'],
  [/^https?\.(?:request|get)/, 'Error: socket hang up'],
  [/^(?:fetch$|undici|node-fetch)/, 'TypeError: fetch failed'],
  // sun/net/www/http/HttpClient.java parseHTTP, measured; okhttp3 internal/http1/Http1ExchangeCodec.kt readResponseHeaders;
  // httpclient 4.5 DefaultHttpResponseParser.parseHead, httpcore5 DefaultHttpResponseParser.createConnectionClosedException.
  [/^java\.net\.(?:URL|HttpURLConnection|URLConnection)\b/, 'java.net.SocketException: Unexpected end of file from server'],
  [/^java\.net\.http\./, 'java.io.IOException: HTTP/1.1 header parser received no bytes'],
  [/^(?:okhttp3|com\.squareup\.okhttp)\./, 'java.io.IOException: unexpected end of stream'],
  [/^org\.apache\.(?:http|hc|commons\.httpclient)\./, 'NoHttpResponseException: the target server failed to respond'],
  [/^System\.Net\.Http\./, 'HttpRequestException: The response ended prematurely'],
  [/^http\./, 'EOF'],
];

/**
 * The same where the answer's head has come and its body breaks off, its length known: http/client.py _read_next_chunk, _safe_read;
 * net/http/transfer.go body.readLocked; urllib3/response.py; aiohttp/client_proto.py; undici lib/web/fetch.
 */
const BODY_CUT_SHORT: readonly (readonly [library: RegExp, name: string])[] = [
  ...DIALOGUES,
  [/^requests\./, 'requests.ChunkedEncodingError'],
  [/^urllib\.request|^http\.client\./, 'http.client.IncompleteRead'],
  [/^urllib3\./, 'urllib3 ProtocolError'],
  [/^httpx\./, 'httpx.RemoteProtocolError'],
  [/^aiohttp\./, 'aiohttp.ClientPayloadError'],
  [/^https?\.(?:request|get)/, 'Error: aborted'],
  [/^(?:fetch$|undici)/, 'TypeError: terminated'],
  [/^System\.Net\.Http\./, 'HttpIOException: The response ended prematurely'],
  [/^http\./, 'unexpected EOF'],
];

/**
 * What the code gets on this line when the stream ends there before the answer is complete; null where that is a plain end of stream.
 * The first read of a client waits for the answer's head.
 */
export function cutShortInWords(
  { role, library, steps }: Pick<ConnectionProfile, 'role' | 'library' | 'steps'>,
  line: number,
): string | null {
  if (role !== 'client') return null;
  const head = steps.find((step) => step.do === 'recv' || step.do === 'recvUntilEof');
  return head?.line === line ? headCutShortInWords(library) : bodyCutShortInWords(library);
}

/** The error that an end of the stream is for a call of this name; null where it is none. */
export function endAsError(profile: ConnectionProfile, call: string, line: number | null): string | null {
  const told = profile.words?.end[call.split(/\.|::/).at(-1) ?? ''];
  return told?.thrown ? told.text : line === null ? null : cutShortInWords(profile, line);
}

/** The same where the answer's head is waited for. */
export function headCutShortInWords(library: string): string | null {
  return nameIn(CUT_SHORT, library);
}

/** The same where its body is read. */
export function bodyCutShortInWords(library: string): string | null {
  return nameIn(BODY_CUT_SHORT, library);
}

/**
 * Does the library close the connection with the error that its end is? urllib3/response.py _error_catcher; smtplib.py getreply; httpcore
 * and aiohttp close what fails; net/http/transport.go readLoop; Node's and undici's sockets are destroyed; sun/net/www/http/HttpClient.java
 * closeServer, jdk.internal.net.http; okhttp3 and Apache's close; HttpConnection.cs Dispose. Measured for smtplib, Node, Java and Go.
 * ftplib, poplib, imaplib and an HTTPConnection whose body breaks off leave it open.
 */
export function closesAtEnd(library: string): boolean {
  return headCutShortInWords(library) !== null && !/^(?:(?:ftp|pop|imap)lib|http\.client)\./.test(library);
}

function nameIn(names: typeof CUT_SHORT, library: string): string | null {
  return names.find(([pattern]) => pattern.test(library))?.[1] ?? null;
}

/** What the code gets when its own limit ends a wait. @param connecting for the connection */
export function limitInWords(language: string, library: string, connecting = false): string {
  if (language === 'python') return library.startsWith('requests.') ? `requests.${connecting ? 'Connect' : 'Read'}Timeout` : 'TimeoutError';
  // undici lib/core/errors.js; others only tell of it and close nothing by themselves.
  if (isScript(language) && FETCHES.test(library))
    return say`TypeError: fetch failed, caused by ${connecting ? 'UND_ERR_CONNECT_TIMEOUT' : 'UND_ERR_HEADERS_TIMEOUT'}`;
  if (isScript(language)) return "the event 'timeout'";
  // jdk/internal/net/http/MultiExchange.java, measured with 17.
  if (library.startsWith('java.net.http.'))
    return connecting
      ? 'java.net.http.HttpConnectTimeoutException: HTTP connect timed out'
      : 'java.net.http.HttpTimeoutException: request timed out';
  if (language === 'java') return `java.net.SocketTimeoutException: ${connecting ? 'Connect' : 'Read'} timed out`;
  if (language === 'rust')
    return library.startsWith('std.')
      ? 'Resource temporarily unavailable (os error 11), ErrorKind::WouldBlock'
      : 'Elapsed: deadline has elapsed';
  if (language === 'csharp')
    return library.startsWith('System.Net.Http.') ? 'TaskCanceledException: HttpClient.Timeout' : 'IOException: Connection timed out';
  // net/http/client.go: whether the dialler or the context is first with its deadline is chance, this is said by both.
  if (language === 'go' && library.startsWith('http.Client.'))
    return connecting ? 'Client.Timeout exceeded while awaiting headers' : 'context deadline exceeded (Client.Timeout)';
  return language === 'go' ? 'i/o timeout' : say`time over`;
}
