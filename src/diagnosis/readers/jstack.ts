/** jstack, `kill -3` of a JVM, jcmd Thread.print and Thread.dump_to_file: `"pool-1" #12 … runnable`, then `at a.b.C.m(C.java:33)`. */

import { frameIn } from '../frames.js';
import type { Reader } from './reader.js';
import { stacksIn } from './stack-dump.js';

const TITLE = /^(?:"([^"]{1,200})".*(?:\b(?:tid=|nid=|prio=|os_prio=|Id=)| virtual\s*$)|#(\d+) "([^"]{0,200})"(?: virtual)?\s*$)/;

const FRAME =
  /^\s*(?:at |- )?(?:[\w.@-]{1,80}\/){0,3}[\w$]+(?:\.[\w$<>]+)+\((?:[\w$-]+\.(?:java|kt|scala)(?::\d+)?|Native Method|Unknown Source)\)\s*$/;
/** Above an error's own frames stands the error, above others of them a frame. */
const TOLD = /(?:Exception|Error|Throwable|Failure)\b|^\s*(?:at |Caused by|Suppressed|\.\.\. \d)|\((?:[\w$-]+\.java:\d+|Native Method)\)/;

export const reader: Reader = {
  id: 'jstack',
  title: 'thread dump of a JVM',
  read(lines) {
    return {
      stacks: stacksIn(lines, {
        title(line) {
          const match = TITLE.exec(line);
          return match ? { title: `thread "${match[1] ?? (match[3] || match[2])}"`, waits: null, since: null } : null;
        },
        // Headings are often left out when a stack is pasted.
        anywhere: (line, before) => /^\s*java\.lang\.Thread\.State: /.test(line) || (FRAME.test(line) && !TOLD.test(before)),
        waits: (line) => /java\.lang\.Thread\.State: (\w+(?: \([^)]{1,60}\))?)/.exec(line)?.[1] ?? null,
        ends: (line) => line.trim() === '',
        // Copied from a tool's window, frames have no `at`.
        frame: (line) => frameIn(line) ?? (FRAME.test(line) ? frameIn(`  ${line}`) : null),
      }),
    };
  },
};
