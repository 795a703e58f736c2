/** What `from M import *` binds: the public names of modules of the standard library, as far as connections, waiting and threads go. */

/** Measured with CPython 3.11: `M.__all__`, else the names of `dir(M)` without underscore. */
const exported: Record<string, RegExp> = {
  socket:
    /^(?:(?:AF|AI|IP|IPPROTO|IPV6|MSG|NI|PF|SHUT|SO|SOCK|SOL|TCP)_\w+|SOMAXCONN|socket|SocketType|create_connection|create_server|socketpair|fromfd|setdefaulttimeout|gethostbyname|getaddrinfo|getfqdn|gethostname|error|timeout|gaierror|herror)$/,
  select: /^(?:select|poll|epoll|error|EPOLL\w+|POLL\w+)$/,
  selectors: /^(?:\w*Selector|EVENT_READ|EVENT_WRITE)$/,
  threading: /^(?:Thread|Timer|Lock|RLock|Event|Condition|Semaphore|BoundedSemaphore|current_thread|active_count)$/,
  _thread: /^(?:start_new_thread|start_new|allocate_lock|exit)$/,
  thread: /^(?:start_new_thread|start_new|allocate_lock|exit)$/,
  multiprocessing: /^(?:Process|Pool|Queue|Pipe|Lock|Manager|Event)$/,
  time: /^(?:sleep|time|monotonic|perf_counter|strftime|localtime|gmtime|ctime)$/,
  sys: /^(?:exit|argv|stdin|stdout|stderr)$/,
  struct: /^(?:pack|unpack|calcsize|Struct|error)$/,
  contextlib: /^(?:closing|suppress|contextmanager|asynccontextmanager|ExitStack|AsyncExitStack|nullcontext)$/,
  ssl: /^(?:SSLContext|SSLSocket|SSLError|create_default_context|wrap_socket|SSLWantReadError|PROTOCOL_\w+|CERT_\w+)$/,
  asyncio:
    /^(?:open_connection|start_server|open_unix_connection|sleep|wait_for|timeout|gather|shield|run|create_task|ensure_future|get_event_loop|TimeoutError|CancelledError|IncompleteReadError|Protocol|StreamReader|StreamWriter)$/,
  'http.client': /^HTTP\w+$/,
  'http.server': /^\w*HTTP\w+$/,
  'urllib.request': /^(?:urlopen|Request|build_opener|install_opener|urlretrieve|\w+Handler)$/,
  urllib2: /^(?:urlopen|Request|build_opener|install_opener|URLError|HTTPError|\w+Handler)$/,
  socketserver: /^(?:\w*Server|\w*RequestHandler|\w*MixIn)$/,
  SocketServer: /^(?:\w*Server|\w*RequestHandler|\w*MixIn)$/,
  ftplib: /^(?:FTP|FTP_TLS|error_\w+|all_errors)$/,
  smtplib: /^SMTP\w*$/,
  imaplib: /^IMAP4\w*$/,
  poplib: /^(?:POP3|POP3_SSL|error_proto)$/,
};

/** The module that gives a name which nothing in the file binds; the last import that has it counts. Null when none is known to. */
export function starred(name: string, modules: readonly string[]): string | null {
  for (let at = modules.length - 1; at >= 0; at -= 1) {
    const module = modules[at] as string;
    if (exported[module]?.test(name)) return `${module}.${name}`;
  }
  return null;
}

/** The one imported module whose names are not known here: a function that nothing else gives comes from there. */
export function starredElsewhere(name: string, modules: readonly string[]): string | null {
  const others = modules.filter((module) => !(module in exported));
  return others.length === 1 && others[0] !== undefined ? `${others[0]}.${name}` : null;
}
