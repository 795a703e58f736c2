/** Chance from a seed: the same seed gives the same numbers (mulberry32). */
export class Random {
  constructor(private state: number) {}

  /** A whole number, 0 <= n < below. */
  below(below: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  }
}
