/** Symbols of the C library that a program defines itself: a system call for a platform that has none, or one put in front of it. */

/** How many parameters POSIX gives them (<sys/socket.h>, <unistd.h>, <poll.h>), and Winsock's `closesocket`. */
const parameters: Readonly<Record<string, number>> = {
  accept: 3,
  bind: 3,
  close: 1,
  closesocket: 1,
  connect: 3,
  dup: 1,
  dup2: 2,
  getsockopt: 5,
  listen: 2,
  poll: 3,
  read: 3,
  recv: 4,
  select: 5,
  send: 4,
  setsockopt: 5,
  shutdown: 2,
  socket: 3,
  write: 3,
};

/**
 * Does the definition stand in for the library's? There is one external definition of a name (C11 6.9), so it does what the name
 * promises, in whichever way: its body, often of another platform under `#if`, is not asked.
 */
export function standsInFor(name: string, count: number, isStatic: boolean): boolean {
  return !isStatic && Object.hasOwn(parameters, name) && parameters[name] === count;
}
