import { parentPort } from 'node:worker_threads';
import { serve } from '../serve.js';

if (!parentPort) throw new Error('dist/worker.js runs in a worker thread only');
const port = parentPort;
serve({
  post: (message) => port.postMessage(message),
  onMessage: (listener) => {
    port.on('message', listener);
  },
});
