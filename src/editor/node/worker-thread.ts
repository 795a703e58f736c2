import { Worker } from 'node:worker_threads';
import type { Thread } from '../thread.js';

/** Runs a script in a worker thread of Node, which alone ends when it takes more memory than that. */
export function workerThread(script: string, heapLimitMb: number): Thread {
  const worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: heapLimitMb } });
  worker.unref();
  let asked = false;
  let reason = '';
  worker.on('error', (error) => {
    reason = error instanceof Error ? error.message : String(error);
  });
  return {
    kind: 'dedicated',
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => {
      worker.on('message', listener);
    },
    onDeath: (listener) => {
      worker.on('exit', (code) => {
        if (!asked) listener(reason || `exit code ${code}`);
      });
    },
    terminate: () => {
      asked = true;
      void worker.terminate();
    },
  };
}
