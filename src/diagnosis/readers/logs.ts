/** Logs and tracebacks: lines that tell an error of a connection, with the frames around them. */

import { callIn, errnoIn } from '../error-words.js';
import { frameIn, placeIn } from '../frames.js';
import { addressNamed, hostNamed, portNamed } from '../named-address.js';
import type { ErrorSign, Frame } from '../symptom.js';
import { MOST_ROWS } from './reader.js';
import type { Reader } from './reader.js';

/** How far a frame may stand from the message it belongs to: source lines and markers stand between. */
const GAP = 3;
/** Lines of a stack without a place: frames of runtimes, marks between causes. */
const PLACELESS = /^\s*(?:at |\.\.\. \d+ |--- End of |---> |\d+: |note: )/;
/** Another error's first line. */
const NEXT = /^(?:Exception in |Uncaught )?[\w.$]*(?:Error|Exception)\b[^(]/;
const LONGEST_STACK = 400;
/** Python puts the message below its frames, the others above. */
const PYTHON_HEAD = /^\s*(?:\+ )?(?:Exception Group )?Traceback \(most recent call last\):/;
/** Rust names the place on the line above the message. */
const PANIC = /\bpanicked at (?:'.*', )?([^\s:']{1,300}\.rs:\d+)/;
/** Different messages that one text may give. */
const MOST_SIGNS = 500;
/** Messages that look alike are read so often before they are only counted. */
const ALIKE = 4;
/** Messages that differ only in numbers are one. */
const NUMBERS = /0x[0-9a-f]+|\d+/g;
/** Parts of tables and dumps: other readers' business. */
const OTHERS = /^\s*(?:tcp[46]?\s|TCP\s|ESTAB|LISTEN|COMMAND\s+PID|goroutine \d|#\d+\s|\d+: [0-9A-F]{8}:)/;
/** Properties that Node and others print below a message. */
const PROPERTY = /^\s*(?:\[?cause\]?: \{ ?)?"?(?:code|errno|syscall)"?: ['"]?-?\w+['"]?,?(?: ?\})?$/;
const PROPERTIES_REACH = 25;

/** Frames above a message, back to the head of its traceback. */
function framesAbove(lines: readonly string[], at: number): Frame[] {
  const frames: Frame[] = [];
  let gap = 0;
  for (let i = at - 1; i >= 0 && gap <= GAP && frames.length < LONGEST_STACK; i--) {
    const line = lines[i] as string;
    if (PYTHON_HEAD.test(line)) return frames;
    const frame = frameIn(line);
    // The frames above another message are that one's.
    if (!frame && frames.length === 0 && NEXT.test(line)) return [];
    gap = frame ? 0 : gap + 1;
    if (frame) frames.push(frame);
  }
  return [];
}

function framesBelow(lines: readonly string[], at: number): Frame[] {
  const frames: Frame[] = [];
  let gap = 0;
  for (let i = at + 1; i < lines.length && gap <= GAP && i - at < LONGEST_STACK; i++) {
    const line = lines[i] as string;
    const frame = frameIn(line);
    if (PYTHON_HEAD.test(line) || (!frame && frames.length === 0 && !PLACELESS.test(line) && errnoIn(line) !== null)) break;
    if (frames.length > 0 && NEXT.test(line)) break;
    if (frame) frames.push(frame);
    if (frame || !PLACELESS.test(line)) gap = frame ? 0 : gap + 1;
  }
  return frames;
}

/** A traceback that was pasted as one line. */
const FRAME_WITHIN = /\bFile "([^"]{1,1024})", line (\d{1,7})(?:, in ([\w<>.]{1,200}))?/g;

/** Where the line itself says that it comes from. */
function ownPlace(lines: readonly string[], at: number): Frame[] {
  const within = [...(lines[at] as string).slice(0, 20_000).matchAll(FRAME_WITHIN)].slice(0, LONGEST_STACK);
  if (within.length > 0)
    return within.map(([, file, line, fn]) => ({ file: file as string, line: Number(line), function: fn ?? null })).reverse();
  const panic = PANIC.exec(lines[at - 1] ?? '')?.[1] ?? PANIC.exec(lines[at] as string)?.[1];
  const place = panic === undefined ? placeIn(lines[at] as string) : placeIn(panic);
  return place ? [place] : [];
}

function signAt(lines: readonly string[], at: number): ErrorSign | null {
  const text = lines[at] as string;
  const errno = OTHERS.test(text) || frameIn(text) ? null : errnoIn(text);
  if (errno === null) return null;
  const above = framesAbove(lines, at);
  return {
    errno,
    call: callIn(text),
    text: text.trim().slice(0, 200),
    line: at + 1,
    count: 1,
    frames: [...ownPlace(lines, at), ...(above.length > 0 ? above : framesBelow(lines, at))],
    remote: addressNamed(text),
  };
}

class Signs {
  readonly found = new Map<string, ErrorSign>();
  private readonly alike = new Map<string, { sign: ErrorSign; seen: number }>();
  private last: ErrorSign | null = null;

  take(lines: readonly string[], at: number): void {
    const text = lines[at] as string;
    if (this.belongsToLast(text, at)) return;
    const short = text.trim().slice(0, 200).replace(NUMBERS, '0').slice(0, 80);
    const before = this.alike.get(short);
    if (before && before.seen >= ALIKE) {
      before.sign.count++;
      return;
    }
    if (!before && this.found.size >= MOST_SIGNS) return;
    const sign = signAt(lines, at);
    if (sign) this.add(sign, short, before?.seen ?? 0);
  }

  private add(sign: ErrorSign, short: string, seen: number): void {
    const key = `${sign.errno} ${sign.call ?? ''} ${sign.frames.map((f) => `${f.file}:${f.line}`).join(' ')} ${short}`;
    const known = this.found.get(key);
    this.last = known ?? sign;
    this.alike.set(short, { sign: this.last, seen: seen + 1 });
    if (known) known.count++;
    else if (this.found.size < MOST_SIGNS) this.found.set(key, sign);
  }

  /** `code: 'ETIMEDOUT',` and `port: 6379` below a message say more of it, and are no error of their own. */
  private belongsToLast(text: string, at: number): boolean {
    const { last } = this;
    if (!last || at + 1 - last.line > PROPERTIES_REACH) return false;
    const port = portNamed(text);
    const host = hostNamed(text);
    if (port !== null || host !== null) last.remote = { host: host ?? last.remote?.host ?? '*', port: port ?? last.remote?.port ?? null };
    return port !== null || host !== null || (PROPERTY.test(text) && [null, last.errno].includes(errnoIn(text)));
  }
}

export const reader: Reader = {
  id: 'logs',
  title: 'logs and tracebacks',
  read(lines) {
    const signs = new Signs();
    for (let at = 0; at < Math.min(lines.length, MOST_ROWS); at++) signs.take(lines, at);
    return { errors: [...signs.found.values()] };
  },
};
