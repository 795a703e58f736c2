/** A worker thread as the extension sees it; src/editor/node/thread.ts and src/editor/web/thread.ts make one. */

export interface Thread {
  /** What carries the analysis, for "Collect Diagnostics": there is no other kind, and no fallback to the extension host's own thread. */
  readonly kind: 'dedicated';
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, when the thread ended without being asked to. */
  onDeath(listener: (reason: string) => void): void;
  terminate(): void;
}

/** The worker's end of the same channel. */
export interface ThreadPort {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}
