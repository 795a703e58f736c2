/** The errnos that the model's calls fail with: C name, number on Linux (asm-generic/errno.h), the C library's text. */

const ROWS = [
  ['EINTR', 4, 'Interrupted system call'],
  ['EBADF', 9, 'Bad file descriptor'],
  ['EAGAIN', 11, 'Resource temporarily unavailable'],
  ['EACCES', 13, 'Permission denied'],
  ['EINVAL', 22, 'Invalid argument'],
  ['ENFILE', 23, 'Too many open files in system'],
  ['EMFILE', 24, 'Too many open files'],
  ['EPIPE', 32, 'Broken pipe'],
  ['EDOM', 33, 'Numerical argument out of domain'],
  ['EPROTO', 71, 'Protocol error'],
  ['EDESTADDRREQ', 89, 'Destination address required'],
  ['ENOPROTOOPT', 92, 'Protocol not available'],
  ['EOPNOTSUPP', 95, 'Operation not supported'],
  ['EADDRINUSE', 98, 'Address already in use'],
  ['EADDRNOTAVAIL', 99, 'Cannot assign requested address'],
  ['ENETDOWN', 100, 'Network is down'],
  ['ENETUNREACH', 101, 'Network is unreachable'],
  ['ECONNABORTED', 103, 'Software caused connection abort'],
  ['ECONNRESET', 104, 'Connection reset by peer'],
  ['ENOBUFS', 105, 'No buffer space available'],
  ['EISCONN', 106, 'Transport endpoint is already connected'],
  ['ENOTCONN', 107, 'Transport endpoint is not connected'],
  ['ETIMEDOUT', 110, 'Connection timed out'],
  ['ECONNREFUSED', 111, 'Connection refused'],
  ['EHOSTDOWN', 112, 'Host is down'],
  ['EHOSTUNREACH', 113, 'No route to host'],
  ['EALREADY', 114, 'Operation already in progress'],
  ['EINPROGRESS', 115, 'Operation now in progress'],
] as const;

const BY_NAME: ReadonlyMap<string, { number: number; text: string }> = new Map(
  ROWS.map(([name, number, text]) => [name, { number, text }]),
);

/** The C library's text for an errno (`ETIMEDOUT` -> `Connection timed out`); the name itself when it is not known here. */
export function errnoText(name: string): string {
  return BY_NAME.get(name)?.text ?? name;
}

/** Linux's number of an errno, or null when it is not known here. */
export function errnoNumber(name: string): number | null {
  return BY_NAME.get(name)?.number ?? null;
}
