/**
 * Go's goroutine dump (SIGQUIT, a panic, runtime.Stack, debug/pprof/goroutine?debug=2): `goroutine 7 [IO wait, 37 minutes]:`, with a word
 * of a test's leak check before it or not; and its profile, which counts equal ones (debug=1): `163 @ 0x42e26a 0x42958a`.
 */

import type { Reader } from './reader.js';
import { stacksIn } from './stack-dump.js';

const TITLE =
  /(?:^|[\s:[])[Gg]oroutine (\d+)(?: gp=\S+)?(?: m=\S+)?(?: mp=\S+)? (?:\[([^\],]{1,80})(?:, ([^\]]{1,80}))?\]:|in state ([\w ]{1,80}), )/;
const PROFILE = /^(\d{1,9}) @(?: 0x[0-9a-f]+)+\s*$/;
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
          const profile = match ? null : PROFILE.exec(line);
          if (profile) return { title: 'goroutines', waits: null, since: null, count: Number(profile[1]) };
          if (!match) return null;
          const minutes = /(\d{1,9}) minutes/.exec(match[3] ?? '')?.[1];
          return {
            title: `goroutine ${match[1]}`,
            waits: match[2] ?? match[4] ?? null,
            since: minutes === undefined ? null : Number(minutes) * 60,
          };
        },
        named: (line) => CALL.exec(line)?.[1] ?? null,
        ends: (line) => line.trim() === '',
      }),
    };
  },
};
