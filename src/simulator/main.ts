/** Entry of the webview page. */

import { WORDS } from './language.js';
import { App } from './app.js';
import { dataOf } from './data.js';
import type { FromPage, SavedState, ToPage } from './protocol.js';

interface WebviewApi {
  postMessage: (message: FromPage) => void;
  getState: () => unknown;
  setState: (state: SavedState) => void;
}

/** VS Code gives it once: the page's own HTML has asked. */
declare const closewait: WebviewApi;

const start = document.getElementById('start');
const root = document.getElementById('simulator');

if (root !== null) {
  root.replaceChildren(); // what stood there while this script was loading
  new App(root, {
    post: (message) => closewait.postMessage(message),
    save: (state) => closewait.setState(state),
    saved: closewait.getState(),
    first: dataOf('first') as ToPage | null,
    workerSource: start?.dataset['worker'] ?? '',
    mermaidSource: start?.dataset['mermaid'] ?? '',
    nonce: start?.nonce ?? '',
    words: WORDS,
  });
}
