/** Logs and tracebacks: lines that tell an error of a connection, with the frames around them. */

import { addressOf } from '../address.js';
import { callIn, errnoIn } from '../error-words.js';
import { frameIn } from '../frames.js';
import type { Address, ErrorSign, Frame } from '../symptom.js';
import { MOST_ROWS } from './reader.js';
import type { Reader } from './reader.js';

/** How far a frame may stand from the message it belongs to: source lines and markers stand between. */
const GAP = 3;
/** Python puts the message below its frames, the others above. */
const PYTHON_HEAD = /^\s*Traceback \(most recent call last\):/;
/** Different messages that one text may give. */
const MOST_SIGNS = 500;
/** Messages that differ only in numbers are one. */
const NUMBERS = /0x[0-9a-f]+|\d+/g;
/** Parts of tables and dumps: other readers' business. */
const OTHERS = /^\s*(?:tcp[46]?\s|TCP\s|ESTAB|LISTEN|COMMAND\s+PID|goroutine \d|#\d+\s|\d+: [0-9A-F]{8}:)/;
/** A remote side: `dial tcp 10.0.0.1:80`, `connect ECONNREFUSED 10.0.0.1:80`, `->10.0.0.1:80`, `host='db', port=5432`. */
const REMOTE = /(?:->|\bdial \w+ |ECONN\w+ |ETIMEDOUT |\bto |\bwith )(\[?[\w.:-]{1,255}\]?:\d{1,5})\b/;
const HOST_PORT = /host='([^']{1,255})', port=(\d{1,5})/;

function remoteIn(text: string): Address | null {
  const pair = HOST_PORT.exec(text);
  if (pair) return { host: pair[1] ?? '*', port: Number(pair[2]) };
  const match = REMOTE.exec(text);
  return match ? addressOf(match[1] ?? '') : null;
}

/** Frames above a message, back to the head of its traceback. */
function framesAbove(lines: readonly string[], at: number): Frame[] {
  const frames: Frame[] = [];
  let gap = 0;
  for (let i = at - 1; i >= 0 && gap <= GAP; i--) {
    const line = lines[i] ?? '';
    if (PYTHON_HEAD.test(line)) return frames;
    const frame = frameIn(line);
    gap = frame ? 0 : gap + 1;
    if (frame) frames.push(frame);
  }
  return [];
}

function framesBelow(lines: readonly string[], at: number): Frame[] {
  const frames: Frame[] = [];
  let gap = 0;
  for (let i = at + 1; i < lines.length && gap <= GAP; i++) {
    const line = lines[i] ?? '';
    const frame = frameIn(line);
    if (!frame && errnoIn(line) !== null && frames.length === 0) break;
    gap = frame ? 0 : gap + 1;
    if (frame) frames.push(frame);
    if (PYTHON_HEAD.test(line)) break;
  }
  return frames;
}

function signAt(lines: readonly string[], at: number): ErrorSign | null {
  const text = lines[at] ?? '';
  const errno = OTHERS.test(text) || frameIn(text) ? null : errnoIn(text);
  if (errno === null) return null;
  const above = framesAbove(lines, at);
  return {
    errno,
    call: callIn(text),
    text: text.trim().slice(0, 200),
    line: at + 1,
    count: 1,
    frames: above.length > 0 ? above : framesBelow(lines, at),
    remote: remoteIn(text),
  };
}

export const reader: Reader = {
  id: 'logs',
  title: 'logs and tracebacks',
  read(lines) {
    const signs = new Map<string, ErrorSign>();
    for (let at = 0; at < Math.min(lines.length, MOST_ROWS); at++) {
      const sign = signAt(lines, at);
      if (!sign) continue;
      const key = `${sign.errno} ${sign.call ?? ''} ${sign.frames.map((f) => `${f.file}:${f.line}`).join(' ')} ${sign.text.replace(NUMBERS, '0').slice(0, 80)}`;
      const known = signs.get(key);
      if (known) known.count++;
      else if (signs.size < MOST_SIGNS) signs.set(key, sign);
    }
    return { errors: [...signs.values()] };
  },
};
