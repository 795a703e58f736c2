/** A connection as JSON tells it: what is for the editor stays inside, the kernel's numbers stand where nobody sets any. */

import { keepaliveNumbers } from '../kernel/defaults.js';
import type { Connection } from './check.js';

export function toldConnection({ mentions: _mentions, words: _words, keepalive, ...rest }: Connection): object {
  return { ...rest, keepalive: { ...keepalive, ...keepaliveNumbers(keepalive) } };
}
