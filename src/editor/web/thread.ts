import { Uri, workspace } from 'vscode';
import type { Thread } from '../thread.js';

/** The part of the browser's Worker that is used here; the project compiles without the DOM's types. */
interface BrowserWorker {
  postMessage(message: unknown): void;
  terminate(): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  onerror: ((event: { message?: string; preventDefault(): void }) => void) | null;
}
declare const Worker: new (url: string) => BrowserWorker;

/**
 * Starts dist/web/worker.js in a dedicated worker of the browser. The extension's own address has a scheme that no browser
 * starts a worker from (`vscode-remote:`), so the script is read and handed over as a blob.
 * @throws when the script cannot be read
 */
export async function startThread(extensionUri: Uri): Promise<Thread> {
  const script = await workspace.fs.readFile(Uri.joinPath(extensionUri, 'dist', 'web', 'worker.js'));
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(url);
  return {
    kind: 'dedicated',
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => {
      worker.onmessage = ({ data }) => listener(data);
    },
    onDeath: (listener) => {
      // A browser keeps a worker alive after an uncaught error; here it counts as dead, as in Node.
      worker.onerror = (event) => {
        event.preventDefault();
        worker.onerror = null;
        worker.terminate();
        listener(event.message ?? 'uncaught error');
      };
    },
    terminate: () => {
      worker.onerror = null;
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}
