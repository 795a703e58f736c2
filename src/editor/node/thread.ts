import { Worker } from 'node:worker_threads';
import { Uri } from 'vscode';
import type { Thread } from '../thread.js';

/** Ends the worker, not the extension host, when an analysis runs away with memory. */
const HEAP_LIMIT_MB = 512;

/**
 * Starts dist/worker.js of the extension at `extensionUri` in a worker thread of Node.
 * @throws when the script cannot be started
 */
export async function startThread(extensionUri: Uri): Promise<Thread> {
  const worker = new Worker(Uri.joinPath(extensionUri, 'dist', 'worker.js').fsPath, {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB },
  });
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
