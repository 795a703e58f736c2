/** Timers, and the end of the process. */

import type { Library } from '../flow/facts.js';

export const library: Library = {
  id: 'javascript-process',
  languages: ['javascript'],
  title: 'timers, process',
  types: [],
  calls: [
    {
      name: 'Promise.race',
      source: 'ECMA-262 27.2.4.5 Promise.race: what is too late goes on, and its value comes to nobody; against a timer that gives nothing',
      passes: { arg: 0 },
      fails: [{ results: ['null'] }],
      // Against one that fails.
      variants: [{ when: { lacks: { arg: 1 } }, then: { fails: [{ throws: ['Error'] }] } }],
    },
    { name: ['process.exit', 'process.abort'], source: 'lib/internal/process/per_thread.js exit', exits: true },
    { name: 'setInterval', source: 'lib/timers.js: runs the function again and again', timer: { callee: { arg: 0 } } },
    {
      name: ['setTimeout', 'setImmediate'],
      source: 'lib/timers.js: runs the function when a time is over',
      timer: { callee: { arg: 0 }, once: true },
    },
    {
      name: ['queueMicrotask', 'process.nextTick'],
      source: 'lib/internal/process/task_queues.js: runs the function soon',
      timer: { callee: { arg: 0 }, once: true },
    },
  ],
};
