// The web worker host has no `process`; mocha and assert look for one.
import browserProcess from 'process/browser.js';
export { browserProcess as process };
