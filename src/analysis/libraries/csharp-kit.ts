/** What the facts of .NET's sockets and of the streams over them have in common. References: dotnet/runtime 8.0, src/libraries. */

import type { CallFact, TypeFact } from '../flow/facts.js';

export const socket = 'System.Net.Sockets.Socket';
export const stream = 'System.Net.Sockets.NetworkStream';
export const secure = 'System.Net.Security.SslStream';

/** Methods of a type. */
export const of = (type: string, names: readonly string[]): string[] => names.map((name) => `${type}.${name}`);

/** A method and its asynchronous twin. */
export const both = (name: string): string[] => [name, `${name}Async`];

/** A limit in milliseconds: neither 0 nor a negative number is one. */
export const milliseconds = { scale: 0.001, signs: { zero: null, negative: null } } as const;

/** Socket.cs ConnectAsync(SocketAsyncEventArgs) and its kin: the handlers of its Completed event go on with the socket. */
export const completedLater: NonNullable<CallFact['variants']>[number] = {
  when: { arg: { arg: 0 }, is: ['System.Net.Sockets.SocketAsyncEventArgs'] },
  then: { tends: true, fails: [], blocks: undefined, opens: undefined, ok: undefined, eof: undefined, step: undefined },
};

/** A type whose descriptor goes when the collector finds it. */
export const collected = (name: string, more: Partial<TypeFact> = {}): TypeFact => ({
  name,
  source:
    'System.Net.Sockets/src/System/Net/Sockets/SafeSocketHandle.cs: a SafeHandle, whose finalizer closes the descriptor ' +
    'when the object is collected',
  onDrop: 'collector',
  closedBy: 'Dispose()',
  ...more,
});
