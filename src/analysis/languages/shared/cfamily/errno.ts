/** `errno` as a variable: what it says of one failed call holds until the next call that may set it. */

import type { SyntaxNode } from '../../../syntax/tree.js';

/** Names by which programs read it (`SOCKERRNO` stands for it outside Windows). */
const readers = /\b(errno|SOCKERRNO)\b/;

export const errnoPlace = 'errno';

/** Does this function look at errno at all? Only then calls must be seen to change it. */
export function asksErrno(body: SyntaxNode): boolean {
  return readers.test(body.text);
}

export function isErrno(name: string): boolean {
  return name === 'errno' || name === 'SOCKERRNO';
}

/**
 * Calls between a failure and the look at errno that programs count on not to
 * touch it: they report, free, close (all of them leave it when they succeed).
 */
const keeps =
  /^(free|close|closesocket|perror|warnx?|syslog|v?f?printf|v?sn?printf|fputs|puts|strerror|mem(set|cpy|move|cmp)|bzero|str(len|n?cmp|n?cpy)|FD_(SET|CLR|ISSET|ZERO)|hton[sl]|ntoh[sl])$|(^|_)(log|debug|trace|warn|info|dbg)(_|$)/i;

export function keepsErrno(callee: string): boolean {
  return keeps.test(callee);
}

/** Two names of one number (Linux: <asm-generic/errno.h>). */
export function canonicalErrno(name: string): string {
  return name === 'EWOULDBLOCK' ? 'EAGAIN' : name === 'ENOTSUP' ? 'EOPNOTSUPP' : name;
}

/** What no call on an open socket gives: such a test asks whether the descriptor is one at all. */
export function meansNoSocket(name: string): boolean {
  return name === 'EBADF' || name === 'ENOTSOCK';
}
