/**
 * What was found out about functions and classes, kept for everybody who asks, together with what it was made of: who gets
 * an answer that was kept depends on the same files as who found it out.
 */

/** What something was made of: files that were looked into, and words that were looked for in all of them. */
export type Trace = ReadonlySet<string>;

/** Stands before a word in a trace; no path begins so. */
const wordMark = '\n';

/** The files of a trace, sorted. */
export function filesOf(trace: Trace): string[] {
  return [...trace].filter((one) => !one.startsWith(wordMark)).sort();
}

/** The words of a trace, sorted: a file that comes to hold one matters, too. */
export function wordsOf(trace: Trace): string[] {
  return [...trace].flatMap((one) => (one.startsWith(wordMark) ? [one.slice(wordMark.length)] : [])).sort();
}

/** Notes which files are looked into, for the innermost of those who watch and for all around it. */
export class Recorder {
  private readonly frames: Set<string>[] = [];

  file(path: string): void {
    this.frames.at(-1)?.add(path);
  }

  /** A word is looked for in all files. */
  word(word: string): void {
    this.file(`${wordMark}${word}`);
  }

  /** Runs, and gives what was looked into meanwhile. */
  watch<T>(run: () => T): [T, Trace] {
    const frame = new Set<string>();
    this.frames.push(frame);
    try {
      return [run(), frame];
    } finally {
      this.frames.pop();
      this.replay(frame);
    }
  }

  /** Something is used that was made of this. */
  replay(trace: Trace): void {
    const frame = this.frames.at(-1);
    if (frame) for (const path of trace) frame.add(path);
  }
}

interface Kept {
  value: unknown;
  trace: Trace;
  /** How many things the value holds. */
  weight: number;
}

type Kinds = Map<Kind, Map<string, Kept>>;

/** Things found out, states of explorations foremost, that are kept at most: half of them those that were used lately. */
const keptWeight = 600_000;

/** What kinds of things are kept; the key says of what. */
export type Kind =
  | 'graph'
  | 'live'
  | 'sites'
  | 'exploration'
  | 'writes'
  | 'closers'
  | 'returners'
  | 'types'
  | 'fields'
  | 'class'
  | 'implementer'
  | 'places'
  | 'given'
  | 'idle'
  | 'acts'
  | 'bare'
  | 'weighs';

/** Kinds of what depends on a function and on what it calls, not on who calls it. */
const ofFunctions: ReadonlySet<Kind> = new Set<Kind>([
  'graph',
  'live',
  'sites',
  'exploration',
  'writes',
  'closers',
  'returners',
  'idle',
  'acts',
  'bare',
  'weighs',
]);

export class Memory {
  private kinds: Kinds = new Map();
  /** What nobody has asked for since the last `trim` that forgot something. */
  private aged: Kinds = new Map();
  private held = 0;
  private isAsBefore: (functionId: string) => boolean = () => false;

  /**
   * @param base what is known beside it, of all files but `except`: that one has another text at the moment
   */
  constructor(
    readonly recorder = new Recorder(),
    private readonly base: Memory | null = null,
    private readonly except = '',
  ) {}

  /** Functions of the file with another text about which the same is known as before; their keys begin with their ids. */
  keepsOf(isAsBefore: (functionId: string) => boolean): void {
    this.isAsBefore = isAsBefore;
  }

  /** What is kept under a key. */
  get<T>(kind: Kind, key: string): T | undefined {
    const kept = this.find(kind, key);
    if (kept) this.recorder.replay(kept.trace);
    return kept?.value as T | undefined;
  }

  /** @param weight how many things the value holds */
  keep(kind: Kind, key: string, value: unknown, trace: Trace, weight = 1): void {
    this.put(kind, key, { value, trace, weight });
  }

  private put(kind: Kind, key: string, kept: Kept): void {
    this.held += kept.weight;
    let of = this.kinds.get(kind);
    if (!of) this.kinds.set(kind, (of = new Map<string, Kept>()));
    of.set(key, kept);
  }

  /** What is kept under a key, made now if nothing is. */
  recall<T>(kind: Kind, key: string, make: () => T): T {
    const kept = this.find(kind, key);
    if (kept) {
      this.recorder.replay(kept.trace);
      return kept.value as T;
    }
    const [value, trace] = this.recorder.watch(make);
    this.keep(kind, key, value, trace);
    return value;
  }

  /** Forgets what was made of a file. */
  forget(path: string): void {
    for (const kinds of [this.kinds, this.aged])
      for (const of of kinds.values()) for (const [key, { trace }] of of) if (trace.has(path)) of.delete(key);
  }

  forgetAll(): void {
    this.kinds = new Map();
    this.aged = new Map();
    this.held = 0;
  }

  /** Forgets what was not asked for lately, when much is kept. */
  trim(): void {
    if (this.held <= keptWeight / 2) return;
    this.aged = this.kinds;
    this.kinds = new Map();
    this.held = 0;
  }

  private find(kind: Kind, key: string): Kept | undefined {
    const own = this.kinds.get(kind)?.get(key) ?? this.revived(kind, key);
    if (own || !this.base) return own;
    const kept = this.base.find(kind, key);
    if (!kept || !kept.trace.has(this.except)) return kept;
    const end = key.indexOf(' ');
    return ofFunctions.has(kind) && this.isAsBefore(end === -1 ? key : key.slice(0, end)) ? kept : undefined;
  }

  private revived(kind: Kind, key: string): Kept | undefined {
    const old = this.aged.get(kind)?.get(key);
    if (old) this.put(kind, key, old);
    return old;
  }
}
