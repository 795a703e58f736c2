/** Pools, executors and loops of the program's own, known by what their methods are called. */

import type { RunnersFact } from '../flow/declared-facts.js';

/** @param methods which of its methods an object has that can be run */
export function runnersOf(methods: readonly string[] = []): RunnersFact {
  return {
    words: [
      'async',
      'dispatch',
      'enqueue',
      'exec',
      'execute',
      'fork',
      'go',
      'launch',
      'post',
      'queue',
      'run',
      'schedule',
      'spawn',
      'start',
      'submit',
    ],
    methods,
  };
}
