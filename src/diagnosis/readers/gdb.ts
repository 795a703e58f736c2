/** Backtraces of gdb (`bt`, `thread apply all bt`) and of pstack: `#3  0x… in main () at server.c:12`. */

import { frameIn } from '../frames.js';
import type { Frame } from '../symptom.js';
import type { Reader } from './reader.js';
import { stacksIn } from './stack-dump.js';

const THREAD = /^Thread (\d+) \((.{1,200})\):?\s*$/;
const FIRST = /^\s*#0\s/;
const OUTSIDE = /^\s*#\d+\s+(?:0x[0-9a-f]+ in )?([\w:~<>@.]+)/;

/** Frames of libraries have no source: only the function's name tells what the thread waits in. */
function frame(line: string): Frame | null {
  const known = frameIn(line);
  if (known) return known;
  const name = OUTSIDE.exec(line)?.[1];
  return name === undefined ? null : { file: '', line: null, function: name };
}

export const reader: Reader = {
  id: 'gdb',
  title: 'backtraces of gdb',
  read(lines) {
    const stacks = stacksIn(lines, {
      title(line) {
        const match = THREAD.exec(line);
        return match ? { title: `thread ${match[1]}`, waits: null, since: null } : null;
      },
      first: (line) => FIRST.test(line),
      ends: (line) => line.trim() === '' || /^\(gdb\)/.test(line),
      frame,
    });
    return { stacks: stacks.filter((s) => s.frames.some((f) => f.line !== null)) };
  },
};
