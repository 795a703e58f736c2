/** What the readers of stack dumps share: a title, then frames, then a blank line or the next title. */

import { frameIn } from '../frames.js';
import type { Frame, StackSign } from '../symptom.js';

/** Different stacks that one text may give; the rest is counted with those it equals, or left out. */
const MOST_STACKS = 2000;
const MOST_FRAMES = 200;

export interface DumpForm {
  /** A title, or null where the line is none. */
  title(line: string): (Pick<StackSign, 'title' | 'waits' | 'since'> & Partial<Pick<StackSign, 'count'>>) | null;
  /** The line is the first frame of a stack, which may have no title. */
  first?(line: string): boolean;
  /** The line is a frame, wherever it stands: parts of stacks are pasted too. */
  anywhere?(line: string, before: string): boolean;
  /** The function's name on its own line above its place (Go). */
  named?(line: string): string | null;
  /** Says what the thread waits for, on a line of its own (jstack). */
  waits?(line: string): string | null;
  /** The line ends a stack. */
  ends(line: string): boolean;
  frame?(line: string): Frame | null;
}

class Collector {
  readonly stacks = new Map<string, StackSign>();
  private open: StackSign | null = null;
  private name: string | null = null;
  private before = '';

  constructor(private readonly form: DumpForm) {}

  line(text: string, number: number): void {
    this.one(text, number);
    if (text.trim() !== '') this.before = text;
  }

  private one(text: string, number: number): void {
    const title = this.form.title(text);
    if (title) {
      this.close();
      this.open = { count: 1, ...title, frames: [], line: number };
      return;
    }
    if ((this.form.first?.(text) && this.open?.frames.length !== 0) || (!this.open && this.form.anywhere?.(text, this.before))) {
      this.close();
      this.open = { title: 'backtrace', waits: null, since: null, frames: [], line: number, count: 1 };
    }
    if (!this.open) return;
    if (this.form.ends(text)) {
      this.close();
      return;
    }
    this.open.waits ??= this.form.waits?.(text) ?? null;
    const frame = (this.form.frame ?? frameIn)(text);
    if (frame) {
      if (this.open.frames.length < MOST_FRAMES) this.open.frames.push({ ...frame, function: frame.function ?? this.name });
      this.name = null;
    } else {
      this.name = this.form.named?.(text) ?? this.name;
    }
  }

  close(): void {
    const { open } = this;
    this.open = null;
    this.name = null;
    if (!open || open.frames.length === 0) return;
    const key = `${open.waits ?? ''} ${open.frames.map((f) => `${f.file}:${f.line} ${f.function}`).join(' ')}`;
    const known = this.stacks.get(key);
    if (known) {
      known.count += open.count;
      known.since = Math.max(known.since ?? 0, open.since ?? 0) || null;
    } else if (this.stacks.size < MOST_STACKS) {
      this.stacks.set(key, open);
    }
  }
}

/** The stacks of a dump in this form, equal ones counted. */
export function stacksIn(lines: readonly string[], form: DumpForm): StackSign[] {
  const collector = new Collector(form);
  lines.forEach((line, i) => collector.line(line, i + 1));
  collector.close();
  return [...collector.stacks.values()];
}
