/** How programs say what went wrong: the words of C, Python, Go, Node, Java, Rust, .NET and common libraries, each with its errno. */

export interface ErrorWords {
  errno: string;
  /** What the message contains, whatever stands around it. */
  words: RegExp;
}

/**
 * `TIMEOUT` is a limit of the program's own; `EOF` an end where more was
 * expected. More exact words stand first: the first that fits is taken.
 */
export const ERROR_WORDS: readonly ErrorWords[] = [
  {
    errno: 'EMFILE',
    words: /\bEMFILE\b|too many open files(?! in system)|\(24\)|os error 24\b|Errno 24\b|unable to open socket: too many/i,
  },
  { errno: 'ENFILE', words: /\bENFILE\b|too many open files in system|os error 23\b/i },
  {
    errno: 'EADDRNOTAVAIL',
    words:
      /\bEADDRNOTAVAIL\b|cannot assign requested address|can't assign requested address|os error 99\b|Errno 99\b|WSAEADDRNOTAVAIL|NoRouteToHostException: Cannot assign/i,
  },
  {
    errno: 'EADDRINUSE',
    words:
      /\bEADDRINUSE\b|address already in use|os error 98\b|Errno 98\b|BindException|only one usage of each socket address|WSAEADDRINUSE/i,
  },
  { errno: 'ECONNREFUSED', words: /\bECONNREFUSED\b|connection refused|os error 111\b|Errno 111\b|actively refused it|WinError 10061/i },
  { errno: 'EPIPE', words: /\bEPIPE\b|broken pipe|BrokenPipeError|os error 32\b|write after end|ERR_STREAM_WRITE_AFTER_END|SIGPIPE/i },
  {
    errno: 'ECONNRESET',
    words:
      /\bECONNRESET\b|connection reset|ConnectionResetError|os error 104\b|Errno 104\b|socket hang up|forcibly closed by the remote host|WinError 10054|RemoteDisconnected|ERR_SOCKET_CONNECTION_RESET/i,
  },
  {
    errno: 'ECONNABORTED',
    words: /\bECONNABORTED\b|connection aborted|software caused connection abort|WinError 10053|ConnectionAbortedError/i,
  },
  { errno: 'EHOSTUNREACH', words: /\bEHOSTUNREACH\b|no route to host|NoRouteToHostException|os error 113\b|Errno 113\b/i },
  { errno: 'ENETUNREACH', words: /\bENETUNREACH\b|network is unreachable|os error 101\b|Errno 101\b/i },
  {
    errno: 'ETIMEDOUT',
    words:
      /\bETIMEDOUT\b|connection timed out|connect timed out \(|os error 110\b|Errno 110\b|WinError 10060|connection attempt failed because the connected party did not properly respond/i,
  },
  { errno: 'EAGAIN', words: /\bEAGAIN\b|resource temporarily unavailable|os error 11\b|Errno 11\b|BlockingIOError/i },
  { errno: 'ENOBUFS', words: /\bENOBUFS\b|no buffer space available|os error 105\b|WinError 10055/i },
  {
    errno: 'TIMEOUT',
    words:
      /i\/o timeout|SocketTimeoutException|ReadTimeout|ConnectTimeout|read timed out|connect timed out|context deadline exceeded|ESOCKETTIMEDOUT|ERR_SOCKET_TIMEOUT|TimeoutError|socket\.timeout|timed out after|TimeoutException|deadline has elapsed|UND_ERR_\w+_TIMEOUT|Client\.Timeout exceeded/,
  },
  {
    errno: 'EOF',
    words:
      /unexpected EOF|EOFException|IncompleteRead|IncompleteMessage|early eof|premature (?:close|end)|unexpected end of file|server closed (?:the )?(?:idle )?connection|peer closed connection without|other side closed|UND_ERR_SOCKET/i,
  },
];

/** What the message says was being done; the first that fits. */
export const CALL_WORDS: readonly { call: string; words: RegExp }[] = [
  { call: 'accept', words: /\baccept\b(?:4|\(|:| |ed)|Accept error/i },
  {
    call: 'connect',
    words: /\bconnect(?:ion attempt)?\b(?! reset)|\bdial\b|ConnectTimeout|ConnectException|Failed to establish|NewConnectionError/i,
  },
  { call: 'listen', words: /\bbind\b|\blisten\b|BindException/i },
  { call: 'send', words: /\bwrite\b|\bsend(?:to|msg|all)?\b|broken pipe|EPIPE/i },
  { call: 'recv', words: /\bread\b|\brecv\b|ReadTimeout|read timed out|SocketInputStream/i },
];

/** @returns the errno that a line tells, or null; a line of source code or help that only names one is no sign */
export function errnoIn(line: string): string | null {
  return ERROR_WORDS.find(({ words }) => words.test(line))?.errno ?? null;
}

export function callIn(line: string): string | null {
  return CALL_WORDS.find(({ words }) => words.test(line))?.call ?? null;
}
