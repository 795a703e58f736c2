/** How programs say what went wrong: the words of C, Python, Go, Node, Java, Rust, .NET and common libraries, each with its errno. */

interface ErrorWords {
  errno: string;
  /** What the message contains, whatever stands around it. */
  words: RegExp;
}

/** The numbers of Linux, then those of macOS and the BSDs that mean nothing of connections on Linux, then Windows' own. */
const numbered = (...numbers: number[]): string =>
  `\\b(?:os error|Errno|WinError|errno:?|SocketException) [(]?(?:${numbers.join('|')})\\b|\\bsystem:(?:${numbers.join('|')})\\b`;

/**
 * `TIMEOUT` is a limit of the program's own; `EOF` an end where more was
 * expected; `LEAK` a connection that the runtime found unclosed. More exact words stand first: the first that fits is taken.
 */
const ERROR_WORDS: readonly ErrorWords[] = [
  {
    errno: 'LEAK',
    words:
      /ResourceWarning: unclosed (?:transport|<(?:ssl|[\w.]{0,200}[Ss]ocket))|Unclosed (?:client session|connection|connector)|A connection to \S+ was leaked|[Cc]onnection leak detection triggered|Open file descriptor \d+: AF_INET6? socket/,
  },
  {
    errno: 'EMFILE',
    words: new RegExp(
      `\\bEMFILE\\b|too many open files(?! in system)|unable to open socket: too many|\\bWSAEMFILE\\b|${numbered(24, 10024)}|` +
        // As people say it in prose.
        '\\bleak(?:s|ed|ing)?(?: of)? (?:file )?descriptors?\\b|\\bdescriptor leak|' +
        '(?:\\bout of|\\bused (?:up )?all(?: \\d+)?)(?: free| available)? (?:file descriptors|FDs)\\b',
      'i',
    ),
  },
  { errno: 'ENFILE', words: new RegExp(`\\bENFILE\\b|too many open files in system|${numbered(23)}`, 'i') },
  {
    errno: 'EADDRNOTAVAIL',
    words: new RegExp(
      `\\bEADDRNOTAVAIL\\b|cannot assign requested address|can't assign requested address|\\bAddrNotAvailable\\b|WSAEADDRNOTAVAIL|${numbered(99, 49, 10049)}`,
      'i',
    ),
  },
  {
    errno: 'EADDRINUSE',
    words: new RegExp(
      `\\bEADDRINUSE\\b|address (?:is )?already in use|BindException|only one usage of each socket address|\\bAddrInUse\\b|WSAEADDRINUSE|${numbered(98, 48, 10048)}`,
      'i',
    ),
  },
  {
    errno: 'ECONNREFUSED',
    words: new RegExp(
      `\\bECONNREFUSED\\b|connection refused|actively refused it|\\bConnectionRefused(?:Error)?\\b|${numbered(111, 61, 10061)}`,
      'i',
    ),
  },
  {
    errno: 'EPIPE',
    words: new RegExp(
      `\\bEPIPE\\b|broken pipe|BrokenPipe(?:Error)?\\b|write after end|ERR_STREAM_WRITE_AFTER_END|SIGPIPE|${numbered(32)}`,
      'i',
    ),
  },
  {
    errno: 'ECONNRESET',
    words: new RegExp(
      '\\bECONNRESET\\b|connection (?:was )?reset|ConnectionReset(?:Error)?\\b|socket hang up|forcibly closed by the remote host|' +
        `RemoteDisconnected|ERR_SOCKET_CONNECTION_RESET|socket disconnected before secure TLS|${numbered(104, 54, 10054)}`,
      'i',
    ),
  },
  {
    errno: 'ECONNABORTED',
    words: new RegExp(
      `\\bECONNABORTED\\b|connection (?:was )?aborted|software caused connection abort|ConnectionAborted(?:Error)?\\b|${numbered(103, 53, 10053)}`,
      'i',
    ),
  },
  {
    errno: 'EHOSTUNREACH',
    words: new RegExp(`\\bEHOSTUNREACH\\b|no route to host|NoRouteToHostException|${numbered(113, 65, 10065)}`, 'i'),
  },
  { errno: 'ENETUNREACH', words: new RegExp(`\\bENETUNREACH\\b|network is unreachable|${numbered(101, 51, 10051)}`, 'i') },
  {
    errno: 'ETIMEDOUT',
    words: new RegExp(
      '\\bETIMEDOUT\\b|connection timed out|connect timed out \\(|\\[Errno (?:110|60)\\]|' +
        `the connected party did not properly respond|${numbered(110, 60, 10060)}`,
      'i',
    ),
  },
  // strerror() of macOS and the BSDs; libraries write it small for limits of their own.
  { errno: 'ETIMEDOUT', words: /Operation timed out/ },
  { errno: 'EAGAIN', words: new RegExp(`\\bEAGAIN\\b|resource temporarily unavailable|BlockingIOError|${numbered(11, 35, 10035)}`, 'i') },
  { errno: 'ENOBUFS', words: new RegExp(`\\bENOBUFS\\b|no buffer space available|${numbered(105, 55, 10055)}`, 'i') },
  {
    errno: 'TIMEOUT',
    words:
      /i\/o timeout|SocketTimeoutException|Read ?Timeout|ConnectTimeout|(?:Headers|Body)Timeout|\btimed out\b|context deadline exceeded|ESOCKETTIMEDOUT|ERR_SOCKET_TIMEOUT|TimeoutError|socket\.timeout\b(?!\()|TimeoutException|deadline has elapsed|UND_ERR_\w+_TIMEOUT|\bTimedOut\b|Client\.Timeout (?:exceeded|of)|timeout of \d+ ?ms exceeded|timeout awaiting response/i,
  },
  {
    errno: 'EOF',
    words:
      /unexpected EOF|\bUnexpectedEof\b|EOFException|EndOfStreamException|IncompleteRead|IncompleteMessage|early eof|premature (?:close|end)|ended prematurely|unexpected end of (?:file|stream)|server (?:closed (?:the )?(?:idle )?connection|disconnected)|ServerDisconnectedError|peer closed connection without|other side closed|UND_ERR_SOCKET|End of file \[asio|failed to respond\b|NoHttpResponseException|connection closed before message completed|remote end closed connection/i,
  },
];

/** What the message says was being done; the first that fits. */
const CALL_WORDS: readonly { call: string; words: RegExp }[] = [
  { call: 'accept', words: /\baccept4?\b(?:\(|:| |ed)|Accept error/i },
  {
    call: 'connect',
    words:
      /\bconnect(?:ion attempt|ing)?\b(?! reset)|\bdial\b|ConnectTimeout|ConnectException|Failed to establish|NewConnectionError|ConnectionRefused/i,
  },
  { call: 'listen', words: /\bbind\b|\blisten\b|BindException/i },
  { call: 'send', words: /\bwrite\b|\bsend(?:to|msg|all)?\b|broken ?pipe|EPIPE/i },
  { call: 'recv', words: /\bread(?:ing)?\b|\brecv(?:from|msg)?\b|ReadTimeout|read timed out|SocketInputStream/i },
];

/** Source text and prose about errors name them without that one has happened. */
const SOURCE =
  /===|!==|==\s*['"]?(?:\w*\.)?E[A-Z]{3,}\b|^\s*(?:\} )?(?:catch|except|if|elif|else if|case|while|raise|throw|return|import|from|use)\b[^'"]{0,80}[({:;]|\berrors\.(?:Is|As)\(|^\s*(?:\/\/|\*(?!\s*thread)|\/\*)|\bexcept \w/;

/** @returns the errno that a line tells, or null; a line of source code that only names one is no sign */
export function errnoIn(line: string): string | null {
  const found = ERROR_WORDS.find(({ words }) => words.test(line))?.errno ?? null;
  return found !== null && SOURCE.test(line) ? null : found;
}

export function callIn(line: string): string | null {
  return CALL_WORDS.find(({ words }) => words.test(line))?.call ?? null;
}
