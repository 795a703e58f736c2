/**
 * Which parts of the analyser inputs reach, by V8's own block coverage: inputs that reach something new are mutated further.
 */

import { Session, type Profiler } from 'node:inspector';

export class Coverage {
  private readonly session = new Session();
  private readonly seen = new Set<string>();

  constructor() {
    this.session.connect();
    this.session.post('Profiler.enable');
    this.session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: true });
  }

  /** Parts of the analyser that were reached at any time. */
  get size(): number {
    return this.seen.size;
  }

  /** What ran since the last call and had not run before. Takes about as long as some hundred inputs. */
  take(): string[] {
    const fresh = this.ran().filter((key) => !this.seen.has(key));
    for (const key of fresh) this.seen.add(key);
    return fresh;
  }

  /** What ran since the last call. */
  ran(): string[] {
    let result: Profiler.ScriptCoverage[] = [];
    this.session.post('Profiler.takePreciseCoverage', (_, answer) => void (result = answer.result));
    const keys: string[] = [];
    for (const { url, functions } of result) {
      // The analyser and what runs it are one file (campaign.ts).
      if (!url.includes('/fuzz/loop')) continue;
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          if (count > 0) keys.push(`${url} ${startOffset} ${endOffset}`);
        }
      }
    }
    return keys;
  }
}
