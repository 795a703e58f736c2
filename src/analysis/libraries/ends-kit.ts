/** Functions whose names say that they end a connection. */

import type { EndsFact } from '../flow/declared-facts.js';

/** @param types what they end, by its declared type */
export function endsOf(types: readonly string[]): EndsFact {
  return {
    words: [
      'close',
      'disconnect',
      'stop',
      'shutdown',
      'destroy',
      'terminate',
      'quit',
      'dispose',
      'cleanup',
      'hangup',
      'drop',
      'kill',
      'abort',
    ],
    types,
  };
}
