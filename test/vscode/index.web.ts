/** Entry in the web worker extension host: mocha's browser build puts `mocha` and the `describe` family on the global object. */

import 'mocha/mocha.js';
import { runAndReport } from './report.js';

export async function run(): Promise<void> {
  // mocha's browser build reads the page's address; VS Code hides it from extensions.
  Object.defineProperty(globalThis, 'location', { value: { search: '' }, configurable: true });
  mocha.setup({ ui: 'bdd', timeout: 30_000, retries: 1, color: false, reporter: 'spec' });
  await import('./suite.js');
  await runAndReport((done) => mocha.run(done));
}
