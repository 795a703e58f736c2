import { Uri } from 'vscode';
import type { Thread } from '../thread.js';
import { workerThread } from './worker-thread.js';

/** Ends the worker, not the extension host, when an analysis runs away with memory. */
const HEAP_LIMIT_MB = 512;

/**
 * Starts dist/worker.js of the extension at `extensionUri` in a worker thread of Node.
 * @throws when the script cannot be started
 */
export async function startThread(extensionUri: Uri): Promise<Thread> {
  return workerThread(Uri.joinPath(extensionUri, 'dist', 'worker.js').fsPath, HEAP_LIMIT_MB);
}
