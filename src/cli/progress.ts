/** How far a long run is, on a terminal: one line that is written over and taken away at the end. */

import type { Io } from './io.js';

/** Short runs show nothing (ms). */
const PATIENCE_MS = 500;
const PAUSE_MS = 100;

export class Progress {
  private readonly seen = new Set<string>();
  private readonly began = performance.now();
  private shownAt = 0;

  constructor(
    private readonly io: Io,
    private readonly total: number,
  ) {}

  /** These files were looked at. */
  readonly step = (paths: readonly string[]): void => {
    for (const path of paths) this.seen.add(path);
    const now = performance.now();
    if (!this.io.progress || now - this.began < PATIENCE_MS || now - this.shownAt < PAUSE_MS) return;
    this.shownAt = now;
    this.io.err(`\r\u001b[Kchecking: ${this.seen.size} of ${this.total} files`);
  };

  end(): void {
    if (this.shownAt > 0) this.io.err('\r\u001b[K');
  }
}
