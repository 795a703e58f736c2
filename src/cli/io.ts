/** Where the command line reads from and writes to: handed in, so that tests need no process. */

import type { Machine } from '../app/check.js';

export interface Io {
  out(text: string | Uint8Array): void;
  err(text: string): void;
  /** Version of this program. */
  version: string;
  /** Kernel and sysctls that are assumed where the user names none. */
  machine: Machine;
  /** File of this program: threads run it again. */
  program: string;
  /** Standard output is a terminal; null when it is not. */
  terminal: { colour: boolean } | null;
  /** Standard error is a terminal: progress may be shown there. */
  progress: boolean;
}
