/** The extension's entry, one source for the desktop and the web build. */

export { activate } from './editor/activate.js';
