/** Entry of the webview page. */

import { WORDS } from './language.js';
import { App } from './app.js';
import type { FromPage, SavedState, ToPage } from './protocol.js';

interface WebviewApi {
  postMessage: (message: FromPage) => void;
  getState: () => unknown;
  setState: (state: SavedState) => void;
}

declare function acquireVsCodeApi(): WebviewApi;

const script = document.currentScript as HTMLScriptElement | null;
const root = document.getElementById('simulator');
const first = script?.dataset['first'] ?? '';
const api = acquireVsCodeApi();

if (root !== null) {
  root.replaceChildren(); // what stood there while this script was loading
  new App(root, {
    post: (message) => api.postMessage(message),
    save: (state) => api.setState(state),
    saved: api.getState(),
    first: first === '' ? null : (JSON.parse(first) as ToPage),
    workerSource: script?.dataset['worker'] ?? '',
    mermaidSource: script?.dataset['mermaid'] ?? '',
    nonce: script?.nonce ?? '',
    words: WORDS,
  });
}
