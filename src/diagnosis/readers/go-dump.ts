/** Go's goroutine dump (SIGQUIT, a panic, runtime.Stack, debug/pprof/goroutine?debug=2): `goroutine 7 [IO wait, 37 minutes]:`. */

import type { Reader } from './reader.js';
import { stacksIn } from './stack-dump.js';

const TITLE = /^goroutine (\d+)(?: gp=\S+(?: m=\S+)?(?: mp=\S+)?)? \[([^\],]{1,80})(?:, (\d+) minutes)?(?:, locked to thread)?\]:/;
/** `net.(*conn).Read(0xc000…)`, `created by main.serve in goroutine 1`. */
const CALL = /^(?:created by )?((?:[\w./-]|\(\*?\w+\)\.){1,200})(?:\(| in goroutine|\s*$)/;

export const reader: Reader = {
  id: 'go-dump',
  title: 'goroutine dump of Go',
  read(lines) {
    return {
      stacks: stacksIn(lines, {
        title(line) {
          const match = TITLE.exec(line);
          if (!match) return null;
          return { title: `goroutine ${match[1]}`, waits: match[2] ?? null, since: match[3] === undefined ? null : Number(match[3]) * 60 };
        },
        named: (line) => CALL.exec(line)?.[1] ?? null,
        ends: (line) => line.trim() === '',
      }),
    };
  },
};
