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

/** Names of the calls that tell the last error, and of what makes another number of it. */
const lastError = /^(?:WSA)?GetLastError$|^(?:sock|socket)_err(?:no|or)$/;
const fromErrno = /^[A-Z][A-Z0-9_]*$|translate|(?:to|from|sys)_?err/i;

/** Is this the number of an error: `errno`, `WSAGetLastError()`, `UV__ERR(errno)`? After a failure it is not zero. */
export function isErrorNumber(node: SyntaxNode): boolean {
  if (node.type === 'identifier') return isErrno(node.text);
  const callee = node.type === 'call_expression' ? (node.child('function')?.text ?? '') : '';
  if (callee === '') return false;
  const [only, ...others] = node.child('arguments')?.parts ?? [];
  return lastError.test(callee) || (only !== undefined && others.length === 0 && fromErrno.test(callee) && isErrorNumber(only));
}

/** Names of errors, with what a project puts before them (`UV_EBUSY`): none of them is zero. */
export const errorName = /ERR|FAIL|INVALID|BAD|(?:^|_)E[A-Z0-9]{2,}$/;
