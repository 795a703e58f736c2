/** Entry in the Node extension host. */

import Mocha from 'mocha';
import { runAndReport } from './report.js';

export async function run(): Promise<void> {
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 20_000,
    retries: 1,
    color: false,
    bail: Boolean(process.env.CLOSEWAIT_BAIL),
    grep: process.env.CLOSEWAIT_GREP ?? '',
  });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await import('./suite.js');
  await import('./offline.spec.js');
  await runAndReport((done) => mocha.run(done));
}
