/** Backtraces of gdb (`bt`, `thread apply all bt`), pstack, eu-stack, lldb: `#3  0x… in main () at server.c:12`. */

import { frameIn } from '../frames.js';
import type { Frame } from '../symptom.js';
import type { Reader } from './reader.js';
import { stacksIn } from './stack-dump.js';

const THREAD = /^(?:Thread (\d+) \((.{1,200})\):?|TID (\d+):|\s*(?:\*\s*)?thread #(\d+)\b.{0,300})\s*$/;
const FIRST = /^\s*(?:#0\s|(?:\*\s*)?frame #0:)/;
const NUMBERED = /^\s*(?:#\d+\s|(?:\*\s*)?frame #\d+:)/;
const OUTSIDE = /^\s*#\d+\s+(?:0x[0-9a-f]+ in )?([A-Za-z_(][\w:~<>@.]*)/;
/** eu-stack names the place on the line below: `    /srv/client.c:24:5`. */
const NAMED = /^#\d+\s+0x[0-9a-f]+(?: - \d+)?\s+(?!in\s)([A-Za-z_]\S{0,300})/;
const BELOW = /^\s+(\/[^\s:]{1,1024}):(\d+)(?::\d+)?\s*$/;
/** gdb breaks long frames at the terminal's width and indents what follows. */
const CONTINUED = /^ {4}\S/;
const LONGEST_FRAME = 20;

/** Frames of libraries have no source: only the function's name tells what the thread waits in. */
function frame(line: string): Frame | null {
  const known = NUMBERED.test(line) ? frameIn(line) : null;
  if (known) return known;
  const below = BELOW.exec(line);
  if (below) return { file: below[1] as string, line: Number(below[2]), function: null };
  const name = NAMED.test(line) ? undefined : OUTSIDE.exec(line)?.[1];
  return name === undefined ? null : { file: '', line: null, function: name };
}

/** Each frame on one line; the lines that its rest stood on are left empty of it, so that numbers of lines stay. */
function unbroken(lines: readonly string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    out.push(line);
    if (!/^#\d+\s/.test(line) || NAMED.test(line)) continue;
    let whole = line;
    let next = i + 1;
    for (const more of lines.slice(i + 1, i + LONGEST_FRAME)) {
      if (!CONTINUED.test(more) || BELOW.test(more)) break;
      whole += ` ${more.trim()}`;
      next++;
    }
    out[i] = whole;
    for (let k = i + 1; k < next; k++) out.push(REST);
    i = next - 1;
  }
  return out;
}
const REST = '    …';

export const reader: Reader = {
  id: 'gdb',
  title: 'backtraces of gdb, pstack, eu-stack, lldb',
  read(lines) {
    const stacks = stacksIn(unbroken(lines), {
      title(line) {
        const match = THREAD.exec(line);
        return match ? { title: `thread ${match[1] ?? match[3] ?? match[4]}`, waits: null, since: null } : null;
      },
      first: (line) => FIRST.test(line),
      anywhere: (line) => NUMBERED.test(line) && frameIn(line) !== null,
      named: (line) => NAMED.exec(line)?.[1] ?? null,
      ends: (line) => line.trim() === '' || /^\(gdb\)/.test(line),
      frame,
    });
    return { stacks: stacks.filter((s) => s.frames.some((f) => f.line !== null)) };
  },
};
