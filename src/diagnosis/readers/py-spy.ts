/** `py-spy dump` (`Thread 123 (idle): "MainThread"`), Python's own faulthandler (`Thread 0x… (most recent call first):`), pystack. */

import type { Reader } from './reader.js';
import { stacksIn } from './stack-dump.js';

const SPY = /^Thread (\S+) \((idle|active|active\+gil|idle\+gil)\)(?:: "([^"]{1,200})")?/;
const PYSTACK = /^Traceback for thread (\d+) (?:\(([^)]{1,60})\) )?.*\(most recent call last\):/;
const FAULTHANDLER = /^(?:Current thread|Thread) (0x[0-9a-f]+)(?: \[[^\]]{1,60}\])? \(most recent call first\):/;

export const reader: Reader = {
  id: 'py-spy',
  title: 'py-spy dump, faulthandler, pystack',
  read(lines) {
    return {
      stacks: stacksIn(lines, {
        title(line) {
          const spy = SPY.exec(line);
          if (spy)
            return {
              title: `thread ${spy[3] === undefined ? spy[1] : `"${spy[3]}"`}`,
              waits: spy[2]?.startsWith('idle') ? 'idle' : 'active',
              since: null,
            };
          const handler = FAULTHANDLER.exec(line) ?? PYSTACK.exec(line);
          return handler ? { title: `thread ${handler[1]}`, waits: null, since: null } : null;
        },
        ends: (line) => line.trim() === '',
      }),
    };
  },
};
